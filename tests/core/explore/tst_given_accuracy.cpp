// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/explore/given_accuracy.h"

#include "core/base/text.h"
#include "core/cost/cost_model.h"
#include "core/exchange/exchange.h"
#include "core/graph/import.h"
#include "core/plan/precision_variants.h"

#include <algorithm>

namespace cutline::tst_given_accuracy {
namespace {

const std::string kModel = CUTLINE_SOURCE_DIR "/resources/models/fashion_cnn.onnx";

struct World {
    GraphPtr graph;
    Problem problem;

    World() {
        Progress progress;
        auto model = importOnnx(kModel, {}, progress);
        if (!model) qFatal("%s", model.error().message().c_str());
        graph = model->graph;
        System system;
        for (const int bits : {4, 16}) {
            Platform platform;
            platform.name = bits == 4 ? "eye" : "hub";
            platform.weight_bits = platform.activation_bits = bits;
            platform.lanes = 8;
            platform.clock_hz = 1e8;
            platform.roofline = Roofline{};
            platform.roofline->peaks = {{"int16", bits == 4 ? 2e9 : 1e9}};
            platform.roofline->pj_per_mac = 1;
            system.platforms.push_back(platform);
        }
        system.platforms[1].precisions = {{8, 8, std::nullopt}};
        Connection link;
        link.link.name = "link";
        link.link.rate_bits_per_s = 1e8;
        link.ends = {NodeId{0}, NodeId{1}};
        system.links = {link};
        problem.graph = graph;
        problem.system = std::make_shared<const System>(system);
        problem.costs = *buildCostTable(graph, problem.system, {}, progress);
    }
    Result<AccuracyTable> table(const std::string& text) const {
        return AccuracyTable::parse(text, "acc.csv", *graph, *problem.system);
    }
    std::string layer(std::uint32_t l) const { return graph->layer(LayerId{l}).name; }
    Plan cutAfter(std::uint32_t last, std::uint8_t hub_precision = 0) const {
        Plan plan = *planFromCuts(*graph, *problem.system, percentEncoded(layer(last)), "");
        plan.stages[1].precision = hub_precision;
        return plan;
    }
    std::optional<Accuracy> of(const AccuracyTable& table, const Plan& plan) const {
        return table.of(plan, *graph, *problem.system);
    }
};

} // namespace

class TestGivenAccuracy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsPlansByCut() {
        const World w;
        const auto table = w.table("cut_after_layer,accuracy,low,high\n" + w.layer(3) + ",0.9,0.88,0.92\n" + w.layer(7) + ",81.5%,,\n");
        QVERIFY2(table, table ? "" : table.error().message().c_str());
        const auto first = w.of(*table, w.cutAfter(3));
        QVERIFY(first);
        QVERIFY(*first == (Accuracy{0.9, Accuracy::Kind::Given, 0.88, 0.92, nullptr}));
        QCOMPARE(w.of(*table, w.cutAfter(7))->top1, 0.815);
        QVERIFY(!w.of(*table, w.cutAfter(5)));
        QVERIFY(!w.of(*table, w.cutAfter(3, 1))); // another precision is another plan
    }

    void readsWhatExploreWrites() {
        World w;
        Progress progress;
        w.problem.variants = *buildPrecisionVariants(w.graph, w.problem.system, {}, progress);
        SearchOptions options;
        options.precisions = PrecisionChoice::Offered;
        options.keep_dominated = true;
        auto found = explore(w.problem, options, progress);
        QVERIFY(found);
        found->accuracies.resize(found->summaries.size());
        std::vector<std::uint32_t> all;
        for (std::uint32_t i = 0; i < found->summaries.size(); ++i) {
            all.push_back(i);
            found->accuracies[i] = Accuracy{(i + 1) / 1000.0, Accuracy::Kind::Given, 0, 0, nullptr};
        }
        const std::string csv = planCsv(Evaluator(w.problem), *found, all);
        const auto table = w.table(csv);
        QVERIFY2(table, table ? "" : table.error().message().c_str());
        for (std::uint32_t i = 0; i < found->summaries.size(); ++i) {
            const auto known = w.of(*table, found->candidates->plan(i));
            QVERIFY(known);
            QCOMPARE(known->top1, (i + 1) / 1000.0);
        }
    }

    void readsPrecisions() {
        const World w;
        const auto table = w.table("cut_after_layer,bits_before,bits_after,top1\n" + w.layer(3) + ",4,16,0.9\n" + w.layer(3) +
                                   ",4,8,0.85\n,16,16,0.93\n");
        QVERIFY2(table, table ? "" : table.error().message().c_str());
        QCOMPARE(w.of(*table, w.cutAfter(3))->top1, 0.9);
        QCOMPARE(w.of(*table, w.cutAfter(3, 1))->top1, 0.85);
        QCOMPARE(w.of(*table, planFromAssignment(*w.graph, std::vector<PlatformId>(w.graph->layerCount(), PlatformId{1})))->top1, 0.93);
    }

    void errorsNameTheLine_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("said");
        QTest::newRow("empty") << "" << "acc.csv:1: nothing in the file";
        QTest::newRow("no accuracy") << "cut_after_layer\nx\n" << "no column 'accuracy'";
        QTest::newRow("of what") << "accuracy\n0.5\n" << "nothing says which plan";
        QTest::newRow("layer") << "cut_after_layer,accuracy\nnope,0.5\n" << "acc.csv:2: the model has no layer 'nope'";
        QTest::newRow("platform") << "platforms,cuts,accuracy\neye>hob,x,0.5\n" << "acc.csv:2: the system has no platform 'hob'";
        QTest::newRow("number") << "bits,accuracy\n8,much\n" << "acc.csv:2: accuracy 'much' is not a number";
        QTest::newRow("decimal comma") << "bits,accuracy\n8,0,93\n" << "acc.csv:2: 3 cells, the header has 2";
        QTest::newRow("share") << "bits,accuracy\n8,93\n" << "acc.csv:2: accuracy is 93";
        QTest::newRow("interval") << "bits,accuracy,low,high\n8,0.9,0.95,0.99\n" << "acc.csv:2: the accuracy lies outside";
        QTest::newRow("bits") << "bits,accuracy\n1,0.9\n" << "acc.csv:2: bits '1'";
        QTest::newRow("twice") << "bits,accuracy\n8,0.9\n8,0.8\n" << "acc.csv:3: the plan stands there already";
        QTest::newRow("no rows") << "bits,accuracy\n8,\n" << "no row with an accuracy";
        QTest::newRow("not offered") << "platforms,cuts,bits,accuracy\nhub,,12,0.9\n" << "acc.csv:2: hub does not offer 12 bits";
    }
    void errorsNameTheLine() {
        QFETCH(QString, text);
        QFETCH(QString, said);
        const World w;
        const auto table = w.table(text.toStdString());
        QVERIFY(!table);
        const QString message = QString::fromStdString(table.error().message());
        QVERIFY2(message.contains(said), qPrintable(message));
        QVERIFY(!table.error().fix.empty());
    }

    void decidesAmongPlansThatItKnows() {
        const World w;
        Progress progress;
        // Falling accuracy against what is quicker: every known plan may be on the front; one is beaten in both.
        const auto table = w.table("cut_after_layer,accuracy\n" + w.layer(2) + ",0.93\n" + w.layer(7) + ",0.9\n" + w.layer(12) + ",0.8\n");
        QVERIFY(table);
        SearchOptions options;
        options.objectives = {Objective::Latency, Objective::Accuracy};
        const auto found = exploreGiven(w.problem, options, *table, progress);
        QVERIFY2(found, found ? "" : found.error().message().c_str());
        QCOMPARE(found->accuracy_claim->given, std::size_t{3});
        QVERIFY(found->accuracy_claim->unknown > 0);
        QVERIFY(!found->front.empty());
        for (const std::uint32_t i : found->front) {
            QVERIFY(found->accuracies[i]);
            QCOMPARE(found->accuracies[i]->kind, Accuracy::Kind::Given);
            for (std::uint32_t k = 0; k < found->summaries.size(); ++k)
                QVERIFY(!found->accuracies[k] || found->summaries[k].latency_s >= found->summaries[i].latency_s ||
                        found->accuracies[k]->top1 < found->accuracies[i]->top1);
        }
        options.constraints = {*parseConstraint("accuracy>=95%", *w.problem.system)};
        const auto none = exploreGiven(w.problem, options, *table, progress);
        QVERIFY(none && none->infeasible);
        QVERIFY(none->infeasible->text.find("accuracy>=95%: the best plan has 93") != std::string::npos);
        // A scenario's requirement is such a limit, too.
        options.constraints.clear();
        Problem demanding = w.problem;
        demanding.scenario.requirements.push_back({"accuracy", {}, 0.85, true, {}, {}});
        const auto kept = exploreGiven(demanding, options, *table, progress);
        QVERIFY2(kept, kept ? "" : kept.error().message().c_str());
        QVERIFY(!kept->front.empty());
        for (const std::uint32_t i : kept->front) QVERIFY(kept->accuracies[i]->top1 >= 0.85);
    }
};

CUTLINE_TEST(TestGivenAccuracy)

} // namespace cutline::tst_given_accuracy

#include "tst_given_accuracy.moc"
