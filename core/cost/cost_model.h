// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/cost/compat.h"
#include "core/cost/cost_table.h"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cutline {

/// Predicts or looks up what layers take on one platform. Implementations: measured profile, roofline, loop nest.
class CostModel {
public:
    virtual ~CostModel() = default;
    /// One layer alone, or the layers of a fused group run as one (then more than one id).
    /// nullopt: this model does not know it (a profile without the row).
    virtual std::optional<Cost> cost(const Graph& graph, std::span<const LayerId> layers) const = 0;
};

/// Measured per-layer costs read from a file (cost.md section 3).
struct Profile {
    struct Row {
        std::string layer; ///< ONNX node name, or operator
        double latency_s = 0;
        std::optional<double> energy_j;
        std::optional<double> memory_bytes;
        int line = 0;
    };
    std::string file;
    std::vector<Row> rows;
    bool has_energy = false;
};

/// Our own CSV: `layer` (or `op`) and any of latency_s|_ms|_us, cycles, energy_J|_mJ|_uJ, memory_bytes; case of the
/// unit does not matter. Duplicate layers, locale commas, missing units and unknown columns are errors with the line.
Result<Profile> readProfile(const std::string& path, std::optional<double> clock_hz);
Result<Profile> parseProfileCsv(std::string_view text, const std::string& file, std::optional<double> clock_hz);

/// What to do with layers that a profile does not list.
enum class ProfileMissing { Fail, Zero, Model };

struct CostOptions {
    /// By platform name or descriptor name (EYR stands for EYR1 and EYR2 too).
    std::map<std::string, Profile> profiles;
    ProfileMissing missing = ProfileMissing::Fail;
    Compat compat;
    bool fusion = true;
};

/// All costs of a graph on a system: per platform the most trusted source that knows a layer. Views cost 0.
/// Errors: a profile for a platform that is not there; layers missing from a profile, listed (at most ten, with a count).
Result<CostTablePtr> buildCostTable(GraphPtr graph, SystemPtr system, const CostOptions& options, Progress& progress);

} // namespace cutline
