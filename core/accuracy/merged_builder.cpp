// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/accuracy/merged_builder.h"

#include "core/base/text.h"

#include <bit>

namespace cutline {
namespace {

void setInt(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INT);
    attribute.set_i(value);
}

void setFloat(onnx::NodeProto& node, const std::string& name, float value) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::FLOAT);
    attribute.set_f(value);
}

int onnxType(ElementType type) {
    switch (type) {
    case ElementType::Float16: return onnx::TensorProto::FLOAT16;
    case ElementType::BFloat16: return onnx::TensorProto::BFLOAT16;
    case ElementType::Float64: return onnx::TensorProto::DOUBLE;
    default: return onnx::TensorProto::FLOAT;
    }
}

} // namespace

MergedBuilder::MergedBuilder(const QuantNetwork& network, std::span<const Range> ranges, ActivationScheme scheme)
    : m_network(network), m_ranges(ranges), m_scheme(scheme) {
    const onnx::ModelProto& from = *network.m_model;
    m_model.set_ir_version(from.ir_version());
    *m_model.mutable_opset_import() = from.opset_import();
    *m_model.mutable_functions() = from.functions();
    m_model.mutable_graph()->set_name(from.graph().name().empty() ? "merged" : from.graph().name());
    *m_model.mutable_graph()->mutable_input() = from.graph().input();
    *m_model.mutable_graph()->mutable_sparse_initializer() = from.graph().sparse_initializer();
    for (const auto& initializer : from.graph().initializer()) {
        m_initializers.emplace(initializer.name(), &initializer);
        m_names.insert(initializer.name());
    }
    // Old models list initializers as inputs; only what stays an initializer here may stay an input.
    auto& inputs = *m_model.mutable_graph()->mutable_input();
    for (int i = inputs.size() - 1; i >= 0; --i) {
        m_names.insert(inputs[i].name());
        if (m_initializers.contains(inputs[i].name())) inputs.DeleteSubrange(i, 1);
    }
}

std::string MergedBuilder::freshName(const std::string& wanted) {
    if (!wanted.empty() && m_names.insert(wanted).second) return wanted;
    std::string name;
    do name = wanted + "~" + std::to_string(m_next++);
    while (!m_names.insert(name).second);
    return name;
}

std::string MergedBuilder::instanceOf(const std::string& name, const Names& names) {
    if (const auto at = names.find(name); at != names.end()) return at->second;
    if (const auto at = m_initializers.find(name); at != m_initializers.end() && m_copied.insert(name).second)
        *m_model.mutable_graph()->add_initializer() = *at->second;
    return name;
}

std::string MergedBuilder::scalar(float value) {
    std::string& name = m_made["scalar " + std::to_string(std::bit_cast<std::uint32_t>(value))];
    if (!name.empty()) return name;
    name = freshName("cutline.c");
    onnx::TensorProto& tensor = *m_model.mutable_graph()->add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    tensor.add_float_data(value);
    return name;
}

std::string MergedBuilder::step(const std::string& op, const std::string& from, std::initializer_list<float> operands) {
    onnx::NodeProto node;
    node.set_op_type(op);
    node.add_input(from);
    for (const float value : operands) node.add_input(scalar(value));
    const std::string to = freshName("cutline.t");
    node.add_output(to);
    *m_model.mutable_graph()->add_node() = std::move(node);
    return to;
}

std::string MergedBuilder::cast(const std::string& from, int type) {
    const std::string to = step("Cast", from, {});
    auto& nodes = *m_model.mutable_graph()->mutable_node();
    setInt(nodes[nodes.size() - 1], "to", type);
    return to;
}

std::string MergedBuilder::rounded(const std::string& from) {
    // Beyond 2^23 neighbouring floats lie one apart, and sums go to the nearest, ties to even. Opsets before
    // 11 have no Round, and this serves all alike.
    constexpr float kOneApart = 0x1.8p23f;
    return step("Sub", step("Add", from, {kOneApart}), {kOneApart});
}

std::string MergedBuilder::clipped(const std::string& from, float low, float high) {
    if (m_network.m_opset >= 11) return step("Clip", from, {low, high});
    const std::string to = step("Clip", from, {});
    auto& nodes = *m_model.mutable_graph()->mutable_node();
    setFloat(nodes[nodes.size() - 1], "min", low);
    setFloat(nodes[nodes.size() - 1], "max", high);
    return to;
}

std::string MergedBuilder::quantised(const std::string& tensor, std::size_t point, Width width) {
    if (width.kind == Width::Kind::Float32) return tensor;
    const Grid grid = width.kind == Width::Kind::Integer ? gridOf(m_ranges[point], width.bits, m_scheme) : Grid{};
    if (width.kind == Width::Kind::Integer && grid.scale == 0) return tensor;
    const std::string key = "point " + std::to_string(point) + ' ' + width.text() + ' ' + tensor;
    if (const auto at = m_made.find(key); at != m_made.end()) return at->second;
    const auto type = m_network.m_types.find(m_network.m_points[point]);
    const bool other = type != m_network.m_types.end();
    std::string x = other ? cast(tensor, onnx::TensorProto::FLOAT) : tensor;
    if (width.kind == Width::Kind::Integer) {
        // The rule's round, add zero, clamp, subtract zero: ends of the range are whole numbers, so that clamping to them
        // less zero before rounding gives the same, in fewer steps.
        x = clipped(step("Div", x, {grid.scale}), grid.low - grid.zero, grid.high - grid.zero);
        x = step("Mul", rounded(x), {grid.scale});
    } else {
        x = cast(x, width.kind == Width::Kind::Float16 ? onnx::TensorProto::FLOAT16 : onnx::TensorProto::BFLOAT16);
        x = cast(x, onnx::TensorProto::FLOAT);
    }
    if (other) x = cast(x, onnxType(type->second));
    m_made[key] = x;
    return x;
}

std::string MergedBuilder::weight(const std::string& name, int axis, Width width) {
    const auto& data = m_network.m_weights.at(name);
    if (width.kind == Width::Kind::Float32 || data.values.empty()) return {};
    const std::string key = "weight " + std::to_string(axis) + ' ' + width.text() + ' ' + name;
    if (const auto at = m_made.find(key); at != m_made.end()) return at->second;
    std::vector<float> values = data.values;
    if (width.kind == Width::Kind::Float16)
        for (float& value : values) value = roundedToHalf(value);
    else if (width.kind == Width::Kind::BFloat16)
        for (float& value : values) value = roundedToBFloat16(value);
    else {
        const auto rank = static_cast<int>(data.dims.size());
        const auto at = static_cast<std::size_t>(std::clamp(axis < 0 ? axis + rank : axis, 0, std::max(rank - 1, 0)));
        std::size_t inner = 1;
        for (std::size_t d = at + 1; d < data.dims.size(); ++d) inner *= static_cast<std::size_t>(data.dims[d]);
        quantiseWeights(values, rank == 0 ? 1 : static_cast<std::size_t>(data.dims[at]), inner, width.bits);
    }
    std::string made = freshName(name + "@" + width.text());
    onnx::TensorProto& tensor = *m_model.mutable_graph()->add_initializer();
    tensor.set_name(made);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t d : data.dims) tensor.add_dims(d);
    tensor.set_raw_data(values.data(), values.size() * sizeof(float));
    if (const int own = onnxType(data.type); own != onnx::TensorProto::FLOAT) made = cast(made, own);
    m_made[key] = made;
    return made;
}

void MergedBuilder::collectCaptured(const onnx::GraphProto& body, std::vector<std::string>& captured) const {
    for (const auto& node : body.node()) {
        captured.insert(captured.end(), node.input().begin(), node.input().end());
        for (const auto& attribute : node.attribute())
            if (attribute.has_g()) collectCaptured(attribute.g(), captured);
    }
    for (const auto& output : body.output()) captured.push_back(output.name());
}

void MergedBuilder::renameCaptured(onnx::GraphProto& body, const Names& names) {
    for (auto& node : *body.mutable_node()) {
        for (std::string& input : *node.mutable_input())
            if (const auto at = names.find(input); at != names.end()) input = at->second;
        for (auto& attribute : *node.mutable_attribute())
            if (attribute.has_g()) renameCaptured(*attribute.mutable_g(), names);
    }
}

void MergedBuilder::addNode(int index, const std::vector<std::string>& inputs, Names& names) {
    const onnx::NodeProto& from = m_network.m_model->graph().node(index);
    std::string key = std::to_string(index);
    for (const std::string& input : inputs) key += '\n' + input;
    Names captured;
    for (const auto& attribute : from.attribute()) {
        if (!attribute.has_g()) continue;
        std::vector<std::string> read;
        collectCaptured(attribute.g(), read);
        for (const std::string& name : read) {
            const std::string instance = instanceOf(name, names);
            if (instance == name) continue;
            captured[name] = instance;
            key += '\n' + instance;
        }
    }
    const auto [at, fresh] = m_instances.try_emplace(key);
    if (fresh) {
        onnx::NodeProto& node = *m_model.mutable_graph()->add_node();
        node = from;
        node.set_name(from.name().empty() ? std::string() : freshName("node " + from.name()));
        node.mutable_input()->Clear();
        for (const std::string& input : inputs) node.add_input(input);
        for (std::string& output : *node.mutable_output())
            if (!output.empty()) output = freshName(output);
        if (!captured.empty())
            for (auto& attribute : *node.mutable_attribute())
                if (attribute.has_g()) renameCaptured(*attribute.mutable_g(), captured);
        at->second.assign(node.output().begin(), node.output().end());
    }
    for (int o = 0; o < from.output_size(); ++o) names[from.output(o)] = at->second[static_cast<std::size_t>(o)];
}

Result<std::vector<std::string>> MergedBuilder::add(const PrecisionVector& vector) {
    const bool plain = m_network.m_quantised_already;
    Names names;
    for (const std::string& input : m_network.m_inputs) {
        names[input] = input;
        const auto point = m_network.m_point_of.find(input);
        if (!plain && point != m_network.m_point_of.end())
            names[input] = quantised(input, point->second, vector.input);
    }
    for (int i = 0; i < m_network.m_model->graph().node_size(); ++i) {
        const onnx::NodeProto& node = m_network.m_model->graph().node(i);
        const auto layer = m_network.m_layer_of[static_cast<std::size_t>(i)];
        const LayerPrecision precision = layer && !plain ? vector.layers[layer->index()] : LayerPrecision{};
        std::vector<std::string> inputs;
        const auto& weighted = m_network.m_weight_of[static_cast<std::size_t>(i)];
        const std::string own = weighted ? weight(weighted->name, weighted->axis, precision.weights) : std::string();
        for (int k = 0; k < node.input_size(); ++k) {
            const std::string& input = node.input(k);
            inputs.push_back(k == 1 && !own.empty() ? own : input.empty() ? input : instanceOf(input, names));
        }
        addNode(i, inputs, names);
        if (node.output_size() == 0) continue;
        if (const auto point = m_network.m_point_of.find(node.output(0)); point != m_network.m_point_of.end())
            names[node.output(0)] = quantised(names[node.output(0)], point->second, precision.activations);
    }
    std::vector<std::string> outputs;
    for (const auto& output : m_network.m_model->graph().output()) {
        std::string name = instanceOf(output.name(), names);
        // An input or a constant that is an output too gets a node, so that each output has a producer.
        if (name == output.name() && !names.contains(name)) name = step("Identity", name, {});
        if (m_outputs.insert(name).second) {
            onnx::ValueInfoProto& info = *m_model.mutable_graph()->add_output();
            info = output;
            info.set_name(name);
        }
        outputs.push_back(std::move(name));
    }
    return outputs;
}

QuantNetwork::Merged MergedBuilder::take() {
    QuantNetwork::Merged merged;
    merged.nodes = static_cast<std::size_t>(m_model.graph().node_size());
    merged.bytes = m_model.SerializeAsString();
    return merged;
}

Result<QuantNetwork::Merged> QuantNetwork::merged(std::span<const PrecisionVector> vectors,
                                                  std::span<const Range> ranges, ActivationScheme scheme) const {
    MergedBuilder builder(*this, ranges, scheme);
    std::vector<std::vector<std::string>> outputs;
    for (const PrecisionVector& vector : vectors) {
        if (vector.layers.size() != m_layer_count)
            return Error{{}, "a precision vector of " + std::to_string(vector.layers.size()) + " layers for " +
                                 std::to_string(m_layer_count),
                         "make it for this model"};
        auto added = builder.add(vector);
        if (!added) return added.error();
        outputs.push_back(*std::move(added));
    }
    Merged merged = builder.take();
    merged.outputs = std::move(outputs);
    return merged;
}

} // namespace cutline
