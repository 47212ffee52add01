// SPDX-License-Identifier: GPL-3.0-or-later
// Random graphs, topologies and scenarios: Evaluator against a plain second implementation, and against the
// published closed form on chains.
#include "core/plan/evaluate.h"

#include "tests/core/plan/plain_general.h"
#include "tests/core/plan/plain_judge.h"
#include "tests/core/plan/random_world.h"
#include "tests/long_run.h"
#include "tests/test_program.h"

namespace cutline::tst_evaluate_random {

using namespace cutline::test;

namespace {

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

CUTLINE_TEST(TestEvaluateRandom)

} // namespace cutline::tst_evaluate_random

#include "tst_evaluate_random.moc"
