// SPDX-License-Identifier: GPL-3.0-or-later
// Rooflines, fusion and uncertainty by hand.
#include "tests/core/cost/small_network.h"
#include "tests/test_program.h"

#include "core/cost/roofline.h"
#include "core/cost/uncertainty.h"

namespace cutline::tst_cost_table {

using namespace cutline::test;

class TestCostTable : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rooflines_data();
    void rooflines();
    void typesFallBackToTheNearestWider();
    void fusedGroupsMoveOnlyTheirEnds();
    void platformsFuseTheirOwnPatterns();
    void assumptionsAreMarked();
    void spreadsComeFromTheSourceOrTheDescriptor();
    void spreadsOfSumsKeepWhatIsCommon();
    void unknownShapesAreNotZeroInSilence();
};

void TestCostTable::rooflines_data() {
    QTest::addColumn<QList<double>>("latency");
    QTest::addColumn<QList<double>>("energy");
    QTest::addColumn<int>("change");
    // conv: MACs 3000/500 = 6 s; bytes 120 + 250 + 300 = 670: 6.7 s. relu 600 bytes: 6 s. view 0.
    // dw: 2700/100 = 27 s; bytes 108 + 600. odd: 600 bytes.
    QTest::newRow("plain") << QList{6.7, 6.0, 0.0, 27.0, 6.0} << QList{4340.0, 1200.0, 0.0, 4116.0, 1200.0}
                           << 0;
    QTest::newRow("launch") << QList{8.7, 8.0, 0.0, 29.0, 8.0} << QList{4340.0, 1200.0, 0.0, 4116.0, 1200.0}
                            << 1;
    // weights that fit on chip count 0: conv 550 bytes 5.5 s < 6 s
    QTest::newRow("weights on chip") << QList{6.0, 6.0, 0.0, 27.0, 6.0}
                                     << QList{4100.0, 1200.0, 0.0, 3900.0, 1200.0} << 2;
    QTest::newRow("only the smaller weights fit")
        << QList{6.7, 6.0, 0.0, 27.0, 6.0} << QList{4340.0, 1200.0, 0.0, 3900.0, 1200.0} << 3;
    // channels round up to 8: conv 16 x 16 x 25 / 500 = 12.8 s; depthwise 16 x 9 x 25 / 100 = 36 s; energy
    // stays
    QTest::newRow("granule") << QList{12.8, 6.0, 0.0, 36.0, 6.0} << QList{4340.0, 1200.0, 0.0, 4116.0, 1200.0}
                             << 4;
    QTest::newRow("power times time")
        << QList{6.7, 6.0, 0.0, 27.0, 6.0} << QList{20.1, 18.0, 0.0, 81.0, 18.0} << 5;
    QTest::newRow("bandwidth at half")
        << QList{13.4, 12.0, 0.0, 27.0, 12.0} << QList{4340.0, 1200.0, 0.0, 4116.0, 1200.0} << 6;
    // no bandwidth: relu 300 elements on 10 lanes at 3 Hz: 10 s
    QTest::newRow("lanes") << QList{6.0, 10.0, 0.0, 27.0, 10.0} << QList{4340.0, 1200.0, 0.0, 4116.0, 1200.0}
                           << 7;
    // 16-bit activations: conv 120 + 500 + 600 bytes
    QTest::newRow("wider activations")
        << QList{12.2, 12.0, 0.0, 27.0, 12.0} << QList{5440.0, 2400.0, 0.0, 5316.0, 2400.0} << 8;
    // dense-groups: 12 x 12 x 9 x 25 / 100 = 324 s, weights 12 x 108
    QTest::newRow("dense groups") << QList{6.7, 6.0, 0.0, 324.0, 6.0}
                                  << QList{4340.0, 1200.0, 0.0, 36192.0, 1200.0} << 9;
}

void TestCostTable::rooflines() {
    QFETCH(QList<double>, latency);
    QFETCH(QList<double>, energy);
    QFETCH(int, change);
    Platform p = plainPlatform();
    CostOptions options;
    if (change == 1) p.roofline->launch_s = 2;
    if (change == 2) p.roofline->on_chip_weight_bytes = 120;
    if (change == 3) p.roofline->on_chip_weight_bytes = 119;
    if (change == 4) p.roofline->granule_in = p.roofline->granule_out = 8;
    if (change == 5) p.roofline->busy_power_w = 3;
    if (change == 6) p.roofline->bandwidth_efficiency = 0.5;
    if (change == 7) {
        p.roofline->bandwidth_bytes_per_s.reset();
        p.lanes = 10;
        p.clock_hz = 3;
    }
    if (change == 8) p.activation_bits = 16;
    if (change == 9) options.compat.dense_groups = true;
    const GraphPtr graph = smallNetwork();
    const auto table = tableOf(graph, systemOf({p}), options);
    QVERIFY2(table.ok(), table.ok() ? "" : table.error().message().c_str());
    for (std::uint32_t l = 0; l < graph->layerCount(); ++l) {
        const Cost& cost = (*table)->layer(LayerId{l}, PlatformId{0});
        QCOMPARE(cost.latency_s, latency[int(l)]);
        QCOMPARE(cost.energy_j, energy[int(l)]);
        QVERIFY(cost.source == Source::Roofline);
        QCOMPARE((*table)->group(l, PlatformId{0}), cost);
    }
    QCOMPARE((*table)->layer(LayerId{0}, PlatformId{0}).uncertainty, 0.5f);
}

void TestCostTable::typesFallBackToTheNearestWider() {
    const auto time = [](int bits, std::vector<Roofline::Peak> peaks) {
        Platform p = plainPlatform();
        p.weight_bits = bits;
        p.roofline->peaks = std::move(peaks);
        p.roofline->bandwidth_bytes_per_s.reset();
        return (*tableOf(smallNetwork(), systemOf({p})))->layer(LayerId{0}, PlatformId{0}).latency_s;
    };
    const std::vector<Roofline::Peak> peaks{
        {"float32", 10}, {"float16", 100}, {"int16", 200}, {"int8", 1000}};
    QCOMPARE(time(8, peaks), 6.0);
    QCOMPARE(time(16, peaks), 30.0);
    QCOMPARE(time(32, peaks), 600.0);
    QCOMPARE(time(4, peaks), 6.0);
    QCOMPARE(time(8, {{"float32", 10}, {"float16", 100}}), 60.0);
    QCOMPARE(time(32, {{"int8", 1000}, {"float16", 100}}), 60.0); // nothing wider: the widest
}

void TestCostTable::fusedGroupsMoveOnlyTheirEnds() {
    Platform p = plainPlatform();
    p.roofline->launch_s = 1;
    const auto model = RooflineModel::make(p, {});
    const GraphPtr graph = smallNetwork();
    const LayerId both[] = {LayerId{0}, LayerId{1}};
    const auto cost = (*model)->cost(*graph, both);
    // weights 120 + x 250 + r 300, launched once; the one alone is 7.7 + 7
    QCOMPARE(cost->latency_s, 7.7);
    QCOMPARE(cost->energy_j, 4340.0);
}

void TestCostTable::platformsFuseTheirOwnPatterns() {
    Platform fuses = plainPlatform(), alone = plainPlatform();
    fuses.fuse = {"Conv + Relu"};
    alone.name = "A";
    alone.fuse = std::vector<std::string>{};
    CostOptions options;
    Progress progress;
    const GraphPtr graph = smallNetwork();
    const auto system = std::make_shared<const System>(systemOf({fuses, alone}));
    const auto table = buildCostTable(graph, system, options, progress);
    QVERIFY2(table.ok(), table.ok() ? "" : table.error().message().c_str());
    QCOMPARE((*table)->fusion().groups.size(), std::size_t{4});
    const std::uint32_t group = (*table)->fusion().group_of[0];
    QVERIFY((*table)->fuses(group, PlatformId{0}));
    QCOMPARE((*table)->group(group, PlatformId{0}).latency_s, 6.7); // 120 + 250 + 300 bytes
    QVERIFY(!(*table)->fuses(group, PlatformId{1}));
    QCOMPARE((*table)->group(group, PlatformId{1}).latency_s, 6.7 + 6.0);
    // Quirks keep every layer alone, and so does --fusion off.
    options.compat.link_16_bit = true;
    QCOMPARE((*buildCostTable(graph, system, options, progress))->fusion().groups.size(), std::size_t{5});
    QCOMPARE((*tableOf(graph, *system))->fusion().groups.size(), std::size_t{5});
}

void TestCostTable::assumptionsAreMarked() {
    Platform p = plainPlatform();
    p.notes = {{"roofline.bandwidth_bytes_per_s", Mark::Assumed, "a guess"},
               {"roofline.peak", Mark::Read, "data sheet"}};
    p.uncertainty = {0.3, 0.4, 0.0};
    const auto table = tableOf(smallNetwork(), systemOf({p}));
    const Cost& conv = (*table)->layer(LayerId{0}, PlatformId{0});
    QVERIFY(conv.source == Source::Assumed); // bound by the bandwidth
    QVERIFY((*table)->detail(conv.detail).find("assumption") != std::string::npos);
    QVERIFY((*table)->layer(LayerId{3}, PlatformId{0}).source == Source::Roofline); // bound by the peak
    QCOMPARE(conv.uncertainty, 0.5f);                                               // of 0.3 and 0.4
}

void TestCostTable::spreadsComeFromTheSourceOrTheDescriptor() {
    const auto conv = [](const Platform& p, const CostOptions& options = {}) {
        return (*tableOf(smallNetwork(), systemOf({p}), options))->layer(LayerId{0}, PlatformId{0});
    };
    Platform p = plainPlatform();
    QCOMPARE(conv(p).spread, (LogSpread{0.4f, 0.2f, 0.22360680f}));
    QCOMPARE(conv(p).uncertainty, 0.5f);
    p.uncertainty.platform = 0.1; // what is given wins, part by part
    QCOMPARE(conv(p).spread, (LogSpread{0.1f, 0.2f, 0.22360680f}));
    p.uncertainty = {0.2, 0.1, 0.2};
    QCOMPARE(conv(p).spread, (LogSpread{0.2f, 0.1f, 0.2f}));
    QCOMPARE(conv(p).uncertainty, 0.3f);
    // A descriptor speaks for predictions, not for measurements.
    CostOptions options;
    options.missing = ProfileMissing::Zero;
    options.profiles["P"] = profileOf("layer,latency_s\nconv,1\n");
    QCOMPARE(conv(p, options).spread, (LogSpread{0.03f, 0, 0.04f}));
    QCOMPARE(conv(p, options).uncertainty, 0.05f);
    options.profiles["P"] = profileOf("layer,latency_s,uncertainty,source\nconv,1,0.1,profile\n");
    QCOMPARE(conv(p, options).spread.platform, 0.06f);
    QCOMPARE(conv(p, options).spread.layer, 0.08f);
    QCOMPARE(conv(p, options).uncertainty, 0.1f);
    options.profiles["P"] = profileOf("layer,latency_s,uncertainty,source\nconv,1,1,roofline\n");
    QCOMPARE(conv(p, options).spread.platform, 0.8f);
    QCOMPARE(conv(p, options).uncertainty, 1.0f);
    for (const Source source : {Source::Profile, Source::User, Source::LoopNest, Source::Roofline})
        QVERIFY(defaultSpread(source).total() < defaultSpread(Source(int(source) + 1)).total() ||
                source == Source::Roofline); // less trusted is less sure
}

void TestCostTable::spreadsOfSumsKeepWhatIsCommon() {
    Platform fuses = plainPlatform(), alone = plainPlatform();
    fuses.fuse = {"Conv+Relu"};
    alone.name = "A";
    alone.fuse = std::vector<std::string>{};
    alone.uncertainty = {0.3, 0, 0.4};
    CostOptions options;
    Progress progress;
    const auto table = buildCostTable(smallNetwork(), std::make_shared<const System>(systemOf({fuses, alone})),
                                      options, progress);
    const std::uint32_t group = (*table)->fusion().group_of[0];
    // conv 6.7 s, relu 6 s: 0.4 * sqrt(6.7^2 + 6^2) / 12.7
    const Cost& sum = (*table)->group(group, PlatformId{1});
    QCOMPARE(sum.spread.platform, 0.3f);
    QCOMPARE(sum.spread.layer, static_cast<float>(0.4 * std::sqrt(6.7 * 6.7 + 36) / 12.7));
    QCOMPARE(sum.uncertainty, sum.spread.total());
}

void TestCostTable::unknownShapesAreNotZeroInSilence() {
    std::vector<Tensor> tensors{tensorOf("x", {-1}), tensorOf("y", {-1})};
    tensors[0].is_graph_input = tensors[1].is_graph_output = true;
    Layer layer = layerOf("a", "Relu", OpClass::Elementwise, TensorId{0}, TensorId{1});
    layer.shapes_known = false;
    const auto graph = std::make_shared<const Graph>("g", std::vector{layer}, tensors, std::vector<Weight>{});
    const auto table = tableOf(graph, systemOf({plainPlatform()}));
    const Cost& cost = (*table)->layer(LayerId{0}, PlatformId{0});
    QVERIFY(cost.source == Source::None);
    QVERIFY(!(*table)->detail(cost.detail).empty());
}

CUTLINE_TEST(TestCostTable)

} // namespace cutline::tst_cost_table

#include "tst_cost_table.moc"
