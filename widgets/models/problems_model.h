// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/import.h"
#include "core/plan/metrics.h"

#include <QAbstractTableModel>

#include <optional>
#include <vector>

namespace cutline {

/// What a person should look at: broken limits of the plan first, then what the import had to say.
class ProblemsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { WhatColumn, WhereColumn, FixColumn, ColumnCount };
    enum class Severity { Error, Warning, Info };
    enum Role { SeverityRole = Qt::UserRole, LayerRole /**< uint, invalid where no layer is meant */ };

    struct Problem {
        Severity severity = Severity::Error;
        QString what, where, fix;
        std::optional<LayerId> layer;
        friend bool operator==(const Problem&, const Problem&) = default;
    };

    explicit ProblemsModel(QObject* parent = nullptr);
    void setViolations(const std::vector<Violation>& violations);
    void setNotes(const std::vector<ImportNote>& notes);
    const Problem& at(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<Problem> m_violations, m_notes;
};

} // namespace cutline
