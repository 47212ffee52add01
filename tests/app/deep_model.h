// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>

namespace cutline::test {

/// An ONNX file of `layers` layers named as exporters name them: residual blocks of five layers (two
/// convolutions, two activations, a sum), eight blocks a stage. All convolutions share one weight, so that
/// the file stays small.
std::string deepModel(std::size_t layers);

} // namespace cutline::test
