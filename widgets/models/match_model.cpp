// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/match_model.h"

#include "core/base/text.h"
#include "widgets/models/plan_facts.h"

#include <algorithm>

namespace cutline {
namespace {

constexpr std::size_t kListed = 20;

QString shown(std::string_view words) {
    return text(printable(words.substr(0, 4096)));
}

QString namesText(const Graph& graph, const std::vector<LayerId>& layers) {
    QString names;
    for (std::size_t i = 0; i < std::min(layers.size(), kListed); ++i)
        names += (i ? QStringLiteral(", ") : QString()) + shown(graph.layer(layers[i]).name);
    if (layers.size() > kListed) names += MatchModel::tr(" and %1 more").arg(layers.size() - kListed);
    return names;
}

} // namespace

MatchModel::MatchModel(QObject* parent) : QAbstractTableModel(parent) {}

QString MatchModel::word(Status status) {
    switch (status) {
    case Status::Unmatched:
        return tr("unmatched");
    case Status::NoRow:
        return tr("no row");
    case Status::Partly:
        return tr("partly matched");
    case Status::Guessed:
        return tr("guessed");
    case Status::Matched:
        return tr("matched");
    case Status::Absorbed:
        return tr("absorbed");
    }
    return {};
}

void MatchModel::setMatch(const Graph& graph, const Profile& profile, const ProfileMatch& match) {
    std::vector<Entry> entries;
    for (const ProfileMatch::Row& row : match.rows) {
        const Profile::Row& from = profile.rows[row.row];
        Entry entry;
        entry.status = row.layers.empty() ? Status::Unmatched
                       : row.guessed      ? Status::Guessed
                       : row.partly       ? Status::Partly
                                          : Status::Matched;
        entry.row = shown(from.layer);
        entry.layers = namesText(graph, row.layers);
        entry.how = shown(row.reason.empty() ? wordFor(row.kind) : std::string_view(row.reason));
        entry.time_s = from.latency_s;
        entry.line = from.line;
        entries.push_back(std::move(entry));
    }
    for (const LayerId layer : match.absent)
        entries.push_back(
            {Status::NoRow, {}, shown(graph.layer(layer).name), tr("the file does not list it"), -1, 0});
    for (const auto& [layer, by] : match.absorbed)
        entries.push_back({Status::Absorbed,
                           {},
                           shown(graph.layer(layer).name),
                           tr("in the time of %1").arg(shown(graph.layer(by).name)),
                           -1,
                           0});
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.status < b.status; });
    beginResetModel();
    m_entries = std::move(entries);
    m_doubtful = static_cast<int>(std::count_if(m_entries.begin(), m_entries.end(), [](const Entry& entry) {
        return entry.status < Status::Matched;
    }));
    endResetModel();
}

void MatchModel::clear() {
    beginResetModel();
    m_entries.clear();
    m_doubtful = 0;
    endResetModel();
}

int MatchModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int MatchModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant MatchModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Entry& entry = m_entries[static_cast<std::size_t>(index.row())];
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case StatusRole:
        return static_cast<int>(entry.status);
    case SortRole:
        if (column == TimeColumn) return entry.time_s;
        if (column == StatusColumn) return static_cast<int>(entry.status);
        return data(index, Qt::DisplayRole);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::AlignVCenter |
                                   (column == TimeColumn ? Qt::AlignRight : Qt::AlignLeft));
    case Qt::ToolTipRole:
        if (column == RowColumn && entry.line > 0) return tr("%1\nline %2").arg(entry.row).arg(entry.line);
        return column == TimeColumn ? QVariant() : data(index, Qt::DisplayRole);
    case Qt::DisplayRole:
        switch (column) {
        case RowColumn:
            return entry.row;
        case TimeColumn:
            return entry.time_s < 0 ? QString() : quantityText(entry.time_s, Unit::Second);
        case StatusColumn:
            return word(entry.status);
        case LayersColumn:
            return entry.layers;
        case HowColumn:
            return entry.how;
        case ColumnCount:
            break;
        }
        return {};
    default:
        return {};
    }
}

QVariant MatchModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter |
                                   (section == TimeColumn ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole) return {};
    switch (static_cast<Column>(section)) {
    case RowColumn:
        return tr("Row of the file");
    case TimeColumn:
        return tr("Time");
    case StatusColumn:
        return tr("Match");
    case LayersColumn:
        return tr("Layers");
    case HowColumn:
        return tr("How, or why not");
    case ColumnCount:
        break;
    }
    return {};
}

QString counted(std::size_t count, const QString& one, const QString& several) {
    return (count == 1 ? one : several).arg(count);
}

} // namespace cutline
