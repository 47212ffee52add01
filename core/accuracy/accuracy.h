// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/accuracy/batch_runner.h"
#include "core/accuracy/data_set.h"
#include "core/accuracy/interval.h"
#include "core/accuracy/precision.h"
#include "core/accuracy/quant_network.h"
#include "core/graph/import.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What a network still knows at given precisions: measured on images, by running it with quantised values.
namespace cutline {

struct MeasureOptions {
    ActivationScheme scheme = ActivationScheme::Asymmetric;
    /// Share of a tensor's values that its range covers, in percent; 100: all (minimum to maximum). 99.99 leaves out
    /// one value in ten thousand, half of them at each end.
    double percentile = 100;
    std::size_t top_k = 5;
    std::string output;       ///< that plans are judged by; empty: the one that the images' description names, else the last
    std::string cache_folder; ///< where results are kept; empty: in memory only
    EngineOptions engine;
};

/// Of one output of the network.
struct OutputAccuracy {
    std::string name;
    std::uint64_t total = 0;         ///< images
    std::uint64_t correct = 0;       ///< the largest value is that of the label; the first of equal ones counts
    std::uint64_t correct_top_k = 0; ///< the label is among the k largest
    std::uint64_t agreeing = 0;      ///< the largest value is where it is in float32
    double snr_db = 0;               ///< 10 log10 of the power of the float32 values over that of the difference
    std::vector<bool> right;         ///< by image; without labels: agrees with float32

    double top1() const { return total ? static_cast<double>(correct) / static_cast<double>(total) : 0; }
    Interval interval() const { return wilsonInterval(correct, total); }
};

struct Measurement {
    bool labelled = true; ///< else `correct` is 0 and agreement is all that is known
    std::vector<OutputAccuracy> outputs;
    std::size_t judged_output = 0;

    /// What plans are judged by.
    const OutputAccuracy& judged() const { return outputs[judged_output]; }
};

/// Shares of images that leave at each exit (metrics.md; trained networks' rule): confidence is the largest value of
/// the softmax; an image leaves at the first exit with a confidence of at least the threshold, the last takes the rest.
struct ExitRow {
    double threshold = 0;
    std::size_t exit = 0; ///< index of the output
    std::uint64_t taken = 0, correct = 0;
};

/// Measures one network on one set of images. Not for several threads at once.
class AccuracyMeter {
public:
    /// Runs two images first, so that what does not fit is said before anything long: the inputs, shapes, labels
    /// beyond the number of classes, an output that is not there. Then takes the ranges from the calibration images, in float32.
    /// Errors: those, the engine's, tensors that are not finite.
    static Result<AccuracyMeter> make(const ImportedModel& model, DataSet test, DataSet calibration,
                                      MeasureOptions options, Progress& progress);

    /// In the order of QuantNetwork::points.
    const std::vector<Range>& ranges() const { return m_ranges; }
    const QuantNetwork& network() const { return m_network; }
    const DataSet& data() const { return m_test; }
    /// The output that plans are judged by.
    std::size_t judgedOutput() const { return m_judged; }
    std::size_t calibrationSize() const { return m_calibration.size(); }
    std::size_t layerCount() const { return m_network.layerCount(); }

    /// One measurement a vector, those seen before from the cache. Layers before the first difference between vectors
    /// run once for all of them.
    Result<std::vector<Measurement>> measure(std::span<const PrecisionVector> vectors, Progress& progress);
    /// Noise of each vector: power of the difference to the float32 network over that network's own, at the judged
    /// output, over the first `images` calibration images; known ones from the cache. What single layers add is nearly what all of them add together.
    Result<std::vector<double>> noise(std::span<const PrecisionVector> vectors, std::size_t images,
                                      Progress& progress);
    /// The measurement if it is in the cache.
    std::optional<Measurement> known(const PrecisionVector& vector) const;

    /// Values of each output under a vector: [output][image * width + i].
    Result<std::vector<std::vector<float>>> values(const PrecisionVector& vector, Progress& progress);
    /// Rows by threshold, then exit.
    Result<std::vector<ExitRow>> exits(std::span<const double> thresholds, const PrecisionVector& vector,
                                       Progress& progress);

private:
    AccuracyMeter(QuantNetwork network, DataSet test, DataSet calibration, MeasureOptions options, BatchRunner runner)
        : m_network(std::move(network)), m_test(std::move(test)), m_calibration(std::move(calibration)),
          m_options(std::move(options)), m_runner(std::move(runner)) {}
    Result<void> probe(Progress& progress);
    Result<void> calibrate(Progress& progress);
    Result<void> cutTails(Progress& progress);
    struct Tally;
    using Tallies = std::vector<std::vector<Tally>>; ///< by vector and output
    Result<Tallies> tally(const DataSet& data, std::span<const PrecisionVector> vectors, Progress& progress);
    /// Calls with as many vectors at a time as one merged model takes; they should be in `ordered`.
    Result<void> inParts(std::span<const PrecisionVector> vectors, Progress& progress,
                         const std::function<Result<void>(std::span<const PrecisionVector>, Progress&)>& each) const;
    Result<void> checkOutput(const EnginePort& port, const TensorValue& value, std::size_t images) const;
    Error notFinite(std::size_t output, const DataSet& data) const;
    std::string key(const PrecisionVector& vector) const;
    std::string noiseKey(const PrecisionVector& vector, std::size_t images) const;
    void readLine(const std::string& line);
    void readCache();
    void writeCache() const;
    std::string cacheFile() const;

    std::string m_path, m_sha256;
    QuantNetwork m_network;
    DataSet m_test, m_calibration;
    MeasureOptions m_options;
    BatchRunner m_runner;
    std::size_t m_batch = 1, m_judged = 0;
    std::vector<std::size_t> m_widths; ///< values of one image, by output
    std::vector<Range> m_ranges;
    std::map<std::string, Measurement> m_known;
    std::map<std::string, double> m_noises;
};

/// The rows for given exits: [exit][image * classes + i], exits in the order in which images pass them.
std::vector<ExitRow> exitTable(std::span<const std::vector<float>> values, std::size_t classes, const DataSet& data,
                               std::span<const double> thresholds);

} // namespace cutline
