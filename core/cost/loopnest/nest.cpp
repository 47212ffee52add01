// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/nest.h"

#include <algorithm>
#include <limits>

namespace cutline::loopnest {

namespace {

std::uint32_t narrow(std::uint64_t size)
{
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(size, std::numeric_limits<std::uint32_t>::max()));
}

NestShape nestWith(const LoopDims& loops, std::uint64_t c, std::uint64_t m, std::uint64_t g)
{
    NestShape shape;
    shape.size = {narrow(c),       narrow(m),       narrow(loops.r), narrow(loops.s),
                  narrow(loops.p), narrow(loops.q), narrow(g)};
    shape.stride_p = loops.stride_p;
    shape.stride_q = loops.stride_q;
    shape.dilation_r = loops.dilation_r;
    shape.dilation_s = loops.dilation_s;
    shape.repeats = loops.repeats * loops.n;
    return shape;
}

} // namespace

double NestShape::macsOfGroup() const
{
    double macs = 1;
    for (std::size_t dim = 0; dim < G; ++dim) macs *= size[dim];
    return macs;
}

NestShape nestOf(const LoopDims& loops) { return nestWith(loops, loops.c, loops.m, loops.g); }

NestShape denseNestOf(const LoopDims& loops) { return nestWith(loops, loops.c * loops.g, loops.m * loops.g, 1); }

} // namespace cutline::loopnest
