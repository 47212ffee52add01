// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"

#include <QAbstractListModel>
#include <QLineEdit>
#include <QPointer>

#include <vector>

class QAction;
class QCompleter;

namespace cutline {

/// What the finder lists: layers of the open model, commands of the menus, plans of the table.
class FinderModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum class Kind { Layer, Command, Plan };
    enum Role { KindRole = Qt::UserRole, IndexRole, SearchRole };
    struct Entry {
        Kind kind;
        int index; ///< layer number, place in the list of commands, candidate number
        QString text, detail;
    };

    using QAbstractListModel::QAbstractListModel;
    void setEntries(std::vector<Entry> entries);
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<Entry> m_entries;
};

/// One field that finds layers (by name, operator, shape), commands and plans.
class Finder : public QLineEdit {
    Q_OBJECT

public:
    enum class First { Layers, Commands };

    explicit Finder(QWidget* parent = nullptr);

    void setLayers(const GraphPtr& graph);
    void setCommands(const std::vector<QAction*>& commands);
    /// Candidate numbers with their titles.
    void setPlans(const std::vector<std::pair<int, QString>>& plans);
    /// Takes the focus with an empty field; the first kind stands first in the list.
    void start(First first);

Q_SIGNALS:
    void layerFound(cutline::LayerId layer);
    void planFound(int candidate);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void rebuild();
    void choose(const QModelIndex& index);

    FinderModel* m_model;
    QCompleter* m_completer;
    std::vector<FinderModel::Entry> m_layers, m_plans;
    std::vector<QPointer<QAction>> m_commands;
    First m_first = First::Layers;
};

} // namespace cutline
