// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/cost_table.h"
#include "core/plan/metrics.h"
#include "core/plan/plan.h"
#include "widgets/graph/arrange.h"
#include "widgets/graph/items.h"
#include "widgets/graph/region.h"
#include "widgets/graph/view_graph.h"
#include "widgets/theme.h"

#include <QGraphicsScene>

#include <memory>
#include <optional>
#include <set>

namespace cutline {

/// Everything that decides how the picture looks. A value; the scene draws it and knows nothing else.
struct GraphLook {
    GraphPtr graph;
    SystemPtr system;
    CostTablePtr costs;
    std::optional<Plan> plan;   ///< what is shown: the preview while there is one
    Metrics metrics;            ///< of that plan
    std::vector<int> owner;     ///< by layer: platform of the shown plan, or kNoOwner
    std::vector<int> committed; ///< by layer: platform of the plan without the preview
    std::set<LayerId> selection;
    std::optional<LayerId> current;
    std::optional<TensorId> lit; ///< the tensor under the mouse
    const Theme* theme = &Theme::light();
    bool patterns = false;
    int bar_steps =
        96; ///< bars change in steps of this part of their length: what nobody sees repaints nothing
};

/// Platform per layer, kNoOwner where there is no plan or a layer is in no stage.
std::vector<int> ownersOf(const std::optional<Plan>& plan, std::size_t layer_count);

/// The items of one graph: cards, edges, regions, cuts and their labels.
class GraphScene : public QGraphicsScene {
    Q_OBJECT
public:
    explicit GraphScene(QObject* parent = nullptr);

    void clearPicture();
    void build(ViewGraph view, Geometry geometry, const GraphLook& look);
    void setPlanLook(const GraphLook& look);      ///< cards, edges, regions, cuts
    void setSelectionLook(const GraphLook& look); ///< outlines of cards, lit edges
    void showPlaces(std::vector<PlacesItem::Place> places, const QColor& colour);
    void hidePlaces();

    const ViewGraph& view() const { return m_view; }
    const Geometry& geometry() const { return m_geometry; }
    const std::vector<CutLine>& cuts() const { return m_cuts; } ///< by boundary
    std::vector<LabelItem*> labels() const { return m_labels; }
    const CardStyle& cardStyleOf(std::uint32_t node) const { return m_cards[node]->style(); }
    HandleItem* handle(std::size_t boundary) const;
    bool placesShown() const { return m_places != nullptr; }
    std::optional<std::uint32_t> nodeAt(QPointF scene_position) const;
    QRectF pictureRect() const; ///< cards, edges, regions and labels at scale 1

private:
    void styleCards(const GraphLook& look);
    void styleEdges(const GraphLook& look);
    void rebuildOverlay(const GraphLook& look);
    void addRegions(const GraphLook& look, const std::vector<int>& node_owner);
    void addCuts(const GraphLook& look, const std::vector<int>& node_owner);
    void addTransferLabels(const GraphLook& look, const std::vector<int>& node_owner);
    std::vector<int> nodeOwners(const std::vector<int>& owner) const;
    int linkBetween(int from, int to) const;

    ViewGraph m_view;
    Geometry m_geometry;
    std::vector<CardItem*> m_cards;
    std::vector<EdgeItem*> m_edges;
    std::vector<RegionItem*> m_regions;    ///< by platform
    std::vector<QGraphicsItem*> m_overlay; ///< cuts and labels
    std::vector<HandleItem*> m_handles;
    std::vector<LabelItem*> m_labels;
    std::vector<CutLine> m_cuts;
    PlacesItem* m_places = nullptr;
    std::shared_ptr<const Routes> m_routes;
    SystemPtr m_system;
};

} // namespace cutline
