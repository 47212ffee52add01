// SPDX-License-Identifier: GPL-3.0-or-later
// Scenes of dialogs and of the presentation: the picture is of what lies over the window.
#include "tests/screens/scenes.h"

#include "app/main_window.h"
#include "widgets/panels/export_dialog.h"
#include "widgets/panels/presentation.h"
#include "widgets/panels/recovery_dialog.h"
#include "widgets/panels/references_dialog.h"

#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

namespace cutline {
namespace {

bool presented(MainWindow& window) {
    Document& document = window.document();
    const auto& candidates = *document.result()->candidates;
    document.mark(*document.state().plan, true,
                  QStringLiteral("The one to build: meets SYS-112 with a quarter to spare, and the camera's board needs no fan. "
                                 "Ask for the link's measured rate before the order goes out."),
                  QStringLiteral("plan"));
    document.mark(candidates.plan(0), true, {}, QStringLiteral("plan"));
    window.activateWindow();
    QTest::keyClick(&window, Qt::Key_F5);
    return window.findChild<Presentation*>() != nullptr;
}

bool exporting(MainWindow& window) {
    window.activateWindow();
    QTest::keyClick(&window, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    auto* dialog = window.findChild<ExportDialog*>();
    if (dialog) dialog->setPath(QStringLiteral("/home/me/camera/pieces"));
    return dialog != nullptr;
}

bool exported(MainWindow& window) {
    if (!exporting(window)) return false;
    auto* dialog = window.findChild<ExportDialog*>();
    const QTemporaryDir folder;
    dialog->setPath(folder.filePath(QStringLiteral("pieces")));
    dialog->exportButton()->click();
    const bool done = QTest::qWaitFor([&] { return dialog->showButton()->isEnabled(); }, 20'000);
    dialog->setPath(QStringLiteral("/home/me/camera/pieces"));
    return done;
}

bool recovery(MainWindow& window) {
    const QDateTime saved(QDate(2026, 3, 2), QTime(14, 5, 12));
    auto* dialog = new RecoveryDialog(QStringLiteral("/home/me/camera/camera.cutline"), saved, saved.addSecs(754),
                                      {QStringLiteral("scenario or requirements"), QStringLiteral("2 plans kept more"),
                                       QStringLiteral("another plan chosen")},
                                      &window);
    dialog->open();
    return true;
}

bool movedFiles(MainWindow& window) {
    auto* dialog = new ReferencesDialog(
        QStringLiteral("/home/me/camera/camera.cutline"),
        {{QStringLiteral("Model v3"), QStringLiteral("/home/me/camera/nets/mobilenet_v3_small.onnx"), true, true, {}, false},
         {QStringLiteral("Measured times of EYR"), QStringLiteral("/home/me/camera/bench/eyr_2026-02-11.csv"), false, false, {}, false}},
        &window);
    dialog->open();
    dialog->choose(1, {ReferencesDialog::Choice::Kind::LeftOut, {}});
    return true;
}

} // namespace

std::vector<Scene> projectScenes() {
    return {
        {"presentation", kSample, presented},
        {"export", kSample, exporting},
        {"export_done", kTrained, exported},
        {"recovery", kSample, recovery},
        {"moved_files", kSample, movedFiles},
    };
}

} // namespace cutline
