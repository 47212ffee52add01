// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/graph/graph.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cutline {

struct ImportOptions {
    std::map<std::string, Shape> input_shapes;          ///< --shape input=1,3,224,224
    std::map<std::string, std::int64_t> dimensions;     ///< --dim batch=1: symbolic dimensions by name
};

/// Something a person should know although the model opened: "node relu1: operator Reluu is not in ai.onnx 14".
struct ImportNote {
    enum class Severity { Info, Warning };
    Severity severity = Severity::Warning;
    std::string where, what, fix;
};

struct Value; // core/graph/value.h

/// What became of a node of the file: a layer (or nothing, where no layer has its position), part of the constants that
/// layers hold, or an annotation of a tensor (QuantizeLinear and its like), which stays one under several names.
enum class NodeRole : std::uint8_t { Layer, Constant, Annotation };

struct ImportedModel {
    GraphPtr graph;
    std::string file;                 ///< as given
    std::string sha256;               ///< of the file, lower-case hex
    std::int64_t ir_version = 0;
    std::int64_t opset = 0;           ///< of ai.onnx
    std::vector<NodeRole> node_roles;      ///< by position in the file
    /// Shape and Size nodes that are constants although what they measure is not: the shape that they found.
    std::map<std::uint32_t, Shape> measured_shapes;
    /// Small whole numbers (shapes, axes) that nodes computed from constants make, by position in the file.
    std::map<std::uint32_t, std::shared_ptr<const Value>> folded_values;
    std::vector<std::string> tensor_names; ///< by TensorId: its name in the file where it is made, as it stands there
    std::vector<ImportNote> notes;
    /// Symbolic dimensions that were set to 1 because nobody said otherwise.
    std::vector<std::string> assumed_dimensions;
};

/// Opens an ONNX file: any IR version and opset that parses. Constants of any kind fold into weights, views and
/// unknown operators are kept, subgraphs (If, Loop, Scan) are one layer, Q/DQ pairs annotate tensors.
/// Weight data are not loaded beyond what shape computations need. Checks attributes and nesting before any library
/// sees them. Errors name the file and the node, tensor or dimension, and what to do.
Result<ImportedModel> importOnnx(const std::string& path, const ImportOptions& options, Progress& progress);

/// The same from bytes in memory; `path` is for messages and for external data beside it.
Result<ImportedModel> importOnnxBytes(std::string_view bytes, const std::string& path, const ImportOptions& options,
                                      Progress& progress);

} // namespace cutline
