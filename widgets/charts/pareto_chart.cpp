// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/pareto_chart.h"

#include "core/base/text.h"
#include "widgets/charts/ink.h"
#include "widgets/models/accuracy_facts.h"
#include "widgets/models/match_model.h"
#include "widgets/panels/kit.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineSeries>
#include <QMenu>
#include <QPainter>
#include <QPen>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

namespace cutline {
namespace {

/// Dots of the front push labels aside: those within a square of so many pixels as one.
constexpr double kDotCell = 6;
/// Up to so many dots of the front show how far their accuracy is known.
constexpr std::size_t kIntervals = 80;
constexpr std::size_t kCloud = 2'000; ///< dots behind the front from which labels no longer go around them
constexpr float kDominated = 0.45F, kDimmed = 0.14F; ///< how much ink plans behind the front have

} // namespace

PlanChart* make_pareto(QWidget* parent) {
    return new ParetoChart(parent);
}

ParetoChart::ParetoChart(QWidget* parent)
    : ChartPane(parent), m_x_box(new QComboBox(this)), m_y_box(new QComboBox(this)) {
    setAccessibleName(QStringLiteral("Pareto front"));
    auto* row = toolRow();
    row->addWidget(m_y_box);
    row->addWidget(new InkLabel(Ink::Text3, TextRole::Small, QStringLiteral("over"), this));
    row->addWidget(m_x_box);
    addAxesButton();
    row->addStretch(1);
    m_x_box->setToolTip(QStringLiteral("Figure on the horizontal axis"));
    m_y_box->setToolTip(QStringLiteral("Figure on the vertical axis"));
    m_x_box->setAccessibleName(m_x_box->toolTip());
    m_y_box->setAccessibleName(m_y_box->toolTip());
    const auto chosen = [this] {
        setObjectives(static_cast<Objective>(m_x_box->currentData().toInt()),
                      static_cast<Objective>(m_y_box->currentData().toInt()));
    };
    connect(m_x_box, &QComboBox::activated, this, chosen);
    connect(m_y_box, &QComboBox::activated, this, chosen);
    themeChanged();
    fillChoices();
    rebuild();
}

void ParetoChart::setResult(SearchResultPtr result, const Problem& problem) {
    m_result = std::move(result);
    m_problem = problem;
    m_ratio = m_result && memoryIsRatio(*m_result);
    fillChoices();
    rebuild();
}

void ParetoChart::setConstraints(std::vector<Constraint> constraints) {
    m_dragged.reset();
    m_constraints = std::move(constraints);
    rebuildMarks();
    repaintMarks();
}

void ParetoChart::setObjectives(Objective x, Objective y) {
    const auto known = m_result ? knownObjectives(*m_result)
                                : std::vector<Objective>(kObjectives.begin(), kObjectives.end());
    const auto is = [&known](Objective o) { return std::find(known.begin(), known.end(), o) != known.end(); };
    if (!is(x) || !is(y) || (x == m_x_objective && y == m_y_objective)) return;
    m_x_objective = x;
    m_y_objective = y;
    fillChoices();
    rebuild();
    Q_EMIT objectivesChanged(x, y);
}

void ParetoChart::fillChoices() {
    auto known = m_result ? knownObjectives(*m_result) : std::vector<Objective>{};
    if (known.empty()) known = {Objective::Latency, Objective::InitiationInterval, Objective::Energy};
    const auto fix = [&known](Objective& o) {
        if (std::find(known.begin(), known.end(), o) == known.end()) o = known.front();
    };
    fix(m_x_objective);
    fix(m_y_objective);
    for (auto* box : {m_x_box, m_y_box}) {
        box->clear();
        for (const Objective o : known) box->addItem(objectiveTitle(o, m_ratio), static_cast<int>(o));
        box->setCurrentIndex(box->findData(static_cast<int>(box == m_x_box ? m_x_objective : m_y_objective)));
    }
}

QPointF ParetoChart::pointOf(const Summary& summary) const {
    return {m_x_axis.at(shownValue(summary, m_x_objective)), m_y_axis.at(shownValue(summary, m_y_objective))};
}

void ParetoChart::buildAxes() {
    m_x_axis = m_y_axis = m_colour_axis = {};
    setPlotNote({});
    if (!m_result) return;
    std::vector<double> values(m_result->summaries.size());
    const auto axisFor = [&](Objective objective) {
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = shownValue(m_result->summaries[i], objective);
        return FigureAxis(values, shownUnit(objective, m_ratio), planAxes().of(objective));
    };
    m_x_axis = axisFor(m_x_objective);
    m_y_axis = axisFor(m_y_objective);
    if (const auto colour = planAxes().colour) m_colour_axis = axisFor(*colour);
    const std::size_t at_edge = m_x_axis.atEdge() + m_y_axis.atEdge();
    const std::size_t squeezing = m_x_axis.farOut() + m_y_axis.farOut() - at_edge;
    setPlotNote(at_edge > 0     ? edgeNote(at_edge)
                : squeezing > 0 ? counted(squeezing, QStringLiteral("%1 plan lies far out"), QStringLiteral("%1 plans lie far out"))
                                : QString());
}

void ParetoChart::fillAxesMenu(QMenu& menu) {
    addAxisChoices(menu, objectiveTitle(m_y_objective, m_ratio), m_y_objective, m_y_axis);
    if (m_x_objective != m_y_objective)
        addAxisChoices(menu, objectiveTitle(m_x_objective, m_ratio), m_x_objective, m_x_axis);
    addColourChoices(menu);
}

void ParetoChart::rebuild() {
    for (auto* dots : {&m_dim, &m_grey, &m_front}) dots->clear();
    m_line_plans.clear();
    setEmptyText(emptyWords(m_result.get(), QStringLiteral("The Pareto front stands here once plans are searched")));
    buildAxes();
    if (!m_result || m_result->summaries.empty()) {
        line()->clear();
        m_limits.clear();
        m_baselines.clear();
        setDots({});
        setAxes({}, {});
        return;
    }
    sortDots();
    rebuildMarks();
    double lo_x = std::numeric_limits<double>::infinity(), hi_x = -lo_x, lo_y = lo_x, hi_y = -lo_x;
    const auto cover = [&](QPointF at) {
        lo_x = std::min(lo_x, at.x());
        hi_x = std::max(hi_x, at.x());
        lo_y = std::min(lo_y, at.y());
        hi_y = std::max(hi_y, at.y());
    };
    for (const auto* dots : {&m_dim, &m_grey, &m_front})
        for (const Dot& dot : *dots) cover(dot.at);
    for (const Mark& mark : m_baselines) cover(mark.at);
    // A demand that is met leaves only what meets it: its line must stay in reach to be loosened again.
    const QPointF span(hi_x - lo_x, hi_y - lo_y), high(hi_x, hi_y), low(lo_x, lo_y);
    for (const Limit& limit : m_limits) {
        const double value = limit.value, room = limit.on_x ? span.x() : span.y();
        const double first = limit.on_x ? low.x() : low.y(), last = limit.on_x ? high.x() : high.y();
        if (value < first - room || value > last + room) continue;
        const double below = value - room * 0.1;
        const double beyond = limit.at_most                             ? value + room * 0.1
                              : axisOf(limit.on_x).isLogarithmic() ? below
                                                                   : std::max(0.0, below);
        cover(limit.on_x ? QPointF(beyond, low.y()) : QPointF(low.x(), beyond));
    }
    setAxes({axisTitle(m_x_objective, m_ratio, m_x_axis.scale()), lo_x, hi_x, 5, false, m_x_axis.isLogarithmic()},
            {axisTitle(m_y_objective, m_ratio, m_y_axis.scale()), lo_y, hi_y, 5, false, m_y_axis.isLogarithmic()});
}

void ParetoChart::sortDots() {
    for (auto* dots : {&m_dim, &m_grey, &m_front}) dots->clear();
    m_line_plans.clear();
    std::vector<bool> on_front(m_result->summaries.size(), false);
    for (const auto plan : m_result->front) on_front[plan] = true;
    for (std::uint32_t i = 0; i < m_result->summaries.size(); ++i) {
        const QPointF at = pointOf(m_result->summaries[i]);
        if (!std::isfinite(at.x()) || !std::isfinite(at.y())) continue;
        // What the brush leaves out stays in its place, but steps back.
        const bool shown = m_brush.accepts(i, m_result->summaries[i]);
        (!shown ? m_dim : on_front[i] ? m_front : m_grey).push_back({at, i});
    }
    std::vector<Dot> all = m_dim;
    all.insert(all.end(), m_grey.begin(), m_grey.end());
    all.insert(all.end(), m_front.begin(), m_front.end());
    rebuildLine();
    setDots(std::move(all));
}

void ParetoChart::rebuildLine() {
    // The front of the two shown figures: swept from the best x, each step better in y. O(n log n).
    std::vector<Dot> order = m_front;
    const double sx = infoOf(m_x_objective).larger_is_better ? -1 : 1, sy = infoOf(m_y_objective).larger_is_better ? -1 : 1;
    std::sort(order.begin(), order.end(), [&](const Dot& a, const Dot& b) {
        return std::tuple(sx * a.at.x(), sy * a.at.y(), a.plan) <
               std::tuple(sx * b.at.x(), sy * b.at.y(), b.plan);
    });
    double best = std::numeric_limits<double>::infinity();
    QList<QPointF> points;
    for (const Dot& dot : order) {
        if (sy * dot.at.y() >= best) continue;
        best = sy * dot.at.y();
        m_line_plans.push_back(dot.plan);
        points << dot.at;
    }
    if (sx < 0) {
        std::reverse(points.begin(), points.end());
        std::reverse(m_line_plans.begin(), m_line_plans.end());
    }
    line()->replace(points);
}

void ParetoChart::rebuildMarks() {
    m_baselines.clear();
    m_limits.clear();
    if (!m_result || !m_problem.system) return;
    for (const Baseline& baseline : m_result->baselines) {
        const QPointF at = pointOf(summaryOf(baseline.metrics));
        if (!std::isfinite(at.x()) || !std::isfinite(at.y())) continue;
        m_baselines.push_back(
            {at, baseline.platform.index(),
             text(m_problem.system->platform(baseline.platform).name) + QStringLiteral(" alone")});
    }
    rebuildLimits();
}

void ParetoChart::setBrush(const PlanBrush& brush) {
    if (brush == m_brush) return;
    m_brush = brush;
    if (m_result && !m_result->summaries.empty()) sortDots();
    repaintMarks();
}

void ParetoChart::themeChanged() {
    line()->setPen(QPen(theme().accent, 1.5));
}

void ParetoChart::paintGrey(QPainter& painter, const PlotMapping& to, const std::vector<Dot>& dots,
                            float alpha) const {
    QColor grey = theme().text3;
    grey.setAlphaF(alpha);
    constexpr double kRadius = 2.2;
    std::vector<QPointF> places;
    places.reserve(dots.size());
    for (const Dot& dot : dots)
        if (to.shows(dot.at)) places.push_back(to.map(dot.at));
    paintDots(painter, to.area.adjusted(-1, -1, 1, 1), places, {kRadius, grey, std::min(1.0F, alpha * 1.7F)});
}

void ParetoChart::paintBack(QPainter& painter, const PlotMapping& to) const {
    if (!m_result || m_result->summaries.empty()) return;
    paintLimits(painter, to);
    paintGrey(painter, to, m_dim, kDimmed);
    m_colour_axis.empty() ? paintGrey(painter, to, m_grey, kDominated) : paintColoured(painter, to, m_grey);
}

void ParetoChart::paintFront(QPainter& painter, const PlotMapping& to) const {
    if (!m_result || m_result->summaries.empty()) return;
    paintColourKey(painter, to);
    std::vector<QRectF> placed;
    for (const Limit& limit : m_limits)
        if (const QRectF label = limitLabelRect(limit, to); !label.isEmpty()) placed.push_back(label);
    // Many dots are small ones: they would cover each other and the line.
    const double radius = m_front.size() > 400 ? 2.5 : 4;
    std::set<std::pair<int, int>> cells;
    for (const Dot& dot : m_front) {
        if (!to.shows(dot.at)) continue;
        const double part = colourOf(dot.plan);
        const QPointF at = to.map(dot.at);
        paintDot(painter, at, radius, std::isnan(part) ? theme().accent : figureColour(part, theme().dark));
        paintKnown(painter, to, dot, radius);
        if (cells.emplace(static_cast<int>(at.x() / kDotCell), static_cast<int>(at.y() / kDotCell)).second)
            placed.push_back(QRectF(at - QPointF(3, 3), QSizeF(6, 6)));
    }
    // Few dots behind the front leave room between them; through a cloud any label goes.
    if (m_grey.size() <= kCloud)
        for (const Dot& dot : m_grey)
            if (to.shows(dot.at)) placed.push_back(QRectF(to.map(dot.at) - QPointF(2, 2), QSizeF(4, 4)));
    for (const Mark& mark : m_baselines) {
        if (!to.shows(mark.at)) continue;
        const QPointF p = to.map(mark.at);
        const std::array<QPointF, 4> diamond{p + QPointF(0, -6), p + QPointF(6, 0), p + QPointF(0, 6),
                                             p + QPointF(-6, 0)};
        painter.setPen(QPen(theme().surface, 1.5));
        painter.setBrush(theme().platform(mark.platform));
        painter.drawConvexPolygon(diamond.data(), static_cast<int>(diamond.size()));
        placed.push_back(QRectF(p - QPointF(6, 6), QSizeF(12, 12)));
    }
    const auto ring = [&](std::uint32_t plan, double size) {
        const QPointF at = pointOf(m_result->summaries[plan]);
        if (!to.shows(at)) return false;
        paintRing(painter, to.map(at), size, theme().accent);
        paintDot(painter, to.map(at), 4.5, theme().accent);
        placed.push_back(QRectF(to.map(at) - QPointF(size, size), QSizeF(2 * size, 2 * size)));
        return true;
    };
    if (hovered() && *hovered() < m_result->summaries.size() && hovered() != selected()) ring(*hovered(), 7);
    const auto& knee = m_result->knee;
    if (selected() && *selected() < m_result->summaries.size() && ring(*selected(), 9.5))
        paintLabel(painter, to, to.map(pointOf(m_result->summaries[*selected()])),
                   planTitle(*selected()) + (knee == selected() ? QStringLiteral(" \u00B7 knee") : QString()),
                   theme().text, true, placed);
    if (knee && knee != selected() && to.shows(pointOf(m_result->summaries[*knee])))
        paintLabel(painter, to, to.map(pointOf(m_result->summaries[*knee])),
                   planTitle(*knee) + QStringLiteral(" \u00B7 knee"), theme().text2, true, placed);
    for (const Mark& mark : m_baselines)
        if (to.shows(mark.at))
            paintLabel(painter, to, to.map(mark.at), mark.label,
                       inkOf(PlatformId{static_cast<std::uint32_t>(mark.platform)}), false, placed);
}

void ParetoChart::paintKnown(QPainter& painter, const PlotMapping& to, const Dot& dot, double radius) const {
    if (m_y_objective != Objective::Accuracy && m_x_objective != Objective::Accuracy) return;
    const auto accuracy = accuracyAt(*m_result, dot.plan);
    if (!accuracy) return;
    if (accuracy->kind == Accuracy::Kind::Estimated) { // hollow until it is measured
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().surface);
        painter.drawEllipse(to.map(dot.at), radius * 0.5, radius * 0.5);
    }
    if (m_y_objective == Objective::Accuracy && m_front.size() <= kIntervals)
        paintInterval(painter, to, dot.at, m_y_axis.at(accuracy->low), m_y_axis.at(accuracy->high),
                      theme().text3);
}

QString ParetoChart::tipOf(std::uint32_t plan) const {
    return planTip(*m_result, m_problem, plan);
}

QString ParetoChart::toCsv() const {
    const auto name = [](Objective o) {
        return o == Objective::InitiationInterval ? QStringLiteral("throughput_hz")
                                                  : text(lowered(infoOf(o).option));
    };
    QString csv = QStringLiteral("plan,on_front,%1,%2\n").arg(name(m_x_objective), name(m_y_objective));
    if (!m_result) return csv;
    std::vector<bool> on_front(m_result->summaries.size(), false);
    for (const auto plan : m_result->front) on_front[plan] = true;
    for (std::uint32_t i = 0; i < m_result->summaries.size(); ++i)
        csv += QStringLiteral("%1,%2,%3,%4\n")
                   .arg(QString::number(std::uint64_t{i} + 1),
                        on_front[i] ? QStringLiteral("1") : QStringLiteral("0"),
                        text(numberText(shownValue(m_result->summaries[i], m_x_objective))),
                        text(numberText(shownValue(m_result->summaries[i], m_y_objective))));
    return csv;
}

} // namespace cutline
