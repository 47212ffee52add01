// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explore/width_sweep.h"

#include <algorithm>

namespace cutline {

std::vector<int> sweptWidths() { return {2, 3, 4, 5, 6, 7, 8, 10, 12, 16}; }

Result<WidthSweep> sweepWidths(const Plan& plan, const Graph& graph, const System& system, AccuracyMeter& meter,
                               Progress& progress) {
    const auto own = precisionOf(plan, graph, system);
    if (!own) return own.error();
    WidthSweep sweep;
    std::vector<PrecisionVector> vectors{*own, PrecisionVector::uniform(graph.layerCount(), {})};
    for (const Stage& stage : plan.stages) {
        const bool seen = std::any_of(sweep.curves.begin(), sweep.curves.end(),
                                      [&](const WidthSweep::Curve& c) { return c.platform == stage.platform; });
        if (seen || stage.layers.empty()) continue;
        auto& curve = sweep.curves.emplace_back();
        curve.platform = stage.platform;
        const LayerPrecision& now = own->layers[stage.layers.front().index()];
        if (now.weights == now.activations && now.weights.kind == Width::Kind::Integer) curve.own_bits = now.weights.bits;
        for (const int bits : sweptWidths()) {
            const Width width = Width::integer(bits);
            PrecisionVector other = *own;
            for (const Stage& part : plan.stages) {
                if (part.platform != stage.platform) continue;
                for (const LayerId layer : part.layers) other.layers[layer.index()] = {width, width};
            }
            if (plan.stages.front().platform == stage.platform) other.input = width;
            curve.points.push_back({bits, {}});
            vectors.push_back(std::move(other));
        }
    }
    const auto measured = meter.measure(vectors, progress);
    if (!measured) return measured.error();
    sweep.plan = accuracyOf((*measured)[0]);
    sweep.exact = accuracyOf((*measured)[1]);
    sweep.images = meter.data().size();
    sweep.labelled = (*measured)[0].labelled;
    std::size_t next = 2;
    for (auto& curve : sweep.curves)
        for (auto& point : curve.points) point.accuracy = accuracyOf((*measured)[next++]);
    return sweep;
}

} // namespace cutline
