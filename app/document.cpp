// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document.h"

#include "app/commands.h"
#include "core/base/text.h"
#include "core/plan/stage_order.h"
#include "widgets/models/plan_facts.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

bool close(double a, double b) {
    return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
}

/// The candidate that puts every layer where `plan` puts it. Figures are compared first: they rule out nearly
/// all.
std::optional<std::uint32_t> findCandidate(const SearchResult& result, const Plan& plan,
                                           const Metrics& metrics, std::size_t layers) {
    for (std::size_t i = 0; i < result.summaries.size(); ++i) {
        const Summary& summary = result.summaries[i];
        if (!close(summary.latency_s, metrics.latency_s) || !close(summary.energy_j, metrics.energy_j))
            continue;
        const Plan candidate = result.candidates->plan(i);
        if (candidate.scheme == plan.scheme && samePlaces(candidate, plan, layers))
            return static_cast<std::uint32_t>(i);
    }
    return std::nullopt;
}

const Baseline* fastest(const SearchResult& result) {
    const auto found = std::min_element(
        result.baselines.begin(), result.baselines.end(), [](const Baseline& a, const Baseline& b) {
            return a.metrics.initiation_interval_s < b.metrics.initiation_interval_s;
        });
    return found == result.baselines.end() ? nullptr : &*found;
}

} // namespace

Document::Document(Library library, QObject* parent) : QObject(parent), m_library(std::move(library)) {
    m_state.system = usualSystem();
    if (m_state.system) m_state.options = defaultOptions(*m_state.system);
}

SystemPtr Document::usualSystem() const {
    const auto& names = m_library.systemNames();
    if (names.empty()) return nullptr;
    const bool has_sample = std::find(names.begin(), names.end(), "kress2024") != names.end();
    auto system = m_library.system(has_sample ? "kress2024" : names.front());
    return system ? std::make_shared<const System>(*std::move(system)) : nullptr;
}

Document::~Document() = default;

SearchOptions Document::defaultOptions(const System& system) {
    SearchOptions options;
    // Two platforms make a few hundred plans, which the chart shows whole; beyond that the front alone is
    // kept.
    options.keep_dominated = system.platforms.size() <= 2;
    options.plan_cap = 200'000;
    // Then it says what it has and how far from complete that may be; a longer limit is for the settings.
    options.time_limit_s = 10;
    return options;
}

std::optional<Plan> Document::planWith(std::span<const LayerId> layers, PlatformId platform) const {
    if (!m_evaluator || !m_state.plan) return std::nullopt;
    const Graph& graph = *m_model->graph;
    auto assignment = assignmentOf(*m_state.plan, graph.layerCount());
    for (const LayerId layer : layers) assignment[layer.index()] = platform;
    return inLeastPeakOrder(*m_evaluator, inPrecisionsOf(*m_state.plan, planFromAssignment(graph, assignment)),
                            kHurriedSets);
}

void Document::push(EditKind kind, const QString& text, EditState after, int gesture) {
    if (after == m_state) return;
    m_undo.push(new EditCommand(*this, kind, text, m_state, std::move(after), gesture));
}

void Document::assign(std::span<const LayerId> layers, PlatformId platform, int gesture) {
    auto plan = planWith(layers, platform);
    if (!plan || layers.empty()) return;
    const QString name = text(m_state.system->platform(platform).name);
    const QString label =
        layers.size() == 1 ? tr("Assign %1 to %2").arg(text(m_model->graph->layer(layers.front()).name), name)
                           : tr("Assign %1 layers to %2").arg(QString::number(layers.size()), name);
    EditState after = m_state;
    // The same places, differently written (another order of independent layers), are no edit.
    if (samePlaces(*plan, *m_state.plan, m_model->graph->layerCount())) return;
    after.plan = std::make_shared<const Plan>(std::move(*plan));
    push(EditKind::AssignLayers, label, std::move(after), gesture);
}

void Document::setTitle(const QString& title, const QString& note) {
    EditState after = m_state;
    after.title = title.toStdString();
    after.note = note.toStdString();
    push(EditKind::ChangeTitle, tr("Change title and note"), std::move(after));
}

void Document::moveCut(const Plan& plan, int gesture) {
    if (!m_evaluator || !m_state.plan) return;
    const auto cuts = cutLayers(*m_model->graph, plan);
    QString label = tr("Move cut");
    if (!cuts.empty() && !cuts.front().empty())
        label = tr("Move cut to %1").arg(text(m_model->graph->layer(cuts.front().back()).name));
    EditState after = m_state;
    after.plan = std::make_shared<const Plan>(inLeastPeakOrder(*m_evaluator, inPrecisionsOf(*m_state.plan, plan), kHurriedSets));
    push(EditKind::MoveCut, label, std::move(after), gesture);
}

QString Document::planText(std::uint32_t candidate) const {
    return tr("Choose plan %1").arg(candidate + 1);
}

void Document::choosePlan(std::uint32_t candidate) {
    if (!m_evaluator || !m_result || candidate >= m_result->candidates->size() || m_plan_index == candidate)
        return;
    EditState after = m_state;
    after.plan = std::make_shared<const Plan>(m_result->candidates->plan(candidate));
    push(EditKind::ChoosePlan, planText(candidate), std::move(after));
}

void Document::chooseBaseline(std::size_t baseline) {
    if (!m_evaluator || !m_result || baseline >= m_result->baselines.size()) return;
    const Baseline& chosen = m_result->baselines[baseline];
    EditState after = m_state;
    after.plan = std::make_shared<const Plan>(chosen.plan);
    push(EditKind::ChoosePlan,
         tr("Choose %1 alone").arg(text(m_state.system->platform(chosen.platform).name)), std::move(after));
}

void Document::chooseKept(std::size_t kept) {
    if (!m_evaluator || kept >= m_state.kept.size()) return;
    EditState after = m_state;
    after.plan = m_state.kept[kept].plan;
    push(EditKind::ChoosePlan, tr("Choose %1").arg(text(m_state.kept[kept].name)), std::move(after));
}

void Document::mark(const Plan& plan, bool favourite, const QString& note, const QString& name) {
    if (!m_evaluator) return;
    const std::size_t layers = m_model->graph->layerCount();
    EditState after = m_state;
    auto found = std::find_if(after.kept.begin(), after.kept.end(), [&](const Kept& kept) {
        return kept.plan->scheme == plan.scheme && samePlaces(*kept.plan, plan, layers);
    });
    if (found == after.kept.end()) {
        // Numbers of candidates change with every search; this one stays.
        std::size_t number = 1;
        const auto taken = [&](const std::string& text) {
            return std::any_of(after.kept.begin(), after.kept.end(), [&](const Kept& k) { return k.name == text; });
        };
        while (taken("kept " + std::to_string(number))) ++number;
        after.kept.push_back({std::make_shared<const Plan>(plan), "kept " + std::to_string(number), {}, false});
        found = after.kept.end() - 1;
    }
    const bool noted = text(found->note) != note;
    found->favourite = favourite;
    found->note = note.toStdString();
    if (!favourite && note.isEmpty()) after.kept.erase(found);
    push(EditKind::MarkPlan,
         noted       ? tr("Note on %1").arg(name)
         : favourite ? tr("Mark %1").arg(name)
                     : tr("Unmark %1").arg(name),
         std::move(after));
}

std::optional<std::uint32_t> Document::candidateOf(const Plan& plan, const Metrics& metrics) const {
    if (!m_result) return std::nullopt;
    return findCandidate(*m_result, plan, metrics, m_model->graph->layerCount());
}

void Document::setReference(const Reference& reference) {
    EditState after = m_state;
    after.reference = reference;
    push(EditKind::SetReference,
         reference.plan ? tr("Compare with %1").arg(text(reference.name))
                        : tr("Compare with the fastest platform"),
         std::move(after));
}

void Document::setOptions(const SearchOptions& options, int gesture) {
    EditState after = m_state;
    after.options = options;
    push(EditKind::ChangeOptions, tr("Change search settings"), std::move(after), gesture);
}

SearchOptions Document::withPins(std::span<const LayerId> layers, bool pinned) const {
    SearchOptions options = m_state.options;
    const auto places = assignmentOf(*m_state.plan, m_model->graph->layerCount());
    for (const LayerId layer : layers) {
        std::erase_if(options.pins, [layer](const Pin& pin) { return pin.layer == layer; });
        if (pinned) options.pins.push_back({layer, places[layer.index()]});
    }
    std::sort(options.pins.begin(), options.pins.end(),
              [](const Pin& a, const Pin& b) { return a.layer < b.layer; });
    return options;
}

void Document::pin(std::span<const LayerId> layers, bool pinned) {
    if (!m_evaluator || !m_state.plan || layers.empty()) return;
    EditState after = m_state;
    after.options = withPins(layers, pinned);
    const QString what = layers.size() == 1 ? text(m_model->graph->layer(layers.front()).name)
                                            : tr("%1 layers").arg(layers.size());
    push(EditKind::ChangeOptions, pinned ? tr("Pin %1").arg(what) : tr("Free %1").arg(what),
         std::move(after));
}

void Document::solveRest(std::span<const LayerId> layers) {
    if (m_evaluator && m_state.plan) run(withPins(layers, true));
}

void Document::setFusion(bool fusion) {
    EditState after = m_state;
    after.fusion = fusion;
    push(EditKind::ChangeFusion, fusion ? tr("Fuse layers") : tr("Keep layers apart"), std::move(after));
}

void Document::setProfile(const std::string& platform, ProfilePtr profile, ProfileMissing missing,
                          ProfileUse use) {
    if (!hasModel()) return;
    EditState after = m_state;
    const QString name = text(platform);
    QString label = tr("Drop times of %1").arg(name);
    if (profile) {
        label = use == ProfileUse::Measurement ? tr("Use measured times of %1").arg(name)
               : use == ProfileUse::Refit     ? tr("Refit the model of %1").arg(name)
                                              : tr("Predict times of %1").arg(name);
        after.profiles[platform] = {std::move(profile), use};
        after.missing = missing;
    } else {
        after.profiles.erase(platform);
    }
    push(EditKind::ChangeProfiles, label, std::move(after));
}

void Document::run(const SearchOptions& options) {
    if (!hasModel()) return;
    m_choose_suggestion = true;
    if (sameOptions(options, m_state.options)) {
        if (m_evaluator) startSearch();
    } else {
        setOptions(options);
    }
}

void Document::restore(const EditState& state) {
    const EditState before = std::exchange(m_state, state);
    const bool new_costs = before.model != state.model || before.system != state.system ||
                           before.fusion != state.fusion || !sameProfiles(before, state);
    const bool new_problem =
        new_costs || before.scenario != state.scenario || before.sensitivity != state.sensitivity;
    const bool new_options = !sameOptions(before.options, state.options) || before.images != state.images;
    if (hasModel() && state.model && m_model != state.model) {
        m_model = state.model;
        forgetResults();
        Q_EMIT modelChanged();
    } else if (hasModel() && before.system != state.system) {
        forgetResults();
    }
    if (before.system != state.system)
        m_front_before.reset();
    else if (!sameProfiles(before, state))
        m_front_before = m_result;
    if (new_problem || new_options || before.places != state.places) Q_EMIT settingsChanged();
    if (!hasModel()) return;
    if (before.images != state.images || (state.images && before.system != state.system)) lookAtData();
    if (new_problem) {
        if (new_costs) m_costs.reset();
        startCosts();
        return;
    }
    if (!m_evaluator) return; // under way; it takes up this state when it arrives
    updateReference();
    updateMetrics();
    Q_EMIT planChanged();
    if (new_options)
        startSearch();
    else if (!m_state.plan)
        proposePlan();
}

void Document::updateMetrics() {
    m_metrics.reset();
    m_plan_index.reset();
    if (m_sweep_plan && m_sweep_plan != m_state.plan) forgetSweep();
    if (!m_evaluator || !m_state.plan) return;
    m_metrics = m_evaluator->evaluate(*m_state.plan);
    if (m_result)
        m_plan_index = findCandidate(*m_result, *m_state.plan, *m_metrics, m_model->graph->layerCount());
    m_metrics->accuracy = accuracyOf(*m_state.plan, *m_metrics);
}

void Document::updateReference() {
    m_reference_metrics.reset();
    m_reference_name.clear();
    if (!m_evaluator) return;
    if (m_state.reference.plan) {
        m_reference_metrics = m_evaluator->evaluate(*m_state.reference.plan);
        m_reference_metrics->accuracy = accuracyOf(*m_state.reference.plan, *m_reference_metrics);
        m_reference_name = text(m_state.reference.name);
    } else if (const Baseline* baseline = m_result ? fastest(*m_result) : nullptr) {
        m_reference_metrics = baseline->metrics;
        m_reference_metrics->accuracy = accuracyOf(baseline->plan, *m_reference_metrics);
        m_reference_name = tr("%1 alone").arg(text(m_state.system->platform(baseline->platform).name));
    }
}

} // namespace cutline
