// SPDX-License-Identifier: GPL-3.0-or-later
// How a view was left, and finding it so again.
#include "widgets/graph/graph_sight.h"

#include "widgets/graph/graph_view.h"

#include <cmath>

namespace cutline {

QStringList GraphSight::words() const {
    QStringList words;
    if (flow) words << (*flow == Flow::LeftToRight ? QStringLiteral("across") : QStringLiteral("down"));
    if (closed) {
        words << QStringLiteral("closed");
        for (const std::uint32_t group : *closed) words.back() += u' ' + QString::number(group);
    }
    if (zoom > 0)
        words << QStringLiteral("at %1 %2 %3 %4").arg(zoom).arg(layer.value).arg(offset.x()).arg(offset.y());
    return words;
}

GraphSight GraphSight::fromWords(const QStringList& words) {
    GraphSight sight;
    for (const QString& word : words) {
        const QStringList parts = word.split(u' ');
        if (parts[0] == u"across") sight.flow = Flow::LeftToRight;
        if (parts[0] == u"down") sight.flow = Flow::TopToBottom;
        if (parts[0] == u"closed") {
            sight.closed.emplace();
            for (const QString& number : parts.mid(1)) sight.closed->push_back(number.toUInt());
        }
        if (parts[0] == u"at" && parts.size() == 5 && std::isfinite(parts[1].toDouble())) {
            sight.zoom = parts[1].toDouble();
            sight.layer = {parts[2].toUInt()};
            sight.offset = {parts[3].toDouble(), parts[4].toDouble()};
        }
    }
    return sight;
}

std::optional<LayerId> GraphView::centralLayer() const {
    std::optional<LayerId> nearest;
    double least = 0;
    for (const ViewNode& node : isLaidOut() ? m_scene->view().nodes : std::vector<ViewNode>()) {
        const QPointF apart = cardRect(node.layers.front()).center() - centre();
        const double distance = std::hypot(apart.x(), apart.y());
        if (nearest && distance >= least) continue;
        nearest = node.layers.front();
        least = distance;
    }
    return nearest;
}

GraphSight GraphView::sight() const {
    if (m_sight) return *m_sight; // not laid out yet: nobody has looked elsewhere
    GraphSight now;
    if (m_flow_fixed) now.flow = m_flow;
    if (m_regrouped) now.closed = m_groups.closedNumbers();
    if (const auto layer = m_fitted ? std::nullopt : centralLayer()) {
        now.zoom = zoom();
        now.layer = *layer;
        now.offset = centre() - cardRect(*layer).center();
    }
    return now;
}

void GraphView::restoreSight(const GraphSight& sight) {
    if (!m_look.graph || sight.empty()) return;
    if (sight.flow) {
        m_flow = *sight.flow;
        m_flow_fixed = true;
    }
    if (sight.closed) {
        m_groups.closeNumbers(*sight.closed);
        m_untouched = false;
        m_regrouped = true;
    }
    if (sight.zoom > 0 && sight.layer.index() < m_look.graph->layerCount()) {
        m_fitted = false;
        m_sight = sight;
    }
    startLayout();
}

} // namespace cutline
