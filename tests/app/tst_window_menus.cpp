// SPDX-License-Identifier: GPL-3.0-or-later
// Every entry of the window's menus, chosen with the mouse, and what a person then sees. An entry that nobody chooses here
// fails the last test.
#include "tests/app/menu_driver.h"

#include "app/about.h"
#include "app/finder.h"
#include "app/header_bar.h"
#include "widgets/charts/charts.h"
#include "widgets/graph/overlay.h"
#include "widgets/panels/auto_partition_panel.h"
#include "widgets/panels/compare_panel.h"
#include "widgets/panels/data_panel.h"
#include "widgets/panels/data_sheet_dialog.h"
#include "widgets/panels/export_dialog.h"
#include "widgets/panels/library_panel.h"
#include "widgets/panels/presentation.h"
#include "widgets/panels/profile_dialog.h"
#include "widgets/panels/scenario_panel.h"
#include "widgets/panels/settings_dialog.h"
#include "widgets/panels/system_editor.h"
#include "widgets/panels/title_dialog.h"

#include <QDockWidget>
#include <QFileInfo>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QTableWidget>
#include <QToolButton>
#include <QUndoView>

namespace cutline::tst_window_menus {

using namespace cutline::test;

namespace {

constexpr const char* kModel = "resources/models/squeezenet1_1.onnx";
/// Menus whose entries follow from what is open: one entry stands for all.
const QStringList kLists{QStringLiteral("File/Open sample/"), QStringLiteral("Platforms/System/"),
                         QStringLiteral("Platforms/Assign the selection to/"), QStringLiteral("Plan/Run all on one platform/"),
                         QStringLiteral("Plan/Compare with/"), QStringLiteral("File/Open recent//")};

QString key(const QString& way) {
    for (const QString& list : kLists)
        if (way.startsWith(list)) return list;
    return way;
}

} // namespace

class TestWindowMenus : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void theGraphIsMovedAndTurned();
    void groupsOpenAndClose();
    void cardsChangeTheirLook();
    void panelsComeAndGo();
    void stackedPanelsAreNamedOnce();
    void whatCannotBeChosenLooksSo();
    void chartsComeForward();
    void themes();
    void fullScreenAndPresentation();
    void stepsAreUndone();
    void thingsAreFound();
    void searchesAreSetUpAndRun();
    void aSearchIsStopped();
    void plansAreTakenAndKept();
    void theSystemIsChosenEditedAndSaved();
    void platformsAreLookedUpAndMade();
    void filesAreOpenedAndSaved();
    void picturesAndTablesAreExported();
    void helpIsShown();
    void theWindowCloses();
    void everyEntryWasChosen();

private:
    void choose(const QString& way) {
        m_chosen << key(way);
        QVERIFY2(MenuDriver(*m_window).choose(way), qPrintable(way));
    }
    template<class Dialog>
    void chooseAndLeave(const QString& way) {
        bool seen = false;
        whenAsked<Dialog>([&seen](Dialog& dialog) {
            seen = true;
            QTest::keyClick(&dialog, Qt::Key_Escape);
        });
        choose(way);
        QVERIFY2(QTest::qWaitFor([&] { return seen; }, 5'000), qPrintable(way));
    }
    /// A dialog that does not keep the call that opened it: is there, and goes by Esc.
    template<class Dialog>
    bool leave() {
        auto* dialog = dialogOf<Dialog>(*m_window, 5'000);
        if (dialog) QTest::keyClick(dialog, Qt::Key_Escape);
        return dialog && QTest::qWaitFor([this] { return m_window->findChildren<Dialog*>().isEmpty(); }, 5'000);
    }
    template<class View>
    bool isInFront() {
        const auto views = m_window->findChildren<View*>();
        return !views.isEmpty() && QTest::qWaitFor([&] { return views.front()->isVisible(); }, 2'000);
    }
    Document& document() { return m_window->document(); }
    GraphView& graph() { return m_window->workArea().graph(); }
    bool laidOut() {
        return QTest::qWaitFor([this] { return graph().isLaidOut() && !graph().isLayingOut(); }, 10'000);
    }
    std::unique_ptr<FreshSettings> m_settings;
    std::unique_ptr<MainWindow> m_window;
    QTemporaryDir m_folder;
    QSet<QString> m_chosen;
};

void TestWindowMenus::init() {
    m_settings = std::make_unique<FreshSettings>();
    m_window = windowWith(kModel);
    QVERIFY(m_window);
}

void TestWindowMenus::cleanup() {
    m_window.reset();
    applyThemeChoice(ThemeChoice::Light);
}

void TestWindowMenus::theGraphIsMovedAndTurned() {
    const double fitted = graph().zoom();
    choose(QStringLiteral("View/Zoom in"));
    QVERIFY(graph().zoom() > fitted);
    choose(QStringLiteral("View/Zoom out"));
    choose(QStringLiteral("View/Zoom out"));
    QVERIFY(graph().zoom() < fitted);
    choose(QStringLiteral("View/100 %"));
    QCOMPARE(graph().zoom(), 1.0);
    choose(QStringLiteral("View/Fit the graph"));
    QCOMPARE(graph().zoom(), fitted);
    const Flow before = graph().flow();
    choose(QStringLiteral("View/Turn the graph"));
    QVERIFY(laidOut() && graph().flow() != before);
}

void TestWindowMenus::groupsOpenAndClose() {
    m_window->open(sourcePath("resources/models/resnet50.onnx"));
    QVERIFY(QTest::qWaitFor([this] { return graph().groups().any(); }, 10'000) && settle(document()) && laidOut());
    choose(QStringLiteral("View/Open all groups"));
    QVERIFY(laidOut());
    QCOMPARE(graph().groups().cardCount(), document().model().graph->layerCount());
    choose(QStringLiteral("View/Close all groups"));
    QVERIFY(laidOut());
    QVERIFY(graph().groups().cardCount() < document().model().graph->layerCount());
}

void TestWindowMenus::cardsChangeTheirLook() {
    const QImage plain = graph().viewport()->grab().toImage();
    choose(QStringLiteral("View/Patterns on cards"));
    QVERIFY(graph().viewport()->grab().toImage() != plain);
    choose(QStringLiteral("View/Patterns on cards"));
    for (const Overlay& overlay : overlays()) {
        choose(QStringLiteral("View/Colour of cards/") + overlay.title);
        QCOMPARE(graph().overlay(), overlay.id);
    }
}

void TestWindowMenus::panelsComeAndGo() {
    for (QAction* action : m_window->workArea().panelActions()) {
        auto* dock = m_window->findChild<QDockWidget*>(action->parent()->objectName());
        QVERIFY(dock);
        const bool shown = dock->toggleViewAction()->isChecked();
        choose(QStringLiteral("View/Panels/") + plainText(*action));
        QCOMPARE(dock->isHidden(), shown);
    }
    choose(QStringLiteral("View/Panels/Usual places"));
    for (const auto& [name, shown] : std::map<QString, bool>{{QStringLiteral("inspector"), true}, {QStringLiteral("history"), false}})
        QCOMPARE(!m_window->findChild<QDockWidget*>(name)->isHidden(), shown);
}

/// By their tabs where they lie behind each other, else by their title row.
void TestWindowMenus::stackedPanelsAreNamedOnce() {
    const auto titleOf = [this](const char* name) {
        auto* dock = m_window->findChild<QDockWidget*>(QLatin1String(name));
        for (QLabel* label : dock->titleBarWidget()->findChildren<QLabel*>())
            if (label->text() == dock->windowTitle()) return label;
        return static_cast<QLabel*>(nullptr);
    };
    QVERIFY(titleOf("inspector")->isVisible());
    const int alone = m_window->findChild<QDockWidget*>(QStringLiteral("inspector"))->titleBarWidget()->height();
    choose(QStringLiteral("View/Panels/History"));
    QTRY_VERIFY(titleOf("history")->isHidden() && titleOf("inspector")->isHidden());
    auto* history = m_window->findChild<QDockWidget*>(QStringLiteral("history"));
    QTRY_VERIFY(history->titleBarWidget()->height() < alone);
    for (auto* button : history->titleBarWidget()->findChildren<QToolButton*>()) {
        QTRY_VERIFY(button->geometry().right() > history->width() - 24); // still at the right, and within
        QVERIFY(history->titleBarWidget()->rect().contains(button->geometry()));
        QTest::mouseClick(button, Qt::LeftButton);
    }
    QVERIFY(history->isHidden());
    QTRY_VERIFY(titleOf("inspector")->isVisible());
    choose(QStringLiteral("View/Panels/Compare"));
    QTRY_VERIFY(titleOf("compare")->isHidden());
}

void TestWindowMenus::whatCannotBeChosenLooksSo() {
    QMenu menu;
    menu.addAction(QStringLiteral("Mmmm"));
    QAction* off = menu.addAction(QStringLiteral("Mmmm"));
    off->setEnabled(false);
    menu.popup({0, 0});
    const QImage picture = menu.grab().toImage();
    const auto darkest = [&](const QRect& rect) {
        int found = 255;
        for (int x = rect.left() + 4; x < rect.right() - 4; ++x)
            for (int y = rect.top() + 3; y < rect.bottom() - 3; ++y) found = std::min(found, picture.pixelColor(x, y).lightness());
        return found;
    };
    QVERIFY(darkest(menu.actionGeometry(off)) > darkest(menu.actionGeometry(menu.actions().front())) + 60);
}

void TestWindowMenus::chartsComeForward() {
    for (const ChartKind& kind : charts()) {
        choose(QStringLiteral("View/Charts/") + QLatin1String(kind.tab));
        QCOMPARE(m_window->workArea().chartInFront(), QLatin1String(kind.name));
        QVERIFY(m_window->workArea().chart(QLatin1String(kind.name)).isVisible());
    }
}

/// Not under the mouse: every widget takes its new look in one event, which lasts longer than others may.
void TestWindowMenus::themes() {
    const auto take = [this](const QString& way) {
        m_chosen << way;
        MenuDriver(*m_window).entry(way)->trigger();
    };
    take(QStringLiteral("View/Theme/Dark"));
    QVERIFY(Theme::of(QApplication::palette()).dark);
    take(QStringLiteral("View/Theme/Light"));
    QVERIFY(!Theme::of(QApplication::palette()).dark);
    take(QStringLiteral("View/Theme/As the system"));
    QCOMPARE(Preferences().settings().theme, ThemeChoice::System);
}

void TestWindowMenus::fullScreenAndPresentation() {
    choose(QStringLiteral("View/Full screen"));
    QVERIFY(m_window->isFullScreen());
    choose(QStringLiteral("View/Full screen"));
    QVERIFY(!m_window->isFullScreen());
    choose(QStringLiteral("View/Present the kept plans"));
    auto* presentation = m_window->findChild<Presentation*>();
    QVERIFY(presentation);
    QTest::keyClick(presentation, Qt::Key_Escape);
    QTRY_VERIFY(!m_window->findChild<Presentation*>());
}

void TestWindowMenus::stepsAreUndone() {
    const PlanPtr before = document().state().plan;
    document().chooseBaseline(0);
    const PlanPtr after = document().state().plan;
    QVERIFY(before != after);
    // The entries say what they take back.
    const auto step = [this](const QString& word) {
        for (const QString& way : MenuDriver(*m_window).all())
            if (way.startsWith(QStringLiteral("Edit/") + word)) return way;
        return QString();
    };
    QVERIFY2(step(QStringLiteral("Undo")).contains(QStringLiteral("alone")), qPrintable(step(QStringLiteral("Undo"))));
    choose(step(QStringLiteral("Undo")));
    QVERIFY(document().state().plan == before);
    choose(step(QStringLiteral("Redo")));
    QVERIFY(document().state().plan == after);
    choose(QStringLiteral("Edit/History"));
    QVERIFY(isInFront<QUndoView>());
    m_chosen << QStringLiteral("Edit/Undo") << QStringLiteral("Edit/Redo");
}

void TestWindowMenus::thingsAreFound() {
    Finder& finder = m_window->header().finder();
    for (const char* way : {"Edit/Find anything", "Edit/Find a layer", "Edit/Find a command"}) {
        graph().setFocus();
        choose(QLatin1String(way));
        QVERIFY(finder.hasFocus());
    }
    choose(QStringLiteral("Edit/Find a layer"));
    QTest::keyClicks(&finder, QStringLiteral("maxpool"));
    QTest::keyClick(&finder, Qt::Key_Return);
    const auto first = graph().selection();
    QCOMPARE(first.size(), 1);
    choose(QStringLiteral("Edit/Find the next layer"));
    QVERIFY(graph().selection() != first);
    choose(QStringLiteral("Edit/Find the previous layer"));
    QCOMPARE(graph().selection(), first);
    choose(QStringLiteral("Edit/Settings..."));
    QVERIFY(leave<SettingsDialog>());
}

void TestWindowMenus::searchesAreSetUpAndRun() {
    choose(QStringLiteral("Plan/Search settings"));
    QVERIFY(isInFront<AutoPartitionPanel>());
    choose(QStringLiteral("Plan/Scenario and requirements"));
    QVERIFY(isInFront<ScenarioPanel>());
    choose(QStringLiteral("Plan/Accuracy and its data"));
    QVERIFY(isInFront<DataPanel>());
    document().chooseBaseline(0);
    choose(QStringLiteral("Plan/Auto-partition"));
    QTRY_COMPARE(document().planIndex(), document().suggestion());
    QVERIFY(settle(document()));
    graph().setSelection({LayerId{1}});
    choose(QStringLiteral("Plan/Pin the selection and solve the rest"));
    QCOMPARE(document().state().options.pins.size(), std::size_t{1});
    QVERIFY(settle(document()));
    choose(QStringLiteral("Plan/Free all pins"));
    QVERIFY(document().state().options.pins.empty());
}

/// On many platforms a search takes long enough to be stopped, and keeps what it has found.
void TestWindowMenus::aSearchIsStopped() {
    QVERIFY(!MenuDriver(*m_window).entry(QStringLiteral("Plan/Stop the search"))->isEnabled());
    m_window->open(sourcePath("resources/models/resnet50.onnx"));
    QVERIFY(QTest::qWaitFor([this] { return graph().groups().any(); }, 10'000) && settle(document()));
    SearchOptions options = document().state().options;
    options.cuts = CutKind::Split;
    options.time_limit_s = 60;
    document().run(options);
    QTRY_VERIFY(document().searching());
    choose(QStringLiteral("Plan/Stop the search"));
    QTRY_VERIFY_WITH_TIMEOUT(!document().searching(), 10'000);
    QVERIFY(settle(document()));
}

void TestWindowMenus::plansAreTakenAndKept() {
    choose(QStringLiteral("Plan/Run all on one platform/EYR alone"));
    QCOMPARE(document().state().plan->stages.size(), std::size_t{1});
    choose(QStringLiteral("Plan/Compare with/SMB alone"));
    QCOMPARE(document().referenceName(), QStringLiteral("SMB alone"));
    choose(QStringLiteral("Plan/Keep this plan as reference"));
    QVERIFY(document().state().reference.plan == document().state().plan);
    choose(QStringLiteral("Plan/Mark this plan as favourite"));
    QVERIFY(document().state().kept.size() == 1 && document().state().kept.front().favourite);
    choose(QStringLiteral("Plan/Compare other plans with this one"));
    QVERIFY(isInFront<ComparePanel>());
}

void TestWindowMenus::theSystemIsChosenEditedAndSaved() {
    QString four;
    for (const QString& way : MenuDriver(*m_window).all())
        if (way.startsWith(QStringLiteral("Platforms/System/kress2024_four"))) four = way;
    choose(four);
    QCOMPARE(document().state().system->platforms.size(), std::size_t{4});
    QVERIFY(settle(document()));
    choose(QStringLiteral("Platforms/Edit the system"));
    QVERIFY(isInFront<SystemEditor>());
    const QString file = m_folder.filePath(QStringLiteral("mine.textproto"));
    answerFileDialog(file);
    choose(QStringLiteral("Platforms/Save the system..."));
    QTRY_VERIFY(QFileInfo::exists(file));
    QCOMPARE(m_window->findChild<QLabel*>(QStringLiteral("toldText"))->text(), QStringLiteral("Written: ") + file);
    QCOMPARE(document().state().system->name, std::string("mine"));
    m_window->setSystem(QStringLiteral("kress2024"));
    QVERIFY(settle(document()));
    answerFileDialog(file);
    choose(QStringLiteral("Platforms/Load a system..."));
    QTRY_COMPARE(document().state().system->platforms.size(), std::size_t{4});
    QVERIFY(settle(document()));
    graph().setSelection({LayerId{2}});
    choose(QStringLiteral("Platforms/Assign the selection to/SMB2"));
    const auto places = assignmentOf(*document().state().plan, document().model().graph->layerCount());
    QCOMPARE(places[2], *document().state().system->findPlatform("SMB2"));
}

void TestWindowMenus::platformsAreLookedUpAndMade() {
    choose(QStringLiteral("Platforms/Library of platforms and links"));
    QVERIFY(isInFront<LibraryPanel>());
    chooseAndLeave<DataSheetDialog>(QStringLiteral("Platforms/New platform from a data sheet..."));
    choose(QStringLiteral("Platforms/Import profile..."));
    QVERIFY(leave<ProfileDialog>());
    QFile table(m_folder.filePath(QStringLiteral("loss.csv")));
    QVERIFY(table.open(QIODevice::WriteOnly));
    table.write("layer,sensitivity\n" + QByteArray::fromStdString(document().model().graph->layer({0}).name) + ",0.25\n");
    table.close();
    answerFileDialog(table.fileName());
    choose(QStringLiteral("Platforms/Load sensitivities..."));
    QTRY_VERIFY(document().state().sensitivity);
    QVERIFY(settle(document()));
    choose(QStringLiteral("Platforms/Forget sensitivities"));
    QTRY_VERIFY(!document().state().sensitivity);
    QVERIFY(settle(document()));
}

void TestWindowMenus::filesAreOpenedAndSaved() {
    const QString project = m_folder.filePath(QStringLiteral("one.cutline"));
    answerFileDialog(project);
    choose(QStringLiteral("File/Save as..."));
    QTRY_COMPARE(m_window->session().file(), project);
    choose(QStringLiteral("File/Title and note..."));
    QVERIFY(leave<TitleDialog>());
    document().chooseBaseline(0);
    QVERIFY(m_window->session().isModified());
    choose(QStringLiteral("File/Save"));
    QTRY_VERIFY(!m_window->session().isModified());
    choose(QStringLiteral("File/Open sample/VGG-16")); // nothing is unsaved, nothing is asked
    QTRY_VERIFY_WITH_TIMEOUT(document().model().file.find("vgg16") != std::string::npos, 10'000);
    QVERIFY(settle(document()));
    m_chosen << QStringLiteral("File/Open recent//");
    QVERIFY(MenuDriver(*m_window).entry(QStringLiteral("File/Open recent"))->isEnabled());
    answerFileDialog(project);
    choose(QStringLiteral("File/Open..."));
    QTRY_COMPARE_WITH_TIMEOUT(m_window->session().file(), project, 10'000);
    QVERIFY(settle(document()));
    QCOMPARE(document().state().plan->stages.size(), std::size_t{1}); // the baseline that was saved
    choose(QStringLiteral("File/Open recent/Forget these"));
    QVERIFY(Preferences().recentFiles().isEmpty());
}

void TestWindowMenus::picturesAndTablesAreExported() {
    for (const char* way : {"Plan as JSON...", "Plan as CSV...", "All candidates as CSV...", "All candidates as JSON...",
                            "Graph as SVG...", "Graph as PNG...", "Chart as SVG...", "Chart as PNG..."}) {
        const QString words = QLatin1String(way);
        const QString file = m_folder.filePath(QString(words).remove(u'.').replace(u' ', u'_') + u'.' +
                                               words.section(u' ', -1).remove(u'.').toLower());
        answerFileDialog(file);
        choose(QStringLiteral("File/Export/") + words);
        QVERIFY2(QTest::qWaitFor([&] { return QFileInfo(file).size() > 100; }, 5'000), way);
        QTRY_COMPARE(m_window->findChild<QLabel*>(QStringLiteral("toldText"))->text(), QStringLiteral("Written: ") + file);
    }
    for (const char* way : {"The plan for other programs...", "Report..."}) {
        choose(QStringLiteral("File/Export/") + QLatin1String(way));
        QVERIFY2(leave<ExportDialog>(), way);
    }
}

void TestWindowMenus::helpIsShown() {
    QStringList listed;
    whenAsked<ShortcutsDialog>([&listed](ShortcutsDialog& dialog) {
        const auto* table = dialog.findChild<QTableWidget*>();
        for (int row = 0; row < table->rowCount(); ++row) listed << table->item(row, 0)->text();
        QTest::keyClick(&dialog, Qt::Key_Escape);
    });
    choose(QStringLiteral("Help/Keyboard shortcuts"));
    QTRY_VERIFY(!listed.isEmpty());
    for (const QAction* action : m_window->findChildren<QAction*>())
        if (!action->shortcut().isEmpty() && !action->associatedObjects().isEmpty())
            QVERIFY2(listed.contains(action->shortcut().toString(QKeySequence::NativeText)), qPrintable(action->text()));
    chooseAndLeave<AboutDialog>(QStringLiteral("Help/About Cutline"));
}

void TestWindowMenus::theWindowCloses() {
    choose(QStringLiteral("File/Quit"));
    QTRY_VERIFY(!m_window->isVisible());
}

void TestWindowMenus::everyEntryWasChosen() {
    QStringList missed;
    for (const QString& way : MenuDriver(*m_window).all()) {
        const bool step = way.startsWith(QStringLiteral("Edit/Undo")) || way.startsWith(QStringLiteral("Edit/Redo"));
        const bool recent = way.startsWith(QStringLiteral("File/Open recent/")) && !way.endsWith(QStringLiteral("Forget these"));
        if (!step && !recent && !m_chosen.contains(key(way))) missed << way;
    }
    QVERIFY2(missed.isEmpty(), qPrintable(missed.join(u'\n')));
}

CUTLINE_WINDOW_TEST(TestWindowMenus)

} // namespace cutline::tst_window_menus

#include "tst_window_menus.moc"
