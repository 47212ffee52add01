// SPDX-License-Identifier: GPL-3.0-or-later
// Timeline: how it is drawn.
#include "core/base/text.h"
#include "widgets/charts/plot_axis.h"
#include "widgets/charts/timeline_chart.h"
#include "widgets/graph/card.h"
#include "widgets/panels/kit.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

constexpr double kEdge = 10; ///< beside the lanes at the right
constexpr double kLegible = 46; ///< pixels of a bar from which its name is written
constexpr std::uint32_t kShades = 4;

} // namespace

QColor TimelineChart::colourOf(const Timeline::Lane& lane) const {
    return lane.is_link ? theme().link(lane.index) : theme().platform(lane.index);
}

void TimelineChart::paintScale(QPainter& painter) const {
    const Theme& now = theme();
    const UnitScale scale = scaleFor(m_axis.to_s, Unit::Second);
    const Ticks ticks = niceTicks(m_axis.from_s * scale.factor, m_axis.to_s * scale.factor,
                                  std::max(2, static_cast<int>(m_axis.width / 110)));
    painter.setFont(fontFor(TextRole::Small, true));
    const QRectF first = laneRect(0);
    const double bottom = laneRect(m_lane_bars.size() - 1).bottom();
    for (double value = ticks.low; value <= m_axis.to_s * scale.factor; value += ticks.step) {
        const double x = m_axis.x(value / scale.factor);
        if (x < m_axis.left - 1) continue;
        painter.setPen(now.grid);
        painter.drawLine(QPointF(x, first.top()), QPointF(x, bottom));
        painter.setPen(now.text2);
        const QString words = QString::number(value, 'f', ticks.decimals) + QChar(0x202F) + text(scale.name);
        const double wide = painter.fontMetrics().horizontalAdvance(words);
        const double left = std::min(x - wide / 2, m_axis.left + m_axis.width + kEdge - wide); // the last one is not cut off
        painter.drawText(QRectF(left, first.top() - 19, wide + 2, 16), Qt::AlignLeft | Qt::AlignVCenter, words);
    }
}

bool TimelineChart::paintSteps(QPainter& painter, const Timeline::Bar& bar, const QRectF& rect, const QColor& colour,
                               const QColor& ink) const {
    const Graph& graph = *m_evaluator->problem().graph;
    bool named = false;
    painter.setFont(fontFor(TextRole::Small));
    for (const Timeline::Step& step : m_timeline->pieces[bar.part].steps) {
        const double from = std::max(rect.left(), m_axis.x(bar.start_s + step.start_s));
        const double to = std::min(rect.right(), m_axis.x(bar.start_s + step.end_s));
        if (to < from) continue;
        const bool lit = isLit(step);
        if (lit) painter.fillRect(QRectF(from, rect.top(), std::max(2.0, to - from), rect.height()), theme().accent);
        if (to - from < 4 || m_timeline->pieces[bar.part].steps.size() < 2) continue;
        painter.setPen(QPen(colour, 0.75));
        painter.drawLine(QPointF(to, rect.top() + 1), QPointF(to, rect.bottom() - 1));
        if (to - from < kLegible || rect.height() < 12) continue;
        named = true;
        painter.setPen(lit ? theme().on_accent : ink);
        painter.drawText(QRectF(from + 3, rect.top(), to - from - 6, rect.height()), Qt::AlignCenter,
                         painter.fontMetrics().elidedText(shortLayerName(graph.layer(step.layers.front()).name),
                                                          Qt::ElideMiddle, static_cast<int>(to - from) - 6));
    }
    return named;
}

void TimelineChart::paintBar(QPainter& painter, const Timeline::Bar& bar, const QRectF& rect) const {
    const Theme& now = theme();
    const Timeline::Lane& lane = m_timeline->lanes[bar.lane];
    const QColor colour = colourOf(lane);
    // Inferences that follow each other differ in shade; the colour stays the platform's.
    const double share = 0.34 + 0.2 * (bar.frame % kShades);
    const QColor fill = now.tint(colour, bar.kind == Timeline::Bar::Kind::Handling ? 0.2 : share);
    if (rect.width() < 3) return painter.fillRect(rect, fill);
    painter.setPen(QPen(colour, 1));
    painter.setBrush(bar.kind == Timeline::Bar::Kind::Handling ? QBrush(colour, Qt::BDiagPattern) : QBrush(fill));
    painter.drawRoundedRect(rect, 2, 2);
    const bool stepped = bar.kind == Timeline::Bar::Kind::Piece && paintSteps(painter, bar, rect, colour, inkOn(fill));
    if (stepped) return;
    if (rect.width() < kLegible || rect.height() < 12) return;
    const bool piece = bar.kind == Timeline::Bar::Kind::Piece;
    const QString frame = QString::number(bar.frame + 1);
    QString words = piece ? frame : quantityText(m_timeline->transfers[bar.part].bytes, Unit::Byte);
    if (piece && rect.width() > kLegible * 2.4) {
        const Timeline::Piece& part = m_timeline->pieces[bar.part];
        const Graph& graph = *m_evaluator->problem().graph;
        if (part.steps.size() == 1)
            words = frame + QStringLiteral(" \u00B7 ") + shortLayerName(graph.layer(part.steps[0].layers[0]).name);
        else
            words = frame + QStringLiteral(" \u00B7 ") + quantityText(bar.end_s - bar.start_s, Unit::Second);
    }
    painter.setFont(fontFor(TextRole::Small, true));
    painter.setPen(inkOn(fill)); // readable on every shade
    painter.drawText(rect.adjusted(4, 0, -4, 0), Qt::AlignCenter,
                     painter.fontMetrics().elidedText(words, Qt::ElideRight, static_cast<int>(rect.width()) - 8));
}

void TimelineChart::paintLane(QPainter& painter, std::size_t index) const {
    const Theme& now = theme();
    const Timeline::Lane& lane = m_timeline->lanes[index];
    const QRectF place = laneRect(index);
    const bool bottleneck = m_timeline->bottleneck == index;
    painter.setPen(now.border);
    painter.drawLine(QPointF(12, place.bottom()), QPointF(place.right(), place.bottom()));
    painter.fillRect(QRectF(12, place.center().y() - 4.5, 9, 9), colourOf(lane));
    painter.setFont(fontFor(bottleneck ? TextRole::CardTitle : TextRole::Small));
    painter.setPen(bottleneck ? now.bad : now.text);
    const double share = m_timeline->period_s > 0 ? lane.busy_s / m_timeline->period_s : 0;
    const QString busy = percentText(share);
    const double room = m_axis.left - 35 - painter.fontMetrics().horizontalAdvance(busy) - 8;
    painter.drawText(QRectF(27, place.top(), room, place.height()), Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(text(printable(lane.name)), Qt::ElideMiddle, static_cast<int>(room)));
    painter.drawText(QRectF(27, place.top(), m_axis.left - 35, place.height()), Qt::AlignRight | Qt::AlignVCenter, busy);

    // Bars narrower than a pixel run together into one.
    QRectF thin;
    QColor thin_fill;
    const auto flush = [&] {
        if (!thin.isEmpty()) painter.fillRect(thin, thin_fill);
        thin = {};
    };
    for (const bool lent : {false, true}) { // those lie across others
        for (const std::uint32_t b : m_lane_bars[index]) {
            const Timeline::Bar& bar = m_timeline->bars[b];
            if (bar.start_s > m_axis.to_s) break;
            const QRectF rect = barRect(b);
            if (bar.lent_for.has_value() != lent || rect.isEmpty()) continue;
            if (rect.width() > 1) {
                flush();
                paintBar(painter, bar, rect);
            } else if (!thin.isEmpty() && rect.left() <= thin.right()) {
                thin.setRight(std::max(thin.right(), rect.right()));
            } else {
                flush();
                thin = rect;
                thin_fill = now.tint(colourOf(lane), 0.6);
            }
        }
        flush();
    }
}

void TimelineChart::paintRange(QPainter& painter) const {
    if (!m_range || m_lane_bars.empty()) return;
    const double from = std::max(m_axis.left, m_axis.x(m_range->from_s));
    const double to = std::min(m_axis.left + m_axis.width, m_axis.x(m_range->to_s));
    if (to <= from) return;
    QColor fill = theme().accent;
    fill.setAlphaF(0.12F);
    const QRectF rect(from, laneRect(0).top(), to - from, laneRect(m_lane_bars.size() - 1).bottom() - laneRect(0).top());
    painter.fillRect(rect, fill);
    painter.setPen(QPen(theme().accent, 1));
    painter.drawLine(rect.topLeft(), rect.bottomLeft());
    painter.drawLine(rect.topRight(), rect.bottomRight());
}

void TimelineChart::paintAll(QPainter& painter, const QRectF& whole, bool marks) const {
    const Theme& now = theme();
    if (!m_timeline || m_lane_bars.empty()) {
        painter.setFont(fontFor(TextRole::Interface));
        painter.setPen(now.text3);
        painter.drawText(whole.adjusted(20, 0, -20, 0), Qt::AlignCenter | Qt::TextWordWrap,
                         m_work ? QStringLiteral("Working out when everything runs\u2026")
                                : QStringLiteral("What runs when on platforms and links stands here once a plan is chosen"));
        return;
    }
    paintScale(painter);
    painter.save();
    for (std::size_t lane = 0; lane < m_lane_bars.size(); ++lane) paintLane(painter, lane);
    painter.restore();
    if (marks) paintRange(painter);
    painter.setFont(fontFor(TextRole::Small, true));
    painter.setPen(m_range ? now.text : now.text3);
    const QString words = marks && m_range ? rangeText()
                          : marks ? QStringLiteral("wheel, W S: zoom \u00B7 drag, A D: move \u00B7 F: all \u00B7 Ctrl and drag: measure")
                                  : summaryText();
    painter.drawText(QRectF(12, whole.bottom() - 18, whole.width() - 24, 16), Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(words, Qt::ElideRight, static_cast<int>(whole.width()) - 24));
}

void TimelineChart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintAll(painter, rect(), true);
    if (hasFocus()) paintFocus(painter, rect(), theme());
}

void TimelineChart::renderTo(QPainter* painter, const QRectF& target) {
    painter->save();
    painter->fillRect(target, theme().surface);
    painter->translate(target.topLeft());
    painter->scale(target.width() / width(), target.height() / height());
    paintAll(*painter, rect(), false);
    painter->restore();
}

} // namespace cutline
