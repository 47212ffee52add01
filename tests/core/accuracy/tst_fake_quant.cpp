// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/accuracy/fake_quant.h"
#include "core/accuracy/interval.h"
#include "core/accuracy/precision.h"

#include <cmath>
#include <random>

namespace cutline::tst_fake_quant {
namespace {

/// The formula of the rule for one value, in double where that changes nothing.
float through(const Grid& grid, float x) {
    if (grid.scale == 0) return x;
    const float level = std::nearbyint(x / grid.scale) + grid.zero;
    return (std::fmin(std::fmax(level, grid.low), grid.high) - grid.zero) * grid.scale;
}

} // namespace

class TestFakeQuant : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void worksTheGivenExample() {
        const Grid grid = gridOf({-0.810198367f, 2.02266288f}, 8, ActivationScheme::Asymmetric);
        QCOMPARE(grid.scale, 0.0111092599f);
        QCOMPARE(grid.zero, 73.0f);
        QCOMPARE(grid.high, 255.0f);
    }

    void widensRangesToZero() {
        QCOMPARE(gridOf({1, 2}, 8, ActivationScheme::Asymmetric).scale, static_cast<float>(2.0 / 255));
        QCOMPARE(gridOf({-2, -1}, 8, ActivationScheme::Asymmetric).zero, 255.0f);
        QCOMPARE(gridOf({0, 0}, 8, ActivationScheme::Asymmetric).scale, 0.0f);
        QCOMPARE(through(gridOf({0, 0}, 8, ActivationScheme::Asymmetric), 0.3f), 0.3f);
        const Grid symmetric = gridOf({-1, 4}, 3, ActivationScheme::Symmetric);
        QCOMPARE(symmetric.scale, static_cast<float>(4.0 / 3));
        QCOMPARE(symmetric.low, -3.0f);
        // Zero stays zero in either scheme: padding must not become something.
        for (const auto scheme : {ActivationScheme::Asymmetric, ActivationScheme::Symmetric})
            for (int bits = 2; bits <= 16; ++bits) QCOMPARE(through(gridOf({-0.3f, 1.7f}, bits, scheme), 0.0f), 0.0f);
    }

    void quantisesWeightsByChannel() {
        // Axis 0: channels {0.1, -0.2} and {1, 0}; at 2 bits the levels are -1, 0, 1.
        std::vector<float> weights{0.1f, -0.2f, 1, 0};
        quantiseWeights(weights, 2, 2, 2);
        QCOMPARE(weights, (std::vector<float>{0, -0.2f, 1, 0})); // 0.5 goes to even
        // Axis 1 of a 2x2: channels {1, 4} and {2, 0}.
        std::vector<float> columns{1, 2, 4, 0};
        quantiseWeights(columns, 2, 1, 3);
        QCOMPARE(columns, (std::vector<float>{1 * (4.0f / 3), 2, 4, 0}));
        std::vector<float> zeros{0, 0};
        quantiseWeights(zeros, 1, 2, 8);
        QCOMPARE(zeros, (std::vector<float>{0, 0}));
    }

    void roundsToHalfAsTheProcessorDoes() {
        std::mt19937 random(7);
        for (int i = 0; i < 200000; ++i) {
            float value = 0;
            const auto bits = static_cast<std::uint32_t>(random());
            std::memcpy(&value, &bits, sizeof value);
            if (!std::isfinite(value)) continue;
            const auto half = static_cast<_Float16>(value);
            QCOMPARE(roundedToHalf(value), static_cast<float>(half));
        }
        QCOMPARE(roundedToHalf(65519.0f), 65504.0f);
        QVERIFY(std::isinf(roundedToHalf(65520.0f)));
    }

    void roundsToBFloat16() {
        QCOMPARE(roundedToBFloat16(1.0f), 1.0f);
        QCOMPARE(roundedToBFloat16(1.00390625f), 1.0f);      // half of the step of 2^-7: to even
        QCOMPARE(roundedToBFloat16(1.01171875f), 1.015625f); // three halves: to even
        QCOMPARE(roundedToBFloat16(-3.1415927f), -3.140625f);
    }

    void readsWidths() {
        QCOMPARE(Width::parse(" 8 ")->bits, std::uint8_t{8});
        QVERIFY(Width::parse("float32")->kind == Width::Kind::Float32);
        QVERIFY(Width::parse("FP16")->kind == Width::Kind::Float16);
        for (const char* text : {"1", "17", "", "8.5", "int", "-4"}) QVERIFY2(!Width::parse(text), text);
        PrecisionVector vector = PrecisionVector::uniform(3, Width::integer(8));
        vector.layers[2] = {Width::integer(4), Width::integer(8)};
        QCOMPARE(vector.text(), std::string("8 2*8 1*4/8"));
    }

    /// R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    void wilsonIntervals_data() {
        QTest::addColumn<int>("hits");
        QTest::addColumn<int>("total");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::newRow("81 of 263") << 81 << 263 << 0.2553 << 0.3662;
        QTest::newRow("15 of 148") << 15 << 148 << 0.0624 << 0.1605;
        QTest::newRow("0 of 20") << 0 << 20 << 0.0 << 0.1611;
        QTest::newRow("1 of 29") << 1 << 29 << 0.0061 << 0.1718;
        QTest::newRow("none seen") << 0 << 0 << 0.0 << 1.0;
    }
    void wilsonIntervals() {
        QFETCH(int, hits);
        QFETCH(int, total);
        QFETCH(double, low);
        QFETCH(double, high);
        const Interval interval = wilsonInterval(static_cast<std::uint64_t>(hits), static_cast<std::uint64_t>(total));
        QVERIFY2(std::fabs(interval.low - low) < 5.1e-5 && std::fabs(interval.high - high) < 5.1e-5,
                 qPrintable(QString("%1 .. %2").arg(interval.low).arg(interval.high)));
    }

    void pairedDifferencesAreNarrow() {
        std::vector<bool> a(1000, true), b(1000, true);
        for (std::size_t i = 0; i < 100; ++i) a[i] = b[i] = false;
        const PairedDifference same = pairedDifference(a, b);
        QCOMPARE(same.value, 0.0);
        QVERIFY(!same.isResolved());
        for (std::size_t i = 100; i < 120; ++i) b[i] = false;
        const PairedDifference worse = pairedDifference(a, b);
        QCOMPARE(worse.value, -0.02);
        QVERIFY(worse.isResolved() && worse.interval.contains(-0.02));
        // Two shares on different images would not tell 90 % from 88 %.
        QVERIFY(wilsonInterval(880, 1000).high > wilsonInterval(900, 1000).low);
        QCOMPARE(worse.only_a, std::uint64_t{20});
    }
};

CUTLINE_TEST(TestFakeQuant)

} // namespace cutline::tst_fake_quant

#include "tst_fake_quant.moc"
