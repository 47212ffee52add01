// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/plan_grid.h"

#include "core/search/row.h"

#include <algorithm>

namespace cutline {
namespace {

/// Sets beyond which the tables take too much memory.
constexpr std::size_t kMostSets = 1500;

} // namespace

PlanGrid::PlanGrid(const PipelineSpace& space, const SearchTask& task, const PipelineModel& model, FrontBuilder& builder)
    : m_space(space), m_task(task), m_model(model), m_builder(builder),
      m_memory(std::ranges::find(task.options.objectives, Objective::Memory) != task.options.objectives.end()),
      m_limited(!model.memoryAlwaysFits()), m_around_s(space.problem().scenario.sensor_s + space.problem().scenario.post_s), m_sets(space.sets().size()),
      m_tables(space, task.evaluator, model, needsMemory(), m_memory && task.memory_as_ratio)
{
    m_usable = model.isPlain() && (!needsMemory() || model.tellsMemory()) &&
               task.feasibility.constraints().empty() && !space.problem().scenario.rate_hz &&
               !space.problem().compat.free_overload && !task.options.keep_dominated && m_sets <= kMostSets && task.options.objectives.size() <= kWidth;
    if (!m_usable) return;
    for (auto* hints : {&m_part_hints, &m_block_hints, &m_other_hints}) hints->resize(m_sets);
}

/// One more stage, nothing of it sent yet.
PlanGrid::Begun PlanGrid::ran(const Begun& begun, PlatformId on, std::uint32_t inner, std::uint32_t outer)
{
    const StageTables::Stages& stages = m_tables.from(on, inner);
    Begun result;
    result.busy_s = stages.busy_s[outer] + begun.conversion_s;
    result.latency_s = begun.latency_s + stages.busy_s[outer];
    result.interval_s = std::max(begun.interval_s, result.busy_s);
    result.energy_j = begun.energy_j + stages.energy_j[outer];
    result.bytes = begun.bytes;
    result.sensitivity = begun.sensitivity + stages.sensitivity[outer];
    if (!needsMemory()) return result;
    result.memory = std::max(begun.memory, stages.memory[outer] * m_tables.perUnit(on));
    result.share = std::max(begun.share, stages.memory[outer] * m_model.perCapacity(on));
    result.stay_s = std::max(begun.stay_s, result.busy_s - stages.stay_less_s[outer]);
    return result;
}

/// All that is live sent to the next stage, and converted there.
PlanGrid::Begun PlanGrid::sent(const Begun& ran, PlatformId on, std::uint32_t inner, std::uint32_t outer, PlatformId next)
{
    const StageTables::Hand& sent = m_tables.hand(on, next);
    Begun result = ran;
    result.conversion_s = sent.conversion_s[outer];
    result.latency_s += sent.time_s[outer] + result.conversion_s;
    result.interval_s = std::max(ran.interval_s, sent.busiest_s[outer]);
    result.energy_j += sent.energy_j[outer] - m_space.problem().system->platform(next).idle_power_w * result.conversion_s;
    result.bytes += sent.bytes[outer];
    if (!needsMemory()) return result;
    const double bytes = m_tables.from(on, inner).memory[outer] + sent.memory[outer];
    result.memory = std::max(ran.memory, bytes * m_tables.perUnit(on));
    result.share = std::max(ran.share, bytes * m_model.perCapacity(on));
    result.stay_s = std::max(ran.stay_s, std::min(sent.held_s[outer], ran.busy_s) + sent.leaving_s[outer]);
    return result;
}

bool PlanGrid::holds(const PipelineKey& key, std::size_t stages)
{
    const auto& order = m_space.orders()[key.order];
    if (!m_usable || !m_model.isStraight(key.order)) return false;
    std::uint32_t inner = 0;
    for (std::size_t s = 0; s < stages; ++s) {
        if (!m_tables.from(order[s], inner).fits[key.cuts[s]] || !m_tables.hand(order[s], order[s + 1]).fits[key.cuts[s]]) return false;
        inner = key.cuts[s];
    }
    return true;
}

/// Where the front beats the least figures of many plans, it beats them all: `beaten` is asked of the whole row first, then of
/// parts, then of blocks; `visit` sees the cuts that are left.
template <class Beaten, class Visit> bool PlanGrid::inBlocks(const Ends& ends, Beaten beaten, Visit visit)
{
    if (beaten(ends.all, m_hint)) return true;
    constexpr std::size_t kBlocks = Ends::kPart / Ends::kBlock;
    for (std::size_t p = 0; p < ends.parts.size(); ++p) {
        if (beaten(ends.parts[p], m_part_hints[p])) continue;
        for (std::size_t b = p * kBlocks; b < std::min((p + 1) * kBlocks, ends.blocks.size()); ++b) {
            if (beaten(ends.blocks[b], m_block_hints[b])) continue;
            for (std::size_t set = b * Ends::kBlock; set < std::min((b + 1) * Ends::kBlock, m_sets); ++set)
                if (ends.fits[set] && !visit(static_cast<std::uint32_t>(set))) return false;
        }
    }
    return true;
}

bool PlanGrid::sweep(const PipelineKey& given, std::size_t stages, double cost, const Leave& leave)
{
    if (m_builder.stopped()) return false;
    PipelineKey key = given;
    const auto& order = m_space.orders()[key.order];
    m_cost = cost;
    m_power_w = m_model.powerOf(key.order);
    m_idle_w = m_model.idlePowerOf(key.order);
    Begun begun;
    std::uint32_t inner = 0;
    for (std::size_t s = 0; s < stages; ++s) {
        begun = sent(ran(begun, order[s], inner, key.cuts[s]), order[s], inner, key.cuts[s], order[s + 1]);
        inner = key.cuts[s];
    }
    if (order.size() == 2) return sweepRow(key, 0, begun, begun, leave);
    const PlatformId on = order[stages], next = order[stages + 1];
    const StageTables::Stages& own = m_tables.from(on, inner);
    const StageTables::Hand& hand = m_tables.hand(on, next);
    for (std::uint32_t set = inner + 1; set + 1 < m_sets; ++set) {
        if (!m_space.sets().isSubset(inner, set) || !m_space.mayRun(on, inner, set)) continue;
        key.cuts[stages] = set;
        if (!own.fits[set] || !hand.fits[set]) {
            if (!sweepLoose(key, stages + 1, leave)) return false;
            continue;
        }
        Begun ended = ran(begun, on, inner, set);
        const Begun next_begun = sent(ended, on, inner, set, next);
        ended.bytes += hand.least_bytes[set];
        if (!sweepRow(key, stages + 1, ended, next_begun, leave)) return false;
    }
    return true;
}

/// Pipelines with one cut left to choose. `ended`: what is known where not all that is live goes to the next stage.
bool PlanGrid::sweepRow(PipelineKey& key, std::size_t stages, const Begun& ended, const Begun& begun, const Leave& leave)
{
    const auto& order = m_space.orders()[key.order];
    const Ends& ends = m_tables.ends(order[stages], order[stages + 1], innerOf(key, stages));
    const bool goes_on = inBlocks(ends, [&](const StageTables::Least& least, ParetoArchive::Hint& hint) { return isBeaten(begun, least, hint); },
                                  [&](std::uint32_t set) {
                                      key.cuts[stages] = set;
                                      return lookAtPlan(key, stages, begun, ends.sums[set]);
                                  }) &&
                         leaveOthers(key, stages, ended, ends, leave);
    key.cuts[stages] = 0;
    return goes_on;
}

/// The same where the tables do not tell the first stages: all that may matter is left.
bool PlanGrid::sweepLoose(PipelineKey& key, std::size_t stages, const Leave& leave)
{
    const auto& order = m_space.orders()[key.order];
    const PlatformId on = order[stages], last = order[stages + 1];
    const PipelineModel::Past past = m_model.past(key, stages);
    Begun ended;
    ended.latency_s = past.next_s;
    ended.done_s = past.done_s;
    ended.interval_s = past.interval_s;
    ended.energy_j = past.energy_j - m_model.mostConverting_j(on, innerOf(key, stages));
    ended.bytes = past.link_bytes;
    ended.sensitivity = past.sensitivity;
    ended.memory = m_memory && m_task.memory_as_ratio ? past.memory_ratio : past.memory_bytes;
    const Ends& ends = m_tables.ends(on, last, innerOf(key, stages));
    const bool goes_on = inBlocks(ends, [&](const StageTables::Least& least, ParetoArchive::Hint& hint) { return isHopeless(ended, least, hint); },
                                  [&](std::uint32_t set) {
                                      key.cuts[stages] = set;
                                      return isHopeless(ended, {ends.sums[set], 1}, m_hint) || leave(key);
                                  }) &&
                         leaveOthers(key, stages, ended, ends, leave);
    key.cuts[stages] = 0;
    return goes_on;
}

bool PlanGrid::leaveOthers(PipelineKey& key, std::size_t stages, const Begun& ended, const Ends& ends, const Leave& leave)
{
    ParetoArchive::Hint& hint = m_other_hints[innerOf(key, stages)];
    if (isHopeless(ended, ends.least_other, hint)) return true;
    for (const StageTables::Other& other : ends.others) {
        key.cuts[stages] = other.set;
        if (!isHopeless(ended, {other.sums, 1}, hint) && !leave(key)) return false;
    }
    return true;
}

/// Of plans whose figures are no less than these.
bool PlanGrid::isHopeless(const Begun& ended, const StageTables::Least& end, ParetoArchive::Hint& hint)
{
    if (end.plans == 0) return true;
    Outline bound;
    bound.latency_s = std::max(ended.done_s, ended.latency_s + end.sums.latency_s) + m_around_s;
    bound.interval_s = std::max(ended.interval_s, end.sums.interval_s);
    bound.energy_j = ended.energy_j + end.sums.energy_j + bound.interval_s * m_idle_w;
    bound.link_bytes = ended.bytes + end.sums.bytes;
    bound.sensitivity = ended.sensitivity + end.sums.sensitivity;
    bound.memory_bytes = bound.memory_ratio = std::max(ended.memory, end.sums.memory);
    if (!m_builder.isHopeless(bound, m_cost, 1e-12, hint)) return false;
    m_builder.proof().pruned += end.plans;
    return true;
}

bool PlanGrid::isBeaten(const Begun& begun, const StageTables::Least& least, ParetoArchive::Hint& hint)
{
    if (least.plans == 0) return true;
    tellRow(begun, least.sums);
    if (!m_builder.isBeaten(row(), hint)) return false;
    m_builder.proof().pruned += least.plans;
    return true;
}

/// Never less for larger sums: what beats the row of the least of several plans beats each of them, rounding or not.
void PlanGrid::tellRow(const Begun& begun, const StageTables::Sums& end)
{
    std::size_t d = 0;
    for (const Objective o : m_task.options.objectives) switch (o) {
        case Objective::Latency: m_row[d++] = comparable(begun.latency_s + end.latency_s + m_around_s); break;
        case Objective::InitiationInterval: m_row[d++] = comparable(intervalOf(begun, end)); break;
        case Objective::Energy:
            m_row[d++] = comparable(begun.energy_j + end.energy_j + intervalOf(begun, end) * m_power_w);
            break;
        case Objective::Memory: m_row[d++] = comparable(std::max(begun.memory, end.memory)); break;
        case Objective::LinkBytes: m_row[d++] = comparable(begun.bytes + end.bytes); break;
        case Objective::Sensitivity: m_row[d++] = comparable(begun.sensitivity + end.sensitivity); break;
        default: m_row[d++] = comparable(m_cost); break;
        }
}

bool PlanGrid::lookAtPlan(const PipelineKey& key, std::size_t cut, const Begun& begun, const StageTables::Sums& end)
{
    bool told = !m_limited || std::max(begun.share, end.share) <= 1 - 1e-12;
    tellRow(begun, end);
    if (told && needsMemory() && mayNeedCopies(key, cut, begun, end)) {
        if (m_builder.isBeaten(row(), m_hint)) {
            ++m_builder.proof().pruned;
            return true;
        }
        told = countCopies(key, intervalOf(begun, end));
    }
    return told ? m_builder.add(row(), key) : m_builder.look(m_model.outline(key), key, m_cost);
}

/// Some tensor may stay as long as the period.
bool PlanGrid::mayNeedCopies(const PipelineKey& key, std::size_t cut, const Begun& begun, const StageTables::Sums& end)
{
    const auto& order = m_space.orders()[key.order];
    const PlatformId on = order[cut], last = order[cut + 1];
    const std::uint32_t set = key.cuts[cut];
    const StageTables::Hand& sent = m_tables.hand(on, last);
    const StageTables::Stages& last_stage = m_tables.toEnd(last);
    const Begun own = ran(begun, on, innerOf(key, cut), set);
    const double stay = std::max({own.stay_s, std::min(sent.held_s[set], own.busy_s) + sent.leaving_s[set],
                                  last_stage.busy_s[set] + sent.conversion_s[set] - last_stage.stay_less_s[set]});
    return stay >= intervalOf(begun, end) * (1 - 2e-9);
}

/// Whole memory of a plan of which the row knows the least: that takes longer than all the rest, and few plans need it.
bool PlanGrid::countCopies(const PipelineKey& key, double interval_s)
{
    const auto known = m_model.largestMemory(key, interval_s);
    if (!known) return false;
    const auto& objectives = m_task.options.objectives;
    for (std::size_t d = 0; d < objectives.size(); ++d)
        if (objectives[d] == Objective::Memory) m_row[d] = comparable(m_task.memory_as_ratio ? known->ratio : known->bytes);
    return !m_limited || known->fits;
}

} // namespace cutline
