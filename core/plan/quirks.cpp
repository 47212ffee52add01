// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/quirks.h"

#include "core/plan/evaluator_impl.h"

#include <algorithm>

namespace cutline {

std::vector<LayerId> overcountedLayers(const Graph& graph, const std::vector<bool>& executed) {
    std::vector<bool> successor(graph.layerCount(), false), shipped(graph.layerCount(), false);
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l)
        if (executed[l])
            for (const LayerId next : graph.successors(LayerId{l}))
                if (!executed[next.index()]) successor[next.index()] = true;
    std::vector<LayerId> extra;
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l) {
        if (!successor[l]) continue;
        for (const LayerId before : graph.predecessors(LayerId{l})) {
            const std::size_t b = before.index();
            if (executed[b] || successor[b] || shipped[b]) continue;
            shipped[b] = true;
            extra.push_back(before);
        }
    }
    return extra;
}

double publishedWeightElements(const Graph& graph, LayerId id, Compat compat) {
    const Layer& layer = graph.layer(id);
    const bool convolution = layer.op_class == OpClass::Conv || layer.op_class == OpClass::Depthwise;
    if (!convolution && layer.op_class != OpClass::FullyConnected) return 0;
    double sum = 0;
    for (const WeightId w : layer.weights) {
        const Weight& weight = graph.weight(w);
        if (weight.is_parameter && !weight.is_bias) sum += static_cast<double>(weight.elements);
    }
    const bool grouped = convolution && !layer.loops.empty();
    return compat.dense_groups && grouped ? sum * static_cast<double>(layer.loops.front().g) : sum;
}

double outputElements(const Graph& graph, LayerId id) {
    double sum = 0;
    for (const TensorId t : graph.layer(id).outputs)
        sum += static_cast<double>(graph.tensor(t).elements().value_or(0));
    return sum;
}

void addOvercount(Workspace& work) {
    if (!work.pipeline) return;
    const Evaluator::Impl& impl = *work.impl;
    const Graph& graph = *impl.problem.graph;
    std::vector<bool> executed(impl.layers, false);
    for (std::uint32_t s = 0; s + 1 < work.plan->stages.size(); ++s) {
        const Stage& stage = work.plan->stages[s];
        for (const LayerId layer : stage.layers) executed[layer.index()] = true;
        const auto first =
            std::min_element(work.hops.begin(), work.hops.end(), [&](const auto& a, const auto& b) {
                return std::pair(a.from != s, a.to) < std::pair(b.from != s, b.to);
            });
        if (first == work.hops.end() || first->from != s) continue;
        const std::uint32_t receiver = first->to;
        double extra = 0;
        for (const LayerId layer : overcountedLayers(graph, executed))
            for (const std::uint32_t t : impl.outputs[layer.index()])
                extra += impl.wire[impl.at(t, stage.platform.index())];
        for (Workspace::HopJob& hop : work.hops)
            if (hop.from == s && hop.to == receiver) hop.payload += extra;
    }
}

/// Sum of weights + max over layers of (own output + outputs of the same partition still needed), in
/// elements. A placed or unplaced graph input counts as a layer of the stage that it is on.
void elementMemory(Workspace& work) {
    const Evaluator::Impl& impl = *work.impl;
    const Graph& graph = *impl.problem.graph;
    for (auto* list : {&work.weight_bytes, &work.peak, &work.copies})
        std::fill(list->begin(), list->end(), 0.0);
    std::fill(work.delta.begin(), work.delta.end(), 0.0);
    for (std::uint32_t l = 0; l < impl.layers; ++l) {
        const std::uint32_t stage = work.stage_of[l];
        const std::uint32_t p = work.plan->stages[stage].platform.value;
        work.weight_bytes[p] += publishedWeightElements(graph, LayerId{l}, impl.problem.compat);
        std::uint32_t last = work.step_of[l];
        for (const LayerId next : graph.successors(LayerId{l})) {
            const bool here = work.plan->stages[work.stage_of[next.index()]].platform.value == p;
            last = std::max(last, here ? work.step_of[next.index()] : work.stage_last_step[stage]);
        }
        const double elements = outputElements(graph, LayerId{l});
        work.delta[work.first_delta[p] + work.step_of[l]] += elements;
        work.delta[work.first_delta[p] + last + 1] -= elements;
    }
    for (const std::uint32_t t : impl.graph_inputs) {
        const auto readers = impl.consumers[t];
        if (readers.empty()) continue;
        const std::uint32_t stage = work.stage_of[readers.front()];
        const std::uint32_t p = work.plan->stages[stage].platform.value;
        std::uint32_t last = work.stage_first_step[stage];
        for (const std::uint32_t c : readers)
            if (work.stage_of[c] == stage) last = std::max(last, work.step_of[c]);
        const auto elements = static_cast<double>(graph.tensors()[t].elements().value_or(0));
        work.delta[work.first_delta[p] + work.stage_first_step[stage]] += elements;
        work.delta[work.first_delta[p] + last + 1] -= elements;
    }
    for (std::size_t p = 0; p < impl.platforms; ++p) {
        double live = 0;
        for (std::uint32_t step = 0; step < work.steps[p]; ++step)
            work.peak[p] = std::max(work.peak[p], live += work.delta[work.first_delta[p] + step]);
    }
}

} // namespace cutline
