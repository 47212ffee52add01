// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/any_limits.h"
#include "core/search/any_min_cut.h"
#include "core/search/row.h"
#include "core/search/search.h"
#include "tests/core/search/plain_any.h"
#include "tests/core/search/random_case.h"
#include "tests/core/search/seeds.h"
#include "tests/test_program.h"

#include <algorithm>

namespace cutline::tst_any {
namespace {

using test::longRun;
using test::seeds;

/// Models to 10 layers on two or three platforms.
RandomCase caseOf(std::uint64_t seed)
{
    RandomCase c = CaseMaker(seed, {seed % 4 == 0 ? 10 : 6, 3}).make();
    c.options.cuts = CutKind::Any;
    return c;
}

std::string rowText(const std::vector<double>& row)
{
    std::string text;
    for (const double v : row) text += QString::number(v, 'g', 17).toStdString() + " ";
    return text;
}

std::vector<PlainAnyPlan> frontOf(const RandomCase& c, const SearchResult& found)
{
    std::vector<PlainAnyPlan> front;
    for (const std::uint32_t i : found.front) {
        PlainAnyPlan p;
        p.assignment = assignmentOf(found.candidates->plan(i), c.problem.graph->layerCount());
        p.row.resize(c.options.objectives.size());
        fillRow(found.summaries[i], c.options.objectives, p.row.data());
        front.push_back(p);
    }
    std::sort(front.begin(), front.end(), [](const auto& a, const auto& b) { return a.assignment < b.assignment; });
    return front;
}

/// Empty if the front is the plain search's, else what differs.
std::string difference(const RandomCase& c, const SearchResult& found, const PlainAny& plain)
{
    auto front = frontOf(c, found);
    auto right = plain.front;
    // Several plans of one assignment may be on the front.
    const auto before = [](const auto& a, const auto& b) {
        return std::tie(a.assignment, a.row) < std::tie(b.assignment, b.row);
    };
    std::sort(front.begin(), front.end(), before);
    std::sort(right.begin(), right.end(), before);
    for (std::size_t i = 0; i < std::min(front.size(), right.size()); ++i) {
        if (front[i].row != right[i].row) return "row " + rowText(front[i].row) + "not " + rowText(right[i].row);
        if (front[i].assignment != right[i].assignment) return "another assignment of row " + rowText(front[i].row);
    }
    if (front.size() != right.size())
        return std::to_string(front.size()) + " plans on the front, not " + std::to_string(right.size());
    if (plain.feasible == 0 && !found.infeasible) return "nothing said about why no plan is feasible";
    return {};
}

} // namespace

class TestAny : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsPlainSearch();
    void labelsKeepTheirWord();
    void leastCutIsLeast();
    void isTheSameForAnyThreads();
    void endsWhenTold();
};

void TestAny::equalsPlainSearch()
{
    std::size_t all = 0, feasible = 0, general = 0;
    for (const std::uint64_t seed : seeds(600, 2'500)) {
        const RandomCase c = caseOf(seed);
        const PlainAny plain = plainAny(c.problem, c.options, longRun() ? 50'000 : 20'000);
        if (plain.too_many) continue;
        const std::string replay = "CUTLINE_SEED=" + std::to_string(seed);
        Progress progress;
        const auto found = explore(c.problem, c.options, progress);
        QVERIFY2(found.ok(), found.ok() ? "" : found.error().message().c_str());
        QVERIFY2(found->proof.kind == Proof::Kind::Complete, replay.c_str());
        const std::string wrong = difference(c, *found, plain);
        QVERIFY2(wrong.empty(), (replay + ": " + wrong).c_str());
        if (c.options.keep_dominated) {
            QVERIFY2(found->summaries.size() >= plain.listed, replay.c_str());
            QVERIFY2(found->summaries.size() <= plain.listed + found->front.size(), replay.c_str());
        }
        for (const std::uint32_t i : found->front)
            general += found->candidates->plan(i).scheme == Scheme::General;
        feasible += plain.feasible > 0;
        ++all;
    }
    qInfo("%zu cases, %zu with a feasible plan, %zu general plans on fronts", all, feasible, general);
    if (all > 10) QVERIFY2(feasible > all / 2 && general > all / 4, "most cases are to have a feasible plan");
}

/// Labels alone, on models small enough to know the answer: a front that claims to be complete has every row, and no plan
/// beats any other front by more than it admits.
void TestAny::labelsKeepTheirWord()
{
    std::size_t all = 0, complete = 0, within = 0;
    for (const std::uint64_t seed : seeds(800, 2'500)) {
        RandomCase c = caseOf(seed);
        c.options.solver = SolverKind::Labels;
        c.options.keep_dominated = false;
        const PlainAny plain = plainAny(c.problem, c.options, longRun() ? 50'000 : 10'000);
        if (plain.too_many) continue;
        const std::string replay = "CUTLINE_SEED=" + std::to_string(seed) + ": ";
        Progress progress;
        const auto found = explore(c.problem, c.options, progress);
        QVERIFY2(found.ok(), found.ok() ? "" : found.error().message().c_str());
        const auto front = frontOf(c, *found);
        const double factor = 1 + found->proof.epsilon;
        ++all;
        complete += found->proof.kind == Proof::Kind::Complete;
        within += found->proof.kind == Proof::Kind::Epsilon;
        for (const PlainAnyPlan& p : plain.front) {
            if (found->proof.lower_bound)
                QVERIFY2(p.row[0] >= *found->proof.lower_bound * (1 - 1e-9), (replay + "below the bound").c_str());
            if (found->proof.kind == Proof::Kind::Heuristic) continue;
            const bool covered = std::any_of(front.begin(), front.end(), [&](const PlainAnyPlan& q) {
                for (std::size_t d = 0; d < q.row.size(); ++d)
                    if (q.row[d] > p.row[d] * factor * (1 + 1e-9)) return false;
                return true;
            });
            QVERIFY2(covered, (replay + "no plan within " + std::to_string(factor) + " of " + rowText(p.row)).c_str());
        }
        if (found->proof.kind == Proof::Kind::Complete)
            QVERIFY2(front.size() == plain.front.size(), (replay + "another number of plans").c_str());
    }
    qInfo("%zu cases, %zu complete, %zu within a factor", all, complete, within);
    if (all > 10) QVERIFY2(complete > all / 4, "many fronts are to be complete");
}

/// The minimum cut against every assignment, summed up by the judge.
void TestAny::leastCutIsLeast()
{
    std::size_t cuts = 0, rows = 0;
    for (const std::uint64_t seed : seeds(2000, 20'000)) {
        RandomCase c = caseOf(seed);
        for (const Objective objective : {Objective::Energy, Objective::LinkBytes, Objective::Sensitivity}) {
            SearchOptions options;
            options.objectives = {objective};
            options.cuts = CutKind::Any;
            options.pins = c.options.pins;
            options.forbidden = c.options.forbidden;
            Problem problem = c.problem;
            problem.scenario.rate_hz.reset();
            std::vector<PlatformId> all;
            for (std::uint32_t p = 0; p < problem.system->platforms.size(); ++p) all.push_back(PlatformId{p});
            const Evaluator evaluator(problem);
            const AnyModel model(evaluator, options, all);
            const auto cut = leastCut(model, objective);
            if (!cut || model.assignments() > 2000) continue;
            const std::string replay = "CUTLINE_SEED=" + std::to_string(seed) + ": ";
            // The least of what every assignment takes at least is the cut, and the first that has it.
            double least = std::numeric_limits<double>::infinity();
            GroupAssignment assignment(model.groups()), first;
            const auto grow = [&](const auto& self, std::size_t group, const AnyModel::State& state,
                                  const std::vector<double>& sums) -> void {
                if (group == model.groups()) {
                    const AnyModel::Bound bound = model.bound(group, state, sums.data());
                    double value = 0;
                    fillRow(bound, options.objectives, false, 0, &value);
                    if (value < least * (1 - 1e-12)) {
                        least = value;
                        first = assignment;
                    }
                    return;
                }
                for (const std::uint32_t p : model.homes(group)) {
                    AnyModel::Arc arc;
                    if (!model.place(state, group, p, arc)) continue;
                    std::vector<double> after(model.width(group + 1));
                    model.apply(arc, sums.data(), after.data());
                    assignment[group] = p;
                    self(self, group + 1, arc.after, after);
                }
            };
            grow(grow, 0, model.start(), std::vector<double>(model.width(0), 0));
            QVERIFY2(std::abs(cut->value - least) <= 1e-9 * least,
                     (replay + std::to_string(cut->value) + " is not " + std::to_string(least)).c_str());
            const bool ascending = problem.system->platforms.size() == 2;
            if (ascending) QVERIFY2(cut->assignment == first, (replay + "not the first assignment").c_str());
            ++cuts;
            rows += model.homes().size() > 2;
        }
    }
    qInfo("%zu cuts, %zu of them of a row", cuts, rows);
    if (!qEnvironmentVariableIsSet("CUTLINE_SEED")) QVERIFY(cuts > 100 && rows > 10);
}

void TestAny::isTheSameForAnyThreads()
{
    for (const std::uint64_t seed : seeds(60, 1'000)) {
        RandomCase c = caseOf(seed);
        if (seed % 2 == 0) c.options.solver = SolverKind::Labels;
        Progress progress;
        c.options.threads = 1;
        const auto one = explore(c.problem, c.options, progress);
        c.options.threads = 4;
        const auto four = explore(c.problem, c.options, progress);
        const std::string replay = "CUTLINE_SEED=" + std::to_string(seed);
        QVERIFY2(one->front == four->front && one->summaries.size() == four->summaries.size(), replay.c_str());
        for (std::uint32_t i = 0; i < one->summaries.size(); ++i)
            QVERIFY2(one->candidates->plan(i) == four->candidates->plan(i), replay.c_str());
    }
}

/// A chain too long to look at whole: cancelled or out of time there are the plans found so far, and no claim.
void TestAny::endsWhenTold()
{
    RandomCase c = CaseMaker(3, {60, 3}).make();
    c.options = {};
    c.options.cuts = CutKind::Any;
    c.options.time_limit_s = 0.02;
    Progress progress;
    const auto timed = explore(c.problem, c.options, progress);
    QVERIFY(timed.ok());
    QVERIFY(timed->proof.elapsed_s < 2);
    if (timed->proof.stop == Proof::Stop::TimeLimit) QVERIFY(timed->proof.kind != Proof::Kind::Complete);
    QVERIFY(!timed->front.empty());

    struct AtOnce : Progress {
        bool cancelled() const override { return true; }
    } cancelled;
    c.options.time_limit_s.reset();
    const auto stopped = explore(c.problem, c.options, cancelled);
    QVERIFY(stopped.ok());
    QVERIFY(stopped->proof.stop == Proof::Stop::Cancelled);
    QVERIFY(stopped->proof.kind != Proof::Kind::Complete);
}

CUTLINE_TEST(TestAny)

} // namespace cutline::tst_any

#include "tst_any.moc"
