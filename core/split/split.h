// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/import.h"
#include "core/plan/evaluate.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// The plan leaves the tool: one ONNX model per piece, and a manifest that says how to run them.
namespace cutline {

/// A tensor at the border of a piece.
struct SplitTensor {
    std::string name;
    std::string type;                  ///< as the piece stores it: "float32"
    Shape shape;                       ///< -1 where not known; open sizes as the model was imported
    std::uint64_t bytes = 0;           ///< as the piece stores it
    std::string wire_type;             ///< as it travels: "int16"; `type` where it does not
    double wire_bytes = 0;             ///< what the metrics charge for it; 0 where it stays on its platform
    std::size_t from_stage = 0;        ///< stage that makes it, from 1; 0: an input of the model
    std::vector<std::size_t> to_stages; ///< of outputs: stages that read it
    std::string charged_as;             ///< its name in `metrics`, where that is another; else empty
    /// Of integers that stand for real numbers: real = scale * (integer - zero_point).
    std::optional<double> scale;
    double zero_point = 0;
};

struct SplitStage {
    std::size_t index = 0; ///< from 1, in the order of running
    std::string platform, file, sha256;
    std::string data_file, data_sha256; ///< weights beside it, where the model has them in files of their own
    std::vector<std::string> layers;
    std::vector<SplitTensor> inputs, outputs;
};

struct Manifest {
    std::string model_file, model_sha256, system, boundary;
    std::vector<SplitTensor> inputs, outputs; ///< of the model, in its order
    std::vector<SplitStage> stages;
    std::string metrics; ///< JSON, as in plan files
    std::vector<std::string> notes; ///< for people: nodes that were left out
};

struct SplitOptions {
    std::string folder; ///< made where it is not there
    ImportOptions import; ///< that the model was opened with
    /// Model: tensors cross as the model has them. Wire: float tensors that the metrics charge as integers cross as
    /// such, by QuantizeLinear at the sender and DequantizeLinear at the receiver.
    enum class Boundary : std::uint8_t { Model, Wire };
    Boundary boundary = Boundary::Model;
    /// Wire: each tensor's largest magnitude, from which its scale comes, by name (wireTensors).
    std::map<std::string, double> largest{};
    /// Wire, where not empty: the whole model with the same QuantizeLinear and DequantizeLinear, to compare with.
    std::string quantised_whole{};
};

/// Names of the tensors that cross as integers with Boundary::Wire.
Result<std::vector<std::string>> wireTensors(const ImportedModel& model, const Evaluator& evaluator, const Plan& plan);

/// Writes every piece of the plan as an ONNX file into the folder, and manifest.json: all of it or nothing. Files of an
/// earlier split in the same folder are replaced, others never. Weights are copied from the model's own files without
/// being loaded. Errors: a border tensor of unknown type or shape, the model has changed, missing external data, a
/// folder that cannot be written, files in the way.
Result<Manifest> splitModel(const ImportedModel& model, const Evaluator& evaluator, const Plan& plan,
                            const SplitOptions& options, Progress& progress);

/// resources/schemas/manifest.schema.json describes it.
std::string manifestJson(const Manifest& manifest);

} // namespace cutline
