// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>

namespace cutline::test {

/// An ONNX file of `layers` layers named as exporters name them: residual blocks of five layers (two
/// convolutions, two activations, a sum), eight blocks a stage. All convolutions share one weight, so that
/// the file stays small. `batch`: name of a leading dimension that the file leaves open; empty: it is 1.
std::string deepModel(std::size_t layers, const std::string& batch = {});

} // namespace cutline::test
