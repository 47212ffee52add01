// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/cut_drag.h"
#include "widgets/graph/graph_view.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cutline {
std::optional<LayerId> GraphView::layerAt(QPoint viewport_position) const {
    const auto node = m_scene->nodeAt(mapToScene(viewport_position));
    if (!node) return std::nullopt;
    return m_scene->view().nodes[*node].layers.front();
}

QVector<LayerId> GraphView::layersAt(QPoint viewport_position) const {
    const auto node = m_scene->nodeAt(mapToScene(viewport_position));
    if (!node) return {};
    const auto& layers = m_scene->view().nodes[*node].layers;
    return {layers.begin(), layers.end()};
}

HandleItem* GraphView::handleAt(QPoint viewport_position) const {
    if (!m_look.editable) return nullptr;
    for (QGraphicsItem* item : items(viewport_position))
        if (auto* handle = qgraphicsitem_cast<HandleItem*>(item)) return handle;
    return nullptr;
}

std::optional<std::size_t> GraphView::frameAt(QPoint viewport_position) const {
    for (const QGraphicsItem* item : items(viewport_position))
        if (const auto* label = qgraphicsitem_cast<const LabelItem*>(item); label && label->group())
            return label->group();
    return std::nullopt;
}

QVector<LayerId> GraphView::frameLayersAt(QPoint viewport_position) const {
    const auto group = frameAt(viewport_position);
    QVector<LayerId> layers;
    if (!group) return layers;
    const ViewGraph& view = m_scene->view();
    for (std::size_t node = 0; node < view.nodes.size(); ++node)
        if (const int frame = view.frame_of[node]; frame >= 0 && view.frames[static_cast<std::size_t>(frame)].group == *group)
            for (const LayerId layer : view.nodes[node].layers) layers.push_back(layer);
    return layers;
}

void GraphView::select(std::set<LayerId> layers, std::optional<LayerId> current) {
    if (layers == m_look.selection && current == m_look.current) return;
    const bool changed = layers != m_look.selection;
    m_look.selection = std::move(layers);
    m_look.current = current;
    if (isLaidOut()) m_scene->setSelectionLook(m_look);
    if (changed) Q_EMIT selectionChanged(selection());
}

// --- mouse
// ------------------------------------------------------------------------------------------------------

void GraphView::mousePressEvent(QMouseEvent* event) {
    const QPoint at = event->position().toPoint();
    m_press = m_last = at;
    m_press_modifiers = event->modifiers();
    event->accept();
    if (m_gesture != Gesture::None || !isLaidOut()) return;
    const bool pan =
        event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && m_space_held);
    if (pan) {
        m_gesture = Gesture::Pan;
        viewport()->setCursor(Qt::ClosedHandCursor);
        return;
    }
    if (event->button() != Qt::LeftButton) return;
    // The handles of a plan that is only previewed are not those of the plan that is changed.
    if (handleAt(at) && m_look.plan != m_plan) {
        setPreview({});
        Q_EMIT previewCancelled();
    }
    if (const HandleItem* handle = handleAt(at); handle && m_plan) return beginCut(handle->boundary(), at);
    m_gesture = Gesture::Press;
}

void GraphView::mouseMoveEvent(QMouseEvent* event) {
    const QPoint at = event->position().toPoint();
    event->accept();
    if (m_gesture == Gesture::Press &&
        (at - m_press).manhattanLength() >= QApplication::startDragDistance()) {
        const bool band = m_press_modifiers.testFlag(Qt::ShiftModifier);
        m_gesture = band ? Gesture::RubberBand : Gesture::Pan;
        viewport()->setCursor(band ? Qt::CrossCursor : Qt::ClosedHandCursor);
    }
    switch (m_gesture) {
    case Gesture::None:
        hover(at);
        break;
    case Gesture::Press:
        break;
    case Gesture::Cut:
        moveCut(at, event->modifiers().testFlag(Qt::ShiftModifier));
        break;
    case Gesture::RubberBand:
        m_band = QRect(m_press, at).normalized();
        viewport()->update();
        break;
    case Gesture::Pan: {
        const QPoint by = at - m_last;
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - by.x());
        verticalScrollBar()->setValue(verticalScrollBar()->value() - by.y());
        m_fitted = false;
        break;
    }
    }
    m_last = at;
}

void GraphView::mouseReleaseEvent(QMouseEvent* event) {
    const QPoint at = event->position().toPoint();
    event->accept();
    const Gesture gesture = m_gesture;
    if (gesture == Gesture::Cut) {
        if (event->button() != Qt::LeftButton) return;
        moveCut(at, event->modifiers().testFlag(Qt::ShiftModifier));
        return endCut();
    }
    m_gesture = Gesture::None;
    viewport()->unsetCursor();
    if (gesture == Gesture::Press) {
        if (const auto group = frameAt(at); group && event->modifiers() == Qt::NoModifier)
            return closeGroupNumber(*group);
        clickAt(at, event->modifiers());
    }
    if (gesture == Gesture::RubberBand)
        finishRubberBand(at, event->modifiers().testFlag(Qt::ControlModifier));
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event) {
    const auto layer = layerAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && layer && m_groups.isClosed(*layer)) {
        event->accept();
        return openGroup(*layer);
    }
    mousePressEvent(event);
}

void GraphView::clickAt(QPoint viewport_position, Qt::KeyboardModifiers modifiers) {
    const QVector<LayerId> hit = layersAt(viewport_position);
    const bool add = modifiers & (Qt::ControlModifier | Qt::ShiftModifier);
    if (hit.isEmpty()) {
        if (!add) select({}, m_look.current);
        return;
    }
    std::set<LayerId> chosen = add ? m_look.selection : std::set<LayerId>{};
    const bool remove = modifiers.testFlag(Qt::ControlModifier) && chosen.contains(hit.front());
    for (const LayerId id : hit) {
        if (remove)
            chosen.erase(id);
        else
            chosen.insert(id);
    }
    select(std::move(chosen), hit.front());
}

void GraphView::finishRubberBand(QPoint viewport_position, bool add) {
    m_band = QRect(m_press, viewport_position).normalized();
    const QRectF area = mapToScene(m_band).boundingRect();
    std::set<LayerId> chosen = add ? m_look.selection : std::set<LayerId>{};
    const auto& cards = m_scene->geometry().cards;
    for (std::size_t i = 0; i < cards.size(); ++i)
        if (area.intersects(cards[i]))
            chosen.insert(m_scene->view().nodes[i].layers.begin(), m_scene->view().nodes[i].layers.end());
    const std::optional<LayerId> current = chosen.empty() ? m_look.current : std::optional(*chosen.begin());
    viewport()->update();
    select(std::move(chosen), current);
}

void GraphView::hover(QPoint viewport_position) {
    if (!isLaidOut()) return;
    const auto layer = layerAt(viewport_position);
    if (layer != m_hovered) {
        m_hovered = layer;
        Q_EMIT layerHovered(layer);
    }
    std::optional<TensorId> lit;
    bool over_handle = false;
    for (const QGraphicsItem* item : items(QRect(viewport_position - QPoint(1, 1), QSize(3, 3)))) {
        over_handle = over_handle || item->type() == HandleItem::Type;
        if (const auto* edge = qgraphicsitem_cast<const EdgeItem*>(item); edge && !layer && !lit)
            lit = m_scene->view().edges[edge->edge()].tensors.front();
    }
    if (over_handle)
        viewport()->setCursor(Qt::OpenHandCursor);
    else if (m_space_held)
        viewport()->setCursor(Qt::OpenHandCursor);
    else if (frameAt(viewport_position))
        viewport()->setCursor(Qt::PointingHandCursor);
    else
        viewport()->unsetCursor();
    if (lit == m_look.lit) return;
    m_look.lit = lit;
    m_scene->setSelectionLook(m_look);
}

void GraphView::leaveEvent(QEvent* event) {
    if (m_hovered) {
        m_hovered.reset();
        Q_EMIT layerHovered(std::nullopt);
    }
    QGraphicsView::leaveEvent(event);
}

void GraphView::wheelEvent(QWheelEvent* event) {
    event->accept();
    if (!isLaidOut() || m_gesture == Gesture::Cut) return;
    // Two fingers on a touch pad scroll; a wheel, and a pinch that arrives as Ctrl+wheel, zooms.
    // Some systems give pixels for a wheel as well: it turns by whole notches, and nobody says where it begins and ends.
    constexpr int kNotch = 120;
    const QPoint angle = event->angleDelta();
    const bool wheel = event->phase() == Qt::NoScrollPhase && angle.x() == 0 && angle.y() % kNotch == 0;
    if (!event->pixelDelta().isNull() && !wheel && !event->modifiers().testFlag(Qt::ControlModifier)) {
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - event->pixelDelta().x());
        verticalScrollBar()->setValue(verticalScrollBar()->value() - event->pixelDelta().y());
        m_fitted = false;
        return;
    }
    if (angle.y() != 0) zoomBy(std::pow(1.2, static_cast<double>(angle.y()) / kNotch), event->position().toPoint());
}

// --- keys
// -------------------------------------------------------------------------------------------------------

std::optional<LayerId> GraphView::neighbour(LayerId from, QPointF direction) const {
    const Geometry& g = m_scene->geometry();
    const ViewGraph& view = m_scene->view();
    const std::uint32_t here = view.node_of[from.index()];
    const QPointF centre = g.cards[here].center();
    const bool wide = g.flow == Flow::LeftToRight;
    const double along = wide ? direction.x() : direction.y();
    std::optional<std::uint32_t> best;
    double best_distance = std::numeric_limits<double>::max();
    const auto consider = [&](std::uint32_t node, double distance) {
        if (distance >= best_distance) return;
        best_distance = distance;
        best = node;
    };
    if (along != 0) {
        // Along an edge, to the nearest rank; there to the card that lies straightest.
        for (const ViewEdge& e : view.edges) {
            if ((along > 0 ? e.from : e.to) != here) continue;
            const std::uint32_t other = along > 0 ? e.to : e.from;
            const double ranks =
                std::abs(static_cast<double>(g.rank[other]) - static_cast<double>(g.rank[here]));
            consider(other,
                     ranks * 1e4 + std::abs(g.lateralOf(g.cards[other].center()) - g.lateralOf(centre)));
        }
    } else {
        // Across: the nearest card that way, neighbours of the same rank first.
        for (std::uint32_t i = 0; i < g.cards.size(); ++i) {
            const QPointF d = g.cards[i].center() - centre;
            const double ahead = d.x() * direction.x() + d.y() * direction.y();
            if (i == here || ahead < 1) continue;
            consider(i, ahead + 3 * std::abs(wide ? d.x() : d.y()) + (g.rank[i] == g.rank[here] ? 0 : 40));
        }
    }
    return best ? std::optional(view.nodes[*best].layers.front()) : std::nullopt;
}

void GraphView::walk(Qt::Key key, bool extend) {
    if (!isLaidOut()) return;
    std::optional<LayerId> next;
    if (key == Qt::Key_Home || (!m_look.current && key != Qt::Key_End))
        next = LayerId{0};
    else if (key == Qt::Key_End)
        next = LayerId{static_cast<std::uint32_t>(m_look.graph->layerCount() - 1)};
    else
        next = neighbour(*m_look.current, key == Qt::Key_Right  ? QPointF(1, 0)
                                          : key == Qt::Key_Left ? QPointF(-1, 0)
                                          : key == Qt::Key_Down ? QPointF(0, 1)
                                                                : QPointF(0, -1));
    if (!next) return;
    const auto& card = m_scene->view().nodes[m_scene->view().node_of[next->index()]].layers;
    std::set<LayerId> chosen = extend ? m_look.selection : std::set<LayerId>{};
    chosen.insert(card.begin(), card.end());
    select(std::move(chosen), next);
    reveal(*next);
}

bool GraphView::assignByKey(int key) {
    const int index = key - Qt::Key_1;
    if (!m_look.editable || !m_look.system || index < 0 || index > 8 || m_look.selection.empty()) return false;
    if (static_cast<std::size_t>(index) >= m_look.system->platforms.size()) return false;
    Q_EMIT assignRequested(selection(), PlatformId{static_cast<std::uint32_t>(index)});
    return true;
}

void GraphView::keyPressEvent(QKeyEvent* event) {
    const bool control = event->modifiers().testFlag(Qt::ControlModifier);
    const bool shift = event->modifiers().testFlag(Qt::ShiftModifier);
    event->accept();
    switch (event->key()) {
    case Qt::Key_Escape:
        if (cancelGesture()) return;
        if (m_look.selection.empty()) break;
        return select({}, m_look.current);
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Home:
    case Qt::Key_End:
        return walk(static_cast<Qt::Key>(event->key()), shift);
    case Qt::Key_BracketLeft:
    case Qt::Key_BraceLeft:
        return stepCut(-1, shift);
    case Qt::Key_BracketRight:
    case Qt::Key_BraceRight:
        return stepCut(1, shift);
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        if (control) return zoomIn();
        break;
    case Qt::Key_Minus:
        if (control) return zoomOut();
        break;
    case Qt::Key_0:
        if (control) return zoomReset();
        break;
    case Qt::Key_A:
        if (!control || !m_look.graph) break;
        {
            std::set<LayerId> all;
            for (std::uint32_t i = 0; i < m_look.graph->layerCount(); ++i) all.insert(LayerId{i});
            return select(std::move(all), m_look.current);
        }
    case Qt::Key_F:
        if (event->modifiers() == Qt::NoModifier) return fit();
        break;
    case Qt::Key_P:
        if (event->modifiers() != Qt::NoModifier || m_look.selection.empty() || !m_plan || !m_look.editable) break;
        return Q_EMIT pinRequested(selection(), !m_look.pins.contains(*m_look.selection.begin()));
    case Qt::Key_O:
        if (control && shift) return toggleFlow();
        break;
    case Qt::Key_Space:
        if (event->isAutoRepeat()) return;
        m_space_held = true;
        if (m_gesture == Gesture::None) viewport()->setCursor(Qt::OpenHandCursor);
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (!m_look.current || !m_groups.isClosed(*m_look.current)) break;
        return openGroup(*m_look.current);
    case Qt::Key_Backspace:
        if (!m_look.current || !m_groups.canClose(*m_look.current)) break;
        return closeGroup(*m_look.current);
    case Qt::Key_Menu: {
        const QPoint at = m_look.current ? mapFromScene(cardRect(*m_look.current).center()) : rect().center();
        QContextMenuEvent menu(QContextMenuEvent::Keyboard, at, viewport()->mapToGlobal(at));
        return contextMenuEvent(&menu);
    }
    default:
        if (!control && assignByKey(event->key())) return;
        break;
    }
    event->ignore(); // shortcuts of the window, and moving the focus
}

void GraphView::keyReleaseEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space && !event->isAutoRepeat()) {
        m_space_held = false;
        if (m_gesture == Gesture::None) viewport()->unsetCursor();
    }
    QGraphicsView::keyReleaseEvent(event);
}

bool GraphView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip && isLaidOut()) {
        const auto* help = static_cast<QHelpEvent*>(event);
        showToolTip(help->pos(), help->globalPos());
        return true;
    }
    if (event->type() == QEvent::Leave) leaveEvent(event);
    if (event->type() == QEvent::NativeGesture) {
        const auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            zoomBy(1 + gesture->value(), gesture->position().toPoint());
            return true;
        }
    }
    return QGraphicsView::viewportEvent(event);
}

} // namespace cutline
