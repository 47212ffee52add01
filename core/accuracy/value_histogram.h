// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/accuracy/fake_quant.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace cutline {

/// How often values fall into each of 16,384 equal parts of a tensor's range.
struct ValueHistogram {
    static constexpr std::size_t kBins = 16384;
    std::vector<std::uint64_t> counts = std::vector<std::uint64_t>(kBins, 0);
    std::uint64_t total = 0;

    void add(std::span<const float> values, Range range) {
        const double width = static_cast<double>(range.high) - static_cast<double>(range.low);
        for (const float value : values) {
            const double at = width > 0 ? (static_cast<double>(value) - static_cast<double>(range.low)) / width : 0;
            ++counts[static_cast<std::size_t>(std::clamp(at * kBins, 0.0, static_cast<double>(kBins - 1)))];
        }
        total += values.size();
    }
    /// The range without `share` of the values at each end.
    Range without(double share, Range range) const {
        const auto most = static_cast<std::uint64_t>(share * static_cast<double>(total));
        std::size_t low = 0, high = kBins;
        for (std::uint64_t left = counts[low]; left <= most && low + 1 < high; left += counts[++low]) {}
        for (std::uint64_t left = counts[high - 1]; left <= most && high > low + 1; left += counts[--high - 1]) {}
        const double width = static_cast<double>(range.high) - static_cast<double>(range.low);
        const auto edge = [&](std::size_t bin) {
            return static_cast<float>(static_cast<double>(range.low) + width * static_cast<double>(bin) / kBins);
        };
        return {low == 0 ? range.low : edge(low), high == kBins ? range.high : edge(high)};
    }
};

} // namespace cutline
