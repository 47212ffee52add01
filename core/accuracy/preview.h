// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/accuracy/data_set.h"
#include "core/engine/engine.h"
#include "core/graph/import.h"

#include <optional>
#include <vector>

namespace cutline {

/// One image of a set as people see it, and what a network answers. For a look before anything long starts.
struct PreviewImage {
    Picture picture;
    std::optional<std::uint32_t> label;
    std::optional<std::uint32_t> answer; ///< of the judged output; absent before the network has run
    double confidence = 0;               ///< softmax of the answer; 1 where the output is the class itself
};

/// Images spread evenly over the set, without answers.
std::vector<PreviewImage> previewOf(const DataSet& data, std::size_t count);

/// Runs the network as it is, in float32, on the same images, and takes the answers of this output (as judgedAmong). Errors:
/// no engine, several inputs, images that do not fit the input, whatever the engine says of the model.
Result<void> answerPreview(std::vector<PreviewImage>& images, const ImportedModel& model, const DataSet& data, const std::string& output,
                           const EngineOptions& options, Progress& progress);

} // namespace cutline
