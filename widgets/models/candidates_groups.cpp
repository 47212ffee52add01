// SPDX-License-Identifier: GPL-3.0-or-later
// Candidates: a plan of the short list stands for a group of the front, which can be opened.
#include "widgets/models/candidates_model.h"

#include <algorithm>

namespace cutline {

void CandidatesModel::findGroups() {
    m_groups.clear();
    m_open.clear();
    if (!m_result) return;
    for (std::size_t i = 0; i < m_result->represented_by.size(); ++i)
        if (const std::uint32_t by = m_result->represented_by[i]; by != m_result->front[i])
            m_groups[by].push_back(m_result->front[i]);
}

void CandidatesModel::listRepresentatives() {
    for (const std::uint32_t plan : m_result->representatives) {
        m_rows.push_back(plan);
        if (!isOpen(plan)) continue;
        const auto& group = m_groups.at(plan);
        m_rows.insert(m_rows.end(), group.begin(), group.end());
    }
}

std::size_t CandidatesModel::groupSize(std::uint32_t plan) const {
    const auto found = m_groups.find(plan);
    return found == m_groups.end() || m_listing != Listing::Representatives ? 0 : found->second.size() + 1;
}

std::optional<std::uint32_t> CandidatesModel::standInOf(std::uint32_t plan) const {
    if (!m_result || m_listing != Listing::Representatives) return {};
    const auto& front = m_result->front;
    const auto found = std::lower_bound(front.begin(), front.end(), plan);
    if (found == front.end() || *found != plan || m_result->represented_by.empty()) return {};
    const std::uint32_t by = m_result->represented_by[static_cast<std::size_t>(found - front.begin())];
    return by == plan ? std::nullopt : std::optional(by);
}

void CandidatesModel::setOpen(std::uint32_t plan, bool open) {
    if (groupSize(plan) == 0 || open == isOpen(plan)) return;
    beginResetModel();
    if (open)
        m_open.insert(plan);
    else
        m_open.erase(plan);
    fillRows();
    endResetModel();
}

void CandidatesModel::setAllOpen(bool open) {
    beginResetModel();
    m_open.clear();
    if (open)
        for (const auto& [plan, group] : m_groups) m_open.insert(plan);
    fillRows();
    endResetModel();
}

bool CandidatesModel::isPointedAt(std::uint32_t plan) const {
    if (!m_hovered) return false;
    return m_hovered == plan || (rowOf(*m_hovered) < 0 && standInOf(*m_hovered) == plan);
}

QString CandidatesModel::groupText(std::uint32_t plan) const {
    if (const std::size_t size = groupSize(plan)) return QString::number(size);
    const auto by = standInOf(plan);
    return by && isOpen(*by) ? QStringLiteral("of %1").arg(std::uint64_t{*by} + 1) : QString();
}

} // namespace cutline
