// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exchange/json_writer.h"
#include "core/robust/robustness_report.h"

namespace cutline {

/// `"robustness": {..}` of a whole file: what was drawn, and what changes the decision. Private to the room's .cpp files.
void writeRobustness(JsonWriter& json, const RobustnessReport& report);
/// `"robustness": {..}` of one plan.
void writeRobustness(JsonWriter& json, const RobustnessReport& report, const PlanRobustness& plan);

} // namespace cutline
