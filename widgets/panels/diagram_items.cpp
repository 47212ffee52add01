// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/diagram_items.h"

#include "widgets/panels/kit.h"

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
    if (m_drawing) m_diagram.drawLine(m_id, mapToParent(event->pos()));
}

void DiagramNode::mouseMoveEvent(QMouseEvent* event) {
    if (m_drawing)
        m_diagram.drawLine(m_id, mapToParent(event->pos()));
    else
        setCursor(onEdge(event->pos()) ? Qt::CrossCursor : Qt::ArrowCursor);
}

void DiagramNode::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && std::exchange(m_drawing, false))
        m_diagram.endLine(m_id, mapToParent(event->pos()));
}

void DiagramNode::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && !onEdge(event->pos())) Q_EMIT m_diagram.editWanted(item());
}

void DiagramNode::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && std::exchange(m_drawing, false)) return m_diagram.cancelLine();
    if (event->key() == Qt::Key_C && event->modifiers() == Qt::NoModifier) {
        Q_EMIT m_diagram.connectWanted(m_id);
        return;
    }
    if (!m_diagram.key(item(), event->key())) QWidget::keyPressEvent(event);
}

void DiagramNode::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    m_diagram.select(item());
}

void DiagramNode::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    if (std::exchange(m_drawing, false)) m_diagram.cancelLine();
}

void DiagramNode::contextMenuEvent(QContextMenuEvent* event) {
    m_diagram.select(item());
    Q_EMIT m_diagram.menuWanted(item(), event->globalPos());
}

DiagramLink::DiagramLink(SystemDiagram& diagram, LinkId id) : QWidget(&diagram), m_diagram(diagram), m_id(id) {
    setFocusPolicy(Qt::StrongFocus);
}

void DiagramLink::setText(const LinkCardText& card, const QString& rate) {
    const QString dot = QStringLiteral(" \u00B7 ");
    m_wordings = {card.name + dot + rate, card.name};
    if (!card.share.isEmpty()) m_wordings.prepend(m_wordings.front() + dot + card.share);
    m_words = m_wordings.front();
    m_over = card.fraction > 1 + 1e-9;
    setAccessibleName(tr("Link %1").arg(m_words));
    setAccessibleDescription(card.tip);
    setToolTip(card.tip);
    update();
}

void DiagramLink::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(palette());
    const bool chosen = m_diagram.selection() == item();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(theme.surface);
    painter.setPen(chosen ? QPen(theme.accent, 1.6) : QPen(theme.link(m_id.index()), 1.2));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    painter.setFont(fontFor(TextRole::Small, true));
    painter.setPen(m_over ? theme.bad : theme.text);
    painter.drawText(rect(), Qt::AlignCenter, fittingText(painter.fontMetrics(), m_wordings, width() - 14));
}

void DiagramLink::mousePressEvent(QMouseEvent*) {
    m_diagram.select(item());
}

void DiagramLink::mouseDoubleClickEvent(QMouseEvent*) {
    Q_EMIT m_diagram.editWanted(item());
}

void DiagramLink::keyPressEvent(QKeyEvent* event) {
    if (!m_diagram.key(item(), event->key())) QWidget::keyPressEvent(event);
}

void DiagramLink::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    m_diagram.select(item());
}

void DiagramLink::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

void DiagramLink::contextMenuEvent(QContextMenuEvent* event) {
    m_diagram.select(item());
    Q_EMIT m_diagram.menuWanted(item(), event->globalPos());
}

} // namespace cutline
