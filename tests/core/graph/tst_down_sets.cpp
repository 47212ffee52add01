// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/down_sets.h"
#include "tests/core/search/small_world.h"
#include "tests/test_program.h"

#include <set>

namespace cutline::tst_down_sets {
namespace {

/// Each layer alone; core's own unfused() is tested elsewhere.
Fusion alone(const Graph& graph)
{
    Fusion fusion;
    for (std::uint32_t l = 0; l < graph.layerCount(); ++l) {
        fusion.groups.push_back({LayerId{l}});
        fusion.group_of.push_back(l);
    }
    return fusion;
}

/// All down-sets by looking at every subset.
std::set<std::uint64_t> bySubsets(const Graph& graph)
{
    std::set<std::uint64_t> sets;
    for (std::uint64_t s = 0; s < (std::uint64_t{1} << graph.layerCount()); ++s) {
        bool closed = true;
        for (std::uint32_t l = 0; l < graph.layerCount() && closed; ++l)
            if ((s >> l) & 1)
                for (const LayerId p : graph.predecessors(LayerId{l})) closed = closed && ((s >> p.index()) & 1);
        if (closed) sets.insert(s);
    }
    return sets;
}

} // namespace

class TestDownSets : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void counts_data();
    void counts();
    void equalsBruteForce();
    void fusedGroupsMoveTogether();
    void stopsAtTheCap();
    void stopsWhenCancelled();
    void longChain();
    void alongOrder();
};

void TestDownSets::counts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("count");
    QTest::newRow("one layer") << "a" << 2;
    QTest::newRow("chain") << "a>b b>c" << 4;
    QTest::newRow("diamond") << "a>b a>c b>d c>d" << 6;
    QTest::newRow("two islands") << "a b" << 4;
    QTest::newRow("skip") << "a>b b>c a>c" << 4;
    QTest::newRow("fork") << "a>b a>c a>d" << 9;
    QTest::newRow("two modules in series") << "a>b a>c b>d c>d d>e d>f e>g f>g" << 10;
}

void TestDownSets::counts()
{
    QFETCH(QString, text);
    QFETCH(int, count);
    const Graph graph = graphFromText(text.toStdString());
    Progress progress;
    const DownSets sets(graph, alone(graph), 1000, progress);
    QVERIFY(sets.complete());
    QCOMPARE(int(sets.size()), count);
    QCOMPARE(sets.groupsIn(0), 0u);
    QCOMPARE(std::size_t(sets.groupsIn(sets.size() - 1)), graph.layerCount());
}

void TestDownSets::equalsBruteForce()
{
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        std::mt19937_64 random(seed);
        const int layers = 1 + int(random() % 10);
        const Graph graph = graphFromText(randomGraphText(random, layers, double(random() % 100) / 100));
        Progress progress;
        const DownSets sets(graph, alone(graph), 2000, progress);
        std::set<std::uint64_t> found;
        for (std::size_t s = 0; s < sets.size(); ++s) found.insert(sets.bits(s)[0]);
        const std::string hint = "seed " + std::to_string(seed);
        QVERIFY2(found == bySubsets(graph) && found.size() == sets.size(), hint.c_str());
        std::size_t steps = 0, expected_steps = 0;
        for (std::size_t s = 0; s < sets.size(); ++s) {
            for (const DownSets::Step step : sets.steps(s)) {
                QCOMPARE(sets.bits(step.next)[0], sets.bits(s)[0] | (std::uint64_t{1} << step.group));
                QVERIFY2(!sets.contains(s, step.group), hint.c_str());
                ++steps;
            }
            for (int g = 0; g < layers; ++g)
                expected_steps += !sets.contains(s, std::size_t(g)) &&
                                  found.contains(sets.bits(s)[0] | (std::uint64_t{1} << g));
            for (std::size_t t = 0; t < sets.size(); ++t)
                QVERIFY2(sets.isSubset(s, t) == ((sets.bits(s)[0] & ~sets.bits(t)[0]) == 0), hint.c_str());
        }
        QVERIFY2(steps == expected_steps, hint.c_str());
    }
}

void TestDownSets::fusedGroupsMoveTogether()
{
    const Graph graph = graphFromText("a>b a>d b>c d>c");
    Fusion fusion;
    fusion.groups = {{LayerId{0}, LayerId{1}}, {LayerId{3}}, {LayerId{2}}}; // a and b as one, then d, then c
    fusion.group_of = {0, 0, 2, 1};
    Progress progress;
    const DownSets sets(graph, fusion, 100, progress);
    QCOMPARE(int(sets.size()), 4);
}

void TestDownSets::stopsAtTheCap()
{
    std::string text;
    for (int i = 0; i < 30; ++i) text += "n" + std::to_string(i) + " "; // 2^30 down-sets
    const Graph graph = graphFromText(text);
    Progress progress;
    const DownSets sets(graph, alone(graph), 1000, progress);
    QVERIFY(!sets.complete());
    QVERIFY(sets.size() <= 1001);
    QCOMPARE(sets.groupsIn(0), 0u);
    QCOMPARE(sets.groupsIn(sets.size() - 1), 30u);
    QVERIFY(sets.isSubset(1, sets.size() - 1));
    QVERIFY(sets.steps(sets.size() - 1).empty());
}

void TestDownSets::stopsWhenCancelled()
{
    const Graph graph = graphFromText("a b c d e f g h");
    Progress progress;
    progress.cancel();
    const DownSets sets(graph, alone(graph), 100000, progress);
    QVERIFY(!sets.complete());
    QCOMPARE(int(sets.size()), 2);
}

void TestDownSets::longChain()
{
    std::string text = "n0";
    for (int i = 0; i + 1 < 3000; ++i) text += " n" + std::to_string(i) + ">n" + std::to_string(i + 1);
    const Graph graph = graphFromText(text);
    Progress progress;
    const DownSets sets(graph, alone(graph), 1'000'000, progress);
    QCOMPARE(int(sets.size()), 3001);
    QVERIFY(sets.isSubset(17, 2900));
    QVERIFY(!sets.isSubset(2900, 17));
}

void TestDownSets::alongOrder()
{
    const Graph diamond = graphFromText("a>b a>c b>d c>d");
    const std::uint32_t order[] = {0, 2, 1, 3};
    const DownSets sets = DownSets::alongOrder(diamond, alone(diamond), order);
    QCOMPARE(int(sets.size()), 5);
    QVERIFY(!sets.complete());
    QVERIFY(sets.contains(2, 2) && !sets.contains(2, 1));
    QCOMPARE(sets.steps(1).front().group, 2u);
    const Graph chain = graphFromText("a>b b>c");
    const std::uint32_t straight[] = {0, 1, 2};
    QVERIFY(DownSets::alongOrder(chain, alone(chain), straight).complete());
}

CUTLINE_TEST(TestDownSets)

} // namespace cutline::tst_down_sets

#include "tst_down_sets.moc"
