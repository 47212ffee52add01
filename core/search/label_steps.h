// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/label_figures.h"
#include "core/search/label_states.h"
#include "core/search/label_store.h"

namespace cutline {

/// The least of each figure that grows, over one label and more that arrived on a platform of this idle power.
Label idealOf(std::span<const Label> labels, double idle_w);

/// How labels grow, and what they come to: figures of stages and messages added up, whole or as a bound.
class LabelSteps {
public:
    /// All must outlive it.
    LabelSteps(const PipelineSpace& space, const SearchTask& task, const PipelineModel& model,
               const LabelFigures& figures, const LabelStates& states, const LabelStore& store)
        : m_space(space), m_task(task), m_model(model), m_figures(figures), m_states(states), m_store(store),
          m_around_s(space.problem().scenario.sensor_s + space.problem().scenario.post_s)
    {
    }

    /// Everything live goes to the next platform in one message, and no relay's memory has a say.
    bool movesPlainly(const LabelStates::State& state, PlatformId next, std::uint32_t set) const
    {
        return m_model.canReach(state.last, next) && m_model.message(state.last, next, set).bytes > 0 &&
               !(m_figures.memoryMatters() && m_model.isRelayed(state.last, next));
    }
    Label sent(const Label& label, const LabelStates::State& state, PlatformId next) const;
    /// The platform's stage from the label's set to `outer`; false: it breaks a limit of the platform, whatever follows.
    bool run(Label& label, PlatformId platform, std::uint32_t outer, const PipelineModel::StageFigures& stage) const;
    /// False: the platform cannot hold it.
    bool add(Need& need, PlatformId platform, double least_bytes, double most_bytes) const;

    /// Of a label whose set is the last one.
    Outline outlineOf(const Label& label, const LabelStates::State& state) const;
    /// The least that follows a stage of the state that ends with the set.
    struct Ahead {
        double interval_s = 0;
        double latency_s = 0, energy_j = 0, link_bytes = 0, sensitivity = 0; ///< to be added
        double dynamic_j = 0; ///< beside idle power
        double power_w = 0;   ///< over the whole period
        double idle_w = 0;    ///< of the stage's platform
    };
    Ahead ahead(const LabelStates::State& state, std::uint32_t set) const;
    /// What every pipeline has at least that an arrived label grows to over this stage: quicker than run() and boundOf().
    Outline boundOver(const Label& label, const PipelineModel::StageFigures& stage, const Ahead& ahead) const;
    /// What every pipeline that the label grows to has at least.
    Outline boundOf(const Label& label, const Ahead& ahead) const;
    /// Sensor and post-processing.
    double around() const { return m_around_s; }

private:
    /// What the rest takes at least, shared among the stages that may follow.
    double restInterval(const LabelStates::State& state, std::uint32_t set) const;

    const PipelineSpace& m_space;
    const SearchTask& m_task;
    const PipelineModel& m_model;
    const LabelFigures& m_figures;
    const LabelStates& m_states;
    const LabelStore& m_store;
    double m_around_s;
};

} // namespace cutline
