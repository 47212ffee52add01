// SPDX-License-Identifier: GPL-3.0-or-later
// Parallel axes: how they are drawn.
#include "widgets/charts/parallel_chart.h"
#include "widgets/panels/kit.h"

#include <QEvent>
#include <QPaintEngine>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <array>
#include <cmath>

namespace cutline {
namespace {

constexpr std::size_t kDrawnOneByOne = 1'500;
constexpr int kBins = 72; ///< of an axis, where plans are drawn by how many lie where
constexpr float kDimmedLine = 0.16F;

QString axisNumber(double value, int decimals) {
    return QString::number(value, 'f', decimals).replace(u'-', QChar(0x2212));
}

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
    // Between two axes only so many lines can be told apart: each pair of bins is drawn once, as dark as it is full.
    std::vector<std::uint32_t> count(static_cast<std::size_t>(kBins * kBins));
    const auto bin = [](float place) { return std::clamp(static_cast<int>(place * kBins), 0, kBins - 1); };
    const float ink = static_cast<float>(colour.alphaF());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (std::size_t i = 0; i + 1 < m_axes.size(); ++i) {
        std::fill(count.begin(), count.end(), 0);
        const auto &left = m_axes[i].place, &right = m_axes[i + 1].place;
        for (const std::uint32_t plan : plans) {
            if (!std::isfinite(left[plan]) || !std::isfinite(right[plan])) continue;
            ++count[static_cast<std::size_t>(bin(left[plan]) * kBins + bin(right[plan]))];
        }
        const double most = std::log1p(static_cast<double>(*std::max_element(count.begin(), count.end())));
        std::array<QList<QLineF>, 6> shades;
        for (int a = 0; a < kBins; ++a)
            for (int b = 0; b < kBins; ++b) {
                const std::uint32_t n = count[static_cast<std::size_t>(a * kBins + b)];
                if (n == 0) continue;
                const double share = std::log1p(static_cast<double>(n)) / most;
                const auto shade = std::min<std::size_t>(shades.size() - 1,
                                                         static_cast<std::size_t>(share * static_cast<double>(shades.size())));
                const auto y = [&](int at) { return area.bottom() - (at + 0.5) / kBins * area.height(); };
                shades[shade] << QLineF(axisX(i, area), y(a), axisX(i + 1, area), y(b));
            }
        for (std::size_t shade = 0; shade < shades.size(); ++shade) {
            QColor pen = colour;
            pen.setAlphaF(ink * (0.12F + 0.5F * static_cast<float>(shade) / static_cast<float>(shades.size())));
            painter.setPen(QPen(pen, 1));
            painter.drawLines(shades[shade]);
        }
    }
    painter.restore();
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
        // In a low plot every second or fourth number has room.
        double step = axis.step;
        while (step / (axis.high - axis.low) * area.height() < 24 && step < axis.high - axis.low) step *= 2;
        for (double value = axis.low; value <= axis.high + axis.step * 0.01; value += step) {
            const double y = area.bottom() - (value - axis.low) / (axis.high - axis.low) * area.height();
            painter.setPen(now.text3);
            painter.drawLine(QPointF(x - 3, y), QPointF(x, y));
            const QString words = axisNumber(value, axis.decimals);
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
    QColor dim = now.text3;
    dim.setAlphaF(m_brush.empty() ? 0 : kDimmedLine);
    const bool vector = painter.paintEngine()->type() != QPaintEngine::Raster;
    if (!m_brush.empty() && (vector || !marks || m_all.size() <= kDrawnOneByOne)) {
        paintLines(painter, area, m_all, dim, 1);
    } else if (!m_brush.empty()) {
        const double ratio = painter.device()->devicePixelRatioF();
        if (m_background.isNull()) {
            m_background = QPixmap((whole.size() * ratio).toSize());
            m_background.setDevicePixelRatio(ratio);
            m_background.fill(Qt::transparent);
            QPainter behind(&m_background);
            paintLines(behind, area, m_all, dim, 1);
        }
        painter.drawPixmap(QPointF(), m_background);
    }
    QColor grey = now.text3;
    grey.setAlphaF(0.4F);
    paintLines(painter, area, m_accepted, grey, 1);
    QColor front = now.accent;
    front.setAlphaF(m_front.size() > 60 ? 0.45F : 0.8F);
    paintLines(painter, area, m_front, front, 1.3);
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
    const QString words = m_brush.empty()
                              ? QStringLiteral("Drag along an axis to mark a range")
                              : QStringLiteral("%1 of %2 plans in the ranges marked \u00B7 Esc clears them")
                                    .arg(m_accepted.size())
                                    .arg(m_all.size());
    painter.drawText(QRectF(whole.left() + 12, whole.bottom() - 18, whole.width() - 24, 16), Qt::AlignLeft, words);
}

void ParallelChart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintAll(painter, rect(), true);
    if (!hasFocus()) return;
    painter.setPen(theme().border);
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5), 6, 6);
}

void ParallelChart::renderTo(QPainter* painter, const QRectF& target) {
    painter->save();
    painter->fillRect(target, theme().surface);
    painter->translate(target.topLeft());
    painter->scale(target.width() / width(), target.height() / height());
    paintAll(*painter, rect(), false);
    painter->restore();
}

void ParallelChart::resizeEvent(QResizeEvent*) {
    m_background = {};
}

void ParallelChart::changeEvent(QEvent* event) {
    PlanChart::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) m_background = {};
}

} // namespace cutline
