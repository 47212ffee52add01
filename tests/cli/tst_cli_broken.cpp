// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "cli_runner.h"

#include <QElapsedTimer>
#include <QRegularExpression>

namespace cutline::tst_cli_broken {

/// Every file of tests/data/broken gets the verdict that stands beside it in expected.csv.
class TestCliBroken : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void verdict_data();
    void verdict();
};

void TestCliBroken::verdict_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("expected");
    QTest::addColumn<QString>("element");
    const auto rows = csvFile(sourcePath(QStringLiteral("tests/data/broken/expected.csv")));
    QVERIFY(!rows.isEmpty());
    for (const CsvRow& row : rows)
        QTest::newRow(qPrintable(row[QStringLiteral("file")]))
            << row[QStringLiteral("file")] << row[QStringLiteral("verdict")] << row[QStringLiteral("element")];
}

void TestCliBroken::verdict()
{
    QFETCH(QString, file);
    QFETCH(QString, expected);
    QFETCH(QString, element);
    QElapsedTimer timer;
    timer.start();
    const CliRun run = runCli({QStringLiteral("inspect"), sourcePath(QStringLiteral("tests/data/broken/") + file)}, 20000);
    QVERIFY2(run.status == 0 || run.status == 1, run.err.constData());
    if (expected == QLatin1String("reject")) QCOMPARE(run.status, 1);
    if (expected == QLatin1String("warn") || expected == QLatin1String("open")) QCOMPARE(run.status, 0);
    if (run.status == 1) QCOMPARE(run.err.count('\n'), 1);
    if (expected == QLatin1String("warn")) QVERIFY2(run.err.startsWith("warning: "), run.err.constData());
    if (run.status == 0) return;
    // A refusal has at least one of the names or numbers that a good message has.
    const QString text = QString::fromUtf8(run.err);
    if (element.startsWith(QLatin1String("the file"))) element = file + QStringLiteral(", ") + element;
    bool named = false;
    const auto words = element.split(QRegularExpression(QStringLiteral("[,()]")), Qt::SkipEmptyParts);
    for (const QString& word : words) named |= text.contains(word.trimmed());
    QVERIFY2(named, qPrintable(text + QStringLiteral(" names none of ") + element));
}

CUTLINE_TEST(TestCliBroken)

} // namespace cutline::tst_cli_broken

#include "tst_cli_broken.moc"
