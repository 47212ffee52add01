// SPDX-License-Identifier: GPL-3.0-or-later
// The search on real networks: sizes of their lattices, published figures, the front against the list of all plans.
#include "tests/test_program.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/cost/cost_model.h"
#include "core/graph/import.h"
#include "core/plan/least_peaks.h"
#include "core/platform/library.h"
#include "core/search/pareto.h"
#include "core/search/row.h"
#include "core/search/search.h"
#include "tests/core/search/four_platforms.h"

#include <QElapsedTimer>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

namespace cutline::tst_networks {
namespace {

const std::string kRoot = CUTLINE_SOURCE_DIR;

GraphPtr network(const std::string& path)
{
    Progress progress;
    const auto model = importOnnx(kRoot + path, {}, progress);
    if (!model) qFatal("%s", model.error().message().c_str());
    return model->graph;
}

std::vector<std::vector<std::string>> csvRows(const std::string& name)
{
    std::vector<std::vector<std::string>> rows;
    const auto text = readFile(kRoot + "/tests/data/kress2024/" + name);
    if (!text) qFatal("%s", text.error().message().c_str());
    for (const std::string& line : split(*text, '\n')) rows.push_back(split(trimmed(line), ','));
    rows.erase(rows.begin());
    std::erase_if(rows, [](const auto& row) { return row.size() < 2; });
    return rows;
}

/// The published set-up: reference profiles of `stem` on system kress2024.
Problem published(const std::string& model, const std::string& stem, const std::string& system,
                  const std::string& compat, ProfileMissing missing)
{
    Problem problem;
    problem.graph = network(model);
    const Library library = Library::load({kRoot + "/platforms"});
    auto loaded = library.system(system);
    if (!loaded) qFatal("%s", loaded.error().message().c_str());
    problem.system = std::make_shared<const System>(std::move(*loaded));
    if (!compat.empty()) problem.compat = *parseCompat(compat);
    CostOptions options;
    options.missing = missing;
    options.compat = problem.compat;
    options.fusion = !problem.compat.any();
    for (const auto& [platform, suffix] : {std::pair("EYR", "_eyr.csv"), std::pair("SMB", "_smb.csv")})
        options.profiles[platform] = *readProfile(kRoot + "/tests/data/kress2024/" + stem + suffix, std::nullopt);
    Progress progress;
    auto costs = buildCostTable(problem.graph, problem.system, options, progress);
    if (!costs) qFatal("%s", costs.error().message().c_str());
    problem.costs = *costs;
    return problem;
}

std::vector<LayerId> schedule(const Graph& graph, const std::string& name)
{
    std::vector<LayerId> layers;
    for (const auto& line : split(*readFile(kRoot + "/tests/data/kress2024/" + name), '\n'))
        if (const auto id = graph.findLayer(trimmed(line))) layers.push_back(*id);
    return layers;
}

SearchResult explored(const Problem& problem, const SearchOptions& options)
{
    Progress progress;
    auto result = explore(problem, options, progress);
    if (!result) qFatal("%s", result.error().message().c_str());
    return std::move(*result);
}

double bestThroughput(const SearchResult& result)
{
    double best = 0;
    for (const Summary& s : result.summaries) best = std::max(best, 1 / s.initiation_interval_s);
    return best;
}

bool near(double a, double b, double tolerance = 1e-6) { return std::abs(a - b) <= tolerance * std::abs(b); }

} // namespace

class TestNetworks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void downSets_data();
    void downSets();
    void publishedRows_data();
    void publishedRows();
    void bothOrdersAreSearched();
    void frontIsThatOfAllPlans_data();
    void frontIsThatOfAllPlans();
    void nobodyOnAFrontIsBeaten();
    void coverHoldsWithinTheResolution();
    void leastPeaksOfAllStages_data();
    void leastPeaksOfAllStages();
};

void TestNetworks::downSets_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("count");
    QTest::newRow("EfficientNet-B0") << "efficientnet_b0" << 240;
    QTest::newRow("SqueezeNet 1.1") << "squeezenet1_1" << 98;
    QTest::newRow("VGG-16") << "vgg16" << 39;
}

void TestNetworks::downSets()
{
    QFETCH(QString, model);
    QFETCH(int, count);
    const GraphPtr graph = network("/resources/models/" + model.toStdString() + ".onnx");
    Progress progress;
    const DownSets sets(*graph, unfused(*graph), 1'000'000, progress);
    QVERIFY(sets.complete());
    QCOMPARE(int(sets.size()), count);
}

void TestNetworks::publishedRows_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("stem");
    QTest::addColumn<double>("best"); // inferences per second
    QTest::newRow("EfficientNet-B0") << "/resources/models/efficientnet_b0.onnx" << "efficientnet_b0" << 4.82065;
    QTest::newRow("VGG-16") << "/resources/models/vgg16.onnx" << "vgg16" << 4.108;
    QTest::newRow("SqueezeNet 1.1") << "/tests/data/topologies/squeezenet1_1_227.onnx" << "squeezenet1_1" << 176.52;
}

void TestNetworks::publishedRows()
{
    QFETCH(QString, model);
    QFETCH(QString, stem);
    QFETCH(double, best);
    const std::string name = stem.toStdString();
    const Problem problem = published(model.toStdString(), name, "kress2024", "kress-2024", ProfileMissing::Fail);
    SearchOptions options;
    options.order = OrderKind::Fixed;
    options.keep_dominated = true;
    options.schedule = schedule(*problem.graph, name + "_schedule.txt");
    QCOMPARE(options.schedule.size(), problem.graph->layerCount());
    const SearchResult result = explored(problem, options);
    std::map<std::string, std::size_t> by_cut;
    for (std::size_t i = 0; i < result.candidates->size(); ++i) by_cut[result.candidates->cutLabels(i)[0]] = i;
    for (const auto& row : csvRows(name + "_two_platform.csv")) {
        QVERIFY2(by_cut.contains(row[1]), row[1].c_str());
        const Summary& s = result.summaries[by_cut[row[1]]];
        const auto value = [&](std::size_t column) { return std::stod(row[column]); };
        QVERIFY2(near(s.latency_s, 1e-3 * value(2)) && near(s.energy_j, 1e-3 * value(3)) &&
                     near(1 / s.initiation_interval_s, value(4)) && near(s.link_bytes, value(5)) &&
                     near(s.memory_bytes_max, std::max(value(6), value(7))),
                 row[1].c_str());
    }
    QVERIFY2(near(bestThroughput(result), best, 2e-4), std::to_string(bestThroughput(result)).c_str());
}

void TestNetworks::bothOrdersAreSearched()
{
    const Problem problem = published("/tests/data/topologies/squeezenet1_1_227.onnx", "squeezenet1_1", "kress2024",
                                      "link-16-bit", ProfileMissing::Zero);
    const SearchResult result = explored(problem, {});
    QVERIFY2(near(bestThroughput(result), 199.83, 1e-4), std::to_string(bestThroughput(result)).c_str());
    const auto best = std::min_element(result.summaries.begin(), result.summaries.end(), [](const auto& a, const auto& b) {
        return a.initiation_interval_s < b.initiation_interval_s;
    });
    const Plan plan = result.candidates->plan(std::size_t(best - result.summaries.begin()));
    QCOMPARE(platformsText(plan, *problem.system), std::string("SMB > EYR"));
}

void TestNetworks::frontIsThatOfAllPlans_data()
{
    QTest::addColumn<QString>("stem");
    QTest::newRow("EfficientNet-B0") << "efficientnet_b0";
    QTest::newRow("VGG-16") << "vgg16";
    QTest::newRow("SqueezeNet 1.1") << "squeezenet1_1";
}

void TestNetworks::frontIsThatOfAllPlans()
{
    QFETCH(QString, stem);
    const std::string model = stem == "squeezenet1_1" ? "/tests/data/topologies/squeezenet1_1_227.onnx"
                                                      : "/resources/models/" + stem.toStdString() + ".onnx";
    const Problem problem = published(model, stem.toStdString(), "kress2024", "", ProfileMissing::Zero);
    SearchOptions options;
    options.objectives = {Objective::Latency, Objective::InitiationInterval, Objective::Energy, Objective::Memory,
                          Objective::LinkBytes};
    const SearchResult front = explored(problem, options);
    options.keep_dominated = true;
    const SearchResult all = explored(problem, options);
    Progress progress;
    const std::size_t sets = DownSets(*problem.graph, problem.costs->fusion(), 10'000, progress).size();
    QCOMPARE(all.summaries.size(), 2 * (sets - 2) + 2);
    const Evaluator evaluator(problem);
    QCOMPARE(front.summaries.size(), all.front.size());
    for (std::size_t i = 0; i < all.front.size(); ++i) {
        const Plan plan = front.candidates->plan(i);
        QVERIFY(plan == all.candidates->plan(all.front[i]));
        const Metrics metrics = evaluator.evaluate(plan);
        QVERIFY(near(metrics.latency_s, front.summaries[i].latency_s, 1e-12));
        QVERIFY(near(metrics.energy_j, front.summaries[i].energy_j, 1e-12));
        QVERIFY(near(metrics.memory_bytes_max, front.summaries[i].memory_bytes_max, 1e-12));
    }
}

/// Losses depend on bits alone, which two of the platforms have alike: many plans differ by rounding in some objective.
void TestNetworks::nobodyOnAFrontIsBeaten()
{
    Problem problem;
    problem.graph = network("/resources/models/efficientnet_b0.onnx");
    auto system = parseSystem(kFourPlatforms, "four", Library::load({kRoot + "/platforms"}));
    QVERIFY(system);
    problem.system = std::make_shared<const System>(std::move(*system));
    Progress progress;
    problem.costs = *buildCostTable(problem.graph, problem.system, {}, progress);
    SensitivityTable table(problem.graph->layerCount(), problem.system->platforms.size());
    std::mt19937_64 random(1);
    for (std::uint32_t l = 0; l < problem.graph->layerCount(); ++l) {
        const double scale = std::uniform_real_distribution(0.1, 1.0)(random);
        for (std::uint32_t p = 0; p < problem.system->platforms.size(); ++p)
            table.set(LayerId{l}, PlatformId{p}, scale * std::exp2(-problem.system->platforms[p].weight_bits));
    }
    problem.sensitivity = std::make_shared<const SensitivityTable>(table);
    SearchOptions options;
    options.objectives = {Objective::Latency, Objective::InitiationInterval, Objective::Energy,
                          Objective::Memory,  Objective::LinkBytes,          Objective::Sensitivity};
    options.max_platforms = 3;
    const SearchResult result = explored(problem, options);
    QVERIFY(result.front.size() > 5'000);
    std::vector<double> rows(result.front.size() * options.objectives.size());
    for (std::size_t i = 0; i < result.front.size(); ++i)
        fillRow(result.summaries[result.front[i]], options.objectives, rows.data() + i * options.objectives.size());
    QCOMPARE(paretoFront(rows, options.objectives.size()).size(), result.front.size());
}

void TestNetworks::coverHoldsWithinTheResolution()
{
    const Problem problem = published("/resources/models/efficientnet_b0.onnx", "efficientnet_b0", "kress2024", "",
                                      ProfileMissing::Zero);
    SearchOptions options;
    options.resolution = 0.05;
    const SearchResult result = explored(problem, options);
    QVERIFY(result.representatives.size() < result.front.size());
    for (const std::uint32_t i : result.front)
        QVERIFY(std::any_of(result.representatives.begin(), result.representatives.end(), [&](std::uint32_t r) {
            return std::all_of(options.objectives.begin(), options.objectives.end(), [&](Objective o) {
                return result.summaries[r].value(o) <= result.summaries[i].value(o) * (1.05 + 1e-9);
            });
        }));
    QVERIFY(std::find(result.representatives.begin(), result.representatives.end(), *result.knee) !=
            result.representatives.end());
    QCOMPARE(int(result.baselines.size()), 2);
}

void TestNetworks::leastPeaksOfAllStages_data()
{
    QTest::addColumn<QString>("model");
    for (const char* model : {"efficientnet_b0", "resnet50", "mobilenet_v2", "transformer_encoder"})
        QTest::newRow(model) << model;
}

/// All pairs of nested sets, fused and not; some of them against the best order of the stage by itself.
void TestNetworks::leastPeaksOfAllStages()
{
    QFETCH(QString, model);
    Problem problem;
    problem.graph = network("/resources/models/" + model.toStdString() + ".onnx");
    System system;
    for (const char* name : {"fuses", "does not"}) {
        Platform platform;
        platform.name = name;
        platform.activation_bits = 8;
        if (system.platforms.size() == 1) platform.fuse = std::vector<std::string>{""};
        platform.roofline.emplace();
        platform.roofline->peaks = {{"int8", 1e12}};
        system.platforms.push_back(platform);
    }
    problem.system = std::make_shared<const System>(system);
    Progress progress;
    const auto costs = buildCostTable(problem.graph, problem.system, {}, progress);
    QVERIFY2(costs.ok(), costs.ok() ? "" : costs.error().message().c_str());
    problem.costs = *costs;
    const Evaluator evaluator(problem);
    const DownSets sets(*problem.graph, problem.costs->fusion(), 1'000'000, progress);
    QElapsedTimer timer;
    timer.start();
    const LeastPeaks peaks(evaluator, sets);
    const auto count = static_cast<std::uint32_t>(sets.size());
    std::size_t pairs = 0, better = 0;
    double sum = 0;
    for (std::uint32_t inner = 0; inner < count; ++inner)
        for (std::uint32_t outer = inner + 1; outer < count; ++outer)
            if (sets.isSubset(inner, outer))
                for (const std::uint32_t p : {0u, 1u}) {
                    sum += peaks.peakBytes(PlatformId{p}, inner, outer);
                    ++pairs;
                }
    qInfo("%zu stages in %.1f ms", pairs, static_cast<double>(timer.nsecsElapsed()) * 1e-6);
    QVERIFY(peaks.isExact(PlatformId{0}) && peaks.isExact(PlatformId{1}) && sum > 0);
    for (std::uint32_t i = 0; i < 400; ++i) {
        const std::uint32_t inner = i * 7919 % count, outer = i * 104'729 % count;
        if (inner >= outer || !sets.isSubset(inner, outer)) continue;
        for (const std::uint32_t p : {0u, 1u}) {
            const auto order = peaks.order(PlatformId{p}, inner, outer);
            const double file = evaluator.piece(PlatformId{p}, peaks.fileOrder(inner, outer)).peak_bytes;
            const double least = peaks.peakBytes(PlatformId{p}, inner, outer);
            // A piece keeps nothing that it receives; a graph input that others read is kept.
            if (inner > 0) QCOMPARE(evaluator.piece(PlatformId{p}, order).peak_bytes, least);
            QVERIFY(least <= file || inner == 0);
            better += least < file;
        }
    }
    qInfo("%zu orders better than the file's", better);
}

CUTLINE_TEST(TestNetworks)

} // namespace cutline::tst_networks

#include "tst_networks.moc"
