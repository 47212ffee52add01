// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/fold.h"
#include "core/graph/importer.h"
#include "core/graph/op_rules.h"

#include <algorithm>
#include <array>

namespace cutline {
namespace {

using onnx_file::Node;
using onnx_file::TensorData;

/// Operators whose result is their first input in another order or type: a constant through them is the same
/// weight.
bool passesThrough(std::string_view op)
{
    constexpr std::array<std::string_view, 10> kOps{
        "Identity", "Reshape",   "Transpose", "Cast",           "CastLike",
        "Squeeze",  "Unsqueeze", "Flatten",   "QuantizeLinear", "DequantizeLinear"};
    return std::find(kOps.begin(), kOps.end(), op) != kOps.end();
}

} // namespace

void Importer::makeConstant(const Node& node, Visit& visit)
{
    visit.constant = true;
    Info& info = visit.outputs[0];
    info.constant = true;
    if (node.attributes.size() != 1)
        throw Failure{"has " + std::to_string(node.attributes.size()) +
                          " attributes, a Constant has its value alone",
                      "export the model again"};
    const onnx_file::Attribute& a = node.attributes.front();
    const auto list = [&](ElementType type, auto&& fill, std::size_t count, bool scalar) {
        auto value = std::make_shared<Value>();
        value->type = type;
        if (!scalar) value->shape = {static_cast<std::int64_t>(count)};
        fill(*value);
        info.type = type;
        info.shape = value->shape;
        if (count <= kLargestValue) info.value = std::move(value);
    };
    if (a.t) {
        m_data.check(*a.t);
        info.type = elementTypeOf(a.t->type);
        info.shape = a.t->dims;
        info.data = a.t.get();
    } else if (a.sparse) {
        static_cast<void>(storedBytes(a.sparse->dims, elementTypeOf(a.sparse->values.type)));
        info.type = elementTypeOf(a.sparse->values.type);
        info.shape = a.sparse->dims;
    } else if (a.name == "value_int") {
        list(
            ElementType::Int64, [&](Value& v) { v.ints = {a.i}; }, 1, true);
    } else if (a.name == "value_ints") {
        list(
            ElementType::Int64, [&](Value& v) { v.ints = a.ints; }, a.ints.size(), false);
    } else if (a.name == "value_float") {
        list(
            ElementType::Float32, [&](Value& v) { v.reals = {static_cast<double>(a.f)}; }, 1, true);
    } else if (a.name == "value_floats") {
        list(
            ElementType::Float32, [&](Value& v) { v.reals.assign(a.floats.begin(), a.floats.end()); },
            a.floats.size(), false);
    } else if (a.name == "value_string" || a.name == "value_strings") {
        info.type = ElementType::String;
        info.shape = a.name == "value_string" ? Shape{} : Shape{static_cast<std::int64_t>(a.strings.size())};
    } else {
        throw Failure{"attribute " + shown(a.name) + " is no value", "export the model again"};
    }
    const std::string_view name = node.outputs.empty() ? node.name : node.outputs[0];
    info.roots = {addRoot(name.data(), name, info.type, *info.shape, false)};
}

namespace {

ValuePtr sizeValue(const Shape& shape)
{
    auto value = std::make_shared<Value>();
    value->ints = {static_cast<std::int64_t>(elementCount(shape).value_or(0))};
    return value;
}

} // namespace

void Importer::foldConstants(const OpCall& call, Visit& visit)
{
    visit.constant = true;
    const Node& node = call.node();
    const bool shape_of = node.domain.empty() && (node.op == "Shape" || node.op == "Size") && call.shape(0) &&
                          isFull(*call.shape(0));
    const TensorData* fill = node.op == "ConstantOfShape" ? call.tensor("value") : nullptr;
    if (fill) m_data.check(*fill);
    for (std::size_t i = 0; i < visit.outputs.size(); ++i) {
        Info& info = visit.outputs[i];
        info.constant = true;
        if (shape_of) {
            if (i == 0) info.value = node.op == "Size" ? sizeValue(*call.shape(0)) : integerList(sizesTaken(call));
        } else if (node.domain.empty() && node.op == "ConstantOfShape" && isFull(info.shape) &&
                   elementCount(*info.shape).value_or(kLargestValue + 1) <= kLargestValue) {
            auto value = std::make_shared<Value>();
            value->type = info.type;
            value->shape = *info.shape;
            const ValuePtr one = fill ? m_data.read(*fill) : nullptr;
            const std::size_t count = static_cast<std::size_t>(*elementCount(*info.shape));
            if (value->isReal())
                value->reals.assign(count, one && one->size() == 1 ? one->real(0) : 0.0);
            else
                value->ints.assign(count, one && one->size() == 1 && !one->isReal() ? one->ints[0] : 0);
            if (!fill || one) info.value = std::move(value);
        } else if (node.domain.empty()) {
            info.value = evaluate(call, i);
        }
        info.roots = rootsOfConstant(call, i);
    }
}

/// Weights behind a folded tensor: the ones it passes on, else the parameters that went into it, else itself.
std::vector<std::uint32_t> Importer::rootsOfConstant(const OpCall& call, std::size_t output)
{
    const Node& node = call.node();
    std::vector<std::uint32_t> roots;
    const auto rootsOf = [&](std::size_t i) -> std::span<const std::uint32_t> { return call.roots(i); };
    if (passesThrough(node.op) && call.has(0)) {
        addOnce(roots, rootsOf(0));
        return roots;
    }
    for (std::size_t i = 0; i < call.inputCount(); ++i)
        for (const std::uint32_t root : rootsOf(i))
            if (m_roots[root].is_parameter) addOnce(roots, std::array{root});
    if (!roots.empty()) return roots;
    bool parameter = false;
    if (node.domain.empty() && node.op == "ConstantOfShape" && call.isInitializer(0) &&
        !node.name.starts_with("constants/")) {
        const TensorData* fill = call.tensor("value");
        const ValuePtr one = fill ? m_data.read(*fill) : nullptr;
        parameter = one && one->size() == 1 && one->real(0) != 0;
    }
    const Info& info = call.outputs[output];
    const Shape shape = isFull(info.shape) ? *info.shape : Shape{0};
    // The place of the name in the file tells nodes apart, also where a function's nodes are copied for each
    // call.
    return {addRoot(node.outputs[output].data(), node.outputs[output], info.type, shape, parameter)};
}

} // namespace cutline
