// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/widgets/world.h"
#include "widgets/panels/auto_partition_panel.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QTest>

#include <memory>

namespace cutline::test {

/// The search panel of a small world on the screen, new for every test.
class SearchPanelStand : public QObject {
protected:
    void makeWorldOnce() {
        applyTheme(*qApp, Theme::light());
        m_world = makeWorld(4);
    }
    void showPanel() {
        m_panel = std::make_unique<AutoPartitionPanel>();
        m_panel->setSystem(m_world.problem.system, m_world.problem.graph);
        m_panel->resize(340, 900);
        m_panel->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    }
    QCheckBox* box(const QString& words) const {
        for (auto* b : m_panel->findChildren<QCheckBox*>())
            if (b->text() == words) return b;
        return nullptr;
    }
    QComboBox* order() const { return m_panel->findChild<QComboBox*>(QStringLiteral("order")); }
    /// As a person: down from where it is until the words stand there.
    void choose(QComboBox* combo, int index) {
        while (combo->currentIndex() < index) QTest::keyClick(combo, Qt::Key_Down);
        while (combo->currentIndex() > index) QTest::keyClick(combo, Qt::Key_Up);
    }
    template <class Field>
    Field* named(const QString& name) const {
        for (auto* field : m_panel->findChildren<Field*>())
            if (field->accessibleName() == name) return field;
        return nullptr;
    }

    World m_world;
    std::unique_ptr<AutoPartitionPanel> m_panel;
};

} // namespace cutline::test
