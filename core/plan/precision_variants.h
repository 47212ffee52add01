// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/cost_model.h"
#include "core/plan/evaluate.h"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace cutline {

/// What platforms take at the further precisions that they offer. A precision is a variant of its platform: other
/// bits, and another roofline where it has its own; everything else stays.
struct PrecisionVariants {
    /// All platforms at their k-th further precision, those without one at their own.
    struct Level {
        SystemPtr system;
        CostTablePtr costs;
        SensitivityPtr sensitivity = nullptr; ///< where the problem has one
    };
    std::vector<Level> levels; ///< by k - 1
    /// By platform the precisions that it can be run at, ascending, its own (0) first. Where measured times are its
    /// costs, these speak of its own alone.
    std::vector<std::vector<std::uint8_t>> offered;
};

/// Null where no platform offers another precision. Errors: as buildCostTable.
Result<std::shared_ptr<PrecisionVariants>> buildPrecisionVariants(const GraphPtr& graph, const SystemPtr& system,
                                                                  const CostOptions& options, Progress& progress);

/// The problem with each platform at the given precision, which must be offered; without variants of its own.
Problem problemAt(const Problem& problem, std::span<const std::uint8_t> by_platform);

/// Evaluators of a problem at other precisions, each made when it is first asked for. Safe to use from many threads.
class OtherPrecisions {
public:
    const Evaluator& at(const Problem& problem, const std::vector<std::uint8_t>& by_platform);

private:
    std::mutex m_mutex;
    // Wide numbers: GCC 12 takes the comparison of byte vectors for one beyond their ends.
    std::map<std::vector<std::uint16_t>, std::unique_ptr<const Evaluator>> m_made;
};

} // namespace cutline
