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

} // namespace cutline
