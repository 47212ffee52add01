// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/app/app_test.h"
#include "tests/widgets/drag_mouse.h"

#include "app/main_window.h"
#include "app/work_area.h"
#include "widgets/graph/graph_view.h"

#include <QApplication>
#include <QDragMoveEvent>
#include <QFileDialog>
#include <QLineEdit>
#include <QMimeData>
#include <QTimer>
#include <QUrl>

#include <memory>

namespace cutline::test {

/// A window on the screen with a model open, the front there and the graph laid out.
inline std::unique_ptr<MainWindow> windowWith(const char* model) {
    auto window = std::make_unique<MainWindow>(library());
    window->resize(1440, 900);
    window->show();
    if (!QTest::qWaitForWindowExposed(window.get())) return nullptr;
    if (!model) return window;
    window->open(sourcePath(model));
    GraphView& graph = window->workArea().graph();
    graph.setReducedMotion(true);
    const auto drawn = [&graph] { return graph.isLaidOut() && !graph.isLayingOut(); };
    if (!settle(window->document()) || !QTest::qWaitFor(drawn, 10'000)) return nullptr;
    graph.fit();
    return window;
}

/// The dialog of this kind that the window shows, once it does; null where none comes.
template<class Dialog>
Dialog* dialogOf(MainWindow& window, int patience_ms = 10'000) {
    Dialog* found = nullptr;
    const auto there = [&] {
        for (auto* dialog : window.findChildren<Dialog*>())
            if (dialog->isVisible()) found = dialog;
        return found != nullptr;
    };
    return QTest::qWaitFor(there, patience_ms) ? found : nullptr;
}

/// Does something in the next modal dialog of this kind, when it has been there for a moment; until it is closed the call
/// that opened it does not return.
template<class Dialog, class Act>
void whenAsked(Act act) {
    auto* look = new QTimer(qApp);
    constexpr int kMoment = 8;
    int patience = 500, seen = 0;
    QObject::connect(look, &QTimer::timeout, look, [look, act, patience, seen]() mutable {
        auto* dialog = qobject_cast<Dialog*>(QApplication::activeModalWidget());
        if (--patience > 0 && (!dialog || ++seen < kMoment)) return;
        look->stop();
        look->deleteLater();
        if (dialog) act(*dialog);
    });
    look->start(20);
}

/// Answers the next file dialog as a person would: types the name, presses Enter.
inline void answerFileDialog(const QString& path) {
    whenAsked<QFileDialog>([path](QFileDialog& dialog) {
        auto* name = dialog.findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        name->clear();
        QTest::keyClicks(name, path);
        QTest::keyClick(name, Qt::Key_Return);
        if (dialog.isVisible()) QTest::keyClick(name, Qt::Key_Return); // the first one took the completion
        if (dialog.isVisible()) dialog.reject(); // what follows then fails
    });
}

inline QPoint onScreen(GraphView& graph, LayerId layer) {
    return graph.mapFromScene(graph.cardRect(layer).center());
}

/// A chip of the palette held over a point of the graph; drop() lets go, leave() takes it away.
class HeldChip {
public:
    HeldChip(GraphView& graph, PlatformId platform) : m_target(graph.viewport()) {
        m_data.setData(QLatin1String(kPlatformMimeType), QByteArray::number(platform.value));
    }
    void moveTo(QPoint at) {
        if (!std::exchange(m_inside, true)) {
            QDragEnterEvent enter(at, Qt::CopyAction, &m_data, Qt::LeftButton, Qt::NoModifier);
            QCoreApplication::sendEvent(m_target, &enter);
        }
        QDragMoveEvent move(at, Qt::CopyAction, &m_data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_target, &move);
    }
    void dropAt(QPoint at) {
        moveTo(at);
        QDropEvent drop(at, Qt::CopyAction, &m_data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_target, &drop);
    }
    void leave() {
        QDragLeaveEvent event;
        QCoreApplication::sendEvent(m_target, &event);
    }

private:
    QWidget* m_target;
    QMimeData m_data;
    bool m_inside = false;
};

template<class Test>
int runWindowTest(int argc, char** argv) {
    applyThemeChoice(ThemeChoice::Light);
    return runTest<Test>(argc, argv);
}

} // namespace cutline::test

/// A test of the window: in the program's theme.
#define CUTLINE_WINDOW_TEST(Test) static const cutline::test::TestEntry registered##Test(__FILE__, &cutline::test::runWindowTest<Test>);
