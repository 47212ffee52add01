// SPDX-License-Identifier: GPL-3.0-or-later
// What the stages of a pipeline send each other (metrics.md "Cuts and transfers").
#include "core/search/pipeline_model.h"

#include <algorithm>
#include <utility>

namespace cutline {

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
            partial.sent_bytes += m_evaluator.wireBytes(TensorId{l.tensor}, from) * m_least_hops[from.index()];
    }
    if (!order.direct || (mixed && (!order.chain || partial.open))) {
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
    const Order& order = m_orders[key.order];
    const auto& platforms = m_space.orders()[key.order];
    const PlatformId from = platforms[partial.stages - 1], to = platforms[partial.stages];
    partial.link_bytes += message.bytes * static_cast<double>(way(from, to).size());
    if (!order.shares) {
        partial.interval_s = std::max(partial.interval_s, message.busiest_s);
        return;
    }
    if (!order.direct) return;
    partial.interval_s = std::max(partial.interval_s, occupied(from, to, message, partial.shared_s.data()));
}

double PipelineModel::occupied(PlatformId from, PlatformId to, const Message& message, double* shared_s) const
{
    if (m_shared.empty()) return message.busiest_s;
    double busiest = 0;
    for (const Hop& hop : way(from, to)) {
        double busy = m_evaluator.hopCost(hop.link, message.bytes).busy_s;
        const auto at = std::lower_bound(m_shared.begin(), m_shared.end(), m_evaluator.resources().of(hop));
        if (at != m_shared.end() && *at == m_evaluator.resources().of(hop))
            busy = shared_s[at - m_shared.begin()] += busy;
        busiest = std::max(busiest, busy);
    }
    return busiest;
}

std::uint32_t PipelineModel::sharedOn(PlatformId from, PlatformId to) const
{
    std::uint32_t places = 0;
    for (const Hop& hop : way(from, to)) {
        const auto at = std::ranges::lower_bound(m_shared, m_evaluator.resources().of(hop));
        if (at != m_shared.end() && *at == m_evaluator.resources().of(hop)) places |= 1u << (at - m_shared.begin());
    }
    return places;
}

double PipelineModel::handedBytes(PlatformId from, PlatformId to, std::uint32_t before, std::uint32_t inner,
                                  std::uint32_t outer) const
{
    if (!canReach(from, to)) return 0;
    double bytes = 0;
    for (const Live& l : live(inner))
        if (!isMadeBefore(l, before) && isRead(l, inner, outer)) bytes += m_evaluator.wireBytes(TensorId{l.tensor}, from);
    return bytes;
}

PipelineModel::Message PipelineModel::handed(PlatformId from, PlatformId to, double bytes) const
{
    return bytes > 0 ? messageOf(way(from, to), bytes) : Message{};
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
        const bool to_switch = system.isSwitch(hop.to);
        const double own_frame =
            from_switch || to_switch ? m_evaluator.hopCost(hop.link, largest > 0 ? std::min(bytes, largest) : bytes).time_s : 0;
        // A switch starts to forward after one frame and still has one to send when the last has come in.
        start = from_switch ? std::min(end, start + frame) : end;
        end = from_switch ? std::max(start + cost.time_s, end + own_frame) : start + cost.time_s;
        if (&hop == hops.data()) message.leaving_s = end;
        frame = own_frame;
        from_switch = to_switch;
        message.energy_j += cost.energy_j;
        message.busiest_s = std::max(message.busiest_s, cost.busy_s);
    }
    message.time_s = end;
    return message;
}

bool PipelineModel::isRelayed(PlatformId from, PlatformId to) const
{
    const auto hops = way(from, to);
    for (std::size_t h = 0; h + 1 < hops.size(); ++h)
        if (!m_space.problem().system->isSwitch(hops[h].to)) return true;
    return false;
}

PipelineModel::Past PipelineModel::past(const PipelineKey& key, std::size_t stages) const
{
    const auto& order = m_space.orders()[key.order];
    Past past;
    std::array<double, kMaxStages> end_s{};
    std::vector<Load> loads;
    std::uint32_t inner = 0;
    for (std::size_t s = 0; s < stages; ++s) {
        const PlatformId on = order[s];
        const std::uint32_t outer = s + 1 < order.size() ? key.cuts[s] : m_space.lastSet();
        const StageFigures figures = stage(on, inner, outer);
        const auto received = receive(key, s, outer, loads);
        const double conversion = m_converts && s > 0 ? receivingTime(key, s, outer) : 0, busy = figures.busy_s + conversion;
        double start = 0;
        for (std::size_t from = 0; from < s; ++from)
            if (received[from] > 0) start = std::max(start, end_s[from] + messageOf(way(order[from], on), received[from]).time_s);
        end_s[s] = start + busy;
        past.done_s = std::max(past.done_s, end_s[s]);
        past.interval_s = std::max(past.interval_s, busy);
        past.energy_j += figures.energy_j - m_space.problem().system->platform(on).idle_power_w * conversion;
        past.sensitivity += figures.sensitivity;
        if (m_weights_count) {
            const double bytes = restingBytes(on, inner, outer, figures.weight_bytes);
            past.memory_bytes = std::max(past.memory_bytes, bytes);
            past.memory_ratio = std::max(past.memory_ratio, bytes * perCapacity(on));
        }
        inner = outer;
    }
    addLoads(past, loads);
    if (live(inner).empty()) return past;
    past.next_s = past.done_s;
    for (const Live& l : live(inner)) {
        const std::size_t maker = makingStage(l, key, stages);
        past.next_s = std::min(past.next_s, end_s[maker]);
        // It is yet to be sent, if no stage has read it.
        if (maker + 1 == stages || !isRead(l, key.cuts[maker], inner))
            past.link_bytes += m_evaluator.wireBytes(TensorId{l.tensor}, order[maker]) * m_least_hops[order[maker].index()];
    }
    return past;
}

/// What a stage gets of others: bytes of which it is the first reader, by maker, and what is sent for it over each hop.
std::array<double, kMaxStages> PipelineModel::receive(const PipelineKey& key, std::size_t stage, std::uint32_t outer,
                                                      std::vector<Load>& loads) const
{
    const auto& order = m_space.orders()[key.order];
    std::array<double, kMaxStages> received{};
    if (stage == 0) return received;
    const std::uint32_t inner = key.cuts[stage - 1];
    for (const Live& l : live(inner)) {
        if (!isRead(l, inner, outer)) continue;
        const std::size_t maker = makingStage(l, key, stage);
        // What a platform in between hands on travels with that one's own.
        if (isRelayed(order[maker], order[stage])) continue;
        const double bytes = m_evaluator.wireBytes(TensorId{l.tensor}, order[maker]);
        const bool first = maker + 1 == stage || !isRead(l, key.cuts[maker], inner);
        if (first) received[maker] += bytes;
        for (const Hop& hop : way(order[maker], order[stage])) {
            if (!first && isCarried(l, key, maker, stage, hop)) continue;
            const auto same = [&](const Load& load) { return load.from == maker && load.to == stage && load.hop == hop; };
            const auto known = std::ranges::find_if(loads, same);
            if (known == loads.end())
                loads.push_back({maker, stage, hop, bytes});
            else
                known->bytes += bytes;
        }
    }
    return received;
}

/// An earlier reader has it over this hop.
bool PipelineModel::isCarried(const Live& l, const PipelineKey& key, std::size_t maker, std::size_t stage, const Hop& hop) const
{
    const auto& order = m_space.orders()[key.order];
    for (std::size_t reader = maker + 1; reader < stage; ++reader)
        if (isRead(l, key.cuts[reader - 1], key.cuts[reader]) && std::ranges::find(way(order[maker], order[reader]), hop) != way(order[maker], order[reader]).end())
            return true;
    return false;
}

void PipelineModel::addLoads(Past& past, std::span<const Load> loads) const
{
    std::vector<std::pair<std::size_t, double>> busy_s; // by resource
    for (const Load& load : loads) {
        const TransferCost cost = m_evaluator.hopCost(load.hop.link, load.bytes);
        past.energy_j += cost.energy_j;
        past.link_bytes += load.bytes;
        const std::size_t resource = m_evaluator.resources().of(load.hop);
        const auto known = std::ranges::find(busy_s, resource, &std::pair<std::size_t, double>::first);
        const double busy = known == busy_s.end() ? busy_s.emplace_back(resource, cost.busy_s).second : known->second += cost.busy_s;
        past.interval_s = std::max(past.interval_s, busy);
    }
}

void PipelineModel::tabulateMessages()
{
    m_messages.resize(m_platforms * m_platforms * m_sets);
    std::vector<bool> follows(m_platforms * m_platforms);
    for (const auto& order : m_space.orders())
        for (std::size_t s = 0; s + 1 < order.size(); ++s)
            follows[order[s].index() * m_platforms + order[s + 1].index()] = true;
    for (std::uint32_t p = 0; p < m_platforms; ++p) {
        std::vector<double> bytes(m_sets, 0);
        for (std::size_t s = 0; s < m_sets; ++s)
            for (const Live& l : live(s)) bytes[s] += m_evaluator.wireBytes(TensorId{l.tensor}, PlatformId{p});
        for (std::uint32_t q = 0; q < m_platforms; ++q) {
            if (!follows[p * m_platforms + q]) continue;
            for (std::size_t s = 0; s < m_sets; ++s)
                m_messages[at(p * m_platforms + q, s)] = messageOf(way(PlatformId{p}, PlatformId{q}), bytes[s]);
        }
    }
}

} // namespace cutline
