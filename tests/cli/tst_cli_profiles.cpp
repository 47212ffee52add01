// SPDX-License-Identifier: GPL-3.0-or-later
// Profiles of every format from the command line: what they cost, what is said about them.
#include "tests/test_program.h"

#include "cli_runner.h"

#include <QTemporaryDir>

#include <cmath>

namespace cutline::tst_cli_profiles {

class TestCliProfiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sumsOfTheSamples_data();
    void sumsOfTheSamples();
    void theReportListsRowsAndLayers();
    void rowsThatAreMatchedInPartSayWhere();
    void theReportDoesNotDisturbTheResult();
    void layersWithoutARowAreOneLine();
    void whatCostWritesReadsBack_data();
    void whatCostWritesReadsBack();
    void aPlanTakesTheMeasuredTimes();
    void oneFileAPlatform();

private:
    static QString sample(const QString& file) {
        return sourcePath(QStringLiteral("tests/data/profiles/") + file);
    }
    static QString network(const QString& name) {
        return sourcePath(QStringLiteral("tests/data/topologies/") + name);
    }
    static CliRun cost(const QString& model, const QStringList& more) {
        return runCli(QStringList{QStringLiteral("cost"), model, QStringLiteral("--system"),
                                  QStringLiteral("kress2024")} +
                      more);
    }
    static double sumMs(const QByteArray& csv, const QString& platform) {
        double sum = 0;
        for (const CsvRow& row : csvRows(csv))
            if (row[QStringLiteral("platform")] == platform)
                sum += row[QStringLiteral("latency_s")].toDouble() * 1e3;
        return sum;
    }
};

void TestCliProfiles::sumsOfTheSamples_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<double>("sum_ms"); // tests/data/profiles/README.md; EYR runs at 200 MHz
    QTest::addColumn<QByteArray>("said");
    const auto row = [](const char* file, double sum_ms, const char* said) {
        QTest::newRow(file) << QString::fromLatin1(file) << sum_ms << QByteArray(said);
    };
    row("trtexec_resnet18.json", 2.64, "25 of 25 rows matched");
    row("tflite_resnet18.txt", 52.8, "32 of 32 rows matched");
    row("tflite_resnet18.csv", 52.8, "32 of 32 rows matched");
    row("vela_resnet18.csv", 2.485, "31 of 31 rows matched");
    row("stedgeai_resnet18.txt", 497, "1 of 31 rows matched, 30 guessed");
    row("openvino_resnet18.csv", 2.76, "23 of 23 rows matched");
    row("cnnparted_resnet18.csv", 612.5, "49 of 49 rows matched");
    row("ort_resnet18.json", 113.556, "24 of 25 rows matched, 1 unmatched");
}

void TestCliProfiles::sumsOfTheSamples() {
    QFETCH(QString, file);
    QFETCH(double, sum_ms);
    QFETCH(QByteArray, said);
    const CliRun run = cost(network(QStringLiteral("resnet18.onnx")),
                            {QStringLiteral("--profile"), QStringLiteral("EYR=") + sample(file),
                             QStringLiteral("--format"), QStringLiteral("csv")});
    QVERIFY2(run.status == 0, run.err.constData());
    QVERIFY2(run.err.contains(said), run.err.constData());
    const double sum = sumMs(run.out, QStringLiteral("EYR"));
    QVERIFY2(std::abs(sum - sum_ms) < 1e-9 * sum_ms, QByteArray::number(sum, 'g', 12).constData());
    for (const CsvRow& row : csvRows(run.out))
        QCOMPARE(row[QStringLiteral("source")] == QStringLiteral("profile"),
                 row[QStringLiteral("platform")] == QStringLiteral("EYR"));
}

void TestCliProfiles::theReportListsRowsAndLayers() {
    QTemporaryDir folder;
    const QString report = folder.filePath(QStringLiteral("report.csv"));
    const QStringList profile{QStringLiteral("--profile"),
                              QStringLiteral("EYR=") + sample(QStringLiteral("ort_resnet18.json"))};
    const CliRun run = cost(network(QStringLiteral("resnet18.onnx")),
                            profile + QStringList{QStringLiteral("--match-report"), report});
    QVERIFY2(run.status == 0 && run.err.isEmpty(), run.err.constData());
    QFile file(report);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    QVERIFY(text.startsWith("platform,file,line,row,latency_s,status,how,layers,reason\n"));
    const auto rows = csvRows(text);
    QCOMPARE(rows.size(), 25 + 16);
    QMap<QString, int> count;
    for (const CsvRow& row : rows) ++count[row[QStringLiteral("status")]];
    QCOMPARE(count, (QMap<QString, int>{{QStringLiteral("matched"), 24},
                                        {QStringLiteral("unmatched"), 1},
                                        {QStringLiteral("absorbed"), 16}}));
    QCOMPARE(rows[0][QStringLiteral("layers")], QStringLiteral("/conv1/Conv+/relu/Relu"));

    const CliRun all = cost(network(QStringLiteral("resnet18.onnx")),
                            profile + QStringList{QStringLiteral("--match-report"), QStringLiteral("-")});
    QVERIFY(all.err.contains("output tensor") && all.err.contains("absorbed by") &&
            !all.out.contains("absorbed by"));
}

void TestCliProfiles::rowsThatAreMatchedInPartSayWhere() {
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("p.csv")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("layer,latency_ms\n/conv1/Conv + nope,1\n/relu/Relu,2\n");
    file.close();
    const CliRun run = cost(network(QStringLiteral("resnet18.onnx")),
                            {QStringLiteral("--profile"), QStringLiteral("EYR=") + file.fileName(),
                             QStringLiteral("--profile-missing"), QStringLiteral("zero")});
    QVERIFY2(run.status == 0, run.err.constData());
    QVERIFY2(run.err.contains("1 of 2 rows matched, 1 partly (line 2); 3.00\u202fms of the file's 3.00\u202fms"), run.err.constData());
    QVERIFY2(run.err.contains("partly matched") && run.err.contains("not layers"), run.err.constData());
}

void TestCliProfiles::theReportDoesNotDisturbTheResult() {
    const QStringList plain{QStringLiteral("--profile"),
                            QStringLiteral("EYR=") + sample(QStringLiteral("ort_resnet18.json")),
                            QStringLiteral("--format"), QStringLiteral("json")};
    const QString model = network(QStringLiteral("resnet18.onnx"));
    QCOMPARE(cost(model, plain).out,
             cost(model, plain + QStringList{QStringLiteral("--match-report"), QStringLiteral("-")}).out);
}

void TestCliProfiles::layersWithoutARowAreOneLine() {
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("p.json"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("[{\"count\":1},{\"name\":\"/conv1/Conv + /relu/Relu\",\"averageMs\":1}]");
    file.close();
    const QStringList profile{QStringLiteral("--profile"), QStringLiteral("EYR=") + path};
    const QString model = network(QStringLiteral("resnet18.onnx"));
    const CliRun run = cost(model, profile);
    QCOMPARE(run.status, 1);
    QVERIFY2(run.err.count('\n') == 1 && run.err.contains("/maxpool/MaxPool") && run.out.isEmpty(),
             run.err.constData());
    const CliRun predicted =
        cost(model, profile + QStringList{QStringLiteral("--profile-missing"), QStringLiteral("model"),
                                          QStringLiteral("--format"), QStringLiteral("csv")});
    QVERIFY2(predicted.status == 0, predicted.err.constData());
    QMap<QString, int> sources;
    for (const CsvRow& row : csvRows(predicted.out))
        if (row[QStringLiteral("platform")] == QStringLiteral("EYR"))
            ++sources[row[QStringLiteral("source")]];
    QVERIFY(sources[QStringLiteral("profile")] == 3 && sources.size() > 1); // two measured, one view
}

void TestCliProfiles::whatCostWritesReadsBack_data() {
    QTest::addColumn<QString>("model");
    QTest::newRow("plain names") << network(QStringLiteral("resnet18.onnx"));
    QTest::newRow("hostile names") << sourcePath(QStringLiteral("tests/data/broken/hostile_names.onnx"));
    QTest::newRow("duplicate names") << network(QStringLiteral("duplicate_names.onnx"));
    QTest::newRow("unknown operators") << network(QStringLiteral("custom_op_no_shapes.onnx"));
}

void TestCliProfiles::whatCostWritesReadsBack() {
    QFETCH(QString, model);
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("cost.csv"));
    const QStringList csv{QStringLiteral("--format"), QStringLiteral("csv"), QStringLiteral("--out"), path};
    const CliRun first = cost(model, csv);
    QVERIFY2(first.status == 0, first.err.constData());
    const CliRun second = cost(model, {QStringLiteral("--format"), QStringLiteral("csv"),
                                       QStringLiteral("--profile"), QStringLiteral("EYR=") + path,
                                       QStringLiteral("--profile"), QStringLiteral("SMB=") + path});
    QVERIFY2(second.status == 0, second.err.constData());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(second.out, file.readAll());
}

void TestCliProfiles::aPlanTakesTheMeasuredTimes() {
    // All of it on EYR: the latency is the file's total.
    const CliRun run = runCli({QStringLiteral("explore"), network(QStringLiteral("resnet18.onnx")),
                               QStringLiteral("--system"), QStringLiteral("kress2024"),
                               QStringLiteral("--order"), QStringLiteral("EYR"), QStringLiteral("--profile"),
                               QStringLiteral("EYR=") + sample(QStringLiteral("trtexec_resnet18.json")),
                               QStringLiteral("--format"), QStringLiteral("csv")});
    QVERIFY2(run.status == 0, run.err.constData());
    const auto rows = csvRows(run.out);
    QCOMPARE(rows.size(), 1);
    QVERIFY(std::abs(rows[0][QStringLiteral("latency_s")].toDouble() - 2.64e-3) < 1e-12);
    // Nothing is uncertain but the energy, of which the profile says nothing.
    QVERIFY2(run.err.count('\n') == 1 && run.err.contains("EYR: no energy is known"), run.err.constData());
}

void TestCliProfiles::oneFileAPlatform() {
    const QString profile = QStringLiteral("EYR=") + sample(QStringLiteral("trtexec_resnet18.json"));
    const CliRun run = cost(network(QStringLiteral("resnet18.onnx")),
                            {QStringLiteral("--profile"), profile, QStringLiteral("--profile"), profile});
    QCOMPARE(run.status, 1);
    QVERIFY(run.err.contains("a second profile for EYR"));
}

CUTLINE_TEST(TestCliProfiles)

} // namespace cutline::tst_cli_profiles

#include "tst_cli_profiles.moc"
