// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/world.h"
#include "widgets/charts/plot_view.h"
#include "widgets/charts/roofline_chart.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QComboBox>
#include <QSignalSpy>

#include <cmath>

namespace cutline::tst_roofline_chart {

class TestRooflineChart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void roofs_data();
    void roofs();
    void roofsOfMappings();
    void dotsByHand();
    void layersOfThePlan();
    void onePlatformByKeys();
    void dotsAreClickedAndHovered();
    void zoomKeepsLogarithms();
    void dataAndPictures();

private:
    std::unique_ptr<RooflineChart> shownChart();
    Problem m_problem;
};

void TestRooflineChart::initTestCase() {
    applyTheme(*qApp, Theme::light());
    System system = *test::makeSystem();
    Roofline fast;
    fast.peaks = {{"int8", 4e10}, {"int16", 2e10}};
    fast.bandwidth_bytes_per_s = 4e9;
    fast.bandwidth_efficiency = 0.5;
    for (Platform& platform : system.platforms) platform.roofline = fast;
    system.platforms[1].roofline->peaks = {{"int8", 6e10}};
    system.platforms[1].roofline->bandwidth_bytes_per_s.reset();
    m_problem.graph = test::makeGraph(4);
    m_problem.system = std::make_shared<const System>(system);
    m_problem.costs = test::makeCosts(m_problem.graph, m_problem.system);
}

std::unique_ptr<RooflineChart> TestRooflineChart::shownChart() {
    auto chart = std::make_unique<RooflineChart>();
    chart->resize(620, 420);
    chart->show();
    if (!QTest::qWaitForWindowExposed(chart.get())) return nullptr;
    chart->setCosts(m_problem.costs);
    chart->setPlan(test::planOf({{0, 4}, {1, static_cast<std::uint32_t>(m_problem.graph->layerCount())}}));
    QApplication::processEvents();
    return chart;
}

void TestRooflineChart::roofs_data() {
    QTest::addColumn<int>("platform");
    QTest::addColumn<double>("intensity");
    QTest::addColumn<double>("expected");
    // EYR computes with 16 bits: 2e10 MAC/s, and half of 4 GB/s comes through.
    QTest::newRow("memory") << 0 << 2.0 << 4e9;
    QTest::newRow("ridge") << 0 << 10.0 << 2e10;
    QTest::newRow("compute") << 0 << 500.0 << 2e10;
    QTest::newRow("no bandwidth given") << 1 << 0.01 << 6e10;
}

void TestRooflineChart::roofs() {
    QFETCH(int, platform);
    QFETCH(double, intensity);
    QFETCH(double, expected);
    const Roof roof = roofOf(m_problem.system->platforms[static_cast<std::size_t>(platform)]);
    QCOMPARE(roof.at(intensity), expected);
}

/// 64 multipliers at 100 MHz; the memory's ports bound what is mapped, its bandwidth only what has no MACs.
void TestRooflineChart::roofsOfMappings() {
    Platform platform;
    platform.name = "npu";
    platform.clock_hz = 1e8;
    platform.weight_bits = platform.activation_bits = 8;
    LoopNest nest;
    nest.dram_bytes_per_s = 1e6;
    LoopNest::Level inner, outer;
    inner.name = "regs";
    inner.words = 64;
    inner.keeps = outer.keeps = "WIO";
    inner.loops = outer.loops = "CMPQRS";
    outer.name = "dram";
    outer.fan_out = 64;
    outer.fan_out_dims = "CM";
    nest.levels = {inner, outer};
    platform.loop_nest = nest;
    QCOMPARE(roofOf(platform).peak_macs_per_s, std::optional(64e8));
    QVERIFY(!roofOf(platform).bandwidth_bytes_per_s);
    platform.loop_nest->levels[1].read_words_per_cycle = 4;
    platform.loop_nest->levels[1].write_words_per_cycle = 2;
    QCOMPARE(roofOf(platform).bandwidth_bytes_per_s, std::optional(6e8));
}

void TestRooflineChart::dotsByHand() {
    // The first convolution: 3 channels of 224 x 224 in, 16 of 112 x 112 out, 16 bits on EYR.
    const Layer& layer = m_problem.graph->layer({0});
    const double weights = static_cast<double>(m_problem.graph->weight(layer.weights[0]).elements);
    const double bytes = 2.0 * (3 * 224 * 224 + 16 * 112 * 112 + weights);
    const auto dot = rooflineDot(*m_problem.costs, {0}, {0});
    QVERIFY(dot);
    QVERIFY(std::abs(dot->intensity * bytes / static_cast<double>(*layer.macs) - 1) < 1e-12);
    QCOMPARE(dot->macs_per_s, static_cast<double>(*layer.macs) / m_problem.costs->layer({0}, {0}).latency_s);
    QVERIFY(!rooflineDot(*m_problem.costs, {2}, {0})); // Relu has no MACs
    auto costs = std::make_shared<CostTable>(*m_problem.costs);
    Cost none;
    none.supported = false;
    costs->setLayer({0}, {0}, none);
    QVERIFY(!rooflineDot(*costs, {0}, {0}));
}

void TestRooflineChart::layersOfThePlan() {
    const auto chart = shownChart();
    QVERIFY(chart);
    std::size_t with_macs = 0;
    for (const Layer& layer : m_problem.graph->layers()) with_macs += layer.macs.value_or(0) > 0;
    QCOMPARE(chart->shown().size(), with_macs);
    for (const RooflineDot& dot : chart->shown()) QCOMPARE(dot.platform.value, dot.layer.value < 4 ? 0u : 1u);
    QCOMPARE(chart->noteText(), QStringLiteral("%1 layers without MACs are not shown")
                                    .arg(m_problem.graph->layerCount() - with_macs));
    chart->setPlan({});
    QVERIFY(chart->shown().empty());
    chart->setCosts(nullptr);
    QVERIFY(chart->shown().empty());
}

void TestRooflineChart::onePlatformByKeys() {
    const auto chart = shownChart();
    QVERIFY(chart);
    chart->platformBox()->setFocus();
    QTest::keyClick(chart->platformBox(), Qt::Key_Down);
    QTest::keyClick(chart->platformBox(), Qt::Key_Down);
    QVERIFY(chart->platform() == PlatformId{1});
    for (const RooflineDot& dot : chart->shown()) QCOMPARE(dot.platform.value, 1u);
    QTest::keyClick(chart->platformBox(), Qt::Key_Home);
    QVERIFY(!chart->platform());
}

void TestRooflineChart::dotsAreClickedAndHovered() {
    const auto chart = shownChart();
    QVERIFY(chart);
    QSignalSpy selected(chart.get(), &RooflineChart::layerSelected), hovered(chart.get(), &RooflineChart::layerHovered);
    const auto at = chart->positionOf(0);
    QVERIFY(at);
    const QPoint pixel = chart->view()->mapFromScene(*at);
    QTest::mouseMove(chart->view()->viewport(), pixel);
    QTRY_COMPARE(hovered.count(), 1);
    QVERIFY(hovered.at(0).at(0).value<std::optional<LayerId>>() == LayerId{0});
    QTest::mouseClick(chart->view()->viewport(), Qt::LeftButton, {}, pixel);
    QCOMPARE(selected.count(), 1);
    QCOMPARE(selected.at(0).at(0).value<LayerId>(), LayerId{0});
    // Arrow keys walk along the dots.
    chart->view()->setFocus();
    QTest::keyClick(chart->view(), Qt::Key_Right);
    QCOMPARE(selected.count(), 2);
}

void TestRooflineChart::zoomKeepsLogarithms() {
    const auto chart = shownChart();
    QVERIFY(chart);
    // A dot of ten times the intensity stands one unit further right.
    const PlotMapping to = chart->mapping();
    const RooflineDot& dot = chart->shown().front();
    const auto at = chart->positionOf(dot.layer.value);
    QVERIFY(at && std::abs(to.unmap(*at).x() - std::log10(dot.intensity)) < 1e-6);
    chart->zoomTo(QRectF(to.unmap(*at).x() - 0.2, to.unmap(*at).y() - 0.2, 0.4, 0.4));
    QVERIFY(chart->isZoomed());
    const auto again = chart->positionOf(dot.layer.value);
    QVERIFY(again && std::abs(again->x() - chart->mapping().area.center().x()) < 1);
}

void TestRooflineChart::dataAndPictures() {
    const auto chart = shownChart();
    QVERIFY(chart);
    const QStringList lines = chart->toCsv().trimmed().split(u'\n');
    QCOMPARE(static_cast<std::size_t>(lines.size()), chart->shown().size() + 1);
    QVERIFY(lines[1].startsWith(QStringLiteral("/features/features.0/Conv,Conv,EYR,")));
    const QImage with = chart->toImage(1);
    chart->showPlatform(PlatformId{1});
    QVERIFY(chart->toImage(1) != with);
}

CUTLINE_TEST(TestRooflineChart)

} // namespace cutline::tst_roofline_chart

#include "tst_roofline_chart.moc"
