// SPDX-License-Identifier: GPL-3.0-or-later
// Scenes of the graph, of the start page and of what the window says.
#include "tests/screens/scenes.h"

#include "app/finder.h"
#include "app/header_bar.h"
#include "app/main_window.h"
#include "app/work_area.h"
#include "widgets/graph/graph_view.h"
#include "widgets/panels/message_bar.h"

#include <QDragMoveEvent>
#include <QMenu>
#include <QMimeData>
#include <QTest>

namespace cutline {
namespace {

bool asItOpens(MainWindow&) {
    return true;
}

LayerId middleLayer(MainWindow& window) {
    return LayerId{static_cast<std::uint32_t>(window.document().model().graph->layerCount() / 2)};
}

bool dragUnderWay(MainWindow& window) {
    GraphView& graph = window.workArea().graph();
    const LayerId layer = middleLayer(window);
    graph.setSelection({layer});
    graph.reveal(layer);
    const QPoint at = graph.mapFromScene(graph.cardRect(layer).center());
    QMimeData chip;
    const auto places =
        assignmentOf(*window.document().state().plan, window.document().model().graph->layerCount());
    chip.setData(QLatin1String(kPlatformMimeType), places[layer.index()].value == 0 ? "1" : "0");
    QDragEnterEvent enter(at, Qt::CopyAction, &chip, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(graph.viewport(), &enter);
    QDragMoveEvent move(at, Qt::CopyAction, &chip, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(graph.viewport(), &move);
    return true;
}

bool cutDragUnderWay(MainWindow& window) {
    GraphView& graph = window.workArea().graph();
    const auto handle = graph.cutHandle(0);
    if (!handle) return false;
    const QPoint from = graph.mapFromScene(*handle);
    QTest::mousePress(graph.viewport(), Qt::LeftButton, Qt::NoModifier, from);
    QTest::mouseMove(graph.viewport(), from + QPoint(60, 0));
    QTest::mouseMove(graph.viewport(), from + QPoint(160, 0));
    return true;
}

bool colouredBySensitivity(MainWindow& window) {
    for (QAction* action : window.workArea().overlayMenu()->actions())
        if (action->data().toString() == QLatin1String("sensitivity")) action->trigger();
    window.workArea().graph().setSelection({});
    return window.workArea().graph().overlay() == QLatin1String("sensitivity");
}

bool layerInspected(MainWindow& window) {
    GraphView& graph = window.workArea().graph();
    graph.setSelection({middleLayer(window)});
    graph.reveal(middleLayer(window));
    return true;
}

bool finderOpen(MainWindow& window) {
    window.activateWindow();
    Finder& finder = window.header().finder();
    finder.start(Finder::First::Layers);
    QTest::keyClicks(&finder, QStringLiteral("features.3"));
    return true;
}

bool colouredByLatency(MainWindow& window) {
    for (QAction* action : window.workArea().overlayMenu()->actions())
        if (action->data().toString() == QLatin1String("latency")) action->trigger();
    return window.workArea().graph().overlay() == QLatin1String("latency");
}

bool colouredByProvenance(MainWindow& window) {
    for (QAction* action : window.workArea().overlayMenu()->actions())
        if (action->data().toString() == QLatin1String("provenance")) action->trigger();
    return true;
}

/// Near enough to read everything: the minimap tells where; some layers are pinned.
bool nearAndPinned(MainWindow& window) {
    GraphView& graph = window.workArea().graph();
    graph.setSelection({middleLayer(window)});
    graph.zoomReset();
    std::vector<LayerId> layers;
    for (const LayerId layer : graph.selection()) layers.push_back(layer);
    window.document().pin(layers, true);
    return QTest::qWaitFor([&] { return window.document().jobs().idle(); }, kPatienceMs);
}

bool allOpen(MainWindow& window) {
    GraphView& graph = window.workArea().graph();
    graph.openAllGroups();
    return QTest::qWaitFor([&] { return !graph.isLayingOut(); }, kPatienceMs);
}

bool ownPlan(MainWindow& window) {
    std::vector<LayerId> layers;
    for (std::uint32_t i = 90; i < 110; ++i) layers.push_back({i});
    const auto places =
        assignmentOf(*window.document().state().plan, window.document().model().graph->layerCount());
    window.document().assign(layers, PlatformId{places[100].value == 0 ? 1u : 0u});
    return true;
}

bool errorBar(MainWindow& window) {
    window.open(QStringLiteral(CUTLINE_SOURCE_DIR "/tests/data/broken/conv_channels.onnx"));
    return QTest::qWaitFor([&] { return window.messages().isVisible(); }, kPatienceMs);
}

} // namespace

std::vector<Scene> graphScenes() {
    return {
        {"start", nullptr, asItOpens},
        {"start_error", nullptr, errorBar},
        {"sample", kSample, asItOpens},
        {"drag_chip", kSample, dragUnderWay},
        {"drag_cut", kSample, cutDragUnderWay},
        {"overlay_sensitivity", kTrained, colouredBySensitivity},
        {"inspector_layer", kSample, layerInspected},
        {"finder", kSample, finderOpen},
        {"own_plan", kSample, ownPlan},
        {"colour_latency", kSample, colouredByLatency},
        {"colour_provenance", kSample, colouredByProvenance},
        {"near", kSample, nearAndPinned},
        {"all_open", kSample, allOpen},
        {"deep_1000", "deep:1000", asItOpens},
        {"deep_20000", "deep:20000", asItOpens},
        {"vgg16", "resources/models/vgg16.onnx", asItOpens},
        {"error_bar", kSample, errorBar},
    };
}

} // namespace cutline
