// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/overlay.h"

#include "widgets/graph/graph_scene.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>
#include <set>

namespace cutline {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

QString overlayWords(const char* text) {
    return QCoreApplication::translate("GraphOverlay", text);
}

double inProportion(const CostTable& costs, LayerId layer, PlatformId platform, double Cost::*figure) {
    const std::size_t group = costs.fusion().group_of[layer.index()];
    const double alone = costs.layer(layer, platform).*figure;
    if (!costs.fuses(group, platform)) return alone;
    double sum = 0;
    for (const LayerId member : costs.fusion().groups[group]) sum += costs.layer(member, platform).*figure;
    return sum > 0 ? costs.group(group, platform).*figure * alone / sum : alone;
}

std::optional<double> latencyOf(const GraphLook& look, LayerId layer, PlatformId platform) {
    if (!look.costs || !look.costs->layer(layer, platform).supported) return {};
    return layerSeconds(*look.costs, layer, platform);
}

std::optional<double> energyOf(const GraphLook& look, LayerId layer, PlatformId platform) {
    if (!look.costs || !look.costs->layer(layer, platform).supported) return {};
    return layerJoules(*look.costs, layer, platform);
}

/// What it keeps there for good and what it writes: its weights and its outputs.
std::optional<double> memoryOf(const GraphLook& look, LayerId id, PlatformId platform) {
    const Platform& on = look.system->platform(platform);
    const Layer& layer = look.graph->layer(id);
    double bytes = 0;
    for (const WeightId weight : layer.weights) bytes += weightBytes(look.graph->weight(weight), on);
    for (const TensorId output : layer.outputs) bytes += tensorBytes(look.graph->tensor(output), on);
    return bytes;
}

/// Which of its precisions the shown plan runs a platform at.
std::size_t chosenPrecision(const GraphLook& look, PlatformId platform) {
    if (look.plan)
        for (const Stage& stage : look.plan->stages)
            if (stage.platform == platform) return stage.precision;
    return 0;
}

/// What the layer adds to the network's loss at its platform's precision.
std::optional<double> sensitivityOf(const GraphLook& look, LayerId layer, PlatformId platform) {
    const std::size_t precision = chosenPrecision(look, platform);
    if (precision >= look.sensitivities.size() || !look.sensitivities[precision]) return {};
    return look.sensitivities[precision]->value(layer, platform);
}

std::optional<double> precisionOf(const GraphLook& look, LayerId id, PlatformId platform) {
    const Layer& layer = look.graph->layer(id);
    if (layer.outputs.empty()) return {};
    return tensorBits(look.graph->tensor(layer.outputs.front()),
                      atPrecision(look.system->platform(platform), chosenPrecision(look, platform)));
}

std::optional<double> rateOf(const GraphLook& look, LayerId id, PlatformId platform) {
    const auto seconds = latencyOf(look, id, platform);
    const double macs = static_cast<double>(look.graph->layer(id).macs.value_or(0));
    if (!seconds || *seconds <= 0 || macs <= 0) return {};
    return macs / *seconds;
}

/// Of what its platform can do at most.
std::optional<double> utilisationOf(const GraphLook& look, LayerId id, PlatformId platform) {
    const auto rate = rateOf(look, id, platform);
    if (!rate || platform.index() >= look.peaks_macs_per_s.size()) return {};
    const auto peak = look.peaks_macs_per_s[platform.index()];
    return peak ? std::optional(*rate / *peak) : std::nullopt;
}

std::optional<double> provenanceOf(const GraphLook& look, LayerId layer, PlatformId platform) {
    if (!look.costs) return {};
    return static_cast<double>(look.costs->layer(layer, platform).source);
}

QStringList sourceNames() {
    QStringList names;
    for (int s = 0; s <= static_cast<int>(Source::None); ++s) {
        const std::string_view word = wordFor(static_cast<Source>(s));
        names << QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size()));
    }
    return names;
}

QString bitsName(double bits) {
    return overlayWords("%1 bit").arg(bits);
}

/// By node what its layers come to; NaN where nothing is known of any.
std::vector<double> valuesOf(const Overlay& overlay, const GraphLook& look, const ViewGraph& view) {
    std::vector<double> values(view.nodes.size(), kUnknown);
    for (std::size_t i = 0; i < values.size(); ++i) {
        double sum = 0, largest = 0;
        std::size_t known = 0;
        for (const LayerId id : view.nodes[i].layers) {
            const int owner = look.owner[id.index()];
            if (owner < 0) continue;
            const auto value = overlay.value(look, id, PlatformId{static_cast<std::uint32_t>(owner)});
            if (!value) continue;
            ++known;
            sum += *value;
            largest = std::max(largest, *value);
        }
        if (known == 0) continue;
        values[i] = overlay.sum == Overlay::Sum::Add    ? sum
                    : overlay.sum == Overlay::Sum::Mean ? sum / static_cast<double>(known)
                                                        : largest;
    }
    return values;
}

void nameKinds(OverlayPicture& picture, const Overlay& overlay, const GraphLook& look,
               std::vector<double> values) {
    std::set<double> shown;
    for (const double v : values)
        if (std::isfinite(v)) shown.insert(v);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) continue;
        const auto rank = static_cast<double>(std::distance(shown.begin(), shown.find(values[i])));
        picture.part[i] =
            shown.size() < 2 ? 0.25 : 0.08 + 0.92 * rank / static_cast<double>(shown.size() - 1);
    }
    double rank = 0;
    for (const double v : shown) {
        const double part =
            shown.size() < 2 ? 0.25 : 0.08 + 0.92 * rank++ / static_cast<double>(shown.size() - 1);
        const QString name =
            overlay.kind_name ? overlay.kind_name(v) : overlay.kinds.value(static_cast<int>(v));
        picture.kinds.push_back({overlayColour(*look.theme, part), name});
    }
}

} // namespace

const std::vector<Overlay>& overlays() {
    using Sum = Overlay::Sum;
    static const std::vector<Overlay> all{
        {QStringLiteral("platform"), overlayWords("platform"), Unit::None, Sum::Add, nullptr, {}, nullptr},
        {QStringLiteral("latency"), overlayWords("latency"), Unit::Second, Sum::Add, latencyOf, {}, nullptr},
        {QStringLiteral("energy"), overlayWords("energy"), Unit::Joule, Sum::Add, energyOf, {}, nullptr},
        {QStringLiteral("memory"), overlayWords("memory"), Unit::Byte, Sum::Add, memoryOf, {}, nullptr},
        {QStringLiteral("precision"), overlayWords("precision"), Unit::None, Sum::Largest, precisionOf, {}, bitsName},
        {QStringLiteral("sensitivity"), overlayWords("sensitivity"), Unit::None, Sum::Add, sensitivityOf, {}, nullptr},
        {QStringLiteral("rate"), overlayWords("MAC rate"), Unit::MacPerSecond, Sum::Mean, rateOf, {}, nullptr},
        {QStringLiteral("utilisation"), overlayWords("utilisation"), Unit::Fraction, Sum::Mean, utilisationOf, {}, nullptr},
        {QStringLiteral("provenance"), overlayWords("provenance"), Unit::None, Sum::Largest, provenanceOf,
         sourceNames(), nullptr},
    };
    return all;
}

const Overlay& overlayById(const QString& id) {
    for (const Overlay& overlay : overlays())
        if (overlay.id == id) return overlay;
    return overlays().front();
}

OverlayPicture overlayPicture(const Overlay& overlay, const GraphLook& look, const ViewGraph& view) {
    OverlayPicture picture;
    picture.part.assign(view.nodes.size(), kUnknown);
    if (!overlay.value || !look.system || !look.graph) return picture;
    const std::vector<double> values = valuesOf(overlay, look, view);
    if (overlay.hasKinds()) {
        nameKinds(picture, overlay, look, values);
        return picture;
    }
    for (const double v : values)
        if (std::isfinite(v)) picture.largest = std::max(picture.largest, v);
    for (std::size_t i = 0; i < values.size(); ++i)
        if (picture.largest > 0) picture.part[i] = values[i] / picture.largest;
    picture.low = QString::fromStdString(formatQuantity(0, overlay.unit));
    picture.high = QString::fromStdString(formatQuantity(picture.largest, overlay.unit));
    return picture;
}

QColor overlayColour(const Theme& theme, double part) {
    const double strongest = theme.dark ? 0.34 : 0.5;
    return theme.tint(theme.accent, 0.02 + (strongest - 0.02) * std::clamp(part, 0.0, 1.0));
}

double layerSeconds(const CostTable& costs, LayerId layer, PlatformId platform) {
    return inProportion(costs, layer, platform, &Cost::latency_s);
}

double layerJoules(const CostTable& costs, LayerId layer, PlatformId platform) {
    return inProportion(costs, layer, platform, &Cost::energy_j);
}

} // namespace cutline
