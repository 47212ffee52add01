// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/click_entry.h"
#include "tests/widgets/graph/stand.h"

#include <QContextMenuEvent>
#include <QDragEnterEvent>
#include <QMenu>
#include <QNativeGestureEvent>
#include <QPointingDevice>
#include <QWheelEvent>

namespace cutline::tst_graph_input {

using namespace worlds;

class TestGraphInput : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void clicksSelect() {
        Stand stand;
        QSignalSpy changed(&stand.view, &GraphView::selectionChanged);
        stand.click("a");
        QCOMPARE(stand.view.selection(), stand.layers({"a"}));
        stand.click("d", Qt::ControlModifier);
        stand.click("e", Qt::ShiftModifier);
        QCOMPARE(stand.view.selection(), stand.layers({"a", "d", "e"}));
        stand.click("d", Qt::ControlModifier);
        QCOMPARE(stand.view.selection(), stand.layers({"a", "e"}));
        QVERIFY(stand.view.cardStyleOf(stand.layer("e")).selected);
        QCOMPARE(changed.count(), 4);
        QTest::mouseClick(stand.view.viewport(), Qt::LeftButton, {}, stand.emptyPlace());
        QVERIFY(stand.view.selection().isEmpty());
        stand.click("b");
        QTest::keyClick(&stand.view, Qt::Key_Escape);
        QVERIFY(stand.view.selection().isEmpty());
        QTest::keyClick(&stand.view, Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(stand.view.selection().size(), 9 - 1);
    }

    void rubberBandSelectsAndPlainDragPans() {
        Stand stand;
        QWidget* port = stand.view.viewport();
        const QPoint from = port->mapFrom(&stand.view, QPoint(2, 2));
        QTest::mousePress(port, Qt::LeftButton, Qt::ShiftModifier, from);
        move(port, port->rect().bottomRight(), Qt::ShiftModifier);
        QTest::mouseRelease(port, Qt::LeftButton, Qt::ShiftModifier, port->rect().bottomRight());
        QCOMPARE(stand.view.selection().size(), 8);
        const QPointF before = stand.view.mapToScene(0, 0);
        QTest::mousePress(port, Qt::LeftButton, {}, stand.emptyPlace());
        move(port, stand.emptyPlace() + QPoint(30, -20));
        QTest::mouseRelease(port, Qt::LeftButton, {}, stand.emptyPlace() + QPoint(30, -20));
        const QPointF moved = stand.view.mapToScene(0, 0) - before;
        QVERIFY(moved.x() < -10 && moved.y() > 5);
        QCOMPARE(stand.view.selection().size(), 8); // panning is not a click
    }

    void wheelZoomsAtTheCursor() {
        Stand stand;
        const QPoint at = stand.at("d");
        const QPointF under = stand.view.mapToScene(at);
        const double before = stand.view.zoom();
        QWheelEvent wheel(QPointF(at), stand.view.viewport()->mapToGlobal(QPointF(at)), {}, {0, 120},
                          Qt::NoButton, {}, Qt::NoScrollPhase, false);
        QApplication::sendEvent(stand.view.viewport(), &wheel);
        QVERIFY(stand.view.zoom() > before);
        QVERIFY(QLineF(stand.view.mapFromScene(under), at).length() <= 2);
        QTest::keyClick(&stand.view, Qt::Key_0, Qt::ControlModifier);
        QCOMPARE(stand.view.zoom(), 1.0);
        QTest::keyClick(&stand.view, Qt::Key_Minus, Qt::ControlModifier);
        QVERIFY(stand.view.zoom() < 1);
        QTest::keyClick(&stand.view, Qt::Key_F);
        QVERIFY(qFuzzyCompare(stand.view.zoom(), before));
    }

    /// Two fingers scroll and a pinch zooms; a wheel zooms, although some systems give pixels for it too.
    void touchPadsScrollAndPinch() {
        Stand stand;
        QWidget* port = stand.view.viewport();
        for (int i = 0; i < 4; ++i) QTest::keyClick(&stand.view, Qt::Key_Plus, Qt::ControlModifier);
        const QPointF at = QPointF(port->rect().center()), global = port->mapToGlobal(at);
        const auto turned = [&](QPoint pixels, QPoint angle, Qt::ScrollPhase phase) {
            QWheelEvent wheel(at, global, pixels, angle, Qt::NoButton, {}, phase, false);
            QApplication::sendEvent(port, &wheel);
        };
        const double zoom = stand.view.zoom();
        const QPointF before = stand.view.mapToScene(0, 0);
        turned({-14, 9}, {-112, 72}, Qt::NoScrollPhase);
        turned({0, 15}, {0, 120}, Qt::ScrollUpdate);
        QCOMPARE(stand.view.zoom(), zoom);
        const QPointF moved = (stand.view.mapToScene(0, 0) - before) * zoom;
        QVERIFY(std::abs(moved.x() - 14) <= 1 && std::abs(moved.y() + 24) <= 1);
        turned({0, 15}, {0, 120}, Qt::NoScrollPhase);
        QVERIFY(stand.view.zoom() > zoom * 1.1);
        const double larger = stand.view.zoom();
        QNativeGestureEvent pinch(Qt::ZoomNativeGesture, QPointingDevice::primaryPointingDevice(), 2, at, at, global, 0.25, {});
        QApplication::sendEvent(port, &pinch);
        QVERIFY(qAbs(stand.view.zoom() - 1.25 * larger) < 1e-9);
    }

    void spaceAndDragPans() {
        Stand stand;
        QWidget* port = stand.view.viewport();
        for (int i = 0; i < 6; ++i) QTest::keyClick(&stand.view, Qt::Key_Plus, Qt::ControlModifier);
        stand.click("b");
        const QPoint from = stand.at("b"); // a card: without the key it would be pressed
        const QPointF before = stand.view.mapToScene(0, 0);
        QTest::keyPress(&stand.view, Qt::Key_Space);
        QTest::mousePress(port, Qt::LeftButton, {}, from);
        move(port, from + QPoint(25, 10));
        QTest::mouseRelease(port, Qt::LeftButton, {}, from + QPoint(25, 10));
        QTest::keyRelease(&stand.view, Qt::Key_Space);
        QVERIFY((stand.view.mapToScene(0, 0) - before).x() < 0);
        QCOMPARE(stand.view.selection(), stand.layers({"b"}));
        stand.click("c");
        QCOMPARE(stand.view.selection(), stand.layers({"c"})); // the key is not held any more
    }

    void arrowsWalkAlongEdges() {
        Stand stand;
        stand.click("s");
        QTest::keyClick(&stand.view, Qt::Key_Right);
        QCOMPARE(stand.view.currentLayer(), stand.layer("a"));
        QTest::keyClick(&stand.view, Qt::Key_Right);
        const LayerId branch = *stand.view.currentLayer();
        QVERIFY(branch == stand.layer("b") || branch == stand.layer("c"));
        const bool upper = stand.view.cardRect(branch).top() <
                           stand.view.cardRect(stand.layer(branch == stand.layer("b") ? "c" : "b")).top();
        QTest::keyClick(&stand.view, upper ? Qt::Key_Down : Qt::Key_Up);
        QVERIFY(*stand.view.currentLayer() != branch);
        QTest::keyClick(&stand.view, Qt::Key_Left);
        QCOMPARE(stand.view.currentLayer(), stand.layer("a"));
        QTest::keyClick(&stand.view, Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(stand.view.selection(), stand.layers({"s", "a"}));
        QTest::keyClick(&stand.view, Qt::Key_End);
        QCOMPARE(stand.view.selection(), stand.layers({"g"}));
    }

    void keysAssignTheSelection() {
        Stand stand;
        QSignalSpy assigned(&stand.view, &GraphView::assignRequested);
        QTest::keyClick(&stand.view, Qt::Key_2); // nothing selected
        stand.click("b");
        QTest::keyClick(&stand.view, Qt::Key_4); // no fourth platform
        QCOMPARE(assigned.count(), 0);
        QTest::keyClick(&stand.view, Qt::Key_2);
        QCOMPARE(assigned.count(), 1);
        QCOMPARE(assigned[0][0].value<QVector<LayerId>>(), stand.layers({"b"}));
        QCOMPARE(assigned[0][1].value<PlatformId>(), PlatformId{1});
    }

    void menuSelectsUpToHereAndFromHere() {
        Stand stand;
        QMenu menu;
        stand.view.fillContextMenu(menu, stand.layer("b"));
        const auto trigger = [&](const QString& text) {
            for (QAction* action : menu.actions())
                if (action->text().startsWith(text)) return action->trigger();
            QFAIL(qPrintable(text));
        };
        trigger("Select up to here");
        QCOMPARE(stand.view.selection(), stand.layers({"s", "a", "b"}));
        trigger("Select from here");
        QCOMPARE(stand.view.selection(), stand.layers({"b", "d", "e", "f", "g"}));
        QSignalSpy assigned(&stand.view, &GraphView::assignRequested);
        trigger("Assign to SMB");
        QCOMPARE(assigned[0][1].value<PlatformId>(), PlatformId{1});
    }

    void chipsPreviewAndDrop() {
        Stand stand;
        stand.setPlan({3});
        const std::unique_ptr<QMimeData> data(chip(1));
        QWidget* port = stand.view.viewport();
        QSignalSpy preview(&stand.view, &GraphView::assignPreviewRequested);
        QSignalSpy cancelled(&stand.view, &GraphView::previewCancelled);
        QSignalSpy assigned(&stand.view, &GraphView::assignRequested);
        const auto moveTo = [&](QPoint at) {
            QDragMoveEvent event(at, Qt::CopyAction, data.get(), Qt::LeftButton, {});
            QApplication::sendEvent(port, &event);
            return event.isAccepted();
        };
        QDragEnterEvent enter(QPoint(1, 1), Qt::CopyAction, data.get(), Qt::LeftButton, {});
        QApplication::sendEvent(port, &enter);
        QVERIFY(enter.isAccepted());
        QVERIFY(!moveTo(stand.emptyPlace()));
        QVERIFY(moveTo(stand.at("a")));
        QVERIFY(moveTo(stand.at("a") + QPoint(1, 1))); // the same layer: no second preview
        QCOMPARE(preview.count(), 1);
        QCOMPARE(preview[0][0].value<QVector<LayerId>>(), stand.layers({"a"}));
        moveTo(stand.emptyPlace());
        QCOMPARE(cancelled.count(), 1);
        // Over a selected layer the whole selection is meant.
        stand.view.setSelection(stand.layers({"d", "e"}));
        moveTo(stand.at("e"));
        QCOMPARE(preview.last()[0].value<QVector<LayerId>>(), stand.layers({"d", "e"}));
        QDragLeaveEvent leave;
        QApplication::sendEvent(port, &leave);
        QCOMPARE(cancelled.count(), 2);
        QApplication::sendEvent(port, &enter);
        moveTo(stand.at("e"));
        QDropEvent drop(stand.at("e"), Qt::CopyAction, data.get(), Qt::LeftButton, {});
        QApplication::sendEvent(port, &drop);
        QVERIFY(drop.isAccepted());
        QCOMPARE(assigned.count(), 1);
        QCOMPARE(assigned[0][0].value<QVector<LayerId>>(), stand.layers({"d", "e"}));
        QCOMPARE(assigned[0][1].value<PlatformId>(), PlatformId{1});
    }

    void foreignDropsAreNotTaken_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QByteArray>("payload");
        QTest::newRow("file") << "text/uri-list" << QByteArray("file:///model.onnx");
        QTest::newRow("no such platform") << QString(kPlatformMimeType) << QByteArray("12");
        QTest::newRow("not a number") << QString(kPlatformMimeType) << QByteArray("x");
        QTest::newRow("negative") << QString(kPlatformMimeType) << QByteArray("-1");
    }

    void foreignDropsAreNotTaken() {
        QFETCH(QString, type);
        QFETCH(QByteArray, payload);
        Stand stand;
        QMimeData data;
        data.setData(type, payload);
        QDragEnterEvent enter(stand.at("a"), Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(stand.view.viewport(), &enter);
        QVERIFY(!enter.isAccepted());
    }

    void handleMovesTheCut_data() {
        QTest::addColumn<QSize>("size");
        QTest::newRow("wide") << QSize(1100, 400);
        QTest::newRow("tall") << QSize(400, 900);
    }

    void handleMovesTheCut() {
        QFETCH(QSize, size);
        Stand stand("a>b b>c c>d d>e e>f", size);
        stand.setPlan({2});
        QSignalSpy preview(&stand.view, &GraphView::cutPreviewRequested);
        QSignalSpy moved(&stand.view, &GraphView::cutMoveRequested);
        QWidget* port = stand.view.viewport();
        const QPoint start = stand.handle(0);
        const QPoint step = stand.at("d") - stand.at("c");
        QTest::mousePress(port, Qt::LeftButton, {}, start);
        QVERIFY(stand.view.picture().placesShown());
        move(port, start + step / 4);
        QCOMPARE(preview.count(), 0);
        move(port, start + step);
        QCOMPARE(preview.count(), 1);
        QCOMPARE(preview[0][0].value<Plan>(), worlds::pipeline(stand.graph, {3}));
        QVERIFY(stand.view.cardStyleOf(stand.layer("c")).changed);
        QVERIFY(QLineF(stand.handle(0), start + step).length() < 4); // the boundary follows
        move(port, start - step);
        QCOMPARE(preview.last()[0].value<Plan>(), worlds::pipeline(stand.graph, {1}));
        QCOMPARE(moved.count(), 0);
        QTest::mouseRelease(port, Qt::LeftButton, {}, start + step * 2);
        QCOMPARE(moved.count(), 1);
        QCOMPARE(moved[0][0].value<Plan>(), worlds::pipeline(stand.graph, {4}));
        QVERIFY(!stand.view.picture().placesShown());
    }

    void neitherStageIsEmptied() {
        Stand stand("a>b b>c c>d", {900, 400});
        stand.setPlan({2});
        QSignalSpy moved(&stand.view, &GraphView::cutMoveRequested);
        QWidget* port = stand.view.viewport();
        QTest::mousePress(port, Qt::LeftButton, {}, stand.handle(0));
        QTest::mouseRelease(port, Qt::LeftButton, {}, QPoint(port->width() - 1, 200));
        QCOMPARE(moved[0][0].value<Plan>(), worlds::pipeline(stand.graph, {3}));
    }

    void shiftJumpsToSingleTensors() {
        Stand stand; // s a (b c) d e f g
        stand.setPlan({2});
        QSignalSpy preview(&stand.view, &GraphView::cutPreviewRequested);
        QWidget* port = stand.view.viewport();
        const QPoint start = stand.handle(0);
        const double step =
            stand.view.cardRect(stand.layer("d")).left() - stand.view.cardRect(stand.layer("b")).left();
        const QPoint by(static_cast<int>(step * stand.view.zoom()), 0);
        QTest::mousePress(port, Qt::LeftButton, {}, start);
        move(port, start + by); // behind b and c
        QCOMPARE(preview.last()[0].value<Plan>().stages[0].layers.size(), 4u);
        move(port, start + by, Qt::ShiftModifier);
        QCOMPARE(preview.last()[0].value<Plan>().stages[0].layers.size(), 5u); // behind d
        QTest::keyClick(&stand.view, Qt::Key_Escape);
        QTest::mouseRelease(port, Qt::LeftButton, {}, start + by);
    }

    void escapeCancelsTheCut() {
        Stand stand("a>b b>c c>d d>e", {900, 400});
        stand.setPlan({2});
        QSignalSpy moved(&stand.view, &GraphView::cutMoveRequested);
        QSignalSpy cancelled(&stand.view, &GraphView::previewCancelled);
        QWidget* port = stand.view.viewport();
        const QPoint start = stand.handle(0);
        QTest::mousePress(port, Qt::LeftButton, {}, start);
        move(port, start + (stand.at("d") - stand.at("c")));
        QVERIFY(stand.view.cardStyleOf(stand.layer("c")).changed);
        QTest::keyClick(&stand.view, Qt::Key_Escape);
        QCOMPARE(cancelled.count(), 1);
        QVERIFY(!stand.view.cardStyleOf(stand.layer("c")).changed);
        QCOMPARE(stand.handle(0), start);
        QTest::mouseRelease(port, Qt::LeftButton, {}, start + QPoint(100, 0));
        QCOMPARE(moved.count(), 0);
        QVERIFY(!stand.view.picture().placesShown());
    }

    void bracketsMoveTheCut() {
        Stand stand;
        stand.setPlan({2});
        QSignalSpy moved(&stand.view, &GraphView::cutMoveRequested);
        QTest::keyClick(&stand.view, Qt::Key_BracketRight);
        QCOMPARE(moved.last()[0].value<Plan>().stages[0].layers.size(), 3u);
        QTest::keyClick(&stand.view, Qt::Key_BracketLeft);
        QCOMPARE(moved.last()[0].value<Plan>().stages[0].layers.size(), 1u);
        QTest::keyClick(&stand.view, Qt::Key_BraceRight, Qt::ShiftModifier);
        QCOMPARE(moved.last()[0].value<Plan>().stages[0].layers.size(), 5u);
    }

    void foldedRowsKeepTheHandleDraggable() {
        Stand stand(worlds::mobileNet({1, 2, 2}), {800, 400});
        QVERIFY(stand.view.picture().geometry().rows.size() > 1);
        stand.setPlan({20});
        QSignalSpy moved(&stand.view, &GraphView::cutMoveRequested);
        QWidget* port = stand.view.viewport();
        const LayerId last{static_cast<std::uint32_t>(stand.graph->layerCount() - 3)};
        QTest::mousePress(port, Qt::LeftButton, {}, stand.handle(0));
        const QPoint goal = stand.view.mapFromScene(stand.view.cardRect(last).center());
        move(port, goal);
        QTest::mouseRelease(port, Qt::LeftButton, {}, goal);
        QCOMPARE(moved.count(), 1);
        const auto size = static_cast<long>(moved[0][0].value<Plan>().stages[0].layers.size());
        QVERIFY2(std::abs(size - static_cast<long>(last.value)) <= 2, qPrintable(QString::number(size)));
    }

    void hoverTellsLayersAndLightsTensors() {
        Stand stand;
        stand.setPlan({3});
        QSignalSpy hovered(&stand.view, &GraphView::layerHovered);
        QTest::mouseMove(stand.view.viewport(), stand.at("d"));
        QTRY_COMPARE(hovered.count(), 1);
        QCOMPARE(hovered[0][0].value<std::optional<LayerId>>(), std::optional(stand.layer("d")));
        const QPoint edge = (stand.at("d") + stand.at("e")) / 2;
        QTest::mouseMove(stand.view.viewport(), edge);
        QTRY_COMPARE(hovered.count(), 2);
        QCOMPARE(hovered[1][0].value<std::optional<LayerId>>(), std::optional<LayerId>());
    }

    void theMenuByKeyIsAboutTheCurrentCard() {
        Stand stand;
        stand.setPlan({3});
        stand.click("b");
        QContextMenuEvent event(QContextMenuEvent::Keyboard, QPoint(1, 1), stand.view.mapToGlobal(QPoint(1, 1)));
        QApplication::sendEvent(&stand.view, &event);
        auto* menu = stand.view.findChild<QMenu*>();
        QVERIFY(menu && menu->isVisible());
        QAction* up = nullptr;
        for (QAction* action : menu->actions())
            if (action->text() == QStringLiteral("Select up to here")) up = action;
        QVERIFY(up);
        test::clickEntry(*menu, up);
        QCOMPARE(stand.view.selection(), stand.layers({"s", "a", "b"}));
    }
};

CUTLINE_TEST(TestGraphInput)

} // namespace cutline::tst_graph_input

#include "tst_graph_input.moc"
