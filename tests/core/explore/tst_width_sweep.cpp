// SPDX-License-Identifier: GPL-3.0-or-later
// What a bit costs, against the published all-layer accuracies; and the look at ten images.
#include "tests/test_program.h"

#include "core/explore/width_sweep.h"

#include "../engine/engine_or_skip.h"
#include "core/accuracy/preview.h"
#include "core/accuracy/rank_correlation.h"

#include <algorithm>

namespace cutline::tst_width_sweep {
namespace {

const std::string kTrained = CUTLINE_SOURCE_DIR "/tests/data/trained/";

ImportedModel model() {
    Progress progress;
    auto imported = importOnnx(kTrained + "fmnist_cnn.onnx", {}, progress);
    if (!imported) qFatal("%s", imported.error().message().c_str());
    return *std::move(imported);
}

System pair() {
    System system;
    for (const int bits : {8, 4}) {
        Platform platform;
        platform.name = "P" + std::to_string(bits);
        platform.weight_bits = platform.activation_bits = bits;
        system.platforms.push_back(platform);
    }
    return system;
}

} // namespace

class TestWidthSweep : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onePlatformRepeatsTheReference() {
        CUTLINE_NEEDS_ENGINE();
        Progress progress;
        const ImportedModel imported = model();
        const auto test = DataSet::read(kTrained + "fashion.json", DataSet::Section::Test);
        const auto calibration = DataSet::read(kTrained + "fashion.json", DataSet::Section::Calibration);
        QVERIFY(test && calibration);
        auto meter = AccuracyMeter::make(imported, *test, *calibration, {}, progress);
        QVERIFY(meter);
        const std::size_t layers = imported.graph->layerCount();
        const auto whole = planFromAssignment(*imported.graph, std::vector<PlatformId>(layers, PlatformId{0}));
        const auto sweep = sweepWidths(whole, *imported.graph, pair(), *meter, progress);
        QVERIFY2(sweep, sweep ? "" : sweep.error().message().c_str());
        QCOMPARE(sweep->curves.size(), std::size_t{1});
        QCOMPARE(*sweep->curves[0].own_bits, 8);
        // tests/data/trained/fmnist_cnn_accuracy.csv: correct of 2,000.
        for (const auto& [bits, correct] : {std::pair{16, 1863}, {8, 1863}, {6, 1863}, {4, 1523}}) {
            const auto point = std::find_if(sweep->curves[0].points.begin(), sweep->curves[0].points.end(),
                                            [bits = bits](const auto& p) { return p.bits == bits; });
            QVERIFY(point != sweep->curves[0].points.end());
            const double off = std::abs(point->accuracy.top1 * 2000 - correct);
            QVERIFY2(off <= 6, qPrintable(QString("%1 bit: %2 of 2000, reference %3").arg(bits).arg(point->accuracy.top1 * 2000).arg(correct)));
            QVERIFY(point->accuracy.low < point->accuracy.top1 && point->accuracy.high > point->accuracy.top1);
        }
        QCOMPARE(sweep->exact.top1 * 2000, 1863.0);
    }

    void eachPlatformHasItsCurve() {
        CUTLINE_NEEDS_ENGINE();
        Progress progress;
        const ImportedModel imported = model();
        const auto test = DataSet::read(kTrained + "fashion.json", DataSet::Section::Test);
        const auto calibration = DataSet::read(kTrained + "fashion.json", DataSet::Section::Calibration);
        auto meter = AccuracyMeter::make(imported, test->first(200), *calibration, {}, progress);
        QVERIFY(meter);
        std::vector<PlatformId> places(imported.graph->layerCount(), PlatformId{1});
        for (std::size_t l = 0; l < places.size() / 2; ++l) places[l] = PlatformId{0};
        const Plan plan = planFromAssignment(*imported.graph, places);
        const auto sweep = sweepWidths(plan, *imported.graph, pair(), *meter, progress);
        QVERIFY(sweep);
        QCOMPARE(sweep->curves.size(), std::size_t{2});
        for (const WidthSweep::Curve& curve : sweep->curves) {
            const auto own = std::find_if(curve.points.begin(), curve.points.end(),
                                          [&](const auto& p) { return p.bits == curve.own_bits; });
            QVERIFY(own != curve.points.end());
            QCOMPARE(own->accuracy.top1, sweep->plan.top1); // its own width is the plan itself
            QVERIFY(curve.points.front().accuracy.top1 < curve.points.back().accuracy.top1);
        }
    }

    void previewAnswersMatchTheWhole() {
        CUTLINE_NEEDS_ENGINE();
        Progress progress;
        const ImportedModel imported = model();
        const auto test = DataSet::read(kTrained + "fashion.json", DataSet::Section::Test);
        QVERIFY(test);
        auto images = previewOf(*test, 10);
        QCOMPARE(images.size(), std::size_t{10});
        QVERIFY(!images[0].answer);
        EngineOptions options;
        options.threads = 1;
        const auto answered = answerPreview(images, imported, *test, {}, options, progress);
        QVERIFY2(answered, answered ? "" : answered.error().message().c_str());
        int right = 0;
        for (std::size_t i = 0; i < images.size(); ++i) {
            QCOMPARE(*images[i].label, test->label(i * test->size() / 10));
            QCOMPARE(images[i].picture.width, std::size_t{28});
            QVERIFY(images[i].confidence > 0.1 && images[i].confidence <= 1);
            right += images[i].answer == images[i].label;
        }
        QVERIFY(right >= 7); // 93 % of all are
    }

    void ranks_data() {
        QTest::addColumn<QList<double>>("a");
        QTest::addColumn<QList<double>>("b");
        QTest::addColumn<double>("correlation");
        QTest::newRow("same order") << QList<double>{1, 2, 3} << QList<double>{10, 20, 90} << 1.0;
        QTest::newRow("turned round") << QList<double>{1, 2, 3} << QList<double>{3, 2, 1} << -1.0;
        // 1 - 6 * sum of d^2 / (n (n^2 - 1)), d = -1, 1, 0, 0, 0
        QTest::newRow("two swapped") << QList<double>{1, 2, 3, 4, 5} << QList<double>{2, 1, 3, 4, 5} << 0.9;
        // Ranks 1.5 1.5 3 against 1 2 3: covariance 1.5, variances 1.5 and 2.
        QTest::newRow("tie") << QList<double>{1, 1, 2} << QList<double>{1, 2, 3} << 1.5 / std::sqrt(1.5 * 2);
        QTest::newRow("all equal") << QList<double>{1, 1} << QList<double>{1, 2} << 0.0;
        QTest::newRow("one") << QList<double>{1} << QList<double>{2} << 0.0;
    }
    void ranks() {
        QFETCH(QList<double>, a);
        QFETCH(QList<double>, b);
        QFETCH(double, correlation);
        const double found = rankCorrelation({a.constData(), static_cast<std::size_t>(a.size())},
                                             {b.constData(), static_cast<std::size_t>(b.size())});
        QVERIFY2(std::abs(found - correlation) < 1e-12, qPrintable(QString::number(found)));
    }
};

CUTLINE_TEST(TestWidthSweep)

} // namespace cutline::tst_width_sweep

#include "tst_width_sweep.moc"
