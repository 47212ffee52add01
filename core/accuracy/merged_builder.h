// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/accuracy/quant_network.h"

#include <onnx/onnx_pb.h>

#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace cutline {

/// Builds QuantNetwork::merged: every node of every vector, those that read the same and do the same once.
class MergedBuilder {
public:
    MergedBuilder(const QuantNetwork& network, std::span<const Range> ranges, ActivationScheme scheme);

    /// Adds a vector's nodes; the names of its outputs.
    Result<std::vector<std::string>> add(const PrecisionVector& vector);
    QuantNetwork::Merged take();

private:
    using Names = std::unordered_map<std::string, std::string>; ///< tensor of the model -> its instance here

    /// The instance of a node that reads `inputs`; its outputs go into `names`.
    void addNode(int index, const std::vector<std::string>& inputs, Names& names);
    std::string quantised(const std::string& tensor, std::size_t point, Width width);
    std::string weight(const std::string& name, int axis, Width width);
    std::string step(const std::string& op, const std::string& from, std::initializer_list<float> operands);
    std::string cast(const std::string& from, int type);
    std::string clipped(const std::string& from, float low, float high);
    std::string rounded(const std::string& from);
    std::string scalar(float value);
    std::string freshName(const std::string& wanted);
    /// The instance of a tensor; initializers are their own, and are copied when first met.
    std::string instanceOf(const std::string& name, const Names& names);
    /// Names outside its own body that a node's bodies read.
    void collectCaptured(const onnx::GraphProto& body, std::vector<std::string>& captured) const;
    static void renameCaptured(onnx::GraphProto& body, const Names& names);

    const QuantNetwork& m_network;
    std::span<const Range> m_ranges;
    ActivationScheme m_scheme;
    onnx::ModelProto m_model;
    std::unordered_map<std::string, std::vector<std::string>> m_instances; ///< what a node does and reads -> its outputs
    std::unordered_map<std::string, std::string> m_made; ///< the same for what the builder adds itself
    std::unordered_map<std::string, const onnx::TensorProto*> m_initializers;
    std::unordered_set<std::string> m_names, m_copied, m_outputs;
    std::size_t m_next = 0;
};

} // namespace cutline
