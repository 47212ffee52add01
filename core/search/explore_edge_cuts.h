// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/explore_pipelines.h"

namespace cutline {

/// The published candidates (quirk `edge-cuts`): every non-decreasing choice of positions in one schedule, for all allowed
/// platforms in one order (the given one, else the system's). Complete up to the plan cap.
Result<Found> exploreEdgeCuts(const Problem& problem, const SearchTask& task, std::span<const PlatformId> platforms);

} // namespace cutline
