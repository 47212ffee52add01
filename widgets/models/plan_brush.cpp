// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/plan_brush.h"

#include <algorithm>

namespace cutline {

bool PlanBrush::accepts(const Summary& summary) const {
    for (const Range& range : ranges) {
        const double value = shownValue(summary, range.objective);
        if (!(value >= range.low && value <= range.high)) return false; // not known: not in it
    }
    return true;
}

const PlanBrush::Range* PlanBrush::of(Objective objective) const {
    const auto found = std::find_if(ranges.begin(), ranges.end(),
                                    [objective](const Range& range) { return range.objective == objective; });
    return found == ranges.end() ? nullptr : &*found;
}

void PlanBrush::set(const Range& range) {
    clear(range.objective);
    ranges.push_back(range);
}

void PlanBrush::clear(Objective objective) {
    std::erase_if(ranges, [objective](const Range& range) { return range.objective == objective; });
}

} // namespace cutline
