// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/loopnest/nest.h"

#include <algorithm>
#include <cmath>

namespace cutline::loopnest {

/// Words that enter one instance of a level for one operand, loop by loop from the inside out.
///
/// fills = V + sum_k (f_k - 1) * (product of f_j outside k) * new_k, where new_k is what the tile has not held before
/// when loop k steps and the loops inside it wrap to 0: nothing if no axis moved, V less the overlap if one axis of
/// an input moved, else V. Added up from the inside this is F <- f*F - (f - 1)*(V - new).
class FillState {
public:
    FillState() = default;
    /// A tile of these extents; nothing loops over it yet.
    FillState(Operand operand, const Sizes& extent, const NestShape& shape)
        : m_operand(operand), m_volume(tileVolume(operand, extent, shape)), m_fills(m_volume)
    {
        if (operand != Inputs) return;
        m_length = {static_cast<double>(extent[C]),
                    windowLength(extent[P], extent[R], shape.stride_p, shape.dilation_r),
                    windowLength(extent[Q], extent[S], shape.stride_q, shape.dilation_s)};
    }

    double fills() const { return m_fills; }
    double volume() const { return m_volume; }
    /// A relevant loop has been met: irrelevant ones further out fetch again.
    bool closed() const { return m_closed; }
    /// R or S has looped: rows and columns have moved by less than a tile.
    bool tapsLooped() const { return m_taps_looped; }
    const std::array<double, 3>& wrapped() const { return m_wrapped; }
    const std::array<double, 3>& length() const { return m_length; }

    /// A loop of `factor` over `dim`; `inside` is the extent of the dim just inside it.
    void loop(std::size_t dim, double factor, double inside, const NestShape& shape)
    {
        if (factor <= 1) return;
        if (m_operand != Inputs) {
            m_closed = m_closed || isRelevant(m_operand, dim);
            if (m_closed) m_fills *= factor;
            return;
        }
        loopOverInput(dim, factor, inside, shape);
    }

private:
    void loopOverInput(std::size_t dim, double factor, double inside, const NestShape& shape)
    {
        std::array<double, 3> move{-m_wrapped[0], -m_wrapped[1], -m_wrapped[2]};
        const std::size_t axis = dim == C ? 0 : dim == P || dim == R ? 1 : 2;
        double step = 0;
        if (isRelevant(Inputs, dim)) {
            const double scale = dim == P   ? shape.stride_p
                                 : dim == Q ? shape.stride_q
                                 : dim == R ? shape.dilation_r
                                 : dim == S ? shape.dilation_s
                                            : 1;
            step = inside * scale;
            move[axis] += step;
            m_closed = true;
            m_taps_looped = m_taps_looped || dim == R || dim == S;
        }
        double kept = m_volume; // of what the tile held before
        int moved = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            if (move[i] == 0) continue;
            ++moved;
            kept = m_volume / m_length[i] * std::max(0.0, m_length[i] - std::abs(move[i]));
        }
        if (moved > 1) kept = 0;
        m_fills = factor * m_fills - (factor - 1) * kept;
        m_wrapped[axis] += (factor - 1) * step;
    }

    Operand m_operand = Weights;
    bool m_closed = false, m_taps_looped = false;
    double m_volume = 0, m_fills = 0;
    std::array<double, 3> m_wrapped{}; ///< by how much C, rows, columns move back when the loops so far wrap
    std::array<double, 3> m_length{1, 1, 1};
};

} // namespace cutline::loopnest
