// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/project_state.h"

#include "app/accuracy_source.h"
#include "app/model_file.h"
#include "core/base/text.h"
#include "core/exchange/project_files.h"

#include <algorithm>
#include <filesystem>

namespace cutline {
namespace {

constexpr const char* kChosen = "chosen";
constexpr const char* kReference = "reference";

std::string absolute(const std::string& file) {
    std::error_code failed;
    const auto path = std::filesystem::absolute(file, failed);
    return failed ? file : path.lexically_normal().string();
}

template <class T>
T& slot(std::vector<T>& all, std::size_t index) {
    if (index >= all.size()) return all.emplace_back();
    return all[index];
}

/// Reads the profiles; what the system does not have is said.
Result<void> readProfiles(const Project& project, LoadedProject& loaded) {
    for (const Project::MeasuredTimes& times : project.profiles) {
        if (times.file.file.empty()) continue;
        const auto platform = loaded.state.system->findPlatform(times.file.name);
        if (!platform) {
            loaded.lost.push_back("times of platform " + inQuotes(times.file.name));
            continue;
        }
        auto profile = readProfile(times.file.file, loaded.state.system->platform(*platform).clock_hz);
        if (!profile) return profile.error();
        loaded.state.profiles[times.file.name] = {std::make_shared<const Profile>(*std::move(profile)), times.use};
    }
    loaded.state.missing = project.profile_missing;
    return {};
}

void placePlans(const Project& project, LoadedProject& loaded) {
    EditState& state = loaded.state;
    for (const Project::KeptPlan& kept : project.plans) {
        auto plan = planFromKept(kept, *state.model->graph, *state.system);
        if (!plan) {
            loaded.lost.push_back(plan.error().message());
            if (kept.id != kChosen && kept.id != kReference) loaded.rest.plans.push_back(kept);
            continue;
        }
        const auto shared = std::make_shared<const Plan>(*std::move(plan));
        const std::string name = kept.name.empty() ? kept.id : kept.name;
        if (!project.view.selected_plan.empty() && kept.id == project.view.selected_plan) state.plan = shared;
        if (!project.reference.empty() && kept.id == project.reference) state.reference = {shared, name};
        // One without star and note would not be listed.
        if (kept.kept) state.kept.push_back({shared, name, kept.note, kept.favourite || kept.note.empty()});
        else if (kept.id != kChosen && kept.id != kReference) loaded.rest.plans.push_back(kept);
    }
}

Project::KeptPlan namedPlan(const Plan& plan, const EditState& state, std::string id, std::string name) {
    Project::KeptPlan kept = keptFromPlan(plan, *state.model->graph, *state.system);
    kept.id = std::move(id);
    kept.name = std::move(name);
    return kept;
}

void putPlans(Project& project, const EditState& state) {
    std::size_t number = 0;
    const auto free_id = [&] {
        std::string id;
        do id = "k" + std::to_string(++number);
        while (std::any_of(project.plans.begin(), project.plans.end(), [&](const auto& plan) { return plan.id == id; }));
        return id;
    };
    project.view.selected_plan.clear();
    project.reference.clear();
    for (const Kept& kept : state.kept) {
        Project::KeptPlan plan = namedPlan(*kept.plan, state, free_id(), kept.name);
        plan.note = kept.note;
        plan.kept = true;
        plan.favourite = kept.favourite;
        if (state.plan && *state.plan == *kept.plan) project.view.selected_plan = plan.id;
        project.plans.push_back(std::move(plan));
    }
    if (state.plan && project.view.selected_plan.empty()) {
        project.view.selected_plan = kChosen;
        project.plans.push_back(namedPlan(*state.plan, state, kChosen, {}));
    }
    if (state.reference.plan) {
        project.reference = kReference;
        project.plans.push_back(namedPlan(*state.reference.plan, state, kReference, state.reference.name));
    }
}

} // namespace

Result<LoadedProject> loadProject(Project project, Progress& progress) {
    const std::size_t model_at = shownModel(project), system_at = shownSystem(project), scenario_at = shownScenario(project);
    if (model_at >= project.models.size())
        return Error{"the project", "names no model", "add model { file: \"..\" } to it"};
    if (system_at >= project.systems.size())
        return Error{"the project", "has no system", "add system { .. } to it"};
    LoadedProject loaded;
    EditState& state = loaded.state;
    state.system = std::make_shared<const System>(project.systems[system_at]);
    if (scenario_at < project.scenarios.size()) state.scenario = project.scenarios[scenario_at];
    ImportOptions how;
    how.dimensions = state.scenario.dimensions;
    auto file = readModelFile(project.models[model_at].file, how, progress);
    if (!file) return file.error();
    // Between the check of what the project refers to and now somebody may have written another one there.
    const std::string& expected = project.models[model_at].sha256;
    if (!expected.empty() && expected != file->model.sha256)
        return Error{printable(file->model.file), "was replaced while the project was being opened", "open the project again"};
    state.model = std::make_shared<const ImportedModel>(std::move(file->model));
    const Graph& graph = *state.model->graph;
    state.options = searchOptionsOf(project, graph, *state.system, loaded.lost);
    state.fusion = project.fusion;
    if (auto read = readProfiles(project, loaded); !read) return read.error();
    giveTimes(state, file->times);
    if (!project.sensitivity.file.empty()) {
        auto table = readSensitivity(project.sensitivity.file, graph, *state.system);
        if (!table) return table.error();
        state.sensitivity = std::make_shared<const SensitivityTable>(*std::move(table));
        state.sensitivity_file = project.sensitivity;
    } else if (!project.accuracy.file.empty()) {
        state.images = std::make_shared<AccuracySource>(project.accuracy.file, state.model, project.accuracy.name);
        state.images->rememberFile();
    }
    // An objective that nothing tells is no search.
    if (!state.images) std::erase(state.options.objectives, Objective::Accuracy);
    if (!state.sensitivity) std::erase(state.options.objectives, Objective::Sensitivity);
    if (state.options.objectives.empty()) state.options.objectives.push_back(Objective::Latency);
    state.places = project.view.places;
    state.title = project.title;
    state.note = project.note;
    loaded.rest = project;
    loaded.rest.plans.clear();
    placePlans(project, loaded);
    return loaded;
}

Project projectOf(const EditState& state, const Project& rest) {
    Project project = rest;
    project.title = state.title;
    project.note = state.note;
    FileReference& model = slot(project.models, shownModel(project));
    model.file = absolute(state.model->file);
    model.sha256 = state.model->sha256;
    if (model.name.empty()) model.name = std::filesystem::path(model.file).stem().string();
    project.view.model = model.name;
    slot(project.systems, shownSystem(project)) = *state.system;
    project.view.system = state.system->name;
    project.view.places = state.places;
    if (state.scenario != Scenario{} || !project.scenarios.empty())
        slot(project.scenarios, shownScenario(project)) = state.scenario;
    project.view.scenario = state.scenario.name;
    project.profiles.clear();
    for (const auto& [platform, given] : state.profiles)
        if (given.profile->file != state.model->file) // a workload brings its own times
            project.profiles.push_back({{platform, absolute(given.profile->file), given.profile->sha256}, given.use});
    project.profile_missing = project.profiles.empty() ? ProfileMissing::Model : state.missing;
    project.fusion = state.fusion;
    project.sensitivity = state.sensitivity ? state.sensitivity_file : FileReference{};
    project.accuracy = {};
    if (state.images) project.accuracy = {state.images->output(), absolute(state.images->file()), state.images->sha256()};
    setSearchOptions(project, state.options, *state.model->graph, *state.system);
    putPlans(project, state);
    return project;
}

} // namespace cutline
