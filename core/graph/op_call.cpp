// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/op_call.h"

#include <algorithm>
#include <array>

namespace cutline {
namespace {

using onnx_file::Attribute;
using onnx_file::AttributeKind;

constexpr std::int64_t kLargestAttribute = std::int64_t{1} << 40;

std::string_view nameOf(AttributeKind kind)
{
    constexpr std::array<std::string_view, 15> kNames{
        "nothing", "a number",        "an integer",     "a text", "a tensor",
        "a graph", "numbers",         "integers",       "texts",  "tensors",
        "graphs",  "a sparse tensor", "sparse tensors", "a type", "types"};
    const auto index = static_cast<std::size_t>(kind);
    return index < kNames.size() ? kNames[index] : "of an unknown kind";
}

} // namespace

OpCall::OpCall(const onnx_file::Node& node, std::int64_t opset, std::span<Info* const> inputs,
               const ReadValue& read)
    : outputs(node.outputs.size()), m_node(node), m_opset(opset), m_inputs(inputs), m_read(read)
{
}

std::string OpCall::inputText(std::size_t i) const
{
    if (!has(i)) return "input " + std::to_string(i + 1);
    return shown(m_node.inputs[i]) + " (" + shapeOrUnknown(m_inputs[i]->shape) + ")";
}

std::span<const std::uint32_t> OpCall::roots(std::size_t i) const
{
    return has(i) ? std::span<const std::uint32_t>(m_inputs[i]->roots) : std::span<const std::uint32_t>();
}

const Value* OpCall::value(std::size_t i) const
{
    if (!constant(i)) return nullptr;
    if (!m_inputs[i]->value) m_inputs[i]->value = m_read(*m_inputs[i]);
    return m_inputs[i]->value.get();
}

std::optional<std::vector<std::int64_t>> OpCall::integers(std::size_t i) const
{
    const Value* found = value(i);
    if (!found) return std::nullopt;
    if (found->isReal())
        fail("input " + inputText(i) + " holds " + std::string(cutline::nameOf(found->type)) +
             ", integers wanted");
    return found->ints;
}

const Attribute* OpCall::checked(std::string_view name, AttributeKind kind) const
{
    const Attribute* found = m_node.attribute(name);
    if (!found) return nullptr;
    // An empty list has no field of its own in files that leave the kind out.
    if (found->kind != kind && found->kind != AttributeKind::Undefined)
        fail("attribute " + shown(name) + " is " + std::string(nameOf(found->kind)) + ", " +
             std::string(nameOf(kind)) + " wanted");
    return found;
}

std::int64_t OpCall::integer(std::string_view name, std::int64_t fallback) const
{
    const Attribute* found = checked(name, AttributeKind::Int);
    if (!found) return fallback;
    if (found->i > kLargestAttribute || found->i < -kLargestAttribute)
        fail("attribute " + shown(name) + " is " + std::to_string(found->i) + ", out of any sensible range");
    return found->i;
}

std::int64_t OpCall::requiredInteger(std::string_view name) const
{
    if (!hasAttribute(name)) fail("has no attribute " + std::string(name), "export the model again with it");
    return integer(name, 0);
}

double OpCall::real(std::string_view name, double fallback) const
{
    const Attribute* found = checked(name, AttributeKind::Float);
    return found ? static_cast<double>(found->f) : fallback;
}

std::string_view OpCall::text(std::string_view name, std::string_view fallback) const
{
    const Attribute* found = checked(name, AttributeKind::String);
    return found ? found->s : fallback;
}

std::optional<std::vector<std::int64_t>> OpCall::list(std::string_view name) const
{
    const Attribute* found = checked(name, AttributeKind::Ints);
    if (!found) return std::nullopt;
    for (const std::int64_t v : found->ints)
        if ((v > kLargestAttribute || v < -kLargestAttribute) && name != "ends" && name != "starts")
            fail("attribute " + shown(name) + " holds " + std::to_string(v) + ", out of any sensible range");
    return found->ints;
}

std::optional<std::vector<float>> OpCall::reals(std::string_view name) const
{
    const Attribute* found = checked(name, AttributeKind::Floats);
    if (!found) return std::nullopt;
    return found->floats;
}

const onnx_file::TensorData* OpCall::tensor(std::string_view name) const
{
    const Attribute* found = checked(name, AttributeKind::Tensor);
    return found ? found->t.get() : nullptr;
}

const onnx_file::GraphBody* OpCall::graph(std::string_view name) const
{
    const Attribute* found = checked(name, AttributeKind::Graph);
    return found ? found->g.get() : nullptr;
}

std::int64_t OpCall::axisIn(std::int64_t axis, std::size_t rank, std::string_view name) const
{
    const auto r = static_cast<std::int64_t>(rank);
    if (axis < -r || axis >= r)
        fail(std::string(name) + " " + std::to_string(axis) + " is outside of the " + std::to_string(r) +
             " dimensions of " + inputText(0));
    return axis < 0 ? axis + r : axis;
}

std::vector<std::int64_t> OpCall::axesIn(std::vector<std::int64_t> axes, std::size_t rank,
                                         std::string_view name) const
{
    std::vector<bool> seen(rank, false);
    for (std::int64_t& axis : axes) {
        axis = axisIn(axis, rank, name);
        if (seen[static_cast<std::size_t>(axis)])
            fail(std::string(name) + " names axis " + std::to_string(axis) + " twice");
        seen[static_cast<std::size_t>(axis)] = true;
    }
    return axes;
}

void OpCall::needInputs(std::size_t least, std::size_t most) const
{
    std::size_t count = m_inputs.size();
    while (count > 0 && !m_inputs[count - 1]) --count;
    bool hole = false;
    for (std::size_t i = 0; i < std::min(least, count); ++i) hole |= !m_inputs[i];
    if (count >= least && count <= most && !hole) return;
    std::string wanted = std::to_string(least);
    if (most > least && most < 1000) wanted += (most == least + 1 ? " or " : " to ") + std::to_string(most);
    if (most >= 1000) wanted += " or more";
    if (count > most && most >= 1000)
        fail("has " + std::to_string(count) + " inputs, more than any network needs", "export the model again");
    if (hole && count <= most)
        fail("an input is left out, " + std::string(op()) + " needs the first " + std::to_string(least));
    fail("has " + std::to_string(count) + (count == 1 ? " input, " : " inputs, ") + std::string(op()) +
             " needs " + wanted,
         "export the model again");
}

void OpCall::needRank(std::size_t i, std::size_t least) const
{
    if (shape(i) && shape(i)->size() < least)
        fail("input " + inputText(i) + " has " + std::to_string(shape(i)->size()) + " dimensions, " +
             std::to_string(least) + " or more wanted");
}

void OpCall::needSameType(std::size_t i, std::size_t j) const
{
    const ElementType a = type(i), b = type(j);
    if (a == ElementType::Unknown || b == ElementType::Unknown || a == b) return;
    fail("input " + inputText(i) + " is " + std::string(cutline::nameOf(a)) + " and " + inputText(j) +
             " is " + std::string(cutline::nameOf(b)),
         "insert a Cast");
}

void OpCall::set(std::size_t output, ElementType type, std::optional<Shape> shape)
{
    if (output >= outputs.size()) return;
    outputs[output].type = type;
    outputs[output].shape = std::move(shape);
}

void OpCall::set(std::size_t output, ElementType type, const Shape* shape)
{
    set(output, type, shape ? std::optional<Shape>(*shape) : std::nullopt);
}

Shape broadcast(const Shape& a, const Shape& b, const std::string& left, const std::string& right)
{
    Shape out(std::max(a.size(), b.size()));
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1;
        const std::int64_t y = i < b.size() ? b[b.size() - 1 - i] : 1;
        std::int64_t& size = out[out.size() - 1 - i];
        if (x == y || y == 1)
            size = x;
        else if (x == 1)
            size = y;
        else if (x < 0 || y < 0)
            size = std::max(x, y); // the known one: the other must equal it or be 1
        else
            throw Failure{"inputs " + left + " and " + right + " do not fit together",
                          "mend the shapes that lead here"};
    }
    return out;
}

} // namespace cutline
