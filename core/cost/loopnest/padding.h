// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/loopnest/machine.h"
#include "core/cost/loopnest/nest.h"

#include <vector>

namespace cutline::loopnest {

/// Sizes with Q, M, C up to 1/8 larger, each the next multiple of a factor that a fan-out could take it by; least work
/// first. The unpadded sizes are not among them.
std::vector<Sizes> paddedSizes(const Machine& machine, const NestShape& shape);

/// Steps of a nest of these sizes with every MAC unit busy, all groups: no mapping takes fewer.
double stepsAtBest(const Machine& machine, const Sizes& size);

} // namespace cutline::loopnest
