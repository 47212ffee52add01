// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/graph/arrange.h"

#include <QPainterPath>

#include <span>
#include <vector>

namespace cutline {

/// The area of one owner's cards (a platform), in scene coordinates.
struct Region {
    std::vector<QRectF> parts;
    QPainterPath outline;   ///< around all parts, corners rounded
    QPointF label;          ///< left end of the label's line, vertically centred
    double label_space = 0; ///< pixels the label may take
};

/// Nodes without an owner (groups that several platforms share) have this one.
inline constexpr int kNoOwner = -1;

/// Room around an area's cards, and above a row that an area has to itself: its label's line.
struct RegionStyle {
    double pad = kRegionPad, head = 16;
};

/// Regions of owners 0..count-1; an owner without nodes has no parts. Ranks that several owners share are
/// split across the flow. Linear in nodes and ranks, so that it can follow a drag.
std::vector<Region> regionsOf(const Geometry& geometry, std::span<const int> owner, int count,
                              RegionStyle style = {});

/// Where one owner's cards end and another's begin.
struct CutLine {
    std::vector<QPolygonF> lines; ///< one per row that the boundary touches
    QPointF handle;
};
CutLine cutLineBetween(const Geometry& geometry, std::span<const int> owner, int before, int after);

/// The outline of a union of rectangles with its corners rounded; holes stay holes.
QPainterPath roundedUnion(std::span<const QRectF> rects, double radius);

/// A path through the points of a polyline with its corners rounded.
QPainterPath roundedPolyline(const QPolygonF& line, double radius, bool closed = false);

} // namespace cutline
