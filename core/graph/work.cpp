// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/work.h"

#include <algorithm>

namespace cutline {
namespace {

std::uint64_t at(const Shape& shape, std::size_t i)
{
    return static_cast<std::uint64_t>(shape[i]);
}

bool known(const Shape* shape)
{
    return shape && std::none_of(shape->begin(), shape->end(), [](std::int64_t size) { return size < 0; });
}

const Shape* outputShape(const OpCall& call)
{
    return call.outputs.empty() || !call.outputs[0].shape ? nullptr : &*call.outputs[0].shape;
}

std::uint32_t narrow(const std::vector<std::int64_t>& list, std::size_t i)
{
    return i < list.size() ? static_cast<std::uint32_t>(std::clamp<std::int64_t>(list[i], 1, 0xffffffff)) : 1;
}

std::uint64_t macsOf(const LoopDims& d)
{
    std::uint64_t macs = 1;
    for (const std::uint64_t size : {d.repeats, d.n, d.g, d.c, d.m, d.r, d.s, d.p, d.q})
        macs = boundedProduct(macs, size);
    return macs;
}

Work countedWork(std::vector<LoopDims> loops, std::size_t bias)
{
    Work work{{}, 0, bias};
    for (const LoopDims& dims : loops)
        if (const std::uint64_t macs = macsOf(dims); macs > 0) {
            work.macs = *work.macs + macs;
            work.loops.push_back(dims);
        }
    return work;
}

Work unknownWork(std::size_t bias)
{
    return {{}, std::nullopt, bias};
}

/// Spatial sizes and kernel of a convolution as rows and columns; a single dimension is rows. Of dimensions before
/// the last two each position is a repeat, and the kernel's elements are further input channels: they add up in the
/// same outputs.
void setSpatial(LoopDims& d, const Shape& sizes, const Shape& weights)
{
    const std::size_t dims = sizes.size() - 2;
    for (std::size_t i = 0; i + 2 < dims; ++i) {
        d.repeats = boundedProduct(d.repeats, at(sizes, i + 2));
        d.c = boundedProduct(d.c, at(weights, i + 2));
    }
    const std::size_t row = dims < 2 ? 2 : dims;
    d.p = at(sizes, row);
    d.r = at(weights, row);
    if (dims < 2) return;
    d.q = at(sizes, row + 1);
    d.s = at(weights, row + 1);
}

/// Strides and dilations of rows and columns.
void setSteps(LoopDims& d, const OpCall& call, std::size_t rank)
{
    const auto strides = call.list("strides").value_or(std::vector<std::int64_t>{});
    const auto dilations = call.list("dilations").value_or(std::vector<std::int64_t>{});
    const std::size_t row = rank < 4 ? 0 : rank - 4;
    d.stride_p = narrow(strides, row);
    d.dilation_r = narrow(dilations, row);
    if (rank < 4) return;
    d.stride_q = narrow(strides, row + 1);
    d.dilation_s = narrow(dilations, row + 1);
}

Work convolution(const OpCall& call)
{
    const bool quantised = call.op() == "QLinearConv";
    const std::size_t weight_at = quantised ? 3 : 1;
    const std::size_t bias = quantised ? 8 : call.op() == "ConvInteger" ? static_cast<std::size_t>(-1) : 2;
    const Shape* w = call.shape(weight_at);
    const Shape* out = outputShape(call);
    if (!known(w) || !known(out) || w->size() < 3 || out->size() != w->size()) return unknownWork(bias);
    LoopDims d;
    d.n = at(*out, 0);
    d.g = static_cast<std::uint64_t>(call.integer("group", 1));
    d.c = at(*w, 1);
    d.m = at(*w, 0) / d.g;
    setSpatial(d, *out, *w);
    setSteps(d, call, out->size());
    d.weights_are_activations = !call.constant(weight_at);
    return countedWork({d}, bias);
}

/// Centred on the input: every input element meets M/g filters of R*S.
Work transposedConvolution(const OpCall& call)
{
    const Shape* x = call.shape(0);
    const Shape* w = call.shape(1);
    if (!known(x) || !known(w) || x->size() != w->size() || w->size() < 3) return unknownWork(2);
    LoopDims d;
    d.n = at(*x, 0);
    d.g = static_cast<std::uint64_t>(call.integer("group", 1));
    d.c = at(*x, 1) / d.g;
    d.m = at(*w, 1);
    setSpatial(d, *x, *w);
    setSteps(d, call, x->size());
    d.transposed = true;
    d.weights_are_activations = !call.constant(1);
    return countedWork({d}, 2);
}

Work gemm(const OpCall& call)
{
    const Shape* a = call.shape(0);
    const Shape* out = outputShape(call);
    if (!known(a) || !known(out) || a->size() != 2 || out->size() != 2) return unknownWork(2);
    LoopDims d;
    d.c = at(*a, call.integer("transA", 0) != 0 ? 0 : 1);
    d.m = at(*out, 1);
    d.p = at(*out, 0);
    if (call.constant(0) && !call.constant(1)) std::swap(d.m, d.p); // the weights stand on the left
    d.weights_are_activations = !call.constant(0) && !call.constant(1);
    return countedWork({d}, 2);
}

Work matMul(const OpCall& call)
{
    constexpr auto kNone = static_cast<std::size_t>(-1);
    const std::size_t second = call.op() == "QLinearMatMul" ? 3 : 1;
    const Shape* first_shape = call.shape(0);
    const Shape* second_shape = call.shape(second);
    const Shape* out = outputShape(call);
    if (!known(first_shape) || !known(second_shape) || !known(out) || first_shape->empty() ||
        second_shape->empty())
        return unknownWork(kNone);
    Shape a = *first_shape, b = *second_shape;
    if (a.size() == 1) a.insert(a.begin(), 1);
    if (b.size() == 1) b.push_back(1);
    std::uint64_t rows = at(a, a.size() - 2), columns = b.empty() ? 1 : at(b, b.size() - 1);
    const std::uint64_t depth = at(a, a.size() - 1);
    std::uint64_t total = 1;
    for (const std::int64_t size : *out) total = boundedProduct(total, static_cast<std::uint64_t>(size));
    if (total == 0 || rows == 0 || columns == 0 || depth == 0) return Work{};
    const std::uint64_t batch = total / (rows * columns);
    const bool left_weights = call.constant(0) && !call.constant(second);
    if (left_weights) std::swap(rows, columns);
    const Shape& weights = left_weights ? a : b;
    const bool shared =
        std::all_of(weights.begin(), weights.end() - 2, [](std::int64_t size) { return size == 1; });
    LoopDims d;
    d.c = depth;
    d.m = columns;
    d.p = rows;
    // One matrix for the whole batch is one long product; a matrix per element is a group per element.
    if (shared && !left_weights)
        d.p = boundedProduct(rows, batch);
    else if (shared)
        d.n = batch;
    else
        d.g = batch;
    d.weights_are_activations = !call.constant(0) && !call.constant(second);
    return countedWork({d}, kNone);
}

/// The input's part of all steps at once, and the state's part step by step.
Work recurrent(const OpCall& call)
{
    const Shape* x = call.shape(0);
    const Shape* w = call.shape(1);
    const Shape* r = call.shape(2);
    if (!known(x) || !known(w) || !known(r) || x->size() != 3 || w->size() != 3 || r->size() != 3)
        return unknownWork(3);
    const bool batch_first = call.integer("layout", 0) != 0;
    const std::uint64_t steps = at(*x, batch_first ? 1 : 0), batch = at(*x, batch_first ? 0 : 1);
    LoopDims input;
    input.c = at(*w, 2);
    input.m = boundedProduct(at(*w, 0), at(*w, 1)); // both directions read the same input
    input.p = boundedProduct(steps, batch);
    LoopDims state;
    state.g = at(*r, 0);
    state.c = at(*r, 2);
    state.m = at(*r, 1);
    state.p = batch;
    state.repeats = steps;
    state.sequential = true;
    input.weights_are_activations = !call.constant(1);
    state.weights_are_activations = !call.constant(2);
    return countedWork({input, state}, 3);
}

} // namespace

std::uint64_t boundedProduct(std::uint64_t a, std::uint64_t b)
{
    if (b != 0 && a > kLargestCount / b)
        throw Failure{"needs more than 2^53 multiply-accumulates", "check the shapes of its inputs"};
    return a * b;
}

void repeat(Work& work, std::uint64_t times)
{
    for (LoopDims& d : work.loops) d.repeats = boundedProduct(d.repeats, times);
    if (work.macs) work.macs = boundedProduct(*work.macs, times);
    if (times == 0) work.loops.clear();
}

Work workOf(const OpCall& call)
{
    if (!call.node().domain.empty()) return {};
    const std::string_view op = call.op();
    if (op == "Conv" || op == "ConvInteger" || op == "QLinearConv") return convolution(call);
    if (op == "ConvTranspose") return transposedConvolution(call);
    if (op == "Gemm") return gemm(call);
    if (op == "MatMul" || op == "MatMulInteger" || op == "QLinearMatMul") return matMul(call);
    if (op == "LSTM" || op == "GRU" || op == "RNN") return recurrent(call);
    return {};
}

bool isDepthwise(const OpCall& call)
{
    const std::size_t weight_at = call.op() == "QLinearConv" ? 3 : 1;
    const std::int64_t group = call.integer("group", 1);
    const Shape* w = call.shape(weight_at);
    if (group <= 1 || !w || w->size() < 3) return false;
    return call.op() == "ConvTranspose" ? (*w)[0] == group : (*w)[1] == 1;
}

} // namespace cutline
