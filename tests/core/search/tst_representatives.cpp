// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/search/pareto.h"
#include "core/search/representatives.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace cutline::tst_representatives {
namespace {

struct Front {
    std::size_t width = 0;
    std::vector<double> rows;
    std::vector<std::uint32_t> plans;

    double value(std::uint32_t plan, std::size_t d) const { return rows[plan * width + d]; }
    /// Squared, each objective scaled to 0..1 over the front.
    double apart(std::uint32_t a, std::uint32_t b) const
    {
        double sum = 0;
        for (std::size_t d = 0; d < width; ++d) {
            const auto [low, high] = std::minmax_element(
                plans.begin(), plans.end(), [&](auto x, auto y) { return value(x, d) < value(y, d); });
            if (value(*high, d) > value(*low, d))
                sum += std::pow((value(a, d) - value(b, d)) / (value(*high, d) - value(*low, d)), 2);
        }
        return sum;
    }
    bool covers(std::uint32_t a, std::uint32_t b, double resolution) const
    {
        for (std::size_t d = 0; d < width; ++d)
            if (value(a, d) > value(b, d) + std::abs(value(b, d)) * resolution) return false;
        return true;
    }
};

Front randomFront(std::uint64_t seed)
{
    std::mt19937_64 random(seed);
    Front front;
    front.width = 1 + random() % 5;
    const std::size_t count = 1 + random() % 200;
    const std::uint64_t values = seed % 2 ? 12 : 1000;
    for (std::size_t i = 0; i < count * front.width; ++i)
        front.rows.push_back(seed % 3 ? double(1 + random() % values) : double(random() % values) - double(values) / 2);
    front.plans = paretoFront(front.rows, front.width);
    return front;
}

} // namespace

class TestRepresentatives : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachPlanBelongsToTheNearestThatCoversIt();
    void withoutOneItStandsAlone();
};

void TestRepresentatives::eachPlanBelongsToTheNearestThatCoversIt()
{
    std::size_t grouped = 0;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        const Front front = randomFront(seed);
        const double resolution = double(seed % 4) * 0.25;
        const auto listed = representativesOf(front.rows, front.width, front.plans, resolution);
        const auto by = representedBy(front.rows, front.width, front.plans, listed, resolution);
        const std::string hint = "seed " + std::to_string(seed);
        QVERIFY2(by.size() == front.plans.size(), hint.c_str());
        for (std::size_t i = 0; i < by.size(); ++i) {
            const std::uint32_t plan = front.plans[i];
            QVERIFY2(std::find(listed.begin(), listed.end(), by[i]) != listed.end(), hint.c_str());
            if (std::find(listed.begin(), listed.end(), plan) != listed.end()) {
                QVERIFY2(by[i] == plan, hint.c_str());
                continue;
            }
            ++grouped;
            QVERIFY2(front.covers(by[i], plan, resolution), hint.c_str());
            for (const std::uint32_t other : listed)
                QVERIFY2(!front.covers(other, plan, resolution) ||
                             front.apart(other, plan) >= front.apart(by[i], plan) - 1e-12,
                         hint.c_str());
        }
    }
    QVERIFY(grouped > 500);
}

void TestRepresentatives::withoutOneItStandsAlone()
{
    const std::vector<double> rows{1, 9, 5, 5, 9, 1};
    const std::vector<std::uint32_t> front{0, 1, 2}, listed{0};
    const std::vector<std::uint32_t> alone{0, 1, 2};
    QCOMPARE(representedBy(rows, 2, front, listed, 0.01), alone);
}

CUTLINE_TEST(TestRepresentatives)

} // namespace cutline::tst_representatives

#include "tst_representatives.moc"
