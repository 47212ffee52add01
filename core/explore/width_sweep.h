// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/accuracy/estimate.h"
#include "core/plan/plan.h"

#include <vector>

namespace cutline {

/// What a bit costs: the accuracy of one plan with one of its platforms at other widths, the others as they are.
struct WidthSweep {
    struct Point {
        int bits = 0;
        Accuracy accuracy;
    };
    struct Curve {
        PlatformId platform;
        std::optional<int> own_bits;  ///< of weights and activations in the plan, where they are integers of one width
        std::vector<Point> points;    ///< ascending by bits
    };
    std::vector<Curve> curves;        ///< by stage
    Accuracy plan, exact;             ///< as it is, and in float32
    std::uint64_t images = 0;
    bool labelled = true;
};

/// Widths that are measured: all from 2 to 8 bits, then 10, 12 and 16.
std::vector<int> sweptWidths();

/// Measures the plan at each width of each platform that it uses. Errors: as AccuracyMeter::measure.
Result<WidthSweep> sweepWidths(const Plan& plan, const Graph& graph, const System& system, AccuracyMeter& meter,
                               Progress& progress);

} // namespace cutline
