// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/minimap.h"

#include "widgets/graph/graph_scene.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

constexpr double kMapWidth = 190, kMapHeight = 120, kMapPad = 6;
/// A picture of thousands of cards is not drawn anew for every step of a drag.
constexpr int kPauseMs = 60;

} // namespace

Minimap::Minimap(const GraphScene& scene, QWidget* parent) : QWidget(parent), m_scene(scene) {
    setObjectName(QStringLiteral("minimap"));
    setAccessibleName(tr("Overview of the graph"));
    setToolTip(tr("The whole graph; click or drag to go there"));
    setCursor(Qt::PointingHandCursor);
    m_timer.setSingleShot(true);
    m_timer.setInterval(kPauseMs);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        draw();
        update();
    });
    hide();
}

double Minimap::scale() const {
    if (m_whole.isEmpty()) return 1;
    return std::min((kMapWidth - 2 * kMapPad) / m_whole.width(), (kMapHeight - 2 * kMapPad) / m_whole.height());
}

QPointF Minimap::fromScene(QPointF position) const {
    return (position - m_whole.topLeft()) * scale() + QPointF(kMapPad, kMapPad);
}

QPointF Minimap::toScene(QPointF position) const {
    return (position - QPointF(kMapPad, kMapPad)) / scale() + m_whole.topLeft();
}

void Minimap::refresh() {
    if (isHidden()) {
        m_picture = {}; // drawn when it is shown
        return;
    }
    if (!m_timer.isActive()) m_timer.start();
}

void Minimap::setSeen(const QRectF& seen) {
    const QRectF whole = m_scene.geometry().bounds;
    m_seen = seen;
    if (whole != m_whole) {
        m_whole = whole;
        m_picture = {};
        resize((m_whole.size() * scale() + QSizeF(2 * kMapPad, 2 * kMapPad)).toSize());
    }
    // Half a card at the rim is still in sight as a whole.
    const QRectF inner = whole.adjusted(40, 30, -40, -30);
    setVisible(!whole.isEmpty() && !seen.contains(inner.isValid() ? inner : whole));
    update();
}

void Minimap::draw() {
    const double ratio = devicePixelRatioF();
    m_picture = QPixmap(size() * ratio);
    m_picture.setDevicePixelRatio(ratio);
    m_picture.fill(Qt::transparent);
    QPainter painter(&m_picture);
    const auto& cards = m_scene.geometry().cards;
    for (std::uint32_t i = 0; i < cards.size(); ++i) {
        const QPointF a = fromScene(cards[i].topLeft());
        const QSizeF size = cards[i].size() * scale();
        painter.fillRect(QRectF(a, QSizeF(std::max(1.0, size.width()), std::max(1.0, size.height()))),
                         m_scene.mapColour(i));
    }
}

void Minimap::paintEvent(QPaintEvent*) {
    if (m_picture.isNull()) draw();
    const Theme& theme = Theme::of(palette());
    QPainter painter(this);
    painter.setPen(QPen(theme.border, 1));
    painter.setBrush(theme.surface);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
    painter.drawPixmap(0, 0, m_picture);
    const QRectF inside = QRectF(fromScene(m_seen.topLeft()), fromScene(m_seen.bottomRight())) &
                          QRectF(rect()).adjusted(1.5, 1.5, -2.5, -2.5);
    QColor veil = theme.accent;
    veil.setAlpha(28);
    painter.setPen(QPen(theme.accent, 1.5));
    painter.setBrush(veil);
    painter.drawRect(inside);
}

void Minimap::mousePressEvent(QMouseEvent* event) {
    event->accept();
    if (event->button() == Qt::LeftButton) Q_EMIT centreRequested(toScene(event->position()));
}

void Minimap::mouseMoveEvent(QMouseEvent* event) {
    event->accept();
    if (event->buttons().testFlag(Qt::LeftButton)) Q_EMIT centreRequested(toScene(event->position()));
}

} // namespace cutline
