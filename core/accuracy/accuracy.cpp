// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/accuracy/accuracy.h"

#include "core/accuracy/value_histogram.h"
#include "core/base/text.h"
#include "core/graph/mapped_file.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cutline {
namespace {

/// Nodes of one merged model: beyond some thousand, loading takes longer than sharing saves.
constexpr std::size_t kMostNodes = 4000;
/// Nodes that a quantised node becomes, about.
constexpr std::size_t kNodesEach = 4;
/// Models of more bytes are loaded once, not once a core.
constexpr std::size_t kLargeModel = std::size_t{256} << 20;

/// Index of the largest value, the lowest where several are equal.
std::size_t largest(std::span<const float> values) {
    return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

bool allFinite(std::span<const float> values) {
    return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

bool amongLargest(std::span<const float> values, std::size_t label, std::size_t k) {
    std::size_t before = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
        before += values[i] > values[label] || (values[i] == values[label] && i < label);
    return before < k;
}

} // namespace

/// Sums over the images of one output under one vector.
struct AccuracyMeter::Tally {
    OutputAccuracy accuracy;
    /// By image, and summed in their order at the end: results do not depend on which batch ends first.
    std::vector<double> signals, noises;

    void add(std::size_t image, std::span<const float> values, std::span<const float> exact, const DataSet& data,
             std::size_t top_k) {
        // One value that is a class number rather than scores is the answer itself.
        const auto answerOf = [](std::span<const float> of) {
            return of.size() == 1 ? static_cast<std::size_t>(std::max(of[0], 0.0f)) : largest(of);
        };
        // What is no number answers nothing, and is noise a million times the signal: an infinite one would end all sums.
        const bool answers = allFinite(values);
        const std::size_t answer = answers ? answerOf(values) : values.size();
        const bool agrees = answers && answer == answerOf(exact);
        bool right = agrees;
        if (data.hasLabels()) {
            const std::size_t label = data.label(image);
            right = answers && answer == label;
            accuracy.correct += right;
            accuracy.correct_top_k +=
                values.size() == 1 ? right : answers && label < values.size() && amongLargest(values, label, top_k);
        }
        accuracy.agreeing += agrees;
        accuracy.right[image] = right;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto y = static_cast<double>(exact[i]), d = y - static_cast<double>(values[i]);
            signals[image] += y * y;
            noises[image] += answers ? d * d : 1e6 * std::max(y * y, 1.0);
        }
    }
    double signal() const { return std::accumulate(signals.begin(), signals.end(), 0.0); }
    double noise() const { return std::accumulate(noises.begin(), noises.end(), 0.0); }
    OutputAccuracy finished() {
        const double signal = this->signal(), noise = this->noise();
        constexpr double kNoNoise_db = 200; // past what float32 can tell
        accuracy.snr_db = noise > 0 && signal > 0 ? std::min(10 * std::log10(signal / noise), kNoNoise_db)
                          : signal > 0            ? kNoNoise_db
                                                  : 0;
        return accuracy;
    }
};

Result<AccuracyMeter> AccuracyMeter::make(const ImportedModel& model, DataSet test, DataSet calibration,
                                          MeasureOptions options, Progress& progress) {
    if (!(options.percentile > 0 && options.percentile <= 100))
        return Error{"--percentile", "is no share of a tensor's values",
                     "give a number above 0, at most 100, like 99.99"};
    const auto file = MappedFile::open(model.file);
    if (!file) return file.error();
    auto network = QuantNetwork::make(model, file->bytes());
    if (!network) return network.error();
    const auto spread =
        file->bytes().size() > kLargeModel ? BatchRunner::Spread::Threads : BatchRunner::Spread::Helpers;
    auto runner = BatchRunner::start(options.engine, spread);
    if (!runner) return runner.error();
    AccuracyMeter meter(*std::move(network), std::move(test), std::move(calibration), std::move(options),
                        *std::move(runner));
    meter.m_path = model.file;
    meter.m_sha256 = model.sha256;
    const std::string& named = meter.m_options.output.empty() ? meter.m_test.output() : meter.m_options.output;
    const auto judged = judgedAmong(meter.m_network.outputs(), named, printable(model.file));
    if (!judged) return judged.error();
    meter.m_judged = *judged;
    PartProgress part(progress, 0, 1);
    try {
        if (auto probed = meter.probe(part); !probed) return probed.error();
        if (auto calibrated = meter.calibrate(part); !calibrated) return calibrated.error();
        if (meter.m_options.percentile < 100)
            if (auto cut = meter.cutTails(part); !cut) return cut.error();
    } catch (const std::exception& problem) {
        return Error{printable(model.file), problem.what(), "use fewer images or a smaller model"};
    }
    meter.readCache();
    return meter;
}

Result<void> AccuracyMeter::checkOutput(const EnginePort& port, const TensorValue& value, std::size_t images) const {
    const std::size_t values = floatsOf(value).size();
    if (values == 0 || values % images != 0)
        return Error{printable(m_path), "output " + inQuotes(port.name) + " has " + std::to_string(values) +
                                            " values for " + std::to_string(images) + " images",
                     "use a model with one answer an image"};
    return {};
}

Result<void> AccuracyMeter::probe(Progress& progress) {
    const std::string where = printable(m_path);
    const auto model = m_runner.engine().load({m_path, {}, {}}, progress);
    if (!model) return model.error();
    if (model->inputs().size() != 1) {
        std::string names;
        for (const EnginePort& port : model->inputs()) names += (names.empty() ? "" : ", ") + inQuotes(port.name);
        return Error{where, "has " + std::to_string(model->inputs().size()) + " inputs (" + names + "), images go into one",
                     "use a model with one input"};
    }
    const EnginePort& input = model->inputs()[0];
    for (const DataSet* set : {&m_test, &m_calibration}) {
        const Shape image = set->shape();
        bool fits = input.shape.size() == image.size() + 1;
        for (std::size_t d = 0; fits && d < image.size(); ++d)
            fits = input.shape[d + 1] < 0 || input.shape[d + 1] == image[d];
        if (!fits)
            return Error{printable(set->file()),
                         "images are " + shapeText(image) + " each, input " + inQuotes(input.name) + " of " + where +
                             " takes " + shapeText(input.shape),
                         "correct layout_model, resize or crop in the description"};
    }
    m_batch = BatchRunner::batchFor(input, m_test);
    const bool free = input.shape[0] < 0;
    // Two images at once first: models whose inside fixes a batch of one do not take them, or join their answers.
    for (std::size_t n = free && m_test.size() > 1 && m_batch > 1 ? 2 : m_batch;; n = 1) {
        const std::size_t have = std::min(n, m_test.size());
        const auto images = BatchRunner::inputOf(m_path, input, m_test, 0, have, n);
        if (!images) return images.error();
        const auto outputs = model->run(std::vector<NamedTensor>{{input.name, &*images}}, {}, progress);
        const bool can_retry = free && n > 1 && !progress.cancelled() && m_runner.engine().isRunning();
        if (!outputs && !can_retry) return outputs.error();
        const bool split = outputs && std::all_of(outputs->begin(), outputs->end(), [n](const TensorValue& value) {
                               return !value.shape.empty() && value.shape[0] == static_cast<std::int64_t>(n);
                           });
        if (!split && can_retry) {
            m_batch = 1;
            continue;
        }
        for (std::size_t o = 0; o < outputs->size(); ++o) {
            if (auto good = checkOutput(model->outputs()[o], (*outputs)[o], n); !good) return good;
            m_widths.push_back(floatsOf((*outputs)[o]).size() / n);
        }
        break;
    }
    if (m_widths.empty()) return Error{where, "has no outputs", "export the model again"};
    const std::size_t classes = m_widths[m_judged];
    if (m_test.hasLabels() && classes > 1 && m_test.largestLabel() >= classes)
        return Error{m_test.largestLabelPlace(),
                     "label " + std::to_string(m_test.largestLabel()) + ", output " +
                         inQuotes(model->outputs()[m_judged].name) + " of " + where + " has " + std::to_string(classes) +
                         " classes",
                     "use the labels that the network was trained for, from 0"};
    return {};
}

Result<void> AccuracyMeter::calibrate(Progress& progress) {
    const std::size_t points = m_network.points().size();
    m_ranges.assign(points, {HUGE_VALF, -HUGE_VALF});
    if (points == 0) return {};
    const std::string bytes = m_network.calibrationModel();
    const ModelSource source{m_path, bytes, {}};
    BatchRunner::Job job{&source, &m_calibration, {}, m_batch};
    for (std::size_t p = 0; p < points; ++p) {
        job.wanted.push_back(QuantNetwork::lowest(p));
        job.wanted.push_back(QuantNetwork::highest(p));
    }
    const std::size_t weights = m_network.computedWeights().size();
    for (std::size_t w = 0; w < weights; ++w) job.wanted.push_back(QuantNetwork::computedWeight(w));
    bool first_batch = true;
    const auto each = [&](std::size_t, std::size_t, const std::vector<TensorValue>& outputs) -> Result<void> {
        for (std::size_t p = 0; p < points; ++p) {
            const std::vector<float> low = floatsOf(outputs[2 * p]), high = floatsOf(outputs[2 * p + 1]);
            if (low.empty() || high.empty() || !std::isfinite(low[0]) || !std::isfinite(high[0]))
                return Error{printable(m_path), "tensor " + inQuotes(m_network.points()[p]) +
                                                    " is not finite for a calibration image",
                             "check the model and the preprocessing of its images"};
            m_ranges[p] = {std::min(m_ranges[p].low, low[0]), std::max(m_ranges[p].high, high[0])};
        }
        for (std::size_t w = 0; first_batch && w < weights; ++w) {
            const TensorValue& value = outputs[2 * points + w];
            m_network.setComputedWeight(w, value.shape, floatsOf(value));
        }
        first_batch = false;
        return {};
    };
    return m_runner.run(job, each, progress);
}

Result<void> AccuracyMeter::cutTails(Progress& progress) {
    const double share = (100 - m_options.percentile) / 200;
    std::vector<ValueHistogram> histograms(m_ranges.size());
    const std::string bytes = m_network.calibrationModel();
    ModelSource source{m_path, bytes, {}};
    std::vector<std::size_t> inner;
    for (std::size_t p = 0; p < m_ranges.size(); ++p) {
        if (m_network.producers()[p] == "(input)") {
            std::vector<float> image(static_cast<std::size_t>(*elementCount(m_calibration.shape())));
            for (std::size_t i = 0; i < m_calibration.size(); ++i) {
                m_calibration.fill(i, 1, image.data());
                histograms[p].add(image, m_ranges[p]);
            }
        } else {
            // What takes its extremes reads it, too, so that no fusing of layers leaves it out.
            inner.push_back(p);
            source.extra_outputs.push_back(m_network.points()[p]);
        }
    }
    const BatchRunner::Job job{&source, &m_calibration, source.extra_outputs, m_batch};
    const auto each = [&](std::size_t, std::size_t, const std::vector<TensorValue>& outputs) -> Result<void> {
        for (std::size_t k = 0; k < inner.size(); ++k) histograms[inner[k]].add(floatsOf(outputs[k]), m_ranges[inner[k]]);
        return {};
    };
    if (!inner.empty())
        if (auto done = m_runner.run(job, each, progress); !done) return done;
    for (std::size_t p = 0; p < m_ranges.size(); ++p) m_ranges[p] = histograms[p].without(share, m_ranges[p]);
    return {};
}

std::optional<Measurement> AccuracyMeter::known(const PrecisionVector& vector) const {
    const auto at = m_known.find(key(vector));
    return at == m_known.end() ? std::nullopt : std::optional(at->second);
}

Error AccuracyMeter::notFinite(std::size_t output, const DataSet& data) const {
    return {printable(m_path), "output " + inQuotes(m_network.outputs()[output]) + " is not finite for an image of " + printable(data.file()),
            "check the model and the preprocessing of its images"};
}

Result<AccuracyMeter::Tallies> AccuracyMeter::tally(const DataSet& data, std::span<const PrecisionVector> vectors,
                                                    Progress& progress) {
    // The float32 network goes along: what agrees with it and how far values are from its own is told for each.
    std::vector<PrecisionVector> all{PrecisionVector::uniform(layerCount(), {})};
    all.insert(all.end(), vectors.begin(), vectors.end());
    const auto merged = m_network.merged(all, m_ranges, m_options.scheme);
    if (!merged) return merged.error();
    const ModelSource source{m_path, merged->bytes, {}};
    BatchRunner::Job job{&source, &data, {}, m_batch};
    std::map<std::string, std::size_t> place;
    for (const auto& outputs : merged->outputs)
        for (const std::string& name : outputs)
            if (place.emplace(name, job.wanted.size()).second) job.wanted.push_back(name);
    Tallies tallies(all.size(), std::vector<Tally>(m_widths.size()));
    for (auto& of_vector : tallies)
        for (std::size_t o = 0; o < of_vector.size(); ++o) {
            of_vector[o].accuracy.name = m_network.outputs()[o];
            of_vector[o].accuracy.total = data.size();
            of_vector[o].accuracy.right.resize(data.size());
            of_vector[o].signals.resize(data.size());
            of_vector[o].noises.resize(data.size());
        }
    const auto each = [&](std::size_t first, std::size_t n, const std::vector<TensorValue>& outputs) -> Result<void> {
        std::vector<std::vector<float>> values;
        for (const TensorValue& output : outputs) values.push_back(floatsOf(output));
        for (std::size_t v = 0; v < all.size(); ++v)
            for (std::size_t o = 0; o < m_widths.size(); ++o) {
                const auto& own = values[place[merged->outputs[v][o]]];
                const auto& exact = values[place[merged->outputs[0][o]]];
                if (own.size() < n * m_widths[o] || exact.size() < n * m_widths[o])
                    return Error{printable(m_path), "output " + inQuotes(m_network.outputs()[o]) + " changes its size",
                                 "use a model with one answer an image"};
                if (v == 0 && o == m_judged && !allFinite(std::span(exact).first(n * m_widths[o]))) return notFinite(o, data);
                for (std::size_t i = 0; i < n; ++i)
                    tallies[v][o].add(first + i, std::span(own).subspan(i * m_widths[o], m_widths[o]),
                                      std::span(exact).subspan(i * m_widths[o], m_widths[o]), data, m_options.top_k);
            }
        return {};
    };
    if (auto ran = m_runner.run(job, each, progress); !ran) return ran.error();
    return tallies;
}

Result<void> AccuracyMeter::inParts(
    std::span<const PrecisionVector> vectors, Progress& progress,
    const std::function<Result<void>(std::span<const PrecisionVector>, Progress&)>& each) const {
    const std::size_t nodes = kNodesEach * std::max<std::size_t>(m_network.nodeCount(), 1);
    const std::size_t most = std::max<std::size_t>(kMostNodes / nodes, 1);
    for (std::size_t first = 0; first < vectors.size(); first += most) {
        const std::size_t n = std::min(most, vectors.size() - first);
        PartProgress part(progress, static_cast<double>(first) / static_cast<double>(vectors.size()),
                          static_cast<double>(first + n) / static_cast<double>(vectors.size()));
        try {
            if (auto done = each(vectors.subspan(first, n), part); !done) return done;
        } catch (const std::exception& problem) {
            return Error{printable(m_path), problem.what(), "use fewer images or a smaller model"};
        }
    }
    return {};
}

Result<std::vector<Measurement>> AccuracyMeter::measure(std::span<const PrecisionVector> vectors, Progress& progress) {
    std::vector<PrecisionVector> missing;
    for (const PrecisionVector& vector : vectors)
        if (!m_known.contains(key(vector)) && std::find(missing.begin(), missing.end(), vector) == missing.end())
            missing.push_back(vector);
    // Neighbours in this order have their first layers in common.
    std::sort(missing.begin(), missing.end(), [](const PrecisionVector& a, const PrecisionVector& b) {
        return a.input != b.input ? a.input < b.input : a.layers < b.layers;
    });
    const auto done = inParts(missing, progress, [&](std::span<const PrecisionVector> part, Progress& own) -> Result<void> {
        auto tallies = tally(m_test, part, own);
        if (!tallies) return tallies.error();
        for (std::size_t v = 0; v < part.size(); ++v) {
            Measurement measurement{m_test.hasLabels(), {}, m_judged};
            for (Tally& of_output : (*tallies)[v + 1]) measurement.outputs.push_back(of_output.finished());
            m_known.insert_or_assign(key(part[v]), std::move(measurement));
        }
        return {};
    });
    // What was measured before an error or a cancel is not lost.
    if (!missing.empty()) writeCache();
    if (!done) return done.error();
    std::vector<Measurement> results;
    for (const PrecisionVector& vector : vectors) results.push_back(m_known.at(key(vector)));
    return results;
}

Result<std::vector<double>> AccuracyMeter::noise(std::span<const PrecisionVector> vectors, std::size_t images,
                                                 Progress& progress) {
    const DataSet data = m_calibration.first(images);
    std::vector<PrecisionVector> missing;
    for (const PrecisionVector& vector : vectors)
        if (!m_noises.contains(noiseKey(vector, images))) missing.push_back(vector);
    const auto done = inParts(missing, progress, [&](std::span<const PrecisionVector> part, Progress& own) -> Result<void> {
        const auto tallies = tally(data, part, own);
        if (!tallies) return tallies.error();
        for (std::size_t v = 1; v < tallies->size(); ++v) {
            const Tally& judged = (*tallies)[v][m_judged];
            m_noises[noiseKey(part[v - 1], images)] = judged.signal() > 0 ? judged.noise() / judged.signal() : 0;
        }
        return {};
    });
    if (!missing.empty()) writeCache();
    if (!done) return done.error();
    std::vector<double> shares;
    for (const PrecisionVector& vector : vectors) shares.push_back(m_noises.at(noiseKey(vector, images)));
    return shares;
}

Result<std::vector<std::vector<float>>> AccuracyMeter::values(const PrecisionVector& vector, Progress& progress) {
    const auto merged = m_network.merged(std::span(&vector, 1), m_ranges, m_options.scheme);
    if (!merged) return merged.error();
    const ModelSource source{m_path, merged->bytes, {}};
    const BatchRunner::Job job{&source, &m_test, merged->outputs[0], m_batch};
    std::vector<std::vector<float>> all(m_widths.size());
    for (std::size_t o = 0; o < all.size(); ++o) all[o].resize(m_test.size() * m_widths[o]);
    const auto each = [&](std::size_t first, std::size_t n, const std::vector<TensorValue>& outputs) -> Result<void> {
        for (std::size_t o = 0; o < all.size(); ++o) {
            const std::vector<float> values = floatsOf(outputs[o]);
            std::copy_n(values.begin(), std::min(values.size(), n * m_widths[o]),
                        all[o].begin() + static_cast<std::ptrdiff_t>(first * m_widths[o]));
        }
        return {};
    };
    if (auto ran = m_runner.run(job, each, progress); !ran) return ran.error();
    return all;
}

Result<std::vector<ExitRow>> AccuracyMeter::exits(std::span<const double> thresholds, const PrecisionVector& vector,
                                                  Progress& progress) {
    if (m_widths.size() < 2 || !std::equal(m_widths.begin() + 1, m_widths.end(), m_widths.begin()))
        return Error{printable(m_path), "has no early exits: one output, or outputs of different sizes",
                     "use a network whose outputs are exits"};
    if (!m_test.hasLabels()) return Error{printable(m_test.file()), "has no labels", "exits are judged by them"};
    const auto values = this->values(vector, progress);
    if (!values) return values.error();
    return exitTable(*values, m_widths[0], m_test, thresholds);
}

} // namespace cutline
