// SPDX-License-Identifier: GPL-3.0-or-later
// Pareto chart: demands as lines that can be dragged.
#include "widgets/charts/pareto_chart.h"
#include "widgets/models/constraint_metrics.h"

#include <QMenu>
#include <QPainter>
#include <QPen>

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

constexpr double kLineReach = 5; ///< pixels from a limit's line at which it can be taken

} // namespace

void ParetoChart::rebuildLimits() {
    m_limits.clear();
    for (std::size_t c = 0; c < m_constraints.size(); ++c) {
        const Constraint& constraint = m_constraints[c];
        const auto objective = objectiveOf(constraint.kind, m_ratio);
        if (!objective || (*objective != m_x_objective && *objective != m_y_objective)) continue;
        const bool on_x = *objective == m_x_objective;
        Limit limit{constraint.limit, on_x, constraint.at_most, false, {}, c};
        if (constraint.kind == MetricKind::InitiationInterval && constraint.limit > 0) {
            limit.value = 1 / constraint.limit; // shown as throughput
            limit.at_most = !constraint.at_most;
            limit.inverse = true;
        }
        limit.value = axisOf(on_x).freely(limit.value);
        limit.label = limitLabel(limit);
        m_limits.push_back(limit);
    }
}

double ParetoChart::limitOf(const Limit& limit) const {
    const double shown = axisOf(limit.on_x).shownAt(limit.value);
    return limit.inverse ? 1 / shown : shown;
}

QString ParetoChart::limitLabel(const Limit& limit) const {
    const Objective objective = limit.on_x ? m_x_objective : m_y_objective;
    const double shown = axisOf(limit.on_x).shownAt(limit.value);
    return (limit.at_most ? QStringLiteral("\u2264 ") : QStringLiteral("\u2265 ")) +
           limitText(shown, shownUnit(objective, m_ratio));
}

std::size_t ParetoChart::plansWithin(const Limit& limit) const {
    const FigureAxis& axis = axisOf(limit.on_x);
    const Objective objective = limit.on_x ? m_x_objective : m_y_objective;
    const auto meets = [&](const Dot& dot) {
        const double value = axis.freely(shownValue(m_result->summaries[dot.plan], objective)); // not where it is drawn
        return limit.at_most ? value <= limit.value : value >= limit.value;
    };
    return static_cast<std::size_t>(std::count_if(dots().begin(), dots().end(), meets));
}

std::optional<std::size_t> ParetoChart::handleAt(QPointF position) const {
    const PlotMapping to = mapping();
    if (!to.area.contains(position)) return {};
    for (std::size_t i = 0; i < m_limits.size(); ++i) {
        const QPointF line = to.map({m_limits[i].value, m_limits[i].value});
        const double away = m_limits[i].on_x ? line.x() - position.x() : line.y() - position.y();
        if (std::abs(away) <= kLineReach) return i;
    }
    return {};
}

Qt::CursorShape ParetoChart::handleCursor(std::size_t limit) const {
    return m_limits[limit].on_x ? Qt::SizeHorCursor : Qt::SizeVerCursor;
}

void ParetoChart::dragHandle(std::size_t number, QPointF position) {
    if (number >= m_limits.size()) return;
    Limit& limit = m_limits[number];
    const PlotMapping to = mapping();
    const QPointF value = to.unmap({std::clamp(position.x(), to.area.left(), to.area.right()),
                                    std::clamp(position.y(), to.area.top(), to.area.bottom())});
    m_dragged = number;
    limit.value = limit.on_x ? value.x() : value.y();
    // A demand of nothing, or of less, is none.
    if (!axisOf(limit.on_x).isLogarithmic()) limit.value = std::max(limit.value, (limit.on_x ? to.x1 : to.y1) * 1e-4);
    limit.label = limitLabel(limit) + QStringLiteral(" \u00B7 %1 of %2 plans").arg(plansWithin(limit)).arg(dots().size());
    repaintMarks();
}

void ParetoChart::dropHandle(std::size_t number, Drop drop) {
    if (number >= m_limits.size()) return;
    const Limit limit = m_limits[number];
    m_dragged.reset();
    rebuildMarks(); // the demand is as before until somebody hears of the new one
    repaintMarks();
    const Constraint from = m_constraints[limit.constraint];
    const QString to = withLimit(from, limitOf(limit));
    if (drop == Drop::Here && to != withLimit(from, from.limit)) Q_EMIT demandMoved(from, to);
}

void ParetoChart::fillMenu(QMenu* menu, std::optional<QPointF> at) {
    ChartPane::fillMenu(menu, at);
    const PlotMapping to = mapping();
    if (!m_result || m_result->summaries.empty() || !at || !to.area.contains(*at)) return;
    const QPointF value = to.unmap(*at);
    for (const bool on_x : {true, false}) {
        const Objective objective = on_x ? m_x_objective : m_y_objective;
        if (!on_x && objective == m_x_objective) continue;
        const double shown = axisOf(on_x).shownAt(on_x ? value.x() : value.y());
        const QString demand = demandOn(objective, m_ratio, !infoOf(objective).larger_is_better, shown);
        if (!(shown > 0)) continue;
        menu->addAction(QStringLiteral("Demand ") + objectiveTitle(objective, m_ratio).toLower() + u' ' +
                            (infoOf(objective).larger_is_better ? QStringLiteral("of at least ") : QStringLiteral("of at most ")) +
                            limitAsWritten(demand),
                        this, [this, demand] { Q_EMIT demandRequested(demand); });
    }
}

QRectF ParetoChart::limitLabelRect(const Limit& limit, const PlotMapping& to) const {
    const QPointF p = to.map(limit.on_x ? QPointF(limit.value, to.y0) : QPointF(to.x0, limit.value));
    if (!to.area.adjusted(-1, -1, 1, 1).contains(p)) return {};
    const QFontMetricsF metrics(fontFor(TextRole::Small));
    const QSizeF size(metrics.horizontalAdvance(limit.label) + 2, metrics.height());
    QPointF corner =
        limit.on_x ? QPointF(p.x() + 5, to.area.top() + 1) : QPointF(to.area.left() + 5, p.y() - size.height() - 1);
    if (corner.x() + size.width() > to.area.right()) corner.setX(p.x() - 5 - size.width());
    if (corner.y() < to.area.top()) corner.setY(p.y() + 1);
    return {corner, size};
}

void ParetoChart::paintLimits(QPainter& painter, const PlotMapping& to) const {
    QColor tint = theme().bad;
    tint.setAlphaF(0.08F);
    for (std::size_t i = 0; i < m_limits.size(); ++i) {
        const Limit& limit = m_limits[i];
        const double low = limit.on_x ? to.x0 : to.y0, high = limit.on_x ? to.x1 : to.y1;
        const double at = std::clamp(limit.value, low, high);
        const QPointF p = to.map(limit.on_x ? QPointF(at, to.y0) : QPointF(to.x0, at));
        QRectF forbidden = to.area;
        if (limit.on_x)
            limit.at_most ? forbidden.setLeft(p.x()) : forbidden.setRight(p.x());
        else
            limit.at_most ? forbidden.setBottom(p.y()) : forbidden.setTop(p.y());
        painter.fillRect(forbidden, tint);
        if (at != limit.value) continue; // the line itself lies outside
        painter.setPen(QPen(theme().bad, m_dragged == i ? 2.5 : 1.5, Qt::DashLine));
        painter.drawLine(limit.on_x ? QLineF(p.x(), to.area.top(), p.x(), to.area.bottom())
                                    : QLineF(to.area.left(), p.y(), to.area.right(), p.y()));
        painter.setFont(fontFor(TextRole::Small));
        painter.drawText(limitLabelRect(limit, to), Qt::AlignCenter, limit.label);
    }
}

} // namespace cutline
