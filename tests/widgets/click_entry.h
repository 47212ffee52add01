// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMenu>
#include <QTest>

namespace cutline::test {

/// A click on an entry of an open menu, as a person comes to it: by moving there.
inline void clickEntry(QMenu& menu, QAction* entry) {
    // Qt 6.8 closes a menu of the offscreen platform at the press: it is chosen by key there.
    if constexpr (QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)) {
        menu.setActiveAction(entry);
        return QTest::keyClick(&menu, Qt::Key_Return);
    }
    const QPoint at = menu.actionGeometry(entry).center();
    QTest::mouseMove(&menu, at);
    QTest::mouseClick(&menu, Qt::LeftButton, Qt::NoModifier, at);
}

} // namespace cutline::test
