// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/edit_state.h"
#include "core/base/progress.h"
#include "core/exchange/project.h"

namespace cutline {

/// A project with what it refers to read.
struct LoadedProject {
    EditState state;
    Project rest;                  ///< what the window does not show: it is written again as it stands
    std::vector<std::string> lost; ///< what model or system do not have, in words
};

/// Reads model, profiles and tables of a project with absolute paths; references without a file are left out. Plans that
/// the model does not fit stay in `rest`. Errors: no model, no system, files that cannot be read.
Result<LoadedProject> loadProject(Project project, Progress& progress);

/// The project of what is being worked on, with absolute paths; `rest` as it was loaded, else empty.
Project projectOf(const EditState& state, const Project& rest);

} // namespace cutline
