// SPDX-License-Identifier: GPL-3.0-or-later
// Views that show the same graph at the same place, each with a plan of its own.
#include "widgets/graph/graph_view.h"

#include <cmath>

namespace cutline {
namespace {

/// Scroll bars count whole pixels: nearer is the same place.
constexpr double kSamePlace = 1.5;

} // namespace

void GraphView::setReadOnly() {
    m_look.editable = false;
    setAcceptDrops(false);
    viewport()->setAcceptDrops(false);
}

void GraphView::follow(GraphView* leader) {
    m_leader = leader;
    m_fitted = false;
    setReadOnly();
    connect(leader, &GraphView::layoutFinished, this, &GraphView::takeLayout);
    connect(leader, &GraphView::sightChanged, this, [this] { takeSight(*m_leader); });
    connect(this, &GraphView::sightChanged, leader, [this] { m_leader->takeSight(*this); });
    connect(leader, &GraphView::selectionChanged, this, &GraphView::setSelection);
    connect(this, &GraphView::selectionChanged, leader, &GraphView::setSelection);
    takeLayout();
}

void GraphView::takeLayout() {
    if (!m_leader || !m_leader->isLaidOut() || m_leader->graph() != graph()) return;
    cancelGesture();
    stopMotion();
    m_request = m_leader->m_request;
    m_ranked = m_leader->m_ranked;
    m_groups = m_leader->m_groups;
    m_flow = m_leader->m_flow;
    m_moving = true; // the leader says where to
    m_scene->build(m_leader->m_scene->view(), m_leader->m_scene->geometry(), m_look);
    m_scene->setSceneRect(m_leader->m_scene->sceneRect());
    followPicture();
    m_moving = false;
    takeSight(*m_leader);
    Q_EMIT layoutFinished({});
}

void GraphView::takeSight(const GraphView& other) {
    if (!isLaidOut() || !other.isLaidOut() || m_moving || graph() != other.graph()) return;
    const QPointF off = (other.centre() - centre()) * zoom();
    if (std::abs(other.zoom() / zoom() - 1) < 1e-6 && std::hypot(off.x(), off.y()) < kSamePlace) return;
    stopMotion();
    m_fitted = false;
    setTransformTo(other.zoom(), other.centre());
}

} // namespace cutline
