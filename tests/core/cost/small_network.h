// SPDX-License-Identifier: GPL-3.0-or-later
// A network of five layers and a platform with round numbers, for costs worked out by hand.
#pragma once

#include "core/cost/cost_model.h"

#include <QtGlobal>

namespace cutline::test {

inline Tensor tensorOf(const std::string& name, Shape shape) {
    Tensor t;
    t.name = name;
    t.type = ElementType::Float32;
    t.shape = std::move(shape);
    return t;
}

inline Layer layerOf(const std::string& name, const std::string& op, OpClass op_class, TensorId in, TensorId out) {
    Layer layer;
    layer.name = name;
    layer.op = op;
    layer.op_class = op_class;
    layer.inputs = {in};
    layer.outputs = {out};
    layer.macs = 0;
    return layer;
}

/// conv (10 in, 12 out channels, 1x1 on 5x5), relu, reshape, depthwise (12 channels 3x3 on 5x5), odd.
inline GraphPtr smallNetwork() {
    std::vector<Tensor> tensors{tensorOf("x", {1, 10, 5, 5}), tensorOf("c", {1, 12, 5, 5}),
                                tensorOf("r", {1, 12, 5, 5}), tensorOf("v", {1, 12, 25}),
                                tensorOf("d", {1, 12, 5, 5}), tensorOf("o", {1, 300})};
    tensors[0].is_graph_input = tensors[5].is_graph_output = true;
    std::vector<Weight> weights{{"cw", ElementType::Float32, {12, 10, 1, 1}, 120, true, false, {}},
                                {"dw", ElementType::Float32, {12, 1, 3, 3}, 108, true, false, {}}};
    std::vector<Layer> layers{layerOf("conv", "Conv", OpClass::Conv, TensorId{0}, TensorId{1}),
                              layerOf("relu", "Relu", OpClass::Elementwise, TensorId{1}, TensorId{2}),
                              layerOf("view", "Reshape", OpClass::View, TensorId{2}, TensorId{3}),
                              layerOf("dw", "Conv", OpClass::Depthwise, TensorId{3}, TensorId{4}),
                              layerOf("odd", "Odd", OpClass::Other, TensorId{4}, TensorId{5})};
    LoopDims conv;
    conv.c = 10;
    conv.m = 12;
    conv.p = conv.q = 5;
    layers[0].loops = {conv};
    layers[0].macs = 3000;
    layers[0].weights = {WeightId{0}};
    LoopDims dw;
    dw.g = 12;
    dw.r = dw.s = 3;
    dw.p = dw.q = 5;
    layers[3].loops = {dw};
    layers[3].macs = 2700;
    layers[3].weights = {WeightId{1}};
    return std::make_shared<const Graph>("small", layers, tensors, weights);
}

/// 8 bit, 1000 MAC/s, 100 B/s, conv at half, depthwise at a tenth of the peak.
inline Platform plainPlatform() {
    Platform p;
    p.name = p.descriptor = "P";
    p.weight_bits = p.activation_bits = 8;
    p.roofline = Roofline{};
    p.roofline->peaks = {{"int8", 1000}};
    p.roofline->bandwidth_bytes_per_s = 100;
    p.roofline->efficiency = {{"conv", 0.5}, {"depthwise", 0.1}};
    p.roofline->pj_per_mac = 1e12;  // 1 J
    p.roofline->pj_per_byte = 2e12; // 2 J
    return p;
}

inline System systemOf(std::vector<Platform> platforms) {
    System system;
    system.name = "S";
    system.platforms = std::move(platforms);
    Connection link;
    link.link.name = "wire";
    link.link.rate_bits_per_s = 8000; // 1000 B/s
    for (std::uint32_t p = 0; p < system.platforms.size(); ++p) link.ends.push_back(NodeId{p});
    if (system.platforms.size() > 1) system.links = {link};
    return system;
}

inline Result<CostTablePtr> tableOf(const GraphPtr& graph, System system, CostOptions options = {}) {
    options.fusion = false;
    Progress progress;
    return buildCostTable(graph, std::make_shared<const System>(std::move(system)), options, progress);
}

inline Profile profileOf(const std::string& text) {
    const auto profile = parseProfileCsv(text, "p.csv", std::nullopt);
    if (!profile) qFatal("%s", profile.error().message().c_str());
    return *profile;
}

} // namespace cutline::test
