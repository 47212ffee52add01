// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/pipeline_model.h"

#include <vector>

namespace cutline {

/// By set: that cutting there promises something, because few bytes are live across it for as much work as is done. Plans
/// that are cut there alone are found soon, and what they cost lets most others be given up early.
/// Empty where there are not many more sets than layers: then searching them twice takes longer.
std::vector<char> promisingSets(const PipelineSpace& space, const PipelineModel& model);

} // namespace cutline
