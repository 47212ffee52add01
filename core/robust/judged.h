// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/robust: one plan under one set of errors.
#pragma once

#include "core/robust/robustness.h"
#include "core/search/explore_pipelines.h"
#include "core/search/row.h"

#include <algorithm>
#include <cmath>

namespace cutline {

struct Judged {
    Summary summary;
    bool feasible = true;           ///< as the evaluator says; demands are the caller's to check
    std::optional<Metrics> metrics; ///< where they are wanted
    std::vector<double> row;        ///< objectives
    /// What is not known of it, an accuracy, can be compared with nothing.
    bool comparable() const
    {
        return std::none_of(row.begin(), row.end(), [](double value) { return std::isnan(value); });
    }
};

/// `place`: of the plan in options.fixed.
inline Judged judged(const Evaluator& evaluator, const Plan& plan, std::size_t place, const RobustnessOptions& options,
                     bool with_metrics)
{
    Judged made;
    const auto fixed = place < options.fixed.size() ? options.fixed[place] : RobustnessOptions::Fixed{};
    if (with_metrics) {
        made.metrics = evaluator.evaluate(plan);
        if (!std::isnan(fixed.accuracy)) made.metrics->accuracy = Accuracy{fixed.accuracy};
        if (!std::isnan(fixed.sensitivity)) made.metrics->sensitivity = fixed.sensitivity;
        made.summary = summaryOf(*made.metrics);
        if (!options.memory_as_ratio) made.summary.tightest_ratio = std::numeric_limits<double>::quiet_NaN();
        made.feasible = made.metrics->feasible();
    } else {
        const Figures figures = evaluator.figures(plan);
        made.summary = summaryOf(figures, options.memory_as_ratio);
        made.feasible = figures.feasible;
    }
    if (!std::isnan(fixed.accuracy)) made.summary.accuracy = fixed.accuracy;
    if (!std::isnan(fixed.sensitivity)) made.summary.sensitivity = fixed.sensitivity;
    made.row.resize(options.objectives.size());
    fillRow(made.summary, options.objectives, made.row.data());
    return made;
}

/// All plans under the same errors. An objective that is known of none tells none apart.
inline std::vector<Judged> judgedAll(const Evaluator& evaluator, std::span<const Plan> plans, const RobustnessOptions& options,
                                     bool with_metrics)
{
    std::vector<Judged> all;
    for (std::size_t p = 0; p < plans.size(); ++p) all.push_back(judged(evaluator, plans[p], p, options, with_metrics));
    for (std::size_t d = 0; d < options.objectives.size(); ++d)
        if (std::all_of(all.begin(), all.end(), [&](const Judged& made) { return std::isnan(made.row[d]); }))
            for (Judged& made : all) made.row[d] = 0;
    return all;
}

} // namespace cutline
