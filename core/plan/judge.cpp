// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/evaluator_impl.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace cutline {
namespace {

constexpr double kCopySlack = 1e-9; ///< a duration of just T needs a second copy, rounding or not

/// Stage of every layer, kNone for layers that the plan leaves out; a plan is judged as a pipeline where platforms are distinct and no edge goes
/// backwards.
void placeLayers(Workspace& work) {
    const Evaluator::Impl& impl = *work.impl;
    const Plan& plan = *work.plan;
    work.stage_of.assign(impl.layers, kNone);
    work.stage_on.assign(impl.platforms, kNone);
    work.pipeline = plan.scheme == Scheme::Pipeline;
    for (std::uint32_t s = 0; s < plan.stages.size(); ++s) {
        std::uint32_t& stage_on = work.stage_on[plan.stages[s].platform.index()];
        if (stage_on != kNone) work.pipeline = false;
        stage_on = s;
        for (const LayerId layer : plan.stages[s].layers) work.stage_of[layer.index()] = s;
    }
    if (!work.pipeline) return;
    for (std::uint32_t l = 0; l < impl.layers; ++l)
        for (const std::uint32_t t : impl.inputs[l]) {
            const std::uint32_t producer = impl.tensors[t].producer;
            if (producer != kNone && work.stage_of[producer] > work.stage_of[l]) work.pipeline = false;
        }
}

void resetResults(Workspace& work) {
    const Evaluator::Impl& impl = *work.impl;
    const std::size_t links = impl.problem.system->links.size();
    for (auto* list : {&work.busy, &work.energy, &work.weight_bytes, &work.peak, &work.held, &work.copies})
        list->assign(impl.platforms, 0);
    work.runs.assign(impl.platforms, 0);
    work.involved.assign(impl.platforms, 0);
    work.steps.assign(impl.platforms, 0);
    for (auto* list : {&work.link_bytes, &work.link_busy, &work.link_energy}) list->assign(links, 0);
    work.resource_busy.assign(impl.resources.count(), 0);
    work.step_of.resize(impl.layers);
    work.unit_of.resize(impl.layers);
    work.end_offset.resize(impl.layers);
    work.inside.assign(impl.layers, 0);
    work.stage_first_step.assign(work.plan->stages.size(), 0);
    work.stage_last_step.assign(work.plan->stages.size(), 0);
    work.prelude.clear();
    work.hops.clear();
    work.lent.clear();
    work.holdings.clear();
    work.frees.clear();
    work.kept.clear();
    work.outputs_on.clear();
    work.crossing.clear();
    work.faults.clear();
    work.sim.clear(impl.platforms + impl.resources.count());
}

/// The group of `layer`, where its platform fuses it and all of it is in this stage; null otherwise.
const std::vector<LayerId>* fusedGroup(const Workspace& work, std::uint32_t layer, std::uint32_t stage,
                                       PlatformId platform) {
    const CostTable& costs = *work.impl->problem.costs;
    const std::uint32_t group = costs.fusion().group_of[layer];
    const std::vector<LayerId>& members = costs.fusion().groups[group];
    if (members.size() < 2 || !costs.fuses(group, platform)) return nullptr;
    for (const LayerId member : members)
        if (work.stage_of[member.index()] != stage) return nullptr;
    return &members;
}

void addWeights(Workspace& work, std::uint32_t layer, std::uint32_t platform) {
    const Evaluator::Impl& impl = *work.impl;
    work.weight_bytes[platform] += impl.own_weights[impl.at(layer, platform)];
    for (const std::uint32_t w : impl.shared_weights[layer]) {
        // Counted with the first reader on this platform, whichever stage that is in.
        bool counted = false;
        for (const LayerId reader : impl.problem.graph->weights()[w].readers) {
            if (reader.value == layer) break;
            const std::uint32_t stage = work.stage_of[reader.index()];
            counted = stage != kNone && work.plan->stages[stage].platform.value == platform;
            if (counted) break; // a weight may have as many readers as there are layers
        }
        if (!counted) work.weight_bytes[platform] += impl.weights[impl.at(w, platform)];
    }
}

/// Steps, units, durations and dynamic energy of one stage.
void runStage(Workspace& work, std::uint32_t s) {
    const Evaluator::Impl& impl = *work.impl;
    const CostTable& costs = *impl.problem.costs;
    const Stage& stage = work.plan->stages[s];
    const std::uint32_t p = stage.platform.value;
    const std::uint64_t tie = std::uint64_t{s + 1} << 48;
    std::uint32_t unit = work.pipeline ? work.sim.add({p, 0, 0, tie, {kNone, kNone}, {0, 0}}) : kNone;
    if (work.pipeline) work.prelude.push_back(0);
    work.runs[p] = work.involved[p] = 1;
    work.stage_first_step[s] = work.steps[p];
    double time = 0;
    for (const LayerId id : stage.layers) {
        const std::uint32_t l = id.value;
        const std::vector<LayerId>* group = fusedGroup(work, l, s, stage.platform);
        const Cost& cost =
            group ? costs.group(costs.fusion().group_of[l], stage.platform) : costs.layer(id, stage.platform);
        if (!cost.supported) work.faults.push_back({Violation::Kind::Unsupported, l, p, 0, 0, false, false});
        addWeights(work, l, p);
        if (group && group->back() != id) {
            work.inside[l] = 1;
            continue;
        }
        if (!work.pipeline) {
            unit = work.sim.add({p, 0, 0, tie, {kNone, kNone}, {0, 0}});
            work.prelude.push_back(0);
            work.sim.job(unit).duration = cost.latency_s;
        }
        time += cost.latency_s;
        if (const FallBack* fall_back = group ? nullptr : costs.fallBack(id, stage.platform))
            chargeFallBack(work, *fall_back, id, p, unit, work.pipeline ? time - cost.latency_s : 0);
        else
            work.energy[p] += cost.energy_j;
        const std::uint32_t step = work.steps[p]++;
        const auto finish = [&](std::uint32_t member) {
            work.step_of[member] = step;
            work.unit_of[member] = unit;
            work.end_offset[member] = time;
        };
        if (group)
            for (const LayerId member : *group) finish(member.value);
        else
            finish(l);
    }
    work.stage_last_step[s] = work.steps[p] > 0 ? work.steps[p] - 1 : 0;
    if (work.pipeline) work.sim.job(unit).duration = time;
}

/// invoke and streamed weights go before a stage's first layer.
void addPreludes(Workspace& work) {
    const Evaluator::Impl& impl = *work.impl;
    for (std::uint32_t s = 0; s < work.plan->stages.size(); ++s) {
        const Stage& stage = work.plan->stages[s];
        if (stage.layers.empty()) continue;
        const Platform& platform = impl.platform(stage.platform.index());
        double extra = platform.invoke_s;
        if (platform.weight_stream_bytes_per_s > 0 && platform.weight_resident_bytes) {
            const double weights = work.weight_bytes[stage.platform.index()];
            extra +=
                std::max(0.0, weights - *platform.weight_resident_bytes) / platform.weight_stream_bytes_per_s;
        }
        if (extra <= 0) continue;
        std::uint32_t first = stage.layers.front().value;
        for (const LayerId layer : stage.layers)
            if (work.step_of[layer.index()] < work.step_of[first]) first = layer.value;
        const std::uint32_t unit = work.unit_of[first];
        work.prelude[unit] += extra;
        work.sim.job(unit).duration += extra;
    }
}

/// A platform's general units run in list order.
void chainUnits(Workspace& work) {
    if (work.pipeline) return;
    std::vector<std::uint32_t> last(work.impl->platforms, kNone);
    for (std::uint32_t unit = 0; unit < work.sim.size(); ++unit) {
        std::uint32_t& before = last[work.sim.job(unit).resource];
        if (before != kNone) work.sim.after(unit, before);
        before = unit;
    }
}

/// An output may take the place of an input of its size that dies there (descriptor's `in_place`). What a fused
/// group makes for itself has no place; what leaves or is handed on dies at the stage's end.
void reuseInPlace(Workspace& work, std::uint32_t layer, std::uint32_t p, double bytes) {
    const Evaluator::Impl& impl = *work.impl;
    for (const std::uint32_t t : impl.inputs[layer]) {
        const std::uint32_t producer = impl.tensors[t].producer;
        const auto platformOf = [&](std::uint32_t l) {
            const std::uint32_t stage = work.stage_of[l];
            return stage == kNone ? kNone : work.plan->stages[stage].platform.value;
        };
        const bool made_here = producer != kNone && platformOf(producer) == p;
        if (impl.stored[impl.at(t, p)] != bytes) continue;
        if (made_here ? work.inside[producer] || impl.tensors[t].is_output : work.keeps(t, p)) continue;
        const auto needed = [&](std::uint32_t consumer) {
            return platformOf(consumer) == p ? work.step_of[consumer] > work.step_of[layer] : made_here;
        };
        const auto readers = impl.consumers[t];
        if (std::any_of(readers.begin(), readers.end(), needed)) continue;
        const std::size_t at = work.first_delta[p] + work.step_of[layer];
        work.delta[at] -= bytes;
        work.delta[at + 1] += bytes;
        return;
    }
}

/// What a layer makes lives from its step to its last reader here, to the stage's end if it leaves, to the
/// end if it is a graph output that stays.
void storeOutputs(Workspace& work, std::uint32_t layer) {
    const Evaluator::Impl& impl = *work.impl;
    const std::uint32_t s = work.stage_of[layer];
    const std::uint32_t p = work.plan->stages[s].platform.value;
    for (const std::uint32_t t : impl.outputs[layer]) {
        const Evaluator::Impl::TensorInfo& info = impl.tensors[t];
        std::uint32_t last = work.step_of[layer];
        bool leaves = info.sink != kNone && info.sink != p;
        if (info.is_output && !leaves) last = work.steps[p] - 1;
        for (const std::uint32_t c : impl.consumers[t]) {
            const std::uint32_t stage = work.stage_of[c];
            if (stage != kNone && work.plan->stages[stage].platform.value == p)
                last = std::max(last, work.step_of[c]);
            else
                leaves = true;
        }
        if (leaves) last = std::max(last, work.stage_last_step[s]);
        const double bytes = impl.stored[impl.at(t, p)];
        work.delta[work.first_delta[p] + work.step_of[layer]] += bytes;
        work.delta[work.first_delta[p] + last + 1] -= bytes;
        if (leaves || info.sink == p) sendTensor(work, t);
        if (impl.in_place[impl.at(layer, p)]) reuseInPlace(work, layer, p, bytes);
    }
}

void findInterval(Workspace& work) {
    const Evaluator::Impl& impl = *work.impl;
    for (std::uint32_t j = 0; j < work.sim.size(); ++j)
        if (work.sim.job(j).resource < impl.platforms)
            work.busy[work.sim.job(j).resource] += work.sim.job(j).duration;
    work.interval = 0;
    for (const double busy : work.busy) work.interval = std::max(work.interval, busy);
    for (std::size_t r = 0; r < work.resource_busy.size(); ++r) {
        double& busiest = work.link_busy[impl.resources.link(r).index()];
        busiest = std::max(busiest, work.resource_busy[r]);
        work.interval = std::max(work.interval, work.resource_busy[r]);
    }
    work.period = impl.period(work.interval);
    if (!impl.problem.scenario.rate_hz) return;
    const double limit = work.period * (1 + 1e-12);
    for (std::uint32_t p = 0; p < impl.platforms; ++p)
        if (work.busy[p] > limit)
            work.faults.push_back({Violation::Kind::Rate, p, 0, work.busy[p], work.period, false, false});
    for (std::uint32_t l = 0; l < work.link_busy.size(); ++l)
        if (work.link_busy[l] > limit)
            work.faults.push_back(
                {Violation::Kind::LinkOverload, l, 0, work.link_busy[l], work.period, true, false});
}

void findLatency(Workspace& work) {
    const Scenario& scenario = work.impl->problem.scenario;
    const bool ran = work.sim.run();
    assert(ran && "layers of a plan must be in an order that can run");
    static_cast<void>(ran);
    double end = 0;
    for (std::uint32_t j = 0; j < work.sim.size(); ++j)
        if (work.sim.job(j).resource < work.impl->platforms) end = std::max(end, work.sim.end(j));
    for (const std::uint32_t hop : work.outputs_on) end = std::max(end, work.sim.end(work.hops[hop].job));
    work.latency = end + scenario.sensor_s + scenario.post_s;
}

void findMemory(Workspace& work) {
    const Evaluator::Impl& impl = *work.impl;
    for (std::uint32_t p = 0; p < impl.platforms; ++p) {
        double live = 0, peak = 0;
        for (std::uint32_t step = 0; step < work.steps[p]; ++step)
            peak = std::max(peak, live += work.delta[work.first_delta[p] + step]);
        work.peak[p] = peak + work.held[p];
    }
    addCopies(work, work.period, work.copies);
}

void findEnergy(Workspace& work) {
    const Evaluator::Impl& impl = *work.impl;
    for (std::size_t p = 0; p < impl.platforms; ++p)
        if (work.involved[p])
            work.energy[p] += impl.platform(p).idle_power_w * std::max(0.0, work.period - work.busy[p]);
    work.link_total = 0;
    for (std::size_t l = 0; l < work.link_bytes.size(); ++l) {
        work.link_total += work.link_bytes[l];
        if (work.link_bytes[l] > 0)
            work.link_energy[l] += impl.problem.system->links[l].link.energy.always_on_w * work.period;
    }
}

void checkMemory(Workspace& work) {
    const Evaluator::Impl& impl = *work.impl;
    const auto memory = [&](std::size_t p) { return work.weight_bytes[p] + work.peak[p] + work.copies[p]; };
    for (std::uint32_t p = 0; p < impl.platforms; ++p) {
        const auto capacity = impl.platform(p).memoryCapacity();
        if (capacity && memory(p) > *capacity)
            work.faults.push_back({Violation::Kind::Memory, p, 0, memory(p), *capacity, false, false});
    }
    for (std::uint32_t m = 0; m < impl.problem.system->memories.size(); ++m) {
        const SharedMemory& shared = impl.problem.system->memories[m];
        double sum = 0;
        for (const PlatformId p : shared.shared_by) sum += memory(p.index());
        if (shared.capacity_bytes && sum > *shared.capacity_bytes)
            work.faults.push_back({Violation::Kind::Memory, m, 0, sum, *shared.capacity_bytes, false, true});
    }
}

} // namespace

void addCopies(const Workspace& work, double period_s, std::vector<double>& bytes) {
    for (const Workspace::Holding& holding : work.holdings) {
        const double arrive = work.momentTime(holding.arrive);
        double free = arrive;
        for (std::uint32_t f = 0; f < holding.free_count; ++f)
            free = std::max(free, work.momentTime(work.frees[holding.first_free + f]));
        double copies = period_s > 0 ? std::floor((free - arrive) / period_s + kCopySlack) : 0;
        if (holding.at_end && work.impl->platform(holding.platform).double_buffer) copies = std::max(copies, 1.0);
        bytes[holding.platform] += holding.bytes * copies;
    }
}

void judge(const Evaluator::Impl& impl, const Plan& plan, Workspace& work) {
    work.impl = &impl;
    work.plan = &plan;
    placeLayers(work);
    resetResults(work);
    for (std::uint32_t s = 0; s < plan.stages.size(); ++s) runStage(work, s);
    addPreludes(work);
    chainUnits(work);

    work.first_delta.resize(impl.platforms);
    std::uint32_t total = 0;
    for (std::size_t p = 0; p < impl.platforms; ++p) {
        work.first_delta[p] = total;
        total += work.steps[p] + 1;
    }
    work.delta.assign(total, 0);
    for (const std::uint32_t t : impl.graph_inputs) sendTensor(work, t);
    for (std::uint32_t l = 0; l < impl.layers; ++l)
        if (!work.inside[l] && work.stage_of[l] != kNone) storeOutputs(work, l);
    if (impl.problem.compat.payload_overcount) addOvercount(work);
    costHops(work);
    findInterval(work);
    findLatency(work);
    findMemory(work);
    findEnergy(work);
    if (impl.problem.compat.element_memory)
        elementMemory(work); // elements have no capacity to hold them against
    else
        checkMemory(work);
}

} // namespace cutline
