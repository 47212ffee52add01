// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engine.h"
#include "core/split/split.h"

#include <map>

namespace cutline {

struct VerifyOptions {
    EngineOptions engine;
    std::uint64_t seed = 1;                    ///< of random inputs
    std::map<std::string, TensorValue> inputs; ///< given ones, by name; the others are random
    std::string whole; ///< compare with this file instead of the manifest's model
    /// Of the largest difference, against the output's largest magnitude. Where 16-bit floats cross, it is at least a few
    /// of their rounding steps: inside the whole, the engine keeps such tensors wider.
    double tolerance = 1e-5;
};

/// One output of the model, from the whole and from the pieces.
struct OutputDifference {
    std::string name;
    std::uint64_t elements = 0;
    double largest = 0;  ///< difference between two elements; infinite where one of them alone is not a number
    double relative = 0; ///< to the largest magnitude in the whole's output
    bool same_shape = true;
};

struct VerifyReport {
    std::string engine; ///< "ONNX Runtime 1.21.0"
    std::vector<OutputDifference> outputs;
    std::vector<std::string> not_compared; ///< outputs that are no tensors: sequences, maps
    double tolerance = 0; ///< that was applied
    bool equal = true; ///< all outputs within the tolerance
};

/// Runs the whole model and its pieces, chained as the manifest says, on the same inputs. Errors: no engine; a piece, or
/// the whole, that the engine does not run, by its file; no output is a tensor.
Result<VerifyReport> verifySplit(const Manifest& manifest, const std::string& folder, const VerifyOptions& options,
                                 Progress& progress);

/// Largest magnitude of tensors of a model, over a few runs on random or given inputs. Errors as above.
Result<std::map<std::string, double>> largestMagnitudes(const ImportedModel& model, const std::vector<std::string>& tensors,
                                                        const VerifyOptions& options, Progress& progress);

/// {"engine": .., "equal": .., "tolerance": .., "outputs": [{"name", "elements", "largestDifference", "largestRelative"}],
/// "notCompared": [name, ..]}
std::string verifyJson(const VerifyReport& report);

} // namespace cutline
