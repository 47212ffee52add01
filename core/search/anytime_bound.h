// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/explore_pipelines.h"

namespace cutline {

/// A value that no pipeline of the space has less of, whatever its down-sets; nullopt where none is known. Each group
/// on any platform where it may run; k = most stages:
///
/// - latency: the longest path of groups, each on its fastest platform; also half-way balance, sum of least times / k;
///   plus the scenario's sensor and post-processing time.
/// - initiation interval: for any weights w_p >= 0, T * (sum of the k largest w) >= sum over groups of
///   min_p w_p d(g,p): the dual of sharing the groups among the platforms in fractions. Weights by subgradient steps.
/// - energy: sum of the least dynamic energies (idle and links add to it).
/// - memory: as the interval with the weights' bytes (share of the capacity where all are known), of weights that one
///   layer reads; at least the largest group's.
/// - sensitivity: sum of the least losses. link bytes: 0. cost: the cheapest platform, and all that some group cannot do without.
std::optional<double> lowerBound(const PipelineSpace& space, const SearchTask& task, Objective objective);

/// The hypervolume of what was found against the bounds of all objectives, into its proof; nothing where one is not known.
void measureFront(const PipelineSpace& space, const SearchTask& task, Found& found);

} // namespace cutline
