// SPDX-License-Identifier: GPL-3.0-or-later
// What a platform hands to its host: by hand.
#include "core/plan/evaluate.h"
#include "core/plan/timeline.h"

#include "tests/core/plan/small_world.h"
#include "tests/test_program.h"

namespace cutline::tst_fall_back {

using namespace cutline::test;

namespace {

/// a 1 s on A; b 3 s on H, 5.5 s from A: 200 bytes there and 50 back at 100 B/s; c 4 s on H. 2 J a second, so too the link.
Problem world() {
    System system;
    system.platforms = {platformOf("A"), platformOf("H")};
    system.platforms[0].cost_amount = 10;
    system.platforms[1].cost_amount = 5;
    system.platforms[1].idle_power_w = 1;
    join(system, linkOf("wire", 100), {0, 1});
    system.links[0].link.energy.power_while_sending_w = 2;
    Problem problem = problemOf(graphOf("in x 100; a x -> y 200; b y -> z 50 out; c z -> v 10 out"), system,
                                {{1, 9}, {0, 3}, {9, 4}}, 2);
    auto table = std::make_shared<CostTable>(*problem.costs);
    letFallBack(*table, LayerId{1}, PlatformId{0}, PlatformId{1});
    problem.costs = table;
    return problem;
}

} // namespace

class TestFallBack : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hostAndLinkAreBusyForIt();
    void theHostsOwnStageComesOnTop();
    void aLoadedLinkTakesLonger();
    void aSaturatedLinkCannotCarryIt();
    void whoMovesBytesIsBusyButTheOneThatWaits();
    void linksThatCarryNothingElseHaveALane();
    void edgeCutsCountItWhereItWaits();
    void timelineShowsHostAndWay();
    void timelineKeepsTheRateOfTheHost();
    void pieceAndFiguresSayTheSame();
};

void TestFallBack::hostAndLinkAreBusyForIt() {
    const Problem problem = world();
    const Metrics alone = Evaluator(problem).evaluate(planOf(*problem.graph, "0:a,b,c"));
    QVERIFY(alone.feasible());
    QCOMPARE(alone.latency_s, 1 + 5.5 + 9);
    QCOMPARE(alone.platforms[0].busy_s, 15.5);
    QCOMPARE(alone.platforms[1].busy_s, 3.0);
    QCOMPARE(alone.links[0].busy_s, 2.0); // the busier direction
    QCOMPARE(alone.links[0].bytes, 250.0);
    QCOMPARE(alone.link_bytes, 250.0);
    QCOMPARE(alone.initiation_interval_s, 15.5);
    QCOMPARE(alone.platforms[0].energy_j, 2.0 + 18);
    QCOMPARE(alone.platforms[1].energy_j, 6 + (15.5 - 3) * 1);
    QCOMPARE(alone.links[0].energy_j, 2.5 * 2);
    QCOMPARE(alone.energy_j, 20 + 18.5 + 5);
    QCOMPARE(*alone.cost, 15.0); // the host is in use
}

void TestFallBack::theHostsOwnStageComesOnTop() {
    const Problem problem = world();
    const Metrics m = Evaluator(problem).evaluate(planOf(*problem.graph, "0:a,b 1:c"));
    QCOMPARE(m.latency_s, 6.5 + 0.5 + 4);
    QCOMPARE(m.platforms[1].busy_s, 7.0);
    QCOMPARE(m.links[0].busy_s, 2.5);
    QCOMPARE(m.link_bytes, 300.0);
    QCOMPARE(m.initiation_interval_s, 7.0); // not A's 6.5
    const Metrics general = Evaluator(problem).evaluate(planOf(*problem.graph, "0:a,b 1:c", Scheme::General));
    QCOMPARE(general.initiation_interval_s, 7.0);
    QCOMPARE(general.latency_s, m.latency_s);
}

void TestFallBack::aLoadedLinkTakesLonger() {
    Problem problem = world();
    problem.scenario.background["wire"] = 0.5;
    const Metrics m = Evaluator(problem).evaluate(planOf(*problem.graph, "0:a,b,c"));
    QCOMPARE(m.latency_s, 1 + 3 + 2 * 2.5 + 9);
    QCOMPARE(m.links[0].busy_s, 4.0);
    QCOMPARE(m.links[0].energy_j, 5.0);
    QCOMPARE(m.platforms[1].busy_s, 3.0);
}

void TestFallBack::aSaturatedLinkCannotCarryIt() {
    Problem problem = world();
    problem.scenario.background["wire"] = 1;
    const Metrics m = Evaluator(problem).evaluate(planOf(*problem.graph, "0:a,b,c"));
    QVERIFY(!m.feasible() && m.violations[0].kind == Violation::Kind::LinkOverload);
}

void TestFallBack::whoMovesBytesIsBusyButTheOneThatWaits() {
    Problem problem = world();
    auto system = std::make_shared<System>(*problem.system);
    for (Platform& p : system->platforms) p.transfer = TransferMode::Blocking;
    problem.system = system;
    const Metrics m = Evaluator(problem).evaluate(planOf(*problem.graph, "0:a,b,c"));
    QCOMPARE(m.platforms[0].busy_s, 15.5);
    QCOMPARE(m.platforms[1].busy_s, 3 + 2.5);
}

void TestFallBack::linksThatCarryNothingElseHaveALane() {
    const Problem problem = world();
    Progress progress;
    const Timeline t = simulate(Evaluator(problem), planOf(*problem.graph, "0:a,b,c"), 2, std::nullopt, progress);
    QCOMPARE(t.lanes.size(), std::size_t{4}); // A, H, and the link's two directions
    QCOMPARE(t.lanes[1].busy_s, 3.0);
    QVERIFY(t.lanes[2].is_link && t.lanes[2].busy_s == 2.0 && t.lanes[3].busy_s == 0.5);
}

/// As theHostsOwnStageComesOnTop, but for what the host and the way are kept busy.
void TestFallBack::edgeCutsCountItWhereItWaits() {
    Problem problem = world();
    problem.compat.edge_cuts = true;
    const Metrics m = Evaluator(problem).evaluate(planOf(*problem.graph, "0:a,b 1:c"));
    QCOMPARE(m.latency_s, 6.5 + 0.5 + 4);
    QCOMPARE(m.initiation_interval_s, 6.5);
    QCOMPARE(m.platforms[0].energy_j, 2.0 + 6 + 5);
    QCOMPARE(m.platforms[1].busy_s, 4.0);
    QCOMPARE(m.link_bytes, 50.0);
}

void TestFallBack::timelineShowsHostAndWay() {
    const Problem problem = world();
    Progress progress;
    const Timeline t = simulate(Evaluator(problem), planOf(*problem.graph, "0:a,b,c"), 2, std::nullopt, progress);
    QCOMPARE(t.frames, 2U);
    QCOMPARE(t.bars.size(), std::size_t{8});
    using Kind = Timeline::Bar::Kind;
    const auto is = [&](std::size_t i, Kind kind, std::uint32_t lane, double from, double to) {
        const Timeline::Bar& bar = t.bars[i];
        return bar.kind == kind && bar.lane == lane && bar.start_s == from && bar.end_s == to && bar.hold_s == to - from && bar.lent_for == (i % 4 != 0 ? std::optional(LayerId{1}) : std::nullopt);
    };
    QVERIFY(is(0, Kind::Piece, 0, 0, 15.5)); // A waits for b, too
    QVERIFY(is(1, Kind::Transfer, 2, 1, 3));
    QVERIFY(is(2, Kind::Piece, 1, 3, 6));
    QVERIFY(is(3, Kind::Transfer, 3, 6, 6.5));
    QVERIFY(is(6, Kind::Piece, 1, 15.5 + 3, 15.5 + 6)); // of the next inference
    QCOMPARE(t.transfers[t.bars[1].part].bytes, 200.0);
    QCOMPARE(t.transfers[t.bars[3].part].bytes, 50.0);
    const Timeline::Piece& lent = t.pieces[t.bars[2].part];
    QVERIFY(lent.platform == PlatformId{1} && lent.stage == 0 && lent.steps[0].layers == std::vector{LayerId{1}});
    QCOMPARE(t.first_latency_s, 15.5);
}

/// H runs b 3 s for A and c 4 s for itself; A alone could take an input every 6.5 s.
void TestFallBack::timelineKeepsTheRateOfTheHost() {
    const Problem problem = world();
    Progress progress;
    const Timeline t = simulate(Evaluator(problem), planOf(*problem.graph, "0:a,b 1:c"), 40, 2, progress);
    QVERIFY(std::abs(t.interval_s - 7) < 1e-9);
    QCOMPARE(t.first_latency_s, 11.0);
}

void TestFallBack::pieceAndFiguresSayTheSame() {
    Problem problem = world();
    problem.scenario.background["wire"] = 0.5;
    const Evaluator evaluator(problem);
    const Plan plan = planOf(*problem.graph, "0:a,b 1:c");
    const Piece piece = evaluator.piece(PlatformId{0}, plan.stages[0].layers);
    QCOMPARE(piece.time_s, 1 + 3 + 5.0);
    QCOMPARE(piece.energy_j, 2 + 6 + 5.0); // host and link included
    const Metrics m = evaluator.evaluate(plan);
    const Figures figures = evaluator.figures(plan);
    QCOMPARE(figures.initiation_interval_s, m.initiation_interval_s);
    QCOMPARE(figures.cost, *m.cost);
    QCOMPARE(figures.link_bytes, m.link_bytes);
}

CUTLINE_TEST(TestFallBack)

} // namespace cutline::tst_fall_back

#include "tst_fall_back.moc"
