// SPDX-License-Identifier: GPL-3.0-or-later
// Networks and profiles out of short texts, for matching rows to layers.
#pragma once

#include "core/base/text.h"
#include "core/cost/cost_model.h"

#include <QtGlobal>

#include <array>
#include <sstream>

namespace cutline::test {

/// "name:Op<input,input name:Op .." in order; every layer makes the tensor "<name>.out" of 10 elements; an
/// input that no layer is called is a graph input. Conv has 100 MACs, DwConv is a depthwise one of 10.
inline GraphPtr network(const std::string& text) {
    std::vector<Layer> layers;
    std::vector<Tensor> tensors;
    const auto tensor = [&](const std::string& name) {
        for (std::uint32_t t = 0; t < tensors.size(); ++t)
            if (tensors[t].name == name) return TensorId{t};
        Tensor made;
        made.name = name;
        made.type = ElementType::Float32;
        made.shape = Shape{1, 10};
        made.is_graph_input = true;
        tensors.push_back(made);
        return TensorId{static_cast<std::uint32_t>(tensors.size() - 1)};
    };
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const auto colon = word.rfind(':'), arrow = word.find('<', colon);
        Layer layer;
        layer.name = percentDecoded(word.substr(0, colon));
        const std::string op = word.substr(colon + 1, arrow - colon - 1);
        layer.op = op == "DwConv" ? "Conv" : op;
        layer.macs = op == "Conv" ? 100 : op == "DwConv" ? 10 : op == "Gemm" ? 50 : 0;
        layer.file_index = static_cast<std::uint32_t>(layers.size());
        using Class = OpClass;
        layer.op_class = op == "Conv"     ? Class::Conv
                         : op == "DwConv" ? Class::Depthwise
                         : op == "Gemm"   ? Class::FullyConnected
                         : op == "Relu" || op == "Add" || op == "Mul" || op == "Sigmoid" ? Class::Elementwise
                         : op == "Reshape"                                               ? Class::View
                                                                                         : Class::Other;
        for (const std::string& input : split(word.substr(arrow + 1), ','))
            layer.inputs.push_back(tensor(input == "x" ? input : percentDecoded(input) + ".out"));
        layer.outputs = {tensor(layer.name + ".out")};
        tensors[layer.outputs[0].index()].is_graph_input = false;
        layers.push_back(layer);
    }
    std::vector<char> read(tensors.size(), 0);
    for (const Layer& layer : layers)
        for (const TensorId t : layer.inputs) read[t.index()] = 1;
    for (std::size_t t = 0; t < tensors.size(); ++t) tensors[t].is_graph_output = !read[t];
    return std::make_shared<const Graph>("n", layers, tensors, std::vector<Weight>{});
}

/// Rows of names and operators as a profile of that format; their times are 1, 2, 4 .. ms.
inline Profile profileOf(ProfileFormat format, const std::vector<std::array<std::string, 2>>& rows) {
    Profile profile;
    profile.file = "p";
    profile.format = format;
    double ms = 1;
    for (const auto& [name, type] : rows) {
        Profile::Row row;
        row.layer = name;
        row.type = type;
        row.latency_s = ms * 1e-3;
        row.line = static_cast<int>(profile.rows.size()) + 2;
        profile.rows.push_back(row);
        ms = ms < 1e6 ? 2 * ms : 1; // every sum of few rows is its own
    }
    return profile;
}

inline Platform platform() {
    Platform p;
    p.name = p.descriptor = "P";
    p.roofline = Roofline{};
    p.roofline->peaks = {{"float32", 1000}, {"int8", 1000}};
    p.weight_bits = p.activation_bits = 8;
    return p;
}

inline constexpr char kBlock[] =
    "c1:Conv<x r1:Relu<c1 c2:Conv<r1 a:Add<c2,r1 r2:Relu<a p:MaxPool<r2 v:Reshape<p f:Gemm<v";

} // namespace cutline::test
