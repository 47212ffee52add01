// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/search/plain_search.h"

#include "core/search/row.h"
#include "tests/core/search/plain_order.h"

#include <algorithm>

namespace cutline {
namespace {

class PlainSearch {
public:
    PlainSearch(const Problem& problem, const SearchOptions& options)
        : m_problem(problem), m_options(options), m_evaluator(problem), m_orders(m_evaluator)
    {
        for (std::uint32_t p = 0; p < problem.system->platforms.size(); ++p) {
            const PlatformId id{p};
            if (options.order == OrderKind::Given &&
                std::find(options.given_order.begin(), options.given_order.end(), id) == options.given_order.end())
                continue;
            m_all_capacities = m_all_capacities && problem.system->platform(id).memoryCapacity().has_value();
        }
    }

    PlainResult run()
    {
        chooseOrder();
        std::sort(m_plans.begin(), m_plans.end(), [](const PlainPlan& a, const PlainPlan& b) {
            if (a.assignment != b.assignment) return a.assignment < b.assignment;
            return platformsOf(a) < platformsOf(b);
        });
        PlainResult result;
        result.feasible = m_plans.size();
        for (std::size_t i = 0; i < m_plans.size(); ++i) {
            bool kept = true;
            for (std::size_t j = 0; j < m_plans.size() && kept; ++j)
                kept = !beats(m_plans[j].row, m_plans[i].row) && !(j < i && m_plans[j].row == m_plans[i].row);
            if (kept) result.front.push_back(m_plans[i]);
        }
        return result;
    }

private:
    static std::vector<PlatformId> platformsOf(const PlainPlan& p)
    {
        std::vector<PlatformId> platforms;
        for (const Stage& stage : p.plan.stages) platforms.push_back(stage.platform);
        return platforms;
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

    void chooseOrder()
    {
        if (!m_order.empty()) assign(0);
        const std::size_t most = m_options.max_platforms == 0 ? 8 : m_options.max_platforms;
        if (m_order.size() == most) return;
        for (std::uint32_t p = 0; p < m_problem.system->platforms.size(); ++p)
            if (mayFollow(PlatformId{p})) {
                m_order.push_back(PlatformId{p});
                chooseOrder();
                m_order.pop_back();
            }
    }

    bool mayFollow(PlatformId p) const
    {
        if (std::find(m_order.begin(), m_order.end(), p) != m_order.end()) return false;
        if (m_options.order == OrderKind::Fixed) return m_order.empty() || m_order.back() < p;
        if (m_options.order == OrderKind::Free) return true;
        const auto& given = m_options.given_order;
        const auto at = std::find(given.begin(), given.end(), p);
        return at != given.end() && (m_order.empty() || std::find(given.begin(), at, m_order.back()) != at);
    }

    bool mayRun(LayerId layer, PlatformId p) const
    {
        if (!m_problem.costs->layer(layer, p).supported) return false;
        for (const Pin& pin : m_options.pins)
            if (pin.layer == layer && pin.platform != p) return false;
        return std::find(m_options.forbidden.begin(), m_options.forbidden.end(), Pin{layer, p}) ==
               m_options.forbidden.end();
    }

    void assign(std::uint32_t l)
    {
        const Graph& graph = *m_problem.graph;
        if (l == graph.layerCount()) return judge();
        std::size_t first = 0;
        for (const LayerId before : graph.predecessors(LayerId{l})) first = std::max(first, m_stage[before.index()]);
        m_stage.resize(l + 1);
        for (std::size_t s = first; s < m_order.size(); ++s) {
            if (!mayRun(LayerId{l}, m_order[s])) continue;
            const auto& fusion = m_problem.costs->fusion();
            const LayerId first_of_group = fusion.groups[fusion.group_of[l]].front();
            if (first_of_group.value < l && m_stage[first_of_group.index()] != s) continue;
            m_stage[l] = s;
            assign(l + 1);
            m_stage.resize(l + 1);
        }
    }

    void judge()
    {
        PlainPlan p;
        p.plan.stages.resize(m_order.size());
        for (std::size_t s = 0; s < m_order.size(); ++s) p.plan.stages[s].platform = m_order[s];
        for (std::uint32_t l = 0; l < m_stage.size(); ++l) {
            p.plan.stages[m_stage[l]].layers.push_back(LayerId{l});
            p.assignment.push_back(m_order[m_stage[l]]);
        }
        for (const Stage& stage : p.plan.stages)
            if (stage.layers.empty()) return;
        p.plan = m_orders.ordered(std::move(p.plan));
        const Metrics metrics = m_evaluator.evaluate(p.plan);
        if (!metrics.feasible() || !keepsConstraints(metrics)) return;
        for (const Objective o : m_options.objectives) p.row.push_back(comparable(value(metrics, o)));
        m_plans.push_back(p);
    }

    bool keepsConstraints(const Metrics& metrics) const
    {
        const double period = m_problem.scenario.rate_hz ? 1 / *m_problem.scenario.rate_hz
                                                         : metrics.initiation_interval_s;
        for (const Constraint& c : m_options.constraints) {
            const auto v = metricValue(metrics, c, period);
            if (!v) return false;
            const double beyond = (c.at_most ? 1 : -1) * (*v - c.limit);
            if (beyond > 1e-12 * std::abs(c.limit)) return false;
        }
        return true;
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
    PlainOrders m_orders;
    bool m_all_capacities = true;
    std::vector<PlatformId> m_order;
    std::vector<std::size_t> m_stage;
    std::vector<PlainPlan> m_plans;
};

} // namespace

PlainResult plainSearch(const Problem& problem, const SearchOptions& options)
{
    return PlainSearch(problem, options).run();
}

} // namespace cutline
