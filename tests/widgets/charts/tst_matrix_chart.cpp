// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/world.h"
#include "widgets/charts/matrix_chart.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QSignalSpy>

#include <cmath>

namespace cutline::tst_matrix_chart {

class TestMatrixChart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_chart.reset(); }
    void cellsDoNotOverlap();
    void aClickTakesTheNearestPlan();
    void aRectangleMarksTwoRanges();
    void escapeClears();
    void dataAndEmpty();

private:
    test::World m_world;
    std::unique_ptr<MatrixChart> m_chart;
};

void TestMatrixChart::initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_world = test::makeWorld(12);
}

void TestMatrixChart::init() {
    m_chart = std::make_unique<MatrixChart>();
    m_chart->resize(900, 700);
    m_chart->setResult(m_world.result, m_world.problem);
    m_chart->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_chart.get()));
}

void TestMatrixChart::cellsDoNotOverlap() {
    QVERIFY(m_chart->figureCount() >= 4);
    std::vector<QRectF> cells;
    for (std::size_t row = 0; row < m_chart->figureCount(); ++row)
        for (std::size_t column = 0; column <= row; ++column) cells.push_back(m_chart->cellRect(row, column));
    for (std::size_t i = 0; i < cells.size(); ++i) {
        QVERIFY(QRectF(m_chart->rect()).contains(cells[i]));
        for (std::size_t j = 0; j < i; ++j) QVERIFY(!cells[i].intersects(cells[j]));
    }
}

void TestMatrixChart::aClickTakesTheNearestPlan() {
    QSignalSpy selected(m_chart.get(), &PlanChart::planSelected);
    const QPointF at = m_chart->positionOf(2, 0, m_world.knee());
    QTest::mouseClick(m_chart.get(), Qt::LeftButton, {}, at.toPoint());
    QCOMPARE(selected.count(), 1);
    const QPointF got = m_chart->positionOf(2, 0, selected.at(0).at(0).toUInt());
    QVERIFY(QLineF(got, at).length() < 8);
}

void TestMatrixChart::aRectangleMarksTwoRanges() {
    QSignalSpy changed(m_chart.get(), &PlanChart::brushChanged);
    const QRectF cell = m_chart->cellRect(2, 1);
    const QPoint a = (cell.topLeft() + QPointF(cell.width() * 0.25, cell.height() * 0.25)).toPoint();
    const QPoint b = (cell.topLeft() + QPointF(cell.width() * 0.75, cell.height() * 0.75)).toPoint();
    QTest::mousePress(m_chart.get(), Qt::LeftButton, {}, a);
    QTest::mouseMove(m_chart.get(), b);
    QTest::mouseRelease(m_chart.get(), Qt::LeftButton, {}, b);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(m_chart->brush().ranges.size(), std::size_t{2});
    // Exactly the plans whose dots lie in the rectangle; at its edge, a pixel either way.
    const QRectF inner = QRectF(a, b).adjusted(1, 1, -1, -1), outer = QRectF(a, b).adjusted(-1, -1, 1, 1);
    for (std::uint32_t plan = 0; plan < m_world.result->summaries.size(); ++plan) {
        const QPointF dot = m_chart->positionOf(2, 1, plan);
        const bool accepted = m_chart->brush().accepts(m_world.result->summaries[plan]);
        if (inner.contains(dot)) QVERIFY(accepted);
        if (!outer.contains(dot)) QVERIFY(!accepted);
    }
}

void TestMatrixChart::escapeClears() {
    PlanBrush brush;
    brush.set({Objective::Energy, 0, 0.01});
    m_chart->setBrush(brush);
    QSignalSpy changed(m_chart.get(), &PlanChart::brushChanged);
    QTest::keyClick(m_chart.get(), Qt::Key_Escape);
    QCOMPARE(changed.count(), 1);
    QVERIFY(m_chart->brush().empty());
}

void TestMatrixChart::dataAndEmpty() {
    const QStringList lines = m_chart->toCsv().split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), static_cast<qsizetype>(m_world.result->summaries.size()) + 1);
    QVERIFY(!m_chart->toImage(1).isNull());
    MatrixChart empty;
    QVERIFY(!empty.toImage(1).isNull());
    QTest::mouseClick(&empty, Qt::LeftButton, {}, QPoint(50, 50));
}

CUTLINE_TEST(TestMatrixChart)

} // namespace cutline::tst_matrix_chart

#include "tst_matrix_chart.moc"
