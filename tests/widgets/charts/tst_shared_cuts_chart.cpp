// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/charts/stand.h"
#include "tests/widgets/world.h"
#include "widgets/charts/shared_cuts_chart.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QSignalSpy>

namespace cutline::tst_shared_cuts_chart {

class TestSharedCutsChart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void countsByHand();
    void aBrushNarrowsTheCount();
    void choicesByKeys();
    void theGroupOfTheChosenPlan();
    void barsAreClicked();
    void dataAndEmpty();

private:
    test::World m_world;
};

void TestSharedCutsChart::initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_world = test::makeWorld(6);
}

/// Every plan of this world is cut at one place: behind each layer both orders of the platforms, but for the branches,
/// where the block's input crosses as well.
void TestSharedCutsChart::countsByHand() {
    SharedCutsChart chart;
    chart.setResult(m_world.result, m_world.problem);
    chart.setOf(SharedCutsChart::Of::All);
    QCOMPARE(chart.planCount(), m_world.result->summaries.size());
    QCOMPARE(chart.countOf({0}), 2U);
    const auto last = static_cast<std::uint32_t>(m_world.problem.graph->layerCount() - 1);
    QCOMPARE(chart.countOf({last}), 0U);
    // The input of the third block (layer 5 makes it) is read by its first layer and by its Add: it crosses after each
    // of the four layers 5 to 8.
    QCOMPARE(chart.countOf({5}), 8U);
    chart.setOf(SharedCutsChart::Of::Front);
    QCOMPARE(chart.planCount(), m_world.result->front.size());
}

void TestSharedCutsChart::aBrushNarrowsTheCount() {
    SharedCutsChart chart;
    chart.setResult(m_world.result, m_world.problem);
    chart.setOf(SharedCutsChart::Of::All);
    const double middle = m_world.result->summaries[m_world.result->summaries.size() / 2].latency_s;
    PlanBrush brush;
    brush.set({Objective::Latency, 0, middle});
    chart.setBrush(brush);
    std::size_t within = 0;
    for (const Summary& s : m_world.result->summaries) within += s.latency_s <= middle ? 1 : 0;
    QCOMPARE(chart.planCount(), within);
}

void TestSharedCutsChart::choicesByKeys() {
    SharedCutsChart chart;
    chart.setResult(m_world.result, m_world.problem);
    test::show(chart);
    QTest::keyClick(chart.choiceBox(), Qt::Key_Down);
    QCOMPARE(chart.planCount(), m_world.result->representatives.size());
}

void TestSharedCutsChart::theGroupOfTheChosenPlan() {
    auto result = std::make_shared<SearchResult>(*m_world.result);
    const auto& front = result->front;
    QVERIFY(front.size() >= 4);
    for (std::size_t i = 0; i < front.size(); ++i) result->represented_by.push_back(i < 3 ? front[1] : front[i]);
    SharedCutsChart chart;
    chart.setResult(result, m_world.problem);
    test::show(chart);
    QTest::keyClick(chart.choiceBox(), Qt::Key_End);
    QCOMPARE(chart.planCount(), std::size_t{0}); // none is chosen
    chart.setSelectedPlan(front[2]);
    QCOMPARE(chart.planCount(), std::size_t{3});
    std::vector<std::uint32_t> counts(m_world.problem.graph->layerCount(), 0);
    for (std::size_t i = 0; i < 3; ++i)
        for (const auto& stage : cutLayers(*m_world.problem.graph, result->candidates->plan(front[i])))
            for (const LayerId layer : stage) ++counts[layer.index()];
    for (std::uint32_t layer = 0; layer < counts.size(); ++layer) QCOMPARE(chart.countOf({layer}), counts[layer]);
    chart.setSelectedPlan(front[3]);
    QCOMPARE(chart.planCount(), std::size_t{1});
}

void TestSharedCutsChart::barsAreClicked() {
    SharedCutsChart chart;
    chart.setResult(m_world.result, m_world.problem);
    chart.setOf(SharedCutsChart::Of::All);
    test::show(chart, {1000, 500});
    QSignalSpy selected(&chart, &PlanChart::layerSelected);
    const auto top = chart.positionOf(5);
    QVERIFY(top);
    QTest::mouseClick(chart.view()->viewport(), Qt::LeftButton, {}, chart.view()->mapFromScene(*top));
    QCOMPARE(selected.count(), 1);
    QCOMPARE(selected.at(0).at(0).value<LayerId>(), LayerId{5});
}

void TestSharedCutsChart::dataAndEmpty() {
    SharedCutsChart chart;
    test::show(chart);
    QVERIFY(!chart.toImage(1).isNull());
    chart.setResult(m_world.result, m_world.problem);
    const QStringList lines = chart.toCsv().split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), static_cast<qsizetype>(m_world.problem.graph->layerCount()) + 1);
    chart.setResult(nullptr, {});
    QCOMPARE(chart.planCount(), std::size_t{0});
}

CUTLINE_TEST(TestSharedCutsChart)

} // namespace cutline::tst_shared_cuts_chart

#include "tst_shared_cuts_chart.moc"
