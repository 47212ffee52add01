// SPDX-License-Identifier: GPL-3.0-or-later
// Document's model at other dimensions, and what else is read beside it.
#include "app/commands.h"
#include "app/document.h"

#include <algorithm>

namespace cutline {
namespace {

/// Plans, pins and sensitivities speak of layers by number.
bool sameLayers(const Graph& a, const Graph& b) {
    return std::equal(a.layers().begin(), a.layers().end(), b.layers().begin(), b.layers().end(),
                      [](const Layer& x, const Layer& y) { return x.name == y.name; });
}

} // namespace

void Document::setScenario(const Scenario& scenario, int gesture) {
    if (m_model && scenario.dimensions != m_state.scenario.dimensions) return readAgain(scenario, gesture);
    EditState after = m_state;
    after.scenario = scenario;
    push(EditKind::ChangeScenario, tr("Change scenario"), std::move(after), gesture);
}

void Document::readAgain(const Scenario& scenario, int gesture) {
    if (m_import) m_import->cancel();
    const std::uint64_t revision = ++m_import_revision;
    m_import = m_jobs.start<Result<ImportedModel>>(
        tr("Reading the model at other dimensions"),
        [file = m_model->file, dimensions = scenario.dimensions](Progress& progress) {
            ImportOptions options;
            options.dimensions = dimensions;
            return importOnnx(file, options, progress);
        },
        [this, revision, scenario, gesture](Result<ImportedModel> model) {
            if (revision != m_import_revision) return;
            m_import.reset();
            if (model && !sameLayers(*model->graph, *m_model->graph))
                model = Error{m_model->file, "has other layers at these dimensions",
                              "open it anew with cutline-cli --dim; plans do not carry over"};
            if (!model) {
                Q_EMIT failed(model.error());
                Q_EMIT settingsChanged(); // the scenario panel goes back to what is in force
                return;
            }
            EditState after = m_state;
            after.scenario = scenario;
            after.model = std::make_shared<const ImportedModel>(std::move(*model));
            push(EditKind::ChangeScenario, tr("Change dimensions"), std::move(after), gesture);
        });
}

void Document::forgetResults() {
    // Figures of another system or other shapes mean nothing here: gone before anybody hears of the new one.
    m_result.reset();
    m_evaluator.reset();
    updateReference();
    updateMetrics();
    Q_EMIT resultChanged();
    Q_EMIT planChanged();
}

void Document::setSensitivity(const QString& file) {
    if (!hasModel() || !m_state.system) return;
    EditState after = m_state;
    after.sensitivity.reset();
    if (!file.isEmpty()) {
        auto table = readSensitivity(file.toStdString(), *m_model->graph, *m_state.system);
        if (!table) {
            Q_EMIT failed(table.error());
            return;
        }
        after.sensitivity = std::make_shared<const SensitivityTable>(std::move(*table));
    }
    auto& objectives = after.options.objectives;
    if (file.isEmpty()) std::erase(objectives, Objective::Sensitivity); // an objective that is not known is no search
    push(EditKind::ChangeSensitivity, file.isEmpty() ? tr("Forget sensitivities") : tr("Load sensitivities"),
         std::move(after));
}

} // namespace cutline
