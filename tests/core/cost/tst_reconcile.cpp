// SPDX-License-Identifier: GPL-3.0-or-later
// Fitting rooflines to measured times, and comparing the two: against numbers worked out by hand.
#include "tests/test_program.h"

#include "core/cost/cost_model.h"
#include "core/cost/reconcile.h"
#include "core/cost/roofline.h"
#include "core/cost/roofline_fit.h"

#include <cmath>

namespace cutline::tst_reconcile {
namespace {

/// Numbers that are the same everywhere.
class Draws {
public:
    explicit Draws(std::uint32_t seed) : m_state(seed) {}
    std::uint32_t next() { return m_state = m_state * 1664525U + 1013904223U; }
    std::uint32_t operator()() { return next() >> 8; } // the low bits repeat soon

private:
    std::uint32_t m_state;
};

struct LayerRow {
    OpClass op_class;
    double macs, elements; ///< of the convolution; of input and output
};

/// Layers one after the other, all of one tensor each; 1000 MAC/s, 100 B/s at 8 bit.
GraphPtr networkOf(const std::vector<LayerRow>& rows) {
    std::vector<Tensor> tensors(rows.size() + 1);
    std::vector<Layer> layers;
    for (std::uint32_t i = 0; i <= rows.size(); ++i) {
        tensors[i].name = "t" + std::to_string(i);
        tensors[i].type = ElementType::Int8;
        tensors[i].shape = Shape{static_cast<std::int64_t>(rows[std::min<std::size_t>(i, rows.size() - 1)].elements)};
    }
    tensors.front().is_graph_input = tensors.back().is_graph_output = true;
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
        Layer& layer = layers.emplace_back();
        layer.name = "l" + std::to_string(i);
        layer.op = "Op";
        layer.op_class = rows[i].op_class;
        layer.inputs = {TensorId{i}};
        layer.outputs = {TensorId{i + 1}};
        layer.macs = static_cast<std::uint64_t>(rows[i].macs);
    }
    return std::make_shared<const Graph>("g", layers, tensors, std::vector<Weight>{});
}

System plainSystem() {
    System system;
    Platform& p = system.platforms.emplace_back();
    p.name = p.descriptor = "P";
    p.weight_bits = p.activation_bits = 8;
    p.roofline = Roofline{};
    p.roofline->peaks = {{"int8", 1000}};
    p.roofline->bandwidth_bytes_per_s = 100;
    return system;
}

CostTablePtr costsOf(const GraphPtr& graph, const System& system, const std::vector<double>& measured = {}) {
    CostOptions options;
    options.fusion = false;
    options.missing = ProfileMissing::Model;
    for (std::size_t i = 0; i < measured.size(); ++i) {
        if (measured[i] < 0) continue;
        Profile::Row row;
        row.layer = "l" + std::to_string(i);
        row.latency_s = measured[i];
        options.profiles["P"].rows.push_back(row);
    }
    Progress progress;
    const auto table = buildCostTable(graph, std::make_shared<const System>(system), options, progress);
    if (!table) qFatal("%s", table.error().message().c_str());
    return *table;
}

bool close(double a, double b, double relative = 1e-6) {
    return std::abs(a - b) <= relative * std::abs(b);
}

} // namespace

class TestReconcile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Times made with known efficiencies give them back, whatever launch and bandwidth add.
    void fitFindsWhatTimesWereMadeWith() {
        System truth = plainSystem(), guess = plainSystem();
        truth.platforms[0].roofline->launch_s = guess.platforms[0].roofline->launch_s = 0.25;
        truth.platforms[0].roofline->efficiency = {{"conv", 0.4}, {"depthwise", 0.03}, {"fc", 0.9}};
        Draws random(7);
        std::vector<LayerRow> rows;
        for (int i = 0; i < 60; ++i)
            rows.push_back({i % 3 == 0 ? OpClass::Conv : i % 3 == 1 ? OpClass::Depthwise : OpClass::FullyConnected,
                            1000.0 + random() % 100000, 10.0 + random() % 500});
        const GraphPtr graph = networkOf(rows);
        const CostTablePtr real = costsOf(graph, truth);
        std::vector<double> times;
        for (std::uint32_t l = 0; l < rows.size(); ++l) times.push_back(real->layer(LayerId{l}, PlatformId{0}).latency_s);
        const auto fit = fitRoofline(*costsOf(graph, guess, times), PlatformId{0});
        QVERIFY2(fit.ok(), fit.ok() ? "" : fit.error().message().c_str());
        QCOMPARE(fit->classes.size(), std::size_t{3});
        const double expected[] = {0.4, 0.03, 0.9};
        for (std::size_t i = 0; i < 3; ++i) {
            QVERIFY2(close(fit->classes[i].efficiency, expected[i]), qPrintable(QString::number(fit->classes[i].efficiency)));
            QCOMPARE(fit->classes[i].layers, std::size_t{20});
        }
        QVERIFY(fit->error.total() < 1e-5F);
        // The fitted platform predicts the times, and says where its numbers come from.
        System fitted = guess;
        fitted.platforms[0] = withFit(guess.platforms[0], *fit, "times.csv");
        const CostTablePtr again = costsOf(graph, fitted);
        for (std::uint32_t l = 0; l < rows.size(); ++l)
            QVERIFY(close(again->layer(LayerId{l}, PlatformId{0}).latency_s, times[l], 1e-5));
        QCOMPARE(again->layer(LayerId{0}, PlatformId{0}).spread, fit->error);
        const Note* note = fitted.platforms[0].note("roofline.efficiency");
        QVERIFY(note && note->mark == Mark::Computed && note->source.find("times.csv") != std::string::npos);
    }

    /// Without launch and bandwidth the least squares in log time are the geometric mean.
    void fitIsTheGeometricMean() {
        System system = plainSystem();
        system.platforms[0].roofline->bandwidth_bytes_per_s.reset();
        // 1 s each at the peak; measured 2, 4 and 8 s: 1/4. Left: log 1/2, 0, log 2; one degree of freedom taken.
        const GraphPtr graph = networkOf(std::vector<LayerRow>(3, {OpClass::Conv, 1000, 10}));
        const auto fit = fitRoofline(*costsOf(graph, system, {2, 4, 8}), PlatformId{0});
        QVERIFY(close(fit->classes[0].efficiency, 0.25));
        QVERIFY(std::abs(fit->classes[0].bias) < 1e-6);
        QVERIFY(close(fit->error.layer, std::log(2.0)));
        QVERIFY(fit->error.platform < 1e-6F && fit->error.op_class < 1e-6F);
    }

    /// A class that bandwidth limits keeps its efficiency; what is off shows as the error of platform and class.
    void fitLeavesWhatItCannotSee() {
        System system = plainSystem();
        system.platforms[0].roofline->efficiency = {{"conv", 0.7}};
        // 20 bytes: 0.2 s; measured twice that. Compute 1 ms.
        const GraphPtr graph = networkOf(std::vector<LayerRow>(4, {OpClass::Conv, 1, 10}));
        auto fit = fitRoofline(*costsOf(graph, system, {0.4, 0.4, 0.4, 0.4}), PlatformId{0});
        // Explained by compute alone, 1 ms / 0.4 s, the fit is perfect: the efficiency takes what it can.
        QVERIFY(close(fit->classes[0].efficiency, 0.001 / 0.4));
        // Measured faster than bandwidth allows: nothing an efficiency can do.
        fit = fitRoofline(*costsOf(graph, system, {0.1, 0.1, 0.1, 0.1}), PlatformId{0}, {.bandwidth = false, .launch = false});
        QCOMPARE(fit->classes[0].efficiency, 0.7);
        QCOMPARE(fit->classes[0].compute_bound, std::size_t{0});
        QVERIFY(close(fit->classes[0].bias, std::log(0.5)));
        QVERIFY(close(fit->error.platform, std::log(2.0)));
    }

    /// Against a fine scan, where layers turn from compute to bandwidth and the sum has kinks.
    void fitEqualsAScan() {
        for (std::uint32_t seed = 1; seed <= 20; ++seed) {
            Draws random(seed);
            const auto draw = [&](double low, double high) { return low * std::pow(high / low, random() / 16777215.0); };
            System system = plainSystem();
            system.platforms[0].roofline->launch_s = draw(0.001, 1);
            std::vector<LayerRow> rows;
            std::vector<double> times;
            for (int i = 0; i < 8; ++i) {
                rows.push_back({OpClass::Conv, std::floor(draw(10, 1e5)), 10});
                times.push_back(draw(0.1, 1000));
            }
            const GraphPtr graph = networkOf(rows);
            const auto fit =
                fitRoofline(*costsOf(graph, system, times), PlatformId{0}, {.bandwidth = false, .launch = false});
            const auto squares = [&](double efficiency) {
                double sum = 0;
                for (std::size_t i = 0; i < rows.size(); ++i) {
                    const double time = system.platforms[0].roofline->launch_s + std::max(rows[i].macs / 1000 / efficiency, 0.2);
                    sum += std::pow(std::log(times[i] / time), 2);
                }
                return sum;
            };
            double least = 1e300;
            for (double log_e = -20; log_e < 20; log_e += 1e-3) least = std::min(least, squares(std::exp(log_e)));
            QVERIFY2(squares(fit->classes[0].efficiency) <= least * (1 + 1e-4) + 1e-9, qPrintable(QString("seed %1").arg(seed)));
        }
    }

    /// Bandwidth, launch and efficiencies all unknown: times made with them give them back.
    void fitFindsBandwidthAndLaunch() {
        for (std::uint32_t seed = 1; seed <= 10; ++seed) {
            Draws random(seed);
            const auto draw = [&](double low, double high) { return low * std::pow(high / low, random() / 16777215.0); };
            System truth = plainSystem();
            Roofline& real = *truth.platforms[0].roofline;
            real.launch_s = draw(0.01, 0.3);
            real.bandwidth_efficiency = draw(0.3, 0.9);
            real.efficiency = {{"conv", draw(0.1, 0.9)}, {"fc", draw(0.1, 0.9)}};
            std::vector<LayerRow> rows;
            for (int i = 0; i < 40; ++i)
                rows.push_back({i % 2 ? OpClass::Conv : OpClass::FullyConnected, std::floor(draw(10, 1e5)), std::floor(draw(5, 1000))});
            const GraphPtr graph = networkOf(rows);
            std::vector<double> times;
            const CostTablePtr made = costsOf(graph, truth);
            for (std::uint32_t l = 0; l < rows.size(); ++l) times.push_back(made->layer(LayerId{l}, PlatformId{0}).latency_s);
            const auto fit = fitRoofline(*costsOf(graph, plainSystem(), times), PlatformId{0});
            const QByteArray where = QByteArray("seed ") + QByteArray::number(seed) + " error " + QByteArray::number(double(fit->error.total()));
            QVERIFY2(fit->bandwidth_efficiency && close(*fit->bandwidth_efficiency, real.bandwidth_efficiency, 1e-3), where);
            QVERIFY2(fit->launch_s && close(*fit->launch_s, real.launch_s, 1e-3), where);
            QVERIFY2(close(fit->classes[0].efficiency, real.efficiency["conv"], 1e-3), where);
            QVERIFY2(close(fit->classes[1].efficiency, real.efficiency["fc"], 1e-3), where);
            const Platform fitted = withFit(plainSystem().platforms[0], *fit, "times.csv");
            QCOMPARE(fitted.roofline->launch_s, *fit->launch_s);
            QVERIFY(fitted.note("roofline.launch_s") && fitted.note("roofline.bandwidth_efficiency"));
        }
    }

    /// Where the bandwidth explains all times of a class, its efficiency stays what it was.
    void fitKeepsEfficienciesThatBandwidthHides() {
        System truth = plainSystem();
        truth.platforms[0].roofline->bandwidth_efficiency = 0.6;
        truth.platforms[0].roofline->efficiency = {{"conv", 0.4}, {"fc", 0.9}};
        Draws random(3);
        std::vector<LayerRow> rows;
        for (int i = 0; i < 40; ++i) {
            const double size = 10.0 + random() % 1000;
            // 20 B of bandwidth for a MAC of compute: 0.33 s beside 1.1 ms.
            rows.push_back({i % 2 ? OpClass::Conv : OpClass::FullyConnected, i % 2 ? 1000 * size : size, size});
        }
        const GraphPtr graph = networkOf(rows);
        std::vector<double> times;
        const CostTablePtr made = costsOf(graph, truth);
        for (std::uint32_t l = 0; l < rows.size(); ++l) times.push_back(made->layer(LayerId{l}, PlatformId{0}).latency_s);
        const auto fit = fitRoofline(*costsOf(graph, plainSystem(), times), PlatformId{0});
        QVERIFY(fit->bandwidth_efficiency && close(*fit->bandwidth_efficiency, 0.6));
        QVERIFY(close(fit->classes[0].efficiency, 0.4));
        QCOMPARE(fit->classes[1].efficiency, 1.0);
        QCOMPARE(fit->classes[1].compute_bound, std::size_t{0});
    }

    /// Noise alone moves neither.
    void fitLeavesBandwidthAndLaunchWhereTheyExplainNothing() {
        int moved = 0;
        for (std::uint32_t seed = 1; seed <= 20; ++seed) {
            Draws random(seed);
            std::vector<LayerRow> rows;
            std::vector<double> times;
            for (int i = 0; i < 30; ++i) {
                rows.push_back({OpClass::Conv, 1000.0 + random() % 100000, 10});
                times.push_back(rows.back().macs / 400 * std::exp((random() / 16777215.0 - 0.5) * 0.4));
            }
            const auto fit = fitRoofline(*costsOf(networkOf(rows), plainSystem(), times), PlatformId{0});
            QVERIFY(close(fit->classes[0].efficiency, 0.4, 0.1));
            moved += fit->launch_s || fit->bandwidth_efficiency ? 1 : 0;
        }
        QVERIFY2(moved <= 4, qPrintable(QString::number(moved)));
    }

    void fitNeedsMeasuredLayers() {
        System system = plainSystem();
        const GraphPtr graph = networkOf({{OpClass::Conv, 1000, 10}});
        QVERIFY(!fitRoofline(*costsOf(graph, system), PlatformId{0}));
        system.platforms[0].roofline.reset();
        const auto fit = fitRoofline(*costsOf(graph, system, {1}), PlatformId{0});
        QVERIFY(!fit && fit.error().what.find("no roofline") != std::string::npos);
    }

    void ratiosFactorsAndTheWorst() {
        System system = plainSystem();
        system.platforms[0].roofline->bandwidth_bytes_per_s.reset();
        // Predicted 1, 1, 2, 4 s; measured 2, 8, 1, and nothing for the last.
        const GraphPtr graph = networkOf({{OpClass::Conv, 1000, 10}, {OpClass::Conv, 1000, 10},
                                          {OpClass::FullyConnected, 2000, 10}, {OpClass::FullyConnected, 4000, 10}});
        const auto result = reconcile(*costsOf(graph, system, {2, 8, 1, -1}), *costsOf(graph, system), PlatformId{0});
        QVERIFY(result.ok());
        QCOMPARE(result->rows.size(), std::size_t{3});
        QCOMPARE(result->rows[1].ratio, 8.0);
        QVERIFY(result->rows[1].predicted_by == Source::Roofline);
        QCOMPARE(result->measured_s, 11.0);
        QCOMPARE(result->predicted_s, 4.0);
        QCOMPARE(result->only_predicted, std::size_t{1});
        QCOMPARE(result->only_measured, std::size_t{0});
        QCOMPARE(result->classes.size(), std::size_t{2});
        QCOMPARE(result->classes[0].factor, 4.0); // of 2 and 8
        QCOMPARE(result->classes[0].spread, std::log(2.0) * std::sqrt(2.0));
        QCOMPARE(result->classes[1].factor, 0.5);
        QCOMPARE(result->worst, (std::vector<std::size_t>{1, 0, 2})); // 8, then 2 and 1/2 in file order
    }

    void onlyTheTenWorst() {
        System system = plainSystem();
        std::vector<double> times;
        for (int i = 0; i < 30; ++i) times.push_back(1 + i);
        const GraphPtr graph = networkOf(std::vector<LayerRow>(30, {OpClass::Conv, 1000, 10}));
        const auto result = reconcile(*costsOf(graph, system, times), *costsOf(graph, system), PlatformId{0});
        QCOMPARE(result->worst.size(), std::size_t{10});
        QCOMPARE(result->worst.front(), std::size_t{29});
        QCOMPARE(result->worst.back(), std::size_t{20});
        QVERIFY(!reconcile(*costsOf(graph, system), *costsOf(graph, system), PlatformId{0}));
    }
};

CUTLINE_TEST(TestReconcile)

} // namespace cutline::tst_reconcile

#include "tst_reconcile.moc"
