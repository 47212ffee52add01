// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/robust/error_model.h"
#include "core/search/objective.h"

#include <limits>
#include <optional>
#include <vector>

namespace cutline {

/// What the plans of one set are compared by.
struct RobustnessOptions {
    std::size_t samples = 500;
    std::uint64_t seed = 1;
    std::vector<Objective> objectives{Objective::Latency, Objective::InitiationInterval, Objective::Energy};
    std::vector<Constraint> constraints; ///< limits and requirements to be met, hard ones
    std::vector<Constraint> wishes;      ///< soft ones: reported, and no plan is turned away for them
    /// Of a plan what no prediction of costs changes; NaN: not known, or known to the evaluator.
    struct Fixed {
        double accuracy = std::numeric_limits<double>::quiet_NaN(); ///< top-1
        double sensitivity = std::numeric_limits<double>::quiet_NaN();
    };
    std::vector<Fixed> fixed; ///< by plan; the last ones may be missing
    bool memory_as_ratio = false;        ///< compare memory by the tightest share (all capacities known)
    double link_spread = kLinkSpread;
};

/// 5, 50 and 95 % of the samples are no larger.
struct Quantiles {
    double low = 0, median = 0, high = 0;
};

/// How one plan fares where the predictions are wrong as they may be.
struct PlanRobustness {
    double on_front = 0; ///< share of samples in which it keeps everything and no other plan of the set beats it
    double chosen = 0;   ///< in which it is the set's knee (with one objective: its best)
    double feasible = 0; ///< in which it has no violation and keeps every constraint
    std::vector<double> keeps; ///< in which it keeps this one: the constraints, then the wishes
    Quantiles latency_s, initiation_interval_s, throughput_hz, energy_j, memory_bytes_max;
};

/// Correlated Monte Carlo over a set of plans with common random numbers (search.md section 6).
class Robustness {
public:
    std::size_t samples = 0; ///< drawn; fewer than asked for where cancelled
    std::vector<PlanRobustness> plans;

    /// Standard deviation of log(value of a / value of b) over the samples: what both share cancels. 0 where one is 0.
    double spreadOfDifference(std::size_t a, std::size_t b, std::size_t objective) const;
    /// Plan `a` is worse than `b` in this objective in at least 95 % of the samples: the model can tell.
    bool isWorse(std::size_t a, std::size_t b, std::size_t objective) const;

private:
    friend Robustness robustnessOf(const Problem&, std::span<const Plan>, const RobustnessOptions&, Progress&);
    double at(std::size_t sample, std::size_t plan, std::size_t objective) const
    {
        return m_values[(sample * plans.size() + plan) * m_width + objective];
    }
    std::size_t m_width = 0;
    std::vector<double> m_values; ///< by sample, plan and objective
};

/// Plans may run platforms at any precision that the problem's variants offer. Every sample draws one set of errors, builds the costs with it, and judges all plans by the Evaluator. The same for a
/// seed and any number of threads.
Robustness robustnessOf(const Problem& problem, std::span<const Plan> plans, const RobustnessOptions& options,
                        Progress& progress);

/// A short list of which no other plan of the set is told apart for the worse: for every plan a listed one is in no objective
/// resolvedly worse (`--resolution model`). `rows`: the plans' objectives as predicted. The best of each objective and
/// the knee are always listed. Ascending indices.
std::vector<std::uint32_t> resolvedRepresentatives(const Robustness& robustness, std::span<const double> rows,
                                                   std::size_t width);

} // namespace cutline
