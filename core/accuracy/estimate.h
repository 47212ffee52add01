// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/accuracy/accuracy.h"
#include "core/plan/metrics.h"
#include "core/plan/sensitivity.h"

#include <span>
#include <vector>

namespace cutline {

/// What images say of a measurement: top-1 where they have labels, else the share that agrees with float32.
double scoreOf(const Measurement& measurement);
Accuracy accuracyOf(const Measurement& measurement);

/// A falling curve through measured points: score over noise. Points of equal or rising score are averaged until the
/// curve falls throughout (pool adjacent violators); between points it is straight over the logarithm of the noise.
class ScoreCurve {
public:
    struct Point {
        double noise = 0, score = 0;
    };
    /// `exact`: the score without noise, from which the curve starts.
    ScoreCurve(double exact, std::vector<Point> points);

    double score(double noise) const;
    /// The most noise that keeps at least `score`; negative where none does.
    double mostNoise(double score) const;
    /// Root mean square of what a point misses where the curve is made without it: what to expect of a new plan.
    double error() const { return m_error; }
    /// Spearman's, of what the others say of a point and what it is.
    double rankCorrelation() const { return m_rank_correlation; }
    std::size_t size() const { return m_points.size(); }

private:
    static std::vector<Point> falling(double exact, std::vector<Point> points);
    static double at(std::span<const Point> curve, double exact, double noise);

    double m_exact;
    std::vector<Point> m_points, m_curve;
    double m_error = 0, m_rank_correlation = 0;
};

/// Estimates the accuracy of any plan of a system: each layer adds the noise that it makes alone, and a curve fitted
/// to measured precisions tells what the sum means.
struct AccuracyEstimate {
    /// By layer and platform, share of the output's power; the first reader's includes that of the network's input.
    SensitivityPtr noise;
    std::vector<SensitivityPtr> further; ///< of platforms at their k-th further precision, by k - 1
    ScoreCurve curve{0, {}};
    double bits_rank_correlation = 0; ///< what counting bits alone makes of the measured precisions, as curve.rankCorrelation()
    double exact = 0;          ///< score of the float32 network
    bool labelled = true;

    double noiseOf(const Plan& plan, std::size_t layers) const;
    Accuracy accuracy(double noise) const; ///< Estimated, with an interval of two standard errors of the fit
};

/// Runs each layer alone at each precision that the system's platforms offer, on the calibration images, and measures
/// some dozen precisions of the whole network for the curve. Errors as those of AccuracyMeter::measure.
Result<AccuracyEstimate> estimateAccuracy(AccuracyMeter& meter, const Graph& graph, const System& system,
                                          Progress& progress);

} // namespace cutline
