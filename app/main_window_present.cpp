// SPDX-License-Identifier: GPL-3.0-or-later
// The kept plans before an audience.
#include "app/main_window.h"

#include "widgets/models/constraint_metrics.h"
#include "widgets/models/plan_facts.h"
#include "widgets/panels/presentation.h"

#include <QFileInfo>

#include <optional>

namespace cutline {

void MainWindow::present() {
    const EvaluatorPtr& evaluator = m_document->evaluator();
    const EditState& state = m_document->state();
    if (!evaluator || !m_document->metrics()) return;
    MetricContext context;
    context.system = state.system;
    context.constraints = requirementLimits(state.scenario, *state.system);
    context.constraints.insert(context.constraints.begin(), state.options.constraints.begin(), state.options.constraints.end());
    context.rate_hz = state.scenario.rate_hz;
    const auto& reference = m_document->referenceMetrics();
    context.reference = reference ? &*reference : nullptr;
    context.reference_name = m_document->referenceName();
    std::vector<PresentedPlan> plans;
    const auto add = [&](const PlanPtr& plan, const QString& name, const QString& note, bool favourite) {
        Metrics metrics = evaluator->evaluate(*plan);
        metrics.accuracy = m_document->accuracyOf(*plan, metrics);
        plans.push_back({name, note, favourite, plan, metricTiles(metrics, context),
                         bottleneckText(metrics, *state.system, state.scenario.rate_hz)});
    };
    std::optional<std::size_t> chosen; // the plan shown now, where it is a kept one: the last of them
    for (const Kept& kept : state.kept) {
        if (*kept.plan == *state.plan) chosen = plans.size();
        add(kept.plan, text(kept.name), text(kept.note), kept.favourite);
    }
    if (!chosen) {
        chosen = plans.size();
        add(state.plan, planName(), {}, false);
    }
    auto* presentation = new Presentation(this);
    presentation->setWindowFlag(Qt::Window);
    presentation->setAttribute(Qt::WA_DeleteOnClose);
    presentation->setPlans(QFileInfo(windowFilePath()).fileName() + QStringLiteral(" \u00B7 ") + text(state.system->name),
                           std::move(plans), m_document->model().graph, state.system);
    presentation->showPlan(*chosen);
    connect(presentation, &Presentation::left, this, [this] { activateWindow(); });
    presentation->showFullScreen();
    presentation->setFocus();
}

} // namespace cutline
