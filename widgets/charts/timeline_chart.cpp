// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/timeline_chart.h"

#include "core/base/text.h"
#include "widgets/panels/kit.h"

#include <QApplication>
#include <QComboBox>
#include <QFutureWatcher>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QVBoxLayout>
#include <QWheelEvent>
#include <QtConcurrentRun>

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

constexpr std::uint32_t kSteadyFrames = 24;
constexpr int kToolsHeight = 34, kScaleHeight = 22, kNamesWidth = 150, kFoot = 18, kRightEdge = 12;
constexpr double kBesideName = 84; ///< of a lane: swatch, busy share, gaps
constexpr double kOver = 0.5; ///< of a bar's height: where bars begin that may lie across others

} // namespace

/// Runs on after its chart is gone, and then nobody hears of it.
struct TimelineChart::Work {
    Progress progress;
};

PlanChart* make_timeline(QWidget* parent) {
    return new TimelineChart(parent);
}

TimelineChart::TimelineChart(QWidget* parent)
    : PlanChart(parent), m_mode_box(new QComboBox(this)), m_summary(new InkLabel(Ink::Text2, TextRole::Small, {}, this)) {
    setAccessibleName(QStringLiteral("Timeline"));
    setAccessibleDescription(QStringLiteral("W and S zoom, A and D move, F shows everything, Ctrl and drag marks a range"));
    onSurface(this);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(360, 170);
    m_mode_box->addItems({QStringLiteral("One inference"), QStringLiteral("Steady state")});
    m_mode_box->setCurrentIndex(static_cast<int>(m_mode));
    m_mode_box->setAccessibleName(QStringLiteral("What the timeline shows"));
    m_mode_box->setToolTip(QStringLiteral("One inference on its own, or %1 whose inputs come as fast as the plan takes them (or "
                                          "at the scenario's rate)")
                               .arg(kSteadyFrames));
    connect(m_mode_box, &QComboBox::activated, this, [this](int mode) { setMode(static_cast<Mode>(mode)); });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* tools = new QHBoxLayout;
    tools->setContentsMargins(12, 6, 12, 2);
    tools->addWidget(m_mode_box);
    m_summary->setElided();
    tools->addWidget(m_summary, 1);
    layout->addLayout(tools);
    layout->addStretch(1);
}

TimelineChart::~TimelineChart() {
    if (m_work) m_work->progress.cancel();
}

void TimelineChart::setEvaluator(EvaluatorPtr evaluator) {
    if (evaluator == m_evaluator) return;
    const Problem* before = m_evaluator ? &m_evaluator->problem() : nullptr;
    const Problem* now = evaluator ? &evaluator->problem() : nullptr;
    // Platforms and layers are numbers in a plan: of another model or system they mean something else.
    if (!before || !now || before->graph != now->graph || before->system != now->system) {
        m_plan.reset();
        accept(nullptr);
    }
    m_evaluator = std::move(evaluator);
    simulateSoon();
}

void TimelineChart::setPlan(std::optional<Plan> plan) {
    if (plan == m_plan) return;
    m_plan = std::move(plan);
    simulateSoon();
}

void TimelineChart::setMode(Mode mode) {
    if (mode == m_mode) return;
    m_mode = mode;
    m_mode_box->setCurrentIndex(static_cast<int>(mode));
    simulateSoon();
}

void TimelineChart::setSelectedLayers(const std::vector<LayerId>& layers) {
    m_selected = layers;
    std::sort(m_selected.begin(), m_selected.end());
    update();
}

void TimelineChart::simulateSoon() {
    if (m_work) m_work->progress.cancel();
    m_work.reset();
    m_stale = true;
    if (isVisible()) start();
}

void TimelineChart::showEvent(QShowEvent*) {
    if (m_stale) start();
}

void TimelineChart::start() {
    m_stale = false;
    if (!m_evaluator || !m_plan || m_plan->stages.empty()) return accept(nullptr);
    m_work = std::make_shared<Work>();
    const std::uint32_t frames = m_mode == Mode::OneInference ? 1 : kSteadyFrames;
    auto* watcher = new QFutureWatcher<std::shared_ptr<const Timeline>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, work = m_work] {
        watcher->deleteLater();
        if (work != m_work) return; // another plan is worked on by now
        m_work.reset();
        accept(watcher->result());
    });
    watcher->setFuture(QtConcurrent::run(
        [evaluator = m_evaluator, plan = *m_plan, frames, work = m_work]() -> std::shared_ptr<const Timeline> {
            return std::make_shared<const Timeline>(simulate(*evaluator, plan, frames, {}, work->progress));
        }));
}

void TimelineChart::accept(std::shared_ptr<const Timeline> timeline) {
    const double before = m_timeline ? m_timeline->end_s : 0;
    m_timeline = std::move(timeline);
    m_lane_bars.clear();
    m_hovered.reset();
    if (m_timeline) {
        m_lane_bars.resize(m_timeline->lanes.size());
        for (std::uint32_t i = 0; i < m_timeline->bars.size(); ++i)
            m_lane_bars[m_timeline->bars[i].lane].push_back(i);
        m_axis.end_s = m_timeline->end_s > 0 ? m_timeline->end_s : 1;
    }
    placeAxis();
    // While plans are dragged about, a view that has been zoomed into stays where it is.
    const bool zoomed = before > 0 && (m_axis.from_s > 0 || m_axis.to_s < before);
    if (!zoomed || m_axis.to_s > m_axis.end_s) {
        m_axis.showAll();
        m_range.reset();
    }
    m_summary->setText(summaryText());
    update();
}

void TimelineChart::resizeEvent(QResizeEvent*) {
    placeAxis();
}

void TimelineChart::placeAxis() {
    // Names in full where they leave most of the width to the lanes.
    double names = kNamesWidth;
    const QFontMetricsF metrics(fontFor(TextRole::CardTitle));
    if (m_timeline)
        for (const Timeline::Lane& lane : m_timeline->lanes)
            names = std::max(names, metrics.horizontalAdvance(text(printable(lane.name))) + kBesideName);
    m_axis.left = std::min(names, std::max<double>(kNamesWidth, width() / 4.0));
    m_axis.width = std::max(50.0, width() - m_axis.left - kRightEdge);
}

QRectF TimelineChart::laneRect(std::size_t lane) const {
    const double top = kToolsHeight + kScaleHeight, room = height() - top - kFoot;
    const double each = std::clamp(room / static_cast<double>(std::max<std::size_t>(1, m_lane_bars.size())), 8.0, 44.0);
    return {m_axis.left, top + each * static_cast<double>(lane), m_axis.width, each};
}

QRectF TimelineChart::barRect(std::size_t index) const {
    const Timeline::Bar& bar = m_timeline->bars[index];
    const double end = bar.kind == Timeline::Bar::Kind::Transfer ? bar.end_s : bar.start_s + bar.hold_s;
    const double from = std::max(m_axis.x(bar.start_s), m_axis.left);
    const double to = std::min(m_axis.x(end), m_axis.left + m_axis.width);
    if (to < from) return {};
    QRectF lane = laneRect(bar.lane).adjusted(0, 3, 0, -3);
    if (bar.lent_for) lane.setTop(lane.top() + lane.height() * kOver); // what lies under it shows above it
    return {from, lane.top(), std::max(1.0, to - from), lane.height()};
}

std::optional<std::size_t> TimelineChart::barAt(QPointF at) const {
    if (!m_timeline || at.x() < m_axis.left || at.x() > m_axis.left + m_axis.width) return {};
    for (std::size_t lane = 0; lane < m_lane_bars.size(); ++lane) {
        if (!laneRect(lane).contains(at)) continue;
        const double time = m_axis.time(at.x()), slack = m_axis.span() / m_axis.width;
        const auto& bars = m_lane_bars[lane];
        auto after = std::upper_bound(bars.begin(), bars.end(), time + slack, [this](double t, std::uint32_t bar) {
            return t < m_timeline->bars[bar].start_s;
        });
        // Bars of a lane follow each other; only what still travels, and what is lent, may reach over others.
        std::optional<std::size_t> under;
        for (int back = 0; back < 16 && after != bars.begin(); ++back) {
            const Timeline::Bar& bar = m_timeline->bars[*--after];
            if (bar.end_s < time - slack) continue;
            if (bar.lent_for && at.y() >= barRect(*after).top()) return *after;
            if (!bar.lent_for && !under) under = *after;
        }
        return under;
    }
    return {};
}

const Timeline::Step* TimelineChart::stepAt(const Timeline::Bar& bar, double time_s) const {
    if (bar.kind != Timeline::Bar::Kind::Piece) return nullptr;
    for (const Timeline::Step& step : m_timeline->pieces[bar.part].steps)
        if (time_s - bar.start_s < step.end_s) return &step;
    return nullptr;
}

std::optional<LayerId> TimelineChart::layerAt(QPointF at) const {
    const auto bar = barAt(at);
    if (bar && m_timeline->bars[*bar].lent_for) return m_timeline->bars[*bar].lent_for;
    const Timeline::Step* step = bar ? stepAt(m_timeline->bars[*bar], m_axis.time(at.x())) : nullptr;
    return step ? std::optional(step->layers.front()) : std::nullopt;
}

bool TimelineChart::isLit(const Timeline::Step& step) const {
    return std::any_of(step.layers.begin(), step.layers.end(), [&](LayerId layer) {
        return m_hovered == layer || std::binary_search(m_selected.begin(), m_selected.end(), layer);
    });
}

void TimelineChart::hoverAt(QPointF at, QPoint global) {
    const auto bar = barAt(at);
    const auto layer = layerAt(at);
    if (bar)
        QToolTip::showText(global, tipOf(m_timeline->bars[*bar], m_axis.time(at.x())), this);
    else
        QToolTip::hideText();
    if (layer == m_hovered) return;
    m_hovered = layer;
    Q_EMIT layerHovered(layer);
    update();
}

void TimelineChart::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !m_timeline) return;
    m_press = event->position();
    m_pressed_from = m_axis.from_s;
    m_marking = event->modifiers() & Qt::ControlModifier;
    if (m_marking) m_range = Range{m_axis.time(m_press->x()), m_axis.time(m_press->x())};
}

void TimelineChart::mouseMoveEvent(QMouseEvent* event) {
    const QPointF at = event->position();
    if (!m_press || !(event->buttons() & Qt::LeftButton)) return hoverAt(at, event->globalPosition().toPoint());
    if (m_marking) {
        const double a = m_axis.time(m_press->x());
        const double b = std::clamp(m_axis.time(at.x()), m_axis.from_s, m_axis.to_s);
        m_range = Range{std::min(a, b), std::max(a, b)};
    } else if (std::abs(at.x() - m_press->x()) >= QApplication::startDragDistance() || m_axis.from_s != m_pressed_from) {
        m_axis.pan(m_pressed_from - (at.x() - m_press->x()) / m_axis.width * m_axis.span() - m_axis.from_s);
    }
    update();
}

void TimelineChart::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !m_press) return;
    const bool still = (event->position() - *m_press).manhattanLength() < QApplication::startDragDistance();
    m_press.reset();
    if (std::exchange(m_marking, false)) {
        if (still) m_range.reset();
        return update();
    }
    const auto layer = still ? layerAt(event->position()) : std::nullopt;
    if (layer) Q_EMIT layerSelected(*layer);
}

void TimelineChart::mouseDoubleClickEvent(QMouseEvent*) {
    m_axis.showAll();
    update();
}

void TimelineChart::wheelEvent(QWheelEvent* event) {
    const QPoint delta = event->angleDelta();
    if (std::abs(delta.x()) > std::abs(delta.y()))
        m_axis.pan(-delta.x() / 120.0 * m_axis.span() * 0.1);
    else
        m_axis.zoom(std::pow(0.9985, delta.y()), event->position().x());
    event->accept();
    update();
}

void TimelineChart::keyPressEvent(QKeyEvent* event) {
    // Keys zoom at the mouse where it is over the lanes, else at the middle.
    const double mouse = mapFromGlobal(QCursor::pos()).x();
    const bool over = underMouse() && mouse > m_axis.left && mouse < m_axis.left + m_axis.width;
    const double at = over ? mouse : m_axis.left + m_axis.width / 2;
    switch (event->key()) {
    case Qt::Key_W:
        m_axis.zoom(0.7, at);
        break;
    case Qt::Key_S:
        m_axis.zoom(1 / 0.7, at);
        break;
    case Qt::Key_A:
    case Qt::Key_Left:
        m_axis.pan(-m_axis.span() * 0.15);
        break;
    case Qt::Key_D:
    case Qt::Key_Right:
        m_axis.pan(m_axis.span() * 0.15);
        break;
    case Qt::Key_F:
        m_axis.showAll();
        break;
    case Qt::Key_Escape:
        m_range.reset();
        break;
    default:
        return PlanChart::keyPressEvent(event);
    }
    update();
}

void TimelineChart::leaveEvent(QEvent*) {
    if (!m_hovered) return;
    m_hovered.reset();
    Q_EMIT layerHovered({});
    update();
}

void TimelineChart::contextMenuEvent(QContextMenuEvent* event) {
    showMenu(event->globalPos(), event->pos());
}

} // namespace cutline
