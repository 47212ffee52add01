// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/reconcile.h"

#include <QAbstractTableModel>

#include <vector>

namespace cutline {

/// Layers that are both measured and predicted, the furthest from the estimate first.
class ReconcileModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { LayerColumn, OpColumn, MeasuredColumn, PredictedColumn, RatioColumn, RefittedColumn, ColumnCount };
    enum Role {
        SortRole = Qt::UserRole, ///< of the ratios: the distance from 1, as a factor
        WorstRole                ///< bool: one of the ten furthest
    };

    explicit ReconcileModel(QObject* parent = nullptr);
    void setComparison(const Graph& graph, const ProfileComparison& comparison);
    void clear();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Entry {
        QString layer, op, predicted_by;
        double measured_s = 0, predicted_s = 0, refitted_s = 0;
        bool worst = false;
    };
    std::vector<Entry> m_entries;
};

/// "1.95" of a measured time over a prediction: three digits, no exponent within reason.
QString ratioText(double ratio);

} // namespace cutline
