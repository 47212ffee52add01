// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/op_rules.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

using List = std::vector<std::int64_t>;

/// Axes that `scales` and `sizes` of a Resize speak of: all, or the attribute's (version 18).
List resizedAxes(const OpCall& call, std::size_t rank)
{
    List axes;
    if (const auto given = call.list("axes")) return call.axesIn(*given, rank);
    for (std::size_t i = 0; i < rank; ++i) axes.push_back(static_cast<std::int64_t>(i));
    return axes;
}

void scaleSizes(const OpCall& call, const List& axes, std::span<const double> scales, Shape& out)
{
    if (scales.size() != axes.size())
        call.fail("has " + std::to_string(scales.size()) + " scales for the " + std::to_string(axes.size()) +
                  " dimensions of " + call.inputText(0));
    for (std::size_t i = 0; i < axes.size(); ++i) {
        std::int64_t& size = out[static_cast<std::size_t>(axes[i])];
        if (!(scales[i] > 0) || !(scales[i] < 1e9))
            call.fail("scale " + std::to_string(scales[i]) + " is not above 0");
        if (size >= 0) size = static_cast<std::int64_t>(std::floor(static_cast<double>(size) * scales[i]));
    }
}

void setSizes(const OpCall& call, const List& axes, const List& sizes, Shape& out)
{
    if (sizes.size() != axes.size())
        call.fail("has " + std::to_string(sizes.size()) + " sizes for the " + std::to_string(axes.size()) +
                  " dimensions of " + call.inputText(0));
    const std::string_view policy = call.text("keep_aspect_ratio_policy", "stretch");
    double scale = 0;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const std::int64_t old = out[static_cast<std::size_t>(axes[i])];
        if (sizes[i] < 1) call.fail("size " + std::to_string(sizes[i]) + " is not above 0");
        const double ratio = old > 0 ? static_cast<double>(sizes[i]) / static_cast<double>(old) : 1;
        if (i == 0) scale = ratio;
        scale = policy == "not_larger" ? std::min(scale, ratio) : std::max(scale, ratio);
    }
    for (std::size_t i = 0; i < axes.size(); ++i) {
        std::int64_t& size = out[static_cast<std::size_t>(axes[i])];
        size = policy == "stretch" || size < 0 ? sizes[i] : std::llround(scale * static_cast<double>(size));
    }
}

void resize(OpCall& call)
{
    const bool upsample = call.op() == "Upsample";
    call.needInputs(1, upsample ? 2 : 4);
    call.set(0, call.type(0), std::nullopt);
    if (!call.shape(0)) return;
    Shape out = *call.shape(0);
    const List axes = resizedAxes(call, out.size());
    const std::size_t scales_at = upsample || call.opset() < 11 ? 1 : 2;
    const Value* scales = call.value(scales_at);
    if (const auto listed = call.reals("scales"); upsample && listed) {
        const std::vector<double> values(listed->begin(), listed->end());
        scaleSizes(call, axes, values, out);
    } else if (const auto sizes = upsample || scales_at == 1 ? std::nullopt : call.integers(3)) {
        setSizes(call, axes, *sizes, out);
    } else if (scales && scales->isReal() && !scales->reals.empty()) {
        scaleSizes(call, axes, scales->reals, out);
    } else {
        for (const std::int64_t axis : axes) out[static_cast<std::size_t>(axis)] = -1;
    }
    call.set(0, call.type(0), out);
}

void gridSample(OpCall& call)
{
    call.needInputs(2, 2);
    const Shape* x = call.shape(0);
    const Shape* grid = call.shape(1);
    call.set(0, call.type(0), std::nullopt);
    if (!x || !grid) return;
    call.needRank(0, 3);
    if (x->size() != grid->size())
        call.fail("input " + call.inputText(0) + " and grid " + call.inputText(1) + " differ in dimensions");
    Shape out{(*x)[0], (*x)[1]};
    out.insert(out.end(), grid->begin() + 1, grid->end() - 1);
    call.set(0, call.type(0), out);
}

void roiAlign(OpCall& call)
{
    call.needInputs(2, 3);
    call.needRank(0, 4);
    call.needRank(1, 2);
    Shape out{-1, -1, -1, -1};
    if (call.shape(0)) out[1] = (*call.shape(0))[1];
    if (call.shape(1)) out[0] = (*call.shape(1))[0];
    if (const auto pooled = call.list("pooled_shape"); pooled && pooled->size() == 2) {
        out[2] = (*pooled)[0];
        out[3] = (*pooled)[1];
    } else {
        out[2] = call.integer("output_height", 1);
        out[3] = call.integer("output_width", 1);
    }
    if (out[2] < 1 || out[3] < 1)
        call.fail("output would be " + std::to_string(out[2]) + "x" + std::to_string(out[3]));
    call.set(0, call.type(0), out);
}

void blocks(OpCall& call)
{
    call.needInputs(1, 1);
    const std::int64_t block = call.requiredInteger("blocksize");
    if (block < 1 || block > 65536) call.fail("blocksize is " + std::to_string(block) + ", 1 or more wanted");
    call.set(0, call.type(0), std::nullopt);
    if (!call.shape(0)) return;
    Shape s = *call.shape(0);
    if (s.size() != 4)
        call.fail("input " + call.inputText(0) + " has " + std::to_string(s.size()) +
                  " dimensions, 4 wanted");
    const bool to_space = call.op() == "DepthToSpace";
    const auto divide = [&](std::int64_t& size, std::int64_t by) {
        if (size >= 0 && size % by != 0)
            call.fail("blocksize " + std::to_string(block) + " does not divide input " + call.inputText(0));
        if (size >= 0) size /= by;
    };
    const auto multiply = [&](std::int64_t& size, std::int64_t by) { size = size < 0 ? -1 : size * by; };
    if (to_space)
        divide(s[1], block * block), multiply(s[2], block), multiply(s[3], block);
    else
        divide(s[2], block), divide(s[3], block), multiply(s[1], block * block);
    call.set(0, call.type(0), s);
}

} // namespace

void addResizeRules(RuleTable& table)
{
    for (const std::string_view op : {"Resize", "Upsample"}) table[op] = {resize};
    table["GridSample"] = {gridSample};
    for (const std::string_view op : {"RoiAlign", "MaxRoiPool"}) table[op] = {roiAlign};
    for (const std::string_view op : {"DepthToSpace", "SpaceToDepth"}) table[op] = {blocks};
}

} // namespace cutline
