// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/environment.h"
#include "tests/test_program.h"

#include "cli_runner.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

namespace cutline::tst_cli_accuracy {
namespace {

QString trained(const QString& name) { return sourcePath("tests/data/trained/" + name); }

QStringList accuracyOf(const QString& model, QStringList more) {
    return QStringList{"accuracy", trained(model), "--data", trained("fashion.json")} + more;
}

} // namespace

class TestCliAccuracy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// What one run has measured the next ones read.
    void initTestCase() { qputenv("XDG_CACHE_HOME", m_cache.path().toLocal8Bit()); }
    void init() {
        if (!m_told) {
            const CliRun run = runCli(accuracyOf("fmnist_cnn.onnx", {"--bits", "float32", "--format", "json"}));
            m_told = true;
            m_engine = !run.err.contains("app/run --engine");
        }
        const QByteArray test = QTest::currentTestFunction();
        if (!m_engine && !test.startsWith("says")) QSKIP("DID NOT RUN: there is no ONNX Runtime");
    }

    void printsCountsAndIntervals() {
        const CliRun run = runCli(accuracyOf("fmnist_branchy.onnx", {"--bits", "float32", "--format", "json"}));
        QCOMPARE(run.status, 0);
        const QJsonArray outputs = QJsonDocument::fromJson(run.out).object()["outputs"].toArray();
        QCOMPARE(outputs.size(), 3);
        const QList<int> correct{1732, 1823, 1835};
        for (int i = 0; i < 3; ++i) {
            const QJsonObject output = outputs[i].toObject();
            QCOMPARE(output["name"].toString(), QString("exit%1").arg(i + 1));
            QCOMPARE(output["correct"].toInt(), correct[i]);
            QCOMPARE(output["total"].toInt(), 2000);
            QCOMPARE(output["top1"].toDouble(), correct[i] / 2000.0);
            QVERIFY(output["low"].toDouble() < output["top1"].toDouble());
            QVERIFY(output["high"].toDouble() > output["top1"].toDouble());
        }
    }

    void takesCutsAndPlans() {
        // EYR computes at 16 bits, SMB at 8: by widths, by the system, and by a plan of it the same is measured.
        const QStringList cut{"--cut", "/b2/act/Relu"}, system{"--system", "kress2024"}, csv{"--format", "csv"};
        const CliRun widths = runCli(accuracyOf("fmnist_cnn.onnx", cut + QStringList{"--bits", "16,8"} + csv));
        QCOMPARE(widths.status, 0);
        QVERIFY2(widths.out.startsWith("output,correct,total,top1,low,high"), widths.out);
        QVERIFY2(qAbs(csvRows(widths.out)[0]["correct"].toInt() - 1862) <= 6, widths.out);
        QCOMPARE(runCli(accuracyOf("fmnist_cnn.onnx", cut + system + csv)).out, widths.out);
        const QTemporaryDir folder;
        const QString plan = folder.filePath("plan.json");
        QCOMPARE(runCli(QStringList{"evaluate", trained("fmnist_cnn.onnx"), "--format", "json", "--out", plan} + cut + system).status, 0);
        const CliRun planned = runCli(accuracyOf("fmnist_cnn.onnx", system + csv + QStringList{"--plan", plan}));
        QCOMPARE(planned.status, 0);
        QCOMPARE(planned.out, widths.out);
    }

    void needsNoCalibrationForFloats() {
        const QTemporaryDir folder;
        const QString data = folder.filePath("d.json");
        QFile file(data), original(trained("fashion.json"));
        QVERIFY(file.open(QIODevice::WriteOnly) && original.open(QIODevice::ReadOnly));
        QJsonObject root = QJsonDocument::fromJson(original.readAll()).object();
        root.remove("calibration");
        QJsonObject test = root["test"].toObject();
        for (const char* key : {"images", "labels"}) test[key] = trained(test[key].toString());
        test["count"] = 100;
        root["test"] = test;
        file.write(QJsonDocument(root).toJson());
        file.close();
        const QStringList start{"accuracy", trained("fmnist_cnn.onnx"), "--data", data, "--bits"};
        QCOMPARE(runCli(start + QStringList{"float32"}).status, 0);
        const CliRun integers = runCli(start + QStringList{"8"});
        QCOMPARE(integers.status, 1);
        QVERIFY2(integers.err.contains("'calibration'"), integers.err);
    }

    /// One line that names the file; the decoders' own words stay out of it.
    void saysWhichPictureIsBroken() {
        const QTemporaryDir folder;
        QVERIFY(QDir().mkpath(folder.filePath("0")));
        QFile picture(folder.filePath("0/a.png"));
        QVERIFY(picture.open(QIODevice::WriteOnly));
        // A header of 4x4 grey pixels, whose check sum is wrong.
        picture.write(QByteArray::fromHex("89504e470d0a1a0a0000000d49484452000000040000000408000000000badf00d"));
        picture.close();
        const CliRun run = runCli({"accuracy", trained("fmnist_cnn.onnx"), "--data", folder.path(), "--bits", "8"});
        QCOMPARE(run.status, 1);
        QVERIFY2(run.err.contains("a.png"), run.err);
        for (const QByteArray& line : run.err.trimmed().split('\n'))
            QVERIFY2(line.startsWith("note: ") || line.startsWith("cutline-cli: "), run.err);
    }

    void saysThatAPictureIsTooLarge() {
        const QTemporaryDir folder;
        QVERIFY(QDir().mkpath(folder.filePath("0")));
        QFile picture(folder.filePath("0/a.pgm"));
        QVERIFY(picture.open(QIODevice::WriteOnly));
        picture.write("P5\n12000 12000\n255\n");
        QVERIFY(picture.resize(12000 * 12000 + 19)); // zeros that take no place on the disk
        picture.close();
        const CliRun run = runCli({"accuracy", trained("fmnist_cnn.onnx"), "--data", folder.path(), "--bits", "8"});
        QCOMPARE(run.status, 1);
        QVERIFY2(run.err.contains("a.pgm: has 12000x12000 pixels, more than are read"), run.err);
    }

    /// The first images of the file as pictures, a folder for each class: as many are right as among those of the file.
    void readsFoldersOfPictures() {
        constexpr int kImages = 120, kSize = 28 * 28;
        QFile images(trained("fashion-test2000-images.idx3-ubyte")), labels(trained("fashion-test2000-labels.idx1-ubyte"));
        QVERIFY(images.open(QIODevice::ReadOnly) && images.seek(16) && labels.open(QIODevice::ReadOnly) && labels.seek(8));
        const QByteArray of = labels.read(kImages);
        const QTemporaryDir folder;
        for (int i = 0; i < kImages; ++i) {
            const QString name = folder.filePath(QString::number(of[i]));
            QVERIFY(QDir().mkpath(name));
            QFile picture(QStringLiteral("%1/%2.pgm").arg(name).arg(i));
            QVERIFY(picture.open(QIODevice::WriteOnly));
            picture.write("P5\n28 28\n255\n" + images.read(kSize));
        }
        QFile how(folder.filePath("preprocessing.json"));
        QVERIFY(how.open(QIODevice::WriteOnly));
        how.write(R"({"mean": [0.286], "std": [0.353]})");
        how.close();
        const QString few = folder.filePath("few.json");
        QFile description(few), original(trained("fashion.json"));
        QVERIFY(description.open(QIODevice::WriteOnly) && original.open(QIODevice::ReadOnly));
        QJsonObject root = QJsonDocument::fromJson(original.readAll()).object();
        for (const char* section : {"test", "calibration"}) {
            QJsonObject part = root[section].toObject();
            for (const char* key : {"images", "labels"}) part[key] = trained(part[key].toString());
            if (QLatin1String(section) == QLatin1String("test")) part["count"] = kImages;
            root[section] = part;
        }
        description.write(QJsonDocument(root).toJson());
        description.close();
        const QStringList rest{"--bits", "4", "--calibration", few, "--format", "csv"};
        const CliRun by_folder = runCli(QStringList{"accuracy", trained("fmnist_cnn.onnx"), "--data", folder.path()} + rest);
        QCOMPARE(by_folder.status, 0);
        const CliRun by_file = runCli(QStringList{"accuracy", trained("fmnist_cnn.onnx"), "--data", few} + rest);
        QCOMPARE(by_file.status, 0);
        // All but the last digits of the noise, which is a sum over the images in their order.
        for (const char* column : {"total", "correct", "correct_top5", "agreeing"})
            QCOMPARE(csvRows(by_folder.out)[0][column].toInt(), csvRows(by_file.out)[0][column].toInt());
        QCOMPARE(csvRows(by_folder.out)[0]["total"].toInt(), kImages);
    }

    void listsEveryCut() {
        const CliRun run = runCli(accuracyOf("fmnist_branchy.onnx", {"--cut", "all", "--bits", "8,4", "--format", "csv"}));
        QCOMPARE(run.status, 0);
        int found = 0;
        for (const CsvRow& row : csvRows(run.out))
            if (row["cut_after_layer"] == "/t1/t1.0/t1.0.2/Relu" && row["output"] == "exit3") ++found;
        QCOMPARE(found, 1);
    }

    void explores() {
        const QStringList arguments{"explore",  sourcePath("resources/models/fashion_cnn.onnx"),
                                    "--system", "sensor_hub",
                                    "--data",   sourcePath("resources/models/fashion_cnn.json"),
                                    "--objectives", "latency,energy,accuracy"};
        const CliRun run = runCli(arguments + QStringList{"--format", "json"});
        QCOMPARE(run.status, 0);
        const QJsonObject root = QJsonDocument::fromJson(run.out).object();
        const QJsonObject claim = root["accuracy"].toObject();
        const QJsonArray plans = root["plans"].toArray();
        QVERIFY(plans.size() > 1);
        QCOMPARE(claim["measured"].toInt(), static_cast<int>(plans.size()));
        QCOMPARE(claim["estimated"].toInt(), 0);
        QCOMPARE(claim["images"].toInt(), 500);
        double least = 1, most = 0;
        for (const QJsonValue& plan : plans) {
            const QJsonObject accuracy = plan.toObject()["metrics"].toObject()["accuracy"].toObject();
            QCOMPARE(accuracy["kind"].toString(), QString("MEASURED"));
            QVERIFY(accuracy["low"].toDouble() < accuracy["top1"].toDouble());
            least = qMin(least, accuracy["top1"].toDouble());
            most = qMax(most, accuracy["top1"].toDouble());
        }
        QVERIFY2(most - least > 0.005, qPrintable(QString("%1 .. %2").arg(least).arg(most)));
        const CliRun estimated = runCli(arguments + QStringList{"--measure", "0", "--format", "csv"});
        QCOMPARE(estimated.status, 0);
        for (const CsvRow& row : csvRows(estimated.out)) QVERIFY(row["accuracy_top1"].toDouble() > 0.5);
        const CliRun limited = runCli(arguments + QStringList{"--constraint", "accuracy>=99%"});
        QCOMPARE(limited.status, 3);
        QVERIFY2(limited.err.contains("accuracy>=99%"), limited.err);
    }

    void evaluates() {
        const CliRun run = runCli({"evaluate", sourcePath("resources/models/fashion_cnn.onnx"), "--system", "kress2024",
                                   "--cut", "/b2/act/Relu", "--data", trained("fashion.json"), "--format", "json"});
        QCOMPARE(run.status, 0);
        const QJsonObject accuracy = QJsonDocument::fromJson(run.out).object()["plans"].toArray()[0].toObject()["metrics"]
                                         .toObject()["accuracy"].toObject();
        QCOMPARE(accuracy["kind"].toString(), QString("MEASURED"));
        QVERIFY(qAbs(accuracy["top1"].toDouble() - 0.931) < 0.003);
    }

    void isJudgedByTheOutputThatIsNamed() {
        const QStringList asked{"evaluate", trained("fmnist_branchy.onnx"), "--system", "kress2024", "--cut", "/t1/t1.0/t1.0.2/Relu",
                                "--data", trained("fashion.json"), "--format", "json"};
        const auto top1 = [](const CliRun& run) {
            return QJsonDocument::fromJson(run.out)["plans"][0]["metrics"]["accuracy"]["top1"].toDouble();
        };
        QVERIFY(qAbs(top1(runCli(asked)) - 0.9175) < 0.005); // the last exit
        QVERIFY(qAbs(top1(runCli(asked + QStringList{"--judged-by", "exit1"})) - 0.866) < 0.005);
        const CliRun wrong = runCli(asked + QStringList{"--judged-by", "exit9"});
        QCOMPARE(wrong.status, 1);
        QVERIFY2(wrong.err.contains("no output 'exit9'") && wrong.err.contains("'exit1', 'exit2', 'exit3'"), wrong.err);
    }

    void writesRangesAndExits() {
        const QTemporaryDir folder;
        const QString ranges = folder.filePath("r.csv");
        const CliRun run = runCli(accuracyOf("fmnist_branchy.onnx", {"--bits", "float32", "--exits", "0.5,0.99", "--ranges", ranges}));
        QCOMPARE(run.status, 0);
        const QList<CsvRow> rows = csvRows(run.out);
        QCOMPARE(rows.size(), 6);
        QCOMPARE(rows[0]["taken"], QString("1893"));
        QCOMPARE(rows[0]["correct"], QString("1689"));
        QFile file(ranges);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readLine().startsWith("tensor,producer,min,max"));
        QVERIFY(file.readLine().startsWith("input,(input),-0.8101983"));
    }

    void saysWhatIsWrong_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("says");
        const QString model = trained("fmnist_cnn.onnx"), data = trained("fashion.json");
        QTest::newRow("no data") << QStringList{"accuracy", model, "--bits", "8"} << 2 << "--data";
        QTest::newRow("no widths") << QStringList{"accuracy", model, "--data", data} << 2 << "--bits";
        QTest::newRow("1 bit") << QStringList{"accuracy", model, "--data", data, "--bits", "1"} << 2 << "2 to 16";
        QTest::newRow("two widths") << QStringList{"accuracy", model, "--data", data, "--bits", "8,4"} << 1 << "--cut";
        QTest::newRow("one width a cut")
            << QStringList{"accuracy", model, "--data", data, "--bits", "8", "--cut", "/stem/stem.0/Conv"} << 1 << "1 platform";
        QTest::newRow("no layer") << QStringList{"accuracy", model, "--data", data, "--bits", "8,4", "--cut", "nope"} << 1
                                  << "nope";
        QTest::newRow("no file") << QStringList{"accuracy", model, "--data", "/nope.json", "--bits", "8"} << 1 << "/nope.json";
    }
    void saysWhatIsWrong() {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QString, says);
        const CliRun run = runCli(arguments);
        QCOMPARE(run.status, status);
        QVERIFY2(run.err.contains(says.toUtf8()), run.err);
        QVERIFY(run.out.isEmpty());
    }

    void saysWhatToDoWithoutEngine() {
        const cutline::test::Environment library("CUTLINE_ONNXRUNTIME", "/nope/libonnxruntime.so");
        const CliRun run = runCli(accuracyOf("fmnist_cnn.onnx", {"--bits", "8"}));
        QCOMPARE(run.status, 1);
        QVERIFY2(run.err.contains("app/run --engine"), run.err);
    }

    void choosesPrecisions() {
        const QString model = sourcePath("resources/models/fashion_cnn.onnx"), data = sourcePath("resources/models/fashion_cnn.json");
        const QStringList asked{"explore", model, "--system", "sensor_hub", "--data", data, "--objectives", "latency,energy,accuracy",
                                "--format", "json"};
        const CliRun run = runCli(asked);
        QCOMPARE(run.status, 0);
        const QJsonArray plans = QJsonDocument::fromJson(run.out).object()["plans"].toArray();
        const QTemporaryDir folder;
        QFile file(folder.filePath("plans.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(run.out);
        file.close();
        QJsonObject narrow;
        for (const QJsonValue& plan : plans)
            for (const QJsonValue& stage : plan["stages"].toArray())
                if (stage["platform"] == "hub" && stage["weightBits"].toInt() == 8 && plan["stages"].toArray().size() == 2)
                    narrow = plan.toObject();
        QVERIFY(!narrow.isEmpty());
        // Read back it is the same plan, with the same figures and the same answers.
        const QString id = file.fileName() + "#" + narrow["id"].toString();
        const CliRun again = runCli({"evaluate", model, "--system", "sensor_hub", "--plan", id, "--data", data, "--format", "json"});
        const QJsonObject back = QJsonDocument::fromJson(again.out).object()["plans"].toArray()[0].toObject();
        QCOMPARE(back["metrics"].toObject()["latencyS"], narrow["metrics"].toObject()["latencyS"]);
        QCOMPARE(back["metrics"].toObject()["accuracy"].toObject()["top1"], narrow["metrics"].toObject()["accuracy"].toObject()["top1"]);
        QCOMPARE(back["stages"], narrow["stages"]);
        // A hub that has 8 bits and no choice is judged alike.
        QFile library(sourcePath("platforms/systems/sensor_hub.textproto"));
        QVERIFY(library.open(QIODevice::ReadOnly));
        QByteArray text = library.readAll();
        text.replace("precision { weight_bits: 8 activation_bits: 8 }", "");
        text.replace("weight_bits: 16", "weight_bits: 8").replace("activation_bits: 16", "activation_bits: 8");
        QFile own(folder.filePath("own.textproto"));
        QVERIFY(own.open(QIODevice::WriteOnly));
        own.write(text);
        own.close();
        QByteArray plain = run.out;
        plain.replace("\"weightBits\":8,\"activationBits\":8,", "").replace("\"weightBits\": 8, \"activationBits\": 8, ", "");
        QFile without(folder.filePath("plain.json"));
        QVERIFY(without.open(QIODevice::WriteOnly));
        without.write(plain);
        without.close();
        const CliRun fixed = runCli({"evaluate", model, "--system", own.fileName(), "--plan",
                                     without.fileName() + "#" + narrow["id"].toString(), "--data", data, "--format", "json"});
        QCOMPARE(fixed.status, 0);
        const QJsonObject metrics = QJsonDocument::fromJson(fixed.out).object()["plans"].toArray()[0].toObject()["metrics"].toObject();
        for (const char* figure : {"latencyS", "energyJ", "linkBytes", "memoryBytesMax", "accuracy"})
            QCOMPARE(metrics[QLatin1String(figure)], narrow["metrics"].toObject()[QLatin1String(figure)]);

        const CliRun kept = runCli(asked + QStringList{"--precisions", "own"});
        for (const QJsonValue& plan : QJsonDocument::fromJson(kept.out).object()["plans"].toArray())
            for (const QJsonValue& stage : plan["stages"].toArray())
                if (stage["platform"] == "hub") QCOMPARE(stage["weightBits"].toInt(), 16);
    }

    void saysWhatTablesGive() {
        const QString model = sourcePath("resources/models/fashion_cnn.onnx");
        const QTemporaryDir folder;
        QFile table(folder.filePath("given.csv"));
        QVERIFY(table.open(QIODevice::WriteOnly));
        table.write("platforms,cuts,accuracy\nsensor,,0.78\nhub,,0.93\n");
        table.close();
        const QStringList asked{"explore", model, "--system", "sensor_hub", "--accuracy-table", table.fileName(),
                                "--objectives", "energy,accuracy", "--precisions", "own"};
        const CliRun run = runCli(asked + QStringList{"--format", "json"});
        QCOMPARE(run.status, 0);
        const QJsonObject root = QJsonDocument::fromJson(run.out).object();
        QCOMPARE(root["plans"].toArray().size(), 2); // less energy, or more right answers
        for (const QJsonValue& plan : root["plans"].toArray())
            QCOMPARE(plan["metrics"]["accuracy"]["kind"].toString(), QString("GIVEN"));
        QCOMPARE(root["accuracy"]["given"].toInt(), 2);
        const CliRun words = runCli(asked);
        QVERIFY2(words.out.contains("accuracy: given for 2 of"), words.out);
        // One plan has more right answers whatever the costs are, and keeps that demand.
        const CliRun drawn = runCli(asked + QStringList{"--robustness=60", "--constraint", "accuracy>=90%", "--format", "json"});
        const QJsonValue best = QJsonDocument::fromJson(drawn.out).object()["plans"][0]["robustness"];
        QCOMPARE(best["feasible"].toDouble(), 1.0);
        QCOMPARE(best["onFront"].toDouble(), 1.0);
        QVERIFY(table.open(QIODevice::WriteOnly));
        table.write("platforms,cuts,accuracy\nsensor,,0.78\nhab,,0.93\n");
        table.close();
        const CliRun wrong = runCli(asked);
        QCOMPARE(wrong.status, 1);
        QVERIFY2(wrong.err.contains("given.csv:3: the system has no platform 'hab'"), wrong.err);
    }

private:
    const QTemporaryDir m_cache;
    bool m_told = false, m_engine = false;
};

CUTLINE_TEST(TestCliAccuracy)

} // namespace cutline::tst_cli_accuracy

#include "tst_cli_accuracy.moc"
