// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/pipeline_space.h"

#include <algorithm>
#include <bit>
#include <vector>

namespace cutline {

/// Least bytes of live activations that a stage needs whatever the rest of the plan is, in constant time: its least peak
/// where memory matters and can be told for certain, else the largest inputs and outputs of a step among the groups that
/// stand in a row inside the stage.
class PeakBound {
public:
    PeakBound(const PipelineSpace& space, const Evaluator& evaluator);

    double bytes(PlatformId platform, std::size_t inner, std::size_t outer) const
    {
        if (m_peaks && m_peaks->isExact(platform))
            return m_peaks->peakBytes(platform, static_cast<std::uint32_t>(inner), static_cast<std::uint32_t>(outer));
        const DownSets& sets = m_space.sets();
        const std::size_t first = sets.end(inner), last = sets.firstAbsent(outer);
        return first < last ? m_own[platform.index()].largest(first, last) : 0;
    }

private:
    /// Largest of a range in constant time (sparse table).
    class Largest {
    public:
        void build(std::vector<double> values);
        double largest(std::size_t first, std::size_t last) const
        {
            const auto level = static_cast<std::size_t>(std::bit_width(last - first) - 1);
            return std::max(m_levels[level][first], m_levels[level][last - (std::size_t{1} << level)]);
        }

    private:
        std::vector<std::vector<double>> m_levels;
    };
    std::vector<double> ownBytes(const Evaluator& evaluator, PlatformId platform) const;

    const PipelineSpace& m_space;
    const LeastPeaks* m_peaks = nullptr; ///< null where memory does not matter
    std::vector<Largest> m_own;          ///< by platform and group
};

} // namespace cutline
