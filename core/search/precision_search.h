// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/search.h"

namespace cutline {

/// Most sets of precisions that are searched one by one; beyond, platforms of one descriptor share theirs, then the
/// first so many sets are searched and the claim of completeness is given up.
inline constexpr std::size_t kMostPrecisionSets = 128;

/// explore() with a precision chosen for each platform of a plan: every set of offered precisions is searched as a
/// system of its own, and the fronts are joined. A platform that a plan leaves out counts at its own precision, so
/// that no plan is listed twice. Needs problem.variants. Errors: as explore's.
Result<SearchResult> explorePrecisions(const Problem& problem, const SearchOptions& options, Progress& progress);

} // namespace cutline
