// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/feasibility.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cutline {
namespace {

bool speaksOfAPart(MetricKind kind)
{
    switch (kind) {
    case MetricKind::PlatformMemory:
    case MetricKind::PlatformBusy:
    case MetricKind::PlatformEnergy:
    case MetricKind::LinkLoad:
    case MetricKind::LinkBusy:
    case MetricKind::LinkBytesOf:
    case MetricKind::MemoryRatio:
    case MetricKind::Accuracy: return true;
    default: return false;
    }
}

std::optional<double> summaryValue(const Summary& s, MetricKind kind)
{
    switch (kind) {
    case MetricKind::Latency: return s.latency_s;
    case MetricKind::InitiationInterval: return s.initiation_interval_s;
    case MetricKind::Throughput: return s.initiation_interval_s > 0 ? 1 / s.initiation_interval_s : 0;
    case MetricKind::Energy: return s.energy_j;
    case MetricKind::MemoryMax: return s.memory_bytes_max;
    case MetricKind::LinkBytes: return s.link_bytes;
    case MetricKind::Sensitivity: return std::isnan(s.sensitivity) ? std::nullopt : std::optional(s.sensitivity);
    case MetricKind::Cost: return std::isnan(s.cost) ? std::nullopt : std::optional(s.cost);
    default: return std::nullopt;
    }
}

/// A limit given to few digits must not turn away a plan that meets it exactly up to rounding errors.
bool keeps(double value, const Constraint& constraint)
{
    const double slack = 1e-12 * std::abs(constraint.limit);
    return constraint.at_most ? value <= constraint.limit + slack : value >= constraint.limit - slack;
}

/// How far from the limit, relative to it; infinite where there is no such plan at all.
double relativeMiss(const Violation& v)
{
    if (v.kind == Violation::Kind::Unsupported || v.kind == Violation::Kind::Unreachable ||
        v.kind == Violation::Kind::UnknownShape)
        return std::numeric_limits<double>::infinity();
    return std::abs(v.value - v.limit) / std::max(std::abs(v.limit), 1e-300);
}

} // namespace

Result<std::vector<Constraint>> allConstraints(const Problem& problem, const SearchOptions& options)
{
    std::vector<Constraint> constraints = options.constraints;
    for (const Scenario::Requirement& r : problem.scenario.requirements) {
        if (!r.hard) continue;
        for (const bool at_most : {true, false}) {
            const auto& limit = at_most ? r.at_most : r.at_least;
            if (!limit) continue;
            auto constraint = parseConstraint(r.metric + (at_most ? "<=" : ">=") + numberText(*limit), *problem.system);
            if (!constraint)
                return Error{"requirement on " + printable(r.metric), constraint.error().what, constraint.error().fix};
            constraints.push_back(*constraint);
        }
    }
    return constraints;
}

Feasibility::Feasibility(const Evaluator& evaluator, std::vector<Constraint> constraints)
    : m_evaluator(evaluator), m_constraints(std::move(constraints))
{
    m_needs_metrics = std::any_of(m_constraints.begin(), m_constraints.end(),
                                  [](const Constraint& c) { return speaksOfAPart(c.kind); });
}

bool Feasibility::accepts(const Summary& summary) const
{
    return std::all_of(m_constraints.begin(), m_constraints.end(), [&](const Constraint& c) {
        const auto value = summaryValue(summary, c.kind);
        return value && keeps(*value, c);
    });
}

bool Feasibility::accepts(const Metrics& metrics) const
{
    if (!metrics.feasible()) return false;
    const double period = m_evaluator.period(metrics.initiation_interval_s);
    return std::all_of(m_constraints.begin(), m_constraints.end(), [&](const Constraint& c) {
        const auto value = metricValue(metrics, c, period);
        return value && keeps(*value, c);
    });
}

std::vector<Violation> Feasibility::misses(const Metrics& metrics, std::string_view whose) const
{
    std::vector<Violation> all = metrics.violations;
    const double period = m_evaluator.period(metrics.initiation_interval_s);
    for (const Constraint& c : m_constraints) {
        const auto value = metricValue(metrics, c, period);
        if (value && keeps(*value, c)) continue;
        Violation v;
        v.kind = Violation::Kind::Constraint;
        v.subject = c.text;
        v.limit = c.limit;
        v.value = value.value_or(std::numeric_limits<double>::quiet_NaN());
        const Unit unit = unitOf(c.kind);
        v.text = c.text + (value ? ": " + std::string(whose) + " has " + formatQuantity(*value, unit) + ", " +
                                       formatQuantity(std::abs(*value - c.limit), unit) +
                                       (c.at_most ? " too much" : " too little")
                                 : ": this figure is not known");
        all.push_back(v);
    }
    return all;
}

Result<std::vector<Violation>> unmetDemands(const Evaluator& evaluator, const Metrics& metrics)
{
    auto constraints = allConstraints(evaluator.problem(), {});
    if (!constraints) return constraints.error();
    return Feasibility(evaluator, *std::move(constraints)).misses(metrics, "the plan");
}

namespace {

/// What is demanded where this is missed: one rate of all platforms and links, room on all platforms.
std::string demandBehind(const Violation& v)
{
    switch (v.kind) {
    case Violation::Kind::Rate:
    case Violation::Kind::LinkOverload: return "rate";
    case Violation::Kind::Memory: return "memory";
    case Violation::Kind::Constraint: return "constraint " + v.subject;
    default: return "to run at all";
    }
}

} // namespace

void Diagnosis::add(const std::vector<Violation>& misses)
{
    ++m_plans;
    double total = 0;
    const Violation* worst = nullptr;
    std::map<std::string, const Violation*> worst_by_demand;
    for (const Violation& v : misses) {
        const double miss = relativeMiss(v);
        total += miss;
        if (!worst || miss > relativeMiss(*worst)) worst = &v;
        const Violation*& of_demand = worst_by_demand[demandBehind(v)];
        if (!of_demand || miss > relativeMiss(*of_demand)) of_demand = &v;
    }
    for (const auto& [demand, v] : worst_by_demand) {
        const double miss = relativeMiss(*v);
        auto [at, fresh] = m_least.try_emplace(demand, Least{*v, miss, 0});
        if (!fresh && miss < at->second.miss) at->second = {*v, miss, at->second.plans};
        ++at->second.plans;
    }
    if (worst && (!m_closest || total < m_closest_total)) {
        m_closest = *worst;
        m_closest_total = total;
    }
}

std::optional<Violation> Diagnosis::verdict() const
{
    const Least* hopeless = nullptr;
    for (const auto& [key, least] : m_least)
        if (least.plans == m_plans && (!hopeless || least.miss > hopeless->miss)) hopeless = &least;
    if (hopeless) return hopeless->violation;
    if (!m_closest) return std::nullopt;
    Violation joint = *m_closest;
    joint.text += " (each demand can be met alone, but not all together)";
    return joint;
}

} // namespace cutline
