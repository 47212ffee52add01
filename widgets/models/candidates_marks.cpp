// SPDX-License-Identifier: GPL-3.0-or-later
// Candidates: what a person says of plans, and which one is pointed at.
#include "widgets/models/candidates_model.h"

#include <algorithm>
#include <utility>

namespace cutline {

void CandidatesModel::setHovered(std::optional<std::uint32_t> plan) {
    if (plan == m_hovered) return;
    const auto before = std::exchange(m_hovered, plan);
    for (const auto& changed : {before, m_hovered}) {
        if (!changed) continue;
        const int own = rowOf(*changed);
        if (const int row = own < 0 ? rowOf(standInOf(*changed).value_or(*changed)) : own; row >= 0)
            Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1), {HoveredRole});
    }
}

void CandidatesModel::setWeights(const PlanWeights& weights) {
    if (weights == m_weights) return;
    m_weights = weights;
    m_scores = m_result ? PlanScores(*m_result, m_weights) : PlanScores();
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, ScoreColumn), index(rowCount() - 1, ScoreColumn));
}

std::optional<std::uint32_t> CandidatesModel::bestByWeights() const {
    std::optional<std::uint32_t> best;
    double most = -1;
    if (m_scores.empty()) return best;
    for (const std::uint32_t plan : m_result->front)
        if (const double score = m_scores.of(m_result->summaries[plan]); score > most) {
            most = score;
            best = plan;
        }
    return best;
}

void CandidatesModel::setKept(std::vector<KeptRow> kept) {
    if (!m_result) return;
    const auto ids = [](const std::vector<KeptRow>& rows) {
        std::vector<std::pair<std::optional<std::uint32_t>, const Plan*>> list;
        for (const KeptRow& row : rows) list.emplace_back(row.candidate, row.plan.get());
        return list;
    };
    const bool same_rows = ids(kept) == ids(m_kept);
    if (!same_rows) beginResetModel();
    m_kept = std::move(kept);
    if (!same_rows) {
        m_texts.clear();
        fillRows();
        endResetModel();
    } else if (!m_rows.empty()) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    }
}

const KeptRow* CandidatesModel::keptOf(std::uint32_t plan) const {
    const std::size_t count = m_result ? m_result->summaries.size() : 0;
    if (plan >= count) return plan - count < m_kept.size() ? &m_kept[plan - count] : nullptr;
    const auto found =
        std::find_if(m_kept.begin(), m_kept.end(), [plan](const KeptRow& row) { return row.candidate == plan; });
    return found == m_kept.end() ? nullptr : &*found;
}

bool CandidatesModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!index.isValid() || !m_result || role != Qt::EditRole) return false;
    const std::uint32_t plan = planAt(index.row());
    const KeptRow* kept = keptOf(plan);
    const bool favourite = kept && kept->favourite;
    const QString note = kept ? kept->note : QString();
    if (index.column() == StarColumn && value.toBool() != favourite)
        Q_EMIT markRequested(plan, value.toBool(), note);
    else if (index.column() == NoteColumn && value.toString().trimmed() != note)
        Q_EMIT markRequested(plan, favourite, value.toString().trimmed());
    else
        return false;
    return true;
}

} // namespace cutline
