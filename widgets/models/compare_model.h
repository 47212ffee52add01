// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/plan_facts.h"

#include <QAbstractTableModel>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace cutline {

/// A plan beside others.
struct ComparedPlan {
    QString name; ///< "plan 6", "own plan"
    std::shared_ptr<const Plan> plan;
    Metrics metrics;
};

/// Figures of two to four plans side by side: rows are figures, columns plans; differences are against the first one.
class CompareModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role {
        ValueRole = Qt::UserRole, ///< double, SI; invalid where not known
        ChangeRole,               ///< "▲ +11.4 %"; empty in the first column
        VerdictRole               ///< Verdict as int
    };
    explicit CompareModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

    void setPlans(std::vector<ComparedPlan> plans, SystemPtr system);
    const std::vector<ComparedPlan>& plans() const { return m_plans; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        QString title;
        Unit unit = Unit::None;
        bool larger_is_better = false, neutral = false; ///< neutral: more is neither better nor worse
        std::vector<std::optional<double>> values;       ///< by plan
    };
    void addRow(const QString& title, Unit unit, bool larger_is_better, bool neutral,
                const std::function<std::optional<double>(const Metrics&)>& value);
    Change changeAt(const Row& row, std::size_t column) const;

    std::vector<ComparedPlan> m_plans;
    std::vector<Row> m_rows;
};

/// Layers that these plans put on different platforms, ascending. Plans of one graph.
std::vector<LayerId> differingLayers(const std::vector<ComparedPlan>& plans, std::size_t layers);

} // namespace cutline
