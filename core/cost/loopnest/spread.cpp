// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/spread.h"

#include "core/cost/loopnest/analysis.h"
#include "core/cost/loopnest/budget.h"

#include <algorithm>
#include <limits>

namespace cutline::loopnest {

namespace {

class Enumeration {
public:
    Enumeration(const Machine& machine, const Sizes& size, Budget& budget) : m_machine(machine), m_size(size), m_budget(budget)
    {
        m_spread.spatial.fill(kOnes);
        for (std::size_t dim = 0; dim < kDims; ++dim) m_divisors[dim] = divisorsOf(size[dim]);
        for (const MachineLevel& level : machine.levels) m_loops = static_cast<DimSet>(m_loops | level.temporal);
    }

    std::vector<Spread> run()
    {
        spreadFrom(0, 0, 1);
        std::vector<std::pair<double, std::size_t>> by_steps; // sorted in the place of the large values
        for (const Spread& spread : m_found) by_steps.emplace_back(spread.totalSteps(), by_steps.size());
        std::sort(by_steps.begin(), by_steps.end());
        std::vector<Spread> sorted;
        sorted.reserve(m_found.size());
        for (const auto& [steps, at] : by_steps) sorted.push_back(m_found[at]);
        return sorted;
    }

private:
    void spreadFrom(std::size_t level, std::size_t dim, std::uint64_t used)
    {
        if (m_stopped) return;
        if (level == m_machine.levels.size()) return keep();
        if (dim == kDims) return spreadFrom(level + 1, 0, 1);
        const MachineLevel& machine = m_machine.levels[level];
        const std::uint32_t fixed = fixedFactor(machine.spatial_fixed[dim], m_size[dim]);
        for (const std::uint32_t factor : m_divisors[dim]) {
            if (factor > 1 && (machine.spatial & bit(dim)) == 0) break;
            if (used * factor > machine.fan_out) break;
            if (machine.spatial_max[dim] > 0 && factor > machine.spatial_max[dim]) break;
            if ((fixed > 0 && factor != fixed) || m_size[dim] / m_spread.total[dim] % factor != 0) continue;
            m_spread.spatial[level][dim] = factor;
            m_spread.total[dim] *= factor;
            spreadFrom(level, dim + 1, used * factor);
            m_spread.total[dim] /= factor;
            m_spread.spatial[level][dim] = 1;
        }
    }

    void keep()
    {
        if (++m_looked_at % 1024 == 0 && m_budget.isSpent()) {
            m_stopped = true;
            m_budget.leaveOut();
        }
        Spread spread = m_spread;
        for (std::size_t dim = 0; dim < G; ++dim) {
            const std::uint32_t left = m_size[dim] / spread.total[dim];
            if (left > 1 && (m_loops & bit(dim)) == 0) return;
            spread.steps *= left;
        }
        spread.nests = m_size[G] / spread.total[G];
        if (spread.totalSteps() > m_most_steps) return;
        m_found.push_back(spread);
        if (m_found.size() == kMostSpreads) keepBetterHalf();
    }

    /// Machines whose fan-outs take everything have millions; those with the fewest steps are worth the room.
    void keepBetterHalf()
    {
        const auto middle = m_found.begin() + static_cast<std::ptrdiff_t>(m_found.size() / 2);
        std::nth_element(m_found.begin(), middle, m_found.end(),
                         [](const Spread& a, const Spread& b) { return a.totalSteps() < b.totalSteps(); });
        m_most_steps = middle->totalSteps();
        m_found.erase(middle, m_found.end());
        m_budget.leaveOut();
    }

    static constexpr std::size_t kMostSpreads = 100'000;

    const Machine& m_machine;
    const Sizes& m_size;
    Budget& m_budget;
    std::uint64_t m_looked_at = 0;
    double m_most_steps = std::numeric_limits<double>::infinity();
    bool m_stopped = false;
    DimSet m_loops = 0; ///< dims that loop somewhere
    std::array<std::vector<std::uint32_t>, kDims> m_divisors;
    Spread m_spread;
    std::vector<Spread> m_found;
};

} // namespace

std::vector<Spread> spreadsOf(const Machine& machine, const Sizes& size, Budget& budget)
{
    return Enumeration(machine, size, budget).run();
}

std::vector<std::uint32_t> divisorsOf(std::uint32_t n)
{
    std::vector<std::uint32_t> low, high;
    for (std::uint32_t i = 1; std::uint64_t{i} * i <= n; ++i) {
        if (n % i != 0) continue;
        low.push_back(i);
        if (i != n / i) high.push_back(n / i);
    }
    low.insert(low.end(), high.rbegin(), high.rend());
    return low;
}

} // namespace cutline::loopnest
