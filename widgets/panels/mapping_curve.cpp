// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/mapping_curve.h"

#include "widgets/models/plan_facts.h"
#include "widgets/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace cutline {

MappingCurve::MappingCurve(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMouseTracking(true);
}

void MappingCurve::setPoints(std::vector<MappingFacts::Point> points, MappingFacts::Point chosen,
                             const QColor& colour) {
    m_points = std::move(points);
    m_chosen = chosen;
    m_colour = colour;
    m_low = m_high = chosen;
    for (const auto& point : m_points) {
        m_low = {std::min(m_low.latency_s, point.latency_s), std::min(m_low.energy_j, point.energy_j)};
        m_high = {std::max(m_high.latency_s, point.latency_s), std::max(m_high.energy_j, point.energy_j)};
    }
    setAccessibleName(QStringLiteral("%1 mappings worth having").arg(m_points.size()));
    QStringList lines;
    for (const auto& point : m_points)
        lines << quantityText(point.latency_s, Unit::Second) + QStringLiteral(" \u00B7 ") +
                     quantityText(point.energy_j, Unit::Joule);
    setAccessibleDescription(lines.join(u'\n'));
    update();
}

QRectF MappingCurve::plot() const {
    return QRectF(rect()).adjusted(8, 20, -8, -20);
}

QPointF MappingCurve::place(const MappingFacts::Point& point) const {
    const QRectF area = plot();
    const auto share = [](double value, double low, double high) {
        return high > low ? (value - low) / (high - low) : 0.5;
    };
    return {area.left() + share(point.latency_s, m_low.latency_s, m_high.latency_s) * area.width(),
            area.bottom() - share(point.energy_j, m_low.energy_j, m_high.energy_j) * area.height()};
}

QPointF MappingCurve::positionOf(std::size_t point) const {
    return place(m_points[point]);
}

QString MappingCurve::tipAt(QPoint position) const {
    for (const auto& point : m_points) {
        if (QLineF(place(point), position).length() > 8) continue;
        return QStringLiteral("%1 \u00B7 %2\n%3 of the least time, %4 of the least energy")
            .arg(quantityText(point.latency_s, Unit::Second), quantityText(point.energy_j, Unit::Joule),
                 percentText(point.latency_s / m_low.latency_s), percentText(point.energy_j / m_low.energy_j));
    }
    return {};
}

bool MappingCurve::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const QString tip = tipAt(help->pos()); !tip.isEmpty())
        QToolTip::showText(help->globalPos(), tip, this);
    else
        QToolTip::hideText();
    return true;
}

void MappingCurve::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(fontFor(TextRole::CardDetail, true));
    painter.setPen(theme.text3);
    const QRectF all = QRectF(rect()).adjusted(4, 2, -4, -2);
    const auto range = [](double low, double high, Unit unit) {
        const QString from = quantityText(low, unit), to = quantityText(high, unit);
        if (from != to) return from + QStringLiteral(" to ") + to;
        return high > low ? QStringLiteral("%1, all within %2").arg(from, percentText(high / low - 1)) : from;
    };
    painter.drawText(all, Qt::AlignTop | Qt::AlignLeft,
                     QStringLiteral("energy, ") + range(m_low.energy_j, m_high.energy_j, Unit::Joule));
    painter.drawText(all, Qt::AlignBottom | Qt::AlignRight,
                     QStringLiteral("time, ") + range(m_low.latency_s, m_high.latency_s, Unit::Second));
    painter.setPen(theme.grid);
    const QRectF area = plot();
    for (const double y : {area.top(), area.center().y(), area.bottom()})
        painter.drawLine(QPointF(area.left() - 4, y), QPointF(area.right() + 4, y));
    painter.setPen(QPen(theme.tint(m_colour, 0.55), 1.2));
    for (std::size_t i = 1; i < m_points.size(); ++i) painter.drawLine(positionOf(i - 1), positionOf(i));
    for (const auto& point : m_points) {
        painter.setPen(QPen(theme.surface, 1));
        painter.setBrush(m_colour);
        painter.drawEllipse(place(point), 3, 3);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.accent, 1.5));
    painter.drawEllipse(place(m_chosen), 6, 6);
}

} // namespace cutline
