// SPDX-License-Identifier: GPL-3.0-or-later
// Heuristic pipelines: never better than the exact front, bounds below every plan, the same for a seed.
#include "core/search/anytime_bound.h"
#include "core/search/anytime_moves.h"
#include "core/search/anytime_search.h"
#include "core/search/anytime_seeds.h"
#include "core/search/hypervolume.h"
#include "core/search/nsga2.h"
#include "core/search/row.h"
#include "tests/core/search/plain_search.h"
#include "tests/core/search/random_case.h"
#include "tests/core/search/wired_world.h"
#include "tests/core/search/seeds.h"
#include "tests/test_program.h"

#include <QElapsedTimer>

#include <tbb/global_control.h>

#include <algorithm>
#include <numeric>

namespace cutline::tst_anytime {
namespace {

using test::seeds;

/// What a solver is given, kept together.
struct Question {
    Problem problem;
    SearchOptions options;
    Evaluator evaluator{problem};
    Feasibility feasibility{evaluator, options.constraints};
    Progress progress;
    SearchTask task{evaluator, feasibility, options, memoryAsRatio(), progress};
    PipelineSpace space{problem, options, fileOrder()};

    Question(Problem p, SearchOptions o) : problem(std::move(p)), options(std::move(o)) {}
    bool memoryAsRatio() const
    {
        const auto& given = options.given_order;
        bool all = true;
        for (std::uint32_t p = 0; p < problem.system->platforms.size(); ++p)
            if (given.empty() || std::find(given.begin(), given.end(), PlatformId{p}) != given.end())
                all = all && problem.system->platforms[p].memoryCapacity().has_value();
        return all;
    }
    DownSets fileOrder() const
    {
        std::vector<std::uint32_t> order(problem.costs->fusion().groups.size());
        std::iota(order.begin(), order.end(), 0u);
        return DownSets::alongOrder(*problem.graph, problem.costs->fusion(), order);
    }
    std::vector<std::vector<double>> rows(const Found& found) const
    {
        std::vector<std::vector<double>> rows;
        for (const std::uint32_t i : found.front) {
            rows.emplace_back(options.objectives.size());
            fillRow(found.summaries[i], options.objectives, rows.back().data());
        }
        return rows;
    }
};

bool covers(const std::vector<double>& a, const std::vector<double>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) { return x <= y; });
}

} // namespace

class TestAnytime : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wideLatticesStopAtOnce_data();
    void wideLatticesStopAtOnce();
    void ordersAreTopological();
    void movesStayPipelines();
    void boundsAreBelowAllPlans();
    void staysWithinTheExactFront_data();
    void staysWithinTheExactFront();
    void coversTheFileOrder();
    void answersWithinItsTime();
    void stagesRunInOrdersOfLeastMemory();
    void sameForAnyThreads();
    void saysWhatCannotBeMet();
    void stopsWhenCancelled();
    void hypervolumes();
};

void TestAnytime::wideLatticesStopAtOnce_data()
{
    QTest::addColumn<int>("nodes");
    for (const int nodes : {60, 300, 3000}) QTest::addRow("%d nodes", nodes) << nodes;
}

void TestAnytime::wideLatticesStopAtOnce()
{
    QFETCH(int, nodes);
    const GraphPtr graph = test::wiredGraph(7, std::uint32_t(nodes));
    QElapsedTimer timer;
    timer.start();
    Progress progress;
    const DownSets sets(*graph, unfused(*graph), nodes < 100 ? 1000 : 1'000'000, progress);
    QVERIFY(!sets.complete());
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(sets.size() <= 1001);
    QCOMPARE(sets.groupsIn(sets.size() - 1), std::uint32_t(nodes + 1));
}

void TestAnytime::ordersAreTopological()
{
    const Problem problem = test::wiredProblem(3, 80, 2);
    const auto orders = goodOrders(*problem.graph, problem.costs->fusion());
    QCOMPARE(int(orders.size()), 3);
    for (const auto& order : orders) {
        std::vector<std::size_t> at(order.size());
        for (std::size_t i = 0; i < order.size(); ++i) at[order[i]] = i;
        QCOMPARE(order.size(), problem.graph->layerCount());
        for (std::uint32_t l = 0; l < order.size(); ++l)
            for (const LayerId before : problem.graph->predecessors(LayerId{l})) QVERIFY(at[before.index()] < at[l]);
    }
}

void TestAnytime::movesStayPipelines()
{
    for (const std::uint64_t seed : seeds(60, 1000)) {
        const RandomCase c = CaseMaker(seed, {8, 4}).make();
        const Question q(c.problem, c.options);
        const GroupGraph groups(*c.problem.graph, c.problem.costs->fusion());
        const Moves moves(q.space, groups);
        std::mt19937_64 random(seed);
        StagedPlan plan{{q.space.platforms().front()}, std::vector<std::uint8_t>(groups.before.size(), 0)};
        for (int step = 0; step < 20; ++step) {
            const auto around = moves.around(plan, random);
            for (const StagedPlan& next : around) {
                const Plan made = planOf(next, c.problem.costs->fusion());
                const std::string hint = "CUTLINE_SEED=" + std::to_string(seed);
                QVERIFY2(isPipeline(*c.problem.graph, made), hint.c_str());
                QVERIFY2(moves.isAllowed(next), hint.c_str());
                for (const Stage& stage : made.stages) QVERIFY2(!stage.layers.empty(), hint.c_str());
                QVERIFY2(stagedPlanOf(made, c.problem.costs->fusion()) == next, hint.c_str());
            }
            if (around.empty()) break;
            plan = around[chanceBelow(random, around.size())];
        }
    }
}

void TestAnytime::boundsAreBelowAllPlans()
{
    double tightest = 0;
    for (const std::uint64_t seed : seeds(150, 3000)) {
        RandomCase c = CaseMaker(seed, {6, 4}).make();
        c.options.constraints.clear();
        for (const Objective o : {Objective::Latency, Objective::InitiationInterval, Objective::Energy,
                                  Objective::Memory, Objective::LinkBytes, Objective::Cost}) {
            c.options.objectives = {o};
            const PlainResult plain = plainSearch(c.problem, c.options);
            if (plain.front.empty()) continue;
            Question q(c.problem, c.options);
            const auto bound = lowerBound(q.space, q.task, o);
            const double best = plain.front.front().row.front();
            QVERIFY(bound.has_value());
            QVERIFY2(*bound <= best * (1 + 1e-9),
                     qPrintable(QString("CUTLINE_SEED=%1 objective %2: %3 above %4").arg(seed).arg(int(o)).arg(*bound).arg(best)));
            if (o == Objective::InitiationInterval && best > 0) tightest = std::max(tightest, *bound / best);
        }
    }
    QVERIFY2(tightest > 0.99, "of many cases some have a bound that is met");
}

void TestAnytime::staysWithinTheExactFront_data()
{
    QTest::addColumn<bool>("evolve");
    QTest::newRow("local search") << false;
    QTest::newRow("NSGA-II") << true;
}

/// Heuristics run the layers of a stage in the file's order, the plain search in the one with the least memory.
void forgetMemory(RandomCase& c)
{
    const auto ofMemory = [](const Constraint& k) {
        return k.kind == MetricKind::MemoryMax || k.kind == MetricKind::MemoryRatio || k.kind == MetricKind::PlatformMemory;
    };
    std::erase(c.options.objectives, Objective::Memory);
    if (c.options.objectives.empty()) c.options.objectives.push_back(Objective::Latency);
    std::erase_if(c.options.constraints, ofMemory);
    auto system = std::make_shared<System>(*c.problem.system);
    system->memories.clear();
    for (Platform& p : system->platforms) p.memories.clear();
    c.problem.system = system;
}

void TestAnytime::staysWithinTheExactFront()
{
    QFETCH(bool, evolve);
    std::size_t exact = 0, met = 0;
    for (const std::uint64_t seed : seeds(40, 1000)) {
        RandomCase c = CaseMaker(seed, {7, 4}).make();
        c.options.keep_dominated = false;
        forgetMemory(c);
        const Question q(c.problem, c.options);
        if (q.space.homelessGroup()) continue;
        const Found found = evolve ? exploreNsga2(q.space, q.task, {40, 4000, true, false}) : exploreAnytime(q.space, q.task);
        const PlainResult plain = plainSearch(c.problem, c.options);
        const auto rows = q.rows(found);
        const std::string hint = "CUTLINE_SEED=" + std::to_string(seed);
        QVERIFY2(found.proof.kind == Proof::Kind::Heuristic, hint.c_str());
        for (const auto& row : rows)
            QVERIFY2(std::any_of(plain.front.begin(), plain.front.end(), [&](const auto& p) { return covers(p.row, row); }),
                     hint.c_str());
        QVERIFY2(plain.feasible > 0 || found.summaries.empty(), hint.c_str());
        QVERIFY2(!rows.empty() || plain.feasible > 0 || found.infeasible, hint.c_str());
        for (const PlainPlan& p : plain.front) {
            ++exact;
            met += std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row == p.row; });
        }
    }
    qInfo("%zu of %zu plans of exact fronts found", met, exact);
    if (exact > 20) QVERIFY2(double(met) > (evolve ? 0.6 : 0.9) * double(exact), "most of small fronts is to be found");
}

void TestAnytime::coversTheFileOrder()
{
    SearchOptions options;
    options.max_platforms = 2;
    options.time_limit_s = 1.5;
    Question q(test::wiredProblem(11, 120, 3), options);
    const Found found = exploreAnytime(q.space, q.task);
    const Found along = explorePipelines(std::make_shared<const PipelineSpace>(q.problem, q.options, q.fileOrder()), q.task);
    QVERIFY(along.proof.stop == Proof::Stop::Completed);
    const auto ours = q.rows(found), theirs = q.rows(along);
    for (const auto& row : theirs)
        QVERIFY(std::any_of(ours.begin(), ours.end(), [&](const auto& o) { return covers(o, row); }));
    std::vector<double> corner(options.objectives.size(), 0), flat_ours, flat_theirs;
    for (const auto* rows : {&ours, &theirs})
        for (const auto& row : *rows)
            for (std::size_t d = 0; d < row.size(); ++d) corner[d] = std::max(corner[d], 1.1 * row[d]);
    for (const auto& row : ours) flat_ours.insert(flat_ours.end(), row.begin(), row.end());
    for (const auto& row : theirs) flat_theirs.insert(flat_theirs.end(), row.begin(), row.end());
    const double gain = hypervolume(flat_ours, corner.size(), corner) / hypervolume(flat_theirs, corner.size(), corner);
    qInfo("hypervolume %.4f times that of the file's order", gain);
    QVERIFY(gain > 1.01);
}

void TestAnytime::answersWithinItsTime()
{
    QElapsedTimer timer;
    timer.start();
    Progress progress;
    SearchOptions options;
    options.time_limit_s = 2;
    std::size_t grown = 0;
    options.on_front_grew = [&](const FrontSoFar& front) { grown += front.plans() > 0; };
    const auto result = explore(test::wiredProblem(5, 300, 3), options, progress);
    QVERIFY(result.ok());
    QVERIFY2(timer.elapsed() < 10'000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(result->proof.kind == Proof::Kind::Heuristic);
    QVERIFY(result->proof.lower_bound && *result->proof.lower_bound > 0);
    QVERIFY(!result->front.empty() && grown > 0);
    for (const Summary& s : result->summaries) QVERIFY(s.latency_s >= *result->proof.lower_bound);
}

void TestAnytime::stagesRunInOrdersOfLeastMemory()
{
    const Problem problem = test::wiredProblem(5, 150, 2);
    SearchOptions options;
    options.objectives = {Objective::Latency, Objective::Memory};
    options.time_limit_s = 1;
    Progress progress;
    const auto result = explore(problem, options, progress);
    QVERIFY(result.ok() && !result->front.empty());
    const Evaluator evaluator(problem);
    int less = 0;
    for (const std::uint32_t i : result->front) {
        Plan plan = result->candidates->plan(i);
        const double bytes = evaluator.figures(plan).memory_bytes_max;
        QCOMPARE(bytes, result->summaries[i].memory_bytes_max);
        for (Stage& stage : plan.stages) std::ranges::sort(stage.layers);
        const double in_file_order = evaluator.figures(plan).memory_bytes_max;
        QVERIFY(bytes <= in_file_order);
        less += bytes < in_file_order;
    }
    QVERIFY2(less > 0, "some plan is to need less memory than in the file's order");
}

void TestAnytime::sameForAnyThreads()
{
    RandomCase c = CaseMaker(12, {8, 4}).make();
    c.options.constraints.clear();
    const Question q(c.problem, c.options);
    const auto run = [&](std::size_t threads) {
        const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
        return exploreAnytime(q.space, q.task);
    };
    const Found one = run(1), four = run(4);
    QCOMPARE(one.proof.evaluated, four.proof.evaluated);
    QCOMPARE(one.front.size(), four.front.size());
    for (std::size_t i = 0; i < one.front.size(); ++i)
        QVERIFY(one.candidates->plan(one.front[i]) == four.candidates->plan(four.front[i]));
    const Found first = exploreNsga2(q.space, q.task, {20, 2000, true, false});
    const Found again = exploreNsga2(q.space, q.task, {20, 2000, true, false});
    QVERIFY(q.rows(first) == q.rows(again));
    QCOMPARE(first.proof.evaluated, again.proof.evaluated);
}

void TestAnytime::saysWhatCannotBeMet()
{
    for (const SolverKind solver : {SolverKind::Auto, SolverKind::Nsga2}) {
        SearchOptions options;
        options.solver = solver;
        options.time_limit_s = 3; // enough to look at some plan under sanitizers
        options.constraints = {{MetricKind::Latency, 0, true, 1e-6, "latency<=1us"}};
        Progress progress;
        const auto result = explore(test::wiredProblem(5, 150, 2), options, progress);
        QVERIFY(result.ok());
        QVERIFY(result->front.empty());
        QVERIFY(result->infeasible.has_value());
        QVERIFY2(result->infeasible->text.find("latency<=1us") != std::string::npos, result->infeasible->text.c_str());
    }
}

void TestAnytime::stopsWhenCancelled()
{
    for (const SolverKind solver : {SolverKind::Auto, SolverKind::Nsga2}) {
        SearchOptions options;
        options.solver = solver;
        Progress progress;
        progress.cancel();
        QElapsedTimer timer;
        timer.start();
        const auto result = explore(test::wiredProblem(5, 150, 2), options, progress);
        QVERIFY(result.ok());
        QVERIFY(result->proof.stop == Proof::Stop::Cancelled);
        QVERIFY(!result->infeasible);
        QVERIFY(timer.elapsed() < 2000);
    }
}

void TestAnytime::hypervolumes()
{
    const std::vector<double> corner{4, 4, 4, 4};
    const auto volume = [&](std::vector<double> rows, std::size_t width) {
        return hypervolume(rows, width, std::span(corner).first(width));
    };
    QCOMPARE(volume({1, 3, 2}, 1), 3.0);
    QCOMPARE(volume({1, 3, 2, 2, 3, 1}, 2), 3.0 + 2 + 1);          // steps
    QCOMPARE(volume({1, 3, 5, 0, 3, 3.5}, 2), 3.0);                // one beyond the corner, one dominated
    QCOMPARE(volume({1, 2, 3, 3, 1, 2}, 3), 3.0 * 2 * 1 + 1 * 3 * 2 - 1 * 2 * 1);
    QCOMPARE(volume({}, 3), 0.0);
    // Four dimensions against counting a grid.
    std::mt19937_64 random(4);
    std::vector<double> rows;
    for (int i = 0; i < 4 * 12; ++i) rows.push_back(double(random() % 4));
    int cells = 0;
    for (int cell = 0; cell < 256; ++cell) {
        const double at[] = {cell % 4 + 0.5, cell / 4 % 4 + 0.5, cell / 16 % 4 + 0.5, cell / 64 + 0.5};
        bool in = false;
        for (std::size_t r = 0; r < rows.size() && !in; r += 4)
            in = rows[r] < at[0] && rows[r + 1] < at[1] && rows[r + 2] < at[2] && rows[r + 3] < at[3];
        cells += in;
    }
    QCOMPARE(volume(rows, 4), double(cells));
    // Shares of a box to a hundredth beyond the worst values.
    const std::vector<double> ideal{0, 0, 0, 0};
    const std::vector<double> steps{1, 3, 2, 2, 3, 1};
    const double all = 3.03 * 3.03, beyond = 0.03;
    QCOMPARE(hypervolumeShare(steps, 2, std::span(ideal).first(2)),
             ((2.03) * beyond + (1.03) * 1 + beyond * 1) / all);
    QCOMPARE(hypervolumeShare(std::vector<double>{0, 5, 0}, 3, std::span(ideal).first(3)), 1 - 1 / 1.01);
    QCOMPARE(hypervolumeShare(std::vector<double>{0, 0}, 2, std::span(ideal).first(2)), 1.0);
}

CUTLINE_TEST(TestAnytime)

} // namespace cutline::tst_anytime

#include "tst_anytime.moc"
