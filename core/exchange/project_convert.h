// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exchange/project.h"
#include "core/platform/descriptor_text.h"

namespace cutline::proto {
class Project;
class Search;
} // namespace cutline::proto

namespace cutline {

/// Private to the room's .cpp files.
Result<Project> projectFrom(const proto::Project& message, const Spot& spot, const Library& library);
void fill(proto::Project& message, const Project& project);

/// project_search.cpp.
Project::Search searchFrom(const proto::Search& message);
void fill(proto::Search& message, const Project::Search& search);

} // namespace cutline
