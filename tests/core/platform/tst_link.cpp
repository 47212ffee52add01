// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/platform/library.h"

#include <cmath>

namespace cutline::tst_link {
namespace {

const Library& shipped() {
    static const Library library = Library::load({CUTLINE_SOURCE_DIR "/platforms"});
    return library;
}

/// Sums of a handful of terms: a few units in the last place.
bool close(double a, double b) {
    return std::abs(a - b) <= 1e-12 * std::max(std::abs(a), std::abs(b));
}

} // namespace

/// Each row of the link table against a calculation by hand: the digits below were worked out from the
/// table's own text, not with the code.
class LinkTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void handCalculation_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<double>("bytes");
        QTest::addColumn<double>("framed");
        QTest::addColumn<double>("time");
        QTest::addColumn<double>("energy");
        const auto row = [](const char* name, double bytes, double framed, double time, double energy) {
            QTest::newRow(qPrintable(QString("%1, %2 B").arg(name).arg(bytes)))
                << name << bytes << framed << time << energy;
        };
        // max(B,46) + ceil(B/1500)*26 bytes; 5 m of cable; power * time.
        row("100BASE-TX", 1, 72, 5.76e-6 + 27.5e-9, 5.7875e-6 * 0.2);
        row("1000BASE-T", 46, 72, 576e-9 + 30e-9, 606e-9 * 0.6);
        row("1000BASE-T", 1500, 1526, 12.208e-6 + 30e-9, 12.238e-6 * 0.6);
        row("1000BASE-T", 1501, 1553, 12.424e-6 + 30e-9, 12.454e-6 * 0.6);
        row("1000BASE-T", 802816, 802816 + 536 * 26, 6.534016e-3 + 30e-9, 6.534046e-3 * 0.6);
        row("10GBASE-T", 3000, 3052, 2.4416e-6 + 30e-9, 2.4716e-6 * 4);
        row("100BASE-T1", 3000, 3076, 246.08e-6 + 30e-9, 246.11e-6 * 0.3);
        // 100 B + 38 B + 20 bit at 10 Mbit/s, 3.2 us, 25 m; both ends 100 mW.
        row("10BASE-T1S", 100, 140.5, 112.4e-6 + 3.2e-6 + 150e-9, 115.75e-6 * 0.2);
        // 135 bit for 8 B; 3 B: 24 + 47 + floor(57/4) = 85 bit.
        row("CAN 2.0A", 8, 135.0 / 8, 135e-6, 135e-6 * 0.12 + 135 * 15e-12);
        row("CAN 2.0A", 11, 220.0 / 8, 220e-6, 220e-6 * 0.12 + 220 * 15e-12);
        // 64 B: (512 + 36) * 5/4 = 685 bit at 2 Mbit/s and 29 at 0.5; 16 B: (128 + 32) * 5/4 = 200 bit.
        row("CAN FD", 64, 685.0 / 8, 342.5e-6 + 58e-6, 400.5e-6 * 0.12 + 685 * 15e-12);
        row("CAN FD", 80, 885.0 / 8, 442.5e-6 + 116e-6, 558.5e-6 * 0.12 + 885 * 15e-12);
        row("SPI", 8192, 8196, 6556.8e-6 + 1e-6, 65568 * 20e-12);
        row("UART", 1152, 1440, 0.1, 11520 * 30e-12);
        // 255 B: 256 bytes of 9 bit and 2 bit = 2306; the second of 45 B: 46*9 + 2 = 416.
        row("I2C fast", 300, 2722.0 / 8, 2722 / 400e3, 2722 * 200e-12);
        row("I2C fast+", 300, 2722.0 / 8, 2722e-6, 2722 * 200e-12);
        row("PCIe Gen3 x1", 4096, 4096 + 16 * 26, 36096 / 7.88e9 + 0.8e-6, 36096 * 6e-12);
        row("PCIe Gen2 x1", 4096, 4096 + 16 * 26, 36096 / 4e9 + 0.8e-6, 36096 * 8e-12);
        row("USB 2.0 HS", 37.5e6, 37.5e6, 1 + 125e-6, 1.000125 * 0.3);
        row("USB 3.0", 400e6, 400e6, 1 + 30e-6, 1.00003 * 0.6);
        row("Wi-Fi 4 1x1 20 MHz", 45e6 / 8, 45e6 / 8, 1.002, 1.002 * 1.43);
        row("Wi-Fi 5 1x1 80 MHz", 32475000, 32475000, 1.0015, 1.0015 * 2.1);
        // A packet of 244 B: 1392 us.
        row("BLE 5 2M PHY", 2440, 2620, 13.92e-3 + 3.75e-3, 17.67e-3 * 0.03);
        // Two packets of 235 B and 113 B: on the air 2784 bit; the silence after the first, 99 times half of
        // that.
        row("LoRa SF7 125 kHz", 322, 348, 2784 / 5470.0 * (1 + 99 / 2.0) + 0.05,
            (2784 / 5470.0 + 0.05) * 0.12);
        row("UCIe standard x16", 1e6, 1e6, 8e6 / 243.2e9 + 4e-9, 8e6 * 0.5e-12);
        row("UCIe advanced x64", 1e6, 1e6, 8e6 / 1945.6e9 + 4e-9, 8e6 * 0.3e-12);
        row("MIPI CSI-2 D-PHY 4 lanes", 150528, 150528 + 18, 120.4368e-6 + 2e-6, 1204368 * 1.5e-12);
        row("shared LPDDR4", 12800, 12800, 1e-6 + 100e-9, 102400 * 16e-12);
        row("shared SRAM or DMA", 1600, 1600, 1e-6 + 1e-6, 12800 * 1e-12);
    }

    void handCalculation() {
        QFETCH(QString, name);
        QFETCH(double, bytes);
        const Link* link = shipped().link(name.toStdString());
        QVERIFY(link);
        const TransferCost cost = transferCost(*link, bytes);
        const auto check = [&](const char* what, double actual, double expected) {
            if (!close(actual, expected)) qWarning("%s: %.17g, by hand %.17g", what, actual, expected);
            return close(actual, expected);
        };
        QFETCH(double, framed);
        QFETCH(double, time);
        QFETCH(double, energy);
        QVERIFY(check("framed bytes", cost.framed_bytes, framed));
        QVERIFY(check("time", cost.time_s, time));
        QVERIFY(check("energy", cost.energy_j, energy));
    }

    void everyShippedLinkHasARow() {
        for (const Link& link : shipped().links()) {
            bool found = false;
            for (const char* name : {"100BASE-TX",
                                     "1000BASE-T",
                                     "10GBASE-T",
                                     "100BASE-T1",
                                     "10BASE-T1S",
                                     "CAN 2.0A",
                                     "CAN FD",
                                     "SPI",
                                     "UART",
                                     "I2C fast",
                                     "I2C fast+",
                                     "PCIe Gen3 x1",
                                     "PCIe Gen2 x1",
                                     "USB 2.0 HS",
                                     "USB 3.0",
                                     "Wi-Fi 4 1x1 20 MHz",
                                     "Wi-Fi 5 1x1 80 MHz",
                                     "BLE 5 2M PHY",
                                     "LoRa SF7 125 kHz",
                                     "UCIe standard x16",
                                     "UCIe advanced x64",
                                     "MIPI CSI-2 D-PHY 4 lanes",
                                     "shared LPDDR4",
                                     "shared SRAM or DMA"})
                found = found || link.name == name;
            QVERIFY2(found, link.name.c_str());
        }
    }

    void nothingCostsNothing() {
        for (const Link& link : shipped().links()) {
            const TransferCost cost = transferCost(link, 0);
            QCOMPARE(cost.time_s, 0.0);
            QCOMPARE(cost.energy_j, 0.0);
            QCOMPARE(cost.framed_bytes, 0.0);
        }
    }

    void moreBytesNeverCostLess() {
        for (const Link& link : shipped().links()) {
            double last = 0;
            for (int bytes = 1; bytes < 5000; ++bytes) {
                const double time = transferCost(link, bytes).time_s;
                QVERIFY2(time >= last, qPrintable(QString("%1 at %2 B").arg(link.name.c_str()).arg(bytes)));
                last = time;
            }
        }
    }

    void aDutyCycleKeepsTheLinkTaken() {
        // One packet: it arrives at once, but the link may not be used again for 99 times as long.
        const TransferCost cost = transferCost(*shipped().link("LoRa"), 87);
        QVERIFY(close(cost.time_s, 800 / 5470.0 + 0.05));
        QVERIFY(close(cost.busy_s, 100 * 800 / 5470.0 + 0.05));
    }

    void oneFrameOfALongMessage() {
        const Link& link = *shipped().link("1000BASE-T");
        QVERIFY(close(frameTime(link, 1e6), 12.238e-6));
        QVERIFY(close(frameTime(link, 46), 606e-9));
    }
};

CUTLINE_TEST(LinkTest)

} // namespace cutline::tst_link

#include "tst_link.moc"
