// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/published_search.h"

#include "core/cost/loopnest/analysis.h"

#include <QtTest>

#include "tests/core/cost/loopnest/machines.h"
#include "tests/core/cost/loopnest/reference.h"

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
};

QTEST_APPLESS_MAIN(TestPublishedSearch)
#include "tst_published_search.moc"
