// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/any_schedule.h"

#include "core/search/row.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace cutline {

Plan generalPlan(const AnyModel& model, const GroupAssignment& assignment, std::span<const std::uint32_t> order)
{
    constexpr std::uint32_t kNone = ~std::uint32_t{0};
    Plan plan{Scheme::General, {}};
    std::vector<std::uint32_t> stage(model.groups(), 0), latest(model.platforms(), kNone);
    for (const std::uint32_t g : order) {
        std::uint32_t& at = latest[assignment[g]];
        bool joins = at != kNone;
        for (const std::uint32_t before : model.before(g)) joins = joins && stage[before] <= at;
        if (!joins) {
            at = static_cast<std::uint32_t>(plan.stages.size());
            plan.stages.push_back({PlatformId{assignment[g]}, {}});
        }
        stage[g] = at;
        const auto& members = model.fusion().groups[g];
        plan.stages[at].layers.insert(plan.stages[at].layers.end(), members.begin(), members.end());
    }
    return plan;
}

GroupOrder listOrder(const AnyModel& model, const GroupAssignment& assignment, ListRule rule)
{
    const std::vector<double> tails = model.tails(assignment);
    std::vector<double> arrived(model.groups(), 0), free(model.platforms(), 0);
    std::vector<std::uint32_t> waits_for(model.groups()), ready;
    for (std::uint32_t g = 0; g < model.groups(); ++g) {
        waits_for[g] = static_cast<std::uint32_t>(model.before(g).size());
        arrived[g] = model.placedInputs(g, assignment);
        if (waits_for[g] == 0) ready.push_back(g);
    }
    GroupOrder order;
    while (!ready.empty()) {
        const auto start = [&](std::uint32_t g) { return std::max(free[assignment[g]], arrived[g]); };
        const auto better = [&](std::uint32_t a, std::uint32_t b) {
            if (rule == ListRule::EarliestStart && start(a) != start(b)) return start(a) < start(b);
            if (tails[a] != tails[b]) return tails[a] > tails[b];
            return a < b;
        };
        const auto next = std::min_element(ready.begin(), ready.end(), better);
        const std::uint32_t g = *next;
        ready.erase(next);
        order.push_back(g);
        const double end = start(g) + model.seconds(g, assignment[g]);
        free[assignment[g]] = end;
        for (const std::uint32_t later : model.after(g)) {
            arrived[later] = std::max(arrived[later], end + model.travel(g, later, assignment));
            if (--waits_for[later] == 0) ready.push_back(later);
        }
    }
    return order;
}

GroupAssignment groupAssignment(const AnyModel& model, std::span<const PlatformId> by_layer)
{
    GroupAssignment assignment;
    for (const auto& members : model.fusion().groups) assignment.push_back(by_layer[members.front().index()].value);
    return assignment;
}

std::vector<PlatformId> layerAssignment(const AnyModel& model, const GroupAssignment& by_group)
{
    std::vector<PlatformId> assignment;
    for (const std::uint32_t group : model.fusion().group_of) assignment.push_back(PlatformId{by_group[group]});
    return assignment;
}

Plan planOf(const AnyModel& model, const GroupAssignment& assignment)
{
    Plan plan = planFromAssignment(*model.problem().graph, layerAssignment(model, assignment));
    if (plan.scheme != Scheme::General) return plan;
    GroupOrder order(model.groups());
    std::iota(order.begin(), order.end(), 0u);
    return generalPlan(model, assignment, order);
}

EveryOrder::EveryOrder(const AnyModel& model, AnyFront& front)
    : m_model(model), m_front(front), m_least_row(front.width()), m_row(front.width()), m_travel(model.groups())
{
}

void EveryOrder::run(const GroupAssignment& assignment, const AnyModel::Bound& least)
{
    m_assignment = &assignment;
    m_least = least;
    const SearchTask& task = m_front.task();
    fillRow(least, task.options.objectives, task.memory_as_ratio, -1e-11, m_least_row.data());
    m_tails = m_model.tails(assignment);
    m_ends.assign(m_model.groups(), 0);
    m_free.assign(m_model.platforms(), 0);
    m_rest.assign(m_model.platforms(), 0);
    m_waits_for.assign(m_model.groups(), 0);
    for (std::uint32_t g = 0; g < m_model.groups(); ++g) {
        m_rest[assignment[g]] += m_model.seconds(g, assignment[g]);
        m_waits_for[g] = static_cast<std::uint32_t>(m_model.before(g).size());
        m_travel[g].clear();
        for (const std::uint32_t before : m_model.before(g)) m_travel[g].push_back(m_model.travel(before, g, assignment));
    }
    m_order.clear();
    m_done = false;
    grow(0);
}

bool EveryOrder::look()
{
    const auto row = m_front.look(generalPlan(m_model, *m_assignment, m_order));
    if (!row) return false;
    for (std::size_t d = 0; d < row->size(); ++d)
        if ((*row)[d] > m_least_row[d]) return false;
    return true;
}

void EveryOrder::grow(std::size_t placed)
{
    if (m_front.stopped()) m_done = true;
    if (m_done) return;
    if (placed == m_model.groups()) {
        m_done = look();
        return;
    }
    const SearchTask& task = m_front.task();
    for (std::uint32_t g = 0; g < m_model.groups() && !m_done; ++g) {
        if (m_waits_for[g] != 0) continue;
        const std::uint32_t p = (*m_assignment)[g];
        double start = std::max(m_free[p], m_model.placedInputs(g, *m_assignment));
        for (std::size_t i = 0; i < m_travel[g].size(); ++i)
            start = std::max(start, m_ends[m_model.before(g)[i]] + m_travel[g][i]);
        // Whatever else runs on this platform comes after this group.
        const double seconds = m_model.seconds(g, p);
        const Scenario& scenario = m_model.problem().scenario;
        const double latency =
            std::max(start + m_tails[g], start + m_rest[p]) + scenario.sensor_s + scenario.post_s;
        const double kept = m_least.latency_s;
        m_least.latency_s = std::max(kept, latency);
        fillRow(m_least, task.options.objectives, task.memory_as_ratio, 1e-12, m_row.data());
        if (!m_front.dominates(m_row)) {
            const double free = m_free[p];
            m_free[p] = m_ends[g] = start + seconds;
            m_rest[p] -= seconds;
            for (const std::uint32_t later : m_model.after(g)) --m_waits_for[later];
            m_waits_for[g] = ~std::uint32_t{0};
            m_order.push_back(g);
            grow(placed + 1);
            m_order.pop_back();
            m_waits_for[g] = 0;
            for (const std::uint32_t later : m_model.after(g)) ++m_waits_for[later];
            m_rest[p] += seconds;
            m_free[p] = free;
        }
        m_least.latency_s = kept;
    }
}

} // namespace cutline
