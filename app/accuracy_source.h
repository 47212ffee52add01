// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/explore/explore_accuracy.h"
#include "core/explore/given_accuracy.h"
#include "core/explore/width_sweep.h"
#include "widgets/models/data_facts.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace cutline {

/// What a model's accuracy comes from: images that it is measured on, or a table that somebody gives (CSV). Work is
/// done in the threads of those who ask, one after the other; what is known by then can be read from the GUI thread.
class AccuracySource {
public:
    /// `file`: the description of a data set, a folder with one folder of pictures a class, or a table (.csv). `output`:
    /// that plans are judged by, as MeasureOptions::output.
    AccuracySource(std::string file, std::shared_ptr<const ImportedModel> model, std::string output = {});

    const std::string& file() const { return m_file; }
    const std::string& output() const { return m_output; }
    bool isTable() const { return m_is_table; }
    /// Takes the file's sum; look() does, too. Reads it: not for the GUI thread.
    void rememberFile();
    /// Of the description or table when it was looked at; empty: not yet, a folder, or nothing that can be read.
    std::string sha256() const;

    /// What it is, with ten images and the network's answers to them. Errors: those of the data set or table alone.
    Result<DataFacts> look(const SystemPtr& system, Progress& progress);
    /// Searches with accuracy: exploreAccuracy() on these images, or exploreGiven().
    Result<SearchResult> explore(const Problem& problem, const SearchOptions& options, const AccuracyOptions& how,
                                 Progress& progress);
    /// Errors: a table measures nothing.
    Result<WidthSweep> sweep(const Plan& plan, const SystemPtr& system, Progress& progress);

    /// The estimate for this system is there: explore() does not have to run the network first.
    bool isReady(const SystemPtr& system) const;
    /// By estimate or table; absent before the first search on this system has begun to measure.
    std::optional<Accuracy> accuracyOf(const Plan& plan, const SystemPtr& system) const;
    /// What layers add to the loss, at platforms' own precision, then at each further one; empty: not known yet.
    std::vector<SensitivityPtr> sensitivities(const SystemPtr& system) const;

private:
    Result<void> addNetwork(DataFacts& facts, const std::string& output) const;
    Result<void> readImages(Progress& progress);
    Result<void> prepareMeter(Progress& progress);
    Result<void> prepare(const SystemPtr& system, Progress& progress);
    /// Waits for its turn; false: no longer wanted.
    bool begin(std::unique_lock<std::timed_mutex>& lock, const Progress& progress);

    const std::string m_file, m_output;
    const bool m_is_table;
    const std::shared_ptr<const ImportedModel> m_model;
    std::timed_mutex m_work; ///< whoever holds it may use what follows
    std::optional<DataSet> m_test, m_calibration;
    std::optional<AccuracyMeter> m_meter;
    mutable std::mutex m_reading; ///< held for a moment only
    std::string m_sha256;
    std::shared_ptr<const AccuracyEstimate> m_estimate;
    std::shared_ptr<const AccuracyTable> m_table;
    SystemPtr m_system; ///< that estimate or table speak of
};

/// The description of images beside a model, NAME.json for NAME.onnx; empty where none is there.
std::string imagesBeside(const std::string& model_file);

} // namespace cutline
