// SPDX-License-Identifier: GPL-3.0-or-later
// The search panel's demands, and when edits ask for a search.
#include "tests/test_program.h"
#include "tests/widgets/panels/search_panel_stand.h"

#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>

namespace cutline::tst_search_limits {

class TestSearchLimits : public test::SearchPanelStand {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { makeWorldOnce(); }
    void init() { showPanel(); }
    void cleanup() { m_panel.reset(); }
    void constraintsAreChecked();
    void constraintsAreAddedByMenu();
    void constraintsKeepTheirWords();
    void wholeConstraintsAreSplit();
    void changesAskOnce();
    void typingIsOneGesture();
};

void TestSearchLimits::constraintsAreChecked() {
    QSignalSpy changed(m_panel.get(), &AutoPartitionPanel::optionsChanged);
    ConstraintRow* row = m_panel->addConstraint();
    QVERIFY(m_panel->canRun()); // an empty row says nothing
    QTest::keyClicks(row->edit(), QStringLiteral("memory:GPU<=4MiB"));
    QVERIFY(row->isWrong());
    QVERIFY(row->errorText().contains(QStringLiteral("GPU")));
    QVERIFY(!m_panel->runButton()->isEnabled());
    QTest::qWait(400); // longer than the moment: nothing wrong is searched with
    QCOMPARE(changed.count(), 0);
    row->edit()->selectAll();
    QTest::keyClicks(row->edit(), QStringLiteral("memory:EYR<=4MiB"));
    QVERIFY(!row->isWrong());
    QVERIFY(m_panel->runButton()->isEnabled());
    QCOMPARE(m_panel->options().constraints[0].limit, 4.0 * 1048576);
    QTRY_COMPARE(changed.count(), 1);
    QTest::mouseClick(row->findChild<QToolButton*>(QStringLiteral("remove")), Qt::LeftButton);
    QVERIFY(m_panel->constraintRows().empty());
    QVERIFY(m_panel->options().constraints.empty());
    QTRY_COMPARE(changed.count(), 2);
}

void TestSearchLimits::constraintsAreAddedByMenu() {
    QMenu* menu = m_panel->addButton()->menu();
    QStringList entries;
    for (QAction* action : menu->actions())
        if (!action->isSeparator()) entries << action->text();
    QVERIFY(entries.contains(QStringLiteral("Latency")) && entries.contains(QStringLiteral("EYR")) &&
            entries.contains(QStringLiteral("gbe")));
    QMenu* smb = nullptr;
    for (QAction* action : menu->actions())
        if (action->text() == QStringLiteral("SMB")) smb = action->menu();
    QVERIFY(smb);
    for (QAction* action : smb->actions())
        if (action->text() == QStringLiteral("Memory")) action->trigger();
    QCOMPARE(m_panel->constraintRows().size(), std::size_t{1});
    ConstraintRow* row = m_panel->constraintRows()[0];
    QCOMPARE(row->metricBox()->currentText(), QStringLiteral("Memory of SMB"));
    QCOMPARE(row->edit()->placeholderText(), QStringLiteral("4 MiB"));
    QTest::keyClicks(row->edit(), QStringLiteral("50 %"));
    QCOMPARE(row->constraint()->kind, MetricKind::PlatformMemory);
    QCOMPARE(row->constraint()->limit, 4.0 * 1048576); // half of 8 MiB
    QVERIFY(row->constraint()->at_most);
    QTest::mouseClick(row->signButton(), Qt::LeftButton);
    QVERIFY(!row->constraint()->at_most);
    choose(row->metricBox(), 1);
    QTest::keyClick(row->metricBox(), Qt::Key_Return);
    QVERIFY(row->isWrong()); // percent of a throughput
    QVERIFY2(row->errorText().contains(QStringLiteral("fps")), qPrintable(row->errorText()));
}

void TestSearchLimits::constraintsKeepTheirWords() {
    SearchOptions o;
    for (const char* words : {"memory <= 50%", "energy_j<=0.025", "load:gbe<=10%"})
        o.constraints.push_back(*parseConstraint(words, *m_world.problem.system));
    m_panel->setOptions(o);
    QVERIFY(m_panel->options().constraints == o.constraints); // to the letter
    QCOMPARE(m_panel->constraintRows()[0]->metricBox()->currentText(), QStringLiteral("Tightest memory"));
    QCOMPARE(m_panel->constraintRows()[0]->edit()->text(), QStringLiteral("50%"));
    QCOMPARE(m_panel->constraintRows()[2]->metricBox()->currentText(), QStringLiteral("Load of gbe"));
}

void TestSearchLimits::wholeConstraintsAreSplit() {
    ConstraintRow* row = m_panel->addConstraint();
    row->edit()->setFocus();
    QTest::keyClicks(row->edit(), QStringLiteral("throughput >= 30fps"));
    QTest::keyClick(row->edit(), Qt::Key_Return);
    QCOMPARE(row->metricBox()->currentText(), QStringLiteral("Throughput"));
    QCOMPARE(row->edit()->text(), QStringLiteral("30fps"));
    QVERIFY(!row->constraint()->at_most);
    QCOMPARE(row->constraint()->limit, 30.0);
}

void TestSearchLimits::changesAskOnce() {
    std::vector<SearchOptions> asked;
    connect(m_panel.get(), &AutoPartitionPanel::optionsChanged, this,
            [&](const SearchOptions& o) { asked.push_back(o); });
    for (const auto& words : {QStringLiteral("Link load"), QStringLiteral("Latency"), QStringLiteral("SMB")})
        QTest::mouseClick(box(words), Qt::LeftButton, {}, QPoint(8, 8));
    QVERIFY(asked.empty());
    QTRY_COMPARE(asked.size(), std::size_t{1});
    QVERIFY((asked[0].allowed == std::vector{PlatformId{0}}));
    // What is set from outside asks for nothing.
    m_panel->setOptions({});
    m_panel->setFusion(false);
    QTest::qWait(400);
    QCOMPARE(asked.size(), std::size_t{1});
    // Run carries what waits, and it is not asked for twice.
    QSignalSpy run(m_panel.get(), &AutoPartitionPanel::runRequested);
    QTest::mouseClick(box(QStringLiteral("Link load")), Qt::LeftButton, {}, QPoint(8, 8));
    QTest::mouseClick(m_panel->runButton(), Qt::LeftButton);
    QCOMPARE(run.count(), 1);
    QTest::qWait(400);
    QCOMPARE(asked.size(), std::size_t{1});
}

void TestSearchLimits::typingIsOneGesture() {
    std::vector<int> gestures;
    connect(m_panel.get(), &AutoPartitionPanel::optionsChanged, this,
            [&](const SearchOptions&, int gesture) { gestures.push_back(gesture); });
    ConstraintRow* row = m_panel->addConstraint();
    QTest::keyClicks(row->edit(), QStringLiteral("20ms"));
    m_panel->flush();
    QTest::keyClick(row->edit(), Qt::Key_Backspace);
    QTest::keyClick(row->edit(), Qt::Key_Backspace);
    QTest::keyClicks(row->edit(), QStringLiteral("us"));
    m_panel->flush();
    QTest::mouseClick(box(QStringLiteral("Link load")), Qt::LeftButton, {}, QPoint(8, 8));
    m_panel->flush();
    QCOMPARE(gestures.size(), std::size_t{3});
    QCOMPARE(gestures[0], gestures[1]);
    QVERIFY(gestures[2] != gestures[1]);
}

CUTLINE_TEST(TestSearchLimits)

} // namespace cutline::tst_search_limits

#include "tst_search_limits.moc"
