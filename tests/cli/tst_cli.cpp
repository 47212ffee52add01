// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "cli_runner.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

namespace cutline::tst_cli {

class TestCli : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void exitStatus_data();
    void exitStatus();
    void inspectCsvTotalsAreThoseOfTheModel();
    void jsonCarriesTheColumnsOfCsv();
    void exploreJsonHasEveryField();
    void planFileReadsBack();
    void cutAndOrder();
    void sensitivityIsAnObjective();
    void infeasibleDemandSaysByHowMuch();
    void scenariosSpeakOfTheModel_data();
    void scenariosSpeakOfTheModel();
};

namespace {

QString model(const char* name) { return sourcePath(QStringLiteral("resources/models/%1.onnx").arg(QLatin1String(name))); }

QStringList words(const QString& line) { return line.split(u' ', Qt::SkipEmptyParts); }

} // namespace

void TestCli::exitStatus_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("status");
    QTest::newRow("version") << "--version" << 0;
    QTest::newRow("help") << "explore --help" << 0;
    QTest::newRow("platforms") << "platforms" << 0;
    QTest::newRow("one platform") << "platforms EYR" << 0;
    QTest::newRow("no such platform") << "platforms nowhere" << 1;
    QTest::newRow("no command") << "" << 2;
    QTest::newRow("unknown command") << "divide MODEL" << 2;
    QTest::newRow("unknown option") << "inspect MODEL --fast" << 2;
    QTest::newRow("no model") << "inspect" << 2;
    QTest::newRow("no system") << "explore MODEL" << 2;
    QTest::newRow("bad format") << "inspect MODEL --format xml" << 2;
    QTest::newRow("bad quirk") << "cost MODEL --system kress2024 --compat kress-1924" << 2;
    QTest::newRow("bad objective") << "explore MODEL --system kress2024 --objectives speed" << 2;
    QTest::newRow("bad constraint") << "explore MODEL --system kress2024 --constraint latency<=20MiB" << 2;
    QTest::newRow("bad rate") << "explore MODEL --system kress2024 --rate often" << 2;
    QTest::newRow("bad order") << "explore MODEL --system kress2024 --order EYR,GPU" << 2;
    QTest::newRow("no file") << "inspect nowhere.onnx" << 1;
    QTest::newRow("no such system") << "cost MODEL --system nowhere" << 1;
    QTest::newRow("no such profile") << "cost MODEL --system kress2024 --profile EYR=nowhere.csv" << 1;
    QTest::newRow("no such layer") << "evaluate MODEL --system kress2024 --cut nowhere" << 1;
    QTest::newRow("neither plan nor cut") << "evaluate MODEL --system kress2024" << 2;
    QTest::newRow("infeasible") << "explore MODEL --system kress2024 --constraint latency<=1us" << 3;
}

void TestCli::exitStatus()
{
    QFETCH(QString, line);
    QFETCH(int, status);
    QStringList arguments = words(line);
    arguments.replaceInStrings(QStringLiteral("MODEL"), model("squeezenet1_1"));
    const CliRun run = runCli(arguments);
    QVERIFY2(run.status == status, run.err.constData());
    if (status == 1 || status == 3) QCOMPARE(run.err.count('\n'), 1);
    if (status != 0) QVERIFY(run.out.isEmpty());
}

void TestCli::inspectCsvTotalsAreThoseOfTheModel()
{
    const CliRun run = runCli({QStringLiteral("inspect"), model("efficientnet_b0"), QStringLiteral("--format"), QStringLiteral("csv")});
    QVERIFY2(run.status == 0, run.err.constData());
    QVERIFY(run.out.startsWith("layer,op,outputs,shape,macs,parameters,weight_bytes,output_bytes\n"));
    const auto rows = csvRows(run.out);
    QCOMPARE(rows.size(), 239);
    qint64 macs = 0, parameters = 0;
    for (const CsvRow& row : rows) {
        macs += row[QStringLiteral("macs")].toLongLong();
        parameters += row[QStringLiteral("parameters")].toLongLong();
    }
    QCOMPARE(macs, 385814752);
    QCOMPARE(parameters, 5267540);
}

void TestCli::jsonCarriesTheColumnsOfCsv()
{
    for (const QString& command : {QStringLiteral("inspect MODEL"), QStringLiteral("cost MODEL --system kress2024")}) {
        QStringList arguments = words(command);
        arguments.replaceInStrings(QStringLiteral("MODEL"), model("squeezenet1_1"));
        const auto csv = csvRows(runCli(arguments + QStringList{QStringLiteral("--format"), QStringLiteral("csv")}).out);
        const CliRun json = runCli(arguments + QStringList{QStringLiteral("--format"), QStringLiteral("json")});
        const QJsonDocument document = QJsonDocument::fromJson(json.out);
        QVERIFY(document.isArray());
        QCOMPARE(document.array().size(), csv.size());
        const QJsonObject first = document.array().first().toObject();
        QCOMPARE(first.keys(), csv.first().keys());
    }
}

void TestCli::exploreJsonHasEveryField()
{
    const CliRun run = runCli({QStringLiteral("explore"), model("squeezenet1_1"), QStringLiteral("--system"),
                               QStringLiteral("kress2024"), QStringLiteral("--format"), QStringLiteral("json")});
    QVERIFY2(run.status == 0, run.err.constData());
    const QJsonObject root = QJsonDocument::fromJson(run.out).object();
    QCOMPARE(root[QStringLiteral("model")].toObject()[QStringLiteral("sha256")].toString().size(), 64);
    QCOMPARE(root[QStringLiteral("system")].toObject()[QStringLiteral("name")].toString(), QStringLiteral("kress2024"));
    const QJsonObject proof = root[QStringLiteral("proof")].toObject();
    QCOMPARE(proof[QStringLiteral("kind")].toString(), QStringLiteral("COMPLETE"));
    for (const char* key : {"stop", "epsilon", "evaluated", "kept", "pruned", "elapsedS"}) QVERIFY2(proof.contains(QLatin1String(key)), key);
    const QJsonArray plans = root[QStringLiteral("plans")].toArray();
    QVERIFY(!plans.isEmpty());
    for (const auto& value : plans) {
        const QJsonObject plan = value.toObject();
        QVERIFY(plan[QStringLiteral("onFront")].toBool());
        qsizetype layers = 0;
        for (const auto& stage : plan[QStringLiteral("stages")].toArray())
            layers += stage.toObject()[QStringLiteral("layers")].toArray().size();
        QCOMPARE(layers, qsizetype{65});
        const QJsonObject metrics = plan[QStringLiteral("metrics")].toObject();
        for (const char* key : {"latencyS", "initiationIntervalS", "throughputHz", "energyJ", "linkBytes"})
            QVERIFY2(metrics[QLatin1String(key)].isDouble(), key);
        QVERIFY(!metrics.contains(QStringLiteral("accuracy")));
        double energy = 0;
        for (const auto& p : metrics[QStringLiteral("platforms")].toArray()) energy += p.toObject()[QStringLiteral("energyJ")].toDouble();
        for (const auto& l : metrics[QStringLiteral("links")].toArray()) energy += l.toObject()[QStringLiteral("energyJ")].toDouble();
        QVERIFY(qAbs(energy - metrics[QStringLiteral("energyJ")].toDouble()) <= 1e-9 * energy);
    }
}

void TestCli::planFileReadsBack()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("plans.json"));
    const CliRun explored = runCli({QStringLiteral("explore"), model("squeezenet1_1"), QStringLiteral("--system"), QStringLiteral("kress2024"),
                                    QStringLiteral("--format"), QStringLiteral("json"), QStringLiteral("--out"), file});
    QVERIFY2(explored.status == 0, explored.err.constData());
    QVERIFY(explored.out.isEmpty());
    QFile saved(file);
    QVERIFY(saved.open(QIODevice::ReadOnly));
    const QJsonArray plans = QJsonDocument::fromJson(saved.readAll()).object()[QStringLiteral("plans")].toArray();
    const QJsonObject last = plans.last().toObject();
    const CliRun again = runCli({QStringLiteral("evaluate"), model("squeezenet1_1"), QStringLiteral("--system"), QStringLiteral("kress2024"),
                                 QStringLiteral("--plan"), file + u'#' + last[QStringLiteral("id")].toString(),
                                 QStringLiteral("--format"), QStringLiteral("json")});
    QVERIFY2(again.status == 0, again.err.constData());
    const QJsonObject plan = QJsonDocument::fromJson(again.out).object()[QStringLiteral("plans")].toArray().first().toObject();
    QCOMPARE(plan[QStringLiteral("metrics")], last[QStringLiteral("metrics")]);
    QCOMPARE(plan[QStringLiteral("stages")], last[QStringLiteral("stages")]);
}

void TestCli::cutAndOrder()
{
    const CliRun run = runCli({QStringLiteral("evaluate"), model("squeezenet1_1"), QStringLiteral("--system"), QStringLiteral("kress2024"),
                               QStringLiteral("--cut"), QStringLiteral("/features/features.6/squeeze/Conv"), QStringLiteral("--order"),
                               QStringLiteral("SMB,EYR"), QStringLiteral("--format"), QStringLiteral("csv")});
    QVERIFY2(run.status == 0, run.err.constData());
    const auto rows = csvRows(run.out);
    QCOMPARE(rows.size(), 1);
    QCOMPARE(rows[0][QStringLiteral("platforms")], QStringLiteral("SMB>EYR"));
    QCOMPARE(rows[0][QStringLiteral("cuts")], QStringLiteral("/features/features.6/squeeze/Conv"));
}

void TestCli::sensitivityIsAnObjective()
{
    QTemporaryDir folder;
    QFile table(folder.filePath(QStringLiteral("loss.csv")));
    QVERIFY(table.open(QIODevice::WriteOnly));
    table.write("layer,platform,sensitivity\n/features/features.0/Conv,SMB,0.25\n/features/features.0/Conv,EYR,0.125\n"
                "/classifier/classifier.1/Conv,SMB,0.5\n");
    table.close();
    const QStringList common{model("squeezenet1_1"), QStringLiteral("--system"), QStringLiteral("kress2024"),
                             QStringLiteral("--sensitivity"), table.fileName(), QStringLiteral("--format"),
                             QStringLiteral("json")};
    const CliRun run = runCli(QStringList{QStringLiteral("explore"), QStringLiteral("--objectives"),
                                          QStringLiteral("latency,sensitivity")} + common);
    QVERIFY2(run.status == 0, run.err.constData());
    double least = 1;
    for (const auto& plan : QJsonDocument::fromJson(run.out).object()[QStringLiteral("plans")].toArray())
        least = std::min(least, plan.toObject()[QStringLiteral("metrics")].toObject()[QStringLiteral("sensitivity")].toDouble());
    QCOMPARE(least, 0.125); // all of it on EYR
    const CliRun cut = runCli(QStringList{QStringLiteral("evaluate"), QStringLiteral("--cut"),
                                          QStringLiteral("/features/features.0/Conv")} + common);
    QVERIFY2(cut.status == 0, cut.err.constData());
    const QJsonObject plan = QJsonDocument::fromJson(cut.out).object()[QStringLiteral("plans")].toArray()[0].toObject();
    QCOMPARE(plan[QStringLiteral("metrics")].toObject()[QStringLiteral("sensitivity")].toDouble(), 0.625);

    const CliRun without = runCli({QStringLiteral("explore"), model("squeezenet1_1"), QStringLiteral("--system"),
                                   QStringLiteral("kress2024"), QStringLiteral("--objectives"), QStringLiteral("sensitivity")});
    QCOMPARE(without.status, 1);
    QVERIFY(without.err.contains("--sensitivity"));
}

void TestCli::infeasibleDemandSaysByHowMuch()
{
    const CliRun run = runCli({QStringLiteral("explore"), model("squeezenet1_1"), QStringLiteral("--system"), QStringLiteral("kress2024"),
                               QStringLiteral("--constraint"), QStringLiteral("latency<=1us")});
    QCOMPARE(run.status, 3);
    QVERIFY2(run.err.contains("latency") && run.err.contains("ms"), run.err.constData());
}

void TestCli::scenariosSpeakOfTheModel_data()
{
    QTest::addColumn<QByteArray>("scenario");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("input") << QByteArray(R"(input { name: "nope" platform: "EYR" })") << 1 << QByteArray("nope");
    QTest::newRow("platform") << QByteArray(R"(input { name: "input" platform: "ZZ" })") << 1 << QByteArray("ZZ");
    QTest::newRow("output") << QByteArray(R"(output { name: "nope" platform: "EYR" })") << 1 << QByteArray("nope");
    QTest::newRow("link") << QByteArray(R"(background { link: "zz" load: 0.5 })") << 1 << QByteArray("zz");
    QTest::newRow("twice") << QByteArray(R"(input { name: "input" platform: "EYR" } input { name: "input" platform: "SMB" })") << 1
                           << QByteArray("twice");
    QTest::newRow("metric") << QByteArray(R"(requirement { metric: "beauty" at_most: 1 hard: true })") << 1 << QByteArray("beauty");
    QTest::newRow("missed") << QByteArray(R"(requirement { metric: "latency" at_most: 1e-6 hard: true })") << 0
                            << QByteArray("warning: latency<=");
    QTest::newRow("met") << QByteArray(R"(requirement { metric: "latency" at_most: 100 hard: true })") << 0 << QByteArray();
}

void TestCli::scenariosSpeakOfTheModel()
{
    QFETCH(QByteArray, scenario);
    QFETCH(int, status);
    QFETCH(QByteArray, says);
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("s.textproto"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(scenario);
    file.close();
    const CliRun run = runCli({QStringLiteral("evaluate"), model("squeezenet1_1"), QStringLiteral("--system"), QStringLiteral("kress2024"),
                               QStringLiteral("--cut"), QStringLiteral("/features/features.3/squeeze/Conv"), QStringLiteral("--scenario"), path,
                               QStringLiteral("--format"), QStringLiteral("json")});
    QVERIFY2(run.status == status, run.err.constData());
    QVERIFY2(run.err.contains(says), run.err.constData());
    if (status == 1) QVERIFY2(run.err.contains("s.textproto"), run.err.constData());
    if (status == 0) QCOMPARE(run.out.contains("\"kind\": \"CONSTRAINT\""), !says.isEmpty());
}

CUTLINE_TEST(TestCli)

} // namespace cutline::tst_cli

#include "tst_cli.moc"
