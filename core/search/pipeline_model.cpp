// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/pipeline_model.h"

#include <algorithm>
#include <limits>

namespace cutline {

PipelineModel::Partial PipelineModel::extended(const Partial& partial, const PipelineKey& key,
                                               std::uint32_t outer) const
{
    const auto& order = m_space.orders()[key.order];
    const PlatformId id = order[partial.stages];
    const Platform& platform = m_space.problem().system->platform(id);
    const std::size_t p = id.index();
    Partial next = partial;
    const double energy = m_energy[at(p, outer)] - m_energy[at(p, partial.set)];
    const double weights = m_weights[at(p, outer)] - m_weights[at(p, partial.set)];
    double busy = m_time[at(p, outer)] - m_time[at(p, partial.set)] + platform.invoke_s;
    if (platform.weight_stream_bytes_per_s > 0 && platform.weight_resident_bytes)
        busy += std::max(0.0, weights - *platform.weight_resident_bytes) / platform.weight_stream_bytes_per_s;
    if (m_converts && partial.stages > 0) busy += receivingTime(partial, key, outer);
    if (!m_one_source && partial.stages > 0 && !receives(partial, outer)) next.exact = false;
    next.arrive_s += busy;
    next.end_s[partial.stages] = next.next_s =
        (next.exact ? partial.next_s : earliestStart(partial, key, outer)) + busy;
    next.interval_s = std::max(partial.interval_s, busy);
    next.longest_s = std::max(partial.longest_s, busy);
    next.energy_j += energy - platform.idle_power_w * busy;
    next.dynamic_j += energy;
    if (m_weights_count) {
        const double bytes = weights + m_peak.bytes(id, partial.set, outer);
        next.memory_bytes = std::max(partial.memory_bytes, bytes);
        if (m_capacity[p] > 0) next.memory_ratio = std::max(partial.memory_ratio, bytes / m_capacity[p]);
    }
    next.set = outer;
    ++next.stages;
    next.sure_s = next.arrive_s;
    next.sure_interval_s = next.interval_s;
    next.sure_energy_j = next.energy_j;
    next.sure_link_bytes = next.link_bytes;
    if (next.stages < order.size()) {
        occupy(next, key, leaving(next, key, partial.set));
        // A lone tensor has to go to the next stage, unless that one begins with another input; of several, some may go
        // around it unless all ways lead through it.
        if (m_orders[key.order].chain || (m_one_source && live(outer).size() == 1)) {
            next.next_s += next.arrive_s - next.sure_s;
            next.sure_s = next.arrive_s;
            next.sure_interval_s = next.interval_s;
            next.sure_energy_j = next.energy_j;
            next.sure_link_bytes = next.link_bytes;
        }
    }
    return next;
}

PipelineModel::Message PipelineModel::leaving(Partial& partial, const PipelineKey& key, std::uint32_t inner) const
{
    const Order& order = m_orders[key.order];
    const auto& platforms = m_space.orders()[key.order];
    const PlatformId from = platforms[partial.stages - 1], to = platforms[partial.stages];
    bool mixed = false;
    for (const Live& l : live(partial.set)) {
        if (isMadeBefore(l, inner))
            mixed = true;
        else
            partial.sent_bytes += m_evaluator.wireBytes(TensorId{l.tensor}, from);
    }
    if (!order.direct || (mixed && !order.chain)) {
        partial.exact = false;
        return {};
    }
    Message message = m_messages[at(from.index() * m_platforms + to.index(), partial.set)];
    if (mixed) {
        double bytes = 0;
        for (const Live& l : live(partial.set))
            bytes += m_evaluator.wireBytes(TensorId{l.tensor},
                                           PlatformId{makerOf(l, key, partial.stages)});
        if (bytes != message.bytes) message = messageOf(way(from, to), bytes);
    }
    if (message.bytes <= 0) partial.exact = false;
    return message;
}

void PipelineModel::occupy(Partial& partial, const PipelineKey& key, const Message& message) const
{
    partial.arrive_s += message.time_s;
    partial.energy_j += message.energy_j;
    const auto& platforms = m_space.orders()[key.order];
    const auto hops = way(platforms[partial.stages - 1], platforms[partial.stages]);
    partial.link_bytes += message.bytes * static_cast<double>(hops.size());
    const Order& order = m_orders[key.order];
    if (!order.shares) {
        partial.interval_s = std::max(partial.interval_s, message.busiest_s);
        return;
    }
    if (!order.direct) return;
    for (const Hop& hop : hops) {
        double busy = m_evaluator.hopCost(hop.link, message.bytes).busy_s;
        const std::uint8_t shared = order.shared[partial.hops++];
        if (shared != kAlone) busy = partial.shared_s[shared] += busy;
        partial.interval_s = std::max(partial.interval_s, busy);
    }
}

std::size_t PipelineModel::makingStage(const Live& l, const PipelineKey& key, std::size_t stages) const
{
    for (std::size_t s = 0; s + 1 < stages; ++s)
        if (isMadeBefore(l, key.cuts[s])) return s;
    return stages - 1;
}

double PipelineModel::earliestStart(const Partial& partial, const PipelineKey& key, std::uint32_t outer) const
{
    const DownSets& sets = m_space.sets();
    double start = 0;
    if (partial.stages == 0) return start;
    for (const Live& l : live(partial.set)) {
        const auto& readers = m_readers[l.tensor];
        const bool read = std::any_of(readers.begin(), readers.end(), [&](std::uint32_t g) {
            return sets.contains(outer, g) && !sets.contains(partial.set, g);
        });
        if (read) start = std::max(start, partial.end_s[makingStage(l, key, partial.stages)]);
    }
    return start;
}

double PipelineModel::earliestLive(const Partial& partial, const PipelineKey& key) const
{
    if (!m_one_source || live(partial.set).empty()) return 0;
    double earliest = std::numeric_limits<double>::infinity();
    for (const Live& l : live(partial.set))
        earliest = std::min(earliest, partial.end_s[makingStage(l, key, partial.stages)]);
    return earliest;
}

bool PipelineModel::isMadeBefore(const Live& l, std::size_t set) const
{
    const DownSets& sets = m_space.sets();
    if (l.producer != kInput) return sets.contains(set, l.producer);
    const auto& readers = m_readers[l.tensor];
    return std::any_of(readers.begin(), readers.end(), [&](std::uint32_t g) { return sets.contains(set, g); });
}

bool PipelineModel::receives(const Partial& partial, std::uint32_t outer) const
{
    const DownSets& sets = m_space.sets();
    for (const Live& l : live(partial.set))
        for (const std::uint32_t g : m_readers[l.tensor])
            if (sets.contains(outer, g) && !sets.contains(partial.set, g)) return true;
    return false;
}

double PipelineModel::receivingTime(const Partial& partial, const PipelineKey& key, std::uint32_t outer) const
{
    const DownSets& sets = m_space.sets();
    const PlatformId on = m_space.orders()[key.order][partial.stages];
    double time = 0;
    for (const Live& l : live(partial.set)) {
        const auto& readers = m_readers[l.tensor];
        const bool read = std::any_of(readers.begin(), readers.end(), [&](std::uint32_t g) {
            return sets.contains(outer, g) && !sets.contains(partial.set, g);
        });
        if (read)
            time += m_evaluator.conversionTime(TensorId{l.tensor}, PlatformId{makerOf(l, key, partial.stages)}, on);
    }
    return time;
}

PipelineModel::Message PipelineModel::messageOf(std::span<const Hop> hops, double bytes) const
{
    const System& system = *m_space.problem().system;
    Message message;
    message.bytes = bytes;
    double start = 0, end = 0, frame = 0; // of the hop before
    bool from_switch = false;
    for (const Hop& hop : hops) {
        const TransferCost cost = m_evaluator.hopCost(hop.link, bytes);
        const double largest = system.links[hop.link.index()].link.frame.payload_max;
        const double own_frame =
            m_evaluator.hopCost(hop.link, largest > 0 ? std::min(bytes, largest) : bytes).time_s;
        // A switch starts to forward after one frame and still has one to send when the last has come in.
        start = from_switch ? std::min(end, start + frame) : end;
        end = from_switch ? std::max(start + cost.time_s, end + own_frame) : start + cost.time_s;
        frame = own_frame;
        from_switch = system.isSwitch(hop.to);
        message.energy_j += cost.energy_j;
        message.busiest_s = std::max(message.busiest_s, cost.busy_s);
    }
    message.time_s = end;
    return message;
}

PipelineModel::Partial PipelineModel::empty() const
{
    Partial partial;
    partial.exact = m_plain;
    return partial;
}

Outline PipelineModel::closed(const Partial& whole, const PipelineKey& key) const
{
    const Scenario& scenario = m_space.problem().scenario;
    const double around = scenario.sensor_s + scenario.post_s;
    Outline result;
    result.memory_bytes = whole.memory_bytes;
    result.memory_ratio = whole.memory_ratio;
    result.exact = whole.exact;
    if (!whole.exact) {
        result.latency_s = *std::max_element(whole.end_s.begin(), whole.end_s.end()) + around;
        result.interval_s = whole.longest_s;
        result.energy_j = whole.dynamic_j;
        result.link_bytes = whole.sent_bytes;
        return result;
    }
    const Order& order = m_orders[key.order];
    result.latency_s = whole.arrive_s + around;
    result.interval_s = whole.interval_s;
    result.energy_j =
        whole.energy_j + m_evaluator.period(whole.interval_s) * (order.idle_w + order.always_on_w);
    result.link_bytes = whole.link_bytes;
    return result;
}

Outline PipelineModel::bound(const Partial& partial, const PipelineKey& key) const
{
    const Scenario& scenario = m_space.problem().scenario;
    const Order& order = m_orders[key.order];
    const auto left = static_cast<double>(m_space.orders()[key.order].size() - partial.stages);
    const Least& least = m_least[order.least[partial.stages]];
    const double time = least.time_s[partial.set];
    Outline result;
    result.exact = false;
    result.memory_bytes = partial.memory_bytes;
    result.memory_ratio = partial.memory_ratio;
    result.interval_s = std::max(partial.longest_s, time / left);
    if (!partial.exact) {
        result.energy_j = partial.dynamic_j + least.dynamic_j[partial.set];
        result.latency_s = std::max(*std::max_element(partial.end_s.begin(), partial.end_s.end()),
                                    earliestLive(partial, key) + least.path_s[partial.set]);
        result.link_bytes = partial.sent_bytes;
    } else {
        // All that is live was made by the last stage, or is handed on by it: what is left starts after it. Stages
        // follow each other only along a chain; elsewhere they may run side by side.
        result.interval_s = std::max(result.interval_s, partial.sure_interval_s);
        result.latency_s = partial.sure_s;
        if (m_one_source) result.latency_s += order.chain ? time : least.path_s[partial.set];
        result.energy_j = m_idle_in_bounds ? partial.sure_energy_j + least.energy_j[partial.set] +
                                                 m_evaluator.period(result.interval_s) * order.sure_w
                                           : partial.dynamic_j + least.dynamic_j[partial.set];
        result.link_bytes = std::max(partial.sure_link_bytes, partial.sent_bytes);
    }
    result.latency_s += scenario.sensor_s + scenario.post_s;
    return result;
}

Outline PipelineModel::outline(const PipelineKey& key) const
{
    Partial partial = empty();
    const std::size_t stages = m_space.orders()[key.order].size();
    for (std::size_t s = 0; s < stages; ++s)
        partial = extended(partial, key, s + 1 < stages ? key.cuts[s] : m_space.lastSet());
    return closed(partial, key);
}

} // namespace cutline
