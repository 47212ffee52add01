// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/search.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cutline {

/// Constraints of the search and hard requirements of the scenario as one list. Errors: a requirement that names an
/// unknown metric.
Result<std::vector<Constraint>> allConstraints(const Problem& problem, const SearchOptions& options);

/// Decides whether a plan keeps every constraint, and explains it where none does.
class Feasibility {
public:
    Feasibility(const Evaluator& evaluator, std::vector<Constraint> constraints);

    /// Constraints speak about single platforms or links: a Summary does not tell.
    bool needsMetrics() const { return m_needs_metrics; }
    bool accepts(const Summary& summary) const; ///< only without needsMetrics(); violations aside
    bool accepts(const Metrics& metrics) const; ///< violations included

    const std::vector<Constraint>& constraints() const { return m_constraints; }
    /// Everything that a plan misses, each with how far: its violations and the constraints it breaks, of which the text
    /// says what `whose` plan has.
    std::vector<Violation> misses(const Metrics& metrics, std::string_view whose = "the best plan") const;

private:
    const Evaluator& m_evaluator;
    std::vector<Constraint> m_constraints;
    bool m_needs_metrics = false;
};

/// What a plan misses by itself and of the scenario's hard requirements. Errors: as allConstraints.
Result<std::vector<Violation>> unmetDemands(const Evaluator& evaluator, const Metrics& metrics);

/// Collects what every plan misses and names the demand that cannot be met.
class Diagnosis {
public:
    /// `misses` of one plan, none of which may be empty for the diagnosis to make sense.
    void add(const std::vector<Violation>& misses);
    bool empty() const { return m_plans == 0; }
    /// A demand that every plan misses: the one missed by most, with the figure of the plan that comes closest. Where
    /// each can be met alone, the worst miss of the plan that comes closest to all of them.
    std::optional<Violation> verdict() const;

private:
    struct Least {
        Violation violation;
        double miss = 0;
        std::uint64_t plans = 0;
    };
    std::map<std::string, Least> m_least; ///< by the demand that is missed
    std::uint64_t m_plans = 0;
    std::optional<Violation> m_closest;
    double m_closest_total = 0;
};

} // namespace cutline
