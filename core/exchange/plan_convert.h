// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/plan/plan.h"

#include <string>
#include <vector>

namespace cutline::proto {
class Plan;
} // namespace cutline::proto

namespace cutline {

/// A plan from its message; `where` is for errors, and for warnings of an order that cannot run. Private to the room's .cpp files.
Result<Plan> planFrom(const proto::Plan& message, const std::string& where, const Graph& graph,
                      const System& system, std::vector<Error>& warnings);

/// `stages` by names; the other fields are the caller's.
void fillStages(proto::Plan& message, const Plan& plan, const Graph& graph, const System& system);

} // namespace cutline
