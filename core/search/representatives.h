// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cutline {

/// A short list out of a front: the best of each objective, the knee, and a cover of the rest: for every plan of the front
/// a listed one has each objective at most (1 + resolution) times as large. Greedy, nearest to the ideal corner
/// first. Returns members of `front`, ascending by the first objective.
std::vector<std::uint32_t> representativesOf(std::span<const double> rows, std::size_t width,
                                             std::span<const std::uint32_t> front, double resolution);

/// By position in the front, the listed plan that stands for the one there: of those that have each objective at most
/// (1 + resolution) times as large the nearest, each objective scaled to 0..1 over the front. A listed one stands for
/// itself, and so does one for which `listed` has none. `listed`: ascending by the first objective, as above.
std::vector<std::uint32_t> representedBy(std::span<const double> rows, std::size_t width,
                                         std::span<const std::uint32_t> front, std::span<const std::uint32_t> listed,
                                         double resolution);

} // namespace cutline
