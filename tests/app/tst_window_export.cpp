// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/window_test.h"

#include "app/plan_export.h"
#include "core/base/file.h"
#include "core/split/export_files.h"
#include "widgets/panels/export_dialog.h"
#include "widgets/panels/title_dialog.h"

#include <QCheckBox>
#include <QDir>
#include <QFileDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>

namespace cutline::tst_window_export {
namespace {

constexpr const char* kSmall = "tests/data/trained/fmnist_cnn.onnx";

/// The dialog as the menu opens it.
ExportDialog* openDialog(MainWindow& window) {
    QTest::keyClick(&window, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    return test::dialogOf<ExportDialog>(window, 5'000);
}

/// Presses Export and waits for its end: what the dialog says then.
QString exported(ExportDialog& dialog, const QString& id, const QString& path) {
    dialog.choose(id);
    dialog.setPath(path);
    const QString word = dialog.exportButton()->text();
    QTest::mouseClick(dialog.exportButton(), Qt::LeftButton);
    if (!QTest::qWaitFor([&] { return dialog.exportButton()->text() == word && !dialog.message().isEmpty(); }, 30'000)) return {};
    return dialog.message();
}

} // namespace

/// Plans as files, from the window.
class TestWindowExport : public QObject {
    Q_OBJECT

private:
    test::FreshSettings m_settings;

private Q_SLOTS:
    void everyOfferIsWritten() {
        const auto window = test::windowWith(kSmall);
        QVERIFY(window);
        ExportDialog* dialog = openDialog(*window);
        QVERIFY(dialog);
        QVERIFY(!dialog->showButton()->isEnabled());
        dialog->verifyBox()->setChecked(false); // an engine is not always there
        const QTemporaryDir folder;
        for (const ExportOffer& offer : exportOffers(QStringLiteral("net"))) {
            const QString path = folder.filePath(offer.name);
            const QString said = exported(*dialog, offer.id, path);
            QVERIFY2(said.contains(QStringLiteral("written")), qPrintable(offer.id + u' ' + said));
            QVERIFY2(QFileInfo::exists(path), qPrintable(offer.id));
            QVERIFY(dialog->showButton()->isEnabled());
        }
        QFile manifest(folder.filePath(QStringLiteral("net_pieces/manifest.json")));
        QVERIFY(manifest.open(QIODevice::ReadOnly));
        const auto stages = QJsonDocument::fromJson(manifest.readAll()).object()[QLatin1String("stages")].toArray();
        QCOMPARE(static_cast<std::size_t>(stages.size()), window->document().state().plan->stages.size());
        for (const auto& stage : stages)
            QVERIFY(QFileInfo::exists(folder.filePath(QStringLiteral("net_pieces/")) + stage.toObject()[QLatin1String("file")].toString()));
    }

    /// What the command line's report has, the window's has as well: title and note, and how plans fare where predictions are wrong.
    void theReportIsWhole() {
        const auto window = test::windowWith("resources/models/efficientnet_b0.onnx");
        QVERIFY(window);
        window->setSystem(QStringLiteral("kress2024"));
        QVERIFY(test::settle(window->document()));
        for (QAction* action : window->findChildren<QAction*>())
            if (action->text() == MainWindow::tr("&Title and note...")) action->trigger();
        auto* title = test::dialogOf<TitleDialog>(*window);
        QVERIFY(title);
        QCOMPARE(title->titleEdit()->placeholderText(), QStringLiteral("efficientnet_b0 on ") + text(window->document().state().system->name));
        QTest::keyClicks(title->titleEdit(), QStringLiteral("Which chip"));
        QTest::keyClicks(title->noteEdit(), QStringLiteral("For the board."));
        QTest::keyClick(title->titleEdit(), Qt::Key_Return);
        QTRY_VERIFY(window->findChildren<TitleDialog*>().isEmpty());
        QCOMPARE(window->document().state().title, std::string("Which chip"));
        QCOMPARE(window->document().undoStack().undoText(), QStringLiteral("Change title and note"));
        const Document& document = window->document();
        Plan other = document.result()->baselines[0].plan;
        if (other == *document.state().plan) other = document.result()->baselines[1].plan;
        window->document().mark(other, true, {}, QStringLiteral("on its own"));
        QCOMPARE(document.state().kept.size(), std::size_t{1});
        const QByteArray kept = QByteArray::fromStdString('>' + document.state().kept[0].name + '<');
        window->activateWindow(); // the dialog before had the keys
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        ExportDialog* dialog = openDialog(*window);
        QVERIFY(dialog);
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("r.html"));
        QVERIFY(exported(*dialog, QStringLiteral("report_html"), path).contains(QStringLiteral("written")));
        const QByteArray html = QByteArray::fromStdString(*readFile(path.toStdString()));
        QVERIFY(html.contains("<h1>Which chip</h1>") && html.contains("For the board."));
        QVERIFY(!html.contains("Not examined"));
        const QByteArray risks = html.mid(html.indexOf("Risks</h2>"));
        QVERIFY(risks.contains(" plans were compared in each"));
        QVERIFY(risks.contains("<tr class=\"chosen\">"));
        QVERIFY2(risks.contains(kept), kept.constData());
        QVERIFY(html.contains("standard deviations") || html.contains("The choice stays the same"));
        // What it was made from: all that is in force.
        QVERIFY(html.contains(QByteArray::fromStdString(document.state().model->sha256)));
        EditState measured = document.state();
        Profile times;
        times.file = "times.csv";
        times.sha256 = "0123";
        measured.profiles["EYR"] = {std::make_shared<const Profile>(times)};
        const auto files = filesOf(measured);
        QCOMPARE(files.size(), std::size_t{2});
        QCOMPARE(files[1].what, std::string("profile of EYR"));
        QCOMPARE(files[1].sha256, std::string("0123"));
    }

    void aReportThatIsNotWantedIsNotWritten() {
        const auto window = test::windowWith("resources/models/efficientnet_b0.onnx");
        QVERIFY(window);
        ExportDialog* dialog = openDialog(*window);
        QVERIFY(dialog);
        const QTemporaryDir folder;
        dialog->choose(QStringLiteral("report"));
        dialog->setPath(folder.filePath(QStringLiteral("r.pdf")));
        QTest::mouseClick(dialog->exportButton(), Qt::LeftButton);
        QVERIFY(!window->document().jobs().idle()); // away from the window's thread
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(window->document().jobs().idle(), 10'000);
        QVERIFY(!QFileInfo::exists(folder.filePath(QStringLiteral("r.pdf"))));
    }

    void theCommandLineNamesTheSame() {
        const auto offers = exportOffers(QStringLiteral("net"));
        for (const ExportKind kind : kExportKinds)
            QVERIFY2(std::any_of(offers.begin(), offers.end(),
                                 [&](const ExportOffer& offer) { return offer.id.toStdString() == nameOf(kind); }),
                     std::string(nameOf(kind)).c_str());
    }

    /// Beside the model at first, then where the last one went.
    void dialogsStartWhereThingsGo() {
        const auto window = test::windowWith(kSmall);
        QVERIFY(window);
        const QTemporaryDir folder;
        QString before = QFileInfo(test::sourcePath(kSmall)).absolutePath();
        for (const char* name : {"first", "second"}) {
            for (QAction* action : window->findChildren<QAction*>())
                if (action->text() == MainWindow::tr("Plan as &CSV...")) action->trigger();
            auto* dialog = test::dialogOf<QFileDialog>(*window, 5'000);
            QVERIFY(dialog);
            QCOMPARE(dialog->directory().absolutePath(), before);
            const QString to = folder.filePath(QLatin1String(name));
            QVERIFY(QDir().mkpath(to));
            auto* edit = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
            edit->clear();
            QTest::keyClicks(edit, to + QStringLiteral("/plan.csv"));
            QTest::keyClick(edit, Qt::Key_Return);
            if (dialog->isVisible()) QTest::keyClick(edit, Qt::Key_Return); // the first one took the completion
            QTRY_VERIFY(QFileInfo::exists(to + QStringLiteral("/plan.csv")));
            QTRY_VERIFY(window->findChildren<QFileDialog*>().isEmpty());
            before = to;
        }
        window->activateWindow(); // the dialog before had the keys
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        ExportDialog* dialog = openDialog(*window);
        QVERIFY(dialog);
        dialog->choose(QStringLiteral("dot"));
        QVERIFY2(dialog->path().startsWith(before), qPrintable(dialog->path()));
    }

    void aFolderThatIsNotThereIsSaid() {
        const auto window = test::windowWith(kSmall);
        QVERIFY(window);
        ExportDialog* dialog = openDialog(*window);
        QVERIFY(dialog);
        const QString said = exported(*dialog, QStringLiteral("dot"), QStringLiteral("/nowhere/at/all/net.dot"));
        QVERIFY2(said.contains(QStringLiteral("No such file or directory")), qPrintable(said));
        QVERIFY(!dialog->showButton()->isEnabled());
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(window->findChildren<ExportDialog*>().isEmpty());
    }

    void closingCancels() {
        const auto window = test::windowWith("resources/models/efficientnet_b0.onnx");
        QVERIFY(window);
        ExportDialog* dialog = openDialog(*window);
        QVERIFY(dialog);
        const QTemporaryDir folder;
        dialog->choose(QStringLiteral("split"));
        dialog->setPath(folder.filePath(QStringLiteral("pieces")));
        QSignalSpy cancelled(dialog, &ExportDialog::cancelRequested);
        QTest::mouseClick(dialog->exportButton(), Qt::LeftButton);
        QTest::keyClick(dialog, Qt::Key_Escape);
        QCOMPARE(cancelled.count(), 1);
        QTRY_VERIFY_WITH_TIMEOUT(window->document().jobs().idle(), 30'000);
        // All or nothing.
        QVERIFY(!QFileInfo::exists(folder.filePath(QStringLiteral("pieces/manifest.json"))) ||
                QDir(folder.filePath(QStringLiteral("pieces"))).entryList(QDir::Files).size() > 1);
    }
};

CUTLINE_WINDOW_TEST(TestWindowExport)

} // namespace cutline::tst_window_export

#include "tst_window_export.moc"
