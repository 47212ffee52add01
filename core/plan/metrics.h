// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/id.h"
#include "core/graph/element_type.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cutline {

struct PlatformMetrics {
    double busy_s = 0;                 ///< per inference
    double energy_j = 0;               ///< dynamic and idle
    double weight_bytes = 0;
    double peak_activation_bytes = 0;
    double memory_bytes = 0;           ///< weights + peak activations (+ copies of boundary tensors in a pipeline)
    friend bool operator==(const PlatformMetrics&, const PlatformMetrics&) = default;
};

struct LinkMetrics {
    double bytes = 0;                  ///< payload per inference; a message counts on every hop
    double busy_s = 0;                 ///< busiest direction, background load included
    double energy_j = 0;
    friend bool operator==(const LinkMetrics&, const LinkMetrics&) = default;
};

/// A tensor that leaves the platform it was made on.
struct Crossing {
    TensorId tensor;
    PlatformId from;
    std::vector<PlatformId> to; ///< ascending
    std::string type;           ///< wire type: "int16"
    double bytes = 0;           ///< once, however many destinations
    friend bool operator==(const Crossing&, const Crossing&) = default;
};

struct Accuracy {
    enum class Kind { Measured, Estimated, Given };
    double top1 = 0;            ///< fraction
    Kind kind = Kind::Given;
    double low = 0, high = 0;   ///< 95 % interval
    /// By image, where it is measured: two plans are compared on the same images.
    std::shared_ptr<const std::vector<bool>> right{};
    friend bool operator==(const Accuracy&, const Accuracy&) = default;
};

std::string_view nameOf(Accuracy::Kind kind); ///< MEASURED, ESTIMATED, GIVEN

/// Why a plan cannot run as it stands, or breaks a limit: "memory of EYR", needed, allowed.
struct Violation {
    enum class Kind { Unsupported, Memory, LinkOverload, Rate, Unreachable, Constraint, UnknownShape };
    Kind kind = Kind::Constraint;
    std::string subject;        ///< platform, link, layer or metric by name
    double value = 0, limit = 0;
    std::optional<LayerId> layer;
    std::string text;           ///< for people: fact with numbers
    friend bool operator==(const Violation&, const Violation&) = default;
};

/// What a plan costs (metrics.md "Plan metrics"). SI units, per inference.
struct Metrics {
    double latency_s = 0;              ///< single shot, L(inf)
    double initiation_interval_s = 0;  ///< least possible period
    double energy_j = 0;               ///< at T
    double link_bytes = 0;             ///< sum over links
    double memory_bytes_max = 0;       ///< largest platform
    /// Tightest memory: max of M / capacity, where capacities are known.
    std::optional<double> tightest_ratio;
    std::optional<PlatformId> tightest_platform;
    std::optional<double> sensitivity; ///< sum over layers, where a table is given
    std::optional<Accuracy> accuracy;
    std::optional<double> cost;        ///< sum over used platforms, where all give one
    std::vector<PlatformMetrics> platforms; ///< by PlatformId; unused ones are all zero
    std::vector<LinkMetrics> links;         ///< by LinkId
    std::vector<Crossing> crossing;
    std::vector<Violation> violations;

    double throughputHz() const { return initiation_interval_s > 0 ? 1 / initiation_interval_s : 0; }
    bool feasible() const { return violations.empty(); }
    friend bool operator==(const Metrics&, const Metrics&) = default;
};

} // namespace cutline
