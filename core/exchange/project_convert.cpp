// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/project_convert.h"

#include "core/base/text.h"
#include "core/exchange/plan_convert.h"
#include "core/platform/convert.h"

#include <project.pb.h>

namespace cutline {
namespace {

using Strings = google::protobuf::RepeatedPtrField<std::string>;

std::vector<std::string> stringsFrom(const Strings& strings) {
    std::vector<std::string> out;
    for (const std::string& text : strings) out.push_back(validUtf8(text));
    return out;
}

void fillStrings(Strings& to, const std::vector<std::string>& from) {
    to.Assign(from.begin(), from.end());
}

/// A coordinate that a screen may have; others are 0.
double onScreen(double pixels) {
    constexpr double kMost = 20'000;
    return pixels >= 0 && pixels <= kMost ? pixels : 0;
}

Project::KeptPlan keptFrom(const proto::Plan& message) {
    Project::KeptPlan plan;
    plan.id = printable(message.id());
    plan.name = printable(message.name());
    plan.note = validUtf8(message.note());
    plan.kept = message.kept();
    plan.favourite = message.favourite();
    plan.scheme = message.scheme() == proto::Plan::GENERAL ? Scheme::General : Scheme::Pipeline;
    for (const auto& stage : message.stages())
        plan.stages.push_back({validUtf8(stage.platform()), stringsFrom(stage.layers()), stage.weight_bits(),
                               stage.activation_bits()});
    for (const auto& placed : message.assignment())
        plan.assignment.push_back({validUtf8(placed.layer()), validUtf8(placed.platform())});
    return plan;
}

void fillKept(proto::Plan& message, const Project::KeptPlan& plan) {
    if (!plan.id.empty()) message.set_id(plan.id);
    if (!plan.name.empty()) message.set_name(plan.name);
    if (!plan.note.empty()) message.set_note(plan.note);
    if (plan.kept) message.set_kept(true);
    if (plan.favourite) message.set_favourite(true);
    if (plan.scheme == Scheme::General) message.set_scheme(proto::Plan::GENERAL);
    for (const auto& stage : plan.stages) {
        auto* to = message.add_stages();
        to->set_platform(stage.platform);
        if (stage.weight_bits != 0) to->set_weight_bits(stage.weight_bits);
        if (stage.activation_bits != 0) to->set_activation_bits(stage.activation_bits);
        fillStrings(*to->mutable_layers(), stage.layers);
    }
    for (const auto& placed : plan.assignment) {
        auto* to = message.add_assignment();
        to->set_layer(placed.layer);
        to->set_platform(placed.platform);
    }
}

/// The proto's enum starts at 1 in the order of `Objective`.
constexpr int kFirstObjective = proto::Project::LATENCY;
// The proto's enums are those of the costs, value by value.
static_assert(static_cast<int>(ProfileUse::Measurement) == proto::ProfileReference::MEASUREMENT &&
              static_cast<int>(ProfileUse::Model) == proto::ProfileReference::MODEL &&
              static_cast<int>(ProfileUse::Refit) == proto::ProfileReference::REFIT);
static_assert(static_cast<int>(ProfileMissing::Fail) == proto::Project::FAIL &&
              static_cast<int>(ProfileMissing::Zero) == proto::Project::ZERO &&
              static_cast<int>(ProfileMissing::Model) == proto::Project::PREDICT);

FileReference dataFrom(const proto::DataReference& message) {
    return {printable(message.output()), printable(message.file()), printable(message.sha256())};
}

void fillData(proto::DataReference& message, const FileReference& reference) {
    message.set_file(reference.file);
    if (!reference.sha256.empty()) message.set_sha256(reference.sha256);
    if (!reference.name.empty()) message.set_output(reference.name);
}

void readSmallParts(Project& project, const proto::Project& message) {
    for (const auto& model : message.model())
        project.models.push_back(
            {printable(model.name()), printable(model.file()), printable(model.sha256())});
    for (const auto& profile : message.profile())
        project.profiles.push_back(
            {{printable(profile.platform()), printable(profile.file()), printable(profile.sha256())},
             static_cast<ProfileUse>(profile.use())});
    if (message.has_profile_missing())
        project.profile_missing = static_cast<ProfileMissing>(message.profile_missing());
    for (const int objective : message.objectives())
        if (objective >= kFirstObjective)
            project.objectives.push_back(static_cast<Objective>(objective - kFirstObjective));
    for (const auto& limit : message.constraint()) {
        Project::Limit to{printable(limit.metric()), std::nullopt, std::nullopt, printable(limit.text())};
        if (limit.has_at_most()) to.at_most = limit.at_most();
        if (limit.has_at_least()) to.at_least = limit.at_least();
        project.constraints.push_back(std::move(to));
    }
    for (const auto& pin : message.pin())
        project.pins.push_back({validUtf8(pin.layer()), validUtf8(pin.platform())});
    for (const auto& pair : message.forbid())
        project.forbidden.push_back({validUtf8(pair.layer()), validUtf8(pair.platform())});
    for (const auto& plan : message.plan()) project.plans.push_back(keptFrom(plan));
    project.reference = printable(message.reference());
    if (message.has_fusion()) project.fusion = message.fusion();
    project.sensitivity = dataFrom(message.sensitivity());
    project.accuracy = dataFrom(message.accuracy());
    const auto& view = message.view();
    project.view = {printable(view.chart_x()),   printable(view.chart_y()),  printable(view.overlay()),
                    stringsFrom(view.axis()),    stringsFrom(view.columns()), stringsFrom(view.collapsed()),
                    printable(view.selected_plan()), printable(view.model()), printable(view.system()),
                    printable(view.scenario()),  printable(view.chart()),     {}};
    for (const auto& place : view.place())
        project.view.places.push_back({printable(place.node()), onScreen(place.x()), onScreen(place.y())});
}

void fillView(proto::Project& message, const Project::View& view) {
    if (view == Project::View{}) return;
    auto& to = *message.mutable_view();
    const auto put = [&](const std::string& text, void (*set)(proto::View&, const std::string&)) {
        if (!text.empty()) set(to, text);
    };
    put(view.chart_x, [](proto::View& v, const std::string& t) { v.set_chart_x(t); });
    put(view.chart_y, [](proto::View& v, const std::string& t) { v.set_chart_y(t); });
    put(view.overlay, [](proto::View& v, const std::string& t) { v.set_overlay(t); });
    put(view.selected_plan, [](proto::View& v, const std::string& t) { v.set_selected_plan(t); });
    put(view.model, [](proto::View& v, const std::string& t) { v.set_model(t); });
    put(view.system, [](proto::View& v, const std::string& t) { v.set_system(t); });
    put(view.scenario, [](proto::View& v, const std::string& t) { v.set_scenario(t); });
    put(view.chart, [](proto::View& v, const std::string& t) { v.set_chart(t); });
    for (const CardPlace& place : view.places) {
        auto& card = *to.add_place();
        card.set_node(place.node);
        card.set_x(place.x);
        card.set_y(place.y);
    }
    fillStrings(*to.mutable_axis(), view.axes);
    fillStrings(*to.mutable_columns(), view.columns);
    fillStrings(*to.mutable_collapsed(), view.collapsed);
}

} // namespace

Result<Project> projectFrom(const proto::Project& message, const Spot& spot, const Library& library) {
    Project project;
    project.format = message.has_format() ? message.format() : 1;
    project.title = printable(message.title());
    project.note = validUtf8(message.note());
    for (int i = 0; i < message.system_size(); ++i) {
        auto system = systemFrom(message.system(i), spot.nested(message, "system", i, "system"), library);
        if (!system) return system.error();
        project.systems.push_back(std::move(*system));
    }
    for (int i = 0; i < message.scenario_size(); ++i) {
        auto scenario = scenarioFrom(message.scenario(i), spot.nested(message, "scenario", i, "scenario"));
        if (!scenario) return scenario.error();
        project.scenarios.push_back(std::move(*scenario));
    }
    if (message.has_search()) project.search = searchFrom(message.search());
    readSmallParts(project, message);
    return project;
}

void fill(proto::Project& message, const Project& project) {
    message.set_format(project.format);
    if (!project.title.empty()) message.set_title(project.title);
    if (!project.note.empty()) message.set_note(project.note);
    for (const auto& model : project.models) {
        auto* to = message.add_model();
        to->set_name(model.name);
        to->set_file(model.file);
        to->set_sha256(model.sha256);
    }
    for (const System& system : project.systems) fill(*message.add_system(), system);
    for (const Scenario& scenario : project.scenarios) fill(*message.add_scenario(), scenario);
    for (const auto& profile : project.profiles) {
        auto* to = message.add_profile();
        to->set_platform(profile.file.name);
        to->set_file(profile.file.file);
        to->set_sha256(profile.file.sha256);
        if (profile.use != ProfileUse::Measurement)
            to->set_use(static_cast<proto::ProfileReference::Use>(profile.use));
    }
    if (!project.profiles.empty() && project.profile_missing != ProfileMissing::Model)
        message.set_profile_missing(static_cast<proto::Project::ProfileMissing>(project.profile_missing));
    for (const Objective objective : project.objectives)
        message.add_objectives(
            static_cast<proto::Project::Objective>(static_cast<int>(objective) + kFirstObjective));
    for (const auto& limit : project.constraints) {
        auto* to = message.add_constraint();
        to->set_metric(limit.metric);
        if (limit.at_most) to->set_at_most(*limit.at_most);
        if (limit.at_least) to->set_at_least(*limit.at_least);
        if (!limit.text.empty()) to->set_text(limit.text);
    }
    const auto fillPlacement = [](proto::Assignment& to, const Project::Placement& from) {
        to.set_layer(from.layer);
        to.set_platform(from.platform);
    };
    for (const auto& pin : project.pins) fillPlacement(*message.add_pin(), pin);
    for (const auto& pair : project.forbidden) fillPlacement(*message.add_forbid(), pair);
    for (const auto& plan : project.plans) fillKept(*message.add_plan(), plan);
    fillView(message, project.view);
    if (project.search) fill(*message.mutable_search(), *project.search);
    if (!project.fusion) message.set_fusion(false);
    if (!project.sensitivity.file.empty()) fillData(*message.mutable_sensitivity(), project.sensitivity);
    if (!project.accuracy.file.empty()) fillData(*message.mutable_accuracy(), project.accuracy);
    if (!project.reference.empty()) message.set_reference(project.reference);
}

Result<Plan> planFromKept(const Project::KeptPlan& kept, const Graph& graph, const System& system) {
    proto::Plan message;
    fillKept(message, kept);
    std::vector<Error> warnings; // plans are kept in an order that can run
    return planFrom(message, "plan " + (kept.name.empty() ? kept.id : kept.name), graph, system, warnings);
}

Project::KeptPlan keptFromPlan(const Plan& plan, const Graph& graph, const System& system) {
    proto::Plan message;
    fillStages(message, plan, graph, system);
    return keptFrom(message);
}

} // namespace cutline
