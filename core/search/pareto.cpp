// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/pareto.h"

#include "core/search/pareto_archive.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace cutline {
namespace {

/// Rows in lexicographic order, equal ones by index: whoever dominates a row stands before it.
std::vector<std::uint32_t> lexicographicOrder(std::span<const double> rows, std::size_t width)
{
    std::vector<std::uint32_t> order(rows.size() / width);
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        for (std::size_t d = 0; d < width; ++d) {
            const double left = rows[a * width + d], right = rows[b * width + d];
            if (left != right) return left < right;
        }
        return a < b;
    });
    return order;
}

std::vector<std::uint32_t> frontOfTwo(std::span<const double> rows, std::span<const std::uint32_t> order)
{
    std::vector<std::uint32_t> front;
    for (const std::uint32_t i : order)
        if (front.empty() || rows[2 * i + 1] < rows[2 * front.back() + 1]) front.push_back(i);
    return front;
}

/// Sweep over the first objective with a staircase of the other two: O(n log n).
std::vector<std::uint32_t> frontOfThree(std::span<const double> rows, std::span<const std::uint32_t> order)
{
    std::vector<std::uint32_t> front;
    std::map<double, double> stairs; // second objective -> least third so far; the third falls as the second grows
    for (const std::uint32_t i : order) {
        const double y = rows[3 * i + 1], z = rows[3 * i + 2];
        auto next = stairs.upper_bound(y);
        if (next != stairs.begin() && std::prev(next)->second <= z) continue;
        front.push_back(i);
        while (next != stairs.end() && next->second >= z) next = stairs.erase(next);
        stairs[y] = z;
    }
    return front;
}

/// Rows by a score that grows with every objective: strong rows come first and turn most others away at once.
std::vector<std::uint32_t> scoreOrder(std::span<const double> rows, std::size_t width)
{
    const std::size_t count = rows.size() / width;
    std::vector<double> low(width, std::numeric_limits<double>::infinity()), scale(width, 0);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        low[i % width] = std::min(low[i % width], rows[i]);
        scale[i % width] = std::max(scale[i % width], rows[i]);
    }
    for (std::size_t d = 0; d < width; ++d) scale[d] = scale[d] > low[d] ? 1 / (scale[d] - low[d]) : 0;
    std::vector<double> score(count, 0);
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t d = 0; d < width; ++d) score[i] += (rows[i * width + d] - low[d]) * scale[d];
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        if (score[a] != score[b]) return score[a] < score[b];
        const auto left = rows.subspan(a * width, width), right = rows.subspan(b * width, width);
        const auto order_of = std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(),
                                                                     right.end());
        return order_of != 0 ? order_of < 0 : a < b;
    });
    return order;
}

} // namespace

std::vector<std::uint32_t> paretoFront(std::span<const double> rows, std::size_t width)
{
    std::vector<std::uint32_t> front;
    if (rows.empty() || width == 0) return front;
    if (width == 1) {
        front.push_back(static_cast<std::uint32_t>(std::min_element(rows.begin(), rows.end()) - rows.begin()));
        return front;
    }
    if (width <= 3) {
        const auto order = lexicographicOrder(rows, width);
        front = width == 2 ? frontOfTwo(rows, order) : frontOfThree(rows, order);
    } else {
        ParetoArchive archive(width);
        for (const std::uint32_t i : scoreOrder(rows, width))
            if (archive.insertLater(rows.subspan(i * width, width))) front.push_back(i);
    }
    std::sort(front.begin(), front.end());
    return front;
}

std::optional<std::size_t> kneeOf(std::span<const double> rows, std::size_t width,
                                  std::span<const std::uint32_t> front)
{
    if (front.empty()) return std::nullopt;
    std::vector<double> low(width, std::numeric_limits<double>::infinity()), high(width, -low[0]);
    for (const std::uint32_t i : front)
        for (std::size_t d = 0; d < width; ++d) {
            low[d] = std::min(low[d], rows[i * width + d]);
            high[d] = std::max(high[d], rows[i * width + d]);
        }
    std::size_t knee = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t f = 0; f < front.size(); ++f) {
        double square = 0;
        for (std::size_t d = 0; d < width; ++d) {
            if (high[d] <= low[d]) continue;
            const double share = (rows[front[f] * width + d] - low[d]) / (high[d] - low[d]);
            square += share * share;
        }
        if (square < least) {
            least = square;
            knee = f;
        }
    }
    return knee;
}

} // namespace cutline
