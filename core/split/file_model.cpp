// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/split/file_model.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/graph/node_order.h"
#include "core/graph/tensor_data.h"
#include "core/graph/value.h"

#include <algorithm>

namespace cutline {

std::int32_t dataTypeOf(ElementType type)
{
    // The one type of ours that stands for several is given as the first of them.
    for (std::int32_t known = 1; known < 32; ++known)
        if (type != ElementType::Unknown && elementTypeOf(known) == type) return known;
    return 0;
}

Shape FileModel::measured(std::uint32_t n) const
{
    const auto value = m_values.find(n);
    return value == m_values.end() ? Shape{} : value->second->shape;
}

Result<FileModel> FileModel::open(const ImportedModel& imported)
{
    const std::string where = printable(imported.file);
    auto file = MappedFile::open(imported.file);
    if (!file) return file.error();
    if (sha256Hex(file->bytes()) != imported.sha256)
        return Error{where, "has changed since it was opened", "open it again"};
    auto model = onnx_file::readModel(file->bytes(), where);
    if (!model) return model.error();
    FileModel made(*std::move(file), *std::move(model));
    try {
        made.index(imported);
    } catch (const Failure& failure) {
        return Error{where, failure.what, failure.fix};
    }
    return made;
}

void FileModel::index(const ImportedModel& imported)
{
    m_path = imported.file;
    m_graph = imported.graph;
    m_roles = imported.node_roles;
    m_measured_shapes = imported.measured_shapes;
    m_values = imported.folded_values;
    const onnx_file::GraphBody& graph = body();
    for (const auto& tensor : graph.initializers) m_initializers.emplace(tensor.name, tensor.type);
    for (const auto& sparse : graph.sparse_initializers)
        m_initializers.emplace(sparse.values.name, sparse.values.type);
    for (const auto* list : {&graph.inputs, &graph.outputs, &graph.values})
        for (const auto& value : *list)
            if (value.has_type) m_declared.emplace(value.name, &value);
    for (std::uint32_t n = 0; n < graph.nodes.size(); ++n) {
        m_reads.push_back(readsOf(graph.nodes[n]));
        for (const std::string_view name : graph.nodes[n].outputs)
            if (!name.empty()) m_producer.emplace(name, n);
    }
    m_order = orderOf(graph.nodes, [&](std::string_view name) {
                  return m_initializers.contains(name) ||
                         std::any_of(graph.inputs.begin(), graph.inputs.end(),
                                     [&](const auto& input) { return input.name == name; });
              }).order;

    std::unordered_map<std::string_view, TensorId> by_name;
    for (std::uint32_t t = 0; t < imported.tensor_names.size(); ++t)
        by_name.emplace(imported.tensor_names[t], TensorId{t});
    for (const auto& input : graph.inputs)
        if (const auto found = by_name.find(input.name); found != by_name.end() && !isInitializer(input.name))
            m_tensors.emplace(input.name, found->second);
    for (const std::uint32_t n : m_order)
        for (const std::string_view name : graph.nodes[n].outputs) {
            if (name.empty() || m_roles[n] == NodeRole::Constant) continue;
            if (m_roles[n] == NodeRole::Annotation) {
                if (const auto tensor = tensorOf(graph.nodes[n].inputs[0])) m_tensors.emplace(name, *tensor);
            } else if (const auto found = by_name.find(name); found != by_name.end()) {
                m_tensors.emplace(name, found->second);
            }
        }
}

std::optional<std::uint32_t> FileModel::producer(std::string_view name) const
{
    const auto found = m_producer.find(name);
    return found == m_producer.end() ? std::nullopt : std::optional(found->second);
}

bool FileModel::isConstant(std::string_view name) const
{
    if (isInitializer(name)) return true;
    const auto maker = producer(name);
    return maker && m_roles[*maker] == NodeRole::Constant;
}

std::optional<TensorId> FileModel::tensorOf(std::string_view name) const
{
    const auto found = m_tensors.find(name);
    return found == m_tensors.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string_view> FileModel::namesTo(std::string_view name) const
{
    std::vector<std::string_view> names{name};
    for (auto maker = producer(name); maker && m_roles[*maker] == NodeRole::Annotation;
         maker = producer(names.back()))
        names.push_back(node(*maker).inputs[0]);
    std::reverse(names.begin(), names.end());
    return names;
}

const onnx_file::ValueInfo* FileModel::declared(std::string_view name) const
{
    const auto found = m_declared.find(name);
    return found == m_declared.end() ? nullptr : found->second;
}

std::int32_t FileModel::typeOfConstant(std::string_view name) const
{
    if (const auto found = m_initializers.find(name); found != m_initializers.end()) return found->second;
    if (const auto* value = declared(name)) return value->type.element_type;
    const auto maker = producer(name);
    if (!maker) return 0;
    const onnx_file::Attribute* value = node(*maker).attribute("value");
    return value && value->t ? value->t->type : 0;
}

std::int32_t FileModel::dataType(std::string_view name) const
{
    if (const auto* value = declared(name); value && value->type.element_type > 0) return value->type.element_type;
    const auto maker = producer(name);
    if (maker && m_roles[*maker] == NodeRole::Annotation) {
        const onnx_file::Node& annotation = node(*maker);
        const auto typeOfInput = [&](std::size_t i) {
            return i < annotation.inputs.size() ? typeOfConstant(annotation.inputs[i]) : 0;
        };
        if (annotation.op == "QuantizeLinear") {
            if (const std::int32_t type = typeOfInput(2)) return type;
            const onnx_file::Attribute* given = annotation.attribute("output_dtype");
            return given && given->i > 0 ? static_cast<std::int32_t>(given->i) : dataTypeOf(ElementType::UInt8);
        }
        if (annotation.op == "DequantizeLinear") return typeOfInput(1);
        return dataType(annotation.inputs[0]);
    }
    const auto tensor = tensorOf(name);
    return tensor ? dataTypeOf(m_graph->tensor(*tensor).type) : 0;
}

/// The one number that a weight or a Constant holds.
std::optional<double> FileModel::scalar(std::string_view name) const
{
    const onnx_file::TensorData* data = nullptr;
    for (const onnx_file::TensorData& tensor : body().initializers)
        if (tensor.name == name) data = &tensor;
    if (const auto maker = producer(name); maker && node(*maker).op == "Constant") {
        const onnx_file::Attribute* value = node(*maker).attribute("value");
        if (const auto* number = node(*maker).attribute("value_float")) return static_cast<double>(number->f);
        if (value && value->t) data = &*value->t;
    }
    if (!data) return std::nullopt;
    const ValuePtr value = TensorDataReader(m_path).read(*data);
    return value && value->size() == 1 ? std::optional(value->real(0)) : std::nullopt;
}

std::optional<FileModel::Quantised> FileModel::quantised(std::string_view name) const
{
    const auto maker = producer(name);
    if (!maker || m_roles[*maker] != NodeRole::Annotation || node(*maker).op != "QuantizeLinear") return std::nullopt;
    const auto& inputs = node(*maker).inputs;
    const auto scale = scalar(inputs[1]);
    const bool centred = inputs.size() < 3 || inputs[2].empty();
    const auto zero = centred ? std::optional(0.0) : scalar(inputs[2]);
    return scale && zero ? std::optional(Quantised{*scale, *zero}) : std::nullopt;
}

} // namespace cutline
