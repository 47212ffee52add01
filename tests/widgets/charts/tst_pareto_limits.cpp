// SPDX-License-Identifier: GPL-3.0-or-later
// The Pareto chart's demands: dragged, asked for, and in sight.
#include "tests/test_program.h"
#include "tests/widgets/charts/stand.h"
#include "tests/widgets/drag_mouse.h"
#include "tests/widgets/world.h"
#include "widgets/charts/pareto_chart.h"
#include "widgets/theme.h"

#include <QImage>
#include <QSignalSpy>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace cutline::tst_pareto_limits {
namespace {

/// Pixels that look different; edges of text may come out a shade apart from one painting to the next.
int differingPixels(const QImage& a, const QImage& b) {
    int count = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x) {
            const QColor p = a.pixelColor(x, y), q = b.pixelColor(x, y);
            const int most = std::max({std::abs(p.red() - q.red()), std::abs(p.green() - q.green()),
                                       std::abs(p.blue() - q.blue())});
            count += most > 48 ? 1 : 0;
        }
    return count;
}

} // namespace

class TestParetoLimits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_chart.reset(); }
    void aDraggedLimitIsAsked_data();
    void aDraggedLimitIsAsked();
    void escapePutsItBack();
    void theLineStaysInReach();
    void whatTheBrushLeavesOutIsDimmed();
    void infeasibleDemandsAreNamed();

private:
    Constraint limit(const char* words) const { return *parseConstraint(words, *m_world.problem.system); }
    QPoint onLine(double x, double y) const {
        return m_chart->view()->mapFromScene(m_chart->mapping().map({x, y}));
    }
    test::World m_world;
    std::unique_ptr<ParetoChart> m_chart;
};

void TestParetoLimits::initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_world = test::makeWorld(12);
}

void TestParetoLimits::init() {
    m_chart = std::make_unique<ParetoChart>();
    m_chart->setResult(m_world.result, m_world.problem);
    test::show(*m_chart, {800, 560});
}

void TestParetoLimits::aDraggedLimitIsAsked_data() {
    QTest::addColumn<QByteArray>("words"); // %1: a value in the middle of the axis
    QTest::addColumn<bool>("on_x");
    QTest::addColumn<QString>("start");
    QTest::newRow("energy") << QByteArray("energy<=%1 mJ") << true << QStringLiteral("energy<=");
    QTest::newRow("throughput") << QByteArray("throughput>=%1 fps") << false << QStringLiteral("throughput>=");
    QTest::newRow("interval") << QByteArray("ii<=%1 s") << false << QStringLiteral("ii<=");
}

void TestParetoLimits::aDraggedLimitIsAsked() {
    QFETCH(QByteArray, words);
    QFETCH(bool, on_x);
    QFETCH(QString, start);
    const PlotMapping to = m_chart->mapping();
    const double low = on_x ? to.x0 : to.y0, high = on_x ? to.x1 : to.y1;
    const double before = low + 0.8 * (high - low), after = low + 0.55 * (high - low);
    const bool interval = words.startsWith("ii");
    const Constraint from =
        limit(words.replace("%1", QByteArray::number(interval ? 1 / before : before, 'g', 12)).constData());
    m_chart->setConstraints({from});
    QSignalSpy moved(m_chart.get(), &PlanChart::demandMoved);
    QWidget* viewport = m_chart->view()->viewport();
    // Where no dot is: at the upper edge for a standing line, at the right one for a lying line.
    const auto at = [&](double value) {
        return on_x ? onLine(value, to.y0 + 0.985 * (to.y1 - to.y0)) : onLine(to.x0 + 0.99 * (to.x1 - to.x0), value);
    };
    QTest::mousePress(viewport, Qt::LeftButton, {}, at(before));
    test::dragMouse(viewport, at((before + after) / 2));
    test::dragMouse(viewport, at(after));
    QCOMPARE(moved.count(), 0); // nothing is searched while it moves
    QTest::mouseRelease(viewport, Qt::LeftButton, {}, at(after));
    QCOMPARE(moved.count(), 1);
    QVERIFY(moved.at(0).at(0).value<Constraint>() == from);
    const QString asked = moved.at(0).at(1).toString();
    QVERIFY2(asked.startsWith(start), qPrintable(asked));
    const Constraint read = limit(asked.toUtf8().constData());
    const double shown = interval ? 1 / read.limit : on_x ? read.limit * 1e3 : read.limit;
    QVERIFY2(std::abs(shown - after) < 0.02 * (high - low), qPrintable(asked));
    QVERIFY(!m_chart->isZoomed()); // it was no rubber band
}

void TestParetoLimits::escapePutsItBack() {
    const PlotMapping to = m_chart->mapping();
    const double middle = (to.x0 + to.x1) / 2;
    m_chart->setConstraints({limit(QByteArray("energy<=" + QByteArray::number(middle) + "mJ").constData())});
    const QImage before = m_chart->toImage(1);
    QSignalSpy moved(m_chart.get(), &PlanChart::demandMoved);
    QWidget* viewport = m_chart->view()->viewport();
    const double top = to.y0 + 0.985 * (to.y1 - to.y0);
    QTest::mousePress(viewport, Qt::LeftButton, {}, onLine(middle, top));
    test::dragMouse(viewport, onLine(to.x0 + 0.8 * (to.x1 - to.x0), top));
    QVERIFY(differingPixels(m_chart->toImage(1), before) > 100);
    QTest::keyClick(m_chart->view(), Qt::Key_Escape);
    QTest::mouseRelease(viewport, Qt::LeftButton, {}, onLine(to.x0 + 0.8 * (to.x1 - to.x0), top));
    QCOMPARE(moved.count(), 0);
    QCOMPARE(differingPixels(m_chart->toImage(1), before), 0);
}

/// A search leaves only what meets the demand: the axis still shows the demand itself, so that it can be loosened.
void TestParetoLimits::theLineStaysInReach() {
    double low = 1e9, high = 0;
    for (const Summary& s : m_world.result->summaries) {
        low = std::min(low, s.energy_j);
        high = std::max(high, s.energy_j);
    }
    const double demand = (high + (high - low) * 0.3) * 1e3;
    m_chart->setConstraints({limit(QByteArray("energy<=" + QByteArray::number(demand) + "mJ").constData())});
    m_chart->setResult(m_world.result, m_world.problem);
    QVERIFY(m_chart->mapping().x1 > demand);
    m_chart->setConstraints({limit("energy<=100 J")}); // that far off it would squash everything else
    m_chart->setResult(m_world.result, m_world.problem);
    QVERIFY(m_chart->mapping().x1 < 10 * demand);
}

void TestParetoLimits::whatTheBrushLeavesOutIsDimmed() {
    const QImage all = m_chart->toImage(1);
    PlanBrush brush;
    brush.set({Objective::Energy, 0, 1e-9});
    m_chart->setBrush(brush);
    QVERIFY(m_chart->linePlans().empty());
    QVERIFY(m_chart->positionOf(m_world.knee())); // dimmed, not gone
    QVERIFY(m_chart->toImage(1) != all);
    m_chart->setBrush({});
    QCOMPARE(differingPixels(m_chart->toImage(1), all), 0);
}

void TestParetoLimits::infeasibleDemandsAreNamed() {
    auto none = std::make_shared<SearchResult>();
    none->infeasible = Violation{Violation::Kind::Constraint, "latency<=1us", 0.03, 1e-6, {}, "latency<=1us: too much"};
    const QImage before = m_chart->toImage(1);
    m_chart->setResult(none, m_world.problem);
    QVERIFY(emptyWords(none.get(), QString()).contains(QStringLiteral("latency<=1us: too much")));
    QVERIFY(m_chart->toImage(1) != before);
}

CUTLINE_TEST(TestParetoLimits)

} // namespace cutline::tst_pareto_limits

#include "tst_pareto_limits.moc"
