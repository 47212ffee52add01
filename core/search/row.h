// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/search.h"

#include <bit>
#include <cmath>
#include <span>
#include <vector>

namespace cutline {

/// A value to 40 bits of mantissa (12 digits). Sums in different orders differ in their last bits; without this, plans that
/// are equal would beat each other by rounding errors. Rows are compared rounded, everywhere.
inline double comparable(double value)
{
    if (!std::isfinite(value)) return value;
    const auto bits = std::bit_cast<std::uint64_t>(value);
    return std::bit_cast<double>((bits + 0x800u) & ~std::uint64_t{0xfff});
}

/// The objectives of one plan as a row to compare.
inline void fillRow(const Summary& summary, std::span<const Objective> objectives, double* row)
{
    for (std::size_t d = 0; d < objectives.size(); ++d) row[d] = comparable(summary.value(objectives[d]));
}

} // namespace cutline
