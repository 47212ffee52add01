// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of two fronts, one after the other.
#include "tests/test_program.h"
#include "tests/widgets/world.h"
#include "widgets/models/front_change.h"

namespace cutline::tst_front_change {

class TestFrontChange : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void says_data() {
        QTest::addColumn<QList<int>>("before");
        QTest::addColumn<QList<int>>("listed");
        QTest::addColumn<int>("knee_before");
        QTest::addColumn<QList<int>>("after");
        QTest::addColumn<int>("knee_after");
        QTest::addColumn<QString>("words");
        const QList<int> three{2, 5, 8};
        QTest::newRow("nothing") << three << three << 5 << three << 5
                                 << "the front keeps its 3 plans; plan 6 stays the knee";
        QTest::newRow("another knee") << three << three << 5 << three << 8
                                      << "the front keeps its 3 plans; plan 9 is now the knee";
        QTest::newRow("one leaves") << three << three << 5 << QList<int>{2, 8} << 8
                                    << "plan 6 leaves the front; plan 9 is now the knee";
        QTest::newRow("one for another") << three << three << 5 << QList<int>{2, 7, 8} << 8
                                         << "plan 6 leaves the front, 1 joins it; plan 9 is now the knee";
        QTest::newRow("all others") << three << three << 5 << QList<int>{1, 3} << 3
                                    << "plan 3, plan 6 and plan 9 leave the front, 2 join it; plan 4 is now the knee";
        QTest::newRow("one joins") << three << three << 5 << QList<int>{2, 5, 6, 8} << 5
                                   << "1 plan joins the front; plan 6 stays the knee";
        QTest::newRow("the short list is named first")
            << QList<int>{0, 1, 2, 3, 4, 5} << QList<int>{4, 5} << 5 << QList<int>{9} << 9
            << "plan 5, plan 6, plan 1 and 3 more leave the front, 1 joins it; plan 10 is now the knee";
        QTest::newRow("no knee") << three << three << -1 << QList<int>{2, 5} << -1 << "plan 9 leaves the front";
    }

    void says() {
        QFETCH(QList<int>, before);
        QFETCH(QList<int>, listed);
        QFETCH(int, knee_before);
        QFETCH(QList<int>, after);
        QFETCH(int, knee_after);
        QFETCH(QString, words);
        const test::World world = test::makeWorld();
        const auto with = [&](const QList<int>& front, const QList<int>& list, int knee) {
            SearchResult result = *world.result;
            result.front.assign(front.begin(), front.end());
            result.representatives.assign(list.begin(), list.end());
            result.knee = knee < 0 ? std::nullopt : std::optional(static_cast<std::uint32_t>(knee));
            return result;
        };
        QCOMPARE(frontChangeText(with(before, listed, knee_before), with(after, after, knee_after),
                                 world.problem.graph->layerCount()),
                 words);
    }

    /// Beyond what is quick to compare, numbers alone.
    void largeFrontsAreCounted() {
        const test::World world = test::makeWorld();
        SearchResult before = *world.result, after = *world.result;
        before.front.assign(6000, 0);
        after.front.assign(7000, 0);
        after.knee.reset();
        QCOMPARE(frontChangeText(before, after, world.problem.graph->layerCount()),
                 QStringLiteral("the front has 7000 plans where it had 6000"));
    }
};

CUTLINE_TEST(TestFrontChange)

} // namespace cutline::tst_front_change

#include "tst_front_change.moc"
