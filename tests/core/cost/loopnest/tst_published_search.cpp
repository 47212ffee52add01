// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/published_search.h"

#include "core/cost/loopnest/analysis.h"
#include "core/cost/loopnest/loop_orders.h"
#include "core/cost/loopnest/published_tilings.h"

#include <QtTest>

#include "tests/core/cost/loopnest/machines.h"
#include "tests/core/cost/loopnest/random_nests.h"
#include "tests/core/cost/loopnest/reference.h"
#include "tests/test_program.h"

namespace cutline::tst_published_search {

using namespace cutline::loopnest;
using namespace cutline::loopnest::testing;

class TestPublishedSearch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void publishedFigures_data()
    {
        QTest::addColumn<QString>("network");
        for (const char* network : kNetworks) QTest::newRow(network) << network;
    }

    /// The published files have about 15 digits; 1e-6 is what the design asks for.
    void publishedFigures()
    {
        QFETCH(QString, network);
        const Machine machines[]{publishedEyr(), publishedSmb()};
        for (const PublishedLayer& layer : publishedLayers(network.toStdString())) {
            for (std::size_t i = 0; i < 2; ++i) {
                const auto found = searchAsPublished(machines[i], layer.dense);
                const QString where = QString::fromStdString(machines[i].name + " " + layer.name);
                QVERIFY2(found.mapping, qPrintable(where));
                QVERIFY(!whyInvalid(machines[i], layer.dense, *found.mapping));
                const Analysis analysis = analyse(machines[i], layer.dense, *found.mapping);
                const double latency_s = analysis.cycles / machines[i].clock_hz, energy_j = analysis.energy_pj * 1e-12;
                QVERIFY2(std::abs(latency_s / layer.latency_s[i] - 1) < 1e-6
                             && std::abs(energy_j / layer.energy_j[i] - 1) < 1e-6,
                         qPrintable(where + QString(": %1 s of %2, %3 J of %4")
                                                .arg(latency_s, 0, 'g', 12)
                                                .arg(layer.latency_s[i], 0, 'g', 12)
                                                .arg(energy_j, 0, 'g', 12)
                                                .arg(layer.energy_j[i], 0, 'g', 12)));
            }
        }
    }

    /// The walk over the numbered tilings meets every one that fits, each as a mapping of the analysis says it is.
    void walksMeetWhatFits()
    {
        int machines = 0, fitting = 0, skipped = 0;
        for (std::uint32_t seed = 1; seed <= 400; ++seed) {
            Dice dice(seed);
            const auto machine = compileMachine(randomDescriptor(dice), 1e6, "random");
            QVERIFY2(machine, machine ? "" : machine.error().message().c_str());
            const NestShape shape = randomShape(dice, 12);
            PublishedTilings walk(*machine, shape);
            if (walk.count() == 0 || walk.count() > 3000) continue;
            ++machines;
            std::uint64_t next = 0; // what the walk has not ruled out
            for (std::uint64_t index = 0; index < walk.count(); ++index) {
                const QString where = QString("seed %1, index %2").arg(seed).arg(index);
                PublishedTilings alone(*machine, shape);
                const bool fits = alone.moveTo(index) == 0;
                Mapping mapping;
                mapping.size = shape.size;
                for (std::size_t i = 0; i < machine->levels.size(); ++i) {
                    LevelMapping& level = mapping.levels.emplace_back();
                    level.spatial = alone.spatial(i);
                    level.temporal = alone.temporal(i);
                    LoopOrder order;
                    if (!machine->levels[i].orders.empty())
                        for (const std::uint8_t dim : machine->levels[i].orders.front()) order.dims[order.count++] = dim;
                    setOrder(level, order);
                }
                const auto why = whyInvalid(*machine, shape, mapping);
                const bool unfinished = why && why->find("is not finished") != std::string::npos;
                const bool unfixed = why && why->find("must be") != std::string::npos;
                if (!unfinished && !unfixed) QVERIFY2(fits == !why, qPrintable(where));
                if (index < next) QVERIFY2(!fits, qPrintable(where));
                skipped += index < next ? 1 : 0;
                if (index < next || index % 3 == 1) continue; // leave some out, as streams do
                const std::uint64_t skip = walk.moveTo(index);
                QVERIFY2((skip == 0) == fits, qPrintable(where));
                next = index + skip;
                if (!fits) continue;
                ++fitting;
                QCOMPARE(walk.spreadKey(), alone.spreadKey());
                for (std::size_t i = 0; i < machine->levels.size(); ++i)
                    QVERIFY2(walk.extent(i) == alone.extent(i) && walk.temporal(i) == mapping.levels[i].temporal, qPrintable(where));
            }
        }
        qInfo("%d machines, %d tilings that fit, %d jumped over", machines, fitting, skipped);
        QVERIFY(machines > 100 && fitting > 1000 && skipped > 1000);
    }
};

CUTLINE_TEST(TestPublishedSearch)

} // namespace cutline::tst_published_search

#include "tst_published_search.moc"
