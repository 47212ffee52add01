// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/accuracy/estimate.h"

#include "core/accuracy/rank_correlation.h"
#include "core/plan/plan.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>

namespace cutline {
namespace {

/// Multiply-accumulates that finding all noises may take; fewer images do where a network is large.
constexpr double kMostMacs = 4e11;
constexpr double kLeastNoise = 1e-12; ///< below it float32 itself is noise
/// Whole networks cut in two that the curve is made of, for each ordered pair of precisions.
constexpr std::size_t kCutsEach = 4;
constexpr std::size_t kMostPairs = 6;
/// Networks with layers of mixed precisions, as plans of any assignment have them.
constexpr std::size_t kMixed = 16;

std::size_t imagesFor(const Graph& graph, std::size_t vectors, std::size_t available) {
    const double each = std::max(static_cast<double>(graph.totalMacs()), 1e5) * static_cast<double>(std::max<std::size_t>(vectors, 1));
    return static_cast<std::size_t>(std::clamp(kMostMacs / each, 4.0, static_cast<double>(std::max<std::size_t>(available, 4))));
}

std::vector<LayerPrecision> distinct(std::span<const std::vector<LayerPrecision>> levels) {
    std::vector<LayerPrecision> all;
    for (const auto& of_platforms : levels)
        for (const LayerPrecision& p : of_platforms)
            if (std::find(all.begin(), all.end(), p) == all.end()) all.push_back(p);
    return all;
}

/// Each precision throughout, and pairs of them on both sides of some cuts.
std::vector<PrecisionVector> vectorsForCurve(std::span<const LayerPrecision> precisions, std::size_t layers) {
    std::vector<PrecisionVector> vectors;
    for (const LayerPrecision& p : precisions)
        vectors.push_back({std::vector<LayerPrecision>(layers, p), p.activations});
    std::size_t pairs = 0;
    for (const LayerPrecision& before : precisions)
        for (const LayerPrecision& after : precisions) {
            if (before == after || pairs++ >= kMostPairs) continue;
            for (std::size_t cut = 1; cut <= kCutsEach; ++cut) {
                PrecisionVector vector{std::vector<LayerPrecision>(layers, after), before.activations};
                std::fill_n(vector.layers.begin(), layers * cut / (kCutsEach + 1), before);
                vectors.push_back(std::move(vector));
            }
        }
    if (precisions.size() < 2) return vectors;
    std::minstd_rand random(1);
    for (std::size_t i = 0; i < kMixed; ++i) {
        // Another precision is the most frequent each time, by another margin.
        const std::size_t frequent = i % precisions.size();
        PrecisionVector vector = PrecisionVector::uniform(layers, {});
        for (LayerPrecision& layer : vector.layers)
            layer = random() % kMixed < i ? precisions[frequent] : precisions[random() % precisions.size()];
        vector.input = vector.layers.front().activations;
        vectors.push_back(std::move(vector));
    }
    return vectors;
}

} // namespace

double scoreOf(const Measurement& measurement) {
    const OutputAccuracy& judged = measurement.judged();
    if (judged.total == 0) return 0;
    return static_cast<double>(measurement.labelled ? judged.correct : judged.agreeing) /
           static_cast<double>(judged.total);
}

Accuracy accuracyOf(const Measurement& measurement) {
    const OutputAccuracy& judged = measurement.judged();
    const Interval interval = wilsonInterval(measurement.labelled ? judged.correct : judged.agreeing, judged.total);
    return {scoreOf(measurement), Accuracy::Kind::Measured, interval.low, interval.high,
            std::make_shared<const std::vector<bool>>(judged.right)};
}

ScoreCurve::ScoreCurve(double exact, std::vector<Point> points) : m_exact(exact), m_points(std::move(points)) {
    for (Point& point : m_points) point.noise = std::max(point.noise, kLeastNoise);
    m_curve = falling(exact, m_points);
    double sum = 0;
    std::vector<double> without, scores;
    for (std::size_t left_out = 0; left_out < m_points.size(); ++left_out) {
        std::vector<Point> others = m_points;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(left_out));
        without.push_back(at(falling(exact, std::move(others)), exact, m_points[left_out].noise));
        scores.push_back(m_points[left_out].score);
        const double miss = without.back() - scores.back();
        sum += miss * miss;
    }
    m_error = m_points.empty() ? 0 : std::sqrt(sum / static_cast<double>(m_points.size()));
    m_rank_correlation = cutline::rankCorrelation(without, scores);
}

std::vector<ScoreCurve::Point> ScoreCurve::falling(double exact, std::vector<Point> points) {
    points.push_back({kLeastNoise, exact});
    std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) {
        return a.noise != b.noise ? a.noise < b.noise : a.score > b.score;
    });
    struct Block {
        double score, weight, log_noise;
    };
    std::vector<Block> blocks;
    for (const Point& point : points) {
        blocks.push_back({point.score, 1, std::log(point.noise)});
        while (blocks.size() > 1 && blocks[blocks.size() - 2].score <= blocks.back().score) {
            const Block last = blocks.back();
            blocks.pop_back();
            Block& into = blocks.back();
            const double weight = into.weight + last.weight;
            into = {(into.score * into.weight + last.score * last.weight) / weight, weight,
                    (into.log_noise * into.weight + last.log_noise * last.weight) / weight};
        }
    }
    std::vector<Point> curve;
    for (const Block& block : blocks) curve.push_back({std::exp(block.log_noise), block.score});
    return curve;
}

double ScoreCurve::at(std::span<const Point> curve, double exact, double noise) {
    if (curve.empty()) return exact;
    noise = std::max(noise, kLeastNoise);
    if (noise <= curve.front().noise) return curve.front().score;
    for (std::size_t i = 1; i < curve.size(); ++i) {
        if (noise > curve[i].noise) continue;
        const double share = std::log(noise / curve[i - 1].noise) / std::log(curve[i].noise / curve[i - 1].noise);
        return curve[i - 1].score + (curve[i].score - curve[i - 1].score) * share;
    }
    return curve.back().score;
}

double ScoreCurve::score(double noise) const { return at(m_curve, m_exact, noise); }

double ScoreCurve::mostNoise(double wanted) const {
    if (m_curve.empty() || m_curve.front().score < wanted) return -1;
    for (std::size_t i = 1; i < m_curve.size(); ++i) {
        if (m_curve[i].score >= wanted) continue;
        const double share = (m_curve[i - 1].score - wanted) / (m_curve[i - 1].score - m_curve[i].score);
        return m_curve[i - 1].noise * std::pow(m_curve[i].noise / m_curve[i - 1].noise, share);
    }
    return HUGE_VAL;
}

double AccuracyEstimate::noiseOf(const Plan& plan, std::size_t layers) const {
    std::vector<double> of_layer(layers, 0);
    for (const Stage& stage : plan.stages) {
        const bool own = stage.precision == 0 || stage.precision > further.size();
        const SensitivityTable& table = own ? *noise : *further[stage.precision - 1u];
        for (const LayerId layer : stage.layers) of_layer[layer.index()] = table.value(layer, stage.platform);
    }
    return std::accumulate(of_layer.begin(), of_layer.end(), 0.0);
}

Accuracy AccuracyEstimate::accuracy(double of) const {
    const double top1 = curve.score(of), margin = 2 * curve.error();
    return {top1, Accuracy::Kind::Estimated, std::max(top1 - margin, 0.0), std::min(top1 + margin, 1.0), nullptr};
}

Result<AccuracyEstimate> estimateAccuracy(AccuracyMeter& meter, const Graph& graph, const System& system,
                                          Progress& progress) {
    // By level, then platform: 0 its own precision, k the k-th further one where it offers so many.
    std::vector<std::vector<LayerPrecision>> levels;
    for (std::size_t k = 0, last = 0; k <= last; ++k) {
        auto& of_platform = levels.emplace_back();
        for (const Platform& platform : system.platforms) {
            last = std::max(last, platform.precisions.size());
            const auto precision = precisionOf(atPrecision(platform, k));
            if (!precision) return precision.error();
            of_platform.push_back(*precision);
        }
    }
    const std::vector<LayerPrecision> precisions = distinct(levels);
    // One layer at a time, from the last to the first: neighbours share all that comes before.
    const std::size_t layers = graph.layerCount();
    std::vector<PrecisionVector> vectors;
    std::vector<std::pair<std::uint32_t, LayerPrecision>> about;
    for (auto l = static_cast<std::uint32_t>(layers); l-- > 0;) {
        if (!meter.network().isQuantised(LayerId{l})) continue;
        for (const LayerPrecision& p : precisions) {
            vectors.push_back(PrecisionVector::uniform(layers, {}));
            vectors.back().layers[l] = p;
            about.emplace_back(l, p);
        }
    }
    const std::size_t single = vectors.size();
    for (const LayerPrecision& p : precisions) {
        vectors.push_back(PrecisionVector::uniform(layers, {}));
        vectors.back().input = p.activations;
    }
    const auto noise = meter.noise(vectors, imagesFor(graph, vectors.size(), meter.calibrationSize()), progress);
    if (!noise) return noise.error();

    AccuracyEstimate estimate;
    std::map<std::pair<std::uint32_t, LayerPrecision>, double> of_layer;
    for (std::size_t i = 0; i < single; ++i) of_layer[about[i]] = (*noise)[i];
    std::map<Width, double> of_input;
    for (std::size_t i = 0; i < precisions.size(); ++i) of_input[precisions[i].activations] = (*noise)[single + i];
    // The network's input is at the precision of whoever reads it first.
    std::optional<LayerId> first;
    for (const TensorId input : graph.inputs())
        for (const LayerId reader : graph.tensor(input).consumers)
            if (!first || reader < *first) first = reader;
    for (const auto& of_platform : levels) {
        SensitivityTable table(layers, system.platforms.size());
        for (std::uint32_t p = 0; p < system.platforms.size(); ++p)
            for (std::uint32_t l = 0; l < layers; ++l) {
                const auto at = of_layer.find({l, of_platform[p]});
                double value = at == of_layer.end() ? 0 : at->second;
                if (first && first->value == l) value += of_input[of_platform[p].activations];
                table.set(LayerId{l}, PlatformId{p}, value);
            }
        auto shared = std::make_shared<const SensitivityTable>(std::move(table));
        if (estimate.noise)
            estimate.further.push_back(std::move(shared));
        else
            estimate.noise = std::move(shared);
    }

    std::vector<PrecisionVector> whole = vectorsForCurve(precisions, layers);
    whole.push_back(PrecisionVector::uniform(layers, {}));
    const auto measured = meter.measure(whole, progress);
    if (!measured) return measured.error();
    estimate.exact = scoreOf(measured->back());
    estimate.labelled = measured->back().labelled;
    std::vector<ScoreCurve::Point> points;
    std::vector<double> bits, scores;
    for (std::size_t v = 0; v + 1 < whole.size(); ++v) {
        double sum = of_input[whole[v].input], bits_of_layers = 0;
        for (std::uint32_t l = 0; l < layers; ++l) {
            const auto at = of_layer.find({l, whole[v].layers[l]});
            if (at == of_layer.end()) continue;
            sum += at->second;
            bits_of_layers += whole[v].layers[l].weights.bits + whole[v].layers[l].activations.bits;
        }
        points.push_back({sum, scoreOf((*measured)[v])});
        bits.push_back(bits_of_layers);
        scores.push_back(points.back().score);
    }
    estimate.bits_rank_correlation = rankCorrelation(bits, scores);
    estimate.curve = ScoreCurve(estimate.exact, std::move(points));
    return estimate;
}

} // namespace cutline
