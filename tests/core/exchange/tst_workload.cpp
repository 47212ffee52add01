// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exchange/workload.h"
#include "tests/test_program.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

namespace cutline::tst_workload {
namespace {

const QByteArray kWhole = R"({"maxSizePerFPGA": 100.0, "maxFPGAs": 2, "maxCPUs": 1, "nodes": [
  {"id": 7, "supportedOnFpga": 1, "cpuLatency": 10, "fpgaLatency": 1, "isBackwardNode": 0, "colorClass": 1, "size": 1},
  {"id": 8, "supportedOnFpga": true, "cpuLatency": 11, "fpgaLatency": 2.5, "size": 0}],
 "edges": [{"sourceId": 7, "destId": 8, "cost": 0.5}]})";

Result<Workload> read(const QByteArray& text)
{
    const QTemporaryDir folder;
    QFile file(folder.filePath("load.json"));
    if (!file.open(QIODevice::WriteOnly)) return Error{"test", "no file", {}};
    file.write(text);
    file.close();
    return readWorkload(file.fileName().toStdString());
}

} // namespace

/// Device-placement workloads: nothing is assumed for what a file leaves out.
class TestWorkload : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wholeOneIsRead()
    {
        for (const QByteArray& text : {kWhole, "\xEF\xBB\xBF" + kWhole}) {
            const auto workload = read(text);
            QVERIFY2(workload.ok(), workload ? "" : workload.error().message().c_str());
            QCOMPARE(workload->nodes.size(), std::size_t{2});
            QCOMPARE(workload->nodes[0].id, std::int64_t{7});
            QCOMPARE(workload->nodes[1].accelerator_ms, 2.5);
            QVERIFY(workload->nodes[0].colour && !workload->nodes[1].colour && workload->nodes[1].on_accelerator);
            QCOMPARE(workload->accelerators, 2u);
            QCOMPARE(*workload->accelerator_bytes, 100.0);
            QCOMPARE(workload->edges.size(), std::size_t{1});
        }
    }

    void faults_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const char* from, const char* to, const char* words) {
            QTest::newRow(name) << from << to << words;
        };
        row("no maxFPGAs", "\"maxFPGAs\"", "\"x\"", "has no `maxFPGAs`");
        row("no maxCPUs", "\"maxCPUs\"", "\"x\"", "has no `maxCPUs`");
        row("no maxSizePerFPGA", "\"maxSizePerFPGA\"", "\"x\"", "has no `maxSizePerFPGA`");
        row("no edges", "\"edges\"", "\"x\"", "no list `edges`");
        row("no nodes", "\"nodes\"", "\"x\"", "no list `nodes`");
        row("no latency", "\"cpuLatency\": 11", "\"x\": 1", "node 8: has no `cpuLatency`");
        row("null latency", "\"cpuLatency\": 11", "\"cpuLatency\": null", "node 8: `cpuLatency` is null");
        row("latency in quotes", "\"cpuLatency\": 11", "\"cpuLatency\": \"11\"", "`cpuLatency` is \"11\", not a number");
        row("negative latency", "\"fpgaLatency\": 2.5", "\"fpgaLatency\": -2.5", "node 8: `fpgaLatency` is -2.5");
        row("negative memory", "100.0", "-100.0", "`maxSizePerFPGA` is -100.0");
        row("no support given", "\"supportedOnFpga\": true", "\"x\": 1", "has no `supportedOnFpga`");
        row("half a device", "\"maxFPGAs\": 2", "\"maxFPGAs\": 1.5", "`maxFPGAs` is 1.5, not a whole number");
        row("half an id", "\"id\": 8", "\"id\": 7.5", "`id` is 7.5, not a whole number");
        row("id twice", "\"id\": 8", "\"id\": 7", "node 7: stands there twice");
        row("unknown node", "\"destId\": 8", "\"destId\": 9", "edge 7 -> 9: names a node that is not there");
        row("self loop", "\"destId\": 8", "\"destId\": 7", "edge 7 -> 7: leads to its own node");
        row("cycle", "\"edges\": [", "\"edges\": [{\"sourceId\": 8, \"destId\": 7, \"cost\": 1}, ", "cycle: 7 -> 8 -> 7");
        row("cost missing", "\"cost\"", "\"x\"", "edge 7 -> 8: has no `cost`");
        row("no device", "\"maxFPGAs\": 2, \"maxCPUs\": 1", "\"maxFPGAs\": 0, \"maxCPUs\": 0", "has no device");
        row("backward", "\"isBackwardNode\": 0", "\"isBackwardNode\": 1", "node 7: is a backward node");
        row("broken in line 2", "\"id\": 7,", "\"id\": 7;", "load.json:2:11: is no JSON from");
        row("ends early", "0.5}]}", "0.5}", "the text ends too early");
        row("too large a number", "2.5", "1e999", "number that is too large");
        row("nodes are numbers", "[{\"sourceId\"", "[3, {\"sourceId\"", "entry 1 of `edges` is 3");
    }

    void faults()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, words);
        QString text = QString::fromUtf8(kWhole);
        QVERIFY(text.contains(from));
        text.replace(from, to);
        const auto workload = read(text.toUtf8());
        QVERIFY(!workload.ok());
        const QString message = QString::fromStdString(workload.error().message());
        QVERIFY2(message.contains(words) && message.contains("load.json"), qPrintable(message));
        QVERIFY(!workload.error().fix.empty());
    }
};

CUTLINE_TEST(TestWorkload)

} // namespace cutline::tst_workload

#include "tst_workload.moc"
