// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/loopnest/machine.h"
#include "core/cost/loopnest/nest.h"

#include <string>
#include <vector>

namespace cutline::loopnest {

/// More padded sizes than this are not looked at; the machines of the library have tens.
inline constexpr std::size_t kMostPadded = 20'000;

/// Sizes with Q, M, C up to 1/8 larger, each the next multiple of a factor that a fan-out could take it by; least work
/// first. The unpadded sizes are not among them, nor any that at best take `below_steps` or more.
std::vector<Sizes> paddedSizes(const Machine& machine, const NestShape& shape, double below_steps);

/// Whether these are the shape's sizes, or padded ones.
bool arePadded(const NestShape& shape, const Sizes& size);

/// "M padded from 1000 to 1008"; empty where nothing was.
std::string paddingText(const NestShape& shape, const Sizes& size);

/// Steps of a nest of these sizes with every MAC unit busy, all groups: no mapping takes fewer.
double stepsAtBest(const Machine& machine, const Sizes& size);

} // namespace cutline::loopnest
