// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"
#include "core/search/place.h"

namespace cutline {

/// A workload with the nodes that must go together contracted: one colour, and whatever lies on a cycle after that.
/// Groups stand in a topological order.
struct PlaceGroups {
    struct Load {
        double accelerator_ms = 0, cpu_ms = 0, bytes = 0; ///< infinite time where it cannot run
    };
    /// A node's output that another group reads: paid once by a part that it enters, once by the part that it leaves.
    struct Moved {
        std::uint32_t maker = 0;
        std::vector<std::uint32_t> readers; ///< other groups, ascending
        double cost_ms = 0;
    };
    Graph graph; ///< one layer a group, for the lattice of down-sets
    std::vector<std::vector<std::uint32_t>> members;
    std::vector<Load> loads;
    std::vector<Moved> tensors;
    std::vector<std::vector<std::uint32_t>> reads, makes; ///< per group, indices into `tensors`
    std::uint32_t accelerators = 0, cpus = 0;
    double accelerator_bytes = 0;
};

Result<PlaceGroups> placeGroups(const Workload& workload);

} // namespace cutline
