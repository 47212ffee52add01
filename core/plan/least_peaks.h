// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/down_sets.h"
#include "core/plan/evaluate.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace cutline {

struct StageMemory;

/// What becomes of a tensor that a stage receives and reads, and that others read too.
enum class Passing : std::uint8_t {
    Freed, ///< nobody gets it from this platform: gone after its last reader here
    Kept,  ///< whoever reads it after this stage gets it from here: held to the stage's end
};

/// Least peak of live activation bytes of every stage that a pipeline can have, as Evaluator counts it but for what
/// only passes a platform (metrics.md "Memory", search.md section 1). A stage is what lies between two nested
/// down-sets of the fusion's groups.
///
/// `Kept` is exact along a chain, where whatever skips a stage is handed on by it; `Freed` where no route leads
/// through another platform, and a lower bound everywhere. Graph inputs are right in both: one without a place is
/// sent on by the first stage that reads it, one with a place by that platform.
///
/// Where every order of layers passes through one set, what comes before does not matter for what comes after: a
/// stage's peak is the largest of a few numbers, each from a sweep over the small lattice between two such sets,
/// made when first asked for. Constant time then; safe to use from many threads.
class LeastPeaks {
public:
    /// Both must outlive it. Where `sets` are not complete, where a platform that does not fuse has very many more sets
    /// of layers, or where many thousands of sets lie between two that every order passes, the file's order stands for
    /// the best one.
    LeastPeaks(const Evaluator& evaluator, const DownSets& sets);
    ~LeastPeaks();
    LeastPeaks(const LeastPeaks&) = delete;
    LeastPeaks& operator=(const LeastPeaks&) = delete;

    /// Numbers on the platform are proven least, not the file order's.
    bool isExact(PlatformId platform) const;
    /// `inner` is a subset of `outer`; indices into the sets given.
    double peakBytes(PlatformId platform, std::uint32_t inner, std::uint32_t outer,
                     Passing passing = Passing::Freed) const;
    /// The stage's layers in the order with that peak: of several the first, compared step by step in the file's
    /// order (as inLeastPeakOrder has it).
    std::vector<LayerId> order(PlatformId platform, std::uint32_t inner, std::uint32_t outer,
                               Passing passing = Passing::Freed) const;

    /// The stage's layers as the file has them.
    std::vector<LayerId> fileOrder(std::uint32_t inner, std::uint32_t outer) const;

private:
    struct Kind;
    const Kind& kindOf(PlatformId platform) const { return *m_kinds[m_kind_of[platform.index()]]; }
    StageMemory stageMemory(PlatformId platform, std::uint32_t inner, std::uint32_t outer, Passing passing) const;

    const Evaluator& m_evaluator;
    const DownSets& m_sets;
    std::vector<std::unique_ptr<Kind>> m_kinds; ///< platforms that are alike to memory share one
    std::vector<std::uint32_t> m_kind_of;       ///< by platform
};

} // namespace cutline
