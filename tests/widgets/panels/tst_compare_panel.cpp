// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/drag_mouse.h"
#include "tests/widgets/world.h"
#include "widgets/graph/graph_view.h"
#include "widgets/panels/compare_panel.h"
#include "widgets/panels/plan_bands.h"
#include "widgets/panels/plan_graphs.h"
#include "widgets/theme.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QMenu>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QToolButton>
#include <QWheelEvent>

namespace cutline::tst_compare_panel {

class TestComparePanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_panel.reset(); }
    void nothingToCompareSaysHow();
    void differencesAreAgainstTheFirst();
    void bandsShowWhereTheyDiffer();
    void keysWalkThroughTheDifferences();
    void fourAtMost();
    void plansOfAnotherSystemGo();
    void graphsStandInStep();
    void nothingIsAssignedInThem();
    void graphsFollowAnotherSystem();

private:
    Plan plan(std::uint32_t cut) const { return test::planOf({{0, cut}, {1, m_layers}}); }
    int rowOf(const QString& title) const {
        for (int row = 0; row < m_panel->model()->rowCount(); ++row)
            if (m_panel->model()->headerData(row, Qt::Vertical, Qt::DisplayRole) == title) return row;
        return -1;
    }
    /// The graphs' tab, by mouse, with both laid out.
    bool toGraphs() {
        QTabBar* tabs = m_panel->tabs();
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(1).center());
        PlanGraphs& graphs = *m_panel->graphs();
        return QTest::qWaitFor([&] {
            return graphs.hasGraphs() && graphs.graph(0).isLaidOut() && graphs.graph(1).isLaidOut() &&
                   !graphs.graph(0).isLayingOut();
        });
    }
    test::World m_world;
    std::uint32_t m_layers = 0;
    std::unique_ptr<ComparePanel> m_panel;
};

void TestComparePanel::initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_world = test::makeWorld(12);
    m_layers = static_cast<std::uint32_t>(m_world.problem.graph->layerCount());
}

void TestComparePanel::init() {
    m_panel = std::make_unique<ComparePanel>();
    new QAbstractItemModelTester(m_panel->model(), QAbstractItemModelTester::FailureReportingMode::Fatal, m_panel.get());
    m_panel->resize(600, 500);
    m_panel->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    m_panel->setEvaluator(m_world.evaluator);
    m_panel->setCurrent(QStringLiteral("plan 1"), plan(10));
}

void TestComparePanel::nothingToCompareSaysHow() {
    QVERIFY(!m_panel->view()->isVisible());
    m_panel->add(QStringLiteral("plan 2"), plan(14));
    QVERIFY(m_panel->view()->isVisible());
    QTest::mouseClick(m_panel->clearButton(), Qt::LeftButton);
    QVERIFY(!m_panel->view()->isVisible());
}

void TestComparePanel::differencesAreAgainstTheFirst() {
    m_panel->add(QStringLiteral("plan 2"), plan(14));
    const Metrics a = m_world.evaluator->evaluate(plan(10)), b = m_world.evaluator->evaluate(plan(14));
    const CompareModel& model = *m_panel->model();
    QCOMPARE(model.columnCount(), 2);
    const int latency = rowOf(QStringLiteral("Latency"));
    QCOMPARE(model.index(latency, 0).data().toString(), quantityText(a.latency_s, Unit::Second));
    QCOMPARE(model.index(latency, 1).data(CompareModel::ValueRole).toDouble(), b.latency_s);
    QCOMPARE(model.index(latency, 0).data(CompareModel::ChangeRole).toString(), QString());
    QCOMPARE(model.index(latency, 1).data(CompareModel::ChangeRole).toString(),
             changeText(changeOf(b.latency_s, a.latency_s, false), Unit::Second));
    const auto verdict = static_cast<Verdict>(model.index(latency, 1).data(CompareModel::VerdictRole).toInt());
    QCOMPARE(verdict, b.latency_s < a.latency_s ? Verdict::Better : Verdict::Worse);
    // More work on one platform is neither better nor worse.
    QCOMPARE(model.index(rowOf(QStringLiteral("EYR busy")), 1).data(CompareModel::VerdictRole).toInt(),
             static_cast<int>(Verdict::Same));
    QCOMPARE(rowOf(QStringLiteral("Accuracy")), -1); // nobody knows it
}

void TestComparePanel::bandsShowWhereTheyDiffer() {
    m_panel->add(QStringLiteral("plan 2"), plan(14));
    const PlanBands& bands = *m_panel->bands();
    QTRY_VERIFY(bands.height() >= bands.sizeHint().height()); // it grows with the second plan
    QCOMPARE(bands.differing(), (std::vector<LayerId>{{10}, {11}, {12}, {13}}));
    QSignalSpy selected(m_panel.get(), &ComparePanel::layerSelected);
    const QRectF band = bands.bandRect(1);
    const QPointF at(band.left() + band.width() * 12.5 / m_layers, band.center().y());
    QTest::mouseClick(m_panel->bands(), Qt::LeftButton, {}, at.toPoint());
    QCOMPARE(selected.count(), 1);
    QCOMPARE(selected.at(0).at(0).value<LayerId>(), LayerId{12});
    const QImage picture = m_panel->bands()->grab().toImage();
    QCOMPARE(picture.pixelColor(at.toPoint()), Theme::light().platform(0));
    QCOMPARE(picture.pixelColor(QPointF(at.x(), bands.bandRect(0).center().y()).toPoint()), Theme::light().platform(1));
}

void TestComparePanel::keysWalkThroughTheDifferences() {
    m_panel->add(QStringLiteral("plan 2"), plan(12));
    QSignalSpy selected(m_panel.get(), &ComparePanel::layerSelected);
    for (int i = 0; i < 3; ++i) QTest::keyClick(m_panel->bands(), Qt::Key_Right);
    QTest::keyClick(m_panel->bands(), Qt::Key_Left);
    std::vector<std::uint32_t> walked;
    for (const auto& call : selected) walked.push_back(call.at(0).value<LayerId>().value);
    QCOMPARE(walked, (std::vector<std::uint32_t>{10, 11, 11, 10}));
}

void TestComparePanel::fourAtMost() {
    for (const std::uint32_t cut : {14U, 16U, 18U, 20U, 20U})
        m_panel->add(QStringLiteral("cut %1").arg(cut), plan(cut));
    QCOMPARE(m_panel->model()->columnCount(), 4);
    QCOMPARE(m_panel->model()->headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("cut 16"));
    QCOMPARE(m_panel->model()->headerData(3, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("cut 20"));
}

void TestComparePanel::plansOfAnotherSystemGo() {
    m_panel->add(QStringLiteral("plan 2"), plan(14));
    m_panel->setEvaluator(nullptr); // costs are worked out again
    m_panel->setEvaluator(m_world.evaluator);
    m_panel->setCurrent(QStringLiteral("plan 1"), plan(10));
    QCOMPARE(m_panel->model()->columnCount(), 2);
    const test::World other = test::makeWorld(12, 1);
    m_panel->setEvaluator(other.evaluator);
    m_panel->setCurrent(QStringLiteral("plan 1"), plan(10));
    QCOMPARE(m_panel->model()->columnCount(), 0);
}

void TestComparePanel::graphsStandInStep() {
    m_panel->resize(900, 420);
    m_panel->add(QStringLiteral("plan 2"), plan(14));
    QVERIFY(toGraphs());
    GraphView &a = m_panel->graphs()->graph(0), &b = m_panel->graphs()->graph(1);
    a.setReducedMotion(true);
    b.setReducedMotion(true);
    b.openAllGroups(); // of the view that follows: both do
    QTRY_VERIFY(!a.isLayingOut() && a.picture().view().nodes.size() == m_layers);
    QCOMPARE(b.picture().view().nodes.size(), std::size_t{m_layers});
    // A layer is at the same place of the picture in both, on its own plan's platform, and marked where that differs.
    for (std::uint32_t layer = 0; layer < m_layers; ++layer) {
        QCOMPARE(a.cardRect({layer}), b.cardRect({layer}));
        const bool differs = layer >= 10 && layer < 14;
        QVERIFY(!a.cardStyleOf({layer}).changed);
        QCOMPARE(b.cardStyleOf({layer}).changed, differs);
    }
    const auto same = [&] {
        const QPointF off = (a.centre() - b.centre()) * a.zoom();
        return std::abs(a.zoom() / b.zoom() - 1) < 1e-6 && std::abs(off.x()) < 3 && std::abs(off.y()) < 3;
    };
    QTRY_VERIFY(same());
    // The wheel in the second moves the first, a drag in the first the second.
    const double before = a.zoom();
    const QPointF at = b.viewport()->rect().center();
    QWheelEvent wheel(at, b.viewport()->mapToGlobal(at), {}, QPoint(0, 240), Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QCoreApplication::sendEvent(b.viewport(), &wheel);
    QVERIFY(a.zoom() > before * 1.2);
    QVERIFY(same());
    const QPointF centre = b.centre();
    QTest::mousePress(a.viewport(), Qt::LeftButton, {}, QPoint(20, 20));
    test::dragMouse(a.viewport(), QPoint(60, 20));
    test::dragMouse(a.viewport(), QPoint(120, 60));
    QTest::mouseRelease(a.viewport(), Qt::LeftButton, {}, QPoint(120, 60));
    QVERIFY((b.centre() - centre).manhattanLength() > 20 / a.zoom());
    QVERIFY(same());
    // So does a click: what it selects is selected in both.
    a.fit();
    QTRY_VERIFY(same());
    QSignalSpy selected(m_panel.get(), &ComparePanel::layerSelected);
    b.setFocus();
    QTest::mouseClick(b.viewport(), Qt::LeftButton, {}, b.mapFromScene(b.cardRect({12}).center()));
    QVERIFY(a.isSelected({12}) && b.isSelected({12}));
    QCOMPARE(selected.count(), 1);
    QCOMPARE(selected.at(0).at(0).value<LayerId>(), LayerId{12});
}

void TestComparePanel::nothingIsAssignedInThem() {
    m_panel->resize(900, 420);
    m_panel->add(QStringLiteral("plan 2"), plan(14));
    QVERIFY(toGraphs());
    GraphView& graph = m_panel->graphs()->graph(1);
    QSignalSpy assigned(&graph, &GraphView::assignRequested), cut(&graph, &GraphView::cutPreviewRequested),
        pinned(&graph, &GraphView::pinRequested);
    graph.setSelection({{3}});
    for (const Qt::Key key : {Qt::Key_1, Qt::Key_2, Qt::Key_P, Qt::Key_BracketRight}) QTest::keyClick(&graph, key);
    QVERIFY(!graph.cutHandle(0));
    QVERIFY(!graph.acceptDrops() && !graph.viewport()->acceptDrops());
    QMenu menu;
    graph.fillContextMenu(menu, LayerId{3});
    for (const QAction* action : menu.actions())
        QVERIFY2(!action->text().startsWith(QStringLiteral("Assign")) && !action->text().startsWith(QStringLiteral("Pin")),
                 qPrintable(action->text()));
    QCOMPARE(assigned.count() + cut.count() + pinned.count(), 0);
}

void TestComparePanel::graphsFollowAnotherSystem() {
    // The same graph on three platforms, then on two of them: what stood on the third is forgotten, not drawn.
    const SystemPtr three = test::makeSystem(1), two = test::makeSystem();
    const GraphPtr graph = m_world.problem.graph;
    const auto judge = [&](const SystemPtr& system) {
        Problem problem;
        problem.graph = graph;
        problem.system = system;
        problem.costs = test::makeCosts(graph, system);
        return std::make_shared<const Evaluator>(problem);
    };
    m_panel->resize(900, 420);
    m_panel->setEvaluator(judge(three));
    m_panel->setCurrent(QStringLiteral("plan 1"), test::planOf({{0, 10}, {2, m_layers}}));
    m_panel->add(QStringLiteral("plan 2"), test::planOf({{2, 14}, {1, m_layers}}));
    QVERIFY(toGraphs());
    for (std::size_t p : {0U, 1U}) QTRY_VERIFY(m_panel->graphs()->graph(p).isLaidOut());
    m_panel->setEvaluator(judge(two));
    m_panel->setCurrent(QStringLiteral("plan 1"), plan(10));
    m_panel->add(QStringLiteral("plan 2"), plan(14));
    QCOMPARE(m_panel->graphs()->shownCount(), std::size_t{2});
    for (std::size_t p : {0U, 1U}) QVERIFY(m_panel->graphs()->graph(p).system() == two);
    QVERIFY(!m_panel->grab().isNull());
}

CUTLINE_TEST(TestComparePanel)

} // namespace cutline::tst_compare_panel

#include "tst_compare_panel.moc"
