// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/loopnest/machine.h"
#include "core/cost/loopnest/nest.h"

#include <cstdint>
#include <optional>

namespace cutline::loopnest {

/// The mapping that the search behind the published figures stops at (cost.md, "Compatibility search"): eight streams
/// over a mixed-radix index of tilings, each ending after 100 valid mappings in a row that are not better.
/// Nothing where no mapping is valid, or where `limit` indices were looked at without an end.
struct PublishedSearch {
    std::optional<Mapping> mapping;
    std::uint64_t evaluated = 0; ///< valid mappings
};
PublishedSearch searchAsPublished(const Machine& machine, const NestShape& shape,
                                  std::uint64_t limit = 50'000'000);

} // namespace cutline::loopnest
