// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/charts/stand.h"
#include "tests/widgets/world.h"
#include "widgets/charts/cut_chart.h"
#include "widgets/theme.h"

#include <QSignalSpy>

namespace cutline::tst_cut_chart {

using test::lonelyPlan;
using test::pointOf;
using test::show;

class TestCutChart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void hasALineForEachOrder();
    void clickSelects();
    void data();
    void positionsOfOneChain();

private:
    test::World m_world;
};

void TestCutChart::initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_world = test::makeWorld(12);
}

void TestCutChart::hasALineForEachOrder() {
    CutChart chart;
    chart.setResult(m_world.result, m_world.problem);
    QCOMPARE(chart.curveCount(), std::size_t{2});
    show(chart);
    const auto layers = m_world.problem.graph->layerCount();
    for (const std::uint32_t plan : {0U, 10U, static_cast<std::uint32_t>(layers)}) {
        const QPointF value = chart.mapping().unmap(*chart.positionOf(plan));
        const auto p = m_world.result->candidates->plan(plan);
        QVERIFY(std::abs(value.x() - static_cast<double>(p.stages[0].layers.size())) < 1e-6);
        QVERIFY(std::abs(value.y() - 1 / m_world.result->summaries[plan].initiation_interval_s) < 1e-6);
    }
}

void TestCutChart::clickSelects() {
    CutChart chart;
    chart.setResult(m_world.result, m_world.problem);
    chart.setObjective(Objective::Latency);
    show(chart, {1400, 900});
    QSignalSpy selected(&chart, &ChartPane::planSelected);
    const auto plan = lonelyPlan(chart, m_world.result->summaries.size());
    QTest::mouseClick(chart.view()->viewport(), Qt::LeftButton, {}, pointOf(chart, plan));
    QCOMPARE(selected.count(), 1);
    QCOMPARE(selected.at(0).at(0).toUInt(), plan);
}

void TestCutChart::data() {
    CutChart chart;
    chart.setResult(m_world.result, m_world.problem);
    const QStringList lines = chart.toCsv().split(u'\n', Qt::SkipEmptyParts);
    // Every plan, and both ends of both curves: one platform alone.
    QCOMPARE(lines.size(), static_cast<qsizetype>(m_world.result->summaries.size()) + 4 + 1);
    const QStringList start = lines.at(1).split(u',');
    QCOMPARE(start.at(0), QStringLiteral("EYR"));
    QCOMPARE(start.at(2), QStringLiteral("0"));
    QCOMPARE(start.at(3), QString());
    QCOMPARE(start.at(4).toDouble(), m_world.result->baselines[1].metrics.latency_s); // all on SMB
}

void TestCutChart::positionsOfOneChain() {
    Problem problem = m_world.problem;
    problem.compat.edge_cuts = true;
    SearchOptions options;
    options.keep_dominated = true;
    options.order = OrderKind::Fixed;
    Progress progress;
    const auto found = explore(problem, options, progress);
    QVERIFY2(found.ok(), found.ok() ? "" : found.error().message().c_str());
    const auto result = std::make_shared<const SearchResult>(*found);
    CutChart chart;
    chart.setResult(result, problem);
    QCOMPARE(chart.curveCount(), std::size_t{1});
    // "input", every layer, "output": each is a plan of its own, the ends too.
    const QStringList lines = chart.toCsv().split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size() - 1, static_cast<qsizetype>(problem.graph->layerCount()) + 2);
    show(chart);
    for (std::uint32_t plan = 0; plan < result->summaries.size(); ++plan) {
        const auto labels = result->candidates->cutLabels(plan);
        QCOMPARE(labels.size(), std::size_t{1});
        const auto layer = problem.graph->findLayer(labels[0]);
        const double before = labels[0] == "input" ? 0
                              : layer              ? layer->value + 1.0
                                                   : static_cast<double>(problem.graph->layerCount());
        QVERIFY(std::abs(chart.mapping().unmap(*chart.positionOf(plan)).x() - before) < 1e-6);
    }
}

CUTLINE_TEST(TestCutChart)

} // namespace cutline::tst_cut_chart

#include "tst_cut_chart.moc"
