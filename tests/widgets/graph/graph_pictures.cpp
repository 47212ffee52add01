// SPDX-License-Identifier: GPL-3.0-or-later
// Draws the graph view into PNG files, for looking at: graph_pictures FOLDER [MODEL.onnx].
#include "core/graph/import.h"
#include "tests/widgets/graph/worlds.h"
#include "widgets/graph/graph_view.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <QTextStream>

using namespace cutline;

namespace {

void draw(const GraphPtr& graph, const QString& file, QSize size, const Theme& theme, bool zoomed) {
    applyTheme(*qApp, theme);
    const SystemPtr system = worlds::systemOf(2);
    const CostTablePtr costs = worlds::costsOf(graph, system);
    GraphView view;
    view.setReducedMotion(true);
    view.resize(size);
    view.show();
    QSignalSpy finished(&view, &GraphView::layoutFinished);
    QElapsedTimer clock;
    clock.start();
    view.setModel(graph, system, costs);
    finished.wait(60'000);
    const Plan plan = worlds::pipeline(graph, {graph->layerCount() * 4 / 10});
    view.setPlan(plan, Evaluator(Problem{graph, system, costs, {}, {}, {}}).evaluate(plan));
    const LayerId chosen = plan.stages.front().layers.back();
    view.setSelection({chosen});
    if (zoomed) {
        view.zoomReset();
        view.reveal(chosen);
    }
    QTest::qWait(20);
    view.grab().save(file);
    QTextStream(stdout) << file << " " << clock.elapsed() << " ms " << finished.value(0).value(0).toString()
                        << "\n";
}

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    if (argc < 2) return 2;
    GraphPtr graph = worlds::mobileNet({1, 2, 2, 3, 3, 4, 1});
    if (argc > 2) {
        Progress progress;
        auto model = importOnnx(argv[2], {}, progress);
        if (!model) {
            QTextStream(stderr) << QString::fromStdString(model.error().message()) << "\n";
            return 1;
        }
        graph = model->graph;
    }
    const QDir folder(QString::fromLocal8Bit(argv[1]));
    draw(graph, folder.filePath("wide_light.png"), {880, 400}, Theme::light(), false);
    draw(worlds::mobileNet(std::vector<int>(8, 10)), folder.filePath("closed_light.png"), {1280, 600},
         Theme::light(), false);
    draw(graph, folder.filePath("wide_dark.png"), {880, 400}, Theme::darkTheme(), false);
    draw(graph, folder.filePath("large_light.png"), {1800, 900}, Theme::light(), false);
    draw(graph, folder.filePath("tall_light.png"), {420, 800}, Theme::light(), false);
    draw(graph, folder.filePath("near_light.png"), {880, 400}, Theme::light(), true);
    draw(graph, folder.filePath("near_dark.png"), {880, 400}, Theme::darkTheme(), true);
    draw(graph, folder.filePath("near_tall.png"), {420, 800}, Theme::light(), true);
    return 0;
}
