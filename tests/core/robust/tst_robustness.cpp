// SPDX-License-Identifier: GPL-3.0-or-later
// Errors against closed forms of log-normal ratios, and against a simulation of their own.
#include "core/robust/decision.h"
#include "core/plan/precision_variants.h"
#include "core/robust/robustness.h"
#include "tests/core/search/small_world.h"
#include "tests/test_program.h"

#include <tbb/global_control.h>

#include <cmath>
#include <random>

namespace cutline::tst_robustness {
namespace {

/// Platforms of one each, with the spreads of all their costs.
struct Machine {
    std::string name, descriptor;
    std::vector<double> latency_s; ///< by layer; the energy is the same number in joules
    LogSpread spread;
};

Problem worldOf(const std::string& graph, const std::vector<Machine>& machines, double link_rate = 0)
{
    Problem problem;
    problem.graph = std::make_shared<const Graph>(graphFromText(graph));
    auto system = std::make_shared<System>();
    for (const Machine& m : machines) {
        Platform p;
        p.name = m.name;
        p.descriptor = m.descriptor;
        p.activation_bits = p.weight_bits = 8;
        system->platforms.push_back(p);
    }
    for (std::uint32_t p = 1; p < machines.size() && link_rate > 0; ++p) {
        Connection c;
        c.link.name = "link";
        c.link.rate_bits_per_s = link_rate;
        c.ends = {NodeId{p - 1}, NodeId{p}};
        system->links.push_back(c);
    }
    problem.system = system;
    auto costs = std::make_shared<CostTable>(problem.graph, system, unfused(*problem.graph));
    for (std::uint32_t p = 0; p < machines.size(); ++p)
        for (std::uint32_t l = 0; l < problem.graph->layerCount(); ++l) {
            Cost cost{machines[p].latency_s[l], machines[p].latency_s[l], Source::Roofline, true, 0, 0};
            cost.setSpread(machines[p].spread);
            costs->setLayer(LayerId{l}, PlatformId{p}, cost);
            costs->setGroup(l, PlatformId{p}, cost, false);
        }
    problem.costs = costs;
    return problem;
}

Plan alone(std::uint32_t platform, std::uint32_t layers)
{
    Stage stage{PlatformId{platform}, {}};
    for (std::uint32_t l = 0; l < layers; ++l) stage.layers.push_back(LayerId{l});
    return {Scheme::Pipeline, {stage}};
}

/// Layers before `cut` on the first platform, the others on the second.
Plan cutAt(std::uint32_t cut, std::uint32_t layers)
{
    Plan plan{Scheme::Pipeline, {{PlatformId{0}, {}}, {PlatformId{1}, {}}}};
    for (std::uint32_t l = 0; l < layers; ++l) plan.stages[l < cut ? 0 : 1].layers.push_back(LayerId{l});
    return plan;
}

RobustnessOptions optionsFor(std::vector<Objective> objectives, std::size_t samples)
{
    RobustnessOptions options;
    options.objectives = std::move(objectives);
    options.samples = samples;
    return options;
}

double phi(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }
bool near(double a, double b, double share) { return std::abs(a - b) <= share * std::abs(b); }

constexpr float kA = 0.2f, kB = 0.3f;
std::vector<Machine> twoMachines()
{
    return {{"A", "a", {1, 1}, {kA, 0, 0}}, {"B", "b", {1.1, 1.1}, {kB, 0, 0}}};
}

} // namespace

class TestRobustness : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void logNormalRatio();
    void oneDescriptorErrsTogether();
    void sharedStagesCancel();
    void classesErrTogetherLayersAlone();
    void linksAreOnePart();
    void powerTimesTime();
    void demandsAreCounted();
    void accuracyIsOneOfTheObjectives();
    void aPlatformErrsAlikeAtEveryPrecision();
    void sameForAnyThreads();
    void stopsWhenCancelled();
    void unresolvedPlansAreOneChoice_data();
    void unresolvedPlansAreOneChoice();
    void leastErrorThatChangesTheDecision();
};

void TestRobustness::logNormalRatio()
{
    const Problem problem = worldOf("a>b", twoMachines());
    const Plan plans[] = {alone(0, 2), alone(1, 2)};
    Progress progress;
    const Robustness r = robustnessOf(problem, plans, optionsFor({Objective::Latency}, 20'000), progress);
    QCOMPARE(int(r.samples), 20'000);
    const double sigma = std::hypot(0.2, 0.3);
    const double first = phi(std::log(1.1) / sigma); // 0.604; 20,000 samples tell it to 0.0035
    QVERIFY2(std::abs(r.plans[0].on_front - first) < 0.014, qPrintable(QString::number(r.plans[0].on_front)));
    QVERIFY(std::abs(r.plans[1].on_front - (1 - first)) < 0.014);
    QCOMPARE(r.plans[0].chosen, r.plans[0].on_front);
    QVERIFY(near(r.spreadOfDifference(0, 1, 0), sigma, 0.02));
    QVERIFY(!r.isWorse(1, 0, 0));
    QVERIFY(near(r.plans[0].latency_s.median, 2, 0.01));
    QVERIFY(near(r.plans[0].latency_s.high, 2 * std::exp(1.6449 * 0.2), 0.02));
    QVERIFY(near(r.plans[0].latency_s.low, 2 * std::exp(-1.6449 * 0.2), 0.02));
    QVERIFY(near(r.plans[0].throughput_hz.high, 1 / r.plans[0].initiation_interval_s.low, 0.01));
    QCOMPARE(r.plans[0].feasible, 1.0);
}

void TestRobustness::oneDescriptorErrsTogether()
{
    auto machines = twoMachines();
    machines[1].descriptor = "a";
    machines[1].spread = machines[0].spread;
    const Problem problem = worldOf("a>b", machines);
    const Plan plans[] = {alone(0, 2), alone(1, 2)};
    Progress progress;
    const Robustness r = robustnessOf(problem, plans, optionsFor({Objective::Latency}, 500), progress);
    QCOMPARE(r.plans[0].on_front, 1.0);
    QCOMPARE(r.plans[1].on_front, 0.0);
    QVERIFY(r.spreadOfDifference(0, 1, 0) < 1e-6);
    QVERIFY(r.isWorse(1, 0, 0));
    QVERIFY(r.plans[0].latency_s.high > 2.5);
}

void TestRobustness::sharedStagesCancel()
{
    const std::vector<Machine> machines{{"A", "a", {5, 1, 2}, {0.1f, 0, 0.3f}}, {"B", "b", {4, 1.5, 3}, {0.05f, 0, 0.2f}}};
    const Problem problem = worldOf("a>b b>c", machines, 1e9);
    const Plan plans[] = {cutAt(1, 3), cutAt(2, 3)};
    Progress progress;
    const Robustness r = robustnessOf(problem, plans, optionsFor({Objective::Energy}, 20'000), progress);
    std::mt19937_64 random(9);
    std::normal_distribution<double> normal;
    double sum = 0, squares = 0, better = 0;
    constexpr int kSamples = 40'000;
    for (int s = 0; s < kSamples; ++s) {
        const double a = 0.1 * normal(random), b = 0.05 * normal(random);
        double on_a[3], on_b[3];
        for (int l = 0; l < 3; ++l) {
            on_a[l] = machines[0].latency_s[std::size_t(l)] * std::exp(a + 0.3 * normal(random));
            on_b[l] = machines[1].latency_s[std::size_t(l)] * std::exp(b + 0.2 * normal(random));
        }
        const double ratio = std::log((on_a[0] + on_b[1] + on_b[2]) / (on_a[0] + on_a[1] + on_b[2]));
        sum += ratio;
        squares += ratio * ratio;
        better += ratio < 0;
    }
    const double spread = std::sqrt(squares / kSamples - sum * sum / kSamples / kSamples);
    QVERIFY2(near(r.spreadOfDifference(0, 1, 0), spread, 0.03),
             qPrintable(QString("%1 and %2").arg(r.spreadOfDifference(0, 1, 0)).arg(spread)));
    QVERIFY(std::abs(r.plans[0].on_front - better / kSamples) < 0.02);
    QVERIFY2(spread < 0.06, "far less than either plan's own spread");
}

void TestRobustness::classesErrTogetherLayersAlone()
{
    Progress progress;
    const Plan plans[] = {alone(0, 4)};
    const auto high = [&](const LogSpread& spread) {
        const Problem problem = worldOf("a>b b>c c>d", {{"A", "a", {1, 1, 1, 1}, spread}});
        return robustnessOf(problem, plans, optionsFor({Objective::Latency}, 8000), progress).plans[0].latency_s.high;
    };
    QVERIFY(near(high({0, 0.2f, 0}), 4 * std::exp(1.6449 * 0.2), 0.02));
    // Four alone: mean exp(s^2/2), standard deviation of the sum half that of one in proportion.
    const double s2 = 0.04, mean = 4 * std::exp(s2 / 2), deviation = 2 * std::exp(s2 / 2) * std::sqrt(std::exp(s2) - 1);
    QVERIFY(near(high({0, 0, 0.2f}), mean + 1.6449 * deviation, 0.02));
}

void TestRobustness::linksAreOnePart()
{
    const Problem problem = worldOf("a>b", twoMachines(), 800); // 100 bytes take one second
    const ErrorModel model(problem);
    std::size_t link = model.factors().size();
    for (std::size_t f = 0; f < model.factors().size(); ++f)
        if (model.factors()[f].kind == ErrorModel::Kind::Link) link = f;
    QVERIFY(link < model.factors().size());
    QCOMPARE(model.nameOf(model.factors()[link]), std::string("link"));
    QCOMPARE(model.factors()[link].spread, kLinkSpread);
    const Plan plan = cutAt(1, 2);
    QVERIFY(near(Evaluator(problem).figures(plan).latency_s, 1 + 1 + 1.1, 1e-12));
    QVERIFY(near(Evaluator(model.scaled(link, 1.5)).figures(plan).latency_s, 1 + 1.5 + 1.1, 1e-12));
    Progress progress;
    RobustnessOptions options = optionsFor({Objective::Latency}, 4000);
    options.link_spread = 0;
    const Plan plans[] = {plan};
    const double without = robustnessOf(problem, plans, options, progress).plans[0].latency_s.high;
    options.link_spread = 1;
    QVERIFY(robustnessOf(problem, plans, options, progress).plans[0].latency_s.high > 1.3 * without);
}

void TestRobustness::powerTimesTime()
{
    for (const bool power : {true, false}) {
        Problem problem = worldOf("a>b", twoMachines());
        auto system = std::make_shared<System>(*problem.system);
        system->platforms[0].roofline = Roofline{};
        if (power) system->platforms[0].roofline->busy_power_w = 1;
        problem.system = system;
        const ErrorModel model(problem);
        const Problem drawn = model.perturbed(model.deviates(5, 0));
        const Cost& cost = drawn.costs->layer(LayerId{0}, PlatformId{0});
        QVERIFY(cost.latency_s != 1.0);
        QCOMPARE(cost.latency_s == cost.energy_j, power);
    }
}

void TestRobustness::demandsAreCounted()
{
    const Problem problem = worldOf("a>b", twoMachines());
    const Plan plans[] = {alone(0, 2), alone(1, 2)};
    RobustnessOptions options = optionsFor({Objective::Latency}, 10'000);
    options.constraints = {*parseConstraint("latency<=2.2s", *problem.system)};
    options.wishes = {*parseConstraint("energy<=2J", *problem.system)};
    Progress progress;
    const Robustness r = robustnessOf(problem, plans, options, progress);
    QVERIFY(std::abs(r.plans[0].keeps[0] - phi(std::log(1.1) / 0.2)) < 0.02);
    QVERIFY(std::abs(r.plans[0].keeps[1] - 0.5) < 0.02);
    QCOMPARE(r.plans[0].feasible, r.plans[0].keeps[0]);
    QVERIFY(std::abs(r.plans[1].feasible - 0.5) < 0.02);
    QVERIFY(r.plans[0].on_front <= r.plans[0].feasible);
}

/// No error of a cost changes what a plan knows; it is compared, and demanded, all the same.
void TestRobustness::accuracyIsOneOfTheObjectives()
{
    const Problem problem = worldOf("a>b", twoMachines());
    const Plan plans[] = {alone(0, 2), alone(1, 2), cutAt(1, 2)};
    // Of the third no accuracy is known, a sensitivity of none.
    RobustnessOptions options = optionsFor({Objective::Latency, Objective::Accuracy, Objective::Sensitivity}, 10'000);
    options.fixed.resize(2);
    options.fixed[0].accuracy = 0.8;
    options.fixed[1].accuracy = 0.9;
    Progress progress;
    const Robustness r = robustnessOf(problem, plans, options, progress);
    QCOMPARE(r.plans[1].on_front, 1.0);
    QVERIFY(std::abs(r.plans[0].on_front - phi(std::log(1.1) / std::hypot(0.2, 0.3))) < 0.02);
    QCOMPARE(r.plans[2].on_front, 0.0);
    options.constraints = {*parseConstraint("accuracy>=85%", *problem.system)};
    const Robustness limited = robustnessOf(problem, plans, options, progress);
    QCOMPARE(limited.plans[0].feasible, 0.0);
    QCOMPARE(limited.plans[1].feasible, 1.0);
    QCOMPARE(limited.plans[1].keeps[0], 1.0);
    QCOMPARE(decisionSensitivity(problem, plans, options, progress).chosen, std::optional(1u));
}

void TestRobustness::aPlatformErrsAlikeAtEveryPrecision()
{
    Problem problem = worldOf("a>b", twoMachines()); // links and costs at the platforms' own precision
    std::vector<Machine> quicker = twoMachines();
    quicker[0].latency_s = {0.5, 0.5};
    auto system = std::make_shared<System>(*problem.system);
    system->platforms[0].precisions = {{4, 4, {}}};
    problem.system = system;
    auto variants = std::make_shared<PrecisionVariants>();
    variants->levels.push_back({system, worldOf("a>b", quicker).costs});
    variants->offered = {{0, 1}, {0}};
    problem.variants = variants;
    Plan at_four = alone(0, 2);
    at_four.stages[0].precision = 1;
    const Plan plans[] = {alone(0, 2), at_four, alone(1, 2)};
    Progress progress;
    const Robustness r = robustnessOf(problem, plans, optionsFor({Objective::Latency}, 2000), progress);
    QVERIFY(r.plans[0].latency_s.high > 1.2 * r.plans[0].latency_s.median); // errors are drawn
    QVERIFY(near(r.plans[1].latency_s.high, r.plans[0].latency_s.high / 2, 1e-9));
    QVERIFY(r.spreadOfDifference(0, 1, 0) < 1e-5);
    QVERIFY(r.spreadOfDifference(1, 2, 0) > 0.3);
    const DecisionSensitivity d = decisionSensitivity(problem, plans, optionsFor({Objective::Latency}, 1), progress);
    QCOMPARE(d.chosen, std::optional(1u));
    QVERIFY(!d.changes.empty() && near(d.changes[0].factor, d.changes[0].factor > 1 ? 2.2 : 1 / 2.2, 0.01));
}

void TestRobustness::sameForAnyThreads()
{
    const Problem problem = worldOf("a>b b>c", {{"A", "a", {5, 1, 2}, {0.1f, 0.1f, 0.3f}}, {"B", "b", {4, 2, 3}, {0.1f, 0, 0.2f}}}, 1e9);
    const std::vector<Plan> plans{cutAt(1, 3), cutAt(2, 3), alone(0, 3), alone(1, 3)};
    const auto run = [&](std::size_t threads, std::uint64_t seed) {
        const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
        RobustnessOptions options;
        options.samples = 200;
        options.seed = seed;
        Progress progress;
        const Robustness r = robustnessOf(problem, plans, options, progress);
        std::vector<double> numbers;
        for (const PlanRobustness& p : r.plans)
            for (const double v : {p.on_front, p.chosen, p.latency_s.low, p.latency_s.median, p.energy_j.high})
                numbers.push_back(v);
        for (const DecisionChange& c : decisionSensitivity(problem, plans, options, progress).changes)
            numbers.push_back(c.factor);
        return numbers;
    };
    QVERIFY(run(1, 7) == run(4, 7));
    QVERIFY(run(1, 7) != run(1, 8));
}

void TestRobustness::stopsWhenCancelled()
{
    const Problem problem = worldOf("a>b", twoMachines());
    const Plan plans[] = {alone(0, 2), alone(1, 2)};
    Progress progress;
    progress.cancel();
    const Robustness r = robustnessOf(problem, plans, optionsFor({Objective::Latency}, 1000), progress);
    QCOMPARE(int(r.samples), 0);
    QCOMPARE(int(r.plans.size()), 2);
    QVERIFY(decisionSensitivity(problem, plans, {}, progress).changes.empty());
}

void TestRobustness::unresolvedPlansAreOneChoice_data()
{
    QTest::addColumn<double>("spread");
    QTest::addColumn<int>("listed");
    QTest::newRow("sure predictions") << 0.001 << 4;
    QTest::newRow("wild ones") << 0.5 << 3;
}

void TestRobustness::unresolvedPlansAreOneChoice()
{
    QFETCH(double, spread);
    QFETCH(int, listed);
    const double rows[] = {2, 3, 3, 2, 2.5, 2.5, 2.2, 2.8}; // latency, energy
    std::vector<Machine> machines;
    for (int m = 0; m < 4; ++m)
        machines.push_back({"P" + std::to_string(m), "", {rows[2 * m]}, {float(spread), 0, 0}});
    Problem problem = worldOf("a", machines);
    auto costs = std::make_shared<CostTable>(*problem.costs);
    std::vector<Plan> plans;
    for (std::uint32_t p = 0; p < 4; ++p) {
        Cost cost = costs->layer(LayerId{0}, PlatformId{p});
        cost.energy_j = rows[2 * p + 1];
        costs->setLayer(LayerId{0}, PlatformId{p}, cost);
        costs->setGroup(0, PlatformId{p}, cost, false);
        plans.push_back(alone(p, 1));
    }
    problem.costs = costs;
    Progress progress;
    const Robustness r = robustnessOf(problem, plans, optionsFor({Objective::Latency, Objective::Energy}, 400), progress);
    const auto shown = resolvedRepresentatives(r, rows, 2);
    QCOMPARE(int(shown.size()), listed);
    QVERIFY(std::find(shown.begin(), shown.end(), 2u) != shown.end()); // the knee
}

void TestRobustness::leastErrorThatChangesTheDecision()
{
    const Problem problem = worldOf("a>b", twoMachines());
    const Plan plans[] = {alone(0, 2), alone(1, 2)};
    Progress progress;
    const DecisionSensitivity d = decisionSensitivity(problem, plans, optionsFor({Objective::Latency}, 1), progress);
    QCOMPARE(d.chosen.value(), 0u);
    // Of 2 s and 2.2 s: B 9 % less (0.32 deviations), A 10 % more (0.48); then classes and layers, of which no error is
    // expected: one layer of A 20 % more, one of B 18 % less.
    QVERIFY(d.changes.size() >= 8);
    QCOMPARE(d.changes[0].subject, std::string("b"));
    QVERIFY(near(d.changes[0].factor, 1 / 1.1, 1e-3));
    QVERIFY(near(d.changes[0].deviations(), std::log(1.1) / 0.3, 0.02));
    QCOMPARE(d.changes[0].to, 1u);
    QCOMPARE(d.changes[1].subject, std::string("a"));
    QVERIFY(near(d.changes[1].factor, 1.1, 1e-3));
    std::size_t layers = 0;
    for (const DecisionChange& c : d.changes) {
        if (c.kind != ErrorModel::Kind::Layer) continue;
        QVERIFY(std::isinf(c.deviations()));
        QVERIFY(near(c.factor, c.subject[0] == 'a' ? 1.2 : 0.9 / 1.1, 2e-3));
        ++layers;
    }
    QCOMPARE(int(layers), 4);
}

CUTLINE_TEST(TestRobustness)

} // namespace cutline::tst_robustness

#include "tst_robustness.moc"
