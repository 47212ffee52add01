// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/op_rules.h"

#include <algorithm>

namespace cutline {
namespace {

using List = std::vector<std::int64_t>;

/// An operand that was an attribute in older versions and is an input in newer ones; nullopt where not known.
/// `given` says whether the file has it at all.
std::optional<List> operand(const OpCall& call, std::string_view attribute, std::size_t input, bool& given)
{
    given = true;
    if (const auto list = call.list(attribute)) return list;
    given = call.has(input);
    return given ? call.integers(input) : std::nullopt;
}

void reshape(OpCall& call)
{
    call.needInputs(1, 2);
    call.set(0, call.type(0), std::nullopt);
    bool given = false;
    const auto wanted = operand(call, "shape", 1, given);
    if (!given) call.fail("has no shape to reshape to");
    if (!wanted) {
        if (const Shape* s = call.shape(1); s && s->size() == 1 && (*s)[0] >= 0 && (*s)[0] <= 16)
            call.set(0, call.type(0), Shape(static_cast<std::size_t>((*s)[0]), -1));
        return;
    }
    const Shape* in = call.shape(0);
    const bool zero_is_zero = call.integer("allowzero", 0) != 0;
    Shape out = *wanted;
    std::optional<std::size_t> open;
    bool known = true;
    std::uint64_t product = 1;
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (out[i] == 0 && !zero_is_zero) {
            if (in && i >= in->size())
                call.fail("shape " + shapeText(*wanted) + " copies dimension " + std::to_string(i) +
                          ", which input " + call.inputText(0) + " has not");
            out[i] = in ? (*in)[i] : -1;
            known = known && out[i] >= 0;
        } else if (out[i] == -1) {
            if (open) call.fail("shape has two unknown sizes: " + shapeText(*wanted));
            open = i;
            continue;
        } else if (out[i] < -1) {
            call.fail("shape holds " + std::to_string(out[i]));
        }
        if (out[i] >= 0)
            product = elementCount({static_cast<std::int64_t>(product), out[i]}).value_or(kLargestCount);
    }
    const auto elements = in ? elementCount(*in) : std::nullopt;
    if (elements && known) {
        const bool fits = open ? product != 0 && *elements % product == 0 : product == *elements;
        if (!fits && !(open && product == 0 && *elements == 0))
            call.fail("input " + call.inputText(0) + " has " + std::to_string(*elements) +
                      " elements, shape " + shapeText(*wanted) + " does not hold them");
        if (open) out[*open] = product == 0 ? 0 : static_cast<std::int64_t>(*elements / product);
    }
    call.set(0, call.type(0), out);
}

void flatten(OpCall& call)
{
    call.needInputs(1, 1);
    call.set(0, call.type(0), std::nullopt);
    if (!call.shape(0)) return;
    const auto rank = static_cast<std::int64_t>(call.shape(0)->size());
    std::int64_t axis = call.integer("axis", 1);
    if (axis < -rank || axis > rank)
        call.fail("axis " + std::to_string(axis) + " is outside of the " + std::to_string(rank) +
                  " dimensions of " + call.inputText(0));
    if (axis < 0) axis += rank;
    const auto part = [](auto first, auto last) {
        const auto count = elementCount(Shape(first, last));
        return count ? static_cast<std::int64_t>(*count) : -1;
    };
    const auto middle = call.shape(0)->begin() + axis;
    call.set(0, call.type(0),
             Shape{part(call.shape(0)->begin(), middle), part(middle, call.shape(0)->end())});
}

void squeeze(OpCall& call)
{
    call.needInputs(1, 2);
    call.set(0, call.type(0), std::nullopt);
    bool given = false;
    auto axes = operand(call, "axes", 1, given);
    if (!call.shape(0) || (given && !axes)) return;
    const Shape& in = *call.shape(0);
    if (axes) axes = call.axesIn(*axes, in.size());
    Shape out;
    for (std::size_t i = 0; i < in.size(); ++i) {
        const bool named =
            axes && std::find(axes->begin(), axes->end(), static_cast<std::int64_t>(i)) != axes->end();
        if (named && in[i] > 1)
            call.fail("dimension " + std::to_string(i) + " of " + call.inputText(0) + " is not 1");
        if (!axes && in[i] < 0) return;
        if (axes ? !named : in[i] != 1) out.push_back(in[i]);
    }
    call.set(0, call.type(0), out);
}

void unsqueeze(OpCall& call)
{
    call.needInputs(1, 2);
    call.set(0, call.type(0), std::nullopt);
    bool given = false;
    const auto axes = operand(call, "axes", 1, given);
    if (!given) call.fail("has no axes");
    if (!call.shape(0) || !axes) return;
    const std::size_t rank = call.shape(0)->size() + axes->size();
    Shape out(rank, -2);
    for (const std::int64_t axis : call.axesIn(*axes, rank)) out[static_cast<std::size_t>(axis)] = 1;
    auto next = call.shape(0)->begin();
    for (std::int64_t& size : out)
        if (size == -2) size = *next++;
    call.set(0, call.type(0), out);
}

void transpose(OpCall& call)
{
    call.needInputs(1, 1);
    call.set(0, call.type(0), std::nullopt);
    const auto order = call.list("perm");
    if (!call.shape(0)) return;
    const Shape& in = *call.shape(0);
    if (!order) return call.set(0, call.type(0), Shape(in.rbegin(), in.rend()));
    if (order->size() != in.size())
        call.fail("perm has " + std::to_string(order->size()) + " numbers, input " + call.inputText(0) +
                  " has " + std::to_string(in.size()) + " dimensions");
    Shape out;
    for (const std::int64_t axis : call.axesIn(*order, in.size(), "perm"))
        out.push_back(in[static_cast<std::size_t>(axis)]);
    call.set(0, call.type(0), out);
}

void concat(OpCall& call)
{
    call.needInputs(1, 1u << 20);
    call.set(0, call.type(0), std::nullopt);
    if (!call.hasAttribute("axis") && call.opset() >= 4)
        call.fail("has no attribute axis", "export the model again with it");
    const std::int64_t given = call.integer("axis", 1);
    std::optional<Shape> out;
    bool known = true;
    std::size_t first = 0;
    for (std::size_t i = 0; i < call.inputCount(); ++i) {
        if (!call.has(i)) call.fail("input " + std::to_string(i + 1) + " is left out");
        call.needSameType(0, i);
        const Shape* s = call.shape(i);
        known = known && s;
        if (!s) continue;
        const auto axis = static_cast<std::size_t>(call.axisIn(given, s->size()));
        if (!out) {
            out = *s;
            first = i;
            continue;
        }
        bool fits = s->size() == out->size();
        for (std::size_t d = 0; fits && d < s->size(); ++d) {
            std::int64_t& size = (*out)[d];
            if (d == axis)
                size = size < 0 || (*s)[d] < 0 ? -1 : size + (*s)[d];
            else if (size < 0)
                size = (*s)[d];
            else
                fits = (*s)[d] < 0 || (*s)[d] == size;
        }
        if (!fits)
            call.fail("inputs " + call.inputText(first) + " and " + call.inputText(i) +
                      " do not join along axis " + std::to_string(given));
    }
    if (known) call.set(0, call.type(0), out);
}

List splitSizes(OpCall& call, std::int64_t size)
{
    const auto parts = static_cast<std::int64_t>(call.outputCount());
    bool given = false;
    const auto sizes = operand(call, "split", 1, given);
    if (given && !sizes) return List(call.outputCount(), -1);
    if (sizes) {
        if (sizes->size() != call.outputCount())
            call.fail("split has " + std::to_string(sizes->size()) + " sizes for " + std::to_string(parts) +
                      " outputs");
        std::int64_t sum = 0;
        for (const std::int64_t part : *sizes) {
            if (part < 0 || part > static_cast<std::int64_t>(kLargestCount))
                call.fail("split holds " + std::to_string(part));
            sum += part;
        }
        if (size >= 0 && sum != size)
            call.fail("split adds up to " + std::to_string(sum) + ", dimension of " + call.inputText(0) +
                      " is " + std::to_string(size));
        return *sizes;
    }
    if (call.hasAttribute("num_outputs") && call.integer("num_outputs", 0) != parts)
        call.fail("num_outputs is " + std::to_string(call.integer("num_outputs", 0)) + " with " +
                  std::to_string(parts) + " outputs");
    if (size < 0) return List(call.outputCount(), -1);
    if (call.opset() < 18 && size % parts != 0)
        call.fail("dimension " + std::to_string(size) + " of " + call.inputText(0) + " does not split into " +
                  std::to_string(parts) + " equal parts");
    const std::int64_t chunk = (size + parts - 1) / parts;
    List out(call.outputCount(), chunk);
    out.back() = size - chunk * (parts - 1);
    if (out.back() < 0)
        call.fail("dimension " + std::to_string(size) + " of " + call.inputText(0) + " does not split into " +
                  std::to_string(parts) + " parts");
    return out;
}

void split(OpCall& call)
{
    call.needInputs(1, 2);
    if (call.outputCount() == 0) return;
    for (std::size_t i = 0; i < call.outputCount(); ++i) call.set(i, call.type(0), std::nullopt);
    if (!call.shape(0)) return;
    const auto axis = static_cast<std::size_t>(call.axisIn(call.integer("axis", 0), call.shape(0)->size()));
    const List sizes = splitSizes(call, (*call.shape(0))[axis]);
    for (std::size_t i = 0; i < call.outputCount(); ++i) {
        Shape out = *call.shape(0);
        out[axis] = sizes[i];
        call.set(i, call.type(0), out);
    }
}

/// Length of start:end:step over `size` as in numpy.
std::int64_t slicedSize(std::int64_t size, std::int64_t start, std::int64_t end, std::int64_t step)
{
    const auto clamp = [&](std::int64_t v, std::int64_t low, std::int64_t high) {
        if (v < 0) v = v < -size ? -1 - size : v + size;
        return std::clamp(v, low, high);
    };
    const std::int64_t a = step > 0 ? clamp(start, 0, size) : clamp(start, -1, size - 1);
    const std::int64_t b = step > 0 ? clamp(end, 0, size) : clamp(end, -1, size - 1);
    if (step > 0) return b > a ? (b - a - 1) / step + 1 : 0;
    return a > b ? (a - b - 1) / -std::max(step, -(std::int64_t{1} << 62)) + 1 : 0;
}

void slice(OpCall& call)
{
    call.needInputs(1, 5);
    call.set(0, call.type(0), std::nullopt);
    bool has_starts = false, has_ends = false, has_axes = false, has_steps = false;
    const auto starts = operand(call, "starts", 1, has_starts);
    const auto ends = operand(call, "ends", 2, has_ends);
    auto axes = operand(call, "axes", 3, has_axes);
    const auto steps = operand(call, "steps", 4, has_steps);
    if (!has_starts || !has_ends) call.fail("has no starts or no ends");
    if (!call.shape(0)) return;
    Shape out = *call.shape(0);
    if (has_axes && !axes) return call.set(0, call.type(0), Shape(out.size(), -1));
    if (axes) axes = call.axesIn(*axes, out.size());
    std::size_t count = starts ? starts->size() : ends ? ends->size() : axes ? axes->size() : out.size();
    if ((starts && starts->size() != count) || (ends && ends->size() != count) ||
        (axes && axes->size() != count) || (steps && steps->size() != count))
        call.fail("starts, ends, axes and steps are lists of unlike length");
    if (!axes && count > out.size())
        call.fail("has " + std::to_string(count) + " starts for input " + call.inputText(0));
    for (std::size_t i = 0; i < count; ++i) {
        std::int64_t& size = out[axes ? static_cast<std::size_t>((*axes)[i]) : i];
        if (steps && (*steps)[i] == 0) call.fail("steps holds 0");
        const bool known = starts && ends && (!has_steps || steps) && size >= 0;
        size = known ? slicedSize(size, (*starts)[i], (*ends)[i], steps ? (*steps)[i] : 1) : -1;
    }
    call.set(0, call.type(0), out);
}

void expand(OpCall& call)
{
    call.needInputs(2, 2);
    call.set(0, call.type(0), std::nullopt);
    const auto wanted = call.integers(1);
    if (!wanted || !call.shape(0)) return;
    for (const std::int64_t size : *wanted)
        if (size < 0) call.fail("shape holds " + std::to_string(size));
    call.set(0, call.type(0),
             broadcast(*call.shape(0), *wanted, call.inputText(0), "the shape " + shapeText(*wanted)));
}

void tile(OpCall& call)
{
    call.needInputs(2, 3);
    call.set(0, call.type(0), std::nullopt);
    if (!call.shape(0) || call.opset() < 6) return;
    Shape out = *call.shape(0);
    const auto repeats = call.integers(1);
    if (repeats && repeats->size() != out.size())
        call.fail("has " + std::to_string(repeats->size()) + " repeats for input " + call.inputText(0));
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (repeats && ((*repeats)[i] < 0 || (*repeats)[i] > static_cast<std::int64_t>(kLargestCount)))
            call.fail("repeats holds " + std::to_string((*repeats)[i]));
        const auto product = repeats && out[i] >= 0 ? elementCount({out[i], (*repeats)[i]}) : std::nullopt;
        if (repeats && out[i] >= 0 && !product)
            call.fail("dimension " + std::to_string(i) + " would exceed 2^63");
        out[i] = product ? static_cast<std::int64_t>(*product) : -1;
    }
    call.set(0, call.type(0), out);
}

void pad(OpCall& call)
{
    call.needInputs(1, 4);
    call.set(0, call.type(0), std::nullopt);
    if (!call.shape(0)) return;
    Shape out = *call.shape(0);
    bool given = false, has_axes = false;
    auto pads = operand(call, call.hasAttribute("paddings") ? "paddings" : "pads", 1, given);
    if (!given) call.fail("has no pads");
    auto axes = call.has(3) ? call.integers(3) : std::nullopt;
    has_axes = call.has(3);
    if (!pads || (has_axes && !axes)) return call.set(0, call.type(0), Shape(out.size(), -1));
    if (axes) axes = call.axesIn(*axes, out.size());
    const std::size_t count = axes ? axes->size() : out.size();
    if (pads->size() != 2 * count)
        call.fail("has " + std::to_string(pads->size()) + " pads, input " + call.inputText(0) + " wants " +
                  std::to_string(2 * count));
    for (std::size_t i = 0; i < count; ++i) {
        std::int64_t& size = out[axes ? static_cast<std::size_t>((*axes)[i]) : i];
        const std::int64_t before = (*pads)[i], after = (*pads)[i + count];
        constexpr auto kLimit = static_cast<std::int64_t>(kLargestCount);
        if (before > kLimit || after > kLimit || before < -kLimit || after < -kLimit)
            call.fail("pads hold " + std::to_string(std::max(before, after)));
        if (size < 0) continue;
        if (size + before + after < 0)
            call.fail("pads " + std::to_string(before) + " and " + std::to_string(after) +
                      " leave nothing of dimension " + std::to_string(size) + " of " + call.inputText(0));
        size += before + after;
    }
    call.set(0, call.type(0), out);
}

} // namespace

void addLayoutRules(RuleTable& table)
{
    table["Reshape"] = {reshape, OpClass::View};
    table["Flatten"] = {flatten, OpClass::View};
    table["Squeeze"] = {squeeze, OpClass::View};
    table["Unsqueeze"] = {unsqueeze, OpClass::View};
    table["Transpose"] = {transpose};
    table["Concat"] = {concat};
    table["Split"] = {split};
    table["Slice"] = {slice};
    table["Expand"] = {expand};
    table["Tile"] = {tile};
    table["Pad"] = {pad};
}

} // namespace cutline
