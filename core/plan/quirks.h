// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/plan: what the published evaluation counts differently (metrics.md "Compatibility mode").
#pragma once

#include "core/cost/compat.h"
#include "core/graph/graph.h"

#include <vector>

namespace cutline {

/// payload-overcount: layers not executed whose outputs the published tool ships all the same: predecessors
/// of a crossing layer's successors, except those that are such successors themselves. [CNNParted, link
/// metrics: predecessors of all open successors that are not open successors; agrees with every published
/// row]
std::vector<LayerId> overcountedLayers(const Graph& graph, const std::vector<bool>& executed);

/// Weights as the published memory formula counts them: Conv and Gemm, no bias, dense in groups where the
/// quirk is on.
double publishedWeightElements(const Graph& graph, LayerId layer, Compat compat);

double outputElements(const Graph& graph, LayerId layer);

} // namespace cutline
