// SPDX-License-Identifier: GPL-3.0-or-later
// What is said where nothing keeps the demands, what a plan misses, and systems of more platforms than orders can be had of.
#include "core/search/feasibility.h"
#include "core/search/pipeline_space.h"
#include "tests/core/exchange/world.h"
#include "tests/test_program.h"

namespace cutline::tst_demands {
namespace {

/// Platforms P0, P1, .. in a chain.
std::string chainOf(int platforms)
{
    const auto name = [](int p) { return "'P" + std::to_string(p) + "'"; };
    std::string text = "name: 'chain'";
    for (int p = 0; p < platforms; ++p) text += " platform { name: " + name(p) + " }";
    for (int p = 1; p < platforms; ++p)
        text += " link { name: 'l" + std::to_string(p) + "' rate_bits_per_s: 1e6 between: " + name(p - 1) + " between: " + name(p) + " }";
    return text;
}

SearchResult searched(const Problem& problem, const SearchOptions& options)
{
    Progress progress;
    auto result = explore(problem, options, progress);
    if (!result) qFatal("%s", result.error().message().c_str());
    return *std::move(result);
}

} // namespace

class TestDemands : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rateIsOneDemand();
    void evaluateTellsHardRequirements();
    void manyPlatforms_data();
    void manyPlatforms();
};

/// Every plan misses the rate, one with its first platform, the other with its second: no plan meets it, and the figure is that
/// of the plan that comes closest.
void TestDemands::rateIsOneDemand()
{
    const World world(graphFromText("a>b b>c c>d"), kThreeInARow);
    Problem problem = world.evaluator->problem();
    problem.scenario.rate_hz = 1000; // the first layer alone takes 1 ms on A
    SearchOptions options;
    options.keep_dominated = true;
    const SearchResult saturated = searched(world.evaluator->problem(), options);
    double least = 1e9;
    for (const Summary& plan : saturated.summaries) least = std::min(least, plan.initiation_interval_s);
    QVERIFY(least > 1e-3);
    const SearchResult result = searched(problem, options);
    QVERIFY(result.infeasible.has_value());
    QCOMPARE(result.infeasible->value, least);
    QVERIFY2(result.infeasible->text.find("alone") == std::string::npos, result.infeasible->text.c_str());
}

void TestDemands::evaluateTellsHardRequirements()
{
    const World world(graphFromText("a>b b>c c>d"), kThreeInARow);
    Problem problem = world.evaluator->problem();
    Plan plan;
    plan.stages = {{PlatformId{0}, {LayerId{0}, LayerId{1}, LayerId{2}, LayerId{3}}}}; // 1 + 2 + 3 + 4 ms
    const auto missed = [&](double at_most, bool hard) {
        problem.scenario.requirements = {{"latency", at_most, std::nullopt, hard, "", ""}};
        const Evaluator evaluator(problem);
        const auto unmet = unmetDemands(evaluator, evaluator.evaluate(plan));
        return unmet ? unmet->size() : 99;
    };
    QCOMPARE(missed(0.0101, true), std::size_t{0});
    QCOMPARE(missed(0.0099, true), std::size_t{1});
    QCOMPARE(missed(0.0099, false), std::size_t{0});
    problem.scenario.requirements = {{"beauty", 1.0, std::nullopt, true, "", ""}};
    const Evaluator evaluator(problem);
    QVERIFY(!unmetDemands(evaluator, evaluator.evaluate(plan)));
}

void TestDemands::manyPlatforms_data()
{
    QTest::addColumn<int>("platforms");
    QTest::addColumn<bool>("in_order");
    QTest::addColumn<bool>("all");
    QTest::newRow("6") << 6 << false << true;
    QTest::newRow("16") << 16 << false << false;
    QTest::newRow("16 in order") << 16 << true << true;
    QTest::newRow("64 in order") << 64 << true << false;
}

/// Costs rise with the platform's number: the best plans are known to lie on the first ones.
void TestDemands::manyPlatforms()
{
    QFETCH(int, platforms);
    QFETCH(bool, in_order);
    QFETCH(bool, all);
    const World world(graphFromText("a>b b>c c>d d>e"), chainOf(platforms));
    SearchOptions options;
    options.order = in_order ? OrderKind::Fixed : OrderKind::Free;
    Progress progress;
    const PipelineSpace space(world.evaluator->problem(), options,
                              DownSets(*world.graph, world.costs->fusion(), options.down_set_cap, progress));
    QVERIFY(space.orders().size() <= kMaxOrders);
    QCOMPARE(space.hasAllOrders(), all);
    const SearchResult result = searched(world.evaluator->problem(), options);
    QCOMPARE(result.proof.kind, all ? Proof::Kind::Complete : Proof::Kind::Heuristic);
    QCOMPARE(result.proof.stop, all ? Proof::Stop::Completed : Proof::Stop::Capped);
    double latency = 1e9;
    for (const std::uint32_t i : result.front) latency = std::min(latency, result.summaries[i].latency_s);
    QVERIFY(std::abs(latency - 0.015) < 1e-12); // all on P0
    if (!all) QVERIFY(result.proof.lower_bound && *result.proof.lower_bound <= latency);
}

CUTLINE_TEST(TestDemands)

} // namespace cutline::tst_demands

#include "tst_demands.moc"
