// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/explore_pipelines.h"
#include "core/search/label.h"

#include <span>
#include <vector>

namespace cutline {

/// Whether labels can be compared for this task: every constraint speaks about a figure that labels carry, no memory
/// can overflow or the model tells memory exactly, scenario and platforms are plain, and nothing of a partial pipeline's
/// past can meet what its future sends.
bool labelsFit(const PipelineSpace& space, const SearchTask& task, const PipelineModel& model);

/// Which figures decide about a label beside its state, and what single platforms may take at most.
class LabelFigures {
public:
    LabelFigures(const PipelineSpace& space, const SearchTask& task, const PipelineModel& model);

    bool powerMatters() const { return m_power_matters; }
    bool memoryMatters() const { return m_memory_matters; }
    /// Of a label, whose interval may grow unless it is `whole`.
    PipelineModel::Period periodOf(const Label& label, bool whole) const
    {
        return m_given_period_s > 0 ? PipelineModel::Period{m_given_period_s, true}
                                    : PipelineModel::Period{label.interval_s, whole};
    }
    /// Loads of shared resources decide too.
    bool comparesLoads() const { return m_compares_loads; }
    double mostBytes(PlatformId platform) const { return m_most_bytes[platform.index()]; }
    double mostBusy(PlatformId platform) const { return m_most_busy_s[platform.index()]; }

    /// Values of a row with so many loads; at least 1.
    std::size_t width(std::size_t loads) const { return m_width + (m_equal_periods ? 2 * loads : loads); }
    /// Most values of any row.
    static constexpr std::size_t kMostWidth = 10 + 2 * PipelineModel::kShared;
    /// Bits of the row's values that are objectives; of those that also stay better whatever follows.
    std::uint32_t objectives() const { return m_final; }
    std::uint32_t lasting() const { return m_strict; }
    /// Label as a row to compare, the loads asked for last. `most_memory`: what it may need, not what it needs at least.
    void fillRow(const Label& label, double energy_j, std::span<const std::uint8_t> loads, bool most_memory,
                 double* row) const;
    /// Some value of the mask is less in `better` than in `worse`.
    bool isLess(std::uint32_t mask, const double* better, const double* worse) const
    {
        for (std::size_t d = 0; d < m_figures.size(); ++d)
            if (((mask >> d) & 1) != 0 && better[d] < worse[d]) return true;
        return false;
    }

private:
    enum class Figure : std::uint8_t { Latency, Interval, Energy, LinkBytes, Sensitivity, Memory, Conversions, Waited, LongInterval, LongConversions };

    void choose(const PipelineSpace& space, const SearchTask& task, const PipelineModel& model);
    void findLimits(const PipelineSpace& space, const SearchTask& task, const PipelineModel& model);

    std::vector<Figure> m_figures; ///< of a row
    std::size_t m_width = 1;
    std::uint32_t m_strict = 0, m_final = 0;
    bool m_power_matters = false, m_memory_matters = false, m_compares_loads = false;
    bool m_equal_periods = false; ///< only labels that grow to plans of one period compare
    double m_given_period_s = 0; ///< 0: none
    std::vector<double> m_most_bytes, m_most_busy_s; ///< limits by platform
};

} // namespace cutline
