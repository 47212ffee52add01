// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/deep_model.h"
#include "tests/app/window_test.h"

#include "app/finder.h"
#include "app/header_bar.h"
#include "core/graph/import.h"
#include "widgets/charts/cut_chart.h"
#include "widgets/charts/pareto_chart.h"
#include "widgets/charts/plot_view.h"
#include "widgets/panels/auto_partition_panel.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/scenario_panel.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/metric_strip.h"
#include "widgets/panels/platform_panel.h"
#include "widgets/panels/start_page.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QCompleter>
#include <QDir>
#include <QDockWidget>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryFile>
#include <QTimer>
#include <QToolButton>

namespace cutline::tst_main_window {

using namespace cutline::test;

namespace {

constexpr const char* kModel = "resources/models/squeezenet1_1.onnx";

QAction* menuAction(MainWindow& window, const QString& words) {
    for (QAction* action : window.findChildren<QAction*>())
        if (QString(action->text()).remove(QLatin1Char('&')) == words) return action;
    return nullptr;
}

} // namespace

class TestMainWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void startPageOpensASample();
    void noShortcutStandsTwice();
    void fileMenuOpensAModel();
    void aDroppedFileOpens();
    void brokenFilesShowInTheBar();
    void openingABrokenFileKeepsTheModel();
    void finderFindsALayer();
    void finderRunsACommand();
    void favouritesOutliveASearch();
    void scenarioIsAStep();
    void systemIsChosen();
    void planIsExported();
    void picturesAreExported();
    void themeIsChosen();
    void layoutIsRemembered();
    void recentFilesAreRemembered();

private:
    std::unique_ptr<FreshSettings> m_settings;
    QTemporaryFile m_small{QDir::tempPath() + QStringLiteral("/XXXXXX.onnx")}; ///< a model that opens in a moment
};

void TestMainWindow::initTestCase() {
    constexpr std::size_t kLayers = 10;
    QVERIFY(m_small.open());
    m_small.write(QByteArray::fromStdString(deepModel(kLayers)));
    m_small.close();
}

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

void TestMainWindow::brokenFilesShowInTheBar() {
    QFile table(sourcePath("tests/data/broken/expected.csv"));
    QVERIFY(table.open(QIODevice::ReadOnly));
    const auto window = windowWith(nullptr);
    int tried = 0;
    for (const QByteArray& line : table.readAll().split('\n')) {
        const QByteArrayList cells = line.split(',');
        if (cells.size() < 2 || cells[1] != "reject") continue;
        const QString path = sourcePath("tests/data/broken/") + QString::fromUtf8(cells[0]);
        // What the command line prints.
        Progress progress;
        const auto imported = importOnnx(path.toStdString(), {}, progress);
        QVERIFY2(!imported.ok(), qPrintable(path));
        window->open(path);
        QTRY_COMPARE(window->messages().text(), QString::fromStdString(imported.error().message()));
        QVERIFY(window->messages().isVisible());
        QCOMPARE(window->messages().severity(), MessageBar::Severity::Error);
        QVERIFY(window->startPage().isVisible());
        ++tried;
    }
    QVERIFY(tried > 20);
    window->open(m_small.fileName()); // and goes on
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

void TestMainWindow::finderFindsALayer() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    QTest::keyClick(window.get(), Qt::Key_K, Qt::ControlModifier);
    Finder& finder = window->header().finder();
    const std::string name = window->document().model().graph->layer({33}).name;
    QTest::keyClicks(&finder, QString::fromStdString(name));
    const QWidget* list = finder.completer()->popup(); // as wide as names, not as the field
    QTRY_VERIFY(list->isVisible() && list->width() > list->fontMetrics().horizontalAdvance(QString::fromStdString(name)));
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

void TestMainWindow::favouritesOutliveASearch() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    Document& document = window->document();
    CandidatesTable& table = window->workArea().candidates();
    window->activateWindow();
    QTest::keyClick(window.get(), Qt::Key_D, Qt::ControlModifier);
    QCOMPARE(document.state().kept.size(), std::size_t{1});
    const auto plan = document.planIndex();
    QVERIFY(plan && table.model()->keptOf(*plan) && table.model()->keptOf(*plan)->favourite);
    // A demand that nobody meets: no plan is found, this one stays, chosen and listed, and says how it stands.
    SearchOptions options = document.state().options;
    options.constraints = {*parseConstraint("latency<=1us", *document.state().system)};
    document.setOptions(options);
    QTRY_VERIFY(document.jobs().idle() && document.result()->infeasible);
    QVERIFY(document.metrics().has_value());
    QCOMPARE(table.model()->rowCount(), 1);
    QVERIFY(table.model()->keptOf(0)->standing.contains(QStringLiteral("latency<=1us missed by")));
    QCOMPARE(table.selected(), std::optional<std::uint32_t>(0));
    QVERIFY(window->workArea().search().standingText().contains(QStringLiteral("latency<=1us missed by")));
    QVERIFY(window->workArea().search().resultText().contains(QStringLiteral("the best plan has")));
    document.undoStack().undo();
    QVERIFY(settle(document));
    QVERIFY(document.planIndex() && table.model()->keptOf(*document.planIndex()));
    document.undoStack().undo();
    QVERIFY(document.state().kept.empty());
    QVERIFY(!table.model()->keptOf(*document.planIndex()));
}

void TestMainWindow::scenarioIsAStep() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    Document& document = window->document();
    ScenarioPanel& panel = window->workArea().scenario();
    window->workArea().showScenario();
    QVERIFY(panel.isVisible());
    panel.rateBox()->setFocus();
    QTest::keyClick(panel.rateBox(), Qt::Key_Down);
    QTest::keyClicks(panel.rateEdit(), QStringLiteral("2 fps"));
    QTRY_COMPARE(document.state().scenario.rate_hz, std::optional(2.0));
    QCOMPARE(panel.rateEdit()->text(), QStringLiteral("2 fps")); // not rebuilt under the typing hand
    QVERIFY(settle(document));
    document.undoStack().undo();
    QVERIFY(!document.state().scenario.rate_hz);
    QCOMPARE(panel.rateBox()->currentIndex(), 0);
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
    QTRY_VERIFY(file.exists());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains("\"stages\""));
}

void TestMainWindow::picturesAreExported() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    const QTemporaryDir folder;
    for (const char* name : {"graph.svg", "graph.png"})
        QVERIFY(window->workArea().paintGraph(folder.filePath(QLatin1String(name)))().ok());
    for (const char* name : {"chart.svg", "chart.png"})
        QVERIFY(window->workArea().paintChart(folder.filePath(QLatin1String(name)))().ok());
    QCOMPARE(QImage(folder.filePath(QStringLiteral("graph.png"))).isNull(), false);
    QCOMPARE(QImage(folder.filePath(QStringLiteral("chart.png"))).isNull(), false);
    for (const char* name : {"graph.svg", "chart.svg"}) {
        QFile svg(folder.filePath(QLatin1String(name)));
        QVERIFY(svg.open(QIODevice::ReadOnly));
        QVERIFY(svg.size() > 2'000);
        QVERIFY(svg.readAll().contains("</svg>"));
    }
    QVERIFY(!window->workArea().paintGraph(folder.filePath(QStringLiteral("no/such/folder.svg")))().ok());
}

void TestMainWindow::themeIsChosen() {
    const auto window = windowWith(nullptr);
    menuAction(*window, QStringLiteral("Dark"))->trigger();
    QVERIFY(Theme::of(QApplication::palette()).dark);
    QCOMPARE(Preferences().settings().theme, ThemeChoice::Dark);
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

/// Qt does nothing at all where two actions have one shortcut.
void TestMainWindow::noShortcutStandsTwice() {
    const auto window = windowWith(nullptr);
    QHash<QString, QString> owner;
    for (const QAction* action : window->findChildren<QAction*>())
        for (const QKeySequence& keys : action->shortcuts()) {
            const QString name = keys.toString();
            QVERIFY2(!owner.contains(name), qPrintable(name + ": " + owner[name] + ", " + action->text()));
            owner[name] = action->text();
        }
    QVERIFY(owner.size() > 20);
}

CUTLINE_WINDOW_TEST(TestMainWindow)

} // namespace cutline::tst_main_window

#include "tst_main_window.moc"
