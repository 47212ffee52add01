// SPDX-License-Identifier: GPL-3.0-or-later
// Document's accuracies: where they come from, and what is measured when somebody looks.
#include "app/commands.h"
#include "app/document.h"

namespace cutline {

void Document::setImages(const QString& file, const QString& output) {
    if (!hasModel()) return;
    EditState after = m_state;
    auto& objectives = after.options.objectives;
    std::erase(objectives, Objective::Accuracy);
    after.images.reset();
    after.options.precisions = file.isEmpty() ? PrecisionChoice::Own : PrecisionChoice::Offered;
    if (!file.isEmpty()) {
        after.images = std::make_shared<AccuracySource>(file.toStdString(), m_model, output.toStdString());
        objectives.push_back(Objective::Accuracy);
        after.sensitivity.reset();
        std::erase(objectives, Objective::Sensitivity);
    }
    push(EditKind::ChangeImages, file.isEmpty() ? tr("Forget accuracies") : tr("Take accuracies from %1").arg(file.section(QLatin1Char('/'), -1)),
         std::move(after));
}

void Document::lookAtData() {
    if (m_look) m_look->cancel();
    m_look.reset();
    m_data.reset();
    forgetSweep();
    const std::uint64_t revision = ++m_data_revision;
    Q_EMIT dataChanged();
    if (!m_state.images) return;
    m_look = m_jobs.start<Result<DataFacts>>(
        tr("Looking at %1").arg(QString::fromStdString(m_state.images->file()).section(QLatin1Char('/'), -1)),
        [images = m_state.images, system = m_state.system](Progress& progress) { return images->look(system, progress); },
        [this, revision](Result<DataFacts> facts) {
            if (revision != m_data_revision) return;
            m_look.reset();
            m_data = std::move(facts);
            Q_EMIT dataChanged();
        });
}

void Document::forgetSweep() {
    if (m_sweeping) m_sweeping->cancel();
    m_sweeping.reset();
    ++m_sweep_revision;
    m_sweep_reason.clear();
    m_sweep.reset();
    m_sweep_plan.reset();
    Q_EMIT sweepChanged();
}

void Document::measureSweep() {
    if (!m_state.images || !m_state.plan || !m_evaluator || m_sweep || m_sweeping || !m_sweep_reason.isEmpty()) return;
    const std::uint64_t revision = ++m_sweep_revision;
    m_sweep_plan = m_state.plan;
    m_sweeping = m_jobs.start<Result<WidthSweep>>(
        tr("Measuring what a bit costs"),
        [images = m_state.images, plan = m_state.plan, system = m_state.system](Progress& progress) {
            return images->sweep(*plan, system, progress);
        },
        [this, revision](Result<WidthSweep> sweep) {
            if (revision != m_sweep_revision) return;
            m_sweeping.reset();
            if (sweep)
                m_sweep = std::make_shared<const WidthSweep>(*std::move(sweep));
            else
                m_sweep_reason = QString::fromStdString(sweep.error().message());
            Q_EMIT sweepChanged();
        });
}

std::optional<Accuracy> Document::accuracyOf(const Plan& plan, const Metrics& metrics) const {
    if (m_result && !m_result->accuracies.empty())
        if (const auto candidate = candidateOf(plan, metrics))
            if (const auto known = m_result->accuracies[*candidate]) return known;
    return m_state.images ? m_state.images->accuracyOf(plan, m_state.system) : std::nullopt;
}

std::vector<SensitivityPtr> Document::sensitivities() const {
    if (m_state.sensitivity) return {m_state.sensitivity};
    return m_state.images ? m_state.images->sensitivities(m_state.system) : std::vector<SensitivityPtr>{};
}

} // namespace cutline
