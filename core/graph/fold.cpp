// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/fold.h"
#include "core/graph/fold_parts.h"

#include <algorithm>
#include <numeric>

namespace cutline {
namespace {

using List = std::vector<std::int64_t>;

/// Row-major strides.
List stridesOf(const Shape& shape)
{
    List strides(shape.size(), 1);
    for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
    return strides;
}

bool gather(const OpCall& call, Value& out)
{
    const Value& data = *call.value(0);
    const Value& indices = *call.value(1);
    if (indices.isReal()) return false;
    const auto axis = static_cast<std::size_t>(call.axisIn(call.integer("axis", 0), data.shape.size()));
    const std::size_t inner =
        countOf(Shape(data.shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1, data.shape.end()));
    const std::size_t outer =
        countOf(Shape(data.shape.begin(), data.shape.begin() + static_cast<std::ptrdiff_t>(axis)));
    const std::int64_t size = data.shape[axis];
    for (std::size_t o = 0; o < outer; ++o)
        for (const std::int64_t index : indices.ints) {
            if (index < -size || index >= size) return false;
            const auto row = o * static_cast<std::size_t>(size) +
                             static_cast<std::size_t>(index < 0 ? index + size : index);
            for (std::size_t i = 0; i < inner; ++i) copyElement(data, row * inner + i, out);
        }
    return true;
}

/// Copies the elements of `data` that result positions name: index = offset + sum of position * stride.
void copyStrided(const Value& data, std::int64_t offset, const List& strides, Value& out)
{
    Position at(out.shape);
    for (std::size_t i = 0, n = countOf(out.shape); i < n; ++i, at.next())
        copyElement(data,
                    static_cast<std::size_t>(
                        std::inner_product(at.at().begin(), at.at().end(), strides.begin(), offset)),
                    out);
}

bool slice(const OpCall& call, Value& out)
{
    const Value& data = *call.value(0);
    const auto starts = call.hasAttribute("starts") ? call.list("starts") : call.integers(1);
    auto axes = call.hasAttribute("axes") ? call.list("axes") : call.has(3) ? call.integers(3) : std::nullopt;
    const auto steps = call.has(4) ? call.integers(4) : std::nullopt;
    if (!starts) return false;
    List strides = stridesOf(data.shape);
    std::int64_t offset = 0;
    for (std::size_t i = 0; i < starts->size(); ++i) {
        const auto axis = static_cast<std::size_t>(axes ? call.axisIn((*axes)[i], data.shape.size())
                                                        : static_cast<std::int64_t>(i));
        const std::int64_t size = data.shape[axis], step = steps ? (*steps)[i] : 1;
        if (out.shape[axis] == 0) return true;
        std::int64_t start = (*starts)[i];
        if (start < 0) start = start < -size ? (step > 0 ? 0 : -1) : start + size;
        start = std::clamp(start, std::int64_t{0}, size - 1);
        offset += start * strides[axis];
        strides[axis] = out.shape[axis] == 1 ? 0 : strides[axis] * step;
    }
    copyStrided(data, offset, strides, out);
    return true;
}

bool concat(const OpCall& call, Value& out)
{
    const std::size_t rank = out.shape.size();
    const auto axis = static_cast<std::size_t>(call.axisIn(call.integer("axis", 1), rank));
    const std::size_t outer =
        countOf(Shape(out.shape.begin(), out.shape.begin() + static_cast<std::ptrdiff_t>(axis)));
    for (std::size_t o = 0; o < outer; ++o)
        for (std::size_t k = 0; k < call.inputCount(); ++k) {
            const Value& part = *call.value(k);
            const std::size_t chunk = part.size() / outer;
            for (std::size_t i = 0; i < chunk; ++i) copyElement(part, o * chunk + i, out);
        }
    return true;
}

bool split(const OpCall& call, std::size_t output, Value& out)
{
    const Value& data = *call.value(0);
    const auto axis = static_cast<std::size_t>(call.axisIn(call.integer("axis", 0), data.shape.size()));
    const List strides = stridesOf(data.shape);
    std::int64_t start = 0;
    for (std::size_t i = 0; i < output; ++i)
        start += call.outputs[i].shape ? (*call.outputs[i].shape)[axis] : 0;
    copyStrided(data, start * strides[axis], strides, out);
    return true;
}

bool transpose(const OpCall& call, Value& out)
{
    const Value& data = *call.value(0);
    const List strides = stridesOf(data.shape);
    List order = call.list("perm").value_or(List{});
    if (order.empty())
        for (std::size_t i = data.shape.size(); i-- > 0;) order.push_back(static_cast<std::int64_t>(i));
    List moved;
    for (const std::int64_t axis : order)
        moved.push_back(strides[static_cast<std::size_t>(call.axisIn(axis, strides.size()))]);
    copyStrided(data, 0, moved, out);
    return true;
}

bool range(const OpCall& call, Value& out)
{
    const Value& start = *call.value(0);
    const Value& delta = *call.value(2);
    if (delta.isReal() != out.isReal() || start.isReal() != out.isReal()) return false;
    for (std::size_t i = 0, n = countOf(out.shape); i < n; ++i) {
        if (out.isReal())
            appendReal(out, start.real(0) + static_cast<double>(i) * delta.real(0));
        else
            out.ints.push_back(
                wrapped(static_cast<std::int64_t>(static_cast<std::uint64_t>(start.ints[0]) +
                                                  i * static_cast<std::uint64_t>(delta.ints[0])),
                        out.type));
    }
    return true;
}

/// Where, Expand and Tile: each result element is one of an input.
bool stretched(const OpCall& call, Value& out)
{
    if (call.op() == "Where" && call.value(0)->isReal()) return false;
    Position at(out.shape);
    for (std::size_t i = 0, n = countOf(out.shape); i < n; ++i, at.next()) {
        const Value* from = call.value(0);
        List place = at.at();
        if (call.op() == "Where")
            from = call.value(0)->ints[stretchedIndex(*from, place)] ? call.value(1) : call.value(2);
        else if (call.op() == "Tile")
            for (std::size_t d = 0; d < place.size(); ++d) place[d] %= from->shape[d];
        copyElement(*from, stretchedIndex(*from, place), out);
    }
    return true;
}

bool reduce(const OpCall& call, Value& out)
{
    const Value& data = *call.value(0);
    if (countOf(out.shape) != 1 || data.size() == 0) return false;
    double real = data.real(0);
    std::int64_t integer = data.isReal() ? 0 : data.ints[0];
    const std::string_view op = call.op() == "ReduceProd"  ? "Mul"
                                : call.op() == "ReduceSum" ? "Add"
                                : call.op() == "ReduceMax" ? "Max"
                                : call.op() == "ReduceMin" ? "Min"
                                                           : "";
    if (op.empty()) return false;
    for (std::size_t i = 1; i < data.size(); ++i) {
        if (data.isReal())
            realBinary(op, real, data.reals[i], real);
        else
            integerBinary(op, integer, data.ints[i], integer);
    }
    if (data.isReal())
        appendReal(out, real);
    else
        out.ints.push_back(wrapped(integer, out.type));
    return true;
}

bool scatterNd(const OpCall& call, Value& out)
{
    const Value& data = *call.value(0);
    const Value& indices = *call.value(1);
    const Value& updates = *call.value(2);
    if (indices.isReal() || indices.shape.empty() || data.isReal() != updates.isReal() ||
        call.text("reduction", "none") != "none")
        return false;
    out.ints = data.ints;
    out.reals = data.reals;
    const auto depth = static_cast<std::size_t>(indices.shape.back());
    if (depth == 0 || depth > data.shape.size()) return false;
    const List strides = stridesOf(data.shape);
    const std::size_t chunk =
        countOf(Shape(data.shape.begin() + static_cast<std::ptrdiff_t>(depth), data.shape.end()));
    const std::size_t rows = indices.size() / depth;
    if (updates.size() != rows * chunk) return false;
    for (std::size_t row = 0; row < rows; ++row) {
        std::size_t base = 0;
        for (std::size_t d = 0; d < depth; ++d) {
            std::int64_t index = indices.ints[row * depth + d];
            if (index < -data.shape[d] || index >= data.shape[d]) return false;
            if (index < 0) index += data.shape[d];
            base += static_cast<std::size_t>(index * strides[d]);
        }
        for (std::size_t i = 0; i < chunk; ++i) {
            if (out.isReal())
                out.reals[base + i] = updates.reals[row * chunk + i];
            else
                out.ints[base + i] = updates.ints[row * chunk + i];
        }
    }
    return true;
}

/// Positions of what is not zero, one row per dimension.
bool nonZero(const OpCall& call, Value& out)
{
    const Value& data = *call.value(0);
    if (data.shape.empty()) return false;
    for (std::size_t d = 0; d < data.shape.size(); ++d) {
        Position at(data.shape);
        for (std::size_t i = 0; i < data.size(); ++i, at.next())
            if (data.real(i) != 0) out.ints.push_back(at.at()[d]);
    }
    return true;
}

bool compute(const OpCall& call, std::size_t output, Value& out)
{
    const std::string_view op = call.op();
    if (op == "Identity" || op == "Not" || op == "Neg" || op == "Abs" || op == "Floor" || op == "Ceil" ||
        op == "Round" || op == "Sqrt" || op == "Reciprocal")
        return foldUnary(call, out);
    if (op == "Cast" || op == "CastLike") return foldCast(call, out);
    if (op == "Reshape" || op == "Squeeze" || op == "Unsqueeze" || op == "Flatten") {
        out.ints = call.value(0)->ints;
        out.reals = call.value(0)->reals;
        return true;
    }
    if (op == "Gather") return gather(call, out);
    if (op == "Slice") return slice(call, out);
    if (op == "Concat") return concat(call, out);
    if (op == "Split") return split(call, output, out);
    if (op == "Transpose") return transpose(call, out);
    if (op == "Range") return range(call, out);
    if (op == "Where" || op == "Expand" || op == "Tile") return stretched(call, out);
    if (op.starts_with("Reduce")) return reduce(call, out);
    if (op == "NonZero") return nonZero(call, out);
    if (op == "ScatterND") return scatterNd(call, out);
    if (call.inputCount() == 2) return foldBinary(call, out);
    return false;
}

} // namespace

ValuePtr evaluate(const OpCall& call, std::size_t output)
{
    if (call.opset() < 7 && call.hasAttribute("broadcast")) return nullptr;
    const Info& info = call.outputs[output];
    if (!info.shape || info.type == ElementType::Unknown || info.type == ElementType::String) return nullptr;
    const auto elements = elementCount(*info.shape);
    if (!elements || *elements > kLargestValue) return nullptr;
    for (std::size_t i = 0; i < call.inputCount(); ++i)
        if (call.has(i) && !call.value(i)) return nullptr;
    auto out = std::make_shared<Value>();
    out->type = info.type;
    out->shape = *info.shape;
    if (!compute(call, output, *out) || out->size() != *elements) return nullptr;
    return out;
}

} // namespace cutline
