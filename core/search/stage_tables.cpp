// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/stage_tables.h"

namespace cutline {
namespace {

/// What the tables of all pairs of platforms may take at most.
constexpr std::size_t kMostBytes = 64 << 20;

} // namespace

StageTables::Sums StageTables::Sums::most()
{
    constexpr double kMost = std::numeric_limits<double>::infinity();
    return {kMost, kMost, kMost, kMost, kMost, kMost, kMost, kMost};
}

void StageTables::Sums::take(const Sums& other)
{
    latency_s = std::min(latency_s, other.latency_s);
    own_s = std::min(own_s, other.own_s);
    interval_s = std::min(interval_s, other.interval_s);
    energy_j = std::min(energy_j, other.energy_j);
    bytes = std::min(bytes, other.bytes);
    sensitivity = std::min(sensitivity, other.sensitivity);
    memory = std::min(memory, other.memory);
    share = std::min(share, other.share);
}

StageTables::StageTables(const PipelineSpace& space, const Evaluator& evaluator, const PipelineModel& model,
                         bool needs_memory, bool as_ratio)
    : m_space(space), m_evaluator(evaluator), m_model(model), m_needs_memory(needs_memory), m_as_ratio(as_ratio),
      m_sets(space.sets().size()), m_from(space.problem().system->platforms.size()), m_to_end(m_from.size()),
      m_hands(m_from.size() * m_from.size()), m_keeps_ends(m_hands.size() * m_sets * m_sets * sizeof(Sums) <= kMostBytes),
      m_ends(m_hands.size())
{
}

void StageTables::resize(Stages& stages) const
{
    for (auto* list : {&stages.busy_s, &stages.energy_j, &stages.sensitivity, &stages.memory, &stages.stay_less_s})
        list->assign(m_sets, 0);
    stages.fits.assign(m_sets, 0);
}

void StageTables::fill(Stages& stages, std::size_t at, PlatformId platform, std::uint32_t inner, std::uint32_t outer) const
{
    const DownSets& sets = m_space.sets();
    stages.fits[at] = inner < outer && sets.isSubset(inner, outer) && m_space.mayRun(platform, inner, outer) &&
                      m_model.isClean(inner, outer);
    if (!stages.fits[at]) return;
    const PipelineModel::StageFigures figures = m_model.stage(platform, inner, outer);
    stages.busy_s[at] = figures.busy_s;
    stages.energy_j[at] = figures.energy_j;
    stages.sensitivity[at] = figures.sensitivity;
    if (!m_needs_memory) return;
    const PipelineModel::Resting resting = m_model.resting(platform, inner, outer, figures.weight_bytes);
    stages.memory[at] = resting.bytes;
    stages.stay_less_s[at] = resting.stay_less_s;
}

const StageTables::Stages& StageTables::from(PlatformId platform, std::uint32_t inner)
{
    auto& of_platform = m_from[platform.index()];
    of_platform.resize(m_sets);
    auto& stages = of_platform[inner];
    if (stages) return *stages;
    stages = std::make_unique<Stages>();
    resize(*stages);
    for (std::uint32_t outer = inner + 1; outer + 1 < m_sets; ++outer) fill(*stages, outer, platform, inner, outer);
    return *stages;
}

const StageTables::Stages& StageTables::toEnd(PlatformId platform)
{
    auto& stages = m_to_end[platform.index()];
    if (stages) return *stages;
    stages = std::make_unique<Stages>();
    resize(*stages);
    for (std::uint32_t inner = 1; inner + 1 < m_sets; ++inner) fill(*stages, inner, platform, inner, m_space.lastSet());
    return *stages;
}

const StageTables::Hand& StageTables::hand(PlatformId sender, PlatformId receiver)
{
    auto& slot = m_hands[sender.index() * m_to_end.size() + receiver.index()];
    if (slot) return *slot;
    slot = std::make_unique<Hand>();
    Hand& hand = *slot;
    for (auto* list : {&hand.time_s, &hand.energy_j, &hand.bytes, &hand.busiest_s, &hand.conversion_s, &hand.held_s, &hand.leaving_s,
                       &hand.least_bytes, &hand.memory})
        list->assign(m_sets, 0);
    hand.fits.assign(m_sets, 0);
    const bool reachable = m_model.canReach(sender, receiver) && !(m_needs_memory && m_model.isRelayed(sender, receiver));
    const auto hops = static_cast<double>(m_evaluator.routes().between(sender, receiver).size());
    for (std::uint32_t set = 1; reachable && set < m_space.lastSet(); ++set) {
        const PipelineModel::Message& message = m_model.message(sender, receiver, set);
        hand.fits[set] = message.bytes > 0;
        hand.time_s[set] = message.time_s;
        hand.energy_j[set] = message.energy_j;
        hand.bytes[set] = message.bytes * hops;
        hand.least_bytes[set] = message.bytes * m_model.leastHops(sender);
        hand.busiest_s[set] = message.busiest_s;
        hand.leaving_s[set] = message.leaving_s;
        hand.conversion_s[set] = m_model.conversions(sender, receiver, set, m_space.lastSet());
        if (!m_needs_memory) continue;
        hand.held_s[set] = m_model.longestHeld(sender, set);
        hand.memory[set] = m_model.sendingMemory(sender, set, 0, 0, {}).least_bytes;
    }
    return hand;
}

StageTables::Sums StageTables::endSums(PlatformId on, PlatformId last, const Tables& tables, std::uint32_t set) const
{
    const auto& [own, sent, end] = tables;
    const double conversion = sent.conversion_s[set], end_busy = end.busy_s[set] + conversion;
    const double bytes = own.memory[set] + sent.memory[set];
    const double last_idle = m_space.problem().system->platform(last).idle_power_w;
    return {.latency_s = own.busy_s[set] + sent.time_s[set] + end_busy,
            .own_s = own.busy_s[set],
            .interval_s = std::max({own.busy_s[set], sent.busiest_s[set], end_busy}),
            .energy_j = own.energy_j[set] + sent.energy_j[set] + end.energy_j[set] - last_idle * conversion,
            .bytes = sent.bytes[set],
            .sensitivity = own.sensitivity[set] + end.sensitivity[set],
            .memory = std::max(bytes * perUnit(on), end.memory[set] * perUnit(last)),
            .share = std::max(bytes * m_model.perCapacity(on), end.memory[set] * m_model.perCapacity(last))};
}

/// What the first of the two stages makes goes to the second; what lives longer may come from elsewhere.
StageTables::Sums StageTables::leastSums(PlatformId on, PlatformId last, std::uint32_t inner, std::uint32_t set) const
{
    const std::uint32_t all = m_space.lastSet();
    const PipelineModel::StageFigures own = m_model.stage(on, inner, set), end = m_model.stage(last, set, all);
    const PipelineModel::Message message = m_model.handed(on, last, m_model.handedBytes(on, last, inner, set, all));
    // A stage that reads nothing of what is live need not wait for the stage before it.
    const bool waits = inner == 0 || m_model.readsLive(inner, set);
    Sums sums;
    if (waits) sums.latency_s = own.busy_s + (message.bytes > 0 ? message.time_s + end.busy_s : 0);
    sums.own_s = own.busy_s;
    sums.interval_s = std::max({own.busy_s, message.busiest_s, end.busy_s});
    sums.energy_j = own.energy_j + message.energy_j + end.energy_j - m_model.mostConverting_j(on, inner) - m_model.mostConverting_j(last, set);
    sums.bytes = message.bytes * static_cast<double>(m_evaluator.routes().between(on, last).size());
    sums.sensitivity = own.sensitivity + end.sensitivity;
    if (m_needs_memory)
        sums.memory = std::max(m_model.restingBytes(on, inner, set, own.weight_bytes) * perUnit(on),
                               m_model.restingBytes(last, set, all, end.weight_bytes) * perUnit(last));
    return sums;
}

const StageTables::Ends& StageTables::ends(PlatformId on, PlatformId last, std::uint32_t inner)
{
    const std::size_t pair = on.index() * m_to_end.size() + last.index();
    if (!m_keeps_ends && pair != m_last_pair) m_ends[m_last_pair].clear();
    m_last_pair = pair;
    m_ends[pair].resize(m_sets);
    auto& slot = m_ends[pair][inner];
    if (slot) return *slot;
    slot = std::make_unique<Ends>();
    fill(*slot, on, last, inner);
    return *slot;
}

void StageTables::fill(Ends& ends, PlatformId on, PlatformId last, std::uint32_t inner)
{
    ends.sums.resize(m_sets);
    ends.fits.assign(m_sets, 0);
    ends.blocks.resize(m_sets / Ends::kBlock + 1);
    ends.parts.resize(m_sets / Ends::kPart + 1);
    const Stages& own = from(on, inner);
    const Stages& end = toEnd(last);
    const Hand& sent = hand(on, last);
    for (std::uint32_t set = inner + 1; set + 1 < m_sets; ++set) {
        if (own.fits[set] && sent.fits[set] && end.fits[set]) {
            ends.fits[set] = 1;
            ends.sums[set] = endSums(on, last, {own, sent, end}, set);
            ends.blocks[set / Ends::kBlock].take(ends.sums[set], 1);
        } else if (m_space.sets().isSubset(inner, set) && m_space.mayRun(on, inner, set) &&
                   m_space.mayRun(last, set, m_space.lastSet())) {
            ends.others.push_back({set, leastSums(on, last, inner, set)});
            ends.least_other.take(ends.others.back().sums, 1);
        }
    }
    for (std::size_t b = 0; b < ends.blocks.size(); ++b) {
        Least& part = ends.parts[b * Ends::kBlock / Ends::kPart];
        part.take(ends.blocks[b].sums, ends.blocks[b].plans);
        ends.all.take(ends.blocks[b].sums, ends.blocks[b].plans);
    }
}

} // namespace cutline
