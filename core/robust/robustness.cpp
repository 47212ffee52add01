// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/robust/robustness.h"

#include "core/robust/judged.h"
#include "core/search/pareto.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>

namespace cutline {
namespace {

/// A difference that most samples agree on is one that the model can tell.
constexpr double kAgreement = 0.95;

bool keeps(double value, const Constraint& c)
{
    const double slack = 1e-12 * std::abs(c.limit);
    return c.at_most ? value <= c.limit + slack : value >= c.limit - slack;
}

/// All figures of one sample.
struct Drawn {
    std::vector<Summary> summaries;       ///< by plan
    std::vector<char> feasible, comparable;
    std::vector<char> kept;               ///< by plan and constraint
    std::vector<double> rows;             ///< by plan and objective
    std::vector<char> on_front;
    std::optional<std::uint32_t> chosen;
    bool done = false;
};

class MonteCarlo {
public:
    MonteCarlo(const Problem& problem, std::span<const Plan> plans, const RobustnessOptions& options)
        : m_model(problem, options.link_spread), m_plans(plans), m_options(options), m_width(options.objectives.size())
    {
        m_demands = options.constraints;
        m_demands.insert(m_demands.end(), options.wishes.begin(), options.wishes.end());
    }

    Drawn draw(std::uint64_t sample) const
    {
        const Evaluator evaluator(m_model.perturbed(m_model.deviates(m_options.seed, sample)));
        Drawn drawn;
        drawn.kept.assign(m_plans.size() * m_demands.size(), 1);
        const auto all = judgedAll(evaluator, m_plans, m_options, !m_demands.empty());
        for (std::size_t p = 0; p < all.size(); ++p) note(evaluator, all[p], p, drawn);
        findFront(drawn);
        drawn.done = true;
        return drawn;
    }

private:
    void note(const Evaluator& evaluator, const Judged& made, std::size_t p, Drawn& drawn) const
    {
        drawn.summaries.push_back(made.summary);
        drawn.rows.insert(drawn.rows.end(), made.row.begin(), made.row.end());
        drawn.comparable.push_back(made.comparable());
        bool feasible = made.feasible;
        for (std::size_t c = 0; c < m_demands.size(); ++c) {
            const auto value = metricValue(*made.metrics, m_demands[c], evaluator.period(made.metrics->initiation_interval_s));
            const bool kept = value && keeps(*value, m_demands[c]);
            drawn.kept[p * m_demands.size() + c] = kept;
            if (c < m_options.constraints.size()) feasible = feasible && kept;
        }
        drawn.feasible.push_back(feasible);
    }

    /// Plans of equal rows are on the front together.
    void findFront(Drawn& drawn) const
    {
        std::vector<double> rows;
        std::vector<std::uint32_t> plan_of;
        for (std::uint32_t p = 0; p < m_plans.size(); ++p) {
            if (!drawn.feasible[p] || !drawn.comparable[p]) continue;
            plan_of.push_back(p);
            rows.insert(rows.end(), rowOf(drawn, p).begin(), rowOf(drawn, p).end());
        }
        const auto front = paretoFront(rows, m_width);
        drawn.on_front.assign(m_plans.size(), 0);
        if (const auto knee = kneeOf(rows, m_width, front)) drawn.chosen = plan_of[front[*knee]];
        const auto before = [&](std::uint32_t a, std::uint32_t b) {
            return std::ranges::lexicographical_compare(rowOf(drawn, a), rowOf(drawn, b));
        };
        std::vector<std::uint32_t> members;
        for (const std::uint32_t f : front) members.push_back(plan_of[f]);
        std::sort(members.begin(), members.end(), before);
        for (const std::uint32_t p : plan_of)
            drawn.on_front[p] = std::binary_search(members.begin(), members.end(), p, before);
    }

    std::span<const double> rowOf(const Drawn& drawn, std::uint32_t plan) const
    {
        return std::span(drawn.rows).subspan(plan * m_width, m_width);
    }

    ErrorModel m_model;
    std::span<const Plan> m_plans;
    const RobustnessOptions& m_options;
    std::vector<Constraint> m_demands;
    std::size_t m_width;
};

Quantiles quantilesOf(std::vector<double> values)
{
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) {
        const auto last = static_cast<double>(values.size() - 1);
        return values[static_cast<std::size_t>(std::lround(share * last))];
    };
    return {at(0.05), at(0.5), at(0.95)};
}

/// Sums of one plan over the samples.
PlanRobustness summedUp(const std::vector<Drawn>& all, std::uint32_t plan, std::size_t demands)
{
    PlanRobustness r;
    r.keeps.assign(demands, 0);
    std::vector<double> latency, interval, rate, energy, memory;
    for (const Drawn& drawn : all) {
        const Summary& s = drawn.summaries[plan];
        r.on_front += drawn.on_front[plan];
        r.chosen += drawn.chosen == plan;
        r.feasible += drawn.feasible[plan];
        for (std::size_t c = 0; c < demands; ++c) r.keeps[c] += drawn.kept[plan * demands + c];
        latency.push_back(s.latency_s);
        interval.push_back(s.initiation_interval_s);
        rate.push_back(s.initiation_interval_s > 0 ? 1 / s.initiation_interval_s : 0);
        energy.push_back(s.energy_j);
        memory.push_back(s.memory_bytes_max);
    }
    const auto count = static_cast<double>(std::max<std::size_t>(all.size(), 1));
    for (double* share : {&r.on_front, &r.chosen, &r.feasible}) *share /= count;
    for (double& share : r.keeps) share /= count;
    r.latency_s = quantilesOf(std::move(latency));
    r.initiation_interval_s = quantilesOf(std::move(interval));
    r.throughput_hz = quantilesOf(std::move(rate));
    r.energy_j = quantilesOf(std::move(energy));
    r.memory_bytes_max = quantilesOf(std::move(memory));
    return r;
}

} // namespace

Robustness robustnessOf(const Problem& problem, std::span<const Plan> plans, const RobustnessOptions& options,
                        Progress& progress)
{
    const MonteCarlo simulation(problem, plans, options);
    std::vector<Drawn> all(options.samples);
    std::atomic<std::size_t> done{0};
    tbb::parallel_for(std::size_t{0}, all.size(), [&](std::size_t i) {
        if (progress.cancelled()) return;
        all[i] = simulation.draw(i);
        progress.report(static_cast<double>(++done) / static_cast<double>(all.size()), "robustness");
    });
    std::erase_if(all, [](const Drawn& drawn) { return !drawn.done; });

    Robustness robustness;
    robustness.samples = all.size();
    robustness.m_width = options.objectives.size();
    const std::size_t demands = options.constraints.size() + options.wishes.size();
    for (std::uint32_t p = 0; p < plans.size(); ++p) robustness.plans.push_back(summedUp(all, p, demands));
    for (Drawn& drawn : all)
        robustness.m_values.insert(robustness.m_values.end(), drawn.rows.begin(), drawn.rows.end());
    return robustness;
}

double Robustness::spreadOfDifference(std::size_t a, std::size_t b, std::size_t objective) const
{
    double sum = 0, squares = 0;
    for (std::size_t s = 0; s < samples; ++s) {
        const double x = at(s, a, objective), y = at(s, b, objective);
        if (x <= 0 || y <= 0) return 0;
        const double ratio = std::log(x / y);
        sum += ratio;
        squares += ratio * ratio;
    }
    if (samples < 2) return 0;
    const auto n = static_cast<double>(samples);
    return std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1)));
}

bool Robustness::isWorse(std::size_t a, std::size_t b, std::size_t objective) const
{
    std::size_t worse = 0;
    for (std::size_t s = 0; s < samples; ++s) worse += at(s, a, objective) > at(s, b, objective);
    return samples > 0 && static_cast<double>(worse) >= kAgreement * static_cast<double>(samples);
}

std::vector<std::uint32_t> resolvedRepresentatives(const Robustness& robustness, std::span<const double> rows,
                                                   std::size_t width)
{
    const std::size_t count = robustness.plans.size();
    std::vector<std::uint32_t> all(count), listed;
    std::iota(all.begin(), all.end(), 0u);
    if (count == 0) return listed;
    std::vector<double> low(width, std::numeric_limits<double>::infinity()), high(width, -low[0]), distance(count, 0);
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t d = 0; d < width; ++d) {
            low[d] = std::min(low[d], rows[i * width + d]);
            high[d] = std::max(high[d], rows[i * width + d]);
        }
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t d = 0; d < width; ++d)
            if (high[d] > low[d]) distance[i] += std::pow((rows[i * width + d] - low[d]) / (high[d] - low[d]), 2);
    for (std::size_t d = 0; d < width; ++d)
        listed.push_back(*std::min_element(all.begin(), all.end(), [&](std::uint32_t a, std::uint32_t b) {
            return rows[a * width + d] < rows[b * width + d];
        }));
    listed.push_back(*std::min_element(all.begin(), all.end(), [&](auto a, auto b) { return distance[a] < distance[b]; }));
    std::stable_sort(all.begin(), all.end(), [&](auto a, auto b) { return distance[a] < distance[b]; });
    for (const std::uint32_t plan : all) {
        const bool covered = std::any_of(listed.begin(), listed.end(), [&](std::uint32_t shown) {
            for (std::size_t d = 0; d < width; ++d)
                if (robustness.isWorse(shown, plan, d)) return false;
            return true;
        });
        if (!covered) listed.push_back(plan);
    }
    std::sort(listed.begin(), listed.end());
    listed.erase(std::unique(listed.begin(), listed.end()), listed.end());
    return listed;
}

} // namespace cutline
