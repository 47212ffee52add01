// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/accuracy/quant_network.h"

#include "core/base/text.h"
#include "core/graph/value.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace cutline {
namespace {

/// What the rule names.
constexpr std::array<std::string_view, 6> kRuled{"Conv", "Gemm", "Add", "Relu", "Clip", "GlobalAveragePool"};
/// What computes new values in the same sense, and the rule does not speak of.
constexpr std::array<std::string_view, 22> kArithmetic{
    "MatMul",  "ConvTranspose", "Sub",  "Mul",     "Div",   "Sum",  "BatchNormalization", "Sigmoid", "HardSigmoid",
    "HardSwish", "Tanh",        "Gelu", "Softplus", "Mish", "Elu",  "Selu",               "Celu",    "LeakyRelu",
    "PRelu",   "Softmax",       "LayerNormalization", "InstanceNormalization"};
constexpr std::array<std::string_view, 5> kUnitHeads{"Conv", "Gemm", "MatMul", "ConvTranspose", "Add"};

template <std::size_t N> bool listed(const std::array<std::string_view, N>& list, std::string_view op) {
    return std::find(list.begin(), list.end(), op) != list.end();
}

bool isStandard(const onnx::NodeProto& node) { return node.domain().empty() || node.domain() == "ai.onnx"; }

bool isQuantising(const onnx::NodeProto& node) {
    const std::string& op = node.op_type();
    return op == "QuantizeLinear" || op == "DequantizeLinear" || op == "DynamicQuantizeLinear" ||
           op.starts_with("QLinear") || op == "ConvInteger" || op == "MatMulInteger";
}

bool hasBody(const onnx::NodeProto& node) {
    return std::any_of(node.attribute().begin(), node.attribute().end(),
                       [](const auto& a) { return a.has_g() || a.graphs_size() > 0; });
}

std::int64_t intAttribute(const onnx::NodeProto& node, std::string_view name, std::int64_t fallback) {
    for (const auto& attribute : node.attribute())
        if (attribute.name() == name) return attribute.i();
    return fallback;
}

} // namespace

QuantNetwork::QuantNetwork() : m_model(std::make_unique<onnx::ModelProto>()) {}
QuantNetwork::QuantNetwork(QuantNetwork&&) noexcept = default;
QuantNetwork& QuantNetwork::operator=(QuantNetwork&&) noexcept = default;
QuantNetwork::~QuantNetwork() = default;

std::size_t QuantNetwork::nodeCount() const { return static_cast<std::size_t>(m_model->graph().node_size()); }

bool QuantNetwork::isQuantised(LayerId layer) const {
    for (std::size_t i = 0; i < m_layer_of.size(); ++i) {
        if (m_quantised_already || m_layer_of[i] != layer) continue;
        const onnx::NodeProto& node = m_model->graph().node(static_cast<int>(i));
        if (m_weight_of[i] || (node.output_size() > 0 && m_point_of.contains(node.output(0)))) return true;
    }
    return false;
}

void QuantNetwork::countReaders(const onnx::GraphProto& graph, bool body) {
    for (int i = 0; i < graph.node_size(); ++i) {
        const onnx::NodeProto& node = graph.node(i);
        for (const std::string& input : node.input()) {
            if (input.empty()) continue;
            ++m_readers[input];
            m_reader[input] = body ? -1 : i;
        }
        for (const auto& attribute : node.attribute()) {
            if (attribute.has_g()) countReaders(attribute.g(), true);
            for (const auto& inner : attribute.graphs()) countReaders(inner, true);
        }
    }
}

void QuantNetwork::findConstants() {
    for (const auto& initializer : m_model->graph().initializer()) m_constants.insert(initializer.name());
    for (const auto& node : m_model->graph().node()) {
        const bool constant =
            (isStandard(node) && node.op_type() == "Constant") ||
            (node.input_size() > 0 && !hasBody(node) &&
             std::all_of(node.input().begin(), node.input().end(),
                         [this](const std::string& name) { return name.empty() || m_constants.contains(name); }));
        if (constant) m_constants.insert(node.output().begin(), node.output().end());
    }
}

/// An initializer, or what a Constant node holds.
const onnx::TensorProto* QuantNetwork::constantTensor(const std::string& name) const {
    for (const auto& initializer : m_model->graph().initializer())
        if (initializer.name() == name) return &initializer;
    for (const auto& node : m_model->graph().node())
        if (node.op_type() == "Constant" && isStandard(node) && node.output_size() == 1 && node.output(0) == name)
            for (const auto& attribute : node.attribute())
                if (attribute.name() == "value" && attribute.has_t()) return &attribute.t();
    return nullptr;
}

void QuantNetwork::findWeights(const Graph& graph) {
    m_weight_of.resize(nodeCount());
    for (int i = 0; i < m_model->graph().node_size(); ++i) {
        const onnx::NodeProto& node = m_model->graph().node(i);
        if (!isStandard(node) || node.input_size() < 2 || !m_constants.contains(node.input(1))) continue;
        const std::string& op = node.op_type();
        int axis = 0;
        if (op == "Gemm")
            axis = intAttribute(node, "transB", 0) ? 0 : 1;
        else if (op == "MatMul")
            axis = -1;
        else if (op == "ConvTranspose")
            axis = 1;
        else if (op != "Conv")
            continue;
        const std::string& name = node.input(1);
        m_weight_of[static_cast<std::size_t>(i)] = Weight{name, axis};
        if (m_weights.contains(name)) continue;
        WeightData data;
        const onnx::TensorProto* tensor = constantTensor(name);
        const bool plain = tensor && tensor->data_type() == onnx::TensorProto::FLOAT &&
                           tensor->data_location() != onnx::TensorProto::EXTERNAL;
        // Computed weights are of the type of what the node makes.
        const auto made = graph.findTensor(node.output(0));
        if (tensor)
            data.type = elementTypeOf(tensor->data_type());
        else if (made)
            data.type = graph.tensor(*made).type;
        if (plain) {
            data.dims.assign(tensor->dims().begin(), tensor->dims().end());
            data.values.assign(tensor->float_data().begin(), tensor->float_data().end());
            if (!tensor->raw_data().empty()) {
                data.values.resize(tensor->raw_data().size() / sizeof(float));
                std::memcpy(data.values.data(), tensor->raw_data().data(), data.values.size() * sizeof(float));
            }
        } else {
            m_computed.push_back(name);
        }
        m_weights.emplace(name, std::move(data));
    }
}

void QuantNetwork::setComputedWeight(std::size_t index, std::span<const std::int64_t> dims,
                                     std::span<const float> values) {
    WeightData& data = m_weights[m_computed[index]];
    data.dims.assign(dims.begin(), dims.end());
    data.values.assign(values.begin(), values.end());
}

bool QuantNetwork::feedsActivationOnly(const onnx::NodeProto& node) const {
    const auto readers = m_readers.find(node.output(0));
    if (readers == m_readers.end() || readers->second != 1) return false;
    const int reader = m_reader.at(node.output(0));
    if (reader < 0) return false;
    const onnx::NodeProto& next = m_model->graph().node(reader);
    return isStandard(next) && (next.op_type() == "Relu" || next.op_type() == "Clip") &&
           next.input(0) == node.output(0);
}

void QuantNetwork::addPoint(const std::string& tensor, const std::string& producer, const Graph& graph) {
    if (const auto id = graph.findTensor(tensor)) {
        const ElementType type = graph.tensor(*id).type;
        if (type == ElementType::Float16 || type == ElementType::Float64 || type == ElementType::BFloat16)
            m_types[tensor] = type;
        else if (type != ElementType::Float32 && type != ElementType::Unknown)
            return;
    }
    m_point_of.emplace(tensor, m_points.size());
    m_points.push_back(tensor);
    m_producers.push_back(producer);
}

void QuantNetwork::findPoints(const Graph& graph) {
    if (m_quantised_already) return;
    for (const std::string& input : m_inputs) addPoint(input, "(input)", graph);
    for (const auto& node : m_model->graph().node()) {
        if (!isStandard(node) || node.output_size() == 0 || m_constants.contains(node.output(0))) continue;
        if (!listed(kRuled, node.op_type()) && !listed(kArithmetic, node.op_type())) continue;
        const std::string& made = node.output(0);
        if (std::find(m_outputs.begin(), m_outputs.end(), made) != m_outputs.end()) continue;
        if (listed(kUnitHeads, node.op_type()) && feedsActivationOnly(node)) continue;
        addPoint(made, node.name(), graph);
    }
}

Result<QuantNetwork> QuantNetwork::make(const ImportedModel& model, std::string_view bytes) {
    const std::string where = printable(model.file);
    QuantNetwork network;
    if (bytes.size() > 0x7fffffff || !network.m_model->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
        return Error{where, "is not a model that can be changed in memory", "keep its weights in a file beside it"};
    const onnx::GraphProto& graph = network.m_model->graph();
    for (const auto& opset : network.m_model->opset_import())
        if (opset.domain().empty() || opset.domain() == "ai.onnx") network.m_opset = opset.version();
    if (network.m_opset < 7)
        return Error{where, "is of opset " + std::to_string(network.m_opset), "export it with opset 13 or newer"};
    for (const auto& output : graph.output()) network.m_outputs.push_back(output.name());
    network.m_layer_count = model.graph->layerCount();
    network.m_layer_of.resize(network.nodeCount());
    for (std::uint32_t l = 0; l < model.graph->layerCount(); ++l) {
        const std::uint32_t index = model.graph->layer(LayerId{l}).file_index;
        if (index < network.m_layer_of.size()) network.m_layer_of[index] = LayerId{l};
    }
    network.m_quantised_already = std::any_of(graph.node().begin(), graph.node().end(), isQuantising);
    network.m_external = std::any_of(graph.initializer().begin(), graph.initializer().end(), [](const auto& tensor) {
        return tensor.data_location() == onnx::TensorProto::EXTERNAL;
    });
    network.countReaders(graph, false);
    network.findConstants();
    for (const auto& input : graph.input())
        if (!network.m_constants.contains(input.name())) network.m_inputs.push_back(input.name());
    network.findWeights(*model.graph);
    network.findPoints(*model.graph);
    return network;
}

std::string quantisedNote(const std::string& file) {
    return printable(file) + ": is quantised already; it is measured as it is, whatever precision is asked for";
}

std::string QuantNetwork::lowest(std::size_t point) { return "cutline.low." + std::to_string(point); }
std::string QuantNetwork::highest(std::size_t point) { return "cutline.high." + std::to_string(point); }
std::string QuantNetwork::computedWeight(std::size_t index) { return "cutline.weight." + std::to_string(index); }

std::string QuantNetwork::calibrationModel() const {
    onnx::ModelProto model = *m_model;
    onnx::GraphProto& graph = *model.mutable_graph();
    const auto add = [&graph](const std::string& op, const std::string& from, const std::string& to) -> onnx::NodeProto& {
        onnx::NodeProto& node = *graph.add_node();
        node.set_op_type(op);
        node.add_input(from);
        node.add_output(to);
        return node;
    };
    const auto setInt = [](onnx::NodeProto& node, const std::string& name, std::int64_t value) {
        onnx::AttributeProto& attribute = *node.add_attribute();
        attribute.set_name(name);
        attribute.set_type(onnx::AttributeProto::INT);
        attribute.set_i(value);
    };
    for (std::size_t p = 0; p < m_points.size(); ++p) {
        std::string from = m_points[p];
        if (m_types.contains(from)) {
            const std::string cast = "cutline.float." + std::to_string(p);
            setInt(add("Cast", from, cast), "to", onnx::TensorProto::FLOAT);
            from = cast;
        }
        for (const bool low : {true, false}) {
            const std::string to = low ? lowest(p) : highest(p);
            setInt(add(low ? "ReduceMin" : "ReduceMax", from, to), "keepdims", 0);
            graph.add_output()->set_name(to);
        }
    }
    for (std::size_t i = 0; i < m_computed.size(); ++i) {
        setInt(add("Cast", m_computed[i], computedWeight(i)), "to", onnx::TensorProto::FLOAT);
        graph.add_output()->set_name(computedWeight(i));
    }
    return model.SerializeAsString();
}

} // namespace cutline
