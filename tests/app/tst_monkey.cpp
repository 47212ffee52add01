// SPDX-License-Identifier: GPL-3.0-or-later
// A monkey with a seed: random but valid actions of a person, by mouse and keys. CUTLINE_LONG=1: longer,
// three models.
#include "tests/app/window_test.h"

#include "widgets/charts/parallel_chart.h"
#include "widgets/charts/pareto_chart.h"
#include "widgets/charts/plot_view.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/compare_panel.h"
#include "widgets/panels/weights_form.h"
#include "widgets/panels/diagram_items.h"
#include "widgets/panels/figure_form.h"
#include "widgets/panels/system_editor.h"
#include "tests/long_run.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QMenu>
#include <QRandomGenerator>
#include <QSlider>
#include <QTabBar>
#include <QTableView>
#include <QToolButton>

namespace cutline::tst_monkey {

using namespace cutline::test;

namespace {

class Monkey {
public:
    Monkey(MainWindow& window, quint32 seed) : m_window(window), m_random(seed) {}

    void act() {
        switch (m_random.bounded(19)) {
        case 0:
            return dropChip(true);
        case 1:
            return dropChip(false);
        case 2:
            return dragCut();
        case 3:
            return clickLayer();
        case 4:
            return pressKey();
        case 5:
            return clickRow();
        case 6:
            return clickDot();
        case 7:
            return undoOrRedo();
        case 8:
            return zoom();
        case 9:
            return changeSystem();
        case 10:
            return search();
        case 11:
            return hoverChart();
        case 12:
            return brush();
        case 13:
            return weigh();
        case 14:
            return filter();
        case 15:
            return compare();
        case 16:
            return changeAxes();
        case 17:
            return editSystem();
        default:
            QTest::qWait(1);
        }
    }

private:
    Document& document() { return m_window.document(); }
    GraphView& graph() { return m_window.workArea().graph(); }
    LayerId anyLayer() {
        return {static_cast<std::uint32_t>(
            m_random.bounded(static_cast<int>(document().model().graph->layerCount())))};
    }
    QPoint anyPoint(QWidget& widget) {
        return {m_random.bounded(std::max(1, widget.width())),
                m_random.bounded(std::max(1, widget.height()))};
    }

    void dropChip(bool let_go) {
        const auto platforms = static_cast<int>(document().state().system->platforms.size());
        HeldChip chip(graph(), {static_cast<std::uint32_t>(m_random.bounded(platforms))});
        for (int i = 0; i < 3; ++i) chip.moveTo(anyPoint(*graph().viewport()));
        if (let_go)
            chip.dropAt(onScreen(graph(), anyLayer()));
        else
            chip.leave();
    }
    void dragCut() {
        const auto handle = graph().cutHandle(0);
        if (!handle) return;
        const QPoint from = graph().mapFromScene(*handle);
        if (!graph().viewport()->rect().contains(from)) return;
        QTest::mousePress(graph().viewport(), Qt::LeftButton, Qt::NoModifier, from);
        QPoint at = from;
        for (int i = 0; i < 4; ++i) {
            at = anyPoint(*graph().viewport());
            dragMouse(graph().viewport(), at, m_random.bounded(2) ? Qt::ShiftModifier : Qt::NoModifier);
        }
        if (m_random.bounded(3) == 0) QTest::keyClick(&graph(), Qt::Key_Escape);
        QTest::mouseRelease(graph().viewport(), Qt::LeftButton, Qt::NoModifier, at);
    }
    void clickLayer() {
        const Qt::KeyboardModifiers modifiers[] = {Qt::NoModifier, Qt::ControlModifier, Qt::ShiftModifier};
        QTest::mouseClick(graph().viewport(), Qt::LeftButton, modifiers[m_random.bounded(3)],
                          onScreen(graph(), anyLayer()));
    }
    void pressKey() {
        const Qt::Key keys[] = {Qt::Key_1,     Qt::Key_2,  Qt::Key_3,    Qt::Key_Left,
                                Qt::Key_Right, Qt::Key_Up, Qt::Key_Down, Qt::Key_F};
        QTest::keyClick(&graph(), keys[m_random.bounded(8)]);
    }
    void clickRow() {
        QTableView& view = *m_window.workArea().candidates().view();
        if (view.model()->rowCount() == 0) return;
        const QModelIndex index = view.model()->index(m_random.bounded(view.model()->rowCount()), 0);
        view.scrollTo(index);
        QTest::mouseClick(view.viewport(), Qt::LeftButton, Qt::NoModifier, view.visualRect(index).center());
    }
    void clickDot() {
        PlotView& view = *m_window.workArea().pareto().view();
        QTest::mouseClick(view.viewport(), Qt::LeftButton, Qt::NoModifier, anyPoint(*view.viewport()));
    }
    void undoOrRedo() {
        const Qt::Key key = m_random.bounded(3) == 0 ? Qt::Key_Y : Qt::Key_Z;
        QTest::keyClick(&m_window, key, Qt::ControlModifier);
    }
    void zoom() {
        const Qt::Key keys[] = {Qt::Key_Plus, Qt::Key_Minus, Qt::Key_0};
        QTest::keyClick(&m_window, keys[m_random.bounded(3)], Qt::ControlModifier);
    }
    void changeSystem() {
        if (m_random.bounded(4) != 0) return;
        const char* names[] = {"kress2024", "kress2024_four"};
        m_window.setSystem(QLatin1String(names[m_random.bounded(2)]));
    }
    void search() {
        SearchOptions options = document().state().options;
        options.objectives = {Objective::Latency,
                              m_random.bounded(2) ? Objective::Energy : Objective::LinkBytes};
        if (m_random.bounded(2))
            document().run(options);
        else
            document().stopSearch();
    }

    /// Any chart, by its tab, and some place in it.
    void hoverChart() {
        auto* tabs = m_window.workArea().findChild<QTabBar*>(QStringLiteral("chartTabs"));
        QTest::mouseClick(tabs, Qt::LeftButton, Qt::NoModifier, tabs->tabRect(m_random.bounded(tabs->count())).center());
        const auto& charts = m_window.workArea().charts();
        PlanChart* chart = charts[static_cast<std::size_t>(tabs->currentIndex())];
        if (auto* pane = qobject_cast<ChartPane*>(chart))
            QTest::mouseMove(pane->view()->viewport(), anyPoint(*pane->view()->viewport()));
        else
            QTest::mouseMove(chart, anyPoint(*chart));
    }
    void brush() {
        m_window.workArea().showChart(QLatin1String("parallel"));
        auto& chart = static_cast<ParallelChart&>(m_window.workArea().chart(QLatin1String("parallel")));
        if (chart.axisCount() == 0) return;
        const auto axis = static_cast<std::size_t>(m_random.bounded(static_cast<int>(chart.axisCount())));
        const int x = static_cast<int>(chart.positionOf(axis, 0).x());
        const QPoint from(x, anyPoint(chart).y()), to(x, anyPoint(chart).y());
        QTest::mousePress(&chart, Qt::LeftButton, Qt::NoModifier, from);
        dragMouse(&chart, to);
        QTest::mouseRelease(&chart, Qt::LeftButton, Qt::NoModifier, to);
        if (m_random.bounded(3) == 0) QTest::keyClick(&chart, Qt::Key_Escape);
    }
    void weigh() {
        WeightsForm& form = *m_window.workArea().candidates().weightsForm();
        QSlider* slider = form.slider(m_random.bounded(2) ? Objective::Energy : Objective::Latency);
        if (slider) QTest::keyClick(slider, m_random.bounded(2) ? Qt::Key_Right : Qt::Key_Home);
    }
    void filter() {
        const char* words[] = {"", "EYR", "energy<10mJ", "latency>1", "energy<", "plan<20"};
        QLineEdit* edit = m_window.workArea().candidates().filterEdit();
        edit->setText(QLatin1String(words[m_random.bounded(6)]));
        QTest::keyClick(edit, Qt::Key_Return);
    }
    void compare() {
        QTest::keyClick(&m_window, Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier);
        ComparePanel& panel = m_window.workArea().compare();
        panel.tabs()->setCurrentIndex(m_random.bounded(2));
        if (m_random.bounded(3) == 0) QTest::mouseClick(panel.clearButton(), Qt::LeftButton);
    }
    void changeAxes() {
        PlanAxes axes = m_window.workArea().pareto().planAxes();
        AxisChoice& choice = axes.of(m_random.bounded(2) ? Objective::Energy : Objective::InitiationInterval);
        choice = {m_random.bounded(2) == 0, m_random.bounded(2) == 0};
        axes.colour = m_random.bounded(2) ? std::optional(Objective::Latency) : std::nullopt;
        Q_EMIT m_window.workArea().pareto().planAxesChanged(axes);
    }
    /// Adds, removes, links, moves, renames, types: few platforms at any time, as every one more multiplies the plans.
    void editSystem() {
        if (m_random.bounded(4) != 0) return;
        m_window.workArea().showSystem();
        SystemEditor& editor = m_window.workArea().system();
        SystemDiagram& diagram = *editor.diagram();
        const auto any = [&](std::size_t count) { return static_cast<std::uint32_t>(m_random.bounded(static_cast<int>(count))); };
        switch (m_random.bounded(7)) {
        case 4: {
            const std::uint32_t node = any(diagram.nodeCount());
            diagram.select(DiagramItem{SystemPart::Node, node});
            for (const Qt::Key key : {Qt::Key_Right, Qt::Key_Down, Qt::Key_Left})
                if (m_random.bounded(2)) QTest::keyClick(diagram.node(node), key, Qt::ControlModifier | Qt::ShiftModifier);
            return;
        }
        case 5:
            diagram.rename({SystemPart::Node, any(diagram.nodeCount())});
            QTest::keyClicks(diagram.nameEdit(), m_random.bounded(3) ? QStringLiteral("n%1").arg(m_random.bounded(100)) : QStringLiteral("EYR"));
            QTest::keyClick(diagram.nameEdit(), Qt::Key_Return);
            if (diagram.nameEdit()) QTest::keyClick(diagram.nameEdit(), Qt::Key_Escape); // taken
            return;
        case 6:
            if (m_random.bounded(2) && diagram.nodeCount() < 5) editor.addSwitch();
            else if (diagram.memoryCount() < 2) editor.addMemory();
            else QTest::keyClick(diagram.memory(any(diagram.memoryCount())), Qt::Key_Delete);
            return;
        case 0:
            if (diagram.nodeCount() < 4) editor.addPlatform(m_random.bounded(2) ? QStringLiteral("SMB") : QStringLiteral("EYR"));
            return;
        case 1:
            if (m_random.bounded(2) && diagram.linkCount() > 0)
                QTest::keyClick(diagram.link(any(diagram.linkCount())), Qt::Key_Delete);
            else
                QTest::keyClick(diagram.node(any(diagram.nodeCount())), Qt::Key_Delete);
            return;
        case 2:
            drawLine(editor, any(diagram.nodeCount()), any(diagram.nodeCount()));
            return;
        default:
            diagram.select(DiagramItem{SystemPart::Node, any(diagram.nodeCount())});
            if (QLineEdit* clock = editor.form()->edit("clock_hz")) {
                clock->setFocus();
                clock->selectAll();
                QTest::keyClicks(clock, m_random.bounded(3) ? QString::number(100 + m_random.bounded(400)) + QStringLiteral(" MHz")
                                                            : QStringLiteral("fast"));
                QTest::keyClick(clock, Qt::Key_Return);
            }
        }
    }
    void drawLine(SystemEditor& editor, std::uint32_t from, std::uint32_t to) {
        DiagramNode* node = editor.diagram()->node(from);
        const QPoint end = node->mapFromParent(editor.diagram()->node(to)->geometry().center());
        QTest::mousePress(node, Qt::LeftButton, Qt::NoModifier, node->handle());
        dragMouse(node, end);
        QTest::mouseRelease(node, Qt::LeftButton, Qt::NoModifier, end);
        if (!editor.linkMenu()->isVisible()) return;
        const QList<QAction*> kinds = editor.linkMenu()->actions();
        QAction* kind = kinds[m_random.bounded(static_cast<int>(kinds.size()))];
        editor.linkMenu()->close();
        if (m_random.bounded(4)) kind->trigger();
    }

    MainWindow& m_window;
    QRandomGenerator m_random;
};

} // namespace

class TestMonkey : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void undoesToTheStart_data();
    void undoesToTheStart();
};

void TestMonkey::undoesToTheStart_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("seconds");
    const bool is_long = test::longRun();
    QTest::newRow("squeezenet") << QStringLiteral("resources/models/squeezenet1_1.onnx")
                                << (is_long ? 200 : 4);
    if (!is_long) return;
    QTest::newRow("efficientnet") << QStringLiteral("resources/models/efficientnet_b0.onnx") << 200;
    QTest::newRow("transformer") << QStringLiteral("resources/models/transformer_encoder.onnx") << 200;
}

void TestMonkey::undoesToTheStart() {
    QFETCH(QString, model);
    QFETCH(int, seconds);
    const FreshSettings settings;
    const quint32 seed = 4711;
    qInfo("seed %u", seed);
    const auto window = windowWith(model.toUtf8().constData());
    QVERIFY(window);
    const EditState start = window->document().state();
    Monkey monkey(*window, seed);
    QElapsedTimer clock;
    clock.start();
    int actions = 0;
    for (; clock.elapsed() < seconds * 1000; ++actions) {
        monkey.act();
        if (actions % 10 == 0) QTest::qWait(1);
    }
    qInfo("%d actions", actions);
    QVERIFY(settle(window->document()));
    QCOMPARE(*window->document().metrics(),
             window->document().evaluator()->evaluate(*window->document().state().plan));
    while (window->document().undoStack().canUndo()) window->document().undoStack().undo();
    QVERIFY(window->document().state() == start);
}

CUTLINE_WINDOW_TEST(TestMonkey)

} // namespace cutline::tst_monkey

#include "tst_monkey.moc"
