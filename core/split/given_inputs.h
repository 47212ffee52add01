// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engine.h"

#include <map>
#include <span>
#include <string>

namespace cutline {

/// A file with values for an input of a model.
struct InputFile {
    std::string name; ///< of the input; empty: as the file says, else the model's only one
    std::string file; ///< NPY, IDX, or one TensorProto, as the test data of ONNX models have it (input_0.pb)
};

/// Values by name of input. Errors name the file: not readable, of no input, of another type or shape than the input,
/// two for one input.
Result<std::map<std::string, TensorValue>> readInputs(const Graph& graph, std::span<const InputFile> files);

} // namespace cutline
