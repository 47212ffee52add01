// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/plan_grid.h"

#include "core/search/row.h"

#include <algorithm>
#include <limits>

namespace cutline {
namespace {

/// Sets beyond which the tables take too much memory.
constexpr std::size_t kMostSets = 1500;
/// Plans that are held against the front at once.
constexpr std::uint32_t kBlock = 8, kPart = 8 * kBlock;

} // namespace

PlanGrid::PlanGrid(const PipelineSpace& space, const SearchTask& task, const PipelineModel& model, FrontBuilder& builder)
    : m_space(space), m_task(task), m_model(model), m_builder(builder), m_sets(space.sets().size())
{
    const auto& objectives = task.options.objectives;
    m_memory = std::ranges::find(objectives, Objective::Memory) != objectives.end();
    m_limited = !model.memoryAlwaysFits();
    m_usable = model.isPlain() && (!needsMemory() || model.tellsMemory()) &&
               task.feasibility.constraints().empty() && !space.problem().scenario.rate_hz &&
               !task.options.keep_dominated && m_sets <= kMostSets && objectives.size() <= kWidth;
    if (!m_usable) return;
    const std::size_t platforms = space.problem().system->platforms.size();
    m_from.resize(platforms);
    for (auto& list : m_from) list.resize(m_sets);
    m_to_end.resize(platforms);
    m_hands.resize(platforms * platforms);
}

void PlanGrid::Figures::resize(std::size_t count)
{
    for (auto* list : {&latency_s, &interval_s, &energy_j, &bytes, &sensitivity, &memory, &share, &stay_s}) list->resize(count);
}

void PlanGrid::fill(Stages& stages, std::size_t at, PlatformId platform, std::uint32_t inner, std::uint32_t outer) const
{
    const DownSets& sets = m_space.sets();
    stages.fits[at] = inner < outer && sets.isSubset(inner, outer) && m_space.mayRun(platform, inner, outer) &&
                      m_model.isClean(inner, outer);
    if (!stages.fits[at]) return;
    const PipelineModel::StageFigures figures = m_model.stage(platform, inner, outer);
    stages.busy_s[at] = figures.busy_s;
    stages.energy_j[at] = figures.energy_j;
    stages.sensitivity[at] = figures.sensitivity;
    if (!needsMemory()) return;
    const PipelineModel::Resting resting = m_model.resting(platform, inner, outer, figures.weight_bytes);
    stages.memory[at] = resting.bytes;
    stages.stay_less_s[at] = resting.stay_less_s;
}

const PlanGrid::Stages& PlanGrid::from(PlatformId platform, std::uint32_t inner)
{
    auto& stages = m_from[platform.index()][inner];
    if (stages) return *stages;
    stages = std::make_unique<Stages>();
    for (auto* list : {&stages->busy_s, &stages->energy_j, &stages->sensitivity, &stages->memory, &stages->stay_less_s})
        list->assign(m_sets, 0);
    stages->fits.assign(m_sets, 0);
    for (std::uint32_t outer = inner + 1; outer + 1 < m_sets; ++outer) fill(*stages, outer, platform, inner, outer);
    return *stages;
}

const PlanGrid::Stages& PlanGrid::toEnd(PlatformId platform)
{
    auto& stages = m_to_end[platform.index()];
    if (stages) return *stages;
    stages = std::make_unique<Stages>();
    for (auto* list : {&stages->busy_s, &stages->energy_j, &stages->sensitivity, &stages->memory, &stages->stay_less_s})
        list->assign(m_sets, 0);
    stages->fits.assign(m_sets, 0);
    for (std::uint32_t inner = 1; inner + 1 < m_sets; ++inner) fill(*stages, inner, platform, inner, m_space.lastSet());
    return *stages;
}

const PlanGrid::Hand& PlanGrid::hand(PlatformId sender, PlatformId receiver)
{
    auto& slot = m_hands[sender.index() * m_to_end.size() + receiver.index()];
    if (slot) return *slot;
    slot = std::make_unique<Hand>();
    Hand& hand = *slot;
    for (auto* list : {&hand.time_s, &hand.energy_j, &hand.bytes, &hand.busiest_s, &hand.conversion_s, &hand.held_s, &hand.leaving_s,
                       &hand.memory})
        list->assign(m_sets, 0);
    hand.fits.assign(m_sets, 0);
    const bool reachable = m_model.canReach(sender, receiver) && !(needsMemory() && m_model.isRelayed(sender, receiver));
    const auto hops = static_cast<double>(m_task.evaluator.routes().between(sender, receiver).size());
    for (std::uint32_t set = 1; reachable && set < m_space.lastSet(); ++set) {
        const PipelineModel::Message& message = m_model.message(sender, receiver, set);
        hand.fits[set] = message.bytes > 0;
        hand.time_s[set] = message.time_s;
        hand.energy_j[set] = message.energy_j;
        hand.bytes[set] = message.bytes * hops;
        hand.busiest_s[set] = message.busiest_s;
        hand.leaving_s[set] = message.leaving_s;
        hand.conversion_s[set] = m_model.conversions(sender, receiver, set, m_space.lastSet());
        if (!needsMemory()) continue;
        hand.held_s[set] = m_model.longestHeld(sender, set);
        hand.memory[set] = m_model.sendingMemory(sender, set, 0, 0, {}).least_bytes;
    }
    return hand;
}

PlanGrid::Begun PlanGrid::begin(const PipelineKey& key, const PipelineModel::Partial& partial)
{
    Begun begun;
    const auto& order = m_space.orders()[key.order];
    std::uint32_t inner = 0;
    for (std::size_t s = 0; s < partial.stages; ++s) {
        begun = then(begun, order[s], inner, key.cuts[s], order[s + 1]);
        inner = key.cuts[s];
    }
    return begun;
}

PlanGrid::Begun PlanGrid::then(const Begun& begun, PlatformId on, std::uint32_t inner, std::uint32_t outer, PlatformId next)
{
    const Stages& stages = from(on, inner);
    const Hand& sent = hand(on, next);
    const Platform& platform = m_space.problem().system->platform(on);
    const double busy = stages.busy_s[outer] + begun.conversion_s;
    Begun result;
    result.latency_s = begun.latency_s + busy + sent.time_s[outer];
    result.interval_s = std::max({begun.interval_s, busy, sent.busiest_s[outer]});
    result.energy_j = begun.energy_j + stages.energy_j[outer] - platform.idle_power_w * begun.conversion_s + sent.energy_j[outer];
    result.bytes = begun.bytes + sent.bytes[outer];
    result.sensitivity = begun.sensitivity + stages.sensitivity[outer];
    result.conversion_s = sent.conversion_s[outer];
    if (!needsMemory()) return result;
    const double bytes = stages.memory[outer] + sent.memory[outer];
    result.memory = std::max(begun.memory, bytes * (1 / unitOf(on)));
    result.share = std::max(begun.share, bytes * m_model.perCapacity(on));
    result.stay_s = std::max({begun.stay_s, busy - stages.stay_less_s[outer],
                              std::min(sent.held_s[outer], busy) + sent.leaving_s[outer]});
    return result;
}

bool PlanGrid::holds(const PipelineKey& key, std::size_t stages)
{
    const auto& order = m_space.orders()[key.order];
    if (!m_usable || !m_model.isStraight(key.order)) return false;
    std::uint32_t inner = 0;
    for (std::size_t s = 0; s < stages; ++s) {
        if (!from(order[s], inner).fits[key.cuts[s]] || !hand(order[s], order[s + 1]).fits[key.cuts[s]]) return false;
        inner = key.cuts[s];
    }
    return true;
}

bool PlanGrid::sweep(const PipelineKey& given, const PipelineModel::Partial& partial, double cost, const Leave& leave)
{
    PipelineKey key = given;
    const auto& order = m_space.orders()[key.order];
    if (m_builder.stopped()) return false;
    const Begun begun = begin(key, partial);
    m_cost = cost;
    m_rows.resize(m_sets);
    m_kinds.resize(m_sets);
    m_figures.resize(m_sets);
    if (order.size() == 2) return sweepRow(key, begun, partial, leave);
    const std::size_t stages = partial.stages;
    const PlatformId on = order[stages], next = order[stages + 1];
    const Stages& own = from(on, partial.set);
    const Hand& sent = hand(on, next);
    for (std::uint32_t set = partial.set + 1; set + 1 < m_sets; ++set) {
        if (!m_space.sets().isSubset(partial.set, set) || !m_space.mayRun(on, partial.set, set)) continue;
        key.cuts[stages] = set;
        const PipelineModel::Partial grown = m_model.extended(partial, key, set);
        if (m_builder.isHopeless(m_model.bound(grown, key), cost, 1e-12, m_hint)) {
            ++m_builder.proof().pruned;
            continue;
        }
        const bool goes_on = own.fits[set] && sent.fits[set]
                                 ? sweepRow(key, then(begun, on, partial.set, set, next), grown, leave)
                                 : leave(key, grown);
        if (!goes_on) return false;
    }
    return true;
}

/// Pipelines with one cut left to choose.
bool PlanGrid::sweepRow(PipelineKey& key, const Begun& begun, const PipelineModel::Partial& partial, const Leave& leave)
{
    const std::size_t stages = partial.stages;
    const std::uint32_t inner = partial.set;
    addUp(key, begun, stages, inner);
    const auto& order = m_space.orders()[key.order];
    const PlatformId on = order[stages], last = order[stages + 1];
    const Stages& own = from(on, inner);
    const Stages& end = toEnd(last);
    const Hand& sent = hand(on, last);
    for (std::uint32_t set = inner + 1; set + 1 < m_sets; ++set) {
        m_kinds[set] = kNone;
        key.cuts[stages] = set;
        if (own.fits[set] && sent.fits[set] && end.fits[set]) {
            tellRow(set);
        } else if (m_space.sets().isSubset(inner, set) && m_space.mayRun(on, inner, set) &&
                   m_space.mayRun(last, set, m_space.lastSet())) {
            if (!leave(key, m_model.extended(partial, key, set))) return false;
        }
    }
    const bool goes_on = lookAtRow(key, stages, inner + 1);
    key.cuts[stages] = 0;
    return goes_on;
}

void PlanGrid::addUp(const PipelineKey& key, const Begun& begun, std::size_t stages, std::uint32_t inner)
{
    const auto& order = m_space.orders()[key.order];
    const PlatformId on = order[stages], last = order[stages + 1];
    const Stages& own = from(on, inner);
    const Stages& end = toEnd(last);
    const Hand& sent = hand(on, last);
    const double idle = m_space.problem().system->platform(on).idle_power_w;
    const double last_idle = m_space.problem().system->platform(last).idle_power_w;
    const double per_unit = 1 / unitOf(on), last_per_unit = 1 / unitOf(last);
    const double per_capacity = m_model.perCapacity(on), last_per_capacity = m_model.perCapacity(last);
    const double power = m_model.powerOf(key.order);
    Figures& f = m_figures;
    for (std::size_t set = inner + 1; set + 1 < m_sets; ++set) {
        const double busy = own.busy_s[set] + begun.conversion_s, end_busy = end.busy_s[set] + sent.conversion_s[set];
        f.latency_s[set] = begun.latency_s + busy + sent.time_s[set] + end_busy;
        f.interval_s[set] = std::max(std::max(begun.interval_s, busy), std::max(sent.busiest_s[set], end_busy));
        f.energy_j[set] = begun.energy_j + own.energy_j[set] - idle * begun.conversion_s + sent.energy_j[set] +
                          end.energy_j[set] - last_idle * sent.conversion_s[set] + f.interval_s[set] * power;
        f.bytes[set] = begun.bytes + sent.bytes[set];
        f.sensitivity[set] = begun.sensitivity + own.sensitivity[set] + end.sensitivity[set];
        const double bytes = own.memory[set] + sent.memory[set];
        f.memory[set] = std::max(begun.memory, std::max(bytes * per_unit, end.memory[set] * last_per_unit));
        f.share[set] = std::max(begun.share, std::max(bytes * per_capacity, end.memory[set] * last_per_capacity));
        f.stay_s[set] = std::max(std::max(begun.stay_s, busy - own.stay_less_s[set]),
                                 std::max(std::min(sent.held_s[set], busy) + sent.leaving_s[set],
                                          end_busy - end.stay_less_s[set]));
    }
}

void PlanGrid::tellRow(std::uint32_t set)
{
    const Figures& f = m_figures;
    Row& row = m_rows[set];
    char& kind = m_kinds[set];
    kind = kTold;
    if (needsMemory() && f.stay_s[set] >= f.interval_s[set] * (1 - 2e-9)) kind = kCopies;
    if (m_limited && f.share[set] > 1 - 1e-12) kind = kUnsure;
    const double around = m_space.problem().scenario.sensor_s + m_space.problem().scenario.post_s;
    std::size_t d = 0;
    for (const Objective o : m_task.options.objectives) switch (o) {
        case Objective::Latency: row.values[d++] = comparable(f.latency_s[set] + around); break;
        case Objective::InitiationInterval: row.values[d++] = comparable(f.interval_s[set]); break;
        case Objective::Energy: row.values[d++] = comparable(f.energy_j[set]); break;
        case Objective::Memory: row.values[d++] = comparable(f.memory[set]); break;
        case Objective::LinkBytes: row.values[d++] = comparable(f.bytes[set]); break;
        case Objective::Sensitivity: row.values[d++] = comparable(f.sensitivity[set]); break;
        default: row.values[d++] = comparable(m_cost); break;
        }
}

/// Plans that lie next to each other are much alike: where the front beats the best of each of their values, it beats them
/// all. Asked of the row in large parts first, then of blocks.
bool PlanGrid::lookAtRow(PipelineKey& key, std::size_t cut, std::uint32_t first)
{
    const auto end = static_cast<std::uint32_t>(m_sets - 1);
    for (std::uint32_t part = first; part < end; part += kPart) {
        const std::uint32_t behind = std::min(part + kPart, end);
        m_blocks.clear();
        Block whole;
        for (std::uint32_t block = part; block < behind; block += kBlock) {
            m_blocks.push_back(bestOf(block, std::min(block + kBlock, behind)));
            whole.take(m_blocks.back().best, m_blocks.back().plans);
        }
        if (isBeaten(whole)) continue;
        for (std::size_t b = 0; b < m_blocks.size(); ++b) {
            const std::uint32_t block = part + static_cast<std::uint32_t>(b) * kBlock;
            if (!isBeaten(m_blocks[b]) && !lookAtBlock(key, cut, block, std::min(block + kBlock, behind))) return false;
        }
    }
    return true;
}

PlanGrid::Block PlanGrid::bestOf(std::uint32_t first, std::uint32_t behind) const
{
    Block block;
    for (std::uint32_t set = first; set < behind; ++set)
        if (m_kinds[set] != kNone) block.take(m_rows[set], 1);
    return block;
}

bool PlanGrid::isBeaten(const Block& block)
{
    if (block.plans == 0) return true;
    if (!m_builder.isBeaten({block.best.values.data(), m_task.options.objectives.size()}, m_hint)) return false;
    m_builder.proof().pruned += block.plans;
    return true;
}

/// Whole memory of a plan of which the row knows the least: that takes longer than all the rest, and few plans need it.
void PlanGrid::countCopies(const PipelineKey& key, std::uint32_t set)
{
    const auto known = m_model.largestMemory(key, m_figures.interval_s[set]);
    m_kinds[set] = known && (!m_limited || known->fits) ? kTold : kUnsure;
    if (!known) return;
    const auto& objectives = m_task.options.objectives;
    for (std::size_t d = 0; d < objectives.size(); ++d)
        if (objectives[d] == Objective::Memory)
            m_rows[set].values[d] = comparable(m_task.memory_as_ratio ? known->ratio : known->bytes);
}

bool PlanGrid::lookAtBlock(PipelineKey& key, std::size_t cut, std::uint32_t first, std::uint32_t behind)
{
    for (std::uint32_t set = first; set < behind; ++set) {
        if (m_kinds[set] == kNone) continue;
        key.cuts[cut] = set;
        if (m_kinds[set] == kCopies) {
            if (m_builder.isBeaten({m_rows[set].values.data(), m_task.options.objectives.size()}, m_hint)) {
                ++m_builder.proof().pruned;
                continue;
            }
            countCopies(key, set);
        }
        const bool goes_on = m_kinds[set] == kTold
                                 ? m_builder.add({m_rows[set].values.data(), m_task.options.objectives.size()}, key)
                                 : m_builder.look(m_model.outline(key), key, m_cost);
        if (!goes_on) return false;
    }
    return true;
}

} // namespace cutline
