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

using namespace cutline;
using namespace cutline::test;

namespace {

constexpr const char* kModel = "resources/models/squeezenet1_1.onnx";

QAction* menuAction(MainWindow& window, const QString& words) {
    for (QAction* action : window.findChildren<QAction*>())
        if (QString(action->text()).remove(QLatin1Char('&')) == words) return action;
    return nullptr;
}

/// Answers the next file dialog as a person would: types the name, presses Enter.
void answerFileDialog(const QString& path) {
    QTimer::singleShot(200, qApp, [path] {
        auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
        if (!dialog) return;
        auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        name->clear();
        QTest::keyClicks(name, path);
        QTest::keyClick(name, Qt::Key_Return);
        if (dialog->isVisible()) QTest::keyClick(name, Qt::Key_Return); // the first one took the completion
    });
}

PlatformId placeOf(MainWindow& window, LayerId layer) {
    const auto places =
        assignmentOf(*window.document().state().plan, window.document().model().graph->layerCount());
    return places[layer.index()];
}

PlatformId other(PlatformId platform) {
    return {platform.value == 0 ? 1u : 0u};
}

} // namespace

class TestMainWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void startPageOpensASample();
    void fileMenuOpensAModel();
    void aDroppedFileOpens();
    void brokenFilesShowInTheBar_data();
    void brokenFilesShowInTheBar();
    void openingABrokenFileKeepsTheModel();
    void aTableRowShowsEverywhere();
    void aChartDotShowsEverywhere();
    void cutChartChoosesAPlan();
    void aChipPreviewsAndDrops();
    void aChipTakenAwayChangesNothing();
    void theCutHandleMovesAndEscCancels();
    void numberKeysAssign();
    void paletteChipAssignsTheSelection();
    void undoAndRedoByKeysAndButtons();
    void finderFindsALayer();
    void finderRunsACommand();
    void autoPartitionChoosesTheKnee();
    void constraintsAreTypedAndUndone();
    void systemIsChosen();
    void planIsExported();
    void picturesAreExported();
    void themeIsChosen();
    void layoutIsRemembered();
    void recentFilesAreRemembered();

private:
    std::unique_ptr<FreshSettings> m_settings;
};

void TestMainWindow::init() {
    m_settings = std::make_unique<FreshSettings>();
}

void TestMainWindow::startPageOpensASample() {
    const auto window = windowWith(nullptr);
    QVERIFY(window->startPage().isVisible());
    QVERIFY(!window->strip().isVisible());
    // The page's cards are buttons; the demo stands first.
    QAbstractButton* demo = nullptr;
    for (auto* button : window->startPage().findChildren<QAbstractButton*>())
        if (!demo && button->accessibleName().contains(QStringLiteral("EfficientNet"))) demo = button;
    QVERIFY(demo);
    QTest::mouseClick(demo, Qt::LeftButton);
    QVERIFY(settle(window->document()));
    QCOMPARE(window->document().model().graph->layerCount(), std::size_t{239});
    QVERIFY(!window->startPage().isVisible());
    QVERIFY(window->workArea().isVisible());
    QVERIFY(window->windowTitle().contains(QStringLiteral("efficientnet_b0.onnx")));
}

void TestMainWindow::fileMenuOpensAModel() {
    const auto window = windowWith(nullptr);
    answerFileDialog(sourcePath(kModel));
    QTest::keyClick(window.get(), Qt::Key_O, Qt::ControlModifier);
    QVERIFY(settle(window->document()));
    QCOMPARE(window->document().model().graph->layerCount(), std::size_t{65});
}

void TestMainWindow::aDroppedFileOpens() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(sourcePath("resources/models/vgg16.onnx"))});
    QDragEnterEvent enter(QPoint(700, 30), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(window.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPoint(700, 30), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(window.get(), &drop);
    QTRY_COMPARE(window->document().model().graph->layerCount(), std::size_t{38});
    QMimeData text;
    text.setText(QStringLiteral("not a file"));
    QDragEnterEvent other_enter(QPoint(700, 30), Qt::CopyAction, &text, Qt::LeftButton, Qt::NoModifier);
    other_enter.ignore();
    QCoreApplication::sendEvent(window.get(), &other_enter);
    QVERIFY(!other_enter.isAccepted());
}

void TestMainWindow::brokenFilesShowInTheBar_data() {
    QTest::addColumn<QString>("path");
    QFile table(sourcePath("tests/data/broken/expected.csv"));
    QVERIFY(table.open(QIODevice::ReadOnly));
    for (const QByteArray& line : table.readAll().split('\n')) {
        const QByteArrayList cells = line.split(',');
        if (cells.size() < 2 || cells[1] != "reject") continue;
        QTest::newRow(cells[0].constData()) << sourcePath("tests/data/broken/") + QString::fromUtf8(cells[0]);
    }
}

void TestMainWindow::brokenFilesShowInTheBar() {
    QFETCH(QString, path);
    // What the command line prints.
    Progress progress;
    const auto imported = importOnnx(path.toStdString(), {}, progress);
    QVERIFY(!imported.ok());

    const auto window = windowWith(nullptr);
    window->open(path);
    QTRY_VERIFY(window->messages().isVisible());
    QCOMPARE(window->messages().text(), QString::fromStdString(imported.error().message()));
    QCOMPARE(window->messages().severity(), MessageBar::Severity::Error);
    QVERIFY(window->startPage().isVisible());
    window->open(sourcePath(kModel)); // and goes on
    QVERIFY(settle(window->document()));
    QVERIFY(!window->messages().isVisible());
}

void TestMainWindow::openingABrokenFileKeepsTheModel() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    const PlanPtr plan = window->document().state().plan;
    window->open(sourcePath("tests/data/broken/png_file.onnx"));
    QTRY_VERIFY(window->messages().isVisible());
    QVERIFY(window->workArea().isVisible());
    QCOMPARE(window->document().state().plan, plan);
    for (auto* button : window->messages().findChildren<QToolButton*>())
        QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(!window->messages().isVisible());
}

void TestMainWindow::aTableRowShowsEverywhere() {
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

void TestMainWindow::aChartDotShowsEverywhere() {
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

void TestMainWindow::cutChartChoosesAPlan() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    WorkArea& work = window->workArea();
    auto* tabs = work.findChild<QTabBar*>(QStringLiteral("chartTabs"));
    QTest::mouseClick(tabs, Qt::LeftButton, Qt::NoModifier, tabs->tabRect(1).center());
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

void TestMainWindow::aChipPreviewsAndDrops() {
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

void TestMainWindow::aChipTakenAwayChangesNothing() {
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

void TestMainWindow::theCutHandleMovesAndEscCancels() {
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

void TestMainWindow::numberKeysAssign() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    GraphView& graph = window->workArea().graph();
    QTest::mouseClick(graph.viewport(), Qt::LeftButton, Qt::NoModifier, onScreen(graph, {12}));
    QCOMPARE(graph.selection(), QVector<LayerId>{LayerId{12}});
    const PlatformId target = other(placeOf(*window, {12}));
    QTest::keyClick(&graph, target.value == 0 ? Qt::Key_1 : Qt::Key_2);
    QCOMPARE(placeOf(*window, {12}), target);
}

void TestMainWindow::paletteChipAssignsTheSelection() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    WorkArea& work = window->workArea();
    const PlatformId target = other(placeOf(*window, {12}));
    work.graph().setSelection({LayerId{12}, LayerId{13}});
    QTest::mouseClick(work.platforms().chip(target.index()), Qt::LeftButton);
    QCOMPARE(placeOf(*window, {12}), target);
    QCOMPARE(placeOf(*window, {13}), target);
}

void TestMainWindow::undoAndRedoByKeysAndButtons() {
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

void TestMainWindow::finderFindsALayer() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    QTest::keyClick(window.get(), Qt::Key_K, Qt::ControlModifier);
    Finder& finder = window->header().finder();
    const std::string name = window->document().model().graph->layer({33}).name;
    QTest::keyClicks(&finder, QString::fromStdString(name));
    QTest::keyClick(&finder, Qt::Key_Return);
    QCOMPARE(window->workArea().graph().selection(), QVector<LayerId>{LayerId{33}});
    QTRY_VERIFY(finder.text().isEmpty());
    QVERIFY(
        window->workArea().graph().viewport()->rect().contains(onScreen(window->workArea().graph(), {33})));
}

void TestMainWindow::finderRunsACommand() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    auto* search = window->findChild<QDockWidget*>(QStringLiteral("search"));
    QVERIFY(!search->isVisible());
    QTest::keyClick(window.get(), Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    QTest::keyClicks(&window->header().finder(), QStringLiteral("search sett"));
    QTest::keyClick(&window->header().finder(), Qt::Key_Return);
    QVERIFY(search->isVisible());
}

void TestMainWindow::autoPartitionChoosesTheKnee() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    window->document().chooseBaseline(0);
    QTest::mouseClick(window->header().findChild<QPushButton*>(QStringLiteral("autoPartition")),
                      Qt::LeftButton);
    QTRY_COMPARE(window->document().planIndex(), window->document().result()->knee);
    QVERIFY(window->document().undoStack().undoText().startsWith(QStringLiteral("Choose plan")));
}

void TestMainWindow::constraintsAreTypedAndUndone() {
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

void TestMainWindow::systemIsChosen() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    QComboBox& chooser = window->header().systemChooser();
    const int four = chooser.findData(QStringLiteral("kress2024_four"));
    QVERIFY(four >= 0);
    chooser.setFocus();
    while (chooser.currentIndex() != four)
        QTest::keyClick(&chooser, chooser.currentIndex() < four ? Qt::Key_Down : Qt::Key_Up);
    QCOMPARE(window->document().state().system->name, std::string("kress2024_four"));
    QVERIFY(settle(window->document()));
    QCOMPARE(window->workArea().platforms().chipCount(), std::size_t{4});
    while (window->document().undoStack().canUndo()) window->document().undoStack().undo();
    QVERIFY(settle(window->document()));
    QCOMPARE(chooser.currentData().toString(), QStringLiteral("kress2024"));
    QCOMPARE(window->workArea().platforms().chipCount(), std::size_t{2});
}

void TestMainWindow::planIsExported() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("mine.json"));
    QAction* action = menuAction(*window, QStringLiteral("Plan as JSON..."));
    QVERIFY(action && action->isEnabled());
    answerFileDialog(path);
    action->trigger();
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains("\"stages\""));
}

void TestMainWindow::picturesAreExported() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    const QTemporaryDir folder;
    for (const char* name : {"graph.svg", "graph.png"})
        QVERIFY(window->workArea().writeGraph(folder.filePath(QLatin1String(name))).ok());
    for (const char* name : {"chart.svg", "chart.png"})
        QVERIFY(window->workArea().writeChart(folder.filePath(QLatin1String(name))).ok());
    QCOMPARE(QImage(folder.filePath(QStringLiteral("graph.png"))).isNull(), false);
    QCOMPARE(QImage(folder.filePath(QStringLiteral("chart.png"))).isNull(), false);
    for (const char* name : {"graph.svg", "chart.svg"}) {
        QFile svg(folder.filePath(QLatin1String(name)));
        QVERIFY(svg.open(QIODevice::ReadOnly));
        QVERIFY(svg.size() > 2'000);
        QVERIFY(svg.readAll().contains("</svg>"));
    }
    QVERIFY(!window->workArea().writeGraph(folder.filePath(QStringLiteral("no/such/folder.svg"))).ok());
}

void TestMainWindow::themeIsChosen() {
    const auto window = windowWith(nullptr);
    menuAction(*window, QStringLiteral("Dark"))->trigger();
    QVERIFY(Theme::of(QApplication::palette()).dark);
    QCOMPARE(Preferences().theme(), ThemeChoice::Dark);
    QVERIFY(window->grab().toImage().pixelColor(5, 300).lightness() < 80);
    menuAction(*window, QStringLiteral("Light"))->trigger();
    QVERIFY(!Theme::of(QApplication::palette()).dark);
    QVERIFY(window->grab().toImage().pixelColor(5, 300).lightness() > 180);
}

void TestMainWindow::layoutIsRemembered() {
    const auto dock = [](MainWindow& window) {
        return window.findChild<QDockWidget*>(QStringLiteral("inspector"));
    };
    {
        const auto window = windowWith(kModel);
        QVERIFY(window);
        QVERIFY(dock(*window)->isVisible());
        for (auto* button : dock(*window)->findChildren<QToolButton*>())
            if (button->accessibleName().startsWith(QStringLiteral("Close")))
                QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(!dock(*window)->isVisible());
        window->close();
    }
    const auto window = windowWith(kModel);
    QVERIFY(window);
    QVERIFY(!dock(*window)->isVisible());
    menuAction(*window, QStringLiteral("Inspector"))->trigger();
    QVERIFY(dock(*window)->isVisible());
}

void TestMainWindow::recentFilesAreRemembered() {
    {
        const auto window = windowWith(kModel);
        QVERIFY(window);
    }
    const auto window = windowWith(nullptr);
    QAction* recent = menuAction(*window, QDir::cleanPath(sourcePath(kModel)));
    QVERIFY(recent);
    recent->trigger();
    QVERIFY(settle(window->document()));
    QCOMPARE(window->document().model().graph->layerCount(), std::size_t{65});
}

int main(int argc, char* argv[]) {
    QApplication application(argc, argv);
    applyThemeChoice(ThemeChoice::Light);
    TestMainWindow test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_main_window.moc"
