// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/explore_accuracy.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace cutline {

/// The images that a model's accuracy is measured on. What they say is worked out when a search first asks, in its
/// thread; searches wait for each other. The estimate can be read at any time from the GUI thread.
class AccuracySource {
public:
    /// `file`: the description of a data set.
    AccuracySource(std::string file, std::shared_ptr<const ImportedModel> model)
        : m_file(std::move(file)), m_model(std::move(model)) {}

    const std::string& file() const { return m_file; }

    /// exploreAccuracy() with this model and these images.
    Result<SearchResult> explore(const Problem& problem, const SearchOptions& options, const AccuracyOptions& how,
                                 Progress& progress);

    /// The estimate for this system is there: explore() does not have to run the network first.
    bool isReady(const SystemPtr& system) const;
    /// By estimate; absent before the first search on this system has begun to measure.
    std::optional<Accuracy> estimateFor(const Plan& plan, const SystemPtr& system) const;

private:
    Result<void> prepare(const SystemPtr& system, Progress& progress);

    std::string m_file;
    std::shared_ptr<const ImportedModel> m_model;
    std::mutex m_work; ///< whoever holds it may use the meter
    std::optional<AccuracyMeter> m_meter;
    mutable std::mutex m_reading; ///< held for a moment only
    std::shared_ptr<const AccuracyEstimate> m_estimate;
    SystemPtr m_system; ///< that the estimate speaks of
};

/// The description of images beside a model, NAME.json for NAME.onnx; empty where none is there.
std::string imagesBeside(const std::string& model_file);

} // namespace cutline
