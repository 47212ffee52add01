// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/analysis.h"

#include <QtTest>

#include "tests/core/cost/loopnest/machines.h"
#include "tests/core/cost/loopnest/random_nests.h"
#include "tests/core/cost/loopnest/step_walker.h"
#include "tests/long_run.h"
#include "tests/test_program.h"

namespace cutline::tst_analysis {

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

    /// Counts are equal, not close; energies are sums of the same terms in another order.
    void equalsWalkingTheLoops()
    {
        const std::uint32_t worlds = test::longRun() ? 20000 : 1500;
        int walked = 0;
        for (std::uint32_t seed = 1; seed <= worlds; ++seed) {
            Dice dice(seed);
            const auto machine = compileMachine(randomDescriptor(dice), 1e6, "random");
            QVERIFY(machine);
            const NestShape shape = randomShape(dice, 6);
            std::vector<Mapping> mappings;
            std::size_t seen = 0;
            EveryMapping(*machine, shape, [&](const Mapping& mapping) {
                if (mappings.size() < 4) mappings.push_back(mapping);
                else if (const std::uint32_t at = dice.upTo(std::uint32_t(seen)); at < 4) mappings[at] = mapping;
                ++seen;
            }, 3000).run();
            for (const Mapping& mapping : mappings) {
                const Analysis analysis = analyse(*machine, shape, mapping);
                const StepWalker::Result plain = StepWalker(*machine, shape, mapping).walk();
                const QByteArray where = "seed " + QByteArray::number(seed);
                for (std::size_t i = 0; i < machine->levels.size(); ++i) {
                    for (std::size_t o = 0; o < kOperands; ++o) {
                        const Traffic& traffic = analysis.levels[i].traffic[o];
                        const auto& counts = plain.levels[i][o];
                        QVERIFY2(traffic.volume == counts.volume && traffic.reads == counts.reads && traffic.fills == counts.fills
                                     && traffic.updates == counts.updates,
                                 where.constData());
                    }
                }
                QVERIFY2(analysis.cycles == plain.cycles, where.constData());
                QVERIFY2(std::abs(analysis.energy_pj - plain.energy_pj) <= 1e-12 * plain.energy_pj, where.constData());
                ++walked;
            }
        }
        qInfo("%d mappings walked", walked);
        QVERIFY(walked > int(worlds));
    }

    void sharedRowsOfOneFanOutCountOnce()
    {
        // 4 output rows and 3 kernel rows side by side: 6 rows of input at stride 1, 9 at stride 2.
        Sizes spatial = kOnes;
        spatial[P] = 4;
        spatial[R] = 3;
        QCOMPARE(distinctTiles(Inputs, spatial, kOnes, convolution(1, 1, 3, 1, 4, 1, 1)), 6.0);
        QCOMPARE(distinctTiles(Inputs, spatial, kOnes, convolution(1, 1, 3, 1, 4, 1, 2)), 9.0);
        QCOMPARE(distinctTiles(Weights, spatial, kOnes, convolution(1, 1, 3, 1, 4, 1, 1)), 3.0);
        QCOMPARE(distinctTiles(Outputs, spatial, kOnes, convolution(1, 1, 3, 1, 4, 1, 1)), 4.0);
    }

    void doubleBufferingHalvesCapacity()
    {
        LoopNest nest = eyr();
        nest.double_buffered = true;
        const Machine machine = compiled(nest, "EYR");
        QCOMPARE(machine.levels[0].capacity, 8.0);
        QCOMPARE(machine.levels[4].capacity, 32768.0);
        QCOMPARE(compiled([] { LoopNest one = smb(); one.double_buffered = true; return one; }(), "SMB").levels[0].capacity, 1.0);
    }

    void descriptorErrors_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("says");
        QTest::newRow("unknown operand") << "keeps" << "keeps: \"X\"";
        QTest::newRow("unknown dim") << "loops" << "loops: \"X\"";
        QTest::newRow("groups do not loop") << "group" << "loops: \"G\"";
        QTest::newRow("block") << "block" << "block: 0 words";
        QTest::newRow("negative energy") << "energy" << "read_pj: -1";
        QTest::newRow("order") << "order" << "leaves out a dim";
        QTest::newRow("last level") << "last" << "the last level keeps \"W\"";
        QTest::newRow("factor of another dim") << "factor" << "\"Q\" does not spread";
    }

    void descriptorErrors()
    {
        QFETCH(QString, field);
        QFETCH(QString, says);
        LoopNest nest = eyr();
        LoopNest::Level& level = nest.levels[4];
        if (field == "keeps") level.keeps = "X";
        if (field == "loops") level.loops = "X";
        if (field == "group") level.loops = "G";
        if (field == "block") level.block = 0;
        if (field == "energy") level.read_pj = -1;
        if (field == "order") level.orders = {"CP"};
        if (field == "last") nest.levels.back().keeps = "W";
        if (field == "factor") nest.levels[3].fan_out_max["Q"] = 2;
        const auto machine = compileMachine(nest, 1e6, "M");
        QVERIFY(!machine);
        const QString message = QString::fromStdString(machine.error().message());
        QVERIFY2(message.contains(says) && message.startsWith("M, loop_nest, level"), qPrintable(message));
    }
};

CUTLINE_TEST(TestAnalysis)

} // namespace cutline::tst_analysis

#include "tst_analysis.moc"
