// SPDX-License-Identifier: GPL-3.0-or-later
// What the search's model says of plans, and of their first stages, against the judge.
#include "core/search/explore_pipelines.h"
#include "core/search/pipeline_model.h"
#include "tests/core/search/random_case.h"
#include "tests/core/search/seeds.h"
#include "tests/test_program.h"

#include <cmath>

namespace cutline::tst_pipeline_model {
namespace {

using test::seeds;

/// A random case with all its pipelines, the model of them and the judge.
struct Stand {
    explicit Stand(std::uint64_t seed) : c(CaseMaker(seed, {7, 4, true}).make()) {}

    const RandomCase c;
    Progress progress;
    const Evaluator evaluator{c.problem};
    const PipelineSpace space{c.problem, c.options, DownSets(*c.problem.graph, c.problem.costs->fusion(), 1000, progress)};
    const PipelineModel model{space, evaluator};
};

/// Clean or not, the first stages of a plan come to no more than the whole.
bool fallsShortOfNoPast(const PipelineModel& model, const PipelineSpace& space, const PipelineKey& key, const Figures& judged)
{
    const Scenario& scenario = space.problem().scenario;
    const std::size_t stages = space.orders()[key.order].size();
    const auto holds = [](double bound, double figure) { return bound <= figure * (1 + 1e-12) + 1e-12; };
    for (std::size_t s = 1; s <= stages; ++s) {
        const PipelineModel::Past past = model.past(key, s);
        if (!holds(past.done_s + scenario.sensor_s + scenario.post_s, judged.latency_s) || !holds(past.next_s, judged.latency_s) ||
            !holds(past.interval_s, judged.initiation_interval_s) || !holds(past.link_bytes, judged.link_bytes) ||
            !holds(past.memory_bytes, judged.memory_bytes_max))
            return false;
    }
    const double period_s = scenario.rate_hz ? 1 / *scenario.rate_hz : judged.initiation_interval_s;
    return holds(model.past(key, stages).energy_j + period_s * model.idlePowerOf(key.order), judged.energy_j);
}

} // namespace

class TestPipelineModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void modelEqualsEvaluator();
    void memoryEqualsEvaluator();
    void noPlanFallsShortOfABound();
};

void TestPipelineModel::modelEqualsEvaluator()
{
    std::size_t exact = 0, all = 0;
    for (const std::uint64_t seed : seeds(400, 10'000)) {
        const Stand stand(seed);
        const auto& [c, progress, evaluator, space, model] = stand;
        const std::string hint = "CUTLINE_SEED=" + std::to_string(seed);
        std::size_t plans = 0;
        forEachPipeline(space, [&](const PipelineKey& key) {
            const Outline outline = model.outline(key);
            const Figures figures = evaluator.figures(space.plan(key));
            if (!figures.feasible) return true; // what cannot be reached costs the judge nothing
            const auto agrees = [&](double mine, double judged) {
                return outline.exact ? std::abs(mine - judged) <= 1e-12 * std::abs(judged)
                                     : mine <= judged * (1 + 1e-12);
            };
            const bool right = agrees(outline.latency_s, figures.latency_s) &&
                               agrees(outline.interval_s, figures.initiation_interval_s) &&
                               agrees(outline.energy_j, figures.energy_j) &&
                               agrees(outline.link_bytes, figures.link_bytes) &&
                               outline.memory_bytes <= figures.memory_bytes_max;
            if (!right)
                qWarning("exact %d: %g %g, %g %g, %g %g, %g %g, %g %g", outline.exact, outline.latency_s,
                         figures.latency_s, outline.interval_s, figures.initiation_interval_s, outline.energy_j,
                         figures.energy_j, outline.link_bytes, figures.link_bytes, outline.memory_bytes,
                         figures.memory_bytes_max);
            exact += outline.exact;
            ++all;
            [&] { QVERIFY2(right, hint.c_str()); }();
            return right && ++plans < 2000;
        });
        if (QTest::currentTestFailed()) return;
    }
    qInfo("%zu of %zu outlines exact", exact, all);
    if (all > 1000) QVERIFY2(exact > all / 10, "many plans are to have exact outlines");
}

void TestPipelineModel::memoryEqualsEvaluator()
{
    std::size_t told = 0, all = 0;
    for (const std::uint64_t seed : seeds(300, 3'000)) {
        const Stand stand(seed);
        const auto& [c, progress, evaluator, space, model] = stand;
        std::size_t plans = 0;
        forEachPipeline(space, [&](const PipelineKey& key) {
            if (!model.outline(key).exact) return true;
            const Figures figures = evaluator.figures(space.plan(key));
            if (!figures.feasible && figures.latency_s == 0) return true;
            const auto memory = model.largestMemory(key, evaluator.period(figures.initiation_interval_s));
            ++all;
            if (!memory) return true;
            ++told;
            [&] { QVERIFY2(memory->bytes == figures.memory_bytes_max, ("CUTLINE_SEED=" + std::to_string(seed)).c_str()); }();
            return !QTest::currentTestFailed() && ++plans < 2000;
        });
        if (QTest::currentTestFailed()) return;
    }
    qInfo("memory of %zu of %zu plans told", told, all);
    if (all > 1000) QVERIFY2(told > all / 5, "many plans' memory is to be told");
}

/// What the first stages of a plan are said to come to at least.
void TestPipelineModel::noPlanFallsShortOfABound()
{
    std::size_t bounds = 0, near = 0;
    for (const std::uint64_t seed : seeds(1'000, 10'000)) {
        const Stand stand(seed);
        const auto& [c, progress, evaluator, space, model] = stand;
        std::size_t plans = 0;
        forEachPipeline(space, [&](const PipelineKey& key) {
            const Figures judged = evaluator.figures(space.plan(key));
            if (!judged.feasible) return true; // what cannot be reached costs the judge nothing
            PipelineModel::Partial partial = model.empty();
            for (std::size_t s = 0; s + 1 < space.orders()[key.order].size(); ++s) {
                partial = model.extended(partial, key, key.cuts[s]);
                const Outline least = model.bound(partial, key);
                const auto holds = [](double bound, double figure) { return bound <= figure * (1 + 1e-12); };
                const bool right = holds(least.latency_s, judged.latency_s) && holds(least.interval_s, judged.initiation_interval_s) &&
                                   holds(least.energy_j, judged.energy_j) && holds(least.link_bytes, judged.link_bytes) &&
                                   holds(least.memory_bytes, judged.memory_bytes_max);
                if (!right)
                    qWarning("stage %zu: %g %g, %g %g, %g %g, %g %g, %g %g", s, least.latency_s, judged.latency_s, least.interval_s,
                             judged.initiation_interval_s, least.energy_j, judged.energy_j, least.link_bytes, judged.link_bytes,
                             least.memory_bytes, judged.memory_bytes_max);
                [&] { QVERIFY2(right, ("CUTLINE_SEED=" + std::to_string(seed)).c_str()); }();
                if (QTest::currentTestFailed()) return false;
                ++bounds;
                near += least.latency_s > 0.9 * judged.latency_s;
            }
            if (model.isPlain()) [&] { QVERIFY2(fallsShortOfNoPast(model, space, key, judged), ("CUTLINE_SEED=" + std::to_string(seed)).c_str()); }();
            if (QTest::currentTestFailed()) return false;
            return ++plans < 2000;
        });
        if (QTest::currentTestFailed()) return;
    }
    if (bounds > 1000) QVERIFY2(near > bounds / 20, "many bounds are to be near");
}

CUTLINE_TEST(TestPipelineModel)

} // namespace cutline::tst_pipeline_model

#include "tst_pipeline_model.moc"
