// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/analysis.h"

#include <QtTest>

#include "tests/core/cost/loopnest/machines.h"

using namespace cutline;
using namespace cutline::loopnest;
using namespace cutline::loopnest::testing;

namespace {

/// VGG features.2 on EYR: DRAM Q224 C4; GLB P224, 8 columns M; column C4 S3; wspad R3 C4; psum M8.
Mapping workedMapping()
{
    Mapping mapping;
    mapping.size = {64, 64, 3, 3, 224, 224, 1};
    mapping.levels.resize(6);
    mapping.levels[0].temporal[M] = 8;
    mapping.levels[1].temporal[C] = 4;
    mapping.levels[1].temporal[R] = 3;
    mapping.levels[3].spatial[C] = 4;
    mapping.levels[3].spatial[S] = 3;
    mapping.levels[4].spatial[M] = 8;
    mapping.levels[4].temporal[P] = 224;
    mapping.levels[4].order = {C, P, M, R, S, Q};
    mapping.levels[5].temporal[C] = 4;
    mapping.levels[5].temporal[Q] = 224;
    return mapping;
}

} // namespace

class TestAnalysis : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void workedMappingAsPublished()
    {
        const NestShape shape = convolution(64, 64, 3, 3, 224, 224);
        const Machine machine = publishedEyr();
        QVERIFY(!whyInvalid(machine, shape, workedMapping()));
        const Analysis analysis = analyse(machine, shape, workedMapping());
        QCOMPARE(analysis.cycles, 19267584.0);
        QVERIFY2(std::abs(analysis.energy_pj * 1e-6 - 11983.745) < 5e-4, qPrintable(QString::number(analysis.energy_pj, 'g', 17)));
        QCOMPARE(analysis.levels[2].traffic[Inputs].fills, 809984.0);
        QCOMPARE(analysis.levels[4].traffic[Inputs].fills, 9719808.0);
        QCOMPARE(analysis.levels[0].traffic[Outputs].updates, 19267584.0);
        QCOMPARE(analysis.levels[0].instances, 96.0);
        QVERIFY(analysis.binding == Binding{});
    }

    void firstFillIsWhatFirstArrivalsCost()
    {
        const NestShape shape = convolution(64, 64, 3, 3, 224, 224);
        const Analysis analysis = analyse(compiled(eyr(), "EYR"), shape, workedMapping());
        QVERIFY2(std::abs(analysis.energy_pj * 1e-6 - 11913.695) < 5e-4, qPrintable(QString::number(analysis.energy_pj, 'g', 17)));
        QCOMPARE(analysis.cycles, 19267584.0);
    }
};

QTEST_APPLESS_MAIN(TestAnalysis)
#include "tst_analysis.moc"
