// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/graph/layout.h"

#include <QPointF>
#include <QPolygonF>
#include <QRectF>

#include <cstdint>
#include <span>
#include <vector>

namespace cutline {

/// A stretch of ranks that stands in one row (left to right) or column (top to bottom).
struct LayoutRow {
    std::uint32_t rank_begin = 0, rank_end = 0; ///< [begin, end)
    double main_begin = 0, main_end = 0;        ///< first card's start, last card's end
    double lateral_begin = 0, lateral_end = 0;  ///< extent of its cards
};

/// Where everything stands, in scene pixels.
struct Geometry {
    Flow flow = Flow::LeftToRight;
    std::vector<QRectF> cards;       ///< by node
    std::vector<QPolygonF> routes;   ///< by edge: from the source's border to the target's, right angles only
    std::vector<std::uint32_t> rank; ///< by node
    std::vector<double> rank_begin, rank_end; ///< by rank: along the flow
    std::vector<std::uint32_t> row_of;        ///< by rank
    std::vector<LayoutRow> rows;
    QRectF bounds;

    /// Main and lateral coordinates to scene coordinates and back.
    QPointF at(double main, double lateral) const {
        return flow == Flow::LeftToRight ? QPointF(main, lateral) : QPointF(lateral, main);
    }
    QRectF rect(double main0, double lateral0, double main1, double lateral1) const {
        return QRectF(at(main0, lateral0), at(main1, lateral1));
    }
    double mainOf(QPointF p) const { return flow == Flow::LeftToRight ? p.x() : p.y(); }
    double lateralOf(QPointF p) const { return flow == Flow::LeftToRight ? p.y() : p.x(); }
    /// The row whose extent is nearest to a scene point.
    std::size_t rowAt(QPointF p) const;
};

/// Room around a region's cards; the gap between ranks holds two of them and the cut line between.
inline constexpr double kRegionPad = 11;

/// Gives ranks their places along the flow, folds long graphs into rows that suit `space` (its aspect ratio),
/// and routes the edges. Pure; the same for every engine.
Geometry arrange(const LayoutRequest& request, const RankedLayout& layout, QSizeF space);

/// Rank indices where rows begin (the first is 0). Breaks lie near equal lengths, where fewest edges cross.
/// `length[r]`: rank r with the gap behind it; `crossing[r]`: edges between ranks r and r + 1.
std::vector<std::uint32_t> foldRows(std::span<const double> length, std::span<const std::uint32_t> crossing,
                                    std::size_t rows);

} // namespace cutline
