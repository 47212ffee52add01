// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/panels/kit.h"

#include <map>

namespace cutline {

/// Cells of plans: swatches in the platforms' colours before their names, a star, the knee in bold, a chevron where a group
/// opens.
class PlanDelegate : public RowDelegate {
    Q_OBJECT
public:
    using RowDelegate::RowDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

protected:
    QList<int> swatches(const QModelIndex& index) const override;
    QIcon icon(const QModelIndex& index, const Theme& theme) const override;
    bool strong(const QModelIndex& index) const override;
    bool dimmed(const QModelIndex& index) const override;

private:
    const QIcon& kept(const QString& name, const QColor& colour) const;
    mutable std::map<std::pair<QString, QRgb>, QIcon> m_icons; ///< drawing an SVG for every cell would be slow
};

} // namespace cutline
