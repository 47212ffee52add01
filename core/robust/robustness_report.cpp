// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/robust/robustness_report.h"

#include "core/base/text.h"
#include "core/search/feasibility.h"
#include "core/search/row.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

/// Plans among which the decision is looked at: it is judged thousands of times.
constexpr std::size_t kMostDecided = 40;

/// Representatives, then evenly spread others of the front.
std::vector<std::uint32_t> planSet(const SearchResult& result, std::size_t most)
{
    std::vector<std::uint32_t> set = result.representatives;
    if (result.front.size() <= most) {
        set = result.front;
    } else if (set.size() < most) {
        const std::size_t more = most - set.size();
        for (std::size_t i = 0; i < more; ++i) set.push_back(result.front[i * result.front.size() / more]);
    }
    std::sort(set.begin(), set.end());
    set.erase(std::unique(set.begin(), set.end()), set.end());
    return set;
}

/// Every platform that the plans run on says how much memory it has.
bool capacitiesKnown(const Problem& problem, const std::vector<Plan>& plans)
{
    for (const Plan& plan : plans)
        for (const Stage& stage : plan.stages)
            if (!problem.system->platform(stage.platform).memoryCapacity()) return false;
    return true;
}

bool atOwnPrecision(const std::vector<Plan>& plans)
{
    return std::all_of(plans.begin(), plans.end(), [](const Plan& plan) {
        return std::all_of(plan.stages.begin(), plan.stages.end(), [](const Stage& stage) { return stage.precision == 0; });
    });
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

std::vector<RobustnessOptions::Fixed> fixedOf(const SearchResult& result, const std::vector<std::uint32_t>& candidates)
{
    std::vector<RobustnessOptions::Fixed> list;
    for (const std::uint32_t c : candidates) list.push_back({result.summaries[c].accuracy, result.summaries[c].sensitivity});
    return list;
}

} // namespace

const PlanRobustness* RobustnessReport::of(std::uint32_t candidate) const
{
    const auto at = std::lower_bound(candidates.begin(), candidates.end(), candidate);
    if (at == candidates.end() || *at != candidate) return nullptr;
    return &robustness.plans[static_cast<std::size_t>(at - candidates.begin())];
}

const PlanRobustness* RobustnessReport::ofFurther(std::size_t place) const
{
    const std::size_t at = candidates.size() + place;
    return at < robustness.plans.size() ? &robustness.plans[at] : nullptr;
}

Result<RobustnessReport> robustnessReport(const Problem& problem, const SearchOptions& search,
                                          const SearchResult& result, const RobustnessScope& scope, Progress& progress)
{
    RobustnessReport report;
    auto constraints = allConstraints(problem, search);
    if (!constraints) return constraints.error();
    auto wishes = softRequirements(problem);
    if (!wishes) return wishes.error();
    report.options.constraints = *std::move(constraints);
    report.options.wishes = *std::move(wishes);
    report.options.samples = scope.samples;
    report.options.seed = search.seed;
    report.options.objectives = search.objectives;
    report.candidates = planSet(result, scope.plans);
    const bool known = std::all_of(report.candidates.begin(), report.candidates.end(), [&](std::uint32_t c) {
        return !std::isnan(result.summaries[c].tightest_ratio);
    });
    auto plans = plansOf(result, report.candidates);
    report.options.fixed = fixedOf(result, report.candidates);
    for (const FurtherPlan& further : scope.further) {
        plans.push_back(further.plan);
        report.options.fixed.push_back({further.accuracy, std::numeric_limits<double>::quiet_NaN()});
    }
    report.options.memory_as_ratio = known && capacitiesKnown(problem, plans);
    Problem asked = problem;
    if (atOwnPrecision(plans)) asked.variants = nullptr; // which would be drawn for nothing
    TimedProgress drawing(progress, scope.time_limit_s);
    report.robustness = robustnessOf(asked, plans, report.options, drawing);
    const auto few = decided(result);
    TimedProgress deciding(progress, scope.time_limit_s);
    RobustnessOptions among_few = report.options;
    among_few.fixed = fixedOf(result, few);
    report.decision = decisionSensitivity(asked, plansOf(result, few), among_few, deciding);
    if (report.decision.chosen) report.decision.chosen = few[*report.decision.chosen];
    for (DecisionChange& change : report.decision.changes) change.to = few[change.to];
    return report;
}

Result<Examined> examineForReport(const Problem& problem, const SearchOptions& search, const SearchResult& result,
                                  std::vector<FurtherPlan> further, Progress& progress)
{
    constexpr std::size_t kLeast = 50, kGood = 100, kLayersJudged = 20'000'000;
    constexpr double kLimit_s = 1.5;
    const std::string slower = "; cutline-cli report --robustness=500 takes the time";
    Examined examined;
    if (result.infeasible || result.front.empty()) return examined;
    RobustnessScope scope;
    scope.time_limit_s = kLimit_s;
    scope.further = std::move(further);
    const std::size_t budget = kLayersJudged / std::max<std::size_t>(1, problem.graph->layerCount()); // judgements of plans
    const std::size_t least = result.representatives.size() + scope.further.size();
    scope.plans = std::min({scope.plans, result.front.size(), std::max(least, budget / kGood)});
    scope.samples = std::min(scope.samples, budget / std::max<std::size_t>(1, scope.plans + scope.further.size()));
    const std::string too_large = "the model is too large for it in the time that a report may take" + slower;
    if (scope.samples < kLeast) {
        examined.note = too_large;
        return examined;
    }
    auto report = robustnessReport(problem, search, result, scope, progress);
    if (!report) return report.error();
    if (report->robustness.samples < kLeast) {
        examined.note = too_large;
        return examined;
    }
    if (report->robustness.samples < scope.samples || !report->decision.complete)
        examined.note = "not all was looked at in the time that a report may take" + slower;
    examined.report = *std::move(report);
    return examined;
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
