// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/route.h"

#include "widgets/graph/arrange.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace cutline {
namespace {

/// How near an edge may pass a card.
constexpr double kClearance = 5;

/// The free stretch of a rank around a lateral position, between two cards.
struct Free {
    double low = std::numeric_limits<double>::lowest(), high = std::numeric_limits<double>::max();
    bool empty() const { return low > high; }
};

/// Gives intervals tracks so that different sources never share one where they overlap; one source's share a
/// track.
template <class Jogs>
std::uint32_t assignTracks(Jogs& jogs) {
    std::sort(jogs.begin(), jogs.end(), [](const auto& a, const auto& b) {
        return std::tuple(a.source, a.low, a.edge) < std::tuple(b.source, b.low, b.edge);
    });
    struct Span {
        double low, high;
    };
    std::vector<std::vector<Span>> tracks;
    for (std::size_t i = 0; i < jogs.size();) {
        std::size_t end = i;
        Span span{jogs[i].low, jogs[i].high};
        for (; end < jogs.size() && jogs[end].source == jogs[i].source; ++end) {
            span.low = std::min(span.low, jogs[end].low);
            span.high = std::max(span.high, jogs[end].high);
        }
        std::size_t track = 0;
        const auto blocked = [&](const std::vector<Span>& taken) {
            return std::any_of(taken.begin(), taken.end(), [&](const Span& s) {
                return s.low <= span.high + 2 && span.low <= s.high + 2;
            });
        };
        while (track < tracks.size() && blocked(tracks[track])) ++track;
        if (track == tracks.size()) tracks.emplace_back();
        tracks[track].push_back(span);
        for (; i < end; ++i) jogs[i].track = static_cast<std::uint32_t>(track);
    }
    return static_cast<std::uint32_t>(tracks.size());
}

} // namespace

RouteStyle RouteStyle::of(Flow flow) {
    RouteStyle style;
    // Top to bottom the region's label stands in the gap above its first card, not above the row.
    if (flow == Flow::TopToBottom) {
        style.row_head = 0;
        style.rank_gap = 38;
        style.row_gap = 44;
    }
    return style;
}

Router::Router(const LayoutRequest& request, const RankedLayout& layout, std::size_t rank_count,
               const RouteStyle& style)
    : m_request(request), m_layout(layout), m_style(style) {
    std::vector<std::vector<std::uint32_t>> nodes_of_rank(rank_count);
    for (std::uint32_t i = 0; i < layout.rank.size(); ++i) nodes_of_rank[layout.rank[i]].push_back(i);
    for (auto& nodes : nodes_of_rank)
        std::sort(nodes.begin(), nodes.end(),
                  [&](auto a, auto b) { return layout.lateral[a] < layout.lateral[b]; });
    straighten(nodes_of_rank);
    findJogs(rank_count);
}

void Router::straighten(std::span<const std::vector<std::uint32_t>> nodes_of_rank) {
    const auto freeAt = [&](std::size_t rank, double lateral) {
        Free free;
        for (const std::uint32_t node : nodes_of_rank[rank]) {
            const double centre = m_layout.lateral[node];
            const double half = m_request.lateralSize(node) / 2 + kClearance;
            if (centre <= lateral)
                free.low = centre + half;
            else {
                free.high = centre - half;
                break;
            }
        }
        return free;
    };
    m_line.reserve(m_request.edges.size());
    for (std::size_t e = 0; e < m_request.edges.size(); ++e) {
        const auto [from, to] = m_request.edges[e];
        const std::vector<double>& points = m_layout.waypoints[e];
        std::vector<double> line{m_layout.lateral[from]};
        for (std::size_t k = 0; k < points.size();) {
            Free common;
            double sum = 0;
            const std::size_t first = k;
            for (; k < points.size(); ++k) {
                const Free free = freeAt(m_layout.rank[from] + 1 + k, points[k]);
                const Free both{std::max(common.low, free.low), std::min(common.high, free.high)};
                if (both.empty() && k > first) break;
                common = both;
                sum += points[k];
            }
            double lateral = sum / static_cast<double>(k - first);
            // A run that may keep the line of either end does: fewer bends.
            const double mine = line.back(), theirs = m_layout.lateral[to];
            if (mine >= common.low && mine <= common.high)
                lateral = mine;
            else if (k == points.size() && theirs >= common.low && theirs <= common.high)
                lateral = theirs;
            else if (!common.empty())
                lateral = std::clamp(lateral, common.low, common.high);
            line.insert(line.end(), k - first, lateral);
        }
        line.push_back(m_layout.lateral[to]);
        m_line.push_back(std::move(line));
    }
}

void Router::findJogs(std::size_t rank_count) {
    m_jogs.resize(rank_count);
    for (std::uint32_t e = 0; e < m_line.size(); ++e) {
        const std::uint32_t from = m_request.edges[e].from;
        for (std::size_t k = 0; k + 1 < m_line[e].size(); ++k) {
            const auto [low, high] = std::minmax(m_line[e][k], m_line[e][k + 1]);
            if (high - low >= 0.5) m_jogs[m_layout.rank[from] + k].push_back({e, from, low, high});
        }
    }
    for (auto& jogs : m_jogs) {
        m_tracks.push_back(assignTracks(jogs));
        std::sort(jogs.begin(), jogs.end(), [](const Jog& a, const Jog& b) { return a.edge < b.edge; });
        // Beyond a dozen tracks the spacing shrinks instead of the gap growing without end.
        const double tracks = std::min<double>(m_tracks.back(), 12);
        m_gap.push_back(std::max(m_style.rank_gap, 24 + tracks * m_style.track));
    }
}

void Router::place(Geometry& g) const {
    g.cards.resize(m_layout.rank.size());
    for (std::size_t i = 0; i < g.cards.size(); ++i) {
        const std::uint32_t r = g.rank[i];
        const LayoutRow& row = g.rows[g.row_of[r]];
        const double lateral = m_layout.lateral[i] + row.lateral_begin;
        const double half = m_request.lateralSize(i) / 2;
        const double begin = g.rank_begin[r] + (g.rank_end[r] - g.rank_begin[r] - m_request.mainSize(i)) / 2;
        g.cards[i] =
            g.rect(begin, lateral - half, begin + m_request.mainSize(i), lateral + half).normalized();
        g.bounds |= g.cards[i];
    }
}

void Router::route(Geometry& g) const {
    // Per fold: lanes between the rows and tracks at both ends, one per source that crosses.
    std::vector<std::map<std::uint32_t, std::uint32_t>> lane_of(g.rows.size());
    for (const LayoutEdge& e : m_request.edges)
        for (std::uint32_t row = g.row_of[g.rank[e.from]]; row < g.row_of[g.rank[e.to]]; ++row)
            lane_of[row].emplace(e.from, static_cast<std::uint32_t>(lane_of[row].size()));

    double offset = 0, most_lanes = 0;
    for (std::size_t i = 0; i < g.rows.size(); ++i) {
        LayoutRow& row = g.rows[i];
        const double size = row.lateral_end - row.lateral_begin, low = row.lateral_begin;
        offset += m_style.row_head;
        // The shift that lateral coordinates of this row get stands in lateral_begin until all are placed.
        row.lateral_begin = offset - low;
        row.lateral_end = offset + size;
        const double lanes = std::min<double>(static_cast<double>(lane_of[i].size()), 16);
        most_lanes = std::max(most_lanes, lanes);
        offset += size + m_style.row_gap + std::max(0.0, lanes - 1) * m_style.track;
    }
    place(g);

    for (std::uint32_t e = 0; e < m_line.size(); ++e) {
        const auto [from, to] = m_request.edges[e];
        QPolygonF path;
        const auto add = [&](double main, double lateral) {
            const QPointF p = g.at(main, lateral);
            if (path.isEmpty() || path.last() != p) path << p;
        };
        const auto& line = m_line[e];
        const auto shift = [&](std::size_t rank) { return g.rows[g.row_of[rank]].lateral_begin; };
        const std::size_t first = g.rank[from];
        const QRectF source = g.cards[from], target = g.cards[to];
        const double start = g.mainOf(source.bottomRight()), end = g.mainOf(target.topLeft());
        add(start, line.front() + shift(first));
        for (std::size_t k = 0; k + 1 < line.size(); ++k) {
            const std::size_t r = first + k;
            const double here = line[k] + shift(r), next = line[k + 1] + shift(r + 1);
            if (g.row_of[r] != g.row_of[r + 1]) {
                const LayoutRow& row = g.rows[g.row_of[r]];
                const LayoutRow& below = g.rows[g.row_of[r] + 1];
                const double lane = std::min<double>(lane_of[g.row_of[r]].at(from), 15) * m_style.track;
                const double between = row.lateral_end + m_style.row_gap / 2 + lane;
                add(row.main_end + m_style.row_margin - 6 + lane, here);
                add(row.main_end + m_style.row_margin - 6 + lane, between);
                add(below.main_begin - m_style.row_margin - lane, between);
                add(below.main_begin - m_style.row_margin - lane, next);
            } else if (const auto jog =
                           std::lower_bound(m_jogs[r].begin(), m_jogs[r].end(), e,
                                            [](const Jog& j, std::uint32_t i) { return j.edge < i; });
                       jog != m_jogs[r].end() && jog->edge == e) {
                const double gap = g.rank_begin[r + 1] - g.rank_end[r];
                const double spacing = std::min(m_style.track, (gap - 24) / std::max<double>(1, m_tracks[r]));
                const double middle = g.rank_end[r] + gap / 2 - 2;
                const double main = middle + (jog->track - (m_tracks[r] - 1) / 2.0) * spacing;
                add(main, here);
                add(main, next);
            }
        }
        add(end, line.back() + shift(g.rank[to]));
        g.routes.push_back(path);
        g.bounds |= path.boundingRect();
    }
    for (LayoutRow& row : g.rows)
        row.lateral_begin = row.lateral_end; // replaced below by the cards' own extents
    for (std::size_t i = 0; i < g.cards.size(); ++i) {
        LayoutRow& row = g.rows[g.row_of[g.rank[i]]];
        row.lateral_begin = std::min(row.lateral_begin, g.lateralOf(g.cards[i].topLeft()));
    }
}

} // namespace cutline
