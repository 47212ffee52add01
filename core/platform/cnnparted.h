// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/platform/library.h"

#include <string>
#include <string_view>
#include <vector>

namespace cutline {

/// A run of CNNParted as its YAML file describes it (design: interchange formats): what Cutline takes from it.
struct CnnPartedRun {
    System system;
    Scenario scenario;      ///< its system_constraints, as hard requirements
    std::string model;      ///< the workload's name or .onnx path; empty: none
    std::vector<std::int64_t> input_size; ///< as given; empty: none
    bool fixed_order = false;             ///< platforms follow each other as listed
    std::vector<Error> notes; ///< keys that were not taken or mean something else here, with their lines
};

/// Nodes become platforms, in the order of their ids: those of the library where the accelerator is known by name
/// (eyeriss_like EYR, simba_like SMB, gemmini_like gemmini-default) with the file's bits, clock and memory; else platforms
/// without a cost model, whose costs a profile must give. One link joins every two of them; several join neighbours in
/// order. Errors: no YAML, no nodes, a value that is none, with file and line.
Result<CnnPartedRun> parseCnnParted(std::string_view yaml, const std::string& file, const Library& library);
Result<CnnPartedRun> readCnnParted(const std::string& file, const Library& library);

/// Whether a file is named like YAML.
bool isYamlFile(std::string_view file);

} // namespace cutline
