// SPDX-License-Identifier: GPL-3.0-or-later
// SystemDiagram under hands: lines drawn, cards moved, names typed, keys.
#include "widgets/models/library_model.h"
#include "widgets/panels/diagram_items.h"
#include "widgets/panels/system_diagram.h"

#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QMouseEvent>

#include <algorithm>

namespace cutline {

bool SystemDiagram::key(const DiagramItem& item, int key) {
    const auto step = [&](std::ptrdiff_t by) {
        const auto all = items();
        const auto count = static_cast<std::ptrdiff_t>(all.size());
        const auto at = std::find(all.begin(), all.end(), item) - all.begin();
        widgetOf(all[static_cast<std::size_t>((at + by + count) % count)])->setFocus(Qt::TabFocusReason);
    };
    switch (key) {
    case Qt::Key_Left:
    case Qt::Key_Up:
        step(-1);
        return true;
    case Qt::Key_Right:
    case Qt::Key_Down:
        step(1);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        Q_EMIT editWanted(item);
        return true;
    case Qt::Key_F2:
        rename(item);
        return true;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        Q_EMIT removeWanted(item);
        return true;
    case Qt::Key_Menu:
        Q_EMIT menuWanted(item, widgetOf(item)->mapToGlobal(widgetOf(item)->rect().center()));
        return true;
    default:
        return false;
    }
}

void SystemDiagram::drawLine(NodeId from, QPoint to) {
    if (from.index() >= m_nodes.size()) return; // it went while it was held
    m_line = Line{from, to};
    update();
}

void SystemDiagram::cancelLine() {
    m_line.reset();
    update();
}

void SystemDiagram::endLine(NodeId from, QPoint to) {
    cancelLine();
    const auto target = itemAt(to);
    if (!target || from.index() >= m_nodes.size()) return;
    if (target->part != SystemPart::Node)
        Q_EMIT joinWanted(from, *target);
    else if (target->index != from.value)
        Q_EMIT linkWanted(from, {target->index}, mapToGlobal(to));
}

void SystemDiagram::moveCard(NodeId node, QPointF to) {
    if (node.index() >= m_nodes.size()) return; // it went while it was held
    m_move = Move{node, {std::max(to.x(), 0.0), std::max(to.y(), 0.0)}};
    m_nodes[node.index()]->raise();
    place();
}

void SystemDiagram::endMove(int gesture) {
    if (!m_move) return;
    std::vector<QRectF> others;
    for (std::uint32_t n = 0; n < m_layout.nodes.size(); ++n)
        if (n != m_move->node.value) others.push_back(m_layout.nodes[n]);
    m_move->to = clearSpot(QRectF(m_move->to, m_layout.nodes[m_move->node.index()].size()), others);
    place();
    m_move.reset();
    m_places.clear();
    for (std::uint32_t n = 0; n < m_layout.nodes.size(); ++n)
        m_places.push_back(
            {std::string(m_system->nodeName({n})), m_layout.nodes[n].x(), m_layout.nodes[n].y()});
    Q_EMIT arranged(m_places, gesture);
}

void SystemDiagram::cancelMove() {
    if (!m_move) return;
    m_move.reset();
    place();
}

void SystemDiagram::nudgeCard(NodeId node, QPoint steps) {
    const QRectF card = m_layout.nodes[node.index()];
    const QPointF step = QPointF(steps) * kCardStep;
    QRectF to = card.translated(step);
    const auto blocked = [&] {
        for (std::uint32_t n = 0; n < m_layout.nodes.size(); ++n)
            if (n != node.value && m_layout.nodes[n].adjusted(-4, -4, 4, 4).intersects(to)) return true;
        return false;
    };
    while (blocked() && to.left() >= 0 && to.top() >= 0) to.translate(step); // over what stands there
    if (to.left() < 0 || to.top() < 0) return;
    moveCard(node, to.topLeft());
    endMove(m_gesture);
}

void SystemDiagram::rename(const DiagramItem& item) {
    if (nameOf(item).isEmpty()) return;
    closeNameEdit();
    select(item);
    m_named = item;
    m_name = new QLineEdit(nameOf(item), this);
    m_name->setObjectName(QStringLiteral("nameEdit"));
    m_name->setAccessibleName(tr("New name of %1").arg(nameOf(item)));
    m_name->setToolTip(tr("Enter takes the name, Esc leaves it as it was"));
    const QRect over = widgetOf(item)->geometry();
    const int height = m_name->sizeHint().height();
    const int top = over.height() > 2 * height ? over.top() + 4 : over.center().y() - height / 2;
    m_name->setGeometry(over.left() + 6, top, std::max(over.width() - 24, 120), height);
    m_name->installEventFilter(this);
    connect(m_name, &QLineEdit::returnPressed, this, [this] {
        const QString name = m_name->text().trimmed();
        const DiagramItem named = m_named;
        if (name != nameOf(named))
            Q_EMIT nameWanted(named, name);
        else
            widgetOf(named)->setFocus(), closeNameEdit();
    });
    m_name->show();
    m_name->selectAll();
    m_name->setFocus();
}

void SystemDiagram::closeNameEdit() {
    if (!m_name) return;
    QLineEdit* edit = m_name;
    m_name = nullptr;
    edit->removeEventFilter(this);
    edit->hide();
    edit->deleteLater(); // it may be telling what was typed
}

bool SystemDiagram::eventFilter(QObject* watched, QEvent* event) {
    if (!m_name || watched != m_name) return QWidget::eventFilter(watched, event);
    if (event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        QWidget* item = widgetOf(m_named);
        closeNameEdit();
        if (item) item->setFocus();
        return true;
    }
    if (event->type() == QEvent::FocusOut &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::PopupFocusReason &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::ActiveWindowFocusReason) {
        const DiagramItem named = m_named;
        const QString name = m_name->text().trimmed();
        closeNameEdit();
        if (!name.isEmpty() && name != nameOf(named)) Q_EMIT nameWanted(named, name);
        return false;
    }
    return false;
}

void SystemDiagram::mousePressEvent(QMouseEvent*) {
    select(std::nullopt);
    setFocus(); // whatever is being typed is taken
}

void SystemDiagram::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasFormat(QLatin1String(LibraryModel::kMime))) event->acceptProposedAction();
}

void SystemDiagram::dropEvent(QDropEvent* event) {
    event->acceptProposedAction();
    Q_EMIT dropped(QString::fromUtf8(event->mimeData()->data(QLatin1String(LibraryModel::kMime))));
}

} // namespace cutline
