// SPDX-License-Identifier: GPL-3.0-or-later
// The system edited in the window: figures, palette and front follow, undo takes it back, files hold it.
#include "tests/app/window_test.h"
#include "tests/environment.h"

#include "app/header_bar.h"
#include "app/project_state.h"
#include "widgets/panels/data_sheet_dialog.h"
#include "widgets/panels/diagram_items.h"
#include "widgets/panels/figure_form.h"
#include "widgets/panels/library_panel.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/platform_panel.h"
#include "widgets/panels/system_editor.h"

#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>

namespace cutline::tst_window_system {

using namespace cutline::test;

namespace {

enum class Answer { Save, Cancel };

/// Presses Enter in the next file dialog: the name that it proposes; or Esc. The folder it was opened at.
void acceptFileDialog(QString& folder, Answer answer = Answer::Save) {
    QTimer::singleShot(200, qApp, [&folder, answer] {
        auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
        if (!dialog) return;
        folder = dialog->directory().path();
        QTest::keyClick(dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit")),
                        answer == Answer::Save ? Qt::Key_Return : Qt::Key_Escape);
        if (dialog->isVisible()) dialog->reject(); // the test then finds nothing saved
    });
}

QString written(const QTemporaryDir& folder, const char* name, const std::string& words) {
    QFile file(folder.filePath(QLatin1String(name)));
    if (!file.open(QIODevice::WriteOnly) || file.write(words.c_str()) < 0) qFatal("cannot write %s", name);
    return file.fileName();
}

} // namespace

class TestWindowSystem : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void anotherClockIsFelt();
    void removedAndBroughtBack();
    void aFileHoldsTheEditedSystem();
    void aSavedSystemIsInTheChooser();
    void aFolderThatCannotBeMadeIsSaid();
    void aCopyOfOnesOwnIsReadAgain();
    void aRenamedPlatformIsCalledSoEverywhere();
    void cardsStandWhereTheyWereLeft();
    void theDataSheetKnowsTheModelAndItsSize();
    void aDataSheetBecomesAPlatformOfTheSystem();
    void filesAreOpenedByDialog();
    void theCardsMenuByKeyRenames();

private:
    Document& document() { return m_window->document(); }
    SystemEditor& editor() { return m_window->workArea().system(); }

    std::optional<FreshSettings> m_settings;
    std::unique_ptr<MainWindow> m_window;
};

void TestWindowSystem::init() {
    m_window.reset();
    m_settings.emplace(); // the system last worked with is remembered
    m_window = windowWith("resources/models/squeezenet1_1.onnx");
    QVERIFY(m_window);
    m_window->workArea().showSystem();
    QTRY_VERIFY(editor().isVisible());
    QTRY_COMPARE(editor().diagram()->nodeCount(), std::size_t{2});
}

void TestWindowSystem::anotherClockIsFelt() {
    const std::uint32_t first = document().state().plan->stages[0].platform.value;
    const Plan plan = *document().state().plan;
    const double busy = document().metrics()->platforms[first].busy_s;
    QVERIFY(editor().diagram()->node(first)->text().busy_fraction > 0);
    editor().diagram()->select(DiagramItem{SystemPart::Node, first});
    QLineEdit* clock = editor().form()->edit("clock_hz");
    QVERIFY(clock);
    clock->setFocus();
    clock->selectAll();
    QTest::keyClicks(clock, QStringLiteral("400 MHz"));
    QTest::keyClick(clock, Qt::Key_Return);
    QVERIFY(settle(document()));
    QCOMPARE(*document().state().system->platforms[first].clock_hz, 400e6);
    QVERIFY(*document().state().plan == plan);
    QVERIFY2(document().metrics()->platforms[first].busy_s < busy * 0.8, "twice the clock and no quicker");
    QVERIFY(document().undoStack().undoText().startsWith(QStringLiteral("Change a number of")));
    QCOMPARE(m_window->header().systemChooser().currentData().toString(), QStringLiteral("kress2024 edited"));
    document().undoStack().undo();
    QVERIFY(settle(document()));
    QCOMPARE(document().metrics()->platforms[first].busy_s, busy);
    QCOMPARE(editor().form()->edit("clock_hz")->text(), QStringLiteral("200 MHz"));
    QCOMPARE(m_window->header().systemChooser().findData(QStringLiteral("kress2024 edited")), -1);
}

void TestWindowSystem::removedAndBroughtBack() {
    const EditState before = document().state();
    editor().addPlatform(QStringLiteral("hailo-8"));
    QVERIFY(settle(document()));
    QCOMPARE(editor().diagram()->nodeCount(), std::size_t{3});
    QCOMPARE(m_window->workArea().platforms().chipCount(), std::size_t{3});
    QVERIFY((editor().diagram()->selection() == DiagramItem{SystemPart::Node, 2}));
    QTest::keyClick(editor().diagram()->node(2), Qt::Key_Delete);
    QVERIFY(settle(document()));
    QCOMPARE(editor().diagram()->nodeCount(), std::size_t{2});
    editor().diagram()->select(DiagramItem{SystemPart::Node, document().state().plan->stages[0].platform.value});
    QTest::keyClick(editor().diagram()->node(editor().diagram()->selection()->index), Qt::Key_Delete);
    QVERIFY(settle(document()));
    QCOMPARE(m_window->workArea().platforms().chipCount(), std::size_t{1});
    while (document().undoStack().canUndo()) document().undoStack().undo();
    QVERIFY(settle(document()));
    QVERIFY(document().state().system->platforms == before.system->platforms);
    QCOMPARE(editor().diagram()->nodeCount(), std::size_t{2});
}

void TestWindowSystem::aFileHoldsTheEditedSystem() {
    editor().addPlatform(QStringLiteral("hailo-8"));
    QVERIFY(settle(document()));
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("three.textproto")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(systemText(*document().state().system)));
    file.close();
    const System written = *document().state().system;
    m_window->setSystem(QStringLiteral("jetson_pi"));
    QVERIFY(settle(document()));
    m_window->setSystem(file.fileName());
    QVERIFY(settle(document()));
    QVERIFY(*document().state().system == written);
    QCOMPARE(editor().diagram()->nodeCount(), std::size_t{3});
}

void TestWindowSystem::aSavedSystemIsInTheChooser() {
    editor().addPlatform(QStringLiteral("hailo-8"));
    QVERIFY(settle(document()));
    QToolButton* save = nullptr;
    for (QToolButton* button : editor().findChildren<QToolButton*>())
        if (button->text() == QStringLiteral("save...")) save = button;
    QVERIFY(save);
    QString folder;
    acceptFileDialog(folder);
    QTest::mouseClick(save, Qt::LeftButton);
    const QString file = folder + QStringLiteral("/kress2024_edited.textproto");
    QVERIFY2(QFileInfo::exists(file), qPrintable(file));
    const auto written = document().library().system("kress2024_edited");
    QVERIFY(written && written->platforms == document().state().system->platforms);
    const QComboBox& chooser = m_window->header().systemChooser();
    QVERIFY(chooser.findData(QStringLiteral("kress2024_edited")) >= 0);
    // It is called so from then on; the step can be undone as any other.
    QVERIFY(settle(document()));
    QCOMPARE(document().state().system->name, std::string("kress2024_edited"));
    QCOMPARE(chooser.currentData().toString(), QStringLiteral("kress2024_edited"));
    QCOMPARE(chooser.findData(QStringLiteral("kress2024 edited")), -1);
    document().undoStack().undo();
    QVERIFY(settle(document()));
    QCOMPARE(document().state().system->name, std::string("kress2024 edited"));
    document().undoStack().redo();
    QVERIFY(settle(document()));
    QVERIFY(library().system("kress2024_edited")); // at the next start, too
}

void TestWindowSystem::aFolderThatCannotBeMadeIsSaid() {
    const test::Environment data("XDG_DATA_HOME", "/proc/none");
    QString folder;
    acceptFileDialog(folder, Answer::Cancel);
    for (QToolButton* button : editor().findChildren<QToolButton*>())
        if (button->text() == QStringLiteral("save...")) QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(folder, QDir::homePath()); // another place can be chosen
    const MessageBar& bar = m_window->messages();
    QTRY_VERIFY(bar.isVisible());
    QVERIFY2(bar.text().contains(QStringLiteral("/proc/none/cutline/platforms/systems")), qPrintable(bar.text()));
    QVERIFY2(bar.text().contains(QStringLiteral("XDG_DATA_HOME")), qPrintable(bar.text()));
}

void TestWindowSystem::aCopyOfOnesOwnIsReadAgain() {
    m_window->workArea().showLibrary();
    LibraryPanel& panel = m_window->workArea().library();
    const std::pair<LibraryModel::Kind, const char*> chosen[] = {{LibraryModel::Kind::Platform, "SMB"},
                                                                 {LibraryModel::Kind::Link, "CAN FD"}};
    for (const auto& [kind, name] : chosen) {
        panel.choose(kind, QLatin1String(name));
        QString folder;
        acceptFileDialog(folder);
        for (QAction* action : panel.findChildren<QAction*>())
            if (action->text().contains(QStringLiteral("ave a copy"))) action->trigger();
        QVERIFY(folder.contains(QStringLiteral("cutline/platforms")));
    }
    const Library next = library();
    const Platform* platform = next.platform("SMB_own");
    QVERIFY(platform && platform->memories == next.platform("SMB")->memories);
    QVERIFY(platform->notes == next.platform("SMB")->notes); // the sources go along
    const Link* link = next.link("CAN_FD_own");
    QVERIFY(link && link->rate_bits_per_s == next.link("CAN FD")->rate_bits_per_s);
    editor().addPlatform(QStringLiteral("SMB_own"));
    QVERIFY(settle(document()));
    QCOMPARE(document().state().system->platforms.back().name, std::string("SMB_own"));
}

void TestWindowSystem::aRenamedPlatformIsCalledSoEverywhere() {
    const Plan plan = *document().state().plan;
    DiagramNode* card = editor().diagram()->node(1);
    card->setFocus(Qt::TabFocusReason);
    QTest::keyClick(card, Qt::Key_F2);
    QTest::keyClicks(editor().diagram()->nameEdit(), QStringLiteral("hub"));
    QTest::keyClick(editor().diagram()->nameEdit(), Qt::Key_Return);
    QVERIFY(settle(document()));
    QCOMPARE(document().state().system->platforms[1].name, std::string("hub"));
    QVERIFY(*document().state().plan == plan);
    QCOMPARE(m_window->workArea().platforms().chip(1)->text().name, QStringLiteral("hub"));
    QVERIFY(!m_window->messages().isVisible()); // nothing had to go
    QVERIFY(document().undoStack().undoText().contains(QStringLiteral("Rename SMB to hub")));
    document().undoStack().undo();
    QVERIFY(settle(document()));
    QCOMPARE(editor().diagram()->node(1)->text().name, QStringLiteral("SMB"));
}

void TestWindowSystem::cardsStandWhereTheyWereLeft() {
    DiagramNode* card = editor().diagram()->node(1);
    const QPoint before = card->pos();
    card->setFocus(Qt::TabFocusReason);
    for (int i = 0; i < 3; ++i) QTest::keyClick(card, Qt::Key_Down, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(card->pos(), before + QPoint(0, 120));
    QCOMPARE(document().undoStack().count(), 1);
    // A project holds it.
    const Project project = projectOf(document().state(), {});
    const auto read = parseProject(projectText(project), "p.cutline", document().library());
    QVERIFY(read && read->view.places == document().state().places);
    document().undoStack().undo();
    QCOMPARE(card->pos(), before);
    document().undoStack().redo();
    QCOMPARE(card->pos(), before + QPoint(0, 120));
}

void TestWindowSystem::theDataSheetKnowsTheModelAndItsSize() {
    QAction* open = nullptr;
    for (QAction* action : m_window->findChildren<QAction*>())
        if (action->text().contains(QStringLiteral("rom a data sheet"))) open = action;
    QVERIFY(open);
    std::vector<int> heights;
    QString preview;
    for (int time = 0; time < 2; ++time) {
        QTimer::singleShot(200, qApp, [&] {
            auto* dialog = qobject_cast<DataSheetDialog*>(QApplication::activeModalWidget());
            if (!dialog) return;
            heights.push_back(dialog->height());
            QTest::keyClicks(dialog->edit(QStringLiteral("name")), QStringLiteral("mine"));
            QTest::keyClicks(dialog->edit(QStringLiteral("peak")), QStringLiteral("4 TOPS"));
            if (QTest::qWaitFor([&] { return dialog->previewWords().contains(QStringLiteral("alone")); }))
                preview = dialog->previewWords();
            dialog->resize(dialog->width(), 640);
            QTest::keyClick(dialog, Qt::Key_Escape);
        });
        open->trigger();
    }
    QVERIFY2(preview.startsWith(QStringLiteral("squeezenet1_1 on it alone: ")), qPrintable(preview));
    QCOMPARE(heights.size(), std::size_t{2});
    QVERIFY(heights[0] != 640);
    QCOMPARE(heights[1], 640);
}

void TestWindowSystem::aDataSheetBecomesAPlatformOfTheSystem() {
    QToolButton* open = nullptr;
    for (QToolButton* button : editor().findChildren<QToolButton*>())
        if (button->text() == QStringLiteral("new platform...")) open = button;
    QVERIFY(open);
    QTimer::singleShot(200, qApp, [] {
        auto* dialog = qobject_cast<DataSheetDialog*>(QApplication::activeModalWidget());
        if (!dialog) return;
        const std::pair<const char*, const char*> typed[] = {
            {"name", "mine"}, {"peak", "4 TOPS"}, {"likely clock", "1 GHz"}, {"node", "28 nm"}, {"on-chip memory", "256 KiB"}};
        for (const auto& [field, words] : typed) QTest::keyClicks(dialog->edit(QLatin1String(field)), QLatin1String(words));
        QTest::mouseClick(dialog->addButton(), Qt::LeftButton);
        if (dialog->isVisible()) dialog->reject();
    });
    QTest::mouseClick(open, Qt::LeftButton);
    QVERIFY(settle(document()));
    QCOMPARE(document().state().system->platforms.size(), std::size_t{3});
    const Platform& added = document().state().system->platforms.back();
    QCOMPARE(added.name, std::string("mine"));
    QVERIFY(editor().isVisible()); // it is linked to nothing yet: where that is done comes to the front, and is said
    QVERIFY2(m_window->messages().text().startsWith(QStringLiteral("mine: is linked to nothing yet")), qPrintable(m_window->messages().text()));
    QVERIFY(added.note("roofline.pj_per_mac")->source.starts_with("estimate: "));
    QVERIFY(QFileInfo::exists(QString::fromStdString(Library::ownFolder()) + QStringLiteral("/mine.textproto")));
    // Whatever runs there takes energy.
    std::vector<LayerId> all;
    for (std::uint32_t i = 0; i < document().model().graph->layerCount(); ++i) all.push_back({i});
    document().assign(all, PlatformId{2});
    QVERIFY(document().metrics()->energy_j > 0);
}

void TestWindowSystem::filesAreOpenedByDialog() {
    const QTemporaryDir folder;
    System system = withSwitch(*document().state().system);
    system.name = "with a switch";
    answerFileDialog(written(folder, "switched.textproto", systemText(system)));
    for (QToolButton* button : editor().findChildren<QToolButton*>())
        if (button->text() == QStringLiteral("open...")) QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(settle(document()));
    QCOMPARE(document().state().system->name, std::string("with a switch"));
    QCOMPARE(editor().diagram()->nodeCount(), std::size_t{3});
    Platform platform = *document().library().platform("SMB");
    platform.name = "found";
    platform.aliases.clear();
    answerFileDialog(written(folder, "found.textproto", platformText(platform)));
    m_window->workArea().showLibrary();
    for (QAction* action : m_window->workArea().library().findChildren<QAction*>())
        if (action->text().contains(QStringLiteral("pen a descriptor"))) action->trigger();
    QVERIFY(document().library().platform("found"));
}

void TestWindowSystem::theCardsMenuByKeyRenames() {
    DiagramNode* card = editor().diagram()->node(0);
    card->setFocus(Qt::TabFocusReason);
    QTest::keyClick(card, Qt::Key_Menu);
    QMenu* menu = editor().linkMenu();
    QVERIFY(menu->isVisible());
    QAction* rename = nullptr;
    for (QAction* action : menu->actions())
        if (action->text() == QStringLiteral("Rename")) rename = action;
    QVERIFY(rename);
    while (menu->activeAction() != rename) QTest::keyClick(menu, Qt::Key_Down);
    QTest::keyClick(menu, Qt::Key_Return);
    QTRY_VERIFY(editor().diagram()->nameEdit() && editor().diagram()->nameEdit()->hasFocus());
    QTest::keyClicks(editor().diagram()->nameEdit(), QStringLiteral("first"));
    QTest::keyClick(editor().diagram()->nameEdit(), Qt::Key_Return);
    QCOMPARE(document().state().system->platforms[0].name, std::string("first"));
}

CUTLINE_WINDOW_TEST(TestWindowSystem)

} // namespace cutline::tst_window_system

#include "tst_window_system.moc"
