// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace cutline {

/// Volume that rows of `width` values (smaller is better, row-major) dominate within the box up to `reference`; exact. Rows
/// not better than the reference in every value count nothing. To 3 dimensions O(n log n), beyond by WFG
/// (While, Bradstreet, Barone, IEEE TEVC 2012), exponential in the width at worst.
double hypervolume(std::span<const double> rows, std::size_t width, std::span<const double> reference);

/// What a front dominates of the box from `ideal`, which no row is better than in any value, to a hundredth of the way
/// beyond its worst values: 1 where nothing could be better. Values that do not vary and meet the ideal count for nothing.
/// Exact to 3 values or 200 rows; beyond by 20,000 points at random, always the same, within about 1 % of the box.
double hypervolumeShare(std::span<const double> rows, std::size_t width, std::span<const double> ideal);

} // namespace cutline
