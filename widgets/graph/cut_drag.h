// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"

#include <cstddef>
#include <span>
#include <vector>

namespace cutline {

/// The ways a boundary between two consecutive pipeline stages can move: one step adds or removes one ready
/// layer, so that every position is a legal pipeline again. Neither stage becomes empty.
class CutDrag {
public:
    /// `boundary` lies between stages `boundary` and `boundary + 1`. `place[layer]` orders the layers along
    /// the picture and ascends along every edge: layers join in that order and leave in the opposite one.
    CutDrag(const Graph& graph, Plan plan, std::size_t boundary, std::span<const double> place);

    /// Positions are the number of layers before the boundary, out of the two stages' layers.
    std::size_t start() const { return m_start; }
    std::size_t least() const { return 1; }
    std::size_t most() const { return m_order.size() - 1; }
    std::size_t clamped(std::ptrdiff_t position) const;

    /// One tensor alone is handed over the boundary at this position.
    bool single(std::size_t position) const { return m_crossing[position] == 1; }
    /// The single-tensor position nearest to `position`; `position` itself when there is none.
    std::size_t nearestSingle(std::size_t position) const;
    /// The next one in a direction (+1, -1); `position` when there is none.
    std::size_t nextSingle(std::size_t position, int direction) const;

    /// The layers of both stages in the order in which the boundary passes them.
    std::span<const LayerId> order() const { return m_order; }
    Plan planAt(std::size_t position) const;

private:
    Plan m_plan;
    std::size_t m_boundary, m_start;
    std::vector<LayerId> m_order;
    std::vector<std::size_t> m_crossing; ///< by position: tensors over the boundary
};

} // namespace cutline
