// SPDX-License-Identifier: GPL-3.0-or-later
// Reports, splits and imports as a script meets them.
#include "cli_runner.h"
#include "tests/test_program.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

namespace cutline::tst_cli_leaving {
namespace {

QString network() { return sourcePath(QStringLiteral("tests/data/trained/fmnist_cnn.onnx")); }

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly)) qFatal("no room");
    file.write(bytes);
}

const char* const kYaml = R"(components:
  - { id: 0, bits: 16, max_memory_size: 1000000, evaluation: { accelerator: eyeriss_like, frequency: 200000000 } }
  - { id: 1, ethernet: { eth_mode: BASE1000-T, cable_len_m: 5 } }
  - { id: 2, bits: 8, max_memory_size: 1000000, evaluation: { accelerator: simba_like, frequency: 200000000 } }
system_constraints: { latency: 1000, throughput: 0.001 }
)";

/// All layers of network(), as a stage of a project file has them.
QByteArray layersOfNetwork()
{
    const CliRun layers = runCli({QStringLiteral("inspect"), network(), QStringLiteral("--format"), QStringLiteral("csv")});
    QByteArray all;
    for (const CsvRow& row : csvRows(layers.out)) all += " layers: \"" + row[QStringLiteral("layer")].toUtf8() + "\"";
    return all;
}

} // namespace

class TestCliLeaving : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reportsAreWhatTheirNameSays();
    void aProjectSaysWhatToReportOn();
    void aProjectKnowsAccuracies();
    void aChangedModelIsNeverTaken();
    void aForeignSystemIsTaken();
    void foreignResultsArePlans();
    void aWorkloadIsAModel();
    void fullAndClosedPlacesAreSaid();
};

void TestCliLeaving::reportsAreWhatTheirNameSays()
{
    const QTemporaryDir folder;
    const QStringList common{QStringLiteral("report"), network(), QStringLiteral("--system"), QStringLiteral("kress2024"),
                             QStringLiteral("--constraint"), QStringLiteral("latency<=1s"), QStringLiteral("--out")};
    const QString html = folder.filePath(QStringLiteral("r.html")), pdf = folder.filePath(QStringLiteral("r.pdf"));
    QCOMPARE(runCli(common + QStringList{html}).status, 0);
    const QByteArray text = contentOf(html);
    QVERIFY(text.startsWith("<!DOCTYPE html>"));
    QVERIFY(text.contains("'latency&lt;=1s'")); // the command, as a shell takes it
    QVERIFY(text.contains("standard deviations") || text.contains("The choice stays the same"));
    QVERIFY(text.contains("fmnist_cnn.onnx"));
    QCOMPARE(runCli(common + QStringList{pdf}).status, 0);
    QVERIFY(contentOf(pdf).startsWith("%PDF-"));
    const CliRun other = runCli(common + QStringList{folder.filePath(QStringLiteral("r.doc"))});
    QCOMPARE(other.status, 2);
    QVERIFY(other.err.contains(".pdf"));
    const CliRun nowhere = runCli({QStringLiteral("report"), network(), QStringLiteral("--out"), html});
    QCOMPARE(nowhere.status, 2);
    QVERIFY(nowhere.err.contains("--system"));
}

void TestCliLeaving::aProjectSaysWhatToReportOn()
{
    const QTemporaryDir folder;
    QVERIFY(QFile::copy(network(), folder.filePath(QStringLiteral("net.onnx"))));
    const QByteArray all = layersOfNetwork();
    const QString project = folder.filePath(QStringLiteral("mine.cutline"));
    write(project, R"(format: 1 model { name: "net" file: "net.onnx" }
        system { name: "pair" platform { use: "EYR" } platform { use: "SMB" }
                 link { name: "wire" use: "1000BASE-T" between: "EYR" between: "SMB" } }
        title: "Cut the <net>" note: "First.\n\nSecond & last."
        scenario { name: "s" requirement { metric: "latency" at_most: 1 hard: true } }
        constraint { metric: "energy" at_most: 1 }
        plan { id: "k1" name: "all on the small one" kept: true stages { platform: "SMB")" + all + R"( } }
        view { selected_plan: "k1" })");
    const QString html = folder.filePath(QStringLiteral("r.html"));
    const CliRun run = runCli({QStringLiteral("report"), project, QStringLiteral("--out"), html});
    QVERIFY2(run.status == 0, run.err.constData());
    const QByteArray text = contentOf(html);
    QVERIFY(text.contains("<b>all on the small one</b>"));
    QVERIFY(text.contains("<title>Cut the &lt;net&gt;</title>") && text.contains("net on pair"));
    QVERIFY(text.contains(">First.<") && text.contains(">Second &amp; last.<"));
    QVERIFY(text.contains(">energy<") && text.contains(">latency<")); // requirements
}

/// Its table tells them of the plan that it shows and of those that it keeps, for the figures and for the risks.
void TestCliLeaving::aProjectKnowsAccuracies()
{
    const QTemporaryDir folder;
    QVERIFY(QFile::copy(network(), folder.filePath(QStringLiteral("net.onnx"))));
    write(folder.filePath(QStringLiteral("known.csv")), "platforms,cuts,accuracy\nEYR,,0.8125\nSMB,,0.4375\n");
    const QByteArray all = layersOfNetwork();
    const QString project = folder.filePath(QStringLiteral("mine.cutline"));
    write(project, R"(format: 1 model { name: "net" file: "net.onnx" } accuracy { file: "known.csv" }
        system { name: "pair" platform { use: "EYR" } platform { use: "SMB" }
                 link { name: "wire" use: "1000BASE-T" between: "EYR" between: "SMB" } }
        scenario { name: "s" requirement { metric: "accuracy" at_least: 0.5 } }
        plan { id: "k1" name: "shown" kept: true stages { platform: "EYR")" + all + R"( } }
        plan { id: "k2" name: "kept" kept: true stages { platform: "SMB")" + all + R"( } }
        view { selected_plan: "k1" })");
    const QString html = folder.filePath(QStringLiteral("r.html"));
    const CliRun run = runCli({QStringLiteral("report"), project, QStringLiteral("--out"), html});
    QVERIFY2(run.status == 0, run.err.constData());
    const QByteArray text = contentOf(html);
    const QString rate = QStringLiteral("%1\u202f%");
    QVERIFY(text.contains(rate.arg(QStringLiteral("81.2")).toUtf8()) || text.contains(rate.arg(QStringLiteral("81.3")).toUtf8()));
    QVERIFY(text.contains(rate.arg(QStringLiteral("43.8")).toUtf8()));
    QVERIFY(text.contains(">accuracies<")); // among the files that it was made from
    // The one always keeps the requirement, the other never.
    const QByteArray risks = text.mid(text.indexOf("Risks</h2>"));
    for (const char* name : {">shown<", ">kept<"}) {
        const QByteArray row = risks.mid(risks.indexOf(name), 700);
        QVERIFY2(row.contains(name == QByteArray(">shown<") ? "100" : ">0"), row.constData());
    }
}

void TestCliLeaving::aChangedModelIsNeverTaken()
{
    const QTemporaryDir folder;
    QVERIFY(QFile::copy(network(), folder.filePath(QStringLiteral("net.onnx"))));
    const QString project = folder.filePath(QStringLiteral("mine.cutline"));
    write(project, "format: 1 model { name: \"net\" file: \"net.onnx\" sha256: \"" + QByteArray(64, '0') +
                       "\" } system { name: \"one\" platform { use: \"EYR\" } }");
    const CliRun run = runCli({QStringLiteral("report"), project, QStringLiteral("--out"), folder.filePath(QStringLiteral("r.pdf"))});
    QCOMPARE(run.status, 1);
    QVERIFY2(run.err.contains("has changed since"), run.err.constData());
    QVERIFY(!QFile::exists(folder.filePath(QStringLiteral("r.pdf"))));
}

void TestCliLeaving::aForeignSystemIsTaken()
{
    const QTemporaryDir folder;
    const QString yaml = folder.filePath(QStringLiteral("pair.yaml")), own = folder.filePath(QStringLiteral("pair.textproto"));
    write(yaml, kYaml);
    const CliRun shown = runCli({QStringLiteral("platforms"), yaml});
    QCOMPARE(shown.status, 0);
    write(own, shown.out);
    const auto explored = [&](const QString& system) {
        return runCli({QStringLiteral("explore"), network(), QStringLiteral("--system"), system, QStringLiteral("--format"),
                       QStringLiteral("csv")});
    };
    const CliRun from_yaml = explored(yaml), from_own = explored(own);
    QVERIFY2(from_yaml.status == 0, from_yaml.err.constData());
    QVERIFY(csvRows(from_yaml.out).size() > 1);
    QCOMPARE(from_yaml.out, from_own.out);
    write(yaml, "components: 3\n");
    const CliRun broken = explored(yaml);
    QCOMPARE(broken.status, 1);
    QVERIFY(broken.err.contains("pair.yaml"));
}

void TestCliLeaving::foreignResultsArePlans()
{
    const QTemporaryDir folder;
    const QString yaml = folder.filePath(QStringLiteral("pair.yaml")), results = folder.filePath(QStringLiteral("run_result_nondom.csv"));
    write(yaml, kYaml);
    write(results, "idx,Schedule_ID,PPs,Design_ID0,Design_ID1,Latency_0,Latency_1,PartitioningPoint_0,Platform_0,Platform_1,Latency,Type\n"
                   "0,0,1,0,0,1,1,/b1/act/Relu,1,2,2,nondom\n1,0,1,0,0,1,1,/pool/MaxPool,2,1,2,nondom\n");
    const auto evaluated = [&](const QStringList& plan) {
        const CliRun run = runCli(QStringList{QStringLiteral("evaluate"), network(), QStringLiteral("--system"), yaml,
                                              QStringLiteral("--format"), QStringLiteral("csv")} + plan);
        const auto rows = csvRows(run.out);
        return rows.isEmpty() ? QString::fromUtf8(run.err) : rows[0][QStringLiteral("platforms")] + u' ' + rows[0][QStringLiteral("cuts")];
    };
    QCOMPARE(evaluated({QStringLiteral("--plan"), results + QStringLiteral("#0")}), QStringLiteral("EYR>SMB /b1/act/Relu"));
    QCOMPARE(evaluated({QStringLiteral("--plan"), results + QStringLiteral("#1")}), QStringLiteral("SMB>EYR /pool/MaxPool"));
    QVERIFY(evaluated({QStringLiteral("--plan"), results}).contains(QLatin1String("FILE#0")));
    // Saved again by a spreadsheet: a byte order mark, no index.
    write(results, "\xEF\xBB\xBFSchedule_ID,PPs,PartitioningPoint_0,Platform_0,Platform_1\n0,1,/b1/act/Relu,1,2\n0,1,/pool/MaxPool,2,1\n");
    QCOMPARE(evaluated({QStringLiteral("--plan"), results + QStringLiteral("#1")}), QStringLiteral("SMB>EYR /pool/MaxPool"));
}

void TestCliLeaving::aWorkloadIsAModel()
{
    const QString load = sourcePath(QStringLiteral("tests/data/tarnawski/bert24_layer.json"));
    const auto run = [&](const QString& line) { return runCli(QString(line).replace(QLatin1String("LOAD"), load).split(u' ')); };
    const CliRun layers = run(QStringLiteral("inspect LOAD --format csv"));
    QVERIFY2(layers.status == 0, layers.err.constData());
    QCOMPARE(csvRows(layers.out).size(), 32);
    const CliRun costs = run(QStringLiteral("cost LOAD --format csv"));
    QCOMPARE(csvRows(costs.out).size(), 32 * 7);
    for (const CsvRow& row : csvRows(costs.out))
        if (row[QStringLiteral("layer")] == QStringLiteral("node3"))
            QCOMPARE(row[QStringLiteral("latency_s")].toDouble(), row[QStringLiteral("platform")] == QStringLiteral("cpu1") ? 6.96e-3 : 0.696e-3);
    // With the CPU behind the accelerators no plan is below the published optimum, which may have it anywhere.
    const CliRun found = run(QStringLiteral("explore LOAD --order fixed --objectives throughput --format csv"));
    QVERIFY2(found.status == 0, found.err.constData());
    double best = 1;
    for (const CsvRow& row : csvRows(found.out)) best = std::min(best, row[QStringLiteral("initiation_interval_s")].toDouble());
    QVERIFY2(best > 17.7895e-3 && best < 18.5e-3, qPrintable(QString::number(best)));
    QVERIFY(run(QStringLiteral("evaluate LOAD --order accelerator1,cpu1 --cut node9")).status == 0);
    const CliRun elsewhere = run(QStringLiteral("cost LOAD --system kress2024"));
    QCOMPARE(elsewhere.status, 1);
    QVERIFY2(elsewhere.err.contains("accelerator or cpu") && elsewhere.err.count('\n') == 1, elsewhere.err.constData());
    const QTemporaryDir folder;
    const CliRun split = run(QStringLiteral("split LOAD --order accelerator1 --out ") + folder.filePath(QStringLiteral("pieces")));
    QCOMPARE(split.status, 1);
    QVERIFY2(split.err.contains("ONNX") && split.err.count('\n') == 1, split.err.constData());
    // Six accelerators of one kind are one column of the layers.
    const QString html = folder.filePath(QStringLiteral("w.html"));
    QCOMPARE(run(QStringLiteral("report LOAD --order fixed --objectives throughput --out ") + html).status, 0);
    QVERIFY(contentOf(html).contains(">time on accelerator1 and 5 like it<"));
}

/// Whoever asks, the superuser as well: a device that is full, a path through a file, files that cannot grow.
void TestCliLeaving::fullAndClosedPlacesAreSaid()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("file"));
    write(file, "old");
    const QString plan = QStringLiteral(" %1 --system kress2024 --order EYR ").arg(network());
    const auto refused = [](const QString& line, const char* why) {
        const CliRun run = runCli(line.split(u' ', Qt::SkipEmptyParts));
        QVERIFY2(run.status == 1, qPrintable(line));
        QVERIFY2(run.err.contains(why) && run.err.count("cutline-cli:") == 1, run.err.constData());
    };
    refused(QStringLiteral("evaluate") + plan + QStringLiteral("--out /dev/full"), "No space left");
    refused(QStringLiteral("export --as json") + plan + QStringLiteral("--out /dev/full"), "No space left");
    refused(QStringLiteral("report %1 --system kress2024 --out %2/r.pdf").arg(network(), file), "Not a directory");
    refused(QStringLiteral("split") + plan + QStringLiteral("--out %1/pieces").arg(file), "file");
    QCOMPARE(contentOf(file), QByteArray("old"));
    const auto saidOf = [](const QString& line) {
        QProcess small;
        small.start(QStringLiteral("sh"), {QStringLiteral("-c"), QStringLiteral("trap '' XFSZ; ulimit -f 4; exec %1 %2")
                                                                    .arg(QStringLiteral(CUTLINE_CLI), line)});
        const bool failed = small.waitForFinished(60'000) && small.exitCode() == 1;
        return failed ? small.readAllStandardError() : QByteArray();
    };
    const auto outgrows = [&](const QString& line, const QString& place) {
        const QByteArray said = saidOf(line);
        QVERIFY2(said.contains("File too large") && said.contains(place.toUtf8()), said.constData());
        QCOMPARE(said.count('\n'), 1);
    };
    const QString pieces = folder.filePath(QStringLiteral("pieces")), mapping = folder.filePath(QStringLiteral("m.json"));
    outgrows(QStringLiteral("split") + plan + QStringLiteral("--out ") + pieces, pieces + QStringLiteral("/stage1_EYR.onnx"));
    QVERIFY(!QFile::exists(pieces + QStringLiteral("/manifest.json"))); // no manifest of pieces that are not there
    outgrows(QStringLiteral("export --as autodice") + plan + QStringLiteral("--out ") + mapping, mapping + QStringLiteral(".onnx"));
    QVERIFY(!QFile::exists(mapping)); // nor a mapping of a model that is not there
    // What is written to be compared with lies in a folder of its own, if there is an engine to compare.
    const QByteArray said = saidOf(QStringLiteral("split %1 --system kress2024 --cut /b1/Add --boundary wire --verify --out ").arg(network()) + pieces);
    QVERIFY2(said.contains("app/run --engine") || said.contains("set TMPDIR"), said.constData());
}

CUTLINE_TEST(TestCliLeaving)

} // namespace cutline::tst_cli_leaving

#include "tst_cli_leaving.moc"
