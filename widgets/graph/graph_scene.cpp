// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_scene.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

/// Wider for more bytes: 1 px for a kilobyte, half a pixel more for every factor of ten.
double edgeWidth(const Graph& graph, const ViewEdge& edge) {
    double bytes = 0;
    for (const TensorId t : edge.tensors) {
        const Tensor& tensor = graph.tensor(t);
        bytes += static_cast<double>(tensor.elements().value_or(0)) * bitsOf(tensor.type) / 8;
    }
    return std::clamp(1 + 0.35 * std::log10(std::max(bytes, 1.0) / 1000), 1.0, 2.5);
}

/// Fill and ink of a card whose figure stands at `part` of the scale; the bar keeps the platform's colour.
void setOverlay(CardStyle& style, const Theme& theme, double part) {
    style.pattern = Pattern::None;
    style.fill = std::isfinite(part) ? overlayColour(theme, part) : theme.raised;
    style.outline = theme.border;
    style.track = theme.tint(theme.accent, 0.16);
    style.text2 = style.text3 = contrast(theme.text2, style.fill) >= 4.5 ? theme.text2 : theme.text;
    for (CardStyle::Part& p : style.parts) p.fill = style.fill;
}

/// The platforms of a divided group in the order of its layers; none where no layer has one.
std::vector<CardStyle::Part> partsOf(const ViewNode& node, const std::vector<int>& owner,
                                     const std::vector<CardStyle>& styles) {
    std::vector<int> seen;
    std::vector<std::size_t> count(styles.size(), 0);
    for (const LayerId id : node.layers)
        if (++count[static_cast<std::size_t>(owner[id.index()] + 1)] == 1) seen.push_back(owner[id.index()]);
    std::vector<CardStyle::Part> parts;
    if (seen.size() < 2) return parts;
    for (const int p : seen) {
        const auto index = static_cast<std::size_t>(p + 1);
        parts.push_back({styles[index].fill, styles[index].bar,
                         static_cast<double>(count[index]) / static_cast<double>(node.layers.size())});
    }
    return parts;
}

} // namespace

std::vector<int> ownersOf(const std::optional<Plan>& plan, std::size_t layer_count) {
    std::vector<int> owner(layer_count, kNoOwner);
    if (!plan) return owner;
    for (const Stage& stage : plan->stages)
        for (const LayerId id : stage.layers)
            if (id.index() < layer_count) owner[id.index()] = static_cast<int>(stage.platform.value);
    return owner;
}

GraphScene::GraphScene(QObject* parent) : QGraphicsScene(parent) {}

void GraphScene::clearPicture() {
    m_cards.clear();
    m_edges.clear();
    m_regions.clear();
    m_frames.clear();
    m_overlay.clear();
    m_handles.clear();
    m_labels.clear();
    m_cuts.clear();
    m_places = nullptr;
    m_glide.clear();
    m_overlay_picture = {};
    m_view = {};
    m_geometry = {};
    clear();
}

void GraphScene::build(ViewGraph view, Geometry geometry, const GraphLook& look) {
    clearPicture();
    m_view = std::move(view);
    m_geometry = std::move(geometry);
    for (std::uint32_t e = 0; e < m_view.edges.size(); ++e) {
        m_edges.push_back(new EdgeItem(e, m_geometry.routes[e]));
        addItem(m_edges.back());
    }
    for (std::uint32_t i = 0; i < m_view.nodes.size(); ++i) {
        m_cards.push_back(new CardItem(i, m_geometry.cards[i], CardText(m_view.nodes[i])));
        addItem(m_cards.back());
    }
    setPlanLook(look);
}

void GraphScene::setPlanLook(const GraphLook& look) {
    if (m_system != look.system) {
        m_system = look.system;
        m_routes = m_system ? std::make_shared<const Routes>(*m_system) : nullptr;
    }
    styleCards(look);
    styleEdges(look);
    rebuildOverlay(look);
}

void GraphScene::setSelectionLook(const GraphLook& look) {
    styleCards(look);
    styleEdges(look);
}

std::vector<int> GraphScene::nodeOwners(const std::vector<int>& owner) const {
    std::vector<int> result(m_view.nodes.size(), kNoOwner);
    for (std::size_t i = 0; i < result.size(); ++i) {
        const auto& layers = m_view.nodes[i].layers;
        const int first = owner[layers.front().index()];
        const bool same =
            std::all_of(layers.begin(), layers.end(), [&](LayerId id) { return owner[id.index()] == first; });
        if (same) result[i] = first;
    }
    return result;
}

/// Bars are shares of the platform's busy time, all to one scale: the longest is full.
std::vector<double> GraphScene::sharesOf(const GraphLook& look) const {
    std::vector<double> share(m_cards.size(), 0);
    double largest = 0;
    for (std::size_t i = 0; look.costs && i < share.size(); ++i) {
        for (const LayerId id : m_view.nodes[i].layers) {
            const int p = look.owner[id.index()];
            if (p < 0 || static_cast<std::size_t>(p) >= look.metrics.platforms.size()) continue;
            const double busy = look.metrics.platforms[static_cast<std::size_t>(p)].busy_s;
            if (busy > 0)
                share[i] += layerSeconds(*look.costs, id, PlatformId{static_cast<std::uint32_t>(p)}) / busy;
        }
        largest = std::max(largest, share[i]);
    }
    for (double& s : share) s = largest > 0 ? s / largest : 0;
    return share;
}

void GraphScene::markLayers(CardStyle& style, const ViewNode& node, const GraphLook& look) const {
    for (const LayerId id : node.layers) {
        const int p = look.owner[id.index()];
        style.selected = style.selected || look.selection.contains(id);
        style.changed = style.changed || p != look.committed[id.index()];
        style.current = style.current || look.current == id;
        style.pinned = style.pinned || (!look.pins.empty() && look.pins.contains(id));
        if (look.costs && p >= 0)
            style.invalid =
                style.invalid || !look.costs->layer(id, PlatformId{static_cast<std::uint32_t>(p)}).supported;
    }
}

void GraphScene::styleCards(const GraphLook& look) {
    const std::vector<int> owner = nodeOwners(look.owner);
    const std::size_t platforms = look.system ? look.system->platforms.size() : 0;
    std::vector<CardStyle> styles;
    for (int p = -1; p < static_cast<int>(platforms); ++p)
        styles.push_back(cardStyle(*look.theme, p, look.patterns));
    const bool overlaid = look.overlay->value != nullptr;
    m_overlay_picture = cutline::overlayPicture(*look.overlay, look, m_view);
    const std::vector<double> share =
        overlaid && !look.overlay->hasKinds() ? m_overlay_picture.part : sharesOf(look);
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        const ViewNode& node = m_view.nodes[i];
        CardStyle style = styles[static_cast<std::size_t>(owner[i] + 1)];
        if (owner[i] == kNoOwner) style.parts = partsOf(node, look.owner, styles);
        if (overlaid) setOverlay(style, *look.theme, m_overlay_picture.part[i]);
        style.stacked = node.isGroup();
        if (std::isfinite(share[i])) style.share = std::round(share[i] * look.bar_steps) / look.bar_steps;
        markLayers(style, node, look);
        m_cards[i]->setStyle(style);
    }
}

QColor GraphScene::mapColour(std::uint32_t node) const {
    const CardStyle& style = m_cards[node]->style();
    if (style.selected) return style.accent;
    return style.parts.empty() ? style.bar : style.parts.front().bar;
}

int GraphScene::linkBetween(int from, int to) const {
    if (!m_routes || from < 0 || to < 0) return -1;
    const auto hops = m_routes->between(PlatformId{static_cast<std::uint32_t>(from)},
                                        PlatformId{static_cast<std::uint32_t>(to)});
    return hops.empty() ? -1 : static_cast<int>(hops.front().link.value);
}

void GraphScene::styleEdges(const GraphLook& look) {
    const Theme& theme = *look.theme;
    for (std::size_t e = 0; e < m_edges.size(); ++e) {
        const ViewEdge& edge = m_view.edges[e];
        bool lit = false;
        int from = kNoOwner, to = kNoOwner;
        for (const TensorId t : edge.tensors) {
            const Tensor& tensor = look.graph->tensor(t);
            lit = lit || look.lit == t;
            const int made = look.owner[tensor.producer->index()];
            for (const LayerId reader : tensor.consumers)
                if (m_view.node_of[reader.index()] == edge.to && look.owner[reader.index()] != made) {
                    from = made;
                    to = look.owner[reader.index()];
                }
        }
        const bool cut = from >= 0 && to >= 0;
        const int link = linkBetween(from, to);
        QColor colour = theme.tint(theme.text3, 0.8);
        double width = edgeWidth(*look.graph, edge);
        if (cut) {
            colour = link >= 0 ? theme.link(static_cast<std::size_t>(link)) : theme.bad;
            width = 3;
        }
        if (lit) {
            if (!cut) colour = theme.accent;
            width += 1;
        }
        m_edges[e]->setLook(colour, width);
        m_edges[e]->setZValue(cut ? 3 : lit ? 2.5 : 2);
    }
}

void GraphScene::rebuildOverlay(const GraphLook& look) {
    for (QGraphicsItem* item : m_overlay) {
        removeItem(item);
        delete item;
    }
    m_overlay.clear();
    m_handles.clear();
    m_labels.clear();
    m_cuts.clear();
    if (look.plan && look.system && !m_cards.empty()) {
        const std::vector<int> owner = nodeOwners(look.owner);
        addCuts(look, owner);
        addTransferLabels(look, owner);
        addRegions(look, owner);
    } else {
        for (RegionItem* region : m_regions) region->setLook({}, {}, {}, {});
    }
    addFrames(look);
    placeLabels(m_zoom);
}

void GraphScene::beginGlide(std::vector<QPointF> from) {
    m_glide = std::move(from);
    for (EdgeItem* edge : m_edges) edge->setVisible(false);
    for (QGraphicsItem* item : m_overlay) item->setOpacity(0);
    glide(0);
}

void GraphScene::glide(double part) {
    for (std::size_t i = 0; i < m_glide.size(); ++i)
        m_cards[i]->setPos(m_glide[i] + (m_geometry.cards[i].topLeft() - m_glide[i]) * part);
}

void GraphScene::endGlide() {
    if (m_glide.empty()) return;
    glide(1);
    m_glide.clear();
    for (EdgeItem* edge : m_edges) edge->setVisible(true);
    for (QGraphicsItem* item : m_overlay) item->setOpacity(1);
}

void GraphScene::showPlaces(std::vector<PlacesItem::Place> places, const QColor& colour) {
    hidePlaces();
    m_places = new PlacesItem(std::move(places), colour);
    addItem(m_places);
}

void GraphScene::hidePlaces() {
    if (!m_places) return;
    removeItem(m_places);
    delete m_places;
    m_places = nullptr;
}

HandleItem* GraphScene::handle(std::size_t boundary) const {
    for (HandleItem* item : m_handles)
        if (item->boundary() == boundary) return item;
    return nullptr;
}

std::optional<std::uint32_t> GraphScene::nodeAt(QPointF scene_position) const {
    for (QGraphicsItem* item : items(scene_position))
        if (const auto* card = qgraphicsitem_cast<CardItem*>(item)) return card->node();
    return std::nullopt;
}

QRectF GraphScene::pictureRect() const {
    QRectF rect = m_geometry.bounds.adjusted(-kRegionPad, -kRegionPad, kRegionPad, kRegionPad);
    for (const RegionItem* region : m_regions) rect |= region->boundingRect();
    return rect.adjusted(-12, -18, 12, 18);
}

} // namespace cutline
