// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/op_call.h"

namespace cutline {

/// Multiply-accumulates of one use of an operator. Counting rules: Conv outputs * (C/g) * kernel,
/// ConvTranspose inputs * (M/g) * kernel, Gemm and MatMul M*N*K (batched), LSTM 4*H*(I+H), GRU 3*H*(I+H), RNN
/// H*(I+H) per step and direction; their quantised forms alike; no other operator has any.
struct Work {
    std::vector<LoopDims> loops;
    std::optional<std::uint64_t> macs = 0; ///< absent: a shape is not known
    /// Bias input: 1-D addend of Conv, Gemm and the like; SIZE_MAX where there is none.
    std::size_t bias = static_cast<std::size_t>(-1);
};

/// `call` has been through its rule. Throws a Failure where the count exceeds kLargestCount.
Work workOf(const OpCall& call);

/// Conv, and depthwise where every channel is a group of its own.
bool isDepthwise(const OpCall& call);

/// a*b; throws a Failure above kLargestCount.
std::uint64_t boundedProduct(std::uint64_t a, std::uint64_t b);

/// The same work `times` over.
void repeat(Work& work, std::uint64_t times);

} // namespace cutline
