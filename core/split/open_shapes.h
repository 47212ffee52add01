// SPDX-License-Identifier: GPL-3.0-or-later
// Private to core/split: which sizes of a model's tensors are open, as a batch is.
#pragma once

#include "core/split/file_model.h"

#include <set>
#include <string>
#include <vector>

namespace cutline {

/// Sizes that differ from run to run. Found by importing the model again with other sizes for its open input dimensions:
/// what changes is open.
struct OpenShapes {
    std::vector<std::vector<std::string>> symbols; ///< by TensorId and dimension; "" where the size is fixed
    std::set<std::uint32_t> nodes; ///< constant nodes whose result is open: they measure a shape, or compute with one

    /// Symbols of one tensor; empty where all sizes are fixed.
    std::span<const std::string> of(TensorId tensor) const
    {
        return tensor.index() < symbols.size() ? std::span<const std::string>(symbols[tensor.index()])
                                               : std::span<const std::string>();
    }
};

OpenShapes findOpenShapes(const FileModel& file, const ImportedModel& imported, const ImportOptions& options,
                          Progress& progress);

} // namespace cutline
