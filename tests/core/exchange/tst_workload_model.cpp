// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/cost_model.h"
#include "core/exchange/workload_model.h"
#include "core/plan/evaluate.h"
#include "tests/test_program.h"

#include <QTest>

#include <cmath>
#include <random>

namespace cutline::tst_workload_model {
namespace {

std::string dataFile(const char* name) { return std::string(CUTLINE_SOURCE_DIR "/tests/data/tarnawski/") + name; }

Workload randomWorkload(std::mt19937& random, bool sized)
{
    const auto pick = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
    Workload workload;
    const int count = pick(2, 8);
    for (int i = 0; i < count; ++i) {
        Workload::Node node;
        node.id = 100 - i;
        node.accelerator_ms = pick(0, 8);
        node.cpu_ms = pick(2, 20);
        node.on_accelerator = pick(0, 9) > 0;
        node.bytes = pick(0, 4);
        workload.nodes.push_back(node);
    }
    for (std::uint32_t from = 0; from < workload.nodes.size(); ++from) {
        const double cost_ms = pick(0, 4);
        for (std::uint32_t to = from + 1; to < workload.nodes.size(); ++to)
            if (pick(0, 2) == 0)
                workload.edges.push_back({from, to, cost_ms, sized ? std::optional(cost_ms * 1e5) : std::nullopt});
    }
    workload.accelerators = static_cast<std::uint32_t>(pick(1, 3));
    workload.cpus = 1;
    return workload;
}

/// The metrics of a placement as a plan on the workload's own devices.
Result<Metrics> judged(const WorkloadModel& made, const Workload& workload, const Placement& placement)
{
    Problem problem;
    problem.graph = made.model.graph;
    problem.system = std::make_shared<const System>(made.system);
    CostOptions options;
    options.profiles["accelerator"] = options.profiles["cpu"] = made.times;
    Progress progress;
    auto costs = buildCostTable(problem.graph, problem.system, options, progress);
    if (!costs) return costs.error();
    problem.costs = *costs;
    std::vector<PlatformId> device_of_node(workload.nodes.size());
    for (std::uint32_t d = 0; d < placement.devices.size(); ++d)
        for (const std::uint32_t node : placement.devices[d]) device_of_node[node] = PlatformId{d};
    std::vector<PlatformId> assignment;
    for (const Layer& layer : problem.graph->layers()) assignment.push_back(device_of_node[layer.file_index]);
    return Evaluator(problem).evaluate(planFromAssignment(*problem.graph, assignment));
}

void compareLoads(const Workload& workload, const char* name)
{
    Progress progress;
    const auto placement = place(workload, {}, progress);
    if (!placement) return; // nothing fits
    const auto metrics = judged(workloadModel(workload, name, {}), workload, *placement);
    QVERIFY2(metrics.ok(), metrics ? "" : metrics.error().message().c_str());
    const double ms = metrics->initiation_interval_s * 1e3;
    QVERIFY2(std::abs(ms - placement->max_load_ms) <= 1e-6 + 1e-6 * placement->max_load_ms,
             qPrintable(QStringLiteral("%1: %2 ms, published definition %3").arg(QLatin1String(name)).arg(ms).arg(placement->max_load_ms)));
    QVERIFY(metrics->violations.empty());
}

} // namespace

/// A device-placement workload as graph, system and costs: what a plan takes is what its own definition says.
class TestWorkloadModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void randomPlacementsTakeTheirLoad()
    {
        for (unsigned seed = 0; seed < 300; ++seed) {
            std::mt19937 random(seed);
            compareLoads(randomWorkload(random, seed % 2 == 0), qPrintable(QStringLiteral("seed %1").arg(seed)));
            if (QTest::currentTestFailed()) return;
        }
    }

    void publishedOnesTakeTheirLoad_data()
    {
        QTest::addColumn<double>("optimum_ms");
        QTest::newRow("bert24_layer.json") << 17.790;
        QTest::newRow("resnet50_layer.json") << 33.775;
        QTest::newRow("bert3_operator.json") << 27.919;
    }

    void publishedOnesTakeTheirLoad()
    {
        QFETCH(double, optimum_ms);
        const std::string file = dataFile(QTest::currentDataTag());
        const auto workload = readWorkload(file);
        QVERIFY(workload.ok());
        Progress progress;
        const auto placement = place(*workload, {}, progress);
        QVERIFY(placement.ok());
        const auto made = readWorkloadModel(file);
        QVERIFY(made.ok());
        QCOMPARE(made->model.graph->layerCount(), workload->nodes.size());
        const auto metrics = judged(*made, *workload, *placement);
        QVERIFY2(metrics.ok(), metrics ? "" : metrics.error().message().c_str());
        const double ms = metrics->initiation_interval_s * 1e3;
        QVERIFY2(std::abs(ms - optimum_ms) < 0.001, qPrintable(QString::number(ms, 'g', 10)));
        QCOMPARE(made->model.sha256.size(), std::size_t{64});
    }

    void nodesBecomeLayers()
    {
        const auto made = readWorkloadModel(dataFile("bert24_layer.json"));
        QVERIFY(made.ok());
        const Graph& graph = *made->model.graph;
        QVERIFY(graph.findLayer("node1") && graph.name() == "bert24_layer");
        QCOMPARE(made->system.platforms.size(), std::size_t{7});
        QVERIFY(made->system.platforms[5].name == "accelerator6" && made->system.platforms[6].name == "cpu1");
        QCOMPARE(*made->system.platforms[0].memoryCapacity(), 17185374208.0);
        QVERIFY(made->model.notes.empty());
        const Layer& big = graph.layer(*graph.findLayer("node3"));
        QCOMPARE(graph.weight(big.weights.at(0)).elements, std::uint64_t{131325952});
    }

    void namesThatAreNotNames()
    {
        Workload workload;
        workload.nodes.resize(2);
        workload.nodes[0].id = 7;
        workload.nodes[1].id = -3;
        workload.nodes[0].name = workload.nodes[1].name = "same";
        workload.cpus = 1;
        const auto made = workloadModel(workload, "a/b.json", {});
        QVERIFY(made.model.graph->findLayer("node 7") && made.model.graph->findLayer("node -3"));
        QVERIFY(made.model.graph->name() == "b");
    }

    /// A reader may stand before what it reads in the file; sizes that fit no rate are not believed.
    void ordersAndSizes()
    {
        Workload workload;
        workload.nodes.resize(3);
        for (std::size_t n = 0; n < 3; ++n) workload.nodes[n].id = static_cast<std::int64_t>(n);
        workload.edges = {{2, 0, 1.0, 500.0}, {0, 1, 2.0, 17.0}};
        workload.accelerators = 2;
        const auto made = workloadModel(workload, "x.json", {});
        const Graph& graph = *made.model.graph;
        QVERIFY(graph.layers()[0].name == "node 2" && graph.layers()[2].name == "node 1");
        QCOMPARE(made.model.notes.size(), std::size_t{1});
        QVERIFY(made.model.notes[0].what.find("1 GB/s") != std::string::npos);
        QCOMPARE(*graph.tensors()[0].elements(), std::uint64_t{1000000});
        workload.edges[1].bytes = 1000.0;
        QVERIFY(workloadModel(workload, "x.json", {}).model.notes.empty());
        QCOMPARE(*workloadModel(workload, "x.json", {}).model.graph->tensors()[0].elements(), std::uint64_t{500});
    }
};

CUTLINE_TEST(TestWorkloadModel)

} // namespace cutline::tst_workload_model

#include "tst_workload_model.moc"
