// SPDX-License-Identifier: GPL-3.0-or-later
// Document's work in the background: costs, then the front; results of an old revision are dropped.
#include "app/commands.h"
#include "app/document.h"
#include "core/cost/loopnest/mapping_cache.h"
#include "core/plan/precision_variants.h"
#include "core/plan/stage_order.h"
#include "widgets/models/front_change.h"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>
#include <vector>

namespace cutline {
namespace {

/// Plans of the front whose accuracy is measured after a search.
constexpr std::size_t kMostMeasured = 200;
using Clock = std::chrono::steady_clock;
/// A front that grows is shown if it takes longer, and while it is not too large to be drawn again and again.
constexpr std::chrono::milliseconds kShowAfter{500};
constexpr std::size_t kMostShownGrowing = 5000;

/// What can be searched for before accuracy is known, or where it cannot be had: no engine, images that do not fit.
SearchOptions withoutAccuracy(SearchOptions options) {
    std::erase(options.objectives, Objective::Accuracy);
    options.precisions = PrecisionChoice::Own; // or every plan would take the fewest bits
    std::erase_if(options.constraints, [](const Constraint& c) { return c.kind == MetricKind::Accuracy; });
    if (options.objectives.empty()) options.objectives.push_back(Objective::Latency);
    return options;
}

struct Derived {
    CostTablePtr costs;
    std::shared_ptr<const Evaluator> evaluator;
    PlanPtr alone;
};

/// Something to look at and to drag while the search runs: all layers on the platform that is fastest that
/// way. Infeasible ones only where there is nothing else.
PlanPtr fastestAlone(const Evaluator& evaluator) {
    const Problem& problem = evaluator.problem();
    PlanPtr best;
    std::pair<bool, double> least;
    for (std::uint32_t i = 0; i < problem.system->platforms.size(); ++i) {
        const std::vector<PlatformId> everywhere(problem.graph->layerCount(), PlatformId{i});
        Plan plan = inLeastPeakOrder(evaluator, planFromAssignment(*problem.graph, everywhere));
        const Metrics metrics = evaluator.evaluate(plan);
        const std::pair rank(!metrics.feasible(), metrics.initiation_interval_s);
        if (best && rank >= least) continue;
        least = rank;
        best = std::make_shared<const Plan>(std::move(plan));
    }
    return best;
}

CostOptions costOptions(const EditState& state) {
    CostOptions options;
    options.fusion = state.fusion;
    options.missing = state.missing;
    for (const auto& [platform, given] : state.profiles) {
        options.profiles[platform] = *given.profile;
        options.use[platform] = given.use;
    }
    return options;
}

Result<Derived> derive(const Problem& known, const EditState& state, Progress& progress) {
    Problem problem = known;
    if (!problem.costs) {
        CostOptions options = costOptions(state);
        options.mappings = std::make_shared<loopnest::MappingCache>(loopnest::MappingCache::defaultFolder());
        auto costs = buildCostTable(problem.graph, problem.system, options, progress);
        if (!costs) return costs.error();
        problem.costs = *costs;
    }
    // A table of sensitivities speaks of platforms at their own precision.
    if (!problem.variants && !problem.sensitivity) {
        auto variants = buildPrecisionVariants(problem.graph, problem.system, costOptions(state), progress);
        if (!variants) return variants.error();
        problem.variants = *std::move(variants);
    }
    Derived derived{problem.costs, nullptr, nullptr};
    derived.evaluator = std::make_shared<const Evaluator>(std::move(problem));
    derived.alone = fastestAlone(*derived.evaluator);
    return derived;
}

} // namespace

void Document::startCosts() {
    if (m_cost) m_cost->cancel();
    cancelSearch();
    m_evaluator.reset();
    m_metrics.reset();
    m_reference_metrics.reset();
    m_plan_index.reset();
    if (!m_state.system) {
        Q_EMIT failed(
            {"platforms", "no system in the library", "set CUTLINE_PLATFORMS to a folder of descriptors"});
        return;
    }
    const std::uint64_t revision = ++m_cost_revision;
    Problem problem;
    problem.graph = m_model->graph;
    problem.system = m_state.system;
    problem.costs = m_costs;
    problem.scenario = m_state.scenario;
    problem.sensitivity = m_state.sensitivity;
    m_cost = m_jobs.start<Result<Derived>>(
        tr("Working out costs"),
        [problem, state = m_state](Progress& progress) { return derive(problem, state, progress); },
        [this, revision](Result<Derived> derived) {
            if (revision != m_cost_revision) return;
            m_cost.reset();
            if (!derived) {
                Q_EMIT failed(derived.error());
                return;
            }
            m_costs = derived->costs;
            m_evaluator = derived->evaluator;
            m_alone = derived->alone;
            if (!m_state.plan) proposeAlone();
            updateReference();
            updateMetrics();
            Q_EMIT costsChanged();
            Q_EMIT planChanged();
            startSearch();
        });
}

void Document::cancelSearch() {
    if (!m_search) return;
    ++m_search_revision;
    m_search->cancel();
    m_search.reset();
    Q_EMIT searchingChanged(false);
}

void Document::stopSearch() {
    // Not dropped: a search that is stopped hands over what it has found.
    if (m_search) m_search->cancel();
}

void Document::startSearch() {
    cancelSearch();
    const std::uint64_t revision = ++m_search_revision;
    SearchOptions options = m_state.options;
    // From the worker, for as long as this search is the one that counts.
    const auto later = [this, revision](auto tell) {
        QMetaObject::invokeMethod(
            this,
            [this, revision, tell] {
                if (revision == m_search_revision) tell();
            },
            Qt::QueuedConnection);
    };
    const auto showing = [this, later](const SearchResult& so_far) {
        later([this, so_far] {
            if (m_search) showResult(so_far);
        });
    };
    const auto growing = [this, later, showing] {
        return [this, later, showing, show_at = std::optional<Clock::time_point>()](const FrontSoFar& front) mutable {
            later([this, plans = front.plans()] {
                if (m_search) Q_EMIT frontGrew(plans);
            });
            // What is there in a moment need not be shown growing.
            if (!show_at) show_at = Clock::now() + kShowAfter;
            if (Clock::now() > *show_at && front.plans() <= kMostShownGrowing) showing(front.result());
        };
    };
    options.on_front_grew = growing();
    const auto missing = [this, later](const Error& error) { later([this, error] { Q_EMIT noticed(error); }); };
    // The evaluator is shared, not copied: it outlives the search that reads it.
    m_search = m_jobs.start<Result<SearchResult>>(
        tr("Searching"),
        [evaluator = m_evaluator, options, images = m_state.images, growing, showing, missing](Progress& progress) mutable {
            if (!images) return explore(evaluator->problem(), options, progress);
            if (!images->isReady(evaluator->problem().system)) {
                // Something to look at while the images are run.
                const auto so_far = explore(evaluator->problem(), withoutAccuracy(options), progress);
                if (so_far && !so_far->infeasible) showing(*so_far);
            }
            options.on_front_grew = growing(); // another search than the one before
            auto result = images->explore(evaluator->problem(), options, {kMostMeasured, showing}, progress);
            if (result || progress.cancelled()) return result;
            missing(result.error());
            return explore(evaluator->problem(), withoutAccuracy(options), progress);
        },
        [this, revision](Result<SearchResult> result) {
            if (revision != m_search_revision) return;
            m_search.reset();
            Q_EMIT searchingChanged(false);
            if (result) {
                acceptResult(std::move(*result));
            } else {
                Q_EMIT failed(result.error());
                Q_EMIT searchFailed(result.error());
            }
        });
    Q_EMIT searchingChanged(true);
}

void Document::showResult(SearchResult result) {
    m_result = std::make_shared<const SearchResult>(std::move(result));
    updateReference();
    updateMetrics();
    Q_EMIT resultChanged();
    Q_EMIT planChanged();
}

void Document::acceptResult(SearchResult result) {
    showResult(std::move(result));
    if (m_result->infeasible)
        Q_EMIT noticed(
            {"search", m_result->infeasible->text, "relax this constraint or allow more platforms"});
    sayWhatChanged();
    const bool choose = std::exchange(m_choose_suggestion, false);
    if (!m_state.plan || m_state.plan == m_proposed)
        proposePlan();
    else if (const auto plan = suggestion(); choose && plan)
        choosePlan(*plan);
}

void Document::sayWhatChanged() {
    const SearchResultPtr before = std::exchange(m_front_before, nullptr);
    if (!before || m_result->infeasible) return;
    const QString words = frontChangeText(*before, *m_result, m_model->graph->layerCount());
    Q_EMIT noticed({"other times", words.toStdString(), "undo brings the times before back"});
}

std::optional<std::uint32_t> Document::suggestion() const {
    if (!m_result) return std::nullopt;
    // The knee of three objectives may give away most of the throughput for little energy: on the published
    // case it is a third of what one accelerator does alone. Engineers look for frames a second first.
    const auto& wanted = m_state.options.objectives;
    const auto& shown = m_result->representatives;
    if (shown.empty() ||
        std::find(wanted.begin(), wanted.end(), Objective::InitiationInterval) == wanted.end())
        return m_result->knee;
    return *std::min_element(shown.begin(), shown.end(), [this](std::uint32_t a, std::uint32_t b) {
        const Summary &x = m_result->summaries[a], &y = m_result->summaries[b];
        return std::tuple(x.initiation_interval_s, x.latency_s, x.energy_j) <
               std::tuple(y.initiation_interval_s, y.latency_s, y.energy_j);
    });
}

void Document::proposePlan() {
    const auto plan = suggestion();
    if (!plan) {
        proposeAlone();
    } else {
        // Nobody chose this plan, so it is no step that undo could take back.
        m_state.plan = std::make_shared<const Plan>(m_result->candidates->plan(*plan));
        m_proposed.reset();
    }
    updateMetrics();
    Q_EMIT planChanged();
}

void Document::proposeAlone() {
    m_proposed = m_alone;
    m_state.plan = m_alone;
}

} // namespace cutline
