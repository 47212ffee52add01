// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/graph_scene.h"

#include "core/base/quantity.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace cutline {
namespace {

QString words(double value, Unit unit) {
    return QString::fromStdString(formatQuantity(value, unit));
}
QString shownName(std::string_view name) {
    return QString::fromStdString(elided(printable(name), 40));
}

/// What a layer takes where it runs: its part of a fused group is in proportion to what it takes alone.
double secondsOf(const CostTable& costs, LayerId layer, int platform) {
    const PlatformId on{static_cast<std::uint32_t>(platform)};
    const std::size_t group = costs.fusion().group_of[layer.index()];
    const double alone = costs.layer(layer, on).latency_s;
    if (!costs.fuses(group, on)) return alone;
    double sum = 0;
    for (const LayerId member : costs.fusion().groups[group]) sum += costs.layer(member, on).latency_s;
    return sum > 0 ? costs.group(group, on).latency_s * alone / sum : alone;
}

/// Wider for more bytes: 1 px for a kilobyte, half a pixel more for every factor of ten.
double edgeWidth(const Graph& graph, const ViewEdge& edge) {
    double bytes = 0;
    for (const TensorId t : edge.tensors) {
        const Tensor& tensor = graph.tensor(t);
        bytes += static_cast<double>(tensor.elements().value_or(0)) * bitsOf(tensor.type) / 8;
    }
    return std::clamp(1 + 0.35 * std::log10(std::max(bytes, 1.0) / 1000), 1.0, 2.5);
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
    m_overlay.clear();
    m_handles.clear();
    m_labels.clear();
    m_cuts.clear();
    m_places = nullptr;
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
        m_cards.push_back(new CardItem(i, m_geometry.cards[i], CardText::of(m_view.nodes[i])));
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

void GraphScene::styleCards(const GraphLook& look) {
    const std::vector<int> owner = nodeOwners(look.owner);
    const std::size_t platforms = look.system ? look.system->platforms.size() : 0;
    std::vector<CardStyle> styles;
    for (int p = -1; p < static_cast<int>(platforms); ++p)
        styles.push_back(cardStyle(*look.theme, p, look.patterns));

    // Bars are shares of the platform's busy time, all to one scale: the longest is full.
    std::vector<double> share(m_cards.size(), 0);
    double largest = 0;
    for (std::size_t i = 0; look.costs && i < share.size(); ++i) {
        for (const LayerId id : m_view.nodes[i].layers) {
            const int p = look.owner[id.index()];
            if (p < 0 || static_cast<std::size_t>(p) >= look.metrics.platforms.size()) continue;
            const double busy = look.metrics.platforms[static_cast<std::size_t>(p)].busy_s;
            if (busy > 0) share[i] += secondsOf(*look.costs, id, p) / busy;
        }
        largest = std::max(largest, share[i]);
    }
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        const ViewNode& node = m_view.nodes[i];
        CardStyle style = styles[static_cast<std::size_t>(owner[i] + 1)];
        style.stacked = node.isGroup();
        style.share = largest > 0 ? std::round(share[i] / largest * look.bar_steps) / look.bar_steps : 0;
        for (const LayerId id : node.layers) {
            const int p = look.owner[id.index()];
            style.selected = style.selected || look.selection.contains(id);
            style.changed = style.changed || p != look.committed[id.index()];
            style.current = style.current || look.current == id;
            if (look.costs && p >= 0)
                style.invalid = style.invalid ||
                                !look.costs->layer(id, PlatformId{static_cast<std::uint32_t>(p)}).supported;
        }
        m_cards[i]->setStyle(style);
    }
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
    if (!look.plan || !look.system || m_cards.empty()) {
        for (RegionItem* region : m_regions) region->setLook({}, {}, {}, {});
        return;
    }
    const std::vector<int> owner = nodeOwners(look.owner);
    addRegions(look, owner);
    addCuts(look, owner);
    addTransferLabels(look, owner);
}

void GraphScene::addRegions(const GraphLook& look, const std::vector<int>& node_owner) {
    const Theme& theme = *look.theme;
    const auto regions = regionsOf(m_geometry, node_owner, static_cast<int>(look.system->platforms.size()));
    while (m_regions.size() < regions.size()) {
        m_regions.push_back(new RegionItem);
        addItem(m_regions.back());
    }
    for (std::size_t p = regions.size(); p < m_regions.size(); ++p) m_regions[p]->setLook({}, {}, {}, {});
    for (std::size_t p = 0; p < regions.size(); ++p) {
        m_regions[p]->setLook(regions[p].parts, regions[p].outline, theme.tint(theme.platform(p), 0.05),
                              theme.tint(theme.platform(p), 0.35));
        if (regions[p].parts.empty()) continue;
        std::vector<LabelItem::Run> line{
            {shownName(look.system->platforms[p].name), theme.platform(p), true}};
        if (p < look.metrics.platforms.size()) {
            const PlatformMetrics& m = look.metrics.platforms[p];
            QString text = tr("busy %1").arg(words(m.busy_s, Unit::Second));
            if (look.metrics.initiation_interval_s > 0)
                text += QStringLiteral(" · ") +
                        words(m.busy_s / look.metrics.initiation_interval_s, Unit::Fraction);
            line.push_back({text, theme.text2, false});
        }
        auto* label = new LabelItem({line}, LabelItem::Frame::None, LabelItem::Side::Right,
                                    theme.tint(theme.platform(p), 0.05), theme.border);
        label->setPos(regions[p].label);
        // Clear of a handle that stands at the region's beginning, at any zoom; towards the middle near the right edge,
        // where a view that fits the graph would cut it off.
        const bool at_edge = regions[p].label.x() > m_geometry.bounds.left() + 0.75 * m_geometry.bounds.width();
        label->setTransform(QTransform::fromTranslate(
            at_edge ? -label->width() - HandleItem::kRadius : HandleItem::kRadius, 0));
        addItem(label);
        m_overlay.push_back(label);
        m_labels.push_back(label);
    }
}

void GraphScene::addCuts(const GraphLook& look, const std::vector<int>& node_owner) {
    if (look.plan->scheme != Scheme::Pipeline) return;
    const Theme& theme = *look.theme;
    for (std::size_t b = 0; b + 1 < look.plan->stages.size(); ++b) {
        const int before = static_cast<int>(look.plan->stages[b].platform.value);
        const int after = static_cast<int>(look.plan->stages[b + 1].platform.value);
        m_cuts.push_back(cutLineBetween(m_geometry, node_owner, before, after));
        if (m_cuts.back().lines.empty()) continue;
        const int link = linkBetween(before, after);
        const QColor colour = link >= 0 ? theme.link(static_cast<std::size_t>(link)) : theme.bad;
        auto* line = new CutLineItem(m_cuts.back().lines, colour);
        auto* handle = new HandleItem(b, m_geometry.flow == Flow::LeftToRight, colour, theme.surface);
        handle->setPos(m_cuts.back().handle);
        addItem(line);
        addItem(handle);
        m_overlay.push_back(line);
        m_overlay.push_back(handle);
        m_handles.push_back(handle);
    }
}

void GraphScene::addTransferLabels(const GraphLook& look, const std::vector<int>& node_owner) {
    const Theme& theme = *look.theme;
    std::map<std::pair<int, int>, double> bytes;
    for (const Crossing& crossing : look.metrics.crossing)
        for (const PlatformId to : crossing.to)
            bytes[{static_cast<int>(crossing.from.value), static_cast<int>(to.value)}] += crossing.bytes;
    for (const auto& [ends, payload] : bytes) {
        const auto [from, to] = ends;
        const int link = linkBetween(from, to);
        if (link < 0) continue;
        double seconds = 0;
        for (const Hop& hop : m_routes->between(PlatformId{static_cast<std::uint32_t>(from)},
                                                PlatformId{static_cast<std::uint32_t>(to)}))
            seconds += transferCost(look.system->links[hop.link.index()].link, payload).time_s;
        // At the boundary's far end where there is one, else on the longest edge that crosses.
        std::optional<QPointF> at;
        for (std::size_t b = 0; b < m_cuts.size(); ++b)
            if (static_cast<int>(look.plan->stages[b].platform.value) == from &&
                static_cast<int>(look.plan->stages[b + 1].platform.value) == to && !m_cuts[b].lines.empty())
                at = m_cuts[b].lines.front().last();
        double longest = 0;
        for (std::size_t e = 0; !at && e < m_view.edges.size(); ++e) {
            if (node_owner[m_view.edges[e].from] != from || node_owner[m_view.edges[e].to] != to) continue;
            const QPolygonF& route = m_geometry.routes[e];
            for (qsizetype i = 0; i + 1 < route.size(); ++i)
                if (const double length = QLineF(route[i], route[i + 1]).length(); length > longest) {
                    longest = length;
                    at = (route[i] + route[i + 1]) / 2;
                }
        }
        if (!at) continue;
        const QColor colour = theme.link(static_cast<std::size_t>(link));
        const QString text =
            words(payload, Unit::Byte) + QStringLiteral(" / ") + words(seconds, Unit::Second);
        auto* label = new LabelItem({{{text, colour, true}}}, LabelItem::Frame::Box,
                                    m_geometry.flow == Flow::LeftToRight ? LabelItem::Side::Below
                                                                         : LabelItem::Side::Right,
                                    theme.surface, colour);
        label->setPos(*at);
        addItem(label);
        m_overlay.push_back(label);
        m_labels.push_back(label);
    }
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
