// SPDX-License-Identifier: GPL-3.0-or-later
// The charts in the window: demands dragged and asked for, brushes that travel, the timeline, plans side by side.
#include "tests/app/window_test.h"

#include "widgets/charts/charts.h"
#include "widgets/charts/parallel_chart.h"
#include "widgets/charts/pareto_chart.h"
#include "widgets/charts/plot_view.h"
#include "widgets/charts/timeline_chart.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/compare_panel.h"
#include "widgets/panels/plan_bands.h"
#include "widgets/panels/weights_form.h"

#include <QLabel>
#include <QLineEdit>
#include <QTabBar>
#include <QSlider>
#include <QTableView>
#include <QUndoView>

#include <cmath>

namespace cutline::tst_window_charts {

using namespace cutline::test;

namespace {

constexpr const char* kModel = "resources/models/squeezenet1_1.onnx";

} // namespace

class TestWindowCharts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_window = windowWith(kModel);
        QVERIFY(m_window);
    }
    void cleanup() { m_window.reset(); }
    void everyChartHasATab();
    void aDraggedDemandIsSearchedWith();
    void aDraggedRequirementStaysARequirement();
    void aBrushTravels();
    void aBrushBecomesADemand();
    void aFilterDimsTheCharts();
    void infeasibleDemandsAreNamedEverywhere();
    void theTimelineFollowsThePlan();
    void plansStandSideBySide();
    void pointingAtAPlanShowsItEverywhere();
    void axesAndWeightsAreRemembered();
    void historyGoesToAStep();

private:
    Document& document() { return m_window->document(); }
    WorkArea& work() { return m_window->workArea(); }
    void toTab(const char* words) {
        auto* tabs = work().findChild<QTabBar*>(QStringLiteral("chartTabs"));
        int tab = 0;
        while (tabs->tabText(tab) != QLatin1String(words)) QVERIFY(++tab < tabs->count());
        QTest::mouseClick(tabs, Qt::LeftButton, Qt::NoModifier, tabs->tabRect(tab).center());
        QCoreApplication::processEvents();
    }
    template <class Chart>
    Chart& chart(const char* name) {
        return static_cast<Chart&>(work().chart(QLatin1String(name)));
    }
    /// As a person: takes the line at the upper edge of the plot, where no dot is, and moves it.
    void dragEnergyLimit(double from_j, double to_j) {
        ParetoChart& pareto = work().pareto();
        const auto at = [&](double energy) {
            const PlotMapping to = pareto.mapping();
            return pareto.view()->mapFromScene(to.map({energy * 1e3, to.y0 + 0.985 * (to.y1 - to.y0)}));
        };
        QWidget* viewport = pareto.view()->viewport();
        const QPoint press = at(from_j), drop = at(to_j);
        QTest::mousePress(viewport, Qt::LeftButton, {}, press);
        dragMouse(viewport, (press + drop) / 2);
        dragMouse(viewport, drop);
        QTest::mouseRelease(viewport, Qt::LeftButton, {}, drop);
    }
    double energyAt(double share) {
        double low = 1e9, high = 0;
        for (const Summary& s : document().result()->summaries) {
            low = std::min(low, s.energy_j);
            high = std::max(high, s.energy_j);
        }
        return low + share * (high - low);
    }
    QString milli(double value) { return QString::number(value * 1e3, 'g', 6); }

    FreshSettings m_settings;
    std::unique_ptr<MainWindow> m_window;
};

void TestWindowCharts::everyChartHasATab() {
    auto* tabs = work().findChild<QTabBar*>(QStringLiteral("chartTabs"));
    QCOMPARE(static_cast<std::size_t>(tabs->count()), charts().size());
    for (const ChartKind& kind : charts()) {
        toTab(kind.tab);
        QVERIFY2(work().chart(QLatin1String(kind.name)).isVisible(), kind.name);
    }
}

void TestWindowCharts::aDraggedDemandIsSearchedWith() {
    document().demand(QStringLiteral("energy<=%1 mJ").arg(milli(energyAt(0.8))));
    QVERIFY(settle(document()));
    const double limit = document().state().options.constraints.at(0).limit;
    const int steps = document().undoStack().count();
    dragEnergyLimit(limit, energyAt(0.5));
    QCOMPARE(document().undoStack().count(), steps + 1);
    QVERIFY(settle(document()));
    const double now = document().state().options.constraints.at(0).limit;
    QVERIFY(now < limit);
    for (const Summary& s : document().result()->summaries) QVERIFY(s.energy_j <= now * (1 + 1e-9));
    document().undoStack().undo();
    QVERIFY(settle(document()));
    QCOMPARE(document().state().options.constraints.at(0).limit, limit);
}

void TestWindowCharts::aDraggedRequirementStaysARequirement() {
    Scenario scenario;
    scenario.requirements = {{"energy", energyAt(0.7), std::nullopt, false, "spec 4.2", ""}};
    document().setScenario(scenario);
    QVERIFY(settle(document()));
    dragEnergyLimit(energyAt(0.7), energyAt(0.4));
    QVERIFY(settle(document()));
    QVERIFY(document().state().options.constraints.empty());
    const auto& requirement = document().state().scenario.requirements.at(0);
    QVERIFY(*requirement.at_most < energyAt(0.7));
    QCOMPARE(requirement.source, std::string("spec 4.2"));
}

void TestWindowCharts::aBrushTravels() {
    toTab("Parallel axes");
    auto& parallel = chart<ParallelChart>("parallel");
    std::size_t energy = 0;
    while (parallel.axisObjective(energy) != Objective::Energy) ++energy;
    const QPoint a = parallel.positionOf(energy, energyAt(0.1)).toPoint();
    const QPoint b = parallel.positionOf(energy, energyAt(0.4)).toPoint();
    QTest::mousePress(&parallel, Qt::LeftButton, {}, a);
    dragMouse(&parallel, b);
    QTest::mouseRelease(&parallel, Qt::LeftButton, {}, b);
    const PlanBrush& brush = parallel.brush();
    QVERIFY(brush.of(Objective::Energy));
    work().candidates().setListing(Listing::All);
    const CandidatesModel& model = *work().candidates().model();
    std::size_t dimmed = 0;
    for (int row = 0; row < model.rowCount(); ++row) {
        const bool inside = brush.accepts(model.summaryAt(row));
        QCOMPARE(model.index(row, 0).data(CandidatesModel::DimmedRole).toBool(), !inside);
        dimmed += inside ? 0 : 1;
    }
    QVERIFY(dimmed > 0 && dimmed < static_cast<std::size_t>(model.rowCount()));
    for (const auto plan : work().pareto().linePlans())
        QVERIFY(brush.accepts(document().result()->summaries[plan]));
}

void TestWindowCharts::aBrushBecomesADemand() {
    toTab("Parallel axes");
    auto& parallel = chart<ParallelChart>("parallel");
    std::size_t energy = 0;
    while (parallel.axisObjective(energy) != Objective::Energy) ++energy;
    PlanBrush brush;
    brush.set({Objective::Energy, energyAt(0), energyAt(0.5)});
    parallel.setBrush(brush);
    QTest::mouseClick(&parallel, Qt::LeftButton, {}, parallel.demandRect(energy).center().toPoint());
    QCOMPARE(document().state().options.constraints.size(), std::size_t{1});
    QVERIFY(settle(document()));
    QVERIFY(document().state().options.constraints[0].kind == MetricKind::Energy);
    // A second click says the same again: no second demand.
    QTest::mouseClick(&parallel, Qt::LeftButton, {}, parallel.demandRect(energy).center().toPoint());
    QCOMPARE(document().state().options.constraints.size(), std::size_t{1});
}

void TestWindowCharts::aFilterDimsTheCharts() {
    auto& parallel = chart<ParallelChart>("parallel");
    const auto& all = document().result()->summaries;
    QCOMPARE(parallel.acceptedCount(), all.size());
    const double limit = energyAt(0.5);
    QLineEdit* filter = work().candidates().filterEdit();
    QTest::keyClicks(filter, QStringLiteral("energy<%1mJ").arg(milli(limit)));
    QTest::keyClick(filter, Qt::Key_Return);
    std::size_t passing = 0;
    for (const Summary& s : all) passing += s.energy_j < limit ? 1 : 0;
    QVERIFY(passing > 0 && passing < all.size());
    QCOMPARE(parallel.acceptedCount(), passing);
    // A brush and the filter hold together; clearing the brush leaves the filter.
    PlanBrush nothing = parallel.brush();
    nothing.set({Objective::Energy, limit * 2, limit * 3});
    parallel.setBrush(nothing);
    QCOMPARE(parallel.acceptedCount(), std::size_t{0});
    toTab("Parallel axes");
    QTest::keyClick(&parallel, Qt::Key_Escape);
    QCOMPARE(parallel.acceptedCount(), passing);
    filter->clear();
    QTest::keyClick(filter, Qt::Key_Return);
    QCOMPARE(parallel.acceptedCount(), all.size());
}

void TestWindowCharts::infeasibleDemandsAreNamedEverywhere() {
    document().demand(QStringLiteral("latency<=1 us"));
    QTRY_VERIFY(document().jobs().idle() && document().result() && document().result()->infeasible);
    const QString why = text(document().result()->infeasible->text);
    QVERIFY(why.contains(QStringLiteral("latency")));
    bool said = false;
    for (const QLabel* label : work().candidates().findChildren<QLabel*>())
        said = said || (label->isVisible() && label->text() == why);
    QVERIFY2(said, "the table names the demand and by how much it is missed");
}

void TestWindowCharts::theTimelineFollowsThePlan() {
    toTab("Timeline");
    auto& timeline = chart<TimelineChart>("timeline");
    QTRY_VERIFY(timeline.timeline());
    QVERIFY(std::abs(timeline.timeline()->interval_s - document().metrics()->initiation_interval_s) <=
            0.01 * document().metrics()->initiation_interval_s);
    document().chooseBaseline(0);
    QTRY_VERIFY(timeline.timeline() && timeline.timeline()->lanes.size() == 1);
    // A click on the one piece there is selects a layer in the graph.
    QTest::mouseClick(&timeline, Qt::LeftButton, {}, timeline.barRect(3).center().toPoint());
    QCOMPARE(work().selectedLayers().size(), std::size_t{1});
}

void TestWindowCharts::plansStandSideBySide() {
    const Plan first = *document().state().plan;
    QTest::keyClick(m_window.get(), Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier);
    document().chooseBaseline(0);
    ComparePanel& compare = work().compare();
    QTRY_VERIFY(compare.view()->isVisible());
    QCOMPARE(compare.model()->columnCount(), 2);
    QCOMPARE(compare.model()->plans()[1].metrics.latency_s, document().evaluator()->evaluate(first).latency_s);
    const std::size_t layers = document().model().graph->layerCount();
    const auto a = assignmentOf(first, layers), b = assignmentOf(*document().state().plan, layers);
    std::size_t differing = 0;
    for (std::size_t l = 0; l < layers; ++l) differing += a[l] == b[l] ? 0 : 1;
    QCOMPARE(compare.bands()->differing().size(), differing);
    QTest::keyClick(compare.bands(), Qt::Key_Right);
    QCOMPARE(work().selectedLayers(), std::vector<LayerId>{compare.bands()->differing().front()});
}

void TestWindowCharts::pointingAtAPlanShowsItEverywhere() {
    GraphView& graph = work().graph();
    const std::size_t layers = document().model().graph->layerCount();
    graph.openAllGroups();
    QTRY_VERIFY(!graph.isLayingOut());
    const auto moved = [&] {
        std::size_t count = 0;
        for (std::uint32_t l = 0; l < layers; ++l) count += graph.cardStyleOf({l}).changed ? 1 : 0;
        return count;
    };
    QCOMPARE(moved(), std::size_t{0});
    // Some plan of the front that puts layers elsewhere, alone under the mouse.
    ParetoChart& pareto = work().pareto();
    const auto now = assignmentOf(*document().state().plan, layers);
    QWidget* viewport = pareto.view()->viewport();
    bool shown = false;
    for (const std::uint32_t plan : pareto.linePlans()) {
        const auto at = pareto.positionOf(plan);
        const auto there = assignmentOf(document().result()->candidates->plan(plan), layers);
        if (!at || there == now) continue;
        QTest::mouseMove(viewport, pareto.view()->mapFromScene(*at));
        QCoreApplication::processEvents();
        std::optional<std::uint32_t> hovered;
        const CandidatesModel& model = *work().candidates().model();
        for (int row = 0; row < model.rowCount(); ++row)
            if (model.index(row, 0).data(CandidatesModel::HoveredRole).toBool()) hovered = model.planAt(row);
        if (hovered != plan) continue; // not listed, or another one lies on top
        std::size_t differing = 0;
        for (std::size_t l = 0; l < layers; ++l) differing += there[l] == now[l] ? 0 : 1;
        QTRY_COMPARE(moved(), differing);
        shown = true;
        break;
    }
    QVERIFY(shown);
    QCOMPARE(assignmentOf(*document().state().plan, layers), now); // nothing was chosen
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(pareto.view(), &leave);
    QTRY_COMPARE(moved(), std::size_t{0});
}

void TestWindowCharts::axesAndWeightsAreRemembered() {
    PlanAxes axes;
    axes.of(Objective::Energy).logarithmic = true;
    work().pareto().setPlanAxes(axes);
    Q_EMIT work().pareto().planAxesChanged(axes);
    for (const PlanChart* chart : work().charts()) QVERIFY(chart->planAxes() == axes); // one choice for all
    WeightsForm& form = *work().candidates().weightsForm();
    QTest::keyClick(form.slider(Objective::Latency), Qt::Key_End);
    work().pareto().setObjectives(Objective::Latency, Objective::Energy);
    m_window = windowWith(kModel);
    QVERIFY(m_window);
    QVERIFY(work().pareto().planAxes() == axes);
    QVERIFY(work().pareto().xObjective() == Objective::Latency && work().pareto().yObjective() == Objective::Energy);
    work().pareto().setObjectives(Objective::Energy, Objective::InitiationInterval);
    QCOMPARE(work().candidates().weightsForm()->weights().of(Objective::Latency), PlanWeights::kMost);
    QVERIFY(work().candidates().model()->bestByWeights());
    Q_EMIT work().pareto().planAxesChanged({});
    QTest::keyClick(work().candidates().weightsForm()->slider(Objective::Latency), Qt::Key_Home);
}

void TestWindowCharts::historyGoesToAStep() {
    const Plan first = *document().state().plan;
    document().chooseBaseline(0);
    document().chooseBaseline(1);
    QTest::keyClick(m_window.get(), Qt::Key_H, Qt::ControlModifier);
    auto* history = work().findChild<QUndoView*>();
    QTRY_VERIFY(history->isVisible());
    QCOMPARE(history->model()->rowCount(), document().undoStack().count() + 1);
    const QRect row = history->visualRect(history->model()->index(0, 0));
    QTest::mouseClick(history->viewport(), Qt::LeftButton, {}, row.center());
    QCOMPARE(document().undoStack().index(), 0);
    QVERIFY(settle(document()));
    QVERIFY(*document().state().plan == first);
}

CUTLINE_WINDOW_TEST(TestWindowCharts)

} // namespace cutline::tst_window_charts

#include "tst_window_charts.moc"
