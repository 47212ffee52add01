// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/matrix_chart.h"

#include "widgets/panels/kit.h"

#include <QApplication>
#include <QEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

constexpr double kCellsLeft = 62, kBottom = 34, kTop = 8, kMatrixGap = 6, kDotReach = 7;

} // namespace

PlanChart* make_matrix(QWidget* parent) {
    return new MatrixChart(parent);
}

MatrixChart::MatrixChart(QWidget* parent) : PlanChart(parent) {
    setAccessibleName(QStringLiteral("Scatter matrix"));
    setAccessibleDescription(QStringLiteral("Every figure over every other one; drag a rectangle to mark ranges"));
    onSurface(this);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(320, 200);
}

void MatrixChart::setResult(SearchResultPtr result, const Problem& problem) {
    m_result = std::move(result);
    m_problem = problem;
    m_ratio = m_result && memoryIsRatio(*m_result);
    measure();
    markPlans();
}

void MatrixChart::measure() {
    m_figures.clear();
    if (!m_result || m_result->summaries.empty()) return;
    const std::size_t plans = m_result->summaries.size();
    for (const Objective objective : knownObjectives(*m_result)) {
        Figure figure;
        figure.objective = objective;
        std::vector<double> values(plans);
        for (std::size_t i = 0; i < plans; ++i) values[i] = shownValue(m_result->summaries[i], objective);
        figure.axis = FigureAxis(values, shownUnit(objective, m_ratio), planAxes().of(objective));
        const double low = figure.axis.low(), high = figure.axis.high();
        if (!(low < high)) continue; // one value for all: nothing to tell plans apart by
        const double room = (high - low) * 0.04;
        figure.low = low >= 0 && !figure.axis.isLogarithmic() ? std::max(0.0, low - room) : low - room;
        figure.high = high + room;
        figure.title = axisTitle(objective, m_ratio, figure.axis.scale());
        figure.bins.assign(kBins, 0);
        for (const double value : values) {
            const double place = (figure.axis.at(value) - figure.low) / (figure.high - figure.low);
            figure.place.push_back(static_cast<float>(place));
            if (std::isfinite(place)) ++figure.bins[std::min(kBins - 1, static_cast<std::size_t>(place * kBins))];
        }
        m_figures.push_back(std::move(figure));
    }
}

void MatrixChart::markPlans() {
    m_marks.clear();
    m_front.clear();
    m_picture = {};
    update();
    if (!m_result) return;
    for (std::uint32_t plan = 0; plan < m_result->summaries.size(); ++plan)
        m_marks.push_back(m_brush.accepts(plan, m_result->summaries[plan]) ? Mark::Dominated : Mark::Dimmed);
    for (const std::uint32_t plan : m_result->front) {
        if (m_marks[plan] == Mark::Dimmed) continue;
        m_marks[plan] = Mark::Front;
        m_front.push_back(plan);
    }
}

void MatrixChart::setSelectedPlan(std::optional<std::uint32_t> plan) {
    if (m_selected == plan) return;
    m_selected = plan;
    update();
}

void MatrixChart::setHoveredPlan(std::optional<std::uint32_t> plan) {
    if (m_hovered == plan) return;
    m_hovered = plan;
    update();
}

void MatrixChart::setBrush(const PlanBrush& brush) {
    if (brush == m_brush) return;
    m_brush = brush;
    markPlans();
}

void MatrixChart::changeBrush(PlanBrush brush) {
    if (brush == m_brush) return;
    setBrush(brush);
    Q_EMIT brushChanged(m_brush);
}

QRectF MatrixChart::cellRect(std::size_t row, std::size_t column) const {
    const auto n = static_cast<double>(std::max<std::size_t>(1, m_figures.size()));
    const double w = (width() - kCellsLeft - 12) / n, h = (height() - kTop - kBottom) / n;
    return QRectF(kCellsLeft + w * static_cast<double>(column), kTop + h * static_cast<double>(row), w - kMatrixGap, h - kMatrixGap);
}

QPointF MatrixChart::positionOf(std::size_t row, std::size_t column, std::uint32_t plan) const {
    const QRectF cell = cellRect(row, column);
    return {cell.left() + static_cast<double>(m_figures[column].place[plan]) * cell.width(),
            cell.bottom() - static_cast<double>(m_figures[row].place[plan]) * cell.height()};
}

double MatrixChart::shownAt(std::size_t figure, double place) const {
    const Figure& of = m_figures[figure];
    return of.axis.reachedAt(of.low + std::clamp(place, 0.0, 1.0) * (of.high - of.low));
}

std::optional<MatrixChart::Cell> MatrixChart::cellAt(QPointF at) const {
    for (std::size_t row = 1; row < m_figures.size(); ++row)
        for (std::size_t column = 0; column < row; ++column)
            if (cellRect(row, column).contains(at)) return Cell{row, column};
    return {};
}

std::optional<std::uint32_t> MatrixChart::planNear(QPointF at) const {
    const auto cell = cellAt(at);
    if (!cell) return {};
    std::optional<std::uint32_t> best;
    double least = kDotReach * kDotReach;
    const auto consider = [&](std::uint32_t plan) {
        const QPointF d = positionOf(cell->row, cell->column, plan) - at;
        const double distance = d.x() * d.x() + d.y() * d.y();
        if (!(distance < least)) return;
        least = distance;
        best = plan;
    };
    for (const std::uint32_t plan : m_front) consider(plan);
    if (best) return best; // what lies on top is meant
    for (std::uint32_t plan = 0; plan < m_marks.size(); ++plan) consider(plan);
    return best;
}

void MatrixChart::hover(std::optional<std::uint32_t> plan) {
    if (m_hovered == plan) return;
    setHoveredPlan(plan);
    Q_EMIT planHovered(plan);
}

void MatrixChart::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    m_press = m_now = event->position();
    m_pressed = cellAt(*m_press);
}

void MatrixChart::mouseMoveEvent(QMouseEvent* event) {
    m_now = event->position();
    if (m_press) return update();
    const auto plan = planNear(m_now);
    setCursor(plan ? Qt::PointingHandCursor : cellAt(m_now) ? Qt::CrossCursor : Qt::ArrowCursor);
    if (plan)
        QToolTip::showText(event->globalPosition().toPoint(), planTip(*m_result, m_problem, *plan), this);
    else
        QToolTip::hideText();
    hover(plan);
}

void MatrixChart::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !m_press) return;
    const QPointF from = *std::exchange(m_press, std::nullopt), to = event->position();
    const auto cell = std::exchange(m_pressed, std::nullopt);
    update();
    if (!cell) return;
    if ((to - from).manhattanLength() < QApplication::startDragDistance()) {
        const auto plan = planNear(to);
        if (!plan || m_selected == plan) return;
        setSelectedPlan(plan);
        Q_EMIT planSelected(*plan);
        return;
    }
    const QRectF place = cellRect(cell->row, cell->column);
    const auto x = [&](QPointF p) { return shownAt(cell->column, (p.x() - place.left()) / place.width()); };
    const auto y = [&](QPointF p) { return shownAt(cell->row, (place.bottom() - p.y()) / place.height()); };
    PlanBrush brush = m_brush;
    brush.set({m_figures[cell->column].objective, std::min(x(from), x(to)), std::max(x(from), x(to))});
    brush.set({m_figures[cell->row].objective, std::min(y(from), y(to)), std::max(y(from), y(to))});
    changeBrush(std::move(brush));
}

void MatrixChart::mouseDoubleClickEvent(QMouseEvent*) {
    changeBrush(m_brush.withoutRanges());
}

void MatrixChart::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) return changeBrush(m_brush.withoutRanges());
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && m_selected)
        Q_EMIT planActivated(*m_selected);
    else
        PlanChart::keyPressEvent(event);
}

void MatrixChart::leaveEvent(QEvent*) {
    hover({});
}

void MatrixChart::contextMenuEvent(QContextMenuEvent* event) {
    showMenu(event->globalPos(), event->pos());
}

void MatrixChart::fillMenu(QMenu* menu, std::optional<QPointF>) {
    menu->addAction(QStringLiteral("Clear the brush"), this, [this] { changeBrush(m_brush.withoutRanges()); })
        ->setEnabled(!m_brush.ranges.empty());
    QMenu* axes = menu->addMenu(QStringLiteral("Axes"));
    axes->setEnabled(!m_figures.empty());
    for (const Figure& figure : m_figures)
        addAxisChoices(*axes, objectiveTitle(figure.objective, m_ratio), figure.objective, figure.axis);
}

void MatrixChart::followAxes() {
    measure();
    m_picture = {};
    update();
}

void MatrixChart::resizeEvent(QResizeEvent*) {
    m_picture = {};
}

void MatrixChart::changeEvent(QEvent* event) {
    PlanChart::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) m_picture = {};
}

QString MatrixChart::toCsv() const {
    return figuresCsv(m_result.get(), m_brush);
}

} // namespace cutline
