// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/label_steps.h"

#include <algorithm>
#include <cmath>

namespace cutline {

Label idealOf(std::span<const Label> labels, double idle_w)
{
    Label ideal = labels.front();
    double energy_j = HUGE_VAL; // once the next stage has converted
    const auto lower = [](double& least, double value) { least = std::min(least, value); };
    for (const Label& label : labels) {
        for (const auto figure : {&Label::latency_s, &Label::interval_s, &Label::dynamic_j, &Label::link_bytes,
                                  &Label::sensitivity, &Label::conversions_s, &Label::waited_s})
            lower(ideal.*figure, label.*figure);
        lower(energy_j, label.energy_j - idle_w * label.conversions_s);
        lower(ideal.past.least, label.past.least);
        lower(ideal.past.least_bytes, label.past.least_bytes);
        for (std::size_t r = 0; r < ideal.shared_s.size(); ++r) lower(ideal.shared_s[r], label.shared_s[r]);
    }
    ideal.energy_j = energy_j + idle_w * ideal.conversions_s;
    return ideal;
}

bool LabelSteps::run(Label& label, PlatformId platform, std::uint32_t outer,
                      const PipelineModel::StageFigures& stage) const
{
    const double busy = stage.busy_s + label.conversions_s;
    if (busy > m_figures.mostBusy(platform) * (1 + 1e-9)) return false;
    // On the limit rounding decides: nothing is left out for such a plan.
    if (busy > m_figures.mostBusy(platform) * (1 - 1e-9)) label.past.fits = label.need.fits = false;
    label.latency_s += busy;
    label.interval_s = std::max(label.interval_s, busy);
    label.energy_j += stage.energy_j -
                      m_space.problem().system->platform(platform).idle_power_w * label.conversions_s;
    label.dynamic_j += stage.dynamic_j;
    label.sensitivity += stage.sensitivity;
    const std::uint32_t inner = label.set;
    label.set = outer;
    bool possible = true;
    if (m_figures.memoryMatters()) {
        const PipelineModel::Period period = m_figures.periodOf(label, outer == m_space.lastSet());
        label.last = m_model.stageMemory(platform, inner, outer, stage, busy, label.waited_s, period);
        label.last_busy_s = busy;
        // Until it is known where to, sending may take as long as to the farthest.
        PipelineModel::Memory sending;
        if (outer != m_space.lastSet()) {
            double slowest = 0;
            for (const LabelStates::Move& move : m_states.states()[m_states.stateOf(label.order)].moves)
                slowest = std::max(slowest, m_model.message(platform, move.platform, outer).leaving_s);
            sending = m_model.sendingMemory(platform, outer, busy, slowest, {period.s, false});
        }
        label.need = label.past;
        possible = add(label.need, platform, label.last.least_bytes + sending.least_bytes,
                       label.last.most_bytes + sending.most_bytes);
    }
    label.conversions_s = label.waited_s = 0;
    const double rest_s = outer == m_space.lastSet() ? 0 : restInterval(m_states.states()[m_states.stateOf(label.order)], outer);
    label.sure_interval_s = std::max(label.interval_s, rest_s);
    return possible;
}

double LabelSteps::restInterval(const LabelStates::State& state, std::uint32_t set) const
{
    if (state.most_left == 0) return 0;
    return m_model.rest(state.rest, set).time_s / static_cast<double>(state.most_left) * (1 - 1e-12);
}

bool LabelSteps::add(Need& need, PlatformId platform, double least_bytes, double most_bytes) const
{
    const double unit = m_task.memory_as_ratio ? m_model.capacity(platform) : 1;
    need.least = std::max(need.least, least_bytes / unit);
    need.most = std::max(need.most, most_bytes / unit);
    need.least_bytes = std::max(need.least_bytes, least_bytes);
    need.most_bytes = std::max(need.most_bytes, most_bytes);
    need.fits = need.fits && most_bytes <= m_figures.mostBytes(platform) * (1 - 1e-12);
    return least_bytes <= m_figures.mostBytes(platform) * (1 + 1e-9);
}

Label LabelSteps::sent(const Label& label, const LabelStates::State& state, PlatformId next) const
{
    const PipelineModel::Message& message = m_model.message(state.last, next, label.set);
    Label result = label;
    result.parent = m_store.numberOf(label);
    result.order = m_states.then(label.order, next);
    result.latency_s += message.time_s;
    result.energy_j += message.energy_j;
    result.link_bytes += message.bytes * static_cast<double>(m_task.evaluator.routes().between(state.last, next).size());
    result.interval_s = std::max(result.interval_s, m_model.occupied(state.last, next, message, result.shared_s.data()));
    if (m_figures.memoryMatters()) {
        const auto sending = m_model.sendingMemory(state.last, label.set, label.last_busy_s, message.leaving_s,
                                                   m_figures.periodOf(result, false));
        add(result.past, state.last, label.last.least_bytes + sending.least_bytes,
            label.last.most_bytes + sending.most_bytes);
        result.need = result.past;
    }
    // The stage that makes it clean again reads all of it.
    result.conversions_s = m_model.conversions(state.last, next, label.set, m_space.lastSet());
    result.sure_interval_s = std::max(result.interval_s, restInterval(state, label.set));
    return result;
}

Outline LabelSteps::outlineOf(const Label& label, const LabelStates::State& state) const
{
    Outline outline;
    outline.latency_s = label.latency_s + m_around_s;
    outline.interval_s = label.interval_s;
    outline.energy_j = label.energy_j + m_task.evaluator.period(label.interval_s) * state.power_w;
    outline.link_bytes = label.link_bytes;
    outline.sensitivity = label.sensitivity;
    outline.memory_bytes = label.need.least_bytes;
    if (m_task.memory_as_ratio) outline.memory_ratio = label.need.least;
    outline.memory_exact = m_figures.memoryMatters() && label.need.least == label.need.most &&
                           label.need.least_bytes == label.need.most_bytes;
    outline.fits = m_figures.memoryMatters() && label.need.fits;
    outline.exact = true;
    return outline;
}

LabelSteps::Ahead LabelSteps::ahead(const LabelStates::State& state, std::uint32_t set) const
{
    const PipelineModel::Rest rest = m_model.rest(state.rest, set);
    Ahead ahead;
    ahead.interval_s = rest.time_s / static_cast<double>(state.most_left);
    if (m_model.oneSource()) ahead.latency_s = m_states.allChains() ? rest.time_s : rest.path_s;
    ahead.energy_j = rest.energy_j;
    ahead.dynamic_j = rest.dynamic_j;
    ahead.power_w = state.power_w;
    ahead.idle_w = m_space.problem().system->platform(state.last).idle_power_w;
    ahead.sensitivity = rest.sensitivity;
    if (!m_model.oneSource() || m_model.liveCount(set) != 1) return ahead;
    // A lone tensor has to go to the next stage, whichever that is.
    PipelineModel::Message least{HUGE_VAL, HUGE_VAL, HUGE_VAL, HUGE_VAL};
    for (const LabelStates::Move& move : state.moves) {
        const PipelineModel::Message& m = m_model.message(state.last, move.platform, set);
        least.time_s = std::min(least.time_s, m.time_s);
        least.energy_j = std::min(least.energy_j, m.energy_j);
        least.bytes = std::min(least.bytes, m.bytes);
        least.busiest_s = std::min(least.busiest_s, m.busiest_s);
    }
    ahead.latency_s += least.time_s;
    ahead.energy_j += least.energy_j;
    ahead.link_bytes += least.bytes;
    ahead.interval_s = std::max(ahead.interval_s, least.busiest_s);
    return ahead;
}

Outline LabelSteps::boundOver(const Label& label, const PipelineModel::StageFigures& stage, const Ahead& ahead) const
{
    const double busy = stage.busy_s + label.conversions_s;
    Outline outline;
    outline.exact = false;
    outline.interval_s = std::max({label.interval_s, busy, ahead.interval_s});
    outline.latency_s = label.latency_s + busy + m_around_s + ahead.latency_s;
    outline.energy_j = std::max(label.dynamic_j + stage.dynamic_j + ahead.dynamic_j,
                                label.energy_j + stage.energy_j - ahead.idle_w * label.conversions_s + ahead.energy_j +
                                    m_task.evaluator.period(outline.interval_s) * ahead.power_w);
    outline.link_bytes = label.link_bytes + ahead.link_bytes;
    outline.sensitivity = label.sensitivity + stage.sensitivity + ahead.sensitivity;
    outline.memory_bytes = label.past.least_bytes;
    if (m_task.memory_as_ratio) outline.memory_ratio = label.past.least;
    return outline;
}

Outline LabelSteps::boundOf(const Label& label, const Ahead& ahead) const
{
    Outline outline;
    outline.exact = false;
    outline.interval_s = std::max(label.interval_s, ahead.interval_s);
    outline.latency_s = label.latency_s + m_around_s + ahead.latency_s;
    outline.energy_j = std::max(label.dynamic_j + ahead.dynamic_j,
                                label.energy_j + ahead.energy_j + m_task.evaluator.period(outline.interval_s) * ahead.power_w);
    outline.link_bytes = label.link_bytes + ahead.link_bytes;
    outline.sensitivity = label.sensitivity + ahead.sensitivity;
    outline.memory_bytes = label.need.least_bytes;
    if (m_task.memory_as_ratio) outline.memory_ratio = label.need.least;
    return outline;
}

} // namespace cutline
