// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/plan_facts.h"

#include <memory>
#include <vector>

namespace cutline {

/// Ranges of figures that a person has marked, and what the table's filter leaves: plans outside are dimmed everywhere,
/// never hidden.
struct PlanBrush {
    struct Range {
        Objective objective = Objective::Latency;
        double low = 0, high = 0; ///< of the shown value, SI (throughput for the initiation interval)
        friend bool operator==(const Range&, const Range&) = default;
    };
    std::vector<Range> ranges; ///< at most one per objective

    std::shared_ptr<const std::vector<bool>> passing; ///< by plan: passes the filter; null: there is none

    bool empty() const { return ranges.empty() && !passing; }
    bool accepts(const Summary& summary) const; ///< the ranges
    bool accepts(std::uint32_t plan, const Summary& summary) const {
        return (!passing || plan >= passing->size() || (*passing)[plan]) && accepts(summary);
    }
    const Range* of(Objective objective) const;
    void set(const Range& range);
    void clear(Objective objective);
    PlanBrush withoutRanges() const { return {{}, passing}; }
    friend bool operator==(const PlanBrush&, const PlanBrush&) = default;
};

} // namespace cutline
