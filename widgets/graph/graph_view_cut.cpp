// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/cut_drag.h"
#include "widgets/graph/graph_view.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

/// A number that is larger than any place within one row.
constexpr double kRow = 1e7;

} // namespace

double GraphView::placeOf(QPointF scene_position) const {
    const Geometry& g = m_scene->geometry();
    return static_cast<double>(g.rowAt(scene_position)) * kRow + g.mainOf(scene_position);
}

std::vector<double> GraphView::placesAlongPicture() const {
    const Geometry& g = m_scene->geometry();
    const ViewGraph& view = m_scene->view();
    // Cards of one rank get places side by side in their rank's width, by their order across.
    std::vector<std::vector<std::uint32_t>> by_rank(g.rank_begin.size());
    for (std::uint32_t i = 0; i < g.cards.size(); ++i) by_rank[g.rank[i]].push_back(i);
    std::vector<double> of_node(g.cards.size());
    for (std::size_t r = 0; r < by_rank.size(); ++r) {
        auto& nodes = by_rank[r];
        std::sort(nodes.begin(), nodes.end(), [&](auto a, auto b) {
            return g.lateralOf(g.cards[a].center()) < g.lateralOf(g.cards[b].center());
        });
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(nodes.size());
            of_node[nodes[i]] =
                g.row_of[r] * kRow + g.rank_begin[r] + (g.rank_end[r] - g.rank_begin[r]) * share;
        }
    }
    std::vector<double> place(m_look.graph->layerCount());
    for (std::size_t i = 0; i < place.size(); ++i) {
        // Layers of one card share its place and keep their own order by a hair.
        const auto& layers = view.nodes[view.node_of[i]].layers;
        const auto at =
            std::lower_bound(layers.begin(), layers.end(), LayerId{static_cast<std::uint32_t>(i)});
        place[i] = of_node[view.node_of[i]] + 1e-6 * static_cast<double>(at - layers.begin());
    }
    return place;
}

std::vector<PlacesItem::Place> GraphView::legalPlaces() const {
    const Geometry& g = m_scene->geometry();
    const ViewGraph& view = m_scene->view();
    std::vector<PlacesItem::Place> places;
    for (std::size_t k = m_cut->least(); k <= m_cut->most(); ++k) {
        const std::uint32_t node = view.node_of[m_cut->order()[k - 1].index()];
        const std::uint32_t r = g.rank[node];
        const LayoutRow& row = g.rows[g.row_of[r]];
        const bool last = r + 1 == row.rank_end;
        const double main = last ? g.rank_end[r] + kRegionPad + 8 : (g.rank_end[r] + g.rank_begin[r + 1]) / 2;
        const double lateral = g.lateralOf(g.cards[node].center());
        const bool single = m_cut->single(k);
        places.push_back({g.at(main, single ? row.lateral_begin : lateral),
                          g.at(main, single ? row.lateral_end : lateral), single});
    }
    return places;
}

void GraphView::beginCut(std::size_t boundary, QPoint viewport_position) {
    const std::vector<double> place = placesAlongPicture();
    m_cut = std::make_unique<CutDrag>(*m_look.graph, *m_plan, boundary, place);
    m_cut_boundary = boundary;
    m_cut_position = m_cut->start();
    m_cut_places.clear();
    for (const LayerId id : m_cut->order()) m_cut_places.push_back(place[id.index()]);
    std::sort(m_cut_places.begin(), m_cut_places.end());
    m_cut_press = placeOf(mapToScene(viewport_position));
    m_gesture = Gesture::Cut;
    HandleItem* handle = m_scene->handle(boundary);
    QColor ink = m_look.theme->text3;
    ink.setAlpha(150);
    m_scene->showPlaces(legalPlaces(), ink);
    if (handle) handle->setActive(true);
    viewport()->setCursor(Qt::ClosedHandCursor);
}

void GraphView::moveCut(QPoint viewport_position, bool singles_only) {
    const auto passed = [&](double place) {
        return std::lower_bound(m_cut_places.begin(), m_cut_places.end(), place) - m_cut_places.begin();
    };
    // Relative to where it was grabbed: a boundary that no straight line describes does not jump.
    const std::ptrdiff_t moved = passed(placeOf(mapToScene(viewport_position))) - passed(m_cut_press);
    std::size_t position = m_cut->clamped(static_cast<std::ptrdiff_t>(m_cut->start()) + moved);
    if (singles_only) position = m_cut->nearestSingle(position);
    if (position == m_cut_position) return;
    m_cut_position = position;
    Q_EMIT cutPreviewRequested(m_cut->planAt(position));
}

void GraphView::endCut() {
    m_scene->hidePlaces();
    const std::unique_ptr<CutDrag> cut = std::move(m_cut);
    m_gesture = Gesture::None;
    viewport()->unsetCursor();
    if (HandleItem* handle = m_scene->handle(m_cut_boundary)) handle->setActive(false);
    if (m_cut_position != cut->start()) {
        Q_EMIT cutMoveRequested(cut->planAt(m_cut_position));
        return;
    }
    setPreview({});
    Q_EMIT previewCancelled();
}

bool GraphView::cancelGesture() {
    const bool drop = m_drop_platform.has_value();
    const bool cut = m_gesture == Gesture::Cut;
    const bool any = m_gesture != Gesture::None || drop;
    m_gesture = Gesture::None;
    m_drop_platform.reset();
    m_drop_targets.clear();
    m_scene->hidePlaces();
    m_cut.reset();
    viewport()->unsetCursor();
    if (cut || drop) {
        setPreview({});
        Q_EMIT previewCancelled();
    }
    viewport()->update();
    return any;
}

void GraphView::stepCut(int direction, bool singles_only) {
    if (!m_plan || m_plan->scheme != Scheme::Pipeline || m_plan->stages.size() < 2 || !isLaidOut()) return;
    if (!m_look.editable) return;
    if (m_gesture == Gesture::Cut) return;
    // The boundary after the stage of the current layer; for the last stage the one before it.
    std::size_t boundary = 0;
    for (std::size_t s = 0; m_look.current && s < m_plan->stages.size(); ++s)
        if (m_look.owner[m_look.current->index()] == static_cast<int>(m_plan->stages[s].platform.value))
            boundary = std::min(s, m_plan->stages.size() - 2);
    const CutDrag cut(*m_look.graph, *m_plan, boundary, placesAlongPicture());
    const std::size_t position = singles_only
                                     ? cut.nextSingle(cut.start(), direction)
                                     : cut.clamped(static_cast<std::ptrdiff_t>(cut.start()) + direction);
    if (position != cut.start()) Q_EMIT cutMoveRequested(cut.planAt(position));
}

} // namespace cutline
