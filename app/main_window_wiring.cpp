// SPDX-License-Identifier: GPL-3.0-or-later
// Who hears whom: views ask, the document changes, views follow.
#include "app/main_window.h"

#include "app/finder.h"
#include "app/header_bar.h"
#include "app/work_area.h"
#include "app/work_status.h"
#include "core/plan/stage_order.h"
#include "core/search/feasibility.h"
#include "widgets/charts/plan_chart.h"
#include "widgets/graph/graph_view.h"
#include "widgets/models/constraint_metrics.h"
#include "widgets/panels/auto_partition_panel.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/compare_panel.h"
#include "widgets/panels/proof_line.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/metric_strip.h"
#include "widgets/panels/platform_panel.h"
#include "widgets/panels/problems_list.h"
#include "widgets/panels/scenario_panel.h"
#include "widgets/panels/start_page.h"
#include "widgets/panels/system_editor.h"

#include <QFileInfo>
#include <QLabel>
#include <QToolButton>

namespace cutline {

void MainWindow::connectDocument() {
    Document* document = m_document;
    connect(document, &Document::modelChanged, this, &MainWindow::followModel);
    connect(document, &Document::costsChanged, this, &MainWindow::followCosts);
    connect(document, &Document::resultChanged, this, &MainWindow::followResult);
    connect(document, &Document::planChanged, this, &MainWindow::followPlan);
    connect(document, &Document::settingsChanged, this, &MainWindow::followSettings);
    connect(document, &Document::failed, this, &MainWindow::showError);
    connect(document, &Document::noticed, this, &MainWindow::showNote);
    connect(document, &Document::searchingChanged, this, [this](bool searching) {
        m_work_area->search().setRunning(searching);
        m_work_area->candidates().setSearching(searching);
        refreshActions();
    });
    connect(document, &Document::frontGrew, this, [this](qulonglong plans) {
        const QString words = tr("%1 plans on the front so far").arg(plans);
        m_work->setDetail(words);
        m_work_area->search().setProgress(-1, words);
    });
    connect(document, &Document::searchFailed, this,
            [this](const Error& error) { m_work_area->search().setError(error); });
    m_work_area->setUndoStack(&document->undoStack());
    connect(&document->undoStack(), &QUndoStack::undoTextChanged, this, [this](const QString& what) {
        m_undo_text->setText(what.isEmpty() ? QString() : tr("undo: %1").arg(what));
    });
    connect(m_header, &HeaderBar::systemChosen, this, &MainWindow::setSystem);
    connect(m_header, &HeaderBar::settingsRequested, this, [this] { m_work_area->showSearchSettings(); });
    connect(&m_header->finder(), &Finder::layerFound, this,
            [this](LayerId layer) { m_work_area->showLayer(layer); });
    connect(&m_header->finder(), &Finder::stepped, this, [this](int place, int count, const QString& what) {
        tell(tr("%1 of %2 layers with \u201C%3\u201D").arg(place).arg(count).arg(what));
    });
    connect(&m_header->finder(), &Finder::planFound, this,
            [this](int plan) { m_document->choosePlan(static_cast<std::uint32_t>(plan)); });
}

void MainWindow::connectGraph() {
    GraphView* graph = &m_work_area->graph();
    connect(graph, &GraphView::assignPreviewRequested, this,
            [this](const QVector<LayerId>& layers, PlatformId platform) {
                preview(m_document->planWith(layers, platform));
            });
    connect(graph, &GraphView::assignRequested, this,
            [this](const QVector<LayerId>& layers, PlatformId platform) {
                preview(std::nullopt);
                m_document->assign(layers, platform);
            });
    connect(graph, &GraphView::cutPreviewRequested, this, [this](const Plan& plan) { preview(plan); });
    connect(graph, &GraphView::cutMoveRequested, this, [this](const Plan& plan) {
        preview(std::nullopt);
        m_document->moveCut(plan);
    });
    connect(graph, &GraphView::previewCancelled, this, [this] { preview(std::nullopt); });
    connect(graph, &GraphView::pinRequested, this,
            [this](const QVector<LayerId>& layers, bool pinned) { m_document->pin(layers, pinned); });
    connect(graph, &GraphView::solveRestRequested, this,
            [this](const QVector<LayerId>& layers) { m_document->solveRest(layers); });
    connect(graph, &GraphView::selectionChanged, this, [this] {
        inspectSelection();
        const auto layers = m_work_area->selectedLayers();
        m_work_area->search().setSelection(layers);
        for (PlanChart* chart : m_work_area->charts()) chart->setSelectedLayers(layers);
    });
}

void MainWindow::connectPanels() {
    connectCandidates();
    WorkArea& work = *m_work_area;
    connect(&work.compare(), &ComparePanel::layerSelected, this, [this](LayerId layer) { m_work_area->showLayer(layer); });
    connect(&work.platforms(), &PlatformPanel::chipActivated, this,
            [this](PlatformId platform) { m_document->assign(m_work_area->selectedLayers(), platform); });
    connect(&work.search(), &AutoPartitionPanel::runRequested, this,
            [this](const SearchOptions& options) { m_document->run(options); });
    connect(&work.search(), &AutoPartitionPanel::stopRequested, m_document, &Document::stopSearch);
    connect(&work.search(), &AutoPartitionPanel::fusionChanged, m_document, &Document::setFusion);
    // A search follows each change by itself.
    connect(&work.search(), &AutoPartitionPanel::optionsChanged, m_document, &Document::setOptions);
    connect(&work.scenario(), &ScenarioPanel::scenarioChanged, m_document, &Document::setScenario);
    connect(&work.problems(), &ProblemsList::changed, this, [this] {
        const QString summary = m_work_area->problems().summary();
        m_problems_button->setText(summary);
        m_problems_button->setAccessibleName(summary);
        m_problems_button->setVisible(!summary.isEmpty());
    });
    connect(m_problems_button, &QToolButton::clicked, m_work_area, &WorkArea::showProblems);
    connect(&work.problems(), &ProblemsList::layerRequested, this,
            [this](LayerId layer) { m_work_area->showLayer(layer); });
    connect(m_start, &StartPage::openRequested, this, &MainWindow::openAsked);
    connect(m_start, &StartPage::browseRequested, this, &MainWindow::openByDialog);
}

void MainWindow::followModel() {
    keepSight(); // the graph still shows the model before
    m_sight_of.clear();
    const ImportedModel& model = m_document->model();
    const QString file = text(model.file);
    m_header->setModel(QFileInfo(file).fileName(), model.graph);
    m_header->finder().setLayers(model.graph);
    m_header->finder().setPlans({});
    followSession();
    if (m_session->file().isEmpty()) m_preferences.addRecentFile(file);
    refreshRecent();
    m_strip->setMetrics(std::nullopt);
    m_work_area->candidates().clear();
    m_work_area->problems().setNotes(model.notes);
    showStart();
    refreshActions();
}

void MainWindow::followCosts() {
    const CostTablePtr costs = m_document->costs();
    m_strip->setSystem(costs->systemPtr());
    m_work_area->platforms().setSystem(costs->systemPtr());
    m_work_area->platforms().setCosts(*costs);
    for (PlanChart* chart : m_work_area->charts()) chart->setEvaluator(m_document->evaluator());
    m_work_area->compare().setEvaluator(m_document->evaluator());
    m_work_area->graph().setModel(costs->graphPtr(), costs->systemPtr(), costs);
    restoreSight();
    m_work_area->graph().setSensitivities(m_document->sensitivities());
    refreshPlatformActions();
}

void MainWindow::followResult() {
    refreshPlatformActions();
    WorkArea& work = *m_work_area;
    const SearchResultPtr& result = m_document->result();
    work.data().setClaim(result ? result->accuracy_claim : std::nullopt);
    if (!result || !m_document->evaluator()) {
        work.candidates().clear();
        for (PlanChart* chart : work.charts()) chart->setResult(nullptr, {});
        work.search().setResult(nullptr);
        m_header->finder().setPlans({});
        return;
    }
    const Problem& problem = m_document->evaluator()->problem();
    work.candidates().setResult(result, problem, m_document->state().options.resolution);
    for (PlanChart* chart : work.charts()) chart->setResult(result, problem);
    work.search().setResult(result.get());
    work.graph().setSensitivities(m_document->sensitivities());
    std::vector<std::pair<int, QString>> plans;
    for (const std::uint32_t plan : result->representatives)
        plans.emplace_back(static_cast<int>(plan), planTitle(plan));
    m_header->finder().setPlans(plans);
}

void MainWindow::followPlan() {
    WorkArea& work = *m_work_area;
    const auto& metrics = m_document->metrics();
    m_strip->setMetrics(metrics, m_document->referenceMetrics(), m_document->referenceName());
    work.platforms().setMetrics(metrics);
    work.system().setMetrics(metrics);
    work.scenario().setPlan(metrics ? m_document->evaluator() : nullptr,
                            metrics ? std::optional(*m_document->state().plan) : std::nullopt);
    work.scenario().setMetrics(metrics);
    work.compare().setCurrent(planName(), metrics ? std::optional(*m_document->state().plan) : std::nullopt, metrics);
    for (PlanChart* chart : work.charts())
        chart->setPlan(metrics ? std::optional(*m_document->state().plan) : std::nullopt);
    if (metrics) {
        const Plan& plan = *m_document->state().plan;
        const Problem& problem = m_document->evaluator()->at(plan).problem();
        work.graph().setCosts(problem.system, problem.costs);
        work.graph().setPlan(plan, *metrics);
        work.candidates().proofLine()->setProvenance(provenanceText(provenanceShares(*problem.costs, plan)));
        const auto unmet = unmetDemands(*m_document->evaluator(), *metrics);
        work.problems().setViolations(unmet ? *unmet : metrics->violations);
    } else {
        work.graph().clearPlan();
        work.problems().setViolations({});
    }
    followSweep();
    followKept();
    work.candidates().setSelected(selectedRow());
    for (PlanChart* chart : work.charts()) chart->setSelectedPlan(m_document->planIndex());
    m_plan_text->setText(planStatus());
    inspectSelection();
    work.search().setStanding(standing());
    refreshActions();
}

QString MainWindow::planName() const {
    const auto index = m_document->planIndex();
    return index ? planTitle(*index) : tr("own plan");
}

QString MainWindow::planStatus() const {
    const auto plan = m_document->planIndex();
    const SearchResultPtr& result = m_document->result();
    if (!m_document->metrics() || !result) return {};
    if (!plan) return tr("own plan");
    const bool knee = result->knee == plan;
    if (m_document->suggestion() == plan && !knee)
        return tr("%1: the highest throughput of the short list").arg(planTitle(*plan));
    return knee ? tr("%1: the knee of the front").arg(planTitle(*plan)) : planTitle(*plan);
}

void MainWindow::followKept() {
    const EvaluatorPtr& evaluator = m_document->evaluator();
    const SearchResultPtr& result = m_document->result();
    if (!evaluator || !result) return;
    const EditState& state = m_document->state();
    std::vector<KeptRow> rows;
    for (const Kept& kept : state.kept) {
        const Metrics metrics = evaluator->evaluate(*kept.plan);
        KeptRow row{kept.plan, text(kept.name), text(kept.note), kept.favourite,
                    m_document->candidateOf(*kept.plan, metrics), summaryOf(metrics), {}};
        row.standing = planStanding(row.candidate ? planTitle(*row.candidate) : row.name, *result, state.options,
                                    metrics, periodOf(metrics, state.scenario.rate_hz));
        rows.push_back(std::move(row));
    }
    m_work_area->candidates().setKept(std::move(rows));
}

std::optional<std::uint32_t> MainWindow::selectedRow() const {
    const EditState& state = m_document->state();
    const SearchResultPtr& result = m_document->result();
    if (m_document->planIndex() || !result || !state.plan) return m_document->planIndex();
    for (std::size_t k = 0; k < state.kept.size(); ++k)
        if (*state.kept[k].plan == *state.plan)
            return static_cast<std::uint32_t>(result->summaries.size() + k);
    return std::nullopt;
}

QString MainWindow::standing() const {
    const SearchResultPtr& result = m_document->result();
    const auto& metrics = m_document->metrics();
    if (!result || !metrics) return {};
    const EditState& state = m_document->state();
    const auto index = m_document->planIndex();
    return planStanding(index ? planTitle(*index) : tr("the chosen plan"), *result, state.options, *metrics,
                        periodOf(*metrics, state.scenario.rate_hz));
}

void MainWindow::followSettings() {
    const EditState& state = m_document->state();
    if (!state.system) return;
    const QString name = text(state.system->name);
    QStringList platforms;
    for (const Platform& platform : state.system->platforms) platforms << text(platform.name);
    m_header->setCurrentSystem(name, name + QStringLiteral(": ") + platforms.join(QStringLiteral(" + ")));
    m_preferences.setSystemName(name);
    m_header->setConstraintCount(state.options.constraints.size());
    std::vector<Constraint> limits = requirementLimits(state.scenario, *state.system);
    limits.insert(limits.begin(), state.options.constraints.begin(), state.options.constraints.end());
    m_strip->setConstraints(limits);
    m_strip->setRate(state.scenario.rate_hz);
    m_work_area->platforms().setRate(state.scenario.rate_hz);
    m_work_area->system().setSystem(state.system);
    m_work_area->system().setPlaces(state.places);
    m_work_area->system().setRate(state.scenario.rate_hz);
    for (PlanChart* chart : m_work_area->charts()) chart->setConstraints(limits);
    std::map<LayerId, PlatformId> pins;
    for (const Pin& pin : state.options.pins) pins[pin.layer] = pin.platform;
    m_work_area->graph().setPins(pins);
    AutoPartitionPanel& search = m_work_area->search();
    search.setFusion(state.fusion);
    std::map<Objective, QString> unknown;
    if (!state.sensitivity)
        unknown[Objective::Sensitivity] =
            tr("The layers' sensitivities are not known; load a table of them (Platforms menu)");
    if (!state.images)
        unknown[Objective::Accuracy] = tr("Nothing tells accuracy; choose images or a table in the panel Data (Plan menu)");
    search.setUnknown(std::move(unknown));
    // Told only what it does not say already: it may be just being typed into.
    const GraphPtr graph = m_document->hasModel() ? m_document->model().graph : nullptr;
    m_work_area->scenario().setSystem(state.system, graph);
    m_work_area->scenario().setScenario(state.scenario);
    if (m_search_system != state.system || m_search_graph != graph) search.setSystem(state.system, graph);
    if (m_search_system != state.system || m_search_graph != graph ||
        !sameOptions(search.options(), state.options))
        search.setOptions(state.options);
    m_search_system = state.system;
    m_search_graph = graph;
}

void MainWindow::preview(std::optional<Plan> plan) {
    const EvaluatorPtr& evaluator = m_document->evaluator();
    if (!plan || !evaluator) {
        m_strip->setPreview(std::nullopt);
        m_work_area->platforms().setMetrics(m_document->metrics());
        m_work_area->system().setMetrics(m_document->metrics());
        m_work_area->graph().setPreview(std::nullopt);
        return;
    }
    if (const PlanPtr& now = m_document->state().plan) plan = inPrecisionsOf(*now, *std::move(plan));
    Metrics metrics = evaluator->evaluate(inLeastPeakOrder(*evaluator, *plan, kHurriedSets));
    metrics.accuracy = m_document->accuracyOf(*plan, metrics);
    m_strip->setPreview(metrics);
    m_work_area->platforms().setMetrics(metrics);
    m_work_area->system().setMetrics(metrics);
    m_work_area->graph().setPreview(plan, metrics);
}

void MainWindow::inspectSelection() {
    Inspector& inspector = m_work_area->inspector();
    const bool known = m_document->metrics().has_value();
    // Costs at the precisions that the plan runs its platforms at.
    const EvaluatorPtr& evaluator = m_document->evaluator();
    inspector.setEvaluator(known ? EvaluatorPtr(evaluator, &evaluator->at(*m_document->state().plan)) : evaluator);
    inspector.setPlan(known ? std::optional(*m_document->state().plan) : std::nullopt, m_document->metrics(),
                      planName());
    inspector.showLayers(m_work_area->selectedLayers());
}

} // namespace cutline
