// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/pareto.h"
#include "core/search/search.h"
#include "widgets/models/plan_facts.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

/// A small world for widget tests: a chain of convolutions with one branch, two platforms over one link,
/// costs by formula, and every two-platform plan of it judged by the real evaluator. No file is read.
namespace cutline::test {

class PlanList : public Candidates {
public:
    explicit PlanList(std::vector<Plan> plans) : m_plans(std::move(plans)) {}
    std::size_t size() const override { return m_plans.size(); }
    Plan plan(std::size_t index) const override { return m_plans[index]; }

private:
    std::vector<Plan> m_plans;
};

/// `blocks` times Conv, depthwise Conv, Relu; from the third block on every second one adds its input (a
/// branch).
inline GraphPtr makeGraph(std::uint32_t blocks) {
    std::vector<Layer> layers;
    std::vector<Tensor> tensors;
    std::vector<Weight> weights;
    const auto tensor = [&](const std::string& name, Shape shape) {
        Tensor t;
        t.name = name;
        t.type = ElementType::Float32;
        t.shape = std::move(shape);
        tensors.push_back(t);
        return TensorId{static_cast<std::uint32_t>(tensors.size() - 1)};
    };
    const auto side = [blocks](std::uint32_t b) {
        return std::max<std::int64_t>(7, 112 >> (4 * b / std::max(1u, blocks)));
    };
    TensorId now = tensor("input", {1, 3, 224, 224});
    tensors[0].is_graph_input = true;
    for (std::uint32_t b = 0; b < blocks; ++b) {
        const std::string scope = "/features/features." + std::to_string(b);
        const auto channels = static_cast<std::int64_t>(16 + 8 * b);
        const TensorId block_input = now;
        const auto add = [&](const std::string& op, OpClass op_class, std::vector<TensorId> inputs) {
            Layer layer;
            layer.name = scope + "/" + op + (op_class == OpClass::Depthwise ? "_dw" : "");
            layer.op = op;
            layer.op_class = op_class;
            layer.inputs = std::move(inputs);
            const TensorId out = tensor(layer.name + "_output_0", {1, channels, side(b), side(b)});
            layer.outputs = {out};
            layer.macs = 0;
            if (op == "Conv") {
                LoopDims dims;
                const auto c = static_cast<std::uint64_t>(channels);
                const bool depthwise = op_class == OpClass::Depthwise;
                dims.g = depthwise ? c : 1;
                dims.c = depthwise ? 1 : c;
                dims.m = depthwise ? 1 : c;
                dims.r = dims.s = depthwise ? 5 : 3;
                dims.p = dims.q = static_cast<std::uint64_t>(side(b));
                layer.loops = {dims};
                layer.macs = dims.macs();
                Weight weight;
                weight.name = layer.name + ".weight";
                weight.type = ElementType::Float32;
                weight.elements = dims.g * dims.c * dims.m * dims.r * dims.s;
                weight.shape = {static_cast<std::int64_t>(weight.elements)};
                weight.is_parameter = true;
                weights.push_back(weight);
                layer.weights = {WeightId{static_cast<std::uint32_t>(weights.size() - 1)}};
            }
            layer.file_index = static_cast<std::uint32_t>(layers.size());
            layers.push_back(layer);
            return out;
        };
        now = add("Conv", OpClass::Conv, {now});
        now = add("Conv", OpClass::Depthwise, {now});
        now = add("Relu", OpClass::Elementwise, {now});
        if (b >= 2 && b % 2 == 0) now = add("Add", OpClass::Elementwise, {now, block_input});
    }
    tensors[now.index()].is_graph_output = true;
    return std::make_shared<const Graph>("small", layers, tensors, weights);
}

/// EYR (16 bit, 4 MiB) and SMB (8 bit, 8 MiB) over Gigabit Ethernet; `more` adds platforms without known
/// capacity.
inline SystemPtr makeSystem(std::uint32_t more = 0) {
    System system;
    system.name = "kress2024";
    const auto platform = [&](const std::string& name, int bits, std::optional<double> capacity) {
        Platform p;
        p.name = p.descriptor = name;
        p.title = name + " accelerator";
        p.clock_hz = 200e6;
        p.weight_bits = p.activation_bits = bits;
        if (capacity) p.memories = {{"dram", capacity, 0}};
        p.idle_power_w = 0.01;
        system.platforms.push_back(p);
    };
    platform("EYR", 16, 4.0 * 1024 * 1024);
    platform("SMB", 8, 8.0 * 1024 * 1024);
    for (std::uint32_t i = 0; i < more; ++i) platform("MCU" + std::to_string(i + 1), 8, {});
    Connection connection;
    connection.link.name = "gbe";
    connection.link.descriptor = "1000BASE-T";
    connection.link.kind = LinkKind::Ethernet;
    connection.link.rate_bits_per_s = 1e9;
    connection.link.length_m = 5;
    connection.link.frame.payload_max = 1500;
    connection.link.frame.overhead = 26;
    connection.link.frame.payload_min = 46;
    connection.link.energy.power_while_sending_w = 0.6;
    for (std::uint32_t i = 0; i < system.platforms.size(); ++i) connection.ends.push_back({i});
    system.links.push_back(connection);
    return std::make_shared<const System>(system);
}

/// EYR is quick at depthwise layers, SMB at dense ones; a mix of sources. Relu is not supported on SMB where
/// asked.
inline CostTablePtr makeCosts(const GraphPtr& graph, const SystemPtr& system) {
    Fusion alone;
    for (std::uint32_t l = 0; l < graph->layerCount(); ++l) {
        alone.groups.push_back({{l}});
        alone.group_of.push_back(l);
    }
    auto table = std::make_shared<CostTable>(graph, system, alone);
    const std::uint32_t detail = table->addDetail("no kernel of its own: costed as bytes moved");
    for (std::uint32_t l = 0; l < graph->layerCount(); ++l) {
        const Layer& layer = graph->layer({l});
        for (std::uint32_t p = 0; p < system->platforms.size(); ++p) {
            const bool depthwise = layer.op_class == OpClass::Depthwise;
            const double rate = p == 0   ? (depthwise ? 6e9 : 2.2e10)
                                : p == 1 ? (depthwise ? 1.5e9 : 4e10)
                                         : 5e9;
            const double elements = static_cast<double>(*graph->tensor(layer.outputs.front()).elements());
            Cost cost;
            cost.latency_s = std::max(static_cast<double>(*layer.macs) / rate, elements / 4e9);
            cost.energy_j = static_cast<double>(*layer.macs) * (p == 0 ? 22e-12 : 14e-12) + elements * 6e-12;
            cost.source = *layer.macs == 0 ? Source::Assumed
                          : l % 3 == 0     ? Source::Profile
                                           : Source::LoopNest;
            cost.uncertainty = 0.2F;
            cost.detail = *layer.macs == 0 ? detail : 0;
            table->setLayer({l}, {p}, cost);
            table->setGroup(l, {p}, cost, false);
        }
    }
    return table;
}

struct World {
    Problem problem;
    EvaluatorPtr evaluator;
    SearchResultPtr result;
    Metrics metricsOf(std::uint32_t plan) const {
        return evaluator->evaluate(result->candidates->plan(plan));
    }
    std::uint32_t knee() const { return *result->knee; }
};

inline Plan planOf(std::vector<std::pair<std::uint32_t, std::uint32_t>> platform_and_end) {
    Plan plan;
    std::uint32_t next = 0;
    for (const auto& [platform, end] : platform_and_end) {
        Stage stage;
        stage.platform = {platform};
        for (; next < end; ++next) stage.layers.push_back({next});
        plan.stages.push_back(stage);
    }
    return plan;
}

/// A result out of plans: summaries by the evaluator, the front of latency, interval and energy.
inline SearchResultPtr makeResult(const Evaluator& evaluator, std::vector<Plan> plans) {
    auto result = std::make_shared<SearchResult>();
    std::vector<double> rows;
    for (const Plan& plan : plans) {
        const Summary s = summaryOf(evaluator.evaluate(plan));
        result->summaries.push_back(s);
        rows.insert(rows.end(), {s.latency_s, s.initiation_interval_s, s.energy_j});
    }
    result->candidates = std::make_shared<PlanList>(std::move(plans));
    result->front = paretoFront(rows, 3);
    if (const auto knee = kneeOf(rows, 3, result->front)) result->knee = result->front[*knee];
    for (std::size_t i = 0; i < result->front.size(); ++i)
        if (i % 3 == 0 || result->front[i] == result->knee)
            result->representatives.push_back(result->front[i]);
    const auto layers = static_cast<std::uint32_t>(evaluator.problem().graph->layerCount());
    for (std::uint32_t p = 0; p < 2; ++p) {
        const Plan alone = planOf({{p, layers}});
        result->baselines.push_back({{p}, alone, evaluator.evaluate(alone)});
    }
    result->proof.evaluated = result->summaries.size();
    result->proof.kept = result->front.size();
    result->proof.elapsed_s = 0.0014;
    return result;
}

inline World makeWorld(std::uint32_t blocks = 12, std::uint32_t more_platforms = 0) {
    World world;
    world.problem.graph = makeGraph(blocks);
    world.problem.system = makeSystem(more_platforms);
    world.problem.costs = makeCosts(world.problem.graph, world.problem.system);
    world.evaluator = std::make_shared<const Evaluator>(world.problem);
    const auto layers = static_cast<std::uint32_t>(world.problem.graph->layerCount());
    std::vector<Plan> plans;
    for (const auto& [first, second] : {std::pair{0u, 1u}, std::pair{1u, 0u}})
        for (std::uint32_t cut = 1; cut < layers; ++cut)
            plans.push_back(planOf({{first, cut}, {second, layers}}));
    world.result = makeResult(*world.evaluator, std::move(plans));
    return world;
}

} // namespace cutline::test
