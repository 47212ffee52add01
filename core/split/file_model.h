// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/split: the nodes of a model's file, beside the layers of its graph.
#pragma once

#include "core/graph/import.h"
#include "core/graph/mapped_file.h"
#include "core/graph/onnx_reader.h"

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cutline {

/// Who makes and reads which name of a model's main graph. Views point into the mapped file.
class FileModel {
public:
    /// Reads the file again. Errors: it is gone, or is not the one that was imported.
    static Result<FileModel> open(const ImportedModel& imported);

    const onnx_file::Model& model() const { return m_model; }
    const onnx_file::GraphBody& body() const { return *m_model.graph; }
    const Graph& graph() const { return *m_graph; }
    const std::string& path() const { return m_path; }
    std::size_t nodeCount() const { return body().nodes.size(); }
    const onnx_file::Node& node(std::uint32_t n) const { return body().nodes[n]; }

    NodeRole role(std::uint32_t n) const { return m_roles[n]; }
    /// A Shape or Size node that is a constant although what it measures is not.
    bool measures(std::uint32_t n) const { return m_measured_shapes.contains(n); }
    /// Its result can be written down: a Constant, a measured shape, or few whole numbers.
    bool isGivable(std::uint32_t n) const;
    /// The TensorProto of that, under the name of its output.
    std::string given(std::uint32_t n) const;
    /// The shape of its result: one dimension, or none for Size.
    Shape measured(std::uint32_t n) const;
    /// The nodes in an order in which each stands behind those that it reads from.
    std::span<const std::uint32_t> order() const { return m_order; }
    /// Names that a node reads, those of its subgraphs included; sorted.
    std::span<const std::string_view> reads(std::uint32_t n) const { return m_reads[n]; }
    std::optional<std::uint32_t> producer(std::string_view name) const;

    bool isInitializer(std::string_view name) const { return m_initializers.contains(name); }
    /// An initializer, or made from constants alone: part of the weights of whoever reads it.
    bool isConstant(std::string_view name) const;
    /// The tensor of the graph that goes by this name; several do where it is quantised.
    std::optional<TensorId> tensorOf(std::string_view name) const;
    /// Names from where a tensor is made to `name`, through the nodes that annotate it; the first is the tensor's own.
    std::vector<std::string_view> namesTo(std::string_view name) const;

    /// What the file says of a name's type and shape, or null.
    const onnx_file::ValueInfo* declared(std::string_view name) const;
    /// TensorProto.DataType of the tensor under this name; 0 where it is not known.
    std::int32_t dataType(std::string_view name) const;

    /// real = scale * (integer - zero_point)
    struct Quantised {
        double scale = 1, zero_point = 0;
    };
    /// Of the integers under this name that a QuantizeLinear makes; nullopt where scales differ by channel.
    std::optional<Quantised> quantised(std::string_view name) const;

private:
    FileModel(MappedFile file, onnx_file::Model model) : m_file(std::move(file)), m_model(std::move(model)) {}
    void index(const ImportedModel& imported);
    std::int32_t typeOfConstant(std::string_view name) const;
    std::optional<double> scalar(std::string_view name) const;

    MappedFile m_file;
    onnx_file::Model m_model;
    GraphPtr m_graph;
    std::string m_path;
    std::vector<NodeRole> m_roles;
    std::map<std::uint32_t, Shape> m_measured_shapes;
    std::map<std::uint32_t, std::shared_ptr<const Value>> m_values; ///< of constant nodes
    std::vector<std::uint32_t> m_order;
    std::vector<std::vector<std::string_view>> m_reads;
    std::unordered_map<std::string_view, std::uint32_t> m_producer;
    std::unordered_map<std::string_view, std::int32_t> m_initializers; ///< name -> data type
    std::unordered_map<std::string_view, TensorId> m_tensors;
    std::unordered_map<std::string_view, const onnx_file::ValueInfo*> m_declared;
};

/// TensorProto.DataType for a type of ours; 0 for Unknown.
std::int32_t dataTypeOf(ElementType type);

} // namespace cutline
