// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "cli_runner.h"

#include <cmath>

namespace cutline::tst_cli_published {

/// The published evaluation (Kress et al., ISVLSI 2024), reproduced through the command line from their per-layer costs.
class TestCliPublished : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTwoPlatformRow_data();
    void everyTwoPlatformRow();
    void bestOfEfficientNet();
    void squeezeNetIsFasterTheOtherWayRound();
};

namespace {

QStringList exploreArguments(const QString& model, const QString& network, const QStringList& more)
{
    const QString data = sourcePath(QStringLiteral("tests/data/kress2024/"));
    return QStringList{QStringLiteral("explore"), model, QStringLiteral("--system"), QStringLiteral("kress2024"),
                       QStringLiteral("--profile"), QStringLiteral("EYR=") + data + network + QStringLiteral("_eyr.csv"),
                       QStringLiteral("--profile"), QStringLiteral("SMB=") + data + network + QStringLiteral("_smb.csv"),
                       QStringLiteral("--format"), QStringLiteral("csv")} +
           more;
}

QStringList publishedFlow(const QString& network)
{
    return {QStringLiteral("--compat"), QStringLiteral("kress-2024"), QStringLiteral("--schedule"),
            sourcePath(QStringLiteral("tests/data/kress2024/") + network + QStringLiteral("_schedule.txt")),
            QStringLiteral("--order"), QStringLiteral("fixed"), QStringLiteral("--all")};
}

bool near(double a, double b) { return std::abs(a - b) <= 1e-6 * std::max(std::abs(a), std::abs(b)); }

} // namespace

void TestCliPublished::everyTwoPlatformRow_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("rows");
    QTest::newRow("efficientnet_b0") << "resources/models/efficientnet_b0.onnx" << 171;
    QTest::newRow("vgg16") << "resources/models/vgg16.onnx" << 31;
    QTest::newRow("squeezenet1_1") << "tests/data/topologies/squeezenet1_1_227.onnx" << 58;
}

void TestCliPublished::everyTwoPlatformRow()
{
    QFETCH(QString, model);
    QFETCH(int, rows);
    const QString network = QString::fromLatin1(QTest::currentDataTag());
    const auto published = csvFile(sourcePath(QStringLiteral("tests/data/kress2024/") + network + QStringLiteral("_two_platform.csv")));
    QCOMPARE(published.size(), rows);
    const CliRun run = runCli(exploreArguments(sourcePath(model), network, publishedFlow(network)));
    QVERIFY2(run.status == 0, run.err.constData());
    QMap<QString, CsvRow> by_cut;
    for (const CsvRow& row : csvRows(run.out)) by_cut[row[QStringLiteral("cuts")]] = row;
    const auto number = [](const CsvRow& row, const char* column) { return row[QString::fromLatin1(column)].toDouble(); };
    for (const CsvRow& theirs : published) {
        const QString cut = theirs[QStringLiteral("last_layer_on_EYR")];
        QVERIFY2(by_cut.contains(cut), qPrintable(cut));
        const CsvRow ours = by_cut[cut];
        QVERIFY2(near(number(ours, "latency_s"), number(theirs, "latency_ms") / 1e3), qPrintable(cut));
        QVERIFY2(near(number(ours, "energy_j"), number(theirs, "energy_mJ") / 1e3), qPrintable(cut));
        QVERIFY2(near(number(ours, "throughput_hz"), number(theirs, "throughput_fps")), qPrintable(cut));
        QVERIFY2(near(number(ours, "link_bytes"), number(theirs, "link_bytes")), qPrintable(cut));
        QVERIFY2(near(number(ours, "memory_bytes:EYR"), number(theirs, "mem_EYR_elements")), qPrintable(cut));
        QVERIFY2(near(number(ours, "memory_bytes:SMB"), number(theirs, "mem_SMB_elements")), qPrintable(cut));
    }
}

void TestCliPublished::bestOfEfficientNet()
{
    const QString network = QStringLiteral("efficientnet_b0");
    const CliRun run = runCli(exploreArguments(sourcePath(QStringLiteral("resources/models/efficientnet_b0.onnx")), network,
                                               publishedFlow(network)));
    QVERIFY2(run.status == 0, run.err.constData());
    double best = 0, alone = 0;
    for (const CsvRow& row : csvRows(run.out)) {
        const double rate = row[QStringLiteral("throughput_hz")].toDouble();
        best = std::max(best, rate);
        if (row[QStringLiteral("cuts")] == QLatin1String("input")) alone = rate;
    }
    QVERIFY(std::abs(best - 4.82065) < 5e-6);
    QVERIFY(std::abs(best / alone - 1.477) < 1e-3);
}

void TestCliPublished::squeezeNetIsFasterTheOtherWayRound()
{
    const CliRun run = runCli(exploreArguments(sourcePath(QStringLiteral("tests/data/topologies/squeezenet1_1_227.onnx")),
                                               QStringLiteral("squeezenet1_1"),
                                               {QStringLiteral("--profile-missing"), QStringLiteral("zero"),
                                                QStringLiteral("--compat"), QStringLiteral("link-16-bit")}));
    QVERIFY2(run.status == 0, run.err.constData());
    double best = 0;
    QString platforms;
    for (const CsvRow& row : csvRows(run.out)) {
        const double rate = row[QStringLiteral("throughput_hz")].toDouble();
        if (rate > best) platforms = row[QStringLiteral("platforms")];
        best = std::max(best, rate);
    }
    QVERIFY2(std::abs(best - 199.83) < 0.005, qPrintable(QString::number(best)));
    QCOMPARE(platforms, QStringLiteral("SMB>EYR"));
}

CUTLINE_TEST(TestCliPublished)

} // namespace cutline::tst_cli_published

#include "tst_cli_published.moc"
