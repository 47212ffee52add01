// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/cost_table.h"

#include <optional>
#include <string>
#include <vector>

namespace cutline {

/// Numbers of a roofline that explain measured times best (cost.md section 2).
struct RooflineFit {
    struct Class {
        OpClass op_class = OpClass::Other;
        std::size_t layers = 0; ///< measured layers of the class
        std::size_t compute_bound = 0; ///< of them limited by compute: those that the efficiency is fitted to
        double efficiency = 1;
        double bias = 0; ///< mean of log(measured / predicted) that is left
    };
    std::vector<Class> classes; ///< in the order of OpClass, those with measured layers
    std::size_t layers = 0;
    std::optional<double> bandwidth_efficiency; ///< absent: the roofline's own explains the times as well
    std::optional<double> launch_s;             ///< likewise
    /// What is left of log(measured / predicted): its mean, the spread of the classes' means around it, and the spread of
    /// layers around their class.
    LogSpread error;
};

/// What may move beside the efficiencies.
struct FitFreedom {
    bool bandwidth = true, launch = true;
};

/// Least squares in log time: efficiencies per class, bandwidth and launch that minimise the sum of
/// log(measured / predicted)^2 over the measured layers (Source::Profile, above 0 s), predicted = launch +
/// max(compute / efficiency, move / bandwidth). A class that bandwidth or launch limit whatever its efficiency keeps the
/// one it has. Bandwidth and launch move only where that explains more than a further parameter would by chance
/// (Bayesian information criterion; times are taken to be exact to 0.01 %). O(layers) per step, some 30,000 steps.
/// Errors: no roofline; no measured layer that it can predict.
Result<RooflineFit> fitRoofline(const CostTable& measured, PlatformId platform, FitFreedom freedom = {});

/// The platform with the fitted numbers and their error as its uncertainty; notes say where they come from.
Platform withFit(Platform platform, const RooflineFit& fit, const std::string& profile_file);

} // namespace cutline
