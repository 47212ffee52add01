// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/accuracy_demands.h"

#include "core/base/text.h"

#include <algorithm>

namespace cutline {

std::vector<Constraint> takeAccuracyDemands(Scenario& scenario, SearchOptions& options) {
    std::vector<Constraint> demands;
    std::erase_if(options.constraints, [&](const Constraint& c) {
        if (c.kind == MetricKind::Accuracy) demands.push_back(c);
        return c.kind == MetricKind::Accuracy;
    });
    std::erase_if(scenario.requirements, [&](const Scenario::Requirement& r) {
        if (lowered(r.metric) != "accuracy" || !r.hard) return false;
        for (const auto& [limit, at_most] : {std::pair{r.at_most, true}, std::pair{r.at_least, false}})
            if (limit)
                demands.push_back({MetricKind::Accuracy, 0, at_most, *limit,
                                   std::string("accuracy") + (at_most ? "<=" : ">=") + numberText(*limit)});
        return true;
    });
    return demands;
}

bool keepsAccuracy(double accuracy, const std::vector<Constraint>& demands) {
    return std::all_of(demands.begin(), demands.end(), [&](const Constraint& c) {
        return c.at_most ? accuracy <= c.limit : accuracy >= c.limit;
    });
}

} // namespace cutline
