// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/padding.h"

#include "core/cost/loopnest/analysis.h"

#include <algorithm>
#include <array>

namespace cutline::loopnest {

namespace {

constexpr std::array<std::size_t, 3> kPaddedDims{Q, M, C};

std::uint64_t mostOf(std::uint32_t size) { return std::uint64_t{size} + size / 8; }

std::vector<std::uint32_t> paddings(const Machine& machine, std::size_t dim, std::uint32_t size)
{
    std::uint64_t widest = 1;
    for (const MachineLevel& level : machine.levels)
        if ((level.spatial & bit(dim)) != 0) widest *= level.fan_out;
    const std::uint64_t most = mostOf(size);
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

std::vector<Sizes> paddedSizes(const Machine& machine, const NestShape& shape, double below_steps)
{
    const auto lessWork = [&](const Sizes& a, const Sizes& b) { return stepsAtBest(machine, a) < stepsAtBest(machine, b); };
    std::vector<Sizes> sizes{shape.size};
    for (const std::size_t dim : kPaddedDims) {
        const auto values = paddings(machine, dim, shape.size[dim]);
        const std::size_t known = sizes.size();
        for (std::size_t i = 0; i < known; ++i) {
            // Both lists ascend: the j-th value of the i-th size has i * j others before it.
            for (std::size_t j = 0; j < values.size() && (i + 1) * (j + 1) <= kMostPadded; ++j) {
                Sizes size = sizes[i];
                size[dim] = values[j];
                if (stepsAtBest(machine, size) >= below_steps) break;
                sizes.push_back(size);
            }
        }
        // The unpadded sizes stay in front: nothing is less work.
        std::stable_sort(sizes.begin(), sizes.end(), lessWork);
        if (sizes.size() > kMostPadded + 1) sizes.resize(kMostPadded + 1);
    }
    sizes.erase(sizes.begin());
    return sizes;
}

bool arePadded(const NestShape& shape, const Sizes& size)
{
    for (std::size_t dim = 0; dim < kDims; ++dim) {
        const bool may = std::find(kPaddedDims.begin(), kPaddedDims.end(), dim) != kPaddedDims.end();
        if (size[dim] < shape.size[dim] || size[dim] > (may ? mostOf(shape.size[dim]) : shape.size[dim])) return false;
    }
    return true;
}

std::string paddingText(const NestShape& shape, const Sizes& size)
{
    std::string text;
    for (std::size_t dim = 0; dim < kDims; ++dim) {
        if (size[dim] == shape.size[dim]) continue;
        if (!text.empty()) text += ", ";
        text += kDimNames[dim] + std::string(" padded from ") + std::to_string(shape.size[dim]) + " to " + std::to_string(size[dim]);
    }
    return text;
}

} // namespace cutline::loopnest
