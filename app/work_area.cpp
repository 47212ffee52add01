// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/work_area.h"

#include "app/panel_dock.h"
#include "widgets/charts/cut_chart.h"
#include "widgets/charts/pareto_chart.h"
#include "widgets/graph/graph_view.h"
#include "widgets/panels/auto_partition_panel.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/kit.h"
#include "widgets/panels/platform_panel.h"
#include "widgets/panels/problems_list.h"

#include <QAction>
#include <QHBoxLayout>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>

namespace cutline {

WorkArea::WorkArea(QWidget* parent)
    : QMainWindow(parent), m_graph(new GraphView(this)), m_platforms(new PlatformPanel(this)),
      m_inspector(new Inspector(this)), m_search(new AutoPartitionPanel(this)), m_problems(new ProblemsList(this)),
      m_candidates(new CandidatesTable(this)), m_pareto(new ParetoChart(this)), m_cuts(new CutChart(this))
{
    setObjectName(QStringLiteral("workArea"));
    setWindowFlags(Qt::Widget); // QMainWindow's constructor makes every one a window
    setContentsMargins(8, 8, 8, 8);
    setDockOptions(QMainWindow::AnimatedDocks | QMainWindow::AllowNestedDocks | QMainWindow::AllowTabbedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    setDocumentMode(true);
    buildGraph();
    buildDocks();
    resetLayout();
}

void WorkArea::buildGraph()
{
    setCentralWidget(new PanelFrame(tr("Graph"), m_graph, this));
}

QWidget* WorkArea::buildCandidates()
{
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    m_tabs = new QTabBar(row);
    m_tabs->setObjectName(QStringLiteral("chartTabs"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setAccessibleName(tr("Charts"));
    m_tabs->addTab(tr("Candidates"));
    m_tabs->addTab(tr("Cut position"));
    layout->addWidget(m_tabs);
    layout->addStretch(1);
    layout->addWidget(m_candidates->proofLine());
    return row;
}

void WorkArea::buildDocks()
{
    m_platforms_dock = new PanelDock(tr("Platforms"), QStringLiteral("platforms"), m_platforms, this);
    m_inspector_dock = new PanelDock(tr("Inspector"), QStringLiteral("inspector"), m_inspector, this);
    m_search_dock = new PanelDock(tr("Search settings"), QStringLiteral("search"), m_search, this);
    m_problems_dock = new PanelDock(tr("Problems"), QStringLiteral("problems"), m_problems, this);

    auto* both = new QSplitter(Qt::Horizontal);
    both->setObjectName(QStringLiteral("candidatesSplitter"));
    both->addWidget(m_pareto);
    both->addWidget(m_candidates);
    both->setStretchFactor(0, 2);
    both->setStretchFactor(1, 5);
    both->setChildrenCollapsible(false);
    m_tab_pages = new QStackedWidget;
    m_tab_pages->addWidget(both);
    m_tab_pages->addWidget(m_cuts);
    QWidget* row = buildCandidates();
    connect(m_tabs, &QTabBar::currentChanged, m_tab_pages, &QStackedWidget::setCurrentIndex);
    m_candidates_dock = new PanelDock(tr("Candidates"), QStringLiteral("candidates"), m_tab_pages, this, row);
}

void WorkArea::resetLayout()
{
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    addDockWidget(Qt::LeftDockWidgetArea, m_platforms_dock);
    addDockWidget(Qt::RightDockWidgetArea, m_inspector_dock);
    addDockWidget(Qt::RightDockWidgetArea, m_search_dock);
    addDockWidget(Qt::RightDockWidgetArea, m_problems_dock);
    addDockWidget(Qt::BottomDockWidgetArea, m_candidates_dock);
    for (PanelDock* dock : {m_platforms_dock, m_inspector_dock, m_candidates_dock}) {
        dock->setFloating(false);
        dock->show();
    }
    for (PanelDock* dock : {m_search_dock, m_problems_dock}) {
        dock->setFloating(false);
        dock->hide();
    }
    resizeDocks({m_platforms_dock, m_inspector_dock}, {230, 280}, Qt::Horizontal);
    resizeDocks({m_candidates_dock}, {300}, Qt::Vertical);
}

QList<QAction*> WorkArea::panelActions() const
{
    QList<QAction*> actions;
    for (PanelDock* dock : {m_platforms_dock, m_inspector_dock, m_search_dock, m_problems_dock, m_candidates_dock})
        actions << dock->toggleViewAction();
    return actions;
}

std::vector<LayerId> WorkArea::selectedLayers() const
{
    const QVector<LayerId> selection = m_graph->selection();
    return {selection.begin(), selection.end()};
}

void WorkArea::showLayer(LayerId layer)
{
    m_graph->setSelection({layer});
    m_graph->reveal(layer);
    m_graph->setFocus();
}

void WorkArea::showSearchSettings()
{
    m_search_dock->show();
    m_search_dock->raise();
    m_search->setFocus();
}

void WorkArea::showCutChart()
{
    m_candidates_dock->show();
    m_tabs->setCurrentIndex(1);
}

Result<void> WorkArea::writeGraph(const QString& path)
{
    return path.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive) ? m_graph->saveSvg(path) : m_graph->savePng(path);
}

Result<void> WorkArea::writeChart(const QString& path)
{
    ChartPane& chart = m_tabs->currentIndex() == 1 ? static_cast<ChartPane&>(*m_cuts) : *m_pareto;
    return path.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive) ? chart.saveSvg(path) : chart.savePng(path);
}

} // namespace cutline
