// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace cutline {

struct Interval {
    double low = 0, high = 1;
    bool contains(double value) const { return low <= value && value <= high; }
    friend bool operator==(const Interval&, const Interval&) = default;
};

/// 95 % interval of a share of which `hits` of `total` were seen. [E. B. Wilson, J. Am. Stat. Assoc. 22, 1927]
/// Nothing seen: 0 to 1.
Interval wilsonInterval(std::uint64_t hits, std::uint64_t total);

/// Share of b less share of a on the same images, with its 95 % interval from the images on which they differ: the
/// matched-pairs interval with half a pair added to each cell. [A. Agresti, Y. Min, Statistics in Medicine 24, 2005]
struct PairedDifference {
    double value = 0;
    Interval interval{-1, 1};
    std::uint64_t only_a = 0, only_b = 0; ///< images that just one of them has right
    bool isResolved() const { return !interval.contains(0); }
};
PairedDifference pairedDifference(const std::vector<bool>& right_a, const std::vector<bool>& right_b);

} // namespace cutline
