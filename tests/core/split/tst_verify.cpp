// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/split/verify.h"

#include "../engine/engine_or_skip.h"
#include "../graph/onnx_text.h"
#include "split_world.h"

#include <cmath>

namespace cutline::tst_verify {

class TestVerify : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void piecesGiveTheWhole_data();
    void piecesGiveTheWhole();
    void integersCrossOnWires();
    void comparesTensorsBesideOthers();
    void magnitudesOfEveryTensorAreSeen();
    void allowsForHalfFloats();
    void seesADifference();
    void namesThePieceThatDoesNotRun();
};

void TestVerify::piecesGiveTheWhole_data()
{
    QTest::addColumn<QString>("model");
    for (const char* model :
         {"resnet18_qdq", "kws_lstm", "control_if", "control_loop", "external_data", "fusion_two_inputs",
          "resnet18_dynamic_batch", "mobilenet_v3_small_fp16", "early_exit_alexnet", "duplicate_names"})
        QTest::newRow(model) << QString::fromLatin1(model);
}

void TestVerify::piecesGiveTheWhole()
{
    CUTLINE_NEEDS_ENGINE();
    QFETCH(QString, model);
    const SplitWorld world(CUTLINE_SOURCE_DIR "/tests/data/topologies/" + model.toStdString() + ".onnx");
    const QTemporaryDir out;
    const auto manifest = world.split(world.randomPlan(4), out.path());
    QVERIFY2(manifest.ok(), manifest ? "" : manifest.error().message().c_str());
    Progress progress;
    const auto report = verifySplit(*manifest, out.path().toStdString(), {}, progress);
    QVERIFY2(report.ok(), report ? "" : report.error().message().c_str());
    QCOMPARE(report->outputs.size(), manifest->outputs.size());
    for (const OutputDifference& output : report->outputs)
        QVERIFY2(output.relative <= 1e-5, (output.name + ": " + std::to_string(output.relative)).c_str());
    QVERIFY(report->equal);
}

/// A piece that hands on 16-bit floats rounds where the whole does not.
void TestVerify::allowsForHalfFloats()
{
    CUTLINE_NEEDS_ENGINE();
    const QTemporaryDir folder;
    const SplitWorld world(written(folder, onnxFromText("g (float[64] x) => (float[64] y) { a = Cast<to = 10>(x) b = Exp(a)"
                                                        " c = Sin(b) d = Exp(c) y = Cast<to = 1>(d) }")));
    SplitOptions options;
    options.folder = folder.filePath(QStringLiteral("out")).toStdString();
    Progress progress;
    const auto manifest = splitModel(world.model, *world.world.evaluator,
                                     world.plan("A: Cast_0 Exp_1 Sin_2; C: Exp_3 Cast_4"), options, progress);
    QVERIFY2(manifest.ok(), manifest ? "" : manifest.error().message().c_str());
    const auto report = verifySplit(*manifest, options.folder, {}, progress);
    QVERIFY2(report.ok(), report ? "" : report.error().message().c_str());
    QVERIFY2(report->equal, std::to_string(report->outputs[0].relative).c_str());
    // It is an allowance for rounding, no more.
    QVERIFY(report->tolerance > 1e-5 && report->tolerance < 0.01);
}

/// A sequence among the outputs is named, and keeps nothing from being compared.
void TestVerify::comparesTensorsBesideOthers()
{
    CUTLINE_NEEDS_ENGINE();
    onnx::ModelProto model;
    QVERIFY(model.ParseFromString(onnxFromText("g (float[4,2] x) => (float[4,2] z) { a = Relu(x) z = Exp(a)"
                                               " s = SplitToSequence<axis = 0>(a) }")));
    auto& sequence = *model.mutable_graph()->add_output();
    sequence.set_name("s");
    sequence.mutable_type()->mutable_sequence_type()->mutable_elem_type()->mutable_tensor_type()->set_elem_type(1);
    const QTemporaryDir folder, out;
    const SplitWorld world(written(folder, model.SerializeAsString()));
    const auto manifest = world.split(world.plan("A: Relu_0; C: Exp_1 SplitToSequence_2"), out.path());
    QVERIFY2(manifest.ok(), manifest ? "" : manifest.error().message().c_str());
    Progress progress;
    const auto report = verifySplit(*manifest, out.path().toStdString(), {}, progress);
    QVERIFY2(report.ok(), report ? "" : report.error().message().c_str());
    QCOMPARE(report->outputs.size(), std::size_t{1});
    QCOMPARE(report->not_compared, std::vector<std::string>{"s"});
    QVERIFY(report->equal);
}

/// An optimising engine fuses layers, and had nothing to say of a tensor between them.
void TestVerify::magnitudesOfEveryTensorAreSeen()
{
    CUTLINE_NEEDS_ENGINE();
    const SplitWorld world(CUTLINE_SOURCE_DIR "/tests/data/topologies/resnet18_opset9.onnx");
    const std::vector<std::string> names{"/layer2/layer2.0/conv2/Conv_output_0", world.model.graph->tensor(world.model.graph->inputs()[0]).name};
    Progress progress;
    const auto largest = largestMagnitudes(world.model, names, {}, progress);
    QVERIFY2(largest.ok(), largest ? "" : largest.error().message().c_str());
    QVERIFY(largest->at(names[0]) > 0);
    // Inputs at random lie between -1 and 1.
    QVERIFY(largest->at(names[1]) > 0.99 && largest->at(names[1]) <= 1);
}

/// Only what the metrics charge as integers crosses as such, in the charged width, and the pieces give what the whole gives
/// with the same quantisation.
void TestVerify::integersCrossOnWires()
{
    CUTLINE_NEEDS_ENGINE();
    const QTemporaryDir folder;
    const SplitWorld world(written(folder, onnxFromText("g (float[4] x) => (float[4] z) { a = Exp(x) b = Exp(a)"
                                                        " c = Mul(a, b) z = Exp(c) }")),
                           kNarrow);
    const Plan plan = world.plan("A: Exp_0; B: Exp_1 Mul_2; A: Exp_3");
    Progress progress;
    const auto names = wireTensors(world.model, *world.world.evaluator, plan);
    QVERIFY(names.ok());
    QCOMPARE(*names, (std::vector<std::string>{"a", "c"}));
    const auto largest = largestMagnitudes(world.model, *names, {}, progress);
    QVERIFY2(largest.ok(), largest ? "" : largest.error().message().c_str());
    QVERIFY(largest->at("a") > 1 && largest->at("a") <= std::exp(1.0));
    SplitOptions options;
    options.folder = folder.filePath(QStringLiteral("out")).toStdString();
    options.boundary = SplitOptions::Boundary::Wire;
    options.largest = *largest;
    options.quantised_whole = folder.filePath(QStringLiteral("whole.onnx")).toStdString();
    const auto manifest = splitModel(world.model, *world.world.evaluator, plan, options, progress);
    QVERIFY2(manifest.ok(), manifest ? "" : manifest.error().message().c_str());
    const SplitTensor& a = manifest->stages[1].inputs[0];
    QCOMPARE(a.name + " " + a.type + " " + a.wire_type, std::string("a_wire int8 int8"));
    QCOMPARE(a.bytes, std::uint64_t{4});
    QCOMPARE(a.wire_bytes, 4.0);
    QVERIFY(a.scale && std::abs(*a.scale - largest->at("a") / 127) < 1e-6);
    const SplitTensor& c = manifest->stages[2].inputs[0];
    QCOMPARE(c.name + " " + c.type, std::string("c_wire int16"));
    QCOMPARE(c.wire_bytes, 8.0);
    VerifyOptions verify;
    const auto plain = verifySplit(*manifest, options.folder, verify, progress);
    QVERIFY2(plain.ok(), plain ? "" : plain.error().message().c_str());
    QVERIFY(!plain->equal); // the model itself does not round
    verify.whole = options.quantised_whole;
    const auto same = verifySplit(*manifest, options.folder, verify, progress);
    QVERIFY2(same.ok(), same ? "" : same.error().message().c_str());
    QVERIFY(same->equal);
}

void TestVerify::seesADifference()
{
    CUTLINE_NEEDS_ENGINE();
    const QTemporaryDir folder;
    const SplitWorld world(written(folder, onnxFromText("g (float[4] x) => (float[4] z) { a = Exp(x) z = Exp(a) }")));
    const auto manifest = world.split(world.plan("A: Exp_0; C: Exp_1"), folder.filePath(QStringLiteral("out")));
    QVERIFY(manifest.ok());
    auto piece = parsedModel(folder.filePath(QStringLiteral("out/stage2_C.onnx")).toStdString());
    piece.mutable_graph()->mutable_node(0)->set_op_type("Neg");
    QFile file(folder.filePath(QStringLiteral("out/stage2_C.onnx")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(piece.SerializeAsString()));
    file.close();
    Progress progress;
    const auto report = verifySplit(*manifest, folder.filePath(QStringLiteral("out")).toStdString(), {}, progress);
    QVERIFY(report.ok());
    QVERIFY(!report->equal);
    QVERIFY(report->outputs[0].relative > 1);
}

void TestVerify::namesThePieceThatDoesNotRun()
{
    CUTLINE_NEEDS_ENGINE();
    const SplitWorld world(CUTLINE_SOURCE_DIR "/tests/data/topologies/custom_op.onnx");
    const QTemporaryDir out;
    const auto manifest = world.split(world.randomPlan(4), out.path());
    QVERIFY(manifest.ok());
    Progress progress;
    const auto report = verifySplit(*manifest, out.path().toStdString(), {}, progress);
    QVERIFY(!report.ok());
    QVERIFY(report.error().what.find("com.example.accel") != std::string::npos);
}

CUTLINE_TEST(TestVerify)

} // namespace cutline::tst_verify

#include "tst_verify.moc"
