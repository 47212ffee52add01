// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/world.h"
#include "widgets/panels/metric_strip.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QSignalSpy>

namespace cutline::tst_metric_strip {
namespace {

enum Tile : std::size_t { kThroughput, kLatency, kEnergy, kMemory, kLink, kAccuracy };

/// 50/s, 30 ms, 20 mJ, 2 of 4 MiB on EYR, 1 MiB over the link in 5 ms.
Metrics plainMetrics() {
    Metrics m;
    m.initiation_interval_s = 0.02;
    m.latency_s = 0.03;
    m.energy_j = 0.02;
    m.link_bytes = 1048576;
    m.memory_bytes_max = 2.0 * 1048576;
    m.tightest_ratio = 0.5;
    m.tightest_platform = PlatformId{0};
    m.platforms.resize(2);
    m.platforms[0] = {0.02, 0.012, 0, 0, 2.0 * 1048576};
    m.platforms[1] = {0.008, 0.008, 0, 0, 1.0 * 1048576};
    m.links = {{1048576, 0.005, 0.001}};
    return m;
}

} // namespace

class TestMetricStrip : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, Theme::light()); }
    void saysTheSixNumbers();
    void judgesAgainstTheReference();
    void previewIsAgainstThePlanBefore();
    void limits();
    void violationsStandFirst();
    void unknownCapacity();
    void noPlan();
    void tilesAreButtons();
    void updatesInTime();
};

void TestMetricStrip::saysTheSixNumbers() {
    MetricStrip strip;
    strip.setSystem(test::makeSystem());
    strip.setMetrics(plainMetrics());
    const auto& t = strip.tiles();
    QCOMPARE(t[kThroughput].number, QStringLiteral("50.0"));
    QCOMPARE(t[kThroughput].unit, QStringLiteral("/s"));
    QCOMPARE(t[kLatency].number + t[kLatency].unit, QStringLiteral("30.0ms"));
    QCOMPARE(t[kEnergy].number + t[kEnergy].unit, QStringLiteral("20.0mJ"));
    QCOMPARE(t[kMemory].title, QStringLiteral("Tightest memory"));
    QCOMPARE(t[kMemory].number + t[kMemory].unit, QStringLiteral("50%"));
    QCOMPARE(t[kMemory].note, QStringLiteral("2.00 of 4\u202FMiB on EYR"));
    QCOMPARE(t[kMemory].briefer,
             (QStringList{QStringLiteral("2.00\u202FMiB on EYR"), QStringLiteral("on EYR")}));
    QCOMPARE(t[kLink].number + t[kLink].unit, QStringLiteral("1.00MiB"));
    QCOMPARE(t[kLink].note, QStringLiteral("25\u202F% of gbe's time"));
    QCOMPARE(t[kAccuracy].number, QStringLiteral("not known"));
    for (const auto& tile : t) QVERIFY(tile.change.isEmpty() && !tile.broken);
}

void TestMetricStrip::judgesAgainstTheReference() {
    Metrics reference = plainMetrics();
    reference.initiation_interval_s = 0.025; // 40/s: now 25 % better
    reference.latency_s = 0.024;             // now 25 % worse
    reference.energy_j = 0.025;              // now 20 % better
    MetricStrip strip;
    strip.setSystem(test::makeSystem());
    strip.setMetrics(plainMetrics(), reference, QStringLiteral("EYR alone"));
    const auto& t = strip.tiles();
    QCOMPARE(t[kThroughput].change, QStringLiteral("\u25B2 +25.0\u202F%"));
    QCOMPARE(t[kThroughput].verdict, Verdict::Better);
    QVERIFY(t[kThroughput].note.contains(QStringLiteral("to EYR alone")));
    QCOMPARE(t[kLatency].verdict, Verdict::Worse);
    QCOMPARE(t[kEnergy].change, QStringLiteral("\u25BC \u221220.0\u202F%"));
    QCOMPARE(t[kEnergy].verdict, Verdict::Better);
    QCOMPARE(t[kMemory].verdict, Verdict::Same);
    QVERIFY(t[kLatency].tip.contains(QStringLiteral("EYR alone: 24.0\u202Fms")));
}

void TestMetricStrip::previewIsAgainstThePlanBefore() {
    Metrics reference = plainMetrics();
    reference.latency_s = 1;
    Metrics preview = plainMetrics();
    preview.latency_s = 0.015;
    MetricStrip strip;
    strip.setSystem(test::makeSystem());
    strip.setMetrics(plainMetrics(), reference, QStringLiteral("reference"));
    const auto before = strip.tiles();
    strip.setPreview(preview);
    QVERIFY(strip.isPreviewing());
    QCOMPARE(strip.tiles()[kLatency].number, QStringLiteral("15.0"));
    QCOMPARE(strip.tiles()[kLatency].change, QStringLiteral("\u25BC \u221250.0\u202F%"));
    QVERIFY(strip.tiles()[kLatency].note.contains(QStringLiteral("from 30.0\u202Fms")));
    strip.setPreview({});
    QVERIFY(strip.tiles() == before);
}

void TestMetricStrip::limits() {
    const auto system = test::makeSystem();
    MetricStrip strip;
    strip.setSystem(system);
    strip.setMetrics(plainMetrics());
    strip.setConstraints(
        {*parseConstraint("latency<=60ms", *system), *parseConstraint("energy<=16mJ", *system),
         *parseConstraint("throughput>=100fps", *system), *parseConstraint("memory:EYR<=3MiB", *system)});
    const auto& t = strip.tiles();
    QCOMPARE(t[kLatency].note, QStringLiteral("limit 60\u202Fms \u00B7 margin 50\u202F%"));
    QVERIFY(!t[kLatency].broken);
    QCOMPARE(t[kEnergy].note, QStringLiteral("25\u202F% over 16\u202FmJ"));
    QVERIFY(t[kEnergy].broken);
    QCOMPARE(t[kThroughput].note, QStringLiteral("50\u202F% short of 100\u202F/s"));
    QVERIFY(t[kThroughput].broken);
    QVERIFY(!t[kMemory].broken);
    QVERIFY(t[kMemory].note.contains(QStringLiteral("limit 3\u202FMiB")));
}

void TestMetricStrip::violationsStandFirst() {
    Metrics m = plainMetrics();
    m.violations = {{Violation::Kind::Memory, "EYR", 9.2e6, 8e6, {}, "EYR: needs 9.2 MiB of 8.0 MiB"},
                    {Violation::Kind::LinkOverload, "gbe", 2, 1, {}, "gbe: busy 200 % of the period"}};
    MetricStrip strip;
    strip.setSystem(test::makeSystem());
    strip.setMetrics(m);
    QVERIFY(strip.tiles()[kMemory].broken);
    QVERIFY(strip.tiles()[kMemory].note.startsWith(QStringLiteral("EYR: needs 9.2 MiB")));
    QVERIFY(strip.tiles()[kLink].broken);
    QVERIFY(!strip.tiles()[kEnergy].broken);
}

void TestMetricStrip::unknownCapacity() {
    Metrics m = plainMetrics();
    m.tightest_ratio.reset();
    m.tightest_platform.reset();
    MetricStrip strip;
    strip.setSystem(test::makeSystem());
    strip.setMetrics(m);
    QCOMPARE(strip.tiles()[kMemory].title, QStringLiteral("Largest memory"));
    QCOMPARE(strip.tiles()[kMemory].number + strip.tiles()[kMemory].unit, QStringLiteral("2.00MiB"));
    QVERIFY(strip.tiles()[kMemory].note.contains(QStringLiteral("EYR")));
}

void TestMetricStrip::noPlan() {
    MetricStrip strip;
    for (const auto& tile : strip.tiles()) QCOMPARE(tile.number, QStringLiteral("\u2013"));
    strip.setMetrics(plainMetrics()); // without a system: names are missing, figures are not
    QCOMPARE(strip.tiles()[kLatency].number, QStringLiteral("30.0"));
    strip.setMetrics({});
    QCOMPARE(strip.tiles()[kLatency].number, QStringLiteral("\u2013"));
}

void TestMetricStrip::tilesAreButtons() {
    MetricStrip strip;
    strip.setMetrics(plainMetrics());
    strip.resize(1200, 72);
    strip.show();
    QVERIFY(QTest::qWaitForWindowExposed(&strip));
    QSignalSpy activated(&strip, &MetricStrip::objectiveActivated);
    QTest::mouseClick(strip.childAt(250, 30), Qt::LeftButton, {}, QPoint(20, 20));
    QCOMPARE(activated.count(), 1);
    QCOMPARE(activated.at(0).at(0).value<Objective>(), Objective::Latency);
    QTest::keyClick(strip.childAt(450, 30), Qt::Key_Return);
    QCOMPARE(activated.count(), 2);
    QCOMPARE(activated.at(1).at(0).value<Objective>(), Objective::Energy);
    for (const auto* tile : strip.findChildren<QWidget*>()) {
        QVERIFY(!tile->accessibleName().isEmpty());
        QVERIFY(!tile->toolTip().isEmpty());
    }
}

void TestMetricStrip::updatesInTime() {
    const auto system = test::makeSystem();
    MetricStrip strip;
    strip.setSystem(system);
    strip.setConstraints({*parseConstraint("latency<=60ms", *system)});
    strip.setMetrics(plainMetrics());
    strip.resize(1440, 72);
    strip.show();
    QVERIFY(QTest::qWaitForWindowExposed(&strip));
    Metrics preview = plainMetrics();
    QElapsedTimer timer;
    timer.start();
    constexpr int kMoves = 200;
    for (int i = 0; i < kMoves; ++i) {
        preview.latency_s = 0.03 + 1e-4 * i;
        preview.energy_j = 0.02 + 1e-4 * i;
        strip.setPreview(preview);
        strip.repaint();
    }
    const double each = static_cast<double>(timer.nsecsElapsed()) / 1e6 / kMoves;
    qInfo("one preview with repaint: %.3f ms", each);
    QVERIFY2(each < 8, "budget 2 ms, four times that on a loaded machine");
}

CUTLINE_TEST(TestMetricStrip)

} // namespace cutline::tst_metric_strip

#include "tst_metric_strip.moc"
