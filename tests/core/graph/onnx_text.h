// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

/// An ONNX file from the text form of its specification: "g (float[1,3,4,4] x) => (float[1,3,4,4] y) { y = Relu(x) }",
/// constants as "float[2] w = {1, 2}" among the inputs, with `opset` of ai.onnx. Large constants: "float[64,3,3,3] w"
/// becomes an initializer of zeros where its name is in `zeros` (comma-separated). Empty if the text has a fault.
std::string onnxFromText(const std::string& graph, int opset = 14, const std::string& zeros = {}, int ir_version = 8);

/// The same with functions before the graph.
std::string onnxFromModelText(const std::string& model);
