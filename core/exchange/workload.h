// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/place.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace cutline {

/// Reads a device-placement workload (JSON of msr-fiddle/dnn-partitioning: maxSizePerFPGA, maxFPGAs, maxCPUs, nodes, edges).
/// Errors name the file and the node or edge that is wrong.
Result<Workload> readWorkload(const std::string& path);
Result<Workload> parseWorkload(std::string_view text, const std::string& path);
inline constexpr std::uint64_t kMostWorkloadBytes = std::uint64_t{1} << 28; ///< of a file

/// `place --format json`: {"maxLoadMs": .., "proof": {..}, "devices": [[node ids], ..]}, accelerators first, then CPUs.
std::string placementJson(const Workload& workload, const Placement& placement);

} // namespace cutline
