// SPDX-License-Identifier: GPL-3.0-or-later
// What matters to a person: scores, the sliders, and the table that follows them.
#include "tests/test_program.h"
#include "tests/widgets/world.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/weights_form.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTableView>
#include <QToolButton>

#include <cmath>

namespace cutline::tst_weights {

class TestWeights : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void scoresAreBetweenTheEndsOfTheFront();
    void oneFigureAloneRanksByIt_data();
    void oneFigureAloneRanksByIt();
    void wordsComeBack();
    void slidersRankTheTable();
    void rowsAreCopied();

private:
    test::World m_world;
};

void TestWeights::initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_world = test::makeWorld(12);
}

void TestWeights::scoresAreBetweenTheEndsOfTheFront() {
    SearchResult result;
    for (const auto& [latency, energy] : {std::pair(1.0, 30.0), std::pair(2.0, 10.0), std::pair(3.0, 20.0)}) {
        Summary s;
        s.latency_s = latency;
        s.energy_j = energy;
        result.summaries.push_back(s);
    }
    result.front = {0, 1}; // the third is dominated
    PlanWeights weights;
    QVERIFY(PlanScores(result, weights).empty());
    weights.of(Objective::Latency) = 6;
    weights.of(Objective::Energy) = 2;
    const PlanScores scores(result, weights);
    QCOMPARE(scores.of(result.summaries[0]), 0.75); // the best latency, the worst energy
    QCOMPARE(scores.of(result.summaries[1]), 0.25);
    QCOMPARE(scores.of(result.summaries[2]), 0.125); // later than the front's worst counts as that; half way in energy
    weights.of(Objective::Cost) = 1; // nobody knows it: it says nothing
    QCOMPARE(PlanScores(result, weights).of(result.summaries[0]), 0.75);
}

void TestWeights::oneFigureAloneRanksByIt_data() {
    QTest::addColumn<int>("objective");
    QTest::newRow("latency") << static_cast<int>(Objective::Latency);
    QTest::newRow("throughput") << static_cast<int>(Objective::InitiationInterval);
    QTest::newRow("energy") << static_cast<int>(Objective::Energy);
}

void TestWeights::oneFigureAloneRanksByIt() {
    QFETCH(int, objective);
    PlanWeights weights;
    weights.of(static_cast<Objective>(objective)) = 3;
    CandidatesModel model;
    model.setResult(m_world.result, m_world.problem.graph, m_world.problem.system);
    model.setWeights(weights);
    const auto best = model.bestByWeights();
    QVERIFY(best);
    for (const Summary& s : m_world.result->summaries)
        QVERIFY(m_world.result->summaries[*best].value(static_cast<Objective>(objective)) <=
                s.value(static_cast<Objective>(objective)));
}

void TestWeights::wordsComeBack() {
    PlanWeights weights;
    weights.of(Objective::Energy) = 7;
    weights.of(Objective::Cost) = 10;
    QCOMPARE(weights.words(), QStringList({QStringLiteral("energy:7"), QStringLiteral("cost:10")}));
    QVERIFY(PlanWeights::fromWords(weights.words()) == weights);
    QVERIFY(PlanWeights::fromWords({QStringLiteral("energy:x"), QStringLiteral("speed:4")}).empty());
    QCOMPARE(PlanWeights::fromWords({QStringLiteral("energy:99")}).of(Objective::Energy), PlanWeights::kMost);
}

void TestWeights::slidersRankTheTable() {
    CandidatesTable table;
    table.resize(1000, 420);
    table.show();
    QVERIFY(QTest::qWaitForWindowExposed(&table));
    table.setResult(m_world.result, m_world.problem);
    table.setListing(Listing::Front);
    QVERIFY(table.view()->isColumnHidden(CandidatesModel::ScoreColumn));
    QSignalSpy changed(&table, &CandidatesTable::weightsChanged), chosen(&table, &CandidatesTable::planSelected);
    QSlider* energy = table.weightsForm()->slider(Objective::Energy);
    QVERIFY(energy);
    for (int i = 0; i < 4; ++i) QTest::keyClick(energy, Qt::Key_Right);
    QCOMPARE(changed.count(), 4);
    QCOMPARE(table.weightsForm()->weights().of(Objective::Energy), 4);
    QVERIFY(!table.view()->isColumnHidden(CandidatesModel::ScoreColumn));
    const auto scoreAt = [&](int row) {
        return table.view()->model()->index(row, CandidatesModel::ScoreColumn).data(CandidatesModel::SortRole).toDouble();
    };
    QCOMPARE(scoreAt(0), 1.0);
    for (int row = 1; row < table.view()->model()->rowCount(); ++row) QVERIFY(scoreAt(row) <= scoreAt(row - 1));
    QCOMPARE(table.view()->model()->index(0, CandidatesModel::ScoreColumn).data().toString(), QStringLiteral("100"));
    QTest::mouseClick(table.weightsForm()->bestButton(), Qt::LeftButton);
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen.at(0).at(0).toUInt(),
             table.view()->model()->index(0, 0).data(CandidatesModel::PlanRole).toUInt());
    QTest::keyClick(energy, Qt::Key_Home);
    QVERIFY(table.view()->isColumnHidden(CandidatesModel::ScoreColumn));
    QVERIFY(!table.weightsForm()->bestButton()->isEnabled());
}

void TestWeights::rowsAreCopied() {
    CandidatesTable table;
    table.resize(1000, 420);
    table.setResult(m_world.result, m_world.problem);
    table.setListing(Listing::Front);
    table.show();
    QVERIFY(QTest::qWaitForWindowExposed(&table));
    QTest::mouseClick(table.view()->viewport(), Qt::LeftButton, {},
                      table.view()->visualRect(table.view()->model()->index(2, CandidatesModel::LatencyColumn)).center());
    QTest::keyClick(table.view(), Qt::Key_C, Qt::ControlModifier);
    const QStringList lines = QApplication::clipboard()->text().split(u'\n', Qt::SkipEmptyParts);
    const QStringList all = table.toCsv().split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines, QStringList({all[0], all[3]}));
    const std::uint32_t plan = table.view()->model()->index(2, 0).data(CandidatesModel::PlanRole).toUInt();
    QVERIFY(lines[1].contains(QString::number(m_world.result->summaries[plan].energy_j, 'g', 5).left(5)));
}

CUTLINE_TEST(TestWeights)

} // namespace cutline::tst_weights

#include "tst_weights.moc"
