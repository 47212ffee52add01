// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/cost/cost_model.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cutline {

/// A published measurement of a platform and what its cost model says to the same (cost.md section 4).
struct CheckedPrediction {
    Check check;
    std::optional<double> predicted; ///< in the check's unit
    std::string why_not;             ///< where there is none

    /// Measured / predicted.
    std::optional<double> ratio() const {
        if (!predicted || !(*predicted > 0)) return std::nullopt;
        return check.value / *predicted;
    }
};

/// Every check of a platform, predicted where its unit is s, W, J or image/s and it names a sample model (`model`.onnx in
/// one of the folders) or a network known layer by layer (alexnet, inception_v1): layers one after the other, no
/// transfers. `part` is "conv" for convolutions alone; anything else names the larger thing that was measured ("36
/// chiplets"), which a descriptor of one does not predict.
std::vector<CheckedPrediction> predictChecks(const Platform& platform, std::span<const std::string> model_folders,
                                             Progress& progress);

/// "VGG-16 convolutions: 1.43 s measured, 456.7 ms predicted, ratio 3.131".
std::string checkText(const CheckedPrediction& checked);

} // namespace cutline
