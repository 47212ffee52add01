// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/arrange.h"

#include "widgets/graph/route.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace cutline {
namespace {

/// Extents of the ranks [begin, end) across the flow.
struct Extent {
    double low = std::numeric_limits<double>::max(), high = std::numeric_limits<double>::lowest();
    void add(double l, double h) {
        low = std::min(low, l);
        high = std::max(high, h);
    }
};

struct Sizes {
    std::vector<double> main;   ///< by rank: its largest card along the flow
    std::vector<Extent> extent; ///< by rank: cards and passing edges
};

Sizes sizesOf(const LayoutRequest& request, const RankedLayout& layout, std::size_t rank_count) {
    Sizes s{std::vector<double>(rank_count, 0), std::vector<Extent>(rank_count)};
    for (std::size_t i = 0; i < layout.rank.size(); ++i) {
        const std::uint32_t r = layout.rank[i];
        s.main[r] = std::max(s.main[r], request.mainSize(i));
        s.extent[r].add(layout.lateral[i] - request.lateralSize(i) / 2,
                        layout.lateral[i] + request.lateralSize(i) / 2);
    }
    for (std::size_t e = 0; e < request.edges.size(); ++e)
        for (std::size_t k = 0; k < layout.waypoints[e].size(); ++k)
            s.extent[layout.rank[request.edges[e].from] + 1 + k].add(layout.waypoints[e][k],
                                                                     layout.waypoints[e][k]);
    return s;
}

std::vector<std::uint32_t> crossings(const LayoutRequest& request, const RankedLayout& layout,
                                     std::size_t rank_count) {
    std::vector<std::uint32_t> change(rank_count + 1, 0);
    for (const LayoutEdge& e : request.edges) {
        ++change[layout.rank[e.from]];
        --change[layout.rank[e.to]];
    }
    std::partial_sum(change.begin(), change.end(), change.begin());
    return change;
}

/// How large the graph could be shown in `space` when folded at these ranks.
double scaleIn(const std::vector<std::uint32_t>& begins, const Sizes& sizes, std::span<const double> length,
               const RouteStyle& style, double main_space, double lateral_space) {
    double longest = 0, across = 0;
    for (std::size_t row = 0; row < begins.size(); ++row) {
        const std::size_t end = row + 1 < begins.size() ? begins[row + 1] : length.size();
        Extent extent;
        double row_length = 0;
        for (std::size_t r = begins[row]; r < end; ++r) {
            extent.add(sizes.extent[r].low, sizes.extent[r].high);
            row_length += length[r];
        }
        longest = std::max(longest, row_length);
        across += extent.high - extent.low + style.row_head + style.row_gap;
    }
    return std::min(main_space / (longest + 2 * style.row_margin), lateral_space / across);
}

std::vector<std::uint32_t> bestFold(const Sizes& sizes, std::span<const double> length,
                                    std::span<const std::uint32_t> crossing, const RouteStyle& style,
                                    QSizeF space, Flow flow) {
    const double main_space = flow == Flow::LeftToRight ? space.width() : space.height();
    const double lateral_space = flow == Flow::LeftToRight ? space.height() : space.width();
    const double total = std::accumulate(length.begin(), length.end(), 0.0);
    double thickness = 0;
    for (const Extent& e : sizes.extent) thickness += e.high - e.low;
    thickness = thickness / static_cast<double>(sizes.extent.size()) + style.row_head + style.row_gap;
    const double guess = std::sqrt(total * lateral_space / (main_space * thickness));
    const auto most =
        static_cast<std::size_t>(std::clamp(guess * 1.5 + 1, 1.0, static_cast<double>(length.size())));
    const std::size_t step = std::max<std::size_t>(1, most / 24);

    std::vector<std::uint32_t> best{0};
    double best_scale = scaleIn(best, sizes, length, style, main_space, lateral_space);
    for (std::size_t rows = 2; rows <= most && best_scale < 1; rows += step) {
        auto begins = foldRows(length, crossing, rows);
        const double scale = scaleIn(begins, sizes, length, style, main_space, lateral_space);
        // A fold costs the eye something: it must pay.
        if (scale > best_scale * 1.05) {
            best_scale = scale;
            best = std::move(begins);
        }
    }
    return best;
}

} // namespace

std::vector<std::uint32_t> foldRows(std::span<const double> length, std::span<const std::uint32_t> crossing,
                                    std::size_t rows) {
    std::vector<std::uint32_t> begins{0};
    double left = std::accumulate(length.begin(), length.end(), 0.0);
    for (std::size_t row = 0; row + 1 < rows; ++row) {
        const double target = left / static_cast<double>(rows - row);
        double sum = 0, best_cost = std::numeric_limits<double>::max(), best_sum = 0;
        std::size_t best = 0;
        for (std::size_t r = begins.back(); r + 1 < length.size(); ++r) {
            sum += length[r];
            const double off = std::abs(sum - target) / target;
            if (sum > target * 1.25 && best != 0) break;
            const double cost = off + 0.12 * crossing[r];
            if (cost < best_cost) {
                best_cost = cost;
                best = r + 1;
                best_sum = sum;
            }
        }
        if (best == 0) break;
        begins.push_back(static_cast<std::uint32_t>(best));
        left -= best_sum;
    }
    return begins;
}

std::size_t Geometry::rowAt(QPointF p) const {
    const double lateral = lateralOf(p);
    std::size_t best = 0;
    double best_distance = std::numeric_limits<double>::max();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double distance =
            std::max({rows[i].lateral_begin - lateral, lateral - rows[i].lateral_end, 0.0});
        if (distance < best_distance) {
            best_distance = distance;
            best = i;
        }
    }
    return best;
}

Geometry arrange(const LayoutRequest& request, const RankedLayout& layout, QSizeF space) {
    Geometry g;
    g.flow = request.flow;
    if (layout.rank.empty()) return g;
    g.rank = layout.rank;
    const std::size_t rank_count = *std::max_element(g.rank.begin(), g.rank.end()) + 1;
    const Sizes sizes = sizesOf(request, layout, rank_count);
    const RouteStyle style = RouteStyle::of(request.flow);
    Router router(request, layout, rank_count, style);

    std::vector<double> length(rank_count);
    for (std::size_t r = 0; r < rank_count; ++r) length[r] = sizes.main[r] + router.gap(r);
    const auto begins =
        bestFold(sizes, length, crossings(request, layout, rank_count), style, space, request.flow);

    g.rank_begin.resize(rank_count);
    g.rank_end.resize(rank_count);
    g.row_of.resize(rank_count);
    for (std::size_t row = 0; row < begins.size(); ++row) {
        LayoutRow& made = g.rows.emplace_back();
        made.rank_begin = begins[row];
        made.rank_end = row + 1 < begins.size() ? begins[row + 1] : static_cast<std::uint32_t>(rank_count);
        double main = 0;
        Extent extent;
        for (std::uint32_t r = made.rank_begin; r < made.rank_end; ++r) {
            g.rank_begin[r] = main;
            g.rank_end[r] = main + sizes.main[r];
            g.row_of[r] = static_cast<std::uint32_t>(row);
            main += length[r];
            extent.add(sizes.extent[r].low, sizes.extent[r].high);
        }
        made.main_end = g.rank_end[made.rank_end - 1];
        made.lateral_begin = extent.low;
        made.lateral_end = extent.high;
    }
    router.route(g);
    return g;
}

} // namespace cutline
