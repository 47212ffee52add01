// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/reconcile.h"

#include <QWidget>

class QGridLayout;
class QTableView;

namespace cutline {

class InkLabel;
class ReconcileModel;

/// Measured times beside what the model says: the sums, one factor per op class, what a refit would leave, and the
/// layers, the furthest from the estimate first.
class ReconcileView : public QWidget {
    Q_OBJECT
public:
    explicit ReconcileView(QWidget* parent = nullptr);
    void setComparison(const Graph& graph, const ProfileComparison& comparison);
    ReconcileModel* model() const { return m_model; }

private:
    QTableView* buildTable();
    void showClasses(const Reconciliation& result);

    InkLabel* m_sums;
    InkLabel* m_layers;
    InkLabel* m_refit;
    QWidget* m_classes;
    QGridLayout* m_class_grid;
    ReconcileModel* m_model;
    QTableView* m_view;
};

} // namespace cutline
