// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/search.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace cutline {

/// One listed candidate, ready to be written. Private to the room's .cpp files.
struct ListedPlan {
    std::size_t index = 0; ///< among the candidates
    bool on_front = false;
    Plan plan;
    Metrics metrics;
    std::vector<std::string> cut_labels; ///< where cuts are positions
    std::vector<PlatformId> chain;       ///< then: all platforms in order
};

/// Text of every listed candidate in order; evaluated and written in parallel, the same for any number of
/// threads.
std::string writeListed(const Evaluator& evaluator, const SearchResult& result,
                        std::span<const std::uint32_t> which,
                        const std::function<void(std::string& out, const ListedPlan& plan)>& write);

} // namespace cutline
