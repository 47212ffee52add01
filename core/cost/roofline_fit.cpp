// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/roofline_fit.h"

#include "core/base/text.h"
#include "core/cost/roofline.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace cutline {
namespace {

struct Sample {
    RooflineModel::Terms terms;
    double measured_s = 0;
};

struct ClassSamples {
    OpClass op_class = OpClass::Other;
    std::vector<Sample> samples;
};

/// A point of the search.
struct Point {
    std::vector<double> efficiency; ///< by class
    double speed = 1;               ///< of bandwidth, times the descriptor's
    double launch_s = 0;
};

double logError(const Sample& sample, double efficiency, double speed, double launch_s) {
    const double busy_s = std::max(sample.terms.compute_s / efficiency, sample.terms.move_s / speed);
    return std::log(sample.measured_s / (launch_s + busy_s));
}

/// Where a layer turns from compute to bandwidth the sum of squares has a kink, and it may have several valleys: a grid
/// finds the valley, golden sections its floor. A flat floor keeps `before`. All in logs.
template <class Squares>
double leastSquares(double before, double least, double most, int grid, const Squares& squares) {
    constexpr int kSections = 60;
    const double step = (most - least) / grid;
    double best = before, best_error = squares(before);
    if (!(step > 0)) return before;
    for (int i = 0; i <= grid; ++i) {
        const double at = least + step * i, its_error = squares(at);
        if (its_error < best_error * (1 - 1e-12)) {
            best = at;
            best_error = its_error;
        }
    }
    double low = best - step, high = best + step;
    const double golden = (std::sqrt(5.0) - 1) / 2;
    for (int i = 0; i < kSections && high - low > 1e-12; ++i) {
        const double left = high - golden * (high - low), right = low + golden * (high - low);
        if (squares(left) < squares(right))
            high = right;
        else
            low = left;
    }
    const double refined = (low + high) / 2;
    return squares(refined) < best_error * (1 - 1e-12) ? refined : best;
}

/// Coordinate descent, with a step along the way of the last round: launch and efficiency trade along a narrow valley.
class Descent {
public:
    explicit Descent(const std::vector<ClassSamples>& classes) : m_classes(classes) {
        for (const ClassSamples& one : classes) {
            Range& range = m_efficiencies.emplace_back();
            for (const Sample& sample : one.samples) {
                range.take(sample.terms.compute_s / sample.measured_s);
                m_speeds.take(sample.terms.move_s / sample.measured_s);
                m_fastest_s = std::min(m_fastest_s, sample.measured_s);
            }
        }
    }

    double squares(const Point& point) const {
        double sum = 0;
        for (std::size_t c = 0; c < m_classes.size(); ++c)
            sum += squaresOf(c, point.efficiency[c], point.speed, point.launch_s);
        return sum;
    }

    Point from(Point point, FitFreedom freedom) const {
        constexpr int kRounds = 40;
        double error = squares(point);
        for (int round = 0; round < kRounds && error > 1e-18; ++round) {
            const Point before = point;
            alongAxes(point, freedom);
            alongTheWay(before, point);
            const double now = squares(point);
            if (!(now < error * (1 - 1e-7))) break;
            error = now;
        }
        return point;
    }

    /// Valleys are many where several numbers move: descends from the point given and from corners around it.
    Point best(const Point& given, FitFreedom freedom) const {
        std::vector<double> speeds{given.speed}, launches{given.launch_s};
        if (freedom.bandwidth && m_speeds.known())
            for (const double share : {0.1, 0.5, 0.9, 1.0}) speeds.push_back(std::exp(m_speeds.at(share)));
        if (freedom.launch)
            for (const double share : {0.0, 0.5, 0.95}) launches.push_back(share * m_fastest_s);
        Point best = given;
        double least = squares(given);
        for (const double speed : speeds)
            for (const double launch_s : launches) {
                const Point found = from({given.efficiency, speed, launch_s}, freedom);
                const double its = squares(found);
                if (!(its < least * (1 - 1e-9))) continue;
                least = its;
                best = found;
            }
        return best;
    }

private:
    static constexpr int kGrid = 100;

    /// Logs of what would explain layers alone, and some more on both sides.
    struct Range {
        double least = std::numeric_limits<double>::infinity(), most = -least;
        void take(double alone) {
            if (!(alone > 0)) return;
            least = std::min(least, std::log(alone) - 1);
            most = std::max(most, std::log(alone) + 1);
        }
        bool known() const { return least <= most; }
        double at(double share) const { return least + share * (most - least); }
    };

    double squaresOf(std::size_t c, double efficiency, double speed, double launch_s) const {
        double sum = 0;
        for (const Sample& sample : m_classes[c].samples) {
            const double error = logError(sample, efficiency, speed, launch_s);
            sum += error * error;
        }
        return sum;
    }

    void alongAxes(Point& point, FitFreedom freedom) const {
        for (std::size_t c = 0; c < m_classes.size(); ++c) {
            const Range& range = m_efficiencies[c];
            if (!range.known()) continue;
            const double before = std::log(point.efficiency[c]);
            const double after = leastSquares(
                before, std::min(before, range.least), std::max(before, range.most), 2 * kGrid,
                [&](double log) { return squaresOf(c, std::exp(log), point.speed, point.launch_s); });
            // The same number, not what log and exp make of it.
            if (after != before) point.efficiency[c] = std::exp(after);
        }
        const auto along = [&](double& value, double least, double most) {
            const double before = std::log(value);
            const double after = leastSquares(before, least, most, kGrid, [&](double log) {
                value = std::exp(log);
                return squares(point);
            });
            value = std::exp(after);
        };
        if (freedom.bandwidth && m_speeds.known()) along(point.speed, m_speeds.least, m_speeds.most);
        if (!freedom.launch) return;
        Point none = point;
        none.launch_s = 0;
        const double most = std::log(m_fastest_s);
        if (point.launch_s <= 0) point.launch_s = m_fastest_s * 1e-3;
        along(point.launch_s, most - std::log(1e6), most);
        if (squares(none) <= squares(point)) point = none;
    }

    void alongTheWay(const Point& before, Point& point) const {
        double error = squares(point);
        for (double factor = 1; factor < 1e3; factor *= 2) {
            Point further = point;
            const auto stride = [&](double was, double is) {
                return was > 0 && is > 0 ? is * std::pow(is / was, factor) : is;
            };
            for (std::size_t c = 0; c < further.efficiency.size(); ++c)
                further.efficiency[c] = stride(before.efficiency[c], point.efficiency[c]);
            further.speed = stride(before.speed, point.speed);
            further.launch_s = stride(before.launch_s, point.launch_s);
            const double its = squares(further);
            if (!(its < error)) break;
            error = its;
            point = further;
        }
    }

    const std::vector<ClassSamples>& m_classes;
    std::vector<Range> m_efficiencies;
    Range m_speeds;
    double m_fastest_s = std::numeric_limits<double>::infinity();
};

/// The least Bayesian information criterion of what may move.
FitFreedom worthMoving(const Descent& descent, const Point& given, FitFreedom allowed, std::size_t layers, Point& best) {
    constexpr double kExact = 1e-4; // relative; below that a difference of times says nothing
    const auto count = static_cast<double>(layers);
    FitFreedom chosen{false, false};
    double least = std::numeric_limits<double>::infinity();
    for (const FitFreedom freedom : {FitFreedom{false, false}, {true, false}, {false, true}, {true, true}}) {
        if ((freedom.bandwidth && !allowed.bandwidth) || (freedom.launch && !allowed.launch)) continue;
        const Point found = descent.best(given, freedom);
        const double further = (freedom.bandwidth ? 1 : 0) + (freedom.launch ? 1 : 0);
        const double criterion =
            count * std::log(descent.squares(found) / count + kExact * kExact) + further * std::log(count);
        if (!(criterion < least)) continue;
        least = criterion;
        chosen = freedom;
        best = found;
    }
    return chosen;
}

/// On the way a class may have been led to an efficiency that explains no more than the given one did: that one stays.
void keepGiven(const Descent& descent, const Point& given, Point& best) {
    constexpr double kNothing = 1e-12;
    for (std::size_t c = 0; c < best.efficiency.size(); ++c) {
        Point kept = best;
        kept.efficiency[c] = given.efficiency[c];
        if (descent.squares(kept) <= descent.squares(best) * (1 + kNothing) + kNothing) best = kept;
    }
}

double mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

std::vector<ClassSamples> samplesOf(const RooflineModel& model, const CostTable& measured, PlatformId id) {
    const Graph& graph = measured.graph();
    std::map<OpClass, std::vector<Sample>> samples;
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l) {
        const Cost& cost = measured.layer(LayerId{l}, id);
        if (cost.source != Source::Profile || !(cost.latency_s > 0)) continue;
        const auto terms = model.terms(graph, LayerId{l});
        // A layer that takes no time at all in the model has no ratio.
        if (terms && (terms->compute_s > 0 || terms->move_s > 0))
            samples[graph.layer(LayerId{l}).op_class].push_back({*terms, cost.latency_s});
    }
    std::vector<ClassSamples> classes;
    for (auto& [op_class, its] : samples) classes.push_back({op_class, std::move(its)});
    return classes;
}

/// What is left, and the classes of the fit.
void takeErrors(RooflineFit& fit, const std::vector<ClassSamples>& classes, const Point& best, std::size_t further) {
    std::vector<double> all;
    double squares_of_layers = 0, squares_of_classes = 0;
    for (std::size_t c = 0; c < classes.size(); ++c) {
        RooflineFit::Class& result = fit.classes.emplace_back();
        result.op_class = classes[c].op_class;
        result.layers = classes[c].samples.size();
        result.efficiency = best.efficiency[c];
        std::vector<double> left;
        for (const Sample& sample : classes[c].samples) {
            left.push_back(logError(sample, result.efficiency, best.speed, best.launch_s));
            const bool by_compute = sample.terms.compute_s > 0 &&
                                    sample.terms.compute_s / result.efficiency >= sample.terms.move_s / best.speed;
            result.compute_bound += by_compute ? 1 : 0;
        }
        result.bias = mean(left);
        for (const double one : left) squares_of_layers += (one - result.bias) * (one - result.bias);
        all.insert(all.end(), left.begin(), left.end());
    }
    const double bias = mean(all);
    for (const RooflineFit::Class& one : fit.classes)
        squares_of_classes += static_cast<double>(one.layers) * (one.bias - bias) * (one.bias - bias);
    // Every class has taken one degree of freedom, and so has every further number.
    const std::size_t taken = classes.size() + further;
    const double freedom = fit.layers > taken ? static_cast<double>(fit.layers - taken) : 1;
    fit.error = {static_cast<float>(std::abs(bias)),
                 static_cast<float>(std::sqrt(squares_of_classes / static_cast<double>(fit.layers))),
                 static_cast<float>(std::sqrt(squares_of_layers / freedom))};
}

} // namespace

Result<RooflineFit> fitRoofline(const CostTable& measured, PlatformId id, FitFreedom allowed) {
    const Platform& platform = measured.system().platform(id);
    if (!platform.roofline)
        return Error{"platform " + platform.name, "has no roofline to fit", "give its descriptor one with a peak"};
    const auto model = RooflineModel::make(platform, {});
    if (!model) return model.error();
    const auto classes = samplesOf(**model, measured, id);
    if (classes.empty())
        return Error{"platform " + platform.name, "no measured layer that its roofline predicts",
                     "give --profile " + platform.name + "=FILE with times of this model's layers"};
    RooflineFit fit;
    Point given{{}, 1, platform.roofline->launch_s};
    for (const ClassSamples& one : classes) {
        const auto known = platform.roofline->efficiency.find(std::string(nameOf(one.op_class)));
        given.efficiency.push_back(known == platform.roofline->efficiency.end() ? 1 : known->second);
        fit.layers += one.samples.size();
    }
    Point best = given;
    const Descent descent(classes);
    const FitFreedom moved = worthMoving(descent, given, allowed, fit.layers, best);
    keepGiven(descent, given, best);
    if (moved.bandwidth) fit.bandwidth_efficiency = platform.roofline->bandwidth_efficiency * best.speed;
    if (moved.launch) fit.launch_s = best.launch_s;
    takeErrors(fit, classes, best, (moved.bandwidth ? 1U : 0U) + (moved.launch ? 1U : 0U));
    return fit;
}

Platform withFit(Platform platform, const RooflineFit& fit, const std::string& profile_file) {
    std::vector<std::string> fields{"roofline.efficiency", "uncertainty"};
    for (const RooflineFit::Class& one : fit.classes)
        platform.roofline->efficiency[std::string(nameOf(one.op_class))] = one.efficiency;
    if (fit.bandwidth_efficiency) {
        platform.roofline->bandwidth_efficiency = *fit.bandwidth_efficiency;
        fields.emplace_back("roofline.bandwidth_efficiency");
    }
    if (fit.launch_s) {
        platform.roofline->launch_s = *fit.launch_s;
        fields.emplace_back("roofline.launch_s");
    }
    platform.uncertainty = {fit.error.platform, fit.error.op_class, fit.error.layer};
    const std::string source = "least squares in log time over " + std::to_string(fit.layers) + " layers of " + profile_file;
    for (const std::string& field : fields) {
        std::erase_if(platform.notes, [&](const Note& note) { return note.field == field; });
        platform.notes.push_back({field, Mark::Computed, source});
    }
    return platform;
}

} // namespace cutline
