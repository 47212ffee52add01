// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/cost/loopnest/cost_terms.h"
#include "core/cost/loopnest/machine.h"
#include "core/cost/loopnest/nest.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace cutline::loopnest {

/// What the search makes least.
enum class Goal : std::uint8_t {
    Delay,        ///< cycles; of mappings within 0.1 % of the least the one of least energy
    Energy,       ///< energy, whatever it takes
    EnergyDelay,  ///< energy * cycles
    EnergyWithin, ///< energy with cycles <= (1 + slack) * least
    Curve,        ///< every (cycles, energy) that no other mapping beats in both
};

enum class Prune : std::uint8_t { On, Off };

struct MapOptions {
    Goal goal = Goal::Delay;
    double slack = 0;                   ///< of EnergyWithin
    Prune prune = Prune::On;            ///< Off: every mapping is evaluated; to check the bounds
    bool pad = false;                   ///< Q, M, C may grow by up to 1/8 to a multiple that spreads better
    std::optional<double> time_limit_s{};///< of one shape
};

struct MappedPoint {
    Mapping mapping;
    Score score; ///< of the whole layer: all groups and repeats
};

/// How a search ended. Complete: optimal in this mapping space.
struct MapResult {
    enum class Stop : std::uint8_t { Complete, TimeLimit, Cancelled };
    /// For Goal::Curve by ascending cycles; otherwise one. Empty: nothing fits (Complete) or nothing was found in time.
    std::vector<MappedPoint> points;
    Stop stop = Stop::Complete;
    Score bound;                 ///< no mapping has fewer cycles, nor less energy within the goal's window
    std::uint64_t evaluated = 0; ///< mappings whose cost was computed
    double elapsed_s = 0;
};

/// The best mappings of one shape (cost.md section 1, "Search"). Exact unless stopped; the result does not depend on
/// timing then. A shape that no mapping fits gives no points.
MapResult findMappings(const Machine& machine, const NestShape& shape, const MapOptions& options, Progress& progress);

} // namespace cutline::loopnest
