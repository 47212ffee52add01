// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/promising_sets.h"

#include <algorithm>
#include <array>
#include <utility>

namespace cutline {

std::vector<char> promisingSets(const PipelineSpace& space, const PipelineModel& model)
{
    constexpr std::size_t kShares = 40, kOfEach = 3;
    const std::size_t sets = space.sets().size();
    const auto& order = space.orders().back();
    if (sets <= 2 * kShares * kOfEach || sets <= 2 * space.sets().groupCount() || order.size() < 2) return {};
    const double whole_s = model.stage(order[0], 0, space.lastSet()).busy_s;
    std::array<std::vector<std::pair<double, std::uint32_t>>, kShares + 1> by_share; // bytes and set
    for (std::uint32_t set = 1; set < space.lastSet(); ++set) {
        const double done = whole_s > 0 ? model.stage(order[0], 0, set).busy_s / whole_s : 0;
        by_share[static_cast<std::size_t>(std::min(done, 1.0) * kShares)].emplace_back(model.message(order[0], order[1], set).bytes, set);
    }
    std::vector<char> promising(sets, false);
    for (auto& share : by_share) {
        std::ranges::sort(share);
        for (std::size_t i = 0; i < std::min(kOfEach, share.size()); ++i) promising[share[i].second] = true;
    }
    promising.back() = true;
    return promising;
}

} // namespace cutline
