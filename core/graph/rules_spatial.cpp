// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/op_rules.h"

#include <algorithm>

namespace cutline {
namespace {

using List = std::vector<std::int64_t>;

std::string sizesText(const List& sizes)
{
    std::string text;
    for (const std::int64_t size : sizes) text += (text.empty() ? "" : " ") + std::to_string(size);
    return text;
}

/// Strides, dilations, kernel and pads of a window over `dims` spatial dimensions, checked.
struct Window {
    List kernel, strides, dilations, pads;
    std::string_view auto_pad;
    std::int64_t extent(std::size_t i) const { return (kernel[i] - 1) * dilations[i] + 1; }
};

List listOf(const OpCall& call, std::string_view name, std::size_t count, std::int64_t fallback,
            std::int64_t least)
{
    const auto given = call.list(name);
    if (!given) return List(count, fallback);
    if (given->size() != count)
        call.fail("attribute " + std::string(name) + " has " + std::to_string(given->size()) + " numbers, " +
                  std::to_string(count) + " wanted");
    constexpr std::int64_t kMost = std::int64_t{1} << 31;
    for (const std::int64_t v : *given)
        if (v < least || v > kMost)
            call.fail("attribute " + std::string(name) + " is " + sizesText(*given) + ", " +
                          (v < least ? std::to_string(least) + " or more wanted"
                                     : "more than " + std::to_string(kMost)),
                      "export the model again");
    return *given;
}

Window windowOf(const OpCall& call, std::size_t dims, List kernel)
{
    Window w;
    w.kernel = std::move(kernel);
    w.strides = listOf(call, "strides", dims, 1, 1);
    w.dilations = listOf(call, "dilations", dims, 1, 1);
    w.pads = listOf(call, "pads", 2 * dims, 0, 0);
    w.auto_pad = call.text("auto_pad", "NOTSET");
    if (w.auto_pad.empty()) w.auto_pad = "NOTSET";
    if (w.auto_pad != "NOTSET" && w.auto_pad != "SAME_UPPER" && w.auto_pad != "SAME_LOWER" &&
        w.auto_pad != "VALID")
        call.fail("auto_pad is " + shown(w.auto_pad) + ", NOTSET, SAME_UPPER, SAME_LOWER or VALID wanted");
    for (const std::int64_t k : w.kernel)
        if (k < 1 || k > (std::int64_t{1} << 31))
            call.fail("kernel is " + sizesText(w.kernel) + (k < 1 ? ", 1 or more wanted" : ", more than any image"));
    return w;
}

/// floor or ceil((in + pads - extent) / stride) + 1   [ONNX operator reference, Conv and MaxPool]
std::int64_t windowedSize(const OpCall& call, const Window& w, std::size_t i, std::int64_t in, bool ceil)
{
    if (in < 0) return -1;
    if (w.auto_pad.starts_with("SAME")) return (in + w.strides[i] - 1) / w.strides[i];
    const std::size_t dims = w.kernel.size();
    const std::int64_t padded = in + (w.auto_pad == "VALID" ? 0 : w.pads[i] + w.pads[i + dims]);
    if (padded < w.extent(i))
        call.fail("kernel " + sizesText(w.kernel) + " (" + std::to_string(w.extent(i)) +
                      " wide with its dilation) is larger than input " + call.inputText(0) +
                      " with its pads (" + std::to_string(padded) + ")",
                  "give a larger image with --shape");
    return (padded - w.extent(i) + (ceil ? w.strides[i] - 1 : 0)) / w.strides[i] + 1;
}

/// Where the operands of a convolution stand.
struct Operands {
    std::size_t x = 0, w = 1, bias = 2;
};

Operands operandsOf(const OpCall& call)
{
    if (call.op() == "QLinearConv") return {0, 3, 8};
    if (call.op() == "ConvInteger") return {0, 1, 99};
    if (call.op() == "DeformConv") return {0, 1, 3};
    return {};
}

List kernelOf(const OpCall& call, const Operands& at, std::size_t dims)
{
    const Shape* w = call.shape(at.w);
    List kernel(w->begin() + 2, w->end());
    if (const auto given = call.list("kernel_shape")) {
        if (given->size() != dims)
            call.fail("kernel_shape has " + std::to_string(given->size()) + " numbers, input " +
                      call.inputText(0) + " has " + std::to_string(dims) + " spatial dimensions");
        for (std::size_t i = 0; i < dims; ++i)
            if (kernel[i] >= 0 && kernel[i] != (*given)[i])
                call.fail("kernel_shape " + sizesText(*given) + " does not fit weights " +
                          call.inputText(at.w));
        kernel = *given;
    }
    return kernel;
}

/// Ranks and the group attribute; returns the spatial dimensions, 0 where shapes are not known.
std::size_t checkOperands(const OpCall& call, const Operands& at, std::int64_t& group)
{
    group = call.integer("group", 1);
    if (group < 1)
        call.fail("group is " + std::to_string(group) + ", 1 or more wanted", "export the model again");
    call.needRank(at.x, 3);
    call.needRank(at.w, 3);
    const Shape* x = call.shape(at.x);
    const Shape* w = call.shape(at.w);
    if (!x || !w) return 0;
    if (x->size() != w->size())
        call.fail("input " + call.inputText(at.x) + " and weights " + call.inputText(at.w) +
                  " differ in their number of dimensions");
    return x->size() - 2;
}

void checkBias(const OpCall& call, const Operands& at, std::int64_t channels)
{
    const Shape* bias = call.shape(at.bias);
    if (!bias || channels < 0) return;
    if (bias->size() != 1 || ((*bias)[0] >= 0 && (*bias)[0] != channels))
        call.fail("bias " + call.inputText(at.bias) + " does not fit " + std::to_string(channels) +
                  " output channels");
}

void conv(OpCall& call)
{
    const Operands at = operandsOf(call);
    if (call.op() == "QLinearConv")
        call.needInputs(8, 9);
    else if (call.op() == "ConvInteger")
        call.needInputs(2, 4);
    else if (call.op() == "DeformConv")
        call.needInputs(3, 5);
    else
        call.needInputs(2, 3);
    if (call.op() == "Conv") {
        call.needSameType(0, 1);
        if (call.has(2)) call.needSameType(0, 2);
    }
    ElementType type = call.type(0);
    if (call.op() == "ConvInteger") type = ElementType::Int32;
    if (call.op() == "QLinearConv") type = call.type(7);
    call.set(0, type, std::nullopt);

    std::int64_t group = 1;
    const std::size_t dims = checkOperands(call, at, group);
    if (dims == 0) return;
    const Shape& x = *call.shape(at.x);
    const Shape& w = *call.shape(at.w);
    const std::string channels = std::to_string(x[1]) + " channels";
    if (x[1] >= 0 && x[1] % group != 0)
        call.fail("group " + std::to_string(group) + " does not divide the " + channels + " of input " +
                  call.inputText(at.x));
    if (w[0] >= 0 && w[0] % group != 0)
        call.fail("group " + std::to_string(group) + " does not divide the " + std::to_string(w[0]) +
                  " output channels of weights " + call.inputText(at.w));
    if (x[1] >= 0 && w[1] >= 0 && x[1] / group != w[1])
        call.fail("input " + call.inputText(at.x) + " has " + channels + " but weights for " +
                  std::to_string(w[1] * group) + ": " + call.inputText(at.w) +
                  (group > 1 ? " in " + std::to_string(group) + " groups" : ""));
    checkBias(call, at, w[0]);
    const Window window = windowOf(call, dims, kernelOf(call, at, dims));
    Shape out{x[0], w[0]};
    for (std::size_t i = 0; i < dims; ++i) out.push_back(windowedSize(call, window, i, x[i + 2], false));
    call.set(0, type, out);
}

/// stride*(in-1) + output_padding + extent - pads   [ONNX operator reference, ConvTranspose]
void convTranspose(OpCall& call)
{
    call.needInputs(2, 3);
    call.needSameType(0, 1);
    call.set(0, call.type(0), std::nullopt);
    std::int64_t group = 1;
    const Operands at;
    const std::size_t dims = checkOperands(call, at, group);
    if (dims == 0) return;
    const Shape& x = *call.shape(0);
    const Shape& w = *call.shape(1);
    if (x[1] >= 0 && x[1] % group != 0)
        call.fail("group " + std::to_string(group) + " does not divide the " + std::to_string(x[1]) +
                  " channels of input " + call.inputText(0));
    if (x[1] >= 0 && w[0] >= 0 && x[1] != w[0])
        call.fail("input " + call.inputText(0) + " has " + std::to_string(x[1]) +
                  " channels but weights for " + std::to_string(w[0]) + ": " + call.inputText(1));
    const std::int64_t channels = w[1] < 0 ? -1 : w[1] * group;
    checkBias(call, at, channels);
    const Window window = windowOf(call, dims, kernelOf(call, at, dims));
    const List extra = listOf(call, "output_padding", dims, 0, 0);
    auto given = call.list("output_shape");
    if (given && given->size() == dims + 2) given->erase(given->begin(), given->begin() + 2);
    if (given && given->size() != dims)
        call.fail("output_shape has " + std::to_string(given->size()) + " numbers, " + std::to_string(dims) +
                  " wanted");
    Shape out{x[0], channels};
    for (std::size_t i = 0; i < dims; ++i) {
        std::int64_t size = -1;
        if (given)
            size = (*given)[i];
        else if (x[i + 2] >= 0 && window.auto_pad.starts_with("SAME"))
            size = x[i + 2] * window.strides[i];
        else if (x[i + 2] >= 0)
            size = window.strides[i] * (x[i + 2] - 1) + extra[i] + window.extent(i) -
                   (window.auto_pad == "VALID" ? 0 : window.pads[i] + window.pads[i + dims]);
        if (size < 1 && x[i + 2] > 0)
            call.fail("output would be " + std::to_string(size) + " wide", "export the model again");
        out.push_back(size);
    }
    call.set(0, call.type(0), out);
}

void pool(OpCall& call)
{
    call.needInputs(1, 1);
    call.needRank(0, 3);
    const auto kernel = call.list("kernel_shape");
    if (!kernel) call.fail("has no attribute kernel_shape", "export the model again with it");
    call.set(0, call.type(0), std::nullopt);
    call.set(1, ElementType::Int64, std::nullopt);
    const Shape* x = call.shape(0);
    if (!x) {
        static_cast<void>(windowOf(call, kernel->size(), *kernel));
        return;
    }
    const std::size_t dims = x->size() - 2;
    if (kernel->size() != dims)
        call.fail("kernel_shape has " + std::to_string(kernel->size()) + " numbers, input " +
                  call.inputText(0) + " has " + std::to_string(dims) + " spatial dimensions");
    const Window window = windowOf(call, dims, *kernel);
    Shape out{(*x)[0], (*x)[1]};
    for (std::size_t i = 0; i < dims; ++i)
        out.push_back(windowedSize(call, window, i, (*x)[i + 2], call.integer("ceil_mode", 0) != 0));
    call.set(0, call.type(0), out);
    call.set(1, ElementType::Int64, out);
}

void globalPool(OpCall& call)
{
    call.needInputs(1, 1);
    call.needRank(0, 3);
    call.set(0, call.type(0), std::nullopt);
    if (!call.shape(0)) return;
    Shape out = *call.shape(0);
    std::fill(out.begin() + 2, out.end(), 1);
    call.set(0, call.type(0), out);
}

void maxUnpool(OpCall& call)
{
    call.needInputs(2, 3);
    call.needRank(0, 3);
    const auto kernel = call.list("kernel_shape");
    if (!kernel) call.fail("has no attribute kernel_shape", "export the model again with it");
    call.set(0, call.type(0), std::nullopt);
    if (const auto given = call.integers(2)) return call.set(0, call.type(0), Shape(*given));
    const Shape* x = call.shape(0);
    if (!x || call.has(2)) return;
    const Window window = windowOf(call, x->size() - 2, *kernel);
    if (kernel->size() != x->size() - 2) call.fail("kernel_shape does not fit input " + call.inputText(0));
    Shape out{(*x)[0], (*x)[1]};
    for (std::size_t i = 0; i + 2 < x->size(); ++i)
        out.push_back((*x)[i + 2] < 0 ? -1
                                      : ((*x)[i + 2] - 1) * window.strides[i] - window.pads[i] -
                                            window.pads[i + x->size() - 2] + window.extent(i));
    for (const std::int64_t size : out)
        if (size < -1) call.fail("output would be " + shapeText(out));
    call.set(0, call.type(0), out);
}

} // namespace

void addSpatialRules(RuleTable& table)
{
    for (const std::string_view op : {"Conv", "ConvInteger", "QLinearConv", "DeformConv"})
        table[op] = {conv, OpClass::Conv};
    table["ConvTranspose"] = {convTranspose, OpClass::Conv};
    for (const std::string_view op : {"MaxPool", "AveragePool", "LpPool"}) table[op] = {pool};
    for (const std::string_view op : {"GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"})
        table[op] = {globalPool};
    table["MaxUnpool"] = {maxUnpool};
}

} // namespace cutline
