// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/op_rules.h"

#include <algorithm>

namespace cutline {
namespace {

void reduce(OpCall& call)
{
    call.needInputs(1, 2);
    call.set(0, call.type(0), std::nullopt);
    const bool keep = call.integer("keepdims", 1) != 0;
    auto axes = call.list("axes");
    const bool hidden = !axes && call.has(1);
    if (hidden) axes = call.integers(1);
    if (!call.shape(0)) return;
    const Shape& in = *call.shape(0);
    if (hidden && !axes) {
        if (keep) call.set(0, call.type(0), Shape(in.size(), -1));
        return;
    }
    if (axes && axes->empty()) axes.reset();
    if (!axes && call.integer("noop_with_empty_axes", 0) != 0) return call.set(0, call.type(0), in);
    if (axes) axes = call.axesIn(*axes, in.size());
    Shape out;
    for (std::size_t i = 0; i < in.size(); ++i) {
        const bool reduced =
            !axes || std::find(axes->begin(), axes->end(), static_cast<std::int64_t>(i)) != axes->end();
        if (!reduced)
            out.push_back(in[i]);
        else if (keep)
            out.push_back(1);
    }
    call.set(0, call.type(0), out);
}

void argument(OpCall& call)
{
    call.needInputs(1, 1);
    call.set(0, ElementType::Int64, std::nullopt);
    if (!call.shape(0)) return;
    Shape out = *call.shape(0);
    const std::int64_t axis = call.axisIn(call.integer("axis", 0), out.size());
    if (call.integer("keepdims", 1) != 0)
        out[static_cast<std::size_t>(axis)] = 1;
    else
        out.erase(out.begin() + axis);
    call.set(0, ElementType::Int64, out);
}

} // namespace

void addReductionRules(RuleTable& table)
{
    for (const std::string_view op :
         {"ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin",
          "ReduceProd", "ReduceSum", "ReduceSumSquare"})
        table[op] = {reduce};
    for (const std::string_view op : {"ArgMax", "ArgMin"}) table[op] = {argument};
}

} // namespace cutline
