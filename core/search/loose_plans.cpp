// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/loose_plans.h"

#include <tbb/parallel_for.h>

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
        add(key, level > 1 ? key.cuts[level - 2] : 0, inner, outer, label, label.latency_s, replayed(key, level), loose, hint,
            pruned);
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
    // Part by part, the same for any number of threads: what one part completes prunes the next.
    constexpr std::size_t kPart = 256;
    for (std::size_t begin = 0; begin < m_loose.size(); begin += kPart) {
        std::vector<Grown> made(std::min(kPart, m_loose.size() - begin));
        tbb::parallel_for(std::size_t{0}, made.size(), [&](std::size_t i) {
            if (m_builder.shouldStop()) return;
            const Loose& loose = m_loose[begin + i];
            for (const LabelStates::Next& next : m_states.next(loose.key.order)) growBy(loose, level, next, made[i]);
        });
        if (m_builder.stopped()) return false;
        for (const Grown& of_one : made) {
            m_pruned += of_one.pruned;
            grown.insert(grown.end(), of_one.loose.begin(), of_one.loose.end());
            for (const Grown::Arrived& a : of_one.arrived) {
                Label label = a.label;
                label.parent = m_store.parentOf(a.key);
                arrived(m_states.stateOf(a.key.order), label.set, label);
            }
            for (const Grown::Whole& whole : of_one.whole)
                if (!m_builder.look(whole.outline, whole.key, whole.cost)) return false;
        }
    }
    m_loose = std::move(grown);
    return true;
}

void LoosePlans::growBy(const Loose& loose, std::size_t level, const LabelStates::Next& next, Grown& grown) const
{
    const std::uint32_t all = m_space.lastSet();
    const LabelStates::State& state = m_states.states()[m_states.stateOf(next.order)];
    PipelineKey key = loose.key;
    key.order = next.order;
    key.cuts[level - 1] = loose.set;
    const std::uint32_t before = level > 1 ? key.cuts[level - 2] : 0;
    const Partial partial = replayed(key, level);
    ParetoArchive::Hint hint;
    std::optional<Outline> whole; // unless the front beats it
    if (m_space.mayRun(next.platform, loose.set, all)) {
        const Step step = stepOf(key, before, loose.set, all);
        const Loose end = below({key, all, loose.floor, loose.end_s}, step, m_model.handed(step.from, step.on, step.bytes));
        if (!m_builder.isHopeless(floorOf(end, state, 0), state.cost, 1e-12, hint))
            whole = m_model.closed(m_model.extended(partial, key, all), key);
        if (whole && m_builder.isHopeless(*whole, state.cost, 1e-12, hint)) whole.reset();
    }
    std::uint32_t first_clean = whole ? all : 0; // a set after which it is clean
    const auto isNext = [&](std::uint32_t outer) {
        return m_may_end[outer] && m_space.sets().isSubset(loose.set, outer) && m_space.mayRun(next.platform, loose.set, outer);
    };
    const auto goOn = [&](std::uint32_t outer) {
        add(key, before, loose.set, outer, loose.floor, loose.end_s, partial, grown.loose, hint, grown.pruned);
    };
    for (std::uint32_t outer = loose.set + 1; outer < all && state.most_left > 0; ++outer) {
        if (!isNext(outer)) continue;
        if (!m_model.isClean(loose.set, outer))
            goOn(outer);
        else if (first_clean == 0)
            first_clean = outer;
    }
    if (first_clean == 0) return;
    if (auto label = arrival(key, loose.set, first_clean)) {
        label->dynamic_j = partial.dynamic_j;
        label->sensitivity = partial.sensitivity;
        grown.arrived.push_back({key, *label});
        return;
    }
    // It cannot: clean sets are carried on like the others.
    for (std::uint32_t outer = loose.set + 1; outer < all && state.most_left > 0; ++outer)
        if (isNext(outer) && m_model.isClean(loose.set, outer)) goOn(outer);
    if (whole) grown.whole.push_back({*whole, key, state.cost});
}

void LoosePlans::add(const PipelineKey& key, std::uint32_t before, std::uint32_t inner, std::uint32_t outer,
                     const Label& floor, double end_s, const Partial& prefix, std::vector<Loose>& list,
                     ParetoArchive::Hint& hint, std::uint64_t& pruned) const
{
    const LabelStates::State& state = m_states.states()[m_states.stateOf(key.order)];
    const auto isHopeless = [&](const Outline& bound) { return m_builder.isHopeless(bound, state.cost, 1e-12, hint); };
    const Loose begun{key, outer, floor, end_s};
    const Step step = stepOf(key, before, inner, outer);
    if (!isHopeless(floorOf(below(begun, step, {}), state, 0))) { // most are, and what a message takes is slow to work out
        const Loose loose = below(begun, step, m_model.handed(step.from, step.on, step.bytes));
        if (!isHopeless(floorOf(loose, state, 0)) && !isHopeless(boundOf(loose, m_model.extended(prefix, key, outer), state))) {
            list.push_back(loose);
            return;
        }
    }
    ++pruned;
}

LoosePlans::Step LoosePlans::stepOf(const PipelineKey& key, std::uint32_t before, std::uint32_t inner, std::uint32_t outer) const
{
    const auto& order = m_space.orders()[key.order];
    const PlatformId from = order[order.size() - 2], on = order.back();
    return {from, on, m_model.stage(on, inner, outer), m_model.handedBytes(from, on, before, inner, outer)};
}

/// One stage further, in figures that it has at least: what the last stage made for it comes in one message.
LoosePlans::Loose LoosePlans::below(Loose loose, const Step& step, const PipelineModel::Message& message) const
{
    Label& floor = loose.floor;
    floor.interval_s = std::max({floor.interval_s, message.busiest_s, step.stage.busy_s});
    floor.energy_j += message.energy_j + step.stage.energy_j - m_model.mostConverting_j(step.on);
    floor.link_bytes += step.bytes * static_cast<double>(m_task.evaluator.routes().between(step.from, step.on).size());
    floor.sensitivity += step.stage.sensitivity;
    // A stage that gets nothing of the last one may end before it.
    loose.end_s = step.stage.busy_s + (step.bytes > 0 ? loose.end_s + message.time_s : 0);
    floor.latency_s = std::max(floor.latency_s, loose.end_s);
    return loose;
}

/// What its floor tells, and what is left at least; its initiation interval is no shorter than this one.
Outline LoosePlans::floorOf(const Loose& loose, const LabelStates::State& state, double interval_s) const
{
    PipelineModel::Rest rest;
    if (loose.set != m_space.lastSet()) rest = m_model.rest(state.rest, loose.set);
    Outline outline;
    outline.exact = false;
    outline.latency_s = loose.floor.latency_s + m_steps.around();
    outline.interval_s = std::max({interval_s, loose.floor.interval_s,
                                   rest.time_s / static_cast<double>(std::max<std::size_t>(1, state.most_left))});
    outline.link_bytes = loose.floor.link_bytes;
    outline.sensitivity = loose.floor.sensitivity + rest.sensitivity;
    outline.energy_j = loose.floor.energy_j + rest.energy_j + m_task.evaluator.period(outline.interval_s) * state.idle_w;
    return outline;
}

/// The same with what the stages so far tell: slower.
Outline LoosePlans::boundOf(const Loose& loose, const Partial& partial, const LabelStates::State& state) const
{
    Outline outline = m_model.openBound(partial, loose.key, state.rest, state.most_left, m_states.allChains());
    const Outline floor = floorOf(loose, state, outline.interval_s);
    outline.interval_s = floor.interval_s;
    outline.latency_s = std::max(outline.latency_s, floor.latency_s);
    outline.link_bytes = std::max(outline.link_bytes, floor.link_bytes);
    outline.sensitivity = std::max(outline.sensitivity, floor.sensitivity);
    outline.energy_j = std::max(outline.energy_j, floor.energy_j);
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
    // Nothing but memory asks for the order within a stage.
    if (!m_figures.memoryMatters()) {
        const auto& order = m_space.orders()[key.order];
        Plan plan;
        std::uint32_t inner = 0;
        for (std::size_t s = 0; s < order.size(); ++s) {
            const std::uint32_t end = s + 1 == order.size() ? outer : key.cuts[s];
            plan.stages.push_back({order[s], m_space.leastPeaks().fileOrder(inner, end)});
            inner = end;
        }
        return plan;
    }
    Plan plan = m_space.plan(key);
    std::erase_if(plan.stages.back().layers, [&](LayerId l) {
        return !m_space.sets().contains(outer, m_space.fusion().group_of[l.index()]);
    });
    return plan;
}

} // namespace cutline
