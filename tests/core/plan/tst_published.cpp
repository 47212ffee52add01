// SPDX-License-Identifier: GPL-3.0-or-later
// The published evaluation (quirk kress-2024) row by row: latency, energy, throughput, link bytes, memories.
#include "core/plan/edge_cuts.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/cost/cost_model.h"
#include "core/graph/down_sets.h"
#include "core/graph/import.h"
#include "core/platform/library.h"
#include "tests/long_run.h"
#include "tests/test_program.h"

#include <map>
#include <random>

namespace cutline::tst_published {
namespace {

const std::string kData = std::string(CUTLINE_SOURCE_DIR) + "/tests/data/kress2024/";

std::string modelFile(const std::string& name) {
    for (const char* folder : {"/resources/models/", "/tests/data/topologies/"}) {
        const std::string path = std::string(CUTLINE_SOURCE_DIR) + folder + name + ".onnx";
        if (readFile(path)) return path;
    }
    return name;
}

struct Table {
    std::vector<std::map<std::string, std::string>> rows;
};

Table tableOf(const std::string& file) {
    const auto text = readFile(kData + file);
    Table table;
    if (!text) return table;
    std::vector<std::string> header;
    for (const std::string& line : split(*text, '\n')) {
        if (trimmed(line).empty()) continue;
        const std::vector<std::string> cells = split(std::string(trimmed(line)), ',');
        if (header.empty()) {
            header = cells;
            continue;
        }
        auto& row = table.rows.emplace_back();
        for (std::size_t i = 0; i < header.size(); ++i) row[header[i]] = cells[i];
    }
    return table;
}

double numberOf(const std::string& cell) {
    double value = 0;
    return parseNumber(cell, value) ? value : -1;
}

/// Graph, system and schedule of a published run.
struct Run {
    Problem problem;
    std::vector<LayerId> schedule;
    std::map<std::string, std::size_t> position;
};

Run runOf(const std::string& model, const std::string& tables, const std::string& system,
          Compat compat = Compat::kress2024()) {
    Run run;
    Progress progress;
    const auto imported = importOnnx(modelFile(model), {}, progress);
    if (!imported) qFatal("%s", imported.error().message().c_str());
    const Library library = Library::load(Library::defaultFolders());
    const auto found = library.system(system);
    if (!found) qFatal("%s", found.error().message().c_str());
    run.problem.graph = imported->graph;
    run.problem.system = std::make_shared<const System>(*found);
    run.problem.compat = compat;
    CostOptions options;
    options.missing = ProfileMissing::Zero;
    options.compat = run.problem.compat;
    for (const char* platform : {"EYR", "SMB"}) {
        const auto profile = readProfile(kData + tables + "_" + lowered(platform) + ".csv", std::nullopt);
        if (!profile) qFatal("%s", profile.error().message().c_str());
        options.profiles[platform] = *profile;
    }
    const auto costs = buildCostTable(run.problem.graph, run.problem.system, options, progress);
    if (!costs) qFatal("%s", costs.error().message().c_str());
    run.problem.costs = *costs;
    const auto text = readFile(kData + tables + "_schedule.txt");
    for (const std::string& line : split(*text, '\n')) {
        const std::string name(trimmed(line));
        if (name.empty()) continue;
        run.position[name] = run.position.size();
        if (const auto layer = run.problem.graph->findLayer(name)) run.schedule.push_back(*layer);
    }
    return run;
}

bool near(double value, double reference) {
    return std::abs(value - reference) <= 1e-6 * std::max(std::abs(reference), 1e-30);
}

QByteArray differs(const char* what, double value, double reference) {
    return QByteArray(what) + " " + QByteArray::number(value, 'g', 12) + ", published " +
           QByteArray::number(reference, 'g', 12);
}

#define QVERIFY_NEAR(what, value, reference) QVERIFY2(near(value, reference), differs(what, value, reference))

} // namespace

class TestPublished : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void twoPlatforms_data();
    void twoPlatforms();
    void fourPlatforms();
    void bestCuts_data();
    void bestCuts();
    void plansAreJudgedByTheirCuts();
    void schedulesAreChecked();
};

void TestPublished::twoPlatforms_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("tables");
    QTest::addColumn<int>("rows");
    QTest::newRow("EfficientNet-B0") << "efficientnet_b0"
                                     << "efficientnet_b0" << 241;
    QTest::newRow("VGG-16") << "vgg16"
                            << "vgg16" << 31;
    QTest::newRow("SqueezeNet 1.1, 227x227") << "squeezenet1_1_227"
                                             << "squeezenet1_1" << 67;
}

void TestPublished::twoPlatforms() {
    QFETCH(QString, model);
    QFETCH(QString, tables);
    QFETCH(int, rows);
    const Run run = runOf(model.toStdString(), tables.toStdString(), "kress2024");
    const auto cuts =
        EdgeCutEvaluator::make(run.problem, run.schedule, std::vector{PlatformId{0}, PlatformId{1}});
    QVERIFY2(cuts.ok(), cuts.ok() ? "" : cuts.error().message().c_str());
    QCOMPARE(cuts->positionCount(), run.position.size());
    const Table table = tableOf(tables.toStdString() + "_two_platform.csv");
    QVERIFY2(int(table.rows.size()) > 0 && int(table.rows.size()) <= rows,
             QByteArray::number(table.rows.size()));
    for (const auto& row : table.rows) {
        const std::size_t position[] = {run.position.at(row.at("last_layer_on_EYR"))};
        QCOMPARE(cuts->label(position[0]), row.at("last_layer_on_EYR"));
        const Metrics m = cuts->evaluate(position);
        QVERIFY_NEAR("latency", m.latency_s * 1e3, numberOf(row.at("latency_ms")));
        QVERIFY_NEAR("energy", m.energy_j * 1e3, numberOf(row.at("energy_mJ")));
        QVERIFY_NEAR("throughput", m.throughputHz(), numberOf(row.at("throughput_fps")));
        QVERIFY_NEAR("link bytes", m.link_bytes, numberOf(row.at("link_bytes")));
        QVERIFY_NEAR("memory of EYR", m.platforms[0].memory_bytes, numberOf(row.at("mem_EYR_elements")));
        QVERIFY_NEAR("memory of SMB", m.platforms[1].memory_bytes, numberOf(row.at("mem_SMB_elements")));
        const Figures f = cuts->figures(position);
        QCOMPARE(f.latency_s, m.latency_s);
        QCOMPARE(f.energy_j, m.energy_j);
        QCOMPARE(f.initiation_interval_s, m.initiation_interval_s);
        QCOMPARE(f.link_bytes, m.link_bytes);
        QCOMPARE(f.memory_bytes_max, m.memory_bytes_max);
    }
}

void TestPublished::fourPlatforms() {
    const Run run = runOf("vgg16", "vgg16", "kress2024_four");
    std::vector<PlatformId> order;
    for (const char* name : {"EYR1", "EYR2", "SMB1", "SMB2"})
        order.push_back(run.problem.system->findPlatform(name).value());
    const auto cuts = EdgeCutEvaluator::make(run.problem, run.schedule, order);
    QVERIFY2(cuts.ok(), cuts.ok() ? "" : cuts.error().message().c_str());
    Table table = tableOf("vgg16_four_platform.csv");
    QCOMPARE(table.rows.size(), std::size_t{2930});
    constexpr unsigned kSeed = 2024;
    std::mt19937 random(kSeed);
    std::shuffle(table.rows.begin(), table.rows.end(), random);
    if (!test::longRun()) table.rows.resize(300);
    for (const auto& row : table.rows) {
        std::vector<std::size_t> positions;
        for (const char* cut : {"cut1_last_layer", "cut2_last_layer", "cut3_last_layer"})
            positions.push_back(run.position.at(row.at(cut)));
        const Metrics m = cuts->evaluate(positions);
        const QByteArray where = "row " + QByteArray::fromStdString(row.at("idx")) + " ";
        QVERIFY_NEAR(where + "latency", m.latency_s * 1e3, numberOf(row.at("latency_ms")));
        QVERIFY_NEAR(where + "energy", m.energy_j * 1e3, numberOf(row.at("energy_mJ")));
        QVERIFY_NEAR(where + "throughput", m.throughputHz(), numberOf(row.at("throughput_fps")));
        for (std::size_t link = 0; link < 3; ++link)
            QVERIFY_NEAR(where + "link bytes", m.links[link].bytes,
                         numberOf(row.at("link" + std::to_string(link + 1) + "_bytes")));
        for (std::size_t p = 0; p < 4; ++p)
            QVERIFY_NEAR(where + "memory", m.platforms[order[p].index()].memory_bytes,
                         numberOf(row.at("mem" + std::to_string(p + 1) + "_elements")));
    }
}

void TestPublished::bestCuts_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("tables");
    QTest::addColumn<int>("down_sets");
    QTest::addColumn<int>("first");
    QTest::addColumn<double>("throughput");
    QTest::newRow("EfficientNet-B0, EYR first") << "efficientnet_b0"
                                                << "efficientnet_b0" << 240 << 0 << 4.82065;
    QTest::newRow("VGG-16, EYR first") << "vgg16"
                                       << "vgg16" << 39 << 0 << 4.108;
    QTest::newRow("SqueezeNet 1.1, EYR first") << "squeezenet1_1_227"
                                               << "squeezenet1_1" << 98 << 0 << 176.52;
    QTest::newRow("SqueezeNet 1.1, SMB first") << "squeezenet1_1_227"
                                               << "squeezenet1_1" << 98 << 1 << 199.83;
}

/// The best throughput over all down-sets, with real transfers instead of the published ones but their 16-bit
/// words.
void TestPublished::bestCuts() {
    QFETCH(QString, model);
    QFETCH(QString, tables);
    QFETCH(int, down_sets);
    QFETCH(int, first);
    QFETCH(double, throughput);
    Compat compat;
    compat.link_16_bit = true;
    const Run run = runOf(model.toStdString(), tables.toStdString(), "kress2024", compat);
    const Graph& graph = *run.problem.graph;
    Progress progress;
    const DownSets sets(graph, unfused(graph), 1000, progress);
    QCOMPARE(int(sets.size()), down_sets);
    const Evaluator evaluator(run.problem);
    double best = 0;
    for (std::size_t set = 1; set + 1 < sets.size(); ++set) {
        Plan plan{Scheme::Pipeline,
                  {{PlatformId{std::uint32_t(first)}, {}}, {PlatformId{std::uint32_t(1 - first)}, {}}}};
        for (std::uint32_t l = 0; l < graph.layerCount(); ++l)
            plan.stages[sets.contains(set, l) ? 0 : 1].layers.push_back(LayerId{l});
        best = std::max(best, evaluator.evaluate(plan).throughputHz());
    }
    QVERIFY2(std::abs(best - throughput) < 0.0051 * (throughput > 10 ? 1 : 0.1),
             differs("throughput", best, throughput));
}

void TestPublished::plansAreJudgedByTheirCuts() {
    const Run run = runOf("vgg16", "vgg16", "kress2024");
    const std::vector order{PlatformId{0}, PlatformId{1}};
    const auto cuts = EdgeCutEvaluator::make(run.problem, run.schedule, order);
    const Evaluator evaluator(run.problem);
    const std::size_t n = run.schedule.size();
    for (std::size_t position = 0; position <= n + 1; ++position) {
        if (position == n) continue; // the same stages as `output`, which the judge takes them for
        const std::size_t at[] = {position};
        const Plan plan = cuts->plan(at);
        QCOMPARE(cuts->cutsOf(plan).value(), std::vector<std::size_t>{position});
        QCOMPARE(evaluator.evaluate(plan), cuts->evaluate(at));
        QCOMPARE(evaluator.figures(plan).latency_s, cuts->evaluate(at).latency_s);
    }
}

void TestPublished::schedulesAreChecked() {
    const Run run = runOf("vgg16", "vgg16", "kress2024");
    const std::vector order{PlatformId{0}, PlatformId{1}};
    auto schedule = run.schedule;
    std::swap(schedule[3], schedule[4]);
    const auto swapped = EdgeCutEvaluator::make(run.problem, schedule, order);
    QVERIFY(!swapped);
    QVERIFY(swapped.error().what.find("before its input") != std::string::npos);
    schedule = run.schedule;
    schedule.pop_back();
    const auto missing = EdgeCutEvaluator::make(run.problem, schedule, order);
    QVERIFY(!missing);
    QVERIFY(missing.error().what.find("1 of 38") != std::string::npos);
    schedule.push_back(schedule.front());
    QVERIFY(!EdgeCutEvaluator::make(run.problem, schedule, order));
}

CUTLINE_TEST(TestPublished)

} // namespace cutline::tst_published

#include "tst_published.moc"
