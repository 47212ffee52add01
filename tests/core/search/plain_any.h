// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/search.h"

#include <cstdint>
#include <vector>

namespace cutline {

/// A plan of any assignment on the plain search's front.
struct PlainAnyPlan {
    std::vector<PlatformId> assignment;
    std::vector<double> row;
};

struct PlainAny {
    bool too_many = false; ///< more plans than asked for: nothing was done
    std::vector<PlainAnyPlan> front; ///< in ascending order of assignments
    std::size_t listed = 0; ///< feasible pipelines, and feasible assignments that are none in the file's order
    std::size_t feasible = 0;
};

/// The front of any assignment by looking at every platform of every fused group: as pipeline with its platforms in every
/// order, and as general plan with the groups in every order. Knows only plans and the Evaluator.
PlainAny plainAny(const Problem& problem, const SearchOptions& options, std::uint64_t most_plans);

} // namespace cutline
