// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/least_peaks.h"
#include "core/plan/stage_order.h"
#include "tests/core/plan/small_world.h"
#include "tests/long_run.h"
#include "tests/test_program.h"

#include <QElapsedTimer>

#include <random>

namespace cutline::tst_least_peaks {

using namespace cutline::test;

namespace {

using Random = std::mt19937;

int pick(Random& random, int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
}

/// Layers that mostly read what was made lately, one to three graph inputs, now and then an output on the way.
GraphPtr randomGraph(Random& random, int layers, int near) {
    std::string text;
    std::vector<std::string> tensors;
    for (int i = pick(random, 1, 8) / 4; i >= 0; --i) {
        tensors.push_back("x" + std::to_string(i));
        text += "in " + tensors.back() + " " + std::to_string(pick(random, 1, 9)) + ";";
    }
    for (int l = 0; l < layers; ++l) {
        text += "l" + std::to_string(l);
        const int last = static_cast<int>(tensors.size()) - 1;
        std::vector<int> reads;
        for (int i = pick(random, 1, 3); i > 0; --i) {
            const int t = pick(random, std::max(0, last - near), last);
            if (std::find(reads.begin(), reads.end(), t) == reads.end()) reads.push_back(t);
        }
        for (const int t : reads) text += " " + tensors[static_cast<std::size_t>(t)];
        tensors.push_back("t" + std::to_string(l));
        text += " -> " + tensors.back() + " " + std::to_string(pick(random, 1, 9));
        if (pick(random, 1, 4) == 1) text += " inplace";
        if (pick(random, 1, 10) == 1 || l + 1 == layers) text += " out";
        text += ";";
    }
    return graphOf(text);
}

/// Now and then a layer and the one reader of its one output run as one.
Fusion randomFusion(Random& random, const Graph& graph) {
    Fusion fusion;
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l) {
        const bool joins = l > 0 && pick(random, 1, 3) == 1 && graph.successors(LayerId{l - 1}).size() == 1 &&
                           graph.successors(LayerId{l - 1})[0] == LayerId{l} &&
                           !graph.tensor(graph.layer(LayerId{l - 1}).outputs[0]).is_graph_output;
        if (!joins) fusion.groups.emplace_back();
        fusion.groups.back().push_back(LayerId{l});
        fusion.group_of.push_back(static_cast<std::uint32_t>(fusion.groups.size() - 1));
    }
    return fusion;
}

/// A chain of platforms, each linked to the next alone: what skips a stage passes it. Or all on one bus.
Problem randomProblem(Random& random, GraphPtr graph, bool bus) {
    System system;
    for (int p = 0; p < 3; ++p) {
        system.platforms.push_back(platformOf("P" + std::to_string(p), pick(random, 0, 1) ? 8 : 16));
        system.platforms.back().in_place = pick(random, 0, 1);
    }
    if (bus)
        join(system, linkOf("bus", 1000), {0, 1, 2});
    else
        for (std::uint32_t p = 0; p < 2; ++p) join(system, linkOf("l" + std::to_string(p), 1000), {p, p + 1});
    std::vector<std::vector<double>> latency(graph->layerCount(), {1, 1, 1});
    Problem problem = problemOf(graph, system, latency);
    auto table = std::make_shared<CostTable>(graph, problem.system, randomFusion(random, *graph));
    for (std::uint32_t p = 0; p < 3; ++p) {
        const bool fuses = pick(random, 0, 2) > 0;
        const Cost one{1, 0, Source::User, true, 0, 0};
        for (std::uint32_t l = 0; l < graph->layerCount(); ++l) table->setLayer(LayerId{l}, PlatformId{p}, one);
        for (std::size_t g = 0; g < table->fusion().groups.size(); ++g)
            table->setGroup(g, PlatformId{p}, one, fuses && table->fusion().groups[g].size() > 1);
    }
    problem.costs = table;
    if (pick(random, 0, 3) == 0) {
        const auto outputs = graph->outputs();
        const auto& wanted = graph->tensor(outputs[static_cast<std::size_t>(pick(random, 0, int(outputs.size()) - 1))]);
        problem.scenario.outputs.push_back({wanted.name, "P1", {}});
    }
    return problem;
}

/// The plan with stages 0..inner, inner..outer, outer..all on three platforms in this order.
Plan planBetween(const Problem& problem, const DownSets& sets, std::uint32_t inner, std::uint32_t outer) {
    Plan plan;
    const auto stage = [&](std::uint32_t platform, std::uint32_t from, std::uint32_t to) {
        Stage made{PlatformId{platform}, {}};
        for (std::uint32_t l = 0; l < problem.graph->layerCount(); ++l) {
            const std::uint32_t group = problem.costs->fusion().group_of[l];
            if (sets.contains(to, group) && !sets.contains(from, group)) made.layers.push_back(LayerId{l});
        }
        if (!made.layers.empty()) plan.stages.push_back(made);
    };
    stage(0, 0, inner);
    stage(1, inner, outer);
    stage(2, outer, static_cast<std::uint32_t>(sets.size() - 1));
    return plan;
}

/// Wire bytes of what platform 1 passes on (along the chain) or awaits without reading it.
double heldAside(const Evaluator& evaluator, const DownSets& sets, std::uint32_t inner, std::uint32_t outer, bool chain) {
    const Problem& problem = evaluator.problem();
    const auto in = [&](LayerId layer, std::uint32_t set) {
        return sets.contains(set, problem.costs->fusion().group_of[layer.index()]);
    };
    double held = 0;
    for (std::uint32_t t = 0; t < problem.graph->tensors().size(); ++t) {
        const Tensor& tensor = problem.graph->tensors()[t];
        bool read_before = false, read_here = false, read_after = false;
        for (const LayerId c : tensor.consumers) {
            read_before = read_before || in(c, inner);
            read_here = read_here || (!in(c, inner) && in(c, outer));
            read_after = read_after || !in(c, outer);
        }
        const bool made_before = tensor.producer ? in(*tensor.producer, inner) : read_before;
        const bool made_after = tensor.producer && !in(*tensor.producer, outer);
        const bool wanted = tensor.is_graph_output && !problem.scenario.outputs.empty() &&
                            problem.scenario.outputs[0].tensor == tensor.name;
        const double bytes = evaluator.wireBytes(TensorId{t}, PlatformId{made_after ? 2u : 0u});
        if (read_here || !(made_before || made_after)) continue;
        if ((chain && made_before && read_after) || wanted) held += bytes; // handed on or wanted here, it lies here once
    }
    return held;
}

} // namespace

class TestLeastPeaks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsOrderedPlans_data();
    void equalsOrderedPlans();
    void longChainsTakeLinearTime();
};

void TestLeastPeaks::equalsOrderedPlans_data() {
    QTest::addColumn<bool>("bus");
    QTest::addColumn<int>("layers");
    QTest::addColumn<int>("near");
    for (const bool bus : {false, true}) {
        QTest::addRow("%s, small", bus ? "bus" : "chain") << bus << 8 << 9;
        QTest::addRow("%s, long and narrow", bus ? "bus" : "chain") << bus << 22 << 2;
    }
}

/// Stages of plans put in order by themselves (inLeastPeakOrder, which brute force has checked) and judged.
void TestLeastPeaks::equalsOrderedPlans() {
    QFETCH(bool, bus);
    QFETCH(int, layers);
    QFETCH(int, near);
    const Passing passing = bus ? Passing::Freed : Passing::Kept;
    int reordered = 0;
    for (unsigned seed = 1; seed <= (longRun() ? 2000u : 60u); ++seed) {
        const std::string hint = "seed " + std::to_string(seed);
        Random random(seed);
        const Problem problem = randomProblem(random, randomGraph(random, pick(random, 1, layers), near), bus);
        const Evaluator evaluator(problem);
        Progress progress;
        const DownSets sets(*problem.graph, problem.costs->fusion(), 100'000, progress);
        const LeastPeaks peaks(evaluator, sets);
        for (int tries = 0; tries < 150; ++tries) {
            const auto last = static_cast<int>(sets.size()) - 1;
            const auto a = static_cast<std::uint32_t>(pick(random, 0, last)), b = static_cast<std::uint32_t>(pick(random, 0, last));
            const std::uint32_t inner = std::min(a, b), outer = std::max(a, b);
            if (inner == outer || !sets.isSubset(inner, outer)) continue;
            const Plan plan = planBetween(problem, sets, inner, outer);
            const Plan ordered = inLeastPeakOrder(evaluator, plan);
            const auto on = [](const Plan& p) {
                return *std::find_if(p.stages.begin(), p.stages.end(), [](const Stage& s) { return s.platform.value == 1; });
            };
            reordered += on(ordered) != on(plan);
            QVERIFY(on(ordered).order_proven && peaks.isExact(PlatformId{1}));
            QVERIFY2(peaks.order(PlatformId{1}, inner, outer, passing) == on(ordered).layers, hint.c_str());
            const double judged = evaluator.evaluate(ordered).platforms[1].peak_activation_bytes;
            const double least = peaks.peakBytes(PlatformId{1}, inner, outer, passing);
            QCOMPARE(judged - heldAside(evaluator, sets, inner, outer, !bus), least);
            QVERIFY(peaks.peakBytes(PlatformId{1}, inner, outer, Passing::Freed) <= least);
        }
    }
    QVERIFY(reordered > 20);
}

void TestLeastPeaks::longChainsTakeLinearTime() {
    std::string text = "in x 5;";
    const std::uint32_t layers = 20'000;
    for (std::uint32_t l = 0; l < layers; ++l) {
        text += "l" + std::to_string(l) + (l == 0 ? " x" : " t" + std::to_string(l - 1));
        if (l > 1 && l % 3 == 0) text += " t" + std::to_string(l - 2); // skips one
        text += " -> t" + std::to_string(l) + " " + std::to_string(1 + l % 7) + (l + 1 == layers ? " out;" : ";");
    }
    const GraphPtr graph = graphOf(text);
    System system;
    system.platforms = {platformOf("A")};
    const Problem problem = problemOf(graph, system, std::vector<std::vector<double>>(layers, {1.0}));
    const Evaluator evaluator(problem);
    Progress progress;
    const DownSets sets(*graph, problem.costs->fusion(), 100'000, progress);
    QCOMPARE(sets.size(), std::size_t{layers + 1});
    QElapsedTimer timer;
    timer.start();
    const LeastPeaks peaks(evaluator, sets);
    double sum = 0;
    for (std::uint32_t s = 1; s < layers; ++s)
        sum += peaks.peakBytes(PlatformId{0}, 0, s) + peaks.peakBytes(PlatformId{0}, s, layers);
    const qint64 elapsed = timer.elapsed();
    QVERIFY2(elapsed < 1000, qPrintable(QString::number(elapsed)));
    qInfo("%lld ms", static_cast<long long>(elapsed));
    // Some of them by judging plans.
    for (const std::uint32_t s : {1u, 2u, 3u, 500u, 19'998u, 19'999u}) {
        Stage stage{PlatformId{0}, {}};
        for (std::uint32_t l = s; l < layers; ++l) stage.layers.push_back(LayerId{l});
        QCOMPARE(peaks.peakBytes(PlatformId{0}, s, layers), evaluator.piece(PlatformId{0}, stage.layers).peak_bytes);
    }
    QVERIFY(sum > 0);
}

CUTLINE_TEST(TestLeastPeaks)

} // namespace cutline::tst_least_peaks

#include "tst_least_peaks.moc"
