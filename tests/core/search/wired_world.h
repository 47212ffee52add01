// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/search.h"

#include <algorithm>
#include <random>
#include <string>

namespace cutline::test {

/// A randomly wired network (Xie et al., ICCV 2019) of `nodes` convolutions: a ring in which each is joined to its `near` next
/// ones (Watts and Strogatz 1998), an edge's far end moved with probability `moved`, edges from lower to higher
/// number. One graph input; nodes that nobody reads feed one output layer.
inline GraphPtr wiredGraph(std::uint64_t seed, std::uint32_t nodes, std::uint32_t near = 2, double moved = 0.75)
{
    std::mt19937_64 random(seed);
    const auto chance = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
    std::vector<std::vector<std::uint32_t>> from(nodes + 1);
    std::vector<bool> read(nodes);
    const auto join = [&](std::uint32_t a, std::uint32_t b) {
        if (a == b) return;
        if (a > b) std::swap(a, b);
        auto& list = from[b];
        if (std::find(list.begin(), list.end(), a) == list.end()) list.push_back(a);
        read[a] = true;
    };
    for (std::uint32_t i = 0; i < nodes; ++i)
        for (std::uint32_t d = 1; d <= near; ++d)
            join(i, chance() < moved ? static_cast<std::uint32_t>(random() % nodes) : (i + d) % nodes);
    for (std::uint32_t i = 0; i < nodes; ++i)
        if (!read[i]) from[nodes].push_back(i);

    std::vector<Layer> layers;
    std::vector<Tensor> tensors;
    std::vector<Weight> weights;
    const auto tensor = [&](const std::string& name, std::int64_t elements) {
        Tensor t;
        t.name = name;
        t.type = ElementType::Float32;
        t.shape = Shape{elements};
        tensors.push_back(t);
        return TensorId{static_cast<std::uint32_t>(tensors.size() - 1)};
    };
    const TensorId input = tensor("input", 3 * 56 * 56);
    tensors[0].is_graph_input = true;
    std::vector<TensorId> output;
    for (std::uint32_t i = 0; i <= nodes; ++i) {
        Layer layer;
        layer.name = i == nodes ? "output" : "node" + std::to_string(i);
        layer.op = "Conv";
        layer.op_class = OpClass::Conv;
        for (const std::uint32_t f : from[i]) layer.inputs.push_back(output[f]);
        if (layer.inputs.empty()) layer.inputs.push_back(input);
        const auto channels = static_cast<std::int64_t>(16 << (3 * std::uint64_t{i} / (nodes + 1)));
        output.push_back(tensor(layer.name + ":0", channels * (56 * 56 / (channels / 16) / (channels / 16))));
        layer.outputs.push_back(output.back());
        Weight w;
        w.name = layer.name + ".weight";
        w.type = ElementType::Float32;
        w.elements = static_cast<std::uint64_t>(9 * channels * channels);
        w.shape = Shape{static_cast<std::int64_t>(w.elements)};
        w.is_parameter = true;
        layer.weights.push_back(WeightId{static_cast<std::uint32_t>(weights.size())});
        weights.push_back(w);
        layers.push_back(layer);
    }
    tensors[output.back().index()].is_graph_output = true;
    return std::make_shared<const Graph>("wired", layers, tensors, weights);
}

/// Platforms of unlike speed and energy in a chain of equal links, each layer's cost by chance around that.
inline Problem wiredProblem(std::uint64_t seed, std::uint32_t nodes, std::uint32_t platforms)
{
    Problem problem;
    problem.graph = wiredGraph(seed, nodes);
    auto system = std::make_shared<System>();
    for (std::uint32_t p = 0; p < platforms; ++p) {
        Platform platform;
        platform.name = "P" + std::to_string(p);
        platform.activation_bits = platform.weight_bits = p % 2 == 0 ? 16 : 8;
        system->platforms.push_back(platform);
        if (p == 0) continue;
        Connection c;
        c.link.name = "link" + std::to_string(p);
        c.link.rate_bits_per_s = 1e9;
        c.link.energy.power_while_sending_w = 0.6;
        c.ends = {NodeId{p - 1}, NodeId{p}};
        system->links.push_back(c);
    }
    problem.system = system;
    auto table = std::make_shared<CostTable>(problem.graph, system, unfused(*problem.graph));
    std::mt19937_64 random(seed + 1);
    for (std::uint32_t l = 0; l < problem.graph->layerCount(); ++l)
        for (std::uint32_t p = 0; p < platforms; ++p) {
            const double chance = 0.5 + static_cast<double>(random() >> 11) * 0x1p-53;
            const Cost cost{1e-3 * chance * (1 + p), 1e-3 * chance * (1 + platforms - p), Source::User, true, 0.3f, 0};
            table->setLayer(LayerId{l}, PlatformId{p}, cost);
            table->setGroup(l, PlatformId{p}, cost, false);
        }
    problem.costs = table;
    return problem;
}

} // namespace cutline::test
