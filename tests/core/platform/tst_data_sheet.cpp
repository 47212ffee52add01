// SPDX-License-Identifier: GPL-3.0-or-later
// Descriptors out of data sheets, against figures worked out by hand.
#include "tests/test_program.h"

#include "core/platform/data_sheet.h"
#include "core/platform/library.h"

#include <cmath>

namespace cutline::tst_data_sheet {
namespace {

/// 26 TOPS int8, 400 MHz.
DataSheet sheet() {
    DataSheet s;
    s.name = "mine";
    s.peak_macs_per_s = 13e12;
    s.clock_likely_hz = 400e6;
    return s;
}

} // namespace

class TestDataSheet : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void peaks_data();
    void peaks();
    void theRangeOfClocksIsUncertainty();
    void everyNumberHasANoteAndReadsBack();
    void refuses_data();
    void refuses();
};

void TestDataSheet::peaks_data() {
    QTest::addColumn<bool>("sparse");
    QTest::addColumn<double>("nominal_hz");
    QTest::addColumn<double>("macs_per_s");
    QTest::newRow("dense") << false << 0.0 << 13e12;
    QTest::newRow("sparse") << true << 0.0 << 6.5e12;
    QTest::newRow("printed for twice the clock") << false << 800e6 << 6.5e12;
    QTest::newRow("both") << true << 800e6 << 3.25e12;
}

void TestDataSheet::peaks() {
    QFETCH(const bool, sparse);
    QFETCH(const double, nominal_hz);
    QFETCH(const double, macs_per_s);
    DataSheet s = sheet();
    s.sparse = sparse;
    if (nominal_hz > 0) s.nominal_clock_hz = nominal_hz;
    const auto platform = platformOf(s);
    QVERIFY(platform);
    QCOMPARE(platform->roofline->peaks.front().macs_per_s, macs_per_s);
    QCOMPARE(platform->roofline->peaks.front().type, std::string("int8"));
}

void TestDataSheet::theRangeOfClocksIsUncertainty() {
    DataSheet s = sheet();
    QVERIFY(!platformOf(s)->uncertainty.platform); // then the default of a roofline
    s.clock_low_hz = 200e6;
    s.clock_high_hz = 500e6;
    // ln 2.5 = 0.916291, over 3.29: 0.278508; with 0.4: 0.487406.
    QVERIFY(std::abs(*platformOf(s)->uncertainty.platform - 0.487406) < 1e-5);
}

void TestDataSheet::everyNumberHasANoteAndReadsBack() {
    DataSheet s = sheet();
    s.title = "My accelerator";
    s.type = "float16";
    s.sparse = true;
    s.clock_low_hz = 300e6;
    s.nominal_clock_hz = 500e6;
    s.bandwidth_bytes_per_s = 17e9;
    s.memory_bytes = 2147483648.0;
    s.busy_power_w = 5;
    s.idle_power_w = 0.5;
    const auto platform = platformOf(s);
    QVERIFY(platform);
    QCOMPARE(platform->weight_bits, 16);
    for (const char* field : {"weight_bits", "clock_hz", "memory", "idle_power_w", "roofline.peak", "roofline.efficiency",
                              "roofline.bandwidth_bytes_per_s", "roofline.busy_power_w", "uncertainty.platform"})
        QVERIFY2(platform->note(field), field);
    const auto again = parsePlatform(platformText(*platform), "mine.textproto");
    QVERIFY2(again, again ? "" : again.error().message().c_str());
    QVERIFY(*again == *platform);
}

void TestDataSheet::refuses_data() {
    QTest::addColumn<int>("which");
    QTest::addColumn<QString>("field");
    QTest::newRow("no name") << 0 << QStringLiteral("name");
    QTest::newRow("no peak") << 1 << QStringLiteral("peak");
    QTest::newRow("negative peak") << 2 << QStringLiteral("peak");
    QTest::newRow("low above likely") << 3 << QStringLiteral("lowest clock");
    QTest::newRow("high below likely") << 4 << QStringLiteral("highest clock");
    QTest::newRow("range without likely") << 5 << QStringLiteral("likely clock");
    QTest::newRow("unknown precision") << 6 << QStringLiteral("precision");
    QTest::newRow("no bandwidth at all") << 7 << QStringLiteral("bandwidth");
}

void TestDataSheet::refuses() {
    QFETCH(const int, which);
    QFETCH(const QString, field);
    DataSheet s = sheet();
    switch (which) {
    case 0: s.name = "  "; break;
    case 1: s.peak_macs_per_s.reset(); break;
    case 2: s.peak_macs_per_s = -1; break;
    case 3: s.clock_low_hz = 500e6; break;
    case 4: s.clock_high_hz = 300e6; break;
    case 5: s.clock_likely_hz.reset(), s.clock_low_hz = 1e6; break;
    case 6: s.type = "int7"; break;
    default: s.bandwidth_bytes_per_s = 0; break;
    }
    const auto platform = platformOf(s);
    QVERIFY(!platform);
    QCOMPARE(QString::fromStdString(platform.error().where), field);
}

CUTLINE_TEST(TestDataSheet)

} // namespace cutline::tst_data_sheet

#include "tst_data_sheet.moc"
