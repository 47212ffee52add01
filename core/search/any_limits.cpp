// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/any_limits.h"

#include "core/search/row.h"

#include <algorithm>
#include <cmath>

namespace cutline {

AnyLimits::AnyLimits(const AnyModel& model, const Evaluator& evaluator, std::span<const Constraint> constraints)
    : m_layout(model.layout()), m_most{kNone, kNone, kNone, kNone, kNone, kNone, kNone, kNone},
      m_busy(model.platforms(), kNone), m_memory(model.platforms(), kNone),
      m_resource(evaluator.resources().count(), kNone)
{
    const Problem& problem = evaluator.problem();
    double period = 0;
    if (problem.scenario.rate_hz) {
        period = 1 / *problem.scenario.rate_hz;
        m_most.interval_s = period * (1 + 1e-9);
        m_wants.interval = true;
    }
    for (std::size_t p = 0; p < model.platforms(); ++p)
        if (const auto capacity = problem.system->platforms[p].memoryCapacity(); capacity && !problem.compat.element_memory) {
            m_memory[p] = *capacity * (1 + 1e-9);
            m_wants.memory = m_wants.memory || model.mostMemory(p) > *capacity;
        }
    for (const Constraint& c : constraints) add(c, evaluator.resources(), period);
}

void AnyLimits::add(const Constraint& c, const LinkResources& resources, double period_s)
{
    // Bounds come from sums in another order than the judge's: leave room for rounding.
    const auto lower = [&](double& limit, double value, bool& wanted) {
        limit = std::min(limit, value + 1e-9 * std::abs(value));
        wanted = true;
    };
    if (c.kind == MetricKind::Throughput && !c.at_most && c.limit > 0)
        lower(m_most.interval_s, 1 / c.limit, m_wants.interval);
    if (!c.at_most) return;
    const auto lowerLink = [&](double seconds) {
        for (std::size_t r = 0; r < resources.count(); ++r)
            if (resources.link(r).value == c.subject) lower(m_resource[r], seconds, m_wants.interval);
    };
    switch (c.kind) {
    case MetricKind::Latency: lower(m_most.latency_s, c.limit, m_wants.latency); break;
    case MetricKind::InitiationInterval: lower(m_most.interval_s, c.limit, m_wants.interval); break;
    case MetricKind::Energy: lower(m_most.energy_j, c.limit, m_wants.energy); break;
    case MetricKind::LinkBytes: lower(m_most.link_bytes, c.limit, m_wants.link_bytes); break;
    case MetricKind::MemoryMax: lower(m_most.memory_bytes, c.limit, m_wants.memory); break;
    case MetricKind::MemoryRatio: lower(m_most.memory_ratio, c.limit, m_wants.memory); break;
    case MetricKind::Sensitivity: lower(m_most.sensitivity, c.limit, m_wants.sensitivity); break;
    case MetricKind::Cost: lower(m_most.cost, c.limit, m_wants.cost); break;
    case MetricKind::PlatformBusy: lower(m_busy[c.subject], c.limit, m_wants.interval); break;
    case MetricKind::PlatformMemory: lower(m_memory[c.subject], c.limit, m_wants.memory); break;
    case MetricKind::LinkBusy: lowerLink(c.limit); break;
    case MetricKind::LinkLoad:
        if (period_s > 0) lowerLink(c.limit * period_s);
        break;
    default: break;
    }
}

bool AnyLimits::broken(const AnyModel::Bound& b, const double* sums) const
{
    if (!std::isfinite(b.latency_s) || b.latency_s > m_most.latency_s || b.interval_s > m_most.interval_s ||
        b.energy_j > m_most.energy_j || b.link_bytes > m_most.link_bytes || b.memory_bytes > m_most.memory_bytes ||
        b.memory_ratio > m_most.memory_ratio || b.cost > m_most.cost || b.sensitivity > m_most.sensitivity)
        return true;
    for (std::size_t p = 0; p < m_busy.size(); ++p)
        if (sums[m_layout.loads + p] > m_busy[p] ||
            sums[m_layout.weights + p] + sums[m_layout.steps + p] > m_memory[p])
            return true;
    for (std::size_t r = 0; r < m_resource.size(); ++r)
        if (sums[m_layout.resources + r] > m_resource[r]) return true;
    return false;
}

void fillRow(const AnyModel::Bound& b, std::span<const Objective> objectives, bool memory_as_ratio, double slack,
             double* row)
{
    const auto value = [&](Objective objective) {
        switch (objective) {
        case Objective::Latency: return b.latency_s;
        case Objective::InitiationInterval: return b.interval_s;
        case Objective::Energy: return b.energy_j;
        case Objective::Memory: return memory_as_ratio ? b.memory_ratio : b.memory_bytes;
        case Objective::LinkBytes: return b.link_bytes;
        case Objective::Cost: return b.cost;
        case Objective::Sensitivity: return b.sensitivity;
        case Objective::Accuracy: break;
        }
        return 0.0;
    };
    for (std::size_t d = 0; d < objectives.size(); ++d) {
        const double v = value(objectives[d]);
        row[d] = comparable(v - slack * std::abs(v));
    }
}

AnyWants wantsOf(std::span<const Objective> objectives)
{
    AnyWants wants;
    for (const Objective o : objectives) {
        wants.latency = wants.latency || o == Objective::Latency;
        wants.interval = wants.interval || o == Objective::InitiationInterval;
        wants.energy = wants.energy || o == Objective::Energy;
        wants.memory = wants.memory || o == Objective::Memory;
        wants.link_bytes = wants.link_bytes || o == Objective::LinkBytes;
        wants.sensitivity = wants.sensitivity || o == Objective::Sensitivity;
        wants.cost = wants.cost || o == Objective::Cost;
    }
    return wants;
}

} // namespace cutline
