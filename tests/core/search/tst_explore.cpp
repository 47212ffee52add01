// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/explore_pipelines.h"
#include "core/search/pipeline_model.h"
#include "core/search/row.h"
#include "core/search/search.h"
#include "tests/core/search/plain_search.h"
#include "tests/core/search/random_case.h"
#include "tests/long_run.h"

#include <QTest>

#include <algorithm>

using namespace cutline;

namespace {

using test::longRun;

/// CUTLINE_SEED=n replays one case.
std::vector<std::uint64_t> seeds(std::uint64_t quick, std::uint64_t all)
{
    if (qEnvironmentVariableIsSet("CUTLINE_SEED")) return {qEnvironmentVariable("CUTLINE_SEED").toULongLong()};
    std::vector<std::uint64_t> list;
    for (std::uint64_t s = 1; s <= (longRun() ? all : quick); ++s) list.push_back(s);
    return list;
}

std::string rowText(const std::vector<double>& row)
{
    std::string text;
    for (const double v : row) text += QString::number(v, 'g', 17).toStdString() + " ";
    return text;
}

/// Empty if explore() gives the plain search's front, else what differs.
std::string difference(const RandomCase& c, const SearchResult& found, const PlainResult& plain)
{
    std::vector<PlainPlan> front;
    for (const std::uint32_t i : found.front) {
        PlainPlan p;
        p.plan = found.candidates->plan(i);
        p.assignment = assignmentOf(p.plan, c.problem.graph->layerCount());
        p.row.resize(c.options.objectives.size());
        fillRow(found.summaries[i], c.options.objectives, p.row.data());
        front.push_back(p);
    }
    // Plans of one assignment whose stages follow each other in another order are told apart by their platforms.
    std::sort(front.begin(), front.end(), [](const auto& a, const auto& b) {
        if (a.assignment != b.assignment) return a.assignment < b.assignment;
        return std::ranges::lexicographical_compare(a.plan.stages, b.plan.stages, {}, &Stage::platform,
                                                    &Stage::platform);
    });
    if (front.size() != plain.front.size())
        return std::to_string(front.size()) + " plans on the front, not " + std::to_string(plain.front.size());
    for (std::size_t i = 0; i < front.size(); ++i) {
        if (front[i].row != plain.front[i].row)
            return "row " + rowText(front[i].row) + "not " + rowText(plain.front[i].row);
        if (front[i].assignment != plain.front[i].assignment) return "another assignment of row " + rowText(front[i].row);
    }
    if (c.options.keep_dominated && found.summaries.size() != plain.feasible)
        return std::to_string(found.summaries.size()) + " plans listed, not " + std::to_string(plain.feasible);
    if (plain.feasible == 0 && !found.infeasible) return "nothing said about why no plan is feasible";
    return {};
}

} // namespace

class TestExplore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsPlainSearch();
    void modelEqualsEvaluator();
};

void TestExplore::equalsPlainSearch()
{
    std::size_t exact = 0, feasible = 0;
    for (const std::uint64_t seed : seeds(600, 20'000)) {
        const RandomCase c = CaseMaker(seed, {longRun() ? 8 : 7, 4}).make();
        Progress progress;
        const auto found = explore(c.problem, c.options, progress);
        QVERIFY2(found.ok(), found.ok() ? "" : found.error().message().c_str());
        const PlainResult plain = plainSearch(c.problem, c.options);
        const std::string wrong = difference(c, *found, plain);
        QVERIFY2(wrong.empty(), ("CUTLINE_SEED=" + std::to_string(seed) + ": " + wrong).c_str());
        QVERIFY(found->proof.kind == Proof::Kind::Complete);
        feasible += plain.feasible > 0;
        ++exact;
    }
    if (exact > 10) QVERIFY2(feasible > exact / 2, "most cases are to have a feasible plan");
}

void TestExplore::modelEqualsEvaluator()
{
    std::size_t exact = 0, all = 0;
    for (const std::uint64_t seed : seeds(400, 10'000)) {
        const RandomCase c = CaseMaker(seed, {7, 4}).make();
        Progress progress;
        const Evaluator evaluator(c.problem);
        const PipelineSpace space(c.problem, c.options,
                                  DownSets(*c.problem.graph, c.problem.costs->fusion(), 1000, progress));
        const PipelineModel model(space, evaluator);
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

QTEST_GUILESS_MAIN(TestExplore)
#include "tst_explore.moc"
