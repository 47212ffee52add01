// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/label_search.h"

#include "core/search/front_builder.h"
#include "core/search/label_steps.h"
#include "core/search/loose_plans.h"
#include "core/search/promising_sets.h"

#include <tbb/parallel_for.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>

namespace cutline {
namespace {

class LabelSearch {
public:
    LabelSearch(std::shared_ptr<const PipelineSpace> space, const SearchTask& task, PipelineModel& model)
        : m_space(std::move(space)), m_task(task), m_model(model), m_builder(m_space, task, m_model),
          m_figures(*m_space, task, m_model), m_states(*m_space, m_model, m_figures.powerMatters()),
          m_store(*m_space, m_states.states().size()),
          m_steps(*m_space, task, m_model, m_figures, m_states, m_store),
          m_loose(*m_space, task, m_model, m_builder, m_figures, m_states, m_store, m_steps, m_may_end)
    {
    }

    Found run()
    {
        m_may_end = promisingSets(*m_space, m_model);
        if (!m_may_end.empty()) pass(false);
        m_may_end.assign(m_space->sets().size(), true);
        if (!m_builder.stopped()) pass(true);
        m_builder.proof().evaluated += m_passed_over;
        m_builder.proof().pruned += m_pruned + m_loose.pruned();
        return m_builder.finish();
    }

private:
    /// What the sets of a level make, each by itself.
    struct Made {
        std::vector<std::vector<Label>> labels; ///< by target
        std::vector<LoosePlans::Loose> loose;
        std::uint64_t pruned = 0;
    };

    struct Arrived {
        std::vector<Label> labels;
        std::unique_ptr<const Label> ideal; ///< of several: the least of each of their figures
    };
    /// What a state's labels that end with one set are held against.
    struct Target {
        LabelBucket bucket;
        LabelSteps::Ahead ahead;
        ParetoArchive::Hint hint;
    };

    void pass(bool reports);
    void begin();
    bool arrive();
    void arriveAt(std::size_t target, std::uint32_t set);
    bool complete();
    std::vector<Label> completedBy(std::size_t target, std::uint64_t& passed);
    bool advance();
    void expandInto(std::uint32_t outer, Made& made);
    void runInto(std::uint32_t outer, std::uint32_t inner, std::size_t target, Target& into, std::uint64_t& pruned);
    void keepLevel(std::vector<Made>& made);

    LabelBucket newBucket(const LabelStates::State& state) const
    {
        return {m_figures, m_store, m_figures.comparesLoads() ? std::span(state.loads) : std::span<const std::uint8_t>{}};
    }
    /// No plan has more than one stage more.
    bool endsNext() const { return m_level + 1 == m_states.mostStages(); }
    const LabelStates::State& stateOf(std::size_t target) const { return m_states.states()[m_targets[target]]; }
    /// From any thread.
    bool stopNow()
    {
        if (m_stop.load(std::memory_order_relaxed)) return true;
        if (!m_builder.shouldStop()) return false;
        m_stop = true;
        return true;
    }

    std::shared_ptr<const PipelineSpace> m_space;
    const SearchTask& m_task;
    PipelineModel& m_model;
    FrontBuilder m_builder;
    LabelFigures m_figures;
    LabelStates m_states;
    LabelStore m_store;
    LabelSteps m_steps;
    LoosePlans m_loose;

    std::vector<char> m_may_end;          ///< by set: that a stage may end with it, in this pass
    std::size_t m_level = 0;              ///< stages of the labels in the store
    std::vector<std::uint32_t> m_sources, m_targets; ///< states of this level and of the next one
    std::vector<std::vector<Arrived>> m_arrived; ///< by target and set
    std::uint64_t m_passed_over = 0, m_pruned = 0;
    std::atomic<bool> m_stop{false};
};

void LabelSearch::pass(bool reports)
{
    begin();
    while (m_level < m_states.mostStages() && arrive() && complete() && m_level + 1 < m_states.mostStages() && advance()) {
        if (!reports) continue;
        const std::string what = "labels of " + std::to_string(m_level) + " stages";
        m_task.progress.report(static_cast<double>(m_level - 1) / static_cast<double>(m_states.mostStages() - 1), what);
    }
    m_loose.clear();
}

void LabelSearch::begin()
{
    m_level = 1;
    m_store.beginLevel();
    const std::uint32_t all = m_space->lastSet();
    m_store.reserve(m_states.first().size() * all);
    for (const LabelStates::Next& first : m_states.first()) {
        const std::uint32_t number = m_states.stateOf(first.order);
        const LabelStates::State& state = m_states.states()[number];
        m_store.beginState(number);
        m_store.endSet(); // nothing done
        for (std::uint32_t set = 1; set <= all; ++set) {
            Label label;
            label.order = first.order;
            label.parent = Label::kNoParent;
            if (m_may_end[set] && m_space->mayRun(first.platform, 0, set) &&
                m_steps.run(label, first.platform, set, m_model.stage(first.platform, 0, set))) {
                if (set == all)
                    m_builder.look(m_steps.outlineOf(label, state), m_store.keyOf(label), state.cost);
                else if (state.most_left > 0)
                    m_store.addLabel(label);
            }
            m_store.endSet();
        }
    }
}

/// Sends every label on to every platform that may follow.
bool LabelSearch::arrive()
{
    const std::size_t sets = m_space->sets().size();
    m_targets.clear();
    for (std::uint32_t t = 0; t < m_states.states().size(); ++t)
        if (m_states.states()[t].stages == m_level + 1) m_targets.push_back(t);
    m_sources.clear();
    for (std::uint32_t q = 0; q < m_store.stateCount(); ++q)
        if (m_store.holds(q)) m_sources.push_back(q);
    m_arrived.clear();
    m_arrived.resize(m_targets.size());
    for (auto& by_set : m_arrived) by_set.resize(sets);
    const auto arrived = [&](std::uint32_t state, std::uint32_t set, const Label& label) {
        m_arrived[static_cast<std::size_t>(std::ranges::find(m_targets, state) - m_targets.begin())][set].labels.push_back(label);
    };
    if (!m_loose.grow(m_level, arrived)) return false;
    if (endsNext()) return !m_builder.stopped(); // complete() has them arrive one set at a time
    tbb::parallel_for(std::size_t{0}, m_targets.size() * sets, [&](std::size_t i) {
        if (!m_stop.load(std::memory_order_relaxed)) arriveAt(i / sets, static_cast<std::uint32_t>(i % sets));
    });
    return !m_builder.stopped();
}

void LabelSearch::arriveAt(std::size_t target, std::uint32_t set)
{
    std::vector<Label> kept;
    std::optional<LabelBucket> bucket;
    std::size_t seen = 0;
    const auto offer = [&](const Label& label) { bucket->offer(label, label.energy_j, m_figures.lasting(), [] { return false; }); };
    const auto take = [&](const Label& label) {
        if (!bucket && kept.empty()) {
            kept.push_back(label);
            return true;
        }
        if (!bucket) {
            bucket.emplace(newBucket(stateOf(target)));
            offer(kept.front());
        }
        offer(label);
        return (++seen & 255) != 0 || !stopNow();
    };
    Arrived& arrived = m_arrived[target][set];
    for (const Label& label : arrived.labels)
        if (!take(label)) return;
    for (const std::uint32_t q : m_sources) {
        const auto labels = m_store.at(q, set);
        if (labels.empty()) continue;
        const LabelStates::State& from = m_states.states()[q];
        for (const LabelStates::Move& move : from.moves) {
            if (move.state != m_targets[target] || !m_steps.movesPlainly(from, move.platform, set)) continue;
            for (const Label& label : labels)
                if (!take(m_steps.sent(label, from, move.platform))) return;
        }
    }
    arrived.labels = bucket ? bucket->kept() : std::move(kept);
    if (arrived.labels.size() < 2) return;
    const double idle_w = m_space->problem().system->platform(stateOf(target).last).idle_power_w;
    arrived.ideal = std::make_unique<const Label>(idealOf(arrived.labels, idle_w));
}

/// Plans of one more stage, that stage being the last.
bool LabelSearch::complete()
{
    std::vector<std::vector<Label>> whole(m_targets.size());
    std::vector<std::uint64_t> passed(m_targets.size(), 0);
    tbb::parallel_for(std::size_t{0}, m_targets.size(), [&](std::size_t i) { whole[i] = completedBy(i, passed[i]); });
    for (std::size_t i = 0; i < m_targets.size(); ++i) {
        m_passed_over += passed[i] - whole[i].size();
        for (const Label& label : whole[i])
            if (!m_builder.look(m_steps.outlineOf(label, stateOf(i)), m_store.keyOf(label), stateOf(i).cost)) return false;
    }
    return !m_builder.stopped();
}

std::vector<Label> LabelSearch::completedBy(std::size_t target, std::uint64_t& passed)
{
    const LabelStates::State& state = stateOf(target);
    const std::uint32_t all = m_space->lastSet();
    LabelBucket bucket(m_figures, m_store, {});
    ParetoArchive::Hint hint;
    for (std::uint32_t inner = 1; inner < all; ++inner) {
        if (!m_space->mayRun(state.last, inner, all)) continue;
        if (endsNext()) arriveAt(target, inner);
        const auto stage = m_model.stage(state.last, inner, all);
        for (Label label : m_arrived[target][inner].labels) {
            if ((++passed & 255) == 0 && stopNow()) return bucket.kept();
            if (!m_steps.run(label, state.last, all, stage)) continue;
            const Outline outline = m_steps.outlineOf(label, state);
            bucket.offer(label, outline.energy_j, m_figures.objectives(),
                         [&] { return m_builder.isHopeless(outline, state.cost, 0, hint); });
        }
        if (endsNext()) std::vector<Label>().swap(m_arrived[target][inner].labels);
    }
    return bucket.kept();
}

/// All labels of one more stage, that is not the last.
bool LabelSearch::advance()
{
    const std::size_t sets = m_space->sets().size();
    std::vector<Made> made(sets);
    // Sets with more below them take longer: they go first.
    tbb::parallel_for(std::size_t{1}, sets, [&](std::size_t i) {
        const std::size_t outer = sets - 1 - i;
        if (m_may_end[outer] && !stopNow()) expandInto(static_cast<std::uint32_t>(outer), made[outer]);
    });
    if (m_builder.stopped()) return false;
    keepLevel(made);
    return true;
}

/// Labels whose last stage ends with `outer`.
void LabelSearch::expandInto(std::uint32_t outer, Made& made)
{
    std::vector<std::optional<Target>> targets(m_targets.size());
    for (std::size_t t = 0; t < m_targets.size(); ++t)
        if (stateOf(t).most_left > 0) targets[t].emplace(Target{newBucket(stateOf(t)), m_steps.ahead(stateOf(t), outer), {}});
    for (std::uint32_t inner = 1; inner < outer; ++inner) {
        if (!m_space->sets().isSubset(inner, outer)) continue;
        const bool clean = m_model.isClean(inner, outer);
        for (std::size_t t = 0; clean && t < m_targets.size(); ++t)
            if (targets[t] && !m_arrived[t][inner].labels.empty() && m_space->mayRun(stateOf(t).last, inner, outer))
                runInto(outer, inner, t, *targets[t], made.pruned);
        if (stopNow()) return;
        for (const std::uint32_t q : m_sources) {
            if (m_store.at(q, inner).empty()) continue;
            const LabelStates::State& from = m_states.states()[q];
            for (const LabelStates::Move& move : from.moves)
                if (m_states.states()[move.state].most_left > 0 && m_space->mayRun(move.platform, inner, outer) &&
                    (!clean || !m_steps.movesPlainly(from, move.platform, inner))) {
                    if (stopNow()) return;
                    m_loose.loosen(m_level, q, inner, move, outer, made.loose, made.pruned);
                }
        }
    }
    for (const auto& target : targets) made.labels.push_back(target ? target->bucket.kept() : std::vector<Label>{});
}

/// The stage from `inner` to `outer` for all that has arrived. Most of it the front beats at once.
void LabelSearch::runInto(std::uint32_t outer, std::uint32_t inner, std::size_t t, Target& into, std::uint64_t& pruned)
{
    const LabelStates::State& state = stateOf(t);
    const Arrived& arrived = m_arrived[t][inner];
    const auto stage = m_model.stage(state.last, inner, outer);
    const auto isHopeless = [&](const Outline& bound) { return m_builder.isHopeless(bound, state.cost, 1e-12, into.hint); };
    if (arrived.ideal && isHopeless(m_steps.boundOver(*arrived.ideal, stage, into.ahead))) {
        pruned += arrived.labels.size();
        return;
    }
    for (const Label& before : arrived.labels) {
        Label label;
        if (isHopeless(m_steps.boundOver(before, stage, into.ahead)) ||
            !m_steps.run(label = before, state.last, outer, stage) ||
            !into.bucket.offer(label, label.energy_j, m_figures.lasting(), [&] {
                return m_figures.memoryMatters() && isHopeless(m_steps.boundOf(label, into.ahead));
            }))
            ++pruned;
    }
}

void LabelSearch::keepLevel(std::vector<Made>& made)
{
    m_store.beginLevel();
    for (std::size_t t = 0; t < m_targets.size(); ++t) {
        m_store.beginState(m_targets[t]);
        for (const Made& of_set : made) {
            if (!of_set.labels.empty())
                for (const Label& label : of_set.labels[t]) m_store.addLabel(label);
            m_store.endSet();
        }
    }
    for (Made& of_set : made) {
        m_loose.take(of_set.loose);
        m_pruned += of_set.pruned;
    }
    ++m_level;
}

} // namespace

Found exploreByLabels(std::shared_ptr<const PipelineSpace> space, const SearchTask& task, PipelineModel& model)
{
    return LabelSearch(std::move(space), task, model).run();
}

} // namespace cutline
