// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/project_files.h"

#include "core/base/file.h"
#include "core/base/text.h"

#include <algorithm>
#include <filesystem>
#include <functional>

namespace cutline {
namespace fs = std::filesystem;
namespace {

/// Further up than this is another place of the disk, not a neighbouring folder.
constexpr int kMostUp = 3;

fs::path folderOf(const std::string& file) {
    std::error_code failed;
    return fs::absolute(fs::path(file), failed).parent_path();
}

std::string relativeTo(const fs::path& folder, const std::string& file) {
    const fs::path way = fs::path(file).lexically_normal().lexically_relative(folder.lexically_normal());
    const auto up = std::count(way.begin(), way.end(), fs::path(".."));
    return way.empty() || up > kMostUp ? file : way.string();
}

void forEachPath(Project& project, const std::function<void(std::string&)>& does) {
    const auto change = [&](FileReference& reference) {
        if (!reference.file.empty()) does(reference.file);
    };
    for (FileReference& model : project.models) change(model);
    for (Project::MeasuredTimes& times : project.profiles) change(times.file);
    change(project.sensitivity);
    change(project.accuracy);
}

ReferenceCheck checked(ReferenceCheck::Kind kind, std::size_t index, const FileReference& reference) {
    ReferenceCheck check{kind, index, reference, ReferenceCheck::State::Missing, {}};
    std::error_code failed;
    if (fs::is_directory(reference.file, failed)) {
        check.state = ReferenceCheck::State::Same; // pictures: no hash of them all
        return check;
    }
    const auto hash = sha256OfFile(reference.file);
    if (!hash) return check;
    check.sha256 = *hash;
    const bool same = reference.sha256.empty() || reference.sha256 == check.sha256;
    check.state = same ? ReferenceCheck::State::Same : ReferenceCheck::State::Changed;
    return check;
}

template <class T>
std::size_t shown(const std::vector<T>& all, const std::string& name) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const T& one) { return one.name == name; });
    return found != all.end() ? static_cast<std::size_t>(found - all.begin()) : 0;
}

std::string beside(const std::string& file, const char* ending) {
    const fs::path path(file);
    return (path.parent_path() / ("." + path.filename().string() + ending)).string();
}

using KeptPlans = std::vector<const Project::KeptPlan*>;

KeptPlans keptOf(const Project& project) {
    KeptPlans kept;
    for (const Project::KeptPlan& plan : project.plans)
        if (plan.kept) kept.push_back(&plan);
    return kept;
}

const Project::KeptPlan* chosenOf(const Project& project) {
    for (const Project::KeptPlan& plan : project.plans)
        if (plan.id == project.view.selected_plan && !plan.id.empty()) return &plan;
    return nullptr;
}

void comparePlans(const Project& before, const Project& after, std::vector<std::string>& words) {
    const KeptPlans old = keptOf(before), now = keptOf(after);
    const auto named = [](const KeptPlans& plans, const std::string& name) -> const Project::KeptPlan* {
        const auto found = std::find_if(plans.begin(), plans.end(), [&](const auto* plan) { return plan->name == name; });
        return found == plans.end() ? nullptr : *found;
    };
    std::size_t more = 0, fewer = 0, noted = 0, starred = 0;
    for (const auto* plan : now) {
        const auto* was = named(old, plan->name);
        if (!was) ++more;
        if (was && was->note != plan->note) ++noted;
        if (was && was->favourite != plan->favourite) ++starred;
    }
    for (const auto* plan : old) fewer += named(now, plan->name) ? 0 : 1;
    if (more > 0) words.push_back(counted(more, "plan", "plans") + " kept more");
    if (fewer > 0) words.push_back(counted(fewer, "plan", "plans") + " kept no longer");
    if (noted > 0) words.push_back(counted(noted, "other note", "other notes"));
    if (starred > 0) words.push_back(counted(starred, "other mark", "other marks"));
    const auto *was = chosenOf(before), *is = chosenOf(after);
    const bool same = (!was && !is) || (was && is && was->stages == is->stages && was->assignment == is->assignment);
    if (!same) words.emplace_back("another plan chosen");
    if (before.reference != after.reference) words.emplace_back("another plan to compare with");
}

} // namespace

void makePathsAbsolute(Project& project, const std::string& project_file) {
    const fs::path folder = folderOf(project_file);
    forEachPath(project, [&](std::string& file) { file = (folder / file).lexically_normal().string(); });
}

void makePathsRelative(Project& project, const std::string& project_file) {
    const fs::path folder = folderOf(project_file);
    forEachPath(project, [&](std::string& file) { file = relativeTo(folder, file); });
}

std::vector<ReferenceCheck> checkReferences(const Project& project) {
    using Kind = ReferenceCheck::Kind;
    std::vector<ReferenceCheck> checks;
    const std::size_t model = shownModel(project);
    if (model < project.models.size()) checks.push_back(checked(Kind::Model, model, project.models[model]));
    for (std::size_t i = 0; i < project.profiles.size(); ++i)
        checks.push_back(checked(Kind::Profile, i, project.profiles[i].file));
    if (!project.sensitivity.file.empty()) checks.push_back(checked(Kind::Sensitivity, 0, project.sensitivity));
    if (!project.accuracy.file.empty()) checks.push_back(checked(Kind::Accuracy, 0, project.accuracy));
    return checks;
}

void replaceReference(Project& project, const ReferenceCheck& check, const FileReference& by) {
    FileReference& old = check.kind == ReferenceCheck::Kind::Model         ? project.models.at(check.index)
                         : check.kind == ReferenceCheck::Kind::Profile     ? project.profiles.at(check.index).file
                         : check.kind == ReferenceCheck::Kind::Sensitivity ? project.sensitivity
                                                                           : project.accuracy;
    old.file = by.file;
    old.sha256 = by.sha256;
}

std::size_t shownModel(const Project& project) { return shown(project.models, project.view.model); }
std::size_t shownSystem(const Project& project) { return shown(project.systems, project.view.system); }
std::size_t shownScenario(const Project& project) { return shown(project.scenarios, project.view.scenario); }

std::string autosaveFileOf(const std::string& project_file) { return beside(project_file, ".autosave"); }
std::string lockFileOf(const std::string& project_file) { return beside(project_file, ".lock"); }

std::vector<std::string> projectDifferences(const Project& before, const Project& after) {
    std::vector<std::string> words;
    const auto say = [&](bool same, const char* what) {
        if (!same) words.emplace_back(what);
    };
    say(before.models == after.models, "another model");
    say(before.systems == after.systems, "another system");
    say(before.scenarios == after.scenarios, "scenario or requirements");
    say(before.profiles == after.profiles && before.profile_missing == after.profile_missing, "measured times");
    say(before.sensitivity == after.sensitivity && before.accuracy == after.accuracy, "what accuracy comes from");
    say(before.objectives == after.objectives && before.constraints == after.constraints, "objectives or limits");
    say(before.pins == after.pins && before.forbidden == after.forbidden, "pins");
    say(before.search == after.search && before.fusion == after.fusion, "search settings");
    say(before.title == after.title && before.note == after.note, "title or note");
    comparePlans(before, after, words);
    return words;
}

} // namespace cutline
