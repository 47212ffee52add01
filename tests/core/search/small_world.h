// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"

#include <map>
#include <random>
#include <sstream>
#include <string>

namespace cutline {

/// A graph written as text: "a>b a>c b>d c>d". Layers stand in the order of their first mention (which must be topological);
/// each has one output tensor of 100 elements, sources read a graph input of their own, sinks are graph outputs.
inline Graph graphFromText(const std::string& text)
{
    std::vector<std::string> names;
    std::map<std::string, std::vector<std::string>> inputs;
    const auto mention = [&](const std::string& name) {
        if (!inputs.contains(name)) names.push_back(name);
        inputs[name];
    };
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const auto arrow = word.find('>');
        mention(word.substr(0, arrow));
        if (arrow == std::string::npos) continue;
        mention(word.substr(arrow + 1));
        inputs[word.substr(arrow + 1)].push_back(word.substr(0, arrow));
    }
    std::vector<Layer> layers;
    std::vector<Tensor> tensors;
    std::map<std::string, TensorId> output_of;
    std::map<std::string, bool> is_read;
    const auto addTensor = [&](const std::string& name) {
        Tensor t;
        t.name = name;
        t.type = ElementType::Float32;
        t.shape = Shape{100};
        tensors.push_back(t);
        return TensorId{static_cast<std::uint32_t>(tensors.size() - 1)};
    };
    for (const std::string& name : names) {
        Layer layer;
        layer.name = name;
        layer.op = "Conv";
        layer.op_class = OpClass::Conv;
        for (const std::string& from : inputs[name]) {
            layer.inputs.push_back(output_of.at(from));
            is_read[from] = true;
        }
        if (layer.inputs.empty()) {
            layer.inputs.push_back(addTensor("in_" + name));
            tensors.back().is_graph_input = true;
        }
        output_of[name] = addTensor("out_" + name);
        layer.outputs.push_back(output_of[name]);
        layers.push_back(layer);
    }
    for (const std::string& name : names)
        if (!is_read[name]) tensors[output_of[name].index()].is_graph_output = true;
    return Graph("small", layers, tensors, {});
}

/// A random directed acyclic graph of `layers` layers: every pair joined with probability `density`.
inline std::string randomGraphText(std::mt19937_64& random, int layers, double density)
{
    std::uniform_real_distribution<double> chance(0, 1);
    std::string text;
    for (int i = 0; i < layers; ++i) text += "n" + std::to_string(i) + " ";
    for (int j = 1; j < layers; ++j)
        for (int i = 0; i < j; ++i)
            if (chance(random) < density) text += "n" + std::to_string(i) + ">n" + std::to_string(j) + " ";
    return text;
}

} // namespace cutline
