// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/plan_delegate.h"

#include "widgets/models/candidates_model.h"

namespace cutline {

void PlanDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyleOptionViewItem here = option;
    // The whole row of a plan that is pointed at, be it in a chart.
    here.state.setFlag(QStyle::State_MouseOver, index.data(CandidatesModel::HoveredRole).toBool());
    RowDelegate::paint(painter, here, index);
    if (index.column() != CandidatesModel::StarColumn) return;
    const Theme& theme = Theme::of(option.palette);
    const bool favourite = index.data(CandidatesModel::FavouriteRole).toBool();
    const QColor colour = favourite ? theme.accent : option.state.testFlag(QStyle::State_Selected) ? theme.text3 : theme.border;
    kept(QStringLiteral("star"), colour).paint(painter, QStyle::alignedRect(Qt::LeftToRight, Qt::AlignCenter, {16, 16}, option.rect));
}

const QIcon& PlanDelegate::kept(const QString& name, const QColor& colour) const {
    QIcon& icon = m_icons[{name, colour.rgb()}];
    if (icon.isNull()) icon = iconNamed(name, colour);
    return icon;
}

QIcon PlanDelegate::icon(const QModelIndex& index, const Theme& theme) const {
    if (index.column() != CandidatesModel::GroupColumn || index.data(CandidatesModel::GroupRole).toInt() == 0) return {};
    const bool open = index.data(CandidatesModel::OpenRole).toBool();
    return kept(open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right"), theme.text2);
}

QList<int> PlanDelegate::swatches(const QModelIndex& index) const {
    return index.column() == CandidatesModel::PlatformsColumn
               ? index.data(CandidatesModel::PlatformsRole).value<QList<int>>()
               : QList<int>();
}

bool PlanDelegate::strong(const QModelIndex& index) const {
    return index.column() == CandidatesModel::PlanColumn && index.data(CandidatesModel::KneeRole).toBool();
}

bool PlanDelegate::dimmed(const QModelIndex& index) const {
    return index.data(CandidatesModel::DimmedRole).toBool();
}

} // namespace cutline
