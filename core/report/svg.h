// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/report: pictures as SVG.
#pragma once

#include "core/plan/timeline.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cutline::report {

/// Text with what HTML would take for markup replaced.
std::string escaped(std::string_view text);

/// Fill of the n-th platform: colours that stay apart for colour-blind eyes, and a pattern for print.
std::string_view colourOf(std::size_t platform);

struct Point {
    double x = 0, y = 0;
    enum class Kind { Dominated, Front, Kept, Baseline, Knee, Chosen } kind = Kind::Front; ///< drawn in this order
    std::string label; ///< beside it, where there is room for it; may be empty
    std::string tip;
};

/// Scatter of plans: kinds differ in shape as well as in colour. Axes start at 0 and are labelled with their units.
std::string scatter(std::vector<Point> points, const std::string& x_title, const std::string& y_title);

/// Horizontal bars from 0 to 1.
struct Bar {
    std::string label, value;
    double share = 0;
    std::size_t platform = 0;
};
std::string bars(std::span<const Bar> bars);

/// Lanes over time.
std::string gantt(const Timeline& timeline);

/// Layers in the order of the plan as bars as high as the time that each takes on its platform, in that platform's colour.
struct LayerBar {
    double seconds = 0;
    std::size_t platform = 0;
    std::string tip;
};
std::string layerStrip(std::span<const LayerBar> layers);

/// Stages in a row, and what crosses from each to later ones.
struct StageBox {
    std::size_t platform = 0;
    std::string name, layers, busy, first, last; ///< one line each
    std::string crossing; ///< to the next one: "24.5 kB"; empty: the last
};
std::string stageChain(std::span<const StageBox> stages);

} // namespace cutline::report
