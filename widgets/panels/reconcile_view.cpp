// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/reconcile_view.h"

#include "widgets/models/plan_facts.h"
#include "widgets/models/reconcile_model.h"
#include "widgets/panels/kit.h"

#include <QGridLayout>
#include <QHeaderView>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include <cmath>

namespace cutline {
namespace {

/// The ten furthest are strong.
class WorstDelegate : public RowDelegate {
public:
    using RowDelegate::RowDelegate;

protected:
    bool strong(const QModelIndex& index) const override {
        return index.column() == ReconcileModel::RatioColumn && index.data(ReconcileModel::WorstRole).toBool();
    }
};

/// exp of the root mean square of log(measured / predicted), less one: how far off a layer typically is.
QString typicalError(const ProfileComparison& comparison, bool refitted) {
    double squares = 0;
    const auto& rows = comparison.result.rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double predicted = refitted ? comparison.refitted_s[i] : rows[i].predicted_s;
        squares += std::pow(std::log(rows[i].measured_s / predicted), 2);
    }
    const double factor = std::exp(std::sqrt(squares / static_cast<double>(rows.size())));
    return factor < 2 ? ReconcileView::tr("%1 off").arg(percentText(factor - 1))
                      : ReconcileView::tr("a factor of %1 off").arg(ratioText(factor));
}

QString refitText(const ProfileComparison& comparison) {
    QStringList parts;
    if (const auto& fit = comparison.fit) {
        for (const RooflineFit::Class& one : fit->classes)
            if (one.compute_bound > 0)
                parts << ReconcileView::tr("%1 at %2 of the peak").arg(text(nameOf(one.op_class)), percentText(one.efficiency));
        if (fit->bandwidth_efficiency)
            parts << ReconcileView::tr("bandwidth at %1").arg(percentText(*fit->bandwidth_efficiency));
        if (fit->launch_s) parts << ReconcileView::tr("launch %1").arg(quantityText(*fit->launch_s, Unit::Second));
    } else {
        parts << ReconcileView::tr("every time by the factor of its class");
    }
    return ReconcileView::tr("Refitted: %1. A layer is then %2; now %3.")
        .arg(parts.isEmpty() ? ReconcileView::tr("nothing to move") : parts.join(QStringLiteral(", ")),
             typicalError(comparison, true), typicalError(comparison, false));
}

} // namespace

ReconcileView::ReconcileView(QWidget* parent) : QWidget(parent) {
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(6);
    m_sums = new InkLabel(Ink::Text, TextRole::Heading, {}, this);
    m_sums->setElided();
    m_layers = new InkLabel(Ink::Text2, TextRole::Interface, {}, this);
    m_layers->setElided();
    m_refit = new InkLabel(Ink::Text2, TextRole::Interface, {}, this);
    m_refit->setParagraph();
    m_classes = new QWidget(this);
    m_class_grid = new QGridLayout(m_classes);
    m_class_grid->setContentsMargins(0, 4, 0, 4);
    m_class_grid->setHorizontalSpacing(24);
    m_class_grid->setVerticalSpacing(4);
    m_model = new ReconcileModel(this);
    m_view = buildTable();
    for (QWidget* part : {static_cast<QWidget*>(m_sums), static_cast<QWidget*>(m_layers), m_classes,
                          static_cast<QWidget*>(m_refit)})
        box->addWidget(part);
    box->addSpacing(4);
    box->addWidget(m_view, 1);
}

QTableView* ReconcileView::buildTable() {
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(m_model);
    sorted->setSortRole(ReconcileModel::SortRole);
    auto* view = new QTableView(this);
    view->setModel(sorted);
    view->setItemDelegate(new WorstDelegate(view));
    view->setAccessibleName(tr("Layers, measured and predicted"));
    view->setSortingEnabled(true);
    view->sortByColumn(ReconcileModel::RatioColumn, Qt::DescendingOrder);
    asRows(*view);
    view->horizontalHeader()->setSectionResizeMode(ReconcileModel::LayerColumn, QHeaderView::Stretch);
    for (const int column : {ReconcileModel::MeasuredColumn, ReconcileModel::PredictedColumn,
                             ReconcileModel::RatioColumn, ReconcileModel::RefittedColumn})
        view->setColumnWidth(column, 100);
    view->setColumnWidth(ReconcileModel::OpColumn, 130);
    return view;
}

void ReconcileView::showClasses(const Reconciliation& result) {
    while (QLayoutItem* item = m_class_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const auto put = [this](int row, int column, const QString& words, Ink ink) {
        auto* label = new InkLabel(ink, TextRole::Interface, words, m_classes);
        m_class_grid->addWidget(label, row, column, column == 0 ? Qt::AlignLeft : Qt::AlignRight);
    };
    const QStringList heads{tr("Class"), tr("Layers"), tr("Measured"), tr("Predicted"), tr("Factor"), tr("Spread")};
    for (int column = 0; column < heads.size(); ++column) put(0, column, heads[column], Ink::Text3);
    for (std::size_t i = 0; i < result.classes.size(); ++i) {
        const Reconciliation::ClassFactor& one = result.classes[i];
        const int row = static_cast<int>(i) + 1;
        put(row, 0, text(nameOf(one.op_class)), Ink::Text);
        put(row, 1, QString::number(one.layers), Ink::Text2);
        put(row, 2, quantityText(one.measured_s, Unit::Second), Ink::Text2);
        put(row, 3, quantityText(one.predicted_s, Unit::Second), Ink::Text2);
        put(row, 4, QStringLiteral("\u00D7 ") + ratioText(one.factor), Ink::Text);
        put(row, 5, one.layers > 1 ? QStringLiteral("\u00D7\u00F7 ") + ratioText(std::exp(one.spread)) : QString(),
            Ink::Text2);
    }
    m_class_grid->setColumnStretch(static_cast<int>(heads.size()), 1);
}

void ReconcileView::setComparison(const Graph& graph, const ProfileComparison& comparison) {
    const Reconciliation& result = comparison.result;
    m_sums->setText(tr("%1 measured \u00B7 %2 predicted \u00B7 %3 times the estimate")
                        .arg(quantityText(result.measured_s, Unit::Second),
                             quantityText(result.predicted_s, Unit::Second),
                             ratioText(result.measured_s / result.predicted_s)));
    m_layers->setText(tr("over %1 layers; %2 only measured, %3 only predicted; by class:")
                          .arg(result.rows.size())
                          .arg(result.only_measured)
                          .arg(result.only_predicted));
    m_refit->setText(refitText(comparison));
    showClasses(result);
    m_model->setComparison(graph, comparison);
    m_view->scrollToTop();
}

} // namespace cutline
