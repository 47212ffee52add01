// SPDX-License-Identifier: GPL-3.0-or-later
// Random graphs, topologies and scenarios: Evaluator against a plain second implementation, and against the
// published closed form on chains.
#include "core/plan/evaluate.h"

#include "tests/core/plan/plain_general.h"
#include "tests/core/plan/plain_judge.h"
#include "tests/core/plan/small_world.h"
#include "tests/long_run.h"

#include <QTest>

#include <random>

using namespace cutline;
using namespace cutline::test;

namespace {

using Random = std::mt19937;
int pick(Random& random, int low, int high) {
    return std::uniform_int_distribution(low, high)(random);
}
bool chance(Random& random, double share) {
    return std::uniform_real_distribution(0.0, 1.0)(random) < share;
}

std::string randomGraph(Random& random) {
    std::string text = "in x0 " + std::to_string(pick(random, 1, 400)) + ";";
    std::vector<std::string> tensors{"x0"};
    if (chance(random, 0.4)) {
        text += "in x1 " + std::to_string(pick(random, 1, 400)) + ";";
        tensors.push_back("x1");
    }
    const int layers = pick(random, 2, 10);
    for (int l = 0; l < layers; ++l) {
        text += "l" + std::to_string(l);
        std::vector<std::string> inputs;
        for (int i = pick(random, 1, 3); i > 0; --i) {
            const int newest = int(tensors.size()) - 1;
            const std::string& name =
                tensors[std::size_t(chance(random, 0.5) ? newest : pick(random, 0, newest))];
            if (std::find(inputs.begin(), inputs.end(), name) == inputs.end()) inputs.push_back(name);
        }
        for (const std::string& name : inputs) text += " " + name;
        tensors.push_back("t" + std::to_string(l));
        text += " -> t" + std::to_string(l) + " " + std::to_string(pick(random, 1, 500));
        if (chance(random, 0.6)) text += " w " + std::to_string(pick(random, 1, 900));
        if (chance(random, 0.2)) text += " shared";
        if (l + 1 == layers || chance(random, 0.1)) text += " out";
        text += ";";
    }
    return text;
}

Link randomLink(Random& random, int number) {
    Link link = linkOf("l" + std::to_string(number), pick(random, 20, 400));
    if (chance(random, 0.5)) link.duplex = Duplex::Half;
    if (chance(random, 0.5)) link.latency_s = 0.125;
    if (chance(random, 0.6))
        link.frame = {double(pick(random, 10, 200)), double(pick(random, 0, 9)), double(pick(random, 0, 50))};
    link.energy.power_while_sending_w = pick(random, 0, 3);
    link.energy.always_on_w = pick(random, 0, 2);
    return link;
}

System randomSystem(Random& random) {
    System system;
    const int platforms = pick(random, 2, 4);
    for (int p = 0; p < platforms; ++p) {
        Platform platform = platformOf(std::string(1, char('A' + p)), chance(random, 0.5) ? 8 : 16);
        platform.idle_power_w = pick(random, 0, 2);
        if (chance(random, 0.3)) platform.invoke_s = 0.25;
        if (chance(random, 0.3)) platform.copy_bandwidth_bytes_per_s = 100;
        system.platforms.push_back(platform);
    }
    const bool with_switch = chance(random, 0.3);
    if (with_switch) system.switches = {"sw"};
    const auto last = static_cast<std::uint32_t>(platforms - 1);
    // A row, a star around a switch, or a bus; then a few shortcuts.
    const int shape = with_switch ? 1 : pick(random, 0, 1) * 2;
    if (shape == 2) {
        Connection bus{randomLink(random, 0), {}};
        for (std::uint32_t p = 0; p <= last; ++p) bus.ends.push_back(NodeId{p});
        system.links.push_back(bus);
    }
    for (std::uint32_t p = 0; p <= last; ++p) {
        if (shape == 1) join(system, randomLink(random, int(system.links.size())), {p, last + 1});
        if (shape == 0 && p > 0) join(system, randomLink(random, int(system.links.size())), {p - 1, p});
    }
    for (int extra = pick(random, 0, 2); extra > 0; --extra) {
        const auto a = static_cast<std::uint32_t>(pick(random, 0, platforms - 1));
        const auto b = static_cast<std::uint32_t>(pick(random, 0, platforms - 1));
        if (a != b) join(system, randomLink(random, int(system.links.size())), {a, b});
    }
    return system;
}

/// Distinct platforms in random order, a random linear order of layers cut at random places.
Plan randomPipeline(Random& random, const Graph& graph, std::size_t platforms) {
    std::vector<std::uint32_t> order(platforms);
    for (std::uint32_t p = 0; p < platforms; ++p) order[p] = p;
    std::shuffle(order.begin(), order.end(), random);
    std::vector<LayerId> layers;
    std::vector<int> waits(graph.layerCount());
    std::vector<std::uint32_t> ready;
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l)
        if ((waits[l] = int(graph.predecessors(LayerId{l}).size())) == 0) ready.push_back(l);
    while (!ready.empty()) {
        const auto at = ready.begin() + pick(random, 0, int(ready.size()) - 1);
        const LayerId layer{*at};
        ready.erase(at);
        layers.push_back(layer);
        for (const LayerId next : graph.successors(layer))
            if (--waits[next.index()] == 0) ready.push_back(next.value);
    }
    Plan plan;
    std::size_t begin = 0;
    for (std::size_t s = 0; s < platforms && begin < layers.size(); ++s) {
        const bool rest = s + 1 == platforms || chance(random, 0.2);
        const std::size_t count =
            rest ? layers.size() - begin : std::size_t(pick(random, 1, int(layers.size() - begin)));
        plan.stages.push_back(
            {PlatformId{order[s]},
             {layers.begin() + std::ptrdiff_t(begin), layers.begin() + std::ptrdiff_t(begin + count)}});
        begin += count;
    }
    return plan;
}

Problem randomProblem(Random& random) {
    const GraphPtr graph = graphOf(randomGraph(random));
    const System system = randomSystem(random);
    std::vector<std::vector<double>> latency;
    for (std::size_t l = 0; l < graph->layerCount(); ++l) {
        latency.emplace_back();
        for (std::size_t p = 0; p < system.platforms.size(); ++p)
            latency.back().push_back(0.25 * pick(random, 0, 20));
    }
    Problem problem = problemOf(graph, system, latency, 2);
    const auto anywhere = [&] {
        return system.platforms[std::size_t(pick(random, 0, int(system.platforms.size()) - 1))].name;
    };
    for (const TensorId t : graph->inputs())
        if (chance(random, 0.4)) {
            problem.scenario.inputs.push_back({graph->tensor(t).name, anywhere(), std::nullopt});
            if (chance(random, 0.5)) problem.scenario.inputs.back().type = ElementType::UInt8;
        }
    for (const TensorId t : graph->outputs())
        if (chance(random, 0.4))
            problem.scenario.outputs.push_back({graph->tensor(t).name, anywhere(), std::nullopt});
    if (chance(random, 0.3)) problem.scenario.background["l0"] = 0.5;
    if (chance(random, 0.3)) problem.scenario.rate_hz = 0.05;
    return problem;
}

bool close(double a, double b) {
    return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

} // namespace

class TestEvaluateRandom : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithThePlainJudge();
    void chainsAreSumsOfStagesAndTransfers();
    void generalPlansAgreeWithThePlainJudge();
    void aPipelineReadAsGeneralNeverPaysMoreHops();
};

void TestEvaluateRandom::agreesWithThePlainJudge() {
    const unsigned cases = test::longRun() ? 100'000 : 3'000;
    for (unsigned seed = 1; seed <= cases; ++seed) {
        Random random(seed);
        const Problem problem = randomProblem(random);
        const Plan plan = randomPipeline(random, *problem.graph, problem.system->platforms.size());
        const Metrics m = Evaluator(problem).evaluate(plan);
        PlainJudge plain(problem, plan);
        const QByteArray where = "seed " + QByteArray::number(seed);
        QVERIFY2(close(m.latency_s, plain.latency), where + " latency " + QByteArray::number(m.latency_s) +
                                                        " against " + QByteArray::number(plain.latency));
        QVERIFY2(close(m.initiation_interval_s, plain.interval), where + " II");
        QVERIFY2(close(m.link_bytes, plain.link_bytes), where + " link bytes");
        QVERIFY2(close(m.energy_j, plain.energy), where + " energy " + QByteArray::number(m.energy_j) +
                                                      " against " + QByteArray::number(plain.energy));
        for (std::uint32_t p = 0; p < problem.system->platforms.size(); ++p) {
            QVERIFY2(close(m.platforms[p].busy_s, plain.busy[p]), where + " busy");
            QVERIFY2(close(m.platforms[p].peak_activation_bytes, plain.peak[p]),
                     where + " peak of " + QByteArray::number(p) + ": " +
                         QByteArray::number(m.platforms[p].peak_activation_bytes) + " against " +
                         QByteArray::number(plain.peak[p]));
            QVERIFY2(close(m.platforms[p].memory_bytes, plain.memory[p]),
                     where + " memory of " + QByteArray::number(p) + ": " +
                         QByteArray::number(m.platforms[p].memory_bytes) + " against " +
                         QByteArray::number(plain.memory[p]));
        }
        double parts = 0;
        for (const PlatformMetrics& p : m.platforms) parts += p.energy_j;
        for (const LinkMetrics& l : m.links) parts += l.energy_j;
        QVERIFY2(close(parts, m.energy_j), where + " parts of the energy");
        const Figures figures = Evaluator(problem).figures(plan);
        QVERIFY2(figures.latency_s == m.latency_s && figures.energy_j == m.energy_j &&
                     figures.memory_bytes_max == m.memory_bytes_max &&
                     figures.initiation_interval_s == m.initiation_interval_s &&
                     figures.feasible == m.feasible(),
                 where + " figures");
    }
}

void TestEvaluateRandom::chainsAreSumsOfStagesAndTransfers() {
    for (unsigned seed = 1; seed <= 500; ++seed) {
        Random random(seed);
        const GraphPtr graph = graphOf(randomGraph(random));
        System system;
        const std::uint32_t platforms = 4;
        for (std::uint32_t p = 0; p < platforms; ++p)
            system.platforms.push_back(platformOf(std::string(1, char('A' + p))));
        for (std::uint32_t p = 1; p < platforms; ++p) {
            Link link = randomLink(random, int(p));
            link.duplex = Duplex::Full;
            join(system, link, {p - 1, p});
        }
        std::vector<std::vector<double>> latency(graph->layerCount(), std::vector<double>(platforms, 0));
        for (auto& row : latency)
            for (double& d : row) d = pick(random, 0, 9);
        const Problem problem = problemOf(graph, system, latency);
        Plan plan = randomPipeline(random, *graph, platforms);
        for (std::uint32_t s = 0; s < plan.stages.size(); ++s)
            plan.stages[s].platform = PlatformId{s}; // in the row's order
        double expected = 0;
        std::map<std::uint32_t, std::uint32_t> stage_of;
        for (std::uint32_t s = 0; s < plan.stages.size(); ++s)
            for (const LayerId l : plan.stages[s].layers) {
                stage_of[l.value] = s;
                expected += latency[l.index()][s];
            }
        for (std::uint32_t cut = 0; cut + 1 < plan.stages.size(); ++cut) {
            double bytes = 0;
            for (const Tensor& t : graph->tensors()) {
                std::uint32_t first = platforms, last = 0;
                for (const LayerId c : t.consumers) {
                    first = std::min(first, stage_of[c.value]);
                    last = std::max(last, stage_of[c.value]);
                }
                if (t.producer) first = stage_of[t.producer->value];
                if (first <= cut && last > cut) bytes += double(*t.elements());
            }
            if (bytes > 0) expected += transferCost(system.links[cut].link, bytes).time_s;
        }
        const double found = Evaluator(problem).evaluate(plan).latency_s;
        // Where a stage needs nothing of the one before, both run side by side; the sum is then an upper
        // bound.
        QVERIFY2(found <= expected + 1e-9, "seed " + QByteArray::number(seed));
        bool connected = true;
        for (std::uint32_t s = 1; s < plan.stages.size(); ++s) {
            bool waits = false;
            for (const LayerId l : plan.stages[s].layers)
                for (const LayerId before : graph->predecessors(l))
                    waits = waits || stage_of[before.value] < s;
            connected = connected && waits;
        }
        if (connected && plan.stages.size() == 2)
            QVERIFY2(close(found, expected), "seed " + QByteArray::number(seed));
    }
}

void TestEvaluateRandom::generalPlansAgreeWithThePlainJudge() {
    const unsigned cases = test::longRun() ? 100'000 : 3'000;
    for (unsigned seed = 1; seed <= cases; ++seed) {
        Random random(seed);
        Problem problem = randomProblem(random);
        problem.scenario = {};
        auto system = *problem.system;
        for (Platform& p : system.platforms) p.invoke_s = p.copy_bandwidth_bytes_per_s = 0;
        problem.system = std::make_shared<const System>(system);
        std::vector<PlatformId> assignment;
        for (std::size_t l = 0; l < problem.graph->layerCount(); ++l)
            assignment.push_back(
                PlatformId{std::uint32_t(pick(random, 0, int(system.platforms.size()) - 1))});
        Plan plan = planFromAssignment(*problem.graph, assignment);
        plan.scheme = Scheme::General;
        const Metrics m = Evaluator(problem).evaluate(plan);
        PlainGeneral plain(problem, plan);
        const QByteArray where = "seed " + QByteArray::number(seed);
        QVERIFY2(close(m.latency_s, plain.latency), where + " latency " + QByteArray::number(m.latency_s) +
                                                        " against " + QByteArray::number(plain.latency));
        QVERIFY2(close(m.initiation_interval_s, plain.interval), where + " II");
        QVERIFY2(close(m.link_bytes, plain.link_bytes), where + " link bytes");
        for (std::uint32_t p = 0; p < system.platforms.size(); ++p)
            QVERIFY2(close(m.platforms[p].peak_activation_bytes, plain.peak[p]),
                     where + " peak of " + QByteArray::number(p) + ": " +
                         QByteArray::number(m.platforms[p].peak_activation_bytes) + " against " +
                         QByteArray::number(plain.peak[p]));
    }
}

/// General plans send tensors by themselves: same payload per hop, latency no worse without framing or
/// latency of links.
void TestEvaluateRandom::aPipelineReadAsGeneralNeverPaysMoreHops() {
    for (unsigned seed = 1; seed <= 1000; ++seed) {
        Random random(seed);
        Problem problem = randomProblem(random);
        Plan plan = randomPipeline(random, *problem.graph, problem.system->platforms.size());
        const double pipeline = Evaluator(problem).evaluate(plan).link_bytes;
        plan.scheme = Scheme::General;
        QVERIFY2(close(pipeline, Evaluator(problem).evaluate(plan).link_bytes),
                 "seed " + QByteArray::number(seed));
    }
}

QTEST_APPLESS_MAIN(TestEvaluateRandom)
#include "tst_evaluate_random.moc"
