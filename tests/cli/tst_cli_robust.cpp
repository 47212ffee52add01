// SPDX-License-Identifier: GPL-3.0-or-later
// --robustness and --solver nsga2 as scripts meet them.
#include "tests/test_program.h"

#include "cli_runner.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace cutline::tst_cli_robust {
namespace {

const QStringList kCall{"explore", sourcePath("tests/data/topologies/resnet18.onnx"), "--system", "jetson_pi"};

QJsonObject json(const QStringList& more)
{
    const CliRun run = runCli(kCall + QStringList{"--format", "json"} + more);
    if (run.status != 0) qWarning("%s", run.err.constData());
    return QJsonDocument::fromJson(run.out).object();
}

bool isShare(const QJsonValue& value) { return value.isDouble() && value.toDouble() >= 0 && value.toDouble() <= 1; }

} // namespace

class TestCliRobust : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void addsKeysOnlyWhenAsked();
    void sameForASeed();
    void resolutionByModel();
    void refusesOddSamples();
    void evolves();
};

void TestCliRobust::addsKeysOnlyWhenAsked()
{
    const QJsonObject plain = json({});
    QVERIFY(!plain.contains("robustness"));
    const QJsonArray all = plain["plans"].toArray();
    for (const auto& plan : all) QVERIFY(!plan.toObject().contains("robustness"));

    const QJsonObject told = json({"--robustness=60", "--constraint", "latency<=1s"});
    const QJsonObject head = told["robustness"].toObject();
    QCOMPARE(head["samples"].toInt(), 60);
    QVERIFY(head["decision"].isArray());
    int plans = 0;
    double front = 0;
    const QJsonArray listed = told["plans"].toArray();
    QCOMPARE(listed.size(), all.size());
    for (const auto& value : listed) {
        const QJsonObject robustness = value.toObject()["robustness"].toObject();
        if (robustness.isEmpty()) continue;
        ++plans;
        front += robustness["onFront"].toDouble();
        for (const char* key : {"onFront", "chosen", "feasible"}) QVERIFY2(isShare(robustness[key]), key);
        QCOMPARE(robustness["requirements"].toArray().size(), 1);
        QCOMPARE(robustness["requirements"].toArray()[0].toObject()["text"].toString(), QString("latency<=1s"));
        for (const char* key : {"latencyS", "initiationIntervalS", "throughputHz", "energyJ", "memoryBytesMax"}) {
            const QJsonArray three = robustness["quantiles"].toObject()[key].toArray();
            QCOMPARE(three.size(), 3);
            QVERIFY(three[0].toDouble() <= three[1].toDouble() && three[1].toDouble() <= three[2].toDouble());
        }
    }
    QVERIFY(plans > 0);
    QVERIFY(front > 0);
    const CliRun table = runCli(kCall + QStringList{"--robustness=20"});
    QCOMPARE(table.status, 0);
    QVERIFY(table.out.contains("stays on front"));
    QVERIFY(!runCli(kCall).out.contains("stays on front"));
}

void TestCliRobust::sameForASeed()
{
    const auto run = [&](const char* seed, const char* threads) {
        QJsonObject all = json({"--robustness=40", "--seed", seed, "--threads", threads});
        all.remove("proof"); // times differ
        return all;
    };
    QVERIFY(run("3", "1") == run("3", "2"));
    QVERIFY(run("3", "1") != run("4", "1"));
}

void TestCliRobust::resolutionByModel()
{
    const auto shown = [&](const QStringList& more) {
        int count = 0;
        for (const auto& plan : json(QStringList{"--robustness=60"} + more)["plans"].toArray())
            count += plan.toObject().contains("robustness");
        return count;
    };
    const int by_model = shown({"--resolution", "model"});
    QVERIFY(by_model > 0);
    QVERIFY(by_model <= shown({"--resolution", "0%"}));
}

void TestCliRobust::refusesOddSamples()
{
    for (const char* text : {"--robustness=0", "--robustness=many", "--robustness=-3"})
        QCOMPARE(runCli(kCall + QStringList{text}).status, 2);
}

void TestCliRobust::evolves()
{
    const QJsonObject found = json({"--solver", "nsga2", "--seed", "5"});
    QCOMPARE(found["proof"].toObject()["kind"].toString(), QString("HEURISTIC"));
    QVERIFY(found["proof"].toObject()["lowerBound"].toDouble() > 0);
    QVERIFY(found["plans"].toArray().size() > 0);
}

CUTLINE_TEST(TestCliRobust)

} // namespace cutline::tst_cli_robust

#include "tst_cli_robust.moc"
