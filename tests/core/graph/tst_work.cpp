// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/graph/import.h"
#include "onnx_text.h"

#include <QtTest>

namespace cutline::tst_work {

/// Multiply-accumulates and loop nests of one layer, counted by hand.
class TestWork : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void work_data()
    {
        QTest::addColumn<QString>("graph");
        QTest::addColumn<QString>("zeros");
        QTest::addColumn<QString>("op_class");
        QTest::addColumn<QList<LoopDims>>("loops");
        const auto row = [](const char* name, const char* graph, const char* zeros, const char* op_class,
                            const QList<LoopDims>& loops) {
            QTest::newRow(name) << graph << zeros << op_class << loops;
        };
        row("convolution",
            "g (float[2,3,9,7] x, float[8,3,3,3] w) => (y) { y = Conv<strides = [2,1], pads = [1,1,1,1]>(x, "
            "w) }",
            "w", "conv", {{.n = 2, .c = 3, .m = 8, .r = 3, .s = 3, .p = 5, .q = 7, .stride_p = 2}});
        row("grouped", "g (float[1,8,4,4] x, float[6,4,1,1] w) => (y) { y = Conv<group = 2>(x, w) }", "w",
            "conv", {{.g = 2, .c = 4, .m = 3, .p = 4, .q = 4}});
        row("depthwise",
            "g (float[1,8,4,4] x, float[16,1,3,3] w) => (y) { y = Conv<group = 8, dilations = [1,1]>(x, w) }",
            "w", "depthwise", {{.g = 8, .m = 2, .r = 3, .s = 3, .p = 2, .q = 2}});
        row("one dimension", "g (float[1,4,10] x, float[5,4,3] w) => (y) { y = Conv<dilations = [2]>(x, w) }",
            "w", "conv", {{.c = 4, .m = 5, .r = 3, .p = 6, .dilation_r = 2}});
        row("three dimensions", "g (float[1,2,4,5,6] x, float[3,2,2,3,3] w) => (y) { y = Conv(x, w) }", "w",
            "conv", {{.c = 4, .m = 3, .r = 3, .s = 3, .p = 3, .q = 4, .repeats = 3}});
        row("transposed",
            "g (float[1,6,4,5] x, float[6,2,3,3] w) => (y) { y = ConvTranspose<group = 2, strides = "
            "[2,2]>(x, w) }",
            "w", "conv", {{.g = 2, .c = 3, .m = 2, .r = 3, .s = 3, .p = 4, .q = 5, .stride_p = 2, .stride_q = 2, .transposed = true}});
        row("gemm", "g (float[3,4] x, float[5,4] w) => (y) { y = Gemm<transB = 1>(x, w) }", "w", "fc",
            {{.c = 4, .m = 5, .p = 3}});
        row("matmul of a batch", "g (float[2,3,4] x, float[4,5] w) => (y) { y = MatMul(x, w) }", "w", "fc",
            {{.c = 4, .m = 5, .p = 6}});
        row("matmul of two activations", "g (float[2,8,3,4] x, float[2,8,4,5] w) => (y) { y = MatMul(x, w) }",
            "", "fc", {{.g = 16, .c = 4, .m = 5, .p = 3, .weights_are_activations = true}});
        row("weights on the left", "g (float[2,4,5] x, float[3,4] w) => (y) { y = MatMul(w, x) }", "w", "fc",
            {{.n = 2, .c = 4, .m = 3, .p = 5}});
        row("vector", "g (float[4] x, float[4,5] w) => (y) { y = MatMul(x, w) }", "w", "fc",
            {{.c = 4, .m = 5}});
        row("lstm",
            "g (float[7,2,3] x, float[1,20,3] w, float[1,20,5] r) => (y) { y = LSTM<hidden_size = 5>(x, w, "
            "r) }",
            "w,r", "other",
            {{.c = 3, .m = 20, .p = 14}, {.c = 5, .m = 20, .p = 2, .repeats = 7, .sequential = true}});
        row("both directions of a gru",
            "g (float[7,2,3] x, float[2,15,3] w, float[2,15,5] r) => (y) { y = GRU<hidden_size = 5, "
            "direction = \"bidirectional\">(x, w, r) }",
            "w,r", "other",
            {{.c = 3, .m = 30, .p = 14},
             {.g = 2, .c = 5, .m = 15, .p = 2, .repeats = 7, .sequential = true}});
        row("costlier branch",
            "g (bool c, float[2,3] x, float[3,3] w, float[3,4] a, float[4,3] b) => (y) { y = If (c) <"
            " then_branch = t () => (float[2,3] p) { p = MatMul(x, w) },"
            " else_branch = e () => (float[2,3] q) { h = MatMul(x, a) q = MatMul(h, b) } > }",
            "w,a,b", "other", {{.c = 3, .m = 4, .p = 2}, {.c = 4, .m = 3, .p = 2}});
        row("no work", "g (float[4] x) => (y) { y = Tanh(x) }", "", "elementwise", {});
        row("view", "g (float[4,1] x) => (y) { y = Flatten(x) }", "", "view", {});
    }

    void work()
    {
        QFETCH(QString, graph);
        QFETCH(QString, zeros);
        QFETCH(QString, op_class);
        QFETCH(QList<LoopDims>, loops);
        Progress progress;
        const auto model = importOnnxBytes(onnxFromText(graph.toStdString(), 14, zeros.toStdString()),
                                           "world.onnx", {}, progress);
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message().c_str());
        QCOMPARE(model->graph->layerCount(), std::size_t{1});
        const Layer& layer = model->graph->layers().front();
        QCOMPARE(QString::fromUtf8(nameOf(layer.op_class).data()), op_class);
        QCOMPARE(static_cast<qsizetype>(layer.loops.size()), loops.size());
        std::uint64_t macs = 0;
        for (qsizetype i = 0; i < loops.size(); ++i) {
            QVERIFY(layer.loops[static_cast<std::size_t>(i)] == loops[i]);
            macs += loops[i].macs();
        }
        QCOMPARE(layer.macs.value_or(1), macs);
    }
};

CUTLINE_TEST(TestWork)

} // namespace cutline::tst_work

#include "tst_work.moc"
