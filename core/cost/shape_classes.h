// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/cost: layers that look the same to a cost model.
#pragma once

#include "core/graph/graph.h"

#include <span>
#include <vector>

namespace cutline {

/// `of[i]`: class of the i-th item; `first[c]`: the first item of class c. Items are layers, or groups of them.
struct ShapeClasses {
    std::vector<std::uint32_t> of;
    std::vector<std::uint32_t> first;
};

/// Two layers, or groups of layers, are of one class when operators, loops, tensor shapes and types, weights and the
/// connections inside them are equal: all that a cost model may look at.
ShapeClasses layerClasses(const Graph& graph);
/// `layers`: what layerClasses() says; most groups are one layer.
ShapeClasses groupClasses(const Graph& graph, std::span<const std::vector<LayerId>> groups, const ShapeClasses& layers);

} // namespace cutline
