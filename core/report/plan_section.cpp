// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "core/report/sections.h"
#include "core/report/svg.h"

#include <algorithm>

namespace cutline::report {
namespace {

/// More boxes do not fit beside each other; the table says it all.
constexpr std::size_t kMostBoxes = 5;

/// What leaves the first `s + 1` stages of a pipeline for a later one.
double bytesAfter(const Content& content, std::size_t s)
{
    const auto& stages = content.chosen.plan.stages;
    const auto stageOf = [&](PlatformId platform) {
        return std::find_if(stages.begin(), stages.end(), [&](const Stage& stage) { return stage.platform == platform; }) -
               stages.begin();
    };
    double bytes = 0;
    for (const Crossing& crossing : content.chosen.metrics.crossing) {
        const auto here = static_cast<std::ptrdiff_t>(s);
        const bool later = std::any_of(crossing.to.begin(), crossing.to.end(),
                                       [&](PlatformId to) { return stageOf(to) > here; });
        if (stageOf(crossing.from) <= here && later) bytes += crossing.bytes;
    }
    return bytes;
}

void stagePicture(const Content& content, Document& out)
{
    const Plan& plan = content.chosen.plan;
    if (plan.scheme != Scheme::Pipeline || plan.stages.size() > kMostBoxes) return;
    const Problem& problem = content.problem();
    std::vector<StageBox> boxes;
    for (std::size_t s = 0; s < plan.stages.size(); ++s) {
        const Stage& stage = plan.stages[s];
        StageBox box;
        box.platform = stage.platform.index();
        box.name = problem.system->platform(stage.platform).name;
        box.layers = counted(stage.layers.size(), "layer", "layers");
        box.busy = "busy " + formatQuantity(content.chosen.metrics.platforms[stage.platform.index()].busy_s, Unit::Second);
        if (!stage.layers.empty()) {
            box.first = "from " + problem.graph->layer(stage.layers.front()).name;
            box.last = "to " + problem.graph->layer(stage.layers.back()).name;
        }
        if (s + 1 < plan.stages.size()) box.crossing = formatQuantity(bytesAfter(content, s), Unit::Byte);
        boxes.push_back(std::move(box));
    }
    out.add(Figure{stageChain(boxes), "Stages in the order of running, each with its busy time per inference, and what crosses "
                                      "from stage to stage."});
}

void layerPicture(const Content& content, Document& out)
{
    const Problem& problem = content.problem();
    std::vector<LayerBar> bars;
    for (const Stage& stage : content.chosen.plan.stages)
        for (const LayerId layer : stage.layers) {
            const Cost& cost = problem.costs->layer(layer, stage.platform);
            bars.push_back({cost.latency_s, stage.platform.index(),
                            problem.graph->layer(layer).name + " on " + problem.system->platform(stage.platform).name + ": " +
                                formatQuantity(cost.latency_s, Unit::Second)});
        }
    out.add(Figure{layerStrip(bars), "Time of every layer where it runs, in the order of the plan; dashed: where it is cut."});
}

} // namespace

void cuts(const Content& content, Document& out)
{
    const Graph& graph = *content.problem().graph;
    const System& system = *content.problem().system;
    out.heading("The plan", 2, Heading::Start::NewPage);
    stagePicture(content, out);
    layerPicture(content, out);
    const auto& crossings = content.chosen.metrics.crossing;
    if (crossings.empty()) return out.text("Nothing crosses a link.");
    Table table({"tensor that crosses", "from", "to", "type", "bytes"}, 4);
    constexpr std::size_t kMostCrossings = 24;
    for (std::size_t c = 0; c < std::min(kMostCrossings, crossings.size()); ++c) {
        std::string to;
        for (const PlatformId p : crossings[c].to) to += (to.empty() ? "" : ", ") + escaped(system.platform(p).name);
        table.row({escaped(elided(graph.tensor(crossings[c].tensor).sentName(), 70)), escaped(system.platform(crossings[c].from).name),
                   to, escaped(crossings[c].type), formatQuantity(crossings[c].bytes, Unit::Byte)});
    }
    out.add(std::move(table));
    if (crossings.size() > kMostCrossings) out.note("and " + std::to_string(crossings.size() - kMostCrossings) + " more");
}

} // namespace cutline::report
