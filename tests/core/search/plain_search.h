// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/search.h"

namespace cutline {

/// A pipeline that the plain search found on the front.
struct PlainPlan {
    Plan plan;
    std::vector<PlatformId> assignment;
    std::vector<double> row;
};

/// The front by looking at every stage number of every layer for every choice and order of platforms: knows nothing of
/// down-sets, sums or bounds, only plans and the Evaluator. Layers of a stage run in the order with the least peak (PlainOrders). In ascending order of assignments.
struct PlainResult {
    std::vector<PlainPlan> front;
    std::size_t feasible = 0; ///< plans that keep every constraint
};
PlainResult plainSearch(const Problem& problem, const SearchOptions& options);

} // namespace cutline
