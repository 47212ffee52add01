// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/explore_pipelines.h"
#include "core/search/pipeline_model.h"
#include "core/search/row.h"
#include "core/search/search.h"
#include "tests/core/search/plain_search.h"
#include "tests/core/plan/small_world.h"
#include "tests/core/search/random_case.h"
#include "tests/core/search/seeds.h"
#include "tests/test_program.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace cutline::tst_explore {
namespace {

using test::longRun;
using test::seeds;

std::string rowText(const std::vector<double>& row)
{
    std::string text;
    for (const double v : row) text += QString::number(v, 'g', 17).toStdString() + " ";
    return text;
}

std::string stageText(const Stage& stage)
{
    std::string text;
    for (const LayerId l : stage.layers) text += std::to_string(l.value) + " ";
    return text;
}

std::string planText(const PlainPlan& p)
{
    std::string text = rowText(p.row);
    for (const Stage& stage : p.plan.stages) text += "| " + std::to_string(stage.platform.value) + ": " + stageText(stage);
    return text;
}

/// Rows are rounded, but two ways of adding up one figure can lie on both sides of where the rounding changes: one step apart.
bool sameRow(const std::vector<double>& a, const std::vector<double>& b)
{
    constexpr double kStep = 0x1p-40;
    return std::ranges::equal(a, b, [](double x, double y) { return x == y || std::abs(x - y) <= kStep * std::abs(x + y); });
}

/// Empty if explore() gives the plain search's front, else what differs.
std::string difference(const RandomCase& c, const SearchResult& found, const PlainResult& plain)
{
    std::vector<PlainPlan> front;
    for (const std::uint32_t i : found.front) {
        PlainPlan p;
        p.plan = found.candidates->plan(i);
        p.assignment = assignmentOf(p.plan, c.problem.graph->layerCount());
        p.row.resize(c.options.objectives.size());
        fillRow(found.summaries[i], c.options.objectives, p.row.data());
        front.push_back(p);
    }
    // Plans of one assignment whose stages follow each other in another order are told apart by their platforms.
    std::sort(front.begin(), front.end(), [](const auto& a, const auto& b) {
        if (a.assignment != b.assignment) return a.assignment < b.assignment;
        return std::ranges::lexicographical_compare(a.plan.stages, b.plan.stages, {}, &Stage::platform,
                                                    &Stage::platform);
    });
    std::string text = std::to_string(front.size()) + " plans on the front, not " + std::to_string(plain.front.size());
    const auto lacks = [](const std::vector<PlainPlan>& list, const PlainPlan& p) {
        return std::ranges::none_of(list, [&](const PlainPlan& other) { return sameRow(other.row, p.row); });
    };
    bool same = front.size() == plain.front.size();
    for (const PlainPlan& p : plain.front)
        if (lacks(front, p)) same = false, text += "; missing " + planText(p);
    for (const PlainPlan& p : front)
        if (lacks(plain.front, p)) same = false, text += "; too many " + planText(p);
    if (!same) return text;
    for (std::size_t i = 0; i < front.size(); ++i) {
        if (!sameRow(front[i].row, plain.front[i].row))
            return "row " + rowText(front[i].row) + "not " + rowText(plain.front[i].row);
        if (front[i].assignment != plain.front[i].assignment) return "another assignment of row " + rowText(front[i].row);
        for (std::size_t s = 0; s < front[i].plan.stages.size(); ++s)
            if (front[i].plan.stages[s].platform == plain.front[i].plan.stages[s].platform &&
                front[i].plan.stages[s] != plain.front[i].plan.stages[s])
                return "layers in the order " + stageText(front[i].plan.stages[s]) + "not " +
                       stageText(plain.front[i].plan.stages[s]);
    }
    if (c.options.keep_dominated && found.summaries.size() != plain.feasible)
        return std::to_string(found.summaries.size()) + " plans listed, not " + std::to_string(plain.feasible);
    if (plain.feasible == 0 && !found.infeasible) return "nothing said about why no plan is feasible";
    return {};
}

} // namespace

class TestExplore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsPlainSearch();
    void everySolverFindsSixObjectives();
    void labelsFindAll();
    void wideGraphs();
    void nearEnoughIsNear();
    void frontStreams();
    void reportsHowFarItIs();
    void noOrderNeedsLessMemory();
    void nobodyOwesHisPlaceToTheLastBit();
};

void TestExplore::equalsPlainSearch()
{
    std::size_t exact = 0, feasible = 0;
    for (const std::uint64_t seed : seeds(1'000, 20'000)) {
        RandomCase c = CaseMaker(seed, longRun() ? CaseLimits{12, 4, true} : CaseLimits{6, 4, true}).make();
        const PlainResult plain = plainSearch(c.problem, c.options);
        for (const SolverKind solver : {SolverKind::Auto, SolverKind::Labels, SolverKind::Exact}) {
            c.options.solver = solver;
            Progress progress;
            const auto found = explore(c.problem, c.options, progress);
            QVERIFY2(found.ok(), found.ok() ? "" : found.error().message().c_str());
            const std::string wrong = difference(c, *found, plain);
            QVERIFY2(wrong.empty(), ("CUTLINE_SEED=" + std::to_string(seed) + ", solver " +
                                     std::to_string(static_cast<int>(solver)) + ": " + wrong)
                                        .c_str());
            QVERIFY(found->proof.kind == Proof::Kind::Complete);
        }
        feasible += plain.feasible > 0;
        ++exact;
    }
    if (exact > 10) QVERIFY2(feasible > exact / 2, "most cases are to have a feasible plan");
}

/// All figures at once, whoever searches, with a rate and without.
void TestExplore::everySolverFindsSixObjectives()
{
    for (const std::uint64_t seed : seeds(150, 2'000)) {
        RandomCase c = CaseMaker(seed, longRun() ? CaseLimits{9, 4, true} : CaseLimits{6, 4, true}).make();
        c.options.objectives = {Objective::Latency, Objective::InitiationInterval, Objective::Energy, Objective::Memory,
                                Objective::LinkBytes};
        if (c.problem.sensitivity) c.options.objectives.push_back(Objective::Sensitivity);
        c.options.keep_dominated = false;
        if (seed % 2 == 0) c.problem.scenario.rate_hz.reset();
        const PlainResult plain = plainSearch(c.problem, c.options);
        for (const SolverKind solver : {SolverKind::Auto, SolverKind::Labels, SolverKind::Exact}) {
            c.options.solver = solver;
            Progress progress;
            const auto found = explore(c.problem, c.options, progress);
            QVERIFY(found.ok());
            const std::string wrong = difference(c, *found, plain);
            QVERIFY2(wrong.empty(), ("CUTLINE_SEED=" + std::to_string(seed) + ", solver " +
                                     std::to_string(static_cast<int>(solver)) + ": " + wrong)
                                        .c_str());
        }
    }
}

/// Cases that labels can be compared in, with memory and without, with a rate and without.
void TestExplore::labelsFindAll()
{
    std::size_t by_labels = 0;
    for (const std::uint64_t seed : seeds(120, 20'000)) {
        RandomCase c = CaseMaker(seed, longRun() ? CaseLimits{10, 4, true} : CaseLimits{6, 4, true}).make();
        makePlain(c, seed);
        Progress progress;
        const PlainResult plain = plainSearch(c.problem, c.options);
        c.options.solver = SolverKind::Labels;
        const auto found = explore(c.problem, c.options, progress);
        QVERIFY(found.ok());
        const std::string wrong = difference(c, *found, plain);
        QVERIFY2(wrong.empty(), ("CUTLINE_SEED=" + std::to_string(seed) + ": " + wrong).c_str());
        by_labels += plain.feasible > 1;
    }
    if (!qEnvironmentVariableIsSet("CUTLINE_SEED")) QVERIFY(by_labels > 60);
}

/// Where there are very many cuts, those that promise most are looked at before all others, and partial pipelines that are
/// compared with none are carried on in parts.
void TestExplore::wideGraphs()
{
    std::size_t wide = 0;
    for (const std::uint64_t seed : seeds(14, 500)) {
        RandomCase c = CaseMaker(seed, {9, 3, true, true}).make();
        makePlain(c, seed);
        const PlainResult plain = plainSearch(c.problem, c.options);
        for (const SolverKind solver : {SolverKind::Labels, SolverKind::Exact}) {
            c.options.solver = solver;
            Progress progress;
            const auto found = explore(c.problem, c.options, progress);
            QVERIFY(found.ok());
            const std::string wrong = difference(c, *found, plain);
            QVERIFY2(wrong.empty(), ("CUTLINE_SEED=" + std::to_string(seed) + ": " + wrong).c_str());
        }
        Progress progress;
        wide += DownSets(*c.problem.graph, c.problem.costs->fusion(), 10'000, progress).size() > 250 && c.problem.system->platforms.size() > 2;
    }
    if (!qEnvironmentVariableIsSet("CUTLINE_SEED")) QVERIFY2(wide > 1, "some graphs have very many cuts");
}

/// Whoever searches: for every plan one is found that is no worse by more than the share asked for, and no better one is made up.
void TestExplore::nearEnoughIsNear()
{
    std::size_t fewer = 0;
    for (const std::uint64_t seed : seeds(100, 2'000)) {
        RandomCase c = CaseMaker(seed, {6, 4, true}).make();
        c.options.keep_dominated = false;
        const PlainResult plain = plainSearch(c.problem, c.options);
        c.options.epsilon = seed % 2 == 0 ? 0.05 : 0.5;
        for (const SolverKind solver : {SolverKind::Auto, SolverKind::Labels, SolverKind::Exact}) {
            c.options.solver = solver;
            Progress progress;
            const auto found = explore(c.problem, c.options, progress);
            QVERIFY(found.ok());
            if (plain.feasible > 0) QCOMPARE(found->proof.epsilon, c.options.epsilon);
            if (plain.feasible > 0) QVERIFY(found->proof.kind == Proof::Kind::Epsilon);
            const auto near = [&](const std::vector<double>& wanted, double epsilon) {
                return std::ranges::any_of(found->front, [&](std::uint32_t i) {
                    std::vector<double> row(wanted.size());
                    fillRow(found->summaries[i], c.options.objectives, row.data());
                    for (std::size_t d = 0; d < row.size(); ++d)
                        if (row[d] > wanted[d] + (epsilon + 1e-9) * std::abs(wanted[d])) return false;
                    return true;
                });
            };
            for (const PlainPlan& p : plain.front)
                QVERIFY2(near(p.row, c.options.epsilon), ("CUTLINE_SEED=" + std::to_string(seed) + ": nothing near " + rowText(p.row)).c_str());
            QVERIFY(found->front.size() <= plain.feasible);
            fewer += found->front.size() < plain.front.size();
        }
    }
    if (!qEnvironmentVariableIsSet("CUTLINE_SEED")) QVERIFY2(fewer > 10, "some plans are near to others");
}

/// No plan of the last front that was told is better than those that are found.
void TestExplore::frontStreams()
{
    std::size_t told = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        RandomCase c = CaseMaker(seed, {6, 3, true}).make();
        c.options.keep_dominated = false;
        c.options.objectives = {Objective::Latency, Objective::Energy};
        std::vector<double> rows;
        c.options.on_front_grew = [&](const FrontSoFar& front) {
            QCOMPARE(front.width, std::size_t{2});
            QVERIFY(front.plans() > 0);
            rows.assign(front.rows.begin(), front.rows.end());
            const SearchResult plans = front.result();
            QCOMPARE(plans.front.size(), front.plans());
            QCOMPARE(plans.candidates->size(), front.plans());
            QVERIFY(plans.proof.kind == Proof::Kind::Heuristic);
        };
        Progress progress;
        const auto found = explore(c.problem, c.options, progress);
        QVERIFY(found.ok());
        QVERIFY2(found->front.empty() == rows.empty(), "the first plan is to be told at once");
        for (std::size_t i = 0; i < rows.size(); i += 2, ++told)
            QVERIFY(std::ranges::any_of(found->front, [&](std::uint32_t plan) {
                std::array<double, 2> row;
                fillRow(found->summaries[plan], c.options.objectives, row.data());
                return row[0] <= rows[i] && row[1] <= rows[i + 1];
            }));
    }
    QVERIFY(told > 10);
}

void TestExplore::reportsHowFarItIs()
{
    struct Heard : Progress {
        std::vector<double> fractions;
        void report(double fraction, std::string_view message) override
        {
            if (message == "pipelines" || message.starts_with("labels")) fractions.push_back(fraction);
        }
    };
    for (const SolverKind solver : {SolverKind::Exact, SolverKind::Labels}) {
        std::size_t heard = 0;
        for (std::uint64_t seed = 1; seed <= 30; ++seed) {
            RandomCase c = CaseMaker(seed, {8, 4, true}).make();
            c.options.solver = solver;
            Heard progress;
            QVERIFY(explore(c.problem, c.options, progress).ok());
            QVERIFY(std::ranges::is_sorted(progress.fractions));
            for (const double fraction : progress.fractions) QVERIFY(fraction >= 0 && fraction <= 1);
            heard += progress.fractions.size() > 1;
        }
        QVERIFY(heard > 5);
    }
}

/// By judging every order that each stage of a plan can run in.
void TestExplore::noOrderNeedsLessMemory()
{
    int better_than_file = 0;
    for (const std::uint64_t seed : seeds(300, 2'000)) {
        const RandomCase c = CaseMaker(seed, {6, 3, true}).make();
        Progress progress;
        const Evaluator evaluator(c.problem);
        const PipelineSpace space(c.problem, c.options,
                                  DownSets(*c.problem.graph, c.problem.costs->fusion(), 1000, progress));
        std::size_t plans = 0;
        forEachPipeline(space, [&](const PipelineKey& key) {
            const Plan plan = space.plan(key);
            if (!evaluator.figures(plan).feasible) return true; // what cannot be reached is nowhere held for anybody
            for (std::size_t s = 0; s < plan.stages.size(); ++s) {
                const auto peakOf = [&](const Plan& p) {
                    return evaluator.evaluate(p).platforms[p.stages[s].platform.index()].peak_activation_bytes;
                };
                const double peak = peakOf(plan);
                Plan other = plan;
                auto& layers = other.stages[s].layers;
                std::sort(layers.begin(), layers.end());
                better_than_file += peakOf(other) > peak;
                bool right = true;
                const auto message = [&] {
                    return "CUTLINE_SEED=" + std::to_string(seed) + ": " + std::to_string(peak) + " for " +
                           stageText(plan.stages[s]) + ", " + std::to_string(peakOf(other)) + " for " +
                           stageText(other.stages[s]);
                };
                [&] { QVERIFY2(plan.stages[s].order_proven, message().c_str()); }();
                do {
                    const bool runs = std::ranges::all_of(layers, [&](const LayerId& l) {
                        return std::ranges::none_of(std::span(&l, layers.data() + layers.size()), [&](LayerId later) {
                            return std::ranges::count(c.problem.graph->predecessors(l), later) > 0;
                        });
                    });
                    right = right && (!runs || peakOf(other) >= peak);
                } while (right && std::next_permutation(layers.begin(), layers.end()));
                [&] { QVERIFY2(right, message().c_str()); }();
                if (QTest::currentTestFailed()) return false;
            }
            return ++plans < 12;
        });
        if (QTest::currentTestFailed()) return;
    }
    if (!qEnvironmentVariableIsSet("CUTLINE_SEED")) QVERIFY(better_than_file > 10);
}

/// A chain on three platforms that take the same energy, so that plans differ in it by the order of additions at most: among the
/// plans of a front, as the judge sees them, none may be better by that alone.
void TestExplore::nobodyOwesHisPlaceToTheLastBit()
{
    constexpr int kLayers = 24;
    std::string text = "in x0 10;";
    for (int l = 0; l < kLayers; ++l)
        text += "l" + std::to_string(l) + " x" + std::to_string(l) + " -> x" + std::to_string(l + 1) + " 10;";
    const GraphPtr graph = test::graphOf(text);
    System system;
    system.platforms = {test::platformOf("A"), test::platformOf("B"), test::platformOf("C")};
    test::join(system, test::linkOf("bus", 1e6), {0, 1, 2});
    std::size_t several = 0;
    for (const std::uint64_t seed : seeds(150, 5'000)) {
        std::mt19937_64 random(seed);
        const auto share = [&] { return std::uniform_real_distribution(0.1, 1.0)(random); };
        RandomCase c;
        c.problem = test::problemOf(graph, system, std::vector(kLayers, std::vector<double>(3, 0)));
        auto costs = std::make_shared<CostTable>(*c.problem.costs);
        std::vector<double> energy(kLayers);
        for (double& joules : energy) joules = share();
        // The sum lies where rows to compare are rounded up or down.
        const double sum = std::accumulate(energy.begin(), energy.end(), 0.0);
        energy.back() += std::bit_cast<double>((std::bit_cast<std::uint64_t>(sum) & ~std::uint64_t{0xfff}) | 0x800u) - sum;
        for (std::uint32_t l = 0; l < kLayers; ++l) {
            for (std::uint32_t p = 0; p < 3; ++p) {
                const Cost cost{share(), energy[l], Source::User};
                costs->setLayer(LayerId{l}, PlatformId{p}, cost);
                costs->setGroup(l, PlatformId{p}, cost, false);
            }
        }
        c.problem.costs = costs;
        c.options.solver = SolverKind::Exact;
        Progress progress;
        const auto found = explore(c.problem, c.options, progress);
        QVERIFY(found.ok());
        const Evaluator evaluator(c.problem);
        std::vector<std::array<double, 3>> rows;
        for (const std::uint32_t i : found->front) {
            const Figures f = evaluator.figures(found->candidates->plan(i));
            rows.push_back({f.latency_s, f.initiation_interval_s, f.energy_j});
        }
        several += rows.size() > 1;
        for (const auto& a : rows)
            for (const auto& b : rows) {
                bool no_worse = true;
                for (std::size_t d = 0; d < a.size(); ++d) no_worse = no_worse && a[d] <= b[d];
                QVERIFY2(!no_worse || a == b, ("CUTLINE_SEED=" + std::to_string(seed)).c_str());
            }
    }
    if (!qEnvironmentVariableIsSet("CUTLINE_SEED")) QVERIFY2(several > 100, std::to_string(several).c_str());
}

CUTLINE_TEST(TestExplore)

} // namespace cutline::tst_explore

#include "tst_explore.moc"
