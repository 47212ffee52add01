// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/anytime_search.h"

#include "core/search/anytime_bound.h"
#include "core/search/anytime_moves.h"
#include "core/search/anytime_seeds.h"

#include <tbb/parallel_for.h>

#include <algorithm>

namespace cutline {
namespace {

/// Longest that the work takes where nobody gave a limit.
constexpr double kGuard_s = 5;
/// Judgements without a time limit: so many groups are judged in all.
constexpr std::uint64_t kGroupsJudged = 40'000'000;
/// Rounds over the whole front with other chance moves before it counts as settled.
constexpr int kRounds = 8;
/// Groups of all balanced seeds along one order.
constexpr std::size_t kBalancedGroups = 300'000;
/// Descents along one objective: tries without success, and share of what is left of the budget.
constexpr int kStalled = 6;
constexpr double kDescentShare = 0.2;
/// Shares of the time for seeds along one order, and most plans that are looked at for them.
constexpr double kTwoStageShare = 0.08, kMoreStagesShare = 0.15, kChainPlans = 2e6;

std::uint64_t budgetFor(const SearchTask& task, std::size_t groups)
{
    if (task.options.time_limit_s) return 0; // time alone decides
    return std::clamp<std::uint64_t>(kGroupsJudged / std::max<std::size_t>(groups, 1), 500, 150'000);
}

class LocalSearch {
public:
    LocalSearch(const PipelineSpace& space, const SearchTask& task)
        : m_space(space), m_task(task), m_groups(space.graph(), space.fusion()), m_moves(space, m_groups),
          m_front(space.fusion(), task), m_clock(task, budgetFor(task, space.fusion().groups.size()), kGuard_s),
          m_random(task.options.seed)
    {
    }

    Found run()
    {
        seed();
        if (m_front.empty() && !m_task.progress.cancelled()) approach();
        for (const Objective objective : m_task.options.objectives) descend(objective);
        improve();
        Found found;
        m_front.handOver(found);
        if (found.summaries.empty() && m_clock.stop() != Proof::Stop::Cancelled)
            found.infeasible = nothingFeasible(m_space, m_task, m_nearest);
        found.proof.kind = Proof::Kind::Heuristic;
        found.proof.stop = m_clock.stop();
        found.proof.lower_bound = lowerBound(m_space, m_task, m_task.options.objectives.front());
        measureFront(m_space, m_task, found);
        found.proof.evaluated = m_clock.evaluated() + m_seed_evaluations;
        found.proof.elapsed_s = m_clock.elapsed();
        return found;
    }

private:
    void seed()
    {
        const auto orders = goodOrders(m_space.graph(), m_space.fusion());
        for (const auto& order : orders) along(order, 2, kTwoStageShare);
        const std::size_t most = std::max<std::size_t>(kBalancedGroups / std::max<std::size_t>(orders[0].size(), 1), 8);
        for (const auto& order : orders) {
            if (m_clock.isOver()) return;
            const auto plans = balancedAlong(order, m_space, most);
            take(plans, judge(plans));
        }
        const std::size_t stages = searchedStages();
        if (stages < 3) return;
        for (const auto& order : orders) along(order, stages, kMoreStagesShare);
    }

    /// Most stages of which the cuts along one order are few enough to look at all of them.
    std::size_t searchedStages() const
    {
        double plans = 0;
        std::size_t stages = 0;
        for (const auto& order : m_space.orders()) {
            double cuts = 1;
            for (std::size_t c = 1; c < order.size(); ++c)
                cuts *= static_cast<double>(m_space.fusion().groups.size() - c) / static_cast<double>(c);
            plans += cuts;
            if (plans > kChainPlans) return order.size() - 1;
            stages = order.size();
        }
        return stages;
    }

    void along(std::span<const std::uint32_t> order, std::size_t most_stages, double share)
    {
        if (m_clock.isOver()) return;
        const ChainSeeds seeds = seedsAlong(order, m_space.problem(), m_task, most_stages, share * m_clock.left_s());
        m_seed_evaluations += seeds.evaluated;
        for (std::size_t i = 0; i < seeds.plans.size(); ++i) m_front.add(seeds.plans[i], seeds.summaries[i]);
    }

    std::vector<std::optional<Summary>> judge(const std::vector<StagedPlan>& plans)
    {
        std::vector<std::optional<Summary>> summaries(plans.size());
        tbb::parallel_for(std::size_t{0}, plans.size(), [&](std::size_t i) {
            if (m_task.progress.cancelled()) return;
            summaries[i] = judged(planOf(plans[i], m_space.fusion()), m_task);
        });
        m_clock.count(plans.size());
        return summaries;
    }

    /// True if one of the plans is on the front now.
    bool take(const std::vector<StagedPlan>& plans, const std::vector<std::optional<Summary>>& summaries)
    {
        bool grew = false;
        for (std::size_t i = 0; i < plans.size(); ++i)
            if (summaries[i]) grew = m_front.add(plans[i], *summaries[i]) || grew;
        return grew;
    }

    /// A plan all on one platform, or along the file's order, that comes nearest to keeping the constraints; then
    /// step by step nearer. However little time there is, those are looked at: somebody is to be told what is missed.
    void approach()
    {
        std::vector<StagedPlan> starts;
        for (const PlatformId p : m_space.platforms())
            starts.push_back({{p}, std::vector<std::uint8_t>(m_space.fusion().groups.size(), 0)});
        addEvenSplits(starts);
        std::erase_if(starts, [&](const StagedPlan& s) { return !m_moves.isAllowed(s); });
        std::optional<StagedPlan> best;
        double least = 0;
        std::vector<StagedPlan> around = std::move(starts);
        for (int stalled = 0; stalled < 8 && !around.empty() && (!best || !m_clock.isOver());) {
            const auto misses = missesOf(around);
            bool nearer = false;
            for (std::size_t i = 0; i < around.size(); ++i)
                if (!best || misses[i] < least) {
                    best = around[i];
                    least = misses[i];
                    nearer = true;
                }
            if (least == 0) break;
            stalled = nearer ? 0 : stalled + 1;
            around = m_moves.around(*best, m_random);
        }
        if (!best) return;
        m_nearest = planOf(*best, m_space.fusion());
        take({*best}, judge({*best}));
    }

    void addEvenSplits(std::vector<StagedPlan>& starts) const
    {
        constexpr std::size_t kMost = 64;
        const std::size_t groups = m_space.fusion().groups.size();
        for (const auto& order : m_space.orders()) {
            if (order.size() < 2 || starts.size() >= kMost) continue;
            StagedPlan split{order, std::vector<std::uint8_t>(groups)};
            for (std::size_t g = 0; g < groups; ++g)
                split.stage[g] = static_cast<std::uint8_t>(g * order.size() / groups);
            starts.push_back(std::move(split));
        }
    }

    std::vector<double> missesOf(const std::vector<StagedPlan>& plans)
    {
        std::vector<double> misses(plans.size());
        tbb::parallel_for(std::size_t{0}, plans.size(), [&](std::size_t i) {
            misses[i] = missOf(planOf(plans[i], m_space.fusion()), m_task);
        });
        m_clock.count(plans.size());
        return misses;
    }

    /// Steps from the best of one objective to a better one around it, as long as there is one: the ends of the front,
    /// which a walk over all of it reaches late.
    void descend(Objective objective)
    {
        if (m_front.empty()) return;
        const double until = m_clock.share() + kDescentShare * (1 - m_clock.share());
        for (int stalled = 0; stalled < kStalled && m_clock.share() < until && !m_clock.isOver();) {
            const AnytimeFront::Entry* best = bestOf(m_front.front(), objective);
            const double before = best->summary.value(objective);
            const StagedPlan from = best->staged;
            stepFrom(from);
            const double after = bestOf(m_front.front(), objective)->summary.value(objective);
            stalled = after < before ? 0 : stalled + 1;
        }
    }

    static const AnytimeFront::Entry* bestOf(const std::vector<const AnytimeFront::Entry*>& entries,
                                             Objective objective)
    {
        return *std::min_element(entries.begin(), entries.end(), [&](const auto* a, const auto* b) {
            return a->summary.value(objective) < b->summary.value(objective);
        });
    }

    void improve()
    {
        for (int round = 0; round < kRounds && !m_clock.isOver(); ++round) {
            m_explored.clear();
            bool grew = false;
            while (!m_clock.isOver() && !m_front.isFull()) {
                const auto next = unexplored();
                if (!next) break;
                grew = stepFrom(*next) || grew;
            }
            if (grew) round = -1;
        }
    }

    bool stepFrom(const StagedPlan& from)
    {
        m_explored.insert(hashOf(from));
        const auto around = m_moves.around(from, m_random);
        const bool grew = take(around, judge(around));
        m_task.progress.report(m_clock.share(), "local search");
        return grew;
    }

    /// One of the front whose surroundings are unknown: now and then the best of some objective, else any.
    std::optional<StagedPlan> unexplored()
    {
        std::vector<const AnytimeFront::Entry*> open;
        for (const AnytimeFront::Entry* entry : m_front.front())
            if (!m_explored.contains(entry->hash)) open.push_back(entry);
        if (open.empty()) return std::nullopt;
        if (chanceBelow(m_random, 4) != 0) return open[chanceBelow(m_random, open.size())]->staged;
        const auto& objectives = m_task.options.objectives;
        return bestOf(open, objectives[chanceBelow(m_random, objectives.size())])->staged;
    }

    const PipelineSpace& m_space;
    const SearchTask& m_task;
    GroupGraph m_groups;
    Moves m_moves;
    AnytimeFront m_front;
    AnytimeClock m_clock;
    std::mt19937_64 m_random;
    std::unordered_set<std::uint64_t> m_explored; ///< hashes
    std::optional<Plan> m_nearest;
    std::uint64_t m_seed_evaluations = 0;
};

} // namespace

Found exploreAnytime(const PipelineSpace& space, const SearchTask& task)
{
    return LocalSearch(space, task).run();
}

} // namespace cutline
