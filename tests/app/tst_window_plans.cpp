// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/window_test.h"

#include "app/finder.h"
#include "app/header_bar.h"
#include "core/graph/import.h"
#include "widgets/charts/cut_chart.h"
#include "widgets/charts/pareto_chart.h"
#include "widgets/charts/plot_view.h"
#include "widgets/panels/auto_partition_panel.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/metric_strip.h"
#include "widgets/panels/platform_panel.h"
#include "widgets/panels/start_page.h"

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QTabBar>
#include <QTableView>
#include <QTimer>
#include <QToolButton>

namespace cutline::tst_window_plans {

using namespace cutline::test;

namespace {

constexpr const char* kModel = "resources/models/squeezenet1_1.onnx";

PlatformId placeOf(MainWindow& window, LayerId layer) {
    const auto places =
        assignmentOf(*window.document().state().plan, window.document().model().graph->layerCount());
    return places[layer.index()];
}

PlatformId other(PlatformId platform) {
    return {platform.value == 0 ? 1u : 0u};
}

} // namespace

class TestWindowPlans : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void aTableRowShowsEverywhere();
    void aChartDotShowsEverywhere();
    void cutChartChoosesAPlan();
    void aChipPreviewsAndDrops();
    void aChipOnAGroupAssignsAllOfIt();
    void aChipTakenAwayChangesNothing();
    void theCutHandleMovesAndEscCancels();
    void numberKeysAssign();
    void paletteChipAssignsTheSelection();
    void undoAndRedoByKeysAndButtons();
    void autoPartitionChoosesTheFastest();
    void constraintsAreTypedAndUndone();

private:
    std::unique_ptr<FreshSettings> m_settings;
};

void TestWindowPlans::init() {
    m_settings = std::make_unique<FreshSettings>();
}

void TestWindowPlans::aTableRowShowsEverywhere() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    WorkArea& work = window->workArea();
    QTableView& view = *work.candidates().view();
    QVERIFY(view.model()->rowCount() > 2);
    for (const int row : {0, 2}) {
        const QModelIndex index = view.model()->index(row, 0);
        view.scrollTo(index);
        QTest::mouseClick(view.viewport(), Qt::LeftButton, Qt::NoModifier, view.visualRect(index).center());
        const auto plan = index.data(CandidatesModel::PlanRole).toUInt();
        QCOMPARE(window->document().planIndex(), std::optional(plan));
        QCOMPARE(work.pareto().selected(), std::optional(plan));
        QCOMPARE(work.cuts().selected(), std::optional(plan));
        QVERIFY(work.inspector().plainText().contains(planTitle(plan)));
        const auto places = assignmentOf(*window->document().state().plan, 65);
        for (const std::uint32_t layer : {0u, 30u, 64u})
            QCOMPARE(work.graph().cardStyleOf({layer}).bar,
                     Theme::of(work.graph().palette()).platform(places[layer].index()));
    }
}

void TestWindowPlans::aChartDotShowsEverywhere() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    WorkArea& work = window->workArea();
    // Another plan of the front, where no third one lies under the mouse.
    for (const std::uint32_t plan : window->document().result()->front) {
        if (window->document().planIndex() == plan) continue;
        const auto at = work.pareto().positionOf(plan);
        if (!at) continue;
        PlotView& view = *work.pareto().view();
        QTest::mouseClick(view.viewport(), Qt::LeftButton, Qt::NoModifier, view.mapFromScene(*at));
        QVERIFY(window->document().planIndex().has_value());
        const auto hit = work.pareto().positionOf(*window->document().planIndex());
        QVERIFY(QLineF(*hit, *at).length() < 8); // that dot, or one that covers it
        QCOMPARE(work.candidates().selected(), window->document().planIndex());
        QCOMPARE(work.pareto().selected(), window->document().planIndex());
    }
    QVERIFY(window->document().undoStack().count() > 0);
}

void TestWindowPlans::cutChartChoosesAPlan() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    WorkArea& work = window->workArea();
    auto* tabs = work.findChild<QTabBar*>(QStringLiteral("chartTabs"));
    int tab = 0;
    while (tabs->tabText(tab) != QStringLiteral("Cut position")) QVERIFY(++tab < tabs->count());
    QTest::mouseClick(tabs, Qt::LeftButton, Qt::NoModifier, tabs->tabRect(tab).center());
    QVERIFY(work.cuts().isVisible());
    QTest::qWait(0);
    const std::uint32_t plan = static_cast<std::uint32_t>(window->document().result()->summaries.size() / 2);
    const auto at = work.cuts().positionOf(plan);
    QVERIFY(at.has_value());
    PlotView& view = *work.cuts().view();
    QTest::mouseClick(view.viewport(), Qt::LeftButton, Qt::NoModifier, view.mapFromScene(*at));
    QCOMPARE(work.cuts().selected(), window->document().planIndex());
    QVERIFY(window->document().undoStack().canUndo());
}

void TestWindowPlans::aChipPreviewsAndDrops() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    GraphView& graph = window->workArea().graph();
    const LayerId layer{20};
    const PlatformId target = other(placeOf(*window, layer));
    const auto before = window->strip().tiles();
    HeldChip chip(graph, target);
    chip.moveTo(onScreen(graph, layer));
    QVERIFY(window->strip().isPreviewing()); // seen before the drop
    const auto previewed = window->strip().tiles();
    QVERIFY(previewed != before);
    QCOMPARE(window->document().undoStack().count(), 0);
    chip.dropAt(onScreen(graph, layer));
    QVERIFY(!window->strip().isPreviewing());
    QCOMPARE(placeOf(*window, layer), target);
    QCOMPARE(window->strip().tiles()[1].number, previewed[1].number);
    QCOMPARE(window->document().undoStack().count(), 1);
    QCOMPARE(graph.cardStyleOf(layer).bar, Theme::of(graph.palette()).platform(target.index()));
}

/// A card that stands for a group takes a chip for all its layers, in one step.
void TestWindowPlans::aChipOnAGroupAssignsAllOfIt() {
    const auto window = windowWith("resources/models/efficientnet_b0.onnx");
    QVERIFY(window);
    GraphView& graph = window->workArea().graph();
    const auto layers = static_cast<std::uint32_t>(graph.graph()->layerCount());
    LayerId first{0};
    while (first.value < layers && !graph.groups().isClosed(first)) ++first.value;
    QVERIFY(first.value < layers);
    std::vector<LayerId> group; // by what is drawn: one card
    for (LayerId layer = first; layer.value < layers; ++layer.value)
        if (graph.cardRect(layer) == graph.cardRect(first)) group.push_back(layer);
    QVERIFY(group.size() > 1);
    const PlatformId target = other(placeOf(*window, first));
    HeldChip chip(graph, target);
    chip.moveTo(onScreen(graph, first));
    QVERIFY(window->strip().isPreviewing());
    chip.dropAt(onScreen(graph, first));
    for (const LayerId layer : group) QCOMPARE(placeOf(*window, layer), target);
    QCOMPARE(window->document().undoStack().count(), 1);
    window->document().undoStack().undo();
    QVERIFY(placeOf(*window, first) != target);
}

void TestWindowPlans::aChipTakenAwayChangesNothing() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    GraphView& graph = window->workArea().graph();
    const auto before = window->strip().tiles();
    HeldChip chip(graph, other(placeOf(*window, {20})));
    chip.moveTo(onScreen(graph, {20}));
    QVERIFY(window->strip().isPreviewing());
    chip.leave();
    QVERIFY(!window->strip().isPreviewing());
    QVERIFY(window->strip().tiles() == before);
    QCOMPARE(window->document().undoStack().count(), 0);
}

void TestWindowPlans::theCutHandleMovesAndEscCancels() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    GraphView& graph = window->workArea().graph();
    // A plan with two pieces, so that there is a handle to hold.
    std::optional<std::uint32_t> cut;
    const SearchResultPtr& result = window->document().result();
    for (const std::uint32_t plan : result->front)
        if (result->candidates->plan(plan).stages.size() == 2) cut = plan;
    QVERIFY(cut.has_value());
    window->document().choosePlan(*cut);
    const Plan before = *window->document().state().plan;
    const int steps = window->document().undoStack().count();
    const auto handle = graph.cutHandle(0);
    QVERIFY(handle.has_value());
    const QPoint from = graph.mapFromScene(*handle);
    for (const bool cancel : {true, false}) {
        QTest::mousePress(graph.viewport(), Qt::LeftButton, Qt::NoModifier, from);
        bool previewed = false;
        for (int step = 10; step <= 200; step += 10) {
            dragMouse(graph.viewport(), from + QPoint(step, 0));
            previewed = previewed || window->strip().isPreviewing();
        }
        QVERIFY(previewed);
        if (cancel) QTest::keyClick(&graph, Qt::Key_Escape);
        QTest::mouseRelease(graph.viewport(), Qt::LeftButton, Qt::NoModifier, from + QPoint(200, 0));
        QVERIFY(!window->strip().isPreviewing());
        QCOMPARE(*window->document().state().plan == before, cancel);
        QCOMPARE(window->document().undoStack().count(), steps + (cancel ? 0 : 1));
    }
    QVERIFY(window->document().undoStack().undoText().startsWith(QStringLiteral("Move cut")));
}

void TestWindowPlans::numberKeysAssign() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    GraphView& graph = window->workArea().graph();
    QTest::mouseClick(graph.viewport(), Qt::LeftButton, Qt::NoModifier, onScreen(graph, {12}));
    QCOMPARE(graph.selection(), QVector<LayerId>{LayerId{12}});
    const PlatformId target = other(placeOf(*window, {12}));
    QTest::keyClick(&graph, target.value == 0 ? Qt::Key_1 : Qt::Key_2);
    QCOMPARE(placeOf(*window, {12}), target);
}

void TestWindowPlans::paletteChipAssignsTheSelection() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    WorkArea& work = window->workArea();
    const PlatformId target = other(placeOf(*window, {12}));
    work.graph().setSelection({LayerId{12}, LayerId{13}});
    QTest::mouseClick(work.platforms().chip(target.index()), Qt::LeftButton);
    QCOMPARE(placeOf(*window, {12}), target);
    QCOMPARE(placeOf(*window, {13}), target);
}

void TestWindowPlans::undoAndRedoByKeysAndButtons() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    const EditState start = window->document().state();
    window->document().chooseBaseline(0);
    window->document().chooseBaseline(1);
    const EditState end = window->document().state();
    QTest::keyClick(window.get(), Qt::Key_Z, Qt::ControlModifier);
    QTest::keyClick(window.get(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(window->document().state() == start);
    for (auto* button : window->header().findChildren<QToolButton*>())
        if (button->accessibleName() == QStringLiteral("Redo")) {
            QTest::mouseClick(button, Qt::LeftButton);
            QTest::mouseClick(button, Qt::LeftButton);
        }
    QVERIFY(window->document().state() == end);
}

void TestWindowPlans::autoPartitionChoosesTheFastest() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    window->document().chooseBaseline(0);
    QTest::mouseClick(window->header().findChild<QPushButton*>(QStringLiteral("autoPartition")),
                      Qt::LeftButton);
    QTRY_COMPARE(window->document().planIndex(), window->document().suggestion());
    QVERIFY(window->document().undoStack().undoText().startsWith(QStringLiteral("Choose plan")));
}

void TestWindowPlans::constraintsAreTypedAndUndone() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    AutoPartitionPanel& panel = window->workArea().search();
    QTest::mouseClick(window->header().findChild<QPushButton*>(QStringLiteral("constraintsButton")),
                      Qt::LeftButton);
    QVERIFY(panel.isVisible());
    ConstraintRow* row = panel.addConstraint();
    row->edit()->setFocus();
    QTest::keyClicks(row->edit(), QStringLiteral("energy<=1J"));
    QTRY_COMPARE(window->document().state().options.constraints.size(), std::size_t{1});
    QCOMPARE(row->edit()->text(),
             QStringLiteral("energy<=1J"));              // the field was not rebuilt under the typing hand
    QCOMPARE(window->document().undoStack().count(), 1); // typed in one go: one step
    QVERIFY(settle(window->document()));
    window->document().undoStack().undo();
    QVERIFY(window->document().state().options.constraints.empty());
    QTRY_COMPARE(panel.options().constraints.size(), std::size_t{0});
}

CUTLINE_WINDOW_TEST(TestWindowPlans)

} // namespace cutline::tst_window_plans

#include "tst_window_plans.moc"
