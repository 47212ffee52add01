// SPDX-License-Identifier: GPL-3.0-or-later
// Document's model, also at other dimensions, and what else is read beside it.
#include "app/commands.h"
#include "app/document.h"
#include "core/base/file.h"
#include "core/exchange/workload_model.h"

#include <algorithm>
#include <filesystem>

namespace cutline {
namespace {

/// Plans, pins and sensitivities speak of layers by number.
bool sameLayers(const Graph& a, const Graph& b) {
    return std::equal(a.layers().begin(), a.layers().end(), b.layers().begin(), b.layers().end(),
                      [](const Layer& x, const Layer& y) { return x.name == y.name; });
}

struct Opened {
    ModelFile file;
    std::string images; ///< beside it; empty: none
};

} // namespace

void Document::open(const QString& path, const QString& system) {
    if (m_import) m_import->cancel();
    const std::uint64_t revision = ++m_import_revision;
    const std::string file = path.toStdString();
    m_import = m_jobs.start<Result<Opened>>(
        tr("Opening %1").arg(path.section(QLatin1Char('/'), -1)),
        [file](Progress& progress) -> Result<Opened> {
            auto read = readModelFile(file, {}, progress);
            if (!read) return read.error();
            return Opened{*std::move(read), imagesBeside(file)};
        },
        [this, revision, system](Result<Opened> opened) {
            if (revision != m_import_revision) return;
            m_import.reset();
            if (opened)
                accept(std::move(opened->file), opened->images, system);
            else
                Q_EMIT failed(opened.error());
        });
}

void Document::accept(ModelFile file, const std::string& images, const QString& system) {
    EditState fresh;
    fresh.model = std::make_shared<const ImportedModel>(std::move(file.model));
    // A workload's devices know its own nodes alone.
    const bool of_workload = m_model && isWorkloadFile(m_model->file);
    fresh.system = file.system ? file.system : of_workload ? usualSystem() : m_state.system;
    if (!system.isEmpty())
        if (auto wanted = m_library.system(system.toStdString()))
            fresh.system = std::make_shared<const System>(*std::move(wanted));
    if (fresh.system == m_state.system) fresh.places = m_state.places;
    if (fresh.system) fresh.options = defaultOptions(*fresh.system);
    giveTimes(fresh, file.times);
    // A workload's devices are alike: every order among them would be searched in vain.
    if (file.system) fresh.options.order = OrderKind::Fixed;
    if (!images.empty()) {
        fresh.images = std::make_shared<AccuracySource>(images, fresh.model);
        fresh.options.objectives.push_back(Objective::Accuracy);
        fresh.options.precisions = PrecisionChoice::Offered;
    }
    begin(fresh);
}

void Document::show(const EditState& state) {
    if (m_import) m_import->cancel();
    ++m_import_revision; // whatever is being opened comes too late
    m_import.reset();
    begin(state);
}

void Document::begin(const EditState& state) {
    m_model = state.model;
    m_undo.clear();
    m_state = state;
    m_costs.reset();
    m_evaluator.reset();
    m_result.reset();
    m_metrics.reset();
    m_reference_metrics.reset();
    m_plan_index.reset();
    m_proposed.reset();
    m_front_before.reset();
    m_choose_suggestion = false;
    Q_EMIT begun();
    Q_EMIT modelChanged();
    Q_EMIT settingsChanged();
    lookAtData();
    startCosts();
}

void Document::setScenario(const Scenario& scenario, int gesture) {
    if (m_model && scenario.dimensions != m_state.scenario.dimensions) return readAgain(scenario, gesture);
    EditState after = m_state;
    after.scenario = scenario;
    push(EditKind::ChangeScenario, tr("Change scenario"), std::move(after), gesture);
}

void Document::readAgain(const Scenario& scenario, int gesture) {
    if (m_import) m_import->cancel();
    const std::uint64_t revision = ++m_import_revision;
    m_import = m_jobs.start<Result<ModelFile>>(
        tr("Reading the model at other dimensions"),
        [file = m_model->file, dimensions = scenario.dimensions](Progress& progress) {
            ImportOptions options;
            options.dimensions = dimensions;
            return readModelFile(file, options, progress);
        },
        [this, revision, scenario, gesture](Result<ModelFile> read) {
            if (revision != m_import_revision) return;
            m_import.reset();
            if (read && !sameLayers(*read->model.graph, *m_model->graph))
                read = Error{m_model->file, "has other layers at these dimensions",
                             "open it anew with cutline-cli --dim; plans do not carry over"};
            if (!read) {
                Q_EMIT failed(read.error());
                Q_EMIT settingsChanged(); // the scenario panel goes back to what is in force
                return;
            }
            EditState after = m_state;
            after.scenario = scenario;
            after.model = std::make_shared<const ImportedModel>(std::move(read->model));
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
        const auto bytes = readFile(file.toStdString());
        after.sensitivity_file = {{}, std::filesystem::absolute(file.toStdString()).string(), bytes ? sha256Hex(*bytes) : std::string()};
    }
    // An objective that is not known is no search, and one source of what precisions lose is enough.
    auto& objectives = after.options.objectives;
    if (file.isEmpty()) std::erase(objectives, Objective::Sensitivity);
    if (after.sensitivity) {
        after.images.reset();
        std::erase(objectives, Objective::Accuracy);
    }
    push(EditKind::ChangeSensitivity, file.isEmpty() ? tr("Forget sensitivities") : tr("Load sensitivities"),
         std::move(after));
}

} // namespace cutline
