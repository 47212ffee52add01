// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/fold_parts.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

/// A double as an integer type; false where it has no such value.
bool appendRounded(Value& out, double value)
{
    if (!(std::abs(value) < 9.2e18)) return false;
    out.ints.push_back(wrapped(static_cast<std::int64_t>(value), out.type));
    return true;
}

std::int64_t product(std::int64_t a, std::int64_t b)
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

} // namespace

std::size_t countOf(const Shape& shape)
{
    return static_cast<std::size_t>(elementCount(shape).value_or(0));
}

void copyElement(const Value& from, std::size_t i, Value& to)
{
    if (from.isReal())
        to.reals.push_back(from.reals[i]);
    else
        to.ints.push_back(from.ints[i]);
}

std::size_t stretchedIndex(const Value& value, const std::vector<std::int64_t>& at)
{
    std::size_t index = 0;
    const std::size_t skip = at.size() - value.shape.size();
    for (std::size_t i = 0; i < value.shape.size(); ++i)
        index = index * static_cast<std::size_t>(value.shape[i]) +
                (value.shape[i] == 1 ? 0 : static_cast<std::size_t>(at[i + skip]));
    return index;
}

std::int64_t wrapped(std::int64_t value, ElementType type)
{
    switch (type) {
    case ElementType::Int32: return static_cast<std::int32_t>(value);
    case ElementType::UInt32: return static_cast<std::uint32_t>(value);
    case ElementType::Int16: return static_cast<std::int16_t>(value);
    case ElementType::UInt16: return static_cast<std::uint16_t>(value);
    case ElementType::Int8: return static_cast<std::int8_t>(value);
    case ElementType::UInt8: return static_cast<std::uint8_t>(value);
    case ElementType::Bool: return value != 0;
    default: return value;
    }
}

void appendReal(Value& out, double value)
{
    out.reals.push_back(out.type == ElementType::Float64 ? value
                                                         : static_cast<double>(static_cast<float>(value)));
}

/// What integers and reals have in common: the larger, the smaller, comparisons (1 or 0).
template <class Number> bool ordered(std::string_view op, Number a, Number b, Number& out)
{
    if (op == "Max")
        out = std::max(a, b);
    else if (op == "Min")
        out = std::min(a, b);
    else if (op == "Equal")
        out = a == b;
    else if (op == "Less")
        out = a < b;
    else if (op == "Greater")
        out = a > b;
    else if (op == "LessOrEqual")
        out = a <= b;
    else if (op == "GreaterOrEqual")
        out = a >= b;
    else
        return false;
    return true;
}

bool integerBinary(std::string_view op, std::int64_t a, std::int64_t b, std::int64_t& out)
{
    const auto ua = static_cast<std::uint64_t>(a), ub = static_cast<std::uint64_t>(b);
    if (op == "Add")
        out = static_cast<std::int64_t>(ua + ub);
    else if (op == "Sub")
        out = static_cast<std::int64_t>(ua - ub);
    else if (op == "Mul")
        out = product(a, b);
    else if (op == "And")
        out = a && b;
    else if (op == "Or")
        out = a || b;
    else if (op == "Xor")
        out = (a != 0) != (b != 0);
    else if (op == "Div" || op == "Mod") {
        if (b == 0 || b == -1) {
            if (b == 0) return false;
            out = op == "Div" ? static_cast<std::int64_t>(0 - ua) : 0;
            return true;
        }
        out = op == "Div" ? a / b : a % b;
        if (op == "Mod" && out != 0 && (out < 0) != (b < 0)) out += b;
    } else if (op == "Pow") {
        if (b < 0 || b > 64) return false;
        out = 1;
        for (std::int64_t i = 0; i < b; ++i) out = product(out, a);
    } else {
        return ordered(op, a, b, out);
    }
    return true;
}

bool realBinary(std::string_view op, double a, double b, double& out)
{
    if (op == "Add")
        out = a + b;
    else if (op == "Sub")
        out = a - b;
    else if (op == "Mul")
        out = a * b;
    else if (op == "Div")
        out = a / b;
    else if (op == "Pow")
        out = std::pow(a, b);
    else
        return ordered(op, a, b, out);
    return true;
}

/// Add, Equal, Max ..: operands stretched to the result's shape.
bool foldBinary(const OpCall& call, Value& out)
{
    const Value& a = *call.value(0);
    const Value& b = *call.value(1);
    if (a.isReal() != b.isReal() || call.integer("fmod", 0) != 0) return false;
    Position at(out.shape);
    for (std::size_t i = 0, n = countOf(out.shape); i < n; ++i, at.next()) {
        const std::size_t left = stretchedIndex(a, at.at()), right = stretchedIndex(b, at.at());
        if (a.isReal()) {
            double result = 0;
            if (!realBinary(call.op(), a.real(left), b.real(right), result)) return false;
            if (out.isReal())
                appendReal(out, result);
            else
                out.ints.push_back(result != 0);
        } else {
            std::int64_t result = 0;
            if (!integerBinary(call.op(), a.ints[left], b.ints[right], result)) return false;
            out.ints.push_back(wrapped(result, out.type));
        }
    }
    return true;
}

bool foldUnary(const OpCall& call, Value& out)
{
    const Value& in = *call.value(0);
    const std::string_view op = call.op();
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (op == "Identity")
            copyElement(in, i, out);
        else if (op == "Not")
            out.ints.push_back(in.real(i) == 0);
        else if (!in.isReal() && op == "Neg")
            out.ints.push_back(
                wrapped(static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(in.ints[i])), out.type));
        else if (!in.isReal() && op == "Abs")
            out.ints.push_back(in.ints[i] < 0
                                   ? static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(in.ints[i]))
                                   : in.ints[i]);
        else if (!in.isReal())
            return false;
        else if (op == "Floor")
            appendReal(out, std::floor(in.reals[i]));
        else if (op == "Ceil")
            appendReal(out, std::ceil(in.reals[i]));
        else if (op == "Round")
            appendReal(out, std::nearbyint(in.reals[i]));
        else if (op == "Neg")
            appendReal(out, -in.reals[i]);
        else if (op == "Abs")
            appendReal(out, std::abs(in.reals[i]));
        else if (op == "Sqrt")
            appendReal(out, std::sqrt(in.reals[i]));
        else if (op == "Reciprocal")
            appendReal(out, 1 / in.reals[i]);
        else
            return false;
    }
    return true;
}

bool foldCast(const OpCall& call, Value& out)
{
    const Value& in = *call.value(0);
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (out.isReal())
            appendReal(out, in.real(i));
        else if (out.type == ElementType::Bool)
            out.ints.push_back(in.real(i) != 0);
        else if (!in.isReal())
            out.ints.push_back(wrapped(in.ints[i], out.type));
        else if (!appendRounded(out, in.reals[i]))
            return false;
    }
    return true;
}

} // namespace cutline
