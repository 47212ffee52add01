// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/op_rules.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

void gather(OpCall& call)
{
    call.needInputs(2, 2);
    call.set(0, call.type(0), std::nullopt);
    const Shape* data = call.shape(0);
    const Shape* indices = call.shape(1);
    call.needRank(0, 1);
    if (!data) return;
    const auto axis = static_cast<std::size_t>(call.axisIn(call.integer("axis", 0), data->size()));
    const std::int64_t size = (*data)[axis];
    if (const auto values = size >= 0 ? call.integers(1) : std::nullopt)
        for (const std::int64_t index : *values)
            if (index < -size || index >= size)
                call.fail("index " + std::to_string(index) + " is outside of dimension " +
                          std::to_string(axis) + " of " + call.inputText(0));
    if (!indices) return;
    Shape out(data->begin(), data->begin() + static_cast<std::ptrdiff_t>(axis));
    out.insert(out.end(), indices->begin(), indices->end());
    out.insert(out.end(), data->begin() + static_cast<std::ptrdiff_t>(axis) + 1, data->end());
    call.set(0, call.type(0), out);
}

void gatherElements(OpCall& call)
{
    call.needInputs(2, 2);
    call.needRank(0, 1);
    if (call.shape(0)) static_cast<void>(call.axisIn(call.integer("axis", 0), call.shape(0)->size()));
    if (call.shape(0) && call.shape(1) && call.shape(0)->size() != call.shape(1)->size())
        call.fail("input " + call.inputText(0) + " and indices " + call.inputText(1) +
                  " differ in dimensions");
    call.set(0, call.type(0), call.shape(1));
}

void gatherNd(OpCall& call)
{
    call.needInputs(2, 2);
    call.set(0, call.type(0), std::nullopt);
    const Shape* data = call.shape(0);
    const Shape* indices = call.shape(1);
    if (!data || !indices) return;
    call.needRank(0, 1);
    call.needRank(1, 1);
    const std::int64_t batch = call.integer("batch_dims", 0), depth = indices->back();
    const auto rank = static_cast<std::int64_t>(data->size());
    if (batch < 0 || batch >= std::min(rank, static_cast<std::int64_t>(indices->size())))
        call.fail("batch_dims is " + std::to_string(batch));
    if (depth < 0) return;
    if (batch + depth > rank)
        call.fail("indices " + call.inputText(1) + " reach deeper than the dimensions of " +
                  call.inputText(0));
    Shape out(indices->begin(), indices->end() - 1);
    out.insert(out.end(), data->begin() + batch + depth, data->end());
    call.set(0, call.type(0), out);
}

void scatter(OpCall& call)
{
    call.needInputs(3, 3);
    call.needRank(0, 1);
    if (call.op() != "ScatterND" && call.shape(0))
        static_cast<void>(call.axisIn(call.integer("axis", 0), call.shape(0)->size()));
    call.set(0, call.type(0), call.shape(0));
}

void shape(OpCall& call)
{
    call.needInputs(1, 1);
    call.set(0, ElementType::Int64, std::nullopt);
    if (call.shape(0)) call.set(0, ElementType::Int64, Shape{static_cast<std::int64_t>(sizesTaken(call).size())});
}

void size(OpCall& call)
{
    call.needInputs(1, 1);
    call.set(0, ElementType::Int64, Shape{});
}

void constantOfShape(OpCall& call)
{
    call.needInputs(1, 1);
    ElementType type = ElementType::Float32;
    if (const auto* fill = call.tensor("value")) {
        type = elementTypeOf(fill->type);
        for (const std::int64_t dim : fill->dims)
            if (dim != 1) call.fail("attribute value is not a single number");
    }
    call.set(0, type, std::nullopt);
    const auto wanted = call.integers(0);
    if (!wanted) {
        if (const Shape* s = call.shape(0); s && s->size() == 1 && (*s)[0] >= 0 && (*s)[0] <= 16)
            call.set(0, type, Shape(static_cast<std::size_t>((*s)[0]), -1));
        return;
    }
    for (const std::int64_t dim : *wanted)
        if (dim < 0) call.fail("shape holds " + std::to_string(dim));
    call.set(0, type, Shape(*wanted));
}

void range(OpCall& call)
{
    call.needInputs(3, 3);
    call.needSameType(0, 1);
    call.set(0, call.type(0), Shape{-1});
    const Value* start = call.value(0);
    const Value* limit = call.value(1);
    const Value* delta = call.value(2);
    if (!start || !limit || !delta || start->size() != 1 || limit->size() != 1 || delta->size() != 1) return;
    if (delta->real(0) == 0) call.fail("delta is 0");
    const double count = std::ceil((limit->real(0) - start->real(0)) / delta->real(0));
    if (!(count < static_cast<double>(kLargestCount)))
        call.fail("would hold " + std::to_string(count) + " numbers");
    call.set(0, call.type(0), Shape{count > 0 ? static_cast<std::int64_t>(count) : 0});
}

void nonZero(OpCall& call)
{
    call.needInputs(1, 1);
    call.set(0, ElementType::Int64, std::nullopt);
    if (!call.shape(0)) return;
    std::int64_t found = -1;
    if (const Value* data = call.value(0)) {
        found = 0;
        for (std::size_t i = 0; i < data->size(); ++i) found += data->real(i) != 0;
    }
    call.set(0, ElementType::Int64, Shape{static_cast<std::int64_t>(call.shape(0)->size()), found});
}

void oneHot(OpCall& call)
{
    call.needInputs(3, 3);
    call.set(0, call.type(2), std::nullopt);
    if (!call.shape(0)) return;
    Shape out = *call.shape(0);
    const std::int64_t axis = call.axisIn(call.integer("axis", -1), out.size() + 1);
    const Value* depth = call.value(1);
    std::int64_t wide = -1;
    if (depth && depth->size() == 1) {
        const double d = depth->real(0);
        if (!(d >= 0) || d > static_cast<double>(kLargestCount)) call.fail("depth is " + std::to_string(d));
        wide = static_cast<std::int64_t>(d);
    }
    out.insert(out.begin() + axis, wide);
    call.set(0, call.type(2), out);
}

void topK(OpCall& call)
{
    call.needInputs(1, 2);
    call.set(0, call.type(0), std::nullopt);
    call.set(1, ElementType::Int64, std::nullopt);
    if (!call.shape(0)) return;
    call.needRank(0, 1);
    Shape out = *call.shape(0);
    std::int64_t& size = out[static_cast<std::size_t>(call.axisIn(call.integer("axis", -1), out.size()))];
    const auto given = call.hasAttribute("k") ? std::optional(std::vector<std::int64_t>{call.integer("k", 1)})
                                              : call.integers(1);
    const std::int64_t k = given && given->size() == 1 ? given->front() : -1;
    if (given && (k < 0 || (size >= 0 && k > size)))
        call.fail("k is " + std::to_string(k) + " for input " + call.inputText(0));
    size = k;
    call.set(0, call.type(0), out);
    call.set(1, ElementType::Int64, out);
}

void nonMaxSuppression(OpCall& call)
{
    call.needInputs(2, 5);
    call.set(0, ElementType::Int64, Shape{-1, 3});
}

void compress(OpCall& call)
{
    call.needInputs(2, 2);
    call.set(0, call.type(0), std::nullopt);
    if (!call.hasAttribute("axis")) return call.set(0, call.type(0), Shape{-1});
    if (!call.shape(0)) return;
    Shape out = *call.shape(0);
    out[static_cast<std::size_t>(call.axisIn(call.integer("axis", 0), out.size()))] = -1;
    call.set(0, call.type(0), out);
}

void unique(OpCall& call)
{
    call.needInputs(1, 1);
    call.set(0, call.type(0), Shape{-1});
    if (call.hasAttribute("axis")) {
        call.set(0, call.type(0), std::nullopt);
        if (call.shape(0)) {
            Shape out = *call.shape(0);
            out[static_cast<std::size_t>(call.axisIn(call.integer("axis", 0), out.size()))] = -1;
            call.set(0, call.type(0), out);
        }
    }
    for (std::size_t i = 1; i < call.outputCount(); ++i) call.set(i, ElementType::Int64, Shape{-1});
}

void eyeLike(OpCall& call)
{
    call.needInputs(1, 1);
    const std::int64_t type = call.integer("dtype", 0);
    call.set(0, type > 0 && type < 64 ? elementTypeOf(static_cast<std::int32_t>(type)) : call.type(0),
             call.shape(0));
}

void random(OpCall& call)
{
    const std::int64_t type = call.integer("dtype", 1);
    const auto sizes = call.list("shape");
    if (!sizes) call.fail("has no attribute shape", "export the model again with it");
    for (const std::int64_t s : *sizes)
        if (s < 0) call.fail("shape holds " + std::to_string(s));
    call.set(0, type > 0 && type < 64 ? elementTypeOf(static_cast<std::int32_t>(type)) : ElementType::Float32,
             Shape(*sizes));
}

} // namespace

Shape sizesTaken(const OpCall& call)
{
    const Shape& shape = *call.shape(0);
    const auto rank = static_cast<std::int64_t>(shape.size());
    const auto bound = [&](std::int64_t v) {
        return std::clamp(v < 0 ? v + rank : v, std::int64_t{0}, rank);
    };
    const std::int64_t start = bound(call.integer("start", 0)), end = bound(call.integer("end", rank));
    return {shape.begin() + start, shape.begin() + std::max(start, end)};
}

void addIndexRules(RuleTable& table)
{
    table["Gather"] = {gather};
    table["GatherElements"] = {gatherElements};
    table["GatherND"] = {gatherNd};
    for (const std::string_view op : {"Scatter", "ScatterElements", "ScatterND"}) table[op] = {scatter};
    table["Shape"] = {shape};
    table["Size"] = {size};
    table["ConstantOfShape"] = {constantOfShape};
    table["Range"] = {range};
    table["NonZero"] = {nonZero};
    table["OneHot"] = {oneHot};
    table["TopK"] = {topK};
    table["NonMaxSuppression"] = {nonMaxSuppression};
    table["Compress"] = {compress};
    table["Unique"] = {unique};
    table["EyeLike"] = {eyeLike};
    for (const std::string_view op : {"RandomNormal", "RandomUniform"}) table[op] = {random};
}

} // namespace cutline
