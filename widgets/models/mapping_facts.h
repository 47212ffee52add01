// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/cost/compat.h"
#include "core/graph/graph.h"
#include "core/platform/platform.h"

#include <QString>

#include <optional>
#include <vector>

namespace cutline {

/// How a loop-nest machine runs one layer, for people: its mapping as loops, what moves at each level, what
/// limits it. A layer may be several nests (both directions of an LSTM).
struct MappingFacts {
    struct Level {
        QString name;
        double reads = 0, writes = 0;     ///< words of all instances, whole layer
        double energy_j = 0;              ///< of the layer
        std::optional<double> fill;       ///< share of its capacity that tiles take; absent: unlimited
        std::optional<double> bandwidth;  ///< share of the cycles that its ports are busy; absent: unlimited
    };
    struct Nest {
        QString loops;    ///< loop nest, outermost first, one line per loop
        QString limit;    ///< "compute", "read bandwidth of glb"
        QString proof;    ///< "optimal in this mapping space"
        QString rewrite;  ///< how the shape had to be rewritten to fit; may be empty
        double macs = 0, busy_macs = 0; ///< units there are, busy on average
        double latency_s = 0, energy_j = 0;
        double mac_energy_j = 0, static_energy_j = 0;
        std::vector<Level> levels; ///< outermost first
    };
    /// A mapping that no other one beats in both figures.
    struct Point {
        double latency_s = 0, energy_j = 0;
        friend bool operator==(const Point&, const Point&) = default;
    };
    std::vector<Nest> nests;
    std::vector<Point> curve; ///< ascending latency; of layers with one nest
    bool curve_complete = true;
    QString error; ///< why there is no mapping; then everything else is empty
};

/// Milliseconds to seconds: call it away from the GUI thread. Cancelled: what there is by then.
MappingFacts mappingFacts(const Platform& platform, const Compat& compat, const Graph& graph, LayerId id, Progress& progress);

} // namespace cutline
