// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/explore_accuracy.h"

#include "core/accuracy/rank_correlation.h"
#include "core/base/text.h"
#include "core/explore/accuracy_demands.h"
#include "core/plan/precision_variants.h"
#include "core/search/row.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace cutline {
namespace {

/// Plans measured at a time: their common layers run once, and the front is made anew behind each.
constexpr std::size_t kMeasuredAtOnce = 16;

struct Translated {
    Problem problem;
    SearchOptions options;
    std::vector<Constraint> on_accuracy; ///< for measured figures
};

/// A limit on accuracy as one on noise: the curve falls, so the sense turns round.
Constraint onNoise(const Constraint& c, const AccuracyEstimate& estimate) {
    Constraint noise = c;
    noise.kind = MetricKind::Sensitivity;
    noise.at_most = !c.at_most;
    noise.limit = std::min(estimate.curve.mostNoise(c.limit), 1e300);
    return noise;
}

Result<Translated> translated(const Problem& problem, const SearchOptions& options, const AccuracyEstimate& estimate) {
    if (problem.sensitivity)
        return Error{"accuracy", "a table of sensitivities is given too", "give the table or the images, not both"};
    Translated t{problem, options, {}};
    t.problem.sensitivity = estimate.noise;
    if (problem.variants) {
        auto variants = std::make_shared<PrecisionVariants>(*problem.variants);
        for (std::size_t k = 0; k < variants->levels.size() && k < estimate.further.size(); ++k)
            variants->levels[k].sensitivity = estimate.further[k];
        t.problem.variants = variants;
    }
    for (Objective& objective : t.options.objectives)
        if (objective == Objective::Accuracy) objective = Objective::Sensitivity;
    auto& objectives = t.options.objectives;
    for (std::size_t i = objectives.size(); i-- > 0;)
        if (std::find(objectives.begin(), objectives.begin() + static_cast<std::ptrdiff_t>(i), objectives[i]) !=
            objectives.begin() + static_cast<std::ptrdiff_t>(i))
            objectives.erase(objectives.begin() + static_cast<std::ptrdiff_t>(i));
    t.on_accuracy = takeAccuracyDemands(t.problem.scenario, t.options);
    for (const Constraint& c : t.on_accuracy) t.options.constraints.push_back(onNoise(c, estimate));
    return t;
}

std::string missText(const Constraint& c, double best, std::string_view how) {
    return c.text + ": the best plan has " + formatQuantity(best, Unit::Fraction) + std::string(how) + ", " +
           formatQuantity(std::abs(best - c.limit), Unit::Fraction) + (c.at_most ? " too much" : " too little");
}

/// A search that failed at a limit on noise is told in the words of the limit on accuracy.
void tellInAccuracy(Violation& violation, const std::vector<Constraint>& constraints, const AccuracyEstimate& estimate) {
    for (const Constraint& c : constraints) {
        if (c.text != violation.subject) continue;
        violation.value = estimate.curve.score(violation.value);
        violation.limit = c.limit;
        violation.text = missText(c, violation.value, " by estimate");
    }
}

/// Turns the noise that a search has summed into accuracies, and makes the front anew by them.
void estimateAll(SearchResult& result, const SearchOptions& options, const AccuracyEstimate& estimate, const AccuracyMeter& meter) {
    result.accuracies.resize(result.summaries.size());
    for (std::size_t i = 0; i < result.summaries.size(); ++i) {
        Summary& summary = result.summaries[i];
        result.accuracies[i] = estimate.accuracy(summary.sensitivity);
        summary.accuracy = result.accuracies[i]->top1;
        // The sum of noise is no table that somebody gave.
        summary.sensitivity = std::numeric_limits<double>::quiet_NaN();
    }
    for (Baseline& baseline : result.baselines) {
        if (baseline.metrics.sensitivity) baseline.metrics.accuracy = estimate.accuracy(*baseline.metrics.sensitivity);
        baseline.metrics.sensitivity.reset();
    }
    AccuracyClaim claim;
    claim.fit_error = estimate.curve.error();
    claim.fit_rank_correlation = estimate.curve.rankCorrelation();
    claim.fit_points = estimate.curve.size();
    claim.fit_bits_correlation = estimate.bits_rank_correlation;
    claim.images = meter.data().size();
    claim.labelled = estimate.labelled;
    claim.estimated = result.front.size();
    result.accuracy_claim = claim;
    refreshFront(result, options);
}

/// A front that grows, in the objectives that were asked for.
void tellEstimated(const FrontSoFar& noisy, const SearchOptions& options, const AccuracyEstimate& estimate, const AccuracyMeter& meter) {
    SearchResult result = noisy.result();
    estimateAll(result, options, estimate, meter);
    const std::size_t width = options.objectives.size();
    std::vector<double> rows(result.front.size() * width);
    for (std::size_t i = 0; i < result.front.size(); ++i)
        fillRow(result.summaries[result.front[i]], options.objectives, rows.data() + i * width);
    options.on_front_grew({rows, width, [&result] { return result; }});
}

/// Measures the plans of the front and keeps the result in order.
class Measuring {
public:
    Measuring(SearchResult& result, const Problem& problem, const SearchOptions& options,
              const std::vector<Constraint>& constraints, AccuracyMeter& meter)
        : m_result(result), m_problem(problem), m_options(options), m_constraints(constraints), m_meter(meter) {}

    Result<void> run(const AccuracyOptions& how, Progress& progress);

private:
    Result<void> measure(std::span<const std::uint32_t> plans, Progress& progress);
    void settle();

    SearchResult& m_result;
    const Problem& m_problem;
    const SearchOptions& m_options;
    const std::vector<Constraint>& m_constraints;
    AccuracyMeter& m_meter;
    std::vector<double> m_estimates, m_measured; ///< of the plans measured so far
};

Result<void> Measuring::measure(std::span<const std::uint32_t> plans, Progress& progress) {
    std::vector<PrecisionVector> vectors;
    for (const std::uint32_t i : plans) {
        auto vector = precisionOf(m_result.candidates->plan(i), *m_problem.graph, *m_problem.system);
        if (!vector) return vector.error();
        vectors.push_back(*std::move(vector));
    }
    const auto measured = m_meter.measure(vectors, progress);
    if (!measured) return measured.error();
    for (std::size_t k = 0; k < plans.size(); ++k) {
        m_estimates.push_back(m_result.summaries[plans[k]].accuracy);
        m_result.accuracies[plans[k]] = accuracyOf((*measured)[k]);
        m_result.summaries[plans[k]].accuracy = m_result.accuracies[plans[k]]->top1;
        m_measured.push_back(m_result.summaries[plans[k]].accuracy);
    }
    AccuracyClaim& claim = *m_result.accuracy_claim;
    claim.checked = m_measured.size();
    claim.check_rank_correlation = rankCorrelation(m_estimates, m_measured);
    claim.check_error = 0;
    for (std::size_t k = 0; k < m_measured.size(); ++k)
        claim.check_error += std::abs(m_measured[k] - m_estimates[k]) / static_cast<double>(m_measured.size());
    return {};
}

/// The front by what is known now; plans that miss a limit by their measured figure leave it.
void Measuring::settle() {
    std::erase_if(m_result.front,
                  [&](std::uint32_t i) { return !keepsAccuracy(m_result.accuracies[i]->top1, m_constraints); });
    refreshFront(m_result, m_options);
    AccuracyClaim& claim = *m_result.accuracy_claim;
    claim.measured = static_cast<std::size_t>(
        std::count_if(m_result.front.begin(), m_result.front.end(), [&](std::uint32_t i) {
            return m_result.accuracies[i]->kind == Accuracy::Kind::Measured;
        }));
    claim.estimated = m_result.front.size() - claim.measured;
}

Result<void> Measuring::run(const AccuracyOptions& how, Progress& progress) {
    std::vector<std::uint32_t> order = m_result.front;
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return m_result.summaries[a].accuracy > m_result.summaries[b].accuracy;
    });
    const bool all = m_result.summaries.size() <= how.most_measured;
    if (all) {
        // Few plans: dominated ones are measured as well, and the front is one of measured figures alone.
        const std::set<std::uint32_t> on_front(order.begin(), order.end());
        for (std::uint32_t i = 0; i < m_result.summaries.size(); ++i)
            if (!on_front.contains(i)) order.push_back(i);
    }
    order.resize(std::min(order.size(), how.most_measured));
    double best = 0;
    for (std::size_t first = 0; first < order.size() && !progress.cancelled(); first += kMeasuredAtOnce) {
        const auto plans = std::span(order).subspan(first, std::min(kMeasuredAtOnce, order.size() - first));
        progress.report(static_cast<double>(first) / static_cast<double>(order.size()),
                        "measuring accuracy: " + std::to_string(first) + " of " + std::to_string(order.size()) + " plans");
        if (auto done = measure(plans, progress); !done) {
            if (progress.cancelled()) break;
            return done;
        }
        for (const std::uint32_t i : plans) best = std::max(best, m_result.summaries[i].accuracy);
        settle();
        if (how.on_measured) how.on_measured(m_result);
    }
    if (all && !progress.cancelled()) {
        m_result.front.resize(m_result.summaries.size());
        std::iota(m_result.front.begin(), m_result.front.end(), 0u);
    }
    settle();
    if (m_result.front.empty() && !order.empty() && !m_constraints.empty()) {
        const Constraint& c = m_constraints.front();
        m_result.infeasible =
            Violation{Violation::Kind::Constraint, c.text, best, c.limit, {}, missText(c, best, " as measured")};
    }
    return {};
}

} // namespace

Result<Accuracy> measureAccuracy(const Plan& plan, const Graph& graph, const System& system, AccuracyMeter& meter,
                                 Progress& progress) {
    const auto vector = precisionOf(plan, graph, system);
    if (!vector) return vector.error();
    const auto measured = meter.measure(std::span(&*vector, 1), progress);
    if (!measured) return measured.error();
    return accuracyOf(measured->front());
}

Result<SearchResult> exploreAccuracy(const Problem& problem, const SearchOptions& options,
                                     const AccuracyEstimate& estimate, AccuracyMeter& meter,
                                     const AccuracyOptions& how, Progress& progress) {
    auto task = translated(problem, options, estimate);
    if (!task) return task.error();
    if (options.on_front_grew)
        task->options.on_front_grew = [&](const FrontSoFar& front) { tellEstimated(front, options, estimate, meter); };
    auto result = explore(task->problem, task->options, progress);
    if (!result) return result;
    if (result->infeasible) {
        tellInAccuracy(*result->infeasible, task->on_accuracy, estimate);
        return result;
    }
    estimateAll(*result, options, estimate, meter);
    if (how.on_measured) how.on_measured(*result);
    Measuring measuring(*result, problem, options, task->on_accuracy, meter);
    if (auto measured = measuring.run(how, progress); !measured) return measured.error();
    return result;
}

} // namespace cutline
