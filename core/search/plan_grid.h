// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/front_builder.h"
#include "core/search/stage_tables.h"

#include <array>
#include <functional>
#include <vector>

namespace cutline {

/// All pipelines that share their first stages, over their last one or two cuts, in one sweep. Figures come from tables
/// per platform and cut; plans with their last cuts side by side are held against the front together, by the least of each
/// of their figures.
///
/// Exact: a plan is left out only for one of the front that dominates it.
class PlanGrid {
public:
    /// All must outlive it.
    PlanGrid(const PipelineSpace& space, const SearchTask& task, const PipelineModel& model, FrontBuilder& builder);

    /// The tables tell the first stages of the pipeline, those after them may be swept, and nothing but objectives counts.
    bool holds(const PipelineKey& key, std::size_t stages);

    /// What is left to others: the tables do not tell this pipeline. False: stop.
    using Leave = std::function<bool(const PipelineKey& key)>;
    /// The pipelines whose first stages are those of `key`, with one or two cuts left to choose, two unless the order has
    /// two platforms. False: stop.
    bool sweep(const PipelineKey& key, std::size_t stages, double cost, const Leave& leave);

private:
    using Ends = StageTables::Ends;
    static constexpr std::size_t kWidth = 8;
    /// A plan's objectives, rounded to compare; unused ones are 0.
    using Row = std::array<double, kWidth>;
    /// The first stages, their last message sent or not.
    struct Begun {
        double latency_s = 0, interval_s = 0, energy_j = 0, bytes = 0, sensitivity = 0;
        double memory = 0; ///< in the objective's unit, as long as no tensor needs further copies
        double share = 0;  ///< likewise, of capacities
        double busy_s = 0; ///< of the last of them
        double done_s = 0; ///< when the last of them ends, if what follows may start sooner
        double stay_s = 0; ///< no tensor stays longer
        double conversion_s = 0; ///< of the stage to come, in latency and energy already
    };

    Begun ran(const Begun& begun, PlatformId on, std::uint32_t inner, std::uint32_t outer);
    Begun sent(const Begun& ran, PlatformId on, std::uint32_t inner, std::uint32_t outer, PlatformId next);
    bool sweepRow(PipelineKey& key, std::size_t stages, const Begun& ended, const Begun& begun, const Leave& leave);
    bool leaveOthers(PipelineKey& key, std::size_t stages, const Begun& ended, const Ends& ends, const Leave& leave);
    bool sweepLoose(PipelineKey& key, std::size_t stages, const Leave& leave);
    template <class Beaten, class Visit> bool inBlocks(const Ends& ends, Beaten beaten, Visit visit);
    bool isHopeless(const Begun& ended, const StageTables::Least& end, ParetoArchive::Hint& hint);
    bool lookAtPlan(const PipelineKey& key, std::size_t cut, const Begun& begun, const StageTables::Sums& end);
    /// Where the stage that comes after so many begins.
    static std::uint32_t innerOf(const PipelineKey& key, std::size_t stages) { return stages > 0 ? key.cuts[stages - 1] : 0; }
    double intervalOf(const Begun& begun, const StageTables::Sums& end) const
    {
        return std::max({begun.interval_s, end.own_s + begun.conversion_s, end.interval_s});
    }
    void tellRow(const Begun& begun, const StageTables::Sums& end);
    bool isBeaten(const Begun& begun, const StageTables::Least& least, ParetoArchive::Hint& hint);
    bool mayNeedCopies(const PipelineKey& key, std::size_t cut, const Begun& begun, const StageTables::Sums& end);
    bool countCopies(const PipelineKey& key, double interval_s);
    std::span<const double> row() const { return {m_row.data(), m_task.options.objectives.size()}; }
    bool needsMemory() const { return m_memory || m_limited; }

    const PipelineSpace& m_space;
    const SearchTask& m_task;
    const PipelineModel& m_model;
    FrontBuilder& m_builder;
    bool m_usable = false;
    bool m_memory = false;  ///< is an objective
    bool m_limited = false; ///< some plan may overflow one
    double m_around_s;      ///< sensor and post-processing
    std::size_t m_sets;
    StageTables m_tables;
    // Of the order at hand.
    double m_cost = 0, m_power_w = 0, m_idle_w = 0;
    Row m_row{}; ///< of the plan or plans at hand
    // What beat the last part, block, row of the same place does so again, more often than not.
    ParetoArchive::Hint m_hint;
    std::vector<ParetoArchive::Hint> m_part_hints, m_block_hints, m_other_hints;
};

} // namespace cutline
