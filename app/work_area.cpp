// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/work_area.h"

#include "app/panel_dock.h"
#include "widgets/charts/charts.h"
#include "widgets/charts/cut_chart.h"
#include "widgets/charts/pareto_chart.h"
#include "widgets/charts/roofline_chart.h"
#include "widgets/graph/graph_view.h"
#include "widgets/panels/auto_partition_panel.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/compare_panel.h"
#include "widgets/panels/data_panel.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/kit.h"
#include "widgets/panels/library_panel.h"
#include "widgets/panels/platform_panel.h"
#include "widgets/panels/problems_list.h"
#include "widgets/panels/proof_line.h"
#include "widgets/panels/scenario_panel.h"
#include "widgets/panels/system_editor.h"

#include <QAction>
#include <QActionGroup>
#include <QHBoxLayout>
#include <QImage>
#include <QMenu>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>
#include <QTimer>
#include <QToolButton>
#include <QUndoView>

#include <algorithm>
#include <utility>

namespace cutline {
namespace {


void bringForward(PanelDock* dock) {
    dock->show();
    dock->raise();
}

} // namespace

WorkArea::WorkArea(QWidget* parent)
    : QMainWindow(parent), m_graph(new GraphView(this)), m_platforms(new PlatformPanel(this)),
      m_inspector(new Inspector(this)), m_search(new AutoPartitionPanel(this)),
      m_problems(new ProblemsList(this)), m_candidates(new CandidatesTable(this)),
      m_scenario(new ScenarioPanel(this)), m_compare(new ComparePanel(this)),
      m_data(new DataPanel(this)), m_history(new QUndoView(this)),
      m_system(new SystemEditor(this)), m_library(new LibraryPanel(this)) {
    setObjectName(QStringLiteral("workArea"));
    setWindowFlags(Qt::Widget); // QMainWindow's constructor makes every one a window
    setContentsMargins(8, 8, 8, 8);
    setDockOptions(QMainWindow::AnimatedDocks | QMainWindow::AllowNestedDocks |
                   QMainWindow::AllowTabbedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    setDocumentMode(true);
    for (const ChartKind& kind : cutline::charts()) m_charts.push_back(kind.make(this));
    buildGraph();
    buildDocks();
    resetLayout();
}

QAction* WorkArea::graphAction(const QString& text, const QKeySequence& key, std::function<void()> does) {
    auto* action = new QAction(text, this);
    action->setShortcut(key);
    connect(action, &QAction::triggered, this, [does = std::move(does)] { does(); });
    m_graph_actions << action;
    return action;
}

void WorkArea::buildOverlayMenu() {
    m_overlay_menu = new QMenu(tr("&Colour of cards"), this);
    auto* choice = new QActionGroup(this);
    for (const Overlay& overlay : overlays()) {
        QAction* action = m_overlay_menu->addAction(overlay.title);
        action->setCheckable(true);
        action->setData(overlay.id);
        action->setChecked(overlay.id == m_graph->overlay());
        choice->addAction(action);
        connect(action, &QAction::triggered, this, [this, id = overlay.id] { m_graph->setOverlay(id); });
    }
}

void WorkArea::buildGraph() {
    auto* frame = new PanelFrame(tr("Graph"), m_graph, this);
    QAction* in = graphAction(tr("Zoom &in"), QKeySequence::ZoomIn, [this] { m_graph->zoomIn(); });
    QAction* out = graphAction(tr("Zoom o&ut"), QKeySequence::ZoomOut, [this] { m_graph->zoomOut(); });
    QAction* whole =
        graphAction(tr("&100 %"), QKeySequence(Qt::CTRL | Qt::Key_0), [this] { m_graph->zoomReset(); });
    // Without a key of its own here: F belongs to the graph while it has the focus, and to text fields else.
    QAction* fit = graphAction(tr("&Fit the graph"), {}, [this] { m_graph->fit(); });
    QAction* turn = graphAction(tr("&Turn the graph"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O),
                                [this] { m_graph->toggleFlow(); });
    graphAction(tr("&Open all groups"), {}, [this] { m_graph->openAllGroups(); });
    graphAction(tr("C&lose all groups"), {}, [this] { m_graph->closeAllGroups(); });
    m_patterns = graphAction(tr("Patter&ns on cards"), {}, [] {});
    m_patterns->setCheckable(true);
    connect(m_patterns, &QAction::toggled, m_graph, &GraphView::setPatterns);

    const auto button = [this, frame](QAction* action, const QString& text, const QString& tip) {
        auto* b = new QToolButton(frame);
        b->setObjectName(QStringLiteral("titleButton"));
        b->setText(text);
        b->setToolTip(tip);
        b->setAccessibleName(tip);
        b->setFocusPolicy(Qt::TabFocus);
        connect(b, &QToolButton::clicked, action, &QAction::trigger);
        frame->addToTitle(b);
        return b;
    };
    buildOverlayMenu();
    auto* colour = new QToolButton(frame);
    colour->setObjectName(QStringLiteral("titleButton"));
    colour->setText(tr("colour: %1 \u25BE").arg(overlays().front().title));
    colour->setToolTip(tr("What the fill of the cards says"));
    colour->setAccessibleName(colour->toolTip());
    colour->setFocusPolicy(Qt::TabFocus);
    connect(colour, &QToolButton::clicked, this,
            [this, colour] { m_overlay_menu->popup(colour->mapToGlobal(QPoint(0, colour->height()))); });
    connect(m_overlay_menu, &QMenu::triggered, colour, [colour](const QAction* action) {
        colour->setText(tr("colour: %1 \u25BE").arg(action->text()));
    });
    frame->addToTitle(colour);
    button(turn, tr("turn"), tr("Left to right or top to bottom (Ctrl+Shift+O)"));
    button(out, QStringLiteral("\u2212"), tr("Zoom out (Ctrl+\u2212)"));
    QToolButton* percent = button(whole, tr("100 %"), tr("Zoom to 100 % (Ctrl+0)"));
    percent->setMinimumWidth(percent->fontMetrics().horizontalAdvance(QStringLiteral("1000 %")) + 12);
    button(in, QStringLiteral("+"), tr("Zoom in (Ctrl++)"));
    button(fit, tr("fit"), tr("Fit the graph (F)"));
    connect(m_graph, &GraphView::zoomChanged, percent, [percent](double zoom) {
        percent->setText(QString::number(qRound(zoom * 100)) + QStringLiteral("\u2009%"));
    });
    setCentralWidget(frame);
}

QWidget* WorkArea::buildCandidates() {
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    m_tabs = new QTabBar(row);
    m_tabs->setObjectName(QStringLiteral("chartTabs"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setAccessibleName(tr("Charts"));
    // The tabs stay whole; the line beside them says less where there is less room.
    m_tabs->setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed);
    for (const ChartKind& kind : cutline::charts()) m_tabs->addTab(QLatin1String(kind.tab));
    layout->addWidget(m_tabs);
    layout->addStretch(1);
    layout->addWidget(m_candidates->proofLine());
    return row;
}

void WorkArea::buildDocks() {
    m_platforms_dock = new PanelDock(tr("Platforms"), QStringLiteral("platforms"), m_platforms, this);
    m_inspector_dock = new PanelDock(tr("Inspector"), QStringLiteral("inspector"), m_inspector, this);
    m_search_dock = new PanelDock(tr("Search settings"), QStringLiteral("search"), m_search, this);
    m_scenario_dock = new PanelDock(tr("Scenario"), QStringLiteral("scenario"), m_scenario, this);
    m_problems_dock = new PanelDock(tr("Problems"), QStringLiteral("problems"), m_problems, this);
    m_data_dock = new PanelDock(tr("Data"), QStringLiteral("data"), m_data, this);
    m_history->setEmptyLabel(tr("As opened"));
    m_history->setFrameShape(QFrame::NoFrame);
    m_history->setAccessibleName(tr("Steps that can be undone"));
    m_history_dock = new PanelDock(tr("History"), QStringLiteral("history"), m_history, this);
    m_system_dock = new PanelDock(tr("System"), QStringLiteral("system"), m_system, this);
    m_library_dock = new PanelDock(tr("Library"), QStringLiteral("library"), m_library, this);
    m_compare_dock = new PanelDock(tr("Compare"), QStringLiteral("compare"), m_compare, this);

    auto* both = new QSplitter(Qt::Horizontal);
    both->setObjectName(QStringLiteral("candidatesSplitter"));
    both->addWidget(&pareto());
    both->addWidget(m_candidates);
    both->setStretchFactor(0, 2);
    both->setStretchFactor(1, 5);
    both->setChildrenCollapsible(false);
    m_tab_pages = new QStackedWidget;
    // The scatter stands beside the table, which is no chart of its own.
    for (PlanChart* chart : m_charts)
        m_tab_pages->addWidget(chart == &pareto() ? static_cast<QWidget*>(both) : chart);
    QWidget* row = buildCandidates();
    connect(m_tabs, &QTabBar::currentChanged, m_tab_pages, &QStackedWidget::setCurrentIndex);
    // The chosen tab is bold: together they are not always equally wide.
    connect(m_tabs, &QTabBar::currentChanged, m_tabs, [this] { m_tabs->updateGeometry(); });
    m_platforms_dock->setMinimumWidth(190);
    for (PanelDock* dock : {m_inspector_dock, m_search_dock, m_scenario_dock, m_data_dock, m_problems_dock, m_history_dock,
                            m_compare_dock, m_system_dock, m_library_dock})
        dock->setMinimumWidth(240);
    m_candidates_dock = new PanelDock(tr("Candidates"), QStringLiteral("candidates"), m_tab_pages, this, row);
    for (PanelDock* dock : docks()) {
        // Queued: what a change leaves beside each other is known once it is done.
        connect(dock, &QDockWidget::visibilityChanged, this, &WorkArea::followTabs, Qt::QueuedConnection);
        connect(dock, &QDockWidget::topLevelChanged, this, &WorkArea::followTabs, Qt::QueuedConnection);
        connect(dock, &QDockWidget::dockLocationChanged, this, &WorkArea::followTabs, Qt::QueuedConnection);
    }
}

QList<PanelDock*> WorkArea::docks() const {
    return {m_platforms_dock, m_inspector_dock, m_search_dock, m_scenario_dock, m_data_dock, m_problems_dock,
            m_history_dock, m_compare_dock, m_system_dock, m_library_dock, m_candidates_dock};
}

void WorkArea::followTabs() {
    for (PanelDock* dock : docks()) {
        const QList<QDockWidget*> beside = tabifiedDockWidgets(dock);
        dock->setTabbed(!dock->isFloating() && std::ranges::any_of(beside, [](const QDockWidget* other) { return !other->isHidden() && !other->isFloating(); }));
    }
}

void WorkArea::resetLayout() {
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    addDockWidget(Qt::LeftDockWidgetArea, m_platforms_dock);
    addDockWidget(Qt::RightDockWidgetArea, m_inspector_dock);
    addDockWidget(Qt::RightDockWidgetArea, m_search_dock);
    addDockWidget(Qt::RightDockWidgetArea, m_scenario_dock);
    addDockWidget(Qt::RightDockWidgetArea, m_data_dock);
    addDockWidget(Qt::RightDockWidgetArea, m_problems_dock);
    addDockWidget(Qt::RightDockWidgetArea, m_history_dock);
    addDockWidget(Qt::RightDockWidgetArea, m_library_dock);
    addDockWidget(Qt::BottomDockWidgetArea, m_candidates_dock);
    addDockWidget(Qt::BottomDockWidgetArea, m_compare_dock);
    addDockWidget(Qt::BottomDockWidgetArea, m_system_dock);
    for (PanelDock* dock : {m_platforms_dock, m_inspector_dock, m_candidates_dock}) {
        dock->setFloating(false);
        dock->show();
    }
    for (PanelDock* dock : {m_search_dock, m_scenario_dock, m_data_dock, m_problems_dock, m_history_dock, m_compare_dock,
                            m_system_dock, m_library_dock}) {
        dock->setFloating(false);
        dock->hide();
    }
    tabifyDockWidget(m_inspector_dock, m_search_dock);
    tabifyDockWidget(m_inspector_dock, m_scenario_dock);
    tabifyDockWidget(m_inspector_dock, m_data_dock);
    tabifyDockWidget(m_inspector_dock, m_problems_dock);
    tabifyDockWidget(m_inspector_dock, m_history_dock);
    tabifyDockWidget(m_inspector_dock, m_library_dock);
    tabifyDockWidget(m_candidates_dock, m_compare_dock);
    tabifyDockWidget(m_candidates_dock, m_system_dock);
    usualSizes();
}

bool WorkArea::restoreLayout(const QByteArray& state) {
    m_sized = !state.isEmpty() && restoreState(state);
    return m_sized;
}

void WorkArea::usualSizes() {
    resizeDocks({m_platforms_dock, m_inspector_dock}, {246, 300}, Qt::Horizontal);
    resizeDocks({m_candidates_dock}, {std::max(230, height() * 3 / 10)}, Qt::Vertical);
}

void WorkArea::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    // Docks take sizes only once they have a place on screen.
    if (!std::exchange(m_sized, true)) QTimer::singleShot(0, this, &WorkArea::usualSizes);
}

QList<QAction*> WorkArea::panelActions() const {
    QList<QAction*> actions;
    for (PanelDock* dock : docks()) actions << dock->toggleViewAction();
    return actions;
}

std::vector<LayerId> WorkArea::selectedLayers() const {
    const QVector<LayerId> selection = m_graph->selection();
    return {selection.begin(), selection.end()};
}

void WorkArea::showLayer(LayerId layer) {
    m_graph->setSelection({layer});
    m_graph->reveal(layer);
    m_graph->setFocus();
}

void WorkArea::showSearchSettings() {
    bringForward(m_search_dock);
    m_search->setFocus();
}

void WorkArea::showScenario() {
    bringForward(m_scenario_dock);
    m_scenario->setFocus();
}

void WorkArea::setUndoStack(QUndoStack* stack) {
    m_history->setStack(stack);
}

void WorkArea::showHistory() {
    bringForward(m_history_dock);
    m_history->setFocus();
}

void WorkArea::showProblems() {
    bringForward(m_problems_dock);
    m_problems->view()->setFocus();
}

void WorkArea::showData() {
    bringForward(m_data_dock);
    m_data->setFocus();
}

void WorkArea::showSystem() {
    bringForward(m_system_dock);
    m_system->setFocus();
}

void WorkArea::showLibrary() {
    bringForward(m_library_dock);
    // Names and what they are need more room than the other panels there.
    const int wanted = std::min(460, width() * 3 / 10);
    if (!m_library_dock->isFloating() && m_library_dock->width() < wanted)
        resizeDocks({m_library_dock}, {wanted}, Qt::Horizontal);
    m_library->focusFilter();
}

void WorkArea::showCompare() {
    bringForward(m_compare_dock);
}

PlanChart& WorkArea::chart(QLatin1String name) const {
    const auto kinds = cutline::charts();
    for (std::size_t i = 0; i < kinds.size(); ++i)
        if (name == QLatin1String(kinds[i].name)) return *m_charts[i];
    Q_UNREACHABLE();
}

ParetoChart& WorkArea::pareto() const {
    return static_cast<ParetoChart&>(chart(QLatin1String("pareto")));
}

CutChart& WorkArea::cuts() const {
    return static_cast<CutChart&>(chart(QLatin1String("cuts")));
}

RooflineChart& WorkArea::roofline() const {
    return static_cast<RooflineChart&>(chart(QLatin1String("roofline")));
}

void WorkArea::showChart(QLatin1String name) {
    bringForward(m_candidates_dock); // from behind the comparison
    const auto at = std::find(m_charts.begin(), m_charts.end(), &chart(name));
    m_tabs->setCurrentIndex(static_cast<int>(at - m_charts.begin()));
}

void WorkArea::showChart(const QString& name) {
    for (const ChartKind& kind : cutline::charts())
        if (name == QLatin1String(kind.name)) showChart(QLatin1String(kind.name));
}

QString WorkArea::chartInFront() const {
    return QLatin1String(cutline::charts()[static_cast<std::size_t>(m_tabs->currentIndex())].name);
}

void WorkArea::setOverlay(const QString& id) {
    for (QAction* action : m_overlay_menu->actions())
        if (action->data().toString() == id && !action->isChecked()) action->trigger();
}

QList<QAction*> WorkArea::chartActions() {
    QList<QAction*> actions;
    for (const ChartKind& kind : cutline::charts()) {
        auto* action = new QAction(QLatin1String(kind.tab), this);
        connect(action, &QAction::triggered, this, [this, &kind] { showChart(QLatin1String(kind.name)); });
        actions << action;
    }
    return actions;
}

FileWork WorkArea::paintGraph(const QString& path) {
    return m_graph->pictureFile(path);
}

FileWork paintedChart(PlanChart& chart, const QString& path) {
    if (isSvg(path)) return [svg = chart.toSvg(), path] { return writeBytes(svg, path); };
    return [image = chart.toImage(), path] { return writePng(image, path); };
}

FileWork WorkArea::paintChart(const QString& path) {
    auto* in_front = qobject_cast<PlanChart*>(m_tab_pages->currentWidget());
    return paintedChart(in_front ? *in_front : pareto(), path);
}

} // namespace cutline
