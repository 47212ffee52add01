// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/accuracy/fake_quant.h"
#include "core/accuracy/precision.h"
#include "core/base/result.h"
#include "core/graph/import.h"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace onnx {
class GraphProto;
class ModelProto;
class NodeProto;
class TensorProto;
} // namespace onnx

namespace cutline {

/// A model with what the rule of quantisation needs to know of it. The rule:
/// - Weights: the constant second input of Conv and Gemm, per output channel; also of ConvTranspose and MatMul.
/// - Activations: the float inputs of the network, and the outputs of Conv, Gemm, Add, Relu, Clip, GlobalAveragePool;
///   also of ConvTranspose, MatMul and of element-wise arithmetic and activation functions (kArithmetic). Left out:
///   outputs of the network, and a Conv, Gemm, MatMul, ConvTranspose or Add whose one and only reader is a Relu or Clip
///   (the pair is one unit). Whatever else there is (pooling, views, joining) passes values through.
/// Biases stay float32. Models that are quantised already (Q/DQ, integer operators) are left as they are.
class QuantNetwork {
public:
    /// `model` imported from `bytes`. Errors: bytes that are no model, external weights that cannot be read, opset
    /// below 7 (whose arithmetic has other rules of shapes).
    static Result<QuantNetwork> make(const ImportedModel& model, std::string_view bytes);
    QuantNetwork(QuantNetwork&&) noexcept;
    QuantNetwork& operator=(QuantNetwork&&) noexcept;
    ~QuantNetwork();

    /// Names of the tensors that are quantised, in the order in which they are made, inputs first.
    const std::vector<std::string>& points() const { return m_points; }
    /// Their producers' node names, "(input)" for an input.
    const std::vector<std::string>& producers() const { return m_producers; }
    bool isQuantisedAlready() const { return m_quantised_already; }
    bool hasExternalData() const { return m_external; }
    /// Outputs of the network, in the file's order.
    const std::vector<std::string>& outputs() const { return m_outputs; }
    std::size_t layerCount() const { return m_layer_count; }
    /// A precision changes what the layer computes.
    bool isQuantised(LayerId layer) const;
    std::size_t nodeCount() const;

    /// Constants computed by nodes, that are quantised as weights: their values come from the engine.
    const std::vector<std::string>& computedWeights() const { return m_computed; }
    static std::string computedWeight(std::size_t index); ///< the output of calibrationModel that gives it, as float32
    void setComputedWeight(std::size_t index, std::span<const std::int64_t> dims, std::span<const float> values);

    /// The model as it is, with the extremes of every point as outputs `lowest(i)`, `highest(i)`.
    std::string calibrationModel() const;
    static std::string lowest(std::size_t point);
    static std::string highest(std::size_t point);

    /// One model that computes the outputs under each of the vectors; what they have in common stands there once.
    struct Merged {
        std::string bytes;
        std::vector<std::vector<std::string>> outputs; ///< names by vector and output
        std::size_t nodes = 0;
    };
    Result<Merged> merged(std::span<const PrecisionVector> vectors, std::span<const Range> ranges,
                          ActivationScheme scheme) const;

private:
    friend class MergedBuilder;
    QuantNetwork();
    struct Weight {
        std::string name; ///< tensor
        int axis = 0;     ///< of the channels; counted from the end where negative
    };
    struct WeightData {
        std::vector<std::int64_t> dims;
        std::vector<float> values; ///< empty: not known yet
        ElementType type = ElementType::Float32; ///< of the model's own
    };
    void countReaders(const onnx::GraphProto& graph, bool body);
    void findConstants();
    void findWeights(const Graph& graph);
    void findPoints(const Graph& graph);
    void addPoint(const std::string& tensor, const std::string& producer, const Graph& graph);
    bool feedsActivationOnly(const onnx::NodeProto& node) const;
    const onnx::TensorProto* constantTensor(const std::string& name) const;

    std::unique_ptr<onnx::ModelProto> m_model;
    std::vector<std::string> m_points, m_producers, m_outputs, m_computed;
    std::vector<std::string> m_inputs; ///< of the network, without initializers
    std::unordered_map<std::string, std::size_t> m_point_of;  ///< by tensor name
    std::unordered_map<std::string, int> m_readers;           ///< how often a tensor is read
    std::unordered_map<std::string, int> m_reader;            ///< a node that reads it, -1 for a body
    std::vector<std::optional<LayerId>> m_layer_of;           ///< by node
    std::vector<std::optional<Weight>> m_weight_of;           ///< by node
    std::map<std::string, WeightData> m_weights;              ///< by tensor name
    std::unordered_set<std::string> m_constants;              ///< tensors computed from constants alone
    std::unordered_map<std::string, ElementType> m_types;     ///< of points that are not Float32
    std::size_t m_layer_count = 0;
    std::int64_t m_opset = 0;
    bool m_quantised_already = false, m_external = false;
};

/// What to tell people of a model that is quantised already.
std::string quantisedNote(const std::string& file);

} // namespace cutline
