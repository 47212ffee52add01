// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/exchange.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/exchange/cnnparted_results.h"
#include "core/exchange/plan_convert.h"
#include "core/platform/descriptor_text.h"
#include "core/platform/near_names.h"

#include <plan.pb.h>

#include <google/protobuf/util/json_util.h>

#include <filesystem>

namespace cutline {
namespace {

Result<void> parseJson(const std::string& text, const std::string& file, proto::PlanFile& message) {
    google::protobuf::util::JsonParseOptions options;
    options.ignore_unknown_fields = true; // metrics and proof are computed anew
    const auto status = google::protobuf::util::JsonStringToMessage(text, &message, options);
    if (status.ok()) return {};
    return Error{printable(file), "is no plan: " + elided(printable(std::string(status.message())), 300),
                 "give a file as `explore --format json` writes it, or text with `stages`"};
}

Result<proto::PlanFile> parsePlans(const std::string& text, const std::string& file) {
    proto::PlanFile message;
    const std::string_view start = trimmed(text);
    if (!start.empty() && start.front() == '{') {
        if (auto read = parseJson(text, file, message); !read) return read.error();
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
    for (const proto::Plan& plan : plans) {
        if (plan.id() == id) return plan;
        ids.push_back(plan.id());
    }
    return Error{printable(path), "has no plan \"" + elided(printable(id), 60) + "\"", nearNames(id, ids)};
}

} // namespace

Result<Plan> readPlan(const std::string& file_and_id, const Graph& graph, const System& system) {
    std::string file = file_and_id, id;
    std::error_code error;
    const auto hash = file.rfind('#');
    if (hash != std::string::npos && !std::filesystem::exists(file, error)) {
        id = file.substr(hash + 1);
        file.resize(hash);
    }
    const auto text = readFile(file);
    if (!text) return text.error();
    if (isCnnPartedResult(*text)) return planFromCnnParted(*text, file, id, graph, system);
    const auto plans = parsePlans(*text, file);
    if (!plans) return plans.error();
    const auto plan = chosen(*plans, file, id);
    if (!plan) return plan.error();
    const std::string where =
        plan->id().empty() ? printable(file) : printable(file) + ", plan " + printable(plan->id());
    return planFrom(*plan, where, graph, system);
}

} // namespace cutline
