// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/explore_pipelines.h"

#include "core/search/front_builder.h"
#include "core/search/label_figures.h"
#include "core/search/label_search.h"
#include "core/search/plan_grid.h"
#include "core/search/promising_sets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace cutline {
namespace {

/// Objectives in which labels are still compared, if something else will do.
constexpr std::size_t kMostCompared = 4;
/// Shares of a time limit at which it is asked whether it will do.
constexpr double kFirstLook = 0.25, kLastLook = 0.5;
/// How near to everything the passes come where it will not.
constexpr std::array kEpsilons{0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0};
/// Share of a time limit that labels may use up.
constexpr double kLabelsShare = 0.5;

/// Plain enumeration, depth first, with bounds: needs nothing of a plan but a lower bound of its figures.
class Explorer {
public:
    Explorer(std::shared_ptr<const PipelineSpace> space, const SearchTask& task, const PipelineModel& model)
        : m_space(std::move(space)), m_task(task), m_model(model), m_builder(m_space, task, m_model),
          m_grid(*m_space, task, m_model, m_builder), m_progress(task.progress)
    {
    }

    /// Plans that others have found already.
    void begin(const PipelineCandidates& known)
    {
        for (std::size_t i = 0; i < known.size() && !m_builder.stopped(); ++i)
            m_builder.look(m_model.outline(known.key(i)), known.key(i), m_builder.costOf(m_space->orders()[known.key(i).order]));
    }

    Found run()
    {
        for (const auto& order : m_space->orders()) m_all += plansOf(order.size());
        if (!m_task.options.keep_dominated) beginWithPromising();
        if (m_task.options.time_limit_s && !m_task.options.keep_dominated)
            withinTime(*m_task.options.time_limit_s);
        else
            pass();
        return m_builder.finish();
    }

private:
    /// Everything, unless it is plain before long that the time will not do; then what is within a factor of everything,
    /// and a smaller one as long as there is time.
    void withinTime(double limit_s)
    {
        double ask_at = kFirstLook * limit_s;
        bool given_up = false;
        m_builder.setGivesUp([&] {
            if (given_up || m_builder.elapsed() < ask_at) return given_up;
            ask_at = ask_at < kLastLook * limit_s ? kLastLook * limit_s : std::numeric_limits<double>::infinity();
            return given_up = m_builder.elapsed() > limit_s * behind();
        });
        pass();
        m_builder.setGivesUp(nullptr);
        if (!given_up) return;
        for (const double epsilon : kEpsilons) {
            if (epsilon < m_task.options.epsilon) return;
            m_builder.setEpsilon(epsilon);
            if (!pass()) return;
            m_builder.provedWithin(epsilon);
        }
    }

    /// False: stopped.
    bool pass()
    {
        m_done = 0;
        m_waiting.clear();
        for (std::uint32_t o = 0; o < m_space->orders().size(); ++o) {
            m_key = {};
            m_key.order = o;
            m_progress.report(behind(), "pipelines");
            m_order_cost = m_builder.costOf(m_space->orders()[o]);
            if (!grow(m_model.empty())) return false;
            m_done += plansOf(m_space->orders()[o].size());
        }
        return lookAtWaiting();
    }

    void beginWithPromising()
    {
        m_may_end = promisingSets(*m_space, m_model);
        if (!m_may_end.empty()) pass();
        m_may_end.clear();
    }

    /// Share of the pipelines that the pass has left behind, were the sets a chain.
    double behind() const
    {
        const std::size_t stages = m_space->orders()[m_key.order].size();
        const double first = static_cast<double>(m_key.cuts[0]) / static_cast<double>(m_space->sets().size());
        return (m_done + plansOf(stages) * (1 - std::pow(1 - first, static_cast<double>(stages - 1)))) / m_all;
    }

    /// So many there are with this number of stages, were the sets a chain.
    double plansOf(std::size_t stages) const
    {
        double plans = 1;
        for (std::size_t c = 1; c < stages; ++c)
            plans *= static_cast<double>(m_space->sets().size() - c) / static_cast<double>(c);
        return plans;
    }

    /// Appends stages to the partial plan while something new may come of it.
    bool grow(const PipelineModel::Partial& partial)
    {
        const auto& order = m_space->orders()[m_key.order];
        const PlatformId platform = order[partial.stages];
        const std::uint32_t all = m_space->lastSet();
        if (m_may_end.empty() && (partial.stages + 3 == order.size() || (order.size() == 2 && partial.stages == 0)) && m_grid.holds(m_key, partial.stages))
            return sweep(partial.stages);
        if (partial.stages + 1 == order.size()) {
            if (!m_space->mayRun(platform, partial.set, all)) return true;
            return m_builder.look(m_model.closed(m_model.extended(partial, m_key, all), m_key), m_key, m_order_cost);
        }
        for (std::uint32_t outer = partial.set + 1; outer < all; ++outer) {
            if ((++m_steps & 1023) == 0 && m_builder.stopped()) return false;
            if ((!m_may_end.empty() && !m_may_end[outer]) || !m_space->sets().isSubset(partial.set, outer)) continue;
            if (!m_space->mayRun(platform, partial.set, outer)) continue;
            m_key.cuts[partial.stages] = outer;
            const PipelineModel::Partial next = m_model.extended(partial, m_key, outer);
            if (m_builder.isHopeless(m_model.bound(next, m_key), m_order_cost, 1e-12, m_hint)) {
                ++m_builder.proof().pruned;
                continue;
            }
            if (!grow(next)) return false;
        }
        m_key.cuts[partial.stages] = 0;
        return true;
    }

    /// The last cuts at once.
    bool sweep(std::size_t stages)
    {
        const bool goes_on = m_grid.sweep(m_key, stages, m_order_cost, [&](const PipelineKey& key) {
            m_waiting.push_back(key);
            return m_waiting.size() < kMostWaiting || lookAtWaiting();
        });
        std::fill(m_key.cuts.begin() + static_cast<std::ptrdiff_t>(stages), m_key.cuts.end(), 0);
        return goes_on;
    }

    /// What the tables do not tell takes longest to judge, and the front that the rest leaves behind beats most of it.
    bool lookAtWaiting()
    {
        for (const PipelineKey& key : m_waiting)
            if (!m_builder.look(m_model.outline(key), key, m_builder.costOf(m_space->orders()[key.order]))) return false;
        m_waiting.clear();
        return true;
    }

    static constexpr std::size_t kMostWaiting = 200'000;

    std::shared_ptr<const PipelineSpace> m_space;
    const SearchTask& m_task;
    const PipelineModel& m_model;
    FrontBuilder m_builder;
    PlanGrid m_grid;
    Progress& m_progress;
    std::vector<PipelineKey> m_waiting;
    std::vector<char> m_may_end; ///< by set: that a stage may end with it, in this pass; empty: any
    ParetoArchive::Hint m_hint;
    PipelineKey m_key;
    double m_order_cost = 0;
    double m_all = 0, m_done = 0; ///< pipelines, were the sets a chain
    std::uint64_t m_steps = 0;
};

} // namespace

bool isLarge(const PipelineSpace& space)
{
    return space.sets().groupCount() > 2000;
}

Found explorePipelines(std::shared_ptr<const PipelineSpace> space, const SearchTask& task)
{
    PipelineModel model(*space, task.evaluator);
    const std::size_t most_stages = space->orders().empty() ? 0 : space->orders().back().size();
    // Of one or two platforms every plan is looked at anyway; where that takes long, labels tell what it costs sooner.
    // Labels seldom beat each other in very many figures.
    const bool comparable = task.options.objectives.size() <= kMostCompared;
    const bool wanted = task.options.solver == SolverKind::Labels ||
                        (task.options.solver == SolverKind::Auto && (isLarge(*space) || (most_stages > 2 && comparable)));
    if (!wanted || !labelsFit(*space, task, model)) return Explorer(std::move(space), task, model).run();
    if (!task.options.time_limit_s || task.options.solver == SolverKind::Labels)
        return exploreByLabels(std::move(space), task, model);
    SearchOptions share = task.options, rest = task.options;
    share.time_limit_s = kLabelsShare * *task.options.time_limit_s;
    Found found = exploreByLabels(space, {task.evaluator, task.feasibility, share, task.memory_as_ratio, task.progress}, model);
    if (found.proof.stop != Proof::Stop::TimeLimit) return found;
    rest.time_limit_s = *task.options.time_limit_s - found.proof.elapsed_s;
    const SearchTask last{task.evaluator, task.feasibility, rest, task.memory_as_ratio, task.progress};
    Explorer explorer(std::move(space), last, model);
    explorer.begin(static_cast<const PipelineCandidates&>(*found.candidates));
    Found whole = explorer.run();
    whole.proof.evaluated += found.proof.evaluated;
    whole.proof.pruned += found.proof.pruned;
    whole.proof.elapsed_s += found.proof.elapsed_s;
    return whole;
}

} // namespace cutline
