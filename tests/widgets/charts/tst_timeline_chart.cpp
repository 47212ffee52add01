// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/plan/small_world.h"
#include "tests/test_program.h"
#include "tests/widgets/drag_mouse.h"
#include "tests/widgets/world.h"
#include "widgets/charts/timeline_chart.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QComboBox>
#include <QSignalSpy>
#include <QToolTip>
#include <QWheelEvent>

#include <cmath>

namespace cutline::tst_timeline_chart {

class TestTimelineChart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_chart.reset(); }
    void axisZoomsAndPans();
    void showsLanesAndThePredictedInterval();
    void oneInference();
    void keysMoveAndZoom();
    void wheelZoomsAtTheCursor();
    void draggingMoves();
    void controlAndDragMeasures();
    void hoverLightsALayerInEveryInference();
    void clickChoosesTheLayer();
    void hiddenChartsDoNoWork();
    void forgetsThePlanOfAnotherSystem();
    void whatIsLentSaysForWhom();
    void whatLiesUnderItIsReached();
    void dataAndPictures();

private:
    const Timeline& timeline() const { return *m_chart->timeline(); }
    std::size_t pieceOf(std::uint32_t frame, std::uint32_t part) const {
        for (std::size_t i = 0; i < timeline().bars.size(); ++i)
            if (timeline().bars[i].kind == Timeline::Bar::Kind::Piece && timeline().bars[i].frame == frame &&
                timeline().bars[i].part == part)
                return i;
        return 0;
    }
    /// EYR leaves its third layer to SMB.
    void letFallBack() {
        Problem problem = m_world.problem;
        auto table = std::make_shared<CostTable>(*problem.costs);
        QVERIFY(test::letFallBack(*table, {2}, {0}, {1}));
        problem.costs = table;
        m_chart->setEvaluator(std::make_shared<const Evaluator>(problem));
        QTRY_VERIFY(std::ranges::any_of(timeline().bars, [](const auto& bar) { return bar.lent_for.has_value(); }));
    }
    QString tipAt(QPointF at) const {
        QToolTip::hideText();
        QTest::mouseMove(m_chart.get(), at.toPoint());
        return QToolTip::text();
    }
    test::World m_world;
    Plan m_plan;
    std::unique_ptr<TimelineChart> m_chart;
};

void TestTimelineChart::initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_world = test::makeWorld(12);
    const auto layers = static_cast<std::uint32_t>(m_world.problem.graph->layerCount());
    m_plan = test::planOf({{0, 10}, {1, layers}});
}

void TestTimelineChart::init() {
    m_chart = std::make_unique<TimelineChart>();
    m_chart->resize(900, 320);
    m_chart->setEvaluator(m_world.evaluator);
    m_chart->setPlan(m_plan);
    m_chart->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_chart.get()));
    QTRY_VERIFY(m_chart->timeline());
}

void TestTimelineChart::axisZoomsAndPans() {
    TimeAxis axis{100, 1000, 0, 10, 10};
    QCOMPARE(axis.x(5), 600.0);
    axis.zoom(0.5, 350); // 2.5 s stays where it is
    QCOMPARE(axis.span(), 5.0);
    QCOMPARE(axis.time(350), 2.5);
    axis.pan(100);
    QCOMPARE(axis.to_s, 10.0);
    QCOMPARE(axis.from_s, 5.0);
    axis.zoom(100, 400);
    QCOMPARE(axis.from_s, 0.0);
    QCOMPARE(axis.to_s, 10.0);
}

void TestTimelineChart::showsLanesAndThePredictedInterval() {
    const Metrics m = m_world.evaluator->evaluate(m_plan);
    QCOMPARE(timeline().lanes.size(), std::size_t{3});
    QVERIFY(std::abs(timeline().interval_s - m.initiation_interval_s) < 1e-3 * m.initiation_interval_s);
    QVERIFY2(m_chart->summaryText().contains(quantityText(timeline().interval_s, Unit::Second)),
             qPrintable(m_chart->summaryText()));
    QVERIFY(m_chart->summaryText().contains(QStringLiteral("bottleneck ")));
}

void TestTimelineChart::oneInference() {
    auto* box = m_chart->modeBox();
    QTest::keyClick(box, Qt::Key_Up);
    QTRY_VERIFY(m_chart->timeline() && timeline().frames == 1);
    const Metrics m = m_world.evaluator->evaluate(m_plan);
    QVERIFY(std::abs(timeline().first_latency_s - m.latency_s) < 1e-9);
    QVERIFY(m_chart->summaryText().startsWith(QStringLiteral("latency ") + quantityText(m.latency_s, Unit::Second)));
}

void TestTimelineChart::keysMoveAndZoom() {
    const double all = m_chart->axis().span();
    QTest::keyClick(m_chart.get(), Qt::Key_W);
    const double near = m_chart->axis().span();
    QVERIFY(near < all);
    const double before = m_chart->axis().from_s;
    QTest::keyClick(m_chart.get(), Qt::Key_D);
    QVERIFY(m_chart->axis().from_s > before);
    QTest::keyClick(m_chart.get(), Qt::Key_A);
    QVERIFY(std::abs(m_chart->axis().from_s - before) < 1e-9 * all);
    QTest::keyClick(m_chart.get(), Qt::Key_S);
    QVERIFY(m_chart->axis().span() > near);
    QTest::keyClick(m_chart.get(), Qt::Key_F);
    QCOMPARE(m_chart->axis().span(), all);
}

void TestTimelineChart::wheelZoomsAtTheCursor() {
    const QPoint at(600, 120);
    const double time = m_chart->axis().time(at.x());
    QWheelEvent wheel(at, m_chart->mapToGlobal(at), {}, {0, 240}, Qt::NoButton, {}, Qt::NoScrollPhase, false);
    QApplication::sendEvent(m_chart.get(), &wheel);
    QVERIFY(m_chart->axis().span() < timeline().end_s);
    QVERIFY(std::abs(m_chart->axis().time(at.x()) - time) < 1e-9 * timeline().end_s);
}

void TestTimelineChart::draggingMoves() {
    for (int i = 0; i < 4; ++i) QTest::keyClick(m_chart.get(), Qt::Key_W);
    const double from = m_chart->axis().from_s, under = m_chart->axis().time(500);
    QTest::mousePress(m_chart.get(), Qt::LeftButton, {}, QPoint(500, 120));
    test::dragMouse(m_chart.get(), QPoint(440, 120));
    QTest::mouseRelease(m_chart.get(), Qt::LeftButton, {}, QPoint(440, 120));
    QVERIFY(m_chart->axis().from_s > from);
    QVERIFY(std::abs(m_chart->axis().time(440) - under) < 1e-6 * timeline().end_s);
}

void TestTimelineChart::controlAndDragMeasures() {
    QVERIFY(m_chart->rangeText().isEmpty());
    QTest::mousePress(m_chart.get(), Qt::LeftButton, Qt::ControlModifier, QPoint(300, 120));
    test::dragMouse(m_chart.get(), QPoint(500, 120), Qt::ControlModifier);
    QTest::mouseRelease(m_chart.get(), Qt::LeftButton, Qt::ControlModifier, QPoint(500, 120));
    const double length = m_chart->axis().time(500) - m_chart->axis().time(300);
    QVERIFY2(m_chart->rangeText().startsWith(quantityText(length, Unit::Second)), qPrintable(m_chart->rangeText()));
    // In steady state the bottleneck is busy all the time.
    const QString busiest = text(timeline().lanes[*timeline().bottleneck].name);
    QVERIFY2(m_chart->rangeText().contains(busiest + QStringLiteral(" 100")), qPrintable(m_chart->rangeText()));
    QTest::keyClick(m_chart.get(), Qt::Key_Escape);
    QVERIFY(m_chart->rangeText().isEmpty());
}

void TestTimelineChart::hoverLightsALayerInEveryInference() {
    const QImage before = m_chart->grab().toImage();
    QSignalSpy hovered(m_chart.get(), &PlanChart::layerHovered);
    const QRectF first = m_chart->barRect(pieceOf(0, 1)), later = m_chart->barRect(pieceOf(5, 1));
    QTest::mouseMove(m_chart.get(), first.center().toPoint());
    QCOMPARE(hovered.count(), 1);
    QVERIFY(m_chart->layerAt(first.center()));
    const QImage lit = m_chart->grab().toImage();
    const auto changed = [&](const QRectF& rect) {
        return before.copy(rect.toAlignedRect()) != lit.copy(rect.toAlignedRect());
    };
    QVERIFY(changed(first) && changed(later));
    QVERIFY(!changed(m_chart->barRect(pieceOf(5, 0))));
}

void TestTimelineChart::clickChoosesTheLayer() {
    QSignalSpy selected(m_chart.get(), &PlanChart::layerSelected);
    const QPointF at = m_chart->barRect(pieceOf(3, 0)).center();
    QTest::mouseClick(m_chart.get(), Qt::LeftButton, {}, at.toPoint());
    QCOMPARE(selected.count(), 1);
    const auto layer = selected.at(0).at(0).value<LayerId>();
    QVERIFY(layer.value < 10); // of the first stage
    // In the middle of the piece's time: the layers before it take less than half of it.
    double half = 0, whole = 0;
    for (std::uint32_t l = 0; l < 10; ++l) {
        const double time = m_world.problem.costs->layer({l}, {0}).latency_s;
        if (l < layer.value) half += time;
        whole += time;
    }
    QVERIFY(half <= whole * 0.55);
}

// Even out of sight: what it holds names platforms and layers by number.
void TestTimelineChart::forgetsThePlanOfAnotherSystem() {
    m_chart->hide();
    Problem alone = m_world.problem;
    auto system = std::make_shared<System>(*alone.system);
    system->platforms.pop_back();
    system->links.clear();
    alone.system = system;
    m_chart->setEvaluator(std::make_shared<const Evaluator>(alone));
    QVERIFY(!m_chart->timeline());
    m_chart->show();
    QCoreApplication::processEvents();
    QVERIFY(!m_chart->timeline()); // no plan is known for this system
    m_chart->setEvaluator(m_world.evaluator);
    m_chart->setPlan(m_plan);
    QTRY_VERIFY(m_chart->timeline());
    m_chart->setEvaluator(test::makeWorld(3).evaluator);
    QVERIFY(!m_chart->timeline());
}

void TestTimelineChart::hiddenChartsDoNoWork() {
    TimelineChart hidden;
    hidden.setEvaluator(m_world.evaluator);
    hidden.setPlan(m_plan);
    QCoreApplication::processEvents();
    QVERIFY(!hidden.timeline());
    hidden.show();
    QTRY_VERIFY(hidden.timeline());
}

void TestTimelineChart::whatIsLentSaysForWhom() {
    m_chart->setMode(TimelineChart::Mode::OneInference);
    letFallBack();
    QTRY_COMPARE(timeline().frames, 1U);
    // Both ways of the link have lanes: their names are not cut off.
    QCOMPARE(timeline().lanes.size(), std::size_t{4});
    const QFontMetricsF metrics(fontFor(TextRole::Small));
    for (const Timeline::Lane& lane : timeline().lanes)
        QVERIFY(m_chart->axis().left > 27 + metrics.horizontalAdvance(text(lane.name)) + 8 + metrics.horizontalAdvance(QStringLiteral("100 %")) + 8);
    const QString name = shortLayerName(m_world.problem.graph->layer({2}).name);
    const QString words = QStringLiteral("for %1 of EYR, which leaves this layer to its host").arg(name);
    std::vector<Timeline::Bar::Kind> seen;
    QSignalSpy hovered(m_chart.get(), &PlanChart::layerHovered);
    for (std::size_t i = 0; i < timeline().bars.size(); ++i) {
        const Timeline::Bar& bar = timeline().bars[i];
        if (!bar.lent_for) continue;
        const QString tip = tipAt(m_chart->barRect(i).center());
        QVERIFY2(tip.contains(words), qPrintable(tip));
        QVERIFY2(tip.startsWith(text(timeline().lanes[bar.lane].name.substr(0, 3))), qPrintable(tip));
        seen.push_back(bar.kind);
    }
    using Kind = Timeline::Bar::Kind;
    QVERIFY(seen == (std::vector{Kind::Transfer, Kind::Piece, Kind::Transfer}));
    QCOMPARE(hovered.last()[0].value<std::optional<LayerId>>(), std::optional(LayerId{2}));
    // And where EYR waits for it.
    const auto& steps = timeline().pieces[0].steps;
    const double middle = m_chart->axis().x((steps[2].start_s + steps[2].end_s) / 2);
    const QString tip = tipAt({middle, m_chart->barRect(pieceOf(0, 0)).center().y()});
    QVERIFY2(tip.contains(name) && tip.contains(QStringLiteral("(waits for SMB)")), qPrintable(tip));
    QVERIFY(m_chart->toCsv().contains(QStringLiteral("transfer")));
}

void TestTimelineChart::whatLiesUnderItIsReached() {
    letFallBack();
    int reached = 0;
    for (std::size_t i = 0; i < timeline().bars.size(); ++i)
        for (std::size_t k = 0; k < timeline().bars.size(); ++k) {
            const Timeline::Bar &over = timeline().bars[i], &under = timeline().bars[k];
            const double middle = (over.start_s + over.end_s) / 2;
            if (!over.lent_for || under.lent_for || over.lane != under.lane || over.kind != Timeline::Bar::Kind::Piece ||
                under.start_s >= middle || under.end_s <= middle)
                continue;
            const QPointF at = m_chart->barRect(i).center();
            QVERIFY(tipAt(at).contains(QStringLiteral("leaves this layer")));
            QVERIFY(tipAt({at.x(), m_chart->barRect(k).top() + 2}).contains(QStringLiteral("stage 2")));
            ++reached;
        }
    QVERIFY(reached > 3);
}

void TestTimelineChart::dataAndPictures() {
    const QStringList lines = m_chart->toCsv().split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), static_cast<qsizetype>(timeline().bars.size()) + 1);
    QVERIFY(!m_chart->toImage(1).isNull());
    m_chart->setPlan({});
    QTRY_VERIFY(!m_chart->timeline());
    QVERIFY(!m_chart->toImage(1).isNull());
    QTest::mouseMove(m_chart.get(), QPoint(400, 100));
    QTest::keyClick(m_chart.get(), Qt::Key_W);
}

CUTLINE_TEST(TestTimelineChart)

} // namespace cutline::tst_timeline_chart

#include "tst_timeline_chart.moc"
