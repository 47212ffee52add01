// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/anytime_plan.h"

namespace cutline {

/// Pipelines where the lattice of down-sets is out of reach (search.md section 3). Seeds: the exact fronts along a few good
/// topological orders, two stages first. Then Pareto local search (Paquete, Chiarandini, Stuetzle 2004): the
/// plans around a plan of the front are judged, those on the front join it, until nothing new comes or the
/// budget ends.
///
/// Without a time limit the work is a number of judgements that depends on the graph's size alone, with a guard of
/// a few seconds; with one it goes on until then. Deterministic for a seed and any number of threads, unless time ends
/// it. HEURISTIC, with lowerBound() of the first objective. `space` may hold any chain of down-sets.
Found exploreAnytime(const PipelineSpace& space, const SearchTask& task);

} // namespace cutline
