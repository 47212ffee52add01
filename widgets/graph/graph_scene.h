// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/cost_table.h"
#include "core/plan/metrics.h"
#include "core/plan/plan.h"
#include "core/plan/sensitivity.h"
#include "widgets/graph/arrange.h"
#include "widgets/graph/graph_picture.h"
#include "widgets/graph/items.h"
#include "widgets/graph/overlay.h"
#include "widgets/graph/region.h"
#include "widgets/graph/view_graph.h"
#include "widgets/theme.h"

#include <QGraphicsScene>

#include <map>
#include <memory>
#include <optional>
#include <set>

namespace cutline {

/// Everything that decides how the picture looks. A value; the scene draws it and knows nothing else.
struct GraphLook {
    GraphPtr graph;
    SystemPtr system;
    CostTablePtr costs;
    std::vector<std::optional<double>> peaks_macs_per_s; ///< by platform, of `costs`
    std::vector<SensitivityPtr> sensitivities; ///< of platforms at their own precision, then at each further one
    std::optional<Plan> plan;   ///< what is shown: the preview while there is one
    Metrics metrics;            ///< of that plan
    std::vector<int> owner;     ///< by layer: platform of the shown plan, or kNoOwner
    std::vector<int> committed; ///< by layer: platform of the plan without the preview
    std::set<LayerId> selection;
    std::optional<LayerId> current;
    std::optional<TensorId> lit;        ///< the tensor under the mouse
    std::map<LayerId, PlatformId> pins; ///< layers that a search leaves where they are
    const Overlay* overlay = &overlays().front();
    const Theme* theme = &Theme::light();
    bool patterns = false;
    bool editable = true; ///< cuts have handles
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
    /// Cards glide from these places (by node) to their own: what connects them is hidden until endGlide().
    void beginGlide(std::vector<QPointF> from);
    void glide(double part); ///< 0..1
    void endGlide();
    bool isGliding() const { return !m_glide.empty(); }
    /// Labels keep their size on screen: at each zoom they find places where none covers another or a handle.
    void placeLabels(double zoom);
    void showPlaces(std::vector<PlacesItem::Place> places, const QColor& colour);
    void hidePlaces();

    const ViewGraph& view() const { return m_view; }
    const Geometry& geometry() const { return m_geometry; }
    const std::vector<CutLine>& cuts() const { return m_cuts; } ///< by boundary
    std::vector<LabelItem*> labels() const;
    const CardStyle& cardStyleOf(std::uint32_t node) const { return m_cards[node]->style(); }
    const OverlayPicture& overlayPicture() const { return m_overlay_picture; }
    QColor mapColour(std::uint32_t node) const; ///< a card's colour where it is a speck
    HandleItem* handle(std::size_t boundary) const;
    bool placesShown() const { return m_places != nullptr; }
    std::optional<std::uint32_t> nodeAt(QPointF scene_position) const;
    QRectF pictureRect() const; ///< cards, edges, regions and labels at scale 1
    /// All of it as it is now, `scale` pixels for each of the scene's. Labels grow with the picture, and find places of
    /// their own there; in a picture smaller than the scene they keep a legible size.
    GraphPicture picture(double scale, const GraphLook& look) const;

private:
    void styleCards(const GraphLook& look);
    void styleEdges(const GraphLook& look);
    void rebuildOverlay(const GraphLook& look);
    void addRegions(const GraphLook& look, const std::vector<int>& node_owner);
    void addCuts(const GraphLook& look, const std::vector<int>& node_owner);
    void addTransferLabels(const GraphLook& look, const std::vector<int>& node_owner);
    void addFrames(const GraphLook& look);
    /// A label at `at` or, where that is taken, moved by the first of `offsets` (screen pixels) that is free.
    void addLabel(LabelItem* label, QPointF at, std::vector<QPointF> offsets, bool may_hide);
    /// By label: how far from its place it stands at this zoom, screen pixels; none: it is not shown.
    std::vector<std::optional<QPointF>> labelOffsets(double zoom) const;
    std::vector<int> cutSides(std::size_t boundary, const GraphLook& look,
                              const std::vector<int>& node_owner) const;
    std::vector<double> sharesOf(const GraphLook& look) const;
    void markLayers(CardStyle& style, const ViewNode& node, const GraphLook& look) const;
    std::vector<int> nodeOwners(const std::vector<int>& owner) const;
    int linkBetween(int from, int to) const;

    ViewGraph m_view;
    Geometry m_geometry;
    std::vector<CardItem*> m_cards;
    std::vector<EdgeItem*> m_edges;
    std::vector<RegionItem*> m_regions;    ///< by platform
    std::vector<QGraphicsItem*> m_overlay; ///< cuts and labels
    std::vector<HandleItem*> m_handles;
    struct Label {
        LabelItem* item;
        QPointF at;
        std::vector<QPointF> offsets;
        bool may_hide;
    };
    std::vector<Label> m_labels;       ///< more important ones first
    std::vector<RegionItem*> m_frames; ///< of open groups
    double m_zoom = 1;
    std::vector<CutLine> m_cuts;
    OverlayPicture m_overlay_picture;
    std::vector<QPointF> m_glide; ///< empty: cards stand where they belong
    PlacesItem* m_places = nullptr;
    std::shared_ptr<const Routes> m_routes;
    SystemPtr m_system;
};

} // namespace cutline
