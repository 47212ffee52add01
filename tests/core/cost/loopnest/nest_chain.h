// SPDX-License-Identifier: GPL-3.0-or-later
// A convolution and a relu on a loop-nest platform.
#pragma once

#include "core/cost/loopnest/loop_nest_model.h"

#include <QtGlobal>

namespace cutline::loopnest::testing {

inline Platform platformOf(const LoopNest& nest, const char* name)
{
    Platform platform;
    platform.name = platform.descriptor = name;
    platform.clock_hz = 200e6;
    platform.weight_bits = platform.activation_bits = 16;
    platform.loop_nest = nest;
    platform.loop_nest->elements_per_cycle = 10;
    platform.loop_nest->dram_bytes_per_s = 1e9;
    return platform;
}

inline LoopDims loopsOf(std::uint64_t c, std::uint64_t m, std::uint64_t r, std::uint64_t s, std::uint64_t p, std::uint64_t q)
{
    LoopDims loops;
    loops.c = c;
    loops.m = m;
    loops.r = r;
    loops.s = s;
    loops.p = p;
    loops.q = q;
    return loops;
}

/// in (1x1000 elements) > conv > mid > relu > out; the convolution's loops are the test's.
inline Graph chain(std::vector<LoopDims> loops, bool known = true)
{
    Tensor in, mid, out;
    in.name = "in";
    mid.name = "mid";
    out.name = "out";
    in.is_graph_input = out.is_graph_output = true;
    for (Tensor* tensor : {&in, &mid, &out}) {
        tensor->type = ElementType::Float32;
        tensor->shape = Shape{1, 1000};
    }
    Layer conv, relu;
    conv.name = "conv";
    conv.op = "Conv";
    conv.op_class = OpClass::Conv;
    conv.inputs = {TensorId{0}};
    conv.outputs = {TensorId{1}};
    std::uint64_t macs = 0;
    for (const LoopDims& nest : loops) macs += nest.macs();
    conv.macs = macs;
    conv.loops = std::move(loops);
    relu.name = "relu";
    relu.op = "Relu";
    relu.op_class = OpClass::Elementwise;
    relu.inputs = {TensorId{1}};
    relu.outputs = {TensorId{2}};
    relu.macs = 0;
    relu.shapes_known = known;
    return Graph("chain", {conv, relu}, {in, mid, out}, {});
}

inline std::unique_ptr<LoopNestModel> modelOf(const Platform& platform, const Compat& compat = {},
                                              std::shared_ptr<MappingCache> cache = nullptr)
{
    auto model = LoopNestModel::make(platform, compat, std::move(cache));
    if (!model) qFatal("%s", model.error().message().c_str());
    return *std::move(model);
}

inline constexpr LayerId kConv[]{LayerId{0}};
inline constexpr LayerId kRelu[]{LayerId{1}};
inline constexpr LayerId kBoth[]{LayerId{0}, LayerId{1}};

} // namespace cutline::loopnest::testing
