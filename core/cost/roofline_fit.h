// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/cost_table.h"

#include <string>
#include <vector>

namespace cutline {

/// Efficiencies of a roofline that explain measured times best (cost.md section 2).
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
    /// What is left of log(measured / predicted): its mean, the spread of the classes' means around it, and the spread of
    /// layers around their class.
    LogSpread error;
};

/// Least squares in log time: per class the efficiency that minimises the sum of log(measured / predicted)^2 over its
/// measured layers (Source::Profile, above 0 s), predicted = launch + max(compute / efficiency, move). Everything else of
/// the roofline stays. A class that bandwidth or launch limit whatever its efficiency keeps the one it has. O(layers) per
/// step, some 300 steps per class.
/// Errors: no roofline; no measured layer that it can predict.
Result<RooflineFit> fitRoofline(const CostTable& measured, PlatformId platform);

/// The platform with the fitted efficiencies and their error as its uncertainty; notes say where they come from.
Platform withFit(Platform platform, const RooflineFit& fit, const std::string& profile_file);

} // namespace cutline
