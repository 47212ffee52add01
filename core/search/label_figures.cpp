// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/label_figures.h"

#include "core/search/row.h"

#include <algorithm>
#include <limits>

namespace cutline {

LabelFigures::LabelFigures(const PipelineSpace& space, const SearchTask& task, const PipelineModel& model)
{
    findLimits(space, task, model);
    choose(space, task, model);
}

void LabelFigures::choose(const PipelineSpace& space, const SearchTask& task, const PipelineModel& model)
{
    const auto isObjective = [&](Objective o) { return std::ranges::find(task.options.objectives, o) != task.options.objectives.end(); };
    const auto isLimited = [&](std::initializer_list<MetricKind> kinds) {
        return std::ranges::any_of(task.feasibility.constraints(),
                                   [&](const Constraint& c) { return std::ranges::find(kinds, c.kind) != kinds.end(); });
    };
    const Problem& problem = space.problem();
    const auto add = [&](Figure figure, bool objective, bool adds_up) {
        const std::uint32_t bit = 1u << m_figures.size();
        if (objective) m_final |= bit;
        if (objective && adds_up) m_strict |= bit;
        m_figures.push_back(figure);
    };
    const bool energy = isObjective(Objective::Energy) || isLimited({MetricKind::Energy});
    const bool powered = std::ranges::any_of(problem.system->platforms, [](const Platform& p) { return p.idle_power_w > 0; }) ||
                         std::ranges::any_of(problem.system->links, [](const Connection& c) { return c.link.energy.always_on_w > 0; });
    m_power_matters = energy && powered;
    const bool period = m_power_matters && !problem.scenario.rate_hz;
    if (isObjective(Objective::Latency) || isLimited({MetricKind::Latency})) add(Figure::Latency, isObjective(Objective::Latency), true);
    if (energy) add(Figure::Energy, isObjective(Objective::Energy), true);
    if (isObjective(Objective::LinkBytes) || isLimited({MetricKind::LinkBytes})) add(Figure::LinkBytes, isObjective(Objective::LinkBytes), true);
    if (isObjective(Objective::Sensitivity) || isLimited({MetricKind::Sensitivity}))
        add(Figure::Sensitivity, isObjective(Objective::Sensitivity), true);
    if (isObjective(Objective::Memory)) add(Figure::Memory, true, false);
    // How many copies of a tensor a platform holds depends on the period.
    const bool interval = isObjective(Objective::InitiationInterval) || period || m_memory_matters || problem.scenario.rate_hz ||
                          isLimited({MetricKind::InitiationInterval, MetricKind::Throughput});
    if (interval) add(Figure::Interval, isObjective(Objective::InitiationInterval), false);
    if (model.converts()) add(Figure::Conversions, false, false);
    if (m_memory_matters) add(Figure::Waited, false, false);
    if (problem.scenario.rate_hz) m_given_period_s = 1 / *problem.scenario.rate_hz;
    // A shorter period may ask for more copies in stages to come: what makes it may not differ.
    m_equal_periods = m_memory_matters && !problem.scenario.rate_hz;
    if (m_equal_periods) add(Figure::LongInterval, false, false);
    if (m_equal_periods && model.converts()) add(Figure::LongConversions, false, false);
    m_compares_loads = interval;
    m_width = std::max<std::size_t>(1, m_figures.size()); // cost alone: all labels of a state are equal
}

/// Limits of single platforms: capacities, and what constraints say of them.
void LabelFigures::findLimits(const PipelineSpace& space, const SearchTask& task, const PipelineModel& model)
{
    const System& system = *space.problem().system;
    constexpr double kNone = std::numeric_limits<double>::infinity();
    m_most_bytes.assign(system.platforms.size(), kNone);
    m_most_busy_s.assign(system.platforms.size(), kNone);
    const auto lower = [](double& limit, double value) { limit = std::min(limit, value); };
    for (std::uint32_t p = 0; p < system.platforms.size(); ++p) {
        const double capacity = model.capacity(PlatformId{p});
        if (capacity > 0 && !model.memoryAlwaysFits()) lower(m_most_bytes[p], capacity);
        for (const Constraint& c : task.feasibility.constraints()) {
            if (c.kind == MetricKind::MemoryMax) lower(m_most_bytes[p], c.limit);
            if (c.kind == MetricKind::MemoryRatio && capacity > 0) lower(m_most_bytes[p], c.limit * capacity);
            if (c.kind == MetricKind::PlatformMemory && c.subject == p) lower(m_most_bytes[p], c.limit);
            if (c.kind == MetricKind::PlatformBusy && c.subject == p) lower(m_most_busy_s[p], c.limit);
        }
    }
    m_memory_matters = std::ranges::find(task.options.objectives, Objective::Memory) != task.options.objectives.end() ||
                       std::ranges::any_of(m_most_bytes, [](double limit) { return limit < kNone; }) ||
                       ((isLarge(space) || task.options.solver == SolverKind::Labels) && model.tellsMemory());
}

void LabelFigures::fillRow(const Label& label, double energy_j, std::span<const std::uint8_t> loads, bool most_memory,
                          double* row) const
{
    row[0] = 0;
    std::size_t d = 0;
    for (const Figure figure : m_figures) switch (figure) {
        case Figure::Latency: row[d++] = comparable(label.latency_s); break;
        case Figure::Interval: row[d++] = comparable(label.sure_interval_s); break;
        case Figure::Energy: row[d++] = comparable(energy_j); break;
        case Figure::LinkBytes: row[d++] = comparable(label.link_bytes); break;
        case Figure::Sensitivity: row[d++] = comparable(label.sensitivity); break;
        case Figure::Memory: row[d++] = comparable(most_memory ? label.need.most : label.need.least); break;
        case Figure::Conversions: row[d++] = comparable(label.conversions_s); break;
        // No tensor waits longer; how much shorter some do is not known.
        case Figure::Waited: row[d++] = most_memory ? comparable(label.waited_s) : 0; break;
        case Figure::LongInterval: row[d++] = comparable(-label.interval_s); break;
        case Figure::LongConversions: row[d++] = comparable(-label.conversions_s); break;
        }
    d = m_width;
    for (const std::uint8_t r : loads) {
        row[d++] = comparable(label.shared_s[r]);
        if (m_equal_periods) row[d++] = comparable(-label.shared_s[r]);
    }
}

bool labelsFit(const PipelineSpace& space, const SearchTask& task, const PipelineModel& model)
{
    bool memory = !model.memoryAlwaysFits() || std::ranges::find(task.options.objectives, Objective::Memory) !=
                                                   task.options.objectives.end();
    for (const Constraint& c : task.feasibility.constraints()) switch (c.kind) {
        case MetricKind::Throughput:
            if (c.at_most) return false;
            break;
        case MetricKind::MemoryMax:
        case MetricKind::MemoryRatio:
        case MetricKind::PlatformMemory: memory = true; [[fallthrough]];
        case MetricKind::Latency:
        case MetricKind::InitiationInterval:
        case MetricKind::Energy:
        case MetricKind::LinkBytes:
        case MetricKind::Sensitivity:
        case MetricKind::Cost:
        case MetricKind::PlatformBusy:
            if (!c.at_most) return false;
            break;
        default: return false;
        }
    // Without a period labels of unlike intervals cannot be compared; looking at every plan is quicker then.
    const bool rate_known = space.problem().scenario.rate_hz.has_value(), large = isLarge(space) || task.options.solver == SolverKind::Labels;
    // A stage that begins with an input of its own may send while earlier messages are still under way: on links that
    // several pairs use, when those were sent matters then.
    if (!model.oneSource() && !model.shared().empty()) return false;
    return model.isPlain() && model.tellsShares() && !task.options.keep_dominated && (!memory || (model.tellsMemory() && (rate_known || large)));
}

} // namespace cutline
