// SPDX-License-Identifier: GPL-3.0-or-later
// Axes of figures: logarithms, values far out at the edge, and how a person chooses them in the charts.
#include "tests/test_program.h"
#include "tests/widgets/click_entry.h"
#include "tests/widgets/charts/stand.h"
#include "tests/widgets/world.h"
#include "widgets/charts/figure_axis.h"
#include "widgets/charts/matrix_chart.h"
#include "widgets/charts/parallel_chart.h"
#include "widgets/charts/pareto_chart.h"
#include "widgets/theme.h"

#include <QMenu>
#include <QSignalSpy>
#include <QTimer>
#include <QToolButton>

#include <cmath>

namespace cutline::tst_figure_axis {

class TestFigureAxis : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void thereAndBack_data();
    void thereAndBack();
    void valuesFarOutStandAtTheEdge();
    void zeroHasNoLogarithm();
    void logTicksAreRound_data();
    void logTicksAreRound();
    void wordsComeBack();
    void chosenInTheScatterByMouse();
    void oneFarPlanDoesNotSqueezeTheRest();
    void brushesReachWhatStandsAtTheEdge();
    void coloursGetDarkerOrLighterOnly_data();
    void coloursGetDarkerOrLighterOnly();
    void dotsAreColouredByAFigure();

private:
    /// The small world's plans, one of them a hundred times as far in energy as any other.
    SearchResultPtr withOneFarPlan() const {
        auto result = std::make_shared<SearchResult>(*m_world.result);
        double most = 0;
        for (const Summary& s : result->summaries) most = std::max(most, s.energy_j);
        result->summaries.back().energy_j = most * 100;
        return result;
    }
    test::World m_world;
};

void TestFigureAxis::initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_world = test::makeWorld(12);
}

void TestFigureAxis::thereAndBack_data() {
    QTest::addColumn<bool>("logarithmic");
    QTest::newRow("linear") << false;
    QTest::newRow("logarithmic") << true;
}

void TestFigureAxis::thereAndBack() {
    QFETCH(bool, logarithmic);
    const std::vector<double> values{1e-3, 2e-3, std::nan(""), 0.5};
    const FigureAxis axis(values, Unit::Second, {logarithmic, false});
    QCOMPARE(axis.isLogarithmic(), logarithmic);
    for (const double value : {1e-3, 2e-3, 0.5}) QVERIFY(std::abs(axis.shownAt(axis.at(value)) / value - 1) < 1e-12);
    QVERIFY(std::isnan(axis.at(values[2])));
    // Equal factors are equal steps only on a logarithmic axis.
    const double first = axis.at(2e-3) - axis.at(1e-3), second = axis.at(4e-3) - axis.at(2e-3);
    QCOMPARE(std::abs(first - second) < 1e-9, logarithmic);
}

void TestFigureAxis::valuesFarOutStandAtTheEdge() {
    std::vector<double> values;
    for (int i = 0; i <= 20; ++i) values.push_back(10 + i); // quartiles 15 and 25: far out beyond 55
    values.push_back(54);
    values.push_back(56);
    values.push_back(5600);
    const FigureAxis free(values, Unit::None, {}), edged(values, Unit::None, {false, true});
    QCOMPARE(free.farOut(), edged.farOut());
    QCOMPARE(free.atEdge(), std::size_t{0});
    QVERIFY(free.high() > 5000 * free.scale().factor);
    QVERIFY(edged.atEdge() >= 1 && edged.atEdge() <= 2);
    QVERIFY(edged.high() < 60 * edged.scale().factor);
    QCOMPARE(edged.at(5600), edged.high());
    QVERIFY(edged.freely(5600) > edged.high());
    QCOMPARE(edged.reachedAt(edged.high()), 5600.0);
}

void TestFigureAxis::zeroHasNoLogarithm() {
    const FigureAxis axis({0.0, 1.0, 2.0}, Unit::Byte, {true, false});
    QVERIFY(!axis.isLogarithmic());
    QVERIFY(!axis.hasLogarithm());
    QVERIFY(FigureAxis({}, Unit::Byte, {true, true}).empty());
    QVERIFY(FigureAxis({std::nan("")}, Unit::Byte, {}).empty());
}

void TestFigureAxis::logTicksAreRound_data() {
    QTest::addColumn<double>("from");
    QTest::addColumn<double>("to");
    QTest::addColumn<QString>("ticks");
    QTest::newRow("a decade") << 9.0 << 120.0 << QStringLiteral("10 20 50 100");
    QTest::newRow("decades") << 0.5 << 2000.0 << QStringLiteral("1 10 100 1000");
    QTest::newRow("a part of one") << 10.5 << 19.0 << QStringLiteral("12 14 16 18");
    QTest::newRow("no range") << 10.0 << 10.0 << QString();
}

void TestFigureAxis::logTicksAreRound() {
    QFETCH(double, from);
    QFETCH(double, to);
    QStringList words;
    for (const double tick : logTicks(std::log10(from), std::log10(to), 5)) words << tickText(tick);
    QTEST(words.join(u' '), "ticks");
}

void TestFigureAxis::wordsComeBack() {
    PlanAxes axes;
    axes.of(Objective::Energy).logarithmic = true;
    axes.of(Objective::Cost).clamped = true;
    axes.colour = Objective::Latency;
    QCOMPARE(axes.words(),
             QStringList({QStringLiteral("latency:colour"), QStringLiteral("energy:log"), QStringLiteral("cost:clamp")}));
    QVERIFY(PlanAxes::fromWords(axes.words()) == axes);
    QVERIFY(PlanAxes::fromWords({QStringLiteral("nothing"), QStringLiteral("energy:")}) == PlanAxes());
}

void TestFigureAxis::chosenInTheScatterByMouse() {
    ParetoChart chart;
    chart.setResult(m_world.result, m_world.problem);
    test::show(chart);
    QSignalSpy changed(&chart, &PlanChart::planAxesChanged);
    QToolButton* button = nullptr;
    for (QToolButton* b : chart.findChildren<QToolButton*>())
        if (b->accessibleName() == QStringLiteral("Axes")) button = b;
    QVERIFY(button);
    bool clicked = false;
    QTimer::singleShot(0, &chart, [&] {
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        if (!menu) return;
        for (QAction* action : menu->actions())
            if (action->text() == QStringLiteral("Energy per inference: logarithmic axis")) {
                clicked = true;
                return test::clickEntry(*menu, action);
            }
        menu->close();
    });
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(clicked);
    QCOMPARE(changed.count(), 1);
    QVERIFY(chart.planAxes().of(Objective::Energy).logarithmic);
    QVERIFY(chart.grab().toImage() != QImage());
    // A dot stands where the logarithm of its energy is.
    const auto plan = m_world.result->front.front();
    const QPointF at = chart.mapping().unmap(*chart.positionOf(plan));
    const double x_mj = m_world.result->summaries[plan].energy_j * 1e3;
    QVERIFY(chart.xObjective() == Objective::Energy);
    QVERIFY(std::abs(at.x() - std::log10(x_mj)) < 1e-6);
    // A double click shows all of it.
    const PlotMapping whole = chart.mapping();
    QTest::mouseDClick(chart.view()->viewport(), Qt::LeftButton, {}, QPoint(200, 200));
    QCOMPARE(chart.mapping().x0, whole.x0);
}

void TestFigureAxis::oneFarPlanDoesNotSqueezeTheRest() {
    const SearchResultPtr result = withOneFarPlan();
    ParetoChart chart;
    chart.setResult(result, m_world.problem);
    test::show(chart);
    QCOMPARE(chart.plotNote(), QStringLiteral("1 plan lies far out"));
    const auto width = [&] {
        return std::abs(chart.positionOf(0)->x() - chart.positionOf(static_cast<std::uint32_t>(result->summaries.size() / 2))->x());
    };
    const double squeezed = width();
    PlanAxes axes;
    axes.of(Objective::Energy).clamped = true;
    chart.setPlanAxes(axes);
    QCOMPARE(chart.plotNote(), QStringLiteral("1 plan at the edge"));
    QVERIFY(width() > 10 * squeezed);
    // It is drawn, at the edge, and nothing lies beyond it.
    const auto far = chart.positionOf(static_cast<std::uint32_t>(result->summaries.size() - 1));
    QVERIFY(far);
    for (std::uint32_t plan = 0; plan < result->summaries.size(); ++plan)
        if (const auto there = chart.positionOf(plan)) QVERIFY(there->x() <= far->x() + 0.01);
}

void TestFigureAxis::brushesReachWhatStandsAtTheEdge() {
    const SearchResultPtr result = withOneFarPlan();
    ParallelChart chart;
    PlanAxes axes;
    axes.of(Objective::Energy).clamped = true;
    chart.setPlanAxes(axes);
    chart.setResult(result, m_world.problem);
    chart.resize(900, 420);
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    std::size_t energy = 0;
    while (chart.axisObjective(energy) != Objective::Energy) ++energy;
    const QPoint top = chart.positionOf(energy, result->summaries.back().energy_j).toPoint();
    QTest::mousePress(&chart, Qt::LeftButton, {}, top + QPoint(0, 20));
    QTest::mouseMove(&chart, top - QPoint(0, 2));
    QTest::mouseRelease(&chart, Qt::LeftButton, {}, top - QPoint(0, 2));
    QVERIFY(chart.brush().accepts(result->summaries.back()));
    MatrixChart matrix;
    matrix.setPlanAxes(axes);
    matrix.setResult(result, m_world.problem);
    QVERIFY(!matrix.toImage(1).isNull());
}

void TestFigureAxis::coloursGetDarkerOrLighterOnly_data() {
    QTest::addColumn<bool>("dark");
    QTest::newRow("on a light ground") << false;
    QTest::newRow("on a dark ground") << true;
}

void TestFigureAxis::coloursGetDarkerOrLighterOnly() {
    QFETCH(bool, dark);
    // In grey they are told apart as well: relative luminance [WCAG 2.1] goes one way.
    const auto luminance = [](const QColor& c) {
        const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
        return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
    };
    for (int i = 1; i <= 20; ++i) {
        const double before = luminance(figureColour((i - 1) / 20.0, dark)), now = luminance(figureColour(i / 20.0, dark));
        QVERIFY(dark ? now > before : now < before);
    }
}

void TestFigureAxis::dotsAreColouredByAFigure() {
    ParetoChart chart;
    PlanAxes axes;
    axes.colour = Objective::Latency;
    chart.setPlanAxes(axes);
    chart.setResult(m_world.result, m_world.problem);
    test::show(chart);
    double low = 1e9, high = 0;
    for (const Summary& s : m_world.result->summaries) {
        low = std::min(low, s.latency_s);
        high = std::max(high, s.latency_s);
    }
    const QImage picture = chart.view()->viewport()->grab().toImage();
    const std::uint32_t plan = test::lonelyPlan(chart, m_world.result->summaries.size());
    const QColor got = picture.pixelColor(test::pointOf(chart, plan));
    const QColor want = figureColour((m_world.result->summaries[plan].latency_s - low) / (high - low), false);
    const auto away = [&](const QColor& a, const QColor& b) {
        return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue());
    };
    QVERIFY2(away(got, want) < 60, qPrintable(got.name() + QStringLiteral(" for ") + want.name())); // a small dot's rim is soft
}

CUTLINE_TEST(TestFigureAxis)

} // namespace cutline::tst_figure_axis

#include "tst_figure_axis.moc"
