// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/robustness_json.h"

#include <array>

namespace cutline {
namespace {

std::string_view nameOf(ErrorModel::Kind kind) {
    constexpr std::array<std::string_view, 4> kNames{"PLATFORM", "OP_CLASS", "LAYER", "LINK"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::string_view nameOf(ErrorModel::Figure figure) {
    return figure == ErrorModel::Figure::Time ? "TIME" : "ENERGY";
}

std::string idOf(std::uint32_t candidate) {
    return "p" + std::to_string(candidate + 1);
}

void writeQuantiles(JsonWriter& json, std::string_view name, const Quantiles& quantiles) {
    json.key(name);
    json.open('[');
    for (const double value : {quantiles.low, quantiles.median, quantiles.high}) json.value(value);
    json.close(']');
}

} // namespace

void writeRobustness(JsonWriter& json, const RobustnessReport& report) {
    json.key("robustness");
    json.open('{');
    json.member("samples", static_cast<std::uint64_t>(report.robustness.samples));
    json.member("seed", static_cast<double>(report.options.seed));
    json.member("plans", static_cast<std::uint64_t>(report.candidates.size()));
    if (report.decision.chosen) json.member("chosen", idOf(*report.decision.chosen));
    json.key("decision");
    json.open('[');
    for (const DecisionChange& change : report.decision.changes) {
        json.open('{');
        json.member("kind", nameOf(change.kind));
        json.member("subject", change.subject);
        json.member("figure", nameOf(change.figure));
        json.member("factor", change.factor);
        json.member("spread", change.spread);
        json.member("to", idOf(change.to));
        json.close('}');
    }
    json.close(']');
    json.close('}');
}

void writeRobustness(JsonWriter& json, const RobustnessReport& report, const PlanRobustness& plan) {
    json.key("robustness");
    json.open('{');
    json.member("onFront", plan.on_front);
    json.member("chosen", plan.chosen);
    json.member("feasible", plan.feasible);
    json.key("requirements");
    json.open('[');
    const auto& hard = report.options.constraints;
    for (std::size_t c = 0; c < plan.keeps.size(); ++c) {
        const Constraint& demand = c < hard.size() ? hard[c] : report.options.wishes[c - hard.size()];
        json.open('{');
        json.member("text", demand.text);
        json.member("hard", c < hard.size());
        json.member("probability", plan.keeps[c]);
        json.close('}');
    }
    json.close(']');
    json.key("quantiles");
    json.open('{');
    writeQuantiles(json, "latencyS", plan.latency_s);
    writeQuantiles(json, "initiationIntervalS", plan.initiation_interval_s);
    writeQuantiles(json, "throughputHz", plan.throughput_hz);
    writeQuantiles(json, "energyJ", plan.energy_j);
    writeQuantiles(json, "memoryBytesMax", plan.memory_bytes_max);
    json.close('}');
    json.close('}');
}

} // namespace cutline
