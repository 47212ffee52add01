// SPDX-License-Identifier: GPL-3.0-or-later
// What a person waits for in the graph view: real mouse events on the offscreen platform, repaint included.
#include "core/cost/cost_model.h"
#include "core/graph/import.h"
#include "core/platform/library.h"
#include "tests/widgets/graph/worlds.h"
#include "widgets/graph/graph_view.h"

#include <QApplication>
#include <QMouseEvent>
#include <QSignalSpy>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>

using namespace cutline;

namespace {

GraphPtr efficientNet() {
    Progress progress;
    auto model = importOnnx(CUTLINE_SOURCE_DIR "/resources/models/efficientnet_b0.onnx", {}, progress);
    if (!model) {
        std::fprintf(stderr, "%s\n", model.error().message().c_str());
        std::exit(1);
    }
    return model->graph;
}

GraphPtr graphOfSize(std::int64_t layers) {
    if (layers == 239) return efficientNet();
    // 15 layers a block.
    std::vector<int> repeats(8, static_cast<int>(layers / 120));
    return worlds::mobileNet(repeats);
}

CostTablePtr costsFor(const GraphPtr& graph, const SystemPtr& system) {
    Progress progress;
    auto costs = buildCostTable(graph, system, {}, progress);
    return costs ? *costs : worlds::costsOf(graph, system);
}

struct Stand {
    GraphPtr graph;
    SystemPtr system;
    CostTablePtr costs;
    Evaluator evaluator;
    GraphView view;

    Stand(std::int64_t layers, QSize size)
        : graph(graphOfSize(layers)), system(library()), costs(costsFor(graph, system)),
          evaluator(Problem{graph, system, costs, {}, {}, {}}) {
        view.setReducedMotion(true);
        view.setLayoutProgram("dot", std::chrono::seconds(30));
        view.resize(size);
        view.show();
        QSignalSpy finished(&view, &GraphView::layoutFinished);
        view.setModel(graph, system, costs);
        finished.wait(60'000);
        // Every layer a card, whatever the window would open with.
        if (layers <= 1'000) {
            view.openAllGroups();
            finished.wait(60'000);
        }
        const Plan plan = worlds::pipeline(graph, {graph->layerCount() / 2});
        view.setPlan(plan, evaluator.evaluate(plan));
        QObject::connect(&view, &GraphView::cutPreviewRequested, &view,
                         [this](const Plan& p) { view.setPreview(p, evaluator.evaluate(p)); });
        QApplication::processEvents();
    }
    static SystemPtr library() {
        const auto system = Library::load(Library::defaultFolders()).system("kress2024");
        return system ? std::make_shared<const System>(*system) : worlds::systemOf(2);
    }
    void send(QEvent::Type type, QPoint at) {
        const bool move = type == QEvent::MouseMove;
        QMouseEvent event(type, QPointF(at), view.viewport()->mapToGlobal(QPointF(at)),
                          move ? Qt::NoButton : Qt::LeftButton,
                          type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton, {});
        QApplication::sendEvent(view.viewport(), &event);
    }
    /// Paints what is dirty, as the event loop would.
    void paint() {
        QApplication::sendPostedEvents();
        QApplication::processEvents(QEventLoop::ExcludeUserInputEvents);
    }
};

double millisecondsOf(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

/// One move event of the cut handle: new plan, new metrics, new picture. The worst of all stands beside the
/// mean.
void BM_DragCut(benchmark::State& state) {
    Stand stand(state.range(0),
                QSize(static_cast<int>(state.range(1)), static_cast<int>(state.range(1)) / 2));
    std::vector<QPoint> stops;
    for (std::uint32_t i = 0; i < stand.graph->layerCount(); i += 3)
        stops.push_back(stand.view.mapFromScene(stand.view.cardRect(LayerId{i}).center()));
    stand.send(QEvent::MouseButtonPress, stand.view.mapFromScene(*stand.view.cutHandle(0)));
    std::size_t next = 0;
    std::vector<double> times;
    for (auto _ : state) {
        const auto start = std::chrono::steady_clock::now();
        stand.send(QEvent::MouseMove, stops[next++ % stops.size()]);
        stand.paint();
        times.push_back(millisecondsOf(start));
    }
    std::sort(times.begin(), times.end());
    state.counters["p50_ms"] = times[times.size() / 2];
    state.counters["p99_ms"] = times[times.size() * 99 / 100];
    state.counters["worst_ms"] = times.back();
}
BENCHMARK(BM_DragCut)
    ->ArgNames({"layers", "width"})
    ->Args({239, 880})
    ->Args({239, 1800})
    ->Args({239, 2560})
    ->Args({960, 1200})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(200);

/// One frame while panning at a zoom where `layers` are all in sight.
void BM_PanFrame(benchmark::State& state) {
    Stand stand(state.range(0), QSize(1280, 720));
    if (state.range(1) == 1) stand.view.zoomReset();
    const QPoint start = stand.view.viewport()->rect().bottomRight() - QPoint(3, 3);
    stand.send(QEvent::MouseButtonPress, start);
    int step = 0;
    for (auto _ : state) {
        stand.send(QEvent::MouseMove, start - QPoint(40 + (step % 50), 20 + (step % 31)));
        stand.paint();
        ++step;
    }
}
BENCHMARK(BM_PanFrame)
    ->ArgNames({"layers", "near"})
    ->Args({239, 0})
    ->Args({239, 1})
    ->Args({960, 0})
    ->Args({19'200, 0})
    ->Args({19'200, 1})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(100);

/// Everything in sight painted anew: a zoom step's frame.
void BM_Repaint(benchmark::State& state) {
    Stand stand(state.range(0),
                QSize(static_cast<int>(state.range(1)), static_cast<int>(state.range(1)) / 2));
    for (auto _ : state) stand.view.viewport()->repaint();
    state.counters["zoom"] = stand.view.zoom();
}
BENCHMARK(BM_Repaint)
    ->ArgNames({"layers", "width"})
    ->Args({239, 880})
    ->Args({239, 1800})
    ->Args({239, 2560})
    ->Args({960, 1200})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(50);

/// From a graph to its first picture.
void BM_FirstPicture(benchmark::State& state) {
    const GraphPtr graph = graphOfSize(state.range(0));
    const SystemPtr system = Stand::library();
    const CostTablePtr costs = costsFor(graph, system);
    for (auto _ : state) {
        GraphView view;
        view.resize(1280, 720);
        view.show();
        QSignalSpy finished(&view, &GraphView::layoutFinished);
        view.setModel(graph, system, costs);
        finished.wait(60'000);
        QApplication::processEvents();
    }
}
BENCHMARK(BM_FirstPicture)
    ->ArgName("layers")
    ->Arg(239)
    ->Arg(960)
    ->Arg(19'200)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(3);

} // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
