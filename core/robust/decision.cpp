// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/robust/decision.h"

#include "core/robust/judged.h"
#include "core/search/pareto.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace cutline {
namespace {

/// log factors that are tried, either way, before the least is narrowed down: 2 % to 4 times.
constexpr std::array kSteps{0.02, 0.05, 0.1, 0.17, 0.26, 0.4, 0.56, 0.75, 1.0, 1.3863};
constexpr int kHalvings = 7;
constexpr std::size_t kLayersEach = 24;

class Decision {
public:
    Decision(const Problem& problem, std::span<const Plan> plans, const RobustnessOptions& options)
        : m_model(problem, options.link_spread), m_plans(plans), m_options(options),
          m_width(options.objectives.size())
    {
    }

    const ErrorModel& model() const { return m_model; }

    std::optional<std::uint32_t> chosenIn(const Problem& problem) const
    {
        const Evaluator evaluator(problem);
        std::vector<double> rows;
        std::vector<std::uint32_t> plan_of;
        const auto all = judgedAll(evaluator, m_plans, m_options, !m_options.constraints.empty());
        for (std::uint32_t p = 0; p < all.size(); ++p) {
            if (!accepts(evaluator, all[p])) continue;
            plan_of.push_back(p);
            rows.insert(rows.end(), all[p].row.begin(), all[p].row.end());
        }
        const auto front = paretoFront(rows, m_width);
        const auto knee = kneeOf(rows, m_width, front);
        return knee ? std::optional(plan_of[front[*knee]]) : std::nullopt;
    }

    /// Factors worth a look: all but the layers beyond the largest of their platform and figure, and what has no size.
    std::vector<std::size_t> candidates() const
    {
        const auto& factors = m_model.factors();
        std::vector<std::size_t> list, layers;
        for (std::size_t f = 0; f < factors.size(); ++f)
            if (factors[f].size > 0) (factors[f].kind == ErrorModel::Kind::Layer ? layers : list).push_back(f);
        const auto half = [&](std::size_t f) { return std::pair(factors[f].family, factors[f].figure); };
        std::stable_sort(layers.begin(), layers.end(), [&](std::size_t a, std::size_t b) {
            return half(a) != half(b) ? half(a) < half(b) : factors[a].size > factors[b].size;
        });
        std::size_t run = 0;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            run = i > 0 && half(layers[i]) == half(layers[i - 1]) ? run + 1 : 0;
            if (run < kLayersEach) list.push_back(layers[i]);
        }
        return list;
    }

    /// The least error of one factor in one direction that changes the decision.
    std::optional<DecisionChange> leastChange(std::size_t factor, int direction, std::uint32_t chosen,
                                              const Progress& progress) const
    {
        double same = 0;
        for (const double step : kSteps) {
            if (progress.cancelled()) return std::nullopt;
            auto other = chosenIn(m_model.scaled(factor, std::exp(direction * step)));
            if (!other || *other == chosen) {
                same = step;
                continue;
            }
            double low = same, high = step;
            for (int i = 0; i < kHalvings; ++i) {
                const double middle = (low + high) / 2;
                const auto there = chosenIn(m_model.scaled(factor, std::exp(direction * middle)));
                if (there && *there != chosen) {
                    high = middle;
                    other = there;
                } else {
                    low = middle;
                }
            }
            const ErrorModel::Factor& f = m_model.factors()[factor];
            return DecisionChange{f.kind, f.figure, m_model.nameOf(f), std::exp(direction * high), f.spread, *other};
        }
        return std::nullopt;
    }

private:
    bool accepts(const Evaluator& evaluator, const Judged& made) const
    {
        if (!made.comparable()) return false;
        if (!made.metrics) return made.feasible;
        return Feasibility(evaluator, m_options.constraints).accepts(*made.metrics);
    }

    ErrorModel m_model;
    std::span<const Plan> m_plans;
    const RobustnessOptions& m_options;
    std::size_t m_width;
};

} // namespace

double DecisionChange::deviations() const
{
    return spread > 0 ? std::abs(std::log(factor)) / spread : std::numeric_limits<double>::infinity();
}

DecisionSensitivity decisionSensitivity(const Problem& problem, std::span<const Plan> plans,
                                        const RobustnessOptions& options, Progress& progress)
{
    const Decision decision(problem, plans, options);
    DecisionSensitivity result;
    result.chosen = decision.chosenIn(problem);
    if (!result.chosen || plans.size() < 2) return result;
    const auto factors = decision.candidates();
    std::vector<std::optional<DecisionChange>> found(2 * factors.size());
    tbb::parallel_for(std::size_t{0}, found.size(), [&](std::size_t i) {
        found[i] = decision.leastChange(factors[i / 2], i % 2 == 0 ? 1 : -1, *result.chosen, progress);
    });
    result.complete = !progress.cancelled();
    for (auto& change : found)
        if (change) result.changes.push_back(std::move(*change));
    std::stable_sort(result.changes.begin(), result.changes.end(), [](const auto& a, const auto& b) {
        if (a.deviations() != b.deviations()) return a.deviations() < b.deviations();
        return std::abs(std::log(a.factor)) < std::abs(std::log(b.factor));
    });
    return result;
}

} // namespace cutline
