// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace cutline {

/// Rows of `width` values, smaller is better, row-major. Indices of the rows that no other row dominates, ascending; of
/// equal rows the first is kept. O(n log n) for two objectives, divide and filter beyond (Kung et al., JACM 1975).
std::vector<std::uint32_t> paretoFront(std::span<const double> rows, std::size_t width);

/// The front's point of best compromise: least Euclidean distance to the ideal point, each objective scaled to 0..1
/// over the front. Index into `front`; nullopt for an empty one.
std::optional<std::size_t> kneeOf(std::span<const double> rows, std::size_t width,
                                  std::span<const std::uint32_t> front);

} // namespace cutline
