// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/platform/library.h"

#include <QAbstractItemModel>

#include <vector>

namespace cutline {

/// Platforms, links and systems of the library in three groups, each with what it is in a few words.
class LibraryModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { NameColumn, BriefColumn, ColumnCount };
    enum class Kind { Platform, Link, System };
    enum Role {
        KindRole = Qt::UserRole, ///< int of Kind
        NameRole,                ///< library name; invalid for groups
        SearchRole,              ///< what the filter looks in
    };
    /// Mime type of a dragged entry: "platform:SMB", "link:CAN FD", "system:kress2024".
    static constexpr auto kMime = "application/x-cutline-descriptor";

    explicit LibraryModel(QObject* parent = nullptr) : QAbstractItemModel(parent) {}
    void setLibrary(const Library& library);

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QStringList mimeTypes() const override { return {QLatin1String(kMime)}; }
    QMimeData* mimeData(const QModelIndexList& indexes) const override;

private:
    struct Entry {
        QString name, brief, tip;
    };
    struct Group {
        QString title;
        std::vector<Entry> entries;
    };
    std::vector<Group> m_groups;
};

} // namespace cutline
