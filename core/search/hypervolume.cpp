// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/hypervolume.h"

#include "core/search/pareto_archive.h"

#include <pagmo/utils/hypervolume.hpp>

#include <algorithm>
#include <random>
#include <vector>

namespace cutline {
namespace {

constexpr std::size_t kExactWidth = 3, kExactRows = 200, kPoints = 20'000;
constexpr double kBeyond = 1.01; ///< of the way from the ideal to the worst value

/// Share of points at random in the unit cube that some row is no worse than.
double sampledShare(std::span<const double> rows, std::size_t width)
{
    ParetoArchive archive(width);
    for (std::size_t at = 0; at < rows.size(); at += width) archive.insert(rows.subspan(at, width));
    std::mt19937_64 random(1);
    std::vector<double> point(width);
    std::size_t covered = 0;
    for (std::size_t i = 0; i < kPoints; ++i) {
        for (double& value : point) value = static_cast<double>(random() >> 11) * 0x1p-53;
        covered += archive.covers(point);
    }
    return static_cast<double>(covered) / static_cast<double>(kPoints);
}

} // namespace

double hypervolume(std::span<const double> rows, std::size_t width, std::span<const double> reference)
{
    std::vector<pagmo::vector_double> points;
    for (std::size_t at = 0; at + width <= rows.size(); at += width) {
        const auto row = rows.subspan(at, width);
        if (std::equal(row.begin(), row.end(), reference.begin(), [](double a, double b) { return a < b; }))
            points.emplace_back(row.begin(), row.end());
    }
    if (points.empty()) return 0;
    if (width == 1) return reference[0] - (*std::min_element(points.begin(), points.end()))[0];
    const pagmo::vector_double corner(reference.begin(), reference.end());
    return pagmo::hypervolume(std::move(points)).compute(corner);
}

double hypervolumeShare(std::span<const double> rows, std::size_t width, std::span<const double> ideal)
{
    if (rows.empty()) return 0;
    const std::size_t count = rows.size() / width;
    std::vector<std::size_t> varying;
    std::vector<double> size;
    for (std::size_t d = 0; d < width; ++d) {
        double worst = rows[d];
        for (std::size_t r = 0; r < count; ++r) worst = std::max(worst, rows[r * width + d]);
        if (worst <= ideal[d]) continue;
        varying.push_back(d);
        size.push_back(kBeyond * (worst - ideal[d]));
    }
    if (varying.empty()) return 1;
    std::vector<double> scaled; // to the unit cube
    for (std::size_t r = 0; r < count; ++r)
        for (std::size_t v = 0; v < varying.size(); ++v)
            scaled.push_back(std::max(0.0, rows[r * width + varying[v]] - ideal[varying[v]]) / size[v]);
    if (varying.size() > kExactWidth && count > kExactRows) return sampledShare(scaled, varying.size());
    return hypervolume(scaled, varying.size(), std::vector<double>(varying.size(), 1));
}

} // namespace cutline
