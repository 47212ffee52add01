// SPDX-License-Identifier: GPL-3.0-or-later
// Plans in table and charts: what is chosen, pointed at, marked or dimmed in one is so in all.
#include "app/main_window.h"

#include "app/work_area.h"
#include "widgets/charts/pareto_chart.h"
#include "widgets/graph/graph_view.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/compare_panel.h"

#include <QAction>

#include <utility>

namespace cutline {
namespace {

constexpr int kPointingMs = 70; ///< a mouse that rests so long on a plan means it

std::optional<Objective> objectiveNamed(const QString& option) {
    for (const Objective objective : kObjectives)
        if (option == text(infoOf(objective).option)) return objective;
    return {};
}

QStringList wordsOf(const std::vector<std::string>& strings) {
    QStringList words;
    for (const std::string& string : strings) words << text(string);
    return words;
}

std::vector<std::string> stringsOf(const QStringList& words) {
    std::vector<std::string> strings;
    for (const QString& word : words) strings.push_back(word.toStdString());
    return strings;
}

} // namespace

void MainWindow::connectCandidates() {
    WorkArea& work = *m_work_area;
    const auto choose = [this](std::uint32_t plan) {
        const auto& result = m_document->result();
        const std::size_t candidates = result ? result->summaries.size() : 0;
        plan < candidates ? m_document->choosePlan(plan) : m_document->chooseKept(plan - candidates);
    };
    connect(&work.candidates(), &CandidatesTable::markRequested, this,
            [this](std::uint32_t plan, bool favourite, const QString& note) {
                const CandidatesModel& model = *m_work_area->candidates().model();
                m_document->mark(model.planOf(plan), favourite, note, model.titleOf(plan));
            });
    work.candidates().setColumns(m_preferences.strings(QStringLiteral("candidates/columns")));
    connect(&work.candidates(), &CandidatesTable::columnsChanged, this, [this] {
        m_preferences.setStrings(QStringLiteral("candidates/columns"), m_work_area->candidates().columns());
    });
    work.candidates().setWeights(PlanWeights::fromWords(m_preferences.strings(QStringLiteral("candidates/weights"))));
    connect(&work.candidates(), &CandidatesTable::weightsChanged, this, [this](const PlanWeights& weights) {
        m_preferences.setStrings(QStringLiteral("candidates/weights"), weights.words());
    });
    const auto hover = [this](std::optional<std::uint32_t> plan) {
        for (PlanChart* chart : m_work_area->charts()) chart->setHoveredPlan(plan);
        m_work_area->candidates().setHovered(plan);
        // The graph follows a moment later: a mouse on its way passes many plans.
        m_pointed = plan;
        m_pointing.start();
    };
    m_pointing.setSingleShot(true);
    m_pointing.setInterval(kPointingMs);
    connect(&m_pointing, &QTimer::timeout, this, &MainWindow::showPointedPlan);
    connect(&work.candidates(), &CandidatesTable::planSelected, this, choose);
    connect(&work.candidates(), &CandidatesTable::planHovered, this, hover);
    connect(&work.candidates(), &CandidatesTable::searchRequested, m_run, &QAction::trigger);
    connect(&work.candidates(), &CandidatesTable::settingsRequested, m_work_area, &WorkArea::showSearchSettings);
    const auto brush = [this](const PlanBrush& now) {
        m_brush = now;
        for (PlanChart* chart : m_work_area->charts()) chart->setBrush(now);
        m_work_area->candidates().setBrush(now);
    };
    connect(&work.candidates(), &CandidatesTable::filterChanged, this, [this, brush](const auto& passing) {
        PlanBrush now = m_brush;
        now.passing = passing;
        brush(now);
    });
    rememberScatter();
    const PlanAxes axes = PlanAxes::fromWords(m_preferences.strings(QStringLiteral("charts/axes")));
    showAxes(axes);
    for (PlanChart* chart : work.charts()) {
        connect(chart, &PlanChart::planAxesChanged, this, [this](const PlanAxes& now) {
            showAxes(now);
            m_preferences.setStrings(QStringLiteral("charts/axes"), now.words());
        });
        connect(chart, &PlanChart::planSelected, this, choose);
        connect(chart, &PlanChart::planHovered, this, hover);
        connect(chart, &PlanChart::layerSelected, this, [this](LayerId layer) { m_work_area->showLayer(layer); });
        connect(chart, &PlanChart::brushChanged, this, brush);
        connect(chart, &PlanChart::demandRequested, m_document, &Document::demand);
        connect(chart, &PlanChart::demandMoved, m_document, &Document::moveDemand);
        connect(chart, &PlanChart::saveRequested, this, [this, chart] {
            exportByDialog(QStringLiteral("png"), tr("chart"),
                           [chart](const QString& path) { return paintedChart(*chart, path); });
        });
    }
    connect(&work.candidates(), &CandidatesTable::compareRequested, this, [this](std::uint32_t plan) {
        const CandidatesModel& model = *m_work_area->candidates().model();
        m_work_area->compare().add(model.titleOf(plan), model.planOf(plan));
        m_work_area->showCompare();
    });
}

void MainWindow::showAxes(const PlanAxes& axes) {
    for (PlanChart* chart : m_work_area->charts()) chart->setPlanAxes(axes);
}

void MainWindow::showView(const Project::View& view) {
    m_work_area->setOverlay(text(view.overlay));
    m_work_area->showChart(text(view.chart));
    m_work_area->graph().setNextClosedGroups(view.collapsed);
    if (!view.columns.empty()) m_work_area->candidates().setColumns(wordsOf(view.columns));
    const auto x = objectiveNamed(text(view.chart_x)), y = objectiveNamed(text(view.chart_y));
    if (x && y) m_work_area->pareto().setObjectives(*x, *y);
    // One that tells the figures of its axes tells how they are, too: plainly where there are no words.
    if ((x && y) || !view.axes.empty()) showAxes(PlanAxes::fromWords(wordsOf(view.axes)));
}

void MainWindow::keepView(Project::View& view) {
    view.overlay = m_work_area->graph().overlay().toStdString();
    view.chart = m_work_area->chartInFront().toStdString();
    // Before the graph is drawn it has no groups to tell of.
    if (m_work_area->graph().graph() == m_document->model().graph) view.collapsed = m_work_area->graph().closedGroups();
    view.columns = stringsOf(m_work_area->candidates().columns());
    const ParetoChart& scatter = m_work_area->pareto();
    view.chart_x = infoOf(scatter.xObjective()).option;
    view.chart_y = infoOf(scatter.yObjective()).option;
    view.axes = stringsOf(scatter.planAxes().words());
}

void MainWindow::rememberScatter() {
    const QString key = QStringLiteral("charts/scatter");
    ParetoChart& scatter = m_work_area->pareto();
    const QStringList figures = m_preferences.strings(key);
    const auto x = objectiveNamed(figures.value(0)), y = objectiveNamed(figures.value(1));
    if (x && y) scatter.setObjectives(*x, *y);
    connect(&scatter, &ParetoChart::objectivesChanged, this, [this, key](Objective now_x, Objective now_y) {
        m_preferences.setStrings(key, {text(infoOf(now_x).option), text(infoOf(now_y).option)});
    });
}

void MainWindow::showPointedPlan() {
    const EvaluatorPtr& evaluator = m_document->evaluator();
    const SearchResultPtr& result = m_document->result();
    const bool candidate = m_pointed && evaluator && result && result->candidates && *m_pointed < result->summaries.size();
    if (!candidate || m_pointed == m_document->planIndex()) {
        // A preview that is somebody else's stays.
        if (std::exchange(m_points, false)) m_work_area->graph().setPreview(std::nullopt);
        return;
    }
    m_points = true;
    const Plan plan = result->candidates->plan(*m_pointed);
    m_work_area->graph().setPreview(plan, evaluator->evaluate(plan));
}

} // namespace cutline
