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
    void energiesAreLookedUp_data();
    void energiesAreLookedUp();
    void energiesGivenCount();
    void boundsAreTheEndsOfTheRanges();
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
    s.idle_power_w.likely = 0.5;
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

/// Against rows of the tables themselves (shared data sheets: sram_energy.csv, logic_energy.csv).
void TestDataSheet::energiesAreLookedUp_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<double>("node_nm");
    QTest::addColumn<double>("bytes");
    QTest::addColumn<double>("width_bits");
    QTest::addColumn<double>("mac_pj");
    QTest::addColumn<double>("read_pj"); // of an access
    QTest::newRow("int8, 1 KiB of 64 bit") << "int8" << 45.0 << 1024.0 << 64.0 << 0.56080 << 1.989;
    QTest::newRow("int16, 64 KiB of 128 bit") << "int16" << 45.0 << 65536.0 << 128.0 << 2.20035 << 50.93;
    QTest::newRow("int4, 1 MiB of 256 bit") << "int4" << 45.0 << 1048576.0 << 256.0 << 0.14556 << 511.0;
    QTest::newRow("float32, 2 KiB of 32 bit") << "float32" << 45.0 << 2048.0 << 32.0 << 32.328 << 2.677;
    // At another node logic shrinks as a 1 KiB memory of 32 bit does: 0.3683 to 1.557.
    QTest::newRow("int8, 22 nm") << "int8" << 22.0 << 1024.0 << 64.0 << 0.56080 * 0.3683 / 1.557 << 0.4654;
}

void TestDataSheet::energiesAreLookedUp() {
    QFETCH(const QString, type);
    QFETCH(const double, node_nm);
    QFETCH(const double, bytes);
    QFETCH(const double, width_bits);
    QFETCH(const double, mac_pj);
    QFETCH(const double, read_pj);
    DataSheet s = sheet();
    s.type = type.toStdString();
    s.node_nm = node_nm;
    s.buffer_bytes = bytes;
    s.buffer_width_bits = width_bits;
    const auto energies = energiesOf(s);
    QVERIFY(energies);
    const auto is = [](std::optional<double> joules, double pj) { // the fit through the MACs is 0.2 % off its points
        return joules && std::abs(*joules * 1e12 / pj - 1) < 3e-3;
    };
    QVERIFY(is(energies->mac.joules.likely, mac_pj));
    QVERIFY(is(energies->buffer_byte.joules.likely, read_pj * 8 / width_bits));
    QVERIFY(is(energies->dram_byte.joules.likely, 64));
    QVERIFY(is(energies->mac.joules.low, mac_pj / 2) && is(energies->mac.joules.high, mac_pj * 2));
    const auto platform = platformOf(s);
    QVERIFY(platform);
    // 13e12 MAC/s at 400 MHz: 32500 a cycle, an array of 180.3 to a side.
    const double operands = 2 * (platform->weight_bits / 8.0) / std::sqrt(13e12 / 400e6);
    QVERIFY(is(platform->roofline->pj_per_mac * 1e-12, mac_pj + operands * read_pj * 8 / width_bits));
    QCOMPARE(platform->roofline->pj_per_byte, 64.0);
    for (const char* field : {"roofline.pj_per_mac", "roofline.pj_per_byte"}) {
        const Note* note = platform->note(field);
        QVERIFY(note && note->mark == Mark::Computed);
        QVERIFY2(note->source.starts_with("estimate: "), note->source.c_str());
    }
    const auto again = parsePlatform(platformText(*platform), "mine.textproto");
    QVERIFY(again && *again == *platform);
}

void TestDataSheet::energiesGivenCount() {
    DataSheet s = sheet();
    s.mac_j = {0.2e-12, 0.3e-12, 0.6e-12};
    const auto platform = platformOf(s);
    QVERIFY(platform);
    QVERIFY(std::abs(platform->roofline->pj_per_mac - 0.3) < 1e-12);
    QVERIFY(platform->note("roofline.pj_per_mac")->mark == Mark::Named);
    QCOMPARE(platform->roofline->pj_per_byte, 64.0); // off-chip memory is looked up without a node
    // Without any of it nothing is made up.
    QCOMPARE(platformOf(sheet())->roofline->pj_per_byte, 0.0);
    QVERIFY(!platformOf(sheet())->note("roofline.pj_per_mac"));
}

void TestDataSheet::boundsAreTheEndsOfTheRanges() {
    DataSheet s = sheet();
    s.mac_j = {0.2e-12, 0.3e-12, 0.6e-12};
    s.dram_j_per_byte = {{}, 40e-12, 80e-12};
    s.idle_power_w = {0.1, 0.2, 0.3};
    const auto low = platformOf(s, SheetBound::Low), high = platformOf(s, SheetBound::High);
    QVERIFY(low && high);
    QVERIFY(std::abs(low->roofline->pj_per_mac - 0.2) < 1e-12 && std::abs(high->roofline->pj_per_mac - 0.6) < 1e-12);
    QVERIFY(std::abs(low->roofline->pj_per_byte - 40) < 1e-9 && std::abs(high->roofline->pj_per_byte - 80) < 1e-9);
    QCOMPARE(low->idle_power_w, 0.1);
    QCOMPARE(high->idle_power_w, 0.3);
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
    QTest::newRow("energies and power") << 8 << QStringLiteral("power while busy");
    QTest::newRow("memory without a node") << 9 << QStringLiteral("node");
    QTest::newRow("node outside of the tables") << 10 << QStringLiteral("node");
    QTest::newRow("memory outside of the tables") << 11 << QStringLiteral("on-chip memory");
    QTest::newRow("memory without a clock") << 12 << QStringLiteral("likely clock");
    QTest::newRow("range of energies without likely") << 13 << QStringLiteral("energy of a MAC");
    QTest::newRow("low energy above likely") << 14 << QStringLiteral("lowest energy of an off-chip byte");
    QTest::newRow("negative idle power") << 15 << QStringLiteral("power while idle");
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
    case 8: s.busy_power_w = 2, s.node_nm = 28; break;
    case 9: s.buffer_bytes = 65536, s.mac_j.likely = 1e-12; break;
    case 10: s.node_nm = 7; break;
    case 11: s.node_nm = 28, s.buffer_bytes = 1e9; break;
    case 12: s.node_nm = 28, s.buffer_bytes = 65536, s.clock_likely_hz.reset(); break;
    case 13: s.mac_j.high = 1e-12; break;
    case 14: s.dram_j_per_byte = {2e-12, 1e-12, {}}; break;
    case 15: s.idle_power_w.likely = -1; break;
    default: s.bandwidth_bytes_per_s = 0; break;
    }
    const auto platform = platformOf(s);
    QVERIFY(!platform);
    QCOMPARE(QString::fromStdString(platform.error().where), field);
}

CUTLINE_TEST(TestDataSheet)

} // namespace cutline::tst_data_sheet

#include "tst_data_sheet.moc"
