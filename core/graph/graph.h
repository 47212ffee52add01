// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/id.h"
#include "core/graph/element_type.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cutline {

/// Sizes per dimension; -1 where a size is not known.
using Shape = std::vector<std::int64_t>;

/// "1x3x224x224", "?" for an unknown size, "scalar" for rank 0.
std::string shapeText(const Shape& shape);
/// Product of the sizes, or nullopt when one is unknown or the product exceeds 2^63 - 1.
std::optional<std::uint64_t> elementCount(const Shape& shape);

/// How a model file says that a tensor is stored as integers (QuantizeLinear / DequantizeLinear): an annotation of
/// the tensor, never a layer.
struct Quantisation {
    ElementType type = ElementType::UInt8;
    bool per_channel = false;
    friend bool operator==(const Quantisation&, const Quantisation&) = default;
};

/// Data between layers (or a graph input or output). Weights are not tensors.
struct Tensor {
    std::string name; ///< valid UTF-8, unique
    ElementType type = ElementType::Unknown;
    std::optional<Shape> shape;             ///< absent: rank unknown
    std::vector<std::string> symbols;       ///< per dimension its symbol in the file, "x[0]" for an open one without, "" if fixed; may be empty
    std::optional<LayerId> producer;        ///< absent: a graph input
    std::vector<LayerId> consumers;         ///< ascending, each once
    bool is_graph_input = false;
    bool is_graph_output = false;
    std::optional<Quantisation> quantisation;
    /// The file's name of what is sent for it, where all its readers read integers that a QuantizeLinear makes of it; else empty.
    std::string sent_as;

    const std::string& sentName() const { return sent_as.empty() ? name : sent_as; }
    /// Elements, or nullopt where the shape is not fully known.
    std::optional<std::uint64_t> elements() const;
};

/// Constant data of one or several layers: an initializer or whatever folds to a constant.
struct Weight {
    std::string name;
    ElementType type = ElementType::Unknown;
    Shape shape;
    std::uint64_t elements = 0;
    /// Counts as a parameter of the network: floating point, 8-bit integer, or an int32 bias of a quantised operator;
    /// rank 1 or more. Shape operands, axes, scales and zero points do not.
    bool is_parameter = false;
    /// 1-D addend of a Conv, Gemm and the like (the published memory formula leaves biases out).
    bool is_bias = false;
    std::vector<LayerId> readers; ///< ascending, each once
};

/// What decides which efficiency of a roofline applies (cost.md section 2).
enum class OpClass : std::uint8_t { Conv, Depthwise, FullyConnected, Elementwise, View, Other };
std::string_view nameOf(OpClass op_class); ///< conv, depthwise, fc, elementwise, view, other

/// One nest of multiply-accumulates: MACs = repeats*N*G*C*M*R*S*P*Q (cost.md section 1). C, M are per group.
/// Convolutions with other than two spatial dimensions put the extra ones in P, R (1-D: Q = S = 1), or (3-D) positions
/// in `repeats` and kernel elements in C.
/// GEMM: C = K, M = N, P = rows. One LSTM/GRU step: `sequential` = steps that follow each other.
struct LoopDims {
    std::uint64_t n = 1, g = 1, c = 1, m = 1, r = 1, s = 1, p = 1, q = 1;
    std::uint64_t repeats = 1;
    std::uint32_t stride_p = 1, stride_q = 1, dilation_r = 1, dilation_s = 1;
    bool sequential = false;
    /// The second operand is an activation (attention): its elements are not weights.
    bool weights_are_activations = false;
    /// Strides are those of the output (ConvTranspose): p and q count rows and columns of the input.
    bool transposed = false;

    std::uint64_t macs() const { return repeats * n * g * c * m * r * s * p * q; }
    friend bool operator==(const LoopDims&, const LoopDims&) = default;
};

/// One schedulable operation: an ONNX node (subgraphs included), or the nodes that fold into it.
struct Layer {
    std::string name; ///< unique and stable: the node name, or one made for it
    std::string op;   ///< "Conv"
    std::string domain; ///< "" for ai.onnx
    OpClass op_class = OpClass::Other;
    std::vector<TensorId> inputs;  ///< activations it reads, in the file's order, each once
    std::vector<TensorId> outputs; ///< that somebody reads, or that are graph outputs; at least one
    std::vector<WeightId> weights; ///< each once
    std::vector<LoopDims> loops;   ///< its multiply-accumulates; empty for operators without MACs
    std::optional<std::uint64_t> macs; ///< 0 for operators without; absent where a shape is not known
    bool known_op = true;          ///< false: an operator of no known schema; bytes but no MACs
    bool shapes_known = true;      ///< every input and output has a full shape
    /// Output may overwrite a dead input of the same size (element-wise); used where the platform says so.
    bool in_place = false;
    std::uint32_t file_index = 0;  ///< position of its node in the file

    bool isView() const { return op_class == OpClass::View; }
};

/// The layer graph of one model. Immutable once built; share it as std::shared_ptr<const Graph>.
/// Layers stand in a topological order: the file's own where that is one.
class Graph {
public:
    Graph() = default;
    /// Fills producers, consumers, readers; layers must be in topological order (asserted).
    Graph(std::string name, std::vector<Layer> layers, std::vector<Tensor> tensors, std::vector<Weight> weights);

    const std::string& name() const { return m_name; }
    std::span<const Layer> layers() const { return m_layers; }
    std::span<const Tensor> tensors() const { return m_tensors; }
    std::span<const Weight> weights() const { return m_weights; }
    const Layer& layer(LayerId id) const { return m_layers[id.index()]; }
    const Tensor& tensor(TensorId id) const { return m_tensors[id.index()]; }
    const Weight& weight(WeightId id) const { return m_weights[id.index()]; }
    std::size_t layerCount() const { return m_layers.size(); }

    /// Graph inputs and outputs in the file's order.
    std::span<const TensorId> inputs() const { return m_inputs; }
    std::span<const TensorId> outputs() const { return m_outputs; }

    /// Layers that must run before / that read from a layer; ascending, each once.
    std::span<const LayerId> predecessors(LayerId id) const { return m_predecessors[id.index()]; }
    std::span<const LayerId> successors(LayerId id) const { return m_successors[id.index()]; }

    std::optional<LayerId> findLayer(std::string_view name) const;
    std::optional<TensorId> findTensor(std::string_view name) const;

    std::uint64_t totalMacs() const;        ///< layers with unknown MACs count 0
    std::uint64_t totalParameters() const;  ///< each weight once

private:
    std::string m_name;
    std::vector<Layer> m_layers;
    std::vector<Tensor> m_tensors;
    std::vector<Weight> m_weights;
    std::vector<TensorId> m_inputs, m_outputs;
    std::vector<std::vector<LayerId>> m_predecessors, m_successors;
    std::vector<std::uint32_t> m_layer_by_name, m_tensor_by_name; ///< sorted by name, for look-up
};

using GraphPtr = std::shared_ptr<const Graph>;

} // namespace cutline
