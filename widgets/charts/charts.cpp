// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/charts.h"

#include <array>

namespace cutline {

#define CUTLINE_CHART(name, tab) PlanChart* make_##name(QWidget* parent);
#include "widgets/charts/chart_list.inc"
#undef CUTLINE_CHART

std::span<const ChartKind> charts() {
    static constexpr std::array kCharts{
#define CUTLINE_CHART(name, tab) ChartKind{#name, tab, make_##name},
#include "widgets/charts/chart_list.inc"
#undef CUTLINE_CHART
    };
    return kCharts;
}

} // namespace cutline
