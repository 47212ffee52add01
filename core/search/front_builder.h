// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/explore_pipelines.h"
#include "core/search/front_collector.h"
#include "core/search/front_stream.h"
#include "core/search/pipeline_model.h"

#include <chrono>
#include <functional>
#include <limits>
#include <optional>

namespace cutline {

/// Limits that grow along a pipeline: a partial plan beyond one cannot recover.
struct GrowingLimits {
    static constexpr double kNone = std::numeric_limits<double>::infinity();
    double latency_s = kNone, interval_s = kNone, energy_j = kNone, link_bytes = kNone, memory_bytes = kNone,
           memory_ratio = kNone, sensitivity = kNone, cost = kNone;

    GrowingLimits(const std::vector<Constraint>& constraints, const Scenario& scenario);
    bool broken(const Outline& outline, double plan_cost) const
    {
        return outline.latency_s > latency_s || outline.interval_s > interval_s || outline.energy_j > energy_j ||
               outline.link_bytes > link_bytes || outline.memory_bytes > memory_bytes ||
               outline.memory_ratio > memory_ratio || outline.sensitivity > sensitivity || plan_cost > cost;
    }
};

/// Takes pipelines one by one, judges those that may matter, and keeps the front (or all, with `keep_dominated`).
class FrontBuilder {
public:
    /// All must outlive it.
    FrontBuilder(std::shared_ptr<const PipelineSpace> space, const SearchTask& task, const PipelineModel& model);

    /// Sum over the platforms of an order; NaN where one is not known.
    double costOf(const std::vector<PlatformId>& order) const;
    /// Breaks a limit, or a plan of the front is better in something and worse in nothing. `slack`: how much
    /// of the outline may be rounding. May be asked from many threads between calls of look(), each with a hint of its own.
    bool isHopeless(const Outline& outline, double plan_cost, double slack, ParetoArchive::Hint& hint) const;
    /// A plan of the front is better than the row in something and worse in nothing.
    bool isBeaten(std::span<const double> row, ParetoArchive::Hint& hint) const;
    /// From here on a plan counts as beaten, too, where one of the front is within the factor 1 + epsilon of it in everything.
    void setEpsilon(double epsilon) { m_epsilon = epsilon; }
    /// All plans were looked at with this epsilon: what finish() may claim.
    void provedWithin(double epsilon) { m_proved = epsilon; }
    /// Asked whenever stopped() is: true ends the pass at hand without being the end of the search.
    void setGivesUp(std::function<bool()> gives_up) { m_gives_up = std::move(gives_up); }
    double elapsed() const
    {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
    }
    /// The objectives of an outline as a row to compare, less the slack.
    void fillRow(const Outline& outline, double plan_cost, double slack, double* row) const;
    /// A complete pipeline; false: stop here, finish() says why.
    bool look(const Outline& outline, const PipelineKey& key, double plan_cost);
    /// A complete pipeline whose row is known and that breaks no limit; likewise.
    bool add(std::span<const double> row, const PipelineKey& key);
    /// Cancelled or out of time; from any thread, between calls of look().
    bool shouldStop() const
    {
        return m_task.progress.cancelled() || (m_task.options.time_limit_s && elapsed() > *m_task.options.time_limit_s);
    }
    /// The same, noted for finish(); `evaluated`, `pruned` are counted by whoever searches.
    bool stopped();
    Proof& proof() { return m_found.proof; }

    /// Candidates, front and proof; explains why none is feasible.
    Found finish();

private:
    /// Where the model tells it.
    void findMemory(Outline& outline, const PipelineKey& key) const;
    void collect(std::span<const double> row, const PipelineKey& key, const std::optional<Summary>& summary);
    Summary told(const Outline& outline, double plan_cost) const;
    /// Of a plan on the front.
    Summary summaryOf(const PipelineKey& key) const;
    bool list(const PipelineKey& key);
    void listAll();
    void listFront();
    std::vector<bool> settled(std::span<FrontCollector::Entry> entries) const;
    std::vector<bool> withinRounding(std::span<const FrontCollector::Entry> entries) const;
    std::vector<std::uint32_t> firstAssignments(const std::vector<double>& rows, std::vector<std::uint32_t> front) const;
    void diagnose();
    SearchResult soFar() const;
    void claim();

    std::shared_ptr<const PipelineSpace> m_space;
    const SearchTask& m_task;
    const PipelineModel& m_model;
    GrowingLimits m_limits;
    bool m_outline_tells_all = false, m_asks_memory = false, m_always_fits = false;
    std::size_t m_width;
    std::vector<double> m_row;
    ParetoArchive::Hint m_hint;
    FrontCollector m_collector;
    FrontStream m_stream;
    std::vector<PipelineKey> m_keys;
    Found m_found;
    double m_epsilon = 0;
    std::optional<double> m_proved;
    std::function<bool()> m_gives_up;
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

} // namespace cutline
