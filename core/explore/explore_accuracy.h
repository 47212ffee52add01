// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/accuracy/estimate.h"
#include "core/search/search.h"

#include <functional>

/// Searches in which accuracy is an objective or a limit: by an estimate while searching, measured afterwards.
namespace cutline {

struct AccuracyOptions {
    /// Plans of the front, or all that are listed where they are no more; 0: estimates alone.
    std::size_t most_measured = 200;
    /// Called on the calling thread with estimates alone, then after each few measured plans, with the front as it
    /// stands then.
    std::function<void(const SearchResult&)> on_measured;
};

/// explore() with accuracies. Objective and constraints on accuracy are turned into sums of noise for the search; then
/// the plans of the front are measured, the best estimates first, and the front is made anew as their figures come. The
/// search's claim of completeness speaks of the estimates; `accuracy_claim` says how many are measured. A cancelled
/// `progress` leaves the rest estimated.
/// Errors: as explore's; a table of sensitivities in the problem, whose place the noise takes.
Result<SearchResult> exploreAccuracy(const Problem& problem, const SearchOptions& options,
                                     const AccuracyEstimate& estimate, AccuracyMeter& meter,
                                     const AccuracyOptions& how, Progress& progress);

/// One plan's measured accuracy.
Result<Accuracy> measureAccuracy(const Plan& plan, const Graph& graph, const System& system, AccuracyMeter& meter,
                                 Progress& progress);

} // namespace cutline
