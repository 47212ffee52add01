// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "cli_runner.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <sys/stat.h>

namespace cutline::tst_cli_usage {
namespace {

QString network() { return sourcePath(QStringLiteral("resources/models/squeezenet1_1.onnx")); }

CliRun run(const QString& line)
{
    QStringList words = line.split(u' ', Qt::SkipEmptyParts);
    words.replaceInStrings(QStringLiteral("MODEL"), network());
    words.replaceInStrings(QStringLiteral("EMPTY"), QString());
    return runCli(words);
}

bool write(const QString& path, const QByteArray& text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

QByteArray content(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The layers of the network in the file's order.
QStringList layers()
{
    QStringList names;
    for (const CsvRow& row : csvRows(run("inspect MODEL --format csv").out)) names << row["layer"];
    return names;
}

} // namespace

/// What the command line refuses, and files that it must not harm.
class TestCliUsage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refused_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* line, const char* words) { QTest::newRow(line) << line << words; };
        row("divide MODEL", "there is no command 'divide'");
        row("explor MODEL", "near: explore");
        row("inspect MODEL --format xml", "--format xml: is none; use table, csv or json");
        row("inspect MODEL --format 1", "--format 1: is none");
        row("inspect MODEL --shape x", "--shape x: is not NAME=VALUE");
        row("inspect MODEL --dim H=0", "'0' is not a size");
        row("inspect MODEL --threads=-1", "'-1' is no whole number");
        row("cost MODEL --system kress2024 --profile EYR", "--profile EYR: is not NAME=VALUE");
        row("explore MODEL --system kress2024 --pin conv1", "--pin conv1: is not NAME=VALUE");
        row("explore MODEL --system kress2024 --max-platforms 0", "'0' is no whole number from 1");
        row("explore MODEL --system kress2024 --max-platforms=-1", "'-1' is no whole number from 1");
        row("explore MODEL --system kress2024 --seed=-1", "'-1' is no whole number");
        row("explore MODEL --system kress2024 --seed 99999999999999999999", "is no whole number");
        row("explore MODEL --system kress2024 --objectives EMPTY", "--objectives: is empty");
        row("accuracy MODEL --data d.json --bits 17", "is not a width");
        row("evaluate MODEL --system kress2024 --cut x --precision EYR", "--precision EYR: is not NAME=VALUE");
        row("evaluate MODEL --system kress2024 --order EYR,SMB", "--order with one platform");
        row("evaluate MODEL --system kress2024 --order fixed", "--order with one platform");
        row("export MODEL --system kress2024 --order EYR --as ort --out x.onnx --device EYR=a;b)", "the name has ';'");
    }

    void refused()
    {
        QFETCH(QString, line);
        QFETCH(QString, words);
        const CliRun refusal = run(line);
        QCOMPARE(refusal.status, 2);
        QVERIFY2(QString::fromUtf8(refusal.err).contains(words), refusal.err.constData());
        QCOMPARE(refusal.err.count('\n'), 1);
        QVERIFY(refusal.out.isEmpty());
    }

    void failuresAreOneLine()
    {
        const QString open = sourcePath(QStringLiteral("tests/data/topologies/resnet18_dynamic_batch.onnx"));
        const CliRun fine = runCli({"evaluate", open, "--system", "kress2024", "--order", "EYR"});
        QCOMPARE(fine.status, 0);
        QVERIFY2(fine.err.startsWith("note: ") && fine.err.contains("batch"), fine.err.constData());
        const CliRun failed = runCli({"evaluate", open, "--system", "kress2024", "--cut", "nowhere"});
        QCOMPARE(failed.status, 1);
        QVERIFY2(failed.err.startsWith("cutline-cli: ") && failed.err.count('\n') == 1, failed.err.constData());
    }

    void fullOutputIsAnError()
    {
        QProcess process;
        process.start("sh", {"-c", QStringLiteral("exec '%1' --version >&-").arg(QStringLiteral(CUTLINE_CLI))});
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().contains("standard output"));
    }

    void onePlatformNeedsNoCut()
    {
        for (const QString name : {"EYR", "SMB"}) {
            const CliRun alone = run("evaluate MODEL --system kress2024 --format csv --order " + name);
            QVERIFY2(alone.status == 0, alone.err.constData());
            QCOMPARE(csvRows(alone.out)[0]["platforms"], name);
        }
    }

    void orderMayBeFixedOrFree()
    {
        const QString cut = "evaluate MODEL --system kress2024 --format csv --cut /features/features.6/squeeze/Conv";
        const CliRun plain = run(cut);
        QVERIFY2(plain.status == 0, plain.err.constData());
        for (const char* order : {"fixed", "free"}) {
            const CliRun named = run(cut + " --order " + order);
            QVERIFY2(named.status == 0, named.err.constData());
            QCOMPARE(named.out, plain.out);
        }
        QVERIFY(run(cut + " --order free").err.startsWith("warning: --order free"));
    }

    void schedulesCountForAPlanToo()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath("schedule.txt");
        const QString base = "evaluate MODEL --system kress2024 --compat edge-cuts --format json --schedule " + file;
        for (const char* command : {"evaluate MODEL", "split MODEL --out x", "export MODEL --as dot"}) {
            const CliRun missing = run(QString(command) + " --system kress2024 --order EYR --schedule " + file);
            QCOMPARE(missing.status, 1);
            QVERIFY2(missing.err.contains("schedule.txt"), missing.err.constData());
        }
        // The two 3x3 and 1x1 branches of a fire module in the other order: a cut between them has other layers before it.
        QStringList order = layers();
        const auto first = order.indexOf("/features/features.3/expand1x1/Conv");
        const auto second = order.indexOf("/features/features.3/expand3x3/Conv");
        QVERIFY(first > 0 && second > first);
        order.move(second, first);
        QVERIFY(write(file, order.join(u'\n').toUtf8()));
        const CliRun cut = run(base + " --cut /features/features.3/expand3x3/Conv");
        QVERIFY2(cut.status == 0, cut.err.constData());
        const QJsonObject plan = QJsonDocument::fromJson(cut.out).object()["plans"].toArray()[0].toObject();
        const QJsonArray before = plan["stages"].toArray()[0].toObject()["layers"].toArray();
        QCOMPARE(before.size(), first + 1);
        QCOMPARE(before.last().toString(), QString("/features/features.3/expand3x3/Conv"));
        // A plan that is no piece of the schedule is refused where cuts are positions of it.
        const QString plans = folder.filePath("plan.json");
        const CliRun file_order = run("evaluate MODEL --system kress2024 --compat edge-cuts --format json --cut "
                                      "/features/features.3/expand1x1/Conv --out " + plans);
        QVERIFY2(file_order.status == 0, file_order.err.constData());
        const CliRun other = run(base + " --plan " + plans);
        QCOMPARE(other.status, 1);
        QVERIFY2(other.err.contains("no pieces of this schedule"), other.err.constData());
        QVERIFY(write(file, "nowhere\n"));
        QCOMPARE(run(base + " --cut /features/features.0/Conv").status, 1);
    }

    void inputsAreNotOverwritten()
    {
        const QTemporaryDir folder;
        const QString model = folder.filePath("m.onnx"), link = folder.filePath("link.onnx");
        QVERIFY(QFile::copy(network(), model));
        QVERIFY(QFile::link(model, link));
        const QByteArray before = content(model);
        for (const QString line : {"inspect %1 --out %1", "inspect %1 --out %2", "inspect %2 --out %1",
                                    "export %1 --system kress2024 --order EYR --as onnx-ir11 --out %1"}) {
            const CliRun refusal = run(line.contains("%2") ? line.arg(model, link) : line.arg(model));
            QCOMPARE(refusal.status, 2);
            QVERIFY2(refusal.err.contains("is read"), refusal.err.constData());
            QCOMPARE(content(model), before);
        }
        const CliRun beside = run("export " + model + " --system kress2024 --order EYR --as autodice --out " + folder.filePath("m"));
        QCOMPARE(beside.status, 2);
        QCOMPARE(content(model), before);
    }

    void weightsBesideTheModelAreNotOverwritten()
    {
        const QTemporaryDir folder;
        for (const char* name : {"external_data.onnx", "external_data.bin"})
            QVERIFY(QFile::copy(sourcePath(QStringLiteral("tests/data/topologies/") + name), folder.filePath(name)));
        const QString weights = folder.filePath("external_data.bin");
        const QByteArray before = content(weights);
        const CliRun refusal = run("export " + folder.filePath("external_data.onnx") +
                                   " --system kress2024 --order EYR --as onnx-ir11 --out " + weights);
        QCOMPARE(refusal.status, 1);
        QVERIFY2(refusal.err.contains("holds weights of the model"), refusal.err.constData());
        QCOMPARE(content(weights), before);
    }

    void exportsLeaveFoldersAlone()
    {
        const QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkdir("empty"));
        const QString empty = folder.filePath("empty"), deep = folder.filePath("no/such/x.onnx"), pipe = folder.filePath("pipe");
        QCOMPARE(::mkfifo(pipe.toUtf8().constData(), 0600), 0);
        for (const char* kind : {"ort", "onnx-ir11"})
            for (const QString& target : {empty, deep, pipe}) {
                const CliRun refusal = run(QStringLiteral("export MODEL --system kress2024 --order EYR --as %1 --out %2").arg(kind, target));
                QCOMPARE(refusal.status, 1);
                QVERIFY2(refusal.err.contains(target.section(u'/', -1).toUtf8()) || refusal.err.contains("no/such"), refusal.err.constData());
            }
        QVERIFY(QFileInfo(empty).isDir() && !QFileInfo::exists(folder.filePath("no")));
        struct stat info {};
        QVERIFY(::stat(pipe.toUtf8().constData(), &info) == 0 && S_ISFIFO(info.st_mode));
    }

    void workloadThatFitsNowhere()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath("load.json");
        const QByteArray node = R"({"id": 1, "supportedOnFpga": %1, "cpuLatency": 1, "fpgaLatency": 1, "size": 60})";
        const auto load = [&](const char* supported) {
            return R"({"maxSizePerFPGA": 100, "maxFPGAs": 1, "maxCPUs": 0, "edges": [], "nodes": [)" +
                   QByteArray(node).replace("%1", supported) + "," + QByteArray(node).replace("%1", "1").replace("\"id\": 1", "\"id\": 2") + "]}";
        };
        QVERIFY(write(file, load("0")));
        const CliRun unsupported = run("place " + file);
        QCOMPARE(unsupported.status, 3);
        QVERIFY2(unsupported.err.contains("load.json, node 1"), unsupported.err.constData());
        QVERIFY(write(file, load("1")));
        const CliRun full = run("place " + file);
        QCOMPARE(full.status, 3);
        QVERIFY2(full.err.contains("load.json") && full.err.contains("120") && full.err.contains("100"), full.err.constData());
    }

    void hiddenCharactersAreEscaped()
    {
        const QTemporaryDir folder;
        QByteArray bytes = content(network());
        // A name of the same length, so that no length in the file changes: U+202E is three bytes.
        const QByteArray name = "/features/features.0/Conv", hidden = "/features/\xE2\x80\xAEtures.0/Conv";
        QCOMPARE(name.size(), hidden.size());
        bytes.replace(name, hidden);
        const QString model = folder.filePath("h.onnx");
        QVERIFY(write(model, bytes));
        const QString plan = " --system kress2024 --order EYR,SMB --cut " + QString::fromUtf8(hidden);
        const QList<QString> lines{"evaluate %1 --format csv", "evaluate %1 --format json", "export %1 --as perfetto",
                                   "export %1 --as openvino", "export %1 --as autodice"};
        for (const QString& line : lines) {
            const CliRun out = run(line.arg(model) + plan);
            QVERIFY2(out.status == 0, out.err.constData());
            QVERIFY2(!out.out.contains("\xE2\x80\xAE"), qPrintable(line));
            QVERIFY2(out.out.contains("\\u202e") || out.out.contains("%E2%80%AE"), qPrintable(line));
        }
        // And read back.
        const QJsonObject root = QJsonDocument::fromJson(run(lines[1].arg(model) + plan).out).object();
        const QJsonObject stage = root["plans"].toArray()[0].toObject()["stages"].toArray()[0].toObject();
        QVERIFY(stage["layers"].toArray().contains(QString::fromUtf8(hidden)));
        const CliRun encoded = run("evaluate " + model + " --system kress2024 --format csv --cut /features/%E2%80%AEtures.0/Conv");
        QVERIFY2(encoded.status == 0, encoded.err.constData());
    }

    void onePlatformAsATable()
    {
        const CliRun table = run("platforms EYR --format csv");
        QVERIFY2(table.status == 0, table.err.constData());
        const auto rows = csvRows(table.out);
        QVERIFY(table.out.startsWith("field,value\n") && rows.size() > 5);
        QStringList fields;
        for (const CsvRow& row : rows) fields << row["field"];
        QVERIFY(fields.contains("name") && fields.contains("clock_hz") && fields.contains("loop_nest.level.name"));
        QCOMPARE(rows[fields.indexOf("name")]["value"], QString("EYR"));
    }
};

CUTLINE_TEST(TestCliUsage)

} // namespace cutline::tst_cli_usage

#include "tst_cli_usage.moc"
