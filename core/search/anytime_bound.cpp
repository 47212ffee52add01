// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/anytime_bound.h"

#include "core/search/hypervolume.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

namespace cutline {
namespace {

/// Sums in another order than the judge's: leave room for rounding.
constexpr double kSlack = 1 - 1e-12;
constexpr int kSteps = 300;

class Bounds {
public:
    Bounds(const PipelineSpace& space, const SearchTask& task)
        : m_space(space), m_task(task), m_costs(*space.problem().costs), m_groups(space.fusion().groups.size()),
          m_platforms(space.platforms().size()), m_most_stages(space.mostStages())
    {
    }

    double latency() const
    {
        const Scenario& scenario = m_space.problem().scenario;
        const std::vector<double> least = leastTimes();
        const GroupGraph graph(m_space.graph(), m_space.fusion());
        std::vector<double> end(m_groups, 0);
        double path = 0;
        for (std::uint32_t g = 0; g < m_groups; ++g) {
            for (const std::uint32_t b : graph.before[g]) end[g] = std::max(end[g], end[b]);
            path = std::max(path, end[g] += least[g]);
        }
        const double sum = std::accumulate(least.begin(), least.end(), 0.0);
        return std::max(path, sum / static_cast<double>(m_most_stages)) + scenario.sensor_s + scenario.post_s;
    }

    double interval() const
    {
        return shared([&](std::size_t g, PlatformId p) { return m_costs.group(g, p).latency_s; });
    }

    double energy() const
    {
        double sum = 0;
        for (std::size_t g = 0; g < m_groups; ++g)
            sum += leastOf(g, [&](PlatformId p) { return m_costs.group(g, p).energy_j; });
        return sum;
    }

    double sensitivity() const
    {
        const SensitivityTable& table = *m_space.problem().sensitivity;
        double sum = 0;
        for (std::size_t g = 0; g < m_groups; ++g)
            sum += leastOf(g, [&](PlatformId p) {
                double loss = 0;
                for (const LayerId l : m_space.fusion().groups[g]) loss += table.value(l, p);
                return loss;
            });
        return sum;
    }

    double memory() const
    {
        std::vector<double> bytes(m_groups * m_platforms, 0);
        const Graph& graph = m_space.graph();
        for (std::size_t g = 0; g < m_groups; ++g)
            for (std::size_t p = 0; p < m_platforms; ++p) bytes[g * m_platforms + p] = ownBytes(graph, g, p);
        const auto at = [&](std::size_t g, PlatformId id) { return bytes[g * m_platforms + indexOf(id)]; };
        double largest = 0;
        for (std::size_t g = 0; g < m_groups; ++g)
            largest = std::max(largest, leastOf(g, [&](PlatformId p) { return at(g, p); }));
        return std::max(largest, shared(at));
    }

    double cost() const
    {
        const auto& platforms = m_space.problem().system->platforms;
        double cheapest = std::numeric_limits<double>::infinity(), sum = 0;
        std::vector<bool> needed(platforms.size());
        for (const PlatformId p : m_space.platforms())
            cheapest = std::min(cheapest, platforms[p.index()].cost_amount.value_or(0));
        for (std::size_t g = 0; g < m_groups; ++g) {
            std::optional<PlatformId> only;
            std::size_t homes = 0;
            for (const PlatformId p : m_space.platforms())
                if (m_space.mayRun(g, p)) {
                    only = p;
                    ++homes;
                }
            if (homes == 1) needed[only->index()] = true;
        }
        for (std::size_t p = 0; p < needed.size(); ++p)
            if (needed[p]) sum += platforms[p].cost_amount.value_or(0);
        return std::max(cheapest, sum);
    }

private:
    std::size_t indexOf(PlatformId id) const
    {
        const auto& all = m_space.platforms();
        return static_cast<std::size_t>(std::lower_bound(all.begin(), all.end(), id) - all.begin());
    }

    template <class Value> double leastOf(std::size_t group, Value value) const
    {
        double least = std::numeric_limits<double>::infinity();
        for (const PlatformId p : m_space.platforms())
            if (m_space.mayRun(group, p)) least = std::min(least, value(p));
        return std::isfinite(least) ? least : 0;
    }

    std::vector<double> leastTimes() const
    {
        std::vector<double> least(m_groups);
        for (std::size_t g = 0; g < m_groups; ++g)
            least[g] = leastOf(g, [&](PlatformId p) { return m_costs.group(g, p).latency_s; });
        return least;
    }

    /// Bytes of the group's own weights on the platform; a share of its capacity where memory is compared so.
    double ownBytes(const Graph& graph, std::size_t g, std::size_t p) const
    {
        const Platform& platform = m_space.problem().system->platform(m_space.platforms()[p]);
        double sum = 0;
        for (const LayerId l : m_space.fusion().groups[g])
            for (const WeightId w : graph.layer(l).weights)
                if (graph.weight(w).readers.size() == 1) sum += weightBytes(graph.weight(w), platform);
        if (!m_task.memory_as_ratio) return sum;
        const double capacity = platform.memoryCapacity().value_or(0);
        return capacity > 0 ? sum / capacity : 0;
    }

    /// Dual bound of max over platforms of the sum of their groups' loads.
    double shared(const std::function<double(std::size_t, PlatformId)>& load) const
    {
        std::vector<double> loads(m_groups * m_platforms, std::numeric_limits<double>::infinity());
        for (std::size_t g = 0; g < m_groups; ++g)
            for (std::size_t p = 0; p < m_platforms; ++p)
                if (m_space.mayRun(g, m_space.platforms()[p]))
                    loads[g * m_platforms + p] = load(g, m_space.platforms()[p]);
        // Steps in proportion to how much more than its part a platform would get at these weights.
        std::vector<double> weight(m_platforms, 1), got(m_platforms), sorted;
        double best = 0;
        for (int step = 1; step <= kSteps; ++step) {
            std::fill(got.begin(), got.end(), 0.0);
            double sum = 0;
            for (std::size_t g = 0; g < m_groups; ++g) {
                std::size_t at = m_platforms;
                double least = std::numeric_limits<double>::infinity();
                for (std::size_t p = 0; p < m_platforms; ++p)
                    if (const double l = weight[p] * loads[g * m_platforms + p]; l < least) {
                        least = l;
                        at = p;
                    }
                if (at == m_platforms) continue;
                sum += least;
                got[at] += loads[g * m_platforms + at];
            }
            sorted = weight;
            std::sort(sorted.rbegin(), sorted.rend());
            double most = 0;
            for (std::size_t i = 0; i < std::min(m_most_stages, m_platforms); ++i) most += sorted[i];
            if (most > 0) best = std::max(best, sum / most);
            const double mean = std::accumulate(got.begin(), got.end(), 0.0) / static_cast<double>(m_platforms);
            if (!(mean > 0)) break;
            const double pace = 0.5 / std::sqrt(static_cast<double>(step));
            for (std::size_t p = 0; p < m_platforms; ++p)
                weight[p] *= std::exp(std::clamp(pace * (got[p] / mean - 1), -1.0, 1.0));
        }
        return best;
    }

    const PipelineSpace& m_space;
    const SearchTask& m_task;
    const CostTable& m_costs;
    std::size_t m_groups, m_platforms, m_most_stages;
};

} // namespace

std::optional<double> lowerBound(const PipelineSpace& space, const SearchTask& task, Objective objective)
{
    const Bounds bounds(space, task);
    switch (objective) {
    case Objective::Latency: return kSlack * bounds.latency();
    case Objective::InitiationInterval: return kSlack * bounds.interval();
    case Objective::Energy: return kSlack * bounds.energy();
    case Objective::Memory:
        if (space.problem().compat.element_memory) break; // counts other things
        return kSlack * bounds.memory();
    case Objective::LinkBytes: return 0.0;
    case Objective::Cost: return kSlack * bounds.cost();
    case Objective::Sensitivity:
        if (!space.problem().sensitivity) break;
        return kSlack * bounds.sensitivity();
    case Objective::Accuracy: break;
    }
    return std::nullopt;
}

void measureFront(const PipelineSpace& space, const SearchTask& task, Found& found)
{
    const auto& objectives = task.options.objectives;
    std::vector<double> ideal, rows;
    for (const Objective objective : objectives) {
        const auto least = lowerBound(space, task, objective);
        if (!least) return;
        ideal.push_back(*least);
    }
    for (const std::uint32_t plan : found.front)
        for (const Objective objective : objectives) rows.push_back(found.summaries[plan].value(objective));
    found.proof.hypervolume = hypervolumeShare(rows, objectives.size(), ideal);
}

} // namespace cutline
