// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/search/pareto.h"
#include "core/search/pareto_archive.h"

#include <algorithm>
#include <random>

namespace cutline::tst_pareto {
namespace {

/// The definition, pair by pair.
std::vector<std::uint32_t> plainFront(const std::vector<double>& rows, std::size_t width)
{
    std::vector<std::uint32_t> front;
    const std::size_t count = rows.size() / width;
    for (std::uint32_t i = 0; i < count; ++i) {
        bool kept = true;
        for (std::uint32_t j = 0; j < count && kept; ++j) {
            bool no_worse = true, better = false;
            for (std::size_t d = 0; d < width; ++d) {
                no_worse = no_worse && rows[j * width + d] <= rows[i * width + d];
                better = better || rows[j * width + d] < rows[i * width + d];
            }
            kept = !(no_worse && (better || j < i));
        }
        if (kept) front.push_back(i);
    }
    return front;
}

std::vector<double> randomRows(std::mt19937_64& random, std::size_t count, std::size_t width, int values)
{
    std::vector<double> rows;
    for (std::size_t i = 0; i < count * width; ++i) rows.push_back(double(random() % std::uint64_t(values)));
    return rows;
}

} // namespace

class TestPareto : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void known_data();
    void known();
    void equalsTheDefinition();
    void archiveInAnyOrder();
    void knee();
};

void TestPareto::known_data()
{
    QTest::addColumn<QList<double>>("rows");
    QTest::addColumn<int>("width");
    QTest::addColumn<QList<int>>("front");
    QTest::newRow("none") << QList<double>{} << 2 << QList<int>{};
    QTest::newRow("one value, first of equals") << QList<double>{3, 1, 2, 1} << 1 << QList<int>{1};
    QTest::newRow("two") << QList<double>{1, 5, 2, 4, 3, 4, 0, 6} << 2 << QList<int>{0, 1, 3};
    QTest::newRow("equal rows") << QList<double>{1, 1, 1, 1, 0, 2} << 2 << QList<int>{0, 2};
    QTest::newRow("three") << QList<double>{1, 1, 1, 2, 2, 2, 0, 3, 3, 3, 0, 0} << 3 << QList<int>{0, 2, 3};
    QTest::newRow("four") << QList<double>{1, 1, 1, 1, 1, 1, 1, 2, 2, 0, 0, 0} << 4 << QList<int>{0, 2};
}

void TestPareto::known()
{
    QFETCH(QList<double>, rows);
    QFETCH(int, width);
    QFETCH(QList<int>, front);
    const auto found = paretoFront(std::vector<double>(rows.begin(), rows.end()), std::size_t(width));
    QCOMPARE(QList<int>(found.begin(), found.end()), front);
}

void TestPareto::equalsTheDefinition()
{
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        std::mt19937_64 random(seed);
        const std::size_t width = 1 + random() % 7, count = random() % 300;
        const auto rows = randomRows(random, count, width, seed % 2 ? 6 : 1000);
        const std::string hint = "seed " + std::to_string(seed);
        QVERIFY2(paretoFront(rows, width) == plainFront(rows, width), hint.c_str());
    }
}

void TestPareto::archiveInAnyOrder()
{
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        std::mt19937_64 random(seed);
        const std::size_t width = 1 + random() % 7, count = 1 + random() % 600;
        const auto rows = randomRows(random, count, width, seed % 2 ? 5 : 500);
        ParetoArchive archive(width);
        for (std::size_t i = 0; i < count; ++i) archive.insert({rows.data() + i * width, width}, i);
        std::vector<std::uint32_t> kept;
        archive.forEach([&](std::span<const double> row, std::uint64_t tag) {
            QVERIFY(std::equal(row.begin(), row.end(), rows.begin() + std::ptrdiff_t(tag * width)));
            kept.push_back(std::uint32_t(tag));
        });
        std::sort(kept.begin(), kept.end());
        const std::string hint = "seed " + std::to_string(seed);
        QVERIFY2(kept == plainFront(rows, width) && kept.size() == archive.size(), hint.c_str());
        for (std::size_t i = 0; i < count; ++i) QVERIFY2(archive.covers({rows.data() + i * width, width}), hint.c_str());
    }
}

void TestPareto::knee()
{
    // Scaled to the front's own ranges, (2, 20) lies at (0.2, 0.2): nearest to the best of both.
    const std::vector<double> rows{0, 100, 2, 20, 10, 0, 4, 15, 50, 50};
    const auto front = paretoFront(rows, 2);
    QCOMPARE(front, (std::vector<std::uint32_t>{0, 1, 2, 3}));
    QCOMPARE(*kneeOf(rows, 2, front), std::size_t(1));
    QVERIFY(!kneeOf(rows, 2, {}));
    const std::vector<double> one{1, 2};
    QCOMPARE(*kneeOf(one, 2, paretoFront(one, 2)), std::size_t(0));
}

CUTLINE_TEST(TestPareto)

} // namespace cutline::tst_pareto

#include "tst_pareto.moc"
