// SPDX-License-Identifier: GPL-3.0-or-later
// Scatter matrix: how it is drawn.
#include "widgets/charts/matrix_chart.h"
#include "widgets/charts/ink.h"
#include "widgets/panels/kit.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace cutline {

void MatrixChart::paintDots(QPainter& painter, const QRectF& cell, const Figure& x, const Figure& y) const {
    const Theme& now = theme();
    QColor grey = now.text3, dim = now.text3;
    grey.setAlphaF(0.45F);
    dim.setAlphaF(0.14F);
    const auto at = [&](std::size_t plan) {
        return QPointF(cell.left() + static_cast<double>(x.place[plan]) * cell.width(),
                       cell.bottom() - static_cast<double>(y.place[plan]) * cell.height());
    };
    std::vector<QPointF> dimmed, dominated, front;
    for (std::size_t plan = 0; plan < m_marks.size(); ++plan)
        if (std::isfinite(x.place[plan]) && std::isfinite(y.place[plan]))
            (m_marks[plan] == Mark::Dimmed ? dimmed : m_marks[plan] == Mark::Front ? front : dominated).push_back(at(plan));
    cutline::paintDots(painter, cell, dimmed, {1, dim, 0.24F});
    cutline::paintDots(painter, cell, dominated, {1, grey, 0.75F});
    cutline::paintDots(painter, cell, front, {m_front.size() > 400 ? 1.2 : 2, now.accent, 1});
}

void MatrixChart::paintHistogram(QPainter& painter, const QRectF& cell, const Figure& figure) const {
    const auto most = static_cast<double>(*std::max_element(figure.bins.begin(), figure.bins.end()));
    const double step = cell.width() / static_cast<double>(kBins);
    for (std::size_t bin = 0; bin < kBins; ++bin) {
        const double height = figure.bins[bin] / most * (cell.height() - 20);
        painter.fillRect(QRectF(cell.left() + step * static_cast<double>(bin), cell.bottom() - height, step - 1, height),
                         theme().tint(theme().text3, 0.4));
    }
}

void MatrixChart::paintFrame(QPainter& painter, const QRectF& cell, std::size_t row, std::size_t column) const {
    const Theme& now = theme();
    painter.setPen(now.border);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(cell);
    painter.setFont(fontFor(TextRole::Small, true));
    const auto number = [](const Figure& figure, double value) {
        return numberOnly(figure.axis.shownAt(value) * figure.axis.scale().factor).replace(u'-', QChar(0x2212));
    };
    if (column == row) {
        painter.setPen(now.text);
        painter.setFont(fontFor(TextRole::CardTitle));
        painter.drawText(cell.adjusted(4, 2, -4, 0), Qt::AlignHCenter | Qt::AlignTop,
                         painter.fontMetrics().elidedText(m_figures[row].title, Qt::ElideRight,
                                                          static_cast<int>(cell.width()) - 8));
        painter.setFont(fontFor(TextRole::Small, true));
    }
    painter.setPen(now.text2);
    if (row + 1 == m_figures.size()) {
        const Figure& x = m_figures[column];
        painter.drawText(QRectF(cell.left(), cell.bottom() + 2, cell.width() / 2, 14), Qt::AlignLeft, number(x, x.low));
        painter.drawText(QRectF(cell.center().x(), cell.bottom() + 2, cell.width() / 2, 14), Qt::AlignRight,
                         number(x, x.high));
    }
    if (column == 0 && row > 0) {
        const Figure& y = m_figures[row];
        const QRectF left(2, cell.top(), cell.left() - 6, cell.height());
        painter.drawText(left, Qt::AlignRight | Qt::AlignTop, number(y, y.high));
        painter.drawText(left, Qt::AlignRight | Qt::AlignBottom, number(y, y.low));
    }
}

void MatrixChart::paintAll(QPainter& painter, const QRectF& whole) const {
    const Theme& now = theme();
    const std::size_t n = m_figures.size();
    if (n < 2) {
        painter.setFont(fontFor(TextRole::Interface));
        painter.setPen(now.text3);
        painter.drawText(whole.adjusted(20, 0, -20, 0), Qt::AlignCenter | Qt::TextWordWrap,
                         emptyWords(m_result.get(), QStringLiteral("Every figure of the plans stands here over every other "
                                                                   "one once they are searched")));
        return;
    }
    for (std::size_t row = 0; row < n; ++row)
        for (std::size_t column = 0; column <= row; ++column) {
            const QRectF cell = cellRect(row, column);
            if (row == column)
                paintHistogram(painter, cell, m_figures[row]);
            else
                paintDots(painter, cell, m_figures[column], m_figures[row]);
            paintFrame(painter, cell, row, column);
        }
    painter.setFont(fontFor(TextRole::Small));
    painter.setPen(now.text3);
    const auto accepted = std::count_if(m_marks.begin(), m_marks.end(), [](Mark m) { return m != Mark::Dimmed; });
    const QString words = brushWords(m_brush, static_cast<std::size_t>(accepted), m_marks.size(),
                                     QStringLiteral("Drag a rectangle to mark a range of two figures"));
    const QRectF foot(12, whole.bottom() - 17, whole.width() - 24, 15);
    painter.drawText(foot, Qt::AlignLeft, words);
    std::vector<std::pair<QString, std::size_t>> at_edge;
    for (const Figure& figure : m_figures) at_edge.emplace_back(objectiveTitle(figure.objective, m_ratio), figure.axis.atEdge());
    painter.drawText(foot.adjusted(painter.fontMetrics().horizontalAdvance(words) + 16, 0, 0, 0), Qt::AlignRight, edgeWords(at_edge));
}

/// In every scatter that shows one of its figures.
void MatrixChart::paintBrush(QPainter& painter) const {
    QColor fill = theme().accent;
    fill.setAlphaF(0.10F);
    const auto band = [&](std::size_t figure) -> std::optional<std::pair<double, double>> {
        const PlanBrush::Range* range = m_brush.of(m_figures[figure].objective);
        if (!range) return {};
        const Figure& of = m_figures[figure];
        const auto place = [&](double shown) { return std::clamp((of.axis.at(shown) - of.low) / (of.high - of.low), 0.0, 1.0); };
        return std::pair(place(range->low), place(range->high));
    };
    for (std::size_t row = 1; row < m_figures.size(); ++row)
        for (std::size_t column = 0; column < row; ++column) {
            const auto x = band(column), y = band(row);
            if (!x && !y) continue;
            QRectF cell = cellRect(row, column);
            const QRectF whole = cell;
            if (x) {
                cell.setLeft(whole.left() + x->first * whole.width());
                cell.setRight(whole.left() + x->second * whole.width());
            }
            if (y) {
                cell.setTop(whole.bottom() - y->second * whole.height());
                cell.setBottom(whole.bottom() - y->first * whole.height());
            }
            painter.setPen(QPen(theme().accent, 1));
            painter.setBrush(fill);
            painter.drawRect(cell);
        }
}

void MatrixChart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const double ratio = devicePixelRatioF();
    if (m_picture.isNull()) {
        m_picture = QImage((QSizeF(size()) * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
        m_picture.setDevicePixelRatio(ratio);
        m_picture.fill(Qt::transparent);
        QPainter behind(&m_picture);
        behind.setRenderHint(QPainter::Antialiasing);
        paintAll(behind, rect());
    }
    painter.drawImage(QPointF(), m_picture);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const auto& plan : {m_hovered, m_selected}) {
        if (!plan || *plan >= m_marks.size()) continue;
        const double radius = plan == m_selected ? 5 : 4;
        for (std::size_t row = 1; row < m_figures.size(); ++row)
            for (std::size_t column = 0; column < row; ++column) {
                if (!std::isfinite(m_figures[row].place[*plan]) || !std::isfinite(m_figures[column].place[*plan])) continue;
                painter.setPen(QPen(theme().surface, 1.5));
                painter.setBrush(theme().accent);
                painter.drawEllipse(positionOf(row, column, *plan), radius, radius);
            }
    }
    paintBrush(painter);
    if (m_press && m_pressed) {
        painter.setPen(QPen(theme().accent, 1, Qt::DashLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(*m_press, m_now).normalized().intersected(cellRect(m_pressed->row, m_pressed->column)));
    }
    if (hasFocus()) paintFocus(painter, rect(), theme());
}

void MatrixChart::renderTo(QPainter* painter, const QRectF& target) {
    painter->save();
    painter->fillRect(target, theme().surface);
    painter->translate(target.topLeft());
    painter->scale(target.width() / width(), target.height() / height());
    paintAll(*painter, rect());
    painter->restore();
}

} // namespace cutline
