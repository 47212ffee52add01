// SPDX-License-Identifier: GPL-3.0-or-later
// What lies around the cards: platforms' areas, frames of open groups, cuts, labels.
#include "core/base/quantity.h"
#include "core/base/text.h"
#include "widgets/graph/graph_scene.h"
#include "widgets/models/plan_facts.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <map>

namespace cutline {
namespace {

/// Frames lie within their platform's area.
constexpr RegionStyle kFrameStyle{7, 13};
/// How far the label of a cut keeps from the row below it, screen pixels.
constexpr double kLift = 10;
/// A frame's title lies on its upper border: more of the cards below is to be seen.
constexpr double kAbove = 4;

/// What is wrong with a platform under this plan: "needs 9 MiB of 8 MiB"; empty where nothing is.
QString faultOf(const GraphLook& look, const std::string& platform) {
    for (const Violation& violation : look.metrics.violations)
        if (violation.kind == Violation::Kind::Memory && violation.subject == platform && violation.limit > 0)
            return QCoreApplication::translate("GraphScene", "memory %1 of %2")
                .arg(quantityText(violation.value, Unit::Byte), quantityText(violation.limit, Unit::Byte));
    return {};
}

/// The far end of the stretch of a cut that carries its handle.
QPointF footOf(const CutLine& cut) {
    for (const QPolygonF& line : cut.lines)
        if (line.first() == cut.handle) return line.last();
    return cut.lines.front().last();
}

/// Where a label may still go that none of its own places is free for, the nearest first; screen pixels.
std::vector<QPointF> placesAround() {
    constexpr double kAcross = 48, kDown = 19;
    constexpr int kRings = 5;
    std::vector<QPointF> places;
    for (int ring = 1; ring <= kRings; ++ring)
        for (int x = -ring; x <= ring; ++x)
            for (int y = -ring; y <= ring; ++y)
                if (std::max(std::abs(x), std::abs(y)) == ring) places.emplace_back(x * kAcross, y * kDown);
    return places;
}

} // namespace

void GraphScene::addLabel(LabelItem* label, QPointF at, std::vector<QPointF> offsets, bool may_hide) {
    label->setPos(at);
    addItem(label);
    m_overlay.push_back(label);
    m_labels.push_back({label, at, std::move(offsets), may_hide});
}

std::vector<LabelItem*> GraphScene::labels() const {
    std::vector<LabelItem*> items;
    for (const Label& label : m_labels) items.push_back(label.item);
    return items;
}

void GraphScene::placeLabels(double zoom) {
    m_zoom = zoom;
    const auto offsets = labelOffsets(zoom);
    for (std::size_t i = 0; i < m_labels.size(); ++i) {
        m_labels[i].item->setVisible(offsets[i].has_value());
        if (offsets[i]) m_labels[i].item->setTransform(QTransform::fromTranslate(offsets[i]->x(), offsets[i]->y()));
    }
}

std::vector<std::optional<QPointF>> GraphScene::labelOffsets(double zoom) const {
    std::vector<std::optional<QPointF>> offsets;
    const QRectF picture = pictureRect();
    const double low = picture.left() * zoom - 10, high = picture.right() * zoom + 10;
    const double top = picture.top() * zoom - 10, bottom = picture.bottom() * zoom + 10;
    const std::vector<QPointF> around = placesAround();
    std::vector<QRectF> taken;
    for (const HandleItem* handle : m_handles)
        taken.push_back(handle->boundingRect().translated(handle->pos() * zoom));
    for (const Label& label : m_labels) {
        std::vector<QPointF> tried = label.offsets;
        if (!label.may_hide) tried.insert(tried.end(), around.begin(), around.end());
        std::optional<QPointF> chosen;
        for (const QPointF& offset : tried) {
            QRectF rect = label.item->boundingRect().translated(label.at * zoom + offset);
            // A view that fits the picture would cut it off beyond.
            const double inside =
                std::clamp(rect.left(), low, std::max(low, high - rect.width())) - rect.left();
            rect.translate(inside, 0);
            const bool in_sight = &offset < tried.data() + label.offsets.size() || (rect.top() >= top && rect.bottom() <= bottom);
            const bool free = in_sight && std::none_of(taken.begin(), taken.end(), [&](const QRectF& r) { return r.intersects(rect); });
            // Where all is taken, the first place.
            if (free || (!chosen && !label.may_hide)) chosen = offset + QPointF(inside, 0);
            if (free) break;
        }
        offsets.push_back(chosen);
        if (chosen) taken.push_back(label.item->boundingRect().translated(label.at * zoom + *chosen));
    }
    return offsets;
}

void GraphScene::addRegions(const GraphLook& look, const std::vector<int>& node_owner) {
    const Theme& theme = *look.theme;
    const auto regions = regionsOf(m_geometry, node_owner, static_cast<int>(look.system->platforms.size()));
    while (m_regions.size() < regions.size()) {
        m_regions.push_back(new RegionItem(0));
        addItem(m_regions.back());
    }
    for (std::size_t p = regions.size(); p < m_regions.size(); ++p) m_regions[p]->setLook({}, {}, {}, {});
    for (std::size_t p = 0; p < regions.size(); ++p) {
        m_regions[p]->setLook(regions[p].parts, regions[p].outline, theme.tint(theme.platform(p), 0.05),
                              theme.tint(theme.platform(p), 0.35));
        if (regions[p].parts.empty()) continue;
        std::vector<LabelItem::Run> line{
            {nameText(look.system->platforms[p].name, 40), theme.platform(p), true}};
        if (look.editable && p < look.metrics.platforms.size()) { // beside others their figures stand in a table
            const PlatformMetrics& m = look.metrics.platforms[p];
            QString text = tr("busy %1").arg(quantityText(m.busy_s, Unit::Second));
            if (look.metrics.initiation_interval_s > 0)
                text += QStringLiteral(" · ") +
                        quantityText(m.busy_s / look.metrics.initiation_interval_s, Unit::Fraction);
            line.push_back({text, theme.text2, false});
        }
        if (const QString fault = faultOf(look, look.system->platforms[p].name); !fault.isEmpty())
            line.push_back({fault, theme.bad, true});
        auto* label = new LabelItem({line}, LabelItem::Frame::None, LabelItem::Side::Right,
                                    theme.tint(theme.platform(p), 0.05), theme.border);
        // Clear of a handle that stands at the region's beginning.
        const double right = HandleItem::kRadius + 5;
        addLabel(label, regions[p].label,
                 {{right, 0}, {-label->width() - right, 0}, {right + 60, 0}, {right + 140, 0}, {right, 20},
                  {right, -20}},
                 false);
    }
}

void GraphScene::addFrames(const GraphLook& look) {
    const Theme& theme = *look.theme;
    if (m_view.frames.empty()) return;
    // Cards outside of all frames have one of their own, which is not drawn: none reaches over them.
    const int count = static_cast<int>(m_view.frames.size());
    std::vector<int> owner = m_view.frame_of;
    for (int& frame : owner)
        if (frame < 0) frame = count;
    auto frames = regionsOf(m_geometry, owner, count + 1, kFrameStyle);
    frames.pop_back();
    while (m_frames.size() < frames.size()) {
        m_frames.push_back(new RegionItem(0.5));
        addItem(m_frames.back());
    }
    for (std::size_t f = 0; f < frames.size(); ++f) {
        m_frames[f]->setLook(frames[f].parts, frames[f].outline, theme.surface, theme.border);
        if (frames[f].parts.empty()) continue;
        auto* label =
            new LabelItem({{{QStringLiteral("\u25BE ") + m_view.frames[f].name, theme.text2, false}}},
                          LabelItem::Frame::None, LabelItem::Side::Right, theme.surface, theme.border);
        label->setGroup(m_view.frames[f].group);
        std::vector<QPointF> offsets;
        for (const double aside : {0.0, 24.0, 90.0, 150.0, 200.0, 260.0}) offsets.push_back({aside, -kAbove});
        addLabel(label, frames[f].label, std::move(offsets), true);
    }
}

std::vector<int> GraphScene::cutSides(std::size_t boundary, const GraphLook& look,
                                      const std::vector<int>& node_owner) const {
    // A stage that has no card of its own takes the group that it shares.
    std::vector<int> sides = node_owner;
    for (const std::size_t stage : {boundary, boundary + 1}) {
        const int platform = static_cast<int>(look.plan->stages[stage].platform.value);
        if (std::find(sides.begin(), sides.end(), platform) != sides.end()) continue;
        for (const LayerId id : look.plan->stages[stage].layers)
            if (int& side = sides[m_view.node_of[id.index()]]; side == kNoOwner) side = platform;
    }
    return sides;
}

void GraphScene::addCuts(const GraphLook& look, const std::vector<int>& node_owner) {
    if (look.plan->scheme != Scheme::Pipeline) return;
    const Theme& theme = *look.theme;
    for (std::size_t b = 0; b + 1 < look.plan->stages.size(); ++b) {
        const int before = static_cast<int>(look.plan->stages[b].platform.value);
        const int after = static_cast<int>(look.plan->stages[b + 1].platform.value);
        m_cuts.push_back(cutLineBetween(m_geometry, cutSides(b, look, node_owner), before, after));
        if (m_cuts.back().lines.empty()) continue;
        const int link = linkBetween(before, after);
        const QColor colour = link >= 0 ? theme.link(static_cast<std::size_t>(link)) : theme.bad;
        auto* line = new CutLineItem(m_cuts.back().lines, colour);
        addItem(line);
        m_overlay.push_back(line);
        if (!look.editable) continue;
        auto* handle = new HandleItem(b, m_geometry.flow == Flow::LeftToRight, colour, theme.surface);
        handle->setPos(m_cuts.back().handle);
        addItem(handle);
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
                at = footOf(m_cuts[b]);
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
            quantityText(payload, Unit::Byte) + QStringLiteral(" / ") + quantityText(seconds, Unit::Second);
        const bool wide = m_geometry.flow == Flow::LeftToRight;
        auto* label =
            new LabelItem({{{text, colour, true}}}, LabelItem::Frame::Box,
                          wide ? LabelItem::Side::Below : LabelItem::Side::Right, theme.surface, colour);
        const double step = wide ? label->width() + 8 : 26;
        if (wide)
            addLabel(label, *at, {{0, -kLift}, {step, -kLift}, {-step, -kLift}, {0, step / 2}}, false);
        else
            addLabel(label, *at, {{0, 0}, {0, step}, {0, -step}, {0, 2 * step}}, false);
    }
}

} // namespace cutline
