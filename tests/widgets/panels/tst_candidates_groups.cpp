// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/world.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/theme.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QHeaderView>
#include <QTableView>

namespace cutline::tst_candidates_groups {

/// A plan of the short list stands for a group of the front.
class TestCandidatesGroups : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_table.reset(); }
    void aClickOpensAndCloses();
    void keysOpenAndClose();
    void sortedGroupsStayTogether_data();
    void sortedGroupsStayTogether();
    void aPlanChosenElsewhereIsShown();
    void aPlanPointedAtElsewhereLightsUpItsGroup();
    void otherListingsHaveNoGroups();

private:
    QModelIndex row(int r, int column = 0) const { return m_table->view()->model()->index(r, column); }
    std::uint32_t planAt(int r) const { return row(r).data(CandidatesModel::PlanRole).toUInt(); }
    QList<std::uint32_t> listed() const {
        QList<std::uint32_t> plans;
        for (int r = 0; r < m_table->view()->model()->rowCount(); ++r) plans << planAt(r);
        return plans;
    }
    int rowOf(std::uint32_t plan) const { return static_cast<int>(listed().indexOf(plan)); }
    void clickGroup(std::uint32_t plan) {
        const QRect cell = m_table->view()->visualRect(row(rowOf(plan), CandidatesModel::GroupColumn));
        QTest::mouseClick(m_table->view()->viewport(), Qt::LeftButton, {}, cell.center());
    }
    test::World m_world;
    QList<std::uint32_t> m_short;
    std::map<std::uint32_t, QList<std::uint32_t>> m_groups; ///< by plan of the short list, without it
    std::uint32_t m_head = 0, m_other = 0;                  ///< two with a group
    std::unique_ptr<CandidatesTable> m_table;
};

void TestCandidatesGroups::initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_world = test::makeWorld(10);
    auto result = std::make_shared<SearchResult>(*m_world.result);
    m_short = {result->representatives.begin(), result->representatives.end()};
    std::uint32_t head = 0;
    for (const std::uint32_t plan : result->front) {
        const bool listed = m_short.contains(plan);
        if (listed) head = plan;
        result->represented_by.push_back(head);
        if (!listed) m_groups[head] << plan;
    }
    m_world.result = result;
    QVERIFY(m_groups.size() >= 2);
    m_head = m_groups.begin()->first;
    m_other = std::next(m_groups.begin())->first;
}

void TestCandidatesGroups::init() {
    m_table = std::make_unique<CandidatesTable>();
    m_table->setResult(m_world.result, m_world.problem);
    m_table->resize(1100, 500);
    m_table->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_table.get()));
    QCOMPARE(listed(), m_short);
}

void TestCandidatesGroups::aClickOpensAndCloses() {
    QAbstractItemModelTester tester(m_table->view()->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(!m_table->view()->isColumnHidden(CandidatesModel::GroupColumn));
    const auto words = [&](std::uint32_t plan) { return row(rowOf(plan), CandidatesModel::GroupColumn).data().toString(); };
    QCOMPARE(words(m_head), QString::number(m_groups[m_head].size() + 1));
    clickGroup(m_head);
    const auto first = m_short.indexOf(m_head);
    QCOMPARE(listed(), m_short.mid(0, first + 1) + m_groups[m_head] + m_short.mid(first + 1));
    QCOMPARE(words(m_groups[m_head].first()), QStringLiteral("of %1").arg(m_head + 1));
    QCOMPARE(m_table->selected(), std::optional(m_head));
    QCOMPARE(m_table->view()->currentIndex().data(CandidatesModel::PlanRole).toUInt(), m_head);
    clickGroup(m_head);
    QCOMPARE(listed(), m_short);
}

void TestCandidatesGroups::keysOpenAndClose() {
    m_table->setSelected(m_head);
    m_table->view()->setFocus();
    QTest::keyClick(m_table->view(), Qt::Key_Plus);
    QCOMPARE(listed().size(), m_short.size() + m_groups[m_head].size());
    QTest::keyClick(m_table->view(), Qt::Key_Down);
    QCOMPARE(m_table->selected(), std::optional(m_groups[m_head].first()));
    // From inside it closes too, and the keys go on from what stands for it.
    QTest::keyClick(m_table->view(), Qt::Key_Minus);
    QCOMPARE(listed(), m_short);
    QCOMPARE(m_table->view()->currentIndex().data(CandidatesModel::PlanRole).toUInt(), m_head);
    QTest::keyClick(m_table->view(), Qt::Key_Asterisk, Qt::ShiftModifier);
    QCOMPARE(static_cast<std::size_t>(listed().size()), m_world.result->front.size());
}

void TestCandidatesGroups::sortedGroupsStayTogether_data() {
    QTest::addColumn<int>("column");
    QTest::addColumn<bool>("up");
    for (const int column : {CandidatesModel::EnergyColumn, CandidatesModel::PlatformsColumn, CandidatesModel::CostColumn})
        for (const bool up : {true, false})
            QTest::addRow("column %d %s", column, up ? "up" : "down") << column << up;
}

void TestCandidatesGroups::sortedGroupsStayTogether() {
    QFETCH(int, column);
    QFETCH(bool, up);
    QTest::keyClick(m_table->view(), Qt::Key_Asterisk);
    m_table->view()->sortByColumn(column, up ? Qt::AscendingOrder : Qt::DescendingOrder);
    const QList<std::uint32_t> plans = listed();
    QCOMPARE(static_cast<std::size_t>(plans.size()), m_world.result->front.size());
    const auto key = [&](std::uint32_t plan) { return m_table->model()->keyOf(plan, static_cast<CandidatesModel::Column>(column)); };
    const auto ordered = [&](std::uint32_t a, std::uint32_t b) { return up ? !(key(a) > key(b)) : !(key(a) < key(b)); };
    std::optional<std::uint32_t> head;
    for (qsizetype i = 0; i < plans.size(); ++i) {
        if (m_short.contains(plans[i])) {
            QVERIFY(!head || ordered(*head, plans[i]));
            head = plans[i];
        } else {
            QVERIFY(head && m_groups[*head].contains(plans[i]));
            QVERIFY(plans[i - 1] == *head || ordered(plans[i - 1], plans[i]));
        }
    }
}

void TestCandidatesGroups::aPlanChosenElsewhereIsShown() {
    const std::uint32_t inside = m_groups[m_other].last();
    m_table->setSelected(inside);
    QCOMPARE(m_table->view()->currentIndex().data(CandidatesModel::PlanRole).toUInt(), inside);
    QVERIFY(m_table->view()->selectionModel()->isRowSelected(rowOf(inside)));
    QCOMPARE(listed().size(), m_short.size() + m_groups[m_other].size());
}

void TestCandidatesGroups::aPlanPointedAtElsewhereLightsUpItsGroup() {
    const std::uint32_t inside = m_groups[m_other].last();
    const auto lit = [&](std::uint32_t plan) { return row(rowOf(plan)).data(CandidatesModel::HoveredRole).toBool(); };
    m_table->setHovered(inside);
    QVERIFY(lit(m_other) && !lit(m_head));
    clickGroup(m_other);
    QVERIFY(lit(inside) && !lit(m_other));
    m_table->setHovered({});
    QVERIFY(!lit(inside) && !lit(m_other));
}

void TestCandidatesGroups::otherListingsHaveNoGroups() {
    m_table->setListing(Listing::Front);
    QVERIFY(m_table->view()->isColumnHidden(CandidatesModel::GroupColumn));
    m_table->view()->setFocus();
    QTest::keyClick(m_table->view(), Qt::Key_Plus);
    QCOMPARE(static_cast<std::size_t>(listed().size()), m_world.result->front.size());
    QVERIFY(!m_table->toCsv().contains(QStringLiteral("of ")));
}

CUTLINE_TEST(TestCandidatesGroups)

} // namespace cutline::tst_candidates_groups

#include "tst_candidates_groups.moc"
