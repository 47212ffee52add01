// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/profile_match.h"

#include <QAbstractTableModel>
#include <QString>

#include <memory>
#include <vector>

namespace cutline {

/// Which rows of a profile are which layers, and which layers have no row. What wants a look stands first:
/// rows without layers, layers without rows, rows that name others beside their layers, guesses; then the rest in the file's order.
class MatchModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { RowColumn, TimeColumn, StatusColumn, LayersColumn, HowColumn, ColumnCount };
    enum class Status { Unmatched, NoRow, Partly, Guessed, Matched, Absorbed };
    enum Role { SortRole = Qt::UserRole, StatusRole /**< int of Status */ };

    explicit MatchModel(QObject* parent = nullptr);
    void setMatch(const Graph& graph, const Profile& profile, const ProfileMatch& match);
    void clear();
    /// Rows that a person should look at: they stand first.
    int doubtful() const { return m_doubtful; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Entry {
        Status status = Status::Matched;
        QString row, layers, how;
        double time_s = 0; ///< below 0: none
        int line = 0;
    };
    static QString word(Status status);

    std::vector<Entry> m_entries;
    int m_doubtful = 0;
};

/// "1 row", "5 rows": the number in the text that fits it.
QString counted(std::size_t count, const QString& one, const QString& several);

} // namespace cutline
