// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/panels/search_panel_stand.h"

#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QToolButton>

namespace cutline::tst_auto_partition {

class TestAutoPartition : public test::SearchPanelStand {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { makeWorldOnce(); }
    void init() { showPanel(); }
    void cleanup() { m_panel.reset(); }
    void runAsksForTheDefaults();
    void choicesReachTheOptions();
    void optionsThereAndBack();
    void unknownObjectivesSayWhy();
    void moreReachesTheOptions();
    void selectionIsPinned();
    void givenOrder_data();
    void givenOrder();
    void nothingToRun();
    void stopWhileRunning();
    void pinsCanBeRemoved();
    void results();
};

void TestAutoPartition::runAsksForTheDefaults() {
    std::vector<SearchOptions> asked;
    connect(m_panel.get(), &AutoPartitionPanel::runRequested, this,
            [&](const SearchOptions& o) { asked.push_back(o); });
    QTest::mouseClick(m_panel->runButton(), Qt::LeftButton);
    QCOMPARE(asked.size(), std::size_t{1});
    const SearchOptions defaults;
    QVERIFY(asked[0].objectives == defaults.objectives);
    QVERIFY(asked[0].allowed.empty());
    QCOMPARE(asked[0].order, OrderKind::Free);
    QCOMPARE(asked[0].resolution, 0.01);
    QCOMPARE(asked[0].keep_dominated, false);
}

void TestAutoPartition::choicesReachTheOptions() {
    QTest::mouseClick(box(QStringLiteral("Link load")), Qt::LeftButton, {}, QPoint(8, 8));
    QTest::mouseClick(box(QStringLiteral("Latency")), Qt::LeftButton, {}, QPoint(8, 8));
    QTest::mouseClick(box(QStringLiteral("SMB")), Qt::LeftButton, {}, QPoint(8, 8));
    QTest::mouseClick(box(QStringLiteral("List dominated plans, too")), Qt::LeftButton, {}, QPoint(8, 8));
    choose(order(), 1);
    QTest::keyClicks(m_panel->addConstraint()->edit(), QStringLiteral("energy<=25mJ"));
    const SearchOptions o = m_panel->options();
    QVERIFY((o.objectives ==
             std::vector{Objective::InitiationInterval, Objective::Energy, Objective::LinkBytes}));
    QVERIFY((o.allowed == std::vector{PlatformId{0}}));
    QVERIFY(o.keep_dominated);
    QCOMPARE(o.order, OrderKind::Fixed);
    QCOMPARE(o.constraints.size(), std::size_t{1});
    QVERIFY(std::abs(o.constraints[0].limit - 0.025) < 1e-12);
    QSignalSpy fusion(m_panel.get(), &AutoPartitionPanel::fusionChanged);
    QTest::mouseClick(box(QStringLiteral("Fuse layers that run as one")), Qt::LeftButton, {}, QPoint(8, 8));
    QCOMPARE(fusion.count(), 1);
    QVERIFY(!m_panel->fusion());
}

void TestAutoPartition::optionsThereAndBack() {
    SearchOptions o;
    o.objectives = {Objective::Latency, Objective::Memory};
    o.constraints = {*parseConstraint("latency<=20ms", *m_world.problem.system)};
    o.order = OrderKind::Given;
    o.given_order = {{1}, {0}};
    o.allowed = {{1}};
    o.max_platforms = 2;
    o.keep_dominated = true;
    o.resolution = 0.025;
    o.pins = {{{2}, {1}}};
    o.seed = 77; // not shown, kept
    m_panel->setOptions(o);
    const SearchOptions back = m_panel->options();
    QVERIFY(back.objectives == o.objectives);
    QVERIFY(back.constraints == o.constraints);
    QVERIFY(back.order == o.order && back.given_order == o.given_order);
    QVERIFY(back.allowed == o.allowed && back.pins == o.pins);
    QCOMPARE(back.max_platforms, o.max_platforms);
    QVERIFY(back.keep_dominated);
    QVERIFY(std::abs(back.resolution - 0.025) < 1e-9);
    QCOMPARE(back.seed, o.seed);
}

void TestAutoPartition::unknownObjectivesSayWhy() {
    QCheckBox* sensitivity = box(QStringLiteral("Sensitivity"));
    QVERIFY(sensitivity && !sensitivity->isEnabled());
    QVERIFY(sensitivity->toolTip().contains(QStringLiteral("not known")));
    m_panel->setUnknown({});
    QVERIFY(sensitivity->isEnabled());
    QCheckBox* cost = box(QStringLiteral("Cost"));
    QVERIFY(cost && !cost->isEnabled());
    QVERIFY(cost->toolTip().contains(QStringLiteral("EYR, SMB")));
    System priced = *m_world.problem.system;
    for (Platform& platform : priced.platforms) platform.cost_amount = 10;
    m_panel->setSystem(std::make_shared<const System>(priced), m_world.problem.graph);
    QVERIFY(box(QStringLiteral("Cost"))->isEnabled());
}

void TestAutoPartition::moreReachesTheOptions() {
    auto* more = m_panel->findChild<QToolButton*>(QStringLiteral("more"));
    auto* seed = named<QSpinBox>(QStringLiteral("Seed"));
    QVERIFY(more && seed && !seed->isVisible());
    QTest::mouseClick(more, Qt::LeftButton);
    QVERIFY(seed->isVisible());
    seed->selectAll();
    QTest::keyClicks(seed, QStringLiteral("7"));
    QTest::keyClick(seed, Qt::Key_Return);
    auto* limit = named<QDoubleSpinBox>(QStringLiteral("Time limit"));
    limit->selectAll();
    QTest::keyClicks(limit, QStringLiteral("2.5"));
    QTest::keyClick(limit, Qt::Key_Return);
    choose(named<QComboBox>(QStringLiteral("Solver")), 2);
    choose(named<QComboBox>(QStringLiteral("Kind of plans")), 1);
    const SearchOptions o = m_panel->options();
    QCOMPARE(o.seed, std::uint64_t{7});
    QCOMPARE(o.time_limit_s, std::optional(2.5));
    QCOMPARE(o.solver, SolverKind::Nsga2);
    QCOMPARE(o.cuts, CutKind::Any);
    QVERIFY(!order()->isEnabled()); // any assignment has no order of stages
}

void TestAutoPartition::selectionIsPinned() {
    QPushButton* pin = nullptr;
    for (auto* button : m_panel->findChildren<QPushButton*>())
        if (button->text() == QStringLiteral("Pin the selection")) pin = button;
    QVERIFY(pin && !pin->isEnabled());
    QVERIFY(pin->toolTip().contains(QStringLiteral("Select layers")));
    m_panel->setSelection({{2}, {3}});
    QVERIFY(pin->isEnabled());
    const auto trigger = [&](const QString& words) {
        for (QAction* action : pin->menu()->actions())
            if (action->text() == words) action->trigger();
    };
    trigger(QStringLiteral("Keep on SMB"));
    QVERIFY((m_panel->options().pins == std::vector<Pin>{{{2}, {1}}, {{3}, {1}}}));
    m_panel->setSelection({{3}});
    trigger(QStringLiteral("Keep off SMB")); // the later word holds
    QVERIFY((m_panel->options().pins == std::vector<Pin>{{{2}, {1}}}));
    QVERIFY((m_panel->options().forbidden == std::vector<Pin>{{{3}, {1}}}));
    QToolButton* allow = nullptr;
    for (auto* button : m_panel->findChildren<QToolButton*>())
        if (button->toolTip().startsWith(QStringLiteral("Allow "))) allow = button;
    QVERIFY(allow);
    QTest::mouseClick(allow, Qt::LeftButton);
    QVERIFY(m_panel->options().forbidden.empty());
}

void TestAutoPartition::givenOrder_data() {
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QList<int>>("expected"); // empty: refused
    QTest::newRow("arrows") << QStringLiteral("SMB > EYR") << QList<int>{1, 0};
    QTest::newRow("commas") << QStringLiteral("EYR,SMB") << QList<int>{0, 1};
    QTest::newRow("one") << QStringLiteral("SMB") << QList<int>{1};
    QTest::newRow("unknown") << QStringLiteral("SMB > GPU") << QList<int>{};
    QTest::newRow("twice") << QStringLiteral("SMB > SMB") << QList<int>{};
    QTest::newRow("nothing") << QString() << QList<int>{};
}

void TestAutoPartition::givenOrder() {
    QFETCH(QString, typed);
    QFETCH(QList<int>, expected);
    choose(order(), 2);
    QLineEdit* edit = nullptr;
    for (auto* e : m_panel->findChildren<QLineEdit*>())
        if (e->accessibleName() == QStringLiteral("Order as given")) edit = e;
    QVERIFY(edit && edit->isVisible());
    QTest::keyClicks(edit, typed);
    QCOMPARE(m_panel->canRun(), !expected.isEmpty());
    QList<int> got;
    for (const PlatformId id : m_panel->options().given_order) got << static_cast<int>(id.value);
    QCOMPARE(got, expected);
}

void TestAutoPartition::nothingToRun() {
    for (const auto& words :
         {QStringLiteral("Latency"), QStringLiteral("Throughput"), QStringLiteral("Energy")})
        QTest::mouseClick(box(words), Qt::LeftButton, {}, QPoint(8, 8));
    QVERIFY(!m_panel->runButton()->isEnabled());
    QVERIFY(!m_panel->runButton()->toolTip().isEmpty());
    QTest::mouseClick(box(QStringLiteral("Energy")), Qt::LeftButton, {}, QPoint(8, 8));
    QVERIFY(m_panel->runButton()->isEnabled());
    m_panel->setSystem(nullptr);
    QVERIFY(!m_panel->runButton()->isEnabled());
}

void TestAutoPartition::stopWhileRunning() {
    QSignalSpy run(m_panel.get(), &AutoPartitionPanel::runRequested),
        stop(m_panel.get(), &AutoPartitionPanel::stopRequested);
    m_panel->setRunning(true);
    QCOMPARE(m_panel->runButton()->text(), QStringLiteral("Stop"));
    auto* bar = m_panel->findChild<QProgressBar*>();
    QVERIFY(bar->isVisible());
    m_panel->setProgress(0.25, QStringLiteral("front 12"));
    QCOMPARE(bar->value() * 4, bar->maximum());
    QCOMPARE(m_panel->resultText(), QStringLiteral("front 12"));
    m_panel->setProgress(-1, QStringLiteral("front 13"));
    QCOMPARE(bar->maximum(), 0); // not known: it only moves
    QTest::mouseClick(m_panel->runButton(), Qt::LeftButton);
    QCOMPARE(stop.count(), 1);
    QCOMPARE(run.count(), 0);
    m_panel->setRunning(false);
    QVERIFY(!bar->isVisible());
    QCOMPARE(m_panel->runButton()->text(), QStringLiteral("Run"));
}

void TestAutoPartition::pinsCanBeRemoved() {
    m_panel->setPins({{{2}, {1}}, {{3}, {0}}});
    QCOMPARE(m_panel->options().pins.size(), std::size_t{2});
    QSignalSpy changed(m_panel.get(), &AutoPartitionPanel::optionsChanged);
    QToolButton* unpin = nullptr;
    for (auto* button : m_panel->findChildren<QToolButton*>())
        if (button->toolTip() == QStringLiteral("Unpin features.0/Relu")) unpin = button;
    QVERIFY(unpin);
    QTest::mouseClick(unpin, Qt::LeftButton);
    QVERIFY((m_panel->options().pins == std::vector<Pin>{{{3}, {0}}}));
    QTRY_COMPARE(changed.count(), 1);
}

void TestAutoPartition::results() {
    SearchOptions options;
    options.constraints = {*parseConstraint("latency<=20ms", *m_world.problem.system)};
    m_panel->setOptions(options);
    m_panel->setResult(m_world.result.get());
    QCOMPARE(m_panel->resultText(), QStringLiteral("search complete in this model"));
    QVERIFY2(m_panel->detailText().contains(
                 QStringLiteral("%1 evaluated").arg(m_world.result->proof.evaluated)),
             qPrintable(m_panel->detailText()));
    SearchResult bounded = *m_world.result;
    bounded.proof.kind = Proof::Kind::Epsilon;
    bounded.proof.epsilon = 0.03;
    bounded.proof.lower_bound = 0.0213;
    bounded.proof.pruned = 12;
    bounded.proof.stop = Proof::Stop::TimeLimit;
    m_panel->setResult(&bounded);
    QCOMPARE(m_panel->resultText(), QStringLiteral("within 3.0\u202F% of complete (time limit)"));
    QVERIFY(m_panel->detailText().contains(QStringLiteral("12 pruned")));
    QVERIFY(m_panel->detailText().endsWith(QStringLiteral("latency at least 21.3\u202Fms")));
    SearchResult none;
    none.infeasible = Violation{Violation::Kind::Constraint,
                                "latency<=20ms",
                                0.03,
                                0.02,
                                {},
                                "latency<=20ms: the best plan has 30 ms, 10 ms too much"};
    m_panel->setResult(&none);
    QVERIFY(m_panel->resultText().contains(QStringLiteral("latency<=20ms: the best plan has 30 ms")));
    // ..and beside the demand itself.
    QCOMPARE(m_panel->constraintRows()[0]->missText(),
             QStringLiteral("the best plan has 30 ms, 10 ms too much"));
    m_panel->setError({"objective accuracy", "not known for this model", "choose another"});
    QVERIFY(m_panel->resultText().contains(QStringLiteral("not known for this model")));
    m_panel->setStanding(QStringLiteral("plan 6: now dominated by 9"));
    QCOMPARE(m_panel->standingText(), QStringLiteral("plan 6: now dominated by 9"));
}

CUTLINE_TEST(TestAutoPartition)

} // namespace cutline::tst_auto_partition

#include "tst_auto_partition.moc"
