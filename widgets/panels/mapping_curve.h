// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/mapping_facts.h"

#include <QWidget>

#include <vector>

namespace cutline {

/// Mappings of one layer that no other one beats, energy over time; the one in use is ringed. Hovering a dot
/// says its figures.
class MappingCurve : public QWidget {
    Q_OBJECT
public:
    explicit MappingCurve(QWidget* parent = nullptr);
    void setPoints(std::vector<MappingFacts::Point> points, MappingFacts::Point chosen, const QColor& colour);
    QSize sizeHint() const override { return {220, 92}; }
    QString tipAt(QPoint position) const;
    /// Where a point is drawn.
    QPointF positionOf(std::size_t point) const;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    QRectF plot() const;
    QPointF place(const MappingFacts::Point& point) const;

    std::vector<MappingFacts::Point> m_points;
    MappingFacts::Point m_chosen;
    MappingFacts::Point m_low, m_high;
    QColor m_colour;
};

} // namespace cutline
