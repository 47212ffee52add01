// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/edge_cuts.h"
#include "core/search/search.h"
#include "tests/core/search/small_world.h"
#include "tests/test_program.h"

#include <algorithm>

namespace cutline::tst_edge_cut_explore {
namespace {

/// a > b > c on `platforms` platforms in a row, each layer 1, 2, 3 .. ms slower on the next.
Problem chainProblem(std::uint32_t platforms)
{
    Problem problem;
    problem.graph = std::make_shared<const Graph>(graphFromText("a>b b>c"));
    auto system = std::make_shared<System>();
    for (std::uint32_t p = 0; p < platforms; ++p) {
        Platform platform;
        platform.name = "P" + std::to_string(p);
        system->platforms.push_back(platform);
        if (p == 0) continue;
        Connection c;
        c.link.name = "link" + std::to_string(p);
        c.link.rate_bits_per_s = 1e6;
        c.ends = {NodeId{p - 1}, NodeId{p}};
        system->links.push_back(c);
    }
    problem.system = system;
    Fusion fusion{{{LayerId{0}}, {LayerId{1}}, {LayerId{2}}}, {0, 1, 2}};
    auto costs = std::make_shared<CostTable>(problem.graph, problem.system, fusion);
    for (std::uint32_t l = 0; l < 3; ++l)
        for (std::uint32_t p = 0; p < platforms; ++p) {
            Cost cost;
            cost.latency_s = 1e-3 * (1 + l + p);
            cost.energy_j = 1e-3;
            costs->setLayer(LayerId{l}, PlatformId{p}, cost);
            costs->setGroup(l, PlatformId{p}, cost, false);
        }
    problem.costs = costs;
    problem.compat.edge_cuts = true;
    return problem;
}

SearchResult explored(const Problem& problem, const SearchOptions& options)
{
    Progress progress;
    auto result = explore(problem, options, progress);
    return result ? std::move(*result) : SearchResult{};
}

} // namespace

class TestEdgeCutExplore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void counts_data();
    void counts();
    void listsLabelsInOrder();
    void frontIsThatOfTheList();
    void pinsAndConstraints();
};

void TestEdgeCutExplore::counts_data()
{
    QTest::addColumn<int>("platforms");
    QTest::addColumn<int>("count");
    QTest::newRow("one platform has no cut") << 1 << 1;
    QTest::newRow("input, 3 layers, output") << 2 << 5;
    QTest::newRow("pairs with repetition") << 3 << 15;
    QTest::newRow("triples with repetition") << 4 << 35;
}

void TestEdgeCutExplore::counts()
{
    QFETCH(int, platforms);
    QFETCH(int, count);
    SearchOptions options;
    options.keep_dominated = true;
    const SearchResult result = explored(chainProblem(std::uint32_t(platforms)), options);
    QCOMPARE(int(result.candidates->size()), count);
    QCOMPARE(int(result.summaries.size()), count);
    QVERIFY(result.proof.kind == Proof::Kind::Complete);
}

void TestEdgeCutExplore::listsLabelsInOrder()
{
    SearchOptions options;
    options.keep_dominated = true;
    const SearchResult result = explored(chainProblem(2), options);
    const char* labels[] = {"input", "a", "b", "c", "output"};
    for (std::size_t i = 0; i < 5; ++i)
        QCOMPARE(result.candidates->cutLabels(i), std::vector<std::string>{labels[i]});
    QCOMPARE(result.candidates->chain(), (std::vector{PlatformId{0}, PlatformId{1}}));
    QCOMPARE(result.candidates->metrics(1)->latency_s, result.summaries[1].latency_s);
}

void TestEdgeCutExplore::frontIsThatOfTheList()
{
    SearchOptions options;
    options.keep_dominated = true;
    const SearchResult all = explored(chainProblem(3), options);
    options.keep_dominated = false;
    const SearchResult front = explored(chainProblem(3), options);
    QCOMPARE(front.candidates->size(), all.front.size());
    for (std::size_t i = 0; i < all.front.size(); ++i) {
        QCOMPARE(front.candidates->cutLabels(i), all.candidates->cutLabels(all.front[i]));
        QCOMPARE(front.summaries[i].latency_s, all.summaries[all.front[i]].latency_s);
    }
    QVERIFY(front.knee);
}

void TestEdgeCutExplore::pinsAndConstraints()
{
    const Problem problem = chainProblem(2);
    SearchOptions options;
    options.keep_dominated = true;
    options.pins = {{LayerId{1}, PlatformId{0}}};
    QCOMPARE(int(explored(problem, options).candidates->size()), 3); // after b, after c, output
    options.pins.clear();
    options.constraints = {*parseConstraint("link<=0", *problem.system)};
    QCOMPARE(int(explored(problem, options).candidates->size()), 1); // only `output` sends nothing
    options.constraints = {*parseConstraint("latency<=1ms", *problem.system)};
    const SearchResult none = explored(problem, options);
    QVERIFY(none.summaries.empty() && none.infeasible);
    QVERIFY(none.infeasible->text.find("latency<=1ms") != std::string::npos);
}

CUTLINE_TEST(TestEdgeCutExplore)

} // namespace cutline::tst_edge_cut_explore

#include "tst_edge_cut_explore.moc"
