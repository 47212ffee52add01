// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/robust/robustness_report.h"

#include "core/base/text.h"
#include "core/search/feasibility.h"
#include "core/search/row.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

/// Plans that are compared: each costs samples times a judgement.
constexpr std::size_t kMostPlans = 200;
/// Plans among which the decision is looked at: it is judged thousands of times.
constexpr std::size_t kMostDecided = 40;

/// Representatives, then evenly spread others of the front.
std::vector<std::uint32_t> planSet(const SearchResult& result)
{
    std::vector<std::uint32_t> set = result.representatives;
    if (result.front.size() <= kMostPlans) {
        set = result.front;
    } else if (set.size() < kMostPlans) {
        const std::size_t more = kMostPlans - set.size();
        for (std::size_t i = 0; i < more; ++i) set.push_back(result.front[i * result.front.size() / more]);
    }
    std::sort(set.begin(), set.end());
    set.erase(std::unique(set.begin(), set.end()), set.end());
    return set;
}

Result<std::vector<Constraint>> softRequirements(const Problem& problem)
{
    // allConstraints() reads the hard ones: what is soft is read by it as if it were hard.
    Problem soft = problem;
    std::erase_if(soft.scenario.requirements, [](const Scenario::Requirement& r) { return r.hard; });
    for (Scenario::Requirement& r : soft.scenario.requirements) r.hard = true;
    return allConstraints(soft, SearchOptions{});
}

/// At most `most` of the representatives, the knee among them.
std::vector<std::uint32_t> decided(const SearchResult& result)
{
    const auto& all = result.representatives;
    const std::size_t count = std::min(all.size(), kMostDecided);
    std::vector<std::uint32_t> list;
    for (std::size_t i = 0; i < count; ++i) list.push_back(all[i * all.size() / count]);
    if (result.knee) list.push_back(*result.knee);
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    return list;
}

std::vector<Plan> plansOf(const SearchResult& result, const std::vector<std::uint32_t>& candidates)
{
    std::vector<Plan> plans;
    for (const std::uint32_t c : candidates) plans.push_back(result.candidates->plan(c));
    return plans;
}

} // namespace

const PlanRobustness* RobustnessReport::of(std::uint32_t candidate) const
{
    const auto at = std::lower_bound(candidates.begin(), candidates.end(), candidate);
    if (at == candidates.end() || *at != candidate) return nullptr;
    return &robustness.plans[static_cast<std::size_t>(at - candidates.begin())];
}

Result<RobustnessReport> robustnessReport(const Problem& problem, const SearchOptions& search,
                                          const SearchResult& result, std::size_t samples, Progress& progress)
{
    RobustnessReport report;
    if (search.precisions == PrecisionChoice::Offered && problem.variants)
        return Error{"robustness", "is told for platforms at their own precision alone", "search with --precisions own"};
    auto constraints = allConstraints(problem, search);
    if (!constraints) return constraints.error();
    auto wishes = softRequirements(problem);
    if (!wishes) return wishes.error();
    report.options.constraints = *std::move(constraints);
    report.options.wishes = *std::move(wishes);
    report.options.samples = samples;
    report.options.seed = search.seed;
    report.options.objectives = search.objectives;
    report.candidates = planSet(result);
    const bool known = std::all_of(report.candidates.begin(), report.candidates.end(), [&](std::uint32_t c) {
        return !std::isnan(result.summaries[c].tightest_ratio);
    });
    report.options.memory_as_ratio = known;
    report.robustness = robustnessOf(problem, plansOf(result, report.candidates), report.options, progress);
    const auto few = decided(result);
    report.decision = decisionSensitivity(problem, plansOf(result, few), report.options, progress);
    if (report.decision.chosen) report.decision.chosen = few[*report.decision.chosen];
    for (DecisionChange& change : report.decision.changes) change.to = few[change.to];
    return report;
}

std::vector<std::uint32_t> resolvedRepresentatives(const RobustnessReport& report, const SearchResult& result)
{
    const std::size_t width = report.options.objectives.size();
    std::vector<double> rows(report.candidates.size() * width);
    for (std::size_t i = 0; i < report.candidates.size(); ++i)
        fillRow(result.summaries[report.candidates[i]], report.options.objectives, rows.data() + i * width);
    auto places = resolvedRepresentatives(report.robustness, rows, width);
    std::stable_sort(places.begin(), places.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return rows[a * width] < rows[b * width]; });
    std::vector<std::uint32_t> candidates;
    for (const std::uint32_t place : places) candidates.push_back(report.candidates[place]);
    return candidates;
}

} // namespace cutline
