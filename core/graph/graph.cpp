// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/graph.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <numeric>

namespace cutline {
namespace {

struct TypeInfo {
    ElementType type;
    int bits;
    std::string_view name;
};

constexpr std::array kTypes{
    TypeInfo{ElementType::Unknown, 0, "unknown"},   TypeInfo{ElementType::Float32, 32, "float32"},
    TypeInfo{ElementType::Float16, 16, "float16"},  TypeInfo{ElementType::BFloat16, 16, "bfloat16"},
    TypeInfo{ElementType::Float64, 64, "float64"},  TypeInfo{ElementType::Float8, 8, "float8"},
    TypeInfo{ElementType::Int4, 4, "int4"},         TypeInfo{ElementType::UInt4, 4, "uint4"},
    TypeInfo{ElementType::Int8, 8, "int8"},         TypeInfo{ElementType::UInt8, 8, "uint8"},
    TypeInfo{ElementType::Int16, 16, "int16"},      TypeInfo{ElementType::UInt16, 16, "uint16"},
    TypeInfo{ElementType::Int32, 32, "int32"},      TypeInfo{ElementType::UInt32, 32, "uint32"},
    TypeInfo{ElementType::Int64, 64, "int64"},      TypeInfo{ElementType::UInt64, 64, "uint64"},
    TypeInfo{ElementType::Bool, 8, "bool"},         TypeInfo{ElementType::String, 0, "string"},
    TypeInfo{ElementType::Complex64, 64, "complex64"}, TypeInfo{ElementType::Complex128, 128, "complex128"},
};

template <class T> void sortUnique(std::vector<T>& values)
{
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

template <class Item> std::vector<std::uint32_t> sortedByName(const std::vector<Item>& items)
{
    std::vector<std::uint32_t> order(items.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return items[a].name < items[b].name; });
    return order;
}

template <class IdType, class Item>
std::optional<IdType> found(const std::vector<std::uint32_t>& order, const std::vector<Item>& items,
                            std::string_view name)
{
    const auto at = std::lower_bound(order.begin(), order.end(), name,
                                     [&](std::uint32_t i, std::string_view n) { return items[i].name < n; });
    if (at == order.end() || items[*at].name != name) return std::nullopt;
    return IdType{*at};
}

} // namespace

int bitsOf(ElementType type) { return kTypes[static_cast<std::size_t>(type)].bits; }
std::string_view nameOf(ElementType type) { return kTypes[static_cast<std::size_t>(type)].name; }

std::optional<ElementType> elementTypeNamed(std::string_view name)
{
    for (const TypeInfo& info : kTypes)
        if (info.name == name && info.type != ElementType::Unknown) return info.type;
    return std::nullopt;
}

bool isFloating(ElementType type)
{
    switch (type) {
    case ElementType::Float32:
    case ElementType::Float16:
    case ElementType::BFloat16:
    case ElementType::Float64:
    case ElementType::Float8: return true;
    default: return false;
    }
}

std::string_view nameOf(OpClass op_class)
{
    constexpr std::array<std::string_view, 6> kNames{"conv", "depthwise", "fc", "elementwise", "view", "other"};
    return kNames[static_cast<std::size_t>(op_class)];
}

std::string shapeText(const Shape& shape)
{
    if (shape.empty()) return "scalar";
    std::string text;
    // No network comes near; a hostile one is told by its first sizes.
    constexpr std::size_t kMost = 32, kFirst = 8;
    for (const std::int64_t& size : shape) {
        if (shape.size() > kMost && &size == &shape[kFirst])
            return text + "x.. (" + std::to_string(shape.size()) + " dimensions)";
        if (!text.empty()) text += 'x';
        text += size < 0 ? "?" : std::to_string(size);
    }
    return text;
}

std::optional<std::uint64_t> elementCount(const Shape& shape)
{
    std::uint64_t count = 1;
    for (const std::int64_t size : shape) {
        if (size < 0) return std::nullopt;
        const auto factor = static_cast<std::uint64_t>(size);
        constexpr auto kLimit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        if (factor != 0 && count > kLimit / factor) return std::nullopt;
        count *= factor;
    }
    return count;
}

std::optional<std::uint64_t> Tensor::elements() const
{
    return shape ? elementCount(*shape) : std::nullopt;
}

Graph::Graph(std::string name, std::vector<Layer> layers, std::vector<Tensor> tensors, std::vector<Weight> weights)
    : m_name(std::move(name)), m_layers(std::move(layers)), m_tensors(std::move(tensors)),
      m_weights(std::move(weights)), m_predecessors(m_layers.size()), m_successors(m_layers.size())
{
    for (Tensor& t : m_tensors) {
        t.producer.reset();
        t.consumers.clear();
    }
    for (Weight& w : m_weights) w.readers.clear();
    for (std::uint32_t i = 0; i < m_layers.size(); ++i) {
        for (const TensorId t : m_layers[i].outputs) m_tensors[t.index()].producer = LayerId{i};
        for (const TensorId t : m_layers[i].inputs) m_tensors[t.index()].consumers.push_back(LayerId{i});
        for (const WeightId w : m_layers[i].weights) m_weights[w.index()].readers.push_back(LayerId{i});
    }
    for (std::uint32_t i = 0; i < m_tensors.size(); ++i) {
        Tensor& t = m_tensors[i];
        sortUnique(t.consumers);
        if (t.is_graph_input) m_inputs.push_back(TensorId{i});
        if (t.is_graph_output) m_outputs.push_back(TensorId{i});
        if (!t.producer) continue;
        for (const LayerId consumer : t.consumers) {
            assert(*t.producer < consumer);
            m_successors[t.producer->index()].push_back(consumer);
            m_predecessors[consumer.index()].push_back(*t.producer);
        }
    }
    for (auto& list : m_successors) sortUnique(list);
    for (auto& list : m_predecessors) sortUnique(list);
    m_layer_by_name = sortedByName(m_layers);
    m_tensor_by_name = sortedByName(m_tensors);
}

std::optional<LayerId> Graph::findLayer(std::string_view name) const
{
    return found<LayerId>(m_layer_by_name, m_layers, name);
}

std::optional<TensorId> Graph::findTensor(std::string_view name) const
{
    return found<TensorId>(m_tensor_by_name, m_tensors, name);
}

std::uint64_t Graph::totalMacs() const
{
    return std::accumulate(m_layers.begin(), m_layers.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const Layer& l) { return sum + l.macs.value_or(0); });
}

std::uint64_t Graph::totalParameters() const
{
    std::uint64_t sum = 0;
    for (const Weight& w : m_weights)
        if (w.is_parameter) sum += w.elements;
    return sum;
}

} // namespace cutline
