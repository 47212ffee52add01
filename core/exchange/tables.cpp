// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/exchange.h"

#include "core/base/text.h"
#include "core/exchange/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>

namespace cutline {
namespace {

/// One cell of a table that is written as CSV and as JSON. Text: percent-encoded in CSV. Number: as it
/// stands. List: joined names, encoded already. Empty numbers are empty cells and null.
struct Cell {
    enum class Kind { Text, Number, List } kind;
    std::string text;
};

template <std::size_t N>
using Row = std::array<Cell, N>;
template <std::size_t N>
using Header = std::array<std::string_view, N>;

template <std::size_t N>
std::string csvHeader(const Header<N>& header) {
    std::string out;
    for (std::size_t i = 0; i < N; ++i) {
        if (i > 0) out += ',';
        out += header[i];
    }
    return out + '\n';
}

template <std::size_t N>
void addCsv(std::string& out, const Row<N>& row) {
    for (std::size_t i = 0; i < N; ++i) {
        if (i > 0) out += ',';
        out += csvCell(row[i].kind == Cell::Kind::Text ? percentEncoded(row[i].text) : row[i].text);
    }
    out += '\n';
}

template <std::size_t N>
void addJson(JsonWriter& json, const Header<N>& header, const Row<N>& row) {
    json.lineBreak();
    json.open('{');
    for (std::size_t i = 0; i < N; ++i) {
        json.key(header[i]);
        if (row[i].kind != Cell::Kind::Number)
            json.value(std::string_view(row[i].text));
        else
            json.raw(row[i].text.empty() ? "null" : row[i].text);
    }
    json.close('}');
}

Cell text(const std::string& value) {
    return {Cell::Kind::Text, value};
}
Cell number(double value) {
    return {Cell::Kind::Number, numberText(value)};
}
Cell count(std::optional<std::uint64_t> value) {
    return {Cell::Kind::Number, value ? std::to_string(*value) : std::string()};
}
Cell unknown() {
    return {Cell::Kind::Number, {}};
}

std::uint64_t storedBytes(std::uint64_t elements, ElementType type) {
    return (elements * static_cast<std::uint64_t>(bitsOf(type)) + 7) / 8;
}

constexpr Header<8> kLayerHeader{"layer", "op",         "outputs",      "shape",
                                 "macs",  "parameters", "weight_bytes", "output_bytes"};

Row<8> layerRow(const Graph& graph, LayerId id) {
    const Layer& layer = graph.layer(id);
    std::string outputs, shapes;
    std::optional<std::uint64_t> output_bytes = 0;
    for (std::size_t o = 0; o < layer.outputs.size(); ++o) {
        const Tensor& tensor = graph.tensor(layer.outputs[o]);
        if (o > 0) {
            outputs += ';';
            shapes += ';';
        }
        outputs += percentEncoded(tensor.name);
        if (tensor.shape) shapes += shapeText(*tensor.shape);
        const auto elements = tensor.elements();
        if (!elements || tensor.type == ElementType::Unknown)
            output_bytes.reset();
        else if (output_bytes)
            *output_bytes += storedBytes(*elements, tensor.type);
    }
    std::uint64_t parameters = 0, weight_bytes = 0;
    for (const WeightId w : layer.weights) {
        const Weight& weight = graph.weight(w);
        if (weight.readers.empty() || weight.readers.front() != id) continue;
        if (weight.is_parameter) parameters += weight.elements;
        weight_bytes += storedBytes(weight.elements, weight.type);
    }
    return {text(layer.name),  text(layer.op),    {Cell::Kind::List, outputs}, {Cell::Kind::List, shapes},
            count(layer.macs), count(parameters), count(weight_bytes),         count(output_bytes)};
}

constexpr Header<10> kCostHeader{"layer",        "op",           "platform", "latency_s", "energy_j",
                                 "weight_bytes", "output_bytes", "macs",     "source",    "uncertainty"};

/// The shortest text of the single-precision number: 0.3, not 0.30000001192092896.
Cell singleNumber(float value) {
    if (!std::isfinite(value)) return unknown();
    std::array<char, 32> buffer{};
    const auto [end, status] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return {Cell::Kind::Number, std::string(buffer.data(), end)};
}

Row<10> costRow(const CostTable& costs, LayerId id, PlatformId platform_id) {
    const Graph& graph = costs.graph();
    const Platform& platform = costs.system().platform(platform_id);
    const Layer& layer = graph.layer(id);
    const Cost& cost = costs.layer(id, platform_id);
    double weights = 0, outputs = 0;
    for (const WeightId w : layer.weights) weights += weightBytes(graph.weight(w), platform);
    bool outputs_known = true;
    for (const TensorId t : layer.outputs) {
        outputs_known = outputs_known && graph.tensor(t).elements().has_value();
        outputs += tensorBytes(graph.tensor(t), platform);
    }
    const bool known = cost.supported;
    return {text(layer.name),
            text(layer.op),
            text(platform.name),
            known ? number(cost.latency_s) : unknown(),
            known ? number(cost.energy_j) : unknown(),
            number(weights),
            outputs_known ? number(outputs) : unknown(),
            count(layer.macs),
            text(std::string(nameOf(cost.source))),
            known ? singleNumber(cost.uncertainty) : unknown()};
}

template <class Each>
void forEachCost(const CostTable& costs, Each each) {
    for (std::uint32_t l = 0; l < costs.graph().layerCount(); ++l)
        for (std::uint32_t p = 0; p < costs.system().platforms.size(); ++p)
            each(costRow(costs, LayerId{l}, PlatformId{p}));
}

} // namespace

std::string layersCsv(const Graph& graph) {
    std::string out = csvHeader(kLayerHeader);
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l) addCsv(out, layerRow(graph, LayerId{l}));
    return out;
}

std::string layersJson(const Graph& graph) {
    std::string out;
    JsonWriter json(out);
    json.open('[');
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l)
        addJson(json, kLayerHeader, layerRow(graph, LayerId{l}));
    json.close(']');
    return out + '\n';
}

std::string costsCsv(const CostTable& costs) {
    std::string out = csvHeader(kCostHeader);
    forEachCost(costs, [&](const Row<10>& row) { addCsv(out, row); });
    return out;
}

std::string costsJson(const CostTable& costs) {
    std::string out;
    JsonWriter json(out);
    json.open('[');
    forEachCost(costs, [&](const Row<10>& row) { addJson(json, kCostHeader, row); });
    json.close(']');
    return out + '\n';
}

} // namespace cutline
