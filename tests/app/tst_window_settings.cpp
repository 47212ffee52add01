// SPDX-License-Identifier: GPL-3.0-or-later
// The dialog "Settings": reached by keys, in force at once, remembered.
#include "tests/app/window_test.h"

#include "app/finder.h"
#include "app/header_bar.h"
#include "widgets/panels/library_panel.h"
#include "widgets/panels/settings_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFile>
#include <QListWidget>
#include <QPushButton>

namespace cutline::tst_window_settings {

using namespace cutline::test;

namespace {

constexpr const char* kModel = "resources/models/squeezenet1_1.onnx";

/// Opens the dialog by its keys, does something in it as a person would, and closes it.
void inSettings(MainWindow& window, const std::function<void(SettingsDialog&)>& act) {
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(&window, Qt::Key_Comma, Qt::ControlModifier);
    auto* dialog = dialogOf<SettingsDialog>(window);
    QVERIFY(dialog && QTest::qWaitForWindowActive(dialog));
    act(*dialog);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(window.findChildren<SettingsDialog*>().isEmpty());
}

QPushButton* button(QWidget& in, const QString& words) {
    for (auto* b : in.findChildren<QPushButton*>())
        if (QString(b->text()).remove(u'&') == words) return b;
    return nullptr;
}

} // namespace

class TestWindowSettings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_settings = std::make_unique<FreshSettings>(); }
    void cleanup() { applyThemeChoice(ThemeChoice::Light); }
    void themeHoldsAtOnceAndIsRemembered();
    void graphFollows();
    void foldersJoinTheLibrary();
    void asAtFirst();
    void theFinderKnowsTheDialog();
    void everythingIsReachedByTab();

private:
    std::unique_ptr<FreshSettings> m_settings;
};

void TestWindowSettings::themeHoldsAtOnceAndIsRemembered() {
    const auto window = windowWith(nullptr);
    inSettings(*window, [&](SettingsDialog& dialog) {
        dialog.themeBox()->setCurrentIndex(2); // by no event: all widgets take their new look in one, which lasts
        QVERIFY(Theme::of(QApplication::palette()).dark);
        QVERIFY(window->grab().toImage().pixelColor(5, 300).lightness() < 80); // behind the open dialog
    });
    QCOMPARE(Preferences().settings().theme, ThemeChoice::Dark);
    for (QAction* action : window->findChildren<QAction*>())
        if (action->text() == QStringLiteral("&Dark")) QVERIFY(action->isChecked());
    inSettings(*window, [](SettingsDialog& dialog) { QCOMPARE(dialog.themeBox()->currentText(), QStringLiteral("Dark")); });
}

void TestWindowSettings::graphFollows() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    GraphView& graph = window->workArea().graph();
    const auto picture = [&graph] { return graph.viewport()->grab().toImage(); };
    const QImage plain = picture();
    inSettings(*window, [](SettingsDialog& dialog) { QTest::keyClick(dialog.patternsBox(), Qt::Key_Space); });
    const QImage patterned = picture();
    QVERIFY(patterned != plain);
    QVERIFY(window->workArea().patternsAction()->isChecked());
    window->workArea().patternsAction()->trigger(); // the menu's entry is the same setting
    QVERIFY(picture() != patterned);
    QVERIFY(!Preferences().settings().patterns);
    // So little time that Graphviz cannot make it: the graph is laid out all the same.
    QString note;
    connect(&graph, &GraphView::layoutFinished, this, [&note](const QString& said) { note = said; });
    inSettings(*window, [](SettingsDialog& dialog) {
        dialog.layoutLimit()->setFocus();
        dialog.layoutLimit()->selectAll();
        QTest::keyClicks(dialog.layoutLimit(), QStringLiteral("7"));
        QTest::keyClick(dialog.layoutLimit(), Qt::Key_Tab);
    });
    QCOMPARE(Preferences().settings().layout_limit_s, 7.0);
    window->close();
    // The next window begins as this one ended.
    Settings now = Preferences().settings();
    now.patterns = true;
    Preferences().setSettings(now);
    const auto next = windowWith(kModel);
    QVERIFY(next);
    QVERIFY(next->workArea().patternsAction()->isChecked());
    QVERIFY(next->workArea().graph().viewport()->grab().toImage() != plain);
}

void TestWindowSettings::foldersJoinTheLibrary() {
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("tiny_npu.textproto")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("name: \"tiny_npu\"\ntitle: \"Tiny NPU\"\nclock_hz: 100e6\nweight_bits: 8\nactivation_bits: 8\n"
               "roofline { peak { type: \"int8\" macs_per_s: 1e9 } }\n");
    file.close();
    const auto window = windowWith(nullptr);
    const auto known = [&] { return window->document().library().platform("tiny_npu") != nullptr; };
    QVERIFY(!known());
    inSettings(*window, [&](SettingsDialog& dialog) {
        answerFileDialog(folder.path());
        QTest::mouseClick(button(dialog, QStringLiteral("Add a folder...")), Qt::LeftButton);
        QCOMPARE(dialog.folderList()->count(), 1);
        QVERIFY(known());
    });
    QCOMPARE(Preferences().settings().folders, QStringList{folder.path()});
    QVERIFY(windowWith(nullptr)->document().library().platform("tiny_npu"));
    inSettings(*window, [&](SettingsDialog& dialog) {
        dialog.folderList()->setCurrentRow(0);
        QTest::mouseClick(button(dialog, QStringLiteral("Remove")), Qt::LeftButton);
        QCOMPARE(dialog.folderList()->count(), 0);
    });
    QVERIFY(!known());
    QVERIFY(window->document().library().platform("EYR"));
}

void TestWindowSettings::asAtFirst() {
    const auto window = windowWith(nullptr);
    inSettings(*window, [](SettingsDialog& dialog) {
        QTest::keyClick(dialog.motionBox(), Qt::Key_Space);
        QTest::keyClick(dialog.reopenBox(), Qt::Key_Space);
        QVERIFY(!Preferences().settings().motion && Preferences().settings().reopen);
        QTest::mouseClick(button(dialog, QStringLiteral("As at first")), Qt::LeftButton);
        QVERIFY(dialog.motionBox()->isChecked());
    });
    QVERIFY(Preferences().settings() == Settings());
}

void TestWindowSettings::theFinderKnowsTheDialog() {
    const auto window = windowWith(nullptr);
    QTest::keyClick(window.get(), Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    QTest::keyClicks(&window->header().finder(), QStringLiteral("settings..."));
    QTest::keyClick(&window->header().finder(), Qt::Key_Return);
    QVERIFY(dialogOf<SettingsDialog>(*window));
}

void TestWindowSettings::everythingIsReachedByTab() {
    SettingsDialog dialog({}, {});
    dialog.folderList()->addItem(QStringLiteral("/one"));
    dialog.folderList()->setCurrentRow(0);
    dialog.show();
    QVERIFY(QTest::qWaitForWindowActive(&dialog));
    QSet<QWidget*> reached;
    for (int i = 0; i < 20; ++i) {
        reached << dialog.focusWidget();
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Tab);
    }
    for (QWidget* widget : std::initializer_list<QWidget*>{dialog.themeBox(), dialog.patternsBox(), dialog.motionBox(),
                                                           dialog.reopenBox(), dialog.folderList(), dialog.layoutLimit()})
        QVERIFY2(reached.contains(widget), qPrintable(widget->accessibleName()));
    QCOMPARE(reached.size(), 10); // with four buttons
}

CUTLINE_WINDOW_TEST(TestWindowSettings)

} // namespace cutline::tst_window_settings

#include "tst_window_settings.moc"
