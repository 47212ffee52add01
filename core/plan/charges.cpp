// SPDX-License-Identifier: GPL-3.0-or-later
// What messages and fall-backs keep busy, by resource.
#include "core/cost/fall_back.h"
#include "core/plan/evaluator_impl.h"

namespace cutline {
namespace {

/// Time that a platform at one end of a hop takes to move the bytes itself.
double handlingTime(const Platform& platform, double payload, const TransferCost& cost) {
    if (platform.transfer == TransferMode::Blocking) return cost.time_s;
    if (platform.transfer == TransferMode::Cpu && platform.copy_bandwidth_bytes_per_s > 0)
        return payload / platform.copy_bandwidth_bytes_per_s;
    return 0;
}

/// One message over one hop: its link, and the ends that move it; `handled(platform, seconds)` for those that take time.
template <class Handled>
void chargeHop(Workspace& work, const Hop& hop, double payload, const TransferCost& cost, Handled handled) {
    const Evaluator::Impl& impl = *work.impl;
    const std::size_t link = hop.link.index();
    work.link_bytes[link] += payload;
    work.link_energy[link] += cost.energy_j;
    work.resource_busy[impl.resources.of(hop)] += cost.busy_s;
    if (impl.link_saturated[link] && payload > 0)
        work.faults.push_back({Violation::Kind::LinkOverload, hop.link.value, 0, 1, 1, true, false});
    for (const NodeId node : {hop.from, hop.to}) {
        if (impl.problem.system->isSwitch(node)) continue;
        work.involved[node.index()] = 1;
        const double taken = handlingTime(impl.platform(node.index()), payload, cost);
        if (taken > 0) handled(node.value, taken);
    }
}

} // namespace

void costHops(Workspace& work) {
    const Evaluator::Impl& impl = *work.impl;
    for (const Workspace::HopJob& hop : work.hops) {
        const TransferCost cost = impl.hopCost(hop.hop.link, hop.payload);
        FifoSchedule::Job& job = work.sim.job(hop.job);
        job.duration = cost.time_s;
        if (impl.problem.system->isSwitch(hop.hop.to) || impl.problem.system->isSwitch(hop.hop.from))
            job.frame = impl.frameTime(hop.hop.link, hop.payload);
        int side = 0;
        chargeHop(work, hop.hop, hop.payload, cost, [&](std::uint32_t platform, double taken) {
            work.busy[platform] += taken;
            job.occupied[side] = platform;
            job.occupied_s[side++] = taken;
        });
    }
}

void chargeFallBack(Workspace& work, const FallBack& fall_back, LayerId layer, std::uint32_t waiting, std::uint32_t unit, double from_s) {
    const Evaluator::Impl& impl = *work.impl;
    const std::uint32_t host = fall_back.host.value;
    work.runs[host] = work.involved[host] = 1;
    work.busy[host] += fall_back.latency_s;
    work.energy[host] += fall_back.energy_j;
    double at = from_s;
    const auto lend = [&](std::size_t server, double busy, double time, const FallBack::Leg* leg) {
        work.lent.push_back({unit, static_cast<std::uint32_t>(server), layer, at, busy, at + time, leg});
    };
    bool ran = false;
    const auto run = [&] {
        lend(host, fall_back.latency_s, fall_back.latency_s, nullptr);
        at += fall_back.latency_s;
        ran = true;
    };
    for (const FallBack::Leg& leg : fall_back.legs) {
        if (!ran && leg.hop.from == nodeOf(fall_back.host)) run(); // the first that goes back
        const TransferCost cost = impl.hopCost(leg.hop.link, leg.bytes);
        lend(impl.platforms + impl.resources.of(leg.hop), cost.busy_s, cost.time_s, &leg);
        chargeHop(work, leg.hop, leg.bytes, cost, [&](std::uint32_t platform, double taken) {
            if (platform == waiting) return;
            work.busy[platform] += taken;
            lend(platform, taken, taken, &leg);
        });
        at += cost.time_s;
    }
    if (!ran) run();
}

void Evaluator::Impl::settleFallBacks() {
    const CostTable& given = *problem.costs;
    std::shared_ptr<CostTable> settled;
    for (const auto& [where, fall_back] : given.fallBacks()) {
        const auto [layer, platform] = where;
        Cost cost = given.layer(layer, platform);
        sumFallBack(fall_back, cost, [&](LinkId link, double payload) { return hopCost(link, payload); });
        if (cost == given.layer(layer, platform)) continue;
        if (!settled) settled = std::make_shared<CostTable>(given);
        settled->setLayer(layer, platform, cost);
    }
    if (!settled) return;
    for (const auto& [where, fall_back] : given.fallBacks()) {
        const std::uint32_t group = given.fusion().group_of[where.first.index()];
        settled->setGroup(group, where.second, settled->sumOfLayers(group, where.second), false);
    }
    problem.costs = std::move(settled);
}

} // namespace cutline
