// SPDX-License-Identifier: GPL-3.0-or-later
// Pareto chart: dots coloured by a third figure.
#include "widgets/charts/ink.h"
#include "widgets/charts/pareto_chart.h"

#include <QActionGroup>
#include <QMenu>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace cutline {
namespace {

constexpr std::size_t kColourSteps = 12; ///< of dots that are drawn as pictures, one for each colour
constexpr double kKeyWidth = 56, kKeyHeight = 8, kKeyGap = 6, kColouredRadius = 2.4;

} // namespace

void ParetoChart::addColourChoices(QMenu& menu) {
    if (!m_result) return;
    QMenu* colours = menu.addMenu(QStringLiteral("Colour of dots"));
    auto* group = new QActionGroup(colours);
    const auto add = [&](const QString& words, std::optional<Objective> objective) {
        QAction* action = colours->addAction(words);
        action->setCheckable(true);
        action->setChecked(planAxes().colour == objective);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, objective] {
            PlanAxes axes = planAxes();
            axes.colour = objective;
            if (axes == planAxes()) return;
            setPlanAxes(axes);
            Q_EMIT planAxesChanged(axes);
        });
    };
    add(QStringLiteral("One colour"), std::nullopt);
    for (const Objective objective : knownObjectives(*m_result)) add(objectiveTitle(objective, m_ratio), objective);
}

double ParetoChart::colourOf(std::uint32_t plan) const {
    const auto colour = planAxes().colour;
    if (!colour || m_colour_axis.empty()) return std::numeric_limits<double>::quiet_NaN();
    const double span = m_colour_axis.high() - m_colour_axis.low();
    const double at = m_colour_axis.at(shownValue(m_result->summaries[plan], *colour));
    return span > 0 ? (at - m_colour_axis.low()) / span : std::isnan(at) ? at : 1;
}

void ParetoChart::paintColoured(QPainter& painter, const PlotMapping& to, const std::vector<Dot>& dots) const {
    std::array<std::vector<QPointF>, kColourSteps> steps;
    std::vector<QPointF> unknown;
    for (const Dot& dot : dots) {
        if (!to.shows(dot.at)) continue;
        const double part = colourOf(dot.plan);
        if (std::isnan(part))
            unknown.push_back(to.map(dot.at));
        else
            steps[static_cast<std::size_t>(std::clamp(part, 0.0, 0.999) * kColourSteps)].push_back(to.map(dot.at));
    }
    const QRectF area = to.area.adjusted(-1, -1, 1, 1);
    paintDots(painter, area, unknown, {kColouredRadius, theme().grid, 1});
    for (std::size_t step = 0; step < kColourSteps; ++step)
        paintDots(painter, area, steps[step],
                  {kColouredRadius, figureColour((static_cast<double>(step) + 0.5) / kColourSteps, theme().dark), 1});
}

std::pair<QString, QString> ParetoChart::keyWords() const {
    const Objective colour = *planAxes().colour;
    const Unit unit = shownUnit(colour, m_ratio);
    return {objectiveTitle(colour, m_ratio) + QStringLiteral("  ") +
                quantityText(m_colour_axis.shownAt(m_colour_axis.low()), unit),
            quantityText(m_colour_axis.shownAt(m_colour_axis.high()), unit)};
}

double ParetoChart::keyWidth() const {
    if (!planAxes().colour || m_colour_axis.empty()) return 0;
    const QFontMetricsF metrics(fontFor(TextRole::Small));
    const auto [low, high] = keyWords();
    return metrics.horizontalAdvance(low) + kKeyWidth + metrics.horizontalAdvance(high) + 2 * kKeyGap;
}

void ParetoChart::paintColourKey(QPainter& painter, const PlotMapping& to) const {
    if (keyWidth() == 0) return;
    const QRectF place = headRect(to);
    const auto [low, high] = keyWords();
    painter.setFont(fontFor(TextRole::Small));
    painter.setPen(theme().text2);
    const double before = QFontMetricsF(painter.font()).horizontalAdvance(low) + kKeyGap;
    painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, low);
    painter.drawText(place.adjusted(before + kKeyWidth + kKeyGap, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, high);
    constexpr int kStripes = 28;
    const QRectF bar(place.left() + before, place.center().y() - kKeyHeight / 2, kKeyWidth, kKeyHeight);
    for (int i = 0; i < kStripes; ++i)
        painter.fillRect(QRectF(bar.left() + bar.width() * i / kStripes, bar.top(), bar.width() / kStripes + 0.5, bar.height()),
                         figureColour((i + 0.5) / kStripes, theme().dark));
}

} // namespace cutline
