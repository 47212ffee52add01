// SPDX-License-Identifier: GPL-3.0-or-later
// Every figure here is calculated by hand in the comment beside it.
#include "core/plan/evaluate.h"

#include "tests/core/plan/row_of_three.h"
#include "tests/test_program.h"

namespace cutline::tst_evaluate {

using namespace cutline::test;

class TestEvaluate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aChainIsTheClosedForm();
    void aRelayStoresAndForwards();
    void aSkippedStageHandsOver();
    void aSwitchForwardsFrames();
    void aBusIsOneResource();
    void inputsAndOutputsArePlaced();
    void aWantedOutputTravelsAsItIsWanted();
    void backgroundLoadSlowsALink();
    void conversionStreamingAndInvoke();
    void idleAndStandingPower();
    void aGivenRate();
    void transfersByTheProcessor();
    void generalPlanUsesAPlatformTwice();
    void unreachableAndUnsupported();
    void figuresAgreeWithMetrics();
    void scenariosAreChecked_data();
    void scenariosAreChecked();
    void wireTypes();
};

void TestEvaluate::aChainIsTheClosedForm() {
    const Metrics m = judged(rowOfThree([](System&) {}), "0:a 1:b 2:c");
    // 1 + 100/100 + 2 + 200/50 + 4
    QCOMPARE(m.latency_s, 12.0);
    QCOMPARE(m.initiation_interval_s, 4.0); // stage C 4 s, link bc 4 s
    QCOMPARE(m.link_bytes, 300.0);
    QCOMPARE(m.energy_j, 70.0);
    QCOMPARE(m.links[1].busy_s, 4.0);
    QVERIFY(m.feasible());
    QCOMPARE(m.crossing.size(), std::size_t{2});
    QCOMPARE(m.crossing[0].bytes, 100.0);
}

void TestEvaluate::aRelayStoresAndForwards() {
    const Metrics m = judged(rowOfThree([](System&) {}), "0:a 2:b,c");
    // s goes A -> B -> C, the whole message twice: 1 + 1 + 2 + 6
    QCOMPARE(m.latency_s, 10.0);
    QCOMPARE(m.link_bytes, 200.0);
    QCOMPARE(m.platforms[1].memory_bytes, 100.0); // held by the relay
    QCOMPARE(m.platforms[1].busy_s, 0.0);
    // A result that is wanted where it passes lies there once.
    Problem passing = problemOf(graphOf("in x 1; a x -> s 100 out; b s -> t 10 out"), *rowOfThree([](System&) {}).system,
                                {{1, 1, 1}, {4, 4, 4}});
    passing.scenario.outputs = {{"s", "B", {}}};
    QCOMPARE(judged(passing, "0:a 2:b").platforms[1].memory_bytes, 100.0);
}

void TestEvaluate::aSkippedStageHandsOver() {
    Problem problem = rowOfThree([](System&) {});
    // d reads s as well: on the way from A to C it waits for B's stage and leaves with B's own output.
    problem = problemOf(graphOf("in x 1; a x -> s 100; b s -> t 200; d t s -> u 1 out"), *problem.system,
                        {{1, 1, 1}, {2, 2, 2}, {4, 4, 4}});
    const Metrics m = judged(problem, "0:a 1:b 2:d");
    // 1 + 1 + 2 + 300/50 + 4
    QCOMPARE(m.latency_s, 14.0);
    QCOMPARE(m.links[0].bytes, 100.0); // s pays the first hop once
    QCOMPARE(m.links[1].bytes, 300.0);
}

void TestEvaluate::aSwitchForwardsFrames() {
    Problem problem = rowOfThree([](System& system) {
        system.switches = {"sw"};
        system.links.clear();
        for (const std::uint32_t p : {0u, 1u, 2u}) {
            Link link = linkOf("l" + std::to_string(p), p == 1 ? 10 : 100);
            link.frame.payload_max = 10;
            join(system, link, {p, 3});
        }
    });
    // A -> sw at 100 B/s, sw -> B at 10 B/s: 100 bytes in frames of 10: one frame 0.1 s, then the slow wire
    // 10 s.
    QCOMPARE(judged(problem, "0:a 1:b,c").latency_s, 1 + 0.1 + 10 + 6.0);
    // B -> sw slow, sw -> C fast: wire 20 s, then the last frame 0.1 s.
    QCOMPARE(judged(problem, "1:a,b 2:c").latency_s, 3 + 20 + 0.1 + 4.0);
    QCOMPARE(judged(problem, "1:a,b 2:c").initiation_interval_s, 20.0);
    QCOMPARE(judged(problem, "1:a,b 2:c").link_bytes, 400.0);
}

void TestEvaluate::aBusIsOneResource() {
    const Problem problem = rowOfThree([](System& system) {
        system.links.clear();
        Link bus = linkOf("bus", 50);
        bus.duplex = Duplex::Half;
        join(system, bus, {0, 1, 2});
    });
    const Metrics m = judged(problem, "0:a 1:b 2:c");
    QCOMPARE(m.latency_s, 1 + 2 + 2 + 4 + 4.0);
    QCOMPARE(m.initiation_interval_s, 6.0); // 300 bytes at 50 B/s
    QCOMPARE(m.links[0].busy_s, 6.0);
}

void TestEvaluate::inputsAndOutputsArePlaced() {
    const Problem problem = rowOfThree([](System&) {},
                                       [](Scenario& scenario) {
                                           scenario.inputs = {{"x", "A", ElementType::UInt8}};
                                           scenario.outputs = {{"u", "A", {}}};
                                       });
    // x crosses ab (3 s), everything on B (7 s), u comes back (0.1 s).
    const Metrics m = judged(problem, "1:a,b,c");
    QCOMPARE(m.latency_s, 3 + 7 + 0.1);
    QCOMPARE(m.link_bytes, 310.0);
    QCOMPARE(m.links[0].busy_s, 3.0); // the busier direction
    QCOMPARE(m.crossing.size(), std::size_t{2});
    QCOMPARE(m.crossing[0].type, std::string("uint8"));
    // The image waits at A (300), the result arrives there (10).
    QCOMPARE(m.platforms[0].memory_bytes, 310.0);
    // On A itself nothing moves.
    QCOMPARE(judged(problem, "0:a,b,c").latency_s, 7.0);
    // A placed input for a later stage of a chain: A's stage comes before, so x leaves with A's own output.
    const Problem two = problemOf(graphOf("in x 300; in y 50; a x -> s 100; b s y -> t 1 out"),
                                  *problem.system, {{1, 1, 1}, {2, 2, 2}});
    Problem placed = two;
    placed.scenario.inputs = {{"y", "A", {}}};
    QCOMPARE(judged(placed, "0:a 1:b").latency_s, 1 + 1.5 + 2);
    QCOMPARE(judged(two, "0:a 1:b").latency_s, 1 + 1 + 2.0); // unplaced: y appears at B
}

void TestEvaluate::aWantedOutputTravelsAsItIsWanted() {
    const auto world = [](std::optional<ElementType> type, double copy_bandwidth) {
        return rowOfThree([&](System& system) { system.platforms[1].copy_bandwidth_bytes_per_s = copy_bandwidth; },
                          [&](Scenario& scenario) { scenario.outputs = {{"u", "A", type}}; });
    };
    QCOMPARE(judged(world({}, 0), "1:a,b,c").link_bytes, 10.0);
    const Metrics m = judged(world(ElementType::Float32, 0), "1:a,b,c");
    QCOMPARE(m.link_bytes, 40.0);
    QCOMPARE(m.latency_s, 7.4);
    QCOMPARE(m.crossing[0].type, std::string("float32"));
    QCOMPARE(m.crossing[0].bytes, 40.0);
    QCOMPARE(m.platforms[0].memory_bytes, 40.0);
    // B makes the 40 bytes out of its own 10 at 20 B/s, then sends them.
    const Metrics converted = judged(world(ElementType::Float32, 20), "1:a,b,c");
    QCOMPARE(converted.platforms[1].busy_s, 7 + 2.0);
    QCOMPARE(converted.latency_s, 7 + 2 + 0.4);
    QCOMPARE(judged(world(ElementType::UInt8, 20), "1:a,b,c").latency_s, 7.1); // as it is made
    // Wanted where it is made, it is converted there too, and only once.
    const auto home = [](ElementType type) {
        return rowOfThree([](System& system) { system.platforms[0].copy_bandwidth_bytes_per_s = 20; },
                          [&](Scenario& scenario) { scenario.outputs = {{"u", "A", type}}; });
    };
    const Metrics stays = judged(home(ElementType::Float32), "0:a,b,c");
    QCOMPARE(stays.platforms[0].busy_s, 7 + 2.0);
    QCOMPARE(stays.latency_s, 7 + 2.0);
    QCOMPARE(stays.link_bytes, 0.0);
    QCOMPARE(judged(home(ElementType::UInt8), "0:a,b,c").latency_s, 7.0); // as it is made
}

void TestEvaluate::backgroundLoadSlowsALink() {
    Problem problem =
        rowOfThree([](System&) {}, [](Scenario& scenario) { scenario.background["ab"] = 0.75; });
    const Metrics m = judged(problem, "0:a 1:b,c");
    QCOMPARE(m.latency_s, 1 + 4 + 6.0);
    QCOMPARE(m.links[0].busy_s, 4.0);
    problem.scenario.background["ab"] = 1;
    QVERIFY(!judged(problem, "0:a 1:b,c").feasible());
}

void TestEvaluate::conversionStreamingAndInvoke() {
    const Problem problem = rowOfThree([](System& system) {
        system.platforms[1].activation_bits = 16;
        system.platforms[1].copy_bandwidth_bytes_per_s = 200;
        system.platforms[1].invoke_s = 0.25;
        system.platforms[1].weight_stream_bytes_per_s = 10;
        system.platforms[1].weight_resident_bytes = 500;
    });
    // s arrives as 8 bit: 100 / 200 = 0.5 s to widen; weights 550 - 500 at 10 B/s = 5 s; invoke 0.25 s.
    const Metrics m = judged(problem, "0:a 1:b,c");
    QCOMPARE(m.platforms[1].busy_s, 6 + 0.5 + 5 + 0.25);
    QCOMPARE(m.latency_s, 1 + 1 + 11.75);
    QCOMPARE(judged(problem, "1:a,b,c").platforms[1].busy_s, 7 + 0.25 + 105.0);
}

void TestEvaluate::idleAndStandingPower() {
    const Problem problem = rowOfThree([](System& system) {
        for (Platform& p : system.platforms) p.idle_power_w = 2;
        system.links[0].link.energy.pj_per_bit = 1e12 / 8; // 1 J per byte
        system.links[0].link.energy.always_on_w = 3;
        system.links[1].link.energy.always_on_w = 100;
    });
    const Metrics m = judged(problem, "0:a 1:b,c");
    // II 6: dynamic 70, idle 2*(5 + 0), link 100 J + 3*6; C and bc are off
    QCOMPARE(m.platforms[0].energy_j, 10 + 10.0);
    QCOMPARE(m.platforms[1].energy_j, 60.0);
    QCOMPARE(m.platforms[2].energy_j, 0.0);
    QCOMPARE(m.links[0].energy_j, 118.0);
    QCOMPARE(m.links[1].energy_j, 0.0);
    QCOMPARE(m.energy_j, 198.0);
}

void TestEvaluate::aGivenRate() {
    Problem problem = rowOfThree([](System& system) { system.platforms[0].idle_power_w = 2; },
                                 [](Scenario& scenario) { scenario.rate_hz = 0.1; });
    QCOMPARE(judged(problem, "0:a 1:b,c").energy_j, 70 + 2 * 9.0); // T = 10 s
    QVERIFY(judged(problem, "0:a 1:b,c").feasible());
    problem.scenario.rate_hz = 0.2; // T = 5 s, B needs 6 s
    const Metrics m = judged(problem, "0:a 1:b,c");
    QCOMPARE(m.violations.size(), std::size_t{1});
    QCOMPARE(m.violations[0].kind, Violation::Kind::Rate);
    QCOMPARE(m.violations[0].subject, std::string("B"));
    QCOMPARE(m.violations[0].value, 6.0);
    QCOMPARE(m.violations[0].limit, 5.0);
    problem.scenario.rate_hz = 0.3; // T = 3.33 s, link bc needs 4 s
    const Metrics loaded = judged(problem, "0:a,b 2:c");
    QVERIFY(std::any_of(loaded.violations.begin(), loaded.violations.end(), [](const Violation& v) {
        return v.kind == Violation::Kind::LinkOverload && v.subject == "bc" && v.value == 4;
    }));
}

void TestEvaluate::transfersByTheProcessor() {
    const auto with = [](TransferMode mode) {
        return rowOfThree([mode](System& system) {
            system.platforms[0].transfer = mode;
            system.platforms[1].transfer = mode;
            system.platforms[1].copy_bandwidth_bytes_per_s = 1000;
        });
    };
    QCOMPARE(judged(with(TransferMode::Dma), "0:a 1:b,c").platforms[1].busy_s, 6.0);
    QCOMPARE(judged(with(TransferMode::Cpu), "0:a 1:b,c").platforms[1].busy_s, 6.1); // 100 bytes at 1000 B/s
    QCOMPARE(judged(with(TransferMode::Blocking), "0:a 1:b,c").platforms[0].busy_s,
             2.0); // 1 + the wire's 1 s
    QCOMPARE(judged(with(TransferMode::Blocking), "0:a 1:b,c").latency_s, 8.0);
}

void TestEvaluate::generalPlanUsesAPlatformTwice() {
    const Problem problem = rowOfThree([](System&) {});
    const Metrics m = judged(problem, "0:a 1:b 0:c", Scheme::General);
    // 1 + 1 + 2 + 200/100 + 4
    QCOMPARE(m.latency_s, 10.0);
    QCOMPARE(m.initiation_interval_s, 5.0); // A runs a and c
    QCOMPARE(m.links[0].bytes, 300.0);
    QCOMPARE(m.links[0].busy_s, 2.0); // each direction by itself
    // Branches in parallel: b on A while c runs on B; a pipeline would send u only when its stage has ended.
    const GraphPtr diamond = graphOf("in x 1; a x -> s 100; b s -> t 1; c s -> u 100; d t u -> v 1 out");
    const Problem branches =
        problemOf(diamond, *problem.system, {{1, 9, 9}, {5, 9, 9}, {9, 3, 9}, {2, 9, 9}});
    // a 1, s to B 1, c 3, u back 1 = 6 = end of b; d 2
    QCOMPARE(judged(branches, "0:a,b 1:c 0:d", Scheme::General).latency_s, 8.0);
}

void TestEvaluate::unreachableAndUnsupported() {
    Problem problem = rowOfThree([](System& system) { system.links.pop_back(); });
    auto table = std::make_shared<CostTable>(*problem.costs);
    table->setLayer(LayerId{1}, PlatformId{2}, Cost{0, 0, Source::None, false, 0, 0});
    problem.costs = table;
    const Metrics m = judged(problem, "0:a 2:b,c");
    QCOMPARE(m.violations.size(), std::size_t{2});
    QCOMPARE(m.violations[0].kind, Violation::Kind::Unsupported);
    QCOMPARE(m.violations[0].subject, std::string("b"));
    QCOMPARE(m.violations[1].kind, Violation::Kind::Unreachable);
    QVERIFY(m.violations[1].text.find("from A to C") != std::string::npos);
    Problem small = rowOfThree([](System& system) {
        system.platforms[0].memories = {{"ram", 1200, 100}};
        system.platforms[1].memories = {{"ram", 9000, 0}};
    });
    const Metrics tight = judged(small, "0:a 1:b,c");
    // A: weights 1000, x and s live together 400, of 1100
    QCOMPARE(tight.violations.size(), std::size_t{1});
    QCOMPARE(tight.violations[0].kind, Violation::Kind::Memory);
    QCOMPARE(tight.violations[0].value, 1400.0);
    QCOMPARE(tight.violations[0].limit, 1100.0);
    QCOMPARE(*tight.tightest_ratio, 1400.0 / 1100);
    QCOMPARE(*tight.tightest_platform, PlatformId{0});
}

void TestEvaluate::figuresAgreeWithMetrics() {
    const Problem problem = rowOfThree([](System& system) {
        for (Platform& p : system.platforms) p.cost_amount = 5;
        system.platforms[0].memories = {{"ram", 5000, 0}};
    });
    for (const char* plan : {"0:a,b,c", "0:a 1:b 2:c", "2:a 0:b,c"}) {
        const Metrics m = judged(problem, plan);
        const Figures f = Evaluator(problem).figures(planOf(*problem.graph, plan));
        QCOMPARE(f.latency_s, m.latency_s);
        QCOMPARE(f.initiation_interval_s, m.initiation_interval_s);
        QCOMPARE(f.energy_j, m.energy_j);
        QCOMPARE(f.link_bytes, m.link_bytes);
        QCOMPARE(f.memory_bytes_max, m.memory_bytes_max);
        QCOMPARE(f.tightest_ratio, *m.tightest_ratio);
        QCOMPARE(f.cost, *m.cost);
        QCOMPARE(f.feasible, m.feasible());
    }
}

void TestEvaluate::scenariosAreChecked_data() {
    QTest::addColumn<int>("change");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("fine") << 0 << QByteArray();
    QTest::newRow("no such input") << 1 << QByteArray("no input 'y'; there are x");
    QTest::newRow("an output is no input") << 2 << QByteArray("no input 'u'");
    QTest::newRow("no such platform")
        << 3 << QByteArray("'D', which row does not have; its platforms are A, B, C");
    QTest::newRow("no such link") << 4 << QByteArray("'cd'");
    QTest::newRow("full link") << 5 << QByteArray("background load of ab is 1");
    QTest::newRow("no rate") << 6 << QByteArray("rate_hz is 0");
}

void TestEvaluate::scenariosAreChecked() {
    QFETCH(int, change);
    QFETCH(QByteArray, message);
    Scenario scenario{"s", 30.0, {{"x", "A", {}}}, {{"u", "C", {}}}, {}, {{"ab", 0.5}}, {}, 0, 0};
    if (change == 1) scenario.inputs[0].tensor = "y";
    if (change == 2) scenario.inputs[0].tensor = "u";
    if (change == 3) scenario.outputs[0].platform = "D";
    if (change == 4) scenario.background["cd"] = 0.1;
    if (change == 5) scenario.background["ab"] = 1;
    if (change == 6) scenario.rate_hz = 0;
    const Problem problem = rowOfThree([](System&) {});
    const auto checked = checkScenario(*problem.graph, *problem.system, scenario);
    QCOMPARE(checked.ok(), message.isEmpty());
    if (!checked)
        QVERIFY2(QByteArray::fromStdString(checked.error().message()).contains(message),
                 checked.error().message().c_str());
}

void TestEvaluate::wireTypes() {
    Problem problem = rowOfThree([](System& system) {
        system.platforms[0].activation_bits = 16;
        system.platforms[1].activation_bits = 32;
    });
    const Metrics m = judged(problem, "0:a 1:b 2:c");
    QCOMPARE(m.crossing[0].type, std::string("int16"));
    QCOMPARE(m.crossing[0].bytes, 200.0);
    QCOMPARE(m.crossing[1].type, std::string("float32"));
    QCOMPARE(m.crossing[1].bytes, 800.0);
    problem.compat.link_16_bit = true;
    QCOMPARE(judged(problem, "0:a 1:b 2:c").crossing[1].bytes, 400.0);
}

CUTLINE_TEST(TestEvaluate)

} // namespace cutline::tst_evaluate

#include "tst_evaluate.moc"
