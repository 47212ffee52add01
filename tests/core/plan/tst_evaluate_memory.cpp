// SPDX-License-Identifier: GPL-3.0-or-later
// What platforms have to hold. Every figure here is calculated by hand in the comment beside it.
#include "tests/core/plan/row_of_three.h"
#include "tests/test_program.h"

namespace cutline::tst_evaluate_memory {

using namespace cutline::test;

class TestEvaluateMemory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void memoryByHand();
    void sharedWeightsCountOnce();
    void copiesAtSaturation();
    void anInputThatIsSentOnHasCopiesToo();
    void fusedGroupsRunAsOne();
    void elementWiseLayersMayWorkInPlace();
    void onlyListedOperatorsWorkInPlace();
    void fusedOutputsTakeNoPlaceInside();
    void doubleBuffersHoldBoundaryTensorsTwice();
};

void TestEvaluateMemory::memoryByHand() {
    // Skip connection: x 10, s 40, t 20, u 30, v 5; all on A, then cut after b.
    System system;
    system.platforms = {platformOf("A"), platformOf("B", 16)};
    join(system, linkOf("ab", 1e9), {0, 1});
    const GraphPtr graph =
        graphOf("in x 10; a x -> s 40 w 7; b s -> t 20 w 8; c t -> u 30; d u s -> v 5 out");
    const Problem problem = problemOf(graph, system, {{1, 1}, {1, 1}, {1, 1}, {1, 1}});
    const Metrics whole = judged(problem, "0:a,b,c,d");
    // a: x+s 50; b: s+t 60; c: s+t+u 90; d: s+u+v 75
    QCOMPARE(whole.platforms[0].peak_activation_bytes, 90.0);
    QCOMPARE(whole.platforms[0].weight_bytes, 15.0);
    QCOMPARE(whole.platforms[0].memory_bytes, 105.0);
    QCOMPARE(whole.memory_bytes_max, 105.0);
    const Metrics cut = judged(problem, "0:a,b 1:c,d");
    // A keeps s and t to the end: 60. B at 16 bit receives s 80 and t 40: c: 80+40+60, d: 80+60+10.
    QCOMPARE(cut.platforms[0].peak_activation_bytes, 60.0);
    QCOMPARE(cut.platforms[1].peak_activation_bytes, 180.0);
    QCOMPARE(Evaluator(problem).piece(PlatformId{1}, planOf(*graph, "1:c,d").stages[0].layers).peak_bytes,
             180.0);
}

void TestEvaluateMemory::sharedWeightsCountOnce() {
    System system;
    system.platforms = {platformOf("A"), platformOf("B")};
    join(system, linkOf("ab", 1e9), {0, 1});
    const GraphPtr graph =
        graphOf("in x 1; a x -> s 1 w 100 shared; b s -> t 1 w 100 shared; c t -> u 1 w 100 shared out");
    const Problem problem = problemOf(graph, system, {{1, 1}, {1, 1}, {1, 1}});
    QCOMPARE(judged(problem, "0:a,b,c").platforms[0].weight_bytes, 100.0);
    const Metrics cut = judged(problem, "0:a 1:b,c");
    QCOMPARE(cut.platforms[0].weight_bytes, 100.0);
    QCOMPARE(cut.platforms[1].weight_bytes, 100.0);
}

void TestEvaluateMemory::copiesAtSaturation() {
    // One layer each, B is the bottleneck: its input lives from arrival to its end, just T: a second copy.
    System system;
    system.platforms = {platformOf("A"), platformOf("B")};
    join(system, linkOf("ab", 100), {0, 1});
    const GraphPtr graph = graphOf("in x 10; a x -> s 100; b s -> t 1 out");
    Problem problem = problemOf(graph, system, {{1, 1}, {4, 4}});
    const Metrics m = judged(problem, "0:a 1:b");
    QCOMPARE(m.platforms[0].peak_activation_bytes, 110.0);
    QCOMPARE(m.platforms[0].memory_bytes, 110.0); // on A it waits for the 1 s of the wire, T = 4 s
    QCOMPARE(m.platforms[1].peak_activation_bytes, 101.0);
    QCOMPARE(m.platforms[1].memory_bytes, 201.0);
    problem.scenario.rate_hz = 0.2; // T = 5 s: one copy is enough
    QCOMPARE(judged(problem, "0:a 1:b").platforms[1].memory_bytes, 101.0);
    // Early arrival: y comes at 0.5 s and waits for the 20 s of stage A: floor(24.5/20)+1 = 2 copies of 50.
    Problem early =
        problemOf(graphOf("in x 10; in y 50; a x -> s 100; b s y -> t 1 out"), system, {{20, 20}, {4, 4}});
    auto three = *early.system;
    three.platforms.push_back(platformOf("C"));
    join(three, linkOf("cb", 100), {2, 1});
    early = problemOf(early.graph, three, {{20, 20, 20}, {4, 4, 4}});
    early.scenario.inputs = {{"y", "C", {}}};
    QCOMPARE(judged(early, "0:a 1:b").platforms[1].memory_bytes, 151.0 + 50);
}

void TestEvaluateMemory::anInputThatIsSentOnHasCopiesToo() {
    System system;
    system.platforms = {platformOf("A"), platformOf("B"), platformOf("C")};
    join(system, linkOf("ab", 100), {0, 1});
    join(system, linkOf("cb", 100), {2, 1});
    const GraphPtr graph = graphOf("in x 100; in y 50; a x -> s 10; b s x y -> t 1 out");
    Problem problem = problemOf(graph, system, {{4, 4, 4}, {1, 1, 1}});
    // T = 4: x is on A from 0 until it has left with s at 4 + 1.1, so twice; s for 1.1 s.
    QCOMPARE(judged(problem, "0:a 1:b").platforms[0].peak_activation_bytes, 110.0);
    QCOMPARE(judged(problem, "0:a 1:b").platforms[0].memory_bytes, 210.0);
    QCOMPARE(judged(problem, "0:a,b").platforms[0].memory_bytes, 161.0); // nothing is sent
    auto buffered = system;
    buffered.platforms[0].double_buffer = true;
    QCOMPARE(judged(problemOf(graph, buffered, {{4, 4, 4}, {1, 1, 1}}), "0:a 1:b").platforms[0].memory_bytes, 220.0);
    // y waits for nothing on C: its wire takes 0.5 s, and two more come in that time.
    problem.scenario.inputs = {{"y", "C", {}}};
    problem.scenario.rate_hz = 4;
    QCOMPARE(judged(problem, "0:a 1:b").platforms[2].memory_bytes, 150.0);
    // As in a pipeline, but what is sent need not wait for a's end: from 0 until a has read it, five times in all.
    problem.scenario = {};
    problem.scenario.rate_hz = 1;
    QCOMPARE(judged(problem, "0:a 1:b", Scheme::General).platforms[0].memory_bytes, 110 + 400.0);
}

void TestEvaluateMemory::fusedGroupsRunAsOne() {
    Problem problem = rowOfThree([](System& system) { system.platforms[1].activation_bits = 16; });
    // a and b are a group, which A runs in 2 s with 5 J instead of 3 s with 30 J; B runs them one by one.
    Fusion fusion{{{LayerId{0}, LayerId{1}}, {LayerId{2}}}, {0, 0, 1}};
    auto table = std::make_shared<CostTable>(problem.graph, problem.system, fusion);
    for (std::uint32_t l = 0; l < 3; ++l)
        for (std::uint32_t p = 0; p < 3; ++p)
            table->setLayer(LayerId{l}, PlatformId{p}, problem.costs->layer(LayerId{l}, PlatformId{p}));
    for (std::uint32_t p = 0; p < 3; ++p) {
        table->setGroup(0, PlatformId{p},
                        Cost{p == 0 ? 2.0 : 3.0, p == 0 ? 5.0 : 30.0, Source::User, true, 0, 0}, p == 0);
        table->setGroup(1, PlatformId{p}, problem.costs->layer(LayerId{2}, PlatformId{p}), false);
    }
    problem.costs = table;
    const Metrics fused = judged(problem, "0:a,b 1:c");
    QCOMPARE(fused.platforms[0].busy_s, 2.0);
    QCOMPARE(fused.platforms[0].energy_j, 5.0);
    QCOMPARE(fused.platforms[0].peak_activation_bytes, 500.0); // x and t; s between them is never stored
    QCOMPARE(fused.platforms[0].weight_bytes, 1500.0);
    const Metrics inside = judged(problem, "0:a 1:b,c");
    QCOMPARE(inside.platforms[0].busy_s, 1.0);
    QCOMPARE(inside.platforms[0].peak_activation_bytes, 400.0);
    QCOMPARE(judged(problem, "1:a,b 2:c").platforms[1].busy_s, 3.0);
    QCOMPARE(judged(problem, "1:a,b 2:c").platforms[1].peak_activation_bytes,
             2 * (300.0 + 100)); // a: x, s; b: s, t
    const Piece piece =
        Evaluator(problem).piece(PlatformId{0}, planOf(*problem.graph, "0:a,b").stages[0].layers);
    QCOMPARE(piece.time_s, 2.0);
    QCOMPARE(piece.peak_bytes, 500.0);
    QCOMPARE(judged(problem, "0:a,b 1:c", Scheme::General).latency_s, 2 + 2 + 4.0);
}

void TestEvaluateMemory::elementWiseLayersMayWorkInPlace() {
    System system;
    system.platforms = {platformOf("A")};
    const GraphPtr graph =
        graphOf("in x 10; a x -> s 40; b s -> t 40 inplace; c t s -> u 40 inplace; d u -> v 40 inplace out");
    Problem problem = problemOf(graph, system, {{1}, {1}, {1}, {1}});
    // b: s stays for c, so s + t; c: s + t + u; d: u + v
    QCOMPARE(judged(problem, "0:a,b,c,d").platforms[0].peak_activation_bytes, 120.0);
    system.platforms[0].in_place = true;
    problem = problemOf(graph, system, {{1}, {1}, {1}, {1}});
    QCOMPARE(judged(problem, "0:a,b,c,d").platforms[0].peak_activation_bytes, 80.0); // u takes the place of t
    QCOMPARE(Evaluator(problem).piece(PlatformId{0}, planOf(*graph, "0:a,b,c,d").stages[0].layers).peak_bytes,
             80.0);
}

void TestEvaluateMemory::onlyListedOperatorsWorkInPlace() {
    System system;
    system.platforms = {platformOf("A"), platformOf("B")};
    join(system, linkOf("ab", 1e9), {0, 1});
    const GraphPtr graph = graphOf("in x 40; a x -> s 40 inplace; b s -> t 40 inplace; c s t -> u 40 out");
    const auto peak = [&](const std::string& plan, std::size_t platform) {
        const Problem problem = problemOf(graph, system, {{1, 1}, {1, 1}, {1, 1}});
        return judged(problem, plan).platforms[platform].peak_activation_bytes;
    };
    QCOMPARE(peak("0:a,b,c", 0), 120.0);                // c: s + t + u
    system.platforms[0].in_place_ops = {"Relu"};        // all layers are Conv
    QCOMPARE(peak("0:a,b,c", 0), 120.0);
    system.platforms[0].in_place_ops = {"Relu", "Conv"}; // a in x, b not in s, which c reads; c in s
    QCOMPARE(peak("0:a,b,c", 0), 80.0);
    system.platforms[1].in_place_ops = {"Conv"};
    QCOMPARE(peak("0:a 1:b,c", 0), 40.0); // s in the place of x
    QCOMPARE(peak("0:a 1:b,c", 1), 80.0); // B's own copy of s dies with c
    QCOMPARE(peak("0:a,b 1:c", 1), 80.0);
}

void TestEvaluateMemory::fusedOutputsTakeNoPlaceInside() {
    System system;
    system.platforms = {platformOf("A")};
    system.platforms[0].in_place = true;
    const GraphPtr graph = graphOf("in x 50; a x -> s 50; b s -> t 50 inplace out");
    Problem problem = problemOf(graph, system, {{1}, {1}});
    QCOMPARE(judged(problem, "0:a,b").platforms[0].peak_activation_bytes, 100.0); // a: x + s; b: t in s
    Fusion pair;
    pair.groups = {{LayerId{0}, LayerId{1}}};
    pair.group_of = {0, 0};
    auto table = std::make_shared<CostTable>(graph, problem.system, pair);
    for (const std::uint32_t l : {0u, 1u}) table->setLayer(LayerId{l}, PlatformId{0}, {1, 0, Source::User, true, 0, 0});
    table->setGroup(0, PlatformId{0}, {1, 0, Source::User, true, 0, 0}, true);
    problem.costs = table;
    // One step: x and t, and s nowhere.
    QCOMPARE(judged(problem, "0:a,b").platforms[0].peak_activation_bytes, 100.0);
    QCOMPARE(Evaluator(problem).piece(PlatformId{0}, planOf(*graph, "0:a,b").stages[0].layers).peak_bytes, 100.0);
}

void TestEvaluateMemory::doubleBuffersHoldBoundaryTensorsTwice() {
    System system;
    system.platforms = {platformOf("A"), platformOf("B"), platformOf("C")};
    join(system, linkOf("ab", 1e9), {0, 1});
    join(system, linkOf("bc", 1e9), {1, 2});
    const GraphPtr graph = graphOf("in x 10; a x -> s 40; b s -> t 20; c t -> u 10 out");
    const auto memory = [&](const std::string& plan, std::size_t platform) {
        const Problem problem = problemOf(graph, system, {{1, 1, 1}, {9, 9, 9}, {1, 1, 1}});
        return judged(problem, plan).platforms[platform].memory_bytes;
    };
    QCOMPARE(memory("0:a 1:b 2:c", 0), 50.0); // nothing waits for a whole period
    for (Platform& platform : system.platforms) platform.double_buffer = true;
    QCOMPARE(memory("0:a 1:b 2:c", 0), 50.0 + 40);      // s once more; the image is no boundary tensor
    QCOMPARE(memory("0:a 1:b 2:c", 1), 60.0 + 40 + 20); // s that arrives and t that leaves
    QCOMPARE(memory("0:a 1:b 2:c", 2), 30.0 + 20);
    QCOMPARE(memory("0:a,b 2:c", 1), 20.0); // B only passes t on
}

CUTLINE_TEST(TestEvaluateMemory)

} // namespace cutline::tst_evaluate_memory

#include "tst_evaluate_memory.moc"
