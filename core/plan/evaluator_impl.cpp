// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/evaluator_impl.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

constexpr double kPublishedInputsPerSecond = 25; ///< metrics.md, quirk free-overload

bool isGroupedConvolution(const Layer& layer) {
    return !layer.loops.empty() && layer.loops.front().g > 1 &&
           (layer.op_class == OpClass::Conv || layer.op_class == OpClass::Depthwise);
}

} // namespace

Evaluator::Impl::Impl(Problem given)
    : problem(std::move(given)), routes(*problem.system), resources(*problem.system),
      platforms(problem.system->platforms.size()), layers(problem.graph->layerCount()) {
    prepareTensors();
    prepareInPlace();
    prepareWeights();
    prepareLinks();
    settleFallBacks();
}

void Evaluator::Impl::prepareTensors() {
    const Graph& graph = *problem.graph;
    const System& system = *problem.system;
    const std::size_t count = graph.tensors().size();
    tensors.resize(count);
    stored.resize(count * platforms);
    wire.resize(count * platforms);
    stored_bits.resize(count * platforms);
    wire_bits.resize(count * platforms);
    for (std::uint32_t t = 0; t < count; ++t) {
        const Tensor& tensor = graph.tensors()[t];
        const auto elements = static_cast<double>(tensor.elements().value_or(0));
        TensorInfo& info = tensors[t];
        if (tensor.producer) info.producer = tensor.producer->value;
        info.is_output = tensor.is_graph_output;
        info.size_known = tensor.elements().has_value();
        for (const LayerId consumer : tensor.consumers) consumers.add(consumer.value);
        consumers.close();
        if (!tensor.producer) graph_inputs.push_back(t);
        for (std::size_t p = 0; p < platforms; ++p) {
            stored[at(t, p)] = cutline::tensorBytes(tensor, system.platforms[p]);
            stored_bits[at(t, p)] = static_cast<std::uint16_t>(tensorBits(tensor, system.platforms[p]));
            wire[at(t, p)] = problem.compat.link_16_bit ? 2 * elements : stored[at(t, p)];
            wire_bits[at(t, p)] = stored_bits[at(t, p)];
        }
    }
    for (const Layer& layer : graph.layers()) {
        for (const TensorId t : layer.inputs) inputs.add(t.value);
        for (const TensorId t : layer.outputs) outputs.add(t.value);
        inputs.close();
        outputs.close();
    }
    const auto place = [&](const Scenario::Placement& placement, std::uint32_t TensorInfo::*where, auto isEnd) {
        const auto tensor = graph.findTensor(placement.tensor);
        const auto platform = system.findPlatform(placement.platform);
        if (!tensor || !platform || !isEnd(tensors[tensor->index()])) return;
        tensors[tensor->index()].*where = platform->value;
        if (placement.type) sendAs(tensor->index(), *placement.type);
    };
    // Of an input that is an output too, the input's type stands.
    for (const Scenario::Placement& placement : problem.scenario.outputs)
        place(placement, &TensorInfo::sink, [](const TensorInfo& t) { return t.is_output; });
    for (const Scenario::Placement& placement : problem.scenario.inputs)
        place(placement, &TensorInfo::source, [](const TensorInfo& t) { return t.producer == kNone; });
}

void Evaluator::Impl::sendAs(std::size_t tensor, ElementType type) {
    if (problem.compat.link_16_bit) return;
    const int bits = bitsOf(type);
    const auto elements = static_cast<double>(problem.graph->tensors()[tensor].elements().value_or(0));
    for (std::size_t p = 0; p < platforms; ++p) {
        wire[at(tensor, p)] = std::ceil(elements * bits / 8);
        wire_bits[at(tensor, p)] = static_cast<std::uint16_t>(bits);
    }
}

void Evaluator::Impl::prepareInPlace() {
    in_place.assign(layers * platforms, false);
    for (std::size_t l = 0; l < layers; ++l) {
        const Layer& layer = problem.graph->layers()[l];
        if (layer.outputs.size() != 1) continue;
        for (std::size_t p = 0; p < platforms; ++p) {
            const auto& ops = platform(p).in_place_ops;
            in_place[at(l, p)] = (platform(p).in_place && layer.in_place) ||
                                 std::find(ops.begin(), ops.end(), layer.op) != ops.end();
        }
    }
}

double Evaluator::Impl::weightBytesOf(WeightId weight, std::size_t p) const {
    return weights[at(weight.index(), p)];
}

void Evaluator::Impl::prepareWeights() {
    const Graph& graph = *problem.graph;
    weights.resize(graph.weights().size() * platforms);
    own_weights.assign(layers * platforms, 0);
    for (std::size_t w = 0; w < graph.weights().size(); ++w) {
        const Weight& weight = graph.weights()[w];
        double factor = 1;
        if (problem.compat.dense_groups && !weight.is_bias && weight.is_parameter &&
            weight.readers.size() == 1) {
            const Layer& reader = graph.layer(weight.readers.front());
            if (isGroupedConvolution(reader)) factor = static_cast<double>(reader.loops.front().g);
        }
        for (std::size_t p = 0; p < platforms; ++p)
            weights[at(w, p)] = factor * weightBytes(weight, platform(p));
    }
    for (std::size_t l = 0; l < layers; ++l) {
        for (const WeightId w : graph.layers()[l].weights) {
            if (graph.weight(w).readers.size() > 1) {
                shared_weights.add(w.value);
                continue;
            }
            for (std::size_t p = 0; p < platforms; ++p) own_weights[at(l, p)] += weights[at(w.index(), p)];
        }
        shared_weights.close();
    }
}

void Evaluator::Impl::prepareLinks() {
    const System& system = *problem.system;
    for (const Connection& connection : system.links) {
        const auto load = problem.scenario.background.find(connection.link.name);
        const double u = load == problem.scenario.background.end() ? 0 : load->second;
        link_saturated.push_back(u >= 1);
        link_factor.push_back(u > 0 && u < 1 ? 1 / (1 - u) : 1);
    }
}

double Evaluator::Impl::conversion(std::size_t tensor, std::size_t producer, std::size_t on) const {
    const double bandwidth = platform(on).copy_bandwidth_bytes_per_s;
    if (bandwidth <= 0 || problem.compat.link_16_bit) return 0;
    if (wire_bits[at(tensor, producer)] == stored_bits[at(tensor, on)]) return 0;
    return wire[at(tensor, producer)] / bandwidth;
}

TransferCost Evaluator::Impl::hopCost(LinkId id, double payload) const {
    const Link& link = problem.system->links[id.index()].link;
    TransferCost cost = transferCost(link, payload);
    if (problem.compat.free_overload &&
        cost.framed_bytes * 8 * problem.scenario.rate_hz.value_or(kPublishedInputsPerSecond) >
            link.rate_bits_per_s)
        return {0, 0, 0, cost.framed_bytes};
    cost.time_s *= link_factor[id.index()];
    cost.busy_s *= link_factor[id.index()];
    return cost;
}

double Evaluator::Impl::frameTime(LinkId id, double payload) const {
    return cutline::frameTime(problem.system->links[id.index()].link, payload) * link_factor[id.index()];
}

Workspace& workspace() {
    thread_local Workspace work;
    return work;
}

double Workspace::momentTime(const Moment& moment) const {
    if (moment.job == kNone) return 0;
    if (moment.offset == Moment::kStart) return sim.start(moment.job);
    if (moment.offset == Moment::kEnd) return sim.end(moment.job);
    return sim.start(moment.job) + prelude[moment.job] + moment.offset;
}

} // namespace cutline
