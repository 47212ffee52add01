// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/onnx_reader.h"
#include "core/graph/value.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cutline {

/// What is known of a value in a model while its nodes are walked.
struct Info {
    ElementType type = ElementType::Unknown;
    std::optional<Shape> shape; ///< -1: that size depends on data
    bool constant = false;      ///< computed from constants alone
    bool initializer = false;   ///< stands in the file as an initializer
    ValuePtr value;             ///< of small constants, once somebody asked or folding found it
    const onnx_file::TensorData* data = nullptr; ///< where `value` can be read from
    std::vector<std::uint32_t> roots;            ///< constant: weights that its data come from
    std::uint32_t tensor = kNone; ///< not constant: index of the graph's tensor; kNone inside subgraphs
    static constexpr std::uint32_t kNone = 0xffffffffu;
};

/// One use of an operator: its attributes and inputs, and what its rule finds out about its outputs. Every
/// look-up checks what it finds and throws a Failure that names attribute, input and numbers.
class OpCall {
public:
    using ReadValue = std::function<ValuePtr(Info&)>;
    OpCall(const onnx_file::Node& node, std::int64_t opset, std::span<Info* const> inputs,
           const ReadValue& read);

    std::string_view op() const { return m_node.op; }
    std::int64_t opset() const { return m_opset; }
    const onnx_file::Node& node() const { return m_node; }

    std::size_t inputCount() const { return m_inputs.size(); }
    bool has(std::size_t i) const { return i < m_inputs.size() && m_inputs[i]; }
    ElementType type(std::size_t i) const { return has(i) ? m_inputs[i]->type : ElementType::Unknown; }
    /// Shape of input i; null where the input is absent or its rank not known.
    const Shape* shape(std::size_t i) const
    {
        return has(i) && m_inputs[i]->shape ? &*m_inputs[i]->shape : nullptr;
    }
    /// "r1 (1x8x14x14)"
    std::string inputText(std::size_t i) const;
    bool constant(std::size_t i) const { return has(i) && m_inputs[i]->constant; }
    bool isInitializer(std::size_t i) const { return has(i) && m_inputs[i]->initializer; }
    std::span<const std::uint32_t> roots(std::size_t i) const;
    /// Small constant data of input i, or null.
    const Value* value(std::size_t i) const;
    /// The same as integers; nullopt where not known. Throws for floating data.
    std::optional<std::vector<std::int64_t>> integers(std::size_t i) const;

    bool hasAttribute(std::string_view name) const { return m_node.attribute(name) != nullptr; }
    std::int64_t integer(std::string_view name, std::int64_t fallback) const;
    std::int64_t requiredInteger(std::string_view name) const;
    double real(std::string_view name, double fallback) const;
    std::string_view text(std::string_view name, std::string_view fallback) const;
    /// A list of integers, or nullopt; every one within +-2^40 unless `any`.
    std::optional<std::vector<std::int64_t>> list(std::string_view name) const;
    std::optional<std::vector<float>> reals(std::string_view name) const;
    const onnx_file::TensorData* tensor(std::string_view name) const;
    const onnx_file::GraphBody* graph(std::string_view name) const;

    /// Axis in 0..rank-1 from one in -rank..rank-1.
    std::int64_t axisIn(std::int64_t axis, std::size_t rank, std::string_view name = "axis") const;
    /// The same for a list; each axis once.
    std::vector<std::int64_t> axesIn(std::vector<std::int64_t> axes, std::size_t rank,
                                     std::string_view name = "axes") const;

    void needInputs(std::size_t least, std::size_t most) const;
    void needRank(std::size_t i, std::size_t least) const;
    void needSameType(std::size_t i, std::size_t j) const;

    std::size_t outputCount() const { return outputs.size(); }
    void set(std::size_t output, ElementType type, std::optional<Shape> shape);
    void set(std::size_t output, ElementType type, const Shape* shape);

    [[noreturn]] void fail(std::string what, std::string fix = {}) const
    {
        throw Failure{std::move(what), std::move(fix)};
    }

    std::vector<Info> outputs;

private:
    const onnx_file::Attribute* checked(std::string_view name, onnx_file::AttributeKind kind) const;

    const onnx_file::Node& m_node;
    std::int64_t m_opset;
    std::span<Info* const> m_inputs;
    const ReadValue& m_read;
};

/// Both shapes stretched to a common one; throws naming `left` and `right`.
Shape broadcast(const Shape& a, const Shape& b, const std::string& left, const std::string& right);

} // namespace cutline
