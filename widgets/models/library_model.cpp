// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/library_model.h"

#include "widgets/models/plan_facts.h"

#include <QMimeData>

#include <algorithm>
#include <array>

namespace cutline {
namespace {

constexpr std::array kKindNames{"platform", "link", "system"};
QString joined(const QStringList& parts) {
    return parts.join(QStringLiteral(" \u00b7 "));
}

QString briefOf(const Platform& platform) {
    QStringList parts{text(bitsText(platform)) + QStringLiteral(" bit")};
    double peak = 0;
    if (platform.roofline)
        for (const auto& one : platform.roofline->peaks) peak = std::max(peak, one.macs_per_s);
    if (peak > 0) parts << limitText(peak, Unit::MacPerSecond);
    if (const auto memory = platform.memoryCapacity()) parts << limitText(*memory, Unit::Byte);
    return joined(parts);
}

QString briefOf(const Link& link) {
    QStringList parts{limitText(link.rate_bits_per_s, Unit::BitPerSecond)};
    if (link.duplex == Duplex::Half) parts << QStringLiteral("half duplex");
    if (link.duplex == Duplex::OneWay) parts << QStringLiteral("one way");
    return joined(parts);
}

QString briefOf(const System& system) {
    QStringList names;
    for (const Platform& platform : system.platforms) names << nameText(platform.name, 40);
    return names.join(QStringLiteral(" + "));
}

QString titled(const std::string& name, const std::string& title) {
    return title.empty() ? nameText(name) : QStringLiteral("%1: %2").arg(nameText(name), nameText(title));
}

} // namespace

void LibraryModel::setLibrary(const Library& library) {
    beginResetModel();
    m_groups = {{tr("Platforms"), {}}, {tr("Links"), {}}, {tr("Systems"), {}}};
    for (const Platform& platform : library.platforms())
        m_groups[0].entries.push_back(
            {text(platform.name), briefOf(platform), titled(platform.name, platform.title)});
    for (const Link& link : library.links())
        m_groups[1].entries.push_back({text(link.name), briefOf(link), titled(link.name, link.title)});
    for (const std::string& name : library.systemNames())
        if (const auto system = library.system(name))
            m_groups[2].entries.push_back({text(name), briefOf(*system), titled(name, system->title)});
    for (Group& group : m_groups)
        std::sort(group.entries.begin(), group.entries.end(), [](const Entry& a, const Entry& b) {
            return QString::compare(a.name, b.name, Qt::CaseInsensitive) < 0;
        });
    endResetModel();
}

// Groups have the id 0, their entries the number of their group from 1.
QModelIndex LibraryModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : quintptr{0});
}

QModelIndex LibraryModel::parent(const QModelIndex& index) const {
    if (!index.isValid() || index.internalId() == 0) return {};
    return createIndex(static_cast<int>(index.internalId()) - 1, 0, quintptr{0});
}

int LibraryModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid()) return static_cast<int>(m_groups.size());
    if (parent.internalId() != 0 || parent.column() != 0) return 0;
    return static_cast<int>(m_groups[static_cast<std::size_t>(parent.row())].entries.size());
}

int LibraryModel::columnCount(const QModelIndex&) const {
    return ColumnCount;
}

QVariant LibraryModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const bool is_group = index.internalId() == 0;
    const auto group = is_group ? static_cast<std::size_t>(index.row()) : static_cast<std::size_t>(index.internalId()) - 1;
    if (role == KindRole) return static_cast<int>(group);
    if (is_group) {
        if (role == Qt::DisplayRole && index.column() == NameColumn) return m_groups[group].title;
        if (role == Qt::DisplayRole) return QString::number(m_groups[group].entries.size());
        return {};
    }
    const Entry& entry = m_groups[group].entries[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == NameColumn ? entry.name : entry.brief;
    case Qt::ToolTipRole:
        return entry.tip + u'\n' + entry.brief;
    case Qt::AccessibleTextRole:
        return entry.name + QStringLiteral(", ") + entry.brief;
    case NameRole:
        return entry.name;
    case SearchRole:
        return QStringList{entry.name, entry.tip, entry.brief}.join(u' ');
    default:
        return {};
    }
}

QVariant LibraryModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    return section == NameColumn ? tr("Name") : tr("What it is");
}

Qt::ItemFlags LibraryModel::flags(const QModelIndex& index) const {
    if (!index.isValid()) return Qt::NoItemFlags;
    const Qt::ItemFlags usual = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    return index.internalId() == 0 ? usual : usual | Qt::ItemIsDragEnabled | Qt::ItemNeverHasChildren;
}

QMimeData* LibraryModel::mimeData(const QModelIndexList& indexes) const {
    if (indexes.isEmpty()) return nullptr;
    const QModelIndex& index = indexes.front();
    const auto kind = static_cast<std::size_t>(index.data(KindRole).toInt());
    auto* mime = new QMimeData;
    mime->setData(QLatin1String(kMime),
                  QByteArray(kKindNames[kind]) + ':' + index.data(NameRole).toString().toUtf8());
    return mime;
}

} // namespace cutline
