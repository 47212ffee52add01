// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/search/plain_any.h"

#include "core/plan/stage_order.h"
#include "core/search/row.h"
#include "tests/core/search/plain_order.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

namespace cutline {
namespace {

class PlainAnySearch {
public:
    PlainAnySearch(const Problem& problem, const SearchOptions& options)
        : m_problem(problem), m_options(options), m_evaluator(problem), m_orders_of_layers(m_evaluator), m_groups(problem.costs->fusion().groups)
    {
        for (std::uint32_t p = 0; p < problem.system->platforms.size(); ++p) {
            const PlatformId id{p};
            const auto& given = options.given_order;
            if (options.order == OrderKind::Given && std::find(given.begin(), given.end(), id) == given.end()) continue;
            m_allowed.push_back(id);
            m_all_capacities = m_all_capacities && problem.system->platform(id).memoryCapacity().has_value();
        }
        m_before.resize(m_groups.size());
        for (std::uint32_t g = 0; g < m_groups.size(); ++g)
            for (const LayerId l : m_groups[g])
                for (const LayerId before : problem.graph->predecessors(l))
                    if (groupOf(before) != g) m_before[g].insert(groupOf(before));
        std::vector<std::uint32_t> order;
        addOrders(order);
    }

    PlainAny run(std::uint64_t most_plans)
    {
        PlainAny result;
        const double assignments = std::pow(double(m_allowed.size()), double(m_groups.size()));
        result.too_many = m_orders.size() > kMostOrders || assignments * double(m_orders.size()) > double(most_plans);
        if (result.too_many) return result;
        assign();
        std::sort(m_plans.begin(), m_plans.end(),
                  [](const auto& a, const auto& b) { return a.assignment < b.assignment; });
        result.feasible = m_plans.size();
        result.listed = m_listed;
        keepBest();
        for (const PlainAnyPlan& p : m_plans) {
            const bool beaten =
                std::any_of(m_plans.begin(), m_plans.end(), [&](const PlainAnyPlan& q) { return beats(q.row, p.row); });
            if (!beaten) result.front.push_back(p);
        }
        return result;
    }

private:
    static constexpr std::size_t kMostOrders = 6000;

    std::uint32_t groupOf(LayerId l) const { return m_problem.costs->fusion().group_of[l.index()]; }

    void addOrders(std::vector<std::uint32_t>& order)
    {
        if (m_orders.size() > kMostOrders) return;
        if (order.size() == m_groups.size()) {
            m_orders.push_back(order);
            return;
        }
        for (std::uint32_t g = 0; g < m_groups.size(); ++g) {
            const auto done = [&](std::uint32_t x) { return std::find(order.begin(), order.end(), x) != order.end(); };
            if (done(g) || !std::all_of(m_before[g].begin(), m_before[g].end(), done)) continue;
            order.push_back(g);
            addOrders(order);
            order.pop_back();
        }
    }

    /// One plan per row, the first assignment: most plans of a small world are equal.
    void keepBest()
    {
        std::map<std::vector<double>, std::size_t> first;
        std::vector<PlainAnyPlan> kept;
        for (const PlainAnyPlan& p : m_plans)
            if (first.emplace(p.row, kept.size()).second) kept.push_back(p);
        m_plans = std::move(kept);
    }

    static bool beats(const std::vector<double>& a, const std::vector<double>& b)
    {
        bool better = false;
        for (std::size_t d = 0; d < a.size(); ++d) {
            if (a[d] > b[d]) return false;
            better = better || a[d] < b[d];
        }
        return better;
    }

    bool mayRun(std::uint32_t group, PlatformId p) const
    {
        for (const LayerId layer : m_groups[group]) {
            if (!m_problem.costs->layer(layer, p).supported) return false;
            for (const Pin& pin : m_options.pins)
                if (pin.layer == layer && pin.platform != p) return false;
            if (std::find(m_options.forbidden.begin(), m_options.forbidden.end(), Pin{layer, p}) !=
                m_options.forbidden.end())
                return false;
        }
        return true;
    }

    void assign()
    {
        if (m_of_group.size() == m_groups.size()) {
            plans();
            return;
        }
        for (const PlatformId p : m_allowed) {
            if (!mayRun(static_cast<std::uint32_t>(m_of_group.size()), p)) continue;
            m_of_group.push_back(p);
            const std::set<PlatformId> used(m_of_group.begin(), m_of_group.end());
            if (m_options.max_platforms == 0 || used.size() <= m_options.max_platforms) assign();
            m_of_group.pop_back();
        }
    }

    void plans()
    {
        m_assignment.clear();
        for (std::uint32_t l = 0; l < m_problem.graph->layerCount(); ++l)
            m_assignment.push_back(m_of_group[groupOf(LayerId{l})]);
        const std::set<PlatformId> used(m_assignment.begin(), m_assignment.end());
        std::vector<PlatformId> row(used.begin(), used.end());
        do {
            Plan plan;
            for (const PlatformId p : row) {
                plan.stages.push_back({p, {}});
                for (std::uint32_t l = 0; l < m_assignment.size(); ++l)
                    if (m_assignment[l] == p) plan.stages.back().layers.push_back(LayerId{l});
            }
            if (isPipeline(*m_problem.graph, plan)) m_listed += judge(m_orders_of_layers.ordered(plan));
        } while (std::next_permutation(row.begin(), row.end()));
        std::vector<std::uint32_t> as_listed(m_groups.size());
        std::iota(as_listed.begin(), as_listed.end(), 0u);
        if (planFromAssignment(*m_problem.graph, m_assignment).scheme == Scheme::General) m_listed += judge(ordered(as_listed));
        for (const auto& order : m_orders) judge(ordered(order));
    }

    /// The groups one after the other; one continues the last stage of its platform if it reads from no later stage.
    Plan ordered(const std::vector<std::uint32_t>& order) const
    {
        Plan plan{Scheme::General, {}};
        std::map<std::uint32_t, std::size_t> stage;
        for (const std::uint32_t g : order) {
            std::size_t last = plan.stages.size();
            for (std::size_t s = 0; s < plan.stages.size(); ++s)
                if (plan.stages[s].platform == m_of_group[g]) last = s;
            for (const std::uint32_t before : m_before[g])
                if (stage[before] > last) last = plan.stages.size();
            if (last == plan.stages.size()) plan.stages.push_back({m_of_group[g], {}});
            stage[g] = last;
            for (const LayerId l : m_groups[g]) plan.stages[last].layers.push_back(l);
        }
        return plan;
    }

    bool judge(const Plan& plan)
    {
        const Metrics metrics = m_evaluator.evaluate(plan);
        if (!metrics.feasible() || !keepsConstraints(metrics)) return false;
        PlainAnyPlan p{m_assignment, {}};
        for (const Objective o : m_options.objectives) p.row.push_back(comparable(value(metrics, o)));
        m_plans.push_back(p);
        return true;
    }

    bool keepsConstraints(const Metrics& metrics) const
    {
        const double period = m_evaluator.period(metrics.initiation_interval_s);
        return std::all_of(m_options.constraints.begin(), m_options.constraints.end(), [&](const Constraint& c) {
            const auto v = metricValue(metrics, c, period);
            return v && (c.at_most ? 1 : -1) * (*v - c.limit) <= 1e-12 * std::abs(c.limit);
        });
    }

    double value(const Metrics& metrics, Objective o) const
    {
        switch (o) {
        case Objective::Latency: return metrics.latency_s;
        case Objective::InitiationInterval: return metrics.initiation_interval_s;
        case Objective::Energy: return metrics.energy_j;
        case Objective::Memory: return m_all_capacities ? *metrics.tightest_ratio : metrics.memory_bytes_max;
        case Objective::LinkBytes: return metrics.link_bytes;
        case Objective::Sensitivity: return *metrics.sensitivity;
        default: return *metrics.cost;
        }
    }

    const Problem& m_problem;
    const SearchOptions& m_options;
    Evaluator m_evaluator;
    PlainOrders m_orders_of_layers;
    const std::vector<std::vector<LayerId>>& m_groups;
    std::vector<std::set<std::uint32_t>> m_before;
    std::vector<std::vector<std::uint32_t>> m_orders;
    std::vector<PlatformId> m_allowed, m_of_group, m_assignment;
    bool m_all_capacities = true;
    std::vector<PlainAnyPlan> m_plans;
    std::size_t m_listed = 0;
};

} // namespace

PlainAny plainAny(const Problem& problem, const SearchOptions& options, std::uint64_t most_plans)
{
    return PlainAnySearch(problem, options).run(most_plans);
}

} // namespace cutline
