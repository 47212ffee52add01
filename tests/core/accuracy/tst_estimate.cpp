// SPDX-License-Identifier: GPL-3.0-or-later
// The estimate against measurements that it was not fitted to, and against counting bits.
#include "core/accuracy/estimate.h"
#include "core/accuracy/rank_correlation.h"

#include "../engine/engine_or_skip.h"
#include "tests/long_run.h"
#include "tests/test_program.h"

#include <cmath>
#include <random>

namespace cutline::tst_estimate {
namespace {

const std::string kTrained = CUTLINE_SOURCE_DIR "/tests/data/trained/";

System systemOf(std::initializer_list<int> bits) {
    System system;
    for (const int b : bits) {
        Platform platform;
        platform.name = "P" + std::to_string(b);
        platform.weight_bits = platform.activation_bits = b;
        system.platforms.push_back(platform);
    }
    return system;
}

} // namespace

class TestEstimate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void curvesFallThroughTheirPoints() {
        const ScoreCurve curve(0.9, {{1e-3, 0.89}, {1e-2, 0.8}, {1e-1, 0.5}});
        QCOMPARE(curve.score(0), 0.9);
        QVERIFY(std::fabs(curve.score(1e-2) - 0.8) < 1e-12);
        QVERIFY(std::fabs(curve.score(std::sqrt(1e-3)) - 0.65) < 1e-12); // half way in the logarithm
        QCOMPARE(curve.score(10), 0.5);
        QVERIFY(std::fabs(curve.mostNoise(0.65) - std::sqrt(1e-3)) < 1e-12);
        QVERIFY(curve.mostNoise(0.95) < 0);
        QVERIFY(std::isinf(curve.mostNoise(0.4)));
        QVERIFY(curve.error() > 0);
    }

    void curvesNeverRise() {
        const ScoreCurve curve(0.9, {{1e-3, 0.88}, {2e-3, 0.92}, {1e-2, 0.7}, {2e-2, 0.75}, {1, 0.1}});
        double last = 1;
        for (double noise = 1e-13; noise < 10; noise *= 1.1) {
            QVERIFY(curve.score(noise) <= last);
            last = curve.score(noise);
            QVERIFY(curve.mostNoise(last) >= noise * (1 - 1e-9));
        }
    }

    void ordersRandomPrecisions_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("images");
        const QString trained = QString::fromStdString(kTrained);
        for (const char* name : {"fmnist_cnn", "fmnist_mobile", "fmnist_branchy"})
            QTest::newRow(name) << trained + name + ".onnx" << trained + "fashion.json";
        const QString cifar = qEnvironmentVariable("CUTLINE_CIFAR_DATA");
        QTest::newRow("cifar_resnet8") << (cifar.isEmpty() ? QString() : cifar + "/cifar_resnet8.onnx") << cifar + "/cifar.json";
    }
    void ordersRandomPrecisions() {
        QFETCH(QString, model);
        QFETCH(QString, images);
        CUTLINE_NEEDS_ENGINE();
        if (model.isEmpty()) QSKIP("DID NOT RUN: CUTLINE_CIFAR_DATA names no folder with cifar.json and cifar_resnet8.onnx");
        if (!test::longRun() && !model.endsWith("fmnist_cnn.onnx")) QSKIP("one network is enough without --long");
        Progress progress;
        const auto imported = importOnnx(model.toStdString(), {}, progress);
        QVERIFY(imported);
        const auto data = DataSet::read(images.toStdString(), DataSet::Section::Test);
        const auto calibration = DataSet::read(images.toStdString(), DataSet::Section::Calibration);
        auto meter = AccuracyMeter::make(*imported, data->first(500), *calibration, {}, progress);
        QVERIFY(meter);
        const Graph& graph = *imported->graph;
        const System system = systemOf({16, 8, 4, 3});
        const auto estimate = estimateAccuracy(*meter, graph, system, progress);
        QVERIFY2(estimate, estimate ? "" : estimate.error().message().c_str());

        // Layers at 3 to 16 bits at random, with another share of few bits each time.
        std::mt19937 random(3);
        std::vector<PrecisionVector> vectors;
        std::vector<double> estimated, bits;
        for (int v = 0; v < (test::longRun() ? 200 : 40); ++v) {
            std::discrete_distribution<std::uint32_t> pick({1, 1, static_cast<double>(random() % 100) / 25, static_cast<double>(random() % 100) / 50});
            PrecisionVector vector = PrecisionVector::uniform(graph.layerCount(), Width::integer(16));
            double noise = 0, sum = 0;
            for (std::uint32_t l = 0; l < graph.layerCount(); ++l) {
                const PlatformId p{pick(random)};
                vector.layers[l] = *precisionOf(system.platform(p));
                if (l == 0) vector.input = vector.layers[0].activations;
                noise += estimate->noise->value(LayerId{l}, p);
                sum += system.platform(p).weight_bits;
            }
            estimated.push_back(estimate->curve.score(noise) - 1e-6 * noise); // ties in the curve go by the noise
            bits.push_back(sum);
            vectors.push_back(std::move(vector));
        }
        const auto measured = meter->measure(vectors, progress);
        QVERIFY(measured);
        std::vector<double> truth;
        double error = 0;
        for (std::size_t v = 0; v < vectors.size(); ++v) {
            truth.push_back(scoreOf((*measured)[v]));
            error += std::fabs(truth.back() - estimated[v]) / static_cast<double>(vectors.size());
        }
        const double ours = rankCorrelation(estimated, truth), counting = rankCorrelation(bits, truth);
        qInfo("%s: rank correlation %.3f (bits alone %.3f), mean error %.2f %%, error of the fit %.2f %%",
              QTest::currentDataTag(), ours, counting, 100 * error, 100 * estimate->curve.error());
        // Networks of depthwise convolutions lose more together than layer by layer: 0.69 where others reach 0.83 to 0.95.
        QVERIFY2(ours > 0.6 && ours > counting + 0.2, qPrintable(QString("%1, bits %2").arg(ours).arg(counting)));
    }
};

CUTLINE_TEST(TestEstimate)

} // namespace cutline::tst_estimate

#include "tst_estimate.moc"
