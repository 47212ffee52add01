// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/parallel_chart.h"

#include "widgets/charts/plot_axis.h"
#include "widgets/models/constraint_metrics.h"
#include "widgets/panels/kit.h"

#include <QEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace cutline {
namespace {

constexpr double kAxisReach = 10, kEdgeReach = 5, kPlanReach = 6;

} // namespace

PlanChart* make_parallel(QWidget* parent) {
    return new ParallelChart(parent);
}

ParallelChart::ParallelChart(QWidget* parent) : PlanChart(parent), m_edit(new QLineEdit(this)) {
    setAccessibleName(QStringLiteral("Parallel axes"));
    setAccessibleDescription(QStringLiteral("Every plan a line over one axis for each figure; drag along an axis to mark a "
                                            "range"));
    onSurface(this);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(320, 170);
    m_edit->hide();
    m_edit->setAlignment(Qt::AlignCenter);
    connect(m_edit, &QLineEdit::editingFinished, this, &ParallelChart::acceptNumber);
}

void ParallelChart::setResult(SearchResultPtr result, const Problem& problem) {
    m_result = std::move(result);
    m_problem = problem;
    m_ratio = m_result && memoryIsRatio(*m_result);
    buildAxes();
    sortPlans();
    forgetPictures();
    update();
}

void ParallelChart::buildAxes() {
    m_axes.clear();
    m_all.clear();
    if (!m_result || m_result->summaries.empty()) return;
    const std::size_t plans = m_result->summaries.size();
    for (std::uint32_t i = 0; i < plans; ++i) m_all.push_back(i);
    for (const Objective objective : knownObjectives(*m_result)) {
        Axis axis;
        axis.objective = objective;
        std::vector<double> values(plans);
        for (std::size_t i = 0; i < plans; ++i) values[i] = shownValue(m_result->summaries[i], objective);
        axis.axis = FigureAxis(values, shownUnit(objective, m_ratio), planAxes().of(objective));
        if (axis.axis.empty()) continue;
        axis.title = axisTitle(objective, m_ratio, axis.axis.scale());
        std::tie(axis.low, axis.high) = axis.axis.roundRange(5);
        for (const double value : values)
            axis.place.push_back(static_cast<float>((axis.axis.at(value) - axis.low) / (axis.high - axis.low)));
        m_axes.push_back(std::move(axis));
    }
}

void ParallelChart::sortPlans() {
    m_accepted.clear();
    m_front.clear();
    if (!m_result) return;
    for (std::uint32_t i = 0; i < m_result->summaries.size(); ++i)
        if (m_brush.accepts(i, m_result->summaries[i])) m_accepted.push_back(i);
    for (const std::uint32_t plan : m_result->front)
        if (m_brush.accepts(plan, m_result->summaries[plan])) m_front.push_back(plan);
}

void ParallelChart::setSelectedPlan(std::optional<std::uint32_t> plan) {
    if (m_selected == plan) return;
    m_selected = plan;
    update();
}

void ParallelChart::setHoveredPlan(std::optional<std::uint32_t> plan) {
    if (m_hovered == plan) return;
    m_hovered = plan;
    update();
}

void ParallelChart::setBrush(const PlanBrush& brush) {
    if (brush == m_brush) return;
    m_brush = brush;
    sortPlans();
    m_lines = {};
    update();
}

void ParallelChart::changeBrush(PlanBrush brush) {
    if (brush == m_brush) return;
    setBrush(brush);
    Q_EMIT brushChanged(m_brush);
}

QRectF ParallelChart::plotArea(const QRectF& whole) const {
    return whole.adjusted(70, 40, -70, -34);
}

double ParallelChart::axisX(std::size_t axis, const QRectF& area) const {
    const auto gaps = static_cast<double>(std::max<std::size_t>(1, m_axes.size() - 1));
    return area.left() + area.width() * static_cast<double>(axis) / gaps;
}

QPointF ParallelChart::positionOf(std::size_t index, double shown_value) const {
    const QRectF area = plotArea(rect());
    const Axis& axis = m_axes[index];
    const double place = std::clamp((axis.axis.at(shown_value) - axis.low) / (axis.high - axis.low), -1.0, 2.0);
    return {axisX(index, area), area.bottom() - place * area.height()};
}

double ParallelChart::shownAt(std::size_t index, double y) const {
    const QRectF area = plotArea(rect());
    const Axis& axis = m_axes[index];
    const double place = std::clamp((area.bottom() - y) / area.height(), 0.0, 1.0);
    return axis.axis.reachedAt(axis.low + place * (axis.high - axis.low));
}

std::optional<std::size_t> ParallelChart::axisNear(QPointF at, double reach) const {
    const QRectF area = plotArea(rect());
    if (at.y() < area.top() - reach || at.y() > area.bottom() + reach) return {};
    for (std::size_t i = 0; i < m_axes.size(); ++i)
        if (std::abs(axisX(i, area) - at.x()) <= reach) return i;
    return {};
}

std::optional<ParallelChart::Grip> ParallelChart::gripAt(QPointF at) const {
    const auto axis = axisNear(at, kAxisReach);
    if (!axis) return {};
    Grip grip;
    grip.axis = *axis;
    grip.from = shownAt(*axis, at.y());
    const PlanBrush::Range* range = m_brush.of(m_axes[*axis].objective);
    if (!range) return grip;
    grip.before = *range;
    const double low = positionOf(*axis, range->low).y(), high = positionOf(*axis, range->high).y();
    if (std::abs(at.y() - high) <= kEdgeReach)
        grip.part = Grip::Part::High;
    else if (std::abs(at.y() - low) <= kEdgeReach)
        grip.part = Grip::Part::Low;
    else if (at.y() > high && at.y() < low)
        grip.part = Grip::Part::Both;
    return grip;
}

void ParallelChart::applyGrip(QPointF at) {
    const double now = shownAt(m_grip->axis, at.y());
    PlanBrush::Range range = m_grip->before;
    range.objective = m_axes[m_grip->axis].objective;
    switch (m_grip->part) {
    case Grip::Part::New:
        range.low = std::min(m_grip->from, now);
        range.high = std::max(m_grip->from, now);
        break;
    case Grip::Part::Low:
        range.low = std::min(now, range.high);
        break;
    case Grip::Part::High:
        range.high = std::max(now, range.low);
        break;
    case Grip::Part::Both:
        range.low += now - m_grip->from;
        range.high += now - m_grip->from;
        break;
    }
    PlanBrush brush = m_brush;
    brush.set(range);
    changeBrush(std::move(brush));
}

void ParallelChart::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    const QPointF at = event->position();
    for (std::size_t axis = 0; axis < m_axes.size(); ++axis) {
        for (const bool high : {false, true})
            if (numberRect(axis, high).contains(at)) return typeNumber(axis, high);
        if (demandRect(axis).contains(at)) return demand(axis);
    }
    if ((m_grip = gripAt(at))) return;
    if (const auto plan = planNear(at)) select(*plan);
}

void ParallelChart::mouseMoveEvent(QMouseEvent* event) {
    const QPointF at = event->position();
    if (m_grip) return applyGrip(at);
    const auto plan = planNear(at);
    const auto grip = gripAt(at);
    const bool edge = grip && (grip->part == Grip::Part::Low || grip->part == Grip::Part::High);
    bool button = false;
    for (std::size_t axis = 0; axis < m_axes.size(); ++axis)
        button = button || numberRect(axis, false).contains(at) || numberRect(axis, true).contains(at) ||
                 demandRect(axis).contains(at);
    setCursor(button || (plan && !grip) ? Qt::PointingHandCursor
              : edge                    ? Qt::SizeVerCursor
              : grip                    ? Qt::CrossCursor
                                        : Qt::ArrowCursor);
    if (plan && !grip && !button)
        QToolTip::showText(event->globalPosition().toPoint(), planTip(*m_result, m_problem, *plan), this);
    else
        QToolTip::hideText();
    hover(grip || button ? std::nullopt : plan);
}

void ParallelChart::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !m_grip) return;
    const Grip grip = *std::exchange(m_grip, std::nullopt);
    const bool clicked = std::abs(shownAt(grip.axis, event->position().y()) - grip.from) == 0;
    // A click beside a brush takes it away; one without any does nothing.
    if (!clicked || grip.part != Grip::Part::New) return;
    PlanBrush brush = m_brush;
    brush.clear(m_axes[grip.axis].objective);
    changeBrush(std::move(brush));
}

void ParallelChart::mouseDoubleClickEvent(QMouseEvent* event) {
    m_grip.reset();
    PlanBrush brush = m_brush;
    if (const auto axis = axisNear(event->position(), kAxisReach))
        brush.clear(m_axes[*axis].objective);
    else
        brush = m_brush.withoutRanges();
    changeBrush(std::move(brush));
}

void ParallelChart::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Escape:
        m_grip.reset();
        if (m_edit->isVisible()) {
            m_edit->setText({}); // what is no number changes nothing
            return acceptNumber();
        }
        return changeBrush(m_brush.withoutRanges());
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_selected) Q_EMIT planActivated(*m_selected);
        return;
    case Qt::Key_Left:
    case Qt::Key_Right: {
        // Through what the brush leaves, in the order of the list.
        if (m_accepted.empty()) return;
        auto at = m_selected ? std::lower_bound(m_accepted.begin(), m_accepted.end(), *m_selected) : m_accepted.begin();
        const bool here = m_selected && at != m_accepted.end() && *at == *m_selected;
        if (event->key() == Qt::Key_Right && here && at + 1 != m_accepted.end()) ++at;
        if (event->key() == Qt::Key_Left && at != m_accepted.begin()) --at;
        return select(at == m_accepted.end() ? m_accepted.back() : *at);
    }
    default:
        PlanChart::keyPressEvent(event);
    }
}

void ParallelChart::leaveEvent(QEvent*) {
    hover({});
}

void ParallelChart::contextMenuEvent(QContextMenuEvent* event) {
    showMenu(event->globalPos(), event->pos());
}

void ParallelChart::fillMenu(QMenu* menu, std::optional<QPointF>) {
    menu->addAction(QStringLiteral("Clear the brush"), this, [this] { changeBrush(m_brush.withoutRanges()); })
        ->setEnabled(!m_brush.ranges.empty());
    QMenu* axes = menu->addMenu(QStringLiteral("Axes"));
    axes->setEnabled(!m_axes.empty());
    for (const Axis& axis : m_axes) addAxisChoices(*axes, objectiveTitle(axis.objective, m_ratio), axis.objective, axis.axis);
}

void ParallelChart::followAxes() {
    buildAxes();
    forgetPictures();
    update();
}

QString ParallelChart::edgeText() const {
    std::vector<std::pair<QString, std::size_t>> at_edge;
    for (const Axis& axis : m_axes) at_edge.emplace_back(objectiveTitle(axis.objective, m_ratio), axis.axis.atEdge());
    return edgeWords(at_edge);
}

std::optional<std::uint32_t> ParallelChart::planNear(QPointF at) const {
    const QRectF area = plotArea(rect());
    if (m_axes.size() < 2 || !area.contains(at)) return {};
    const double gap = area.width() / static_cast<double>(m_axes.size() - 1);
    const auto left = std::min(static_cast<std::size_t>((at.x() - area.left()) / gap), m_axes.size() - 2);
    const double share = (at.x() - axisX(left, area)) / gap, place = (area.bottom() - at.y()) / area.height();
    const auto &a = m_axes[left].place, &b = m_axes[left + 1].place;
    std::optional<std::uint32_t> best;
    double least = kPlanReach / area.height();
    const auto consider = [&](std::uint32_t plan) {
        const double off = std::abs(a[plan] + share * (b[plan] - a[plan]) - place);
        if (off >= least) return;
        least = off;
        best = plan;
    };
    // The front lies on top: what is dominated is meant only where no plan of the front is near.
    for (const std::uint32_t plan : m_front) consider(plan);
    if (best) return best;
    for (const std::uint32_t plan : m_accepted) consider(plan);
    return best;
}

void ParallelChart::select(std::uint32_t plan) {
    if (m_selected == plan) return;
    setSelectedPlan(plan);
    Q_EMIT planSelected(plan);
}

void ParallelChart::hover(std::optional<std::uint32_t> plan) {
    if (m_hovered == plan) return;
    setHoveredPlan(plan);
    Q_EMIT planHovered(plan);
}

void ParallelChart::typeNumber(std::size_t axis, bool high) {
    const PlanBrush::Range* range = m_brush.of(m_axes[axis].objective);
    m_edited_axis = axis;
    m_edited_high = high;
    m_edit->setText(limitText(high ? range->high : range->low, shownUnit(range->objective, m_ratio)).replace(QChar(0x202F), u' '));
    m_edit->setAccessibleName(QStringLiteral("%1 of %2").arg(high ? QStringLiteral("Upper end") : QStringLiteral("Lower end"),
                                                            m_axes[axis].title));
    QRect place = numberRect(axis, high).toAlignedRect().adjusted(-14, -3, 14, 3);
    place.moveLeft(std::clamp(place.left(), 0, std::max(0, width() - place.width())));
    m_edit->setGeometry(place);
    m_edit->show();
    m_edit->setFocus();
    m_edit->selectAll();
}

void ParallelChart::acceptNumber() {
    if (!m_edit->isVisible()) return;
    m_edit->hide();
    setFocus();
    if (m_edited_axis >= m_axes.size()) return;
    const Objective objective = m_axes[m_edited_axis].objective;
    const PlanBrush::Range* old = m_brush.of(objective);
    const auto typed = parseQuantity(m_edit->text().trimmed().toStdString(), shownUnit(objective, m_ratio));
    if (!old || !typed) return; // what is no number leaves the brush as it was
    PlanBrush::Range range = *old;
    (m_edited_high ? range.high : range.low) = *typed;
    if (range.low > range.high) std::swap(range.low, range.high);
    PlanBrush brush = m_brush;
    brush.set(range);
    changeBrush(std::move(brush));
}

void ParallelChart::demand(std::size_t axis) {
    const PlanBrush::Range range = *m_brush.of(m_axes[axis].objective);
    const bool larger = infoOf(range.objective).larger_is_better;
    Q_EMIT demandRequested(demandOn(range.objective, m_ratio, !larger, larger ? range.low : range.high));
}

QString ParallelChart::toCsv() const {
    return figuresCsv(m_result.get(), m_brush);
}

} // namespace cutline
