// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/exchange.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/exchange/cnnparted_results.h"
#include "core/exchange/json_text.h"
#include "core/exchange/plan_convert.h"
#include "core/platform/descriptor_text.h"
#include "core/platform/near_names.h"

#include <plan.pb.h>

#include <google/protobuf/util/json_util.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace cutline {
namespace {

/// Which value the library could not take, without its words: it names the way there in brackets.
std::string wrongValue(const std::string& message) {
    const auto open = message.find('('), close = message.find(')');
    const bool named = open != std::string::npos && close != std::string::npos && close > open + 1;
    const std::string path = named ? message.substr(open + 1, close - open - 1) : std::string();
    const bool is_path = named && path.find_first_of(" \"/") == std::string::npos;
    return (is_path ? "`" + elided(printable(path), 80) + "`" : std::string("something in it")) + " is of the wrong kind";
}

Result<void> parseJson(const std::string& text, const std::string& file, proto::PlanFile& message) {
    google::protobuf::util::JsonParseOptions options;
    options.ignore_unknown_fields = true; // metrics and proof are computed anew
    const auto status = google::protobuf::util::JsonStringToMessage(text, &message, options);
    if (status.ok()) return {};
    const std::string fix = "give a file as `explore --format json` writes it, or text with `stages`";
    if (const auto json = readJson(text, file); !json)
        return Error{json.error().where, "is no plan: " + json.error().what, json.error().fix};
    return Error{printable(file), "is no plan: " + wrongValue(std::string(status.message())), fix};
}

Result<proto::PlanFile> parsePlans(const std::string& text, const std::string& file) {
    proto::PlanFile message;
    const std::string_view start = trimmed(withoutByteOrderMark(text));
    if (!start.empty() && start.front() == '{') {
        if (auto read = parseJson(std::string(start), file, message); !read) return read.error();
        return message;
    }
    google::protobuf::TextFormat::ParseInfoTree tree;
    if (auto read = parseText(text, file, message, tree); !read) return read.error();
    return message;
}

/// The plan of that id, or the only one.
Result<proto::Plan> chosen(const proto::PlanFile& file, const std::string& path, const std::string& id) {
    std::vector<proto::Plan> plans(file.plans().begin(), file.plans().end());
    if (file.stages_size() > 0 || file.assignment_size() > 0) {
        proto::Plan bare;
        bare.set_id(file.id());
        *bare.mutable_stages() = file.stages();
        *bare.mutable_assignment() = file.assignment();
        if (file.has_scheme()) bare.set_scheme(file.scheme());
        plans.push_back(std::move(bare));
    }
    if (plans.empty())
        return Error{printable(path), "holds no plan", "give `stages`, `assignment` or `plans`"};
    if (id.empty() && plans.size() == 1) return plans.front();
    if (id.empty())
        return Error{printable(path), "holds " + std::to_string(plans.size()) + " plans",
                     "name one: FILE#" + printable(plans.front().id())};
    std::vector<std::string> ids;
    const proto::Plan* found = nullptr;
    for (const proto::Plan& plan : plans) {
        if (!plan.id().empty()) ids.push_back(plan.id());
        if (plan.id() != id) continue;
        if (found)
            return Error{printable(path), "has two plans \"" + elided(printable(id), 60) + "\"", "give each an id of its own"};
        found = &plan;
    }
    if (found) return *found;
    return Error{printable(path), "has no plan \"" + elided(printable(id), 60) + "\"",
                 ids.empty() ? "its plans have no ids: name the file alone" : nearNames(id, ids)};
}

/// The model and the system that the file speaks of are those here, where both are known.
void compareOrigin(const proto::PlanFile& file, const std::string& path, const PlanContext& here,
                   std::vector<Error>& warnings) {
    const auto shown = [](const std::string& text) { return elided(printable(text), 60); };
    const std::string& sha256 = file.model().sha256();
    if (!sha256.empty() && !here.model_sha256.empty() && lowered(sha256) != here.model_sha256)
        warnings.push_back({printable(path),
                            "was made for another model, " + shown(file.model().file()) + " with SHA-256 " +
                                shown(sha256.substr(0, 12)) + ".., not " + here.model_sha256.substr(0, 12) + "..",
                            "see that its layers mean the same"});
    const std::string& system = file.system().name();
    if (!system.empty() && !here.system_name.empty() && system != here.system_name)
        warnings.push_back({printable(path),
                            "was made for system " + shown(system) + ", not " + shown(here.system_name),
                            "see that its platforms mean the same"});
}

} // namespace

std::pair<std::string, std::string> planFileAndId(const std::string& file_and_id) {
    std::error_code error;
    const auto hash = file_and_id.rfind('#');
    if (hash == std::string::npos || std::filesystem::exists(file_and_id, error)) return {file_and_id, {}};
    return {file_and_id.substr(0, hash), file_and_id.substr(hash + 1)};
}

Result<Plan> readPlan(const std::string& file_and_id, const Graph& graph, const System& system) {
    std::vector<Error> warnings;
    return readPlan(file_and_id, graph, system, {}, warnings);
}

Result<Plan> readPlan(const std::string& file_and_id, const Graph& graph, const System& system,
                      const PlanContext& here, std::vector<Error>& warnings) {
    const auto [file, id] = planFileAndId(file_and_id);
    if (file.empty()) return Error{"--plan " + printable(file_and_id), "names no file", "write FILE or FILE#ID"};
    const auto text = readFile(file);
    if (!text) return text.error();
    if (isCnnPartedResult(*text)) return planFromCnnParted(*text, file, id, graph, system);
    const auto plans = parsePlans(*text, file);
    if (!plans) return plans.error();
    const auto plan = chosen(*plans, file, id);
    if (!plan) return plan.error();
    const std::string where =
        plan->id().empty() ? printable(file) : printable(file) + ", plan " + printable(plan->id());
    compareOrigin(*plans, file, here, warnings);
    return planFrom(*plan, where, graph, system, warnings);
}

} // namespace cutline
