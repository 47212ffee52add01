// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/edit_state.h"
#include "core/base/progress.h"

namespace cutline {

/// What a file with a model brings along: ONNX, or a device-placement workload (.json).
struct ModelFile {
    ImportedModel model;
    SystemPtr system;  ///< of a workload: its own devices; else null
    ProfilePtr times;  ///< of a workload: on its devices; else null
};
Result<ModelFile> readModelFile(const std::string& file, const ImportOptions& options, Progress& progress);

/// Puts a workload's times in force on the platforms that they are for and that have no others.
void giveTimes(EditState& state, const ProfilePtr& times);

} // namespace cutline
