// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/base/text.h"
#include "core/graph/import.h"
#include "onnx_text.h"

#include <QtTest>

#include <onnx/onnx_pb.h>

namespace cutline::tst_import {
namespace {

Result<ImportedModel> opened(const std::string& bytes, const ImportOptions& options = {})
{
    Progress progress;
    return importOnnxBytes(bytes, "world.onnx", options, progress);
}

std::string joined(const std::vector<std::string>& parts)
{
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : ",") + part;
    return text;
}

/// "Conv_0(x;w,b)->y:1x8x4x4" per layer: inputs; weights, outputs with their shapes.
QString summary(const Graph& graph)
{
    std::string text;
    for (const Layer& layer : graph.layers()) {
        std::vector<std::string> inputs, weights, outputs;
        for (const TensorId t : layer.inputs) inputs.push_back(graph.tensor(t).name);
        for (const WeightId w : layer.weights) weights.push_back(graph.weight(w).name);
        for (const TensorId t : layer.outputs) {
            const Tensor& tensor = graph.tensor(t);
            outputs.push_back(tensor.name + ":" + (tensor.shape ? shapeText(*tensor.shape) : "?"));
        }
        text += (text.empty() ? "" : " ") + layer.name + "(" + joined(inputs) +
                (weights.empty() ? "" : ";" + joined(weights)) + ")->" + joined(outputs);
    }
    return QString::fromStdString(text);
}

QString notesText(const ImportedModel& model)
{
    QString text;
    for (const ImportNote& note : model.notes)
        text += QString::fromStdString(note.where + ": " + note.what + "; " + note.fix + "\n");
    return text;
}

} // namespace

/// Small worlds written as text: what becomes a layer, a tensor, a weight.
class TestImport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void layers_data()
    {
        QTest::addColumn<QString>("graph");
        QTest::addColumn<QString>("zeros");
        QTest::addColumn<int>("opset");
        QTest::addColumn<QString>("layers");
        QTest::addColumn<int>("parameters");
        const auto row = [](const char* name, const char* graph, const char* zeros, int opset,
                            const char* layers, int parameters) {
            QTest::newRow(name) << graph << zeros << opset << layers << parameters;
        };
        row("chain", "g (float[1,3,4,4] x) => (float[1,3,4,4] y) { a = Relu(x) y = Sigmoid(a) }", "", 14,
            "Relu_0(x)->a:1x3x4x4 Sigmoid_1(a)->y:1x3x4x4", 0);
        row("weights",
            "g (float[1,3,4,4] x, float[8,3,3,3] w, float[8] b) => (float[1,8,2,2] y) { y = Conv(x, w, b) }",
            "w,b", 14, "Conv_0(x;w,b)->y:1x8x2x2", 8 * 27 + 8);
        row("scalar is no parameter", "g (float[4] x, float s = {2}) => (float[4] y) { y = Mul(x, s) }", "",
            14, "Mul_0(x;s)->y:4", 0);
        row("weight through a transpose",
            "g (float[2,3] x, float[5,3] w) => (float[2,5] y) { t = Transpose(w) y = MatMul(x, t) }", "w", 14,
            "MatMul_1(x;w)->y:2x5", 15);
        row("weight read twice",
            "g (float[2,3] x, float[3,3] w) => (float[2,3] y) { a = MatMul(x, w) y = MatMul(a, w) }", "w", 14,
            "MatMul_0(x;w)->a:2x3 MatMul_1(a;w)->y:2x3", 9);
        row("constant node is no parameter",
            "g (float[2] x) => (float[2] y) { c = Constant<value = float[2] {1, 2}>() y = Add(x, c) }", "",
            14, "Add_1(x;c)->y:2", 0);
        row("weights made by ConstantOfShape",
            "g (float[2,3] x, int64[2] s = {3, 7}) => (float[2,7] y) { w = ConstantOfShape<value = float[1] "
            "{0.5}>(s) y = MatMul(x, w) }",
            "", 14, "MatMul_1(x;w)->y:2x7", 21);
        row("zeros made by ConstantOfShape are none",
            "g (float[2,3] x, int64[2] s = {2, 3}) => (float[2,3] y) { w = ConstantOfShape(s) y = Add(x, w) "
            "}",
            "", 14, "Add_1(x;w)->y:2x3", 0);
        row("shape computation folds",
            "g (float[2,3,4] x, int64[1] one = {-1}, int64 i = {0}, int64[1] zero = {0}) => (float[2,12] y) {"
            " s = Shape(x) d = Gather(s, i) u = Unsqueeze(d, zero) c = Concat<axis = 0>(u, one) y = "
            "Reshape(x, c) }",
            "", 14, "Reshape_4(x;c)->y:2x12", 0);
        row("dead nodes go", "g (float[4] x) => (float[4] y) { a = Exp(x) b = Log(a) y = Relu(x) }", "", 14,
            "Relu_2(x)->y:4", 0);
        row("unread outputs go", "g (float[4,6] x) => (float[4,2] y) { a, y, c = Split<axis = 1>(x) }", "",
            14, "Split_0(x)->y:4x2", 0);
        row("two reads of one tensor are one input", "g (float[4] x) => (float[4] y) { y = Add(x, x) }", "",
            14, "Add_0(x)->y:4", 0);
        row("product of constants stays",
            "g (float[2,2] x, float[2,2] a, float[2,2] b) => (float[2,2] y) { p = MatMul(a, b) y = Add(x, p) "
            "}",
            "a,b", 14, "MatMul_0(;a,b)->p:2x2 Add_1(x,p)->y:2x2", 8);
        row("quantised tensor is one tensor",
            "g (float[4] x, float s = {0.1}, uint8 z = {3}) => (float[4] y) { a = Relu(x) q = "
            "QuantizeLinear(a, s, z) d = DequantizeLinear(q, s, z)"
            " y = Sigmoid(d) }",
            "", 14, "Relu_0(x)->a:4 Sigmoid_3(a)->y:4", 0);
        row("trailing pair gives the output its name",
            "g (float[4] x, float s = {0.1}, uint8 z = {3}) => (float[4] y) { a = Relu(x) q = "
            "QuantizeLinear(a, s, z) y = DequantizeLinear(q, s, z) }",
            "", 14, "Relu_0(x)->y:4", 0);
        row("quantised weight and bias",
            "g (float[1,3,4,4] x, int8[8,3,3,3] w, float s = {0.1}, int8 z = {0}, float[8] bs, int32[8] b, "
            "int32 bz = {0}) => (float[1,8,2,2] y) {"
            " wd = DequantizeLinear(w, s, z) bd = DequantizeLinear(b, bs, bz) y = Conv(x, wd, bd) }",
            "w,b,bs", 14, "Conv_2(x;w,b)->y:1x8x2x2", 8 * 27 + 8);
        row("old Add stretches along an axis",
            "g (float[1,3,4,4] x, float[3] b) => (float[1,3,4,4] y) { y = Add<broadcast = 1, axis = 1>(x, b) "
            "}",
            "b", 6, "Add_0(x;b)->y:1x3x4x4", 3);
        row("captured by a branch",
            "g (bool c, float[2,3] x, float[3,3] w) => (float[2,3] y) { y = If (c) <"
            " then_branch = t () => (float[2,3] p) { p = MatMul(x, w) }, else_branch = e () => (float[2,3] "
            "q) { q = Relu(x) } > }",
            "w", 14, "If_0(c,x;w)->y:2x3", 9);
        row("axes of Reduce as an input",
            "g (float[2,3,4] x, int64[1] a = {1}) => (float[2,4] y) { y = ReduceMean<keepdims = 0>(x, a) }",
            "", 18, "ReduceMean_0(x;a)->y:2x4", 0);
        row("uneven split",
            "g (float[7] x) => (float[3] a, float[3] b, float[1] c) { a, b, c = Split<num_outputs = 3>(x) }",
            "", 18, "Split_0(x)->a:3,b:3,c:1", 0);
    }

    void layers()
    {
        QFETCH(QString, graph);
        QFETCH(QString, zeros);
        QFETCH(int, opset);
        QFETCH(QString, layers);
        QFETCH(int, parameters);
        const auto model = opened(onnxFromText(graph.toStdString(), opset, zeros.toStdString()));
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message().c_str());
        QCOMPARE(summary(*model->graph), layers);
        QCOMPARE(static_cast<int>(model->graph->totalParameters()), parameters);
    }

    void rejects_data()
    {
        QTest::addColumn<QString>("graph");
        QTest::addColumn<QString>("zeros");
        QTest::addColumn<QStringList>("said");
        const auto row = [](const char* name, const char* body, const char* inputs, const char* zeros,
                            const QStringList& said) {
            QTest::newRow(name)
                << QStringLiteral("g (%1) => (y) { %2 }").arg(QLatin1String(inputs), QLatin1String(body))
                << zeros << said;
        };
        const char* image = "float[1,8,16,16] x";
        const char* conv = "float[1,8,16,16] x, float[8,8,3,3] w";
        row("negative pads", "y = Conv<pads = [-1,0,0,0]>(x, w)", conv, "w", {"Conv", "pads", "-1"});
        row("pads of the wrong length", "y = Conv<pads = [1,1,1]>(x, w)", conv, "w", {"pads", "3"});
        row("stride 0", "y = Conv<strides = [1,0]>(x, w)", conv, "w", {"strides", "1 0"});
        row("dilation 0", "y = Conv<dilations = [0,1]>(x, w)", conv, "w", {"dilations"});
        row("group 0", "y = Conv<group = 0>(x, w)", conv, "w", {"group", "0"});
        row("kernel larger than the image", "y = Conv<dilations = [9,9]>(x, w)", conv, "w", {"19", "16"});
        row("pool without a kernel", "y = MaxPool(x)", image, "", {"MaxPool", "kernel_shape"});
        row("pool with stride 0", "y = MaxPool<kernel_shape = [2,2], strides = [0,0]>(x)", image, "",
            {"strides"});
        row("permutation with a repeat", "y = Transpose<perm = [0,1,1,2]>(x)", image, "",
            {"perm", "1", "twice"});
        row("permutation out of range", "y = Transpose<perm = [0,1,2,9]>(x)", image, "", {"perm", "9"});
        row("axis out of range", "y = Softmax<axis = 4>(x)", image, "", {"axis", "4"});
        row("concat of unlike shapes", "y = Concat<axis = 1>(x, a)", "float[1,8,16,16] x, float[1,8,16,15] a",
            "", {"1x8x16x16", "1x8x16x15"});
        row("reshape to another count", "y = Reshape(x, s)", "float[1,8,16,16] x, int64[2] s = {7, -1}", "",
            {"2048", "7x?"});
        row("reshape with two open sizes", "y = Reshape(x, s)", "float[1,8,16,16] x, int64[2] s = {-1, -1}",
            "", {"two"});
        row("split that does not add up", "a, y = Split<axis = 1>(x, s)",
            "float[1,8,16,16] x, int64[2] s = {3, 3}", "", {"6", "8"});
        row("slice with step 0", "y = Slice(x, a, b, c, d)",
            "float[1,8,16,16] x, int64[1] a = {0}, int64[1] b = {5}, int64[1] c = {1}, int64[1] d = {0}", "",
            {"steps", "0"});
        row("index out of range", "y = Gather<axis = 1>(x, i)", "float[1,8,16,16] x, int64[1] i = {99}", "",
            {"99"});
        row("matrices that do not multiply", "y = MatMul(x, w)", "float[2,3] x, float[4,5] w", "w",
            {"2x3", "4x5"});
        row("gemm that does not multiply", "y = Gemm(x, w)", "float[2,3] x, float[4,5] w", "w",
            {"3 against 4"});
        row("normalisation of other channels", "y = BatchNormalization(x, a, a, a, a)",
            "float[1,8,4,4] x, float[7] a", "a", {"8 channels", "7"});
        row("types that do not add", "y = Add(x, a)", "float[4] x, int64[4] a", "",
            {"float32", "int64", "Cast"});
        row("too few inputs", "y = Add(x)", "float[4] x", "", {"1 input", "needs 2"});
        row("too many inputs", "y = Relu(x, x)", "float[4] x", "", {"2 inputs", "needs 1"});
        row("attribute of another kind", "y = Conv<strides = 3>(x, w)", conv, "w", {"strides", "integer"});
        row("expansion beyond all memory", "y = Expand(x, s)",
            "float[1] x, int64[2] s = {1099511627776, 1099511627776}", "", {"1099511627776x1099511627776"});
        row("block size 0", "y = DepthToSpace<blocksize = 0>(x)", image, "", {"blocksize", "0"});
        row("recurrent weights of another size", "y = LSTM<hidden_size = 8>(x, w, r)",
            "float[5,1,16] x, float[1,30,16] w, float[1,32,8] r", "w,r", {"30", "32"});
        row("branch that reads itself",
            "y = If (c) <then_branch = t () => (float[1] p) { p = Relu(p) }, else_branch = e () => (float[1] "
            "q) { q = Relu(x) }>",
            "bool c, float[1] x", "", {"own output"});
        row("branch that reads nothing made",
            "y = If (c) <then_branch = t () => (float[1] p) { p = Relu(nope) }, else_branch = e () => "
            "(float[1] q) { q = Relu(x) }>",
            "bool c, float[1] x", "", {"nope"});
    }

    void rejects()
    {
        QFETCH(QString, graph);
        QFETCH(QString, zeros);
        QFETCH(QStringList, said);
        const std::string bytes = onnxFromText(graph.toStdString(), 14, zeros.toStdString());
        QVERIFY(!bytes.empty());
        const auto model = opened(bytes);
        QVERIFY(!model);
        const QString message = QString::fromStdString(model.error().message());
        QVERIFY2(message.contains(QLatin1String("world.onnx")), qPrintable(message));
        for (const QString& word : said) QVERIFY2(message.contains(word), qPrintable(message));
    }

    /// Values of shape computations, seen as the sizes that a tensor of ones is stretched to.
    void folds_data()
    {
        QTest::addColumn<QString>("expression"); ///< makes v, a list of int64
        QTest::addColumn<QString>("constants");
        QTest::addColumn<QString>("sizes");
        const auto row = [](const char* name, const char* expression, const char* constants,
                            const char* sizes) { QTest::newRow(name) << expression << constants << sizes; };
        row("sum", "v = Add(a, b)", "int64[3] a = {1, 2, 3}, int64[1] b = {4}", "5x6x7");
        row("division cuts off", "d = Div(a, b) v = Neg(d)", "int64[2] a = {-7, -9}, int64 b = {2}", "3x4");
        row("modulo has the divisor's sign", "v = Mod<fmod = 0>(a, b)", "int64[2] a = {-7, 9}, int64 b = {5}",
            "3x4");
        row("backwards slice", "v = Slice(a, s, e, k, t)",
            "int64[4] a = {2, 3, 4, 5}, int64[1] s = {-1}, int64[1] e = {-9223372036854775807}, int64[1] k = "
            "{0}, int64[1] t = {-2}",
            "5x3");
        row("gather from the end", "v = Gather(a, i)", "int64[4] a = {2, 3, 4, 5}, int64[2] i = {-1, 0}",
            "5x2");
        row("gather rows", "g = Gather<axis = 1>(a, i) v = Squeeze(g, j)",
            "int64[2,1] a = {6, 7}, int64[1] i = {0}, int64[1] j = {1}", "6x7");
        row("transposed", "t = Transpose<perm = [1, 0]>(a) v = Reshape(t, l)",
            "int64[2,3] a = {1, 2, 3, 4, 5, 6}, int64[1] l = {-1}", "1x4x2x5x3x6");
        row("joined along the second axis", "c = Concat<axis = 1>(a, b) v = Reshape(c, l)",
            "int64[2,1] a = {2, 4}, int64[2,1] b = {3, 5}, int64[1] l = {-1}", "2x3x4x5");
        row("split", "p, q = Split(a) v = Concat<axis = 0>(q, p)", "int64[4] a = {2, 3, 4, 5}", "4x5x2x3");
        row("chosen", "c = Less(a, b) v = Where(c, a, b)", "int64[3] a = {2, 9, 4}, int64[3] b = {5, 5, 5}",
            "2x5x4");
        row("through floats", "f = Cast<to = 1>(a) g = Mul(f, h) k = Floor(g) v = Cast<to = 7>(k)",
            "int64[2] a = {5, 7}, float h = {1.5}", "7x10");
        row("range", "v = Range(s, e, d)", "int64 s = {2}, int64 e = {9}, int64 d = {3}", "2x5x8");
        row("product of all", "v = ReduceProd<keepdims = 1>(a)", "int64[3] a = {2, 3, 4}", "24");
        row("scattered", "v = ScatterND(a, i, u)",
            "int64[3] a = {2, 3, 4}, int64[2,1] i = {0, -1}, int64[2] u = {7, 9}", "7x3x9");
        row("stretched", "v = Expand(a, s)", "int64[1] a = {3}, int64[1] s = {3}", "3x3x3");
        row("tiled", "v = Tile(a, s)", "int64[2] a = {2, 3}, int64[1] s = {2}", "2x3x2x3");
        row("filled", "f = ConstantOfShape<value = int64[1] {4}>(s) v = Add(f, a)",
            "int64[1] s = {2}, int64[2] a = {1, 2}", "5x6");
        row("largest", "m = Max(a, b) v = Min(m, c)",
            "int64[2] a = {1, 9}, int64[2] b = {4, 2}, int64 c = {6}", "4x6");
        row("places that are not zero", "n = NonZero(a) f = Reshape(n, l) v = Add(f, b)",
            "int64[2,2] a = {0, 3, 1, 0}, int64[1] l = {-1}, int64[1] b = {5}", "5x6x6x5");
        row("size", "n = Size(a) v = Unsqueeze(n, z)", "int64[2,3] a = {1, 1, 1, 1, 1, 1}, int64[1] z = {0}",
            "6");
    }

    void folds()
    {
        QFETCH(QString, expression);
        QFETCH(QString, constants);
        QFETCH(QString, sizes);
        const std::string bytes =
            onnxFromText(QStringLiteral("g (float[1] x, %1) => (y) { %2 y = Expand(x, v) }")
                             .arg(constants, expression)
                             .toStdString());
        QVERIFY(!bytes.empty());
        const auto model = opened(bytes);
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message().c_str());
        QCOMPARE(model->graph->layerCount(), std::size_t{1});
        const Tensor& made = model->graph->tensor(model->graph->outputs()[0]);
        QVERIFY(made.shape.has_value());
        QCOMPARE(QString::fromStdString(shapeText(*made.shape)), sizes);
    }

    void loopCountsItsTrips()
    {
        const auto model =
            opened(onnxFromText("g (float[2,3] x, int64 n = {5}, bool go = {1}, float[3,3] w) => (s, stack) "
                                "{ s, stack = Loop (n, go, x) <"
                                " body = b (int64 i, bool c, float[2,3] a) => (bool d, float[2,3] t, "
                                "float[2,3] u) { d = Identity(c) t = MatMul(a, w) u = Relu(t) } > }",
                                14, "w"));
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message().c_str());
        QCOMPARE(summary(*model->graph), QStringLiteral("Loop_0(x;n,go,w)->s:2x3,stack:5x2x3"));
        QCOMPARE(model->graph->layers().front().macs.value_or(0), std::uint64_t{5 * 2 * 3 * 3});
    }

    void functionIsOneLayer()
    {
        const auto model =
            opened(onnxFromModelText("<ir_version: 8, opset_import: [\"\" : 15, \"f\" : 1]> g (float[2,3] x, "
                                     "float[3,4] w) => (float[2,4] y) { y = f.Dense(x, w) }"
                                     " <opset_import: [\"\" : 15], domain: \"f\"> Dense (i, k) => (o) { t = "
                                     "MatMul(i, k) o = Relu(t) }"));
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message().c_str());
        QCOMPARE(summary(*model->graph), QStringLiteral("Dense_0(x,w)->y:2x4"));
        QCOMPARE(model->graph->layers().front().macs.value_or(0), std::uint64_t{24});
        QVERIFY(model->graph->layers().front().known_op);
    }

    void functionThatCallsItselfIsRefused()
    {
        const auto model = opened(
            onnxFromModelText("<ir_version: 8, opset_import: [\"\" : 15, \"f\" : 1]> g (float[2] x) => "
                              "(float[2] y) { y = f.A(x) }"
                              " <opset_import: [\"f\" : 1], domain: \"f\"> A (i) => (o) { o = f.B(i) }"
                              " <opset_import: [\"f\" : 1], domain: \"f\"> B (i) => (o) { o = f.A(i) }"));
        QVERIFY(!model);
        QVERIFY2(model.error().message().find("calls itself") != std::string::npos,
                 model.error().message().c_str());
    }

    void quantisationIsAnnotated()
    {
        const auto model = opened(onnxFromText(
            "g (float[2,4] x, float s = {0.1}, int8 z = {3}, float[4] c) => (y) { q = QuantizeLinear(x, s, "
            "z) d = DequantizeLinear(q, s, z)"
            " a = Relu(d) p = QuantizeLinear<axis = 1>(a, c) y = DequantizeLinear<axis = 1>(p, c) }",
            14, "c"));
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message().c_str());
        const Graph& graph = *model->graph;
        QVERIFY((graph.tensor(graph.inputs()[0]).quantisation == Quantisation{ElementType::Int8, false}));
        QVERIFY((graph.tensor(graph.outputs()[0]).quantisation == Quantisation{ElementType::UInt8, true}));
        QCOMPARE(graph.tensor(graph.outputs()[0]).type, ElementType::Float32);
        QCOMPARE(graph.tensor(graph.inputs()[0]).sentName(), std::string("q")); // all that Relu reads of it
        QCOMPARE(graph.tensor(graph.outputs()[0]).sentName(), std::string("y"));
    }

    void quantisedOperatorsOfOnnxRuntime()
    {
        const auto model = opened(onnxFromText(
            "g (uint8[1,4,8,8] x, uint8[1,4,1,1] y, float s = {0.1}, uint8 z = {3}) => (uint8[N,C,H,W] w) {"
            " a = com.microsoft.QLinearAdd(x, s, z, y, s, z, s, z)"
            " b = com.microsoft.QLinearConcat<axis = 1>(s, z, a, s, z, x, s, z)"
            " c = com.microsoft.QLinearAveragePool<kernel_shape = [2, 2], strides = [2, 2]>(b, s, z, s, z)"
            " d = com.microsoft.QLinearLeakyRelu(c, s, z, s, z)"
            " w = com.microsoft.QLinearGlobalAveragePool(d, s, z, s, z) }"));
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message().c_str());
        std::vector<std::string> shapes;
        for (const Layer& layer : model->graph->layers()) {
            const Tensor& made = model->graph->tensor(layer.outputs[0]);
            shapes.push_back(made.shape ? shapeText(*made.shape) : "?");
            QCOMPARE(made.type, ElementType::UInt8);
            QVERIFY(layer.known_op);
        }
        QCOMPARE(joined(shapes), std::string("1x4x8x8,1x8x8x8,1x8x4x4,1x8x4x4,1x8x1x1"));
    }

    void outputsKeepTheirOrder()
    {
        const auto model = opened(onnxFromText("g (float[4] b, float[4] a) => (float[4] z, float[4] y, "
                                               "float[4] x) { x = Relu(a) y = Exp(b) z = Add(x, y) }"));
        QVERIFY(model.ok());
        std::vector<std::string> names;
        for (const TensorId t : model->graph->inputs()) names.push_back(model->graph->tensor(t).name);
        for (const TensorId t : model->graph->outputs()) names.push_back(model->graph->tensor(t).name);
        QCOMPARE(joined(names), std::string("b,a,z,y,x"));
    }

    void symbolicDimensions_data()
    {
        QTest::addColumn<QString>("dim");
        QTest::addColumn<QString>("shape");
        QTest::addColumn<QString>("result"); ///< shape of the output, or part of the error
        QTest::newRow("assumed") << ""
                                 << ""
                                 << "1x6";
        QTest::newRow("by name") << "N=5"
                                 << ""
                                 << "5x6";
        QTest::newRow("by shape") << ""
                                  << "x=7,6"
                                  << "7x6";
        QTest::newRow("unknown name") << "M=5"
                                      << ""
                                      << "M";
        QTest::newRow("unknown input") << ""
                                       << "image=7,6"
                                       << "image";
        QTest::newRow("another rank") << ""
                                      << "x=7"
                                      << "dimensions";
        QTest::newRow("against a fixed size") << ""
                                              << "x=7,5"
                                              << "fixes it to 6";
        QTest::newRow("two ways that differ") << "N=3"
                                              << "x=7,6"
                                              << "--dim 3";
        QTest::newRow("negative") << "N=-3"
                                  << ""
                                  << "-3";
    }

    void symbolicDimensions()
    {
        QFETCH(QString, dim);
        QFETCH(QString, shape);
        QFETCH(QString, result);
        ImportOptions options;
        if (!dim.isEmpty())
            options.dimensions[dim.section(u'=', 0, 0).toStdString()] = dim.section(u'=', 1).toLongLong();
        if (!shape.isEmpty())
            for (const QString& size : shape.section(u'=', 1).split(u','))
                options.input_shapes[shape.section(u'=', 0, 0).toStdString()].push_back(size.toLongLong());
        const auto model =
            opened(onnxFromText("g (float[N,6] x) => (float[N,6] y) { y = Relu(x) }"), options);
        if (!model) {
            QVERIFY2(QString::fromStdString(model.error().message()).contains(result),
                     model.error().message().c_str());
            return;
        }
        QCOMPARE(summary(*model->graph), QStringLiteral("Relu_0(x)->y:") + result);
        QCOMPARE(model->assumed_dimensions == std::vector<std::string>{"N"},
                 dim.isEmpty() && shape.isEmpty());
        QCOMPARE(notesText(*model).contains(QLatin1String("--dim")), dim.isEmpty() && shape.isEmpty());
    }

    void openDimensionsWithoutANameHaveOne()
    {
        onnx::ModelProto proto;
        QVERIFY(proto.ParseFromString(onnxFromText("g (float[N,6] x) => (float[N,6] y) { y = Relu(x) }")));
        for (auto* value : {proto.mutable_graph()->mutable_input(0), proto.mutable_graph()->mutable_output(0)})
            value->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(0)->clear_value();
        const std::string bytes = proto.SerializeAsString();
        const auto as_it_is = opened(bytes);
        QVERIFY(as_it_is.ok());
        QCOMPARE(as_it_is->assumed_dimensions, std::vector<std::string>{"x[0]"});
        QCOMPARE(as_it_is->graph->tensor(as_it_is->graph->inputs()[0]).symbols, (std::vector<std::string>{"x[0]", ""}));
        ImportOptions options;
        options.dimensions["x[0]"] = 4;
        const auto given = opened(bytes, options);
        QVERIFY2(given.ok(), given.ok() ? "" : given.error().message().c_str());
        QCOMPARE(summary(*given->graph), QStringLiteral("Relu_0(x)->y:4x6"));
        QVERIFY(given->assumed_dimensions.empty());
        options.dimensions = {{"x[1]", 4}}; // that one is fixed
        QVERIFY(!opened(bytes, options));
    }

    void shapeOfAnInnerTensorCanBeGiven()
    {
        const std::string bytes = onnxFromText("g (float[4] x) => (y) { a = custom.Op(x) y = Relu(a) }");
        const auto open = opened(bytes);
        QVERIFY(open.ok());
        QVERIFY(!open->graph->layers()[0].known_op);
        QVERIFY(!open->graph->layers()[1].shapes_known);
        QVERIFY2(notesText(*open).contains(QLatin1String("--shape")), qPrintable(notesText(*open)));
        ImportOptions options;
        options.input_shapes["a"] = {2, 3};
        const auto closed = opened(bytes, options);
        QVERIFY2(closed.ok(), closed.ok() ? "" : closed.error().message().c_str());
        QVERIFY(closed->graph->layers()[1].shapes_known);
    }

    /// Nothing can be cut at a sequence, so that nobody is asked for its shape, and none is taken.
    void sequencesHaveNoShape()
    {
        const std::string bytes = onnxFromText("g (float[4,2] x) => (float[4,2] y) { a = Relu(x) s = SplitToSequence<axis = 0>(a)"
                                               " y = ConcatFromSequence<axis = 0>(s) }");
        const auto model = opened(bytes);
        QVERIFY(model.ok());
        const QString notes = notesText(*model);
        QVERIFY2(notes.contains(QLatin1String("tensor s")) && notes.contains(QLatin1String("is no tensor")) &&
                     !notes.contains(QLatin1String("--shape")), qPrintable(notes));
        ImportOptions options;
        options.input_shapes["s"] = {4, 2};
        const auto refused = opened(bytes, options);
        QVERIFY(!refused);
        QVERIFY2(refused.error().message().find("is no tensor") != std::string::npos, refused.error().message().c_str());
    }

    void cancelled()
    {
        std::string graph = "g (float[4] t0) => (t600) {";
        for (int i = 0; i < 600; ++i)
            graph += " t" + std::to_string(i + 1) + " = Relu(t" + std::to_string(i) + ")";
        Progress progress;
        progress.cancel();
        const auto model = importOnnxBytes(onnxFromText(graph + " }"), "world.onnx", {}, progress);
        QVERIFY(!model);
        QVERIFY(model.error().message().find("cancelled") != std::string::npos);
    }
};

CUTLINE_TEST(TestImport)

} // namespace cutline::tst_import

#include "tst_import.moc"
