// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace cutline {

/// Volume that rows of `width` values (smaller is better, row-major) dominate within the box up to `reference`; exact. Rows
/// not better than the reference in every value count nothing. To 3 dimensions O(n log n), beyond by WFG
/// (While, Bradstreet, Barone, IEEE TEVC 2012), exponential in the width at worst.
double hypervolume(std::span<const double> rows, std::size_t width, std::span<const double> reference);

} // namespace cutline
