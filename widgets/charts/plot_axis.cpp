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

std::vector<double> logTicks(double low, double high, int wanted) {
    std::vector<double> ticks;
    if (!std::isfinite(low) || !std::isfinite(high) || !(high > low)) return ticks;
    constexpr double kLinearBelow = 0.7; // a factor of five: 1, 2 and 5 alone would be too few
    if (high - low < kLinearBelow) {
        const double first = std::pow(10.0, low), last = std::pow(10.0, high);
        const Ticks round = niceTicks(first, last, wanted);
        for (double value = round.low; value <= last * (1 + 1e-9); value += round.step)
            if (value >= first * (1 - 1e-9) && value > 0) ticks.push_back(value);
        return ticks;
    }
    const bool between = high - low < 2.5;
    const int stride = std::max(1, static_cast<int>(std::ceil((high - low) / std::max(1, wanted))));
    for (int power = static_cast<int>(std::floor(low)) - 1; power <= static_cast<int>(std::ceil(high)); ++power) {
        if (power % stride != 0) continue;
        for (const int lead : {1, 2, 5}) {
            const double value = lead * std::pow(10.0, power);
            const double at = std::log10(value);
            if ((lead == 1 || between) && at >= low - 1e-9 && at <= high + 1e-9) ticks.push_back(value);
        }
    }
    return ticks;
}

QString tickText(double value) {
    return QString::number(value, 'g', 6).replace(u'-', QChar(0x2212));
}

} // namespace cutline
