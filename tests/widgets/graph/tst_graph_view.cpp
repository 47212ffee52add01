// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/graph/worlds.h"
#include "widgets/graph/graph_view.h"
#include "widgets/graph/hover_text.h"

#include <QAccessible>
#include <QDragEnterEvent>
#include <QImage>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QTest>
#include <QToolTip>
#include <QWheelEvent>
#include <QXmlStreamReader>

using namespace cutline;

namespace {

constexpr auto kDiamond = "s>a a>b a>c b>d c>d d>e e>f f>g";

/// A view with a plan, and what the program around it does: previews are evaluated, moves become plans.
struct Stand {
    GraphPtr graph;
    SystemPtr system = worlds::systemOf(3);
    CostTablePtr costs;
    GraphView view;
    std::unique_ptr<Evaluator> evaluator;
    Plan plan;

    explicit Stand(std::string_view text = kDiamond, QSize size = {900, 400})
        : Stand(worlds::graphOf(text), size) {}
    Stand(GraphPtr given, QSize size) : graph(std::move(given)), costs(worlds::costsOf(graph, system)) {
        view.setReducedMotion(true);
        view.setLayoutProgram("dot", std::chrono::seconds(20));
        view.resize(size);
        view.show();
        evaluator = std::make_unique<Evaluator>(Problem{graph, system, costs, {}, {}});
        QSignalSpy finished(&view, &GraphView::layoutFinished);
        view.setModel(graph, system, costs);
        if (!finished.wait(20'000)) qFatal("no layout");
        QObject::connect(&view, &GraphView::cutPreviewRequested, &view,
                         [this](const Plan& p) { view.setPreview(p, evaluator->evaluate(p)); });
    }
    void setPlan(const std::vector<std::size_t>& counts) {
        plan = worlds::pipeline(graph, counts);
        view.setPlan(plan, evaluator->evaluate(plan));
    }
    LayerId layer(std::string_view name) const { return *graph->findLayer(name); }
    QPoint at(std::string_view name) const { return view.mapFromScene(view.cardRect(layer(name)).center()); }
    void click(std::string_view name, Qt::KeyboardModifiers modifiers = {}) {
        QTest::mouseClick(view.viewport(), Qt::LeftButton, modifiers, at(name));
    }
    QVector<LayerId> layers(const std::vector<std::string_view>& names) const {
        QVector<LayerId> found;
        for (const auto name : names) found << layer(name);
        std::sort(found.begin(), found.end());
        return found;
    }
    QPoint handle(std::size_t boundary) const { return view.mapFromScene(*view.cutHandle(boundary)); }
    QPoint emptyPlace() const {
        return view.mapFromScene(view.picture().geometry().bounds.bottomRight()) + QPoint(4, 30);
    }
};

void move(QWidget* widget, QPoint at, Qt::KeyboardModifiers modifiers = {}) {
    QMouseEvent event(QEvent::MouseMove, QPointF(at), widget->mapToGlobal(QPointF(at)), Qt::NoButton,
                      Qt::LeftButton, modifiers);
    QApplication::sendEvent(widget, &event);
}

QMimeData* chip(int platform) {
    auto* data = new QMimeData;
    data->setData(kPlatformMimeType, QByteArray::number(platform));
    return data;
}

} // namespace

class TestGraphView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyLayerHasACardInSight() {
        Stand stand;
        const QRect seen = stand.view.viewport()->rect();
        for (std::uint32_t i = 0; i < stand.graph->layerCount(); ++i) {
            const QRectF card = stand.view.cardRect(LayerId{i});
            QCOMPARE(card.size(), kCardSize);
            QVERIFY(seen.contains(stand.view.mapFromScene(card).boundingRect()));
        }
        QCOMPARE(stand.view.picture().view().edges.size(), 8u);
    }

    void flowFollowsTheSpaceAndTurns() {
        Stand stand(kDiamond, {400, 900});
        QCOMPARE(stand.view.flow(), Flow::TopToBottom);
        QVERIFY(stand.view.cardRect(stand.layer("e")).top() > stand.view.cardRect(stand.layer("d")).bottom());
        QSignalSpy finished(&stand.view, &GraphView::layoutFinished);
        QTest::keyClick(&stand.view, Qt::Key_O, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
        QCOMPARE(stand.view.flow(), Flow::LeftToRight);
        QVERIFY(stand.view.cardRect(stand.layer("a")).left() > stand.view.cardRect(stand.layer("s")).right());
    }

    void withoutGraphvizItStillDraws() {
        GraphView view;
        view.setLayoutProgram("/nowhere/dot", std::chrono::seconds(1));
        QSignalSpy finished(&view, &GraphView::layoutFinished);
        const auto graph = worlds::mobileNet({1, 1});
        view.setModel(graph, nullptr, nullptr);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 10'000);
        QVERIFY2(finished[0][0].toString().contains("could not be started"),
                 qPrintable(finished[0][0].toString()));
        QVERIFY(view.isLaidOut());
    }

    void emptyAndReplacedModels() {
        GraphView view;
        view.resize(400, 300);
        view.show();
        view.setModel(std::make_shared<const Graph>(), nullptr, nullptr);
        QVERIFY(!view.isLaidOut());
        view.setModel(nullptr, nullptr, nullptr);
        view.fit();
        view.zoomIn();
        QTest::keyClick(&view, Qt::Key_Right);
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, QPoint(50, 50));
        QVERIFY(!view.grab().isNull());
        QVERIFY(!view.saveSvg("/nowhere/x.svg").ok());
        // A model that arrives while another is laid out wins.
        QSignalSpy finished(&view, &GraphView::layoutFinished);
        const auto last = worlds::graphOf("x>y");
        view.setModel(worlds::mobileNet({2, 2}), nullptr, nullptr);
        view.setModel(last, nullptr, nullptr);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
        QCOMPARE(view.picture().view().nodes.size(), 2u);
    }

    void planColoursCardsRegionsAndCuts() {
        Stand stand;
        stand.setPlan({3, 3});
        const Theme& theme = Theme::of(stand.view.palette());
        QCOMPARE(stand.view.cardStyleOf(stand.layer("s")).bar, theme.platform(0));
        QCOMPARE(stand.view.cardStyleOf(stand.layer("g")).bar, theme.platform(2));
        QVERIFY(stand.view.cutHandle(0).has_value());
        QVERIFY(stand.view.cutHandle(1).has_value());
        QVERIFY(!stand.view.cutHandle(2).has_value());
        QCOMPARE(stand.view.picture().labels().size(), 5u); // three regions, two boundaries
        stand.view.clearPlan();
        QVERIFY(!stand.view.cutHandle(0).has_value());
        QVERIFY(stand.view.cardStyleOf(stand.layer("s")).bar != theme.platform(0));
    }

    void previewMarksWhatItMoves() {
        Stand stand;
        stand.setPlan({3});
        const Plan other = worlds::pipeline(stand.graph, {4});
        stand.view.setPreview(other, stand.evaluator->evaluate(other));
        QVERIFY(stand.view.cardStyleOf(LayerId{3}).changed);
        QVERIFY(!stand.view.cardStyleOf(LayerId{4}).changed);
        stand.view.setPreview({});
        QVERIFY(!stand.view.cardStyleOf(LayerId{3}).changed);
    }

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

    void largeModelsOpenClosedAndOpenByHand() {
        Stand stand(worlds::mobileNet(std::vector<int>(8, 10)), {1000, 500});
        QVERIFY(stand.graph->layerCount() > 1000);
        const auto cards = [&] { return stand.view.picture().view().nodes.size(); };
        QVERIFY(cards() <= 60);
        stand.setPlan({stand.graph->layerCount() / 2});
        QSignalSpy finished(&stand.view, &GraphView::layoutFinished);
        const std::size_t before = cards();
        const LayerId layer{300};
        const QPoint at = stand.view.mapFromScene(stand.view.cardRect(layer).center());
        QTest::mouseDClick(stand.view.viewport(), Qt::LeftButton, {}, at);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
        QVERIFY(cards() > before);
        const std::size_t opened = cards();
        stand.view.setSelection({layer});
        QTest::keyClick(&stand.view, Qt::Key_Backspace);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 2, 20'000);
        QCOMPARE(cards(), before);
        QTest::keyClick(&stand.view, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 3, 20'000);
        QCOMPARE(cards(), opened);
        // A closed group is selected and assigned as a whole.
        QTest::mouseClick(stand.view.viewport(), Qt::LeftButton, {},
                          stand.view.mapFromScene(stand.view.cardRect(LayerId{0}).center()));
        QVERIFY(stand.view.selection().size() > 1);
        // The cut moves from card to card.
        QVERIFY(stand.view.cutHandle(0).has_value());
        QSignalSpy moved(&stand.view, &GraphView::cutMoveRequested);
        QWidget* port = stand.view.viewport();
        QTest::mousePress(port, Qt::LeftButton, {}, stand.handle(0));
        const auto& nodes = stand.view.picture().view().nodes;
        const QPoint goal =
            stand.view.mapFromScene(stand.view.cardRect(nodes[3].layers.front()).center()) + QPoint(4, 0);
        QTest::mouseRelease(port, Qt::LeftButton, {}, goal);
        QCOMPARE(moved.count(), 1);
    }

    void openedGroupsStayWhereTheyAre() {
        Stand stand(worlds::mobileNet(std::vector<int>(8, 10)), {1000, 500});
        stand.view.zoomIn();
        const LayerId layer{300};
        const QPoint at = stand.view.mapFromScene(stand.view.cardRect(layer).center());
        QSignalSpy finished(&stand.view, &GraphView::layoutFinished);
        stand.view.openGroup(layer);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
        QVERIFY(QLineF(stand.view.mapFromScene(stand.view.cardRect(layer).center()), at).length() < 4);
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

    void toolTipsNameEveryPlatformAndEscapeNames() {
        Stand stand("<i&amp;>y y>z", {900, 400});
        stand.setPlan({1});
        GraphLook look;
        look.graph = stand.graph;
        look.system = stand.system;
        look.costs = stand.costs;
        look.owner = std::vector<int>(stand.graph->layerCount(), 0);
        const QString text = layerToolTip(look, LayerId{0});
        for (const char* word : {"EYR", "SMB", "P2", "mapped", "estimated", "8×4×4"})
            QVERIFY2(text.contains(word), word);
        QVERIFY(text.contains("&lt;i&amp;amp;"));
        QVERIFY(!text.contains("<i&"));
        QVERIFY(text.contains(QString::fromUtf8("µs")) || text.contains("us") || text.contains("ms"));
        QHelpEvent help(QEvent::ToolTip, stand.at("y"), stand.view.viewport()->mapToGlobal(stand.at("y")));
        QApplication::sendEvent(stand.view.viewport(), &help);
        QTRY_VERIFY(QToolTip::text().contains("EYR"));
        QToolTip::hideText();
    }

    void picturesHoldTheGraph() {
        Stand stand("<script\"x&'>y y>z", {900, 400});
        stand.setPlan({1});
        const QByteArray svg = stand.view.toSvg();
        QXmlStreamReader reader(svg);
        int texts = 0;
        bool named = false;
        while (!reader.atEnd()) {
            reader.readNext();
            if (!reader.isCharacters()) continue;
            texts += reader.text().trimmed().isEmpty() ? 0 : 1;
            named = named || reader.text().contains(QStringLiteral("<script\"x&'"));
        }
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        QVERIFY(named);
        QVERIFY(texts >= 3 * 3); // title, name, shape of three cards
        QVERIFY(QSvgRenderer(svg).isValid());

        const QTemporaryDir folder;
        QVERIFY(stand.view.saveSvg(folder.filePath("g.svg")).ok());
        QVERIFY(stand.view.savePng(folder.filePath("g.png"), 2).ok());
        QImage image(folder.filePath("g.png"));
        QVERIFY(image.width() > 600);
        const Theme& theme = Theme::of(stand.view.palette());
        int bars = 0;
        for (int x = 0; x < image.width(); ++x)
            for (int y = 0; y < image.height(); ++y)
                bars += image.pixelColor(x, y) == theme.platform(1) ? 1 : 0;
        QVERIFY(bars > 100);
        QVERIFY(!stand.view.savePng("/nowhere/g.png").ok());
    }

    void hostileNamesStayOnTheirCards() {
        const std::string longest(5000, 'W');
        Stand stand("a\x01\x7f\xff>" + longest + " " + longest + ">\xd8\xa7\xd9\x84%n{}&", {900, 400});
        stand.setPlan({1});
        for (const ViewNode& node : stand.view.picture().view().nodes) {
            QVERIFY(node.name.size() <= 200);
            for (const QChar c : node.name) QVERIFY(c.category() != QChar::Other_Control);
        }
        QVERIFY(!stand.view.grab().isNull());
        QMenu menu;
        stand.view.fillContextMenu(menu, LayerId{0});
        QVERIFY(stand.view.spokenText(LayerId{1}).size() < 400);
    }

    void themeChangesRecolour() {
        Stand stand;
        stand.setPlan({3});
        stand.view.setPalette(Theme::darkTheme().palette());
        QCOMPARE(stand.view.cardStyleOf(LayerId{0}).bar, Theme::darkTheme().platform(0));
        stand.view.setPalette(Theme::light().palette());
        QCOMPARE(stand.view.cardStyleOf(LayerId{0}).bar, Theme::light().platform(0));
        stand.view.setPatterns(true);
        QVERIFY(stand.view.cardStyleOf(LayerId{5}).pattern != Pattern::None);
    }

    void screenReadersSeeLayers() {
        Stand stand;
        stand.setPlan({3});
        stand.click("d");
        QAccessibleInterface* list = QAccessible::queryAccessibleInterface(&stand.view);
        QVERIFY(list);
        QCOMPARE(list->role(), QAccessible::List);
        QCOMPARE(list->text(QAccessible::Name), QStringLiteral("Layer graph"));
        QCOMPARE(list->childCount(), 8);
        QAccessibleInterface* item = list->child(static_cast<int>(stand.layer("d").value));
        QVERIFY(item->text(QAccessible::Name).startsWith("Relu, d, 8×4×4, on SMB, "));
        QVERIFY(item->state().selected);
        QCOMPARE(list->indexOfChild(item), static_cast<int>(stand.layer("d").value));
        QVERIFY(item->rect().contains(stand.view.viewport()->mapToGlobal(stand.at("d"))));
    }
};

QTEST_MAIN(TestGraphView)
#include "tst_graph_view.moc"
