// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/screens/scenes.h"

#include "app/main_window.h"
#include "app/work_area.h"
#include "tests/app/deep_model.h"
#include "widgets/graph/graph_view.h"
#include "widgets/panels/presentation.h"

#include <QApplication>
#include <QDialog>
#include <QFile>
#include <QPainter>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

namespace cutline {

bool settled(Document& document) {
    return QTest::qWaitFor([&] { return document.jobs().idle() && document.metrics().has_value(); }, kPatienceMs);
}

const std::vector<Scene>& scenes() {
    static const std::vector<Scene> all = [] {
        std::vector<Scene> list;
        for (const auto& part : {graphScenes(), chartScenes(), systemScenes(), projectScenes()})
            list.insert(list.end(), part.begin(), part.end());
        return list;
    }();
    return all;
}

namespace {

/// What lies over the window, else the window.
QWidget& topOf(MainWindow& window, QSize size) {
    for (QDialog* dialog : window.findChildren<QDialog*>())
        if (dialog->isVisible()) return *dialog;
    auto* presentation = window.findChild<Presentation*>();
    if (!presentation) return window;
    presentation->resize(size);
    return *presentation;
}

/// A file below the source folder, or one made for the occasion: "deep:1000".
QString fileOf(const char* model, const QString& folder) {
    const QString name = QLatin1String(model);
    if (!name.startsWith(QLatin1String("deep:"))) return QStringLiteral(CUTLINE_SOURCE_DIR "/") + name;
    const QString path = folder + QStringLiteral("/deep_") + name.mid(5) + QStringLiteral(".onnx");
    const std::string bytes = test::deepModel(name.mid(5).toULongLong());
    QFile file(path);
    if (file.open(QIODevice::WriteOnly)) file.write(bytes.data(), static_cast<qint64>(bytes.size()));
    return path;
}

} // namespace

bool render(const Scene& scene, QSize size, const QString& file) {
    const QTemporaryDir settings; // what one scene leaves behind has no place in the next
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
    MainWindow window(Library::load(Library::defaultFolders()));
    window.resize(size);
    window.show();
    Document& document = window.document();
    bool reached = QTest::qWaitForWindowExposed(&window);
    if (scene.model) {
        window.open(fileOf(scene.model, settings.path()));
        reached = reached && QTest::qWaitFor(
                                 [&] {
                                     return document.jobs().idle() && document.metrics().has_value() &&
                                            window.workArea().graph().isLaidOut() &&
                                            !window.workArea().graph().isLayingOut();
                                 },
                                 kPatienceMs);
    }
    reached = reached && scene.act(window);
    QTest::qWait(400); // what glides into place arrives within 180 ms
    QCoreApplication::processEvents(); // and what came last is laid out
    QPixmap picture = topOf(window, size).grab();
    // Lists and menus are windows of their own, over this one.
    for (QWidget* popup : QApplication::topLevelWidgets())
        if (popup->isVisible() && popup->windowType() == Qt::Popup)
            QPainter(&picture).drawPixmap(popup->pos() - window.pos(), popup->grab());
    return picture.save(file) && reached;
}

} // namespace cutline
