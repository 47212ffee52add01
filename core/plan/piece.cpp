// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/evaluator_impl.h"
#include "core/plan/stage_memory.h"

#include <algorithm>
#include <numeric>

namespace cutline {

Piece Evaluator::piece(PlatformId id, std::span<const LayerId> layers) const {
    Piece piece;
    if (layers.empty()) return piece;
    const Impl& impl = *m_impl;
    const Graph& graph = *impl.problem.graph;
    const CostTable& costs = *impl.problem.costs;
    const Platform& platform = impl.platform(id.index());
    std::vector<char> inside(graph.layerCount(), 0);
    for (const LayerId layer : layers) inside[layer.index()] = 1;
    std::vector<char> counted(graph.weights().size(), 0);
    for (const LayerId layer : layers) {
        for (const WeightId w : graph.layer(layer).weights) {
            if (!counted[w.index()]) piece.weight_bytes += impl.weightBytesOf(w, id.index());
            counted[w.index()] = 1;
        }
        const std::uint32_t number = costs.fusion().group_of[layer.index()];
        const std::vector<LayerId>& group = costs.fusion().groups[number];
        const bool fused = group.size() > 1 && costs.fuses(number, id) &&
                           std::all_of(group.begin(), group.end(),
                                       [&](LayerId member) { return inside[member.index()] != 0; });
        const Cost& cost = fused ? costs.group(number, id) : costs.layer(layer, id);
        piece.supported = piece.supported && cost.supported;
        if (fused && group.back() != layer) continue;
        piece.time_s += cost.latency_s;
        piece.energy_j += cost.energy_j;
    }
    piece.time_s += platform.invoke_s;
    if (platform.weight_stream_bytes_per_s > 0 && platform.weight_resident_bytes)
        piece.time_s += std::max(0.0, piece.weight_bytes - *platform.weight_resident_bytes) /
                        platform.weight_stream_bytes_per_s;
    const StageMemory memory(impl, id, layers, [](std::uint32_t) { return false; });
    std::vector<std::uint32_t> order(memory.steps.size());
    std::iota(order.begin(), order.end(), 0u);
    piece.peak_bytes = peakBytes(memory.steps, memory.tensors, order);
    return piece;
}

} // namespace cutline
