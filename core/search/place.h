// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/search/search.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cutline {

/// A device-placement workload as published with Tarnawski et al., "Efficient Algorithms for Device Placement of DNN
/// Graph Operators", NeurIPS 2020. Times in milliseconds, as in their files.
struct Workload {
    struct Node {
        std::int64_t id = 0;
        std::string name{};                  ///< as the file has it; may be empty
        double cpu_ms = 0, accelerator_ms = 0;
        bool on_accelerator = true;          ///< an accelerator can run it
        std::optional<std::int64_t> colour;  ///< nodes of one colour go together
        double bytes = 0;
        friend bool operator==(const Node&, const Node&) = default;
    };
    struct Edge {
        std::uint32_t from = 0, to = 0;      ///< indices into `nodes`
        double cost_ms = 0;                  ///< to move the tensor of `from`; the same on all edges out of a node
        std::optional<double> bytes{};       ///< of that tensor; absent: not given
        friend bool operator==(const Edge&, const Edge&) = default;
    };
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    std::uint32_t accelerators = 0, cpus = 0;
    std::optional<double> accelerator_bytes; ///< memory of one accelerator
};

struct Placement {
    double max_load_ms = 0;
    /// Node indices per device, ascending: accelerators first, then CPUs. Unused devices are empty.
    std::vector<std::vector<std::uint32_t>> devices;
    Proof proof;
};

struct PlaceOptions {
    std::size_t down_set_cap = 1'000'000;
};

/// The placement with the least maximum load, proven. Parts are differences of nested down-sets, one per device. Load of an
/// accelerator: sum of its nodes' times plus, once per tensor that enters or leaves it, the cost of that tensor; a CPU pays
/// no transfer. Dynamic programming over (down-set, accelerators used, CPUs used) as in section 5.1 of the paper, pruned
/// with the best placement along one topological order. Beyond the cap that placement is the answer: HEURISTIC with a
/// lower bound. Errors: no device; a node that fits nowhere.
Result<Placement> place(const Workload& workload, const PlaceOptions& options, Progress& progress);

} // namespace cutline
