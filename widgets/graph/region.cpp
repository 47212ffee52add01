// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/region.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

namespace cutline {
namespace {

constexpr double kRegionRadius = 10;

std::vector<double> stops(std::span<const QRectF> rects, bool horizontal) {
    std::vector<double> values;
    for (const QRectF& r : rects) {
        values.push_back(horizontal ? r.left() : r.top());
        values.push_back(horizontal ? r.right() : r.bottom());
    }
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

std::size_t indexOf(const std::vector<double>& values, double value) {
    return static_cast<std::size_t>(std::lower_bound(values.begin(), values.end(), value) - values.begin());
}

using Corner = std::pair<std::size_t, std::size_t>;

/// The sides of filled cells that face an empty one, with the filled cell to their right.
std::multimap<Corner, Corner> boundary(const std::vector<std::vector<bool>>& filled) {
    std::multimap<Corner, Corner> sides;
    const auto at = [&](std::size_t x, std::size_t y) {
        return x < filled.size() && y < filled.front().size() && filled[x][y];
    };
    for (std::size_t x = 0; x < filled.size(); ++x)
        for (std::size_t y = 0; y < filled.front().size(); ++y) {
            if (!filled[x][y]) continue;
            if (y == 0 || !at(x, y - 1)) sides.emplace(Corner{x, y}, Corner{x + 1, y});
            if (!at(x + 1, y)) sides.emplace(Corner{x + 1, y}, Corner{x + 1, y + 1});
            if (!at(x, y + 1)) sides.emplace(Corner{x + 1, y + 1}, Corner{x, y + 1});
            if (x == 0 || !at(x - 1, y)) sides.emplace(Corner{x, y + 1}, Corner{x, y});
        }
    return sides;
}

/// Owners of one rank with the lateral extents of their cards.
struct Share {
    int owner;
    double low, high;
};
using RankShares = std::vector<Share>;

std::vector<RankShares> sharesOf(const Geometry& g, std::span<const int> owner) {
    std::vector<RankShares> shares(g.rank_begin.size());
    for (std::size_t i = 0; i < g.cards.size(); ++i) {
        if (owner[i] == kNoOwner) continue;
        const double low = g.lateralOf(g.cards[i].topLeft()), high = g.lateralOf(g.cards[i].bottomRight());
        RankShares& rank = shares[g.rank[i]];
        const auto found =
            std::find_if(rank.begin(), rank.end(), [&](const Share& s) { return s.owner == owner[i]; });
        if (found == rank.end())
            rank.push_back({owner[i], low, high});
        else {
            found->low = std::min(found->low, low);
            found->high = std::max(found->high, high);
        }
    }
    return shares;
}

bool owns(const RankShares& rank, int owner) {
    return std::any_of(rank.begin(), rank.end(), [&](const Share& s) { return s.owner == owner; });
}

/// A stretch of a row that one owner has to itself, in main coordinates.
struct Stretch {
    double begin = 0, end = 0;
    std::size_t row = 0;
};

/// Between two rows that an owner fills: the part of the gap under both.
void bridge(const Geometry& g, const std::vector<Stretch>& alone, Region& region) {
    for (const Stretch& upper : alone)
        for (const Stretch& lower : alone) {
            if (lower.row != upper.row + 1) continue;
            const double begin = std::max(upper.begin, lower.begin), end = std::min(upper.end, lower.end);
            if (end - begin < 2 * kRegionRadius) continue;
            region.parts.push_back(
                g.rect(begin, g.rows[upper.row].lateral_end, end, g.rows[lower.row].lateral_begin));
        }
}

} // namespace

std::vector<Region> regionsOf(const Geometry& g, std::span<const int> owner, int count, RegionStyle style) {
    std::vector<Region> regions(static_cast<std::size_t>(count));
    std::vector<std::vector<Stretch>> alone(regions.size());
    const auto shares = sharesOf(g, owner);
    const bool wide = g.flow == Flow::LeftToRight;
    for (std::size_t row_index = 0; row_index < g.rows.size(); ++row_index) {
        const LayoutRow& row = g.rows[row_index];
        for (std::uint32_t r = row.rank_begin; r < row.rank_end; ++r)
            for (const Share& share : shares[r]) {
                Region& region = regions[static_cast<std::size_t>(share.owner)];
                const auto reach = [&](std::uint32_t other, double middle, double edge) {
                    return owns(shares[other], share.owner) ? middle : edge;
                };
                double begin = g.rank_begin[r] - style.pad, end = g.rank_end[r] + style.pad;
                if (r > row.rank_begin)
                    begin = reach(r - 1, (g.rank_end[r - 1] + g.rank_begin[r]) / 2, begin);
                if (r + 1 < row.rank_end) end = reach(r + 1, (g.rank_end[r] + g.rank_begin[r + 1]) / 2, end);
                const bool sole = shares[r].size() == 1;
                const double low = (sole ? row.lateral_begin : share.low) - style.pad;
                const double high = (sole ? row.lateral_end : share.high) + style.pad;
                const double head = wide && sole ? style.head : 0; // the label's line
                // Where others' cards lie beside, there is no line for the label: a later stretch of its own has one.
                const bool first_alone = sole && alone[static_cast<std::size_t>(share.owner)].empty();
                if (region.parts.empty() || (wide && first_alone)) {
                    region.label = wide ? g.at(begin + 4, low - head + 0.75 * style.head)
                                        : g.at(begin + 2, low + style.pad);
                    region.label_space = wide ? end - begin : high - low;
                    if (!wide && region.parts.empty()) begin -= 12;
                }
                auto& mine = alone[static_cast<std::size_t>(share.owner)];
                if (sole && !mine.empty() && mine.back().row == row_index &&
                    mine.back().end >= begin - 0.01) {
                    mine.back().end = end;
                    region.parts.back() = g.rect(mine.back().begin, low - head, end, high);
                    if (wide && mine.size() == 1) region.label_space = end - mine.back().begin - 20;
                    continue;
                }
                if (sole) mine.push_back({begin, end, row_index});
                region.parts.push_back(g.rect(begin, low - head, end, high));
            }
    }
    for (std::size_t i = 0; i < regions.size(); ++i) {
        bridge(g, alone[i], regions[i]);
        regions[i].outline = roundedUnion(regions[i].parts, kRegionRadius);
    }
    return regions;
}

CutLine cutLineBetween(const Geometry& g, std::span<const int> owner, int before, int after) {
    CutLine cut;
    double longest = 0;
    for (const LayoutRow& row : g.rows) {
        // Slices across the flow, at every border of a card of either side.
        struct Card {
            double low, high, begin, end;
            bool is_before;
        };
        std::vector<Card> cards;
        std::vector<double> borders{row.lateral_begin - kRegionPad - 8, row.lateral_end + kRegionPad + 8};
        for (std::size_t i = 0; i < g.cards.size(); ++i) {
            if ((owner[i] != before && owner[i] != after) || g.rank[i] < row.rank_begin ||
                g.rank[i] >= row.rank_end)
                continue;
            const QPointF a = g.cards[i].topLeft(), b = g.cards[i].bottomRight();
            cards.push_back({g.lateralOf(a), g.lateralOf(b), g.mainOf(a), g.mainOf(b), owner[i] == before});
        }
        const auto side = [](bool want) { return [want](const Card& c) { return c.is_before == want; }; };
        const bool has_before = std::any_of(cards.begin(), cards.end(), side(true));
        const bool has_after = std::any_of(cards.begin(), cards.end(), side(false));
        if (!has_before || (!has_after && longest > 0)) continue;
        double last_before = std::numeric_limits<double>::lowest(),
               first_after = std::numeric_limits<double>::max();
        for (const Card& c : cards) {
            if (c.is_before)
                last_before = std::max(last_before, c.end);
            else
                first_after = std::min(first_after, c.begin);
        }
        QPolygonF line;
        if (!has_after) {
            // The boundary falls on the fold: behind the last such row, kept only while no row has both.
            const double main = last_before + kRegionPad + 8;
            line = {g.at(main, borders[0]), g.at(main, borders[1])};
            cut.lines = {line};
            cut.handle = g.at(main, borders[0]);
            continue;
        }
        if (longest == 0) cut.lines.clear();
        if (last_before <= first_after) {
            const double main = (last_before + first_after) / 2;
            line = {g.at(main, borders[0]), g.at(main, borders[1])};
        } else {
            // Sides interleave: follow each slice's own border.
            for (const Card& c : cards) {
                borders.push_back(c.low - kLateralGap / 2);
                borders.push_back(c.high + kLateralGap / 2);
            }
            std::sort(borders.begin(), borders.end());
            std::optional<double> previous;
            for (std::size_t s = 0; s + 1 < borders.size(); ++s) {
                const double middle = (borders[s] + borders[s + 1]) / 2;
                double low = std::numeric_limits<double>::lowest(), high = std::numeric_limits<double>::max();
                for (const Card& c : cards) {
                    if (c.low > middle || c.high < middle) continue;
                    if (c.is_before)
                        low = std::max(low, c.end + kRegionPad + 8);
                    else
                        high = std::min(high, c.begin - kRegionPad - 8);
                }
                double main = previous.value_or((last_before + first_after) / 2);
                if (low <= high) main = std::clamp(main, low, high);
                previous = main;
                line << g.at(main, borders[s]) << g.at(main, borders[s + 1]);
            }
        }
        cut.lines.push_back(line);
        if (const double length = g.lateralOf(line.last()) - g.lateralOf(line.first()); length > longest) {
            longest = length;
            cut.handle = line.first();
        }
    }
    return cut;
}

QPainterPath roundedPolyline(const QPolygonF& line, double radius, bool closed) {
    QPainterPath path;
    const qsizetype n = line.size();
    if (n < 2) return path;
    const auto toward = [](QPointF from, QPointF to, double distance) {
        const QPointF d = to - from;
        const double length = std::hypot(d.x(), d.y());
        return length <= 0 ? from : from + d * (distance / length);
    };
    const auto corner = [&](QPointF a, QPointF b, QPointF c, bool first) {
        const double in = std::hypot(b.x() - a.x(), b.y() - a.y()),
                     out = std::hypot(c.x() - b.x(), c.y() - b.y());
        const double r = std::min({radius, in / 2, out / 2});
        if (first)
            path.moveTo(toward(b, a, r));
        else
            path.lineTo(toward(b, a, r));
        path.quadTo(b, toward(b, c, r));
    };
    if (!closed) path.moveTo(line.first());
    for (qsizetype i = closed ? 0 : 1; i < (closed ? n : n - 1); ++i)
        corner(line[(i + n - 1) % n], line[i], line[(i + 1) % n], closed && i == 0);
    if (closed)
        path.closeSubpath();
    else
        path.lineTo(line.last());
    return path;
}

QPainterPath roundedUnion(std::span<const QRectF> rects, double radius) {
    QPainterPath path;
    if (rects.empty()) return path;
    const auto xs = stops(rects, true), ys = stops(rects, false);
    std::vector<std::vector<bool>> filled(xs.size(), std::vector<bool>(ys.size(), false));
    for (const QRectF& r : rects)
        for (std::size_t x = indexOf(xs, r.left()); x < indexOf(xs, r.right()); ++x)
            for (std::size_t y = indexOf(ys, r.top()); y < indexOf(ys, r.bottom()); ++y) filled[x][y] = true;
    auto sides = boundary(filled);
    while (!sides.empty()) {
        QPolygonF loop;
        const Corner start = sides.begin()->first;
        Corner here = start;
        std::optional<bool> was_horizontal;
        bool first_horizontal = false;
        do {
            const auto next = sides.find(here);
            const bool horizontal = next->second.second == here.second;
            if (!was_horizontal) first_horizontal = horizontal;
            if (!was_horizontal || *was_horizontal != horizontal)
                loop << QPointF(xs[here.first], ys[here.second]);
            was_horizontal = horizontal;
            here = next->second;
            sides.erase(next);
        } while (here != start);
        if (*was_horizontal == first_horizontal) loop.removeFirst();
        path.addPath(roundedPolyline(loop, radius, true));
    }
    return path;
}

} // namespace cutline
