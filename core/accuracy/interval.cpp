// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/accuracy/interval.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

constexpr double kZ = 1.959963984540054; ///< 97.5 % quantile of the normal distribution

} // namespace

Interval wilsonInterval(std::uint64_t hits, std::uint64_t total) {
    if (total == 0) return {};
    const auto n = static_cast<double>(total);
    const double p = static_cast<double>(hits) / n, z2 = kZ * kZ;
    const double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
    const double half = kZ / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
    // At the ends the formula gives 0 and 1 exactly, but for rounding.
    return {hits == 0 ? 0 : centre - half, hits == total ? 1 : centre + half};
}

PairedDifference pairedDifference(const std::vector<bool>& right_a, const std::vector<bool>& right_b) {
    PairedDifference result;
    const std::size_t n = std::min(right_a.size(), right_b.size());
    if (n == 0) return result;
    for (std::size_t i = 0; i < n; ++i) {
        result.only_a += right_a[i] && !right_b[i];
        result.only_b += !right_a[i] && right_b[i];
    }
    const auto a = static_cast<double>(result.only_a), b = static_cast<double>(result.only_b);
    result.value = (b - a) / static_cast<double>(n);
    const double total = static_cast<double>(n) + 2, d = (b - a) / total;
    const double variance = ((a + b + 1) / total - d * d) / total;
    const double half = kZ * std::sqrt(std::max(variance, 0.0));
    result.interval = {std::max(d - half, -1.0), std::min(d + half, 1.0)};
    return result;
}

} // namespace cutline
