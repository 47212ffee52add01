// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/nsga2.h"

#include "core/search/anytime_bound.h"
#include "core/search/anytime_seeds.h"
#include "core/search/row.h"

#include <pagmo/algorithm.hpp>
#include <pagmo/algorithms/nsga2.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace cutline {
namespace {

/// Objectives of a plan that breaks a constraint: beyond any real one, more the more it misses.
constexpr double kInfeasible = 1e30;
/// Longest that the work takes where nobody gave a limit.
constexpr double kYardstickGuard_s = 600;
constexpr double kSeedShare = 0.05;
constexpr unsigned kGenerationsAtOnce = 10;

/// One run: what the genes mean, the clock, and everything found. Lives as long as pagmo's copies of its problem.
class Run {
public:
    Run(const PipelineSpace& space, const SearchTask& task, const Nsga2Setup& setup)
        : m_space(space), m_task(task), m_setup(setup), m_clock(task, setup.evaluations, kYardstickGuard_s),
          m_front(space.fusion(), task), m_width(task.options.objectives.size())
    {
        m_schedules = goodOrders(space.graph(), space.fusion());
        if (setup.one_order) m_schedules.resize(1);
        for (const auto& order : m_space.orders()) m_most_stages = std::max(m_most_stages, order.size());
    }

    /// Positions of the cuts, then two whole numbers: the schedule, the order of the platforms.
    std::size_t geneCount() const { return m_most_stages - 1 + kWholeGenes; }
    static constexpr std::size_t kWholeGenes = 2;
    /// A lone objective stands twice: pagmo's NSGA-II asks for two.
    std::size_t objectiveCount() const { return std::max<std::size_t>(2, m_width); }
    std::vector<double> upperBounds() const
    {
        std::vector<double> bounds(geneCount(), static_cast<double>(groupCount() + 1));
        // pagmo wants some room even where there is one choice; decoded() takes what lies beyond for the last.
        bounds[scheduleGene()] = static_cast<double>(std::max<std::size_t>(m_schedules.size() - 1, 1));
        bounds[orderGene()] = static_cast<double>(std::max<std::size_t>(m_space.orders().size() - 1, 1));
        return bounds;
    }

    std::vector<double> fitness(const std::vector<double>& genes)
    {
        // The clock's question costs as much as judging a small plan.
        if ((m_clock.evaluated() & 15) == 0 && m_clock.isOver()) m_over = true;
        std::vector<double> row(objectiveCount(), kInfeasible * 1e10);
        if (m_over) return row;
        m_clock.count(1);
        const StagedPlan staged = withoutEmptyStages(decoded(genes));
        const double barred = barredShare(staged);
        if (barred > 0) {
            std::fill(row.begin(), row.end(), kInfeasible * (1e9 + barred));
            return row;
        }
        const Plan plan = planOf(staged, m_space.fusion());
        const auto summary = judged(plan, m_task);
        if (!summary) {
            const double miss = missOf(plan, m_task);
            if (!m_nearest || miss < m_least_miss) {
                m_least_miss = miss;
                m_nearest = plan;
            }
            std::fill(row.begin(), row.end(), kInfeasible * (1 + std::min(miss, 1e8)));
            return row;
        }
        fillRow(*summary, m_task.options.objectives, row.data());
        if (m_width == 1) row[1] = row[0];
        m_front.add(staged, *summary);
        return row;
    }

    Found run();

private:
    std::size_t scheduleGene() const { return geneCount() - 2; }
    std::size_t orderGene() const { return geneCount() - 1; }
    std::size_t groupCount() const { return m_space.fusion().groups.size(); }

    StagedPlan decoded(const std::vector<double>& genes) const
    {
        const auto index = [](double gene, std::size_t count) {
            return std::min(count - 1, static_cast<std::size_t>(std::max(0.0, gene)));
        };
        const auto& order = m_space.orders()[index(genes[orderGene()], m_space.orders().size())];
        const auto& schedule = m_schedules[index(genes[scheduleGene()], m_schedules.size())];
        std::vector<std::size_t> cuts;
        for (std::size_t c = 0; c + 1 < order.size(); ++c) cuts.push_back(index(genes[c], groupCount() + 1));
        std::sort(cuts.begin(), cuts.end());
        StagedPlan staged{order, std::vector<std::uint8_t>(groupCount(), 0)};
        std::size_t stage = 0;
        for (std::size_t i = 0; i < schedule.size(); ++i) {
            while (stage < cuts.size() && cuts[stage] <= i) ++stage;
            staged.stage[schedule[i]] = static_cast<std::uint8_t>(stage);
        }
        return staged;
    }

    std::vector<double> encoded(const StagedPlan& staged, std::size_t schedule) const
    {
        const auto& orders = m_space.orders();
        std::vector<double> genes(geneCount(), 0);
        const auto at = std::find(orders.begin(), orders.end(), staged.order) - orders.begin();
        genes[orderGene()] = static_cast<double>(at);
        genes[scheduleGene()] = static_cast<double>(schedule);
        std::vector<std::size_t> ends(staged.order.size(), 0);
        for (const std::uint8_t s : staged.stage) ++ends[s];
        std::partial_sum(ends.begin(), ends.end(), ends.begin());
        for (std::size_t c = 0; c + 1 < staged.order.size(); ++c) genes[c] = static_cast<double>(ends[c]) + 0.5;
        return genes;
    }

    /// Share of the groups that may not run where they are.
    double barredShare(const StagedPlan& staged) const
    {
        std::size_t barred = 0;
        for (std::uint32_t g = 0; g < groupCount(); ++g)
            barred += !m_space.mayRun(g, staged.order[staged.stage[g]]);
        return static_cast<double>(barred) / static_cast<double>(groupCount());
    }

    std::vector<std::vector<double>> firstGenes(std::size_t most);

    const PipelineSpace& m_space;
    const SearchTask& m_task;
    Nsga2Setup m_setup;
    AnytimeClock m_clock;
    AnytimeFront m_front;
    std::size_t m_width, m_most_stages = 1;
    std::vector<std::vector<std::uint32_t>> m_schedules;
    std::optional<Plan> m_nearest;
    double m_least_miss = 0;
    std::uint64_t m_seed_evaluations = 0;
    bool m_over = false;
};

/// What pagmo copies around: a pointer to the run.
struct PipelineProblem {
    Run* run = nullptr;

    pagmo::vector_double fitness(const pagmo::vector_double& genes) const { return run->fitness(genes); }
    pagmo::vector_double::size_type get_nobj() const { return run ? run->objectiveCount() : 1; }
    std::pair<pagmo::vector_double, pagmo::vector_double> get_bounds() const
    {
        if (!run) return {{0}, {1}};
        return {pagmo::vector_double(run->geneCount(), 0.0), run->upperBounds()};
    }
    pagmo::vector_double::size_type get_nix() const { return run ? Run::kWholeGenes : 0; }
    pagmo::thread_safety get_thread_safety() const { return pagmo::thread_safety::none; }
};

/// At most `most` plans to start from, spread over what the exact search of two stages finds along each order.
std::vector<std::vector<double>> Run::firstGenes(std::size_t most)
{
    std::vector<std::vector<double>> all;
    for (std::size_t s = 0; s < m_schedules.size(); ++s) {
        const ChainSeeds seeds =
            seedsAlong(m_schedules[s], m_space.problem(), m_task, 2, kSeedShare * m_clock.left_s());
        m_seed_evaluations += seeds.evaluated;
        for (const StagedPlan& plan : seeds.plans) all.push_back(encoded(plan, s));
    }
    std::vector<std::vector<double>> spread;
    const std::size_t count = std::min(most, all.size());
    for (std::size_t i = 0; i < count; ++i) spread.push_back(all[i * all.size() / count]);
    return spread;
}

Found Run::run()
{
    const auto population_size = std::max<std::size_t>(8, (m_setup.population + 3) / 4 * 4);
    const auto seed = static_cast<unsigned>(m_task.options.seed);
    pagmo::population population{pagmo::problem(PipelineProblem{this}), 0u, seed};
    if (m_setup.seeded)
        for (const auto& genes : firstGenes(population_size / 2)) population.push_back(genes);
    std::mt19937_64 random(m_task.options.seed);
    const std::vector<double> upper = upperBounds();
    while (population.size() < population_size) {
        std::vector<double> genes;
        for (std::size_t g = 0; g < upper.size(); ++g) {
            const double chance = static_cast<double>(random() >> 11) * 0x1p-53;
            const bool whole = g + kWholeGenes >= upper.size();
            genes.push_back(whole ? std::floor(chance * (upper[g] + 1)) : chance * upper[g]);
        }
        population.push_back(genes);
    }
    const double mutation = 1 / static_cast<double>(geneCount());
    const pagmo::nsga2 evolution(kGenerationsAtOnce, 0.9, 15, mutation, 20, seed);
    while (!m_clock.isOver() && !m_front.isFull()) {
        population = evolution.evolve(std::move(population));
        m_task.progress.report(m_clock.share(), "NSGA-II");
    }
    Found found;
    m_front.handOver(found);
    if (found.summaries.empty() && m_clock.stop() != Proof::Stop::Cancelled)
        found.infeasible = nothingFeasible(m_space, m_task, m_nearest);
    found.proof.kind = Proof::Kind::Heuristic;
    found.proof.stop = m_clock.stop();
    if (m_front.isFull() && found.proof.stop == Proof::Stop::Completed) found.proof.stop = Proof::Stop::Capped;
    found.proof.lower_bound = lowerBound(m_space, m_task, m_task.options.objectives.front());
    measureFront(m_space, m_task, found);
    found.proof.evaluated = m_clock.evaluated() + m_seed_evaluations;
    found.proof.elapsed_s = m_clock.elapsed();
    return found;
}

} // namespace

Found exploreNsga2(const PipelineSpace& space, const SearchTask& task, const Nsga2Setup& setup)
{
    return Run(space, task, setup).run();
}

} // namespace cutline
