// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/platform/access_energy.h"

#include "core/platform/library.h"

#include <cmath>

namespace cutline::tst_access_energy {
namespace {

bool close(double a, double b, double relative = 1e-9) {
    return std::abs(a - b) <= relative * std::abs(b);
}

} // namespace

class AccessEnergyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lookedUp_data() {
        QTest::addColumn<double>("node");
        QTest::addColumn<double>("bytes");
        QTest::addColumn<double>("bits");
        QTest::addColumn<double>("read");
        QTest::addColumn<double>("write");
        QTest::addColumn<double>("tolerance");
        const auto row = [](const char* name, double node, double bytes, double bits, double read, double write,
                            double tolerance = 1e-9) {
            QTest::newRow(name) << node << bytes << bits << read << write << tolerance;
        };
        // Rows of the CACTI table.
        row("corner", 22, 1024, 16, 0.3198, 0.3461);
        row("128 KiB", 45, 131072, 64, 58.23, 42.95);
        row("64 KiB, wide", 45, 65536, 256, 69.06, 87.45);
        row("largest", 22, 1048576, 256, 138, 131.2);
        // Half way in each logarithm: geometric means of neighbours.
        row("between sizes", 45, 65536 * std::sqrt(2), 64, std::sqrt(38.1 * 58.23), std::sqrt(30.28 * 42.95));
        row("between widths", 22, 1024, 16 * std::sqrt(2), std::sqrt(0.3198 * 0.3683), std::sqrt(0.3461 * 0.5609));
        row("between nodes", std::sqrt(22.0 * 32), 1024, 16, std::sqrt(0.3198 * 0.7313), std::sqrt(0.3461 * 0.8579));
        row("narrower than an array", 45, 131072, 8, 0, 0);
        row("two arrays", 45, 131072, 512, 2 * 69.06, 2 * 87.45);
        // Register files of Eyeriss as Accelergy gives them (45 nm), and a single register of 8 bit.
        row("psum", 45, 32, 16, 0.25083, 0.25083, 2e-3);
        row("wspad", 45, 384, 16, 1.58552, 1.58552, 2e-3);
        row("ifspad", 45, 24, 16, 0.23632, 0.23632, 2e-3);
        row("register", 45, 1, 8, 0.072, 0.072);
        // Scaled as a 1 KiB SRAM of 32 bit: 0.3683 pJ at 22 nm.
        row("register at 22 nm", 22, 1, 8, 0, 0);
    }

    void lookedUp() {
        QFETCH(double, node);
        QFETCH(double, bytes);
        QFETCH(double, bits);
        QFETCH(double, read);
        QFETCH(double, write);
        QFETCH(double, tolerance);
        if (read == 0 && bytes > 1024) { // as 16 bit
            read = accessEnergy(node, bytes, 16)->read_pj;
            write = accessEnergy(node, bytes, 16)->write_pj;
        } else if (read == 0) {
            read = write = 0.072 * 0.3683 / accessEnergy(45, 1024, 32)->read_pj;
        }
        const auto energy = accessEnergy(node, bytes, bits);
        QVERIFY2(energy.ok(), energy.ok() ? "" : energy.error().message().c_str());
        QVERIFY2(close(energy->read_pj, read, tolerance), qPrintable(QString::number(energy->read_pj, 'g', 12)));
        QVERIFY2(close(energy->write_pj, write, tolerance), qPrintable(QString::number(energy->write_pj, 'g', 12)));
    }

    /// Accelergy's table of integer multipliers at 45 nm, 4 to 32 bit.
    void multipliers() {
        for (const auto& [bits, energy] : {std::pair{4.0, 0.14556}, {8.0, 0.5608}, {12.0, 1.24573}, {16.0, 2.20035},
                                           {24.0, 4.91865}, {32.0, 8.7157}})
            QVERIFY2(close(*macEnergy(45, bits), energy, 1e-3), qPrintable(QString::number(bits)));
        QVERIFY(*macEnergy(22, 8) < 0.5 * *macEnergy(45, 8));
        QVERIFY(*macEnergy(65, 8) > *macEnergy(45, 8));
        QCOMPARE(dramEnergy(64), 512.0);
    }

    void moreCostsMore() {
        for (const double node : {22.0, 28.0, 45.0, 65.0})
            for (double bytes = 2048; bytes <= 524288; bytes *= 1.3)
                QVERIFY(accessEnergy(node, bytes * 2, 64)->write_pj > accessEnergy(node, bytes, 64)->write_pj);
    }

    void outsideOfTheTables() {
        QVERIFY(!accessEnergy(7, 4096, 64) && !accessEnergy(90, 4096, 64) && !macEnergy(7, 8));
        QVERIFY(accessEnergy(7, 4096, 64).error().what.find("from 22 to 65") != std::string::npos);
        QVERIFY(!accessEnergy(45, 2097152, 64));
        QVERIFY(accessEnergy(45, 2097152, 512)); // two arrays of 1 MiB
        QVERIFY(!accessEnergy(45, 0, 64) && !accessEnergy(45, 4096, 0));
    }

    /// What a descriptor leaves out is looked up; what it gives stays; both come back as written.
    void inDescriptors() {
        const std::string text = R"(name: "own" clock_hz: 1e9 weight_bits: 8 activation_bits: 16
loop_nest { node_nm: 45
  level { name: "reg" words: 1 keeps: "W" loops: "PQ" }
  level { name: "buffer" words: 65536 keeps: "WIO" block: 4 write_pj: 7 loops: "CMRSPQ" fan_out: 16 fan_out_dims: "CM" }
  level { name: "wide" words: 32768 keeps: "IO" block: 4 word_bits: 32 loops: "CMPQ" }
  level { name: "dram" keeps: "WIO" block: 4 loops: "CMPQ" } })";
        const auto platform = parsePlatform(text, "own.textproto");
        QVERIFY2(platform.ok(), platform.ok() ? "" : platform.error().message().c_str());
        const auto& levels = platform->loop_nest->levels;
        QVERIFY(close(platform->loop_nest->e_mac_pj, 2.20035, 1e-3)); // the wider of 8 and 16 bit
        QVERIFY(close(levels[0].read_pj, 0.072) && close(levels[0].write_pj, 0.072));
        QVERIFY(close(levels[1].read_pj, 58.23)); // 65536 words of 16 bit, 64 bit an access
        QCOMPARE(levels[1].write_pj, 7.0);
        QVERIFY(close(levels[2].read_pj, accessEnergy(45, 131072, 128)->read_pj));
        QCOMPARE(levels[3].read_pj, 512.0);
        for (const char* field : {"loop_nest.e_mac_pj", "loop_nest.level.reg", "loop_nest.level.buffer", "loop_nest.level.dram"}) {
            const Note* note = platform->note(field);
            QVERIFY2(note && note->mark == Mark::Computed && !note->source.empty(), field);
        }
        const auto again = parsePlatform(platformText(*platform), "again.textproto");
        QVERIFY2(again.ok(), again.ok() ? "" : again.error().message().c_str());
        QVERIFY(*again == *platform);
    }

    void inDescriptorsErrorsNameThePlace() {
        const auto node = parsePlatform(R"(name: "own"
loop_nest { node_nm: 7 level { name: "dram" keeps: "WIO" loops: "CMPQRS" } })", "own.textproto");
        QVERIFY(!node);
        QVERIFY2(node.error().where.find("own.textproto:2") == 0, node.error().where.c_str());
        const auto size = parsePlatform(R"(name: "own"
loop_nest { node_nm: 45
  level { name: "huge" words: 16777216 keeps: "WIO" loops: "CMPQRS" }
  level { name: "dram" keeps: "WIO" loops: "CMPQRS" } })", "own.textproto");
        QVERIFY(!size);
        QVERIFY2(size.error().where.find("own.textproto:3") == 0 && size.error().where.find("huge") != std::string::npos,
                 size.error().where.c_str());
    }
};

CUTLINE_TEST(AccessEnergyTest)

} // namespace cutline::tst_access_energy

#include "tst_access_energy.moc"
