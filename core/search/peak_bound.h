// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/pipeline_space.h"

#include <algorithm>
#include <bit>
#include <vector>

namespace cutline {

/// Least bytes of live activations that a stage needs whatever the rest of the plan is, in constant time: the largest
/// step among the groups that stand in a row inside the stage. A step holds its own inputs and outputs and
/// what earlier steps of the row made for later ones.
class PeakBound {
public:
    PeakBound(const PipelineSpace& space, const Evaluator& evaluator);

    double bytes(PlatformId platform, std::size_t inner, std::size_t outer) const
    {
        const DownSets& sets = m_space.sets();
        const std::size_t first = sets.end(inner), last = sets.firstAbsent(outer);
        if (first >= last) return 0;
        const Tables& tables = m_tables[platform.index()];
        double most = tables.own.largest(first, last);
        if (!m_settled.empty() && m_settled[first] < last)
            most = std::max(most, tables.live.largest(m_settled[first], last));
        return most;
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
    struct Tables {
        Largest own, live;
    };

    std::vector<double> ownBytes(const Evaluator& evaluator, PlatformId platform) const;
    std::vector<double> liveBytes(const Evaluator& evaluator, PlatformId platform, std::vector<double> own) const;
    void findSettled();

    const PipelineSpace& m_space;
    std::vector<Tables> m_tables; ///< by platform
    /// By group a: from here on nothing that is live was made before a. Empty where groups do not stand in file order.
    std::vector<std::size_t> m_settled;
};

} // namespace cutline
