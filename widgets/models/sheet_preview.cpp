// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/sheet_preview.h"

#include "core/cost/cost_model.h"
#include "core/cost/uncertainty.h"
#include "core/plan/evaluate.h"
#include "widgets/models/plan_facts.h"

#include <QCoreApplication>

#include <cmath>

namespace cutline {
namespace {

constexpr double kNinety = 1.645; ///< standard deviations to either side hold 90 of 100 cases

QString previewWords(const char* words) {
    return QCoreApplication::translate("SheetPreview", words);
}

/// On a system of this platform alone.
Result<Metrics> metricsOn(const GraphPtr& graph, Platform platform, Progress& progress) {
    System system;
    system.name = platform.name;
    system.platforms.push_back(std::move(platform));
    Problem problem;
    problem.graph = graph;
    problem.system = std::make_shared<const System>(std::move(system));
    auto costs = buildCostTable(graph, problem.system, {}, progress);
    if (!costs) return costs.error();
    problem.costs = *std::move(costs);
    const std::vector<PlatformId> everywhere(graph->layerCount(), PlatformId{0});
    return Evaluator(std::move(problem)).evaluate(planFromAssignment(*graph, everywhere));
}

} // namespace

Result<SheetPreview> previewOf(const GraphPtr& graph, const DataSheet& sheet, Progress& progress) {
    SheetPreview preview;
    const std::pair<SheetBound, std::optional<double>*> ends[] = {
        {SheetBound::Low, &preview.energy_j.low},
        {SheetBound::Likely, &preview.energy_j.likely},
        {SheetBound::High, &preview.energy_j.high}};
    for (const auto& [bound, energy_j] : ends) {
        auto platform = platformOf(sheet, bound);
        if (!platform) return platform.error();
        const LogSpread spread = predictedSpread(Source::Roofline, *platform);
        const auto metrics = metricsOn(graph, *std::move(platform), progress);
        if (!metrics) return metrics.error();
        *energy_j = metrics->energy_j;
        preview.latency_s = metrics->latency_s;
        preview.memory_bytes = metrics->platforms[0].memory_bytes;
        // Layers err apart from each other, and that evens out over a whole network.
        preview.time_factor = std::exp(kNinety * static_cast<double>(spread.platform));
    }
    return preview;
}

QString previewText(const SheetPreview& preview, const QString& model) {
    QString words = previewWords("%1 on it alone: %2 (%3 to %4 in 90 of 100 cases), %5")
                        .arg(model, quantityText(preview.latency_s, Unit::Second),
                             quantityText(preview.latency_s / preview.time_factor, Unit::Second),
                             quantityText(preview.latency_s * preview.time_factor, Unit::Second),
                             quantityText(preview.memory_bytes, Unit::Byte));
    const LikelyRange& energy = preview.energy_j;
    if (!(*energy.likely > 0)) return words + previewWords("; energy not known");
    words += previewWords(", %1").arg(quantityText(*energy.likely, Unit::Joule));
    if (*energy.high > *energy.low)
        words += previewWords(" (%1 to %2)")
                     .arg(quantityText(*energy.low, Unit::Joule), quantityText(*energy.high, Unit::Joule));
    return words + previewWords(" an inference");
}

} // namespace cutline
