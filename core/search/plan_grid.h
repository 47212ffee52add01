// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/front_builder.h"
#include "core/search/pipeline_model.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

namespace cutline {

/// All pipelines that share their first stages, over their last one or two cuts, in one sweep. Figures come from tables
/// per platform and cut; plans with their last cuts side by side are held against the front together.
///
/// Exact: a plan is left out only for one of the front that dominates it.
class PlanGrid {
public:
    /// All must outlive it.
    PlanGrid(const PipelineSpace& space, const SearchTask& task, const PipelineModel& model, FrontBuilder& builder);

    /// The tables tell the first stages of the pipeline, those after them may be swept, and nothing but objectives counts.
    bool holds(const PipelineKey& key, std::size_t stages);

    /// What is left to others: the last stage of `partial` does not fit the tables. False: stop.
    using Leave = std::function<bool(const PipelineKey& key, const PipelineModel::Partial& partial)>;
    /// The pipelines whose first stages are those of `key` and `begun` with one or two cuts left to choose, two unless the
    /// order has two platforms. False: stop.
    bool sweep(const PipelineKey& key, const PipelineModel::Partial& begun, double cost, const Leave& leave);

private:
    static constexpr std::size_t kWidth = 8;
    /// A plan's objectives, rounded to compare; unused ones are 0.
    struct alignas(64) Row {
        std::array<double, kWidth> values{};
    };
    /// Plans side by side: the best of each of their values.
    struct Block {
        Row best;
        std::uint32_t plans = 0;
        Block() { best.values.fill(std::numeric_limits<double>::infinity()); }
        void take(const Row& row, std::uint32_t count)
        {
            for (std::size_t d = 0; d < kWidth; ++d) best.values[d] = std::min(best.values[d], row.values[d]);
            plans += count;
        }
    };
    /// Of a row: no such plan; all known; memory without further copies; memory at least, or it may not fit.
    enum Kind : char { kNone, kTold, kCopies, kUnsure };
    /// Stages on one platform that begin (or, the last ones, end) with one set, by the other set.
    struct Stages {
        std::vector<double> busy_s, energy_j, sensitivity, memory;
        std::vector<double> stay_less_s; ///< what they receive stays so much shorter than they are busy, at most
        std::vector<char> fits;          ///< may run there, and clean
    };
    /// Messages from one platform to another, by set.
    struct Hand {
        std::vector<double> time_s, energy_j, bytes, busiest_s, leaving_s;
        std::vector<double> conversion_s; ///< at the receiver
        std::vector<double> held_s;       ///< how long before the stage's end the first of it is made
        std::vector<double> memory;       ///< copies of it that the sender always has
        std::vector<char> fits;           ///< can be sent, and no relay holds it
    };
    /// The first stages, their last message sent.
    struct Begun {
        double latency_s = 0, interval_s = 0, energy_j = 0, bytes = 0, sensitivity = 0;
        double memory = 0; ///< in the objective's unit, as long as no tensor needs further copies
        double share = 0;  ///< likewise, of capacities
        double stay_s = 0; ///< none does with a longer period
        double conversion_s = 0; ///< of the stage to come
    };
    /// Figures of one row of the grid, by last cut.
    struct Figures {
        std::vector<double> latency_s, interval_s, energy_j, bytes, sensitivity, memory, share, stay_s;
        void resize(std::size_t count);
    };

    const Stages& from(PlatformId platform, std::uint32_t inner);
    const Stages& toEnd(PlatformId platform);
    void fill(Stages& stages, std::size_t at, PlatformId platform, std::uint32_t inner, std::uint32_t outer) const;
    const Hand& hand(PlatformId sender, PlatformId receiver);

    Begun begin(const PipelineKey& key, const PipelineModel::Partial& partial);
    Begun then(const Begun& begun, PlatformId on, std::uint32_t inner, std::uint32_t outer, PlatformId next);
    bool sweepRow(PipelineKey& key, const Begun& begun, const PipelineModel::Partial& partial, const Leave& leave);
    void addUp(const PipelineKey& key, const Begun& begun, std::size_t stages, std::uint32_t inner);
    void tellRow(std::uint32_t set);
    void countCopies(const PipelineKey& key, std::uint32_t set);
    bool lookAtRow(PipelineKey& key, std::size_t cut, std::uint32_t first);
    bool lookAtBlock(PipelineKey& key, std::size_t cut, std::uint32_t first, std::uint32_t behind);
    Block bestOf(std::uint32_t first, std::uint32_t behind) const;
    bool isBeaten(const Block& block);
    double unitOf(PlatformId platform) const
    {
        return m_memory && m_task.memory_as_ratio ? m_model.capacity(platform) : 1;
    }
    bool needsMemory() const { return m_memory || m_limited; }

    const PipelineSpace& m_space;
    const SearchTask& m_task;
    const PipelineModel& m_model;
    FrontBuilder& m_builder;
    bool m_usable = false;
    bool m_memory = false;  ///< is an objective
    bool m_limited = false; ///< some plan may overflow one
    std::size_t m_sets;
    std::vector<std::vector<std::unique_ptr<Stages>>> m_from; ///< by platform and set
    std::vector<std::unique_ptr<Stages>> m_to_end;            ///< by platform
    std::vector<std::unique_ptr<Hand>> m_hands;               ///< by pair of platforms
    // By last cut, of the row at hand.
    Figures m_figures;
    std::vector<Row> m_rows;
    std::vector<char> m_kinds;
    std::vector<Block> m_blocks; ///< of the part at hand
    double m_cost = 0; ///< of the order at hand
    ParetoArchive::Hint m_hint;
};

} // namespace cutline
