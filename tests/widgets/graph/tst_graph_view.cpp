// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/graph/stand.h"
#include "widgets/graph/hover_text.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QImage>
#include <QMenu>
#include <QPainter>
#include <QToolTip>

namespace cutline::tst_graph_view {

using namespace worlds;

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
        QVERIFY(!view.pictureFile("x.svg")().ok());
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

    void handlesOfAPreviewAreNotThePlans() {
        Stand stand;
        stand.setPlan({3});
        const Plan other = worlds::pipeline(stand.graph, {3, 3});
        stand.view.setPreview(other, stand.evaluator->evaluate(other));
        QSignalSpy cancelled(&stand.view, &GraphView::previewCancelled), moved(&stand.view, &GraphView::cutMoveRequested);
        QWidget* viewport = stand.view.viewport();
        const QPoint at = stand.view.mapFromScene(stand.view.cutHandle(1).value());
        QVERIFY(viewport->rect().contains(at));
        QTest::mousePress(viewport, Qt::LeftButton, {}, at);
        QCOMPARE(cancelled.count(), 1);
        QVERIFY(!stand.view.cutHandle(1)); // the plan's own again
        QTest::mouseRelease(viewport, Qt::LeftButton, {}, at);
        QCOMPARE(moved.count(), 0);
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

CUTLINE_TEST(TestGraphView)

} // namespace cutline::tst_graph_view

#include "tst_graph_view.moc"
