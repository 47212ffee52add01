// SPDX-License-Identifier: GPL-3.0-or-later
// Scenes of charts, of the table and of the comparison.
#include "tests/screens/scenes.h"

#include "app/main_window.h"
#include "app/work_area.h"
#include "widgets/charts/cut_chart.h"
#include "widgets/charts/pareto_chart.h"
#include "widgets/charts/timeline_chart.h"
#include "widgets/graph/graph_view.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/compare_panel.h"
#include "widgets/panels/plan_graphs.h"

#include <QTabBar>
#include <QTableView>
#include <QTest>

namespace cutline {
namespace {

bool cutChart(MainWindow& window) {
    window.workArea().showChart(QLatin1String("cuts"));
    return true;
}

/// Of the sample with images; needs ONNX Runtime.
bool accuracyOverLatency(MainWindow& window) {
    window.workArea().pareto().setObjectives(Objective::Latency, Objective::Accuracy);
    return window.document().result()->accuracy_claim.has_value();
}

bool accuracyOverCut(MainWindow& window) {
    window.workArea().showChart(QLatin1String("cuts"));
    window.workArea().cuts().setObjective(Objective::Accuracy);
    return window.document().result()->accuracy_claim.has_value();
}

bool whatABitCosts(MainWindow& window) {
    window.workArea().showChart(QLatin1String("bits"));
    return QTest::qWaitFor([&] { return window.document().sweep() != nullptr; }, kPatienceMs);
}

bool roofline(MainWindow& window) {
    window.workArea().showChart(QLatin1String("roofline"));
    return true;
}

bool parallelAxes(MainWindow& window) {
    window.workArea().showChart(QLatin1String("parallel"));
    PlanBrush brush;
    double low = 1e9, high = 0;
    for (const Summary& s : window.document().result()->summaries) {
        low = std::min(low, s.energy_j);
        high = std::max(high, s.energy_j);
    }
    brush.set({Objective::Energy, low, low + 0.6 * (high - low)});
    window.workArea().chart(QLatin1String("parallel")).setBrush(brush);
    Q_EMIT window.workArea().chart(QLatin1String("parallel")).brushChanged(brush);
    return true;
}

bool scatterMatrix(MainWindow& window) {
    window.workArea().showChart(QLatin1String("matrix"));
    return true;
}

bool sharedCuts(MainWindow& window) {
    window.workArea().showChart(QLatin1String("shared_cuts"));
    return true;
}

bool steadyState(MainWindow& window) {
    window.workArea().showChart(QLatin1String("timeline"));
    auto& timeline = static_cast<TimelineChart&>(window.workArea().chart(QLatin1String("timeline")));
    return QTest::qWaitFor([&] { return timeline.timeline() != nullptr; }, kPatienceMs);
}

bool oneInference(MainWindow& window) {
    window.workArea().showChart(QLatin1String("timeline"));
    auto& timeline = static_cast<TimelineChart&>(window.workArea().chart(QLatin1String("timeline")));
    timeline.setMode(TimelineChart::Mode::OneInference);
    return QTest::qWaitFor([&] { return timeline.timeline() && timeline.timeline()->frames == 1; }, kPatienceMs);
}

bool sideBySide(MainWindow& window) {
    Document& document = window.document();
    window.workArea().compare().add(QStringLiteral("EYR alone"), document.result()->baselines[0].plan);
    window.workArea().compare().add(planTitle(*document.result()->knee),
                                    document.result()->candidates->plan(*document.result()->knee));
    window.workArea().showCompare();
    return true;
}

/// Graphs of three plans in step, near enough to read.
bool graphsInStep(MainWindow& window) {
    sideBySide(window);
    window.workArea().compare().tabs()->setCurrentIndex(1);
    PlanGraphs& graphs = *window.workArea().compare().graphs();
    return QTest::qWaitFor([&] { return graphs.hasGraphs() && graphs.graph(0).isLaidOut() && graphs.graph(1).isLaidOut(); },
                           kPatienceMs);
}

bool logarithmicAxes(MainWindow& window) {
    PlanAxes axes;
    axes.of(Objective::Energy) = {true, true};
    axes.of(Objective::InitiationInterval) = {true, false};
    axes.colour = Objective::Latency;
    window.workArea().pareto().setPlanAxes(axes);
    Q_EMIT window.workArea().pareto().planAxesChanged(axes);
    return true;
}

bool logarithmicParallel(MainWindow& window) {
    return logarithmicAxes(window) && parallelAxes(window);
}

bool logarithmicMatrix(MainWindow& window) {
    return logarithmicAxes(window) && scatterMatrix(window);
}

bool ranked(MainWindow& window) {
    PlanWeights weights;
    weights.of(Objective::Energy) = 8;
    weights.of(Objective::Latency) = 4;
    CandidatesTable& table = window.workArea().candidates();
    table.setWeights(weights);
    window.workArea().candidates().setListing(Listing::Front);
    return table.model()->bestByWeights().has_value();
}

bool demandDragged(MainWindow& window) {
    Document& document = window.document();
    window.document().demand(QStringLiteral("latency<=%1 s").arg(document.metrics()->latency_s * 1.2));
    window.workArea().pareto().setObjectives(Objective::Latency, Objective::InitiationInterval);
    return settled(document);
}

bool latencyOverMemory(MainWindow& window) {
    window.workArea().pareto().setObjectives(Objective::Memory, Objective::Latency);
    return true;
}

/// The short list with what stands behind its plans.
bool groupsOpen(MainWindow& window) {
    SearchOptions options = window.document().state().options;
    options.resolution = 0.05;
    window.document().setOptions(options);
    const bool done = settled(window.document());
    CandidatesTable& table = window.workArea().candidates();
    for (const std::uint32_t plan : window.document().result()->representatives)
        if (table.model()->groupSize(plan) > 1) {
            table.setSelected(plan);
            QTest::keyClick(table.view(), Qt::Key_Plus);
            break;
        }
    return done && table.model()->anyOpen();
}

} // namespace

std::vector<Scene> chartScenes() {
    return {
        {"chart_cut", kSample, cutChart},
        {"accuracy", kTrained, accuracyOverLatency},
        {"accuracy_cut", kTrained, accuracyOverCut},
        {"chart_bits", kTrained, whatABitCosts},
        {"chart_roofline", kSample, roofline},
        {"chart_parallel", kSample, parallelAxes},
        {"chart_matrix", kSample, scatterMatrix},
        {"chart_shared", kSample, sharedCuts},
        {"chart_demand", kSample, demandDragged},
        {"timeline", kSample, steadyState},
        {"timeline_one", kSample, oneInference},
        {"compare", kSample, sideBySide},
        {"compare_graphs", kSample, graphsInStep},
        {"chart_log", kSample, logarithmicAxes},
        {"chart_log_parallel", kSample, logarithmicParallel},
        {"chart_log_matrix", kSample, logarithmicMatrix},
        {"ranked", kSample, ranked},
        {"groups", kSample, groupsOpen},
        {"chart_memory", kSample, latencyOverMemory},
    };
}

} // namespace cutline
