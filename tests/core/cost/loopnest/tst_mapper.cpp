// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/mapper.h"

#include "core/cost/loopnest/analysis.h"

#include <QtTest>

#include "tests/core/cost/loopnest/machines.h"
#include "tests/core/cost/loopnest/random_nests.h"
#include "tests/core/cost/loopnest/reference.h"

using namespace cutline;
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
        const int worlds = qEnvironmentVariableIsSet("CUTLINE_LONG") ? 20000 : 1500;
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
};

QTEST_APPLESS_MAIN(TestMapper)
#include "tst_mapper.moc"
