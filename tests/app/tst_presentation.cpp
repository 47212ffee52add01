// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/window_test.h"

#include "widgets/panels/presentation.h"

#include <QImage>

namespace cutline::tst_presentation {
namespace {

Presentation* shownBy(MainWindow& window) {
    QTest::keyClick(&window, Qt::Key_F5);
    auto* found = window.findChild<Presentation*>();
    return found && QTest::qWaitForWindowExposed(found) ? found : nullptr;
}

QImage pictureOf(Presentation& view) {
    view.resize(1280, 800);
    return view.grab().toImage();
}

} // namespace

/// The kept plans before an audience.
class TestPresentation : public QObject {
    Q_OBJECT

private:
    test::FreshSettings m_settings;

private Q_SLOTS:
    void keysStepThroughKeptPlans() {
        const auto window = test::windowWith("resources/models/efficientnet_b0.onnx");
        QVERIFY(window);
        Document& document = window->document();
        const auto& candidates = *document.result()->candidates;
        for (const std::size_t plan : {std::size_t{0}, candidates.size() / 2, candidates.size() - 1})
            document.mark(candidates.plan(plan), plan > 0, QStringLiteral("note %1").arg(plan), QStringLiteral("plan"));
        document.choosePlan(static_cast<std::uint32_t>(candidates.size() / 2));
        Presentation* view = shownBy(*window);
        QVERIFY(view);
        QVERIFY(view->isFullScreen());
        QCOMPARE(view->plans().size(), std::size_t{3});
        QCOMPARE(view->current(), std::size_t{1}); // the chosen one
        const QImage second = pictureOf(*view);
        QTest::keyClick(view, Qt::Key_Right);
        QCOMPARE(view->current(), std::size_t{2});
        QVERIFY(pictureOf(*view) != second);
        QTest::keyClick(view, Qt::Key_Right);
        QCOMPARE(view->current(), std::size_t{2}); // the last one stays
        QTest::keyClick(view, Qt::Key_Left);
        QCOMPARE(pictureOf(*view), second);
        QTest::keyClick(view, Qt::Key_Home);
        QCOMPARE(view->current(), std::size_t{0});
        QVERIFY(!view->plans()[0].favourite && view->plans()[1].favourite);
        QTest::mouseClick(view, Qt::LeftButton);
        QCOMPARE(view->current(), std::size_t{1});
        QTest::keyClick(view, Qt::Key_End);
        QCOMPARE(view->current(), std::size_t{2});
        // What is said is what the table says.
        const Metrics metrics = document.evaluator()->evaluate(candidates.plan(candidates.size() - 1));
        const QuantityText latency = formatParts(metrics.latency_s, Unit::Second);
        QCOMPARE(view->plans()[2].tiles[1].number.toStdString(), latency.number);
        QTest::keyClick(view, Qt::Key_Escape);
        QTRY_VERIFY(!window->findChild<Presentation*>());
        QVERIFY(window->isVisible());
    }

    void withoutKeptPlansTheChosenOneIsShown() {
        const auto window = test::windowWith("tests/data/trained/fmnist_cnn.onnx");
        QVERIFY(window);
        Presentation* view = shownBy(*window);
        QVERIFY(view);
        QCOMPARE(view->plans().size(), std::size_t{1});
        QCOMPARE(view->plans()[0].plan, window->document().state().plan);
    }
};

CUTLINE_WINDOW_TEST(TestPresentation)

} // namespace cutline::tst_presentation

#include "tst_presentation.moc"
