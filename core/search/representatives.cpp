// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/representatives.h"

#include "core/search/pareto.h"
#include "core/search/pareto_archive.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

namespace cutline {
namespace {

/// The front's plans in a cube: each objective scaled to 0..1 over the front.
class Cube
{
public:
    Cube(std::span<const double> rows, std::size_t width, std::span<const std::uint32_t> front)
        : m_rows(rows), m_width(width), m_low(width, std::numeric_limits<double>::infinity()), m_scale(width, 0)
    {
        for (std::size_t d = 0; d < width; ++d) {
            double high = -m_low[d];
            for (const std::uint32_t plan : front) {
                m_low[d] = std::min(m_low[d], value(plan, d));
                high = std::max(high, value(plan, d));
            }
            if (high > m_low[d]) m_scale[d] = 1 / (high - m_low[d]);
        }
    }
    double value(std::uint32_t plan, std::size_t d) const { return m_rows[plan * m_width + d]; }
    double apart(std::uint32_t a, std::uint32_t b, std::size_t d) const
    {
        return (value(a, d) - value(b, d)) * m_scale[d];
    }
    /// Squared.
    double toCorner(std::uint32_t plan) const
    {
        double sum = 0;
        for (std::size_t d = 0; d < m_width; ++d) {
            const double share = (value(plan, d) - m_low[d]) * m_scale[d];
            sum += share * share;
        }
        return sum;
    }
    /// Squared.
    double between(std::uint32_t a, std::uint32_t b) const
    {
        double sum = 0;
        for (std::size_t d = 0; d < m_width; ++d) sum += apart(a, b, d) * apart(a, b, d);
        return sum;
    }
    /// Nowhere worse than these values.
    bool covers(std::uint32_t listed, std::span<const double> values) const
    {
        for (std::size_t d = 0; d < m_width; ++d)
            if (value(listed, d) > values[d]) return false;
        return true;
    }
    void relax(std::uint32_t plan, double resolution, std::span<double> values) const
    {
        for (std::size_t d = 0; d < m_width; ++d) values[d] = value(plan, d) + std::abs(value(plan, d)) * resolution;
    }

private:
    std::span<const double> m_rows;
    std::size_t m_width;
    std::vector<double> m_low, m_scale;
};

/// The nearest of `listed` that is nowhere worse than a plan's relaxed values; the plan itself where none is. Looks from its
/// first objective both ways, as far as that alone is no further off than the best so far.
std::uint32_t standInFor(std::uint32_t plan, const Cube& cube, std::span<const std::uint32_t> listed, std::span<const double> relaxed)
{
    std::uint32_t best = plan;
    double least = std::numeric_limits<double>::infinity();
    const auto consider = [&](std::uint32_t other) {
        const double first = cube.apart(other, plan, 0);
        if (first * first > least) return false;
        if (!cube.covers(other, relaxed)) return true;
        const double distance = cube.between(other, plan);
        if (distance < least || (distance == least && other < best)) {
            least = distance;
            best = other;
        }
        return true;
    };
    const auto middle = std::lower_bound(listed.begin(), listed.end(), plan, [&](std::uint32_t a, std::uint32_t b) {
        return cube.value(a, 0) < cube.value(b, 0);
    });
    for (auto up = middle; up != listed.end() && cube.value(*up, 0) <= relaxed[0]; ++up)
        if (!consider(*up)) break;
    for (auto down = middle; down != listed.begin();)
        if (!consider(*--down)) break;
    return best;
}

} // namespace

std::vector<std::uint32_t> representativesOf(std::span<const double> rows, std::size_t width,
                                             std::span<const std::uint32_t> front, double resolution)
{
    std::vector<std::uint32_t> listed;
    if (front.empty()) return listed;
    const Cube cube(rows, width, front);
    std::vector<double> distance;
    for (const std::uint32_t plan : front) distance.push_back(cube.toCorner(plan));
    std::vector<std::uint32_t> order(front.size());
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return distance[a] < distance[b]; });

    ParetoArchive shown(width);
    const auto add = [&](std::uint32_t f) {
        shown.insert(rows.subspan(front[f] * width, width));
        listed.push_back(front[f]);
    };
    for (std::size_t d = 0; d < width; ++d)
        add(static_cast<std::uint32_t>(
            std::min_element(front.begin(), front.end(),
                             [&](auto a, auto b) { return rows[a * width + d] < rows[b * width + d]; }) -
            front.begin()));
    add(static_cast<std::uint32_t>(*kneeOf(rows, width, front)));
    std::vector<double> relaxed(width);
    for (const std::uint32_t f : order) {
        cube.relax(front[f], resolution, relaxed);
        if (!shown.covers(relaxed)) add(f);
    }
    std::sort(listed.begin(), listed.end());
    listed.erase(std::unique(listed.begin(), listed.end()), listed.end());
    std::stable_sort(listed.begin(), listed.end(),
                     [&](auto a, auto b) { return rows[a * width] < rows[b * width]; });
    return listed;
}

std::vector<std::uint32_t> representedBy(std::span<const double> rows, std::size_t width,
                                         std::span<const std::uint32_t> front, std::span<const std::uint32_t> listed,
                                         double resolution)
{
    std::vector<std::uint32_t> stand_ins(front.begin(), front.end());
    const Cube cube(rows, width, front);
    const std::set<std::uint32_t> themselves(listed.begin(), listed.end());
    std::vector<double> relaxed(width);
    for (std::uint32_t& plan : stand_ins) {
        if (themselves.contains(plan)) continue;
        cube.relax(plan, resolution, relaxed);
        plan = standInFor(plan, cube, listed, relaxed);
    }
    return stand_ins;
}

} // namespace cutline
