// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/loop_nest_model.h"

#include "core/cost/loopnest/describe.h"
#include "core/cost/uncertainty.h"

#include <algorithm>
#include <cmath>

namespace cutline::loopnest {

namespace {

/// Sizes beyond this are no layer's; counts would leave the whole numbers of a double.
constexpr double kMostMacs = 1e15;

bool isTooLarge(const LoopDims& loops)
{
    double macs = static_cast<double>(loops.repeats) * static_cast<double>(loops.n);
    for (const std::uint64_t size : {loops.g, loops.c, loops.m, loops.r, loops.s, loops.p, loops.q}) {
        if (size > std::uint64_t{1} << 31) return true;
        macs *= static_cast<double>(size);
    }
    const std::uint64_t phases = loops.transposed ? std::min(loops.r * loops.s, std::uint64_t{1} << 31) : 1; // of nestsOf
    return macs > kMostMacs || loops.g * loops.c > std::uint64_t{1} << 31
           || static_cast<double>(loops.g * loops.m) * static_cast<double>(phases) > 0x1p31;
}

bool isConvolution(const Layer& layer)
{
    return layer.op_class == OpClass::Conv || layer.op_class == OpClass::Depthwise;
}

/// The nest of a convolution over one dim has it as rows, but it may be columns as well.
Axes axesOf(const Graph& graph, const Layer& layer)
{
    const auto& shape = graph.tensor(layer.outputs.front()).shape;
    return isConvolution(layer) && shape && shape->size() == 3 ? Axes::Either : Axes::Given;
}

bool isEmpty(const LoopDims& loops) { return loops.macs() == 0; }

bool isAssumed(const Platform& platform, std::string_view field)
{
    const Note* note = platform.note(field);
    return note && note->mark == Mark::Assumed;
}

/// What enters and leaves the layers as one: words read from and written to off-chip memory.
struct Moved {
    double read_bytes = 0, written_bytes = 0, read_words = 0, written_words = 0;
    double elements = 0; ///< of all outputs
};

Moved movedBy(const Graph& graph, const Platform& platform, std::span<const LayerId> layers)
{
    const auto member = [&](LayerId id) { return std::find(layers.begin(), layers.end(), id) != layers.end(); };
    Moved moved;
    std::vector<TensorId> seen;
    std::vector<WeightId> seen_weights;
    const auto isFresh = [](auto& list, auto id) {
        if (std::find(list.begin(), list.end(), id) != list.end()) return false;
        list.push_back(id);
        return true;
    };
    for (const LayerId id : layers) {
        for (const TensorId t : graph.layer(id).inputs) {
            const Tensor& tensor = graph.tensor(t);
            if ((tensor.producer && member(*tensor.producer)) || !isFresh(seen, t)) continue;
            moved.read_bytes += tensorBytes(tensor, platform);
            moved.read_words += static_cast<double>(tensor.elements().value_or(0));
        }
        for (const WeightId w : graph.layer(id).weights) {
            if (!isFresh(seen_weights, w)) continue;
            moved.read_bytes += weightBytes(graph.weight(w), platform);
            moved.read_words += static_cast<double>(graph.weight(w).elements);
        }
        for (const TensorId t : graph.layer(id).outputs) {
            const Tensor& tensor = graph.tensor(t);
            moved.elements += static_cast<double>(tensor.elements().value_or(0));
            const bool inside = !tensor.is_graph_output && !tensor.consumers.empty()
                                && std::all_of(tensor.consumers.begin(), tensor.consumers.end(), member);
            if (inside) continue;
            moved.written_bytes += tensorBytes(tensor, platform);
            moved.written_words += static_cast<double>(tensor.elements().value_or(0));
        }
    }
    return moved;
}

} // namespace

LoopNestModel::LoopNestModel(const Platform& platform, const Compat& compat, ShapeMapper mapper)
    : m_platform(platform), m_compat(compat), m_mapper(std::move(mapper))
{
}

Result<std::unique_ptr<LoopNestModel>> LoopNestModel::make(const Platform& platform, const Compat& compat,
                                                           std::shared_ptr<MappingCache> cache)
{
    auto machine = compileMachine(*platform.loop_nest, platform.clock_hz.value_or(0), "platform " + platform.name,
                                  {.first_fill = compat.first_fill, .mac_fallback = compat.mac_fallback});
    if (!machine) return machine.error();
    if (!cache) cache = std::make_shared<MappingCache>();
    ShapeMapper mapper(*std::move(machine), compat.published_mapping ? Search::Published : Search::Optimal,
                       std::move(cache));
    return std::unique_ptr<LoopNestModel>(new LoopNestModel(platform, compat, std::move(mapper)));
}

/// Nothing where a size is beyond what can be counted.
std::optional<std::vector<NestShape>> LoopNestModel::nestsOfLayer(const Layer& layer) const
{
    const Groups groups = m_compat.dense_groups && isConvolution(layer) ? Groups::Dense : Groups::Apart;
    std::vector<NestShape> nests;
    for (const LoopDims& loops : layer.loops) {
        if (isEmpty(loops)) continue;
        if (isTooLarge(loops)) return std::nullopt;
        for (NestShape& nest : nestsOf(loops, groups)) nests.push_back(nest);
    }
    return nests;
}

/// False where a nest fits no mapping. `least_s`: what no mapping can beat.
bool LoopNestModel::addNests(const Graph& graph, LayerId id, Cost& cost, double& least_s, Progress& progress) const
{
    const Layer& layer = graph.layer(id);
    const auto nests = nestsOfLayer(layer);
    if (!nests) return false;
    for (const NestShape& shape : *nests) {
        const auto nest = m_mapper.map(shape, axesOf(graph, layer), progress);
        if (!nest) return false;
        cost.latency_s += nest->analysis.cycles / machine().clock_hz;
        cost.energy_j += nest->analysis.energy_pj * 1e-12;
        const bool complete = nest->stop == MapResult::Stop::Complete;
        least_s += (complete ? nest->analysis.cycles : nest->bound.cycles) / machine().clock_hz;
    }
    return true;
}

Cost LoopNestModel::elementCost(const Graph& graph, std::span<const LayerId> layers) const
{
    const LoopNest& nest = *m_platform.loop_nest;
    const Moved moved = movedBy(graph, m_platform, layers);
    const MachineLevel& off_chip = machine().levels.back();
    const bool own_lanes = nest.elements_per_cycle > 0;
    const double lanes = own_lanes ? nest.elements_per_cycle : m_platform.lanes;
    const double compute_s = lanes > 0 ? moved.elements / (lanes * machine().clock_hz) : 0;
    const double bandwidth = nest.dram_bytes_per_s.value_or(0);
    const double move_s = bandwidth > 0 ? (moved.read_bytes + moved.written_bytes) / bandwidth : 0;
    Cost cost{std::max(compute_s, move_s), 0, Source::LoopNest, true, 0, 0};
    cost.energy_j = (std::ceil(moved.read_words / off_chip.block) * off_chip.read_pj
                     + std::ceil(moved.written_words / off_chip.block) * off_chip.write_pj)
                        * 1e-12
                    + nest.static_power_w * cost.latency_s;
    const char* binding = compute_s < move_s ? "loop_nest.dram_bytes_per_s"
                          : own_lanes        ? "loop_nest.elements_per_cycle"
                                             : "lanes";
    if (isAssumed(m_platform, binding)) cost.source = Source::Assumed;
    cost.setSpread(predictedSpread(cost.source, m_platform));
    return cost;
}

std::optional<Cost> LoopNestModel::cost(const Graph& graph, std::span<const LayerId> layers) const
{
    Progress progress;
    return costUnlessCancelled(graph, layers, progress);
}

std::optional<Cost> LoopNestModel::costUnlessCancelled(const Graph& graph, std::span<const LayerId> layers,
                                                       Progress& progress) const
{
    Cost cost{0, 0, Source::LoopNest, true, 0, 0};
    bool known = true, views = true, macs = false;
    for (const LayerId id : layers) {
        const Layer& layer = graph.layer(id);
        views = views && layer.isView();
        known = known && layer.shapes_known && layer.macs.has_value();
        macs = macs || !layer.loops.empty();
    }
    if (views) return cost;
    if (!known) return Cost{0, 0, Source::None, true, 0, 0};
    if (!macs) return elementCost(graph, layers);
    double least_s = 0;
    for (const LayerId id : layers) {
        if (addNests(graph, id, cost, least_s, progress)) continue;
        return Cost{0, 0, Source::LoopNest, false, 0, 0};
    }
    LogSpread spread = predictedSpread(cost.source, m_platform);
    // A search that ran out of time may have missed what its bound still allows.
    if (least_s > 0) spread.layer = std::hypot(spread.layer, static_cast<float>(std::log(cost.latency_s / least_s)));
    cost.setSpread(spread);
    return cost;
}

std::string LoopNestModel::explain(const Graph& graph, std::span<const LayerId> layers) const
{
    Progress progress;
    std::string text;
    for (const LayerId id : layers) {
        const Layer& layer = graph.layer(id);
        const auto nests = mappings(graph, id, progress);
        if (nests.empty() && !layer.loops.empty() && !layer.macs.value_or(0)) continue;
        if (nests.empty() && !layer.loops.empty())
            return m_platform.name + ": no mapping of " + layer.op + " fits its loop nest";
        for (const MappedNest& nest : nests) {
            const std::string summary = summaryText(machine(), nest);
            if (text.find(summary) == std::string::npos) text += (text.empty() ? "" : "\n") + summary;
        }
    }
    return text;
}

std::vector<MappedNest> LoopNestModel::mappings(const Graph& graph, LayerId id, Progress& progress) const
{
    const Layer& layer = graph.layer(id);
    std::vector<MappedNest> mapped;
    const auto nests = nestsOfLayer(layer);
    if (!nests) return mapped;
    for (const NestShape& shape : *nests) {
        auto nest = m_mapper.map(shape, axesOf(graph, layer), progress);
        if (!nest) return {};
        mapped.push_back(*std::move(nest));
    }
    return mapped;
}

MapResult LoopNestModel::search(const Graph& graph, LayerId id, std::size_t nest, const MapOptions& options,
                                Progress& progress) const
{
    const Layer& layer = graph.layer(id);
    const auto nests = nestsOfLayer(layer);
    if (!nests || nest >= nests->size()) return {};
    return m_mapper.search((*nests)[nest], axesOf(graph, layer), options, progress);
}

MapResult LoopNestModel::curve(const Graph& graph, LayerId layer, std::size_t nest, Progress& progress) const
{
    return search(graph, layer, nest, {.goal = Goal::Curve}, progress);
}

} // namespace cutline::loopnest
