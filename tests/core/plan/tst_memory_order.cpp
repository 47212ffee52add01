// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/plan/memory_order.h"

#include <algorithm>
#include <numeric>
#include <random>

namespace cutline::tst_memory_order {
namespace {

struct World {
    std::vector<MemoryStep> steps;
    std::vector<MemoryTensor> tensors;
};

World randomWorld(std::mt19937& random, bool in_place)
{
    const auto pick = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
    World w;
    const auto tensor = [&](bool arrives) {
        w.tensors.push_back({double(pick(1, 6)), arrives, pick(0, 5) == 0});
        return std::uint32_t(w.tensors.size() - 1);
    };
    for (int i = pick(1, 2); i > 0; --i) tensor(true);
    const int count = pick(1, 7);
    for (int s = 0; s < count; ++s) {
        MemoryStep step;
        for (std::uint32_t t = 0; t < w.tensors.size(); ++t)
            if (pick(0, 2) == 0) step.reads.push_back(t);
        if (step.reads.empty()) step.reads.push_back(std::uint32_t(pick(0, int(w.tensors.size()) - 1)));
        for (int i = pick(1, 4) == 4 ? 2 : 1; i > 0; --i) step.makes.push_back(tensor(false));
        if (in_place)
            for (const std::uint32_t t : step.reads)
                if (pick(0, 1) == 0) step.may_overwrite.push_back(t);
        w.steps.push_back(step);
    }
    return w;
}

/// Live bytes step by step from the definition: made or arrived, and needed by this or a later step, or staying.
double plainPeak(const World& w, const std::vector<std::uint32_t>& order)
{
    double peak = 0;
    const auto place = [&](std::uint32_t step) { return std::find(order.begin(), order.end(), step) - order.begin(); };
    for (int now = -1; now < int(order.size()); ++now) {
        double live = 0, reusable = 0;
        for (std::uint32_t t = 0; t < w.tensors.size(); ++t) {
            std::ptrdiff_t made = w.tensors[t].arrives ? -1 : std::ptrdiff_t(order.size()), last = -2;
            for (std::uint32_t s = 0; s < w.steps.size(); ++s) {
                if (std::count(w.steps[s].makes.begin(), w.steps[s].makes.end(), t)) made = place(s);
                if (std::count(w.steps[s].reads.begin(), w.steps[s].reads.end(), t)) last = std::max(last, place(s));
            }
            if (w.tensors[t].stays) last = std::ptrdiff_t(order.size());
            if (made == now && now >= 0) last = std::max<std::ptrdiff_t>(last, now);
            if (made <= now && now <= last) live += w.tensors[t].bytes;
            if (now < 0) continue;
            const MemoryStep& step = w.steps[order[std::size_t(now)]];
            if (std::count(step.may_overwrite.begin(), step.may_overwrite.end(), t) && step.makes.size() == 1 && last == now && made < now &&
                w.tensors[t].bytes == w.tensors[step.makes[0]].bytes)
                reusable = w.tensors[t].bytes;
        }
        peak = std::max(peak, live - reusable);
    }
    return peak;
}

bool isTopological(const World& w, const std::vector<std::uint32_t>& order)
{
    for (std::size_t i = 0; i < order.size(); ++i)
        for (const std::uint32_t t : w.steps[order[i]].reads)
            for (std::size_t j = i; j < order.size(); ++j)
                if (std::count(w.steps[order[j]].makes.begin(), w.steps[order[j]].makes.end(), t)) return false;
    return true;
}

} // namespace

class TestMemoryOrder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsBruteForce_data();
    void equalsBruteForce();
    void cappedSearchSaysSo();
};

void TestMemoryOrder::equalsBruteForce_data()
{
    QTest::addColumn<bool>("in_place");
    QTest::newRow("copies") << false;
    QTest::newRow("in place") << true;
}

void TestMemoryOrder::equalsBruteForce()
{
    QFETCH(bool, in_place);
    int reordered = 0;
    for (unsigned seed = 0; seed < 600; ++seed) {
        std::mt19937 random(seed);
        const World w = randomWorld(random, in_place);
        std::vector<std::uint32_t> order(w.steps.size());
        std::iota(order.begin(), order.end(), 0u);
        const double given = plainPeak(w, order);
        QVERIFY2(peakBytes(w.steps, w.tensors, order) == given, qPrintable(QStringLiteral("seed %1").arg(seed)));
        double least = given;
        std::vector<std::uint32_t> first = order; // permutations come in ascending order
        do {
            if (!isTopological(w, order) || plainPeak(w, order) >= least) continue;
            least = plainPeak(w, order);
            first = order;
        } while (std::next_permutation(order.begin(), order.end()));
        const MemoryOrder found = leastPeakOrder(w.steps, w.tensors);
        QVERIFY2(found.peak_bytes == least, qPrintable(QStringLiteral("seed %1: %2, least %3").arg(seed).arg(found.peak_bytes).arg(least)));
        QVERIFY(found.proven);
        QVERIFY(isTopological(w, found.order));
        QCOMPARE(plainPeak(w, found.order), least);
        QVERIFY2(found.order == first, qPrintable(QStringLiteral("seed %1").arg(seed)));
        reordered += least < given;
    }
    QVERIFY(reordered > 20);
}

void TestMemoryOrder::cappedSearchSaysSo()
{
    std::mt19937 random(7);
    World w;
    w.tensors.push_back({1, true, false});
    for (std::uint32_t s = 0; s < 40; ++s) {
        w.tensors.push_back({double(1 + random() % 9), false, false});
        w.tensors.push_back({double(1 + random() % 3), false, true});
        w.steps.push_back({{0}, {1 + 2 * s}, {}});
    }
    for (std::uint32_t s = 0; s < 40; ++s) w.steps.push_back({{1 + 2 * s, 1 + 2 * ((s * 7 + 3) % 40)}, {2 + 2 * s}, {}});
    const MemoryOrder found = leastPeakOrder(w.steps, w.tensors, 100);
    QVERIFY(!found.proven);
    QVERIFY(isTopological(w, found.order));
    QCOMPARE(peakBytes(w.steps, w.tensors, found.order), found.peak_bytes);
}

CUTLINE_TEST(TestMemoryOrder)

} // namespace cutline::tst_memory_order

#include "tst_memory_order.moc"
