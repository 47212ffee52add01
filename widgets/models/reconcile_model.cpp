// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/reconcile_model.h"

#include "core/base/text.h"
#include "widgets/models/plan_facts.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

double distance(double ratio) {
    return std::abs(std::log(ratio));
}

} // namespace

QString ratioText(double ratio) {
    if (!(ratio > 0) || ratio >= 1e4 || ratio < 1e-3) return QString::number(ratio, 'g', 3);
    const int decimals = ratio >= 100 ? 0 : ratio >= 10 ? 1 : ratio >= 0.1 ? 2 : 4;
    return QString::number(ratio, 'f', decimals);
}

ReconcileModel::ReconcileModel(QObject* parent) : QAbstractTableModel(parent) {}

void ReconcileModel::setComparison(const Graph& graph, const ProfileComparison& comparison) {
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < comparison.result.rows.size(); ++i) {
        const Reconciliation::Row& row = comparison.result.rows[i];
        const Layer& layer = graph.layer(row.layer);
        entries.push_back({text(printable(layer.name)), text(printable(layer.op)), text(wordFor(row.predicted_by)),
                           row.measured_s, row.predicted_s, comparison.refitted_s[i], false});
    }
    for (const std::size_t i : comparison.result.worst) entries[i].worst = true;
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return distance(a.measured_s / a.predicted_s) > distance(b.measured_s / b.predicted_s);
    });
    beginResetModel();
    m_entries = std::move(entries);
    endResetModel();
}

void ReconcileModel::clear() {
    beginResetModel();
    m_entries.clear();
    endResetModel();
}

int ReconcileModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int ReconcileModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ReconcileModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Entry& entry = m_entries[static_cast<std::size_t>(index.row())];
    const double ratio = entry.measured_s / entry.predicted_s, left = entry.measured_s / entry.refitted_s;
    const auto column = static_cast<Column>(index.column());
    if (role == WorstRole) return entry.worst;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | (column >= MeasuredColumn ? Qt::AlignRight : Qt::AlignLeft));
    if (role == Qt::ToolTipRole) {
        if (column == PredictedColumn) return entry.predicted_by;
        return column <= OpColumn ? data(index, Qt::DisplayRole) : QVariant();
    }
    if (role != Qt::DisplayRole && role != SortRole) return {};
    const bool shown = role == Qt::DisplayRole;
    switch (column) {
    case LayerColumn:
        return entry.layer;
    case OpColumn:
        return entry.op;
    case MeasuredColumn:
        return shown ? QVariant(quantityText(entry.measured_s, Unit::Second)) : QVariant(entry.measured_s);
    case PredictedColumn:
        return shown ? QVariant(quantityText(entry.predicted_s, Unit::Second)) : QVariant(entry.predicted_s);
    case RatioColumn:
        return shown ? QVariant(ratioText(ratio)) : QVariant(distance(ratio));
    case RefittedColumn:
        return shown ? QVariant(ratioText(left)) : QVariant(distance(left));
    case ColumnCount:
        break;
    }
    return {};
}

QVariant ReconcileModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | (section >= MeasuredColumn ? Qt::AlignRight : Qt::AlignLeft));
    if (role == Qt::ToolTipRole && section == RatioColumn) return tr("Measured over predicted");
    if (role == Qt::ToolTipRole && section == RefittedColumn) return tr("Measured over what the refitted model says");
    if (role != Qt::DisplayRole) return {};
    switch (static_cast<Column>(section)) {
    case LayerColumn:
        return tr("Layer");
    case OpColumn:
        return tr("Operator");
    case MeasuredColumn:
        return tr("Measured");
    case PredictedColumn:
        return tr("Predicted");
    case RatioColumn:
        return tr("Ratio");
    case RefittedColumn:
        return tr("Refitted");
    case ColumnCount:
        break;
    }
    return {};
}

} // namespace cutline
