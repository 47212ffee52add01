// SPDX-License-Identifier: GPL-3.0-or-later
// What the inspector works out: mappings of loop-nest machines, advice for plans.
#include "core/cost/cost_model.h"
#include "core/platform/library.h"
#include "tests/test_program.h"
#include "tests/widgets/world.h"
#include "widgets/models/advice.h"
#include "widgets/models/mapping_facts.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/mapping_curve.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QComboBox>
#include <QPlainTextEdit>

#include <cmath>
#include <numeric>

namespace cutline::tst_inspector {

class TestInspector : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void mappingAddsUp_data();
    void mappingAddsUp();
    void curveFallsAlongTime();
    void mappingIsShownAndSwitched();
    void curveSaysItsPoints();
    void fallBackIsWarnedOf();
    void whyNotNamesTransfersAndEnergy();
    void helpIsComputed();
    void helpMovesTheCut();
    void helpArrivesOnThePage();

private:
    static Plan cutAt(std::uint32_t layer, std::uint32_t layers) {
        return test::planOf({{0, layer}, {1, layers}});
    }
    bool settled(const Inspector& inspector) {
        return QTest::qWaitFor([&] { return inspector.isComplete(); }, 20'000);
    }
    test::World m_world; ///< invented costs
    Problem m_mapped;    ///< the two published machines and what their mapper says
};

void TestInspector::initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_world = test::makeWorld(6);
    const Library library = Library::load(Library::defaultFolders());
    auto system = library.system("kress2024");
    QVERIFY2(system.ok(), "kress2024");
    m_mapped.graph = test::makeGraph(3);
    m_mapped.system = std::make_shared<const System>(*std::move(system));
    Progress progress;
    auto costs = buildCostTable(m_mapped.graph, m_mapped.system, {}, progress);
    QVERIFY(costs.ok());
    m_mapped.costs = *costs;
}

void TestInspector::mappingAddsUp_data() {
    QTest::addColumn<int>("layer");
    QTest::addColumn<int>("platform");
    for (int layer = 0; layer < static_cast<int>(m_mapped.graph->layerCount()); ++layer)
        for (int platform = 0; platform < 2; ++platform)
            if (!m_mapped.graph->layer({static_cast<std::uint32_t>(layer)}).loops.empty())
                QTest::addRow("layer %d on platform %d", layer, platform) << layer << platform;
}

void TestInspector::mappingAddsUp() {
    QFETCH(int, layer);
    QFETCH(int, platform);
    const LayerId id{static_cast<std::uint32_t>(layer)};
    const PlatformId on{static_cast<std::uint32_t>(platform)};
    Progress progress;
    const MappingFacts facts =
        mappingFacts(m_mapped.system->platform(on), m_mapped.compat, *m_mapped.graph, id, progress);
    QVERIFY(facts.error.isEmpty());
    QCOMPARE(facts.nests.size(), std::size_t{1});
    const MappingFacts::Nest& nest = facts.nests[0];
    // Its parts are the whole, and the whole is what the plan is charged.
    double energy = nest.mac_energy_j + nest.static_energy_j;
    for (const auto& level : nest.levels) energy += level.energy_j;
    QVERIFY2(std::abs(energy / nest.energy_j - 1) < 1e-9, qPrintable(QString::number(energy)));
    const Cost& cost = m_mapped.costs->layer(id, on);
    QVERIFY(std::abs(cost.latency_s / nest.latency_s - 1) < 1e-9);
    QVERIFY(std::abs(cost.energy_j / nest.energy_j - 1) < 1e-9);
    // Utilisation by hand: MACs over units and cycles.
    const double cycles = nest.latency_s * *m_mapped.system->platform(on).clock_hz;
    const double macs = static_cast<double>(*m_mapped.graph->layer(id).macs);
    QVERIFY(std::abs(nest.busy_macs - macs / cycles) < 1e-6 * nest.macs);
    QVERIFY(nest.loops.contains(QStringLiteral("multiply and add")));
    QCOMPARE(nest.levels.front().name, QStringLiteral("dram")); // outermost first
}

void TestInspector::curveFallsAlongTime() {
    Progress progress;
    const MappingFacts facts =
        mappingFacts(m_mapped.system->platforms[1], m_mapped.compat, *m_mapped.graph, LayerId{0}, progress);
    QVERIFY(!facts.curve.empty() && facts.curve_complete);
    for (std::size_t i = 1; i < facts.curve.size(); ++i) {
        QVERIFY(facts.curve[i].latency_s > facts.curve[i - 1].latency_s);
        QVERIFY(facts.curve[i].energy_j < facts.curve[i - 1].energy_j);
    }
    // What is used is the fastest, or within 0.1 % of it.
    QVERIFY(facts.nests[0].latency_s <= facts.curve.front().latency_s * 1.001 + 1e-15);
    QVERIFY(facts.nests[0].latency_s >= facts.curve.front().latency_s * (1 - 1e-12));
}

void TestInspector::mappingIsShownAndSwitched() {
    Inspector inspector;
    inspector.resize(320, 700);
    inspector.show();
    QVERIFY(QTest::qWaitForWindowExposed(&inspector));
    const auto evaluator = std::make_shared<const Evaluator>(m_mapped);
    inspector.setEvaluator(evaluator);
    const Plan plan = cutAt(4, static_cast<std::uint32_t>(m_mapped.graph->layerCount()));
    inspector.setPlan(plan, evaluator->evaluate(plan), QStringLiteral("plan 1"));
    inspector.showLayers({LayerId{1}});
    QVERIFY(settled(inspector));
    QVERIFY(inspector.plainText().contains(QStringLiteral("Mapping on EYR")));
    QVERIFY(inspector.plainText().contains(QStringLiteral("optimal in this mapping space")));
    auto* code = inspector.findChild<QPlainTextEdit*>();
    QVERIFY(code && code->toPlainText().contains(QStringLiteral("parallel")));
    QVERIFY(code->isReadOnly());
    const QString on_eyr = code->toPlainText();
    auto* choice = inspector.findChild<QComboBox*>(QStringLiteral("mappingPlatform"));
    QVERIFY(choice);
    QTest::keyClick(choice, Qt::Key_Down);
    QTRY_VERIFY(inspector.plainText().contains(QStringLiteral("Mapping on SMB")));
    QVERIFY(settled(inspector));
    QTRY_VERIFY(inspector.findChild<QPlainTextEdit*>());
    QVERIFY(inspector.findChild<QPlainTextEdit*>()->toPlainText() != on_eyr);
    // A layer without multiply-accumulates has none.
    inspector.showLayers({LayerId{2}});
    QVERIFY(!inspector.plainText().contains(QStringLiteral("Mapping on")));
}

void TestInspector::curveSaysItsPoints() {
    MappingCurve curve;
    curve.resize(260, 92);
    curve.setPoints({{1e-3, 9e-3}, {2e-3, 5e-3}, {4e-3, 4e-3}}, {1e-3, 9e-3}, Qt::blue);
    QVERIFY(curve.positionOf(0).x() < curve.positionOf(1).x());
    QVERIFY(curve.positionOf(0).y() < curve.positionOf(1).y()); // less energy stands lower
    const QString tip = curve.tipAt(curve.positionOf(1).toPoint());
    QVERIFY2(tip.startsWith(QStringLiteral("2.00\u202Fms \u00B7 5.00\u202FmJ\n200\u202F% of the least time")),
             qPrintable(tip));
    QVERIFY(curve.tipAt({130, 4}).isEmpty());
}

void TestInspector::fallBackIsWarnedOf() {
    System system = *m_world.problem.system;
    system.platforms[1].unsupported = {"Relu"};
    const auto changed = std::make_shared<const System>(system);
    const auto costs = test::makeCosts(m_world.problem.graph, changed);
    const QString warning = fallbackWarning(*costs, {2}, {1});
    QVERIFY2(warning.startsWith(QStringLiteral("SMB does not run Relu itself")), qPrintable(warning));
    QVERIFY(fallbackWarning(*costs, {0}, {1}).isEmpty());
    QVERIFY(fallbackWarning(*costs, {2}, {0}).isEmpty());
    Problem problem = m_world.problem;
    problem.system = changed;
    problem.costs = costs;
    Inspector inspector;
    inspector.setEvaluator(std::make_shared<const Evaluator>(problem));
    inspector.showLayers({LayerId{2}});
    QVERIFY(inspector.plainText().contains(warning));
}

void TestInspector::whyNotNamesTransfersAndEnergy() {
    const auto layers = static_cast<std::uint32_t>(m_world.problem.graph->layerCount());
    const Plan plan = test::planOf({{0, layers}});
    const Metrics now = m_world.evaluator->evaluate(plan);
    const QString words = whyNotText(*m_world.evaluator, plan, now, {1}, {1});
    const Metrics moved = m_world.evaluator->evaluate(withLayerMoved(*m_world.problem.graph, plan, {1}, {1}));
    QCOMPARE(moved.crossing.size(), std::size_t{2}); // there and back
    const double bytes = moved.crossing[0].bytes + moved.crossing[1].bytes;
    QVERIFY2(words.contains(QStringLiteral("2 tensors more would cross (") + quantityText(bytes, Unit::Byte)),
             qPrintable(words));
    const double energy = moved.energy_j - now.energy_j;
    QVERIFY2(words.contains(QStringLiteral("energy ") + (energy > 0 ? QStringLiteral("+") : QString()) +
                            quantityText(energy, Unit::Joule)),
             qPrintable(words));
}

void TestInspector::helpIsComputed() {
    const auto layers = static_cast<std::uint32_t>(m_world.problem.graph->layerCount());
    const Plan plan = cutAt(3, layers);
    const Metrics now = m_world.evaluator->evaluate(plan);
    const auto busiest = bottleneckOf(now);
    QVERIFY(busiest && !busiest->is_link);
    Progress progress;
    const QString all = whatWouldHelp(*m_world.evaluator, plan, now, progress).join(u'\n');
    // The same, by hand: every time on that platform halved.
    auto costs = std::make_shared<CostTable>(*m_world.problem.costs);
    for (std::uint32_t l = 0; l < layers; ++l) {
        Cost cost = costs->layer({l}, {busiest->index});
        cost.latency_s /= 2;
        costs->setLayer({l}, {busiest->index}, cost);
        costs->setGroup(l, {busiest->index}, cost, false);
    }
    Problem problem = m_world.problem;
    problem.costs = costs;
    const double faster = Evaluator(problem).evaluate(plan).throughputHz() / now.throughputHz() - 1;
    const QString name = cutline::text(m_world.problem.system->platforms[busiest->index].name);
    QVERIFY2(all.contains(name + QStringLiteral(" twice as fast: throughput +%1\u202F%").arg(numberOnly(faster * 100, 2))),
             qPrintable(all));
    QVERIFY2(all.contains(QStringLiteral("Most of %1's time: ").arg(name)), qPrintable(all));
    QVERIFY2(all.contains(QStringLiteral("gbe ten times as fast")), qPrintable(all));
}

void TestInspector::helpMovesTheCut() {
    const auto layers = static_cast<std::uint32_t>(m_world.problem.graph->layerCount());
    const Plan plan = cutAt(2, layers);
    const Metrics now = m_world.evaluator->evaluate(plan);
    Progress progress;
    const QStringList lines = whatWouldHelp(*m_world.evaluator, plan, now, progress);
    // By brute force: every cut of this order of platforms.
    double best = now.initiation_interval_s;
    std::uint32_t best_cut = 2;
    for (std::uint32_t cut = 1; cut < layers; ++cut) {
        const double interval = m_world.evaluator->evaluate(cutAt(cut, layers)).initiation_interval_s;
        if (interval < best * (1 - 5e-3)) {
            best = interval;
            best_cut = cut;
        }
    }
    QVERIFY2(best_cut > 3, "the world has lost its gain");
    QString move;
    for (const QString& line : lines)
        if (line.startsWith(QStringLiteral("Moving "))) move = line;
    const double gain = now.initiation_interval_s / best - 1;
    const QString words = QStringLiteral("Moving the first %1 layers of SMB (up to %2) to EYR: throughput +%3\u202F%")
                              .arg(best_cut - 2)
                              .arg(shortLayerName(m_world.problem.graph->layer({best_cut - 1}).name),
                                   numberOnly(gain * 100, 2));
    QVERIFY2(move.startsWith(words), qPrintable(move + u'\n' + words));
}

void TestInspector::helpArrivesOnThePage() {
    Inspector inspector;
    inspector.setEvaluator(m_world.evaluator);
    const Plan plan = m_world.result->candidates->plan(m_world.knee());
    inspector.setPlan(plan, m_world.metricsOf(m_world.knee()), QStringLiteral("plan 1"));
    QVERIFY(settled(inspector));
    QVERIFY(inspector.plainText().contains(QStringLiteral("What would help")));
    inspector.setPlan(plan, m_world.metricsOf(m_world.knee()), QStringLiteral("plan 1"));
    QVERIFY(inspector.isComplete()); // the same plan: nothing to work out again
    QVERIFY(inspector.plainText().contains(QStringLiteral("What would help")));
}

CUTLINE_TEST(TestInspector)

} // namespace cutline::tst_inspector

#include "tst_inspector.moc"
