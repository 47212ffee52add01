// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QMap>
#include <QProcess>
#include <QString>
#include <QStringList>

/// What one call of cutline-cli gave.
struct CliRun {
    int status = -1; ///< -1: crashed or did not end
    QByteArray out, err;
};

inline CliRun runCli(const QStringList& arguments, int limit_ms = 60000)
{
    QProcess process;
    process.start(QStringLiteral(CUTLINE_CLI), arguments);
    CliRun run;
    if (!process.waitForFinished(limit_ms)) {
        process.kill();
        process.waitForFinished();
        return run;
    }
    run.out = process.readAllStandardOutput();
    run.err = process.readAllStandardError();
    if (process.exitStatus() == QProcess::NormalExit) run.status = process.exitCode();
    return run;
}

inline QString sourcePath(const QString& relative)
{
    return QStringLiteral(CUTLINE_SOURCE_DIR "/") + relative;
}

/// Splits one line of CSV; quoted cells may hold commas.
inline QStringList csvCells(const QString& line)
{
    QStringList cells{QString()};
    bool quoted = false;
    for (int i = 0; i < line.size(); ++i) {
        const QChar c = line[i];
        if (quoted && c == u'"' && i + 1 < line.size() && line[i + 1] == u'"') {
            cells.last() += c;
            ++i;
        } else if (c == u'"') {
            quoted = !quoted;
        } else if (c == u',' && !quoted) {
            cells << QString();
        } else {
            cells.last() += c;
        }
    }
    return cells;
}

using CsvRow = QMap<QString, QString>;

inline QList<CsvRow> csvRows(const QByteArray& text)
{
    const QStringList lines = QString::fromUtf8(text).split(u'\n', Qt::SkipEmptyParts);
    QList<CsvRow> rows;
    if (lines.isEmpty()) return rows;
    const QStringList header = csvCells(lines.first());
    for (int i = 1; i < lines.size(); ++i) {
        const QStringList cells = csvCells(lines[i]);
        CsvRow row;
        for (int c = 0; c < qMin(cells.size(), header.size()); ++c) row[header[c]] = cells[c];
        rows << row;
    }
    return rows;
}

inline QList<CsvRow> csvFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return {};
    return csvRows(file.readAll().replace("\r\n", "\n"));
}
