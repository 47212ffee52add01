// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/commands.h"
#include "core/report/report.h"

#include <vector>

namespace cutline::cli {

/// The files that a report is made from, with their hashes; those that cannot be read again are left out. `project`: empty
/// where there is none.
std::vector<ReportFile> reportFiles(const Options& options, const std::string& project, const Workbench& bench);

} // namespace cutline::cli
