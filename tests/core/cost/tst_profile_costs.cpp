// SPDX-License-Identifier: GPL-3.0-or-later
// What the cost table makes of matched profiles: groups, shares, absent layers, energies.
#include "tests/core/cost/named_network.h"
#include "tests/test_program.h"

#include "core/cost/profile_match.h"
#include "core/plan/evaluate.h"

#include <cmath>
#include <ctime>

namespace cutline::tst_profile_costs {

using namespace cutline::test;

namespace {

struct Bench {
    GraphPtr graph = network(kBlock);
    SystemPtr system;
    CostOptions options;
    Result<CostTablePtr> table() const {
        Progress progress;
        return buildCostTable(graph, system, options, progress);
    }
};

/// kBlock on P with that profile, and on Q by its roofline.
Bench bench(ProfileFormat format, const std::vector<std::array<std::string, 2>>& rows) {
    Bench b;
    System system;
    system.name = "S";
    system.platforms = {platform(), platform()};
    system.platforms[1].name = system.platforms[1].descriptor = "Q";
    system.platforms[1].fuse = std::vector<std::string>{};
    system.platforms[0].fuse = std::vector<std::string>{};
    Connection link;
    link.link.name = "wire";
    link.link.rate_bits_per_s = 8e6;
    link.ends = {NodeId{0}, NodeId{1}};
    system.links = {link};
    b.system = std::make_shared<const System>(system);
    b.options.profiles["P"] = profileOf(format, rows);
    return b;
}

} // namespace

class TestProfileCosts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fusedTimesAreHeldByTheGroup();
    void cutsInsideAGroupShareByMacs();
    void absentLayersAreAnErrorUnlessTheyAreSaid();
    void unsupportedRowsStaySo();
    void energyFollowsFromTheTime();
    void largeProfilesAreQuick();
};

void TestProfileCosts::fusedTimesAreHeldByTheGroup() {
    const Bench b =
        bench(ProfileFormat::TensorRt, {{"c1 + r1", ""}, {"c2 + a + r2", ""}, {"p", ""}, {"f", ""}});
    const auto table = b.table();
    QVERIFY2(table.ok(), table.ok() ? "" : table.error().message().c_str());
    const Fusion& fusion = (*table)->fusion();
    QCOMPARE(fusion.groups.size(), std::size_t{5}); // c1 r1 | c2 a r2 | p | v | f
    const std::uint32_t second = fusion.group_of[2];
    QCOMPARE(fusion.groups[second], (std::vector{LayerId{2}, LayerId{3}, LayerId{4}}));
    const Cost& group = (*table)->group(second, PlatformId{0});
    QVERIFY((*table)->fuses(second, PlatformId{0}) && !(*table)->fuses(second, PlatformId{1}));
    QCOMPARE(group.latency_s, 2e-3);
    QVERIFY(group.source == Source::Profile);
    QCOMPARE(group.uncertainty, 0.05f);
    // Where a pattern has some of the layers already, the pattern stays, and the sum is the same.
    Bench patterns = b;
    System system = *b.system;
    system.platforms[1].fuse = std::vector<std::string>{"Add+Relu"};
    patterns.system = std::make_shared<const System>(system);
    const auto kept = patterns.table();
    QCOMPARE((*kept)->fusion().groups[(*kept)->fusion().group_of[3]], (std::vector{LayerId{3}, LayerId{4}}));
    double sum = 0;
    for (const std::size_t g : {(*kept)->fusion().group_of[2], (*kept)->fusion().group_of[3]})
        sum += (*kept)->group(g, PlatformId{0}).latency_s;
    QCOMPARE(sum, 2e-3);
}

void TestProfileCosts::cutsInsideAGroupShareByMacs() {
    Bench b = bench(ProfileFormat::TensorRt, {{"c1 + r1 + c2 + a", ""}, {"r2", ""}, {"p", ""}, {"f", ""}});
    const auto table = b.table();
    QVERIFY(table.ok());
    // 100 MACs each for c1 and c2, none for r1 and a.
    const double expected_ms[] = {0.5, 0, 0.5, 0, 2, 4, 0, 8};
    for (std::uint32_t l = 0; l < 8; ++l)
        QCOMPARE((*table)->layer(LayerId{l}, PlatformId{0}).latency_s * 1e3, expected_ms[l]);
    const Cost& share = (*table)->layer(LayerId{0}, PlatformId{0});
    QVERIFY((*table)->detail(share.detail).find("share by MACs of 4 layers") != std::string::npos);
    QVERIFY(share.uncertainty > 0.25f); // half the time, at +-25 %
    // On the platform whole, the stage takes what was measured; cut inside, its parts.
    Problem problem;
    problem.graph = b.graph;
    problem.system = b.system;
    problem.costs = *table;
    const Evaluator evaluator(problem);
    const auto stage = [&](std::uint32_t from, std::uint32_t to, std::uint32_t p) {
        Stage s;
        for (std::uint32_t l = from; l < to; ++l) s.layers.push_back(LayerId{l});
        s.platform = PlatformId{p};
        return s;
    };
    Plan whole, cut;
    whole.stages = {stage(0, 8, 0)};
    cut.stages = {stage(0, 2, 0), stage(2, 8, 1)};
    QCOMPARE(evaluator.evaluate(whole).latency_s, 15e-3);
    QCOMPARE(evaluator.evaluate(cut).platforms[0].busy_s, 0.5e-3);
}

void TestProfileCosts::absentLayersAreAnErrorUnlessTheyAreSaid() {
    Bench b = bench(ProfileFormat::TensorRt, {{"c1 + r1", ""}, {"c2 + a + r2", ""}, {"f", ""}});
    const auto fail = b.table();
    QVERIFY(!fail);
    QVERIFY2(fail.error().what.find("1 of 8 layers are not listed for P: p") != std::string::npos,
             fail.error().what.c_str());
    b.options.missing = ProfileMissing::Model;
    const auto model = b.table();
    QVERIFY(model.ok());
    const Cost& predicted = (*model)->layer(LayerId{5}, PlatformId{0});
    QVERIFY(predicted.source != Source::Profile && !(*model)->detail(predicted.detail).empty());
    b.options.missing = ProfileMissing::Zero;
    QVERIFY((*b.table())->layer(LayerId{5}, PlatformId{0}).source == Source::Assumed);
}

void TestProfileCosts::unsupportedRowsStaySo() {
    Bench b = bench(ProfileFormat::Csv, {});
    const auto profile =
        parseProfile("layer,latency_s,source\nc1,1,profile\nr1,1,profile\nc2,1,profile\na,1,profile\n"
                     "r2,1,profile\np,,none\nf,1,profile\n",
                     "c", std::nullopt);
    QVERIFY2(profile.ok(), profile.ok() ? "" : profile.error().message().c_str());
    b.options.profiles["P"] = *profile;
    const auto table = b.table();
    QVERIFY2(table.ok(), table.ok() ? "" : table.error().message().c_str());
    QVERIFY(!(*table)->layer(LayerId{5}, PlatformId{0}).supported);
    QVERIFY((*table)->layer(LayerId{4}, PlatformId{0}).supported);
}

void TestProfileCosts::energyFollowsFromTheTime() {
    Bench b = bench(ProfileFormat::TensorRt, {{"c1 + r1", ""}, {"c2 + a + r2", ""}, {"p", ""}, {"f", ""}});
    System system = *b.system;
    system.platforms[0].roofline->busy_power_w = 3;
    b.system = std::make_shared<const System>(system);
    const auto table = b.table();
    const std::uint32_t second = (*table)->fusion().group_of[2];
    QCOMPARE((*table)->group(second, PlatformId{0}).energy_j, 6e-3); // 2 ms at 3 W
    // What the file says counts.
    auto profile = parseProfile(
        "layer,latency_s,energy_J\nc1,1,7\nr1,1,7\nc2,1,7\na,1,7\nr2,1,7\np,1,7\nf,1,7\n", "c", {});
    b.options.profiles["P"] = *profile;
    QCOMPARE((*b.table())->layer(LayerId{5}, PlatformId{0}).energy_j, 7.0);
}

/// 20,000 layers, as many rows of each kind of name.
void TestProfileCosts::largeProfilesAreQuick() {
    std::vector<std::array<std::string, 2>> fused, affixes, strangers;
    for (int i = 0; i < 20000; ++i) {
        const std::string n = "n/" + std::to_string(i);
        if (i % 2) fused.push_back({"n/" + std::to_string(i - 1) + " + " + n, ""});
        affixes.push_back({"prefix/of/all/" + n, "Conv"});
        strangers.push_back({"stranger/" + std::to_string(i) + "/b/c/d/e", "Odd"});
    }
    std::vector<Layer> layers(20000);
    std::vector<Tensor> tensors(20001);
    for (std::uint32_t i = 0; i < 20000; ++i) {
        layers[i].name = "n/" + std::to_string(i);
        layers[i].op = "Conv";
        layers[i].op_class = OpClass::Conv;
        layers[i].inputs = {TensorId{i}};
        layers[i].outputs = {TensorId{i + 1}};
    }
    for (std::uint32_t t = 0; t < 20001; ++t) tensors[t].name = "t" + std::to_string(t);
    const Graph graph("n", layers, tensors, {});
    for (const auto& rows : {fused, affixes, strangers}) {
        const std::clock_t before = std::clock();
        const auto match = matchProfile(graph, profileOf(ProfileFormat::TensorRt, rows), platform());
        const double ms = 1e3 * double(std::clock() - before) / CLOCKS_PER_SEC;
        qInfo("%zu rows: %.0f ms", rows.size(), ms);
        QVERIFY(match.ok() && ms < 2000);
        const bool strange = rows.front()[0].starts_with("stranger");
        QCOMPARE(match->unmatched, strange ? rows.size() : std::size_t{0});
    }
}

CUTLINE_TEST(TestProfileCosts)

} // namespace cutline::tst_profile_costs

#include "tst_profile_costs.moc"
