// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/plan_graphs.h"

#include "widgets/graph/graph_view.h"
#include "widgets/panels/kit.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace cutline {

PlanGraphs::PlanGraphs(QWidget* parent) : QWidget(parent), m_row(new QHBoxLayout(this)) {
    setAccessibleName(QStringLiteral("Graphs of the plans"));
    m_row->setContentsMargins(4, 0, 4, 0);
    m_row->setSpacing(8);
}

void PlanGraphs::setPlans(std::vector<ComparedPlan> plans, EvaluatorPtr evaluator) {
    m_plans = std::move(plans);
    m_evaluator = std::move(evaluator);
    if (!m_evaluator) m_plans.clear();
    if (isVisible()) fill();
}

void PlanGraphs::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    fill();
}

void PlanGraphs::makePane() {
    Pane pane;
    pane.frame = new QWidget(this);
    auto* column = new QVBoxLayout(pane.frame);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto* title = new QHBoxLayout;
    title->setContentsMargins(8, 2, 8, 0);
    pane.name = new InkLabel(Ink::Text, TextRole::CardTitle, {}, pane.frame);
    pane.differing = new InkLabel(Ink::Text3, TextRole::Small, {}, pane.frame);
    title->addWidget(pane.name);
    title->addWidget(pane.differing, 1);
    column->addLayout(title);
    pane.graph = new GraphView(pane.frame);
    pane.graph->setMinimumSize(120, 90);
    column->addWidget(pane.graph, 1);
    m_row->addWidget(pane.frame, 1);
    if (m_panes.empty())
        pane.graph->setReadOnly();
    else
        pane.graph->follow(m_panes.front().graph);
    connect(pane.graph, &GraphView::selectionChanged, this, [this, view = pane.graph](const QVector<LayerId>& layers) {
        if (view->hasFocus() && !layers.isEmpty()) Q_EMIT layerSelected(layers.front());
    });
    m_panes.push_back(pane);
}

void PlanGraphs::fill() {
    while (m_panes.size() < m_plans.size()) makePane();
    for (std::size_t p = 0; p < m_panes.size(); ++p) m_panes[p].frame->setVisible(p < m_plans.size());
    if (m_plans.empty()) return;
    const Problem& problem = m_evaluator->problem();
    const std::size_t layers = problem.graph->layerCount();
    for (std::size_t p = 0; p < m_plans.size(); ++p) {
        const Pane& pane = m_panes[p];
        GraphView& graph = *pane.graph;
        if (graph.graph() != problem.graph || graph.system() != problem.system || graph.costs() != problem.costs) {
            graph.clearPlan(); // it spoke of other platforms or costs
            graph.setModel(problem.graph, problem.system, problem.costs);
        }
        graph.setPlan(*m_plans[0].plan, m_plans[0].metrics);
        if (p > 0) graph.setPreview(*m_plans[p].plan, m_plans[p].metrics);
        pane.name->setText(m_plans[p].name);
        const std::size_t differing = differingLayers({m_plans[0], m_plans[p]}, layers).size();
        pane.differing->setText(p == 0           ? QString()
                                : differing == 0 ? QStringLiteral("every layer where %1 has it").arg(m_plans[0].name)
                                                 : QStringLiteral("%1 of %2 layers elsewhere").arg(differing).arg(layers));
    }
}

} // namespace cutline
