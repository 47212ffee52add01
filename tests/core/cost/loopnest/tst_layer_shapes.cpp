// SPDX-License-Identifier: GPL-3.0-or-later
// From ONNX operators to what the loop-nest model moves and computes, each worked out by hand.
#include "core/cost/loopnest/loop_nest_model.h"
#include "core/graph/import.h"
#include "core/platform/library.h"

#include <QtTest>

#include "tests/core/cost/loopnest/machines.h"
#include "tests/core/graph/onnx_text.h"
#include "tests/test_program.h"

namespace cutline::tst_layer_shapes {

using namespace cutline::loopnest;
using namespace cutline::loopnest::testing;

namespace {

/// One MAC and a buffer that holds everything: each word of a tile moves once, a read costs 1 pJ and a write 1 uJ, so
/// the energy in pJ spells both counts.
Platform countingMachine()
{
    Platform platform;
    platform.name = "count";
    platform.clock_hz = 1;
    platform.loop_nest = descriptor(0, {
        {"buffer", {}, "WIO", 1, 0, 0, 0, 0, "CMRSPQ", "", 1, "", {}},
        {"dram", {}, "WIO", 1, 1, 1e6, 0, 0, "CMPQ", "", 1, "", {}},
    });
    return platform;
}

GraphPtr graphOf(const QString& text, const QString& zeros)
{
    Progress progress;
    const auto model = importOnnxBytes(onnxFromText(text.toStdString(), 14, zeros.toStdString()), "world.onnx", {}, progress);
    if (!model) qFatal("%s", model.error().message().c_str());
    return model->graph;
}

} // namespace

class TestLayerShapes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void counts_data()
    {
        QTest::addColumn<QString>("graph");
        QTest::addColumn<QString>("zeros");
        QTest::addColumn<double>("macs");
        QTest::addColumn<double>("reads");
        QTest::addColumn<double>("writes");
        const auto row = [](const char* name, const char* graph, const char* zeros, double macs, double reads, double writes) {
            QTest::newRow(name) << graph << zeros << macs << reads << writes;
        };
        // Per image W 216, I 3 * 11 * 9, O 8 * 5 * 7.
        row("convolution of a batch",
            "g (float[2,3,9,7] x, float[8,3,3,3] w) => (y) { y = Conv<strides = [2,1], pads = [1,1,1,1]>(x, w) }", "w",
            15120, 2 * (216 + 297), 2 * 280);
        row("grouped", "g (float[1,8,4,4] x, float[6,4,1,1] w) => (y) { y = Conv<group = 2>(x, w) }", "w", 384,
            2 * (12 + 64), 2 * 48);
        row("depthwise", "g (float[1,8,4,4] x, float[16,1,3,3] w) => (y) { y = Conv<group = 8>(x, w) }", "w", 576,
            8 * (18 + 16), 8 * 8);
        // Input rows 5 + 2 * 2 + 1 of 4 channels.
        row("one dimension, dilated", "g (float[1,4,10] x, float[5,4,3] w) => (y) { y = Conv<dilations = [2]>(x, w) }", "w",
            360, 60 + 40, 30);
        // Rows 2 * 2 + 2 * 2 + 1 = 9, columns 2 + 2 * 3 + 1 = 9.
        row("dilated, with a stride",
            "g (float[1,2,9,9] x, float[3,2,3,3] w) => (y) { y = Conv<dilations = [2,3], strides = [2,1]>(x, w) }", "w", 486,
            54 + 162, 27);
        // Three depths of 2 * 2 channels.
        row("three dimensions", "g (float[1,2,4,5,6] x, float[3,2,2,3,3] w) => (y) { y = Conv(x, w) }", "w", 3888,
            3 * (108 + 120), 3 * 36);
        // Per group taps 2x2, 2x1, 1x2, 1x1: W 24 + 12 + 12 + 6, I 3 * (5*6 + 5*5 + 4*6 + 4*5), O four times 2 * 20.
        row("transposed",
            "g (float[1,6,4,5] x, float[6,2,3,3] w) => (y) { y = ConvTranspose<group = 2, strides = [2,2]>(x, w) }", "w", 2160,
            2 * (54 + 297), 2 * 160);
        // Four phases alike: 8 channels of 2x2 taps over 4x4.
        row("transposed, kernel of two strides",
            "g (float[1,3,4,4] x, float[3,2,4,4] w) => (y) { y = ConvTranspose<strides = [2,2]>(x, w) }", "w", 1536, 96 + 75,
            128);
        // Of three output rows per input row two are reached, by one tap each.
        row("transposed, kernel below the stride",
            "g (float[1,2,5] x, float[2,3,2] w) => (y) { y = ConvTranspose<strides = [3]>(x, w) }", "w", 60, 12 + 10, 30);
        // Every tap lands on even rows.
        row("transposed and dilated",
            "g (float[1,2,5] x, float[2,3,3] w) => (y) { y = ConvTranspose<strides = [2], dilations = [2]>(x, w) }", "w", 90,
            18 + 14, 15);
        row("gemm", "g (float[3,4] x, float[5,4] w) => (y) { y = Gemm<transB = 1>(x, w) }", "w", 60, 20 + 12, 15);
        row("matmul of a batch", "g (float[2,3,4] x, float[4,5] w) => (y) { y = MatMul(x, w) }", "w", 120, 20 + 24, 30);
        row("matmul of two activations", "g (float[2,8,3,4] x, float[2,8,4,5] w) => (y) { y = MatMul(x, w) }", "", 960,
            16 * (20 + 12), 16 * 15);
        // The input's part of 14 rows, then the state's part in seven steps.
        row("lstm",
            "g (float[7,2,3] x, float[1,20,3] w, float[1,20,5] r) => (y) { y = LSTM<hidden_size = 5>(x, w, r) }", "w,r", 2240,
            60 + 42 + 7 * (100 + 10), 280 + 7 * 40);
        row("both directions of a gru",
            "g (float[7,2,3] x, float[2,15,3] w, float[2,15,5] r) => (y) { y = GRU<hidden_size = 5, direction = "
            "\"bidirectional\">(x, w, r) }",
            "w,r", 3360, 90 + 42 + 14 * (75 + 10), 420 + 14 * 30);
    }

    void counts()
    {
        QFETCH(QString, graph);
        QFETCH(QString, zeros);
        QFETCH(double, macs);
        QFETCH(double, reads);
        QFETCH(double, writes);
        const GraphPtr world = graphOf(graph, zeros);
        const auto model = LoopNestModel::make(countingMachine(), {}, nullptr);
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message().c_str());
        const LayerId layer[]{LayerId{0}};
        const auto cost = (*model)->cost(*world, layer);
        QVERIFY(cost && cost->supported && cost->source == Source::LoopNest);
        QCOMPARE(cost->latency_s, macs); // one a cycle
        QCOMPARE(cost->energy_j, (reads + 1e6 * writes) * 1e-12);
    }

    /// One dim may be rows or columns, whichever the machine is better at; of two dims each is what it is, and a published
    /// search knows rows alone.
    void oneDimIsRowsOrColumns()
    {
        Progress progress;
        int better_as_columns = 0;
        for (const auto& [nest, compat] : {std::pair{eyr(), Compat{}}, {smb(), Compat{}}, {eyr(), Compat::kress2024()}}) {
            Platform platform = countingMachine();
            platform.loop_nest = nest;
            const auto made = LoopNestModel::make(platform, compat, nullptr);
            const LoopNestModel& model = **made;
            for (const std::uint32_t length : {7U, 500U, 15011U}) {
                const QString in = QString::number(2 * length + 1);
                const GraphPtr one = graphOf("g (float[1,16," + in + "] x, float[24,16,3] w) => (y) { y = Conv<strides = [2]>(x, w) }", "w");
                const GraphPtr two =
                    graphOf("g (float[1,16," + in + ",1] x, float[24,16,3,1] w) => (y) { y = Conv<strides = [2,1]>(x, w) }", "w");
                NestShape columns = convolution(16, 24, 1, 3, 1, length);
                columns.stride_q = 2;
                const double as_rows = model.mappings(*two, LayerId{0}, progress)[0].analysis.cycles;
                const double as_columns = findMappings(model.machine(), columns, {}, progress).points[0].score.cycles;
                const double least = compat.any() ? as_rows : std::min(as_rows, as_columns);
                better_as_columns += least < as_rows ? 1 : 0;
                const MappedNest mapped = model.mappings(*one, LayerId{0}, progress)[0];
                QCOMPARE(mapped.analysis.cycles, least);
                QCOMPARE(mapped.rewrite == "rows as columns", mapped.shape.size[Q] > 1);
                if (!compat.any()) QCOMPARE(model.curve(*one, LayerId{0}, 0, progress).points.front().score.cycles, least);
                QVERIFY(model.mappings(*two, LayerId{0}, progress)[0].rewrite.empty());
            }
        }
        QVERIFY(better_as_columns > 0);
    }

    /// Every kind of layer finds a mapping on every accelerator that ships.
    void fitEveryShippedMachine_data() { counts_data(); }

    void fitEveryShippedMachine()
    {
        QFETCH(QString, graph);
        QFETCH(QString, zeros);
        QFETCH(double, macs);
        const GraphPtr world = graphOf(graph, zeros);
        const Library library = Library::load({CUTLINE_SOURCE_DIR "/platforms"});
        int machines = 0;
        for (const Platform& platform : library.platforms()) {
            if (!platform.loop_nest) continue;
            ++machines;
            const auto model = LoopNestModel::make(platform, {}, nullptr);
            QVERIFY2(model.ok(), model.ok() ? "" : model.error().message().c_str());
            const LayerId layer[]{LayerId{0}};
            const auto cost = (*model)->cost(*world, layer);
            QVERIFY2(cost && cost->supported, platform.name.c_str());
            const double cycles = cost->latency_s * *platform.clock_hz;
            QVERIFY2(cycles >= macs / macUnits((*model)->machine()) * (1 - 1e-12), platform.name.c_str());
            QVERIFY2(cost->energy_j >= macs * (*model)->machine().mac_pj * 1e-12, platform.name.c_str());
            Progress progress;
            double mapped = 0;
            for (const MappedNest& nest : (*model)->mappings(*world, LayerId{0}, progress)) {
                QVERIFY2(!whyInvalid((*model)->machine(), nest.shape, nest.mapping), platform.name.c_str());
                mapped += nest.shape.macs();
            }
            QVERIFY2(mapped >= macs, platform.name.c_str());
        }
        QVERIFY(machines >= 6);
    }
};

CUTLINE_TEST(TestLayerShapes)

} // namespace cutline::tst_layer_shapes

#include "tst_layer_shapes.moc"
