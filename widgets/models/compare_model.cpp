// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/compare_model.h"

#include "core/base/text.h"
#include "widgets/models/constraint_metrics.h"

#include <algorithm>

namespace cutline {

void CompareModel::addRow(const QString& title, Unit unit, bool larger_is_better, bool neutral,
                          const std::function<std::optional<double>(const Metrics&)>& value) {
    Row row{title, unit, larger_is_better, neutral, {}};
    bool any = false;
    for (const ComparedPlan& plan : m_plans) {
        row.values.push_back(value(plan.metrics));
        any = any || (row.values.back() && *row.values.back() != 0);
    }
    if (any) m_rows.push_back(std::move(row)); // what no plan has or knows is no row
}

void CompareModel::setPlans(std::vector<ComparedPlan> plans, SystemPtr system) {
    beginResetModel();
    m_plans = std::move(plans);
    m_rows.clear();
    using M = const Metrics&;
    using Value = std::optional<double>;
    addRow(QStringLiteral("Throughput"), Unit::Hertz, true, false, [](M m) -> Value { return m.throughputHz(); });
    addRow(QStringLiteral("Latency"), Unit::Second, false, false, [](M m) -> Value { return m.latency_s; });
    addRow(QStringLiteral("Energy per inference"), Unit::Joule, false, false, [](M m) -> Value { return m.energy_j; });
    addRow(QStringLiteral("Tightest memory"), Unit::Fraction, false, false, [](M m) { return m.tightest_ratio; });
    addRow(QStringLiteral("Largest memory"), Unit::Byte, false, false, [](M m) -> Value { return m.memory_bytes_max; });
    addRow(QStringLiteral("Link bytes"), Unit::Byte, false, false, [](M m) -> Value { return m.link_bytes; });
    addRow(QStringLiteral("Sensitivity"), Unit::None, false, false, [](M m) { return m.sensitivity; });
    addRow(QStringLiteral("Accuracy"), Unit::Fraction, true, false,
           [](M m) { return m.accuracy ? Value(m.accuracy->top1) : std::nullopt; });
    addRow(QStringLiteral("Cost"), Unit::None, false, false, [](M m) { return m.cost; });
    for (std::size_t p = 0; system && p < system->platforms.size(); ++p) {
        const QString name = text(printable(system->platforms[p].name));
        addRow(QStringLiteral("%1 busy").arg(name), Unit::Second, false, true,
               [p](M m) { return p < m.platforms.size() ? Value(m.platforms[p].busy_s) : std::nullopt; });
        addRow(QStringLiteral("%1 memory").arg(name), Unit::Byte, false, true,
               [p](M m) { return p < m.platforms.size() ? Value(m.platforms[p].memory_bytes) : std::nullopt; });
    }
    for (std::size_t l = 0; system && l < system->links.size(); ++l)
        addRow(QStringLiteral("%1 busy").arg(text(printable(system->links[l].link.name))), Unit::Second, false, true,
               [l](M m) { return l < m.links.size() ? Value(m.links[l].busy_s) : std::nullopt; });
    endResetModel();
}

int CompareModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int CompareModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_plans.size());
}

Change CompareModel::changeAt(const Row& row, std::size_t column) const {
    Change change = changeOf(*row.values[column], *row.values[0], row.larger_is_better);
    if (row.neutral) change.verdict = Verdict::Same;
    return change;
}

QVariant CompareModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const auto column = static_cast<std::size_t>(index.column());
    const auto& value = row.values[column];
    const bool compared = column > 0 && value && row.values[0];
    switch (role) {
    case Qt::DisplayRole:
        return value ? shownQuantity(*value, row.unit) : QStringLiteral("\u2013");
    case ValueRole:
        return value ? QVariant(*value) : QVariant();
    case ChangeRole:
        return compared ? changeText(changeOf(*value, *row.values[0], row.larger_is_better), row.unit) : QString();
    case VerdictRole:
        return static_cast<int>(compared ? changeAt(row, column).verdict : Verdict::Same);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
    case Qt::AccessibleTextRole:
        return row.title + QStringLiteral(" of ") + m_plans[column].name + QStringLiteral(": ") +
               data(index, Qt::DisplayRole).toString() + u' ' + data(index, ChangeRole).toString();
    default:
        return {};
    }
}

QVariant CompareModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole) return {};
    const auto at = static_cast<std::size_t>(section);
    if (orientation == Qt::Horizontal) return at < m_plans.size() ? m_plans[at].name : QString();
    return at < m_rows.size() ? m_rows[at].title : QString();
}

std::vector<LayerId> differingLayers(const std::vector<ComparedPlan>& plans, std::size_t layers) {
    std::vector<LayerId> differing;
    if (plans.size() < 2) return differing;
    std::vector<std::vector<PlatformId>> places;
    for (const ComparedPlan& plan : plans) places.push_back(assignmentOf(*plan.plan, layers));
    for (std::uint32_t layer = 0; layer < layers; ++layer)
        if (std::any_of(places.begin(), places.end(), [&](const auto& of) { return of[layer] != places[0][layer]; }))
            differing.push_back({layer});
    return differing;
}

} // namespace cutline
