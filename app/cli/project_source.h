// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/commands.h"
#include "core/exchange/project.h"

#include <optional>
#include <string>

namespace cutline::cli {

/// Whether a file is named like a project.
bool isProject(const std::string& file);

/// A project in the words of the command line: what was typed beside it comes before what it says.
struct ProjectSource {
    Project project;
    Options options; ///< model, profiles, limits and pins
    Ground ground;
    std::string plan; ///< id of the plan that it shows; empty: none
};

/// Errors: not a project, no model or system in it, a file that is not there or has changed since.
Result<ProjectSource> readProjectSource(const Options& options);

} // namespace cutline::cli
