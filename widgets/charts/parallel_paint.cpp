// SPDX-License-Identifier: GPL-3.0-or-later
// Parallel axes: how they are drawn.
#include "widgets/charts/parallel_chart.h"
#include "widgets/panels/kit.h"

#include <QEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

constexpr std::size_t kDrawnOneByOne = 400; ///< above that, plans are drawn by how many lie where
constexpr std::size_t kOwnLines = 4'000;    ///< above that, by bins of the axes
constexpr int kBins = 48;
constexpr float kDimmedLine = 0.16F;

} // namespace

void ParallelChart::paintPlan(QPainter& painter, const QRectF& area, std::uint32_t plan, const QPen& pen) const {
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    QPainterPath path;
    bool down = false;
    for (std::size_t i = 0; i < m_axes.size(); ++i) {
        const float place = m_axes[i].place[plan];
        const QPointF at(axisX(i, area), area.bottom() - static_cast<double>(place) * area.height());
        const bool known = std::isfinite(place);
        if (known && down)
            path.lineTo(at);
        else if (known)
            path.moveTo(at);
        down = known;
    }
    painter.drawPath(path);
}

void ParallelChart::paintLines(QPainter& painter, const QRectF& area, const std::vector<std::uint32_t>& plans,
                               QColor colour, double width) const {
    if (plans.size() > kDrawnOneByOne) return paintDensity(painter, area, plans, colour);
    for (const std::uint32_t plan : plans) paintPlan(painter, area, plan, QPen(colour, width));
}

void ParallelChart::paintDensity(QPainter& painter, const QRectF& area, const std::vector<std::uint32_t>& plans,
                                 QColor colour) const {
    const double ratio = inkRatio(painter);
    if (plans.size() < m_all.size()) return inkOf(area, ratio, plans).paint(painter, colour);
    if (!m_all_ink || !m_all_ink->fits(area, ratio)) m_all_ink = inkOf(area, ratio, m_all);
    m_all_ink->paint(painter, colour);
}

LineInk ParallelChart::inkOf(const QRectF& area, double ratio, const std::vector<std::uint32_t>& plans) const {
    LineInk ink(area, ratio);
    std::vector<std::uint32_t> count;
    std::vector<LineInk::Line> lines;
    const auto bin = [](float place) { return std::clamp(static_cast<int>(place * kBins), 0, kBins - 1); };
    const auto middle = [](int at) { return (static_cast<float>(at) + 0.5F) / kBins; };
    for (std::size_t i = 0; i + 1 < m_axes.size(); ++i) {
        const auto &left = m_axes[i].place, &right = m_axes[i + 1].place;
        lines.clear();
        if (plans.size() <= kOwnLines) {
            for (const std::uint32_t plan : plans)
                if (std::isfinite(left[plan]) && std::isfinite(right[plan])) lines.push_back({left[plan], right[plan], 1});
        } else {
            // Between two axes only so many lines can be told apart: each pair of bins is drawn once.
            count.assign(static_cast<std::size_t>(kBins * kBins), 0);
            for (const std::uint32_t plan : plans)
                if (std::isfinite(left[plan]) && std::isfinite(right[plan]))
                    ++count[static_cast<std::size_t>(bin(left[plan]) * kBins + bin(right[plan]))];
            for (int a = 0; a < kBins; ++a)
                for (int b = 0; b < kBins; ++b)
                    if (const std::uint32_t n = count[static_cast<std::size_t>(a * kBins + b)])
                        lines.push_back({middle(a), middle(b), static_cast<float>(n)});
        }
        ink.add(axisX(i, area), axisX(i + 1, area), lines);
    }
    return ink;
}

QRectF ParallelChart::numberRect(std::size_t axis, bool high) const {
    const PlanBrush::Range* range = axis < m_axes.size() ? m_brush.of(m_axes[axis].objective) : nullptr;
    if (!range) return {};
    const QPointF at = positionOf(axis, high ? range->high : range->low);
    const double width = 62, height = 17;
    return {at.x() - width / 2, high ? at.y() - height - 5 : at.y() + 5, width, height};
}

QRectF ParallelChart::demandRect(std::size_t axis) const {
    const QRectF low = numberRect(axis, false);
    if (low.isEmpty()) return {};
    const QRectF rect(low.center().x() - 33, low.bottom() + 3, 66, 18);
    // At the foot of the axis it stands beside the number.
    return rect.bottom() > height() - 2 ? rect.translated(69, -low.height() - 4) : rect;
}

void ParallelChart::paintAxes(QPainter& painter, const QRectF& area) const {
    const Theme& now = theme();
    const double gap = m_axes.size() > 1 ? area.width() / static_cast<double>(m_axes.size() - 1) : area.width();
    for (std::size_t i = 0; i < m_axes.size(); ++i) {
        const Axis& axis = m_axes[i];
        const double x = axisX(i, area);
        painter.setPen(QPen(now.text3, 1));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        painter.setFont(fontFor(TextRole::CardTitle));
        painter.setPen(now.text);
        const double room = std::min(gap - 8, i == 0 || i + 1 == m_axes.size() ? 136.0 : gap);
        painter.drawText(QRectF(x - room / 2, area.top() - 36, room, 16), Qt::AlignCenter,
                         painter.fontMetrics().elidedText(axis.title, Qt::ElideRight, static_cast<int>(room)));
        painter.setFont(fontFor(TextRole::Small, true));
        const int wanted = std::clamp(static_cast<int>(area.height() / 26), 1, 6);
        for (const FigureAxis::Tick& tick : axis.axis.ticks(axis.low, axis.high, wanted)) {
            const double y = area.bottom() - (tick.at - axis.low) / (axis.high - axis.low) * area.height();
            painter.setPen(now.text3);
            painter.drawLine(QPointF(x - 3, y), QPointF(x, y));
            const QString& words = tick.words;
            const double wide = painter.fontMetrics().horizontalAdvance(words);
            // On a ground of its own: lines run across.
            QColor ground = now.surface;
            ground.setAlphaF(0.82F);
            painter.fillRect(QRectF(x - wide - 9, y - 8, wide + 4, 16), ground);
            painter.setPen(now.text2);
            painter.drawText(QRectF(x - 66, y - 8, 60, 16), Qt::AlignRight | Qt::AlignVCenter, words);
        }
    }
}

void ParallelChart::paintBrush(QPainter& painter, const QRectF& area, std::size_t index) const {
    const PlanBrush::Range* range = m_brush.of(m_axes[index].objective);
    if (!range) return;
    const Theme& now = theme();
    const double x = axisX(index, area);
    const QPointF low = positionOf(index, range->low), high = positionOf(index, range->high);
    QRectF bar(x - 6, high.y(), 12, std::max(2.0, low.y() - high.y()));
    bar = bar.intersected(area.adjusted(-8, -1, 8, 1));
    QColor fill = now.accent;
    fill.setAlphaF(0.18F);
    painter.setPen(QPen(now.accent, 1.5));
    painter.setBrush(fill);
    painter.drawRoundedRect(bar, 3, 3);
    painter.setFont(fontFor(TextRole::Small, true));
    for (const bool upper : {false, true}) {
        const QRectF place = numberRect(index, upper);
        painter.setPen(Qt::NoPen);
        painter.setBrush(now.raised);
        painter.drawRoundedRect(place, 4, 4);
        painter.setPen(now.text);
        painter.drawText(place, Qt::AlignCenter,
                         limitText(upper ? range->high : range->low, shownUnit(range->objective, m_ratio)));
    }
    const QRectF button = demandRect(index);
    painter.setPen(QPen(now.border, 1));
    painter.setBrush(now.surface);
    painter.drawRoundedRect(button, 6, 6);
    painter.setPen(now.accent);
    painter.drawText(button, Qt::AlignCenter, QStringLiteral("demand"));
}

void ParallelChart::paintDimmed(QPainter& painter, const QRectF& area) const {
    QColor dim = theme().text3;
    dim.setAlphaF(kDimmedLine);
    paintLines(painter, area, m_all, dim, 1);
}

void ParallelChart::paintAccepted(QPainter& painter, const QRectF& area) const {
    QColor grey = theme().text3, front = theme().accent;
    grey.setAlphaF(0.4F);
    front.setAlphaF(m_front.size() > 60 ? 0.45F : 0.8F);
    paintLines(painter, area, m_accepted, grey, 1);
    paintLines(painter, area, m_front, front, 1.3);
}

void ParallelChart::paintKept(QPainter& painter, const QRectF& whole, QPixmap& kept,
                              void (ParallelChart::*draw)(QPainter&, const QRectF&) const) const {
    const double ratio = painter.device()->devicePixelRatioF();
    if (kept.isNull()) {
        kept = QPixmap((whole.size() * ratio).toSize());
        kept.setDevicePixelRatio(ratio);
        kept.fill(Qt::transparent);
        QPainter behind(&kept);
        behind.setRenderHint(QPainter::Antialiasing);
        (this->*draw)(behind, plotArea(whole));
    }
    painter.drawPixmap(QPointF(), kept);
}

void ParallelChart::paintAll(QPainter& painter, const QRectF& whole, bool marks) const {
    const Theme& now = theme();
    if (m_axes.empty()) {
        painter.setFont(fontFor(TextRole::Interface));
        painter.setPen(now.text3);
        const QString words = emptyWords(
            m_result.get(), QStringLiteral("Plans stand here as lines over all their figures once they are searched"));
        painter.drawText(whole.adjusted(20, 0, -20, 0), Qt::AlignCenter | Qt::TextWordWrap, words);
        return;
    }
    const QRectF area = plotArea(whole);
    const bool brushed = !m_brush.empty(); // else nothing is dimmed
    if (marks) {
        if (brushed) paintKept(painter, whole, m_background, &ParallelChart::paintDimmed);
        paintKept(painter, whole, m_lines, &ParallelChart::paintAccepted);
    } else {
        if (brushed) paintDimmed(painter, area);
        paintAccepted(painter, area);
    }
    paintAxes(painter, area);
    if (marks && m_hovered && *m_hovered < m_all.size() && m_hovered != m_selected)
        paintPlan(painter, area, *m_hovered, QPen(now.accent, 2.2));
    if (m_selected && *m_selected < m_all.size()) {
        paintPlan(painter, area, *m_selected, QPen(now.surface, 5));
        paintPlan(painter, area, *m_selected, QPen(now.accent, 3));
    }
    for (std::size_t i = 0; i < m_axes.size(); ++i) paintBrush(painter, area, i);
    painter.setFont(fontFor(TextRole::Small));
    painter.setPen(now.text3);
    const QString words =
        brushWords(m_brush, m_accepted.size(), m_all.size(), QStringLiteral("Drag along an axis to mark a range"));
    const QRectF foot(whole.left() + 12, whole.bottom() - 18, whole.width() - 24, 16);
    painter.drawText(foot, Qt::AlignLeft, words);
    painter.drawText(foot.adjusted(painter.fontMetrics().horizontalAdvance(words) + 16, 0, 0, 0), Qt::AlignRight, edgeText());
}

void ParallelChart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintAll(painter, rect(), true);
    if (hasFocus()) paintFocus(painter, rect(), theme());
}

void ParallelChart::renderTo(QPainter* painter, const QRectF& target) {
    painter->save();
    painter->fillRect(target, theme().surface);
    painter->translate(target.topLeft());
    painter->scale(target.width() / width(), target.height() / height());
    paintAll(*painter, rect(), false);
    painter->restore();
}

void ParallelChart::forgetPictures() {
    m_background = m_lines = {};
    m_all_ink.reset();
}

void ParallelChart::resizeEvent(QResizeEvent*) {
    forgetPictures();
}

void ParallelChart::changeEvent(QEvent* event) {
    PlanChart::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) forgetPictures();
}

} // namespace cutline
