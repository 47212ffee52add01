// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/split/wire_border.h"

#include "core/base/text.h"
#include "core/graph/value.h"
#include "core/graph/wire_reader.h"
#include "core/graph/wire_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace cutline {
namespace {

using onnx_file::putBytes;
using onnx_file::putNumber;

constexpr std::int32_t kFloat = 1, kInt8 = 3, kInt16 = 5; ///< TensorProto.DataType
constexpr std::uint64_t kTensorAttribute = 4;             ///< AttributeProto.AttributeType
/// Versions of ai.onnx from which QuantizeLinear has the type.
constexpr std::int64_t kOpsetWithInt8 = 10, kOpsetWithInt16 = 21;

/// 16 for "int16"; 0 for types that are no integers of 2 to 16 bits.
int integerBits(std::string_view type)
{
    int bits = 0;
    if (!type.starts_with("int")) return 0;
    const auto [end, status] = std::from_chars(type.data() + 3, type.data() + type.size(), bits);
    return status == std::errc() && end == type.data() + type.size() && bits >= 2 && bits <= 16 ? bits : 0;
}

WireBorder borderFor(const FileModel& file, std::string_view name, int bits)
{
    WireBorder border;
    border.name = validUtf8(name) + "_wire";
    while (file.producer(border.name) || file.declared(border.name) || file.isInitializer(border.name)) border.name += '_';
    border.bits = bits;
    border.data_type = bits <= 8 ? kInt8 : kInt16;
    std::int64_t opset = 1;
    for (const auto& import : file.model().opsets)
        if (import.domain.empty() || import.domain == "ai.onnx") opset = import.version;
    if (opset < (bits <= 8 ? kOpsetWithInt8 : kOpsetWithInt16)) border.domain = "com.microsoft";
    return border;
}

std::string constantNode(const std::string& name, std::int32_t data_type, const std::string& raw)
{
    std::string tensor, attribute, node;
    putNumber(tensor, 2, static_cast<std::uint64_t>(data_type));
    putBytes(tensor, 9, raw);
    putBytes(attribute, 1, "value");
    putBytes(attribute, 5, tensor);
    putNumber(attribute, 20, kTensorAttribute);
    putBytes(node, 2, name);
    putBytes(node, 3, name);
    putBytes(node, 4, "Constant");
    putBytes(node, 5, attribute);
    return node;
}

std::vector<std::string> nodes(const WireBorder& border, std::string_view input, std::string_view output, const char* op,
                               const char* suffix)
{
    const std::string prefix = border.name + suffix, scale = prefix + "_scale", zero = prefix + "_zero";
    std::string raw(sizeof border.scale, '\0');
    std::memcpy(raw.data(), &border.scale, sizeof border.scale);
    std::string node;
    putBytes(node, 1, input);
    putBytes(node, 1, scale);
    putBytes(node, 1, zero);
    putBytes(node, 2, output);
    putBytes(node, 3, prefix);
    putBytes(node, 4, op);
    if (!border.domain.empty()) putBytes(node, 7, border.domain);
    return {constantNode(scale, kFloat, raw),
            constantNode(zero, border.data_type, std::string(border.data_type == kInt8 ? 1 : 2, '\0')), node};
}

const Crossing* crossingOf(const Metrics& metrics, const Port& port)
{
    for (const Crossing& crossing : metrics.crossing)
        if (crossing.tensor == port.tensor) return &crossing;
    return nullptr;
}

/// The piece, from 0, that can send a tensor on: the one that makes it, or an input's first reader where the metrics
/// have it.
std::size_t senderOf(const SubModels& cut, const Port& port, const Crossing& crossing)
{
    if (port.from > 0) return port.from - 1;
    for (std::size_t p = 0; p < cut.pieces.size(); ++p)
        for (const Port& read : cut.pieces[p].inputs)
            if (read.name == port.name && cut.pieces[p].platform == crossing.from) return p;
    return cut.pieces.size();
}

void sendOnWire(SubModel& sender, std::size_t number, const Port& read, std::size_t reader)
{
    auto& outputs = sender.outputs;
    for (Port& port : outputs)
        if (port.name == read.name && !port.on_wire) std::erase(port.to, reader + 1);
    std::erase_if(outputs, [&](const Port& port) {
        return port.name == read.name && !port.on_wire && port.to.empty() && !port.is_model_output;
    });
    for (Port& port : outputs)
        if (port.name == read.name && port.on_wire) {
            port.to.push_back(reader + 1);
            return;
        }
    outputs.push_back({read.name, read.tensor, number + 1, {reader + 1}, false, true});
}

} // namespace

WireBorders markWireBorders(const FileModel& file, SubModels& cut, const Metrics& metrics)
{
    WireBorders borders;
    for (std::size_t p = 0; p < cut.pieces.size(); ++p)
        for (Port& port : cut.pieces[p].inputs) {
            const Crossing* crossing = crossingOf(metrics, port);
            if (!crossing || file.dataType(port.name) != kFloat) continue;
            const int bits = integerBits(crossing->type);
            const auto& to = crossing->to;
            if (bits == 0 || std::find(to.begin(), to.end(), cut.pieces[p].platform) == to.end()) continue;
            const std::size_t sender = senderOf(cut, port, *crossing);
            if (sender >= p || cut.pieces[sender].platform == cut.pieces[p].platform) continue;
            if (!borders.contains(port.name)) borders.emplace(port.name, borderFor(file, port.name, bits));
            sendOnWire(cut.pieces[sender], sender, port, p);
            port.on_wire = true;
            port.from = sender + 1;
        }
    return borders;
}

Result<void> setScales(WireBorders& borders, const std::map<std::string, double>& largest)
{
    for (auto& [name, border] : borders) {
        const auto found = largest.find(std::string(name));
        if (found == largest.end())
            return Error{"tensor " + shown(name), "has no known range, which its type on the wire needs",
                         "split with --boundary model"};
        const double steps = std::ldexp(1.0, border.bits - 1) - 1;
        border.scale = found->second > 0 ? static_cast<float>(found->second / steps) : 1.0f;
        if (!std::isnormal(border.scale))
            return Error{"tensor " + shown(name), "has values up to " + numberText(found->second) +
                                                      ", which no scale brings to " + std::to_string(border.bits) + " bits",
                         "split with --boundary model"};
    }
    return {};
}

std::vector<std::string> quantizeNodes(const WireBorder& border, std::string_view from)
{
    return nodes(border, from, border.name, "QuantizeLinear", "_quantize");
}

std::vector<std::string> dequantizeNodes(const WireBorder& border, std::string_view to)
{
    return nodes(border, border.name, to, "DequantizeLinear", "_dequantize");
}

std::string withRenamedInputs(std::string_view node, const std::map<std::string_view, std::string>& names)
{
    // NodeProto: input 1, attribute 5; AttributeProto: g 6, graphs 11; GraphProto: node 1.
    const auto inGraph = [&](std::string_view graph) {
        std::string out;
        onnx_file::WireReader reader(graph, 0);
        onnx_file::Field field;
        while (reader.next(field))
            if (field.id == 1)
                putBytes(out, 1, withRenamedInputs(field.bytes, names));
            else
                out += field.whole;
        return out;
    };
    const auto inAttribute = [&](std::string_view attribute) {
        std::string out;
        onnx_file::WireReader reader(attribute, 0);
        onnx_file::Field field;
        while (reader.next(field))
            if (field.id == 6 || field.id == 11)
                putBytes(out, field.id, inGraph(field.bytes));
            else
                out += field.whole;
        return out;
    };
    std::string out;
    onnx_file::WireReader reader(node, 0);
    onnx_file::Field field;
    while (reader.next(field)) {
        const auto renamed = field.id == 1 ? names.find(field.bytes) : names.end();
        if (renamed != names.end())
            putBytes(out, 1, renamed->second);
        else if (field.id == 5)
            putBytes(out, 5, inAttribute(field.bytes));
        else
            out += field.whole;
    }
    return out;
}

} // namespace cutline
