// SPDX-License-Identifier: GPL-3.0-or-later
// Candidates table: which plans are listed; groups of the short list open and close.
#include "widgets/panels/candidates_table.h"

#include <QComboBox>
#include <QMenu>
#include <QScrollBar>
#include <QTableView>

namespace cutline {

void CandidatesTable::keepPlace(const std::function<void()>& change) {
    QScrollBar* bar = m_view->verticalScrollBar();
    const int place = bar->value();
    m_following = true;
    change();
    m_following = false;
    bar->setValue(place);
    showRows();
}

void CandidatesTable::setListing(Listing listing) {
    keepPlace([this, listing] { m_model->setListing(listing); });
    m_listing->setCurrentIndex(static_cast<int>(listing));
}

void CandidatesTable::setSelected(std::optional<std::uint32_t> plan) {
    if (m_selected == plan) return;
    m_selected = plan;
    const auto stand_in = plan ? m_model->standInOf(*plan) : std::nullopt;
    if (stand_in && !m_model->isOpen(*stand_in))
        openGroup(*stand_in, true); // chosen elsewhere, it is to be seen here
    else
        selectRow();
}

void CandidatesTable::openGroup(std::uint32_t plan, bool open) {
    const std::uint32_t head = m_model->standInOf(plan).value_or(plan);
    if (m_model->groupSize(head) > 0) keepPlace([&] { m_model->setOpen(head, open); });
}

void CandidatesTable::openAllGroups(bool open) {
    keepPlace([this, open] { m_model->setAllOpen(open); });
}

void CandidatesTable::addGroupEntries(QMenu& menu, const QModelIndex& index) {
    if (!m_model->isKnown(CandidatesModel::GroupColumn)) return;
    menu.addSeparator();
    const auto plan = index.data(CandidatesModel::PlanRole).toUInt();
    const std::uint32_t head = m_model->standInOf(plan).value_or(plan);
    if (const std::size_t size = m_model->groupSize(head); size > 0) {
        const bool open = m_model->isOpen(head);
        menu.addAction(open ? QStringLiteral("Close the group of %1\t\u2212").arg(m_model->titleOf(head))
                            : QStringLiteral("List all %1 plans that %2 stands for\t+").arg(size).arg(m_model->titleOf(head)),
                       this, [this, head, open] { openGroup(head, !open); });
    }
    menu.addAction(QStringLiteral("Open all groups\t*"), this, [this] { openAllGroups(true); });
    if (m_model->anyOpen()) menu.addAction(QStringLiteral("Close all groups"), this, [this] { openAllGroups(false); });
}

} // namespace cutline
