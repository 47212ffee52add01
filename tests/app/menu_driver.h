// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/app/window_test.h"
#include "tests/widgets/click_entry.h"

#include <QMenu>
#include <QMenuBar>
#include <QSet>

namespace cutline::test {

inline QString plainText(const QAction& action) {
    return action.text().remove(u'&');
}

/// The window's menus under the mouse: entries are named by their way, "View/Theme/Dark".
class MenuDriver {
public:
    explicit MenuDriver(MainWindow& window) : m_window(window) {}

    /// Clicks down to an entry and on it; a dialog that it opens is over when this returns. False where there is no
    /// such entry, or it cannot be chosen now.
    bool choose(const QString& way) {
        const QStringList parts = way.split(u'/');
        QMenuBar* bar = m_window.menuBar();
        QAction* action = named(bar->actions(), parts.front());
        if (!action || !action->menu()) return false;
        QTest::mouseClick(bar, Qt::LeftButton, {}, bar->actionGeometry(action).center());
        for (const QString& part : parts.mid(1)) {
            QMenu* menu = action->menu();
            if (!menu || !QTest::qWaitFor([menu] { return menu->isVisible(); }, 2'000)) return closeAll();
            action = named(menu->actions(), part);
            if (!action || !action->isEnabled()) return closeAll();
            clickEntry(*menu, action);
        }
        closeAll();
        return action->menu() == nullptr;
    }
    /// The entry, to ask whether it is checked or can be chosen; null: there is none.
    QAction* entry(const QString& way) const {
        QAction* found = nullptr;
        QList<QAction*> here = m_window.menuBar()->actions();
        for (const QString& part : way.split(u'/')) {
            found = named(here, part);
            if (!found) return nullptr;
            here = found->menu() ? found->menu()->actions() : QList<QAction*>();
        }
        return found;
    }
    /// The ways of all entries.
    QStringList all() const {
        QStringList ways;
        collect(m_window.menuBar()->actions(), {}, ways);
        return ways;
    }

private:
    static QAction* named(const QList<QAction*>& actions, const QString& words) {
        for (QAction* action : actions)
            if (plainText(*action) == words) return action;
        return nullptr;
    }
    static void collect(const QList<QAction*>& actions, const QString& before, QStringList& ways) {
        for (QAction* action : actions) {
            if (action->isSeparator()) continue;
            if (action->menu())
                collect(action->menu()->actions(), before + plainText(*action) + u'/', ways);
            else
                ways << before + plainText(*action);
        }
    }
    static bool closeAll() {
        while (QWidget* popup = QApplication::activePopupWidget()) popup->close();
        return false;
    }
    MainWindow& m_window;
};

} // namespace cutline::test
