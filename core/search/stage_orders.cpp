// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/stage_orders.h"

#include "core/plan/stage_order.h"

#include <algorithm>

namespace cutline {

StageOrders::StageOrders(const Problem& problem, const DownSets& sets,
                         const std::vector<std::vector<PlatformId>>& orders)
    : m_evaluator(problem), m_sets(sets), m_orders(orders), m_peaks(m_evaluator, sets),
      m_by_memory(!problem.compat.edge_cuts && !problem.compat.element_memory)
{
    for (const auto& platforms : orders) m_ways.push_back(wayOf(platforms));
}

StageOrders::Way StageOrders::wayOf(const std::vector<PlatformId>& platforms) const
{
    const Scenario& scenario = m_evaluator.problem().scenario;
    // A placed input may come from anywhere.
    if (!scenario.inputs.empty() && platforms.size() > 1) return Way::Unlike;
    const auto passes = [&](PlatformId from, PlatformId to, PlatformId stage) {
        const auto hops = m_evaluator.routes().between(from, to);
        return std::any_of(hops.begin(), hops.end(), [&](const Hop& hop) {
            return stage != to && hop.to == nodeOf(stage);
        });
    };
    bool around = true, through = true;
    for (std::size_t i = 0; i < platforms.size(); ++i) {
        for (std::size_t j = i + 1; j < platforms.size(); ++j)
            for (std::size_t s = 0; s < platforms.size(); ++s) {
                if (s == i || s == j) continue;
                const bool passed = passes(platforms[i], platforms[j], platforms[s]);
                around = around && !passed;
                through = through && passed == (i < s && s < j);
            }
        for (const Scenario::Placement& wanted : scenario.outputs) {
            const auto to = m_evaluator.problem().system->findPlatform(wanted.platform);
            if (!to) continue;
            for (std::size_t s = 0; s < platforms.size(); ++s)
                if (s != i && passes(platforms[i], *to, platforms[s])) return Way::Unlike;
        }
    }
    return around ? Way::Around : through ? Way::Through : Way::Unlike;
}

Plan StageOrders::plan(std::size_t order, std::span<const std::uint32_t> cuts) const
{
    const std::vector<PlatformId>& platforms = m_orders[order];
    const Way way = m_by_memory ? m_ways[order] : Way::Unlike;
    Plan plan;
    std::uint32_t inner = 0;
    for (std::size_t s = 0; s < platforms.size(); ++s) {
        const std::uint32_t outer = s < cuts.size() ? cuts[s] : static_cast<std::uint32_t>(m_sets.size() - 1);
        Stage stage{platforms[s], {}};
        if (way == Way::Unlike) {
            stage.layers = m_peaks.fileOrder(inner, outer);
        } else {
            stage.layers = m_peaks.order(platforms[s], inner, outer, way == Way::Around ? Passing::Freed : Passing::Kept);
            stage.order_proven = m_peaks.isExact(platforms[s]);
        }
        plan.stages.push_back(std::move(stage));
        inner = outer;
    }
    // What a stage hands on is up to the whole plan then. Beyond the cap of sets the file's order stands.
    if (m_by_memory && way == Way::Unlike && m_sets.complete()) return inLeastPeakOrder(m_evaluator, std::move(plan));
    return plan;
}

} // namespace cutline
