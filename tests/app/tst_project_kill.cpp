// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/app_test.h"
#include "tests/long_run.h"

#include "app/project_session.h"

#include <QDir>
#include <QProcess>

#include <random>

namespace cutline::tst_project_kill {
namespace {

constexpr int kMostLostMs = 2'000;

/// The number that the editor noted last; 0: none, absent: the file cannot be read.
std::optional<int> numberIn(const QString& file) {
    static const Library known = test::library();
    const auto project = readProject(file.toStdString(), known);
    if (!project) return std::nullopt;
    for (const Project::KeptPlan& plan : project->plans)
        if (plan.kept) return QString::fromStdString(plan.note).toInt();
    return 0;
}

struct Edit {
    int number;
    qint64 made_ms;
};

} // namespace

/// Programs that are killed in the middle of work leave a project that opens, with at most two seconds lost.
class TestProjectKill : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// In parts: Qt Test ends a function that takes five minutes.
    void killedAtRandomMoments_data() {
        QTest::addColumn<int>("seed");
        QTest::addColumn<int>("kills");
        if (!test::longRun()) QTest::newRow("5 kills") << 20261129 << 5;
        for (int part = 0; part < 5 && test::longRun(); ++part)
            QTest::addRow("40 kills, part %d", part + 1) << part + 1 << 40;
    }

    void killedAtRandomMoments() {
        QFETCH(int, seed);
        QFETCH(int, kills);
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("net.cutline"));
        Document document(test::library());
        QVERIFY(test::openAndSettle(document, "tests/data/trained/fmnist_cnn.onnx"));
        {
            ProjectSession session(document);
            QSignalSpy saved(&session, &ProjectSession::saved);
            session.save(file);
            QVERIFY(saved.wait(5'000));
        }
        std::mt19937 random(static_cast<unsigned>(seed));
        int worst_ms = 0, unsaved = 0;
        for (int kill = 0; kill < kills; ++kill) {
            QProcess editor;
            editor.start(QStringLiteral(CUTLINE_PROJECT_EDITOR), {file, QString::number(seed + kill)});
            QVERIFY(editor.waitForStarted());
            QByteArray said;
            const auto listen = [&](int ms) {
                const QDeadlineTimer end(ms);
                while (!end.hasExpired())
                    if (editor.waitForReadyRead(std::max<int>(1, static_cast<int>(end.remainingTime())))) said += editor.readAllStandardOutput();
            };
            const QDeadlineTimer patience(20'000);
            while (!said.contains("opened") && !said.contains("error") && !patience.hasExpired()) listen(20);
            QVERIFY2(said.contains("opened"), said.constData());
            listen(static_cast<int>(random() % 3'500));
            const qint64 killed_ms = QDateTime::currentMSecsSinceEpoch();
            editor.kill(); // SIGKILL
            QVERIFY(editor.waitForFinished(5'000));
            said += editor.readAllStandardOutput();
            QVERIFY2(!said.contains("error"), said.constData());

            const auto in_file = numberIn(file);
            QVERIFY2(in_file, qPrintable(QStringLiteral("broken after kill %1").arg(kill)));
            int kept = *in_file;
            const QString copy = QString::fromStdString(autosaveFileOf(file.toStdString()));
            if (QFile::exists(copy)) {
                const auto in_copy = numberIn(copy);
                QVERIFY2(in_copy, qPrintable(QStringLiteral("broken copy after kill %1").arg(kill)));
                unsaved += *in_copy > kept;
                kept = std::max(kept, *in_copy);
            }
            for (const QByteArray& line : said.split('\n')) {
                const auto words = line.split(' ');
                if (words.size() != 2) continue;
                const Edit edit{words[0].toInt(), words[1].toLongLong()};
                if (edit.number > kept) worst_ms = std::max(worst_ms, static_cast<int>(killed_ms - edit.made_ms));
            }
            QVERIFY2(worst_ms <= kMostLostMs, qPrintable(QStringLiteral("%1 ms lost at kill %2").arg(worst_ms).arg(kill)));
        }
        qInfo("%d kills, at most %d ms lost, %d times the copy was newer", kills, worst_ms, unsaved);
        // The next program takes away what was half written.
        QSignalSpy opened(&document, &Document::begun);
        ProjectSession session(document);
        connect(&session, &ProjectSession::recoveryAsked, &session, &ProjectSession::takeNewer);
        session.open(file);
        QVERIFY(opened.wait(10'000));
        for (const QString& name : QDir(folder.path()).entryList(QDir::Files | QDir::Hidden))
            QVERIFY2(!name.endsWith(QLatin1String(".part")), qPrintable(name));
    }
};

CUTLINE_TEST(TestProjectKill)

} // namespace cutline::tst_project_kill

#include "tst_project_kill.moc"
