// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"

#include <string>
#include <vector>

namespace cutline {

/// Which layers run as one. `group_of[layer]` indexes `groups`; every layer is in exactly one group, most in a group of
/// their own. Groups and their members are in topological order; a group is convex and connected, and only its last
/// layer's outputs leave it.
struct Fusion {
    std::vector<std::vector<LayerId>> groups;
    std::vector<std::uint32_t> group_of;
};

/// "Conv+BatchNormalization+Relu": operators in sequence, each the one reader of the one before. Longest match wins,
/// patterns in the order given, groups claimed in layer order.
Fusion fuse(const Graph& graph, std::span<const std::string> patterns);

/// Joins single layers of `fusion` that are known to run as one (ascending). Left as they are where that is no group:
/// a member is in a group already, or tensors leave from another than the last.
Fusion joined(const Graph& graph, const Fusion& fusion, std::span<const std::vector<LayerId>> groups);

/// Every layer alone (`--fusion off`, and always under compatibility quirks).
Fusion unfused(const Graph& graph);

/// The patterns of a platform that names none (metrics.md: Conv + BatchNormalization + activation).
std::span<const std::string> defaultFusionPatterns();

} // namespace cutline
