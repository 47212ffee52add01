// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/evaluator_impl.h"

#include <algorithm>
#include <functional>

namespace cutline {
namespace {

/// One step of a piece: a layer, or a fused group that lies whole in it.
struct Step {
    LayerId last;                                  ///< whose outputs are stored
    const std::vector<LayerId>* members = nullptr; ///< null: the layer alone
};

/// Peak of live bytes: what a step makes lives from it to its last reader in the piece or, when somebody
/// outside reads it or it is a graph output, to the end; what comes from outside from the start to its last
/// reader.
double livePeak(const Graph& graph, std::span<const Step> steps, const std::vector<std::uint32_t>& step_of,
                const std::function<double(TensorId)>& bytes, bool in_place) {
    std::vector<double> delta(steps.size() + 1, 0);
    std::vector<char> seen(graph.tensors().size(), 0);
    const auto end = static_cast<std::uint32_t>(steps.size() - 1);
    const auto lastUse = [&](const Tensor& tensor, std::uint32_t from) {
        std::uint32_t last = from;
        for (const LayerId c : tensor.consumers) {
            const std::uint32_t step = step_of[c.index()];
            last = std::max(last, step == kNone ? (tensor.producer ? end : from) : step);
        }
        return tensor.is_graph_output && tensor.producer ? end : last;
    };
    const auto live = [&](TensorId t, std::uint32_t from, std::uint32_t to) {
        delta[from] += bytes(t);
        delta[to + 1] -= bytes(t);
    };
    for (std::uint32_t s = 0; s < steps.size(); ++s) {
        const auto receive = [&](LayerId member) {
            for (const TensorId t : graph.layer(member).inputs) {
                const Tensor& tensor = graph.tensor(t);
                const bool here = tensor.producer && step_of[tensor.producer->index()] != kNone;
                if (here || seen[t.index()]) continue;
                seen[t.index()] = 1;
                std::uint32_t last = s;
                for (const LayerId c : tensor.consumers)
                    if (step_of[c.index()] != kNone) last = std::max(last, step_of[c.index()]);
                live(t, 0, last);
            }
        };
        if (steps[s].members)
            std::for_each(steps[s].members->begin(), steps[s].members->end(), receive);
        else
            receive(steps[s].last);
        const Layer& layer = graph.layer(steps[s].last);
        for (const TensorId t : layer.outputs) {
            live(t, s, lastUse(graph.tensor(t), s));
            if (!in_place || !layer.in_place) continue;
            for (const TensorId input : layer.inputs) {
                const Tensor& tensor = graph.tensor(input);
                const auto dead = [&](LayerId c) {
                    return step_of[c.index()] != kNone && step_of[c.index()] <= s;
                };
                if (bytes(input) != bytes(t) || tensor.is_graph_output ||
                    !std::all_of(tensor.consumers.begin(), tensor.consumers.end(), dead))
                    continue;
                delta[s] -= bytes(t);
                delta[s + 1] += bytes(t);
                break;
            }
        }
    }
    double sum = 0, peak = 0;
    for (const double d : delta) peak = std::max(peak, sum += d);
    return peak;
}

} // namespace

Piece Evaluator::piece(PlatformId id, std::span<const LayerId> layers) const {
    Piece piece;
    if (layers.empty()) return piece;
    const Impl& impl = *m_impl;
    const Graph& graph = *impl.problem.graph;
    const CostTable& costs = *impl.problem.costs;
    const Platform& platform = impl.platform(id.index());
    std::vector<std::uint32_t> step_of(graph.layerCount(), kNone);
    for (const LayerId layer : layers) step_of[layer.index()] = 0;
    std::vector<Step> steps;
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
                                       [&](LayerId member) { return step_of[member.index()] != kNone; });
        const Cost& cost = fused ? costs.group(number, id) : costs.layer(layer, id);
        piece.supported = piece.supported && cost.supported;
        if (fused && group.back() != layer) continue;
        piece.time_s += cost.latency_s;
        piece.energy_j += cost.energy_j;
        const auto step = static_cast<std::uint32_t>(steps.size());
        steps.push_back({layer, fused ? &group : nullptr});
        if (fused)
            for (const LayerId member : group) step_of[member.index()] = step;
        else
            step_of[layer.index()] = step;
    }
    piece.time_s += platform.invoke_s;
    if (platform.weight_stream_bytes_per_s > 0 && platform.weight_resident_bytes)
        piece.time_s += std::max(0.0, piece.weight_bytes - *platform.weight_resident_bytes) /
                        platform.weight_stream_bytes_per_s;
    piece.peak_bytes = livePeak(
        graph, steps, step_of, [&](TensorId t) { return impl.stored[impl.at(t.index(), id.index())]; },
        platform.in_place);
    return piece;
}

double peakActivationBytes(const Graph& graph, const Platform& platform, std::span<const LayerId> layers,
                           std::span<const PlatformId> assignment, PlatformId self) {
    if (layers.empty()) return 0;
    std::vector<std::uint32_t> step_of(graph.layerCount(), kNone);
    std::vector<Step> steps;
    for (const LayerId layer : layers) {
        if (assignment[layer.index()] == self)
            step_of[layer.index()] = static_cast<std::uint32_t>(steps.size());
        steps.push_back({layer, nullptr});
    }
    return livePeak(
        graph, steps, step_of, [&](TensorId t) { return tensorBytes(graph.tensor(t), platform); },
        platform.in_place);
}

} // namespace cutline
