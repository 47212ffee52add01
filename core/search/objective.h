// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/quantity.h"
#include "core/plan/metrics.h"
#include "core/platform/system.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cutline {

/// What a search makes least (`throughput` on the command line is the initiation interval's reciprocal made largest).
/// `Memory` is the tightest memory where all used capacities are known, else the largest number of bytes.
enum class Objective : std::uint8_t {
    Latency, InitiationInterval, Energy, Memory, LinkBytes, Sensitivity, Accuracy, Cost,
};
inline constexpr std::array kObjectives{Objective::Latency,     Objective::InitiationInterval, Objective::Energy,
                                        Objective::Memory,      Objective::LinkBytes,          Objective::Sensitivity,
                                        Objective::Accuracy,    Objective::Cost};

/// How a figure is written and read: shared by command line, table, charts and report.
struct ObjectiveInfo {
    std::string_view option; ///< "throughput"
    std::string_view title;  ///< "Throughput"
    Unit unit;               ///< of the shown value
    bool larger_is_better;   ///< of the shown value
};
const ObjectiveInfo& infoOf(Objective objective);
/// "latency,throughput,energy": errors name the unknown one and list what there is.
Result<std::vector<Objective>> parseObjectives(std::string_view list);

/// What a constraint speaks about: a metric of the plan, or of one platform or link.
enum class MetricKind : std::uint8_t {
    Latency, InitiationInterval, Throughput, Energy, MemoryMax, MemoryRatio, LinkBytes, Sensitivity, Accuracy, Cost,
    PlatformMemory, PlatformBusy, PlatformEnergy, LinkLoad, LinkBusy, LinkBytesOf,
};

/// `latency<=20ms`, `memory:EYR<=4MiB`, `busy:EYR<=10ms`, `load:gbe<=50%`, `throughput>=30fps`.
struct Constraint {
    MetricKind kind = MetricKind::Latency;
    std::uint32_t subject = 0;   ///< PlatformId or LinkId value, for the kinds that have one
    bool at_most = true;
    double limit = 0;            ///< SI
    std::string text;            ///< as written
    friend bool operator==(const Constraint&, const Constraint&) = default;
};
Result<Constraint> parseConstraint(std::string_view text, const System& system);
/// The metric's value; nullopt when it is not known. LinkLoad is a share of the period `period_s`.
std::optional<double> metricValue(const Metrics& metrics, const Constraint& constraint, double period_s);
Unit unitOf(MetricKind kind);

} // namespace cutline
