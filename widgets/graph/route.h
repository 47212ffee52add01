// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/graph/layout.h"

#include <cstdint>
#include <span>
#include <vector>

namespace cutline {

struct Geometry;

/// Distances of edges, pixels.
struct RouteStyle {
    double rank_gap = 40;   ///< least space between ranks
    double track = 6;       ///< between parallel stretches in a gap
    double row_head = 20;   ///< above a row's cards: the region's label
    double row_gap = 30;    ///< between rows, without lanes
    double row_margin = 22; ///< before and behind a row, without tracks
    static RouteStyle of(Flow flow);
};

/// Right-angled routes: straight through the free space of the ranks an edge passes, one jog per gap where it
/// must, each source on a track of its own; over a fold it leaves at the row's end, runs back between the
/// rows and enters the next.
class Router {
public:
    Router(const LayoutRequest& request, const RankedLayout& layout, std::size_t rank_count,
           const RouteStyle& style);

    /// Space needed behind rank r.
    double gap(std::size_t r) const { return m_gap[r]; }

    /// Moves the rows apart (their lateral extents come in as laid out), fills cards, routes and bounds.
    void route(Geometry& geometry) const;

private:
    struct Jog {
        std::uint32_t edge, source;
        double low, high;
        std::uint32_t track = 0;
    };
    struct Lane {
        std::uint32_t source, lane;
    };
    void straighten(std::span<const std::vector<std::uint32_t>> nodes_of_rank);
    void findJogs(std::size_t rank_count);
    void place(Geometry& geometry) const;

    const LayoutRequest& m_request;
    const RankedLayout& m_layout;
    RouteStyle m_style;
    std::vector<std::vector<double>> m_line; ///< by edge: lateral at every rank from its source to its target
    std::vector<std::vector<Jog>> m_jogs;    ///< by gap
    std::vector<std::uint32_t> m_tracks;     ///< by gap: how many
    std::vector<double> m_gap;
};

} // namespace cutline
