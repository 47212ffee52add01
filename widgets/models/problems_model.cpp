// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/problems_model.h"

#include "core/base/text.h"
#include "widgets/models/plan_facts.h"

namespace cutline {
namespace {

QString kindWord(Violation::Kind kind) {
    switch (kind) {
    case Violation::Kind::Unsupported:
        return QStringLiteral("operator");
    case Violation::Kind::Memory:
        return QStringLiteral("memory");
    case Violation::Kind::LinkOverload:
        return QStringLiteral("link load");
    case Violation::Kind::Rate:
        return QStringLiteral("rate");
    case Violation::Kind::Unreachable:
        return QStringLiteral("no route");
    case Violation::Kind::Constraint:
        return QStringLiteral("constraint");
    case Violation::Kind::UnknownShape:
        return QStringLiteral("shape");
    }
    return {};
}

QString wordsOf(std::string_view words) {
    return text(printable(words));
}

} // namespace

ProblemsModel::ProblemsModel(QObject* parent) : QAbstractTableModel(parent) {}

void ProblemsModel::setViolations(const std::vector<Violation>& violations) {
    std::vector<Problem> next;
    for (const Violation& v : violations)
        next.push_back({Severity::Error,
                        wordsOf(v.text),
                        kindWord(v.kind) + QStringLiteral(" \u00B7 ") + wordsOf(v.subject),
                        {},
                        v.layer});
    if (next == m_violations) return;
    beginResetModel();
    m_violations = std::move(next);
    endResetModel();
}

void ProblemsModel::setNotes(const std::vector<ImportNote>& notes) {
    std::vector<Problem> next;
    for (const ImportNote& n : notes)
        next.push_back({n.severity == ImportNote::Severity::Warning ? Severity::Warning : Severity::Info,
                        wordsOf(n.what),
                        wordsOf(n.where),
                        wordsOf(n.fix),
                        {}});
    if (next == m_notes) return;
    beginResetModel();
    m_notes = std::move(next);
    endResetModel();
}

const ProblemsModel::Problem& ProblemsModel::at(int row) const {
    const auto index = static_cast<std::size_t>(row);
    return index < m_violations.size() ? m_violations[index] : m_notes[index - m_violations.size()];
}

int ProblemsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_violations.size() + m_notes.size());
}

int ProblemsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ProblemsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Problem& problem = at(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
        return index.column() == WhatColumn    ? problem.what
               : index.column() == WhereColumn ? problem.where
                                               : problem.fix;
    case SeverityRole:
        return static_cast<int>(problem.severity);
    case LayerRole:
        return problem.layer ? QVariant(problem.layer->value) : QVariant();
    default:
        return {};
    }
}

QVariant ProblemsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    return section == WhatColumn    ? QStringLiteral("Problem")
           : section == WhereColumn ? QStringLiteral("Where")
           : section == FixColumn   ? QStringLiteral("What to do")
                                    : QVariant();
}

} // namespace cutline
