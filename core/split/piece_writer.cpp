// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/split/piece_writer.h"

#include "core/base/text.h"
#include "core/graph/value.h"

#include <algorithm>

namespace cutline {
namespace {

using onnx_file::Field;
using onnx_file::GraphBody;
using onnx_file::Node;
using onnx_file::putBytes;
using onnx_file::putNumber;
using onnx_file::Rope;
using onnx_file::TensorData;
using onnx_file::ValueInfo;
using onnx_file::WireReader;

// Field numbers of the messages of onnx.proto3.
enum : std::uint32_t {
    kModelIrVersion = 1,
    kModelGraph = 7,
    kModelOpset = 8,
    kModelTraining = 20,
    kModelFunction = 25,
    kGraphNode = 1,
    kGraphName = 2,
    kGraphInitializer = 5,
    kGraphInput = 11,
    kGraphOutput = 12,
    kGraphValue = 13,
    kGraphAnnotation = 14,
    kGraphSparse = 15,
};
constexpr std::int32_t kInt64 = 7; ///< TensorProto.DataType

/// From IR version 4 on an initializer need not be an input.
constexpr std::int64_t kFreeInitializers = 4;

std::string typeMessage(const PortType& type)
{
    std::string shape;
    for (std::size_t i = 0; i < type.shape.size(); ++i) {
        std::string dim;
        if (i < type.symbols.size() && !type.symbols[i].empty())
            putBytes(dim, 2, type.symbols[i]);
        else if (type.shape[i] >= 0)
            putNumber(dim, 1, static_cast<std::uint64_t>(type.shape[i]));
        putBytes(shape, 1, dim);
    }
    std::string tensor, message;
    putNumber(tensor, 1, static_cast<std::uint64_t>(type.data_type));
    putBytes(tensor, 2, shape);
    putBytes(message, 1, tensor);
    return message;
}

} // namespace

std::string PieceWriter::nameOf(const Port& port) const
{
    return port.on_wire ? m_borders.at(port.name).name : validUtf8(port.name);
}

/// File, the layer that makes it, and the tensor.
std::string PieceWriter::placeOf(const Port& port) const
{
    const auto maker = port.tensor ? m_file.graph().tensor(*port.tensor).producer : std::nullopt;
    const std::string layer = maker ? ", layer " + printable(m_file.graph().layer(*maker).name) : std::string();
    return printable(m_file.path()) + layer + ", tensor " + shown(port.name);
}

Result<PortType> PieceWriter::typeOf(const Port& port) const
{
    if (port.on_wire) {
        Port stored = port;
        stored.on_wire = false;
        auto type = typeOf(stored);
        if (type) type->data_type = m_borders.at(port.name).data_type;
        return type;
    }
    PortType type;
    type.data_type = m_file.dataType(port.name);
    const ValueInfo* declared = m_file.declared(port.name);
    const std::string where = placeOf(port);
    const Error unknown{where,
                        "would cross between pieces, but its " +
                            std::string(type.data_type == 0 && port.tensor ? "type" : "shape") + " is not known",
                        type.data_type == 0 && port.tensor
                            ? "cut elsewhere, or export the model with the type of this tensor (its value_info)"
                            : "give --shape " + shown(port.name) + "=.., or cut elsewhere"};
    if (declared && !declared->type.tensor) {
        const bool crosses = !port.to.empty() || (port.from > 0 && !port.is_model_output);
        if (crosses) return Error{where, "would cross between pieces, but is no tensor", "cut before the layer or behind its readers"};
        return type; // as the file says
    }
    if (!port.tensor) {
        const auto maker = m_file.producer(port.name);
        if (maker && m_file.measures(*maker)) {
            type.data_type = kInt64;
            type.shape = m_file.measured(*maker);
            return type;
        }
        if (!declared || !declared->type.has_shape) return unknown;
        for (const auto& dim : declared->type.dims) {
            type.shape.push_back(dim.value.value_or(-1));
            type.symbols.push_back(validUtf8(dim.symbol));
        }
        return type;
    }
    const Tensor& tensor = m_file.graph().tensor(*port.tensor);
    if (type.data_type == 0 || !tensor.shape) return unknown;
    type.shape = *tensor.shape;
    const auto open = m_open.of(*port.tensor);
    for (std::size_t i = 0; i < type.shape.size(); ++i) {
        std::string symbol = i < open.size() ? open[i] : std::string();
        if (type.shape[i] < 0 && symbol.empty()) symbol = tensor.name + "_" + std::to_string(i);
        type.symbols.push_back(std::move(symbol));
    }
    return type;
}

std::string PieceWriter::valueInfo(const Port& port) const
{
    const ValueInfo* declared = port.on_wire ? nullptr : m_file.declared(port.name);
    const auto stands = [&](const std::vector<ValueInfo>& list) {
        return std::any_of(list.begin(), list.end(), [&](const ValueInfo& v) { return &v == declared; });
    };
    // What the file says of the model's own inputs and outputs is right by definition, and sequences are not ours to word.
    const bool own = declared && (stands(m_file.body().inputs) || stands(m_file.body().outputs));
    if (declared && (!declared->type.tensor || (own && declared->type.has_shape)))
        return std::string(declared->message);
    const auto type = typeOf(port);
    if (!type) throw type.error();
    std::string message;
    putBytes(message, 1, port.on_wire ? std::string_view(m_borders.at(port.name).name) : port.name);
    putBytes(message, 2, typeMessage(*type));
    return message;
}

void PieceWriter::collectNames(const SubModel& piece)
{
    m_names.clear();
    for (const auto* ports : {&piece.inputs, &piece.outputs})
        for (const Port& port : *ports) m_names.insert(port.name);
    for (const std::uint32_t n : piece.nodes) {
        const auto reads = m_file.reads(n);
        m_names.insert(reads.begin(), reads.end());
        for (const std::string_view name : m_file.node(n).outputs)
            if (!name.empty()) m_names.insert(name);
    }
}

void PieceWriter::putWeights(const SubModel& piece, Rope& out)
{
    for (const TensorData& tensor : m_file.body().initializers) {
        if (!m_whole && !m_names.contains(tensor.name)) continue;
        if (findExternal(tensor)) {
            std::string field;
            putBytes(field, kGraphInitializer, movedTensor(tensor.message));
            out.add(field);
        } else {
            out.putBytes(kGraphInitializer, tensor.message);
        }
    }
    for (const std::uint32_t node : piece.given) {
        std::string field;
        putBytes(field, kGraphInitializer, m_file.given(node));
        out.add(field);
    }
    for (const onnx_file::SparseTensor& sparse : m_file.body().sparse_initializers) {
        if (!m_whole && !m_names.contains(sparse.values.name)) continue;
        const bool values = findExternal(sparse.values), indices = findExternal(sparse.indices);
        if (values || indices) {
            std::string field;
            putBytes(field, kGraphSparse, movedMessage(sparse.message, Holder::Sparse));
            out.add(field);
        } else {
            out.putBytes(kGraphSparse, sparse.message);
        }
    }
}

void PieceWriter::putPorts(const SubModel& piece, Rope& out)
{
    std::string fields;
    if (m_whole) {
        for (const ValueInfo& input : m_file.body().inputs) putBytes(fields, kGraphInput, input.message);
        for (const ValueInfo& output : m_file.body().outputs) putBytes(fields, kGraphOutput, output.message);
        out.add(fields);
        for (const ValueInfo& value : m_file.body().values) out.putBytes(kGraphValue, value.message);
        return;
    }
    for (const Port& port : piece.inputs) putBytes(fields, kGraphInput, valueInfo(port));
    // Initializers that the file has among its inputs too stay so.
    for (const ValueInfo& input : m_file.body().inputs)
        if (m_file.isInitializer(input.name) && m_names.contains(input.name))
            putBytes(fields, kGraphInput, input.message);
    if (m_file.model().ir_version < kFreeInitializers)
        for (const std::uint32_t n : piece.given) {
            const Port port{m_file.node(n).outputs[0], std::nullopt, 0, {}, false, false};
            putBytes(fields, kGraphInput, valueInfo(port));
        }
    for (const Port& port : piece.outputs) putBytes(fields, kGraphOutput, valueInfo(port));
    out.add(fields);
    const auto isPort = [&](std::string_view name) {
        for (const auto* ports : {&piece.inputs, &piece.outputs})
            for (const Port& port : *ports)
                if (port.name == name && !port.on_wire) return true;
        return false;
    };
    std::set<std::string_view> written;
    for (const auto* list : {&m_file.body().values, &m_file.body().outputs})
        for (const ValueInfo& value : *list)
            if (value.has_type && m_names.contains(value.name) && !isPort(value.name) &&
                written.insert(value.name).second)
                out.putBytes(kGraphValue, value.message);
}

/// doc_string, metadata and the like as they are; annotations of tensors that are here, with the parameters they name.
void PieceWriter::putOthers(Rope& out)
{
    for (const std::string_view stretch : m_file.body().others) {
        WireReader reader(stretch, 0);
        Field field;
        while (reader.next(field)) {
            if (field.id != kGraphAnnotation) {
                out.point(field.whole);
                continue;
            }
            std::string_view tensor;
            std::vector<std::string_view> parameters;
            WireReader annotation(field.bytes, field.at);
            Field part;
            while (annotation.next(part)) {
                if (part.id == 1) tensor = part.bytes;
                if (part.id != 2) continue;
                WireReader entry(part.bytes, part.at);
                Field half;
                while (entry.next(half))
                    if (half.id == 2) parameters.push_back(half.bytes);
            }
            if (!m_whole && !m_names.contains(tensor)) continue;
            m_names.insert(parameters.begin(), parameters.end());
            out.point(field.whole);
        }
    }
}

void PieceWriter::putFunctions(const SubModel& piece, Rope& out)
{
    const auto& functions = m_file.model().functions;
    if (functions.empty()) return;
    std::vector<char> used(functions.size(), 0);
    std::vector<const Node*> open;
    const auto addBody = [&open](const std::vector<Node>& nodes) {
        for (const Node& node : nodes) open.push_back(&node);
    };
    for (const std::uint32_t n : piece.nodes) open.push_back(&m_file.node(n));
    while (!open.empty()) {
        const Node& node = *open.back();
        open.pop_back();
        for (const auto& attribute : node.attributes)
            if (attribute.g) addBody(attribute.g->nodes);
        for (std::size_t f = 0; f < functions.size(); ++f) {
            const auto domain = functions[f].domain == "ai.onnx" ? std::string_view() : functions[f].domain;
            if (used[f] || functions[f].name != node.op || domain != node.domain) continue;
            used[f] = 1;
            addBody(functions[f].nodes);
        }
    }
    for (std::size_t f = 0; f < functions.size(); ++f) {
        if (!used[f]) continue;
        bool external = false;
        for (const Node& node : functions[f].nodes) external = findExternal(node) || external;
        if (external) {
            std::string field;
            putBytes(field, kModelFunction, movedMessage(functions[f].message, Holder::Function));
            out.add(field);
        } else {
            out.putBytes(kModelFunction, functions[f].message);
        }
    }
}

void PieceWriter::putNode(std::uint32_t n, Rope& out)
{
    const Node& node = m_file.node(n);
    const bool external = findExternal(node);
    if (!external && !m_whole) return out.putBytes(kGraphNode, node.message);
    std::string message = external ? movedMessage(node.message, Holder::Node) : std::string(node.message);
    if (m_whole) m_whole->edit(n, message);
    std::string field;
    putBytes(field, kGraphNode, message);
    out.add(field);
    if (m_whole && m_whole->behind) putNodes(m_whole->behind(n), out);
}

void PieceWriter::putNodes(const std::vector<std::string>& messages, Rope& out)
{
    for (const std::string& message : messages) {
        std::string field;
        putBytes(field, kGraphNode, message);
        out.add(field);
    }
}

/// The model's own, and those of the operators that are added.
void PieceWriter::putOpsets(const SubModel& piece, std::string& head) const
{
    std::vector<onnx_file::OpsetImport> opsets = m_file.model().opsets;
    const auto add = [&](const onnx_file::OpsetImport& wanted) {
        for (const auto& import : opsets)
            if (import.domain == wanted.domain) return;
        opsets.push_back(wanted);
    };
    if (m_whole)
        for (const auto& import : m_whole->opsets) add(import);
    for (const auto* ports : {&piece.inputs, &piece.outputs})
        for (const Port& port : *ports)
            if (port.on_wire && !m_borders.at(port.name).domain.empty()) add({m_borders.at(port.name).domain, 1});
    for (const auto& import : opsets) {
        std::string opset;
        putBytes(opset, 1, import.domain);
        putNumber(opset, 2, static_cast<std::uint64_t>(import.version));
        putBytes(head, kModelOpset, opset);
    }
}

Rope PieceWriter::graph(const SubModel& piece)
{
    Rope out;
    collectNames(piece);
    for (const Port& port : piece.inputs)
        if (port.on_wire) putNodes(dequantizeNodes(m_borders.at(port.name), port.name), out);
    if (m_whole && m_whole->behind) putNodes(m_whole->behind(std::nullopt), out);
    for (const std::uint32_t n : piece.nodes) putNode(n, out);
    for (const Port& port : piece.outputs)
        if (port.on_wire) putNodes(quantizeNodes(m_borders.at(port.name), port.name), out);
    out.putBytes(kGraphName, m_file.body().name);
    putOthers(out);
    putWeights(piece, out);
    putPorts(piece, out);
    return out;
}

Result<PieceBytes> PieceWriter::write(const SubModel& piece, const std::string& data_file)
{
    return write(piece, data_file, nullptr);
}

Result<PieceBytes> PieceWriter::writeWhole(const Whole& whole, const std::string& data_file)
{
    SubModel all;
    all.nodes.assign(m_file.order().begin(), m_file.order().end());
    return write(all, data_file, &whole);
}

Result<PieceBytes> PieceWriter::write(const SubModel& piece, const std::string& data_file, const Whole* whole)
{
    m_whole = whole;
    m_made = {};
    m_placed.clear();
    m_data_end = 0;
    m_data_file = data_file;
    try {
        const onnx_file::Model& model = m_file.model();
        std::string head;
        const std::int64_t ir_version = std::max(model.ir_version, whole ? whole->least_ir_version : 0);
        if (ir_version > 0) putNumber(head, kModelIrVersion, static_cast<std::uint64_t>(ir_version));
        putOpsets(piece, head);
        m_made.model.add(head);
        for (const std::string_view stretch : model.others) {
            WireReader reader(stretch, 0);
            Field field;
            // How to train the whole says nothing about a piece.
            while (reader.next(field))
                if (field.id != kModelTraining && !(whole && whole->replaces && whole->replaces(field)))
                    m_made.model.point(field.whole);
        }
        putFunctions(piece, m_made.model);
        m_made.model.putMessage(kModelGraph, graph(piece));
        if (whole) m_made.model.add(whole->fields);
        return std::move(m_made);
    } catch (const Error& error) {
        return error;
    } catch (const Failure& failure) {
        return Error{printable(m_file.path()), failure.what, failure.fix};
    } catch (const onnx_file::WireError& error) {
        return Error{printable(m_file.path()), error.what, "export or copy the model again"};
    }
}

} // namespace cutline
