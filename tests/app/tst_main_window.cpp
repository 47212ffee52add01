// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/deep_model.h"
#include "tests/app/window_test.h"

#include "app/finder.h"
#include "app/header_bar.h"
#include "core/base/file.h"
#include "core/graph/import.h"
#include "widgets/charts/cut_chart.h"
#include "widgets/charts/pareto_chart.h"
#include "widgets/charts/plot_view.h"
#include "widgets/panels/auto_partition_panel.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/scenario_panel.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/kit.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/metric_strip.h"
#include "widgets/panels/platform_panel.h"
#include "widgets/panels/problems_list.h"
#include "widgets/panels/profile_dialog.h"
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
#include <QThread>
#include <QTimer>
#include <QToolButton>
#include <QToolTip>

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
    void noLetterOfAMenuStandsTwice();
    void fileMenuOpensAModel();
    void aDroppedFileOpens();
    void aDroppedProfileOrDescriptorIsTaken();
    void brokenFilesShowInTheBar();
    void openingABrokenFileKeepsTheModel();
    void finderFindsALayer();
    void finderRunsACommand();
    void finderNamesCommandsInFull();
    void favouritesOutliveASearch();
    void scenarioIsAStep();
    void systemIsChosen();
    void planIsExported();
    void picturesAreExported();
    void whatTheImportGuessedIsSaid();
    void runningWorkIsSaidAndStopped();
    void themeIsChosen();
    void fitsTheScreen();
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

/// Measured times are shown beside the layers before they count; a platform joins the library, a system is switched to.
void TestMainWindow::aDroppedProfileOrDescriptorIsTaken() {
    const auto window = windowWith("resources/models/efficientnet_b0.onnx");
    QVERIFY(window);
    const auto drop = [&window](const QString& file) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        QDragEnterEvent enter(QPoint(700, 30), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        enter.ignore();
        QCoreApplication::sendEvent(window.get(), &enter);
        QDropEvent event(QPoint(700, 30), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(window.get(), &event);
        return enter.isAccepted();
    };
    QVERIFY(drop(sourcePath("tests/data/kress2024/efficientnet_b0_eyr.csv")));
    auto* dialog = dialogOf<ProfileDialog>(*window);
    QVERIFY(dialog);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->useButton()->isEnabled(), 10'000);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QVERIFY(drop(sourcePath("platforms/systems/jetson_pi.textproto")));
    QVERIFY(settle(window->document()));
    QCOMPARE(window->document().state().system->name, std::string("jetson_pi"));
    const QTemporaryDir folder;
    const QString own = folder.filePath(QStringLiteral("own.textproto"));
    Platform platform = *window->document().library().platform("SMB");
    platform.name = "own";
    platform.aliases.clear();
    QVERIFY(writeFileAtomically(own.toStdString(), platformText(platform)).ok());
    QVERIFY(drop(own));
    QVERIFY(window->document().library().platform("own"));
    QVERIFY(!drop(folder.filePath(QStringLiteral("x.png"))));
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

/// Of two entries "latency" or "Light" one could not tell what they do; what cannot be done now is not offered.
void TestMainWindow::finderNamesCommandsInFull() {
    const auto offered = [](MainWindow& window, const QString& typed) {
        Finder& finder = window.header().finder();
        QTest::keyClick(&window, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
        QTest::keyClicks(&finder, typed);
        QStringList found;
        for (int i = 0; finder.completer()->setCurrentRow(i); ++i) found << finder.completer()->currentIndex().data().toString();
        QTest::keyClick(&finder, Qt::Key_Escape);
        QTest::keyClick(&finder, Qt::Key_Escape);
        return found;
    };
    const auto window = windowWith(nullptr);
    QVERIFY(window);
    QCOMPARE(offered(*window, QStringLiteral("theme: l")), QStringList{QStringLiteral("Theme: Light")});
    QVERIFY(offered(*window, QStringLiteral("colour of cards")).isEmpty());
    QTest::keyClick(window.get(), Qt::Key_K, Qt::ControlModifier);
    QTest::keyClicks(&window->header().finder(), QStringLiteral("no such <b>"));
    QTest::keyClick(&window->header().finder(), Qt::Key_Return);
    QTRY_VERIFY2(QToolTip::text().contains(QStringLiteral("no such &lt;b&gt;")), qPrintable(QToolTip::text()));
    QToolTip::hideText();
    window->open(sourcePath(kModel));
    QVERIFY(settle(window->document()));
    QVERIFY(offered(*window, QStringLiteral("colour of cards")).contains(QStringLiteral("Colour of cards: latency")));
    QTest::keyClick(window.get(), Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    QTest::keyClicks(&window->header().finder(), QStringLiteral("cards: lat"));
    QTest::keyClick(&window->header().finder(), Qt::Key_Return);
    QCOMPARE(window->workArea().graph().overlay(), QStringLiteral("latency"));
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

/// A dimension that the file leaves open is taken as 1: the status bar says that there is something to know, and leads to it.
void TestMainWindow::whatTheImportGuessedIsSaid() {
    const auto window = windowWith("tests/data/topologies/resnet18_dynamic_batch.onnx");
    QVERIFY(window);
    auto* count = window->findChild<QToolButton*>(QStringLiteral("problemCount"));
    QCOMPARE(count->text(), QStringLiteral("1 note"));
    const ProblemsList& list = window->workArea().problems();
    QVERIFY(!list.isVisible());
    QTest::mouseClick(count, Qt::LeftButton);
    QTRY_VERIFY(list.view()->isVisible() && list.view()->hasFocus());
    QVERIFY(list.view()->model()->index(0, 0).data().toString().contains(QStringLiteral("batch")));
    window->open(sourcePath("resources/models/squeezenet1_1.onnx"));
    QTRY_VERIFY_WITH_TIMEOUT(!count->isVisible(), 10'000);
}

/// The status bar says what runs and stops it.
void TestMainWindow::runningWorkIsSaidAndStopped() {
    const auto window = windowWith(nullptr);
    auto* words = window->findChild<QLabel*>(QStringLiteral("workText"));
    auto* stop = window->findChild<QToolButton*>(QStringLiteral("cancelWork"));
    QCOMPARE(words->text(), QStringLiteral("Ready"));
    QVERIFY(!stop->isVisible());
    window->document().jobs().start<bool>(
        QStringLiteral("Waiting"),
        [](Progress& progress) {
            progress.report(0.5, "for nothing");
            while (!progress.cancelled()) QThread::msleep(2);
            return true;
        },
        [](bool) {});
    QTRY_COMPARE(words->text(), QStringLiteral("Waiting \u00b7 for nothing"));
    QTest::mouseClick(stop, Qt::LeftButton);
    QTRY_COMPARE(words->text(), QStringLiteral("Ready"));
    QVERIFY(!stop->isVisible() && window->document().jobs().idle());
}

void TestMainWindow::themeIsChosen() {
    const auto window = windowWith(nullptr);
    menuAction(*window, QStringLiteral("Dark"))->trigger();
    QVERIFY(Theme::of(QApplication::palette()).dark);
    QCOMPARE(Preferences().settings().theme, ThemeChoice::Dark);
    QVERIFY(window->grab().toImage().pixelColor(5, 300).lightness() < 80);
    menuAction(*window, QStringLiteral("Light"))->trigger();
    QVERIFY(!Theme::of(QApplication::palette()).dark);
    // Labels take their ink from what is around them, in whatever order that changes.
    for (const char* theme : {"Dark", "Light"}) {
        menuAction(*window, QLatin1String(theme))->trigger();
        const Theme& other = Theme::of(QApplication::palette()).dark ? Theme::light() : Theme::darkTheme();
        for (const auto* label : window->findChildren<InkLabel*>()) {
            const QColor ink = label->palette().color(QPalette::WindowText);
            for (const Ink is : {Ink::Text, Ink::Text2, Ink::Text3}) QVERIFY2(ink != colourOf(other, is), qPrintable(label->text()));
        }
    }
    QVERIFY(window->grab().toImage().pixelColor(5, 300).lightness() > 180);
}

/// The usual size is larger than a small notebook's screen.
void TestMainWindow::fitsTheScreen() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    window->resize(1440, 900);
    window->fitTo({1280, 800});
    QTRY_COMPARE(window->size(), QSize(1280, 800));
    const auto buttons = window->header().findChildren<QAbstractButton*>();
    QVERIFY(buttons.size() >= 4);
    for (QAbstractButton* button : buttons)
        if (button->isVisible()) QTRY_VERIFY(window->rect().contains(QRect(button->mapTo(window.get(), QPoint()), button->size())));
    window->fitTo({2560, 1440});
    QCOMPARE(window->size(), QSize(1280, 800));
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
    QString folder;
    whenAsked<QFileDialog>([&folder](QFileDialog& dialog) {
        folder = dialog.directory().absolutePath();
        dialog.reject();
    });
    QTest::keyClick(window.get(), Qt::Key_O, Qt::ControlModifier);
    QCOMPARE(folder, QFileInfo(sourcePath(kModel)).absolutePath());
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

/// Of a menu's entries each letter means one.
void TestMainWindow::noLetterOfAMenuStandsTwice() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    std::vector<QList<QAction*>> menus{window->menuBar()->actions()};
    for (const QMenu* menu : window->findChildren<QMenu*>()) menus.push_back(menu->actions());
    for (const QList<QAction*>& entries : menus) {
        QHash<QChar, QString> owner;
        for (const QAction* entry : entries) {
            const qsizetype mark = entry->text().indexOf(QLatin1Char('&'));
            if (mark < 0 || mark + 1 == entry->text().size()) continue;
            const QChar letter = entry->text()[mark + 1].toLower();
            QVERIFY2(!owner.contains(letter), qPrintable(owner[letter] + ", " + entry->text()));
            owner[letter] = entry->text();
        }
    }
}

CUTLINE_WINDOW_TEST(TestMainWindow)

} // namespace cutline::tst_main_window

#include "tst_main_window.moc"
