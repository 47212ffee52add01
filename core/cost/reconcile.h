// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/cost_model.h"
#include "core/cost/roofline_fit.h"

#include <optional>
#include <vector>

namespace cutline {

/// Measured times beside the estimates for the same layers of one platform.
struct Reconciliation {
    struct Row {
        LayerId layer;
        double measured_s = 0, predicted_s = 0;
        double ratio = 1; ///< measured / predicted
        Source predicted_by = Source::None;
    };
    /// One factor per op class: exp of the mean of log(measured / predicted), the least squares in log time.
    struct ClassFactor {
        OpClass op_class = OpClass::Other;
        std::size_t layers = 0;
        double measured_s = 0, predicted_s = 0; ///< sums
        double factor = 1;
        double spread = 0; ///< log standard deviation of its layers around the factor
    };
    std::vector<Row> rows;            ///< layers with both, in file order
    std::vector<ClassFactor> classes; ///< in the order of OpClass
    std::vector<std::size_t> worst;   ///< at most ten rows, the furthest from the estimate first
    double measured_s = 0, predicted_s = 0; ///< sums of `rows`
    std::size_t only_measured = 0, only_predicted = 0; ///< layers with time in one of them alone
};

/// Compares costs with a profile (rows of Source::Profile) and costs without one, of the same graph and system.
/// Errors: no layer that both know.
Result<Reconciliation> reconcile(const CostTable& measured, const CostTable& predicted, PlatformId platform);

/// A profile beside what the platform's own model says, before it is taken.
struct ProfileComparison {
    Reconciliation result;
    std::optional<RooflineFit> fit;  ///< where a roofline predicts; a loop nest takes the factors of its classes
    std::vector<double> refitted_s;  ///< by row of `result`: what the refitted model says
};
/// `platform` on its own, layer by layer, with its profile; absent layers are predicted. `mappings`: as in CostOptions.
/// Errors: those of the profile and the model; no model; no layer that both know; cancelled.
Result<ProfileComparison> compareProfile(GraphPtr graph, const Platform& platform, const Profile& profile,
                                         std::shared_ptr<loopnest::MappingCache> mappings, Progress& progress);

} // namespace cutline
