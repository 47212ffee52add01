// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cost/loopnest/shape_mapper.h"

#include <string>

namespace cutline::loopnest {

/// The mapping as a loop nest, outermost first, one line per loop, fan-outs as "parallel", tiles where they are held:
///
///     dram: holds W 36864, I 3268864, O 3211264
///       for q in 0..224
///         glb: holds I 2712, O 14336
///           parallel m in 0..8
///
std::string loopNestText(const Machine& machine, const MappedNest& nest);

/// "92 % of 168 MACs busy; limited by compute; optimal in this mapping space".
std::string summaryText(const Machine& machine, const MappedNest& nest);

/// "optimal in this mapping space"; of a search that was stopped, how far from it cycles and energy are at most.
std::string proofText(const MappedNest& nest);

/// "compute", "read bandwidth of glb".
std::string bindingText(const Machine& machine, const Binding& binding);

} // namespace cutline::loopnest
