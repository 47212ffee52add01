// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/anytime_plan.h"

namespace cutline {

/// How NSGA-II is run (Deb et al., IEEE TEVC 2002; pagmo's implementation: crossover SBX with index 15 at 0.9, polynomial mutation
/// with index 20 at one gene in n).
struct Nsga2Setup {
    std::size_t population = 100;      ///< rounded up to a multiple of 4
    std::uint64_t evaluations = 100'000; ///< 0: until the time limit
    bool seeded = true;   ///< starts from the two-stage front along good topological orders and single platforms
    bool one_order = false; ///< positions in the file's order alone

    /// As the published flow runs it for a network of more than 100 layers: population 50 (pagmo wants 52), positions in
    /// one schedule, a random start, 100 generations a position: 1.2 million evaluations for EfficientNet-B0's 241.
    static Nsga2Setup published() { return {50, 1'200'000, false, true}; }
};

/// Pipelines by NSGA-II, judged by the Evaluator. Genes: a position for each cut, which of the good topological orders
/// they are positions in, which of the space's orders of platforms; equal positions leave a platform out. A plan that
/// breaks a constraint is worse the more it misses. The front of all plans ever judged is kept, not the last
/// population alone.
///
/// HEURISTIC, with lowerBound() of the first objective; the same for one seed unless time ends it. Streams by
/// on_front_grew. `space` may hold any chain of down-sets.
Found exploreNsga2(const PipelineSpace& space, const SearchTask& task, const Nsga2Setup& setup = {});

} // namespace cutline
