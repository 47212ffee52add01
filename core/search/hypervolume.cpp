// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/hypervolume.h"

#include <pagmo/utils/hypervolume.hpp>

#include <algorithm>

namespace cutline {

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

} // namespace cutline
