// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/exchange.h"

#include "core/exchange/candidate_metrics.h"
#include "core/exchange/json_writer.h"
#include "core/exchange/proof_json.h"
#include "core/exchange/robustness_json.h"
#include "core/search/feasibility.h"

#include <array>
#include <set>

namespace cutline {
namespace {

std::string_view nameOf(Violation::Kind kind) {
    constexpr std::array<std::string_view, 7> kNames{"UNSUPPORTED", "MEMORY",     "LINK_OVERLOAD", "RATE",
                                                     "UNREACHABLE", "CONSTRAINT", "UNKNOWN_SHAPE"};
    return kNames[static_cast<std::size_t>(kind)];
}

/// Names as JSON strings, made once: a layer's name is written in every plan.
struct QuotedNames {
    std::vector<std::string> layers, tensors, platforms, links;

    explicit QuotedNames(const Problem& problem) {
        for (const Layer& layer : problem.graph->layers()) layers.push_back(jsonString(layer.name));
        for (const Tensor& tensor : problem.graph->tensors()) tensors.push_back(jsonString(tensor.sentName()));
        for (const Platform& platform : problem.system->platforms)
            platforms.push_back(jsonString(platform.name));
        for (const Connection& connection : problem.system->links)
            links.push_back(jsonString(connection.link.name));
    }
};

void writeParts(JsonWriter& json, const Metrics& metrics, const QuotedNames& names) {
    json.key("platforms");
    json.open('[');
    for (std::size_t p = 0; p < metrics.platforms.size(); ++p) {
        const PlatformMetrics& part = metrics.platforms[p];
        json.open('{');
        json.key("platform");
        json.raw(names.platforms[p]);
        json.member("busyS", part.busy_s);
        json.member("energyJ", part.energy_j);
        json.member("weightBytes", part.weight_bytes);
        json.member("peakActivationBytes", part.peak_activation_bytes);
        json.member("memoryBytes", part.memory_bytes);
        json.close('}');
    }
    json.close(']');
    json.key("links");
    json.open('[');
    for (std::size_t l = 0; l < metrics.links.size(); ++l) {
        const LinkMetrics& part = metrics.links[l];
        json.open('{');
        json.key("link");
        json.raw(names.links[l]);
        json.member("bytes", part.bytes);
        json.member("busyS", part.busy_s);
        json.member("energyJ", part.energy_j);
        json.close('}');
    }
    json.close(']');
}

void writeCrossing(JsonWriter& json, const Metrics& metrics, const QuotedNames& names) {
    json.key("crossing");
    json.open('[');
    for (const Crossing& crossing : metrics.crossing) {
        json.open('{');
        json.key("tensor");
        json.raw(names.tensors[crossing.tensor.index()]);
        json.key("from");
        json.raw(names.platforms[crossing.from.index()]);
        json.key("to");
        json.open('[');
        for (const PlatformId to : crossing.to) json.raw(names.platforms[to.index()]);
        json.close(']');
        json.member("type", crossing.type);
        json.member("bytes", crossing.bytes);
        json.close('}');
    }
    json.close(']');
}

void writeMetrics(JsonWriter& json, const Metrics& metrics, const QuotedNames& names) {
    json.open('{');
    json.member("latencyS", metrics.latency_s);
    json.member("initiationIntervalS", metrics.initiation_interval_s);
    json.member("throughputHz", metrics.throughputHz());
    json.member("energyJ", metrics.energy_j);
    json.member("linkBytes", metrics.link_bytes);
    json.member("memoryBytesMax", metrics.memory_bytes_max);
    if (metrics.tightest_ratio && metrics.tightest_platform) {
        json.key("tightestMemory");
        json.open('{');
        json.key("platform");
        json.raw(names.platforms[metrics.tightest_platform->index()]);
        json.member("ratio", *metrics.tightest_ratio);
        json.close('}');
    }
    json.member("sensitivity", metrics.sensitivity.value_or(0));
    json.member("cost", metrics.cost.value_or(0));
    if (metrics.accuracy) {
        json.key("accuracy");
        json.open('{');
        json.member("top1", metrics.accuracy->top1);
        json.member("kind", nameOf(metrics.accuracy->kind));
        json.member("low", metrics.accuracy->low);
        json.member("high", metrics.accuracy->high);
        json.close('}');
    }
    writeParts(json, metrics, names);
    writeCrossing(json, metrics, names);
    json.key("violations");
    json.open('[');
    for (const Violation& violation : metrics.violations) {
        json.open('{');
        json.member("kind", nameOf(violation.kind));
        json.member("subject", violation.subject);
        json.member("value", violation.value);
        json.member("limit", violation.limit);
        json.member("text", violation.text);
        json.close('}');
    }
    json.close(']');
    json.close('}');
}

void writePlan(JsonWriter& json, const ListedPlan& listed, const QuotedNames& names, const System& system,
               const RobustnessReport* report = nullptr, const PlanRobustness* robustness = nullptr) {
    json.open('{');
    json.member("id", "p" + std::to_string(listed.index + 1));
    json.member("onFront", listed.on_front);
    json.member("scheme", listed.plan.scheme == Scheme::Pipeline ? "PIPELINE" : "GENERAL");
    json.key("stages");
    json.open('[');
    for (const Stage& stage : listed.plan.stages) {
        json.open('{');
        json.key("platform");
        json.raw(names.platforms[stage.platform.index()]);
        json.key("layers");
        json.open('[');
        for (const LayerId layer : stage.layers) json.raw(names.layers[layer.index()]);
        json.close(']');
        if (const Platform& platform = system.platform(stage.platform); !platform.precisions.empty()) {
            const Platform at = atPrecision(platform, stage.precision);
            json.member("weightBits", static_cast<std::uint64_t>(at.weight_bits));
            json.member("activationBits", static_cast<std::uint64_t>(at.activation_bits));
        }
        // No other order of these layers has a smaller peak of live activations.
        if (listed.plan.scheme == Scheme::Pipeline) json.member("orderProven", stage.order_proven);
        json.close('}');
    }
    json.close(']');
    if (!listed.cut_labels.empty()) {
        json.key("cuts");
        json.open('[');
        for (const std::string& label : listed.cut_labels) json.value(label);
        json.close(']');
    }
    json.key("metrics");
    writeMetrics(json, listed.metrics, names);
    if (robustness) writeRobustness(json, *report, *robustness);
    json.close('}');
}

void writeHead(JsonWriter& json, const PlanContext& context, const Proof& proof) {
    json.open('{');
    json.key("model");
    json.open('{');
    json.member("file", context.model_file);
    json.member("sha256", context.model_sha256);
    json.close('}');
    json.key("system");
    json.open('{');
    json.member("name", context.system_name);
    json.close('}');
    json.key("proof");
    writeProof(json, proof);
}

void writeClaim(JsonWriter& json, const AccuracyClaim& claim) {
    json.key("accuracy");
    json.open('{');
    json.member("measured", static_cast<std::uint64_t>(claim.measured));
    json.member("estimated", static_cast<std::uint64_t>(claim.estimated));
    json.member("given", static_cast<std::uint64_t>(claim.given));
    json.member("unknown", static_cast<std::uint64_t>(claim.unknown));
    json.member("images", claim.images);
    json.member("labelled", claim.labelled);
    json.member("fitError", claim.fit_error);
    json.member("fitRankCorrelation", claim.fit_rank_correlation);
    json.member("fitPoints", static_cast<std::uint64_t>(claim.fit_points));
    json.member("fitBitsCorrelation", claim.fit_bits_correlation);
    json.member("checked", static_cast<std::uint64_t>(claim.checked));
    json.member("checkError", claim.check_error);
    json.member("checkRankCorrelation", claim.check_rank_correlation);
    json.close('}');
}

} // namespace

std::string planJson(const PlanContext& context, const Evaluator& evaluator, const SearchResult& result,
                     std::span<const std::uint32_t> which, const RobustnessReport* robustness) {
    const QuotedNames names(evaluator.problem());
    const std::set<std::uint32_t> shown(result.representatives.begin(), result.representatives.end());
    std::string plans =
        writeListed(evaluator, result, which, [&](std::string& out, const ListedPlan& listed) {
            out += ",\n  ";
            JsonWriter json(out);
            const auto candidate = static_cast<std::uint32_t>(listed.index);
            const bool told = robustness && shown.contains(candidate);
            writePlan(json, listed, names, *evaluator.problem().system, robustness, told ? robustness->of(candidate) : nullptr);
        });
    if (!plans.empty()) plans.erase(0, 1);
    std::string text;
    JsonWriter json(text);
    writeHead(json, context, result.proof);
    if (robustness) writeRobustness(json, *robustness);
    if (result.accuracy_claim) writeClaim(json, *result.accuracy_claim);
    json.key("plans");
    json.open('[');
    json.raw(plans);
    text += "]}\n";
    return text;
}

std::string metricsJson(const Problem& problem, const Metrics& metrics) {
    std::string text;
    JsonWriter json(text);
    writeMetrics(json, metrics, QuotedNames(problem));
    return text;
}

std::string planJson(const PlanContext& context, const Evaluator& evaluator, const Plan& plan,
                     const std::optional<Accuracy>& accuracy) {
    ListedPlan listed;
    listed.plan = plan;
    listed.metrics = evaluator.evaluate(plan);
    listed.metrics.accuracy = accuracy;
    if (auto unmet = unmetDemands(evaluator, listed.metrics)) listed.metrics.violations = *std::move(unmet);
    Proof proof;
    proof.kind = Proof::Kind::Heuristic; // nothing was searched: no claim
    proof.evaluated = proof.kept = 1;
    std::string text;
    JsonWriter json(text);
    writeHead(json, context, proof);
    json.key("plans");
    json.open('[');
    writePlan(json, listed, QuotedNames(evaluator.problem()), *evaluator.problem().system);
    text += "]}\n";
    return text;
}

} // namespace cutline
