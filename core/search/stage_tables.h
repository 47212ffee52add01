// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/pipeline_model.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace cutline {

/// What stages and messages of pipelines take, by platform and cut: each table is made when it is first asked for.
/// Exact where a stage is clean (PipelineModel::isClean) and sends all that is live to the next one; told apart by `fits`.
class StageTables {
public:
    /// All must outlive it. `needs_memory`: memory is asked for, `as_ratio`: as a share of capacities.
    StageTables(const PipelineSpace& space, const Evaluator& evaluator, const PipelineModel& model, bool needs_memory,
                bool as_ratio);

    /// Stages on one platform that begin (or, the last ones, end) with one set, by the other set.
    struct Stages {
        std::vector<double> busy_s, energy_j, sensitivity, memory;
        std::vector<double> stay_less_s; ///< what they receive stays so much shorter than they are busy, at most
        std::vector<char> fits;          ///< may run there, and clean
    };
    /// Messages from one platform to another, by set.
    struct Hand {
        std::vector<double> time_s, energy_j, bytes, busiest_s, leaving_s;
        std::vector<double> least_bytes;  ///< as bytes, if parts of it go elsewhere
        std::vector<double> conversion_s; ///< at the receiver
        std::vector<double> held_s;       ///< how long before the stage's end the first of it is made
        std::vector<double> memory;       ///< copies of it that the sender always has
        std::vector<char> fits;           ///< can be sent, and no relay holds it
    };
    /// Figures of the last two stages together, or the least of several such.
    struct alignas(64) Sums {
        double latency_s = 0;
        double own_s = 0;      ///< the first of the two, conversion of what it receives aside
        double interval_s = 0; ///< busiest of both and the message between
        double energy_j = 0, bytes = 0, sensitivity = 0;
        double memory = 0, share = 0; ///< in the objective's unit, and of capacities; without further copies

        static Sums most();
        void take(const Sums& other);
    };
    /// The least of so many plans' figures.
    struct Least {
        Sums sums = Sums::most();
        std::uint32_t plans = 0;
        void take(const Sums& plan, std::uint32_t count)
        {
            sums.take(plan);
            plans += count;
        }
    };
    /// A cut that `fits` does not tell: figures that its pipelines have at least.
    struct Other {
        std::uint32_t set = 0;
        Sums sums;
    };
    /// The last two stages of pipelines, by the cut between them, where the first of them begins with one set. Cuts that lie
    /// next to each other are much alike: blocks and parts of them have their least figures.
    struct Ends {
        static constexpr std::uint32_t kBlock = 8, kPart = 8 * kBlock;
        std::vector<Sums> sums; ///< by cut
        std::vector<char> fits;
        std::vector<Least> blocks, parts; ///< by cut / kBlock, / kPart
        Least all;
        std::vector<Other> others;
        Least least_other;
    };

    const Stages& from(PlatformId platform, std::uint32_t inner);
    const Stages& toEnd(PlatformId platform);
    const Hand& hand(PlatformId sender, PlatformId receiver);
    /// On these platforms, from `inner` on. References last until another pair of platforms is asked for: where sets are many,
    /// only the tables of one pair are kept.
    const Ends& ends(PlatformId on, PlatformId last, std::uint32_t inner);
    /// Bytes times this are in the objective's unit of memory.
    double perUnit(PlatformId platform) const { return m_as_ratio ? m_model.perCapacity(platform) : 1; }

private:
    void resize(Stages& stages) const;
    void fill(Stages& stages, std::size_t at, PlatformId platform, std::uint32_t inner, std::uint32_t outer) const;
    void fill(Ends& ends, PlatformId on, PlatformId last, std::uint32_t inner);
    struct Tables {
        const Stages& own;
        const Hand& sent;
        const Stages& end;
    };
    Sums endSums(PlatformId on, PlatformId last, const Tables& tables, std::uint32_t set) const;
    Sums leastSums(PlatformId on, PlatformId last, std::uint32_t inner, std::uint32_t set) const;

    const PipelineSpace& m_space;
    const Evaluator& m_evaluator;
    const PipelineModel& m_model;
    bool m_needs_memory, m_as_ratio;
    std::size_t m_sets;
    std::vector<std::vector<std::unique_ptr<Stages>>> m_from; ///< by platform and set
    std::vector<std::unique_ptr<Stages>> m_to_end;            ///< by platform
    std::vector<std::unique_ptr<Hand>> m_hands;               ///< by pair of platforms
    bool m_keeps_ends;
    std::vector<std::vector<std::unique_ptr<Ends>>> m_ends;   ///< by pair of platforms and set
    std::size_t m_last_pair = 0;
};

} // namespace cutline
