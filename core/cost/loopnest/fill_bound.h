// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/loopnest/fills.h"

#include <algorithm>

namespace cutline::loopnest {

/// Which kind of loop is the innermost of those still to place. It decides whose reuse it can be: inputs under loops of
/// M, outputs under C, R, S, weights under P, Q; the two other operands fetch again at every step.
enum class Innermost : std::uint8_t { OfM, OfReduction, OfPixels, None };

/// Least fills of one store when the loops of `left` are still to be placed outside of what `state` has seen, in any
/// order and over any levels, given the kind of the innermost. `extent` is what lies inside them.
/// Exact for weights and outputs up to the order; for inputs overlaps of rows and columns are given the benefit of doubt.
class FillBound {
public:
    FillBound(const NestShape& shape, const Sizes& extent, const std::array<double, kDims>& left)
        : m_left(left), m_step_p(double{1} * extent[P] * shape.stride_p),
          m_step_q(double{1} * extent[Q] * shape.stride_q), m_step_r(double{1} * extent[R] * shape.dilation_r),
          m_step_s(double{1} * extent[S] * shape.dilation_s), m_reduction(left[C] * left[R] * left[S]),
          m_pixels(left[P] * left[Q]), m_all(m_reduction * m_pixels * left[M])
    {
    }

    bool isPossible(Innermost kind) const
    {
        switch (kind) {
        case Innermost::OfM: return m_left[M] > 1;
        case Innermost::OfReduction: return m_reduction > 1;
        case Innermost::OfPixels: return m_pixels > 1;
        case Innermost::None: break;
        }
        return m_all <= 1;
    }

    double least(Operand operand, const FillState& state, Innermost kind) const
    {
        if (operand == Inputs) return leastInputs(state, kind);
        if (state.closed()) return state.fills() * m_all;
        if (operand == Weights) return state.fills() * (kind == Innermost::OfPixels ? m_all / m_pixels : m_all);
        return state.fills() * (kind == Innermost::OfReduction ? m_all / m_reduction : m_all);
    }

private:
    double leastInputs(const FillState& state, Innermost kind) const
    {
        const double grow_rows =
            std::max(growth(state, 1, m_left[P], m_step_p), growth(state, 1, m_left[R], m_step_r));
        const double grow_columns =
            std::max(growth(state, 2, m_left[Q], m_step_q), growth(state, 2, m_left[S], m_step_s));
        const double moving = m_left[C] * grow_rows * grow_columns;
        const double taps = m_left[R] * m_left[S];
        if (!state.closed()) {
            switch (kind) {
            case Innermost::OfReduction:
                if (taps <= 1) return state.fills() * m_all;
                return state.fills() * moving;
            case Innermost::OfPixels:
                if (taps > 1) return state.fills() * moving;
                return state.fills() * moving * againFor(m_left[M], overlapAfterFirst(state));
            default: return state.fills() * moving;
            }
        }
        // Once C has wrapped, or both axes have, nothing overlaps any more; but a step of P may undo a wrap of R.
        const bool c = state.wrapped()[0] > 0, r = state.wrapped()[1] > 0, q = state.wrapped()[2] > 0;
        if (c || (r && q && taps <= 1 && !state.tapsLooped())) return state.fills() * m_all;
        if (r && q) return state.fills() * moving;
        const std::size_t axis = r ? 1 : 2;
        const double overlap = std::max(0.0, 1 - state.wrapped()[axis] / state.length()[axis]);
        return state.fills() * moving * againFor(m_left[M], overlap * state.volume() / state.fills());
    }

    /// Least factor by which a loop over rows or columns multiplies the fills. With what the tile has covered so far in
    /// one piece: by as much as the span grows. With gaps (strides, fan-outs between) all of a tile may be in place.
    static double growth(const FillState& state, std::size_t axis, double factor, double step)
    {
        if (factor <= 1) return 1;
        const double length = state.length()[axis], span = length + state.wrapped()[axis];
        if (state.fills() * length < state.volume() * span * (1 - 1e-12))
            return againFor(factor, state.volume() / state.fills());
        return (span + (factor - 1) * std::min(step, span)) / span;
    }

    /// Factor of an irrelevant loop when every step finds `overlap` (of all fills so far) in place: f - (f - 1)*overlap.
    static double againFor(double factor, double overlap) { return factor - (factor - 1) * overlap; }

    /// Largest share that can be in place after one loop over rows or columns, two steps long.
    double overlapAfterFirst(const FillState& state) const
    {
        double step = 1;
        if (m_left[P] > 1) step = std::min(step, m_step_p / state.length()[1]);
        if (m_left[Q] > 1) step = std::min(step, m_step_q / state.length()[2]);
        return (1 - step) / (1 + step);
    }

    const std::array<double, kDims>& m_left;
    double m_step_p, m_step_q, m_step_r, m_step_s, m_reduction, m_pixels, m_all;
};

} // namespace cutline::loopnest
