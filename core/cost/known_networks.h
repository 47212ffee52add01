// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/cost: networks that published measurements speak of and that no sample model stands for.
#pragma once

#include "core/graph/graph.h"

#include <string_view>

namespace cutline {

/// The layers with MACs of "alexnet" (its five convolutions, batch 1) and "inception_v1" (57 convolutions and the
/// classifier), each with tensors of its own: to add up what they take one by one, not to cut. Shapes are those of the
/// papers' tables (Krizhevsky et al. 2012; Szegedy et al. 2015). Null: not known.
GraphPtr knownNetwork(std::string_view name);

} // namespace cutline
