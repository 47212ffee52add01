// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli_runner.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

namespace {

QString trained(const QString& name) { return sourcePath("tests/data/trained/" + name); }

QStringList accuracyOf(const QString& model, QStringList more) {
    return QStringList{"accuracy", trained(model), "--data", trained("fashion.json")} + more;
}

} // namespace

class TestCliAccuracy : public QObject {
    Q_OBJECT

private Q_SLOTS:
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

    void listsEveryCut() {
        const CliRun run = runCli(accuracyOf("fmnist_branchy.onnx", {"--cut", "all", "--bits", "8,4", "--format", "csv"}));
        QCOMPARE(run.status, 0);
        int found = 0;
        for (const CsvRow& row : csvRows(run.out))
            if (row["cut_after_layer"] == "/t1/t1.0/t1.0.2/Relu" && row["output"] == "exit3") ++found;
        QCOMPARE(found, 1);
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
        QTest::newRow("1 bit") << QStringList{"accuracy", model, "--data", data, "--bits", "1"} << 1 << "2 to 16";
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
        qputenv("CUTLINE_ONNXRUNTIME", "/nope/libonnxruntime.so");
        const CliRun run = runCli(accuracyOf("fmnist_cnn.onnx", {"--bits", "8"}));
        qunsetenv("CUTLINE_ONNXRUNTIME");
        QCOMPARE(run.status, 1);
        QVERIFY2(run.err.contains("app/run --engine"), run.err);
    }

private:
    bool m_told = false, m_engine = false;
};

QTEST_GUILESS_MAIN(TestCliAccuracy)
#include "tst_cli_accuracy.moc"
