// SPDX-License-Identifier: GPL-3.0-or-later
// What charts with two axes draw alike.
#include "widgets/charts/chart_pane.h"

#include "widgets/charts/label_place.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace cutline {

void ChartPane::paintLogAxes(QPainter& painter, const PlotMapping& to) const {
    painter.setFont(fontFor(TextRole::Small, true));
    const QFontMetrics metrics = painter.fontMetrics();
    for (const double value : m_y_text.logarithmic ? logTicks(to.y0, to.y1) : std::vector<double>{}) {
        const double y = to.map({to.x0, std::log10(value)}).y();
        painter.setPen(theme().grid);
        painter.drawLine(QPointF(to.area.left(), y), QPointF(to.area.right(), y));
        painter.setPen(theme().text2);
        painter.drawText(QRectF(to.area.left() - 58, y - 9, 52, 18), Qt::AlignRight | Qt::AlignVCenter, tickText(value));
    }
    if (m_x_text.logarithmic) {
        painter.setPen(theme().border);
        painter.drawLine(to.area.bottomLeft(), to.area.bottomRight());
    }
    double end = -1e9;
    for (const double value : m_x_text.logarithmic ? logTicks(to.x0, to.x1) : std::vector<double>{}) {
        const double x = to.map({std::log10(value), to.y0}).x();
        painter.setPen(theme().border);
        painter.drawLine(QPointF(x, to.area.bottom()), QPointF(x, to.area.bottom() + 4));
        const QString words = tickText(value);
        const double width = metrics.horizontalAdvance(words);
        if (x - width / 2 < end + 6) continue;
        end = x + width / 2;
        painter.setPen(theme().text2);
        painter.drawText(QRectF(x - 30, to.area.bottom() + 4, 60, 16), Qt::AlignCenter, words);
    }
}

void ChartPane::paintNote(QPainter& painter, const PlotMapping& to) const {
    if (m_plot_note.isEmpty()) return;
    painter.setFont(fontFor(TextRole::Small));
    painter.setPen(theme().text3);
    const QRectF head = headRect(to).adjusted(keyWidth() + 8, 0, 0, 0);
    painter.drawText(head, Qt::AlignRight | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_plot_note, Qt::ElideRight, static_cast<int>(head.width())));
}

void ChartPane::paintDot(QPainter& painter, QPointF at, double radius, const QColor& colour) const {
    painter.setPen(QPen(theme().surface, 1.5));
    painter.setBrush(colour);
    painter.drawEllipse(at, radius, radius);
}

void ChartPane::paintRing(QPainter& painter, QPointF at, double radius, const QColor& colour) const {
    painter.setBrush(theme().surface);
    painter.setPen(QPen(colour, 1.5));
    painter.drawEllipse(at, radius, radius);
}

namespace {

QPointF nearestPoint(const QRectF& rect, QPointF to) {
    return {std::clamp(to.x(), rect.left(), rect.right()), std::clamp(to.y(), rect.top(), rect.bottom())};
}

} // namespace

void ChartPane::paintInterval(QPainter& painter, const PlotMapping& to, QPointF value, double low, double high,
                              const QColor& colour) const {
    constexpr double kCap = 2.5;
    if (!(high > low) || !to.shows(value)) return;
    const QRectF plot = to.area;
    const auto inside = [&](double y) {
        return QPointF(to.map(value).x(), std::clamp(to.map({value.x(), y}).y(), plot.top(), plot.bottom()));
    };
    QColor faint = colour;
    faint.setAlphaF(0.6F);
    painter.setPen(QPen(faint, 1));
    const QPointF bottom = inside(low), top = inside(high);
    painter.drawLine(bottom, top);
    for (const QPointF& end : {bottom, top}) painter.drawLine(end - QPointF(kCap, 0), end + QPointF(kCap, 0));
}

void ChartPane::paintLabel(QPainter& painter, const PlotMapping& to, QPointF at, const QString& text,
                           const QColor& colour, bool strong, std::vector<QRectF>& placed) const {
    painter.setFont(fontFor(strong ? TextRole::CardTitle : TextRole::Small));
    const QSizeF size(painter.fontMetrics().horizontalAdvance(text) + 2, painter.fontMetrics().height());
    const QRectF rect = labelPlace(at, size, to.area, strong, placed);
    if (const QPointF near = nearestPoint(rect, at); QLineF(near, at).length() > 24) {
        painter.setPen(QPen(theme().text3, 0.75));
        painter.drawLine(at, near);
    }
    placed.push_back(rect);
    // A rim in the surface's colour keeps it legible over lines and dots.
    QPainterPath outline;
    outline.addText(rect.left() + 1, rect.top() + painter.fontMetrics().ascent(), painter.font(), text);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme().surface, 3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(outline);
    painter.fillPath(outline, colour);
}

} // namespace cutline
