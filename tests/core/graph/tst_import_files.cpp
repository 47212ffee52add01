// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/graph/import.h"
#include "tests/long_run.h"
#include "tests/test_program.h"

#include <QtTest>

#include <algorithm>
#include <ctime>
#include <random>
#include <set>

namespace cutline::tst_import_files {
namespace {

QString dataFolder()
{
    return QStringLiteral(CUTLINE_SOURCE_DIR "/tests/data/");
}

/// Where a model of the topology list lies: samples that ship, and the rest.
QString modelPath(const QString& name)
{
    const QString sample = QStringLiteral(CUTLINE_SOURCE_DIR "/resources/models/") + name;
    return QFile::exists(sample) ? sample : dataFolder() + QStringLiteral("topologies/") + name;
}

/// Rows of a CSV file with RFC 4180 quotes, without its header.
QList<QStringList> csvRows(const QString& path)
{
    QFile file(path);
    QList<QStringList> rows;
    if (!file.open(QIODevice::ReadOnly)) return rows;
    file.readLine();
    while (!file.atEnd()) {
        const QString line = QString::fromUtf8(file.readLine()).trimmed();
        QStringList cells(QString{});
        bool quoted = false;
        for (const QChar c : line) {
            if (c == u'"')
                quoted = !quoted;
            else if (c == u',' && !quoted)
                cells << QString{};
            else
                cells.back() += c;
        }
        rows << cells;
    }
    return rows;
}

Result<ImportedModel> imported(const QString& path, const ImportOptions& options = {})
{
    Progress progress;
    return importOnnx(path.toStdString(), options, progress);
}

QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

} // namespace

/// The sample networks against counts made by another program, and every damaged file against its verdict.
class TestImportFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void counts_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<qulonglong>("parameters");
        QTest::addColumn<QString>("macs");
        QTest::addColumn<qlonglong>("opset");
        QTest::addColumn<qlonglong>("ir");
        const auto rows = csvRows(dataFolder() + QStringLiteral("topologies/models.csv"));
        QVERIFY(rows.size() > 30);
        for (const QStringList& row : rows)
            QTest::newRow(qPrintable(row[0]))
                << row[0] << row[2].toULongLong() << row[3] << row[4].toLongLong() << row[5].toLongLong();
    }

    void counts()
    {
        QFETCH(QString, name);
        QFETCH(qulonglong, parameters);
        QFETCH(QString, macs);
        QFETCH(qlonglong, opset);
        QFETCH(qlonglong, ir);
        const auto model = imported(modelPath(name));
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message().c_str());
        QCOMPARE(static_cast<qulonglong>(model->graph->totalParameters()), parameters);
        QCOMPARE(model->opset, opset);
        QCOMPARE(model->ir_version, ir);
        // An empty count: shapes that nothing can tell.
        if (!macs.isEmpty()) QCOMPARE(static_cast<qulonglong>(model->graph->totalMacs()), macs.toULongLong());
        for (const Layer& layer : model->graph->layers()) {
            QVERIFY2(layer.shapes_known != macs.isEmpty() || !layer.macs || macs.isEmpty(),
                     layer.name.c_str());
            std::uint64_t sum = 0;
            for (const LoopDims& loops : layer.loops) sum += loops.macs();
            if (layer.macs) QCOMPARE(sum, *layer.macs);
            QVERIFY(!layer.outputs.empty());
        }
    }

    void broken_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("verdict");
        QTest::addColumn<QString>("element");
        const auto rows = csvRows(dataFolder() + QStringLiteral("broken/expected.csv"));
        QVERIFY(rows.size() > 30);
        for (const QStringList& row : rows) QTest::newRow(qPrintable(row[0])) << row[0] << row[1] << row[2];
    }

    void broken()
    {
        QFETCH(QString, file);
        QFETCH(QString, verdict);
        QFETCH(QString, element);
        QElapsedTimer timer;
        timer.start();
        const auto model = imported(dataFolder() + QStringLiteral("broken/") + file);
        QVERIFY2(timer.elapsed() < 1000, "took more than a second");
        QString said;
        if (!model)
            said = text(model.error().message());
        else
            for (const ImportNote& note : model->notes)
                said += text(note.where) + u' ' + text(note.what) + u'\n';
        if (verdict == u"reject") QVERIFY(!model);
        if (verdict == u"warn" || verdict == u"open") QVERIFY2(model.ok(), qPrintable(said));
        if (verdict == u"warn") QVERIFY(!model->notes.empty());
        if (verdict == u"open") return;
        QVERIFY2(!said.isEmpty(), "opens without a word");
        // The message names the file, and one of the things that a good message names.
        QVERIFY2(said.contains(file), qPrintable(said));
        bool named = element.contains(u"the file") || element.isEmpty();
        static const QRegularExpression kSeparator(QStringLiteral("[^A-Za-z0-9_./-]+"));
        for (const QString& word : element.split(kSeparator, Qt::SkipEmptyParts))
            named = named || said.mid(said.indexOf(file) + file.size()).contains(word);
        QVERIFY2(named, qPrintable(said));
    }

    void layerNamesAreTheSchedules_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("schedule");
        QTest::addColumn<int>("layers");
        QTest::newRow("efficientnet") << "efficientnet_b0.onnx"
                                      << "efficientnet_b0_schedule.txt" << 239;
        QTest::newRow("vgg") << "vgg16.onnx"
                             << "vgg16_schedule.txt" << 38;
        QTest::newRow("squeezenet") << "squeezenet1_1_227.onnx"
                                    << "squeezenet1_1_schedule.txt" << 65;
    }

    void layerNamesAreTheSchedules()
    {
        QFETCH(QString, model);
        QFETCH(QString, schedule);
        QFETCH(int, layers);
        const auto opened = imported(modelPath(model));
        QVERIFY(opened.ok());
        QCOMPARE(static_cast<int>(opened->graph->layerCount()), layers);
        QFile file(dataFolder() + QStringLiteral("kress2024/") + schedule);
        QVERIFY(file.open(QIODevice::ReadOnly));
        int found = 0;
        while (!file.atEnd()) {
            const QByteArray name = file.readLine().trimmed();
            if (name.isEmpty() || name == "input" || name == "output") continue;
            QVERIFY2(opened->graph->findLayer(name.toStdString()), name.constData());
            ++found;
        }
        QCOMPARE(found, layers);
    }

    /// Names of layers that have none, or share one, are the same every time and clash with no other.
    void namesAreUniqueAndStable_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("first");
        QTest::newRow("unnamed") << "unnamed_nodes.onnx"
                                 << "Conv_27";
        QTest::newRow("duplicates") << "duplicate_names.onnx"
                                    << "conv";
    }

    void namesAreUniqueAndStable()
    {
        QFETCH(QString, model);
        QFETCH(QString, first);
        const auto one = imported(modelPath(model)), two = imported(modelPath(model));
        QVERIFY(one.ok() && two.ok());
        std::set<std::string> names;
        for (std::size_t i = 0; i < one->graph->layerCount(); ++i) {
            const Layer& layer = one->graph->layers()[i];
            QVERIFY2(names.insert(layer.name).second, layer.name.c_str());
            QCOMPARE(layer.name, two->graph->layers()[i].name);
        }
        QCOMPARE(text(one->graph->layers().front().name), first);
    }

    void initializersAmongTheInputsAreWeights()
    {
        const auto model = imported(modelPath(QStringLiteral("resnet18_opset9.onnx")));
        QVERIFY(model.ok());
        QCOMPARE(model->graph->inputs().size(), std::size_t{1});
        QCOMPARE(model->graph->tensor(model->graph->inputs()[0]).name, std::string("input"));
    }

    void quantisedNetworkHasTheLayersOfTheOriginal()
    {
        const auto plain = imported(modelPath(QStringLiteral("resnet18.onnx"))),
                   pairs = imported(modelPath(QStringLiteral("resnet18_qdq.onnx")));
        QVERIFY(plain.ok() && pairs.ok());
        QCOMPARE(pairs->graph->layerCount(), plain->graph->layerCount());
        for (std::size_t i = 0; i < plain->graph->layerCount(); ++i) {
            QCOMPARE(pairs->graph->layers()[i].name, plain->graph->layers()[i].name);
            QVERIFY(std::ranges::equal(pairs->graph->predecessors(LayerId{static_cast<std::uint32_t>(i)}),
                                       plain->graph->predecessors(LayerId{static_cast<std::uint32_t>(i)})));
        }
    }

    void externalDataAreNotRead()
    {
        QTemporaryDir folder;
        const QString model = folder.filePath(QStringLiteral("m.onnx")),
                      data = folder.filePath(QStringLiteral("external_data.bin"));
        QVERIFY(QFile::copy(modelPath(QStringLiteral("external_data.onnx")), model));
        const auto without = imported(model);
        QVERIFY(without.ok());
        QVERIFY(!without->notes.empty() &&
                without->notes.back().what.find("external_data.bin") != std::string::npos);
        // As long as the real one, without its contents.
        QFile sparse(data);
        QVERIFY(sparse.open(QIODevice::WriteOnly) && sparse.resize(2441344));
        sparse.close();
        const auto with = imported(model);
        QVERIFY(with.ok() && with->notes.empty());
        // A link that leads out of the folder is as bad as a path that does.
        QVERIFY(sparse.remove());
        QVERIFY(QFile::link(QStringLiteral("/dev/null"), data));
        const auto escaped = imported(model);
        QVERIFY(!escaped);
        QVERIFY2(escaped.error().message().find("leaves the model's folder") != std::string::npos,
                 escaped.error().message().c_str());
    }

    /// Small models with bits flipped, bytes removed and ends cut off: an error or a graph, never a crash.
    void damagedBytes()
    {
        const unsigned seed =
            qEnvironmentVariableIsSet("CUTLINE_SEED") ? qEnvironmentVariable("CUTLINE_SEED").toUInt() : 20;
        const int rounds = test::longRun() ? 20000 : 150;
        std::mt19937 random(seed);
        for (const char* name :
             {"topologies/control_if.onnx", "topologies/control_loop.onnx", "topologies/kws_gru.onnx",
              "topologies/kws_lstm.onnx", "topologies/custom_op.onnx", "topologies/external_data.onnx",
              "broken/hostile_names.onnx"}) {
            QFile file(dataFolder() + QLatin1String(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            const std::string whole = file.readAll().toStdString();
            for (int i = 0; i < rounds; ++i) {
                std::string bytes = whole;
                const auto place = [&] { return random() % bytes.size(); };
                for (auto k = random() % 3; k > 0; --k) bytes[place()] = static_cast<char>(random());
                bytes[place()] ^= static_cast<char>(1u << (random() % 8));
                if (random() % 4 == 0) bytes.erase(place(), random() % 8);
                if (random() % 4 == 0) bytes.resize(place());
                Progress progress;
                const auto model = importOnnxBytes(bytes, name, {}, progress);
                const std::string context = std::string(name) + ", round " + std::to_string(i) +
                                            ", CUTLINE_SEED=" + std::to_string(seed);
                if (model)
                    QVERIFY2(model->graph && model->graph->layerCount() > 0, context.c_str());
                else
                    QVERIFY2(model.error().message().find(name) != std::string::npos &&
                                 model.error().message().find('\n') == std::string::npos,
                             context.c_str());
            }
        }
    }

    /// Four times the layers take four times as long, not sixteen times.
    void largeGraphsOpenInStep()
    {
        const auto cost = [](const char* file) {
            const std::clock_t before = std::clock(); // of this process: others may load the machine
            const auto model = imported(modelPath(QString::fromLatin1(file)));
            return model.ok() ? double(std::clock() - before) : 0.0;
        };
        const double small = cost("scale/lstm_unrolled_5000.onnx"), large = cost("scale/lstm_unrolled_20000.onnx");
        QVERIFY(small > 0 && large > 0);
        QVERIFY2(large < 10 * small, qPrintable(QString::number(large / small)));
    }
};

CUTLINE_TEST(TestImportFiles)

} // namespace cutline::tst_import_files

#include "tst_import_files.moc"
