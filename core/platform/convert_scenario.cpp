// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/convert.h"

#include "core/base/text.h"
#include "core/platform/near_names.h"

#include <scenario.pb.h>

namespace cutline {
namespace {

Result<Scenario::Placement> placementFrom(const proto::Scenario::Placement& message, const Spot& spot) {
    Scenario::Placement placement{validUtf8(message.name()), printable(message.platform()), std::nullopt};
    if (placement.tensor.empty())
        return spot.error("an input or output without a name", "give the `name` of a graph input or output");
    if (!message.has_type()) return placement;
    placement.type = elementTypeNamed(message.type());
    if (!placement.type)
        return spot.error(message, "type", -1,
                          "unknown type \"" + elided(printable(message.type()), 40) + "\"",
                          "give a type such as uint8, int16 or float32");
    return placement;
}

} // namespace

Result<Scenario> scenarioFrom(const proto::Scenario& message, const Spot& spot) {
    Scenario scenario;
    scenario.name = printable(message.name());
    if (message.has_rate_hz()) scenario.rate_hz = message.rate_hz();
    for (int i = 0; i < message.input_size(); ++i) {
        auto placement = placementFrom(message.input(i), spot.nested(message, "input", i, "input"));
        if (!placement) return placement.error();
        scenario.inputs.push_back(std::move(*placement));
    }
    for (int i = 0; i < message.output_size(); ++i) {
        auto placement = placementFrom(message.output(i), spot.nested(message, "output", i, "output"));
        if (!placement) return placement.error();
        scenario.outputs.push_back(std::move(*placement));
    }
    for (int i = 0; i < message.dimension_size(); ++i) {
        const auto& dimension = message.dimension(i);
        if (dimension.name().empty() || !dimension.has_size())
            return spot.error(message, "dimension", i, "a dimension needs `name` and `size`", "give both");
        scenario.dimensions[validUtf8(dimension.name())] = dimension.size();
    }
    for (int i = 0; i < message.background_size(); ++i) {
        const auto& background = message.background(i);
        const std::string& subject = background.has_link() ? background.link() : background.memory();
        if (subject.empty())
            return spot.error(message, "background", i, "background load of nothing",
                              "give its `link` or `memory`");
        if (background.load() >= 1)
            return spot.error(message, "background", i,
                              "load of " + printable(subject) + " is 1, nothing is left", "give less than 1");
        scenario.background[printable(subject)] = background.load();
    }
    for (int i = 0; i < message.requirement_size(); ++i) {
        const auto& from = message.requirement(i);
        if (from.metric().empty() || (!from.has_at_most() && !from.has_at_least()))
            return spot.error(message, "requirement", i, "a requirement needs `metric` and a limit",
                              "give `at_most` or `at_least`");
        Scenario::Requirement requirement;
        requirement.metric = printable(from.metric());
        if (from.has_at_most()) requirement.at_most = from.at_most();
        if (from.has_at_least()) requirement.at_least = from.at_least();
        if (from.has_hard()) requirement.hard = from.hard();
        requirement.source = printable(from.source());
        requirement.text = printable(from.text());
        scenario.requirements.push_back(std::move(requirement));
    }
    scenario.sensor_s = message.sensor_s();
    scenario.post_s = message.post_s();
    return scenario;
}

void fill(proto::Scenario& message, const Scenario& scenario) {
    if (!scenario.name.empty()) message.set_name(scenario.name);
    if (scenario.rate_hz) message.set_rate_hz(*scenario.rate_hz);
    const auto fillPlacement = [](proto::Scenario::Placement& to, const Scenario::Placement& from) {
        to.set_name(from.tensor);
        if (!from.platform.empty()) to.set_platform(from.platform);
        if (from.type) to.set_type(std::string(nameOf(*from.type)));
    };
    for (const auto& input : scenario.inputs) fillPlacement(*message.add_input(), input);
    for (const auto& output : scenario.outputs) fillPlacement(*message.add_output(), output);
    for (const auto& [name, size] : scenario.dimensions) {
        auto* to = message.add_dimension();
        to->set_name(name);
        to->set_size(size);
    }
    for (const auto& [name, load] : scenario.background) {
        auto* to = message.add_background();
        to->set_link(name);
        to->set_load(load);
    }
    for (const auto& requirement : scenario.requirements) {
        auto* to = message.add_requirement();
        to->set_metric(requirement.metric);
        if (requirement.at_most) to->set_at_most(*requirement.at_most);
        if (requirement.at_least) to->set_at_least(*requirement.at_least);
        to->set_hard(requirement.hard);
        if (!requirement.source.empty()) to->set_source(requirement.source);
        if (!requirement.text.empty()) to->set_text(requirement.text);
    }
    message.set_sensor_s(scenario.sensor_s);
    message.set_post_s(scenario.post_s);
}

} // namespace cutline
