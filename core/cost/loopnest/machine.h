// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/cost/loopnest/nest.h"
#include "core/platform/platform.h"

#include <limits>
#include <string>
#include <vector>

namespace cutline::loopnest {

/// Up to this many levels; the six machines of the library have four to six.
inline constexpr std::size_t kMaxLevels = 8;

/// One level of a checked descriptor, ready to compute with. Letters have become sets of dimensions.
struct MachineLevel {
    std::string name;
    double capacity = std::numeric_limits<double>::infinity(); ///< words that tiles may take (halved if double-buffered)
    std::array<bool, kOperands> keeps{};
    double block = 1, read_pj = 0, write_pj = 0;
    double read_bandwidth = 0, write_bandwidth = 0; ///< words per cycle and instance; 0 = unlimited
    double charge_clusters = 0;
    std::uint32_t fan_out = 1;
    DimSet spatial = 0;         ///< dims that may spread over the fan-out below
    Sizes spatial_max{};        ///< most per dim (0: the fan-out alone limits)
    Sizes spatial_fixed{};      ///< exactly this many; 0 = free
    DimSet temporal = 0;        ///< dims that may loop here
    DimSet all_of = 0;          ///< dims that are finished here
    std::vector<std::vector<std::uint8_t>> orders; ///< allowed, inner to outer; empty = any
    /// Of `temporal`, the dims whose loop order is not settled by what all `orders` begin with.
    DimSet free_order = 0;
};

/// A descriptor that has passed its checks. Levels innermost first, the last one off-chip and keeping everything.
struct Machine {
    std::string name;
    double clock_hz = 0;
    double mac_pj = 0;
    double static_pj_per_cycle = 0;
    bool first_fill = false;
    bool pad = false; ///< the mapper may pad (MapOptions::pad)
    std::vector<MachineLevel> levels;

    std::size_t last() const { return levels.size() - 1; }
    /// The next level further in than `level` that keeps the operand; -1 is the MAC itself.
    int childOf(std::size_t level, Operand operand) const;
};

/// What deviates from the descriptor in a compatibility run.
struct MachineOptions {
    bool first_fill = false;    ///< charge a write for a partial sum's first arrival
    bool mac_fallback = false;  ///< the fallback MAC energy where the descriptor has one
};

/// Checks a descriptor. Errors name the level and the field: unknown letters, dims nobody finishes, no off-chip level.
Result<Machine> compileMachine(const LoopNest& descriptor, double clock_hz, const std::string& name,
                               MachineOptions options = {});

/// A stable text of everything that decides a cost, for cache keys.
std::string fingerprint(const Machine& machine);

} // namespace cutline::loopnest
