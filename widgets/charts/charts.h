// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/plan_chart.h"

#include <span>

namespace cutline {

/// A chart that the window offers.
struct ChartKind {
    const char* name; ///< for settings and scripts
    const char* tab;
    PlanChart* (*make)(QWidget* parent);
};
/// All of chart_list.inc, in its order.
std::span<const ChartKind> charts();

} // namespace cutline
