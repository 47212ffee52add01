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
    /// The next (+1) or previous (-1) layer that has what was searched last, round and round. False where
    /// nothing was searched or nothing has it.
    bool step(int direction);

Q_SIGNALS:
    void layerFound(cutline::LayerId layer);
    /// `found` is the `place`th (from 1) of `count` layers with `what`.
    void stepped(int place, int count, const QString& what);
    void planFound(int candidate);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void rebuild();
    void choose(const QModelIndex& index);
    void remember(int layer);

    FinderModel* m_model;
    QCompleter* m_completer;
    std::vector<FinderModel::Entry> m_layers, m_plans;
    std::vector<QPointer<QAction>> m_commands;
    First m_first = First::Layers;
    QString m_typed;          ///< as typed, not as completed
    QString m_searched;       ///< what `m_found` has in common
    std::vector<int> m_found; ///< layers
    std::size_t m_place = 0;
};

} // namespace cutline
