// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/compare_panel.h"

#include "widgets/panels/kit.h"
#include "widgets/panels/plan_bands.h"
#include "widgets/panels/plan_graphs.h"

#include <QHeaderView>
#include <QPainter>
#include <QSplitter>
#include <QStackedLayout>
#include <QTabBar>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace cutline {
namespace {

constexpr std::size_t kOthers = 3;
constexpr int kBothHeight = 470; ///< from here figures and graphs are shown together

/// The value, and the change before it in its colour.
class CompareDelegate : public RowDelegate {
public:
    using RowDelegate::RowDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        RowDelegate::paint(painter, option, index);
        const QString change = index.data(CompareModel::ChangeRole).toString();
        if (change.isEmpty()) return;
        const Theme& theme = Theme::of(option.palette);
        const auto verdict = static_cast<Verdict>(index.data(CompareModel::VerdictRole).toInt());
        painter->setFont(fontFor(TextRole::Small, true));
        painter->setPen(verdict == Verdict::Better  ? theme.good
                        : verdict == Verdict::Worse ? theme.bad
                                                    : theme.text3);
        painter->drawText(option.rect.adjusted(8, 0, -8, 0), Qt::AlignLeft | Qt::AlignVCenter, change);
    }
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const QString change = index.data(CompareModel::ChangeRole).toString();
        const int more = change.isEmpty() ? 0 : QFontMetrics(fontFor(TextRole::Small, true)).horizontalAdvance(change) + 12;
        return RowDelegate::sizeHint(option, index) + QSize(more, 0);
    }
};

} // namespace

ComparePanel::ComparePanel(QWidget* parent)
    : QWidget(parent), m_model(new CompareModel(this)), m_view(new QTableView(this)), m_bands(new PlanBands(this)),
      m_graphs(new PlanGraphs(this)), m_tabs(new QTabBar(this)), m_figures(new QWidget(this)), m_clear(new QToolButton(this)), m_stack(new QStackedLayout) {
    setAccessibleName(QStringLiteral("Compare"));
    onSurface(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(m_stack);
    m_stack->addWidget(new EmptyState(QStringLiteral("Nothing to compare yet"),
                                      QStringLiteral("Put plans beside the chosen one: \u201CCompare\u201D in the menu of a row "
                                                     "of the candidates, or Ctrl+Shift+D."),
                                      {}, this));
    auto* page = new QWidget(this);
    auto* rows = new QVBoxLayout(page);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    auto* top = new QHBoxLayout;
    m_tabs->setObjectName(QStringLiteral("compareTabs"));
    m_tabs->addTab(QStringLiteral("Figures"));
    m_tabs->addTab(QStringLiteral("Graphs"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setAccessibleName(QStringLiteral("Figures or graphs of the plans"));
    top->setContentsMargins(12, 0, 8, 0);
    top->addWidget(m_tabs);
    top->addStretch(1);
    top->addWidget(m_clear);
    rows->addLayout(top);
    rows->addSpacing(4);
    auto* parts = new QSplitter(Qt::Vertical, page);
    parts->addWidget(m_figures);
    parts->addWidget(m_graphs);
    parts->setStretchFactor(0, 2);
    parts->setStretchFactor(1, 3);
    parts->setChildrenCollapsible(false);
    rows->addWidget(parts, 1);
    m_halves = new QVBoxLayout(m_figures);
    m_halves->setContentsMargins(4, 0, 12, 0);
    m_halves->setSpacing(2);
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    m_view->setModel(m_model);
    m_view->setItemDelegate(new CompareDelegate(m_view));
    m_view->setAccessibleName(QStringLiteral("Figures of the plans"));
    m_view->setShowGrid(false);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setTabKeyNavigation(false);
    m_view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->horizontalHeader()->setHighlightSections(false);
    m_view->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_view->verticalHeader()->setDefaultSectionSize(26);
    m_view->verticalHeader()->setHighlightSections(false);
    m_view->setCornerButtonEnabled(false);
    m_view->setStyleSheet(QStringLiteral("QTableCornerButton::section { background: transparent; border: none; }"));
    m_halves->addWidget(m_view, 3);
    m_halves->addLayout(column, 2);
    column->addWidget(m_bands);
    column->addStretch(1);
    m_clear->setText(QStringLiteral("Compare with nothing"));
    m_clear->setToolTip(QStringLiteral("Takes the other plans away; the chosen one stays"));
    m_clear->setAutoRaise(true);
    m_stack->addWidget(page);
    connect(m_clear, &QToolButton::clicked, this, &ComparePanel::clear);
    connect(m_bands, &PlanBands::layerSelected, this, &ComparePanel::layerSelected);
    connect(m_graphs, &PlanGraphs::layerSelected, this, &ComparePanel::layerSelected);
    connect(m_tabs, &QTabBar::currentChanged, this, &ComparePanel::showHalves);
    showHalves();
}

void ComparePanel::setEvaluator(EvaluatorPtr evaluator) {
    if (evaluator == m_evaluator) return;
    m_evaluator = std::move(evaluator);
    m_current.reset(); // judged anew when it is told again
    if (m_evaluator) {
        const Problem& problem = m_evaluator->problem();
        // Platforms and layers are numbers in a plan: of another graph or system they mean something else.
        if (problem.graph != m_graph || problem.system != m_system) m_others.clear();
        m_graph = problem.graph;
        m_system = problem.system;
    }
    for (ComparedPlan& other : m_others)
        if (m_evaluator) other.metrics = metricsOf(*other.plan);
    refresh();
}

void ComparePanel::setAccuracies(AccuracyOf of) {
    m_accuracy_of = std::move(of);
}

Metrics ComparePanel::metricsOf(const Plan& plan) const {
    Metrics metrics = m_evaluator->evaluate(plan);
    if (m_accuracy_of) metrics.accuracy = m_accuracy_of(plan, metrics);
    return metrics;
}

void ComparePanel::setCurrent(const QString& name, std::optional<Plan> plan, const std::optional<Metrics>& metrics) {
    m_current.reset();
    if (plan && m_evaluator)
        m_current = ComparedPlan{name, std::make_shared<const Plan>(*plan), metrics ? *metrics : metricsOf(*plan)};
    refresh();
}

void ComparePanel::add(const QString& name, const Plan& plan) {
    if (!m_evaluator) return;
    std::erase_if(m_others, [&](const ComparedPlan& other) { return *other.plan == plan; });
    if (m_others.size() == kOthers) m_others.erase(m_others.begin());
    m_others.push_back({name, std::make_shared<const Plan>(plan), metricsOf(plan)});
    refresh();
}

void ComparePanel::clear() {
    m_others.clear();
    refresh();
}

void ComparePanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    constexpr int kSideBySide = 760;
    m_halves->setDirection(width() >= kSideBySide ? QBoxLayout::LeftToRight : QBoxLayout::BottomToTop);
    showHalves();
}

void ComparePanel::showHalves() {
    const bool both = height() >= kBothHeight;
    m_tabs->setVisible(!both);
    m_figures->setVisible(both || m_tabs->currentIndex() == 0);
    m_graphs->setVisible(both || m_tabs->currentIndex() == 1);
}

void ComparePanel::refresh() {
    std::vector<ComparedPlan> plans;
    if (m_current) plans.push_back(*m_current);
    plans.insert(plans.end(), m_others.begin(), m_others.end());
    const bool any = m_evaluator && m_current && plans.size() > 1;
    m_stack->setCurrentIndex(any ? 1 : 0);
    if (!any) plans.clear();
    const Problem* problem = m_evaluator ? &m_evaluator->problem() : nullptr;
    m_bands->setPlans(plans, problem ? problem->graph : nullptr, problem ? problem->system : nullptr);
    m_graphs->setPlans(plans, m_evaluator);
    m_model->setPlans(std::move(plans), problem ? problem->system : nullptr);
    m_view->resizeColumnsToContents();
}

} // namespace cutline
