// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/world.h"
#include "widgets/panels/auto_partition_panel.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace cutline;

class TestAutoPartition : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_panel.reset(); }
    void runAsksForTheDefaults();
    void choicesReachTheOptions();
    void optionsThereAndBack();
    void constraintsAreChecked();
    void givenOrder_data();
    void givenOrder();
    void nothingToRun();
    void stopWhileRunning();
    void pinsCanBeRemoved();
    void results();

private:
    QCheckBox* box(const QString& words) const {
        for (auto* b : m_panel->findChildren<QCheckBox*>())
            if (b->text() == words) return b;
        return nullptr;
    }
    QComboBox* order() const { return m_panel->findChild<QComboBox*>(); }
    test::World m_world;
    std::unique_ptr<AutoPartitionPanel> m_panel;
};

void TestAutoPartition::initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_world = test::makeWorld(4);
}

void TestAutoPartition::init() {
    m_panel = std::make_unique<AutoPartitionPanel>();
    m_panel->setSystem(m_world.problem.system, m_world.problem.graph);
    m_panel->resize(340, 900);
    m_panel->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
}

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
    order()->setCurrentIndex(1);
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

void TestAutoPartition::constraintsAreChecked() {
    QSignalSpy changed(m_panel.get(), &AutoPartitionPanel::constraintsChanged);
    ConstraintRow* row = m_panel->addConstraint();
    QVERIFY(m_panel->canRun()); // an empty row says nothing
    QTest::keyClicks(row->edit(), QStringLiteral("memory:GPU<=4MiB"));
    QVERIFY(row->isWrong());
    QVERIFY(row->errorText().contains(QStringLiteral("GPU")));
    QVERIFY(!m_panel->runButton()->isEnabled());
    row->edit()->clear();
    QTest::keyClicks(row->edit(), QStringLiteral("memory:EYR<=4MiB"));
    QVERIFY(!row->isWrong());
    QVERIFY(m_panel->runButton()->isEnabled());
    QCOMPARE(m_panel->options().constraints[0].limit, 4.0 * 1048576);
    QVERIFY(changed.count() > 0);
    QTest::mouseClick(row->findChild<QToolButton*>(), Qt::LeftButton);
    QVERIFY(m_panel->constraintRows().empty());
    QVERIFY(m_panel->options().constraints.empty());
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
    order()->setCurrentIndex(2);
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
    std::vector<Pin> now;
    connect(m_panel.get(), &AutoPartitionPanel::pinsChanged, this,
            [&](const std::vector<Pin>& pins) { now = pins; });
    m_panel->setPins({{{2}, {1}}, {{3}, {0}}});
    QCOMPARE(m_panel->options().pins.size(), std::size_t{2});
    QToolButton* unpin = nullptr;
    for (auto* button : m_panel->findChildren<QToolButton*>())
        if (button->toolTip() == QStringLiteral("Unpin features.0/Relu")) unpin = button;
    QVERIFY(unpin);
    QTest::mouseClick(unpin, Qt::LeftButton);
    QVERIFY((now == std::vector<Pin>{{{3}, {0}}}));
    QVERIFY(m_panel->options().pins == now);
}

void TestAutoPartition::results() {
    m_panel->setResult(m_world.result.get());
    QVERIFY(m_panel->resultText().startsWith(QStringLiteral("search complete in this model \u00B7 ")));
    SearchResult none;
    none.infeasible =
        Violation{Violation::Kind::Constraint, "latency", 0.03, 0.02, {}, "latency is 30 ms of 20 ms"};
    m_panel->setResult(&none);
    QVERIFY(m_panel->resultText().contains(QStringLiteral("latency is 30 ms of 20 ms")));
    m_panel->setError({"objective accuracy", "not known for this model", "choose another"});
    QVERIFY(m_panel->resultText().contains(QStringLiteral("not known for this model")));
}

QTEST_MAIN(TestAutoPartition)
#include "tst_auto_partition.moc"
