// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/world.h"
#include "widgets/models/constraint_metrics.h"
#include "widgets/models/plan_facts.h"

namespace cutline::tst_plan_facts {

class TestPlanFacts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void changes_data();
    void changes();
    void limits_data();
    void limits();
    void bottleneckInWords();
    void provenanceFollowsTheAssignment();
    void proofs_data();
    void proofs();
    void shortNames_data();
    void shortNames();
    void cutsAndPlatforms();
    void movedLayerIsElsewhere();
    void throughputIsTheIntervalsReciprocal();
    void partsKeepAReadableUnit();
    void dominationCountsTheFront();
    void standings_data();
    void standings();
    void planStandsAgainstANewFront();
};

void TestPlanFacts::changes_data() {
    QTest::addColumn<double>("value");
    QTest::addColumn<double>("reference");
    QTest::addColumn<bool>("larger");
    QTest::addColumn<int>("verdict");
    QTest::addColumn<QString>("shown");
    const auto row = [](const char* name, double v, double r, bool larger, Verdict verdict,
                        const char* shown) {
        QTest::newRow(name) << v << r << larger << static_cast<int>(verdict) << QString::fromUtf8(shown);
    };
    row("faster", 111.4, 100, true, Verdict::Better, "▲ +11.4\u202F%");
    row("slower", 90, 100, true, Verdict::Worse, "▼ −10.0\u202F%");
    row("less energy", 88, 100, false, Verdict::Better, "▼ −12.0\u202F%");
    row("more latency", 100.73, 100, false, Verdict::Worse, "▲ +0.73\u202F%");
    row("doubled", 200, 100, false, Verdict::Worse, "▲ +100\u202F%");
    row("the same", 100, 100, false, Verdict::Same, "= 0\u202F%");
    row("not worth a colour", 100.04, 100, true, Verdict::Same, "= 0\u202F%");
    row("from nothing", 2, 0, false, Verdict::Worse, "▲ +2.00\u202Fs");
    row("nothing to nothing", 0, 0, false, Verdict::Same, "= 0\u202F%");
}

void TestPlanFacts::changes() {
    QFETCH(double, value);
    QFETCH(double, reference);
    QFETCH(bool, larger);
    const Change change = changeOf(value, reference, larger);
    QTEST(static_cast<int>(change.verdict), "verdict");
    QTEST(changeText(change, Unit::Second), "shown");
}

void TestPlanFacts::limits_data() {
    QTest::addColumn<double>("value");
    QTest::addColumn<int>("unit");
    QTest::addColumn<QString>("shown");
    QTest::newRow("whole") << 0.06 << static_cast<int>(Unit::Second) << QStringLiteral("60\u202Fms");
    QTest::newRow("part") << 0.0225 << static_cast<int>(Unit::Second) << QStringLiteral("22.5\u202Fms");
    QTest::newRow("bytes") << 4.0 * 1048576 << static_cast<int>(Unit::Byte) << QStringLiteral("4\u202FMiB");
    QTest::newRow("hundreds stay") << 600e-3 << static_cast<int>(Unit::Second)
                                   << QStringLiteral("600\u202Fms");
    QTest::newRow("share") << 0.5 << static_cast<int>(Unit::Fraction) << QStringLiteral("50\u202F%");
}

void TestPlanFacts::limits() {
    QFETCH(double, value);
    QFETCH(int, unit);
    QTEST(limitText(value, static_cast<Unit>(unit)), "shown");
}

void TestPlanFacts::bottleneckInWords() {
    Metrics metrics;
    metrics.initiation_interval_s = 18.3e-3;
    metrics.platforms.resize(2);
    metrics.platforms[0].busy_s = 18.3e-3 * 0.59;
    metrics.platforms[1].busy_s = 18.3e-3;
    metrics.links.resize(1);
    metrics.links[0].busy_s = 1e-3;
    const auto system = test::makeSystem();
    QCOMPARE(bottleneckText(metrics, *system),
             QStringLiteral("SMB is busy 100\u202F% of 18.3\u202Fms; EYR idles 41\u202F%"));
    // At 20 inputs a second the period is 50 ms.
    QCOMPARE(bottleneckText(metrics, *system, 20.0),
             QStringLiteral("SMB is busy 37\u202F% of 50.0\u202Fms; EYR idles 78\u202F%"));
    metrics.links[0].busy_s = 30e-3;
    QVERIFY(bottleneckText(metrics, *system, 20.0).startsWith(QStringLiteral("gbe is busy 60\u202F%")));
    metrics.platforms[0].busy_s = 0;
    QVERIFY(bottleneckText(metrics, *system, 20.0).contains(QStringLiteral("EYR is not used")));
}

void TestPlanFacts::provenanceFollowsTheAssignment() {
    const auto graph = test::makeGraph(2);
    const auto system = test::makeSystem();
    Fusion alone;
    for (std::uint32_t l = 0; l < graph->layerCount(); ++l) {
        alone.groups.push_back({{l}});
        alone.group_of.push_back(l);
    }
    CostTable costs(graph, system, alone);
    // On EYR everything is measured and takes 1 s; on SMB it is assumed and takes 3 s.
    for (std::uint32_t l = 0; l < graph->layerCount(); ++l) {
        costs.setLayer({l}, {0}, {1, 0, Source::Profile, true, 0, 0});
        costs.setLayer({l}, {1}, {3, 0, Source::Assumed, true, 0, 0});
    }
    const auto layers = static_cast<std::uint32_t>(graph->layerCount());
    QCOMPARE(layers, 6U);
    const auto shares = provenanceShares(costs, test::planOf({{0, 3}, {1, layers}}));
    QCOMPARE(shares.of[static_cast<std::size_t>(Source::Profile)], 3.0 / 12);
    QCOMPARE(shares.of[static_cast<std::size_t>(Source::Assumed)], 9.0 / 12);
    QCOMPARE(provenanceText(shares), QStringLiteral("time: 75\u202F% assumed \u00B7 25\u202F% measured"));
    QCOMPARE(provenanceText({}), QString());
    // What is not known takes no time: its share would be nothing.
    costs.setLayer({0}, {0}, {0, 0, Source::None, true, 0, 0});
    const QString words = provenanceText(provenanceShares(costs, test::planOf({{0, 3}, {1, layers}})));
    QCOMPARE(words, QStringLiteral("time: 82\u202F% assumed \u00B7 18\u202F% measured \u00B7 1 layer not known"));
}

void TestPlanFacts::proofs_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("stop");
    QTest::addColumn<double>("epsilon");
    QTest::addColumn<QString>("words");
    const auto row = [](Proof::Kind kind, Proof::Stop stop, double epsilon, const char* words) {
        QTest::newRow(words) << static_cast<int>(kind) << static_cast<int>(stop) << epsilon
                             << QString::fromUtf8(words);
    };
    row(Proof::Kind::Complete, Proof::Stop::Completed, 0, "search complete in this model");
    row(Proof::Kind::Epsilon, Proof::Stop::Completed, 0.01, "within 1.0\u202F% of complete");
    row(Proof::Kind::Heuristic, Proof::Stop::Cancelled, 0, "heuristic, best known (stopped)");
    row(Proof::Kind::Heuristic, Proof::Stop::TimeLimit, 0, "heuristic, best known (time limit)");
}

void TestPlanFacts::proofs() {
    QFETCH(int, kind);
    QFETCH(int, stop);
    QFETCH(double, epsilon);
    Proof proof;
    proof.kind = static_cast<Proof::Kind>(kind);
    proof.stop = static_cast<Proof::Stop>(stop);
    proof.epsilon = epsilon;
    QTEST(proofText(proof), "words");
}

void TestPlanFacts::shortNames_data() {
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QString>("shown");
    QTest::newRow("module path") << QByteArray("/features/features.3/Conv")
                                 << QStringLiteral("features.3/Conv");
    QTest::newRow("plain") << QByteArray("conv1") << QStringLiteral("conv1");
    QTest::newRow("leading slash") << QByteArray("/Conv") << QStringLiteral("/Conv");
    QTest::newRow("line break") << QByteArray("a\nb") << QStringLiteral("a b");
    QTest::newRow("bad bytes") << QByteArray("a\xFF") << QStringLiteral("a\uFFFD");
}

void TestPlanFacts::shortNames() {
    QFETCH(QByteArray, name);
    QTEST(shortLayerName(name.toStdString()), "shown");
}

void TestPlanFacts::cutsAndPlatforms() {
    const auto graph = test::makeGraph(4);
    const auto layers = static_cast<std::uint32_t>(graph->layerCount());
    const auto system = test::makeSystem();
    const Plan alone = test::planOf({{1, layers}});
    QCOMPARE(platformsShown(alone, *system), QStringLiteral("SMB"));
    QCOMPARE(cutShown(*graph, alone), QStringLiteral("none"));
    QCOMPARE(platformsShown(test::planOf({{1, 3}, {0, layers}}), *system), QStringLiteral("SMB \u203A EYR"));
    QCOMPARE(cutShown(*graph, test::planOf({{1, 3}, {0, layers}})), QStringLiteral("features.0/Relu"));
    // Inside block 2, whose input is added at its end, two tensors cross.
    QCOMPARE(cutShown(*graph, test::planOf({{0, 7}, {1, layers}})),
             QStringLiteral("features.1/Relu + features.2/Conv"));
    QCOMPARE(cutShown(*graph, alone, {"input", "/a/b/c"}), QStringLiteral("input \u203A b/c"));
}

void TestPlanFacts::movedLayerIsElsewhere() {
    const auto graph = test::makeGraph(3);
    const auto layers = static_cast<std::uint32_t>(graph->layerCount());
    const Plan plan = test::planOf({{0, 4}, {1, layers}});
    QCOMPARE(withLayerMoved(*graph, plan, {3}, {1}), test::planOf({{0, 3}, {1, layers}}));
    const auto assignment = assignmentOf(withLayerMoved(*graph, plan, {0}, {1}), layers);
    QCOMPARE(assignment[0].value, 1U);
    QCOMPARE(assignment[1].value, 0U);
}

void TestPlanFacts::throughputIsTheIntervalsReciprocal() {
    Summary s;
    s.initiation_interval_s = 0.02;
    s.memory_bytes_max = 2048;
    QCOMPARE(shownValue(s, Objective::InitiationInterval), 50.0);
    QVERIFY(!memoryIsRatio(s));
    QCOMPARE(shownValue(s, Objective::Memory), 2048.0);
    s.tightest_ratio = 0.25;
    QCOMPARE(shownValue(s, Objective::Memory), 0.25);
    QVERIFY(std::isnan(shownValue(s, Objective::Accuracy)));
}

void TestPlanFacts::partsKeepAReadableUnit() {
    QCOMPARE(partOfText(1.9 * 1048576, 4 * 1048576.0, Unit::Byte), QStringLiteral("1.90 of 4\u202FMiB"));
    QCOMPARE(partOfText(11.1 * 1048576, 1024 * 1048576.0, Unit::Byte),
             QStringLiteral("11.1\u202FMiB of 1\u202FGiB"));
    QCOMPARE(partOfText(0, 1024 * 1048576.0, Unit::Byte), QStringLiteral("0 of 1\u202FGiB"));
}

void TestPlanFacts::dominationCountsTheFront() {
    SearchResult result;
    const auto add = [&](double latency, double interval, double energy) {
        Summary s;
        s.latency_s = latency;
        s.initiation_interval_s = interval;
        s.energy_j = energy;
        result.front.push_back(static_cast<std::uint32_t>(result.summaries.size()));
        result.summaries.push_back(s);
        return s;
    };
    add(1, 5, 5);
    add(2, 2, 4);
    add(3, 1, 3);
    const std::vector both{Objective::Latency, Objective::Energy};
    Summary plan;
    plan.latency_s = 3.5;
    plan.initiation_interval_s = 1.5;
    plan.energy_j = 4.5;
    QCOMPARE(dominatedBy(result, both, plan), std::size_t{2}); // the second and the third
    QCOMPARE(dominatedBy(result, std::vector{Objective::Latency}, plan), std::size_t{3});
    plan.latency_s = 1;
    QCOMPARE(dominatedBy(result, both, plan), std::size_t{0}); // equal latency, and nobody has both
    plan = result.summaries[1];
    plan.energy_j *= 1 + 1e-12; // the same figure, added up in another order
    QCOMPARE(dominatedBy(result, both, plan), std::size_t{0});
}

void TestPlanFacts::standings_data() {
    QTest::addColumn<QString>("constraint");
    QTest::addColumn<double>("value"); // NaN: not known
    QTest::addColumn<bool>("met");
    QTest::addColumn<QString>("words");
    QTest::newRow("met") << "latency<=20ms" << 0.015 << true << QStringLiteral("met, margin 25\u202F%");
    QTest::newRow("missed") << "latency<=20ms" << 0.0232 << false
                            << QStringLiteral("missed by 3.20\u202Fms (16\u202F%)");
    QTest::newRow("at least") << "throughput>=30fps" << 24.0 << false
                              << QStringLiteral("missed by 6.00\u202F/s (20\u202F%)");
    QTest::newRow("share") << "load:gbe<=50%" << 0.6 << false << QStringLiteral("missed by 10\u202F%");
    QTest::newRow("to the digit") << "energy<=25mJ" << 0.025 * (1 + 1e-15) << true
                                  << QStringLiteral("met, no margin");
    QTest::newRow("not known") << "latency<=20ms" << std::nan("") << false << QStringLiteral("not known");
}

void TestPlanFacts::standings() {
    QFETCH(QString, constraint);
    QFETCH(double, value);
    QFETCH(bool, met);
    QFETCH(QString, words);
    const auto parsed = parseConstraint(constraint.toStdString(), *test::makeSystem());
    QVERIFY(parsed.ok());
    const Standing standing =
        standingOf(*parsed, std::isnan(value) ? std::nullopt : std::optional(value));
    QCOMPARE(standing.met, met);
    QCOMPARE(standing.text, words);
}

void TestPlanFacts::planStandsAgainstANewFront() {
    const test::World world = test::makeWorld(6);
    SearchOptions options;
    const std::uint32_t knee = world.knee();
    const Metrics metrics = world.metricsOf(knee);
    QCOMPARE(planStanding(QStringLiteral("plan 1"), *world.result, options, metrics, 1), QString());
    // Whatever the listed plans are, one that is not on the front is dominated by somebody who is.
    for (std::uint32_t plan = 0; plan < world.result->summaries.size(); ++plan) {
        const bool on_front = std::find(world.result->front.begin(), world.result->front.end(), plan) !=
                              world.result->front.end();
        QCOMPARE(dominatedBy(*world.result, options.objectives, world.result->summaries[plan]) == 0, on_front);
    }
    options.constraints = {*parseConstraint("latency<=1us", *world.problem.system)};
    const QString words = planStanding(QStringLiteral("plan 1"), *world.result, options, metrics, 1);
    QVERIFY2(words.startsWith(QStringLiteral("plan 1: latency<=1us missed by ")), qPrintable(words));
}

CUTLINE_TEST(TestPlanFacts)

} // namespace cutline::tst_plan_facts

#include "tst_plan_facts.moc"
