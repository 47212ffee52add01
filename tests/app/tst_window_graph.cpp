// SPDX-License-Identifier: GPL-3.0-or-later
// What the window does with its graph: find, colours of cards, pins.
#include "tests/app/window_test.h"

#include "app/finder.h"
#include "app/header_bar.h"
#include "widgets/graph/legend.h"

#include <QLabel>
#include <QMenu>

namespace cutline::tst_window_graph {

using namespace cutline::test;

namespace {

constexpr const char* kModel = "resources/models/squeezenet1_1.onnx";

PlatformId placeOf(MainWindow& window, LayerId layer) {
    return assignmentOf(*window.document().state().plan,
                        window.document().model().graph->layerCount())[layer.index()];
}

} // namespace

class TestWindowGraph : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void findGoesFromLayerToLayer();
    void coloursOfCardsAreChosenByMenu();
    void pinsHoldThroughASearch();
    void statusNamesThePlan();
    void theSampleOpensLegible();
    void theViewIsFoundAsItWasLeft_data();
    void theViewIsFoundAsItWasLeft();

private:
    std::unique_ptr<FreshSettings> m_settings;
};

void TestWindowGraph::init() {
    m_settings = std::make_unique<FreshSettings>();
}

void TestWindowGraph::findGoesFromLayerToLayer() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    GraphView& graph = window->workArea().graph();
    QTest::keyClick(window.get(), Qt::Key_F3); // nothing was searched
    QVERIFY(graph.selection().isEmpty());
    QTest::keyClick(window.get(), Qt::Key_F, Qt::ControlModifier);
    QTest::keyClicks(&window->header().finder(), QStringLiteral("maxpool"));
    QTest::keyClick(&window->header().finder(), Qt::Key_Return);
    QVector<LayerId> pools;
    const Graph& model = *window->document().model().graph;
    for (std::uint32_t i = 0; i < model.layerCount(); ++i)
        if (model.layers()[i].op == "MaxPool") pools << LayerId{i};
    QVERIFY(pools.size() >= 3);
    QCOMPARE(graph.selection(), QVector<LayerId>{pools[0]});
    for (qsizetype i = 1; i <= pools.size(); ++i) { // and round
        QTest::keyClick(&graph, Qt::Key_F3);
        QCOMPARE(graph.selection(), QVector<LayerId>{pools[i % pools.size()]});
    }
    QTest::keyClick(&graph, Qt::Key_F3, Qt::ShiftModifier);
    QCOMPARE(graph.selection(), QVector<LayerId>{pools.back()});
    QVERIFY(window->findChild<QLabel*>(QStringLiteral("toldText"))->text().startsWith(
        QStringLiteral("%1 of %1 layers").arg(pools.size())));
}

void TestWindowGraph::coloursOfCardsAreChosenByMenu() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    GraphView& graph = window->workArea().graph();
    QVERIFY(!graph.legend().isVisible());
    for (QAction* action : window->workArea().overlayMenu()->actions()) {
        action->trigger();
        QCOMPARE(graph.overlay(), action->data().toString());
        QVERIFY(action->isChecked());
        QCOMPARE(graph.legend().isVisible(), graph.overlay() != QLatin1String("platform"));
        if (graph.legend().isVisible()) {
            QVERIFY(graph.legend().plainText().startsWith(action->text()));
            QVERIFY(graph.rect().contains(graph.legend().geometry()));
        }
    }
}

void TestWindowGraph::pinsHoldThroughASearch() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    GraphView& graph = window->workArea().graph();
    Document& document = window->document();
    // The last layer on the platform that the proposed plan does not use for it.
    const LayerId last{static_cast<std::uint32_t>(document.model().graph->layerCount() - 1)};
    const PlatformId other{placeOf(*window, last).value == 0 ? 1u : 0u};
    graph.setSelection({last});
    QTest::keyClick(&graph, other.value == 0 ? Qt::Key_1 : Qt::Key_2);
    QCOMPARE(placeOf(*window, last), other);
    QVERIFY(!graph.cardStyleOf(last).pinned);
    QTest::keyClick(&graph, Qt::Key_P);
    QCOMPARE(document.state().options.pins, (std::vector<Pin>{{last, other}}));
    QVERIFY(graph.cardStyleOf(last).pinned);
    QVERIFY(document.undoStack().undoText().startsWith(QStringLiteral("Pin ")));
    QVERIFY(settle(document));

    const auto proposed = document.state().plan;
    for (QAction* action : window->findChildren<QAction*>())
        if (action->text().remove(QLatin1Char('&')).startsWith(QStringLiteral("Pin the selection")))
            action->trigger();
    QTRY_VERIFY(document.state().plan != proposed);
    QCOMPARE(placeOf(*window, last), other);
    QCOMPARE(document.planIndex(), document.suggestion());
    for (const Summary& summary : document.result()->summaries) QVERIFY(summary.latency_s > 0);
    for (std::size_t i = 0; i < document.result()->candidates->size(); ++i)
        QCOMPARE(assignmentOf(document.result()->candidates->plan(i), last.index() + 1)[last.index()], other);

    QTest::keyClick(&graph, Qt::Key_P);
    QVERIFY(document.state().options.pins.empty());
    QVERIFY(!graph.cardStyleOf(last).pinned);
    while (document.undoStack().canUndo()) document.undoStack().undo();
    QVERIFY(document.state().options.pins.empty());
}

void TestWindowGraph::statusNamesThePlan() {
    const auto window = windowWith(kModel);
    QVERIFY(window);
    const auto* status = window->findChild<QLabel*>(QStringLiteral("planStatus"));
    QVERIFY(status->text().startsWith(planTitle(*window->document().suggestion())));
    const auto knee = *window->document().result()->knee;
    window->document().choosePlan(knee);
    QVERIFY2(status->text().contains(QStringLiteral("knee")), qPrintable(status->text()));
    std::vector<LayerId> some{LayerId{5}, LayerId{9}, LayerId{30}};
    window->document().assign(some, PlatformId{placeOf(*window, some[0]).value == 0 ? 1u : 0u});
    QCOMPARE(status->text(), QStringLiteral("own plan"));
}

void TestWindowGraph::theSampleOpensLegible() {
    const auto window = windowWith("resources/models/efficientnet_b0.onnx");
    QVERIFY(window);
    GraphView& graph = window->workArea().graph();
    QVERIFY2(graph.zoom() >= 0.4, qPrintable(QString::number(graph.zoom())));
    // The cut lies between cards, not within one.
    for (const ViewNode& node : graph.picture().view().nodes)
        for (const LayerId layer : node.layers)
            QCOMPARE(placeOf(*window, layer), placeOf(*window, node.layers.front()));
}

void TestWindowGraph::theViewIsFoundAsItWasLeft_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<bool>("other_first"); // another model in the same window, else another window
    QTest::newRow("another window") << QString::fromLatin1(kModel) << false;
    QTest::newRow("another model between") << QString::fromLatin1(kModel) << true;
    QTest::newRow("groups") << QStringLiteral("resources/models/resnet50.onnx") << false;
}

void TestWindowGraph::theViewIsFoundAsItWasLeft() {
    QFETCH(QString, model);
    QFETCH(bool, other_first);
    const QByteArray file = model.toLatin1();
    auto window = windowWith(file.constData());
    QVERIFY(window);
    GraphView* graph = &window->workArea().graph();
    const auto quiet = [&graph] { return QTest::qWaitFor([&] { return graph->isLaidOut() && !graph->isLayingOut(); }, 10'000); };
    // The first group that is closed is opened, as by a double click; a graph without any is turned.
    std::uint32_t layer = 0;
    const auto layers = static_cast<std::uint32_t>(graph->graph()->layerCount());
    while (layer < layers && !graph->groups().isClosed({layer})) ++layer;
    if (layer < layers) {
        QTest::mouseDClick(graph->viewport(), Qt::LeftButton, {}, onScreen(*graph, {layer}));
        QVERIFY(!graph->groups().isClosed({layer}));
    } else {
        QTest::keyClick(window.get(), Qt::Key_O, Qt::ControlModifier | Qt::ShiftModifier);
    }
    QVERIFY(quiet());
    for (int i = 0; i < 3; ++i) QTest::keyClick(window.get(), Qt::Key_Plus, Qt::ControlModifier);
    QTest::mousePress(graph->viewport(), Qt::MiddleButton, {}, QPoint(300, 200));
    QTest::mouseMove(graph->viewport(), QPoint(180, 170));
    QTest::mouseRelease(graph->viewport(), Qt::MiddleButton, {}, QPoint(180, 170));
    const double zoom = graph->zoom();
    const GraphSight left = graph->sight();
    const Flow flow = graph->flow();
    const std::size_t cards = graph->groups().cardCount();
    if (other_first) {
        window->open(sourcePath("resources/models/efficientnet_b0.onnx"));
        QVERIFY(QTest::qWaitFor([&] { return graph->graph() && graph->graph()->layerCount() > 100; }, 10'000));
        QVERIFY(settle(window->document()) && quiet());
        QVERIFY(graph->zoom() != zoom);
        window->open(sourcePath(file.constData()));
        QVERIFY(QTest::qWaitFor([&] { return graph->graph()->layerCount() < 100; }, 10'000));
        QVERIFY(settle(window->document()));
    } else {
        window->close();
        window = std::make_unique<MainWindow>(library());
        window->resize(1440, 900);
        window->show();
        QVERIFY(QTest::qWaitForWindowExposed(window.get()));
        graph = &window->workArea().graph();
        window->open(sourcePath(file.constData()));
        QVERIFY(settle(window->document()));
    }
    QVERIFY(quiet());
    QVERIFY2(std::abs(graph->zoom() / zoom - 1) < 1e-6, qPrintable(QStringLiteral("%1, was %2").arg(graph->zoom()).arg(zoom)));
    // By the layer in the middle: where rows fold may have changed with the space.
    QCOMPARE(graph->sight().layer, left.layer);
    const QPointF off = (graph->sight().offset - left.offset) * zoom;
    QVERIFY2(std::hypot(off.x(), off.y()) < 3, qPrintable(QStringLiteral("%1 %2 pixels off").arg(off.x()).arg(off.y())));
    QCOMPARE(graph->flow(), flow);
    QCOMPARE(graph->groups().cardCount(), cards);
}

CUTLINE_WINDOW_TEST(TestWindowGraph)

} // namespace cutline::tst_window_graph

#include "tst_window_graph.moc"
