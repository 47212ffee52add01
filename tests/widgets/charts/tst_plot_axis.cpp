// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "widgets/charts/label_place.h"
#include "widgets/charts/plot_axis.h"

#include <cmath>
#include <random>

namespace cutline::tst_plot_axis {

class TestPlotAxis : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void ticks_data();
    void ticks();
    void ticksOfRandomRanges();
    void mapsThereAndBack();
    void labelsGoWhereLeastIsCovered();
};

void TestPlotAxis::ticks_data() {
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<double>("step");
    QTest::addColumn<double>("from");
    QTest::addColumn<double>("to");
    QTest::addColumn<int>("decimals");
    QTest::newRow("tens") << 41.0 << 89.0 << 10.0 << 40.0 << 90.0 << 0;
    QTest::newRow("fives") << 11.5 << 28.9 << 5.0 << 10.0 << 30.0 << 0;
    QTest::newRow("parts") << 0.12 << 0.58 << 0.1 << 0.1 << 0.6 << 1;
    QTest::newRow("hundredths") << 0.011 << 0.098 << 0.02 << 0.0 << 0.1 << 2;
    QTest::newRow("one value") << 20.0 << 20.0 << 1.0 << 18.0 << 22.0 << 0;
    QTest::newRow("zero alone") << 0.0 << 0.0 << 0.5 << -1.0 << 1.0 << 1;
    QTest::newRow("turned round") << 89.0 << 41.0 << 10.0 << 40.0 << 90.0 << 0;
}

void TestPlotAxis::ticks() {
    QFETCH(double, low);
    QFETCH(double, high);
    const Ticks t = niceTicks(low, high, 5);
    QTEST(t.step, "step");
    QTEST(t.decimals, "decimals");
    QFETCH(double, from);
    QFETCH(double, to);
    QVERIFY(std::abs(t.low - from) < 1e-9);
    QVERIFY(std::abs(t.high - to) < 1e-9);
}

void TestPlotAxis::ticksOfRandomRanges() {
    const unsigned seed = 11;
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> exponent(-9, 9), share(0, 1);
    for (int i = 0; i < 2000; ++i) {
        const double low = std::pow(10, exponent(random)) * (share(random) < 0.3 ? -1 : 1);
        const double high = low + std::abs(low) * std::pow(10, exponent(random) / 2);
        const Ticks t = niceTicks(low, high, 5);
        const auto message =
            QStringLiteral("seed %1, row %2: %3 %4").arg(seed).arg(i).arg(low).arg(high).toUtf8();
        QVERIFY2(t.low <= low + 1e-6 * t.step && t.high >= high - 1e-6 * t.step, message.constData());
        const double lead = t.step / std::pow(10, std::floor(std::log10(t.step) + 1e-9));
        QVERIFY2(std::abs(lead - 1) < 1e-6 || std::abs(lead - 2) < 1e-6 || std::abs(lead - 5) < 1e-6,
                 message.constData());
        QVERIFY2((t.high - t.low) / t.step < 9, message.constData());
    }
    QCOMPARE(niceTicks(std::nan(""), 1, 5).high, 1.0);
    QCOMPARE(niceTicks(0, INFINITY, 5).low, 0.0);
}

void TestPlotAxis::labelsGoWhereLeastIsCovered() {
    const QRectF area(0, 0, 400, 200);
    const QPointF at(200, 100);
    const QSizeF size(60, 14);
    const auto place = [&](const std::vector<QRectF>& placed) { return labelPlace(at, size, area, false, placed); };
    const auto dotIn = [](const QRectF& rect) { return QRectF(rect.center() - QPointF(2, 2), QSizeF(4, 4)); };
    const QRectF usual = place({});
    QVERIFY(usual.left() > at.x() && usual.left() < at.x() + 12);
    const QRectF beside = place({dotIn(usual)}); // one dot is enough to go to the other side
    QVERIFY(!beside.intersects(dotIn(usual)));
    QVERIFY(beside.right() < at.x() && beside.right() > at.x() - 12);
    // Where dots are all around, near its own dot and over few of them rather than far away.
    std::vector<QRectF> cloud;
    for (int x = 0; x < 400; x += 30)
        for (int y = 0; y < 200; y += 14) cloud.push_back(QRectF(x, y, 4, 4));
    const QRectF among = place(cloud);
    QVERIFY(QLineF(among.center(), at).length() < 70);
    // Words of another label weigh more than any dots.
    cloud.push_back(among);
    QVERIFY(!place(cloud).intersects(among));
    QVERIFY(area.adjusted(0, -6, 8, 0).contains(labelPlace({395, 190}, size, area, true, {})));
}

void TestPlotAxis::mapsThereAndBack() {
    const PlotMapping to{QRectF(50, 10, 400, 200), 10, 30, 40, 90};
    QCOMPARE(to.map({10, 40}), QPointF(50, 210));
    QCOMPARE(to.map({30, 90}), QPointF(450, 10));
    const QPointF value(17.5, 61);
    const QPointF back = to.unmap(to.map(value));
    QVERIFY(std::abs(back.x() - value.x()) < 1e-9 && std::abs(back.y() - value.y()) < 1e-9);
    QVERIFY(to.shows({10, 90}));
    QVERIFY(!to.shows({9.9, 50}));
}

CUTLINE_TEST(TestPlotAxis)

} // namespace cutline::tst_plot_axis

#include "tst_plot_axis.moc"
