// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/any_explore.h"

#include "core/search/any_enumerate.h"
#include "core/search/any_labels.h"
#include "core/search/any_local.h"
#include "core/search/any_min_cut.h"
#include "core/search/pareto.h"
#include "core/search/row.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace cutline {
namespace {

constexpr std::size_t kMostPlatforms = 16;           ///< sixteen bits of a state say where a tensor has been
constexpr std::uint64_t kEnumerated = 200'000;       ///< assignments that are looked at one by one
constexpr std::size_t kMostArcs = 200'000;           ///< of states of live tensors
constexpr std::uint64_t kLocalSteps = 600'000;       ///< plans times groups that one local search judges
constexpr double kMostFactor = 2;                    ///< a front that may be further off is called heuristic
constexpr double kRounding = 1e-10;
constexpr std::uint64_t kMostSteps = 10'000'000, kMostJudged = 300'000; ///< of looking at everything
constexpr std::uint64_t kMostStepsAsked = 200'000'000;                   ///< where that was asked for
constexpr std::uint64_t kDiagnosed = 20'000;         ///< plans looked at to explain why none is feasible

class AnyExplorer {
public:
    AnyExplorer(const SearchTask& task, std::span<const PlatformId> platforms)
        : m_task(task), m_model(task.evaluator, task.options, platforms), m_front(m_model, task),
          m_limits(m_model, task.evaluator, task.feasibility.constraints())
    {
    }

    Found run(const Found& pipelines)
    {
        takeOver(pipelines);
        const SolverKind solver = m_task.options.solver;
        m_enumerates =
            solver == SolverKind::Exact || (solver != SolverKind::Labels && m_model.assignments() <= kEnumerated);
        if (m_enumerates) enumerate();
        if (!m_enumerates && (solver == SolverKind::Labels || !cut())) label();
        return found(pipelines);
    }

private:
    void takeOver(const Found& pipelines)
    {
        const std::size_t layers = m_model.problem().graph->layerCount();
        for (std::uint32_t i = 0; i < pipelines.summaries.size(); ++i) {
            AnyFront::Entry entry{pipelines.candidates->plan(i), {}, pipelines.summaries[i]};
            entry.assignment = assignmentOf(entry.plan, layers);
            if (m_task.options.keep_dominated)
                m_front.list(std::move(entry));
            else
                m_front.add(std::move(entry));
        }
        Proof& proof = m_front.proof();
        proof.evaluated = pipelines.proof.evaluated;
        proof.pruned = pipelines.proof.pruned;
        if (pipelines.proof.stop == Proof::Stop::Cancelled) proof.stop = Proof::Stop::Cancelled;
        m_front.startedBefore(pipelines.proof.elapsed_s);
    }

    /// Looks at everything; where that is too much, labels have to do.
    void enumerate()
    {
        const bool asked = m_task.options.solver == SolverKind::Exact;
        if (m_front.stopped()) return;
        m_front.allow(asked ? kMostStepsAsked : kMostSteps, asked ? kMostStepsAsked : kMostJudged);
        AnyEnumeration(m_model, m_front, m_limits).run();
        if (asked || m_task.options.keep_dominated || m_front.proof().stop != Proof::Stop::Capped) return;
        m_front.proof().stop = Proof::Stop::Completed;
        m_front.allow(~std::uint64_t{0}, ~std::uint64_t{0} >> 1);
        m_enumerates = false;
    }

    /// One figure that adds up: the least sum over all assignments may be a cut.
    bool cut()
    {
        if (m_task.options.objectives.size() != 1 || m_task.options.keep_dominated) return false;
        const auto least = leastCut(m_model, m_task.options.objectives.front());
        if (!least) return false;
        const auto row =
            m_front.look(planOf(m_model, least->assignment));
        m_lower_bound = least->value;
        return row && row->front() <= least->value * (1 + kRounding);
    }

    /// Labels that the front does not cover within ever larger factors, until there are few enough.
    void label()
    {
        const std::uint64_t steps = std::max<std::uint64_t>(kLocalSteps / m_model.groups(), 50);
        m_factor = kNever;
        m_lower_bound = std::max(m_lower_bound, ideal().front());
        AnyLocal local(m_model, m_front);
        const AnyStates states(m_model, kMostArcs, [&] { return m_front.stopped(); });
        if (states.complete()) {
            AnyLabels labels(m_model, states, m_front, m_limits);
            auto end = labels.run(1, AnyLabels::Beyond::Stop);
            if (end == AnyLabels::End::TooMany) local.run(steps);
            for (const double factor : {1.01, 1.02, 1.05, 1.1, 1.2, 1.5})
                if (end == AnyLabels::End::TooMany) end = labels.run(factor, AnyLabels::Beyond::Stop);
            if (end == AnyLabels::End::TooMany) end = labels.run(1, AnyLabels::Beyond::Trim);
            if (end == AnyLabels::End::Done) {
                m_factor = labels.factor();
                m_lower_bound = std::max(m_lower_bound, labels.lowerBound());
            }
        }
        if (m_factor > 1 + kRounding) local.run(steps);
        m_factor = std::min(m_factor, m_front.factorTo(generalIdeal()));
    }

    /// The least of every figure by itself, of pipelines and general plans alike.
    std::vector<double> ideal() const
    {
        std::vector<double> row(m_front.width()), nothing(m_model.width(0), 0);
        fillRow(m_model.bound(0, m_model.start(), nothing.data()), m_task.options.objectives, m_task.memory_as_ratio, 0,
                row.data());
        return row;
    }

    /// The same of general plans, where sums may be least together with what passes between platforms.
    std::vector<double> generalIdeal() const
    {
        std::vector<double> row = ideal();
        for (std::size_t d = 0; d < row.size(); ++d)
            if (const auto least = leastCut(m_model, m_task.options.objectives[d]))
                row[d] = std::max(row[d], comparable(least->value));
        return row;
    }

    /// What the search may claim: the front is complete, or no plan beats it by more than a factor, or nothing.
    void claim(Proof& proof, const Found& pipelines) const
    {
        const bool whole = proof.stop == Proof::Stop::Completed && pipelines.proof.kind != Proof::Kind::Heuristic;
        if (proof.stop == Proof::Stop::Completed) proof.stop = pipelines.proof.stop;
        if (proof.stop == Proof::Stop::TimeLimit && !m_task.options.time_limit_s) proof.stop = Proof::Stop::Capped;
        const std::vector<double> least = ideal();
        double factor = whole ? std::max(m_factor, 1 + pipelines.proof.epsilon) : kNever;
        if (factor > 1 + kRounding) factor = std::min(factor, m_front.factorTo(least));
        if (factor <= 1 + kRounding) return;
        proof.kind = factor <= kMostFactor ? Proof::Kind::Epsilon : Proof::Kind::Heuristic;
        if (proof.kind == Proof::Kind::Epsilon) proof.epsilon = factor - 1;
        proof.lower_bound = whole ? std::max(m_lower_bound, least.front()) : least.front();
    }

    Found found(const Found& pipelines)
    {
        Found result;
        result.proof = m_front.proof();
        claim(result.proof, pipelines);
        // Not every feasible plan is listed.
        if (m_task.options.keep_dominated && !m_enumerates && result.proof.stop == Proof::Stop::Completed)
            result.proof.stop = Proof::Stop::Capped;
        std::vector<Plan> plans;
        const auto on_front = m_front.entries();
        const auto all = m_task.options.keep_dominated ? m_front.listing() : on_front;
        std::size_t next = 0;
        for (const AnyFront::Entry& entry : all) {
            if (next < on_front.size() && on_front[next].plan == entry.plan) {
                result.front.push_back(static_cast<std::uint32_t>(plans.size()));
                ++next;
            }
            plans.push_back(entry.plan);
            result.summaries.push_back(entry.summary);
        }
        result.candidates = std::make_shared<PlanList>(std::move(plans));
        if (result.summaries.empty()) result.infeasible = diagnosis(pipelines);
        result.proof.kept = result.front.size();
        result.proof.elapsed_s = m_front.elapsed();
        return result;
    }

    /// What the assignments miss, in ascending order as far as there is time; pipelines have been looked at.
    std::optional<Violation> diagnosis(const Found& pipelines) const
    {
        Diagnosis diagnosis;
        GroupAssignment assignment(m_model.groups());
        std::uint64_t seen = 0;
        const auto grow = [&](const auto& self, std::size_t group, std::uint32_t used) -> bool {
            if (static_cast<std::size_t>(std::popcount(used)) > m_model.mostPlatforms()) return true;
            if (group == m_model.groups()) {
                const Plan plan = planOf(m_model, assignment);
                diagnosis.add(m_task.feasibility.misses(m_task.evaluator.evaluate(plan)));
                return ++seen < kDiagnosed && ((seen & 63) != 0 || !m_task.progress.cancelled());
            }
            for (const std::uint32_t p : m_model.homes(group)) {
                assignment[group] = p;
                if (!self(self, group + 1, used | 1u << p)) return false;
            }
            return true;
        };
        const bool all = grow(grow, 0, 0);
        if (!diagnosis.empty()) return all || !pipelines.infeasible ? diagnosis.verdict() : pipelines.infeasible;
        Violation v;
        v.subject = "pins";
        v.text = "pins, forbidden pairs and unsupported operators together need more than " +
                 std::to_string(m_model.mostPlatforms()) + " platforms";
        return v;
    }

    const SearchTask& m_task;
    AnyModel m_model;
    AnyFront m_front;
    AnyLimits m_limits;
    bool m_enumerates = false;
    double m_factor = 1;      ///< every plan is within this factor of one on the front
    double m_lower_bound = 0; ///< of the first objective
};

} // namespace

Result<Found> exploreAny(const SearchTask& task, std::span<const PlatformId> platforms, const Found& pipelines)
{
    const std::size_t count = task.evaluator.problem().system->platforms.size();
    if (count > kMostPlatforms)
        return Error{"--cuts any", "the system has " + std::to_string(count) + " platforms",
                     "use at most " + std::to_string(kMostPlatforms) + ", or --cuts pipeline"};
    return AnyExplorer(task, platforms).run(pipelines);
}

} // namespace cutline
