// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/pipeline_model.h"

#include <array>
#include <cstdint>

namespace cutline {

/// The largest memory of several platforms: no less, no more.
struct Need {
    double least = 0, most = 0; ///< in the objective's unit: bytes, or a share of the capacity
    double least_bytes = 0, most_bytes = 0;
    bool fits = true; ///< false: one of them may yet turn out too small
};

/// A partial pipeline: its last stage has ended and nothing of that stage is sent; or, having arrived, everything live
/// is on the last platform of its order, which has not yet begun.
struct Label {
    static constexpr std::uint32_t kNoParent = 0x7fffffff;
    static constexpr std::uint32_t kLoose = 0x80000000;

    std::uint32_t set = 0;
    std::uint32_t order = 0;
    std::uint32_t parent = 0; ///< label of the stage before; kNoParent; with kLoose: a key of its own
    double latency_s = 0, interval_s = 0, energy_j = 0, dynamic_j = 0, link_bytes = 0, sensitivity = 0;
    double sure_interval_s = 0; ///< no pipeline that it grows to has less
    double conversions_s = 0; ///< of a label that arrived: what the next stage does first
    double waited_s = 0;      ///< likewise: how long the first of what arrived waits for the rest
    // Only where memory matters: what all platforms need so far, what those before the last one do, and the last one by
    // itself, in bytes, before it sends.
    Need need, past;
    PipelineModel::Memory last;
    double last_busy_s = 0;
    std::array<double, PipelineModel::kShared> shared_s{};
};

} // namespace cutline
