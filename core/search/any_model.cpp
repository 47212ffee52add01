// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/any_model.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace cutline {
namespace {

constexpr std::uint64_t kOriginShift = 32, kReadShift = 16, kSentTo = 0xffff;

std::size_t originOf(std::uint64_t slot) { return slot >> kOriginShift; }
/// Platforms that a tensor has been sent to, and those that have read it (low and high half).
bool isThere(std::uint64_t slot, std::size_t platform) { return ((slot >> platform) & 1) != 0; }
bool wasRead(std::uint64_t slot, std::size_t platform) { return isThere(slot >> kReadShift, platform); }

} // namespace

void AnyModel::add(Arc& arc, std::size_t at, double amount) const
{
    if (amount == 0) return;
    for (Arc::Term& term : arc.adds)
        if (term.at == at) {
            term.amount += amount;
            return;
        }
    arc.adds.push_back({static_cast<std::uint32_t>(at), amount});
}

double AnyModel::amount(const Arc& arc, std::size_t at) const
{
    for (const Arc::Term& term : arc.adds)
        if (term.at == at) return term.amount;
    return 0;
}

/// Where idle power counts, energy is kept less what the platform would have taken idle in that time.
void AnyModel::addLoad(Arc& arc, std::size_t platform, double seconds) const
{
    add(arc, m_layout.loads + platform, seconds);
    if (m_idle_exact) add(arc, m_layout.energy, -problem().system->platforms[platform].idle_power_w * seconds);
}

TransferCost AnyModel::addHop(const Hop& hop, double bytes, std::size_t waiting, Arc& arc) const
{
    const System& system = *problem().system;
    const TransferCost cost = m_evaluator.hopCost(hop.link, bytes);
    add(arc, m_layout.bytes, bytes);
    add(arc, m_layout.resources + m_evaluator.resources().of(hop), cost.busy_s);
    for (const NodeId node : {hop.from, hop.to}) {
        if (system.isSwitch(node)) continue;
        const Platform& platform = system.platforms[node.index()];
        arc.after[0] |= std::uint64_t{1} << (kPartShift + node.index());
        if (node.index() == waiting) continue;
        if (platform.transfer == TransferMode::Blocking) addLoad(arc, node.index(), cost.time_s);
        if (platform.transfer == TransferMode::Cpu && platform.copy_bandwidth_bytes_per_s > 0)
            addLoad(arc, node.index(), bytes / platform.copy_bandwidth_bytes_per_s);
    }
    return cost;
}

/// Pays the hops to `to` that no earlier destination has paid.
bool AnyModel::deliver(const Crossing& crossing, std::size_t origin, std::uint64_t& slot, std::size_t to, Arc& arc) const
{
    if (to == origin || isThere(slot, to)) return true;
    const auto route = [&](std::size_t q) {
        return m_evaluator.routes().between(PlatformId{static_cast<std::uint32_t>(origin)},
                                            PlatformId{static_cast<std::uint32_t>(q)});
    };
    const auto hops = route(to);
    if (hops.empty() || !crossing.sized) return false;
    const auto paid = [&](const Hop& hop) {
        for (std::size_t q = 0; q < m_platforms; ++q) {
            if (!isThere(slot, q)) continue;
            const auto known = route(q);
            if (std::find(known.begin(), known.end(), hop) != known.end()) return true;
        }
        return false;
    };
    const PlatformId from{static_cast<std::uint32_t>(origin)};
    const double bytes = m_evaluator.wireBytes(crossing.tensor, from);
    if (crossing.maker != kNone && (slot & kSentTo) == 0)
        addLoad(arc, origin, m_evaluator.conversionTime(crossing.tensor, from, from));
    for (const Hop& hop : hops)
        if (!paid(hop)) add(arc, m_layout.energy, addHop(hop, bytes, kNone, arc).energy_j);
    slot |= std::uint64_t{1} << to;
    return true;
}

/// A graph input without a place: each figure as where it is least.
bool AnyModel::settle(const Crossing& crossing, std::uint64_t slot, Arc& arc) const
{
    std::vector<Arc> choices;
    for (std::size_t origin = 0; origin < m_platforms; ++origin) {
        if (!wasRead(slot, origin)) continue;
        Arc choice;
        choice.after.assign(1, 0);
        std::uint64_t sent = 0;
        bool reaches = true;
        for (std::size_t q = 0; q < m_platforms; ++q) {
            if (!wasRead(slot, q) || q == origin) continue;
            reaches = reaches && deliver(crossing, origin, sent, q, choice);
            addLoad(choice, q, m_evaluator.conversionTime(crossing.tensor, PlatformId{static_cast<std::uint32_t>(origin)},
                                                          PlatformId{static_cast<std::uint32_t>(q)}));
        }
        if (reaches) choices.push_back(std::move(choice));
    }
    if (choices.empty()) return false;
    for (const Arc::Term& term : choices.front().adds) {
        double least = term.amount;
        for (const Arc& other : choices) least = std::min(least, amount(other, term.at));
        add(arc, term.at, least);
    }
    return true;
}

bool AnyModel::read(std::uint32_t index, std::uint64_t& slot, Arc& arc) const
{
    const Crossing& crossing = m_crossings[index];
    const std::size_t to = arc.platform;
    const bool last = crossing.readers.back() == arc.group;
    if (crossing.floats()) {
        slot |= std::uint64_t{1} << (kReadShift + to);
        return !last || settle(crossing, slot, arc);
    }
    const std::size_t origin = originOf(slot);
    const double travelled = wait(crossing, origin, arc.group, to);
    if (!deliver(crossing, origin, slot, to, arc)) return false;
    if (crossing.maker == kNone) {
        arc.ready = std::max(arc.ready, travelled);
    } else {
        const auto& ends = m_live_ends[arc.group];
        const auto at = std::lower_bound(ends.begin(), ends.end(), crossing.maker) - ends.begin();
        arc.waits.push_back({static_cast<std::uint32_t>(at), travelled});
    }
    const bool foreign = crossing.maker == kNone || to != origin;
    if (!foreign || wasRead(slot, to)) return true;
    slot |= std::uint64_t{1} << (kReadShift + to);
    const double conversion =
        m_evaluator.conversionTime(crossing.tensor, PlatformId{static_cast<std::uint32_t>(origin)},
                                   PlatformId{static_cast<std::uint32_t>(to)});
    if (conversion <= 0) return true;
    addLoad(arc, to, conversion);
    const auto reader = std::lower_bound(crossing.readers.begin(), crossing.readers.end(), arc.group);
    if (crossing.leads[static_cast<std::size_t>(reader - crossing.readers.begin())]) arc.duration += conversion;
    return true;
}

bool AnyModel::make(std::uint32_t index, std::uint64_t& slot, Arc& arc) const
{
    const Crossing& crossing = m_crossings[index];
    slot = std::uint64_t{arc.platform} << kOriginShift;
    if (crossing.sink == kNone) return true;
    if (crossing.sink == arc.platform) { // converted as if it were sent, and only once
        const PlatformId here{static_cast<std::uint32_t>(arc.platform)};
        addLoad(arc, arc.platform, m_evaluator.conversionTime(crossing.tensor, here, here));
        slot |= std::uint64_t{1} << arc.platform;
    }
    arc.wanted_after = std::max(arc.wanted_after, arrival(crossing, arc.platform, crossing.sink));
    return deliver(crossing, arc.platform, slot, crossing.sink, arc);
}

bool AnyModel::place(const State& state, std::size_t g, std::size_t platform, Arc& arc) const
{
    const Group& group = m_groups[g];
    arc.adds.clear();
    arc.waits.clear();
    arc.ready = 0;
    arc.wanted_after = -1;
    arc.group = static_cast<std::uint32_t>(g);
    arc.platform = static_cast<std::uint32_t>(platform);
    arc.duration = group.seconds[platform];
    arc.step_bytes = group.step_bytes[platform];
    arc.after.assign(1, state[0]);
    const std::uint64_t bit = std::uint64_t{1} << platform;
    if ((state[0] & bit) == 0 && m_track_runs) addLoad(arc, platform, problem().system->platforms[platform].invoke_s);
    arc.after[0] |= bit | bit << kPartShift;
    if (static_cast<std::size_t>(std::popcount(runs(arc.after))) > m_most) return false;
    add(arc, m_layout.energy, group.joules[platform]);
    addLoad(arc, platform, group.seconds[platform]);
    add(arc, m_layout.weights + platform, group.weights[platform]);
    add(arc, m_layout.sensitivity, group.loss[platform]);
    if (!group.lent.empty()) {
        for (const Arc::Term& term : group.lent[platform].adds) add(arc, term.at, term.amount);
        arc.after[0] |= group.lent[platform].after[0];
    }

    // Live tensors stay in the order of their numbers; what the group reads or makes changes its entry.
    const auto& live = m_live[g];
    const auto& later = m_live[g + 1];
    std::vector<std::uint64_t>& slots = arc.slots;
    slots.assign(state.begin() + 1, state.end());
    arc.after.resize(1 + later.size());
    const auto keep = [&](std::uint32_t crossing, std::uint64_t slot) {
        const auto at = std::lower_bound(later.begin(), later.end(), crossing);
        if (at != later.end() && *at == crossing) arc.after[static_cast<std::size_t>(1 + (at - later.begin()))] = slot;
    };
    for (std::size_t i = 0; i < live.size(); ++i) keep(live[i], slots[i]);
    for (const std::uint32_t c : group.reads) {
        const auto at = std::lower_bound(live.begin(), live.end(), c);
        std::uint64_t slot = 0;
        if (at != live.end() && *at == c) {
            slot = slots[static_cast<std::size_t>(at - live.begin())];
        } else if (!m_crossings[c].floats()) {
            slot = std::uint64_t{m_crossings[c].source} << kOriginShift;
            if (m_crossings[c].sink != kNone && !deliver(m_crossings[c], originOf(slot), slot, m_crossings[c].sink, arc))
                return false;
        }
        if (!read(c, slot, arc)) return false;
        keep(c, slot);
    }
    for (const std::uint32_t c : group.makes) {
        std::uint64_t slot = 0;
        if (!make(c, slot, arc)) return false;
        keep(c, slot);
    }
    if (!m_track_runs) arc.after[0] = 0;
    if (!m_idle_exact) arc.after[0] &= 0xffffffffu;
    return true;
}

double AnyModel::takenAfter(const Arc& arc, double read_s) const
{
    // A conversion may come before that tensor.
    return read_s > 0 ? m_groups[arc.group].seconds[arc.platform] - read_s : arc.duration;
}

void AnyModel::apply(const Arc& arc, const double* before, double* after) const
{
    const Layout& at = m_layout;
    const Group& group = m_groups[arc.group];
    std::copy(before, before + at.fixed, after);
    for (const Arc::Term& term : arc.adds) after[term.at] += term.amount;
    double& step = after[at.steps + arc.platform];
    step = std::max(step, arc.step_bytes);
    double end = arc.ready;
    for (const Arc::Term& wait : arc.waits) end = std::max(end, before[at.fixed + wait.at] + wait.amount);
    end += arc.duration;
    if (group.in_segment) after[at.segment_loads + arc.platform] += takenAfter(arc, group.first_read_s[arc.platform]);
    if (group.closes) {
        const double rest = takenAfter(arc, group.last_read_s[arc.platform]);
        for (std::size_t p = 0; p < m_platforms; ++p) {
            double& load = after[at.segment_loads + p];
            if (load > 0) end = std::max(end, before[at.segment] + load + (p == arc.platform ? 0 : rest));
            load = 0;
        }
        after[at.segment] = end;
    }
    if (group.ends) after[at.end] = std::max(after[at.end], end);
    if (arc.wanted_after >= 0) after[at.end] = std::max(after[at.end], end + arc.wanted_after);
    const auto& carry = m_carry[arc.group];
    for (std::size_t i = 0; i < carry.size(); ++i)
        after[at.fixed + i] = carry[i] == kNone ? end : before[at.fixed + carry[i]];
}

AnyModel::Rest AnyModel::restOf(const Arc& arc) const
{
    Rest rest;
    rest.energy = amount(arc, m_layout.energy);
    rest.bytes = amount(arc, m_layout.bytes);
    for (std::size_t b = 0; b < kBalances; ++b)
        for (const std::uint32_t p : m_homes) rest.work[b] += m_weight[b][p] * amount(arc, m_layout.loads + p);
    return rest;
}

AnyModel::Bound AnyModel::bound(std::size_t group, const State& state, const double* sums, const Rest* rest) const
{
    const Layout& at = m_layout;
    const Scenario& scenario = problem().scenario;
    Bound b;
    double busiest = 0;
    for (std::size_t w = 0; w < kBalances; ++w) {
        double work = rest ? rest->work[w] : m_rest_work[group][w];
        for (const std::uint32_t p : m_homes) work += m_weight[w][p] * sums[at.loads + p];
        busiest = std::max(busiest, work);
    }
    for (std::size_t p = 0; p < m_platforms; ++p) {
        busiest = std::max(busiest, sums[at.loads + p]);
        const double memory = sums[at.weights + p] + sums[at.steps + p];
        b.memory_bytes = std::max(b.memory_bytes, memory);
        b.memory_ratio = std::max(b.memory_ratio, memory / m_capacity[p]);
    }
    b.interval_s = busiest;
    for (std::size_t r = at.resources; r < at.weights; ++r) b.interval_s = std::max(b.interval_s, sums[r]);

    b.latency_s = std::max({sums[at.end], sums[at.segment], m_busy_is_work ? busiest : 0, m_least_latency});
    const auto& live = m_live[group];
    for (std::size_t i = 0; i < live.size(); ++i) {
        const Crossing& crossing = m_crossings[live[i]];
        if (crossing.maker == kNone) continue;
        const auto& ends = m_live_ends[group];
        const auto end = std::lower_bound(ends.begin(), ends.end(), crossing.maker) - ends.begin();
        b.latency_s = std::max(b.latency_s, sums[at.fixed + static_cast<std::size_t>(end)] +
                                                m_tail[live[i] * m_platforms + originOf(state[i + 1])]);
    }
    b.latency_s += scenario.sensor_s + scenario.post_s;

    b.link_bytes = sums[at.bytes] + (rest ? rest->bytes : 0);
    b.sensitivity = sums[at.sensitivity] + m_rest_loss[group];
    const double period = m_evaluator.period(b.interval_s);
    double idle = 0, spent = 0; // at the least period; what energy is kept less of
    for (std::size_t p = 0; p < m_platforms; ++p) {
        const Platform& platform = problem().system->platforms[p];
        if ((parts(state) >> p & 1) != 0) idle += platform.idle_power_w * period;
        spent += platform.idle_power_w * sums[at.loads + p];
        if (((runs(state) | hosts(state)) >> p & 1) != 0) b.cost += platform.cost_amount.value_or(0);
    }
    const bool complete = group == groups();
    b.energy_j = sums[at.energy] + (m_idle_exact && !complete ? spent : 0) + m_rest_energy[group];
    if (m_idle_exact && complete) b.energy_j += idle;
    if (rest) b.energy_j = std::max(b.energy_j, sums[at.energy] + rest->energy + (m_idle_exact ? idle : 0));
    return b;
}

std::vector<std::uint32_t> AnyModel::deciding(std::size_t group, const AnyWants& wants) const
{
    const Layout& at = m_layout;
    std::vector<std::uint32_t> places;
    const auto add = [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) places.push_back(static_cast<std::uint32_t>(i));
    };
    const bool idle = wants.energy && m_idle_exact && !problem().scenario.rate_hz;
    if (wants.energy) add(at.energy, at.energy + 1);
    if (wants.link_bytes) add(at.bytes, at.bytes + 1);
    if (wants.sensitivity) add(at.sensitivity, at.sensitivity + 1);
    if (wants.interval || idle || wants.latency) add(at.loads, at.resources);
    if (wants.interval || idle) add(at.resources, at.weights);
    if (wants.memory) add(at.weights, at.segment_loads);
    if (!wants.latency) return places;
    add(at.end, at.end + 1);
    if (group > 0 && !m_groups[group - 1].closes) {
        add(at.segment, at.segment + 1);
        add(at.segment_loads, at.fixed);
    }
    add(at.fixed, width(group));
    return places;
}

} // namespace cutline
