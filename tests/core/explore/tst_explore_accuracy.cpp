// SPDX-License-Identifier: GPL-3.0-or-later
// Searches with accuracy against every plan measured.
#include "tests/test_program.h"

#include "core/explore/explore_accuracy.h"

#include "../engine/engine_or_skip.h"

#include <algorithm>
#include <random>

namespace cutline::tst_explore_accuracy {
namespace {

const std::string kTrained = CUTLINE_SOURCE_DIR "/tests/data/trained/";

/// fmnist_cnn on a quick platform of few bits and a slow one of many, with random times.
struct World {
    ImportedModel model;
    Problem problem;
    std::optional<AccuracyMeter> meter;
    std::optional<AccuracyEstimate> estimate;

    World() {
        Progress progress;
        auto imported = importOnnx(kTrained + "fmnist_cnn.onnx", {}, progress);
        if (!imported) qFatal("%s", imported.error().message().c_str());
        model = *std::move(imported);
        problem.graph = model.graph;
        auto system = std::make_shared<System>();
        for (const int bits : {3, 8}) {
            Platform p;
            p.name = "P" + std::to_string(bits);
            p.weight_bits = p.activation_bits = bits;
            system->platforms.push_back(p);
        }
        Connection link;
        link.link.name = "link";
        link.link.rate_bits_per_s = 1e9;
        link.ends = {NodeId{0}, NodeId{1}};
        system->links.push_back(link);
        problem.system = system;
        auto costs = std::make_shared<CostTable>(problem.graph, system, unfused(*problem.graph));
        std::mt19937 random(5);
        for (std::uint32_t l = 0; l < problem.graph->layerCount(); ++l)
            for (std::uint32_t p = 0; p < 2; ++p) {
                const double time = (p == 0 ? 1e-4 : 4e-4) * (1 + static_cast<double>(random() % 100) / 100);
                const Cost cost{time, time, Source::Roofline, true, 0, 0};
                costs->setLayer(LayerId{l}, PlatformId{p}, cost);
                costs->setGroup(l, PlatformId{p}, cost, false);
            }
        problem.costs = costs;
        const auto data = DataSet::read(kTrained + "fashion.json", DataSet::Section::Test);
        const auto calibration = DataSet::read(kTrained + "fashion.json", DataSet::Section::Calibration);
        auto made = AccuracyMeter::make(model, data->first(400), *calibration, {}, progress);
        if (!made) qFatal("%s", made.error().message().c_str());
        meter.emplace(*std::move(made));
        auto estimated = estimateAccuracy(*meter, *problem.graph, *problem.system, progress);
        if (!estimated) qFatal("%s", estimated.error().message().c_str());
        estimate.emplace(*std::move(estimated));
    }
    Result<SearchResult> explore(const SearchOptions& options, const AccuracyOptions& how = {}) {
        Progress progress;
        return exploreAccuracy(problem, options, *estimate, *meter, how, progress);
    }
};

/// One for all: what it has measured it knows.
World& theWorld() {
    static World world;
    return world;
}

// Inlined, GCC 12 takes the default objectives for uninitialised.
[[gnu::noinline]] SearchOptions latencyAndAccuracy() {
    SearchOptions options;
    options.objectives = {Objective::Latency, Objective::Accuracy};
    return options;
}

} // namespace

class TestExploreAccuracy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { CUTLINE_NEEDS_ENGINE(); }

    void comesCloseToMeasuringEveryPlan() {
        World& world = theWorld();
        Progress progress;
        SearchOptions every;
        every.objectives = {Objective::Latency};
        every.keep_dominated = true;
        const auto all = explore(world.problem, every, progress);
        QVERIFY(all && all->summaries.size() > 20);
        std::vector<PrecisionVector> vectors;
        for (std::size_t i = 0; i < all->summaries.size(); ++i)
            vectors.push_back(*precisionOf(all->candidates->plan(i), *world.problem.graph, *world.problem.system));
        const auto measured = world.meter->measure(vectors, progress);
        QVERIFY(measured);

        const auto found = world.explore(latencyAndAccuracy());
        QVERIFY2(found, found ? "" : found.error().message().c_str());
        QVERIFY(found->front.size() > 3);
        QCOMPARE(found->accuracy_claim->measured, found->front.size());
        QCOMPARE(found->accuracy_claim->estimated, std::size_t{0});
        for (const std::uint32_t i : found->front) {
            QCOMPARE(found->accuracies[i]->kind, Accuracy::Kind::Measured);
            QCOMPARE(found->accuracies[i]->top1, found->summaries[i].accuracy);
            QVERIFY(found->accuracies[i]->low <= found->accuracies[i]->top1);
        }
        // Whatever plan is measured, one of the front is as quick, and at most 1 % of the images worse.
        for (std::size_t i = 0; i < vectors.size(); ++i) {
            const double top1 = scoreOf((*measured)[i]);
            QVERIFY(std::any_of(found->front.begin(), found->front.end(), [&](std::uint32_t f) {
                return found->summaries[f].latency_s <= all->summaries[i].latency_s * (1 + 1e-9) &&
                       found->summaries[f].accuracy >= top1 - 0.01;
            }));
        }
    }

    void keepsLimitsAsMeasured() {
        World& world = theWorld();
        SearchOptions options;
        options.objectives = {Objective::Latency};
        options.constraints = {*parseConstraint("accuracy>=92%", *world.problem.system)};
        const auto found = world.explore(options);
        QVERIFY(found && !found->infeasible);
        QVERIFY(!found->front.empty());
        for (const std::uint32_t i : found->front) QVERIFY(found->summaries[i].accuracy >= 0.92);
        options.constraints = {*parseConstraint("accuracy>=99.9%", *world.problem.system)};
        const auto none = world.explore(options);
        QVERIFY(none && none->infeasible);
        const QString text = QString::fromStdString(none->infeasible->text);
        QVERIFY2(text.contains("accuracy>=99.9%") && text.contains("too little"), qPrintable(text));
    }

    void leavesEstimatesWhereNothingIsMeasured() {
        World& world = theWorld();
        const auto found = world.explore(latencyAndAccuracy(), {0, {}});
        QVERIFY(found);
        QCOMPARE(found->accuracy_claim->measured, std::size_t{0});
        QVERIFY(found->accuracy_claim->fit_points > 4);
        for (const std::uint32_t i : found->front) QCOMPARE(found->accuracies[i]->kind, Accuracy::Kind::Estimated);
    }

    void tellsHowTheFrontGrows() {
        World& world = theWorld();
        SearchOptions options = latencyAndAccuracy();
        std::size_t told = 0, wrong = 0;
        options.on_front_grew = [&](const FrontSoFar& front) {
            ++told;
            const SearchResult so_far = front.result();
            wrong += front.width != 2 || so_far.front.size() != front.plans() || !so_far.accuracy_claim;
            for (std::size_t i = 0; i < so_far.front.size(); ++i) {
                const Summary& summary = so_far.summaries[so_far.front[i]];
                const auto& accuracy = so_far.accuracies[so_far.front[i]];
                wrong += !accuracy || accuracy->kind != Accuracy::Kind::Estimated || accuracy->top1 != summary.accuracy;
                // Rows are of the objectives that were asked for, rounded to twelve digits.
                wrong += std::abs(front.rows[2 * i + 1] + summary.accuracy) > 1e-9;
            }
        };
        QVERIFY(world.explore(options));
        QVERIFY(told > 0);
        QCOMPARE(wrong, std::size_t{0});
    }

    void refusesTwoSources() {
        World& world = theWorld();
        Problem two = world.problem;
        two.sensitivity = world.estimate->noise;
        Progress progress;
        QVERIFY(!exploreAccuracy(two, latencyAndAccuracy(), *world.estimate, *world.meter, {}, progress));
    }
};

CUTLINE_TEST(TestExploreAccuracy)

} // namespace cutline::tst_explore_accuracy

#include "tst_explore_accuracy.moc"
