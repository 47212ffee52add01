// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cutline {

/// One layer (or fused group) of a piece, as memory sees it; indices into the tensors of the piece.
struct MemoryStep {
    std::vector<std::uint32_t> reads, makes; ///< each tensor once
    bool in_place = false; ///< its output may overwrite an input of the same size that nobody needs any more
};

struct MemoryTensor {
    double bytes = 0;
    bool arrives = false; ///< received: there from the start of the piece to its last reader
    bool stays = false;   ///< leaves the piece or is a graph output: held to the end
};

struct MemoryOrder {
    std::vector<std::uint32_t> order; ///< of the steps
    double peak_bytes = 0;
    bool proven = false;              ///< no order has a smaller peak
};

/// Peak of live bytes when the steps run in this order (metrics.md "Memory").
double peakBytes(std::span<const MemoryStep> steps, std::span<const MemoryTensor> tensors,
                 std::span<const std::uint32_t> order);

/// The order with the least peak: a bottleneck-shortest path from the empty set to all steps in the lattice of down-sets, best
/// first (Dijkstra with max for +). Steps must stand in a topological order. Starts from the better of the given
/// and a greedy order; where that meets the lower bound nothing is searched. After `cap` sets the best known order is
/// the answer, not proven.
MemoryOrder leastPeakOrder(std::span<const MemoryStep> steps, std::span<const MemoryTensor> tensors,
                           std::size_t cap = 50'000);

} // namespace cutline
