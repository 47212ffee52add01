// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/cost_table.h"

namespace cutline {

/// Time and energy of a layer that falls back, the transfers one after the other: sets them in `cost`. `cost_of(link,
/// payload_bytes)` is the TransferCost of one leg. Returns what the transfers take of the time, in seconds.
template <class CostOf> double sumFallBack(const FallBack& fall_back, Cost& cost, CostOf cost_of) {
    double way_s = 0;
    cost.energy_j = fall_back.energy_j;
    for (const FallBack::Leg& leg : fall_back.legs) {
        const auto transfer = cost_of(leg.hop.link, leg.bytes);
        way_s += transfer.time_s;
        cost.energy_j += transfer.energy_j;
    }
    cost.latency_s = fall_back.latency_s + way_s;
    return way_s;
}

} // namespace cutline
