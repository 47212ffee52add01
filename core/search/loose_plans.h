// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/front_builder.h"
#include "core/search/label_steps.h"

#include <functional>
#include <optional>
#include <vector>

namespace cutline {

/// Partial pipelines that are compared with none, because something that is live was made before their last stage, or
/// cannot be sent in one message (search.md: "The state must be sound"). Each is carried on by itself until everything
/// live is on one platform.
class LoosePlans {
public:
    struct Loose {
        PipelineKey key; ///< its order is that of the stages so far
        std::uint32_t set = 0;
        Label floor;     ///< no figure can be less, however its tensors travel
        double end_s = 0; ///< likewise for the end of the last stage
    };

    /// All must outlive it.
    LoosePlans(const PipelineSpace& space, const SearchTask& task, const PipelineModel& model, FrontBuilder& builder,
               const LabelFigures& figures, const LabelStates& states, LabelStore& store, const LabelSteps& steps,
               const std::vector<char>& may_end)
        : m_space(space), m_task(task), m_model(model), m_builder(builder), m_figures(figures), m_states(states),
          m_store(store), m_steps(steps), m_may_end(may_end)
    {
    }

    /// Takes over what a thread has made by loosen().
    void take(std::vector<Loose>& made) { m_loose.insert(m_loose.end(), made.begin(), made.end()); }
    /// Labels of `level` stages that end with `inner` go on to `outer` on a platform where they cannot arrive plainly.
    void loosen(std::size_t level, std::uint32_t from, std::uint32_t inner, const LabelStates::Move& move,
                std::uint32_t outer, std::vector<Loose>& loose, std::uint64_t& pruned) const;
    /// Grows all by a stage. Those that can arrive do, for the stages after which they are clean: `arrived(state, set,
    /// label)`; for all other stages they go on as they are, or are looked at if complete. False: stop.
    using Arrive = std::function<void(std::uint32_t state, std::uint32_t set, const Label& label)>;
    bool grow(std::size_t level, const Arrive& arrived);
    void clear() { m_loose.clear(); }
    /// Partial pipelines given up since they began.
    std::uint64_t pruned() const { return m_pruned; }

private:
    using Partial = PipelineModel::Partial;

    /// What one of them becomes.
    struct Grown {
        struct Arrived {
            PipelineKey key;
            Label label; ///< without parent
        };
        struct Whole {
            Outline outline;
            PipelineKey key;
            double cost = 0;
        };
        std::vector<Loose> loose;
        std::vector<Arrived> arrived;
        std::vector<Whole> whole;
        std::uint64_t pruned = 0;
    };

    bool lookAtLabels(std::size_t level);
    void growBy(const Loose& loose, std::size_t level, const LabelStates::Next& next, Grown& grown) const;
    /// `key` and `prefix` up to `inner`; the stage that follows ends with `outer`.
    void add(const PipelineKey& key, std::uint32_t before, std::uint32_t inner, std::uint32_t outer, const Label& floor,
             double end_s, const Partial& prefix, std::vector<Loose>& list, ParetoArchive::Hint& hint,
             std::uint64_t& pruned) const;
    /// The last stage of a key's order, and what it gets of the one before.
    struct Step {
        PlatformId from, on;
        PipelineModel::StageFigures stage;
        double bytes = 0;
    };
    Step stepOf(const PipelineKey& key, std::uint32_t before, std::uint32_t inner, std::uint32_t outer) const;
    Loose below(Loose loose, const Step& step, const PipelineModel::Message& message) const;
    Outline floorOf(const Loose& loose, const LabelStates::State& state, double interval_s) const;
    Outline boundOf(const Loose& loose, const Partial& partial, const LabelStates::State& state) const;
    Partial replayed(const PipelineKey& key, std::size_t stages) const;
    std::optional<Label> arrival(const PipelineKey& key, std::uint32_t inner, std::uint32_t outer) const;
    bool powersAlike(const Evaluator::Prefix& prefix, const std::vector<PlatformId>& order,
                     const PipelineModel::Powered& powered) const;
    Plan prefixOf(const PipelineKey& key, std::uint32_t outer) const;

    const PipelineSpace& m_space;
    const SearchTask& m_task;
    const PipelineModel& m_model;
    FrontBuilder& m_builder;
    const LabelFigures& m_figures;
    const LabelStates& m_states;
    LabelStore& m_store;
    const LabelSteps& m_steps;
    const std::vector<char>& m_may_end; ///< by set: that a stage may end with it
    std::vector<Loose> m_loose;
    std::uint64_t m_pruned = 0;
};

} // namespace cutline
