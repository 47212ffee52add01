// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/base/array_file.h"
#include "core/split/given_inputs.h"

#include "../graph/onnx_text.h"
#include "plain_engine.h"
#include "split_world.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

namespace cutline::tst_manifest {
namespace {

const std::string kTrained = CUTLINE_SOURCE_DIR "/tests/data/trained/";

/// Runs what the manifest of the folder lists, in order, passing tensors by name.
PlainEngine::Tensors runChain(const QDir& folder, PlainEngine::Tensors tensors)
{
    QFile file(folder.filePath(QStringLiteral("manifest.json")));
    if (!file.open(QIODevice::ReadOnly)) qFatal("no manifest");
    const QJsonObject manifest = QJsonDocument::fromJson(file.readAll()).object();
    for (const auto& entry : manifest[QLatin1String("stages")].toArray()) {
        const QJsonObject stage = entry.toObject();
        const PlainEngine engine(parsedModel(folder.filePath(stage[QLatin1String("file")].toString()).toStdString()));
        PlainEngine::Tensors given;
        for (const auto& input : stage[QLatin1String("inputs")].toArray()) {
            const std::string name = input.toObject()[QLatin1String("name")].toString().toStdString();
            given[name] = tensors.at(name);
        }
        const PlainEngine::Tensors made = engine.run(given);
        for (const auto& output : stage[QLatin1String("outputs")].toArray()) {
            const std::string name = output.toObject()[QLatin1String("name")].toString().toStdString();
            tensors[name] = made.at(name);
        }
    }
    PlainEngine::Tensors outputs;
    for (const auto& output : manifest[QLatin1String("outputs")].toArray()) {
        const std::string name = output.toObject()[QLatin1String("name")].toString().toStdString();
        outputs[name] = tensors.at(name);
    }
    return outputs;
}

/// One image of the test set as fashion.json says: (u / 255 - mean) / deviation.
PlainEngine::Tensor image(std::size_t number)
{
    const auto images = readArrayFile(kTrained + "fashion-test2000-images.idx3-ubyte");
    if (!images) qFatal("%s", images.error().message().c_str());
    PlainEngine::Tensor tensor{{1, 1, 28, 28}, {}};
    for (std::size_t i = 0; i < 28 * 28; ++i)
        tensor.values.push_back((static_cast<float>(images->at(number * 28 * 28 + i)) / 255 - 0.286f) / 0.353f);
    return tensor;
}

std::string messageOf(const Graph& graph, const InputFile& file)
{
    const auto read = readInputs(graph, std::vector{file});
    return read ? "" : read.error().where + ": " + read.error().what;
}

} // namespace

class TestManifest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sufficesForAnotherEngine_data();
    void sufficesForAnotherEngine();
    void readsGivenInputs_data();
    void readsGivenInputs();
    void refusesInputsThatDoNotFit();
};

void TestManifest::sufficesForAnotherEngine_data()
{
    QTest::addColumn<QString>("network");
    QTest::addColumn<QStringList>("references");
    QTest::newRow("residual") << "fmnist_cnn" << QStringList{QStringLiteral("fmnist_cnn_logits_float32.npy")};
    QTest::newRow("depthwise") << "fmnist_mobile" << QStringList{QStringLiteral("fmnist_mobile_logits_float32.npy")};
    QTest::newRow("three outputs") << "fmnist_branchy"
                                   << QStringList{QStringLiteral("fmnist_branchy_exit1_float32.npy"),
                                                  QStringLiteral("fmnist_branchy_exit2_float32.npy"),
                                                  QStringLiteral("fmnist_branchy_exit3_float32.npy")};
}

/// The folder alone, moved elsewhere, gives the outputs that the network's training framework gave.
void TestManifest::sufficesForAnotherEngine()
{
    QFETCH(QString, network);
    QFETCH(QStringList, references);
    const SplitWorld world(kTrained + network.toStdString() + ".onnx");
    for (std::uint32_t seed = 1; seed <= 3; ++seed) {
        const QTemporaryDir folder;
        const auto manifest = world.split(world.randomPlan(seed), folder.filePath(QStringLiteral("out")));
        QVERIFY2(manifest.ok(), manifest ? "" : manifest.error().message().c_str());
        QVERIFY(manifest->stages.size() > 1);
        QVERIFY(QDir(folder.path()).rename(QStringLiteral("out"), QStringLiteral("elsewhere")));
        const auto outputs = runChain(QDir(folder.filePath(QStringLiteral("elsewhere"))),
                                      {{manifest->inputs.at(0).name, image(seed)}});
        QCOMPARE(outputs.size(), static_cast<std::size_t>(references.size()));
        for (int r = 0; r < references.size(); ++r) {
            const auto wanted = readArrayFile(kTrained + references[r].toStdString());
            QVERIFY(wanted.ok());
            const auto& logits = outputs.at(manifest->outputs.at(static_cast<std::size_t>(r)).name).values;
            QCOMPARE(logits.size(), std::size_t{10});
            for (std::size_t i = 0; i < logits.size(); ++i)
                QVERIFY(std::abs(static_cast<double>(logits[i]) - wanted->at(seed * 10 + i)) < 1e-4);
        }
    }
}

void TestManifest::readsGivenInputs_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("name");
    const std::vector<float> values{1.5f, -2.0f, 0.25f};
    const auto row = [&](const char* tag, auto fill, const char* name) {
        onnx::TensorProto tensor;
        tensor.add_dims(3);
        tensor.set_data_type(onnx::TensorProto::FLOAT);
        fill(tensor);
        QTest::newRow(tag) << QByteArray::fromStdString(tensor.SerializeAsString()) << QString::fromLatin1(name);
    };
    const auto raw = [&](onnx::TensorProto& tensor) {
        tensor.set_name("b");
        tensor.set_raw_data(std::string(reinterpret_cast<const char*>(values.data()), 12));
    };
    row("tensor that says its input", raw, "");
    row("tensor of values", [&](onnx::TensorProto& tensor) {
        for (const float value : values) tensor.add_float_data(value);
    }, "b");
    QByteArray numpy("\x93NUMPY\x01\x00\x46\x00", 10);
    numpy += QByteArray("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }").leftJustified(69) + "\n";
    QTest::newRow("NPY") << numpy + QByteArray(reinterpret_cast<const char*>(values.data()), 12) << "b";
}

void TestManifest::readsGivenInputs()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, name);
    const QTemporaryDir folder;
    const SplitWorld world(written(folder, onnxFromText("g (float[3] a, float[3] b) => (float[3] z) { z = Add(a, b) }")));
    QFile file(folder.filePath(QStringLiteral("values")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    file.close();
    const auto read = readInputs(*world.model.graph, std::vector{InputFile{name.toStdString(), file.fileName().toStdString()}});
    QVERIFY2(read.ok(), read ? "" : read.error().message().c_str());
    QCOMPARE(read->size(), std::size_t{1});
    const TensorValue& value = read->at("b");
    QCOMPARE(value.shape, (Shape{3}));
    const auto floats = value.as<float>();
    QCOMPARE(std::vector<float>(floats.begin(), floats.end()), (std::vector<float>{1.5f, -2.0f, 0.25f}));
}

void TestManifest::refusesInputsThatDoNotFit()
{
    const QTemporaryDir folder;
    const SplitWorld world(written(folder, onnxFromText("g (float[3] a, int64[2] b) => (float[3] z) { z = Gather(a, b) }")));
    const Graph& graph = *world.model.graph;
    onnx::TensorProto tensor;
    tensor.add_dims(2);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    tensor.add_float_data(1);
    const std::string path = folder.filePath(QStringLiteral("values.pb")).toStdString();
    const auto save = [&] {
        QFile file(QString::fromStdString(path));
        if (!file.open(QIODevice::WriteOnly)) qFatal("no room");
        file.write(QByteArray::fromStdString(tensor.SerializeAsString()));
    };
    save();
    QCOMPARE(messageOf(graph, {"a", path}), path + ": has the shape 2 and 1 values");
    tensor.add_float_data(2);
    save();
    QCOMPARE(messageOf(graph, {"a", path}), path + ": has the shape 2, input 'a' has 3");
    QCOMPARE(messageOf(graph, {"b", path}), path + ": holds float32 values, input 'b' is int64");
    QCOMPARE(messageOf(graph, {"c", path}), path + ": is for input 'c', which the model does not have");
    QCOMPARE(messageOf(graph, {"", path}), path + ": does not say which input it is for");
    QVERIFY(!messageOf(graph, {"a", world.model.file}).empty());
    QVERIFY(!messageOf(graph, {"a", folder.filePath(QStringLiteral("none.npy")).toStdString()}).empty());
}

CUTLINE_TEST(TestManifest)

} // namespace cutline::tst_manifest

#include "tst_manifest.moc"
