// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/diagram_items.h"

#include "widgets/panels/kit.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <utility>

namespace cutline {
namespace {

constexpr int kLinkEdge = 7; ///< pixels from a card's edge that begin a link

} // namespace

DiagramNode::DiagramNode(SystemDiagram& diagram, NodeId id) : QWidget(&diagram), m_diagram(diagram), m_id(id) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
}

void DiagramNode::setText(const PlatformCardText& words) {
    m_text = words;
    const bool is_switch = m_text.facts.isEmpty();
    setAccessibleName((is_switch ? tr("Switch %1") : tr("Platform %1")).arg(m_text.name));
    setAccessibleDescription(m_text.tip);
    setToolTip(m_text.tip);
    update();
}

QPoint DiagramNode::handle() const {
    return {width() - 6, height() / 2};
}

bool DiagramNode::onEdge(QPoint at) const {
    if (!rect().contains(at)) return false;
    return (at - handle()).manhattanLength() <= 11 || !rect().adjusted(kLinkEdge, kLinkEdge, -kLinkEdge, -kLinkEdge).contains(at);
}

void DiagramNode::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(palette());
    const bool chosen = m_diagram.selection() == item();
    QPainter painter(this);
    if (m_text.facts.isEmpty()) { // a switch has a name and nothing else
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(theme.raised);
        painter.setPen(chosen ? QPen(theme.accent, 1.6) : QPen(theme.border, 1));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 7, 7);
        painter.setFont(fontFor(TextRole::Heading));
        painter.setPen(theme.text);
        painter.drawText(rect().adjusted(8, 0, -16, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(m_text.name, Qt::ElideRight, width() - 24));
    } else {
        paintPlatformCard(painter, size(), m_text, m_id.index(), chosen, theme);
    }
    painter.setPen(QPen(theme.text3, 1.4));
    painter.setBrush(theme.surface);
    painter.drawEllipse(QPointF(handle()) + QPointF(0.5, 0), 3.5, 3.5);
}

void DiagramNode::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    m_diagram.select(item());
    m_drawing = onEdge(event->pos());
    if (m_drawing)
        m_diagram.drawLine(m_id, mapToParent(event->pos()));
    else
        m_press = event->pos();
}

void DiagramNode::mouseMoveEvent(QMouseEvent* event) {
    if (m_drawing) return m_diagram.drawLine(m_id, mapToParent(event->pos()));
    if (!m_press) return setCursor(onEdge(event->pos()) ? Qt::CrossCursor : Qt::ArrowCursor);
    if ((event->pos() - *m_press).manhattanLength() >= QApplication::startDragDistance()) m_moving = true;
    if (!m_moving) return;
    setCursor(Qt::ClosedHandCursor);
    m_diagram.moveCard(m_id, mapToParent(event->pos() - *m_press));
}

void DiagramNode::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    if (std::exchange(m_drawing, false)) m_diagram.endLine(m_id, mapToParent(event->pos()));
    m_press.reset();
    unsetCursor();
    if (std::exchange(m_moving, false)) m_diagram.endMove(0);
}

void DiagramNode::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && !onEdge(event->pos())) Q_EMIT m_diagram.editWanted(item());
}

void DiagramNode::keyPressEvent(QKeyEvent* event) {
    const Qt::KeyboardModifiers modifiers = event->modifiers() & ~Qt::KeypadModifier;
    if (event->key() == Qt::Key_Escape && (m_drawing || m_press)) return letGo();
    if (event->key() == Qt::Key_C && modifiers == Qt::NoModifier) {
        Q_EMIT m_diagram.connectWanted(m_id);
        return;
    }
    if (modifiers & Qt::ControlModifier) {
        const int far = modifiers & Qt::ShiftModifier ? 5 : 1;
        const std::pair<int, QPoint> ways[] = {
            {Qt::Key_Left, {-1, 0}}, {Qt::Key_Right, {1, 0}}, {Qt::Key_Up, {0, -1}}, {Qt::Key_Down, {0, 1}}};
        for (const auto& [key, way] : ways)
            if (event->key() == key) return m_diagram.nudgeCard(m_id, way * far);
    }
    if (!m_diagram.key(item(), event->key())) QWidget::keyPressEvent(event);
}

void DiagramNode::letGo() {
    if (std::exchange(m_drawing, false)) m_diagram.cancelLine();
    m_press.reset();
    unsetCursor();
    if (std::exchange(m_moving, false)) m_diagram.cancelMove();
}

void DiagramNode::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    ++m_diagram.m_gesture; // moves by key from here on are one step
    m_diagram.select(item());
}

void DiagramNode::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    letGo();
}

void DiagramNode::contextMenuEvent(QContextMenuEvent* event) {
    m_diagram.select(item());
    Q_EMIT m_diagram.menuWanted(item(), event->globalPos());
}

DiagramCarrier::DiagramCarrier(SystemDiagram& diagram, DiagramItem item)
    : QWidget(&diagram), m_diagram(diagram), m_item(item) {
    setFocusPolicy(Qt::StrongFocus);
}

void DiagramCarrier::setText(const LinkCardText& card, const QString& figure) {
    const QString dot = QStringLiteral(" \u00B7 ");
    m_wordings = {card.name + dot + figure, card.name};
    if (!card.share.isEmpty()) m_wordings.prepend(m_wordings.front() + dot + card.share);
    m_words = m_wordings.front();
    m_over = card.fraction > 1 + 1e-9;
    setAccessibleName((m_item.part == SystemPart::Link ? tr("Link %1") : tr("Shared memory %1")).arg(m_words));
    setAccessibleDescription(card.tip);
    setToolTip(card.tip);
    update();
}

void DiagramCarrier::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(palette());
    const bool chosen = m_diagram.selection() == m_item;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(theme.surface);
    const bool is_link = m_item.part == SystemPart::Link;
    painter.setPen(chosen ? QPen(theme.accent, 1.6) : QPen(is_link ? theme.link(m_item.index) : theme.text3, 1.2));
    const double radius = is_link ? 6 : 0; // a memory has corners
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), radius, radius);
    painter.setFont(fontFor(TextRole::Small, true));
    painter.setPen(m_over ? theme.bad : theme.text);
    painter.drawText(rect(), Qt::AlignCenter, fittingText(painter.fontMetrics(), m_wordings, width() - 14));
}

void DiagramCarrier::mousePressEvent(QMouseEvent*) {
    m_diagram.select(m_item);
}

void DiagramCarrier::mouseDoubleClickEvent(QMouseEvent*) {
    Q_EMIT m_diagram.editWanted(m_item);
}

void DiagramCarrier::keyPressEvent(QKeyEvent* event) {
    if (!m_diagram.key(m_item, event->key())) QWidget::keyPressEvent(event);
}

void DiagramCarrier::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    m_diagram.select(m_item);
}

void DiagramCarrier::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

void DiagramCarrier::contextMenuEvent(QContextMenuEvent* event) {
    m_diagram.select(m_item);
    Q_EMIT m_diagram.menuWanted(m_item, event->globalPos());
}

} // namespace cutline
