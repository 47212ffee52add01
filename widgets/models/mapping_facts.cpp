// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/mapping_facts.h"

#include "core/cost/loopnest/describe.h"
#include "core/cost/loopnest/loop_nest_model.h"
#include "widgets/models/plan_facts.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

using namespace loopnest;

MappingFacts::Level levelOf(const Machine& machine, const Analysis& analysis, std::size_t index) {
    const MachineLevel& built = machine.levels[index];
    const LevelAnalysis& used = analysis.levels[index];
    MappingFacts::Level level;
    level.name = text(built.name);
    const double times = used.instances * analysis.nests;
    for (const Traffic& traffic : used.traffic) {
        level.reads += traffic.reads * times;
        level.writes += traffic.writes() * times;
    }
    level.energy_j = used.energy_pj * analysis.nests * 1e-12;
    if (std::isfinite(built.capacity) && built.capacity > 0) level.fill = used.used_words / built.capacity;
    const double busy = std::max(used.read_cycles, used.write_cycles);
    if (busy > 0 && analysis.nest_cycles > 0) level.bandwidth = busy / analysis.nest_cycles;
    return level;
}

MappingFacts::Nest nestFacts(const Machine& machine, const MappedNest& mapped) {
    const Analysis& analysis = mapped.analysis;
    MappingFacts::Nest nest;
    nest.loops = text(loopNestText(machine, mapped));
    nest.limit = text(bindingText(machine, analysis.binding));
    nest.proof = text(proofText(mapped));
    nest.rewrite = text(mapped.rewrite);
    nest.macs = macUnits(machine);
    nest.busy_macs = analysis.utilisation * nest.macs;
    nest.latency_s = analysis.cycles / machine.clock_hz;
    nest.energy_j = analysis.energy_pj * 1e-12;
    nest.mac_energy_j = analysis.mac_energy_pj * analysis.nests * 1e-12;
    nest.static_energy_j = analysis.static_energy_pj * analysis.nests * 1e-12;
    for (std::size_t i = machine.levels.size(); i-- > 0;) nest.levels.push_back(levelOf(machine, analysis, i));
    return nest;
}

} // namespace

MappingFacts mappingFacts(const Platform& platform, const Compat& compat, const Graph& graph, LayerId id, Progress& progress) {
    MappingFacts facts;
    if (!platform.loop_nest) return facts;
    const auto model = LoopNestModel::make(platform, compat, nullptr);
    if (!model) {
        facts.error = text(model.error().message());
        return facts;
    }
    const Machine& machine = (*model)->machine();
    for (const MappedNest& mapped : (*model)->mappings(graph, id, progress))
        facts.nests.push_back(nestFacts(machine, mapped));
    if (facts.nests.empty() && !graph.layer(id).loops.empty() && !progress.cancelled())
        facts.error = QStringLiteral("no mapping of this shape fits the machine");
    if (facts.nests.size() != 1 || progress.cancelled()) return facts;
    const MapResult curve = (*model)->curve(graph, id, 0, progress);
    facts.curve_complete = curve.stop == MapResult::Stop::Complete;
    for (const MappedPoint& point : curve.points)
        facts.curve.push_back({point.score.cycles / machine.clock_hz, point.score.energy_pj * 1e-12});
    return facts;
}

} // namespace cutline
