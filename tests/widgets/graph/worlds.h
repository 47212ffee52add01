// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/evaluate.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

/// Small worlds written as text, for tests of the graph view.
namespace worlds {

using namespace cutline;

/// "a>b b>c": layers in order of first mention, every layer makes one tensor of 8x4x4.
inline GraphPtr graphOf(std::string_view text) {
    std::vector<Layer> layers;
    std::vector<Tensor> tensors;
    std::map<std::string, std::uint32_t> known;
    const auto layer = [&](const std::string& name) {
        const auto [at, is_new] = known.emplace(name, static_cast<std::uint32_t>(layers.size()));
        if (is_new) {
            Layer made;
            made.name = name;
            made.op = "Relu";
            made.op_class = OpClass::Elementwise;
            made.outputs = {TensorId{at->second}};
            layers.push_back(made);
            Tensor tensor;
            tensor.name = name + ":0";
            tensor.type = ElementType::Float32;
            tensor.shape = Shape{1, 8, 4, 4};
            tensors.push_back(tensor);
        }
        return at->second;
    };
    std::istringstream words{std::string(text)};
    for (std::string word; words >> word;) {
        const auto arrow = word.find('>');
        const std::uint32_t from = layer(word.substr(0, arrow));
        if (arrow == std::string::npos) continue;
        layers[layer(word.substr(arrow + 1))].inputs.push_back(TensorId{from});
    }
    return std::make_shared<const Graph>("world", layers, tensors, std::vector<Weight>{});
}

/// Like EfficientNet-B0: mobile inverted bottlenecks with squeeze-and-excitation; about 15 layers a block.
inline GraphPtr mobileNet(const std::vector<int>& repeats) {
    std::vector<Layer> layers;
    std::vector<Tensor> tensors;
    const auto add = [&](const std::string& scope, const std::string& op, std::vector<std::uint32_t> inputs,
                         OpClass kind, Shape shape) {
        Layer layer;
        layer.name = "/features/" + scope + "/" + op + "_" + std::to_string(layers.size());
        layer.op = op;
        layer.op_class = kind;
        for (const std::uint32_t i : inputs) layer.inputs.push_back(TensorId{i});
        layer.outputs = {TensorId{static_cast<std::uint32_t>(layers.size())}};
        if (op == "Conv") layer.loops = {LoopDims{.c = 8, .m = 8, .r = 3, .s = 3, .p = 4, .q = 4}};
        layers.push_back(layer);
        Tensor tensor;
        tensor.name = layer.name + ":0";
        tensor.type = ElementType::Float32;
        tensor.shape = shape;
        tensors.push_back(tensor);
        return static_cast<std::uint32_t>(layers.size() - 1);
    };
    std::int64_t size = 112, channels = 16;
    const auto silu = [&](const std::string& scope, std::uint32_t x, const Shape& shape) {
        const std::uint32_t gate = add(scope, "Sigmoid", {x}, OpClass::Elementwise, shape);
        return add(scope, "Mul", {x, gate}, OpClass::Elementwise, shape);
    };
    std::uint32_t x = add("features.0", "Conv", {}, OpClass::Conv, {1, 32, size, size});
    x = silu("features.0", x, {1, 32, size, size});
    for (std::size_t stage = 0; stage < repeats.size(); ++stage)
        for (int block = 0; block < repeats[stage]; ++block) {
            const std::string scope = "features." + std::to_string(stage + 1) + "/features." +
                                      std::to_string(stage + 1) + "." + std::to_string(block) + "/block";
            const std::uint32_t start = x;
            const Shape wide{1, channels * 6, size, size}, narrow{1, channels, size, size};
            x = add(scope + "/block.0", "Conv", {x}, OpClass::Conv, wide);
            x = silu(scope + "/block.0", x, wide);
            x = add(scope + "/block.1", "Conv", {x}, OpClass::Depthwise, wide);
            const std::uint32_t y = silu(scope + "/block.1", x, wide);
            std::uint32_t s = add(scope + "/block.2/avgpool", "GlobalAveragePool", {y}, OpClass::Other,
                                  {1, channels * 6, 1, 1});
            s = add(scope + "/block.2/fc1", "Conv", {s}, OpClass::Conv, {1, channels / 4, 1, 1});
            s = silu(scope + "/block.2/activation", s, {1, channels / 4, 1, 1});
            s = add(scope + "/block.2/fc2", "Conv", {s}, OpClass::Conv, {1, channels * 6, 1, 1});
            s = add(scope + "/block.2/scale_activation", "Sigmoid", {s}, OpClass::Elementwise,
                    {1, channels * 6, 1, 1});
            x = add(scope + "/block.2", "Mul", {s, y}, OpClass::Elementwise, wide);
            x = add(scope + "/block.3", "Conv", {x}, OpClass::Conv, narrow);
            if (block > 0) x = add(scope, "Add", {x, start}, OpClass::Elementwise, narrow);
            if (block + 1 == repeats[stage] && stage % 2 == 1) size = std::max<std::int64_t>(7, size / 2);
            if (block + 1 == repeats[stage]) channels += 16;
        }
    x = add("head", "Conv", {x}, OpClass::Conv, {1, 1280, size, size});
    x = silu("head", x, {1, 1280, size, size});
    x = add("head/avgpool", "GlobalAveragePool", {x}, OpClass::Other, {1, 1280, 1, 1});
    x = add("classifier", "Gemm", {x}, OpClass::FullyConnected, {1, 1000});
    return std::make_shared<const Graph>("mobile", layers, tensors, std::vector<Weight>{});
}

/// Platforms P0, P1 .. in a chain of Gigabit links "l0", "l1" ..
inline SystemPtr systemOf(std::size_t platforms) {
    System system;
    system.name = "row";
    for (std::size_t i = 0; i < platforms; ++i) {
        Platform platform;
        platform.name = i == 0 ? "EYR" : i == 1 ? "SMB" : "P" + std::to_string(i);
        system.platforms.push_back(platform);
    }
    for (std::uint32_t i = 0; i + 1 < platforms; ++i) {
        Link link;
        link.name = "l" + std::to_string(i);
        link.rate_bits_per_s = 1e9;
        system.links.push_back({link, {NodeId{i}, NodeId{i + 1}}});
    }
    return std::make_shared<const System>(system);
}

/// Every layer a group of its own.
inline Fusion alone(const Graph& graph) {
    Fusion fusion;
    for (std::uint32_t i = 0; i < graph.layerCount(); ++i) {
        fusion.groups.push_back({LayerId{i}});
        fusion.group_of.push_back(i);
    }
    return fusion;
}

/// Costs that differ by layer and platform, without a pattern.
inline CostTablePtr costsOf(const GraphPtr& graph, const SystemPtr& system) {
    auto table = std::make_shared<CostTable>(graph, system, alone(*graph));
    for (std::uint32_t i = 0; i < graph->layerCount(); ++i)
        for (std::uint32_t p = 0; p < system->platforms.size(); ++p) {
            Cost cost;
            cost.latency_s = 1e-5 * (1 + (i * 37 + p * 11) % 23);
            cost.energy_j = 1e-6 * (1 + (i * 17 + p * 5) % 19);
            cost.source = p == 0 ? Source::LoopNest : Source::Roofline;
            table->setLayer(LayerId{i}, PlatformId{p}, cost);
            table->setGroup(table->fusion().group_of[i], PlatformId{p}, cost, false);
        }
    return table;
}

/// The first `counts[0]` layers on platform 0, the next on platform 1 and so on; the rest on the last.
inline Plan pipeline(const GraphPtr& graph, const std::vector<std::size_t>& counts) {
    Plan plan;
    std::uint32_t next = 0;
    for (std::uint32_t p = 0; p <= counts.size(); ++p) {
        const std::size_t end = p < counts.size() ? next + counts[p] : graph->layerCount();
        Stage stage{PlatformId{p}, {}};
        for (; next < end; ++next) stage.layers.push_back(LayerId{next});
        plan.stages.push_back(stage);
    }
    return plan;
}

} // namespace worlds
