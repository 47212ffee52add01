// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"

#include <QWidget>

class QAction;
class QComboBox;
class QLabel;
class QPushButton;
class QToolButton;

namespace cutline {

class ElidedLabel;
class Finder;

/// The row under the menus: what is open, on which system, the finder, undo, redo, Auto-partition.
class HeaderBar : public QWidget {
    Q_OBJECT

public:
    HeaderBar(QAction* undo, QAction* redo, QAction* auto_partition, QWidget* parent = nullptr);

    /// "efficientnet_b0.onnx", "239 layers · 0.386 GMAC · 5.27 M parameters". A null graph: nothing is open.
    void setModel(const QString& file, const GraphPtr& graph);
    /// Library systems (name, title); `current` may be one that is not among them: a file's.
    void setSystems(const QStringList& names, const QStringList& titles);
    void setCurrentSystem(const QString& name, const QString& title);

    /// "Constraints · 2": the button that opens the search settings.
    void setConstraintCount(std::size_t count);

    Finder& finder() { return *m_finder; }
    QComboBox& systemChooser() { return *m_systems; }

Q_SIGNALS:
    void systemChosen(const QString& name);
    void settingsRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    QToolButton* iconButton(QAction* action);
    void styleSelf();

    ElidedLabel *m_file, *m_facts;
    QLabel* m_on;
    QPushButton* m_constraints;
    QToolButton *m_undo = nullptr, *m_redo = nullptr;
    int m_library_systems = 0; ///< first entries of the chooser; a file's or an edited one stands behind them
    QComboBox* m_systems;
    Finder* m_finder;
};

} // namespace cutline
