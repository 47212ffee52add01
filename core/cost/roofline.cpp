// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/roofline.h"

#include "core/base/text.h"
#include "core/cost/uncertainty.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

bool isConvolution(OpClass op_class) {
    return op_class == OpClass::Conv || op_class == OpClass::Depthwise;
}

/// "int8": 8; 0 where the name does not end in a number.
int bitsOfType(std::string_view type) {
    std::size_t digits = type.size();
    while (digits > 0 && type[digits - 1] >= '0' && type[digits - 1] <= '9') --digits;
    int bits = 0;
    for (const char c : type.substr(digits)) bits = std::min(1 << 16, bits * 10 + (c - '0'));
    return bits;
}

bool isAssumed(const Platform& platform, std::initializer_list<std::string_view> fields) {
    return std::any_of(fields.begin(), fields.end(), [&](std::string_view field) {
        const Note* note = platform.note(field);
        return note && note->mark == Mark::Assumed;
    });
}

double roundedUp(std::uint64_t channels, std::uint32_t granule) {
    const std::uint64_t step = std::max<std::uint32_t>(granule, 1);
    return static_cast<double>((channels + step - 1) / step * step);
}

Error badNumber(const Platform& platform, const std::string& field, double value) {
    return {"platform " + platform.name, field + " is " + numberText(value), "give a positive number"};
}

} // namespace

const Roofline::Peak* peakFor(const Roofline& roofline, int weight_bits) {
    const Roofline::Peak* best = nullptr;
    const auto rank = [&](const Roofline::Peak& peak) {
        const int bits = bitsOfType(peak.type);
        const bool narrow = bits < weight_bits;
        return std::tuple(narrow, narrow ? -bits : bits, peak.type.find("int") == std::string::npos);
    };
    for (const Roofline::Peak& peak : roofline.peaks)
        if (!best || rank(peak) < rank(*best)) best = &peak;
    return best;
}

double costedMacs(const Layer& layer, const Compat& compat) {
    const auto macs = static_cast<double>(layer.macs.value_or(0));
    if (!compat.dense_groups || !isConvolution(layer.op_class) || layer.loops.empty()) return macs;
    return macs * static_cast<double>(layer.loops.front().g);
}

RooflineModel::RooflineModel(const Platform& platform, const Compat& compat)
    : m_platform(platform), m_roofline(*platform.roofline), m_compat(compat) {
    if (const Roofline::Peak* peak = peakFor(m_roofline, platform.weight_bits)) {
        m_peak = peak->macs_per_s;
        m_peak_assumed = isAssumed(platform, {"roofline", "roofline.peak", "roofline.peak." + peak->type});
    }
    m_bandwidth_assumed = isAssumed(platform, {"roofline", "roofline.bandwidth_bytes_per_s"});
    m_lanes_assumed = isAssumed(platform, {"lanes"});
}

Result<std::unique_ptr<RooflineModel>> RooflineModel::make(const Platform& platform, const Compat& compat) {
    const Roofline& roofline = *platform.roofline;
    for (const Roofline::Peak& peak : roofline.peaks)
        if (!(peak.macs_per_s > 0))
            return badNumber(platform, "roofline.peak of " + peak.type, peak.macs_per_s);
    if (roofline.bandwidth_bytes_per_s && !(*roofline.bandwidth_bytes_per_s > 0))
        return badNumber(platform, "roofline.bandwidth_bytes_per_s", *roofline.bandwidth_bytes_per_s);
    if (!(roofline.bandwidth_efficiency > 0))
        return badNumber(platform, "roofline.bandwidth_efficiency", roofline.bandwidth_efficiency);
    for (const auto& [name, value] : roofline.efficiency)
        if (!(value > 0)) return badNumber(platform, "roofline.efficiency of " + name, value);
    return std::unique_ptr<RooflineModel>(new RooflineModel(platform, compat));
}

double RooflineModel::efficiency(OpClass op_class) const {
    const auto found = m_roofline.efficiency.find(std::string(nameOf(op_class)));
    return found == m_roofline.efficiency.end() ? 1 : found->second;
}

double RooflineModel::macTime(const Layer& layer) const {
    if (m_peak <= 0) return 0;
    double macs = 0;
    for (const LoopDims& loop : layer.loops) {
        LoopDims outside = loop;
        outside.c = outside.m = 1;
        const bool dense = m_compat.dense_groups && isConvolution(layer.op_class);
        // Dense: one group of all channels. Depthwise: the channels are the groups, they fill the lanes side
        // by side.
        const bool depthwise = !dense && layer.op_class == OpClass::Depthwise;
        if (dense || depthwise) outside.g = 1;
        const std::uint64_t c = dense ? loop.c * loop.g : loop.c;
        const std::uint64_t m = dense || depthwise ? loop.m * loop.g : loop.m;
        macs += static_cast<double>(outside.macs()) *
                (depthwise ? static_cast<double>(c) : roundedUp(c, m_roofline.granule_in)) *
                roundedUp(m, m_roofline.granule_out);
    }
    if (layer.loops.empty()) macs = costedMacs(layer, m_compat);
    return macs / (m_peak * efficiency(layer.op_class));
}

double RooflineModel::elementTime(const Graph& graph, const Layer& layer) const {
    if (m_platform.lanes <= 0 || !m_platform.clock_hz || *m_platform.clock_hz <= 0) return 0;
    double elements = 0;
    for (const TensorId t : layer.outputs)
        elements += static_cast<double>(graph.tensor(t).elements().value_or(0));
    return elements / (m_platform.lanes * *m_platform.clock_hz * efficiency(layer.op_class));
}

/// What enters and leaves the layers as one, each tensor once, and the weights that do not fit on chip.
double RooflineModel::movedBytes(const Graph& graph, std::span<const LayerId> layers) const {
    const auto member = [&](LayerId id) {
        return std::find(layers.begin(), layers.end(), id) != layers.end();
    };
    double moved = 0, weights = 0;
    std::vector<std::uint32_t> seen, seen_weights;
    const auto fresh = [](std::vector<std::uint32_t>& list, std::uint32_t value) {
        if (std::find(list.begin(), list.end(), value) != list.end()) return false;
        list.push_back(value);
        return true;
    };
    for (const LayerId id : layers) {
        const Layer& layer = graph.layer(id);
        for (const TensorId t : layer.inputs) {
            const auto producer = graph.tensor(t).producer;
            if (producer && member(*producer)) continue;
            if (fresh(seen, t.value)) moved += tensorBytes(graph.tensor(t), m_platform);
        }
        for (const TensorId t : layer.outputs) {
            const Tensor& tensor = graph.tensor(t);
            const bool inside = layers.size() > 1 && !tensor.is_graph_output && !tensor.consumers.empty() &&
                                std::all_of(tensor.consumers.begin(), tensor.consumers.end(), member);
            if (!inside) moved += tensorBytes(tensor, m_platform);
        }
        for (const WeightId w : layer.weights) {
            const Weight& weight = graph.weight(w);
            const bool dense = m_compat.dense_groups && isConvolution(layer.op_class) &&
                               !layer.loops.empty() && weight.is_parameter && !weight.is_bias;
            const double factor = dense ? static_cast<double>(layer.loops.front().g) : 1;
            if (fresh(seen_weights, w.value)) weights += factor * weightBytes(weight, m_platform);
        }
    }
    return moved + (weights <= m_roofline.on_chip_weight_bytes ? 0 : weights);
}

std::optional<RooflineModel::Terms> RooflineModel::terms(const Graph& graph, LayerId id) const {
    const Layer& layer = graph.layer(id);
    if (layer.isView() || !layer.shapes_known || !layer.macs) return std::nullopt;
    const bool multiplies = costedMacs(layer, m_compat) > 0;
    if (multiplies && m_peak <= 0) return std::nullopt;
    const LayerId alone[] = {id};
    const double compute = multiplies ? macTime(layer) : elementTime(graph, layer);
    return Terms{compute * efficiency(layer.op_class), moveTime(movedBytes(graph, alone))};
}

double RooflineModel::moveTime(double bytes) const {
    if (!m_roofline.bandwidth_bytes_per_s) return 0;
    return bytes / (*m_roofline.bandwidth_bytes_per_s * m_roofline.bandwidth_efficiency);
}

std::optional<Cost> RooflineModel::cost(const Graph& graph, std::span<const LayerId> layers) const {
    Cost cost{0, 0, Source::Roofline, true, 0, 0};
    double compute = 0, elements = 0, macs = 0;
    bool known = true, views = true;
    for (const LayerId id : layers) {
        const Layer& layer = graph.layer(id);
        views = views && layer.isView();
        known = known && layer.shapes_known && layer.macs.has_value();
        if (layer.isView()) continue;
        const double layer_macs = costedMacs(layer, m_compat);
        macs += layer_macs;
        if (layer_macs > 0)
            compute += macTime(layer);
        else
            elements += elementTime(graph, layer);
    }
    if (views) return cost;
    if (!known) return Cost{0, 0, Source::None, true, 0, 0};
    if (macs > 0 && m_peak <= 0) return std::nullopt;
    const bool by_elements = macs <= 0;
    if (by_elements) compute = elements;
    const double bytes = movedBytes(graph, layers);
    const double move = moveTime(bytes);
    cost.latency_s = m_roofline.launch_s + std::max(compute, move);
    cost.energy_j = m_roofline.busy_power_w
                        ? *m_roofline.busy_power_w * cost.latency_s
                        : (macs * m_roofline.pj_per_mac + bytes * m_roofline.pj_per_byte) * 1e-12;
    const bool compute_assumed = by_elements ? m_lanes_assumed : m_peak_assumed;
    if (compute >= move ? compute_assumed : m_bandwidth_assumed) cost.source = Source::Assumed;
    cost.setSpread(predictedSpread(cost.source, m_platform));
    return cost;
}

} // namespace cutline
