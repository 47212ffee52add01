// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/loopnest/mapper.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace cutline::loopnest {

/// The best mappings so far, and what they rule out under the goal.
class Incumbents {
public:
    Incumbents(Goal goal, double slack)
        : m_goal(goal), m_window(goal == Goal::Delay          ? 1.001
                                 : goal == Goal::EnergyWithin ? 1 + std::max(0.0, slack)
                                                              : std::numeric_limits<double>::infinity())
    {
    }

    /// Nothing with at least these cycles and this much energy or more can still improve the result.
    double energyLimit(double cycles) const
    {
        constexpr double kNever = std::numeric_limits<double>::infinity();
        if (m_points.empty()) return kNever;
        const Score& first = m_points.front().score;
        if (m_goal == Goal::Energy) return first.energy_pj * kRounding;
        if (m_goal == Goal::EnergyDelay) return first.cycles * first.energy_pj * kRounding / cycles;
        if (cycles > m_window * first.cycles) return -kNever;
        double limit = kNever;
        for (const MappedPoint& point : m_points) {
            if (point.score.cycles > cycles) break;
            limit = point.score.energy_pj * kRounding;
        }
        return limit;
    }
    bool ruleOut(double cycles, double energy_pj) const { return energy_pj >= energyLimit(cycles); }

    /// Nothing with at least these cycles can, whatever its energy.
    bool ruleOutCycles(double cycles) const
    {
        return !m_points.empty() && cycles > m_window * m_points.front().score.cycles;
    }

    void add(MappedPoint point)
    {
        if (m_goal == Goal::Energy || m_goal == Goal::EnergyDelay) {
            m_points.assign(1, std::move(point));
            return;
        }
        const Score score = point.score;
        std::erase_if(m_points, [&](const MappedPoint& other) {
            return other.score.cycles >= score.cycles && other.score.energy_pj >= score.energy_pj;
        });
        const auto at = std::find_if(m_points.begin(), m_points.end(),
                                     [&](const MappedPoint& other) { return other.score.cycles > score.cycles; });
        m_points.insert(at, std::move(point));
        std::erase_if(m_points, [&](const MappedPoint& other) { return ruleOutCycles(other.score.cycles); });
    }

    /// What the goal asks for: the whole curve, or the point of least energy in the window.
    std::vector<MappedPoint> result() &&
    {
        if (m_goal == Goal::Delay || m_goal == Goal::EnergyWithin)
            if (m_points.size() > 1) m_points.erase(m_points.begin(), m_points.end() - 1);
        return std::move(m_points);
    }

    const std::vector<MappedPoint>& points() const { return m_points; }

private:
    /// A bound and the figure it bounds are added up in different orders.
    static constexpr double kRounding = 1 - 1e-12;

    Goal m_goal;
    double m_window;
    std::vector<MappedPoint> m_points; ///< ascending cycles, descending energy
};

} // namespace cutline::loopnest
