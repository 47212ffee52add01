// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/robust/decision.h"
#include "core/search/search.h"

namespace cutline {

/// Robustness of a search's short list, compared with each other and with a spread of the rest of the front.
struct RobustnessReport {
    RobustnessOptions options;
    std::vector<std::uint32_t> candidates; ///< ascending; by place in the set
    Robustness robustness;
    DecisionSensitivity decision; ///< among the representatives alone; `chosen` and `to` are candidates
    /// Of a candidate, or null where it is not in the set.
    const PlanRobustness* of(std::uint32_t candidate) const;
};

/// Draws `samples` (search.md section 6) over the representatives and, up to 200 plans in all, others of the front. Objectives,
/// constraints, hard requirements and the seed are the search's; soft requirements are reported. Errors: a
/// requirement that names an unknown metric.
Result<RobustnessReport> robustnessReport(const Problem& problem, const SearchOptions& search,
                                          const SearchResult& result, std::size_t samples, Progress& progress);

/// `--resolution model`: the short list of the report's plans of which no other is told apart for the worse. Candidates, in the order
/// of SearchResult::representatives (ascending by the first objective).
std::vector<std::uint32_t> resolvedRepresentatives(const RobustnessReport& report, const SearchResult& result);

} // namespace cutline
