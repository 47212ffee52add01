// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "cli_runner.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <cmath>

namespace cutline::tst_cli_costs {
namespace {

constexpr double kPublished = 1e-6; // what the design asks for

bool near(double a, double b, double relative = kPublished)
{
    return std::abs(a - b) <= relative * std::max(std::abs(a), std::abs(b));
}

QString published(const QString& file) { return sourcePath(QStringLiteral("tests/data/kress2024/") + file); }

double number(const CsvRow& row, const char* column) { return row[QString::fromLatin1(column)].toDouble(); }

} // namespace

/// Costs through the command line: the published mappings found again, profiles beside estimates.
class TestCliCosts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void publishedMappings_data()
    {
        QTest::addColumn<QString>("model");
        QTest::newRow("efficientnet_b0") << "resources/models/efficientnet_b0.onnx";
        QTest::newRow("vgg16") << "resources/models/vgg16.onnx";
        QTest::newRow("squeezenet1_1") << "tests/data/topologies/squeezenet1_1_227.onnx";
    }

    /// Per layer as published, without any profile.
    void publishedMappings()
    {
        QFETCH(QString, model);
        const QString network = QString::fromLatin1(QTest::currentDataTag());
        const CliRun run = runCli({"cost", sourcePath(model), "--system", "kress2024", "--compat", "kress-2024", "--format", "csv"});
        QVERIFY2(run.status == 0, run.err.constData());
        QMap<QString, CsvRow> ours;
        for (const CsvRow& row : csvRows(run.out)) ours[row["platform"] + ' ' + row["layer"]] = row;
        int compared = 0;
        for (const QString platform : {"EYR", "SMB"}) {
            for (const CsvRow& theirs : csvFile(published(network + '_' + platform.toLower() + ".csv"))) {
                const QString key = platform + ' ' + theirs["layer"];
                QVERIFY2(ours.contains(key), qPrintable(key));
                if (number(theirs, "latency_ms") == 0) continue;
                ++compared;
                QVERIFY2(near(number(ours[key], "latency_s"), number(theirs, "latency_ms") / 1e3), qPrintable(key));
                QVERIFY2(near(number(ours[key], "energy_j"), number(theirs, "energy_mJ") / 1e3), qPrintable(key));
                QCOMPARE(ours[key]["source"], QStringLiteral("loop-nest"));
            }
        }
        QVERIFY(compared >= 26);
    }

    /// Every cut of the published evaluation, from our own mappings.
    void publishedCutsWithoutProfiles()
    {
        const CliRun run = runCli({"explore", sourcePath("resources/models/efficientnet_b0.onnx"), "--system", "kress2024",
                                   "--format", "csv", "--compat", "kress-2024", "--schedule",
                                   published("efficientnet_b0_schedule.txt"), "--order", "fixed", "--all"});
        QVERIFY2(run.status == 0, run.err.constData());
        QMap<QString, CsvRow> by_cut;
        for (const CsvRow& row : csvRows(run.out)) by_cut[row["cuts"]] = row;
        const auto rows = csvFile(published("efficientnet_b0_two_platform.csv"));
        QCOMPARE(rows.size(), 171);
        for (const CsvRow& theirs : rows) {
            const QString cut = theirs["last_layer_on_EYR"];
            QVERIFY2(by_cut.contains(cut), qPrintable(cut));
            const CsvRow ours = by_cut[cut];
            QVERIFY2(near(number(ours, "latency_s"), number(theirs, "latency_ms") / 1e3), qPrintable(cut));
            QVERIFY2(near(number(ours, "energy_j"), number(theirs, "energy_mJ") / 1e3), qPrintable(cut));
            QVERIFY2(near(number(ours, "throughput_hz"), number(theirs, "throughput_fps")), qPrintable(cut));
            QVERIFY2(near(number(ours, "link_bytes"), number(theirs, "link_bytes")), qPrintable(cut));
        }
    }

    void reconciles()
    {
        const QString model = sourcePath("resources/models/squeezenet1_1.onnx");
        const CliRun estimate = runCli({"cost", model, "--system", "jetson_pi", "--fusion", "off", "--format", "csv"});
        QVERIFY2(estimate.status == 0, estimate.err.constData());
        // Measured: every estimate of the board, convolutions at twice the time, the first at ten times.
        QTemporaryDir folder;
        QFile file(folder.filePath("pi.csv"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("layer,latency_s\n");
        QString first;
        int layers = 0;
        double measured = 0, predicted = 0;
        for (const CsvRow& row : csvRows(estimate.out)) {
            if (row["platform"] != "pi" || number(row, "latency_s") == 0) continue;
            double time = number(row, "latency_s");
            ++layers;
            predicted += time;
            if (row["op"] == "Conv") time *= first.isEmpty() ? 10 : 2;
            if (row["op"] == "Conv" && first.isEmpty()) first = row["layer"];
            measured += time;
            file.write(QString("%1,%2\n").arg(row["layer"]).arg(time, 0, 'g', 17).toUtf8());
        }
        file.close();
        const QStringList call{"cost", model, "--system", "jetson_pi", "--fusion", "off", "--profile-missing", "model",
                               "--profile", "pi=" + file.fileName(), "--reconcile"};
        const CliRun csv = runCli(call + QStringList{"--format", "csv"});
        QVERIFY2(csv.status == 0, csv.err.constData());
        const auto rows = csvRows(csv.out);
        QCOMPARE(rows.size(), layers);
        for (const CsvRow& row : rows) {
            QCOMPARE(row["platform"], QStringLiteral("pi"));
            const double ratio = row["op"] != "Conv" ? 1 : row["layer"] == first ? 10 : 2;
            QVERIFY2(near(number(row, "ratio"), ratio), qPrintable(row["layer"]));
        }
        const CliRun json = runCli(call + QStringList{"--format", "json"});
        const QJsonObject compared = QJsonDocument::fromJson(json.out).object()["reconcile"].toArray()[0].toObject();
        QVERIFY(near(compared["measuredS"].toDouble(), measured) && near(compared["predictedS"].toDouble(), predicted));
        QCOMPARE(compared["worst"].toArray()[0].toString(), first);
        QCOMPARE(compared["worst"].toArray().size(), 10);
        for (const QJsonValue& value : compared["classes"].toArray()) {
            const QJsonObject one = value.toObject();
            const double count = one["layers"].toDouble();
            const double factor = one["class"] == "conv" ? std::exp((std::log(10) + (count - 1) * std::log(2)) / count) : 1;
            QVERIFY2(near(one["factor"].toDouble(), factor), qPrintable(one["class"].toString()));
        }
        QVERIFY(compared["fit"].toObject()["efficiency"].toObject()["conv"].toDouble() > 0);
        const CliRun table = runCli(call);
        QVERIFY2(table.status == 0 && table.out.contains("Furthest from the estimate") && table.out.contains("efficiency { class"),
                 table.out.constData());
        // Refitted, the model predicts most of them; the times themselves are gone from the costs.
        const CliRun again = runCli(call + QStringList{"--refit", "--format", "json"});
        QVERIFY2(again.status == 0, again.err.constData());
        const QJsonObject refitted = QJsonDocument::fromJson(again.out).object()["reconcile"].toArray()[0].toObject();
        QVERIFY(near(refitted["measuredS"].toDouble(), measured));
        QVERIFY(std::abs(std::log(refitted["predictedS"].toDouble() / measured)) < std::abs(std::log(predicted / measured)) / 2);
    }

    /// A loop nest has one factor per class: refitted to twice its own times it predicts them.
    void refitsALoopNest()
    {
        const QString model = sourcePath("resources/models/squeezenet1_1.onnx");
        const QStringList plain{"cost", model, "--system", "kress2024", "--fusion", "off", "--format", "csv"};
        QTemporaryDir folder;
        QFile file(folder.filePath("eyr.csv"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("layer,latency_s\n");
        QMap<QString, CsvRow> before;
        for (const CsvRow& row : csvRows(runCli(plain).out)) {
            before[row["platform"] + ' ' + row["layer"]] = row;
            if (row["platform"] == "EYR" && row["op"] == "Conv")
                file.write(QString("%1,%2\n").arg(row["layer"]).arg(2 * number(row, "latency_s"), 0, 'g', 17).toUtf8());
        }
        file.close();
        const CliRun run = runCli(plain + QStringList{"--profile", "EYR=" + file.fileName(), "--refit"});
        QVERIFY2(run.status == 0, run.err.constData());
        const auto rows = csvRows(run.out);
        QCOMPARE(rows.size(), before.size());
        for (const CsvRow& row : rows) {
            const CsvRow& was = before[row["platform"] + ' ' + row["layer"]];
            const double factor = row["platform"] == "EYR" && row["op"] == "Conv" ? 2 : 1;
            QVERIFY2(near(number(row, "latency_s"), factor * number(was, "latency_s")), qPrintable(row["layer"]));
            QCOMPARE(row["energy_j"], was["energy_j"]);
            QCOMPARE(row["source"], was["source"]);
        }
    }

    /// A measured chip beside its prediction, whatever that is.
    /// Two of a machine, one of which may pad: a table says where it did, and the layer is faster there.
    void explainsPadding()
    {
        QTemporaryDir folder;
        const QString system = folder.filePath("pads.textproto");
        QFile file(system);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("platform { use: \"EYR\" loop_nest { pad: true } }\nplatform { use: \"EYR\" as: \"plain\" }\n"
                   "link { use: \"SPI\" between: \"EYR\" between: \"plain\" }\n");
        file.close();
        const QStringList cost{"cost", sourcePath("tests/data/topologies/squeezenet1_1_227.onnx"), "--system", system};
        const CliRun table = runCli(cost + QStringList{"--explain"});
        QVERIFY2(table.status == 0, table.err.constData());
        int padded = 0, plain = 0;
        for (const QString& line : QString::fromUtf8(table.out).split('\n')) {
            if (!line.contains(" Conv ")) continue;
            QVERIFY2(line.contains("limited by ") && line.contains("optimal in this mapping space"), qPrintable(line));
            if (line.contains(" plain ")) plain += line.contains(" padded from ") ? 1 : 0;
            else padded += line.contains(" padded from ") ? 1 : 0;
        }
        QVERIFY(padded > 0 && plain == 0);
        QVERIFY(!runCli(cost).out.contains("limited by"));
        QMap<QString, double> latency_s;
        for (const CsvRow& row : csvRows(runCli(cost + QStringList{"--format", "csv"}).out))
            if (row["op"] == "Conv") latency_s[row["platform"]] += number(row, "latency_s");
        QVERIFY(latency_s["EYR"] < 0.9 * latency_s["plain"]);
    }

    void platformsShowTheirChecks()
    {
        const CliRun text = runCli({"platforms", "eyr-2024"});
        QVERIFY2(text.status == 0, text.err.constData());
        QVERIFY2(text.out.contains("# check: VGG-16 convolutions, measured chip of this size: 1.43"), text.out.constData());
        QVERIFY2(text.out.contains(", ratio 3.131\n"), text.out.constData());
        const CliRun json = runCli({"platforms", "eyr-2024", "--format", "json"});
        const QJsonObject check = QJsonDocument::fromJson(json.out).object()["checks"].toArray()[0].toObject();
        // cost.md section 4: 456.7 ms where the chip took 1.43 s.
        QVERIFY2(near(check["predicted"].toDouble(), 0.4567, 1e-3), json.out.right(300).constData());
        QVERIFY(near(check["ratio"].toDouble(), 1.43 / check["predicted"].toDouble(), 1e-12));
        // Text with checks is still a descriptor.
        QTemporaryDir folder;
        QFile file(folder.filePath("own.textproto"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(text.out).replace("name: \"EYR\"", "name: \"OWN\"").replace("aliases: \"eyr-2024\"", ""));
        file.close();
        qputenv("CUTLINE_PLATFORMS", sourcePath("platforms").toUtf8() + ':' + folder.path().toUtf8());
        const CliRun own = runCli({"platforms", "OWN"});
        qputenv("CUTLINE_PLATFORMS", sourcePath("platforms").toUtf8());
        QVERIFY2(own.status == 0 && !own.err.contains("warning"), own.err.constData());
        // A check without a model says so.
        QVERIFY(runCli({"platforms", "simba-chiplet"}).out.contains("not predicted: it was measured on 36 chiplets"));
    }

    void reconcileNeedsAProfile()
    {
        const CliRun run = runCli({"cost", sourcePath("resources/models/squeezenet1_1.onnx"), "--system", "jetson_pi", "--reconcile"});
        QCOMPARE(run.status, 2);
        QVERIFY2(run.err.contains("--profile"), run.err.constData());
    }
};

CUTLINE_TEST(TestCliCosts)

} // namespace cutline::tst_cli_costs

#include "tst_cli_costs.moc"
