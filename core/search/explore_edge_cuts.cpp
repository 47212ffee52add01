// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/explore_edge_cuts.h"

#include "core/plan/edge_cuts.h"
#include "core/search/pareto.h"
#include "core/search/row.h"

#include <algorithm>
#include <chrono>

namespace cutline {
namespace {

using Clock = std::chrono::steady_clock;

class EdgeCutCandidates final : public Candidates {
public:
    EdgeCutCandidates(std::shared_ptr<const EdgeCutEvaluator> evaluator, std::vector<std::uint32_t> positions)
        : m_evaluator(std::move(evaluator)), m_positions(std::move(positions)),
          m_width(m_evaluator->cutCount())
    {
        // One platform has no cut, and one candidate.
        m_count = m_width == 0 ? 1 : m_positions.size() / m_width;
    }
    std::size_t size() const override { return m_count; }
    Plan plan(std::size_t index) const override { return m_evaluator->plan(cuts(index)); }
    std::vector<std::string> cutLabels(std::size_t index) const override
    {
        std::vector<std::string> labels;
        for (const std::size_t position : cuts(index)) labels.push_back(m_evaluator->label(position));
        return labels;
    }
    std::vector<PlatformId> chain() const override
    {
        return {m_evaluator->order().begin(), m_evaluator->order().end()};
    }
    std::optional<Metrics> metrics(std::size_t index) const override { return m_evaluator->evaluate(cuts(index)); }
    std::vector<std::size_t> cuts(std::size_t index) const
    {
        const auto first = m_positions.begin() + static_cast<std::ptrdiff_t>(index * m_width);
        return {first, first + static_cast<std::ptrdiff_t>(m_width)};
    }

private:
    std::shared_ptr<const EdgeCutEvaluator> m_evaluator;
    std::vector<std::uint32_t> m_positions; ///< cutCount() per candidate
    std::size_t m_width, m_count = 0;
};

class EdgeCutExplorer {
public:
    EdgeCutExplorer(std::shared_ptr<const EdgeCutEvaluator> evaluator, const Problem& problem, const SearchTask& task)
        : m_evaluator(std::move(evaluator)), m_problem(problem), m_task(task), m_cuts(m_evaluator->cutCount(), 0)
    {
    }

    Found run()
    {
        const Clock::time_point start = Clock::now();
        m_end = start + std::chrono::duration_cast<Clock::duration>(
                            std::chrono::duration<double>(m_task.options.time_limit_s.value_or(1e6)));
        choose(0, 0);
        const std::size_t width = m_task.options.objectives.size();
        std::vector<double> rows(m_found.summaries.size() * width);
        for (std::size_t i = 0; i < m_found.summaries.size(); ++i)
            fillRow(m_found.summaries[i], m_task.options.objectives, rows.data() + i * width);
        m_found.front = paretoFront(rows, width);
        if (!m_task.options.keep_dominated) dropDominated();
        m_found.candidates = std::make_shared<EdgeCutCandidates>(m_evaluator, std::move(m_positions));
        if (m_found.summaries.empty()) m_found.infeasible = m_diagnosis.verdict();
        m_found.proof.kept = m_found.front.size();
        m_found.proof.elapsed_s = std::chrono::duration<double>(Clock::now() - start).count();
        if (m_found.proof.stop != Proof::Stop::Completed) m_found.proof.kind = Proof::Kind::Heuristic;
        return std::move(m_found);
    }

private:
    bool choose(std::size_t cut, std::size_t from)
    {
        if (cut == m_cuts.size()) return look();
        for (std::size_t position = from; position < m_evaluator->positionCount(); ++position) {
            m_cuts[cut] = position;
            if (!choose(cut + 1, position)) return false;
        }
        return true;
    }

    bool look()
    {
        if ((++m_found.proof.evaluated & 255) == 0) {
            if (m_task.progress.cancelled()) m_found.proof.stop = Proof::Stop::Cancelled;
            if (Clock::now() > m_end) m_found.proof.stop = Proof::Stop::TimeLimit;
            if (m_found.proof.stop != Proof::Stop::Completed) return false;
        }
        if (!keepsPins()) return true;
        if (!m_task.feasibility.constraints().empty()) {
            const Metrics metrics = m_evaluator->evaluate(m_cuts);
            if (!m_task.feasibility.accepts(metrics)) {
                m_diagnosis.add(m_task.feasibility.misses(metrics));
                return true;
            }
        }
        const Figures figures = m_evaluator->figures(m_cuts);
        if (!figures.feasible) {
            m_diagnosis.add(m_task.feasibility.misses(m_evaluator->evaluate(m_cuts)));
            return true;
        }
        m_found.summaries.push_back(summaryOf(figures, m_task.memory_as_ratio));
        for (const std::size_t position : m_cuts) m_positions.push_back(static_cast<std::uint32_t>(position));
        if (m_found.summaries.size() < m_task.options.plan_cap) return true;
        m_found.proof.stop = Proof::Stop::Capped;
        return false;
    }

    bool keepsPins() const
    {
        const SearchOptions& options = m_task.options;
        if (options.pins.empty() && options.forbidden.empty() && options.max_platforms == 0) return true;
        const Plan plan = m_evaluator->plan(m_cuts);
        if (options.max_platforms != 0 && plan.stages.size() > options.max_platforms) return false;
        const auto assignment = assignmentOf(plan, m_problem.graph->layerCount());
        return std::all_of(options.pins.begin(), options.pins.end(),
                           [&](const Pin& pin) { return assignment[pin.layer.index()] == pin.platform; }) &&
               std::none_of(options.forbidden.begin(), options.forbidden.end(),
                            [&](const Pin& pin) { return assignment[pin.layer.index()] == pin.platform; });
    }

    void dropDominated()
    {
        const std::size_t cuts = m_cuts.size();
        std::vector<Summary> summaries;
        std::vector<std::uint32_t> positions;
        for (std::uint32_t& member : m_found.front) {
            summaries.push_back(m_found.summaries[member]);
            for (std::size_t c = 0; c < cuts; ++c) positions.push_back(m_positions[member * cuts + c]);
            member = static_cast<std::uint32_t>(summaries.size() - 1);
        }
        m_found.summaries = std::move(summaries);
        m_positions = std::move(positions);
    }

    std::shared_ptr<const EdgeCutEvaluator> m_evaluator;
    const Problem& m_problem;
    const SearchTask& m_task;
    std::vector<std::size_t> m_cuts;
    std::vector<std::uint32_t> m_positions;
    Diagnosis m_diagnosis;
    Clock::time_point m_end;
    Found m_found;
};

} // namespace

Result<Found> exploreEdgeCuts(const Problem& problem, const SearchTask& task, std::span<const PlatformId> platforms)
{
    std::vector<PlatformId> order(platforms.begin(), platforms.end());
    if (task.options.order == OrderKind::Given) {
        order.clear();
        for (const PlatformId p : task.options.given_order)
            if (std::find(platforms.begin(), platforms.end(), p) != platforms.end()) order.push_back(p);
    }
    auto evaluator = EdgeCutEvaluator::make(problem, task.options.schedule, order);
    if (!evaluator) return evaluator.error();
    return EdgeCutExplorer(std::make_shared<const EdgeCutEvaluator>(std::move(*evaluator)), problem, task).run();
}

} // namespace cutline
