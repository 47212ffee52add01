// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/project_source.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/exchange/project_files.h"

#include <filesystem>
#include <iterator>

namespace cutline::cli {
namespace {

/// Where a file lies that the project refers to; an error where it is another one by now.
Result<std::string> placeOf(const FileReference& file, const std::string& project)
{
    const std::string path = (std::filesystem::path(project).parent_path() / file.file).string();
    if (file.sha256.empty()) return path;
    const auto hash = sha256OfFile(path);
    if (!hash) return hash.error();
    if (*hash == file.sha256) return path;
    return Error{printable(path), "has changed since " + inQuotes(project) + " was saved",
                 "open the project in the window and save it with the file as it is now"};
}

std::vector<std::string> placements(const std::vector<Project::Placement>& list)
{
    std::vector<std::string> texts;
    for (const Project::Placement& one : list) texts.push_back(one.layer + "=" + one.platform);
    return texts;
}

void addTo(std::vector<std::string>& typed, std::vector<std::string> more)
{
    typed.insert(typed.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

Result<void> addProfiles(ProjectSource& source, const std::string& file)
{
    for (const Project::MeasuredTimes& times : source.project.profiles) {
        const auto path = placeOf(times.file, file);
        if (!path) return path.error();
        source.options.profiles.push_back(times.file.name + "=" + *path);
        source.ground.use[times.file.name] = times.use;
    }
    if (!source.options.profile_missing.empty()) return {};
    if (source.project.profile_missing == ProfileMissing::Zero) source.options.profile_missing = "zero";
    if (source.project.profile_missing == ProfileMissing::Model) source.options.profile_missing = "model";
    return {};
}

/// What the project knows of accuracies, unless the command line says something else of them.
Result<void> addAccuracies(ProjectSource& source, const std::string& file)
{
    Options& options = source.options;
    if (!options.data.empty() || !options.accuracy_table.empty() || !options.sensitivity.empty()) return {};
    const FileReference& known = source.project.accuracy;
    const bool any = !known.file.empty();
    const FileReference& taken = any ? known : source.project.sensitivity;
    if (taken.file.empty()) return {};
    const auto path = placeOf(taken, file);
    if (!path) return path.error();
    std::string& option = !any ? options.sensitivity : lowered(*path).ends_with(".csv") ? options.accuracy_table : options.data;
    option = *path;
    if (any && options.judged_by.empty()) options.judged_by = known.name;
    return {};
}

void addSearch(ProjectSource& source)
{
    Options& options = source.options;
    const Project& project = source.project;
    for (const Project::Limit& limit : project.constraints) {
        if (limit.at_most) options.constraints.push_back(limit.metric + "<=" + numberText(*limit.at_most));
        if (limit.at_least) options.constraints.push_back(limit.metric + ">=" + numberText(*limit.at_least));
    }
    if (options.objectives.empty())
        for (const Objective objective : project.objectives)
            options.objectives += (options.objectives.empty() ? "" : ",") + std::string(infoOf(objective).option);
    addTo(options.pins, placements(project.pins));
    addTo(options.forbidden, placements(project.forbidden));
}

} // namespace

bool isProject(const std::string& file) { return lowered(file).ends_with(".cutline"); }

Result<ProjectSource> readProjectSource(const Options& options)
{
    const std::string& file = options.model;
    const Library library = Library::load(Library::defaultFolders());
    auto read = readProject(file, library);
    if (!read) return read.error();
    ProjectSource source{*std::move(read), options, {}, {}};
    const Project& project = source.project;
    const std::size_t model = shownModel(project);
    if (model == project.models.size())
        return Error{printable(file), "names no model", "open the project in the window and add one"};
    const auto path = placeOf(project.models[model], file);
    if (!path) return path.error();
    source.options.model = *path;
    if (isWorkloadFile(*path)) {
        auto workload = readWorkloadModel(*path);
        if (!workload) return workload.error();
        source.ground.workload = *std::move(workload);
    }
    if (!options.system.empty()) {
        auto named = library.system(options.system);
        if (!named) return named.error();
        source.ground.system = *std::move(named);
    } else if (const std::size_t system = shownSystem(project); system < project.systems.size()) {
        source.ground.system = project.systems[system];
    } else {
        return Error{printable(file), "has no system", "give --system"};
    }
    if (!options.scenario.empty()) {
        auto named = scenarioOf(options);
        if (!named) return named.error();
        source.ground.scenario = *std::move(named);
    } else if (const std::size_t scenario = shownScenario(project); scenario < project.scenarios.size()) {
        source.ground.scenario = project.scenarios[scenario];
    }
    if (auto added = addProfiles(source, file); !added) return added.error();
    if (auto added = addAccuracies(source, file); !added) return added.error();
    addSearch(source);
    source.plan = project.view.selected_plan;
    return source;
}

} // namespace cutline::cli
