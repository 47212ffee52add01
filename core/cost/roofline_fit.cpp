// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/roofline_fit.h"

#include "core/base/text.h"
#include "core/cost/roofline.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace cutline {
namespace {

struct Sample {
    RooflineModel::Terms terms;
    double measured_s = 0;
};

/// Sum of squared log errors, and the log errors themselves, of one class at an efficiency.
class ClassError {
public:
    ClassError(const std::vector<Sample>& samples, double launch_s) : m_samples(samples), m_launch_s(launch_s) {}

    double logError(const Sample& sample, double efficiency) const {
        return std::log(sample.measured_s / sample.terms.time(m_launch_s, efficiency));
    }
    double squares(double log_efficiency) const {
        double sum = 0;
        for (const Sample& sample : m_samples) {
            const double error = logError(sample, std::exp(log_efficiency));
            sum += error * error;
        }
        return sum;
    }

private:
    const std::vector<Sample>& m_samples;
    double m_launch_s;
};

bool isLimitedByCompute(const Sample& sample, double efficiency) {
    return sample.terms.compute_s > 0 && sample.terms.compute_s / efficiency >= sample.terms.move_s;
}

/// The minimum need not be the only one: where a layer turns from compute to bandwidth the sum has a kink. A grid finds
/// the valley, golden sections its floor.
double bestEfficiency(const std::vector<Sample>& samples, double launch_s, double before) {
    constexpr int kGrid = 200, kSections = 100;
    double least = std::log(before), most = least;
    for (const Sample& sample : samples) {
        if (sample.terms.compute_s <= 0) continue;
        // Where compute would explain the layer alone.
        const double alone = std::log(sample.terms.compute_s / sample.measured_s);
        least = std::min(least, alone - 1);
        most = std::max(most, alone + 1);
    }
    const ClassError error(samples, launch_s);
    double best = std::log(before), best_error = error.squares(best);
    const double step = (most - least) / kGrid;
    if (step <= 0) return before;
    for (int i = 0; i <= kGrid; ++i) {
        const double at = least + step * i, its_error = error.squares(at);
        // A flat floor (nothing limited by compute) keeps what there was.
        if (its_error < best_error * (1 - 1e-12)) {
            best = at;
            best_error = its_error;
        }
    }
    double low = best - step, high = best + step;
    const double golden = (std::sqrt(5.0) - 1) / 2;
    for (int i = 0; i < kSections && high - low > 1e-12; ++i) {
        const double left = high - golden * (high - low), right = low + golden * (high - low);
        if (error.squares(left) < error.squares(right))
            high = right;
        else
            low = left;
    }
    const double refined = (low + high) / 2;
    if (error.squares(refined) < best_error * (1 - 1e-12)) return std::exp(refined);
    return best == std::log(before) ? before : std::exp(best);
}

double mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

} // namespace

Result<RooflineFit> fitRoofline(const CostTable& measured, PlatformId id) {
    const Platform& platform = measured.system().platform(id);
    if (!platform.roofline)
        return Error{"platform " + platform.name, "has no roofline to fit", "give its descriptor one with a peak"};
    const auto model = RooflineModel::make(platform, {});
    if (!model) return model.error();
    const Graph& graph = measured.graph();
    std::map<OpClass, std::vector<Sample>> samples;
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l) {
        const Cost& cost = measured.layer(LayerId{l}, id);
        if (cost.source != Source::Profile || !(cost.latency_s > 0)) continue;
        if (const auto terms = (*model)->terms(graph, LayerId{l}))
            samples[graph.layer(LayerId{l}).op_class].push_back({*terms, cost.latency_s});
    }
    if (samples.empty())
        return Error{"platform " + platform.name, "no measured layer that its roofline predicts",
                     "give --profile " + platform.name + "=FILE with times of this model's layers"};
    RooflineFit fit;
    std::vector<double> all;
    double squares_of_layers = 0, squares_of_classes = 0;
    for (const auto& [op_class, of_class] : samples) {
        const auto known = platform.roofline->efficiency.find(std::string(nameOf(op_class)));
        RooflineFit::Class& result = fit.classes.emplace_back();
        result.op_class = op_class;
        result.layers = of_class.size();
        result.efficiency = bestEfficiency(of_class, platform.roofline->launch_s,
                                           known == platform.roofline->efficiency.end() ? 1 : known->second);
        const ClassError error(of_class, platform.roofline->launch_s);
        std::vector<double> left;
        for (const Sample& sample : of_class) {
            left.push_back(error.logError(sample, result.efficiency));
            result.compute_bound += isLimitedByCompute(sample, result.efficiency) ? 1 : 0;
        }
        result.bias = mean(left);
        for (const double one : left) squares_of_layers += (one - result.bias) * (one - result.bias);
        all.insert(all.end(), left.begin(), left.end());
        fit.layers += left.size();
    }
    const double bias = mean(all);
    for (const RooflineFit::Class& one : fit.classes)
        squares_of_classes += static_cast<double>(one.layers) * (one.bias - bias) * (one.bias - bias);
    // Every class has taken one degree of freedom.
    const double freedom = std::max(1.0, static_cast<double>(fit.layers - fit.classes.size()));
    fit.error = {static_cast<float>(std::abs(bias)),
                 static_cast<float>(std::sqrt(squares_of_classes / static_cast<double>(fit.layers))),
                 static_cast<float>(std::sqrt(squares_of_layers / freedom))};
    return fit;
}

Platform withFit(Platform platform, const RooflineFit& fit, const std::string& profile_file) {
    for (const RooflineFit::Class& one : fit.classes)
        platform.roofline->efficiency[std::string(nameOf(one.op_class))] = one.efficiency;
    platform.uncertainty = {fit.error.platform, fit.error.op_class, fit.error.layer};
    const std::string source = "least squares in log time over " + std::to_string(fit.layers) + " layers of " + profile_file;
    for (const char* field : {"roofline.efficiency", "uncertainty"}) {
        std::erase_if(platform.notes, [&](const Note& note) { return note.field == field; });
        platform.notes.push_back({field, Mark::Computed, source});
    }
    return platform;
}

} // namespace cutline
