// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/feasibility.h"
#include "core/search/pipeline_space.h"

namespace cutline {

/// What a solver hands back; explore() adds front, representatives and baselines.
struct Found {
    std::shared_ptr<const Candidates> candidates;
    std::vector<Summary> summaries;
    std::vector<std::uint32_t> front; ///< ascending
    Proof proof;
    std::optional<Violation> infeasible;
};

/// Everything a solver needs beside the space.
struct SearchTask {
    const Evaluator& evaluator;
    const Feasibility& feasibility;
    const SearchOptions& options;
    bool memory_as_ratio = false; ///< all capacities are known
    Progress& progress;
};

/// Calls `visit(key)` for every pipeline of the space in ascending order of keys until it returns false.
/// Returns false if it was stopped.
template <class Visit> bool forEachPipeline(const PipelineSpace& space, Visit visit)
{
    PipelineKey key;
    const auto extend = [&](const auto& self, std::size_t stage, std::uint32_t inner) -> bool {
        const auto& order = space.orders()[key.order];
        const PlatformId platform = order[stage];
        const std::uint32_t all = space.lastSet();
        if (stage + 1 == order.size()) return !space.mayRun(platform, inner, all) || visit(std::as_const(key));
        for (std::uint32_t outer = inner + 1; outer < all; ++outer) {
            if (!space.sets().isSubset(inner, outer) || !space.mayRun(platform, inner, outer)) continue;
            key.cuts[stage] = outer;
            if (!self(self, stage + 1, outer)) return false;
        }
        key.cuts[stage] = 0;
        return true;
    };
    for (std::uint32_t o = 0; o < space.orders().size(); ++o) {
        key = {};
        key.order = o;
        if (!extend(extend, 0, 0)) return false;
    }
    return true;
}

/// Judging a plan takes so long that figures are better added up, even those that nobody compares.
bool isLarge(const PipelineSpace& space);

/// Looks at every pipeline: exact, in time proportional to their number.
Found explorePipelines(std::shared_ptr<const PipelineSpace> space, const SearchTask& task);

/// Figures of a plan as candidates list them.
Summary summaryOf(const Figures& figures, bool memory_as_ratio);
/// The judge's figures of a plan; nullopt where it is not feasible or breaks a constraint.
std::optional<Summary> judged(const Plan& plan, const SearchTask& task);

} // namespace cutline
