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

/// `place`: of the plan in options.accuracies.
inline Judged judged(const Evaluator& evaluator, const Plan& plan, std::size_t place, const RobustnessOptions& options,
                     bool with_metrics)
{
    Judged made;
    const bool known = place < options.accuracies.size() && !std::isnan(options.accuracies[place]);
    if (with_metrics) {
        made.metrics = evaluator.evaluate(plan);
        if (known) made.metrics->accuracy = Accuracy{options.accuracies[place]};
        made.summary = summaryOf(*made.metrics);
        if (!options.memory_as_ratio) made.summary.tightest_ratio = std::numeric_limits<double>::quiet_NaN();
        made.feasible = made.metrics->feasible();
    } else {
        const Figures figures = evaluator.figures(plan);
        made.summary = summaryOf(figures, options.memory_as_ratio);
        made.feasible = figures.feasible;
    }
    if (known) made.summary.accuracy = options.accuracies[place];
    made.row.resize(options.objectives.size());
    fillRow(made.summary, options.objectives, made.row.data());
    return made;
}

} // namespace cutline
