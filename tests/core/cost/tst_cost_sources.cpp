// SPDX-License-Identifier: GPL-3.0-or-later
// Which number a layer has: of a profile, of a model, of nobody; and what falls back.
#include "tests/core/cost/small_network.h"
#include "tests/test_program.h"

#include "core/graph/import.h"
#include "core/platform/library.h"

#include <QElapsedTimer>

namespace cutline::tst_cost_sources {

using namespace cutline::test;

class TestCostSources : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void profilesReplaceModels();
    void profilesByDescriptorAndPlatformColumn();
    void missingLayersAreListed();
    void convOnlyCostsNothingElse();
    void unsupportedOperatorsFallBack();
    void platformsWithoutNumbersAreNamed();
    void largeModelsAreQuick();
};

void TestCostSources::profilesReplaceModels() {
    CostOptions options;
    options.profiles["P"] =
        profileOf("layer,op,latency_s,energy_J\nconv,,1,2\ndw,,3,4\nodd,,5,6\n,Relu,7,8\n");
    const auto table = tableOf(smallNetwork(), systemOf({plainPlatform()}), options);
    QVERIFY2(table.ok(), table.ok() ? "" : table.error().message().c_str());
    const double expected[] = {1, 7, 0, 3, 5};
    for (std::uint32_t l = 0; l < 5; ++l) {
        QCOMPARE((*table)->layer(LayerId{l}, PlatformId{0}).latency_s, expected[l]);
        QVERIFY((*table)->layer(LayerId{l}, PlatformId{0}).source == Source::Profile);
    }
    QCOMPARE((*table)->layer(LayerId{1}, PlatformId{0}).energy_j, 8.0);
}

void TestCostSources::profilesByDescriptorAndPlatformColumn() {
    Platform first = plainPlatform(), second = plainPlatform();
    first.name = "P1";
    second.name = "P2";
    CostOptions options;
    options.missing = ProfileMissing::Zero;
    options.profiles["P"] = profileOf("layer,platform,latency_s\nconv,P2,2\nconv,P,1\nconv,Q,9\n");
    const auto table = tableOf(smallNetwork(), systemOf({first, second}), options);
    QVERIFY2(table.ok(), table.ok() ? "" : table.error().message().c_str());
    QCOMPARE((*table)->layer(LayerId{0}, PlatformId{0}).latency_s, 1.0);
    QCOMPARE((*table)->layer(LayerId{0}, PlatformId{1}).latency_s, 2.0); // its own rows first
    options.profiles["P"] = profileOf("layer,platform,latency_s\nconv,Q,9\n");
    const auto foreign = tableOf(smallNetwork(), systemOf({first}), options);
    QVERIFY(!foreign && foreign.error().fix.find("Q") != std::string::npos);
    options.profiles.clear();
    options.profiles["R"] = profileOf("layer,latency_s\nconv,9\n");
    const auto unknown = tableOf(smallNetwork(), systemOf({first}), options);
    QVERIFY(!unknown && unknown.error().what.find("platform R") != std::string::npos &&
            unknown.error().fix.find("P1") != std::string::npos);
}

void TestCostSources::missingLayersAreListed() {
    CostOptions options;
    options.profiles["P"] = profileOf("layer,latency_s,energy_J\nconv,1,2\n");
    const auto fail = tableOf(smallNetwork(), systemOf({plainPlatform()}), options);
    QVERIFY(!fail);
    QVERIFY2(fail.error().what.find("3 of 5 layers are not listed for P: relu, dw, odd") != std::string::npos,
             fail.error().what.c_str());
    options.missing = ProfileMissing::Zero;
    const auto zero = tableOf(smallNetwork(), systemOf({plainPlatform()}), options);
    QCOMPARE((*zero)->layer(LayerId{3}, PlatformId{0}).latency_s, 0.0);
    QVERIFY((*zero)->layer(LayerId{3}, PlatformId{0}).source == Source::Assumed);
    options.missing = ProfileMissing::Model;
    const auto model = tableOf(smallNetwork(), systemOf({plainPlatform()}), options);
    QCOMPARE((*model)->layer(LayerId{3}, PlatformId{0}).latency_s, 27.0);
    QVERIFY((*model)->layer(LayerId{3}, PlatformId{0}).source == Source::Roofline);
    QCOMPARE((*model)->layer(LayerId{0}, PlatformId{0}).latency_s, 1.0);
    Platform bare = plainPlatform();
    bare.roofline.reset();
    QVERIFY(!tableOf(smallNetwork(), systemOf({bare}), options)); // nothing to predict with
}

void TestCostSources::convOnlyCostsNothingElse() {
    CostOptions options;
    options.compat.conv_only = true;
    options.profiles["P"] = profileOf("layer,latency_s,energy_J\nconv,1,2\nodd,5,5\n");
    const auto table = tableOf(smallNetwork(), systemOf({plainPlatform()}), options);
    QVERIFY2(table.ok(), table.ok() ? "" : table.error().message().c_str());
    const double expected[] = {1, 0, 0, 0, 0};
    for (std::uint32_t l = 0; l < 5; ++l)
        QCOMPARE((*table)->layer(LayerId{l}, PlatformId{0}).latency_s, expected[l]);
    options.profiles.clear();
    const auto model = tableOf(smallNetwork(), systemOf({plainPlatform()}), options);
    QCOMPARE((*model)->layer(LayerId{0}, PlatformId{0}).latency_s, 6.7);
    QCOMPARE((*model)->layer(LayerId{1}, PlatformId{0}).latency_s, 0.0);
}

void TestCostSources::unsupportedOperatorsFallBack() {
    Platform weak = plainPlatform(), host = plainPlatform();
    weak.unsupported = {"Odd"};
    host.name = host.descriptor = "H";
    const auto alone = tableOf(smallNetwork(), systemOf({weak, host}));
    QVERIFY(!(*alone)->layer(LayerId{4}, PlatformId{0}).supported);
    QVERIFY((*alone)->layer(LayerId{4}, PlatformId{1}).supported);
    weak.fallback_platform = "H";
    const auto table = tableOf(smallNetwork(), systemOf({weak, host}));
    const Cost& cost = (*table)->layer(LayerId{4}, PlatformId{0});
    QVERIFY(cost.supported);
    QCOMPARE(cost.latency_s, 6.0 + 0.3 + 0.3); // 300 bytes at 1000 B/s each way
    QVERIFY((*table)->detail(cost.detail).find("falls back to H") != std::string::npos);
    QCOMPARE((*table)->group(4, PlatformId{0}), cost);
    // What it takes of the host and of the link is told apart.
    const FallBack* fall_back = (*table)->fallBack(LayerId{4}, PlatformId{0});
    QVERIFY(fall_back && fall_back->host == PlatformId{1} && fall_back->legs.size() == 2);
    QCOMPARE(fall_back->latency_s, 6.0);
    QCOMPARE(fall_back->energy_j, (*table)->layer(LayerId{4}, PlatformId{1}).energy_j);
    QCOMPARE(fall_back->legs[0].bytes, 300.0);
    QVERIFY(fall_back->legs[0].hop.from == NodeId{0} && fall_back->legs[1].hop.from == NodeId{1});
    QVERIFY(!(*table)->fallBack(LayerId{3}, PlatformId{0}) && !(*table)->fallBack(LayerId{4}, PlatformId{1}));
    host.unsupported = {"Odd"};
    const auto nobody = tableOf(smallNetwork(), systemOf({weak, host}));
    QVERIFY(!(*nobody)->layer(LayerId{4}, PlatformId{0}).supported);
}

void TestCostSources::platformsWithoutNumbersAreNamed() {
    Platform bare = plainPlatform();
    bare.roofline.reset();
    const auto none = tableOf(smallNetwork(), systemOf({plainPlatform(), bare}));
    QVERIFY(!none && none.error().where == "platform P" &&
            none.error().fix.find("--profile") != std::string::npos);
    Platform no_peak = plainPlatform();
    no_peak.roofline->peaks.clear();
    QVERIFY(!tableOf(smallNetwork(), systemOf({no_peak})));
    Platform zero = plainPlatform();
    zero.roofline->efficiency["conv"] = 0;
    const auto bad = tableOf(smallNetwork(), systemOf({zero}));
    QVERIFY(!bad && bad.error().what.find("conv") != std::string::npos);
}

void TestCostSources::largeModelsAreQuick() {
    std::vector<Tensor> tensors{tensorOf("x", {1, 16, 8, 8})};
    std::vector<Layer> layers;
    for (std::uint32_t l = 0; l < 20'000; ++l) {
        tensors.push_back(tensorOf("t" + std::to_string(l), {1, 16, 8, 8}));
        layers.push_back(
            layerOf("l" + std::to_string(l), "Relu", OpClass::Elementwise, TensorId{l}, TensorId{l + 1}));
    }
    tensors.front().is_graph_input = tensors.back().is_graph_output = true;
    const auto graph = std::make_shared<const Graph>("long", layers, tensors, std::vector<Weight>{});
    QElapsedTimer timer;
    timer.start();
    const auto table = tableOf(graph, systemOf({plainPlatform()}));
    const qint64 elapsed = timer.elapsed();
    QVERIFY(table.ok());
    qInfo("20,000 layers: %lld ms", elapsed);
    QVERIFY2(elapsed < 1000, "ten times the budget");
}

CUTLINE_TEST(TestCostSources)

} // namespace cutline::tst_cost_sources

#include "tst_cost_sources.moc"
