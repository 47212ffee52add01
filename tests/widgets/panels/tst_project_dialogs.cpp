// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "widgets/panels/export_dialog.h"
#include "widgets/panels/recovery_dialog.h"
#include "widgets/panels/references_dialog.h"

#include <QCheckBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>

namespace cutline::tst_project_dialogs {
namespace {

QString allText(const QWidget& widget) {
    QString words;
    for (const auto* label : widget.findChildren<QLabel*>()) words += label->text() + QLatin1Char('\n');
    return words;
}

const QDateTime kEarlier(QDate(2026, 3, 1), QTime(9, 0, 5)), kLater(QDate(2026, 3, 1), QTime(9, 0, 9));

} // namespace

/// Dialogs that go with project files.
class TestProjectDialogs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void recoverySaysWhatIsNewer_data() {
        QTest::addColumn<QDateTime>("saved");
        QTest::addColumn<QDateTime>("unsaved");
        QTest::addColumn<bool>("unsaved_is_default");
        QTest::newRow("unsaved") << kEarlier << kLater << true;
        QTest::newRow("saved") << kLater << kEarlier << false;
    }

    void recoverySaysWhatIsNewer() {
        QFETCH(QDateTime, saved);
        QFETCH(QDateTime, unsaved);
        QFETCH(bool, unsaved_is_default);
        RecoveryDialog dialog(QStringLiteral("/a/net.cutline"), saved, unsaved, {QStringLiteral("2 plans kept more")});
        dialog.show();
        const QString words = allText(dialog);
        QVERIFY2(words.contains(QStringLiteral("09:00:05")) && words.contains(QStringLiteral("09:00:09")), qPrintable(words));
        QVERIFY(words.contains(QStringLiteral("net.cutline")) && words.contains(QStringLiteral("2 plans kept more")));
        QCOMPARE(dialog.unsavedButton()->isDefault(), unsaved_is_default);
        QCOMPARE(dialog.savedButton()->isDefault(), !unsaved_is_default);
        QVERIFY(!dialog.discardButton());
    }

    void recoveryIsAnsweredOnce() {
        auto* dialog = new RecoveryDialog(QStringLiteral("/a/net.cutline"), kEarlier, kLater, {});
        QSignalSpy accepted(dialog, &QDialog::accepted), rejected(dialog, &QDialog::rejected), saved(dialog, &RecoveryDialog::savedRequested);
        dialog->show();
        QTest::mouseClick(dialog->savedButton(), Qt::LeftButton);
        QCOMPARE(saved.count(), 1);
        QCoreApplication::sendPostedEvents(dialog, QEvent::DeferredDelete);
        QCOMPARE(accepted.count() + rejected.count(), 0);
    }

    void everyFileIsDecided() {
        ReferencesDialog dialog(QStringLiteral("/a/net.cutline"), {{QStringLiteral("Model"), QStringLiteral("/a/net.onnx"), true, true, {}, false},
                                                  {QStringLiteral("Times"), QStringLiteral("/a/t.csv"), false, false, {}, false}});
        dialog.show();
        QVERIFY(dialog.asItIsButton(0) && !dialog.leaveOutButton(0)); // the model is needed
        QVERIFY(!dialog.asItIsButton(1) && dialog.leaveOutButton(1)); // what is not there cannot be used
        QTest::mouseClick(dialog.asItIsButton(0), Qt::LeftButton);
        QVERIFY(!dialog.openButton()->isEnabled());
        QTest::mouseClick(dialog.openButton(), Qt::LeftButton);
        QVERIFY(dialog.isVisible());
        QTest::mouseClick(dialog.leaveOutButton(1), Qt::LeftButton);
        QSignalSpy accepted(&dialog, &QDialog::accepted);
        QTest::mouseClick(dialog.openButton(), Qt::LeftButton);
        QCOMPARE(accepted.count(), 1);
        QVERIFY(dialog.choices()[1].kind == ReferencesDialog::Choice::Kind::LeftOut);
    }

    void exportGoesThroughItsStates() {
        ExportDialog dialog(QStringLiteral("plan 1"),
                            {{QStringLiteral("split"), QStringLiteral("Pieces"), QStringLiteral("about"), QStringLiteral("net_pieces"), true, true},
                             {QStringLiteral("csv"), QStringLiteral("Table"), QStringLiteral("about"), QStringLiteral("net.csv"), false, false}},
                            QStringLiteral("/a/b"));
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QCOMPARE(dialog.path(), QStringLiteral("/a/b/net_pieces"));
        QVERIFY(dialog.verifyBox()->isVisible());
        QTest::keyClick(dialog.list(), Qt::Key_Down);
        QCOMPARE(dialog.path(), QStringLiteral("/a/b/net.csv"));
        QVERIFY(!dialog.verifyBox()->isVisible());
        QSignalSpy asked(&dialog, &ExportDialog::exportRequested), cancelled(&dialog, &ExportDialog::cancelRequested);
        QTest::keyClick(&dialog, Qt::Key_Return);
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked[0][0].toString(), QStringLiteral("csv"));
        QVERIFY(!asked[0][2].toBool());
        QVERIFY(!dialog.list()->isEnabled());
        dialog.setProgress(0.5, QStringLiteral("half"));
        QCOMPARE(dialog.message(), QStringLiteral("half"));
        QTest::mouseClick(dialog.exportButton(), Qt::LeftButton);
        QCOMPARE(cancelled.count(), 1);
        dialog.setError({"net.csv", "writing was cancelled", ""});
        QVERIFY(dialog.list()->isEnabled() && !dialog.showButton()->isEnabled());
        QTest::mouseClick(dialog.exportButton(), Qt::LeftButton);
        dialog.setDone({QStringLiteral("/a/b/net.csv")}, QStringLiteral("One file is written."));
        QVERIFY(dialog.showButton()->isEnabled());
        QSignalSpy shown(&dialog, &ExportDialog::showRequested);
        QTest::mouseClick(dialog.showButton(), Qt::LeftButton);
        QCOMPARE(shown.value(0).value(0).toString(), QStringLiteral("/a/b/net.csv"));
    }
};

CUTLINE_TEST(TestProjectDialogs)

} // namespace cutline::tst_project_dialogs

#include "tst_project_dialogs.moc"
