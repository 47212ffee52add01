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
    /// Reads of which one may give its place to the step's output: of the same size, and needed by nobody any more.
    std::vector<std::uint32_t> may_overwrite;
};

struct MemoryTensor {
    double bytes = 0;
    bool arrives = false; ///< received: there from the start of the piece to its last reader
    bool stays = false;   ///< leaves the piece or is a graph output: held to the end
};

struct MemoryOrder {
    std::vector<std::uint32_t> order; ///< of the steps
    double peak_bytes = 0;
    bool proven = false; ///< no order has a smaller peak
};

/// Peak of live bytes when the steps run in this order (metrics.md "Memory").
double peakBytes(std::span<const MemoryStep> steps, std::span<const MemoryTensor> tensors,
                 std::span<const std::uint32_t> order);

/// The first order, compared step by step, among those with the least peak; so the given one where that is
/// least already. Steps must stand in a topological order. The steps are split where every order passes
/// through the same set; each part is a bottleneck-shortest path from the empty set to all of its steps in the
/// lattice of down-sets, best first (Dijkstra with max for +). Nothing is searched where the better of the given
/// and a greedy order meets the lower bound. Of a part that takes more than `cap` sets (fewer where it has
/// over 80 steps) the best order known is the answer, not proven.
MemoryOrder leastPeakOrder(std::span<const MemoryStep> steps, std::span<const MemoryTensor> tensors,
                           std::size_t cap = 50'000);

} // namespace cutline
