// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/loose_plans.h"

#include <algorithm>

namespace cutline {

void LoosePlans::loosen(std::size_t level, std::uint32_t from, std::uint32_t inner, const LabelStates::Move& move,
                        std::uint32_t outer, std::vector<Loose>& loose, std::uint64_t& pruned) const
{
    ParetoArchive::Hint hint;
    for (const Label& label : m_store.at(from, inner)) {
        PipelineKey key = m_store.keyOf(label);
        key.cuts[level - 1] = inner;
        key.order = m_states.then(label.order, move.platform);
        add(key, level > 1 ? key.cuts[level - 2] : 0, inner, outer, label, label.latency_s,
                 m_model.extended(replayed(key, level), key, outer), loose, hint, pruned);
    }
}

/// Completes labels of which nothing is sent, or cannot be.
bool LoosePlans::lookAtLabels(std::size_t level)
{
    const std::uint32_t all = m_space.lastSet();
    for (std::uint32_t q = 0; q < m_store.stateCount(); ++q) {
        if (!m_store.holds(q)) continue;
        const LabelStates::State& from = m_states.states()[q];
        for (const LabelStates::Move& move : from.moves)
            for (std::uint32_t inner = 1; inner < all; ++inner) {
                const auto labels = m_store.at(q, inner);
                if (labels.empty() || !m_space.mayRun(move.platform, inner, all) ||
                    m_steps.movesPlainly(from, move.platform, inner))
                    continue;
                for (const Label& label : labels) {
                    PipelineKey key = m_store.keyOf(label);
                    key.cuts[level - 1] = inner;
                    key.order = m_states.then(label.order, move.platform);
                    const Partial whole = m_model.extended(replayed(key, level), key, all);
                    if (!m_builder.look(m_model.closed(whole, key), key, m_states.states()[move.state].cost))
                        return false;
                }
            }
    }
    return true;
}

bool LoosePlans::grow(std::size_t level, const Arrive& arrived)
{
    if (!lookAtLabels(level)) return false;
    std::vector<Loose> grown;
    std::size_t seen = 0;
    for (const Loose& loose : m_loose) {
        if ((++seen & 255) == 0 && m_builder.stopped()) return false;
        for (const LabelStates::Next& next : m_states.next(loose.key.order))
            if (!growBy(loose, level, next, arrived, grown)) return false;
    }
    m_loose = std::move(grown);
    return true;
}

bool LoosePlans::growBy(const Loose& loose, std::size_t level, const LabelStates::Next& next, const Arrive& arrived,
                        std::vector<Loose>& grown)
{
    const std::uint32_t all = m_space.lastSet();
    const std::uint32_t target = m_states.stateOf(next.order);
    const LabelStates::State& state = m_states.states()[target];
    PipelineKey key = loose.key;
    key.order = next.order;
    key.cuts[level - 1] = loose.set;
    const std::uint32_t before = level > 1 ? key.cuts[level - 2] : 0;
    const Partial partial = replayed(key, level);
    const Partial whole = m_model.extended(partial, key, all);
    ParetoArchive::Hint hint;
    const bool may_end = m_space.mayRun(next.platform, loose.set, all);
    const bool end_hopeless = !may_end || m_builder.isHopeless(m_model.closed(whole, key), state.cost, 1e-12, hint);
    std::uint32_t first_clean = end_hopeless ? 0 : all; // a set after which it is clean
    for (std::uint32_t outer = loose.set + 1; outer < all && state.most_left > 0; ++outer) {
        if (!m_space.sets().isSubset(loose.set, outer) || !m_space.mayRun(next.platform, loose.set, outer)) continue;
        if (m_model.isClean(loose.set, outer)) {
            if (first_clean == 0) first_clean = outer;
            continue;
        }
        add(key, before, loose.set, outer, loose.floor, loose.end_s, m_model.extended(partial, key, outer), grown, hint, m_pruned);
    }
    if (first_clean == 0) return true;
    if (auto label = arrival(key, loose.set, first_clean)) {
        label->parent = m_store.parentOf(key);
        label->dynamic_j = partial.dynamic_j;
        label->sensitivity = partial.sensitivity;
        arrived(target, loose.set, *label);
        return true;
    }
    // It cannot: clean sets are carried on like the others.
    for (std::uint32_t outer = loose.set + 1; outer < all && state.most_left > 0; ++outer)
        if (m_space.sets().isSubset(loose.set, outer) && m_space.mayRun(next.platform, loose.set, outer) &&
            m_model.isClean(loose.set, outer))
            add(key, before, loose.set, outer, loose.floor, loose.end_s, m_model.extended(partial, key, outer), grown, hint,
                     m_pruned);
    return end_hopeless || m_builder.look(m_model.closed(whole, key), key, state.cost);
}

void LoosePlans::add(const PipelineKey& key, std::uint32_t before, std::uint32_t inner, std::uint32_t outer,
                           const Label& floor, double end_s, const Partial& partial, std::vector<Loose>& list,
                           ParetoArchive::Hint& hint, std::uint64_t& pruned) const
{
    const LabelStates::State& state = m_states.states()[m_states.stateOf(key.order)];
    Loose loose{key, outer, floor, end_s};
    runBelow(loose, before, inner, outer);
    if (m_builder.isHopeless(boundOf(loose, partial, state), state.cost, 1e-12, hint))
        ++pruned;
    else
        list.push_back(loose);
}

/// The next stage in figures that it has at least: what the last stage made for it comes in one message.
void LoosePlans::runBelow(Loose& loose, std::uint32_t before, std::uint32_t inner, std::uint32_t outer) const
{
    Label& floor = loose.floor;
    const auto& order = m_space.orders()[loose.key.order];
    const PlatformId from = order[order.size() - 2], on = order.back();
    const PipelineModel::Message message = m_model.handed(from, on, before, inner, outer);
    const PipelineModel::StageFigures stage = m_model.stage(on, inner, outer);
    floor.interval_s = std::max({floor.interval_s, message.busiest_s, stage.busy_s});
    floor.energy_j += message.energy_j + stage.energy_j - m_model.mostConverting_j(on);
    floor.link_bytes += message.bytes * static_cast<double>(m_task.evaluator.routes().between(from, on).size());
    // A stage that gets nothing of the last one may end before it.
    loose.end_s = stage.busy_s + (message.bytes > 0 ? loose.end_s + message.time_s : 0);
    floor.latency_s = std::max(floor.latency_s, loose.end_s);
}

Outline LoosePlans::boundOf(const Loose& loose, const Partial& partial, const LabelStates::State& state) const
{
    Outline outline = m_model.openBound(partial, loose.key, state.rest, state.most_left, m_states.allChains());
    const PipelineModel::Rest rest = m_model.rest(state.rest, loose.set);
    outline.latency_s = std::max(outline.latency_s, loose.floor.latency_s + m_steps.around());
    outline.interval_s = std::max(outline.interval_s, loose.floor.interval_s);
    outline.link_bytes = std::max(outline.link_bytes, loose.floor.link_bytes);
    outline.energy_j = std::max(outline.energy_j, loose.floor.energy_j + rest.energy_j +
                                                      m_task.evaluator.period(outline.interval_s) * state.idle_w);
    return outline;
}

PipelineModel::Partial LoosePlans::replayed(const PipelineKey& key, std::size_t stages) const
{
    Partial partial = m_model.empty();
    partial.open = !m_states.allChains();
    for (std::size_t s = 0; s < stages; ++s) partial = m_model.extended(partial, key, key.cuts[s]);
    return partial;
}

/// A partial pipeline as a label that arrived at the last platform of the key's order, where all that is live goes to
/// that stage and nothing else is under way when it starts; nullopt otherwise.
std::optional<Label> LoosePlans::arrival(const PipelineKey& key, std::uint32_t inner, std::uint32_t outer) const
{
    const LabelStates::State& state = m_states.states()[m_states.stateOf(key.order)];
    const auto& order = m_space.orders()[key.order];
    const Evaluator::Prefix prefix = m_task.evaluator.prefix(prefixOf(key, outer));
    if (!prefix.feasible || prefix.last_start_s < prefix.others_end_s * (1 - 1e-12)) return std::nullopt;
    const auto isOver = [&](PlatformId p) { return p != state.last && prefix.busy_s[p.index()] > m_figures.mostBusy(p); };
    if (std::ranges::any_of(prefix.involved, isOver)) return std::nullopt;
    if (m_figures.powerMatters() && !powersAlike(prefix, order, state.powered)) return std::nullopt;
    const auto stage = m_model.stage(state.last, inner, outer);
    const double idle = m_space.problem().system->platform(state.last).idle_power_w;
    Label label;
    label.order = key.order;
    label.set = inner;
    label.conversions_s = m_model.converts() ? std::max(0.0, prefix.last_busy_s - stage.busy_s) : 0;
    label.latency_s = prefix.last_start_s;
    label.interval_s = prefix.interval_s;
    label.energy_j = prefix.energy_j - (stage.energy_j - idle * label.conversions_s);
    label.link_bytes = prefix.link_bytes;
    for (std::size_t r = 0; r < m_model.shared().size(); ++r)
        label.shared_s[r] = prefix.resource_busy_s[m_model.shared()[r]];
    if (m_figures.memoryMatters()) {
        if (prefix.last_held_bytes > 0) return std::nullopt;
        label.waited_s = prefix.last_start_s - prefix.first_arrival_s;
        for (const PlatformId p : prefix.involved) {
            if (p == state.last) continue;
            // What a relay holds counts with its own stage, should it get one.
            if (state.left.contains(p)) return std::nullopt;
            m_steps.add(label.past, p, prefix.memory_least_bytes[p.index()], prefix.memory_most_bytes[p.index()]);
        }
        label.need = label.past;
    }
    label.sure_interval_s = label.interval_s;
    return label;
}

/// Relays and links under power are those that the state says.
bool LoosePlans::powersAlike(const Evaluator::Prefix& prefix, const std::vector<PlatformId>& order,
                              const PipelineModel::Powered& powered) const
{
    const System& system = *m_space.problem().system;
    std::vector<std::uint32_t> relays, links;
    for (const PlatformId p : prefix.involved)
        if (system.platform(p).idle_power_w > 0 && std::ranges::find(order, p) == order.end()) relays.push_back(p.value);
    for (const LinkId l : prefix.carrying)
        if (system.links[l.index()].link.energy.always_on_w > 0) links.push_back(l.value);
    return relays == powered.relays && links == powered.links;
}

/// The pipeline of the key up to `outer`. What its earlier stages do is what they do in every plan that it grows to.
Plan LoosePlans::prefixOf(const PipelineKey& key, std::uint32_t outer) const
{
    Plan plan = m_space.plan(key);
    std::erase_if(plan.stages.back().layers, [&](LayerId l) {
        return !m_space.sets().contains(outer, m_space.fusion().group_of[l.index()]);
    });
    return plan;
}

} // namespace cutline
