// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/plot_axis.h"

#include <algorithm>
#include <cmath>

namespace cutline {

Ticks niceTicks(double low, double high, int wanted) {
    if (!std::isfinite(low) || !std::isfinite(high)) return {};
    if (low > high) std::swap(low, high);
    if (high - low <= 1e-12 * std::max(std::abs(low), std::abs(high)) || high == low) {
        const double pad = low == 0 ? 1 : std::abs(low) * 0.1;
        low -= pad;
        high += pad;
    }
    const double raw = (high - low) / std::max(1, wanted);
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    const double lead = raw / power;
    Ticks ticks;
    ticks.step = (lead <= 1.0001 ? 1 : lead <= 2.0001 ? 2 : lead <= 5.0001 ? 5 : 10) * power;
    ticks.decimals = std::clamp(static_cast<int>(-std::floor(std::log10(ticks.step) + 1e-9)), 0, 12);
    ticks.low = std::floor(low / ticks.step + 1e-9) * ticks.step;
    ticks.high = std::ceil(high / ticks.step - 1e-9) * ticks.step;
    return ticks;
}

} // namespace cutline
