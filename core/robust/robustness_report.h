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
    /// Of RobustnessScope::further, by place there.
    const PlanRobustness* ofFurther(std::size_t place) const;
};

/// A plan that the search does not list.
struct FurtherPlan {
    Plan plan;
    double accuracy = std::numeric_limits<double>::quiet_NaN(); ///< top-1; NaN: not known
};

/// How much is looked at.
struct RobustnessScope {
    std::size_t samples = 500;
    std::size_t plans = 200;              ///< of the search, at most; the representatives always
    std::optional<double> time_limit_s{}; ///< fewer samples where that is over, and the same again for the decision
    std::vector<FurtherPlan> further{};   ///< compared with the search's
};

/// Draws samples (search.md section 6) over the representatives and others of the front. Objectives,
/// constraints, hard requirements and the seed are the search's; soft requirements are reported. Errors: a
/// requirement that names an unknown metric.
Result<RobustnessReport> robustnessReport(const Problem& problem, const SearchOptions& search,
                                          const SearchResult& result, const RobustnessScope& scope, Progress& progress);

/// What a report says of robustness, or why it says nothing.
struct Examined {
    std::optional<RobustnessReport> report;
    std::string note; ///< why there is none, or what was left out; may be empty
};
/// As much as can be done in a few seconds: on large models fewer plans, then fewer samples; below 50 none. Errors as
/// robustnessReport().
Result<Examined> examineForReport(const Problem& problem, const SearchOptions& search, const SearchResult& result,
                                  std::vector<FurtherPlan> further, Progress& progress);

/// `--resolution model`: the short list of the report's plans, without further ones, of which no other is told apart for the worse. Candidates, in the order
/// of SearchResult::representatives (ascending by the first objective).
std::vector<std::uint32_t> resolvedRepresentatives(const RobustnessReport& report, const SearchResult& result);

} // namespace cutline
