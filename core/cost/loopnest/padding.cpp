// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/padding.h"

#include "core/cost/loopnest/analysis.h"

#include <algorithm>

namespace cutline::loopnest {

namespace {

std::vector<std::uint32_t> paddings(const Machine& machine, std::size_t dim, std::uint32_t size)
{
    std::uint64_t widest = 1;
    for (const MachineLevel& level : machine.levels)
        if ((level.spatial & bit(dim)) != 0) widest *= level.fan_out;
    const std::uint64_t most = std::uint64_t{size} + size / 8;
    std::vector<std::uint32_t> found;
    for (std::uint64_t factor = 2; factor <= std::min(widest, most); ++factor) {
        const std::uint64_t padded = (size + factor - 1) / factor * factor;
        if (padded != size && padded <= most) found.push_back(static_cast<std::uint32_t>(padded));
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

} // namespace

double stepsAtBest(const Machine& machine, const Sizes& size)
{
    double work = 1;
    for (const std::uint32_t factor : size) work *= factor;
    return work / macUnits(machine);
}

std::vector<Sizes> paddedSizes(const Machine& machine, const NestShape& shape)
{
    std::vector<Sizes> sizes{shape.size};
    for (const std::size_t dim : {std::size_t{Q}, std::size_t{M}, std::size_t{C}}) {
        const auto values = paddings(machine, dim, shape.size[dim]);
        const std::size_t known = sizes.size();
        for (std::size_t i = 0; i < known; ++i) {
            for (const std::uint32_t padded : values) {
                sizes.push_back(sizes[i]);
                sizes.back()[dim] = padded;
            }
        }
    }
    sizes.erase(sizes.begin());
    std::stable_sort(sizes.begin(), sizes.end(), [&](const Sizes& a, const Sizes& b) {
        return stepsAtBest(machine, a) < stepsAtBest(machine, b);
    });
    return sizes;
}

} // namespace cutline::loopnest
