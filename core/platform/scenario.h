// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/element_type.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cutline {

/// How a system is used (metrics.md "System, scenario"). Names, not ids: a scenario is written by people and
/// outlives the graph and the system it is applied to.
struct Scenario {
    std::string name;
    std::optional<double> rate_hz; ///< absent: saturated, T = II
    struct Placement {
        std::string tensor;              ///< graph input or output
        std::string platform;            ///< where it appears or is wanted
        std::optional<ElementType> type; ///< as it is there: an 8-bit raw image
        friend bool operator==(const Placement&, const Placement&) = default;
    };
    std::vector<Placement> inputs, outputs;
    std::map<std::string, std::int64_t> dimensions; ///< symbolic dimensions, batch among them
    std::map<std::string, double> background;       ///< link or memory -> load in 0..1
    struct Requirement {
        std::string metric;
        std::optional<double> at_most, at_least; ///< SI
        bool hard = true;
        std::string source, text;
        friend bool operator==(const Requirement&, const Requirement&) = default;
    };
    std::vector<Requirement> requirements;
    double sensor_s = 0, post_s = 0; ///< added to latency end to end
    friend bool operator==(const Scenario&, const Scenario&) = default;
};

} // namespace cutline
