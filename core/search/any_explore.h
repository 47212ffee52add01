// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/explore_pipelines.h"

#include <span>

namespace cutline {

/// Plans of any assignment (search.md section 2): every platform may be used again, branches run in parallel. The plans are
///   - every pipeline (`pipelines`: what the search for them found), and
///   - for every assignment of fused groups to platforms and every order of the groups the general plan of both
///     (generalPlan in any_schedule.h).
/// Small models: all of them, depth first with bounds. Larger ones: labels over the tensors still live; what they cannot
/// tell exactly is judged, and the proof says how far the front may be from complete. Errors: more than 16 platforms.
Result<Found> exploreAny(const SearchTask& task, std::span<const PlatformId> platforms, const Found& pipelines);

} // namespace cutline
