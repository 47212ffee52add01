// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/place.h"
#include "tests/long_run.h"
#include "tests/test_program.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>

namespace cutline::tst_place {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Workload randomWorkload(std::mt19937& random)
{
    const auto pick = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
    Workload w;
    const int count = pick(1, 7);
    for (int i = 0; i < count; ++i) {
        Workload::Node node;
        node.id = i * 10 + 3;
        node.accelerator_ms = pick(0, 8);
        node.cpu_ms = pick(2, 20);
        node.on_accelerator = pick(0, 9) > 0;
        node.bytes = pick(0, 4);
        if (pick(0, 3) == 0) node.colour = pick(0, 1);
        w.nodes.push_back(node);
    }
    for (int from = 0; from < count; ++from) {
        const double cost = pick(0, 4);
        for (int to = from + 1; to < count; ++to)
            if (pick(0, 2) == 0) w.edges.push_back({std::uint32_t(from), std::uint32_t(to), cost});
    }
    w.accelerators = static_cast<std::uint32_t>(pick(0, 2));
    w.cpus = static_cast<std::uint32_t>(pick(w.accelerators == 0 ? 1 : 0, 1));
    if (pick(0, 2) == 0) w.accelerator_bytes = pick(4, 12);
    return w;
}

/// The largest load of an assignment by the definition, or infinity where it is not allowed.
double loadOf(const Workload& w, const std::vector<int>& device)
{
    const int devices = static_cast<int>(w.accelerators + w.cpus);
    std::map<std::int64_t, int> colour;
    std::vector<std::vector<bool>> reach(static_cast<std::size_t>(devices), std::vector<bool>(static_cast<std::size_t>(devices)));
    for (std::size_t i = 0; i < w.nodes.size(); ++i) {
        if (!w.nodes[i].colour) continue;
        const auto [at, is_new] = colour.emplace(*w.nodes[i].colour, device[i]);
        if (at->second != device[i]) return kInfinity;
    }
    for (const auto& e : w.edges)
        if (device[e.from] != device[e.to]) reach[std::size_t(device[e.from])][std::size_t(device[e.to])] = true;
    for (std::size_t k = 0; k < reach.size(); ++k)
        for (std::size_t i = 0; i < reach.size(); ++i)
            for (std::size_t j = 0; j < reach.size(); ++j)
                if (reach[i][k] && reach[k][j]) reach[i][j] = true;
    for (std::size_t i = 0; i < reach.size(); ++i)
        if (reach[i][i]) return kInfinity;

    double largest = 0;
    for (int d = 0; d < devices; ++d) {
        const bool accelerator = d < static_cast<int>(w.accelerators);
        double load = 0, bytes = 0;
        for (std::size_t i = 0; i < w.nodes.size(); ++i) {
            if (device[i] != d) continue;
            if (accelerator && !w.nodes[i].on_accelerator) return kInfinity;
            load += accelerator ? w.nodes[i].accelerator_ms : w.nodes[i].cpu_ms;
            bytes += w.nodes[i].bytes;
        }
        if (accelerator && w.accelerator_bytes && bytes > *w.accelerator_bytes) return kInfinity;
        std::set<std::uint32_t> moved;
        for (const auto& e : w.edges) {
            const bool leaves = device[e.from] == d && device[e.to] != d, enters = device[e.from] != d && device[e.to] == d;
            if (accelerator && (leaves || enters) && moved.insert(e.from).second) load += e.cost_ms;
        }
        largest = std::max(largest, load);
    }
    return largest;
}

double bruteForce(const Workload& w)
{
    const int devices = static_cast<int>(w.accelerators + w.cpus);
    std::vector<int> device(w.nodes.size(), 0);
    double best = kInfinity;
    while (true) {
        best = std::min(best, loadOf(w, device));
        std::size_t i = 0;
        while (i < device.size() && ++device[i] == devices) device[i++] = 0;
        if (i == device.size()) return best;
    }
}

} // namespace

class TestPlace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsBruteForce();
    void unplaceableNodeIsAnError();
    void beyondTheCapSaysHeuristicWithABound();
};

void TestPlace::equalsBruteForce()
{
    const int cases = test::longRun() ? 20000 : 1500;
    int placed = 0;
    for (int seed = 0; seed < cases; ++seed) {
        std::mt19937 random(static_cast<unsigned>(seed));
        const Workload w = randomWorkload(random);
        Progress progress;
        const auto result = place(w, {}, progress);
        const double best = bruteForce(w);
        QVERIFY2(result.ok() == (best < kInfinity), qPrintable(QStringLiteral("seed %1").arg(seed)));
        if (!result) continue;
        ++placed;
        QVERIFY2(std::abs(result->max_load_ms - best) < 1e-9, qPrintable(QStringLiteral("seed %1: %2, brute force %3").arg(seed).arg(result->max_load_ms).arg(best)));
        QCOMPARE(result->proof.kind, Proof::Kind::Complete);
        std::vector<int> device(w.nodes.size(), -1);
        for (std::size_t d = 0; d < result->devices.size(); ++d)
            for (const std::uint32_t node : result->devices[d]) device[node] = static_cast<int>(d);
        QVERIFY2(std::abs(loadOf(w, device) - best) < 1e-9, qPrintable(QStringLiteral("seed %1: devices").arg(seed)));
    }
    QVERIFY(placed > cases / 2);
}

void TestPlace::unplaceableNodeIsAnError()
{
    Workload w;
    w.nodes.push_back({.id = 7, .cpu_ms = 1, .accelerator_ms = 1, .on_accelerator = false, .colour = {}, .bytes = 0});
    w.accelerators = 2;
    Progress progress;
    const auto result = place(w, {}, progress);
    QVERIFY(!result);
    QVERIFY(result.error().message().find("node 7") != std::string::npos);
}

void TestPlace::beyondTheCapSaysHeuristicWithABound()
{
    Workload w;
    w.accelerators = 3;
    for (int i = 0; i < 24; ++i)
        w.nodes.push_back({.id = i, .cpu_ms = 9, .accelerator_ms = 1.0 + i % 3, .on_accelerator = true, .colour = {}, .bytes = 0});
    Progress progress;
    const auto result = place(w, {.down_set_cap = 1000}, progress);
    QVERIFY(result.ok());
    QCOMPARE(result->proof.kind, Proof::Kind::Heuristic);
    QVERIFY(*result->proof.lower_bound <= result->max_load_ms);
    QVERIFY(*result->proof.lower_bound >= 48.0 / 3 - 1e-9);
}

CUTLINE_TEST(TestPlace)

} // namespace cutline::tst_place

#include "tst_place.moc"
