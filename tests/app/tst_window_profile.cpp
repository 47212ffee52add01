// SPDX-License-Identifier: GPL-3.0-or-later
// Measured times come in through the window: beside the estimate, taken one way or another, and what that does to the front.
#include "tests/app/window_test.h"

#include "widgets/models/reconcile_model.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/profile_dialog.h"

#include <QLabel>
#include <QPushButton>
#include <QTabBar>

namespace cutline::tst_window_profile {

using namespace cutline::test;

namespace {

constexpr const char* kModel = "resources/models/efficientnet_b0.onnx";
constexpr const char* kTimes = "tests/data/kress2024/efficientnet_b0_eyr.csv";

/// Opens the dialog by its keys and does something in it that closes it.
void inDialog(MainWindow& window, const std::function<void(ProfileDialog&)>& act) {
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(&window, Qt::Key_I, Qt::ControlModifier);
    auto* dialog = dialogOf<ProfileDialog>(window);
    QVERIFY(dialog);
    act(*dialog);
    QTRY_VERIFY(window.findChildren<ProfileDialog*>().isEmpty());
}

/// As a person: "Choose...", the name, Enter.
void chooseFile(ProfileDialog& dialog, const QString& path) {
    answerFileDialog(path);
    for (auto* button : dialog.findChildren<QPushButton*>())
        if (button->text() == QStringLiteral("&Choose...")) QTest::mouseClick(button, Qt::LeftButton);
}

bool says(const QWidget& widget, const QString& words) {
    for (const QLabel* label : widget.findChildren<QLabel*>())
        if (label->isVisibleTo(&widget) && label->text().contains(words)) return true;
    return false;
}

} // namespace

class TestWindowProfile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_settings = std::make_unique<FreshSettings>(); }
    void timesAreTakenOneWayAndAnother();

private:
    std::unique_ptr<FreshSettings> m_settings;
};

void TestWindowProfile::timesAreTakenOneWayAndAnother() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    Document& document = window->document();
    const auto latency = [&document] {
        double sum_s = 0;
        for (std::uint32_t layer = 0; layer < document.model().graph->layerCount(); ++layer)
            sum_s += document.costs()->layer({layer}, {0}).latency_s;
        return sum_s;
    };
    const double predicted = latency();
    const auto taken = [&](ProfileUse use) {
        return QTest::qWaitFor([&] { return document.state().profiles.count("EYR") > 0 &&
                                            document.state().profiles.at("EYR").use == use; }, 10'000) &&
               settle(document);
    };

    inDialog(*window, [](ProfileDialog& dialog) {
        QVERIFY(says(dialog, QStringLiteral("predicted now")));
        chooseFile(dialog, sourcePath(kTimes));
        QTRY_VERIFY_WITH_TIMEOUT(dialog.useButton()->isEnabled(), 20'000);
        QTest::mouseClick(dialog.tabs(), Qt::LeftButton, {}, dialog.tabs()->tabRect(0).center()); // layers without a row come first
        // A factor for every class, the furthest layers first, what a refit would leave.
        QVERIFY(says(dialog, QStringLiteral("times the estimate")) && says(dialog, QStringLiteral("Refitted:")));
        QVERIFY(says(dialog, QStringLiteral("depthwise")) && says(dialog, QStringLiteral("\u00D7 ")));
        const ReconcileModel& worst = *dialog.comparison();
        QVERIFY(worst.index(9, 0).data(ReconcileModel::WorstRole).toBool());
        QVERIFY(!worst.index(10, 0).data(ReconcileModel::WorstRole).toBool());
        for (int row = 1; row < worst.rowCount(); ++row)
            QVERIFY(worst.index(row - 1, ReconcileModel::RatioColumn).data(ReconcileModel::SortRole).toDouble() >=
                    worst.index(row, ReconcileModel::RatioColumn).data(ReconcileModel::SortRole).toDouble());
        QTest::mouseClick(dialog.useButton(), Qt::LeftButton);
    });
    QVERIFY(taken(ProfileUse::Measurement));
    const double measured = latency();
    QVERIFY(measured != predicted);
    QTRY_VERIFY(window->messages().isVisible());
    QVERIFY2(says(window->messages(), QStringLiteral("the knee")) && says(window->messages(), QStringLiteral("the front")),
             "which plans leave the front, and which is its knee now");

    // Both are kept: the model refitted, the model as it was, the times again.
    inDialog(*window, [](ProfileDialog& dialog) {
        QVERIFY(says(dialog, QStringLiteral("measured now: efficientnet_b0_eyr.csv")));
        QTRY_VERIFY_WITH_TIMEOUT(dialog.refitButton()->isEnabled(), 20'000);
        QTest::mouseClick(dialog.refitButton(), Qt::LeftButton);
    });
    QVERIFY(taken(ProfileUse::Refit));
    QVERIFY(latency() != measured && latency() != predicted);
    inDialog(*window, [](ProfileDialog& dialog) {
        QVERIFY(says(dialog, QStringLiteral("refitted to efficientnet_b0_eyr.csv")));
        QTRY_VERIFY_WITH_TIMEOUT(dialog.modelButton()->isEnabled(), 20'000);
        QTest::mouseClick(dialog.modelButton(), Qt::LeftButton);
    });
    QVERIFY(taken(ProfileUse::Model));
    QCOMPARE(latency(), predicted);
    document.undoStack().undo();
    document.undoStack().undo();
    QVERIFY(taken(ProfileUse::Measurement));
    QCOMPARE(latency(), measured);
}

CUTLINE_WINDOW_TEST(TestWindowProfile)

} // namespace cutline::tst_window_profile

#include "tst_window_profile.moc"
