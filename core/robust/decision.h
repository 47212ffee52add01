// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/robust/robustness.h"

namespace cutline {

/// A number that, wrong by a factor, would change which plan is chosen: what to measure next.
struct DecisionChange {
    ErrorModel::Kind kind = ErrorModel::Kind::Platform;
    ErrorModel::Figure figure = ErrorModel::Figure::Time;
    std::string subject;   ///< "SMB", "SMB conv", "SMB layer /features.0/Conv", "1000BASE-T"
    double factor = 1;     ///< least wrong: above 1 it takes more than predicted, below 1 less
    double spread = 0;     ///< log standard deviation that is expected of it
    std::uint32_t to = 0;  ///< plan that is chosen then, by its place in the set
    /// How far out that is: |log factor| / spread. Infinite where no error is expected.
    double deviations() const;
};

struct DecisionSensitivity {
    std::optional<std::uint32_t> chosen; ///< knee of the plans that keep everything; with one objective the best
    std::vector<DecisionChange> changes; ///< least unlikely first (deviations(), then the smaller factor)
    bool complete = true;                ///< false: cancelled before all numbers were looked at
};

/// Which platform's, class's, layer's or link's numbers change the decision among `plans`, and by how much they would have to
/// be wrong: each alone, in steps up to 4 times as much or as little, the least found by bisection. Of layers those that
/// take most time or energy on their platform, 24 for each. The same for any number of threads.
DecisionSensitivity decisionSensitivity(const Problem& problem, std::span<const Plan> plans,
                                        const RobustnessOptions& options, Progress& progress);

} // namespace cutline
