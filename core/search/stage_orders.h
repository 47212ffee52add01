// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/least_peaks.h"

#include <span>
#include <vector>

namespace cutline {

/// Puts the stages of pipelines over nested down-sets in the order with the least peak of live activations.
class StageOrders {
public:
    /// Keeps references to `sets` and `orders`.
    StageOrders(const Problem& problem, const DownSets& sets, const std::vector<std::vector<PlatformId>>& orders);

    /// Stages on the platforms of an order, each but the last ending with its set of `cuts`.
    Plan plan(std::size_t order, std::span<const std::uint32_t> cuts) const;
    const LeastPeaks& peaks() const { return m_peaks; }

private:
    /// How tensors that skip a stage travel in an order of platforms.
    enum class Way : std::uint8_t {
        Around,  ///< past every stage: what a stage receives it need not hand on
        Through, ///< through every stage in between
        Unlike,  ///< some so, some so
    };
    Way wayOf(const std::vector<PlatformId>& platforms) const;

    Evaluator m_evaluator;
    const DownSets& m_sets;
    const std::vector<std::vector<PlatformId>>& m_orders;
    LeastPeaks m_peaks;
    std::vector<Way> m_ways; ///< by order
    bool m_by_memory;        ///< false: quirks tell the file's order
};

} // namespace cutline
