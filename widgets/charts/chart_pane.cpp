// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/chart_pane.h"

#include "widgets/charts/plot_view.h"
#include "widgets/panels/kit.h"

#include <QChart>
#include <QEvent>
#include <QGraphicsItem>
#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QHBoxLayout>
#include <QLineSeries>
#include <QMenu>
#include <QPainter>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>
#include <QValueAxis>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cutline {

/// All marks of a chart below or above its grid and line, as one item.
class MarksItem : public QGraphicsItem {
public:
    enum class Layer { Back, Front };
    MarksItem(ChartPane* pane, QChart* chart, Layer layer)
        : QGraphicsItem(chart), m_pane(pane), m_layer(layer) {
        // Qt Charts stacks grid 2, axes 3, series 4 and up.
        setZValue(layer == Layer::Back ? 3.5 : 100);
        setAcceptedMouseButtons(Qt::NoButton);
    }
    QRectF boundingRect() const override { return QRectF(QPointF(), m_pane->m_chart->size()); }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override {
        painter->setRenderHint(QPainter::Antialiasing);
        const PlotMapping to = m_pane->mapping();
        if (to.area.isEmpty()) return;
        if (m_pane->m_dots.empty()) return paintEmpty(*painter);
        if (m_layer == Layer::Back) {
            m_pane->paintLogAxes(*painter, to);
            return m_pane->paintBack(*painter, to);
        }
        m_pane->paintFront(*painter, to);
        m_pane->paintNote(*painter, to);
    }
    void sizeChanged() { prepareGeometryChange(); }

private:
    void paintEmpty(QPainter& painter) const {
        if (m_layer == Layer::Back) return;
        painter.setFont(fontFor(TextRole::Interface));
        painter.setPen(m_pane->theme().text3);
        painter.drawText(boundingRect().adjusted(20, 0, -20, 0), Qt::AlignCenter | Qt::TextWordWrap,
                         m_pane->m_empty);
    }

    ChartPane* m_pane;
    Layer m_layer;
};

namespace {

constexpr double kHitRadius = 9;
constexpr int kHeadHeight = 18; ///< of the line over the plot

} // namespace

ChartPane::ChartPane(QWidget* parent)
    : PlanChart(parent), m_tools(new QHBoxLayout), m_chart(new QChart), m_x(new QValueAxis),
      m_y(new QValueAxis), m_line(new QLineSeries) {
    m_chart->setAnimationOptions(QChart::NoAnimation);
    m_chart->legend()->hide();
    m_chart->setBackgroundVisible(false);
    m_chart->setPlotAreaBackgroundVisible(false);
    m_chart->setMargins({4, 4, 10, 2});
    m_chart->layout()->setContentsMargins(0, 0, 0, 0);
    m_chart->addSeries(m_line);
    m_chart->addAxis(m_x, Qt::AlignBottom);
    m_chart->addAxis(m_y, Qt::AlignLeft);
    m_line->attachAxis(m_x);
    m_line->attachAxis(m_y);
    m_x->setGridLineVisible(false);
    m_y->setLineVisible(false);
    for (auto* axis : {m_x, m_y}) {
        axis->setTickType(QValueAxis::TicksDynamic);
        axis->setTickAnchor(0);
        axis->setLabelsFont(fontFor(TextRole::Small, true));
        axis->setTitleFont(fontFor(TextRole::Small));
    }
    auto* back = new MarksItem(this, m_chart, MarksItem::Layer::Back);
    auto* front = new MarksItem(this, m_chart, MarksItem::Layer::Front);
    connect(m_chart, &QGraphicsWidget::geometryChanged, this, [back, front] {
        back->sizeChanged();
        front->sizeChanged();
    });
    connect(m_chart, &QChart::plotAreaChanged, this, [this] {
        fitTitle();
        repaintMarks();
    });
    m_view = new PlotView(m_chart, this);
    onSurface(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_tools->setContentsMargins(12, 6, 12, 2);
    m_tools->setSpacing(6);
    layout->addLayout(m_tools);
    layout->addWidget(m_view, 1);
    applyTheme();
}

ChartPane::~ChartPane() = default;

void ChartPane::changeEvent(QEvent* event) {
    PlanChart::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) applyTheme();
}

void ChartPane::applyTheme() {
    const Theme& now = theme();
    for (auto* axis : {m_x, m_y}) {
        axis->setTitleBrush(now.text2);
        axis->setLinePenColor(now.border);
    }
    colourAxes();
    themeChanged();
    repaintMarks();
}

void ChartPane::colourAxes() {
    const Theme& now = theme();
    for (auto* axis : {m_x, m_y}) {
        const bool own = (axis == m_x ? m_x_text : m_y_text).logarithmic;
        axis->setLabelsColor(own ? QColor(Qt::transparent) : now.text2);
        axis->setGridLineColor(own ? QColor(Qt::transparent) : now.grid);
    }
    m_x->setLineVisible(!m_dots.empty() && !m_x_text.logarithmic); // its ticks stand at round logarithms
    // An axis' own labels, which are not shown, hold the room of ours: up to "1000" beside the title.
    QFont wide = fontFor(TextRole::Small, true);
    if (m_y_text.logarithmic) wide.setLetterSpacing(QFont::AbsoluteSpacing, 7);
    m_y->setLabelsFont(wide);
    const int head = m_plot_note.isEmpty() && keyWidth() == 0 ? 0 : kHeadHeight;
    m_chart->setMargins(m_y_text.logarithmic ? QMargins(34, 8 + head, 14, 8) : QMargins(4, 4 + head, 10, 2));
}

QRectF ChartPane::headRect(const PlotMapping& to) const {
    if (m_plot_note.isEmpty() && keyWidth() == 0) return {};
    return {to.area.left(), to.area.top() - kHeadHeight - 4, to.area.width(), kHeadHeight};
}

PlotMapping ChartPane::mapping() const {
    return {m_chart->plotArea(), m_x->min(), m_x->max(), m_y->min(), m_y->max()};
}

void ChartPane::setAxes(const AxisText& x, const AxisText& y, bool tight_x) {
    m_x_text = x;
    m_y_text = y;
    m_tight_x = tight_x;
    m_x->setTitleText(x.title);
    fitTitle();
    colourAxes();
    resetZoom();
}

/// Upright beside a low plot, "Energy per inference, mJ" shrinks to "mJ": a unit says more than half a name.
void ChartPane::fitTitle() {
    constexpr double kEnds = 8;
    const bool fits = QFontMetricsF(m_y->titleFont()).horizontalAdvance(m_y_text.title) <= m_chart->plotArea().height() - kEnds;
    const QString title = fits ? m_y_text.title : m_y_text.title.section(QStringLiteral(", "), -1);
    if (m_y->titleText() != title) m_y->setTitleText(title);
}

void ChartPane::applyAxis(QValueAxis* axis, double low, double high, const AxisText& text) {
    Ticks t = niceTicks(low, high, text.ticks);
    if (text.whole_numbers && t.step < 1) t.step = 1;
    // The chart makes its ticks anew after each of the two: a wide range with the old narrow steps would have
    // millions of them.
    const bool coarser = t.step >= axis->tickInterval();
    if (coarser) axis->setTickInterval(t.step);
    axis->setRange(low, high);
    if (!coarser) axis->setTickInterval(t.step);
    axis->setLabelFormat(QStringLiteral("%.%1f").arg(text.whole_numbers ? 0 : t.decimals));
}

void ChartPane::resetZoom() {
    const auto whole = [](const AxisText& text, bool tight) {
        const Ticks round = niceTicks(text.low, text.high, text.ticks);
        return tight ? std::pair(text.low, text.high) : std::pair(round.low, round.high);
    };
    const auto x = whole(m_x_text, m_tight_x), y = whole(m_y_text, false);
    applyAxis(m_x, x.first, x.second, m_x_text);
    applyAxis(m_y, y.first, y.second, m_y_text);
    m_zoomed = false;
    repaintMarks();
}

void ChartPane::zoomTo(const QRectF& values) {
    const double full_x = m_x_text.high - m_x_text.low, full_y = m_y_text.high - m_y_text.low;
    // Beyond a millionth of the range labels lose their digits; far beyond the data there is nothing to see.
    if (!(values.width() > full_x * 1e-6) || !(values.height() > full_y * 1e-6)) return;
    if (values.width() > full_x * 8 || values.height() > full_y * 8) return;
    applyAxis(m_x, values.left(), values.right(), m_x_text);
    applyAxis(m_y, values.top(), values.bottom(), m_y_text);
    m_zoomed = true;
    repaintMarks();
}

void ChartPane::setDots(std::vector<Dot> dots) {
    m_dots = std::move(dots);
    for (auto* axis : {m_x, m_y}) axis->setVisible(!m_dots.empty());
    m_x->setLineVisible(!m_dots.empty() && !m_x_text.logarithmic);
    m_y->setLineVisible(false);
    m_x->setGridLineVisible(false);
    repaintMarks();
}

void ChartPane::repaintMarks() {
    m_chart->update();
    if (m_chart->scene()) m_chart->scene()->update();
}

void ChartPane::setSelected(std::optional<std::uint32_t> plan) {
    if (m_selected == plan) return;
    m_selected = plan;
    repaintMarks();
}

void ChartPane::setHovered(std::optional<std::uint32_t> plan) {
    if (m_hovered == plan) return;
    m_hovered = plan;
    repaintMarks();
}

std::optional<QPointF> ChartPane::positionOf(std::uint32_t plan) const {
    const PlotMapping to = mapping();
    for (const Dot& dot : m_dots)
        if (dot.plan == plan && to.shows(dot.at)) return to.map(dot.at);
    return {};
}

std::optional<std::uint32_t> ChartPane::planNear(QPointF position) const {
    const PlotMapping to = mapping();
    double best = kHitRadius * kHitRadius;
    std::optional<std::uint32_t> plan;
    for (const Dot& dot : m_dots) {
        if (!to.shows(dot.at)) continue;
        const QPointF d = to.map(dot.at) - position;
        const double distance = d.x() * d.x() + d.y() * d.y();
        // Dots are sorted so that later ones lie on top: of equals the last one is meant.
        if (distance <= best) {
            best = distance;
            plan = dot.plan;
        }
    }
    return plan;
}

void ChartPane::select(std::uint32_t plan) {
    if (m_selected == plan) return;
    setSelected(plan);
    tellSelected(plan);
}

void ChartPane::hoverAt(std::optional<QPointF> position, QPoint global) {
    const auto plan = position ? planNear(*position) : std::nullopt;
    if (plan)
        QToolTip::showText(global, tipOf(*plan), m_view);
    else
        QToolTip::hideText();
    const auto handle = position && !plan ? handleAt(*position) : std::nullopt;
    m_view->viewport()->setCursor(plan     ? Qt::PointingHandCursor
                                  : handle ? handleCursor(*handle)
                                           : Qt::CrossCursor);
    if (plan == m_hovered) return;
    setHovered(plan);
    tellHovered(plan);
}

void ChartPane::step(int direction) {
    std::vector<Dot> order;
    const PlotMapping to = mapping();
    std::copy_if(m_dots.begin(), m_dots.end(), std::back_inserter(order),
                 [&](const Dot& d) { return to.shows(d.at); });
    if (order.empty()) return;
    std::stable_sort(order.begin(), order.end(), [](const Dot& a, const Dot& b) {
        return std::pair(a.at.x(), a.at.y()) < std::pair(b.at.x(), b.at.y());
    });
    auto it = std::find_if(order.begin(), order.end(), [this](const Dot& d) { return m_selected == d.plan; });
    if (it == order.end())
        it = direction > 0 ? order.begin() : order.end() - 1;
    else if (direction > 0 && it + 1 != order.end())
        ++it;
    else if (direction < 0 && it != order.begin())
        --it;
    select(it->plan);
}

void ChartPane::renderTo(QPainter* painter, const QRectF& target) {
    if (!isVisible()) layOutForPicture();
    const auto hovered = std::exchange(m_hovered, std::nullopt);
    painter->fillRect(target, theme().surface);
    m_view->scene()->render(painter, target, m_chart->geometry());
    m_hovered = hovered;
}

QSizeF ChartPane::pictureSize() const {
    return m_chart->size();
}

void ChartPane::layOutForPicture() {
    m_view->grab();
}

void ChartPane::fillMenu(QMenu* menu, std::optional<QPointF>) {
    menu->addAction(QStringLiteral("Reset zoom"), this, &ChartPane::resetZoom)->setEnabled(m_zoomed);
    if (!m_dots.empty()) fillAxesMenu(*menu);
}

void ChartPane::addAxesButton() {
    auto* button = new QToolButton(this);
    button->setText(QStringLiteral("axes \u25BE"));
    button->setAutoRaise(true);
    button->setToolTip(QStringLiteral("Logarithmic axes, and where plans far out stand"));
    button->setAccessibleName(QStringLiteral("Axes"));
    connect(button, &QToolButton::clicked, this, [this, button] {
        QMenu menu(this);
        fillAxesMenu(menu);
        menu.exec(button->mapToGlobal(QPoint(0, button->height())));
    });
    m_tools->addWidget(button);
}

} // namespace cutline
