// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/cut_chart.h"

#include "core/base/text.h"
#include "widgets/models/accuracy_facts.h"
#include "widgets/panels/kit.h"

#include <QComboBox>
#include <QFutureWatcher>
#include <QHBoxLayout>
#include <QLineSeries>
#include <QPainter>
#include <QtConcurrentRun>

#include <algorithm>
#include <array>
#include <cmath>

namespace cutline {
namespace {

/// Layers of all plans together that are looked through within a few milliseconds.
constexpr std::size_t kAtOnce = 4'000'000;
constexpr double kApart = 12; ///< pixels along a curve, each of which keeps names away

} // namespace

PlanChart* make_cuts(QWidget* parent) {
    return new CutChart(parent);
}

CutChart::CutChart(QWidget* parent) : ChartPane(parent), m_box(new QComboBox(this)) {
    setAccessibleName(QStringLiteral("Metric over cut position"));
    toolRow()->addWidget(m_box);
    toolRow()->addWidget(
        new InkLabel(Ink::Text3, TextRole::Small, QStringLiteral("over the position of the cut"), this));
    addAxesButton();
    toolRow()->addStretch(1);
    m_box->setToolTip(QStringLiteral("Figure on the vertical axis"));
    m_box->setAccessibleName(m_box->toolTip());
    connect(m_box, &QComboBox::activated, this,
            [this] { setObjective(static_cast<Objective>(m_box->currentData().toInt())); });
    setEmptyText(QStringLiteral("Plans with two pieces stand here by the layer after which they are cut"));
    line()->setVisible(false); // the curves are marks: there are as many as orders of platforms
    fillChoices();
    rebuild();
}

void CutChart::setResult(SearchResultPtr result, const Problem& problem) {
    m_result = std::move(result);
    m_problem = problem;
    m_ratio = m_result && memoryIsRatio(*m_result);
    fillChoices();
    collect();
}

void CutChart::setObjective(Objective objective) {
    if (objective == m_objective) return;
    m_objective = objective;
    fillChoices();
    rebuild();
}

void CutChart::fillChoices() {
    auto known = m_result ? knownObjectives(*m_result) : std::vector<Objective>{};
    if (known.empty()) known = {Objective::Latency, Objective::InitiationInterval, Objective::Energy};
    if (std::find(known.begin(), known.end(), m_objective) == known.end()) m_objective = known.front();
    m_box->clear();
    for (const Objective o : known) m_box->addItem(objectiveTitle(o, m_ratio), static_cast<int>(o));
    m_box->setCurrentIndex(m_box->findData(static_cast<int>(m_objective)));
}

std::vector<CutChart::Curve> CutChart::curvesOf(const SearchResult& result, const Problem& problem) {
    const auto chain = result.candidates->chain();
    std::map<std::array<std::uint32_t, 4>, Curve> found; // by platforms and their precisions
    for (std::uint32_t i = 0; i < result.summaries.size(); ++i) {
        const Plan plan = result.candidates->plan(i);
        // Where cuts are positions of one chain, plans that leave one of its two platforms empty are its
        // ends.
        if (chain.empty() ? plan.stages.size() != 2 : chain.size() != 2) continue;
        const PlatformId first = chain.empty() ? plan.stages[0].platform : chain[0];
        const PlatformId second = chain.empty() ? plan.stages[1].platform : chain[1];
        const bool starts = !plan.stages.empty() && plan.stages[0].platform == first;
        const auto precisions = precisionsOf(plan, problem.system->platforms.size());
        Curve& curve = found[{first.value, second.value, precisions[first.index()], precisions[second.index()]}];
        curve.first_precision = precisions[first.index()];
        curve.second_precision = precisions[second.index()];
        curve.first = first;
        curve.second = second;
        curve.points.push_back(
            {starts ? static_cast<double>(plan.stages[0].layers.size()) : 0, i, result.summaries[i]});
    }
    std::vector<Curve> curves;
    const double layers = problem.graph ? static_cast<double>(problem.graph->layerCount()) : 0;
    for (auto& [key, curve] : found) {
        for (const Baseline& baseline : result.baselines) {
            if (!chain.empty()) break;
            if (baseline.platform == curve.first && curve.first_precision == 0)
                curve.points.push_back({layers, {}, summaryOf(baseline.metrics)});
            if (baseline.platform == curve.second && curve.second_precision == 0)
                curve.points.push_back({0, {}, summaryOf(baseline.metrics)});
        }
        std::stable_sort(curve.points.begin(), curve.points.end(),
                         [](const Point& x, const Point& y) { return x.position < y.position; });
        curves.push_back(std::move(curve));
    }
    return curves;
}

void CutChart::collect() {
    const std::uint64_t revision = ++m_revision;
    if (!m_result || !m_result->candidates || !m_problem.system) return accept({});
    const std::size_t layers = m_problem.graph ? m_problem.graph->layerCount() : 0;
    if (m_result->summaries.size() * layers <= kAtOnce) return accept(curvesOf(*m_result, m_problem));
    accept({});
    auto* watcher = new QFutureWatcher<std::vector<Curve>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, revision] {
        watcher->deleteLater();
        if (revision == m_revision) accept(watcher->result());
    });
    watcher->setFuture(
        QtConcurrent::run([result = m_result, problem = m_problem] { return curvesOf(*result, problem); }));
}

void CutChart::accept(std::vector<Curve> curves) {
    m_curves = std::move(curves);
    m_point_of.clear();
    for (std::size_t c = 0; c < m_curves.size(); ++c)
        for (std::size_t p = 0; p < m_curves[c].points.size(); ++p)
            if (const auto plan = m_curves[c].points[p].plan) m_point_of.try_emplace(*plan, c, p);
    rebuild();
}

QPointF CutChart::at(const Point& point) const {
    return {point.position, m_axis.at(shownValue(point.summary, m_objective))};
}

void CutChart::rebuild() {
    std::vector<double> values;
    for (const Curve& curve : m_curves)
        for (const Point& point : curve.points) values.push_back(shownValue(point.summary, m_objective));
    m_axis = FigureAxis(values, shownUnit(m_objective, m_ratio), planAxes().of(m_objective));
    setPlotNote(edgeNote(m_axis.atEdge()));
    std::vector<Dot> dots;
    for (const Curve& curve : m_curves)
        for (const Point& point : curve.points)
            if (point.plan && std::isfinite(at(point).y())) dots.push_back({at(point), *point.plan});
    setDots(std::move(dots));
    line()->clear();
    if (m_curves.empty()) return setAxes({}, {});
    const double layers = m_problem.graph ? static_cast<double>(m_problem.graph->layerCount()) : 1;
    // A curve that stays far above zero would look flat from zero.
    const double from = m_axis.isLogarithmic() || m_axis.low() >= m_axis.high() / 2 ? m_axis.low() : 0;
    setAxes({QStringLiteral("Layers before the cut"), 0, layers, 8, true},
            {axisTitle(m_objective, m_ratio, m_axis.scale()), from, m_axis.high(), 5, false, m_axis.isLogarithmic()}, true);
}

void CutChart::fillAxesMenu(QMenu& menu) {
    addAxisChoices(menu, objectiveTitle(m_objective, m_ratio), m_objective, m_axis);
}

void CutChart::paintBack(QPainter& painter, const PlotMapping& to) const {
    for (const Curve& curve : m_curves) {
        QColor colour = theme().platform(curve.first.index());
        painter.setPen(QPen(colour, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(Qt::NoBrush);
        // Where several plans share a position the line follows the best of them; between two points of the
        // axis' range it is drawn as it stands, so that a zoomed chart shows what is there.
        std::optional<QPointF> before;
        const bool larger =
            m_objective == Objective::InitiationInterval || m_objective == Objective::Accuracy;
        for (std::size_t i = 0; i < curve.points.size();) {
            QPointF best = at(curve.points[i]);
            std::size_t j = i + 1;
            for (; j < curve.points.size() && curve.points[j].position == curve.points[i].position; ++j) {
                const QPointF other = at(curve.points[j]);
                if (larger ? other.y() > best.y() : other.y() < best.y()) best = other;
            }
            if (std::isfinite(best.y())) {
                if (before && to.shows(*before) && to.shows(best))
                    painter.drawLine(to.map(*before), to.map(best));
                before = best;
            }
            i = j;
        }
    }
}

void CutChart::paintFront(QPainter& painter, const PlotMapping& to) const {
    std::vector<QRectF> placed;
    const double radius = dots().size() > 600 ? 1.6 : 2.4;
    for (const Curve& curve : m_curves) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().platform(curve.first.index()));
        for (const Point& point : curve.points)
            if (to.shows(at(point))) painter.drawEllipse(to.map(at(point)), radius, radius);
        paintIntervals(painter, to, curve);
    }
    const auto mark = [&](std::uint32_t plan, double size, bool labelled) {
        const auto found = m_point_of.find(plan);
        if (found == m_point_of.end()) return;
        const Curve& curve = m_curves[found->second.first];
        const QPointF value = at(curve.points[found->second.second]);
        if (!to.shows(value)) return;
        paintRing(painter, to.map(value), size, theme().accent);
        paintDot(painter, to.map(value), 4, theme().platform(curve.first.index()));
        placed.push_back(QRectF(to.map(value) - QPointF(size, size), QSizeF(2 * size, 2 * size)));
        if (labelled) paintLabel(painter, to, to.map(value), planTitle(plan), theme().text, true, placed);
    };
    if (hovered() && hovered() != selected()) mark(*hovered(), 7, false);
    if (selected()) mark(*selected(), 9, true);
    if (!m_problem.system) return;
    // Names keep clear of all curves.
    for (const Curve& curve : m_curves)
        for (std::size_t i = 0; i < curve.points.size(); ++i) {
            const QPointF end = at(curve.points[i]), start = i > 0 ? at(curve.points[i - 1]) : end;
            if (!to.shows(end) || !to.shows(start)) continue;
            const QPointF from = to.map(start), way = to.map(end) - from;
            const int steps = std::clamp(static_cast<int>(std::hypot(way.x(), way.y()) / kApart), 1, 100);
            for (int k = 0; k <= steps; ++k)
                placed.push_back(QRectF(from + way * k / steps - QPointF(3, 3), QSizeF(6, 6)));
        }
    for (const Curve& curve : m_curves) {
        // Named where the curve is farthest from the others: at its last fifth.
        const Point& point = curve.points[curve.points.size() * 4 / 5];
        if (!to.shows(at(point))) continue;
        paintLabel(painter, to, to.map(at(point)),
                   nameOf(curve),
                   inkOf(curve.first), false, placed);
    }
}

QString CutChart::nameOf(const Curve& curve) const {
    Stage first{curve.first, {}}, second{curve.second, {}};
    first.precision = curve.first_precision;
    second.precision = curve.second_precision;
    return platformsShown({Scheme::Pipeline, {first, second}}, *m_problem.system);
}

void CutChart::paintIntervals(QPainter& painter, const PlotMapping& to, const Curve& curve) const {
    constexpr std::size_t kMost = 80; // more would be a blur
    if (m_objective != Objective::Accuracy || curve.points.size() > kMost) return;
    for (const Point& point : curve.points)
        if (const auto accuracy = point.plan ? accuracyAt(*m_result, *point.plan) : std::nullopt)
            paintInterval(painter, to, at(point), m_axis.at(accuracy->low), m_axis.at(accuracy->high),
                          theme().platform(curve.first.index()));
}

QString CutChart::tipOf(std::uint32_t plan) const {
    const Plan p = m_result->candidates->plan(plan);
    const auto point = m_point_of.at(plan);
    const auto known = accuracyAt(*m_result, plan);
    const QString accuracy = known ? QStringLiteral("\nAccuracy ") + accuracyLine(*known) : QString();
    return QStringLiteral("%1: %2, cut after %3\n%4 of %5 layers before the cut\n%6")
        .arg(planTitle(plan), platformsShown(p, *m_problem.system),
             cutShown(*m_problem.graph, p, m_result->candidates->cutLabels(plan)))
        .arg(m_curves[point.first].points[point.second].position)
        .arg(m_problem.graph->layerCount())
        .arg(summaryLines(m_result->summaries[plan]) + accuracy);
}

QString CutChart::toCsv() const {
    QString csv =
        QStringLiteral("first,second,layers_before_cut,plan,latency_s,throughput_hz,energy_j,link_bytes,accuracy_top1\n");
    for (const Curve& curve : m_curves)
        for (const Point& point : curve.points) {
            const auto cell = [](double v) { return text(numberText(v)); };
            const auto name = [this](PlatformId id) {
                return text(csvCell(m_problem.system->platform(id).name));
            };
            csv += QStringList{name(curve.first),
                               name(curve.second),
                               cell(point.position),
                               point.plan ? QString::number(std::uint64_t{*point.plan} + 1) : QString(),
                               cell(point.summary.latency_s),
                               cell(shownValue(point.summary, Objective::InitiationInterval)),
                               cell(point.summary.energy_j),
                               cell(point.summary.link_bytes),
                               cell(point.summary.accuracy)}
                       .join(u',') +
                   u'\n';
        }
    return csv;
}

} // namespace cutline
