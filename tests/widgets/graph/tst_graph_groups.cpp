// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/graph/stand.h"

#include <QDropEvent>
#include <QMimeData>

namespace cutline::tst_graph_groups {

using namespace worlds;

class TestGraphGroups : public QObject {
    Q_OBJECT

private Q_SLOTS:
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

    void firstPicturesCanBeRead_data() {
        QTest::addColumn<QSize>("size");
        QTest::newRow("small") << QSize(720, 330);
        QTest::newRow("tall") << QSize(420, 800);
        QTest::newRow("large") << QSize(2000, 900);
    }
    void firstPicturesCanBeRead() {
        QFETCH(QSize, size);
        Stand stand(worlds::mobileNet({1, 2, 2, 3, 3, 4, 1}), size);
        QVERIFY2(stand.view.zoom() > 0.4, qPrintable(QString::number(stand.view.zoom())));
        // The groups that the first cut divides open, and that cut only.
        stand.setPlan({100});
        for (const ViewNode& node : stand.view.picture().view().nodes)
            QCOMPARE(node.layers.front().value < 100, node.layers.back().value < 100);
        QVERIFY2(stand.view.zoom() > 0.33, qPrintable(QString::number(stand.view.zoom())));
        const std::size_t cards = stand.view.picture().view().nodes.size();
        stand.setPlan({30});
        QCOMPARE(stand.view.picture().view().nodes.size(), cards);
    }

    void dividedGroupsShowBothPlatforms() {
        Stand stand(worlds::mobileNet(std::vector<int>(8, 10)), {1000, 500});
        stand.view.closeAllGroups();
        QTRY_VERIFY(!stand.view.isLayingOut());
        const auto& nodes = stand.view.picture().view().nodes;
        const ViewNode node =
            *std::max_element(nodes.begin() + 1, nodes.end(), [](const ViewNode& a, const ViewNode& b) {
                return a.layers.size() < b.layers.size();
            });
        QVERIFY(node.layers.size() > 4);
        stand.setPlan({node.layers[1].index()}); // one of its layers before the cut
        const CardStyle style = stand.view.cardStyleOf(node.layers[0]);
        const Theme& theme = Theme::of(stand.view.palette());
        QCOMPARE(style.parts.size(), 2u);
        QCOMPARE(style.parts[0].bar, theme.platform(0));
        QCOMPARE(style.parts[1].bar, theme.platform(1));
        QVERIFY(std::abs(style.parts[0].share * static_cast<double>(node.layers.size()) - 1) < 1e-9);
        QVERIFY(stand.view.cutHandle(0).has_value());
        QVERIFY(stand.view.cardStyleOf(LayerId{0}).parts.empty());
    }

    void everyCutOfClosedGroupsHasAHandle() {
        Stand stand(worlds::mobileNet({1, 2, 2, 3}), {600, 400});
        stand.view.closeAllGroups();
        QTRY_VERIFY(!stand.view.isLayingOut());
        for (std::size_t first = 1; first < stand.graph->layerCount(); first += 3) {
            stand.setPlan({first});
            QVERIFY2(stand.view.cutHandle(0).has_value(), qPrintable(QString::number(first)));
        }
    }

    void framesNameOpenGroupsAndCloseThem() {
        Stand stand(worlds::mobileNet(std::vector<int>(8, 10)), {1600, 800});
        stand.view.closeAllGroups();
        QTRY_VERIFY(!stand.view.isLayingOut());
        const std::size_t before = stand.view.picture().view().nodes.size();
        const std::size_t frames = stand.view.picture().view().frames.size();
        stand.view.openGroup(LayerId{300});
        QTRY_VERIFY(!stand.view.isLayingOut());
        QVERIFY(stand.view.picture().view().nodes.size() > before);
        stand.setPlan({300});
        QTRY_VERIFY(!stand.view.isLayingOut());
        const ViewGraph& view = stand.view.picture().view();
        QVERIFY(view.frames.size() >= std::max<std::size_t>(frames, 1));
        const int frame = view.frame_of[view.node_of[300]];
        QVERIFY(frame >= 0);
        const QString name = view.frames[static_cast<std::size_t>(frame)].name;
        QVERIFY2(name.startsWith("features."), qPrintable(name));
        for (const LabelItem* label : stand.view.picture().labels()) {
            if (label->group() != view.frames[static_cast<std::size_t>(frame)].group || !label->isVisible())
                continue;
            const QPointF middle =
                label->deviceTransform(stand.view.viewportTransform()).map(label->boundingRect().center());
            // A chip over the title means all of the group.
            QSignalSpy wanted(&stand.view, &GraphView::assignRequested);
            QMimeData chip;
            chip.setData(QLatin1String(kPlatformMimeType), "1");
            QDragEnterEvent enter(middle.toPoint(), Qt::CopyAction, &chip, Qt::LeftButton, Qt::NoModifier);
            QCoreApplication::sendEvent(stand.view.viewport(), &enter);
            QDropEvent drop(middle, Qt::CopyAction, &chip, Qt::LeftButton, Qt::NoModifier);
            QCoreApplication::sendEvent(stand.view.viewport(), &drop);
            QCOMPARE(wanted.size(), 1);
            const auto layers = wanted[0][0].value<QVector<LayerId>>();
            QVERIFY(layers.size() > 1 && layers.contains(LayerId{300}));
            for (const LayerId layer : layers) QCOMPARE(view.frame_of[view.node_of[layer.index()]], frame);
            QTest::mouseClick(stand.view.viewport(), Qt::LeftButton, {}, middle.toPoint());
            QTRY_VERIFY(!stand.view.isLayingOut());
            QVERIFY(stand.view.groups().isClosed(LayerId{300}));
            return;
        }
        QFAIL("the frame has no title in sight");
    }
};

CUTLINE_TEST(TestGraphGroups)

} // namespace cutline::tst_graph_groups

#include "tst_graph_groups.moc"
