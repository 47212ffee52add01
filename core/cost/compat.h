// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string_view>

namespace cutline {

/// Quirks of the published evaluation (metrics.md "Compatibility mode kress-2024"), each off by default.
struct Compat {
    bool conv_only = false;         ///< layers without a profile row, and all but convolution, cost nothing
    bool dense_groups = false;      ///< grouped convolution costed and stored as dense
    bool published_mapping = false; ///< their mapping search order
    bool first_fill = false;        ///< a write for every partial sum's first arrival
    bool mac_fallback = false;      ///< SMB's 0.25 pJ
    bool link_16_bit = false;       ///< one 16-bit word per element on every link
    bool payload_overcount =
        false; ///< not-yet-executed predecessors of a crossing layer's successors are shipped too
    bool free_overload = false;  ///< an over-subscribed link (at 25 inputs/s) costs nothing
    bool element_memory = false; ///< memory in elements: weights (no bias) + max(own output + live outputs)
    bool edge_cuts = false;      ///< cuts are positions of one schedule: input, any layer, output

    bool any() const { return *this != Compat{}; }
    static Compat kress2024();
    friend bool operator==(const Compat&, const Compat&) = default;
};

/// "kress-2024" or "link-16-bit,dense-groups". Error: the unknown name and the ones there are.
Result<Compat> parseCompat(std::string_view names);

} // namespace cutline
