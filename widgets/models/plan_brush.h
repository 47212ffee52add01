// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/plan_facts.h"

#include <vector>

namespace cutline {

/// Ranges of figures that a person has marked: plans outside are dimmed everywhere, never hidden.
struct PlanBrush {
    struct Range {
        Objective objective = Objective::Latency;
        double low = 0, high = 0; ///< of the shown value, SI (throughput for the initiation interval)
        friend bool operator==(const Range&, const Range&) = default;
    };
    std::vector<Range> ranges; ///< at most one per objective

    bool empty() const { return ranges.empty(); }
    bool accepts(const Summary& summary) const;
    const Range* of(Objective objective) const;
    void set(const Range& range);
    void clear(Objective objective);
    friend bool operator==(const PlanBrush&, const PlanBrush&) = default;
};

} // namespace cutline
