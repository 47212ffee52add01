// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/explore_pipelines.h"
#include "core/search/front_stream.h"
#include "core/search/pareto_archive.h"

#include <chrono>
#include <unordered_set>

namespace cutline {

/// A pipeline as a stage number for every fused group: needs no lattice of down-sets, so it says what a PipelineKey
/// cannot where those are too many. No stage is empty, and none reads from a later one.
struct StagedPlan {
    std::vector<PlatformId> order;
    std::vector<std::uint8_t> stage; ///< by group
    friend bool operator==(const StagedPlan&, const StagedPlan&) = default;
};
Plan planOf(const StagedPlan& staged, const Fusion& fusion);
/// Of a plan that keeps groups whole and says Pipeline.
StagedPlan stagedPlanOf(const Plan& plan, const Fusion& fusion);
/// Without the stages that have no group.
StagedPlan withoutEmptyStages(StagedPlan staged);
std::uint64_t hashOf(const StagedPlan& staged);

/// How far a plan is from keeping every constraint: sum over what it misses of the share by which it does. 0: it keeps
/// all.
double missOf(const Plan& plan, const SearchTask& task);

/// Why a heuristic has no plan to show: what the one that came nearest misses, or that there was none to judge.
/// Nothing is proven, and the text says so.
Violation nothingFeasible(const PipelineSpace& space, const SearchTask& task, const std::optional<Plan>& nearest);

/// What a heuristic has found: its front, or all feasible plans where dominated ones are listed too. The same plans in
/// the same order give the same front; of equal rows the first stays.
class AnytimeFront {
public:
    AnytimeFront(const Fusion& fusion, const SearchTask& task);

    /// True if the plan is on the front now. A plan met before is not.
    bool add(const StagedPlan& staged, const Summary& summary);
    std::size_t size() const { return m_archive.size(); }
    bool empty() const { return m_archive.size() == 0; }
    /// Memory for plans is used up: nothing more is taken.
    bool isFull() const { return m_full; }

    struct Entry {
        StagedPlan staged;
        Summary summary;
        std::uint64_t hash = 0;      ///< of the plan
        std::optional<Plan> ordered; ///< stages in another order than the file's, which the summary speaks of
    };
    /// The front in the order in which its plans were found. Valid until the next add().
    std::vector<const Entry*> front() const;
    /// Candidates and front; `found.proof` gets what was kept.
    void handOver(Found& found);

private:
    void compact();
    void putInOrder();

    const Fusion& m_fusion;
    const SearchTask& m_task;
    ParetoArchive m_archive; ///< tags index m_entries
    std::vector<Entry> m_entries;
    std::unordered_set<std::uint64_t> m_listed; ///< hashes, where everything is listed
    std::vector<double> m_row;
    FrontStream m_stream;
    std::size_t m_most_entries;
    bool m_full = false;
};

/// When a heuristic has to end: cancelled, out of time, or out of evaluations.
class AnytimeClock {
public:
    using Clock = std::chrono::steady_clock;
    AnytimeClock(const SearchTask& task, std::uint64_t most_evaluations, double guard_s)
        : m_task(task), m_most(most_evaluations), m_guard_s(guard_s)
    {
    }
    double elapsed() const { return std::chrono::duration<double>(Clock::now() - m_start).count(); }
    void count(std::uint64_t evaluations) { m_evaluated += evaluations; }
    std::uint64_t evaluated() const { return m_evaluated; }
    /// Share of the budget that is used, 0..1.
    double share() const;
    /// Asks the clock each time: call it about every millisecond.
    bool isOver();
    Proof::Stop stop() const { return m_stop; }
    /// Time left until the limit or the guard.
    double left_s() const;

private:
    double limit_s() const { return m_task.options.time_limit_s.value_or(m_guard_s); }

    const SearchTask& m_task;
    std::uint64_t m_most, m_evaluated = 0;
    double m_guard_s;
    Proof::Stop m_stop = Proof::Stop::Completed;
    Clock::time_point m_start = Clock::now();
};

} // namespace cutline
