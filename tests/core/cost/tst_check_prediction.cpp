// SPDX-License-Identifier: GPL-3.0-or-later
// Published measurements beside predictions, where the network is known layer by layer or not at all.
#include "tests/test_program.h"

#include "core/cost/check_prediction.h"

#include <cmath>

namespace cutline::tst_check_prediction {
namespace {

/// A MAC a second, nothing else: seconds are MACs.
Platform counter() {
    Platform platform;
    platform.name = "counter";
    platform.weight_bits = platform.activation_bits = 8;
    platform.roofline.emplace().peaks = {{"int8", 1}};
    return platform;
}

CheckedPrediction predicted(const Check& check) {
    Platform platform = counter();
    platform.checks = {check};
    Progress progress;
    return predictChecks(platform, {}, progress).front();
}

} // namespace

class TestCheckPrediction : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Counted from the papers: AlexNet's convolutions 0.666 GMAC, of them 105,415,200 in the first; Inception v1 1.58 GMAC.
    void knownNetworksHaveThePublishedCounts() {
        const auto alexnet = predicted({"", 1, "s", "", "alexnet", "conv"});
        // 55^2*96*363 + 27^2*256*1200 + 13^2*(384*2304 + 384*1728 + 256*1728)
        QCOMPARE(alexnet.predicted.value_or(0), 105415200.0 + 223948800.0 + 149520384.0 + 112140288.0 + 74760192.0);
        const auto inception = predicted({"", 1, "s", "", "inception_v1", ""});
        QVERIFY2(std::abs(inception.predicted.value_or(0) / 1.58e9 - 1) < 0.01,
                 qPrintable(QString::number(inception.predicted.value_or(0))));
        const auto convolutions = predicted({"", 1, "s", "", "inception_v1", "conv"});
        QCOMPARE(*inception.predicted - *convolutions.predicted, 1024.0 * 1000.0);
        QCOMPARE(alexnet.ratio().value_or(0) * *alexnet.predicted, 1.0);
    }

    void saysWhyThereIsNone_data() {
        QTest::addColumn<QString>("unit");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("part");
        QTest::addColumn<QString>("why");
        QTest::newRow("unit") << "access/MAC" << "alexnet" << "conv" << "nothing is predicted in access/MAC";
        QTest::newRow("several chips") << "image/s" << "alexnet" << "36 chiplets"
                                       << "it was measured on 36 chiplets, and this descriptor is one of them";
        QTest::newRow("no model") << "s" << "" << "" << "its network is neither a sample model nor known layer by layer";
        QTest::newRow("unknown model") << "s" << "mystery" << "" << "no sample model mystery";
    }

    void saysWhyThereIsNone() {
        QFETCH(QString, unit);
        QFETCH(QString, model);
        QFETCH(QString, part);
        QFETCH(QString, why);
        const auto result = predicted({"", 1, unit.toStdString(), "", model.toStdString(), part.toStdString()});
        QVERIFY(!result.predicted && !result.ratio());
        QCOMPARE(QString::fromStdString(result.why_not), why);
    }
};

CUTLINE_TEST(TestCheckPrediction)

} // namespace cutline::tst_check_prediction

#include "tst_check_prediction.moc"
