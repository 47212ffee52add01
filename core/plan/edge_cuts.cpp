// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/edge_cuts.h"

#include "core/plan/quirks.h"

#include <algorithm>
#include <cassert>

namespace cutline {
namespace {

/// Longest schedule whose payloads are kept in a table; beyond it each is computed when asked for.
constexpr std::size_t kLongestTable = 2048;

/// A frame without payload: what the published tool pays for a cut at `output`.
TransferCost emptyFrame(const Problem& problem, const Evaluator& evaluator, LinkId id) {
    const Link& link = problem.system->links[id.index()].link;
    if (link.frame.payload_min <= 0) return {};
    TransferCost cost = evaluator.hopCost(id, link.frame.payload_min);
    if (cost.framed_bytes <= 0 || cost.time_s <= 0) return {};
    const double usable = link.rate_bits_per_s * link.efficiency;
    const double saved = (cost.framed_bytes - link.frame.payload_min) * 8 / usable;
    const double share = (cost.time_s - saved) / cost.time_s;
    return {cost.time_s - saved, cost.busy_s - saved, cost.energy_j * share, link.frame.payload_min};
}

std::string layerName(const Graph& graph, LayerId layer) {
    return graph.layer(layer).name;
}

} // namespace

EdgeCutEvaluator::EdgeCutEvaluator(const Problem& problem, std::span<const LayerId> schedule,
                                   std::span<const PlatformId> order)
    : m_problem(problem), m_evaluator(std::make_shared<Evaluator>(problem)),
      m_schedule(schedule.begin(), schedule.end()), m_order(order.begin(), order.end()),
      m_position(problem.graph->layerCount(), 0) {
    for (std::size_t i = 0; i < m_schedule.size(); ++i) m_position[m_schedule[i].index()] = i + 1;
}

Result<EdgeCutEvaluator> EdgeCutEvaluator::make(const Problem& problem, std::span<const LayerId> given,
                                                std::span<const PlatformId> order) {
    const Graph& graph = *problem.graph;
    std::vector<LayerId> schedule(given.begin(), given.end());
    if (schedule.empty())
        for (std::uint32_t l = 0; l < graph.layerCount(); ++l) schedule.push_back(LayerId{l});
    std::vector<bool> done(graph.layerCount(), false);
    for (const LayerId layer : schedule) {
        if (done[layer.index()])
            return Error{"schedule", layerName(graph, layer) + " stands twice", "list every layer once"};
        for (const LayerId before : graph.predecessors(layer))
            if (!done[before.index()])
                return Error{"schedule",
                             layerName(graph, layer) + " stands before its input's layer " +
                                 layerName(graph, before),
                             "put producers first"};
        done[layer.index()] = true;
    }
    if (schedule.size() != graph.layerCount()) {
        const auto missing =
            static_cast<std::uint32_t>(std::find(done.begin(), done.end(), false) - done.begin());
        return Error{"schedule",
                     std::to_string(graph.layerCount() - schedule.size()) + " of " +
                         std::to_string(graph.layerCount()) + " layers are missing, first " +
                         layerName(graph, LayerId{missing}),
                     "list every layer of the model"};
    }
    assert(!order.empty());
    EdgeCutEvaluator evaluator(problem, schedule, order);
    for (std::size_t j = 0; j + 1 < order.size(); ++j)
        if (!evaluator.m_evaluator->routes().reachable(order[j], order[j + 1]))
            return Error{"system " + problem.system->name,
                         "no route from " + problem.system->platform(order[j]).name + " to " +
                             problem.system->platform(order[j + 1]).name,
                         "connect them or choose another order"};
    evaluator.prepareTables();
    return evaluator;
}

void EdgeCutEvaluator::prepareTables() {
    const Graph& graph = *m_problem.graph;
    const std::size_t end = m_schedule.size() + 1;
    m_output.assign(end + 1, 0);
    m_weights.assign(end + 2, 0);
    m_needed_until.assign(end + 1, 0);
    for (const Tensor& tensor : graph.tensors()) {
        const auto elements = static_cast<double>(tensor.elements().value_or(0));
        const std::size_t made = tensor.producer ? m_position[tensor.producer->index()] : 0;
        if (made == 0 && tensor.consumers.empty()) continue;
        m_output[made] += elements;
        std::size_t& until = m_needed_until[made];
        for (const LayerId c : tensor.consumers) until = std::max(until, m_position[c.index()]);
        if (!tensor.is_graph_output) continue;
        until = end;
        m_output[end] += elements; // the result stands in the schedule as a layer of its own
    }
    for (std::size_t i = 0; i <= end; ++i) {
        const bool real = i > 0 && i < end;
        m_weights[i + 1] =
            m_weights[i] + (real ? publishedWeightElements(graph, m_schedule[i - 1], m_problem.compat) : 0);
    }
    for (const PlatformId p : m_order) {
        std::vector<double> latency(end + 2, 0), energy(end + 2, 0);
        for (std::size_t i = 0; i <= end; ++i) {
            const bool real = i > 0 && i < end;
            const Cost cost = real ? m_problem.costs->layer(m_schedule[i - 1], p) : Cost{};
            latency[i + 1] = latency[i] + cost.latency_s;
            energy[i + 1] = energy[i] + cost.energy_j;
        }
        m_latency.push_back(std::move(latency));
        m_energy.push_back(std::move(energy));
    }
    if (m_problem.sensitivity)
        for (const PlatformId p : m_order) {
            std::vector<double> losses(end + 2, 0);
            for (std::size_t i = 0; i <= end; ++i)
                losses[i + 1] =
                    losses[i] +
                    (i > 0 && i < end ? m_problem.sensitivity->value(m_schedule[i - 1], p) : 0);
            m_sensitivity.push_back(std::move(losses));
        }
    if (m_schedule.size() > kLongestTable) return;
    for (const PlatformId p : m_order) {
        std::vector<double> row(end + 1, 0);
        for (std::size_t c = 0; c < end; ++c) row[c] = computePayload(c, p);
        m_payload.push_back(std::move(row));
    }
}

std::string EdgeCutEvaluator::label(std::size_t position) const {
    if (position == 0) return "input";
    if (position > m_schedule.size()) return "output";
    return m_problem.graph->layer(m_schedule[position - 1]).name;
}

EdgeCutEvaluator::Segment EdgeCutEvaluator::segment(std::span<const std::size_t> cuts,
                                                    std::size_t stage) const {
    const std::size_t first = stage == 0 ? 0 : cuts[stage - 1] + 1;
    const std::size_t last = stage < cuts.size() ? cuts[stage] : m_schedule.size() + 1;
    return {first, last};
}

std::vector<TensorId> EdgeCutEvaluator::crossingAt(std::size_t position) const {
    const Graph& graph = *m_problem.graph;
    std::vector<TensorId> crossing;
    for (std::uint32_t t = 0; t < graph.tensors().size(); ++t) {
        const Tensor& tensor = graph.tensors()[t];
        const std::size_t made = tensor.producer ? m_position[tensor.producer->index()] : 0;
        const bool open = tensor.is_graph_output ||
                          std::any_of(tensor.consumers.begin(), tensor.consumers.end(),
                                      [&](LayerId c) { return m_position[c.index()] > position; });
        if (made <= position && open && !(made == 0 && tensor.consumers.empty()))
            crossing.push_back(TensorId{t});
    }
    return crossing;
}

double EdgeCutEvaluator::computePayload(std::size_t position, PlatformId sender) const {
    const Graph& graph = *m_problem.graph;
    double bytes = 0;
    for (const TensorId t : crossingAt(position)) bytes += m_evaluator->wireBytes(t, sender);
    if (!m_problem.compat.payload_overcount) return bytes;
    std::vector<bool> executed(graph.layerCount(), false);
    for (std::size_t i = 0; i < position; ++i) executed[m_schedule[i].index()] = true;
    std::vector<LayerId> extra = overcountedLayers(graph, executed);
    for (const LayerId layer : extra)
        for (const TensorId t : graph.layer(layer).outputs) bytes += m_evaluator->wireBytes(t, sender);
    return bytes;
}

double EdgeCutEvaluator::payload(std::size_t position, PlatformId sender) const {
    if (m_payload.empty()) return computePayload(position, sender);
    const auto at = std::find(m_order.begin(), m_order.end(), sender) - m_order.begin();
    return m_payload[static_cast<std::size_t>(at)][position];
}

EdgeCutEvaluator::Shipment EdgeCutEvaluator::shipment(std::span<const std::size_t> cuts,
                                                      std::size_t cut) const {
    if (cut > 0 && cuts[cut] == cuts[cut - 1]) return {};
    const bool nothing = cuts[cut] > m_schedule.size();
    Shipment shipment;
    shipment.bytes = nothing ? 0 : payload(cuts[cut], m_order[cut]);
    for (const Hop& hop : m_evaluator->routes().between(m_order[cut], m_order[cut + 1]))
        shipment.hops.push_back(nothing ? emptyFrame(m_problem, *m_evaluator, hop.link)
                                        : m_evaluator->hopCost(hop.link, shipment.bytes));
    return shipment;
}

double EdgeCutEvaluator::sum(const std::vector<double>& prefix, Segment segment) const {
    return segment.empty() ? 0 : prefix[segment.last + 1] - prefix[segment.first];
}

/// max over layers of own output + outputs of the same segment still needed, whoever needs them.
double EdgeCutEvaluator::peakElements(Segment segment) const {
    std::vector<double> ends(segment.last - segment.first + 2, 0);
    double live = 0, peak = 0;
    for (std::size_t i = segment.first; i <= segment.last; ++i) {
        live += m_output[i];
        const std::size_t until = std::min(std::max(m_needed_until[i], i), segment.last);
        ends[until - segment.first + 1] += m_output[i];
        peak = std::max(peak, live -= ends[i - segment.first]);
    }
    return peak;
}

PlatformMetrics EdgeCutEvaluator::memoryOf(std::size_t stage, Segment segment) const {
    PlatformMetrics metrics;
    if (segment.empty()) return metrics;
    if (m_problem.compat.element_memory) {
        metrics.weight_bytes = sum(m_weights, segment);
        metrics.peak_activation_bytes = peakElements(segment);
    } else {
        const std::size_t first = std::max<std::size_t>(segment.first, 1);
        const std::size_t last = std::min(segment.last, m_schedule.size());
        if (first > last) return metrics;
        const Piece piece =
            m_evaluator->piece(m_order[stage], std::span(m_schedule).subspan(first - 1, last - first + 1));
        metrics.weight_bytes = piece.weight_bytes;
        metrics.peak_activation_bytes = piece.peak_bytes;
    }
    metrics.memory_bytes = metrics.weight_bytes + metrics.peak_activation_bytes;
    return metrics;
}

Metrics EdgeCutEvaluator::evaluate(std::span<const std::size_t> cuts) const {
    assert(cuts.size() + 1 == m_order.size());
    const System& system = *m_problem.system;
    Metrics metrics;
    metrics.platforms.resize(system.platforms.size());
    metrics.links.resize(system.links.size());
    for (std::size_t j = 0; j < m_order.size(); ++j) {
        const Segment part = segment(cuts, j);
        PlatformMetrics& platform = metrics.platforms[m_order[j].index()];
        platform = memoryOf(j, part);
        platform.busy_s = sum(m_latency[j], part);
        platform.energy_j = sum(m_energy[j], part);
        metrics.latency_s += platform.busy_s;
        metrics.energy_j += platform.energy_j;
        metrics.initiation_interval_s = std::max(metrics.initiation_interval_s, platform.busy_s);
        metrics.memory_bytes_max = std::max(metrics.memory_bytes_max, platform.memory_bytes);
        if (!m_sensitivity.empty())
            metrics.sensitivity = metrics.sensitivity.value_or(0) + sum(m_sensitivity[j], part);
    }
    for (std::size_t j = 0; j + 1 < m_order.size(); ++j) {
        const Shipment shipped = shipment(cuts, j);
        const auto route = m_evaluator->routes().between(m_order[j], m_order[j + 1]);
        for (std::size_t h = 0; h < shipped.hops.size(); ++h) {
            const TransferCost& cost = shipped.hops[h];
            LinkMetrics& link = metrics.links[route[h].link.index()];
            metrics.latency_s += cost.time_s;
            metrics.energy_j += cost.energy_j;
            metrics.initiation_interval_s = std::max(metrics.initiation_interval_s, cost.time_s);
            metrics.link_bytes += shipped.bytes;
            link.bytes += shipped.bytes;
            link.busy_s += cost.time_s;
            link.energy_j += cost.energy_j;
        }
        if (shipped.bytes <= 0) continue;
        for (const TensorId t : crossingAt(cuts[j]))
            metrics.crossing.push_back({t,
                                        m_order[j],
                                        {m_order[j + 1]},
                                        m_evaluator->wireType(t, m_order[j]),
                                        m_evaluator->wireBytes(t, m_order[j])});
    }
    return metrics;
}

Figures EdgeCutEvaluator::figures(std::span<const std::size_t> cuts) const {
    Figures figures;
    if (!m_sensitivity.empty()) figures.sensitivity = 0;
    for (std::size_t j = 0; j < m_order.size(); ++j) {
        const Segment part = segment(cuts, j);
        const double busy = sum(m_latency[j], part);
        figures.latency_s += busy;
        figures.energy_j += sum(m_energy[j], part);
        figures.initiation_interval_s = std::max(figures.initiation_interval_s, busy);
        figures.memory_bytes_max = std::max(figures.memory_bytes_max, memoryOf(j, part).memory_bytes);
        if (!m_sensitivity.empty()) figures.sensitivity += sum(m_sensitivity[j], part);
    }
    for (std::size_t j = 0; j + 1 < m_order.size(); ++j) {
        const Shipment shipped = shipment(cuts, j);
        for (const TransferCost& cost : shipped.hops) {
            figures.latency_s += cost.time_s;
            figures.energy_j += cost.energy_j;
            figures.initiation_interval_s = std::max(figures.initiation_interval_s, cost.time_s);
            figures.link_bytes += shipped.bytes;
        }
    }
    return figures;
}

Plan EdgeCutEvaluator::plan(std::span<const std::size_t> cuts) const {
    Plan plan;
    for (std::size_t j = 0; j < m_order.size(); ++j) {
        const Segment part = segment(cuts, j);
        Stage stage{m_order[j], {}};
        for (std::size_t i = std::max<std::size_t>(part.first, 1);
             i <= std::min(part.last, m_schedule.size()); ++i)
            stage.layers.push_back(m_schedule[i - 1]);
        if (!stage.layers.empty()) plan.stages.push_back(std::move(stage));
    }
    return plan;
}

std::optional<std::vector<std::size_t>> EdgeCutEvaluator::cutsOf(const Plan& plan) const {
    std::vector<std::size_t> cuts;
    std::size_t stage = 0, position = 0;
    for (std::size_t j = 0; j + 1 < m_order.size(); ++j) {
        if (stage < plan.stages.size() && plan.stages[stage].platform == m_order[j])
            position += plan.stages[stage++].layers.size();
        const bool all = stage == plan.stages.size() && position == m_schedule.size();
        cuts.push_back(all ? m_schedule.size() + 1 : position);
    }
    const bool last = stage < plan.stages.size() && plan.stages[stage].platform == m_order.back();
    if (last) ++stage;
    if (stage != plan.stages.size()) return std::nullopt;
    if (this->plan(cuts) != plan) return std::nullopt;
    return cuts;
}

std::optional<Metrics> edgeCutMetrics(const Problem& problem, const Plan& plan) {
    std::vector<LayerId> schedule;
    for (const Stage& stage : plan.stages)
        schedule.insert(schedule.end(), stage.layers.begin(), stage.layers.end());
    std::vector<PlatformId> order;
    for (std::uint32_t p = 0; p < problem.system->platforms.size(); ++p) order.push_back(PlatformId{p});
    const auto evaluator = EdgeCutEvaluator::make(problem, schedule, order);
    if (!evaluator) return std::nullopt;
    const auto cuts = evaluator->cutsOf(plan);
    if (!cuts) return std::nullopt;
    return evaluator->evaluate(*cuts);
}

} // namespace cutline
