// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/engine/engine.h"

#include "../graph/onnx_text.h"
#include "engine_or_skip.h"

#include <QTemporaryDir>

#include <onnx/onnx_pb.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

namespace cutline::tst_engine {
namespace {

/// y = relu(x) + 1, z = 2 y: an inner tensor, two outputs.
const char* const kSmall = "g (float[N,3] x) => (float[N,3] y, float[N,3] z)"
                           "{ one = Constant <value = float {1}> () two = Constant <value = float {2}> ()"
                           "  r = Relu(x) y = Add(r, one) z = Mul(y, two) }";

/// Adds one again and again, as often as `times` says.
const char* const kEndless = "g (float[1] x, int64 times) => (float[1] y)"
                             "{ go = Constant <value = bool {1}> ()"
                             "  y = Loop <body = b (int64 i, bool c, float[1] v) => (bool c2, float[1] w)"
                             "    { c2 = Identity(c) w = Add(v, v) }> (times, go, x) }";

std::string withAllNodesNamed(const std::string& bytes, const std::string& name) {
    onnx::ModelProto model;
    model.ParseFromString(bytes);
    for (auto& node : *model.mutable_graph()->mutable_node()) node.set_name(name);
    return model.SerializeAsString();
}

/// s = x + w, y = s * 1, with w in a file.
std::string withExternalWeight(const std::string& location) {
    onnx::ModelProto model;
    model.ParseFromString(onnxFromText("g (float[3] x) => (float[3] y) { s = Add(x, w) y = Identity(s) }"));
    onnx::TensorProto& w = *model.mutable_graph()->add_initializer();
    w.set_name("w");
    w.add_dims(3);
    w.set_data_type(onnx::TensorProto::FLOAT);
    w.set_data_location(onnx::TensorProto::EXTERNAL);
    auto& entry = *w.add_external_data();
    entry.set_key("location");
    entry.set_value(location);
    return model.SerializeAsString();
}

std::vector<float> floatsOf(const TensorValue& value) {
    const auto view = value.as<float>();
    return {view.begin(), view.end()};
}

Result<Engine> started(EngineOptions options = {}) {
    options.threads = 1;
    return Engine::start(options);
}

Result<EngineModel> loaded(const Engine& engine, const std::string& bytes, std::vector<std::string> extra = {}) {
    Progress progress;
    return engine.load({"small.onnx", bytes, std::move(extra)}, progress);
}

TensorValue count(std::int64_t value) {
    TensorValue tensor{ElementType::Int64, {}, std::vector<std::byte>(sizeof value)};
    std::memcpy(tensor.bytes.data(), &value, sizeof value);
    return tensor;
}

QString textOf(const Error& error) { return QString::fromStdString(error.message()); }

} // namespace

class TestEngine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        if (qstrcmp(QTest::currentTestFunction(), "saysWhatToDoWithoutALibrary") != 0) CUTLINE_NEEDS_ENGINE();
    }

    void runsAndTellsPorts() {
        const auto engine = started();
        QVERIFY(engine);
        QVERIFY(QString::fromStdString(engine->version()).startsWith("1."));
        const auto model = loaded(*engine, onnxFromText(kSmall));
        QVERIFY2(model, model ? "" : qPrintable(textOf(model.error())));
        QCOMPARE(model->inputs().size(), 1u);
        QCOMPARE(model->inputs()[0].name, std::string("x"));
        QCOMPARE(model->inputs()[0].type, ElementType::Float32);
        QCOMPARE(model->inputs()[0].shape, (Shape{-1, 3}));
        QCOMPARE(model->outputs().size(), 2u);
        const TensorValue x = TensorValue::floats({2, 3}, std::vector<float>{-1, 0, 1, 2, 3, 4});
        Progress progress;
        const auto all = model->run(std::vector<NamedTensor>{{"x", &x}}, {}, progress);
        QVERIFY(all);
        QCOMPARE(floatsOf((*all)[0]), (std::vector<float>{1, 1, 2, 3, 4, 5}));
        QCOMPARE(floatsOf((*all)[1]), (std::vector<float>{2, 2, 4, 6, 8, 10}));
        QCOMPARE((*all)[1].shape, (Shape{2, 3}));
        const auto one = model->run(std::vector<NamedTensor>{{"x", &x}}, std::vector<std::string>{"z"}, progress);
        QVERIFY(one);
        QCOMPARE(one->size(), 1u);
        QCOMPARE((*one)[0].bytes, (*all)[1].bytes);
    }

    void givesInnerTensors() {
        const auto engine = started();
        const auto model = loaded(*engine, onnxFromText(kSmall), {"r", "y"});
        QVERIFY(model);
        QCOMPARE(model->outputs().size(), 3u);
        const TensorValue x = TensorValue::floats({1, 3}, std::vector<float>{-1, 0, 1});
        Progress progress;
        const auto got = model->run(std::vector<NamedTensor>{{"x", &x}}, std::vector<std::string>{"r"}, progress);
        QVERIFY(got);
        QCOMPARE(floatsOf((*got)[0]), (std::vector<float>{0, 0, 1}));
        const auto unknown = loaded(*engine, onnxFromText(kSmall), {"nothing"});
        QVERIFY(!unknown);
        QVERIFY2(textOf(unknown.error()).contains("'nothing'"), qPrintable(textOf(unknown.error())));
    }

    void keepsElementTypes_data() {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<ElementType>("element");
        QTest::addColumn<int>("size");
        QTest::newRow("double") << QByteArray("double") << ElementType::Float64 << 8;
        QTest::newRow("float16") << QByteArray("float16") << ElementType::Float16 << 2;
        QTest::newRow("bfloat16") << QByteArray("bfloat16") << ElementType::BFloat16 << 2;
        QTest::newRow("int8") << QByteArray("int8") << ElementType::Int8 << 1;
        QTest::newRow("uint8") << QByteArray("uint8") << ElementType::UInt8 << 1;
        QTest::newRow("int16") << QByteArray("int16") << ElementType::Int16 << 2;
        QTest::newRow("uint16") << QByteArray("uint16") << ElementType::UInt16 << 2;
        QTest::newRow("int32") << QByteArray("int32") << ElementType::Int32 << 4;
        QTest::newRow("uint32") << QByteArray("uint32") << ElementType::UInt32 << 4;
        QTest::newRow("int64") << QByteArray("int64") << ElementType::Int64 << 8;
        QTest::newRow("uint64") << QByteArray("uint64") << ElementType::UInt64 << 8;
        QTest::newRow("bool") << QByteArray("bool") << ElementType::Bool << 1;
    }
    void keepsElementTypes() {
        QFETCH(QByteArray, type);
        QFETCH(ElementType, element);
        QFETCH(int, size);
        const auto engine = started();
        const std::string text = "g (" + type.toStdString() + "[2] x) => (" + type.toStdString() + "[2,1] y)" +
                                 "{ a = Constant <value = int64[2] {2, 1}> () y = Reshape(x, a) }";
        const auto model = loaded(*engine, onnxFromText(text));
        QVERIFY2(model, model ? "" : qPrintable(textOf(model.error())));
        TensorValue x{element, {2}, std::vector<std::byte>(static_cast<std::size_t>(2 * size))};
        x.bytes[0] = std::byte{1};
        Progress progress;
        const auto y = model->run(std::vector<NamedTensor>{{"x", &x}}, {}, progress);
        QVERIFY2(y, y ? "" : qPrintable(textOf(y.error())));
        QCOMPARE((*y)[0].type, element);
        QCOMPARE((*y)[0].shape, (Shape{2, 1}));
        QCOMPARE((*y)[0].bytes, x.bytes);
    }

    void renamesNodesOfOneName() {
        const auto engine = started();
        const auto model = loaded(*engine, withAllNodesNamed(onnxFromText(kSmall), "same"), {"r"});
        QVERIFY2(model, model ? "" : qPrintable(textOf(model.error())));
        QCOMPARE(model->outputs().size(), 3u);
    }

    /// The engine's library drops two casts in a row and leaves a branch that reads the second without input.
    void branchesReadWhatIsCastTwice() {
        EngineOptions exact;
        exact.optimise = false;
        const auto engine = started(exact);
        const auto model = loaded(*engine, onnxFromText("g (float[2] x, bool[1] c) => (float[2] y) { a = Cast<to = 11>(x) b = Cast<to = 1>(a)"
                                                        " y = If(c) <then_branch = t () => (float[2] p) { p = Add(b, b) },"
                                                        " else_branch = e () => (float[2] q) { q = Neg(x) }> }"));
        QVERIFY2(model, model ? "" : qPrintable(textOf(model.error())));
        const TensorValue x = TensorValue::floats({2}, std::vector<float>{1, 3});
        const TensorValue yes{ElementType::Bool, {1}, {std::byte{1}}};
        Progress progress;
        const auto got = model->run(std::vector<NamedTensor>{{"x", &x}, {"c", &yes}}, {}, progress);
        QVERIFY2(got, got ? "" : qPrintable(textOf(got.error())));
        QCOMPARE((*got)[0].as<float>()[1], 6.0f);
    }

    void runsFilesWithDeviceAnnotations() {
        const auto engine = started();
        onnx::ModelProto model;
        model.ParseFromString(onnxFromText(kSmall));
        model.set_ir_version(11);
        QVERIFY(loaded(*engine, model.SerializeAsString()));
    }

    void namesOperatorsThatItDoesNotHave() {
        const auto engine = started();
        const auto model =
            loaded(*engine, onnxFromModelText("<ir_version: 8, opset_import: [\"\" : 14, \"com.example\" : 1]>"
                                              "g (float[2] x) => (float[2] y) { y = com.example.Warp(x) }"));
        QVERIFY(!model);
        const QString text = textOf(model.error());
        QVERIFY2(text.contains("com.example") && text.contains("Warp") && text.contains("small.onnx"), qPrintable(text));
    }

    void refusesWrongData() {
        const auto engine = started();
        const auto model = loaded(*engine, onnxFromText(kSmall));
        const TensorValue bad = TensorValue::floats({2, 4}, std::vector<float>(8));
        TensorValue shorter = TensorValue::floats({2, 3}, std::vector<float>(6));
        shorter.bytes.resize(8);
        Progress progress;
        for (const TensorValue* value : {&bad, static_cast<const TensorValue*>(&shorter)}) {
            const auto got = model->run(std::vector<NamedTensor>{{"x", value}}, {}, progress);
            QVERIFY(!got);
            QVERIFY2(textOf(got.error()).contains("small.onnx"), qPrintable(textOf(got.error())));
        }
        const auto missing = model->run({}, {}, progress);
        QVERIFY(!missing && textOf(missing.error()).contains("'x'"));
        const auto wrong =
            model->run(std::vector<NamedTensor>{{"x", &bad}, {"q", &bad}}, std::vector<std::string>{"y"}, progress);
        QVERIFY(!wrong && textOf(wrong.error()).contains("'q'"));
        QVERIFY(loaded(*engine, onnxFromText(kSmall)));
    }

    void readsExternalDataBesideTheModel() {
        QTemporaryDir folder;
        const std::string path = folder.filePath("big.onnx").toStdString();
        std::ofstream(path, std::ios::binary) << withExternalWeight("w.bin");
        const std::vector<float> w{1, 2, 3};
        std::ofstream(folder.filePath("w.bin").toStdString(), std::ios::binary)
            .write(reinterpret_cast<const char*>(w.data()), 12);
        const auto engine = started();
        const TensorValue x = TensorValue::floats({3}, std::vector<float>{1, 1, 1});
        Progress progress;
        // With an extra output the model goes over as bytes, and its folder is what tells where the data are.
        for (const std::vector<std::string>& extra : {std::vector<std::string>{}, std::vector<std::string>{"s"}}) {
            const auto model = engine->load({path, {}, extra}, progress);
            QVERIFY2(model, model ? "" : qPrintable(textOf(model.error())));
            const auto got = model->run(std::vector<NamedTensor>{{"x", &x}}, std::vector<std::string>{"y"}, progress);
            QVERIFY(got);
            QCOMPARE(floatsOf((*got)[0]), (std::vector<float>{2, 3, 4}));
        }
    }

    void endsInAnErrorWhenTheHelperIsKilled() {
        const auto engine = started();
        const auto model = loaded(*engine, onnxFromText(kSmall));
        QVERIFY(model);
        QCOMPARE(::kill(engine->processId(), SIGABRT), 0);
        const TensorValue x = TensorValue::floats({1, 3}, std::vector<float>(3));
        Progress progress;
        const auto got = model->run(std::vector<NamedTensor>{{"x", &x}}, {}, progress);
        QVERIFY(!got);
        QVERIFY2(textOf(got.error()).contains("signal 6"), qPrintable(textOf(got.error())));
        const auto again = model->run(std::vector<NamedTensor>{{"x", &x}}, {}, progress);
        QVERIFY(!again);
        QVERIFY(started());
    }

    void endsRunsThatTakeTooLong() {
        EngineOptions options;
        options.time_limit_s = 2;
        const auto engine = started(options);
        const auto model = loaded(*engine, onnxFromText(kEndless));
        QVERIFY2(model, model ? "" : qPrintable(textOf(model.error())));
        const TensorValue x = TensorValue::floats({1}, std::vector<float>{1}), times = count(std::int64_t{1} << 40);
        Progress progress;
        const auto got = model->run(std::vector<NamedTensor>{{"x", &x}, {"times", &times}}, {}, progress);
        QVERIFY(!got);
        QVERIFY2(textOf(got.error()).contains("2 s"), qPrintable(textOf(got.error())));
    }

    void hearsCancelInTheMidstOfARun() {
        const auto engine = started();
        const auto model = loaded(*engine, onnxFromText(kEndless));
        const TensorValue x = TensorValue::floats({1}, std::vector<float>{1}), times = count(std::int64_t{1} << 40);
        Progress progress;
        std::thread canceller([&progress] {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            progress.cancel();
        });
        const auto got = model->run(std::vector<NamedTensor>{{"x", &x}, {"times", &times}}, {}, progress);
        canceller.join();
        QVERIFY(!got);
        QCOMPARE(got.error().what, std::string("cancelled"));
        // The process is gone with it: nothing goes on in the background.
        QVERIFY(::kill(engine->processId(), 0) != 0);
    }

    void keepsModelsWithinTheirMemory() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        QSKIP("a sanitizer's own memory passes every limit");
#endif
        EngineOptions options;
        options.memory_bytes = std::uint64_t{1} << 30;
        const auto engine = started(options);
        QVERIFY2(engine, engine ? "" : qPrintable(textOf(engine.error())));
        const auto model = loaded(*engine, onnxFromText("g (int64[1] n) => (float[M] y)"
                                                        "{ y = ConstantOfShape <value = float[1] {1}> (n) }"));
        QVERIFY2(model, model ? "" : qPrintable(textOf(model.error())));
        TensorValue n = count(std::int64_t{1} << 29);
        n.shape = {1};
        Progress progress;
        const auto got = model->run(std::vector<NamedTensor>{{"n", &n}}, {}, progress);
        QVERIFY(!got);
    }

    /// Without being told a limit: a model may take what its tensors ask for and a margin, not the machine's memory.
    void limitsMemoryByWhatTheModelAsksFor() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        QSKIP("a sanitizer's own memory passes every limit");
#endif
        const auto engine = started();
        QVERIFY2(engine, engine ? "" : qPrintable(textOf(engine.error())));
        const auto model = loaded(*engine, onnxFromText("g (int64[1] n) => (float[M] y)"
                                                        "{ y = ConstantOfShape <value = float[1] {1}> (n) }"));
        QVERIFY2(model, model ? "" : qPrintable(textOf(model.error())));
        Progress progress;
        for (const auto& [size, fits] : {std::pair{std::int64_t{1} << 20, true}, {std::int64_t{1} << 32, false}}) {
            TensorValue n = count(size);
            n.shape = {1};
            const auto got = model->run(std::vector<NamedTensor>{{"n", &n}}, {}, progress);
            QCOMPARE(got.ok(), fits);
            if (!fits) QVERIFY2(textOf(got.error()).contains("memory"), qPrintable(textOf(got.error())));
        }
    }

    void saysWhatToDoWithoutALibrary() {
        EngineOptions options;
        options.library = "/nonexistent/libonnxruntime.so";
        const auto engine = Engine::start(options);
        QVERIFY(!engine);
        const QString text = textOf(engine.error());
        QVERIFY2(text.contains("/nonexistent/libonnxruntime.so") && text.contains("app/run --engine") &&
                     text.contains("CUTLINE_ONNXRUNTIME"),
                 qPrintable(text));
        options.library = "libc.so.6"; // loads, and is none
        const auto other = Engine::start(options);
        QVERIFY(!other && textOf(other.error()).contains("OrtGetApiBase"));
        options.program = "/nonexistent/cutline-engine";
        const auto nobody = Engine::start(options);
        QVERIFY(!nobody && textOf(nobody.error()).contains("/nonexistent/cutline-engine"));
    }

    void refusesWhatIsNoModel_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("text") << QByteArray("not a model at all, but some text");
        QTest::newRow("cut short") << QByteArray::fromStdString(onnxFromText(kSmall)).left(60);
        QTest::newRow("no graph") << QByteArray::fromHex("0808");
    }
    void refusesWhatIsNoModel() {
        QFETCH(QByteArray, bytes);
        const auto engine = started();
        const auto model = loaded(*engine, bytes.toStdString());
        QVERIFY(!model);
        QVERIFY2(textOf(model.error()).contains("small.onnx"), qPrintable(textOf(model.error())));
    }
};

CUTLINE_TEST(TestEngine)

} // namespace cutline::tst_engine

#include "tst_engine.moc"
