// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/split/split.h"

#include "../graph/onnx_text.h"
#include "split_world.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <onnx/checker.h>
#pragma GCC diagnostic pop

#include <map>

namespace cutline::tst_split {
namespace {

/// "x 0>y; y 1, x 0>z": for each piece what it reads, from which stage, and what it makes.
std::string bordersOf(const Manifest& manifest)
{
    std::string text;
    for (const SplitStage& stage : manifest.stages) {
        text += text.empty() ? "" : "; ";
        for (std::size_t i = 0; i < stage.inputs.size(); ++i)
            text += (i ? ", " : "") + stage.inputs[i].name + " " + std::to_string(stage.inputs[i].from_stage);
        text += '>';
        for (std::size_t i = 0; i < stage.outputs.size(); ++i) text += (i ? ", " : "") + stage.outputs[i].name;
    }
    return text;
}

/// "Relu Add; Mul": operators and weights (in brackets) of each piece, in order.
std::string contentsOf(const Manifest& manifest, const QString& folder)
{
    std::string text;
    for (const SplitStage& stage : manifest.stages) {
        text += text.empty() ? "" : "; ";
        const onnx::ModelProto piece = parsedModel(folder.toStdString() + "/" + stage.file);
        for (int n = 0; n < piece.graph().node_size(); ++n) text += (n ? " " : "") + piece.graph().node(n).op_type();
        for (const auto& weight : piece.graph().initializer()) text += " [" + weight.name() + "]";
    }
    return text;
}

const char* const kBranches = "g (float[1,4] x) => (float[1,4] z) { a = Relu(x) b = Exp(a) c = Neg(a) d = Add(b, c)"
                              " z = Mul(d, a) }";
const char* const kWeights = "g (float[4] x, float[4] w) => (float[4] z) { a = Add(x, w) b = Relu(a) z = Mul(b, w) }";
const char* const kCaptured =
    "g (float[4] x, bool[1] up, float[4] w) => (float[4] z) { a = Relu(x) b = Exp(x) z = If(up) <"
    "then_branch = t () => (float[4] p) { p = Add(a, w) }, else_branch = e () => (float[4] q) { q = Neg(b) }> }";
const char* const kQuantised =
    "g (float[4] x, float s, uint8 zero) => (float[4] z) { a = Relu(x) q = QuantizeLinear(a, s, zero)"
    " d = DequantizeLinear(q, s, zero) b = Exp(d) c = Neg(d) z = Add(b, c) }";
const char* const kMeasured = "g (float[2,6] x) => (float[2,6] z) { a = Relu(x) s = Shape(a)"
                              " b = Flatten(a) c = Exp(b) z = Reshape(c, s) }";
const char* const kOpenMeasured = "g (float[N,6] x) => (float[N,6] z) { a = Relu(x) s = Shape(a) b = Flatten(a)"
                                  " c = Exp(b) z = Reshape(c, s) }";

} // namespace

class TestSplit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void borders_data();
    void borders();
    void isValidAndWhole_data() { topologies(); }
    void isValidAndWhole();
    void keepsTheHead();
    void copiesExternalData();
    void chargesWhatTheMetricsCharge();
    void chargesUnderOneName_data() { topologies(); }
    void chargesUnderOneName();
    void notesWhatIsNotCharged();
    void tellsHowIntegersStandForNumbers();
    void namesWhatStandsInTheWay();
    void replacesAnEarlierSplit();
    void leavesNothingBehind();
    void wantsTheModelItWasPlannedFor();
    void wantsKnownShapesAtBorders();
    void sequencesDoNotCross();

private:
    static void topologies();
};

void TestSplit::borders_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("zeros");
    QTest::addColumn<QString>("plan");
    QTest::addColumn<QString>("borders");
    QTest::addColumn<QString>("contents");
    const auto row = [](const char* name, const char* model, const char* zeros, const char* plan, const char* borders,
                        const char* contents) {
        QTest::newRow(name) << model << zeros << plan << borders << contents;
    };
    row("chain", "g (float[4] x) => (float[4] z) { a = Relu(x) b = Exp(a) z = Neg(b) }", "",
        "A: Relu_0; B,2: Exp_1 Neg_2", "x 0>a; a 1>z", "Relu; Exp Neg");
    row("several tensors, one skips a stage", kBranches, "", "A: Relu_0 Exp_1; B,2: Neg_2 Add_3; C: Mul_4",
        "x 0>a, b; a 1, b 1>d; a 1, d 2>z", "Relu Exp; Neg Add; Mul");
    row("two pieces on one platform", kBranches, "", "A: Relu_0 Exp_1; B,2: Neg_2; A: Add_3 Mul_4",
        "x 0>a, b; a 1>c; a 1, b 1, c 2>z", "Relu Exp; Neg; Add Mul");
    row("stages that wait for each other", kBranches, "", "A: Relu_0 Add_3 Mul_4; B,2: Exp_1 Neg_2",
        "x 0>a; a 1>b, c; a 1, b 2, c 2>z", "Relu; Exp Neg; Add Mul");
    row("an output that is read further", "g (float[4] x) => (float[4] a, float[4] z) { a = Relu(x) z = Exp(a) }", "",
        "A: Relu_0; B,2: Exp_1", "x 0>a; a 1>z", "Relu; Exp");
    row("an input that is read late", "g (float[4] x, float[4] y) => (float[4] z) { a = Relu(x) b = Add(a, x)"
        " z = Mul(b, y) }", "", "A: Relu_0; B,2: Add_1; C: Mul_2", "x 0>a; x 0, a 1>b; y 0, b 2>z", "Relu; Add; Mul");
    row("a shared weight", kWeights, "w", "A: Add_0; B,2: Relu_1; C: Mul_2", "x 0>a; a 1>b; b 2>z",
        "Add [w]; Relu; Mul [w]");
    row("tensors that bodies capture", kCaptured, "w", "A: Relu_0; B,2: Exp_1; C: If_2",
        "x 0>a; x 0>b; up 0, a 1, b 2>z", "Relu; Exp; If [w]");
    row("constants go with their readers", "g (float[4] x) => (float[4] z) { c = Constant <value = float[4] {1,2,3,4}> ()"
        " e = Exp(c) a = Add(x, e) z = Mul(a, e) }", "", "A: Add_2; B,2: Mul_3", "x 0>a; a 1>z",
        "Constant Exp Add; Exp Mul [c]");
    row("integers cross, not what is made of them", kQuantised, "s,zero", "A: Relu_0; B,2: Exp_3; C: Neg_4 Add_5",
        "x 0>q; q 1>b; q 1, b 2>z",
        "Relu QuantizeLinear [s] [zero]; DequantizeLinear Exp [s] [zero]; DequantizeLinear Neg Add [s] [zero]");
    row("a quantised tensor that is read raw too", "g (float[4] x, float s, uint8 zero) => (float[4] z) { a = Relu(x)"
        " q = QuantizeLinear(a, s, zero) d = DequantizeLinear(q, s, zero) b = Exp(d) z = Add(a, b) }", "s,zero",
        "A: Relu_0; B,2: Exp_3; C: Add_4", "x 0>q, a; q 1>b; a 1, b 2>z",
        "Relu QuantizeLinear [s] [zero]; DequantizeLinear Exp [s] [zero]; Add");
    row("a measured shape", kMeasured, "", "A: Relu_0 Flatten_2; B,2: Exp_3 Reshape_4", "x 0>b; b 1>z",
        "Relu Flatten Shape; Exp Reshape [s]");
    row("a measured shape that is open", kOpenMeasured, "", "A: Relu_0 Flatten_2; B,2: Exp_3 Reshape_4",
        "x 0>b, s; b 1, s 1>z", "Relu Flatten Shape; Exp Reshape");
    row("an output that is a constant", "g (float[4] x, float[4] w) => (float[4] z, float[4] v) { z = Relu(x)"
        " v = Exp(w) }", "w", "A: Relu_0", "x 0>z, v", "Relu Exp [w]");
    row("nodes that nothing reads", "g (float[4] x) => (float[4] z) { a = Relu(x) z = Exp(a) dead = Neg(a) }", "",
        "A: Relu_0; B,2: Exp_1", "x 0>a; a 1>z", "Relu Neg; Exp");
    row("a node that nothing reads, of two pieces on one platform",
        "g (float[4] x) => (float[4] z) { a = Relu(x) b = Exp(a) z = Neg(b) dead = Add(a, z) }", "",
        "A: Relu_0; B,2: Exp_1; A: Neg_2", "x 0>a; a 1>b; a 1, b 2>z", "Relu; Exp; Neg Add");
    row("an output that is listed twice", "g (float[4] x) => (float[4] a, float[4] z, float[4] a) { a = Relu(x) z = Exp(a) }", "",
        "A: Relu_0; B,2: Exp_1", "x 0>a; a 1>z", "Relu; Exp");
    row("a stage without layers", "g (float[4] x) => (float[4] z) { a = Relu(x) z = Exp(a) }", "",
        "A: Relu_0; B,2:; C: Exp_1", "x 0>a; a 1>z", "Relu; Exp");
}

void TestSplit::borders()
{
    QFETCH(QString, model);
    QFETCH(QString, zeros);
    QFETCH(QString, plan);
    QFETCH(QString, borders);
    QFETCH(QString, contents);
    const QTemporaryDir folder;
    const std::string bytes = onnxFromText(model.toStdString(), 14, zeros.toStdString());
    QVERIFY(!bytes.empty());
    const SplitWorld world(written(folder, bytes));
    const QString out = folder.filePath(QStringLiteral("out"));
    const auto manifest = world.split(world.plan(plan.toStdString()), out);
    QVERIFY2(manifest.ok(), manifest ? "" : manifest.error().message().c_str());
    QCOMPARE(QString::fromStdString(bordersOf(*manifest)), borders);
    QCOMPARE(QString::fromStdString(contentsOf(*manifest, out)), contents);
    for (const SplitStage& stage : manifest->stages) {
        const onnx::ModelProto piece = parsedModel(out.toStdString() + "/" + stage.file);
        try {
            onnx::checker::check_model(piece);
        } catch (const std::exception& error) {
            QFAIL(error.what());
        }
    }
}

void TestSplit::topologies()
{
    QTest::addColumn<QString>("path");
    for (const char* folder : {"tests/data/topologies", "resources/models"}) {
        const QDir models(QStringLiteral(CUTLINE_SOURCE_DIR "/") + QLatin1String(folder));
        for (const QString& file : models.entryList({QStringLiteral("*.onnx")}, QDir::Files))
            if (!file.contains(QLatin1String("no_shapes"))) QTest::newRow(qPrintable(file)) << models.filePath(file);
    }
}

/// Every piece passes the checker of the ONNX library; together they have the nodes of the model, each once but for
/// constants and dequantisation; no border tensor is made twice or read before it is made.
void TestSplit::isValidAndWhole()
{
    QFETCH(QString, path);
    const SplitWorld world(path.toStdString());
    const onnx::ModelProto whole = parsedModel(path.toStdString());
    for (std::uint32_t seed = 1; seed <= 2; ++seed) {
        const QTemporaryDir out;
        const auto manifest = world.split(world.randomPlan(seed), out.path());
        QVERIFY2(manifest.ok(), manifest ? "" : manifest.error().message().c_str());
        std::map<std::string, int> count; // by message, less one for each node of the model
        for (const auto& node : whole.graph().node()) --count[node.SerializeAsString()];
        std::map<std::string, std::size_t> made_by;
        for (const SplitTensor& input : manifest->inputs) made_by[input.name] = 0;
        for (const SplitStage& stage : manifest->stages) {
            const onnx::ModelProto piece = parsedModel(out.path().toStdString() + "/" + stage.file);
            try {
                if (stage.data_file.empty()) onnx::checker::check_model(piece);
            } catch (const std::exception& error) {
                QFAIL(error.what());
            }
            for (const auto& node : piece.graph().node()) ++count[node.SerializeAsString()];
            for (const SplitTensor& input : stage.inputs) {
                QVERIFY2(made_by.contains(input.name), input.name.c_str());
                QCOMPARE(input.from_stage, made_by[input.name]);
            }
            for (const SplitTensor& output : stage.outputs) QVERIFY(made_by.emplace(output.name, stage.index).second);
        }
        for (std::size_t n = 0; n < static_cast<std::size_t>(whole.graph().node_size()); ++n) {
            const auto& node = whole.graph().node(static_cast<int>(n));
            const int more = count[node.SerializeAsString()];
            QVERIFY2(more >= 0, (node.name() + " is missing").c_str());
            if (more > 0)
                QVERIFY2(world.model.node_roles[n] == NodeRole::Constant || node.op_type() == "DequantizeLinear",
                         (node.name() + " is there more than once").c_str());
        }
    }
}

void TestSplit::keepsTheHead()
{
    onnx::ModelProto model;
    model.ParseFromString(onnxFromText(kWeights, 14, "w"));
    model.set_producer_name("maker");
    model.set_doc_string("about it");
    auto& entry = *model.add_metadata_props();
    entry.set_key("licence");
    entry.set_value("free");
    auto& other = *model.add_opset_import();
    other.set_domain("com.example");
    other.set_version(3);
    auto& annotation = *model.mutable_graph()->add_quantization_annotation();
    annotation.set_tensor_name("b");
    auto& scale = *annotation.add_quant_parameter_tensor_names();
    scale.set_key("SCALE_TENSOR");
    scale.set_value("b_scale");
    auto& weight = *model.mutable_graph()->add_initializer();
    weight.set_name("b_scale");
    weight.set_data_type(onnx::TensorProto::FLOAT);
    weight.add_float_data(0.5f);
    const QTemporaryDir folder;
    const SplitWorld world(written(folder, model.SerializeAsString()));
    const QString out = folder.filePath(QStringLiteral("out"));
    const auto manifest = world.split(world.plan("A: Add_0; B,2: Relu_1 Mul_2"), out);
    QVERIFY(manifest.ok());
    const auto first = parsedModel(out.toStdString() + "/" + manifest->stages[0].file);
    const auto second = parsedModel(out.toStdString() + "/" + manifest->stages[1].file);
    for (const auto* piece : {&first, &second}) {
        QCOMPARE(piece->ir_version(), model.ir_version());
        QCOMPARE(piece->producer_name(), model.producer_name());
        QCOMPARE(piece->doc_string(), model.doc_string());
        QCOMPARE(piece->opset_import_size(), 2);
        QCOMPARE(piece->metadata_props(0).value(), std::string("free"));
    }
    QCOMPARE(first.graph().quantization_annotation_size(), 0);
    QCOMPARE(second.graph().quantization_annotation(0).SerializeAsString(), annotation.SerializeAsString());
    QCOMPARE(contentsOf(*manifest, out), std::string("Add [w]; Relu Mul [w] [b_scale]"));
}

void TestSplit::copiesExternalData()
{
    const std::string path = CUTLINE_SOURCE_DIR "/tests/data/topologies/external_data.onnx";
    const auto bytesOf = [](const std::string& model_path, const onnx::TensorProto& tensor) {
        std::map<std::string, std::string> entries;
        for (const auto& e : tensor.external_data()) entries[e.key()] = e.value();
        QFile file(QFileInfo(QString::fromStdString(model_path)).dir().filePath(QString::fromStdString(entries["location"])));
        if (!file.open(QIODevice::ReadOnly)) return QByteArray();
        file.seek(std::stoll("0" + entries["offset"]));
        return file.read(std::stoll(entries["length"]));
    };
    std::map<std::string, QByteArray> wanted;
    const onnx::ModelProto whole = parsedModel(path);
    for (const auto& tensor : whole.graph().initializer())
        if (tensor.data_location() == onnx::TensorProto::EXTERNAL) wanted[tensor.name()] = bytesOf(path, tensor);
    QVERIFY(!wanted.empty());
    const SplitWorld world(path);
    const QTemporaryDir out;
    const auto manifest = world.split(world.randomPlan(1), out.path());
    QVERIFY(manifest.ok());
    std::size_t found = 0;
    for (const SplitStage& stage : manifest->stages) {
        const std::string piece = out.path().toStdString() + "/" + stage.file;
        const onnx::ModelProto part = parsedModel(piece);
        for (const auto& tensor : part.graph().initializer()) {
            if (tensor.data_location() != onnx::TensorProto::EXTERNAL) continue;
            ++found;
            QCOMPARE(bytesOf(piece, tensor), wanted[tensor.name()]);
        }
    }
    QCOMPARE(found, wanted.size());
}

void TestSplit::chargesWhatTheMetricsCharge()
{
    const QTemporaryDir folder;
    const SplitWorld world(written(folder, onnxFromText(kBranches)));
    const auto manifest =
        world.split(world.plan("A: Relu_0 Exp_1; B,2: Neg_2; A: Add_3 Mul_4"), folder.filePath(QStringLiteral("out")));
    QVERIFY(manifest.ok());
    // Platforms without a width hold 32 bits.
    const auto& back = manifest->stages[2].inputs;
    QCOMPARE(manifest->stages[1].inputs[0].bytes, std::uint64_t{16});
    QCOMPARE(manifest->stages[1].inputs[0].wire_bytes, 16.0);
    QCOMPARE(manifest->stages[1].inputs[0].wire_type, std::string("float32"));
    QCOMPARE(back[0].name + " " + back[2].name, std::string("a c"));
    QCOMPARE(back[0].wire_bytes, 0.0); // stays on A
    QCOMPARE(back[2].wire_bytes, 16.0);
}

/// Of every tensor between platforms the metrics have the bytes under the name that it has in the files, and no others.
void TestSplit::chargesUnderOneName()
{
    QFETCH(QString, path);
    const SplitWorld world(path.toStdString());
    for (std::uint32_t seed = 1; seed <= 2; ++seed) {
        const QTemporaryDir out;
        const auto manifest = world.split(seed == 1 ? world.randomPipeline(seed) : world.randomPlan(seed), out.path());
        QVERIFY2(manifest.ok(), manifest ? "" : manifest.error().message().c_str());
        const QJsonObject metrics = QJsonDocument::fromJson(QByteArray::fromStdString(manifest->metrics)).object();
        std::map<std::string, double> charged, crossed; // "tensor from", bytes
        for (const QJsonValue& c : metrics[QStringLiteral("crossing")].toArray())
            charged[(c[QStringLiteral("tensor")].toString() + QLatin1Char(' ') + c[QStringLiteral("from")].toString())
                        .toStdString()] = c[QStringLiteral("bytes")].toDouble();
        for (const SplitStage& stage : manifest->stages)
            for (const SplitTensor& input : stage.inputs)
                if (input.from_stage > 0 && manifest->stages[input.from_stage - 1].platform != stage.platform)
                    crossed[input.name + " " + manifest->stages[input.from_stage - 1].platform] = input.wire_bytes;
        for (const SplitTensor& input : manifest->inputs)
            std::erase_if(charged, [&](const auto& c) { return c.first.starts_with(input.name + " "); });
        QCOMPARE(crossed, charged);
    }
}

/// Nothing crosses to another platform for a node that nothing reads; open sizes do, and the manifest says so.
void TestSplit::notesWhatIsNotCharged()
{
    const QTemporaryDir folder;
    const auto notesOf = [&](const char* model, const char* plan) {
        const SplitWorld world(written(folder, onnxFromText(model)));
        const auto manifest = world.split(world.plan(plan), folder.filePath(QStringLiteral("out")));
        return manifest ? manifest->notes : std::vector<std::string>{manifest.error().message()};
    };
    const auto dead = notesOf("g (float[4] x) => (float[4] z) { a = Relu(x) z = Exp(a) dead = Add(a, z) }", "A: Relu_0; B,2: Exp_1");
    QVERIFY(dead.empty()); // what it reads is there for others
    const auto apart = notesOf("g (float[4] x, float[4] y) => (float[4] z, float[4] b) { z = Relu(x) b = Exp(y) dead = Add(z, b) }",
                               "A: Relu_0; B,2: Exp_1");
    QCOMPARE(apart.size(), std::size_t{1});
    QVERIFY2(apart[0].ends_with("left out"), apart[0].c_str());
    const auto sizes = notesOf(kOpenMeasured, "A: Relu_0 Flatten_2; B,2: Exp_3 Reshape_4");
    QCOMPARE(sizes.size(), std::size_t{1});
    QVERIFY2(sizes[0].starts_with("tensor s: open sizes (16.0\u202fB)"), sizes[0].c_str());
}

void TestSplit::tellsHowIntegersStandForNumbers()
{
    const QTemporaryDir folder;
    const SplitWorld world(written(folder, onnxFromText(
        "g (float[4] x, float s = {0.25}, uint8 zero = {7}, float s2 = {0.5}) => (float[4] z) {"
        " a = Relu(x) q = QuantizeLinear(a, s, zero) d = DequantizeLinear(q, s, zero) b = Exp(d)"
        " p = QuantizeLinear(b, s2, zero) e = DequantizeLinear(p, s2, zero) c = Neg(e) z = Add(c, b) }")));
    const auto manifest = world.split(world.plan("A: Relu_0; B,2: Exp_3; C: Neg_6 Add_7"), folder.filePath(QStringLiteral("out")));
    QVERIFY(manifest.ok());
    const SplitTensor& integers = manifest->stages[1].inputs[0];
    QCOMPARE(integers.name, std::string("q"));
    QVERIFY(integers.charged_as.empty());
    QCOMPARE(integers.scale, std::optional(0.25));
    QCOMPARE(integers.zero_point, 7.0);
    // A piece that wants the integers and what they were made of gets that.
    const SplitTensor& raw = manifest->stages[2].inputs[0];
    QCOMPARE(raw.name, std::string("b"));
    QVERIFY(!raw.scale);
    // Where another piece wants that, the metrics have it for both.
    const auto apart = world.split(world.plan("A: Relu_0 Exp_3; B,2: Neg_6; C: Add_7"), folder.filePath(QStringLiteral("apart")));
    QVERIFY(apart.ok());
    QCOMPARE(apart->stages[1].inputs[0].name + ", " + apart->stages[1].inputs[0].charged_as, std::string("p, b"));
}

void TestSplit::namesWhatStandsInTheWay()
{
    const QTemporaryDir folder;
    const SplitWorld world(written(folder, onnxFromText(kBranches)));
    const Plan plan = world.plan("A: Relu_0 Exp_1; B,2: Neg_2 Add_3 Mul_4");
    QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("out")));
    QFile mine(folder.filePath(QStringLiteral("out/manifest.json")));
    QVERIFY(mine.open(QIODevice::WriteOnly));
    mine.write("mine");
    mine.close();
    const auto refused = world.split(plan, folder.filePath(QStringLiteral("out")));
    QVERIFY(!refused.ok());
    QVERIFY(refused.error().where.find("manifest.json") != std::string::npos);
    QCOMPARE(QDir(folder.filePath(QStringLiteral("out"))).entryList(QDir::Files | QDir::Hidden),
             QStringList{QStringLiteral("manifest.json")});
    const auto file = world.split(plan, folder.filePath(QStringLiteral("model.onnx")));
    QVERIFY(!file.ok());
    QCOMPARE(file.error().what, std::string("is a file"));
}

void TestSplit::replacesAnEarlierSplit()
{
    const QTemporaryDir folder;
    const SplitWorld world(written(folder, onnxFromText(kBranches)));
    const QString out = folder.filePath(QStringLiteral("out"));
    QVERIFY(world.split(world.plan("A: Relu_0; B,2: Exp_1; C: Neg_2 Add_3 Mul_4"), out).ok());
    QCOMPARE(QDir(out).entryList(QDir::Files).size(), 4);
    QVERIFY(world.split(world.plan("C: Relu_0 Exp_1 Neg_2; A: Add_3 Mul_4"), out).ok());
    const QStringList now{QStringLiteral("manifest.json"), QStringLiteral("stage1_C.onnx"),
                          QStringLiteral("stage2_A.onnx")};
    QCOMPARE(QDir(out).entryList(QDir::Files | QDir::Hidden, QDir::Name), now);
}

void TestSplit::leavesNothingBehind()
{
    const QTemporaryDir folder;
    const SplitWorld world(written(folder, onnxFromText(kBranches)));
    Progress progress;
    progress.cancel();
    const QString out = folder.filePath(QStringLiteral("deep/out"));
    const auto stopped = splitModel(world.model, *world.world.evaluator, world.plan("A: Relu_0 Exp_1 Neg_2 Add_3 Mul_4"),
                                    {out.toStdString(), {}}, progress);
    QVERIFY(!stopped.ok());
    QVERIFY(!QDir(out).exists());
}

void TestSplit::wantsTheModelItWasPlannedFor()
{
    const QTemporaryDir folder;
    const SplitWorld world(written(folder, onnxFromText(kBranches)));
    written(folder, onnxFromText(kWeights, 14, "w"));
    const auto refused = world.split(world.plan("A: Relu_0 Exp_1 Neg_2 Add_3 Mul_4"), folder.filePath(QStringLiteral("o")));
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().what, std::string("has changed since it was opened"));
}

void TestSplit::wantsKnownShapesAtBorders()
{
    const SplitWorld world(CUTLINE_SOURCE_DIR "/tests/data/topologies/custom_op_no_shapes.onnx");
    const auto layers = world.model.graph->layers();
    std::string plan = "A:", rest = "; B,2:";
    bool custom = false;
    for (const Layer& layer : layers) {
        (custom ? rest : plan) += " " + layer.name;
        custom = custom || !layer.domain.empty();
    }
    const QTemporaryDir out;
    const auto refused = world.split(world.plan(plan + rest), out.path());
    QVERIFY(!refused.ok());
    QVERIFY(refused.error().what.find("is not known") != std::string::npos);
    QVERIFY(QDir(out.path()).isEmpty());
}

void TestSplit::sequencesDoNotCross()
{
    onnx::ModelProto model;
    QVERIFY(model.ParseFromString(onnxFromText("g (float[4,2] x) => (float[4,2] z) { a = Relu(x) s = SplitToSequence<axis = 0>(a)"
                                               " z = ConcatFromSequence<axis = 0>(s) }")));
    auto& declared = *model.mutable_graph()->add_value_info();
    declared.set_name("s");
    declared.mutable_type()->mutable_sequence_type()->mutable_elem_type()->mutable_tensor_type()->set_elem_type(1);
    const QTemporaryDir folder;
    const SplitWorld world(written(folder, model.SerializeAsString()));
    const QString out = folder.filePath(QStringLiteral("out"));
    QVERIFY(world.split(world.plan("A: Relu_0; B,2: SplitToSequence_1 ConcatFromSequence_2"), out).ok());
    const auto refused = world.split(world.plan("A: Relu_0 SplitToSequence_1; B,2: ConcatFromSequence_2"), out);
    QVERIFY(!refused.ok());
    for (const char* part : {"layer SplitToSequence_1, tensor s", "is no tensor"})
        QVERIFY2(refused.error().message().find(part) != std::string::npos, refused.error().message().c_str());
}

CUTLINE_TEST(TestSplit)

} // namespace cutline::tst_split

#include "tst_split.moc"
