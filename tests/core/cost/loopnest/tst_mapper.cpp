// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/mapper.h"

#include "core/cost/loopnest/analysis.h"

#include <QtTest>

#include "tests/core/cost/loopnest/machines.h"
#include "tests/core/cost/loopnest/random_nests.h"
#include "tests/core/cost/loopnest/reference.h"
#include "tests/long_run.h"
#include "tests/test_program.h"

namespace cutline::tst_mapper {

using namespace cutline::loopnest;
using namespace cutline::loopnest::testing;

namespace {

/// Bounds and figures are added up in different orders; everything else is exact.
constexpr double kSame = 1e-9;

bool same(double a, double b) { return std::abs(a - b) <= kSame * std::max(std::abs(a), std::abs(b)); }

struct Everything {
    std::vector<Score> scores;
    bool complete = true;

    double leastCycles() const
    {
        return std::min_element(scores.begin(), scores.end(), [](auto& a, auto& b) { return a.cycles < b.cycles; })->cycles;
    }
    double leastEnergyWithin(double cycles) const
    {
        double least = std::numeric_limits<double>::infinity();
        for (const Score& score : scores)
            if (score.cycles <= cycles) least = std::min(least, score.energy_pj);
        return least;
    }
    std::vector<Score> curve() const
    {
        std::vector<Score> sorted = scores, front;
        std::sort(sorted.begin(), sorted.end(), [](auto& a, auto& b) {
            return a.cycles != b.cycles ? a.cycles < b.cycles : a.energy_pj < b.energy_pj;
        });
        for (const Score& score : sorted)
            if (front.empty() || score.energy_pj < front.back().energy_pj * (1 - kSame)) front.push_back(score);
        return front;
    }
};

Everything everything(const Machine& machine, const NestShape& shape, std::size_t limit)
{
    Everything all;
    all.complete = EveryMapping(machine, shape, [&](const Mapping& mapping) {
        const Analysis analysis = analyse(machine, shape, mapping);
        all.scores.push_back({analysis.cycles, analysis.energy_pj});
    }, limit).run();
    return all;
}

} // namespace

class TestMapper : public QObject {
    Q_OBJECT

private:
    Progress m_progress;

    MapResult find(const Machine& machine, const NestShape& shape, MapOptions options)
    {
        MapResult result = findMappings(machine, shape, options, m_progress);
        for (const MappedPoint& point : result.points)
            if (auto why = whyInvalid(machine, shape, point.mapping)) qFatal("%s", why->c_str());
        return result;
    }

private Q_SLOTS:
    /// Every goal against the list of all mappings, on machines and shapes drawn at random.
    void equalsExhaustiveEnumeration()
    {
        const int worlds = test::longRun() ? 20000 : 1500;
        int compared = 0, empty = 0;
        std::size_t mappings = 0;
        for (std::uint32_t seed = 1; seed <= std::uint32_t(worlds); ++seed) {
            Dice dice(seed);
            const auto machine = compileMachine(randomDescriptor(dice), 1e6, "random");
            QVERIFY2(machine, machine ? "" : machine.error().message().c_str());
            const NestShape shape = randomShape(dice, dice.oneOf({4U, 6U, 8U}));
            const Everything all = everything(*machine, shape, 20000);
            if (!all.complete) continue;
            ++compared;
            mappings += all.scores.size();
            const auto where = [&](const char* goal) { return QString("seed %1, %2").arg(seed).arg(goal); };
            if (all.scores.empty()) {
                ++empty;
                QVERIFY2(find(*machine, shape, {}).points.empty(), qPrintable(where("nothing fits")));
                continue;
            }
            const auto expect = [&](const char* goal, MapOptions options, auto figure, double expected) {
                for (const Prune prune : {Prune::On, Prune::Off}) {
                    options.prune = prune;
                    const MapResult found = find(*machine, shape, options);
                    QVERIFY2(found.points.size() == 1, qPrintable(where(goal)));
                    QVERIFY2(same(figure(found.points[0].score), expected),
                             qPrintable(where(goal) + QString(": %1, not %2").arg(figure(found.points[0].score), 0, 'g', 17).arg(expected, 0, 'g', 17)));
                }
            };
            const auto energy = [](const Score& score) { return score.energy_pj; };
            const double least = all.leastCycles();
            expect("delay", {}, energy, all.leastEnergyWithin(1.001 * least));
            expect("energy", {.goal = Goal::Energy}, energy, all.leastEnergyWithin(1e300));
            expect("within", {.goal = Goal::EnergyWithin, .slack = 0.5}, energy, all.leastEnergyWithin(1.5 * least));
            double product = 1e300;
            for (const Score& score : all.scores) product = std::min(product, score.cycles * score.energy_pj);
            expect("energy-delay", {.goal = Goal::EnergyDelay},
                   [](const Score& score) { return score.cycles * score.energy_pj; }, product);
            const auto curve = all.curve();
            const MapResult found = find(*machine, shape, {.goal = Goal::Curve});
            QVERIFY2(found.points.size() == curve.size(), qPrintable(where("curve")));
            for (std::size_t i = 0; i < curve.size(); ++i)
                QVERIFY2(found.points[i].score.cycles == curve[i].cycles && same(found.points[i].score.energy_pj, curve[i].energy_pj),
                         qPrintable(where("curve")));
        }
        qInfo("%d worlds compared, %d of them without a mapping, %zu mappings", compared, empty, mappings);
        QVERIFY(compared > worlds / 2 && empty < compared / 2);
    }

    void publishedLayers_data()
    {
        QTest::addColumn<int>("machine");
        QTest::addColumn<QString>("network");
        QTest::addColumn<double>("latency_ms");
        QTest::addColumn<double>("energy_mJ");
        QTest::addColumn<int>("faster");
        // cost.md, "what it should find"; energies it does not name are this search's own.
        QTest::newRow("EYR VGG-16") << 0 << "vgg16" << 456.7 << 90.8 << 9;
        QTest::newRow("EYR SqueezeNet") << 0 << "squeezenet1_1" << 13.30 << 3.1935 << 12;
        QTest::newRow("EYR EfficientNet-B0") << 0 << "efficientnet_b0" << 531.3 << 105.46 << 28;
        QTest::newRow("SMB VGG-16") << 1 << "vgg16" << 300.3 << 66.46 << 0;
        QTest::newRow("SMB SqueezeNet") << 1 << "squeezenet1_1" << 7.717 << 2.089 << 0;
        QTest::newRow("SMB EfficientNet-B0") << 1 << "efficientnet_b0" << 300.0 << 74.75 << 2;
    }

    /// Never more cycles than the published mapping; at equal cycles at most 1.001 of its energy; the totals.
    void publishedLayers()
    {
        QFETCH(int, machine);
        QFETCH(QString, network);
        QFETCH(double, latency_ms);
        QFETCH(double, energy_mJ);
        QFETCH(int, faster);
        const Machine published = machine == 0 ? publishedEyr() : publishedSmb();
        double cycles = 0, energy_pj = 0;
        int layers_faster = 0;
        for (const PublishedLayer& layer : cutline::loopnest::testing::publishedLayers(network.toStdString())) {
            const MapResult found = find(published, layer.dense, {});
            QCOMPARE(found.points.size(), std::size_t{1});
            const Score& score = found.points[0].score;
            const double its_cycles = std::round(layer.latency_s[machine] * published.clock_hz);
            QVERIFY2(score.cycles <= its_cycles, layer.name.c_str());
            if (score.cycles < its_cycles) ++layers_faster;
            else QVERIFY2(score.energy_pj * 1e-12 <= 1.001 * layer.energy_j[machine], layer.name.c_str());
            cycles += score.cycles;
            energy_pj += score.energy_pj;
        }
        const double its_ms = cycles / published.clock_hz * 1e3, its_mJ = energy_pj * 1e-9;
        QVERIFY2(std::abs(its_ms / latency_ms - 1) < 5e-4, qPrintable(QString::number(its_ms, 'g', 8)));
        QVERIFY2(std::abs(its_mJ / energy_mJ - 1) < 1e-3, qPrintable(QString::number(its_mJ, 'g', 8)));
        QCOMPARE(layers_faster, faster);
    }

    void pruningLosesNothing_data()
    {
        if (!test::longRun()) QSKIP("takes long; CUTLINE_LONG=1 runs it");
        QTest::addColumn<int>("machine");
        QTest::addColumn<NestShape>("shape");
        for (const int machine : {0, 1})
            for (const char* network : kNetworks) {
                int number = 0;
                for (const NestShape& shape : distinctShapes(cutline::loopnest::testing::publishedLayers(network)))
                    QTest::addRow("%s %s %d", machine == 0 ? "EYR" : "SMB", network, number++) << machine << shape;
            }
    }

    /// With pruning and with every mapping evaluated, on the published shapes: the long run only, and there the shapes
    /// whose mappings are walked in two seconds. The rest, some with hundreds of millions of mappings, is for
    /// bench_mapper's BM_EveryMapping.
    void pruningLosesNothing()
    {
        QFETCH(int, machine);
        QFETCH(NestShape, shape);
        const Machine published = machine == 0 ? publishedEyr() : publishedSmb();
        const MapResult with = find(published, shape, {});
        const MapResult without = find(published, shape, {.prune = Prune::Off, .time_limit_s = 2.0});
        if (without.stop == MapResult::Stop::TimeLimit) {
            // What was walked is no better: that much holds.
            if (!without.points.empty()) QVERIFY(without.points[0].score.cycles >= with.points[0].score.cycles / 1.001);
            QSKIP("not every mapping in two seconds");
        }
        QCOMPARE(with.points[0].score.cycles, without.points[0].score.cycles);
        QVERIFY(same(with.points[0].score.energy_pj, without.points[0].score.energy_pj));
        qInfo("%llu mappings evaluated in %.2f s, %llu with pruning", static_cast<unsigned long long>(without.evaluated),
              without.elapsed_s, static_cast<unsigned long long>(with.evaluated));
    }

    void groupsFollowEachOtherUnlessTheySpread()
    {
        NestShape shape = convolution(1, 1, 3, 3, 14, 14);
        const Score one = find(publishedEyr(), shape, {}).points[0].score;
        shape.size[G] = 32;
        shape.repeats = 2;
        const Score all = find(publishedEyr(), shape, {}).points[0].score;
        QCOMPARE(all.cycles, 64 * one.cycles);
        QVERIFY(same(all.energy_pj, 64 * one.energy_pj));
        LoopNest nest = eyr();
        nest.levels[3].fan_out_dims = "CMSG"; // 3 kernel columns of 4 groups on 12 PEs
        nest.levels[4].read_words_per_cycle = nest.levels[4].write_words_per_cycle = 0;
        QCOMPARE(find(compiled(nest, "EYR"), shape, {}).points[0].score.cycles, all.cycles / 4);
    }

    void stopsInTimeWithABound()
    {
        const NestShape shape = convolution(720, 720, 3, 3, 720, 720);
        const MapResult found = find(publishedSmb(), shape, {.goal = Goal::Curve, .time_limit_s = 0.05});
        QVERIFY(found.stop == MapResult::Stop::TimeLimit);
        QVERIFY(found.elapsed_s < 2);
        for (const MappedPoint& point : found.points)
            QVERIFY(found.bound.cycles <= point.score.cycles && found.bound.energy_pj <= point.score.energy_pj);
    }

    /// Where everything may loop and spread everywhere the space is beyond any time: an answer comes in time all the same.
    void openMachinesAnswerInTime()
    {
        LoopNest open = smb();
        for (LoopNest::Level& level : open.levels) {
            level.loops = "CMRSPQ";
            if (level.fan_out > 1) level.fan_out_dims = "CMRSPQ";
            level.all_of.clear();
            level.orders.clear();
        }
        open.levels[0].words = 16;
        const Machine machine = compiled(open, "open");
        const NestShape shape = convolution(720, 720, 3, 3, 720, 720);
        for (const Goal goal : {Goal::Delay, Goal::Energy, Goal::Curve}) {
            const MapResult found = find(machine, shape, {.goal = goal, .time_limit_s = 0.5});
            QVERIFY(found.stop == MapResult::Stop::TimeLimit);
            QVERIFY2(!found.points.empty(), qPrintable(QString::number(int(goal))));
            QVERIFY2(found.elapsed_s < 20, qPrintable(QString::number(found.elapsed_s))); // a busy machine stretches seconds
            for (const MappedPoint& point : found.points)
                QVERIFY(found.bound.cycles > 0 && found.bound.cycles <= point.score.cycles
                        && found.bound.energy_pj <= point.score.energy_pj);
        }
    }

    /// However little time there was: the bound lies below the optimum, and what was found above it.
    void stoppedSearchesBoundTheOptimum_data()
    {
        QTest::addColumn<int>("goal");
        for (const auto& [name, goal] : {std::pair{"delay", Goal::Delay}, {"energy", Goal::Energy},
                                         {"energy-delay", Goal::EnergyDelay}, {"within", Goal::EnergyWithin}})
            QTest::newRow(name) << int(goal);
    }

    void stoppedSearchesBoundTheOptimum()
    {
        QFETCH(int, goal);
        const NestShape shape = convolution(64, 64, 3, 3, 56, 56);
        MapOptions options{.goal = Goal(goal), .slack = 0.2};
        const MapResult whole = find(publishedSmb(), shape, options);
        QVERIFY(whole.stop == MapResult::Stop::Complete && whole.points.size() == 1);
        const auto figure = [&](const Score& score) {
            return options.goal == Goal::EnergyDelay ? score.cycles * score.energy_pj : score.energy_pj;
        };
        int stopped = 0;
        for (const double share : {0.0, 0.01, 0.1, 0.3, 0.6, 0.9}) {
            options.time_limit_s = share * whole.elapsed_s;
            const MapResult part = find(publishedSmb(), shape, options);
            stopped += part.stop == MapResult::Stop::TimeLimit ? 1 : 0;
            QVERIFY(part.bound.cycles <= whole.points[0].score.cycles);
            QVERIFY(part.bound.energy_pj <= whole.points[0].score.energy_pj * (1 + kSame));
            if (part.stop == MapResult::Stop::Complete) QCOMPARE(part.points[0].score, whole.points[0].score);
            // A faster mapping may shut the window of the goal further: energies compare within one window only.
            const bool same_window = options.goal == Goal::Energy || options.goal == Goal::EnergyDelay;
            if (!part.points.empty() && same_window)
                QVERIFY(figure(part.points[0].score) >= figure(whole.points[0].score) * (1 - kSame));
        }
        QVERIFY(stopped > 0); // no time at all is not enough
    }

    void hearsThatItIsNoLongerWanted()
    {
        Progress progress;
        progress.cancel();
        QVERIFY(findMappings(publishedSmb(), convolution(64, 64, 3, 3, 56, 56), {}, progress).stop == MapResult::Stop::Cancelled);
    }
};

CUTLINE_TEST(TestMapper)

} // namespace cutline::tst_mapper

#include "tst_mapper.moc"
