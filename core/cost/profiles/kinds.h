// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/cost: what tools call the operators.
#pragma once

#include "core/graph/graph.h"

#include <string_view>

namespace cutline::profiles {

/// Operators that tools tell apart. Convolution: a tool that has no word of its own for depthwise.
enum class Kind : std::uint8_t {
    Unknown,
    Convolution,
    Depthwise,
    FullyConnected,
    MaxPool,
    AveragePool,
    GlobalPool,
    Pool,
    Add,
    Multiply,
    Concat,
    Softmax,
    Activation,
    Normalisation,
    Resize,
    Pad,
    Transpose,
    View,
    Reduce,
    Recurrent,
    Other,
};

/// Of a tool's word for an operator ("CONV_2D", "Convolution", "Conv2dPool"); Other where it is not known.
Kind kindOf(std::string_view type);
/// Of a layer; depthwise convolution is Depthwise.
Kind kindOf(const Layer& layer);
/// A row of kind `row` may be the layer: equal, or the row's word is the wider one.
bool mayBe(Kind row, Kind layer);

} // namespace cutline::profiles
