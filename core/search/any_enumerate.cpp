// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/any_enumerate.h"

namespace cutline {
AnyEnumeration::AnyEnumeration(const AnyModel& model, AnyFront& front, const AnyLimits& limits)
    : m_model(model), m_front(front), m_limits(limits), m_orders(model, front), m_assignment(model.groups()),
      m_arcs(model.groups()), m_states(model.groups() + 1), m_row(front.width())
{
    for (std::size_t g = 0; g <= model.groups(); ++g) m_sums.emplace_back(model.width(g), 0.0);
}

void AnyEnumeration::run()
{
    m_states[0] = m_model.start();
    grow(0);
}

bool AnyEnumeration::isHopeless(const AnyModel::Bound& bound, const double* sums)
{
    if (m_limits.broken(bound, sums)) return true;
    const SearchTask& task = m_front.task();
    if (task.options.keep_dominated) return false;
    fillRow(bound, task.options.objectives, task.memory_as_ratio, 1e-12, m_row.data());
    return m_front.dominates(m_row);
}

void AnyEnumeration::grow(std::size_t group)
{
    if (m_front.stopped()) return;
    const double* sums = m_sums[group].data();
    const AnyModel::Bound bound = m_model.bound(group, m_states[group], sums);
    if (isHopeless(bound, sums)) {
        ++m_front.proof().pruned;
        return;
    }
    if (group == m_model.groups()) {
        if (m_front.task().options.keep_dominated) {
            const Plan plan = planOf(m_model, m_assignment);
            // Pipelines have been listed.
            if (plan.scheme == Scheme::General) m_front.list(plan);
        }
        m_orders.run(m_assignment, bound);
        return;
    }
    for (const std::uint32_t p : m_model.homes(group)) {
        if (!m_model.place(m_states[group], group, p, m_arcs[group])) continue;
        m_model.apply(m_arcs[group], sums, m_sums[group + 1].data());
        m_states[group + 1] = m_arcs[group].after;
        m_assignment[group] = p;
        grow(group + 1);
    }
}

} // namespace cutline
