// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/nest.h"

#include <algorithm>
#include <limits>
#include <numeric>

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

/// Output rows (or columns) of a transposed convolution that equally many kernel rows reach.
struct PhaseGroup {
    std::uint32_t phases = 1; ///< how many rows of each stride
    std::uint32_t taps = 1;
    std::uint32_t dilation = 1; ///< in input rows
};

/// Kernel row k reaches output rows that are k * dilation modulo the stride: stride / gcd of them are reached at all, each
/// by every (stride / gcd)-th kernel row.
std::vector<PhaseGroup> phasesOf(std::uint32_t taps, std::uint32_t stride, std::uint32_t dilation)
{
    const std::uint32_t common = std::gcd(stride, dilation), reached = stride / common;
    const std::uint32_t least = taps / reached, more = taps % reached;
    std::vector<PhaseGroup> groups;
    if (more > 0) groups.push_back({more, least + 1, dilation / common});
    if (least > 0) groups.push_back({reached - more, least, dilation / common});
    return groups;
}

} // namespace

double NestShape::macsOfGroup() const
{
    double macs = 1;
    for (std::size_t dim = 0; dim < G; ++dim) macs *= size[dim];
    return macs;
}

std::vector<NestShape> nestsOf(const LoopDims& loops, Groups groups)
{
    const bool dense = groups == Groups::Dense;
    const NestShape whole = dense ? nestWith(loops, loops.c * loops.g, loops.m * loops.g, 1)
                                  : nestWith(loops, loops.c, loops.m, loops.g);
    if (!loops.transposed) return {whole};
    std::vector<NestShape> nests;
    for (const PhaseGroup& rows : phasesOf(whole.size[R], whole.stride_p, whole.dilation_r)) {
        for (const PhaseGroup& columns : phasesOf(whole.size[S], whole.stride_q, whole.dilation_s)) {
            NestShape nest = whole;
            nest.size[M] = narrow(std::uint64_t{nest.size[M]} * rows.phases * columns.phases);
            nest.size[R] = rows.taps;
            nest.size[S] = columns.taps;
            nest.dilation_r = rows.dilation;
            nest.dilation_s = columns.dilation;
            nest.stride_p = nest.stride_q = 1;
            nests.push_back(nest);
        }
    }
    return nests;
}

} // namespace cutline::loopnest
