// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/anytime_plan.h"

namespace cutline {

/// Topological orders of the groups whose cuts tend to be good ones: the file's; depth first; and the one that at each step
/// keeps least data alive. Equal ones once.
std::vector<std::vector<std::uint32_t>> goodOrders(const Graph& graph, const Fusion& fusion);

/// What the exact search finds among the cuts of one order, at most `most_stages` stages (0: as the options say) in at most
/// `limit_s`.
struct ChainSeeds {
    std::vector<StagedPlan> plans;
    std::vector<Summary> summaries; ///< of the plans
    std::uint64_t evaluated = 0;
    bool complete = false;
};
ChainSeeds seedsAlong(std::span<const std::uint32_t> order, const Problem& problem, const SearchTask& task,
                      std::size_t most_stages, double limit_s);

/// For each order of platforms (the first `most` of the space, most stages first) the cuts of one topological order that make the
/// busiest platform least, transfers aside: each stage takes what fits under a load, and the least load is found by
/// bisection. Each plan once; none where some group may run nowhere in that order.
std::vector<StagedPlan> balancedAlong(std::span<const std::uint32_t> order, const PipelineSpace& space,
                                      std::size_t most);

} // namespace cutline
