// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/charts/stand.h"
#include "tests/widgets/world.h"
#include "widgets/charts/cut_chart.h"
#include "widgets/charts/pareto_chart.h"
#include "widgets/charts/plot_view.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QComboBox>
#include <QElapsedTimer>
#include <QFile>
#include <QImage>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <random>
#include <set>

namespace cutline::tst_charts {

using test::lonelyPlan;
using test::pointOf;
using test::show;

class TestCharts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void lineIsTheFrontOfTheShownFigures_data();
    void lineIsTheFrontOfTheShownFigures();
    void clickSelects();
    void hoverTells();
    void rubberBandZoomsAndDoubleClickResets();
    void arrowsWalk();
    void axesAreChosen();
    void dotsLieWhereTheAxesSay();
    void limitsTintTheForbiddenSide();
    void exports();
    void emptyChartsSayWhatWouldBeThere();
    void manyPlans();
    void zoomingOutIsAsQuickAsIn();
    void realSearches();
    void followsLightAndDark();

private:
    test::World m_world;
};

void TestCharts::initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_world = test::makeWorld(12);
}

void TestCharts::lineIsTheFrontOfTheShownFigures_data() {
    QTest::addColumn<int>("x");
    QTest::addColumn<int>("y");
    QTest::newRow("throughput over energy")
        << static_cast<int>(Objective::Energy) << static_cast<int>(Objective::InitiationInterval);
    QTest::newRow("energy over throughput")
        << static_cast<int>(Objective::InitiationInterval) << static_cast<int>(Objective::Energy);
    QTest::newRow("latency over energy")
        << static_cast<int>(Objective::Energy) << static_cast<int>(Objective::Latency);
    QTest::newRow("link over latency")
        << static_cast<int>(Objective::Latency) << static_cast<int>(Objective::LinkBytes);
}

void TestCharts::lineIsTheFrontOfTheShownFigures() {
    QFETCH(int, x);
    QFETCH(int, y);
    ParetoChart chart;
    chart.setResult(m_world.result, m_world.problem);
    chart.setObjectives(static_cast<Objective>(x), static_cast<Objective>(y));
    // Independently: of the front's plans those that no other one of them beats in both figures (quadratic).
    const auto value = [&](std::uint32_t plan, int objective) {
        return m_world.result->summaries[plan].value(static_cast<Objective>(objective));
    };
    std::set<std::pair<double, double>> expected, got;
    for (const auto a : m_world.result->front) {
        bool beaten = false;
        for (const auto b : m_world.result->front)
            beaten |= value(b, x) <= value(a, x) && value(b, y) <= value(a, y) &&
                      (value(b, x) < value(a, x) || value(b, y) < value(a, y));
        if (!beaten) expected.insert({value(a, x), value(a, y)});
    }
    for (const auto plan : chart.linePlans()) got.insert({value(plan, x), value(plan, y)});
    QVERIFY(got == expected);
    for (std::size_t i = 1; i < chart.linePlans().size(); ++i) {
        const auto shown = [&](std::size_t k) {
            return shownValue(m_world.result->summaries[chart.linePlans()[k]], static_cast<Objective>(x));
        };
        QVERIFY(shown(i) > shown(i - 1));
    }
}

void TestCharts::clickSelects() {
    ParetoChart chart;
    chart.setResult(m_world.result, m_world.problem);
    show(chart);
    QSignalSpy selected(&chart, &ChartPane::planSelected);
    const auto plan = lonelyPlan(chart, m_world.result->summaries.size());
    QTest::mouseClick(chart.view()->viewport(), Qt::LeftButton, {}, pointOf(chart, plan));
    QCOMPARE(selected.count(), 1);
    QCOMPARE(selected.at(0).at(0).toUInt(), plan);
    QCOMPARE(chart.selected(), std::optional(plan));
    // A click beside every dot selects nothing new; a selection from outside is not announced.
    QTest::mouseClick(chart.view()->viewport(), Qt::LeftButton, {},
                      chart.mapping().area.topRight().toPoint() + QPoint(-3, 3));
    chart.setSelected(m_world.knee());
    QCOMPARE(selected.count(), 1);
}

void TestCharts::hoverTells() {
    ParetoChart chart;
    chart.setResult(m_world.result, m_world.problem);
    show(chart);
    QList<std::optional<std::uint32_t>> hovered;
    connect(&chart, &ChartPane::planHovered, this,
            [&](std::optional<std::uint32_t> plan) { hovered << plan; });
    const auto plan = lonelyPlan(chart, m_world.result->summaries.size());
    QTest::mouseMove(chart.view()->viewport(), pointOf(chart, plan));
    QCOMPARE(hovered.size(), 1);
    QCOMPARE(hovered.back(), std::optional(plan));
    QTest::mouseMove(chart.view()->viewport(), chart.mapping().area.topRight().toPoint() + QPoint(-3, 3));
    QCOMPARE(hovered.size(), 2);
    QVERIFY(!hovered.back());
}

void TestCharts::rubberBandZoomsAndDoubleClickResets() {
    ParetoChart chart;
    chart.setResult(m_world.result, m_world.problem);
    show(chart);
    const PlotMapping before = chart.mapping();
    const QPoint a = before.area.center().toPoint(), b = a + QPoint(120, 90);
    QWidget* viewport = chart.view()->viewport();
    QTest::mousePress(viewport, Qt::LeftButton, {}, a);
    QMouseEvent move(QEvent::MouseMove, b, viewport->mapToGlobal(b), Qt::NoButton, Qt::LeftButton, {});
    QApplication::sendEvent(viewport, &move);
    QTest::mouseRelease(viewport, Qt::LeftButton, {}, b);
    QVERIFY(chart.isZoomed());
    const PlotMapping after = chart.mapping();
    QVERIFY(std::abs(after.x0 - before.unmap(a).x()) < 1e-6 * (before.x1 - before.x0));
    QVERIFY(std::abs(after.y1 - before.unmap(a).y()) < 1e-6 * (before.y1 - before.y0));
    QVERIFY(std::abs(after.x1 - before.unmap(b).x()) < 1e-6 * (before.x1 - before.x0));
    QTest::mouseDClick(viewport, Qt::LeftButton, {}, a);
    QVERIFY(!chart.isZoomed());
    QCOMPARE(chart.mapping().x0, before.x0);
    QCOMPARE(chart.mapping().y1, before.y1);
}

void TestCharts::arrowsWalk() {
    ParetoChart chart;
    chart.setResult(m_world.result, m_world.problem);
    show(chart);
    QSignalSpy selected(&chart, &ChartPane::planSelected);
    QSignalSpy activated(&chart, &ChartPane::planActivated);
    chart.view()->setFocus();
    QTest::keyClick(chart.view(), Qt::Key_Right);
    QCOMPARE(selected.count(), 1);
    const double first = shownValue(m_world.result->summaries[*chart.selected()], Objective::Energy);
    for (const Summary& s : m_world.result->summaries) QVERIFY(s.energy_j >= first);
    QTest::keyClick(chart.view(), Qt::Key_Right);
    QVERIFY(m_world.result->summaries[*chart.selected()].energy_j >= first);
    QCOMPARE(selected.count(), 2);
    QTest::keyClick(chart.view(), Qt::Key_Left);
    QCOMPARE(m_world.result->summaries[*chart.selected()].energy_j, first);
    QTest::keyClick(chart.view(), Qt::Key_Return);
    QCOMPARE(activated.count(), 1);
}

void TestCharts::axesAreChosen() {
    ParetoChart chart;
    chart.setResult(m_world.result, m_world.problem);
    const auto boxes = chart.findChildren<QComboBox*>();
    QCOMPARE(boxes.size(), 2);
    // Costs, accuracy and sensitivity are not known in this world and not offered.
    QCOMPARE(boxes.front()->findData(static_cast<int>(Objective::Cost)), -1);
    QSignalSpy changed(&chart, &ParetoChart::objectivesChanged);
    for (auto* box : boxes) {
        const int index =
            box->findData(static_cast<int>(box == boxes.front() ? Objective::Memory : Objective::Latency));
        QVERIFY(index >= 0);
        box->setCurrentIndex(index);
        Q_EMIT box->activated(index);
    }
    QCOMPARE(changed.count(), 2);
    QVERIFY((std::set{chart.xObjective(), chart.yObjective()} ==
             std::set{Objective::Memory, Objective::Latency}));
    chart.setObjectives(Objective::Cost, Objective::Latency);
    QVERIFY(chart.xObjective() != Objective::Cost);
}

void TestCharts::dotsLieWhereTheAxesSay() {
    ParetoChart chart;
    chart.setResult(m_world.result, m_world.problem);
    show(chart);
    // Energy in mJ over the plot's width, throughput in 1/s over its height.
    for (const std::uint32_t plan : {0U, 20U, m_world.knee()}) {
        const Summary& s = m_world.result->summaries[plan];
        const QPointF value = chart.mapping().unmap(*chart.positionOf(plan));
        QVERIFY(std::abs(value.x() - s.energy_j * 1e3) < 1e-6);
        QVERIFY(std::abs(value.y() - 1 / s.initiation_interval_s) < 1e-6);
    }
}

void TestCharts::limitsTintTheForbiddenSide() {
    ParetoChart chart;
    chart.setResult(m_world.result, m_world.problem);
    show(chart);
    const PlotMapping to = chart.mapping();
    const double middle = (to.x0 + to.x1) / 2;
    const QImage plain = chart.toImage(1);
    const auto limit = parseConstraint("energy<=" + std::to_string(middle) + "mJ", *m_world.problem.system);
    QVERIFY(limit.ok());
    chart.setConstraints({*limit});
    const QImage tinted = chart.toImage(1);
    // Above the uppermost plan there are no marks: only the tint tells the two sides apart.
    const int y = static_cast<int>(to.area.top()) + 24;
    const int left = static_cast<int>(to.area.left()) + 20, right = static_cast<int>(to.area.right()) - 5;
    QCOMPARE(tinted.pixelColor(left, y), plain.pixelColor(left, y));
    QVERIFY(tinted.pixelColor(right, y) != plain.pixelColor(right, y));
    QVERIFY(tinted.pixelColor(right, y).red() > tinted.pixelColor(right, y).blue());
}

void TestCharts::exports() {
    QTemporaryDir folder;
    ParetoChart chart; // never shown: as the command line draws it
    chart.resize(800, 500);
    chart.setResult(m_world.result, m_world.problem);
    chart.setSelected(m_world.knee());
    QVERIFY(chart.savePng(folder.filePath(QStringLiteral("c.png")), 2).ok());
    const QImage png(folder.filePath(QStringLiteral("c.png")));
    QVERIFY2(png.width() > 1400 && png.height() > 700,
             qPrintable(QStringLiteral("%1x%2").arg(png.width()).arg(png.height())));
    QVERIFY(chart.saveSvg(folder.filePath(QStringLiteral("c.svg"))).ok());
    QFile svg(folder.filePath(QStringLiteral("c.svg")));
    QVERIFY(svg.open(QIODevice::ReadOnly));
    const QByteArray drawn = svg.readAll();
    QVERIFY(drawn.contains("Energy per inference, mJ"));
    // A circle for every dominated plan at least, none of them as a bitmap.
    QVERIFY(drawn.count("<circle") + drawn.count("<ellipse") >=
            static_cast<int>(m_world.result->summaries.size()));
    QVERIFY(!drawn.contains("<image"));
    const auto refused = chart.saveSvg(folder.filePath(QStringLiteral("no/such/folder/c.svg")));
    QVERIFY(!refused.ok());
    const QStringList lines = chart.toCsv().split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), static_cast<qsizetype>(m_world.result->summaries.size()) + 1);
    QCOMPARE(lines.front(), QStringLiteral("plan,on_front,energy,throughput_hz"));
    const QStringList cells = lines.at(1).split(u',');
    QCOMPARE(cells.at(2).toDouble(), m_world.result->summaries[0].energy_j);
}

void TestCharts::emptyChartsSayWhatWouldBeThere() {
    ParetoChart pareto;
    CutChart cut;
    for (ChartPane* chart : {static_cast<ChartPane*>(&pareto), static_cast<ChartPane*>(&cut)}) {
        show(*chart);
        QVERIFY(!chart->toImage(1).isNull());
        QTest::mouseClick(chart->view()->viewport(), Qt::LeftButton, {}, QPoint(100, 100));
        QTest::keyClick(chart->view(), Qt::Key_Right);
        QVERIFY(!chart->selected());
    }
    pareto.setResult(m_world.result, m_world.problem);
    pareto.setResult(nullptr, {});
    QVERIFY(pareto.linePlans().empty());
}

/// From a millionth of the range back to all of it: the axes never hold the ticks of one for the other.
void TestCharts::zoomingOutIsAsQuickAsIn() {
    ParetoChart chart;
    chart.setResult(m_world.result, m_world.problem);
    show(chart);
    const PlotMapping before = chart.mapping();
    const QRectF all(before.x0, before.y0, before.x1 - before.x0, before.y1 - before.y0);
    QElapsedTimer timer;
    timer.start();
    chart.zoomTo(QRectF(all.center(), all.size() * 2e-6));
    QVERIFY(chart.isZoomed());
    chart.resetZoom();
    QVERIFY2(timer.elapsed() < 2'000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(chart.mapping().x1, before.x1);
}

void TestCharts::manyPlans() {
    auto result = std::make_shared<SearchResult>(*m_world.result);
    result->summaries.clear();
    result->candidates = nullptr;
    result->front.clear();
    result->representatives.clear();
    result->knee.reset();
    std::mt19937 random(3);
    std::uniform_real_distribution<double> value(1e-3, 1e-1);
    for (int i = 0; i < 100'000; ++i) {
        Summary s;
        s.latency_s = value(random);
        s.initiation_interval_s = value(random);
        s.energy_j = value(random);
        result->summaries.push_back(s);
    }
    ParetoChart chart;
    QElapsedTimer timer;
    timer.start();
    chart.setResult(result, m_world.problem);
    const auto filled = timer.restart();
    show(chart);
    chart.view()->grab();
    timer.restart();
    chart.view()->grab();
    const auto drawn = timer.restart();
    QTest::mouseMove(chart.view()->viewport(), QPoint(300, 200));
    const auto hovered = timer.elapsed();
    qInfo("100,000 plans: filled in %lld ms, drawn in %lld ms, hovered in %lld ms",
          static_cast<long long>(filled), static_cast<long long>(drawn), static_cast<long long>(hovered));
    // Generous for a loaded machine; one item per dot takes half a minute.
    QVERIFY(filled < 3000 && drawn < 3000 && hovered < 3000);
}

void TestCharts::realSearches() {
    SearchOptions options;
    options.keep_dominated = true;
    Progress progress;
    const auto found = explore(m_world.problem, options, progress);
    QVERIFY2(found.ok(), found.ok() ? "" : found.error().message().c_str());
    const auto result = std::make_shared<const SearchResult>(*found);
    ParetoChart pareto;
    pareto.setResult(result, m_world.problem);
    show(pareto);
    // What the exact search calls the front is what the chart draws in front.
    std::set<std::uint32_t> front(result->front.begin(), result->front.end());
    QVERIFY(!pareto.linePlans().empty());
    for (const auto plan : pareto.linePlans()) QVERIFY(front.contains(plan));
    CutChart cut;
    cut.setResult(result, m_world.problem);
    QCOMPARE(cut.curveCount(), std::size_t{2});
}

void TestCharts::followsLightAndDark() {
    ParetoChart chart;
    chart.setResult(m_world.result, m_world.problem);
    show(chart);
    QCOMPARE(chart.toImage(1).pixelColor(2, 2), Theme::light().surface);
    applyTheme(*qApp, Theme::darkTheme());
    QApplication::processEvents();
    QCOMPARE(chart.toImage(1).pixelColor(2, 2), Theme::darkTheme().surface);
    applyTheme(*qApp, Theme::light());
}

CUTLINE_TEST(TestCharts)

} // namespace cutline::tst_charts

#include "tst_charts.moc"
