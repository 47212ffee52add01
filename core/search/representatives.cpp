// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/representatives.h"

#include "core/search/pareto.h"
#include "core/search/pareto_archive.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace cutline {
namespace {

/// Squared distance of every front row to the ideal corner, each objective scaled to 0..1 over the front.
std::vector<double> distances(std::span<const double> rows, std::size_t width, std::span<const std::uint32_t> front)
{
    std::vector<double> low(width, std::numeric_limits<double>::infinity()), high(width, -low[0]);
    for (const std::uint32_t i : front)
        for (std::size_t d = 0; d < width; ++d) {
            low[d] = std::min(low[d], rows[i * width + d]);
            high[d] = std::max(high[d], rows[i * width + d]);
        }
    std::vector<double> distance(front.size(), 0);
    for (std::size_t f = 0; f < front.size(); ++f)
        for (std::size_t d = 0; d < width; ++d) {
            if (high[d] <= low[d]) continue;
            const double share = (rows[front[f] * width + d] - low[d]) / (high[d] - low[d]);
            distance[f] += share * share;
        }
    return distance;
}

} // namespace

std::vector<std::uint32_t> representativesOf(std::span<const double> rows, std::size_t width,
                                             std::span<const std::uint32_t> front, double resolution)
{
    std::vector<std::uint32_t> listed;
    if (front.empty()) return listed;
    const auto distance = distances(rows, width, front);
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
        for (std::size_t d = 0; d < width; ++d) {
            const double value = rows[front[f] * width + d];
            relaxed[d] = value + std::abs(value) * resolution;
        }
        if (!shown.covers(relaxed)) add(f);
    }
    std::sort(listed.begin(), listed.end());
    listed.erase(std::unique(listed.begin(), listed.end()), listed.end());
    std::stable_sort(listed.begin(), listed.end(),
                     [&](auto a, auto b) { return rows[a * width] < rows[b * width]; });
    return listed;
}

} // namespace cutline
