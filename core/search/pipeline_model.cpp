// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/pipeline_model.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cutline {

PipelineModel::Partial PipelineModel::extended(const Partial& partial, const PipelineKey& key,
                                               std::uint32_t outer) const
{
    const auto& order = m_space.orders()[key.order];
    const PlatformId id = order[partial.stages];
    const std::size_t p = id.index();
    Partial next = partial;
    const StageFigures figures = stage(id, partial.set, outer);
    double busy = figures.busy_s;
    if (m_converts && partial.stages > 0) {
        const double conversion = receivingTime(key, partial.stages, outer);
        busy += conversion;
        const double idle_j = m_space.problem().system->platform(id).idle_power_w * conversion;
        next.energy_j -= idle_j;
        next.stages_j -= idle_j;
    }
    if (partial.stages > 0 && !readsLive(partial.set, outer)) next.exact = false;
    next.arrive_s += busy;
    next.end_s[partial.stages] = next.next_s =
        (next.exact ? partial.next_s : earliestStart(partial, key, outer)) + busy;
    next.interval_s = std::max(partial.interval_s, busy);
    next.longest_s = std::max(partial.longest_s, busy);
    next.energy_j += figures.energy_j;
    next.stages_j += figures.energy_j;
    next.dynamic_j += figures.dynamic_j;
    next.sensitivity += figures.sensitivity;
    if (m_weights_count && m_space.memoryMatters()) {
        const double bytes = restingBytes(id, partial.set, outer, figures.weight_bytes);
        next.memory_bytes = std::max(partial.memory_bytes, bytes);
        if (m_capacity[p] > 0) next.memory_ratio = std::max(partial.memory_ratio, bytes / m_capacity[p]);
    }
    next.set = outer;
    ++next.stages;
    next.made_s = next.sure_s = next.arrive_s;
    next.sure_interval_s = next.interval_s;
    next.sure_energy_j = next.energy_j;
    next.sure_link_bytes = next.link_bytes;
    if (next.stages < order.size()) {
        occupy(next, key, leaving(next, key, partial.set));
        // A lone tensor has to go to the next stage, unless that one begins with another input; of several, some may go
        // around it unless all ways lead through it.
        if ((m_orders[key.order].chain && !partial.open) || (m_one_source && live(outer).size() == 1)) {
            next.next_s += next.arrive_s - next.sure_s;
            next.sure_s = next.arrive_s;
            next.sure_interval_s = next.interval_s;
            next.sure_energy_j = next.energy_j;
            next.sure_link_bytes = next.link_bytes;
        }
    }
    return next;
}

std::size_t PipelineModel::makingStage(const Live& l, const PipelineKey& key, std::size_t stages) const
{
    for (std::size_t s = 0; s + 1 < stages; ++s)
        if (isMadeBefore(l, key.cuts[s])) return s;
    return stages - 1;
}

double PipelineModel::earliestStart(const Partial& partial, const PipelineKey& key, std::uint32_t outer) const
{
    const auto& order = m_space.orders()[key.order];
    double start = 0;
    if (partial.stages == 0) return start;
    for (const Live& l : live(partial.set)) {
        if (!isRead(l, partial.set, outer)) continue;
        const std::size_t maker = makingStage(l, key, partial.stages);
        start = std::max(start, partial.end_s[maker] + leastTravel(l.tensor, order[maker], order[partial.stages]));
    }
    return start;
}

/// Alone and unhindered. Under free-overload more may take less.
double PipelineModel::leastTravel(std::uint32_t tensor, PlatformId from, PlatformId to) const
{
    if (m_space.problem().compat.free_overload) return 0;
    const auto worked = [&] { return messageOf(way(from, to), m_evaluator.wireBytes(TensorId{tensor}, from)).time_s; };
    if (m_travel_s.empty()) return worked();
    std::atomic<double>& known = m_travel_s[(tensor * m_platforms + from.index()) * m_platforms + to.index()];
    double time_s = known.load(std::memory_order_relaxed);
    if (time_s == 0) known.store(time_s = worked(), std::memory_order_relaxed);
    return time_s;
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

bool PipelineModel::isRead(const Live& l, std::uint32_t inner, std::uint32_t outer) const
{
    const DownSets& sets = m_space.sets();
    return std::ranges::any_of(m_readers[l.tensor], [&](std::uint32_t g) { return sets.contains(outer, g) && !sets.contains(inner, g); });
}

bool PipelineModel::receives(std::uint32_t inner, std::uint32_t outer) const
{
    return std::ranges::any_of(live(inner), [&](const Live& l) { return isRead(l, inner, outer); });
}

bool PipelineModel::isClean(std::uint32_t inner, std::uint32_t outer) const
{
    return std::ranges::none_of(live(outer), [&](const Live& l) { return isMadeBefore(l, inner); });
}

PipelineModel::StageFigures PipelineModel::stage(PlatformId id, std::uint32_t inner, std::uint32_t outer) const
{
    const std::size_t p = id.index();
    const Platform& platform = m_space.problem().system->platform(id);
    StageFigures figures;
    figures.dynamic_j = m_energy[at(p, outer)] - m_energy[at(p, inner)];
    figures.sensitivity = m_sensitivity[at(p, outer)] - m_sensitivity[at(p, inner)];
    figures.weight_bytes = m_weights[at(p, outer)] - m_weights[at(p, inner)];
    for (const SharedWeight& weight : m_shared_weights)
        if (std::ranges::any_of(weight.groups, [&](std::uint32_t g) {
                return m_space.sets().contains(outer, g) && !m_space.sets().contains(inner, g);
            }))
            figures.weight_bytes += weight.bytes[p];
    figures.busy_s = m_time[at(p, outer)] - m_time[at(p, inner)] + platform.invoke_s;
    if (platform.weight_stream_bytes_per_s > 0 && platform.weight_resident_bytes)
        figures.busy_s += std::max(0.0, figures.weight_bytes - *platform.weight_resident_bytes) /
                          platform.weight_stream_bytes_per_s;
    figures.energy_j = figures.dynamic_j - platform.idle_power_w * figures.busy_s;
    return figures;
}

double PipelineModel::conversions(PlatformId from, PlatformId on, std::uint32_t inner, std::uint32_t outer) const
{
    if (!m_converts) return 0;
    double time = 0;
    for (const Live& l : live(inner)) {
        if (isRead(l, inner, outer)) time += m_evaluator.conversionTime(TensorId{l.tensor}, from, on);
    }
    return time;
}

PipelineModel::Rest PipelineModel::rest(std::uint32_t index, std::uint32_t set) const
{
    const Least& least = m_least[index];
    return {least.time_s[set], least.path_s[set], least.energy_j[set], least.dynamic_j[set], least.sensitivity[set]};
}

double PipelineModel::receivingTime(const PipelineKey& key, std::size_t stage, std::uint32_t outer) const
{
    const std::uint32_t inner = key.cuts[stage - 1];
    const PlatformId on = m_space.orders()[key.order][stage];
    double time = 0;
    for (const Live& l : live(inner))
        if (isRead(l, inner, outer))
            time += m_evaluator.conversionTime(TensorId{l.tensor}, PlatformId{makerOf(l, key, stage)}, on);
    return time;
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
    result.sensitivity = whole.sensitivity;
    result.exact = whole.exact;
    if (!whole.exact) {
        result.latency_s = *std::max_element(whole.end_s.begin(), whole.end_s.end()) + around;
        result.interval_s = whole.longest_s;
        result.energy_j = whole.dynamic_j;
        // However the tensors travel, its platforms are idle for the rest of the period.
        if (m_plain)
            result.energy_j = std::max(result.energy_j, whole.stages_j + m_evaluator.period(whole.longest_s) * m_orders[key.order].idle_w);
        result.link_bytes = whole.sent_bytes;
        if (!m_plain || m_space.problem().compat.free_overload) return result;
        const Past past = this->past(key, whole.stages);
        result.latency_s = std::max(result.latency_s, past.done_s + around);
        result.interval_s = std::max(result.interval_s, past.interval_s);
        result.energy_j = std::max(result.energy_j, past.energy_j + m_evaluator.period(result.interval_s) * m_orders[key.order].idle_w);
        result.link_bytes = std::max(result.link_bytes, past.link_bytes);
        return result;
    }
    const Order& order = m_orders[key.order];
    result.latency_s = whole.arrive_s + around;
    result.interval_s = whole.interval_s;
    result.energy_j =
        whole.energy_j + m_evaluator.period(whole.interval_s) * order.power_w;
    result.link_bytes = whole.link_bytes;
    return result;
}

Outline PipelineModel::bound(const Partial& partial, const PipelineKey& key) const
{
    const Order& order = m_orders[key.order];
    return boundOf(partial, key, m_least[order.least[partial.stages]],
                   m_space.orders()[key.order].size() - partial.stages, partial.exact, order.chain);
}

Outline PipelineModel::openBound(const Partial& partial, const PipelineKey& key, std::uint32_t least, std::size_t left,
                                 bool follows) const
{
    return boundOf(partial, key, m_least[least], left, partial.exact && follows, follows);
}

Outline PipelineModel::boundOf(const Partial& partial, const PipelineKey& key, const Least& least, std::size_t left,
                               bool exact, bool follows) const
{
    const Order& order = m_orders[key.order];
    const Scenario& scenario = m_space.problem().scenario;
    const double time = least.time_s[partial.set];
    Outline result;
    result.exact = false;
    result.memory_bytes = std::max(partial.memory_bytes, least.weight_bytes[partial.set] / static_cast<double>(left));
    result.memory_ratio = std::max(partial.memory_ratio, least.weight_ratio[partial.set] / static_cast<double>(left));
    result.sensitivity = partial.sensitivity + least.sensitivity[partial.set];
    result.interval_s = std::max(partial.longest_s, time / static_cast<double>(left));
    if (!exact) {
        result.energy_j = partial.dynamic_j + least.dynamic_j[partial.set];
        if (m_plain)
            result.energy_j = std::max(result.energy_j, partial.stages_j + least.energy_j[partial.set] +
                                                            m_evaluator.period(result.interval_s) * order.idle_w);
        result.latency_s = std::max(*std::max_element(partial.end_s.begin(), partial.end_s.end()),
                                    earliestLive(partial, key) + least.path_s[partial.set]);
        result.link_bytes = partial.sent_bytes;
    } else {
        // All that is live was made by the last stage, or is handed on by it: what is left starts after it. Stages
        // follow each other only along a chain; elsewhere they may run side by side.
        result.interval_s = std::max(result.interval_s, partial.sure_interval_s);
        result.latency_s = partial.sure_s;
        if (m_one_source && follows) result.latency_s += time;
        // A stage after the next may get what is live sooner than the next one, by another link.
        if (m_one_source && !follows)
            result.latency_s = std::max(partial.sure_s, (left == 1 ? partial.sure_s : partial.made_s) + least.path_s[partial.set]);
        result.energy_j = std::max(partial.dynamic_j + least.dynamic_j[partial.set],
                                   partial.sure_energy_j + least.energy_j[partial.set] +
                                       m_evaluator.period(result.interval_s) * order.sure_w);
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
