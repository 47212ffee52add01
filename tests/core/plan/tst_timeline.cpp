// SPDX-License-Identifier: GPL-3.0-or-later
// Many inferences in time: by hand, against the single shot, and against the predicted initiation interval.
#include "core/plan/timeline.h"

#include "tests/core/plan/random_world.h"
#include "tests/long_run.h"
#include "tests/test_program.h"

namespace cutline::tst_timeline {

using namespace cutline::test;

namespace {

/// a and b on A (3 s), 100 bytes over 50 bytes/s (2 s), c on B (4 s).
Problem pairOfTwo() {
    System system;
    system.platforms = {platformOf("A"), platformOf("B")};
    join(system, linkOf("ab", 50), {0, 1});
    const GraphPtr graph = graphOf("in x 300; a x -> s 200; b s -> t 100; c t -> u 10 out");
    return problemOf(graph, system, {{1, 1}, {2, 2}, {4, 4}});
}

Timeline simulated(const Problem& problem, const Plan& plan, std::uint32_t frames,
                   std::optional<double> period_s = {}) {
    Progress progress;
    return simulate(Evaluator(problem), plan, frames, period_s, progress);
}

bool near(double a, double b) {
    return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

/// A random plan of a random problem: pipelines for even seeds, any assignment for odd ones.
Plan randomPlan(Random& random, const Problem& problem, bool pipeline) {
    if (pipeline) return randomPipeline(random, *problem.graph, problem.system->platforms.size());
    std::vector<PlatformId> assignment;
    for (std::size_t l = 0; l < problem.graph->layerCount(); ++l)
        assignment.push_back({std::uint32_t(pick(random, 0, int(problem.system->platforms.size()) - 1))});
    Plan plan = planFromAssignment(*problem.graph, assignment);
    plan.scheme = Scheme::General;
    return plan;
}

} // namespace

class TestTimeline : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneInferenceByHand();
    void steadyStateByHand();
    void tooFastInputsQueue();
    void silenceHoldsUpTheNextMessage();
    void stepsLieWithinTheirPiece();
    void firstInferenceIsTheSingleShot();
    void intervalApproachesThePrediction();
    void fallBacksAgreeWithThePrediction();
    void nothingOverlapsOnAPlatform();
    void cancelling();
};

void TestTimeline::oneInferenceByHand() {
    const Problem problem = pairOfTwo();
    const Timeline t = simulated(problem, planOf(*problem.graph, "0:a,b 1:c"), 1);
    QCOMPARE(t.lanes.size(), std::size_t{3});
    QCOMPARE(t.lanes[2].name, std::string("ab"));
    QCOMPARE(t.bars.size(), std::size_t{3});
    QCOMPARE(t.bars[0].end_s, 3.0);
    QVERIFY(t.bars[1].kind == Timeline::Bar::Kind::Transfer);
    QCOMPARE(t.bars[1].start_s, 3.0);
    QCOMPARE(t.bars[1].end_s, 5.0);
    QCOMPARE(t.bars[2].end_s, 9.0);
    QCOMPARE(t.first_latency_s, 9.0);
    QCOMPARE(t.lanes[*t.bottleneck].name, std::string("B"));
    QCOMPARE(t.transfers[0].bytes, 100.0);
}

/// B is busy 4 s per inference: results come every 4 s, and nothing waits for anything but its turn.
void TestTimeline::steadyStateByHand() {
    const Problem problem = pairOfTwo();
    const Timeline t = simulated(problem, planOf(*problem.graph, "0:a,b 1:c"), 10);
    QCOMPARE(t.frames, 10U);
    QCOMPARE(t.period_s, 4.0);
    QCOMPARE(t.interval_s, 4.0);
    QCOMPARE(t.last_latency_s, 9.0);
    QCOMPARE(t.end_s, 9.0 * 4 + 9);
}

/// Every 2 s an input: B's queue grows by 2 s each time, results still come every 4 s.
void TestTimeline::tooFastInputsQueue() {
    const Problem problem = pairOfTwo();
    const Timeline t = simulated(problem, planOf(*problem.graph, "0:a,b 1:c"), 20, 2);
    QCOMPARE(t.interval_s, 4.0);
    QVERIFY(t.last_latency_s > t.first_latency_s + 30);
}

/// A duty cycle of a half: 2 s on the air, arrived, and 2 s of silence before the next message.
void TestTimeline::silenceHoldsUpTheNextMessage() {
    System system;
    system.platforms = {platformOf("A"), platformOf("B")};
    Link link = linkOf("ab", 50);
    link.duty_cycle = 0.5;
    join(system, link, {0, 1});
    const GraphPtr graph = graphOf("in x 300; a x -> s 100; b s -> u 10 out");
    const Problem problem = problemOf(graph, system, {{1, 1}, {1, 1}});
    const Timeline t = simulated(problem, planOf(*graph, "0:a 1:b"), 12, 1);
    QCOMPARE(t.first_latency_s, 4.0); // 1 + 2 + 1
    QCOMPARE(t.interval_s, 4.0);
    const auto sent = std::find_if(t.bars.begin(), t.bars.end(), [](const auto& bar) { return bar.kind == Timeline::Bar::Kind::Transfer; });
    QCOMPARE(sent->end_s, 3.0);
}

void TestTimeline::stepsLieWithinTheirPiece() {
    const Problem problem = pairOfTwo();
    const Timeline t = simulated(problem, planOf(*problem.graph, "0:a,b 1:c"), 1);
    QCOMPARE(t.pieces.size(), std::size_t{2});
    QCOMPARE(t.pieces[0].steps.size(), std::size_t{2});
    QCOMPARE(t.pieces[0].steps[0].end_s, 1.0);
    QCOMPARE(t.pieces[0].steps[1].start_s, 1.0);
    QCOMPARE(t.pieces[0].steps[1].end_s, 3.0);
    QCOMPARE(t.pieces[1].platform, PlatformId{1});
}

void TestTimeline::firstInferenceIsTheSingleShot() {
    const unsigned cases = test::longRun() ? 20'000 : 1'000;
    for (unsigned seed = 1; seed <= cases; ++seed) {
        Random random(seed);
        const Problem problem = randomProblem(random);
        const Plan plan = randomPlan(random, problem, seed % 2 == 0);
        const Metrics m = Evaluator(problem).evaluate(plan);
        const Timeline t = simulated(problem, plan, 1);
        QVERIFY2(near(t.first_latency_s, m.latency_s),
                 QByteArray("seed ") + QByteArray::number(seed) + ": " + QByteArray::number(t.first_latency_s) +
                     " against " + QByteArray::number(m.latency_s));
    }
}

/// The evaluator adds up busy times; here pieces and messages queue. Both must find the same rate.
void TestTimeline::intervalApproachesThePrediction() {
    const unsigned cases = test::longRun() ? 5'000 : 300;
    for (unsigned seed = 1; seed <= cases; ++seed) {
        Random random(seed);
        Problem problem = randomProblem(random);
        problem.scenario.rate_hz.reset();
        const bool pipeline = seed % 2 == 0;
        const Plan plan = randomPlan(random, problem, pipeline);
        const double predicted = Evaluator(problem).evaluate(plan).initiation_interval_s;
        // Over so many inferences what a few of them wait at first no longer shows.
        const Timeline t = simulated(problem, plan, 600);
        const QByteArray where = "seed " + QByteArray::number(seed) + ": " + QByteArray::number(t.interval_s) +
                                 " against " + QByteArray::number(predicted);
        QVERIFY2(std::abs(t.interval_s - predicted) <= 0.01 * predicted, where);
    }
}

/// Hosts and links that work for others: the same rate as the evaluator's sums, the same single shot, a bar for everything.
void TestTimeline::fallBacksAgreeWithThePrediction() {
    std::size_t fell = 0;
    for (unsigned seed = 1; seed <= (test::longRun() ? 2'000U : 150U); ++seed) {
        Random random(seed);
        Problem problem = randomProblem(random);
        problem.scenario.rate_hz.reset();
        auto table = std::make_shared<CostTable>(*problem.costs);
        const int last = int(problem.system->platforms.size()) - 1;
        for (std::uint32_t l = 0; l < problem.graph->layerCount(); ++l)
            if (chance(random, 0.4))
                letFallBack(*table, LayerId{l}, PlatformId{std::uint32_t(pick(random, 0, last))}, PlatformId{std::uint32_t(pick(random, 0, last))});
        problem.costs = table;
        const Plan plan = randomPlan(random, problem, seed % 2 == 0);
        const Metrics m = Evaluator(problem).evaluate(plan);
        const Timeline t = simulated(problem, plan, 600);
        const QByteArray where = "seed " + QByteArray::number(seed) + ": " + QByteArray::number(t.interval_s) + " against " +
                                 QByteArray::number(m.initiation_interval_s);
        QVERIFY2(std::abs(t.interval_s - m.initiation_interval_s) <= 0.01 * m.initiation_interval_s, where);
        // Alone: among others a queue may serve messages in another order.
        QVERIFY2(near(simulated(problem, plan, 1).first_latency_s, m.latency_s), where);
        std::vector<double> busy(t.lanes.size(), 0);
        for (const Timeline::Bar& bar : t.bars)
            if (bar.frame == 0) busy[bar.lane] += bar.hold_s;
        for (std::size_t lane = 0; lane < busy.size(); ++lane) QVERIFY2(near(busy[lane], t.lanes[lane].busy_s), where);
        for (const Stage& stage : plan.stages)
            for (const LayerId l : stage.layers) fell += table->fallBack(l, stage.platform) != nullptr;
    }
    QVERIFY(fell > 50);
}

void TestTimeline::nothingOverlapsOnAPlatform() {
    for (unsigned seed = 1; seed <= 200; ++seed) {
        Random random(seed);
        const Problem problem = randomProblem(random);
        const Timeline t = simulated(problem, randomPlan(random, problem, seed % 2 == 0), 12);
        std::vector<double> free(t.lanes.size(), 0);
        for (const Timeline::Bar& bar : t.bars) {
            if (t.lanes[bar.lane].is_link || bar.lent_for) continue;
            QVERIFY2(bar.start_s >= free[bar.lane] - 1e-9, QByteArray("seed ") + QByteArray::number(seed));
            QVERIFY(bar.start_s >= bar.frame * t.period_s - 1e-9);
            free[bar.lane] = bar.end_s;
        }
    }
}

void TestTimeline::cancelling() {
    const Problem problem = pairOfTwo();
    Progress progress;
    progress.cancel();
    const Timeline t = simulate(Evaluator(problem), planOf(*problem.graph, "0:a,b 1:c"), 10, {}, progress);
    QCOMPARE(t.frames, 0U);
    QVERIFY(t.bars.empty());
    QCOMPARE(t.lanes.size(), std::size_t{3});
}

CUTLINE_TEST(TestTimeline)

} // namespace cutline::tst_timeline

#include "tst_timeline.moc"
