// SPDX-License-Identifier: GPL-3.0-or-later
// A precision chosen for each platform, against one search for every system that has it built in.
#include "tests/test_program.h"

#include "core/graph/import.h"
#include "core/plan/precision_variants.h"
#include "core/search/search.h"

#include <algorithm>
#include <array>
#include <set>

namespace cutline::tst_precision_search {
namespace {

const std::string kModel = CUTLINE_SOURCE_DIR "/resources/models/fashion_cnn.onnx";

Platform machine(const char* name, double macs_per_s, int bits) {
    Platform platform;
    platform.name = platform.descriptor = name;
    platform.weight_bits = platform.activation_bits = bits;
    platform.lanes = 16;
    platform.clock_hz = 1e8;
    Roofline roofline;
    roofline.peaks = {{"int4", 4 * macs_per_s}, {"int8", 2 * macs_per_s}, {"int16", macs_per_s}};
    roofline.bandwidth_bytes_per_s = 1e9;
    roofline.pj_per_mac = 1;
    roofline.pj_per_byte = 20;
    platform.roofline = roofline;
    platform.memories = {{"sram", 1e6, 0}};
    return platform;
}

System pair() {
    System system;
    system.platforms = {machine("a", 1e9, 16), machine("b", 4e9, 16)};
    system.platforms[0].precisions = {{8, 8, std::nullopt}};
    Roofline slow = *system.platforms[1].roofline;
    slow.pj_per_mac = 0.2;
    system.platforms[1].precisions = {{8, 16, std::nullopt}, {4, 4, slow}};
    Connection link;
    link.link.name = "link";
    link.link.rate_bits_per_s = 1e7;
    link.ends = {NodeId{0}, NodeId{1}};
    system.links = {link};
    return system;
}

/// The system as somebody would write it who knows nothing of choices.
System written(const System& from, int bits_a, int weight_bits_b, int activation_bits_b) {
    System system = from;
    system.platforms[0].weight_bits = system.platforms[0].activation_bits = bits_a;
    system.platforms[1].weight_bits = weight_bits_b;
    system.platforms[1].activation_bits = activation_bits_b;
    if (weight_bits_b == 4) system.platforms[1].roofline->pj_per_mac = 0.2;
    for (Platform& platform : system.platforms) platform.precisions.clear();
    return system;
}

Problem problemOn(const GraphPtr& graph, System system) {
    Progress progress;
    Problem problem;
    problem.graph = graph;
    problem.system = std::make_shared<const System>(std::move(system));
    auto costs = buildCostTable(graph, problem.system, {}, progress);
    if (!costs) qFatal("%s", costs.error().message().c_str());
    problem.costs = *costs;
    return problem;
}

GraphPtr sample() {
    Progress progress;
    auto model = importOnnx(kModel, {}, progress);
    if (!model) qFatal("%s", model.error().message().c_str());
    return model->graph;
}

using Row = std::array<double, 4>;
Row rowOf(const Summary& s) { return {s.latency_s, s.initiation_interval_s, s.energy_j, s.memory_bytes_max}; }

bool beats(const Row& a, const Row& b) {
    bool better = false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] > b[i]) return false;
        better = better || a[i] < b[i];
    }
    return better;
}

SearchOptions fourFigures() {
    SearchOptions options;
    options.objectives = {Objective::Latency, Objective::InitiationInterval, Objective::Energy, Objective::Memory};
    return options;
}

/// Same to the last few bits: sums may be made in another order.
bool same(const Row& a, const Row& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        if (std::abs(a[i] - b[i]) > 1e-12 * std::abs(b[i])) return false;
    return true;
}

} // namespace

class TestPrecisionSearch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsTheFrontOfAllSystems() {
        const GraphPtr graph = sample();
        Progress progress;
        std::vector<Row> rows;
        for (const int a : {16, 8})
            for (const auto& [weights, activations] : {std::pair{16, 16}, {8, 16}, {4, 4}}) {
                const auto found = explore(problemOn(graph, written(pair(), a, weights, activations)), fourFigures(), progress);
                QVERIFY(found);
                for (const std::uint32_t i : found->front) rows.push_back(rowOf(found->summaries[i]));
            }
        std::vector<Row> front;
        for (const Row& row : rows)
            if (std::none_of(rows.begin(), rows.end(), [&](const Row& other) { return beats(other, row); }) &&
                std::none_of(front.begin(), front.end(), [&](const Row& other) { return same(other, row); }))
                front.push_back(row);

        Problem problem = problemOn(graph, pair());
        auto variants = buildPrecisionVariants(graph, problem.system, {}, progress);
        QVERIFY(variants && *variants);
        problem.variants = *variants;
        SearchOptions options = fourFigures();
        options.precisions = PrecisionChoice::Offered;
        const auto found = explore(problem, options, progress);
        QVERIFY(found);
        QCOMPARE(found->proof.kind, Proof::Kind::Complete);
        std::vector<Row> ours;
        for (const std::uint32_t i : found->front) {
            const Row row = rowOf(found->summaries[i]);
            if (std::none_of(ours.begin(), ours.end(), [&](const Row& other) { return same(other, row); })) ours.push_back(row);
        }
        QCOMPARE(ours.size(), front.size());
        for (const Row& row : front)
            QVERIFY(std::any_of(ours.begin(), ours.end(), [&](const Row& other) { return same(other, row); }));
        // Both platforms at their own, and at others, are on it.
        std::set<std::pair<int, int>> used;
        for (const std::uint32_t i : found->front) {
            const auto precisions = precisionsOf(found->candidates->plan(i), 2);
            used.insert({precisions[0], precisions[1]});
        }
        QVERIFY(used.size() > 1);
    }

    void judgesEachPlanAtItsPrecisions() {
        const GraphPtr graph = sample();
        Progress progress;
        Problem problem = problemOn(graph, pair());
        problem.variants = *buildPrecisionVariants(graph, problem.system, {}, progress);
        const Evaluator evaluator(problem);
        std::vector<PlatformId> places(graph->layerCount(), PlatformId{0});
        for (std::size_t l = graph->layerCount() / 2; l < places.size(); ++l) places[l] = PlatformId{1};
        for (const auto& [precisions, system] :
             {std::pair{std::vector<std::uint8_t>{1, 0}, written(pair(), 8, 16, 16)},
              std::pair{std::vector<std::uint8_t>{0, 1}, written(pair(), 16, 8, 16)},
              std::pair{std::vector<std::uint8_t>{1, 2}, written(pair(), 8, 4, 4)}}) {
            Plan plan = planFromAssignment(*graph, places);
            const Plan plain = plan;
            setPrecisions(plan, precisions);
            const Metrics ours = evaluator.evaluate(plan);
            const Metrics theirs = Evaluator(problemOn(graph, system)).evaluate(plain);
            QVERIFY(ours == theirs);
            QCOMPARE(evaluator.figures(plan).latency_s, theirs.latency_s);
        }
    }

    void tellsHowTheFrontGrows() {
        const GraphPtr graph = sample();
        Progress progress;
        Problem problem = problemOn(graph, pair());
        problem.variants = *buildPrecisionVariants(graph, problem.system, {}, progress);
        const Evaluator evaluator(problem);
        SearchOptions options = fourFigures();
        options.precisions = PrecisionChoice::Offered;
        std::size_t told = 0, wrong = 0;
        std::set<std::vector<std::uint8_t>> used;
        options.on_front_grew = [&](const FrontSoFar& front) {
            ++told;
            const SearchResult so_far = front.result();
            wrong += so_far.front.size() != front.plans();
            for (const std::uint32_t i : so_far.front) {
                const Plan plan = so_far.candidates->plan(i);
                used.insert(precisionsOf(plan, 2));
                wrong += std::abs(evaluator.figures(plan).latency_s / so_far.summaries[i].latency_s - 1) > 1e-9;
            }
        };
        QVERIFY(explore(problem, options, progress));
        // Each part tells its first plan at once.
        QVERIFY2(told > 1 && used.size() > 1, qPrintable(QString("%1 %2").arg(told).arg(used.size())));
        QCOMPARE(wrong, std::size_t{0});
    }

    void listsNoPlanTwice() {
        const GraphPtr graph = sample();
        Progress progress;
        Problem problem = problemOn(graph, pair());
        problem.variants = *buildPrecisionVariants(graph, problem.system, {}, progress);
        SearchOptions options = fourFigures();
        options.precisions = PrecisionChoice::Offered;
        options.keep_dominated = true;
        const auto found = explore(problem, options, progress);
        QVERIFY(found);
        std::size_t alone = 0;
        for (std::uint32_t i = 0; i < found->summaries.size(); ++i) {
            const Plan plan = found->candidates->plan(i);
            alone += plan.stages.size() == 1;
            QVERIFY(Evaluator(problem).figures(plan).latency_s == found->summaries[i].latency_s);
            for (std::uint32_t k = i + 1; k < found->summaries.size() && k < i + 40; ++k)
                QVERIFY(!samePlaces(plan, found->candidates->plan(k), graph->layerCount()) ||
                        plan.stages[0].platform != found->candidates->plan(k).stages[0].platform);
        }
        QCOMPARE(alone, std::size_t{5}); // a at two precisions, b at three
    }

    void platformsWithMeasuredTimesStayAtTheirOwn() {
        const GraphPtr graph = sample();
        Progress progress;
        const auto system = std::make_shared<const System>(pair());
        CostOptions options;
        options.missing = ProfileMissing::Model;
        options.profiles["b"] = *parseProfile("layer,latency_ms\n" + graph->layer(LayerId{0}).name + ",1.5\n", "b.csv", std::nullopt);
        const auto variants = buildPrecisionVariants(graph, system, options, progress);
        QVERIFY2(variants, variants ? "" : variants.error().message().c_str());
        QVERIFY(*variants);
        QCOMPARE((*variants)->offered[0], (std::vector<std::uint8_t>{0, 1}));
        QCOMPARE((*variants)->offered[1], (std::vector<std::uint8_t>{0}));
    }

    void namesAndTexts() {
        const System system = pair();
        QCOMPARE(*precisionNamed("8/16", system.platforms[1]), std::uint8_t{1});
        QCOMPARE(*precisionNamed("16", system.platforms[1]), std::uint8_t{0});
        const auto wrong = precisionNamed("12", system.platforms[1]);
        QVERIFY(!wrong);
        QCOMPARE(QString::fromStdString(wrong.error().fix), QString("use 16, 8/16, 4"));
        Stage stage{PlatformId{1}, {}};
        stage.precision = 1;
        QCOMPARE(precisionSuffix(stage, system), std::string(" 8/16 bit"));
        stage.precision = 0;
        QCOMPARE(precisionSuffix(stage, system), std::string());
    }
};

CUTLINE_TEST(TestPrecisionSearch)

} // namespace cutline::tst_precision_search

#include "tst_precision_search.moc"
