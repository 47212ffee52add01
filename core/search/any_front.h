// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/any_model.h"
#include "core/search/explore_pipelines.h"
#include "core/search/front_stream.h"
#include "core/search/pareto_archive.h"

#include <chrono>
#include <optional>
#include <unordered_map>
#include <vector>

namespace cutline {

/// Judges plans of any assignment and keeps the front of those met so far. Of equal rows the one with the first assignment
/// stays, in whatever order they come. Also knows when a search has to end.
class AnyFront {
public:
    using Clock = std::chrono::steady_clock;
    AnyFront(const AnyModel& model, const SearchTask& task);

    struct Entry {
        Plan plan;
        std::vector<PlatformId> assignment; ///< by layer
        Summary summary;
    };

    /// Figures of the plan where it keeps every demand; counts as evaluated.
    std::optional<Summary> judge(const Plan& plan);
    /// Judges the plan and adds it; its row, or nothing where it is not feasible.
    std::optional<std::vector<double>> look(const Plan& plan);
    /// The same for a plan that is to be listed whether it is on the front or not.
    void list(const Plan& plan);
    /// Adds a plan that has been judged. True if it is on the front now.
    bool add(Entry entry);
    void list(Entry entry);
    /// Some kept row is no worse anywhere and better somewhere.
    bool dominates(std::span<const double> row);
    /// The least factor by which some kept row has to shrink to be no worse anywhere; infinite where none can.
    double factorTo(std::span<const double> row) const;

    /// Rows of up to `most` plans of the front, spread over it.
    std::vector<double> sample(std::size_t most) const;

    /// Least value of an objective on the front; infinite where that is empty.
    double least(std::size_t objective) const;

    /// Cancelled or out of time or plans; notes it in the proof.
    bool stopped();
    /// So many more steps (calls of stopped()) and judged plans; a search that takes more is capped.
    void allow(std::uint64_t steps, std::uint64_t plans)
    {
        m_steps_left = steps;
        m_most_judged = m_proof.evaluated + plans;
    }
    double elapsed() const { return m_before_s + std::chrono::duration<double>(Clock::now() - m_start).count(); }
    /// So much of the time was spent before.
    void startedBefore(double seconds) { m_before_s = seconds; }

    /// How often a plan has come onto the front.
    std::uint64_t additions() const { return m_found.size(); }
    std::size_t size() const { return m_archive.size(); }
    std::size_t width() const { return m_task.options.objectives.size(); }
    const SearchTask& task() const { return m_task; }
    Proof& proof() { return m_proof; }
    /// The front in the order of assignments.
    std::vector<Entry> entries() const;
    /// The plans to list: the front and whatever else was listed.
    std::vector<Entry> listing() const;

private:
    std::vector<double> rowOf(const Summary& summary) const;
    std::uint32_t* find(std::span<const double> row);

    const AnyModel& m_model;
    const SearchTask& m_task;
    Clock::time_point m_start = Clock::now();
    double m_before_s = 0;
    ParetoArchive m_archive; ///< tags index m_found
    FrontStream m_stream;
    std::vector<Entry> m_found, m_listed;
    std::vector<std::vector<double>> m_rows; ///< of m_found
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> m_by_hash;
    std::uint64_t m_steps_left = ~std::uint64_t{0}, m_most_judged = ~std::uint64_t{0};
    Proof m_proof;
};

/// By assignment, pipelines first, then by the platforms and layers of the stages.
bool comesBefore(const AnyFront::Entry& a, const AnyFront::Entry& b);

/// A few plans, kept as they are.
class PlanList final : public Candidates {
public:
    explicit PlanList(std::vector<Plan> plans) : m_plans(std::move(plans)) {}
    std::size_t size() const override { return m_plans.size(); }
    Plan plan(std::size_t index) const override { return m_plans[index]; }

private:
    std::vector<Plan> m_plans;
};

} // namespace cutline
