// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/diagram_layout.h"

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

constexpr double kDiagramMargin = 16, kNodeGap = 40, kCardWidth = 200, kCardHeight = 108;
constexpr double kSwitchWidth = 96, kSwitchHeight = 40;
constexpr double kFirstLane = 30, kLane = 36, kTagHeight = 24, kLeastTag = 76, kMostTag = 220;
constexpr double kLeastDrop = 18; ///< of a line from a card to its lane

/// What joins nodes: a link or a shared memory.
struct Carrier {
    std::vector<NodeId> ends;
    DiagramLayout::Lane* lane;
    double left = 0, right = 0; ///< how far it reaches, its name included
};

QRectF grown(const QRectF& rect, double by) {
    return rect.adjusted(-by, -by, by, by);
}

void placeNodes(const System& system, std::span<const CardPlace> places, DiagramLayout& layout) {
    layout.nodes.resize(system.nodeCount());
    std::vector<QRectF> taken;
    std::vector<bool> placed(system.nodeCount());
    const auto sizeOf = [&](NodeId node) {
        return system.isSwitch(node) ? QSizeF(kSwitchWidth, kSwitchHeight) : QSizeF(kCardWidth, kCardHeight);
    };
    for (std::uint32_t n = 0; n < system.nodeCount(); ++n)
        for (const CardPlace& place : places)
            if (place.node == system.nodeName({n})) {
                layout.nodes[n] = QRectF(QPointF(place.x, place.y), sizeOf({n}));
                placed[n] = true;
                taken.push_back(layout.nodes[n]);
            }
    double x = kDiagramMargin;
    for (std::uint32_t n = 0; n < system.nodeCount(); ++n) {
        if (placed[n]) continue;
        const QSizeF size = sizeOf({n});
        QRectF rect(QPointF(x, kDiagramMargin + kCardHeight - size.height()), size);
        const auto inTheWay = [&] {
            return std::find_if(taken.begin(), taken.end(), [&](const QRectF& other) {
                return grown(other, kNodeGap / 2).intersects(rect);
            });
        };
        for (auto other = inTheWay(); other != taken.end(); other = inTheWay())
            rect.moveLeft(other->right() + kNodeGap);
        layout.nodes[n] = rect;
        x = rect.right() + kNodeGap;
    }
}

/// The drops of all carriers: each has a place of its own at a card's edge, those to the left leave at the
/// left.
void placeDrops(std::vector<Carrier>& carriers, const DiagramLayout& layout) {
    std::vector<std::vector<std::size_t>> at(layout.nodes.size());
    for (std::size_t c = 0; c < carriers.size(); ++c)
        for (const NodeId end : carriers[c].ends) at[end.index()].push_back(c);
    const auto centre = [&](std::size_t carrier) {
        double sum = 0;
        for (const NodeId end : carriers[carrier].ends) sum += layout.nodes[end.index()].center().x();
        return sum / static_cast<double>(carriers[carrier].ends.size());
    };
    for (auto& here : at)
        std::stable_sort(here.begin(), here.end(),
                         [&](std::size_t a, std::size_t b) { return centre(a) < centre(b); });
    for (std::size_t c = 0; c < carriers.size(); ++c)
        for (const NodeId end : carriers[c].ends) {
            const auto& here = at[end.index()];
            const auto place = std::find(here.begin(), here.end(), c) - here.begin();
            const QRectF& node = layout.nodes[end.index()];
            carriers[c].lane->ends.push_back(node.left() + node.width() * static_cast<double>(place + 1) /
                                                               static_cast<double>(here.size() + 1));
        }
    for (Carrier& carrier : carriers) {
        DiagramLayout::Lane& lane = *carrier.lane;
        const auto [low, high] = std::minmax_element(lane.ends.begin(), lane.ends.end());
        const double room = std::clamp(*high - *low - 16, kLeastTag, kMostTag);
        const double middle = std::max((*low + *high) / 2, kDiagramMargin + room / 2);
        lane.tag = QRectF(middle - room / 2, 0, room, kTagHeight);
        carrier.left = std::min(*low, lane.tag.left());
        carrier.right = std::max(*high, lane.tag.right());
    }
}

/// Every card of the carrier is above or below a lane there, with room for the drop.
bool isBeside(const Carrier& carrier, double y, const DiagramLayout& layout) {
    return std::all_of(carrier.ends.begin(), carrier.ends.end(), [&](NodeId end) {
        const QRectF& node = layout.nodes[end.index()];
        return node.bottom() + kLeastDrop <= y || node.top() - kLeastDrop >= y;
    });
}

/// Cards that stand between a lane there and the cards that it joins.
std::size_t cardsCrossed(const Carrier& carrier, double y, const DiagramLayout& layout) {
    std::size_t crossed = 0;
    for (std::size_t e = 0; e < carrier.ends.size(); ++e) {
        const QRectF& node = layout.nodes[carrier.ends[e].index()];
        const double from = y > node.center().y() ? node.bottom() : y,
                     to = y > node.center().y() ? y : node.top();
        const QRectF drop(carrier.lane->ends[e] - 1, from + 1, 2, std::max(to - from - 2, 0.0));
        for (const QRectF& other : layout.nodes)
            if (other != node && other.intersects(drop)) ++crossed;
    }
    return crossed;
}

/// From the leftmost on, each as high as it finds room, preferably where no line runs behind a card.
void placeLanes(std::vector<Carrier>& carriers, const DiagramLayout& layout) {
    std::vector<Carrier*> order;
    for (Carrier& carrier : carriers) order.push_back(&carrier);
    std::stable_sort(order.begin(), order.end(),
                     [](const Carrier* a, const Carrier* b) { return a->left < b->left; });
    double lowest = 0;
    for (const QRectF& node : layout.nodes) lowest = std::max(lowest, node.bottom());
    lowest += kFirstLane + kLane * static_cast<double>(carriers.size());
    std::vector<QRectF> taken;
    for (const QRectF& node : layout.nodes) taken.push_back(grown(node, 5));
    for (Carrier* carrier : order) {
        double first = lowest;
        for (const NodeId end : carrier->ends)
            first = std::min(first, layout.nodes[end.index()].bottom() + kFirstLane);
        const auto rectAt = [&](double y) {
            return QRectF(carrier->left - 6, y - kTagHeight / 2 - 6, carrier->right - carrier->left + 12,
                          kTagHeight + 11.9);
        };
        double best = lowest;
        std::size_t crossed = cardsCrossed(*carrier, best, layout);
        for (double y = first; y < lowest; y += kLane / 3) {
            const QRectF rect = rectAt(y);
            const bool blocked =
                std::any_of(taken.begin(), taken.end(), [&](const QRectF& t) { return t.intersects(rect); });
            if (blocked || !isBeside(*carrier, y, layout)) continue;
            const std::size_t here = cardsCrossed(*carrier, y, layout);
            if (here < crossed || (here == crossed && best == lowest)) {
                best = y;
                crossed = here;
            }
            if (crossed == 0) break;
        }
        if (best == lowest) lowest += kLane;
        taken.push_back(rectAt(best));
        carrier->lane->y = best;
        carrier->lane->tag.moveTop(best - kTagHeight / 2);
    }
}

} // namespace

DiagramLayout diagramLayout(const System& system, std::span<const CardPlace> places) {
    DiagramLayout layout;
    placeNodes(system, places, layout);
    layout.links.resize(system.links.size());
    layout.memories.resize(system.memories.size());
    std::vector<Carrier> carriers;
    for (std::size_t l = 0; l < system.links.size(); ++l)
        carriers.push_back({system.links[l].ends, &layout.links[l]});
    for (std::size_t m = 0; m < system.memories.size(); ++m) {
        Carrier carrier{{}, &layout.memories[m]};
        for (const PlatformId platform : system.memories[m].shared_by)
            carrier.ends.push_back(nodeOf(platform));
        if (carrier.ends.empty()) carrier.ends.push_back({0}); // a file may name one that nobody shares
        carriers.push_back(std::move(carrier));
    }
    placeDrops(carriers, layout);
    placeLanes(carriers, layout);
    QRectF all;
    for (const QRectF& node : layout.nodes) all |= node;
    for (const Carrier& carrier : carriers)
        all |= QRectF(carrier.left, carrier.lane->tag.top(), carrier.right - carrier.left, kTagHeight + 6);
    // Room for a first lane, so that a system does not grow when its only link goes.
    layout.size = {all.right() + kDiagramMargin,
                   std::max(all.bottom() + 8, kDiagramMargin + kCardHeight + kFirstLane + 30)};
    return layout;
}

QPointF clearSpot(const QRectF& wanted, std::span<const QRectF> others) {
    const auto isClear = [&](const QPointF& at) {
        const QRectF rect = grown(QRectF(at, wanted.size()), kCardStep / 2);
        return at.x() >= 0 && at.y() >= 0 &&
               std::none_of(others.begin(), others.end(),
                            [&](const QRectF& other) { return other.intersects(rect); });
    };
    const QPointF on_grid(std::max(std::round(wanted.x() / kCardStep) * kCardStep, 0.0),
                          std::max(std::round(wanted.y() / kCardStep) * kCardStep, 0.0));
    for (int ring = 0;; ++ring) // the plane has no end to the right
        for (int i = -ring; i <= ring; ++i)
            for (const QPointF& step :
                 {QPointF(i, ring), QPointF(i, -ring), QPointF(ring, i), QPointF(-ring, i)})
                if (isClear(on_grid + step * kCardStep)) return on_grid + step * kCardStep;
}

} // namespace cutline
