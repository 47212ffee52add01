// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/shape_classes.h"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace cutline {
namespace {

void append(std::string& key, std::uint64_t value) {
    key.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append(std::string& key, std::string_view text) {
    append(key, text.size());
    key += text;
}

void append(std::string& key, const Tensor& tensor) {
    append(key, static_cast<std::uint64_t>(tensor.type));
    append(key, tensor.quantisation ? 1 + static_cast<std::uint64_t>(tensor.quantisation->type) : 0);
    append(key, tensor.shape ? tensor.shape->size() : ~std::uint64_t{0});
    if (!tensor.shape) return;
    for (const std::int64_t size : *tensor.shape) append(key, static_cast<std::uint64_t>(size));
}

void append(std::string& key, const LoopDims& d) {
    for (const std::uint64_t value : {d.n, d.g, d.c, d.m, d.r, d.s, d.p, d.q, d.repeats}) append(key, value);
    for (const std::uint32_t value : {d.stride_p, d.stride_q, d.dilation_r, d.dilation_s}) append(key, value);
    append(key, (d.sequential ? 1u : 0u) + (d.weights_are_activations ? 2u : 0u) + (d.transposed ? 4u : 0u));
}

/// Into `key`, whose room is used again.
void writeKey(std::string& key, const Graph& graph, std::span<const LayerId> layers) {
    key.clear();
    std::vector<TensorId> inside; // tensors are numbered as they appear, which fixes the connections
    const auto number = [&](TensorId t) {
        const auto found = std::find(inside.begin(), inside.end(), t);
        if (found == inside.end()) inside.push_back(t);
        return static_cast<std::uint64_t>(found - inside.begin());
    };
    for (const LayerId id : layers) {
        const Layer& layer = graph.layer(id);
        append(key, layer.op);
        append(key, layer.domain);
        append(key, static_cast<std::uint64_t>(layer.op_class) + (layer.in_place ? 64 : 0));
        append(key, layer.macs ? *layer.macs : ~std::uint64_t{0});
        append(key, (layer.known_op ? 1u : 0u) + (layer.shapes_known ? 2u : 0u));
        append(key, layer.loops.size());
        for (const LoopDims& loops : layer.loops) append(key, loops);
        append(key, layer.inputs.size());
        for (const TensorId t : layer.inputs) {
            append(key, number(t));
            append(key, graph.tensor(t));
        }
        append(key, layer.outputs.size());
        for (const TensorId t : layer.outputs) {
            append(key, number(t));
            append(key, graph.tensor(t));
            const Tensor& tensor = graph.tensor(t);
            const auto within = [&](LayerId c) {
                return std::find(layers.begin(), layers.end(), c) != layers.end();
            };
            const bool leaves = tensor.is_graph_output ||
                                !std::all_of(tensor.consumers.begin(), tensor.consumers.end(), within);
            append(key, leaves ? 1u : 0u);
        }
        append(key, layer.weights.size());
        for (const WeightId w : layer.weights) {
            const Weight& weight = graph.weight(w);
            append(key, static_cast<std::uint64_t>(weight.type));
            append(key, weight.elements);
            append(key, (weight.is_parameter ? 1u : 0u) + (weight.is_bias ? 2u : 0u));
        }
    }
}

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

/// Numbers keys in the order they are seen first.
class Numbering {
public:
    explicit Numbering(ShapeClasses& classes) : m_classes(classes) {}
    void add(const std::string& key) {
        const auto item = static_cast<std::uint32_t>(m_classes.of.size());
        auto at = m_known.find(std::string_view(key));
        if (at == m_known.end()) {
            at = m_known.emplace(key, static_cast<std::uint32_t>(m_classes.first.size())).first;
            m_classes.first.push_back(item);
        }
        m_classes.of.push_back(at->second);
    }

private:
    ShapeClasses& m_classes;
    std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> m_known;
};

} // namespace

ShapeClasses layerClasses(const Graph& graph) {
    ShapeClasses classes;
    classes.of.reserve(graph.layerCount());
    Numbering numbering(classes);
    std::string key;
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l) {
        const LayerId one[] = {LayerId{l}};
        writeKey(key, graph, one);
        numbering.add(key);
    }
    return classes;
}

ShapeClasses groupClasses(const Graph& graph, std::span<const std::vector<LayerId>> groups, const ShapeClasses& layers) {
    ShapeClasses classes;
    classes.of.reserve(groups.size());
    Numbering numbering(classes);
    std::string key;
    for (const std::vector<LayerId>& group : groups) {
        if (group.size() == 1) {
            // Four bytes: no key of several layers is as short.
            const std::uint32_t of_layer = layers.of[group.front().index()];
            key.assign(reinterpret_cast<const char*>(&of_layer), sizeof of_layer);
        } else {
            writeKey(key, graph, group);
        }
        numbering.add(key);
    }
    return classes;
}

} // namespace cutline
