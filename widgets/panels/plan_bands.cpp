// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/plan_bands.h"

#include "core/base/text.h"
#include "widgets/panels/kit.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace cutline {
namespace {

constexpr double kBandNames = 84, kBand = 20, kBandGap = 8, kEdge = 12, kMarks = 16;

} // namespace

void paintPlaces(QPainter& painter, const QRectF& band, const std::vector<PlatformId>& places, const Theme& theme) {
    const double step = band.width() / static_cast<double>(std::max<std::size_t>(1, places.size()));
    for (std::size_t from = 0; from < places.size();) {
        std::size_t to = from + 1;
        while (to < places.size() && places[to] == places[from]) ++to;
        const QRectF run(band.left() + step * static_cast<double>(from), band.top(), step * static_cast<double>(to - from),
                         band.height());
        painter.fillRect(run, theme.platform(places[from].index()));
        paintPattern(painter, run, patternOf(places[from].index(), false), theme.surface);
        from = to;
    }
}

PlanBands::PlanBands(QWidget* parent) : QWidget(parent) {
    setAccessibleName(QStringLiteral("Where plans differ"));
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
}

void PlanBands::setPlans(const std::vector<ComparedPlan>& plans, GraphPtr graph, SystemPtr system) {
    m_graph = std::move(graph);
    m_system = std::move(system);
    m_names.clear();
    m_places.clear();
    const std::size_t layers = m_graph ? m_graph->layerCount() : 0;
    for (const ComparedPlan& plan : plans) {
        m_names.push_back(plan.name);
        m_places.push_back(assignmentOf(*plan.plan, layers));
    }
    m_differing = differingLayers(plans, layers);
    if (m_hovered && m_hovered->index() >= layers) m_hovered.reset();
    updateGeometry();
    update();
}

QSize PlanBands::sizeHint() const {
    return {320, static_cast<int>(kEdge + static_cast<double>(m_places.size()) * (kBand + kBandGap) + kMarks + kEdge)};
}

QSize PlanBands::minimumSizeHint() const {
    return {200, sizeHint().height()};
}

QRectF PlanBands::bandRect(std::size_t plan) const {
    return {kBandNames, kEdge + static_cast<double>(plan) * (kBand + kBandGap), std::max(10.0, width() - kBandNames - kEdge), kBand};
}

std::optional<LayerId> PlanBands::layerAt(QPointF at) const {
    const QRectF band = bandRect(0);
    if (m_places.empty() || m_places[0].empty() || at.x() < band.left() || at.x() >= band.right()) return {};
    const double share = (at.x() - band.left()) / band.width();
    return LayerId{static_cast<std::uint32_t>(share * static_cast<double>(m_places[0].size()))};
}

void PlanBands::paintBand(QPainter& painter, std::size_t plan, const Theme& theme) const {
    const QRectF band = bandRect(plan);
    painter.setPen(theme.text);
    painter.setFont(fontFor(plan == 0 ? TextRole::CardTitle : TextRole::Small));
    painter.drawText(QRectF(kEdge, band.top(), kBandNames - kEdge - 6, kBand), Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_names[plan], Qt::ElideRight, static_cast<int>(kBandNames - kEdge - 6)));
    paintPlaces(painter, band, m_places[plan], theme);
}

QStringList PlanBands::differencesInWords() const {
    if (!m_differing.empty())
        return {QStringLiteral("%1 of %2 layers are in different places").arg(m_differing.size()).arg(m_places[0].size())};
    const QString same = QStringLiteral("every layer is in the same place");
    return {same + QStringLiteral("; choose another plan to see where it differs"), same};
}

void PlanBands::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(palette());
    QPainter painter(this);
    if (m_places.empty() || m_places[0].empty()) return;
    for (std::size_t plan = 0; plan < m_places.size(); ++plan) paintBand(painter, plan, theme);
    const QRectF first = bandRect(0), last = bandRect(m_places.size() - 1);
    const double step = first.width() / static_cast<double>(m_places[0].size());
    for (const LayerId layer : m_differing)
        painter.fillRect(QRectF(first.left() + step * layer.value, last.bottom() + 3, std::max(1.0, step), 4), theme.accent);
    painter.setFont(fontFor(TextRole::Small));
    painter.setPen(theme.text2);
    if (m_places.size() > 1)
        painter.drawText(QRectF(first.left(), last.bottom() + 8, first.width(), kMarks), Qt::AlignLeft,
                         fittingText(painter.fontMetrics(), differencesInWords(), static_cast<int>(first.width())));
    if (m_hovered) {
        const double x = first.left() + step * (m_hovered->value + 0.5);
        painter.setPen(QPen(theme.text, 1));
        painter.drawLine(QPointF(x, first.top() - 4), QPointF(x, last.bottom() + 7));
    }
    if (hasFocus()) paintFocus(painter, rect(), theme);
}

QString PlanBands::tipOf(LayerId layer) const {
    QString words = text(printable(m_graph->layer(layer).name));
    for (std::size_t plan = 0; plan < m_places.size(); ++plan)
        words += QStringLiteral("\n%1: %2").arg(m_names[plan],
                                                text(printable(m_system->platform(m_places[plan][layer.index()]).name)));
    return words;
}

void PlanBands::mouseMoveEvent(QMouseEvent* event) {
    const auto layer = layerAt(event->position());
    if (layer)
        QToolTip::showText(event->globalPosition().toPoint(), tipOf(*layer), this);
    else
        QToolTip::hideText();
    if (layer == m_hovered) return;
    m_hovered = layer;
    update();
}

void PlanBands::mousePressEvent(QMouseEvent* event) {
    const auto layer = layerAt(event->position());
    if (event->button() == Qt::LeftButton && layer) Q_EMIT layerSelected(*layer);
}

void PlanBands::keyPressEvent(QKeyEvent* event) {
    // From one difference to the next.
    const bool right = event->key() == Qt::Key_Right, left = event->key() == Qt::Key_Left;
    if ((!right && !left) || m_differing.empty()) return QWidget::keyPressEvent(event);
    auto at = m_hovered ? std::lower_bound(m_differing.begin(), m_differing.end(), *m_hovered) : m_differing.begin();
    if (right && m_hovered && at != m_differing.end() && *at == *m_hovered) ++at;
    if (left && at != m_differing.begin()) --at;
    m_hovered = at == m_differing.end() ? m_differing.back() : *at;
    Q_EMIT layerSelected(*m_hovered);
    update();
}

void PlanBands::leaveEvent(QEvent*) {
    m_hovered.reset();
    update();
}

} // namespace cutline
