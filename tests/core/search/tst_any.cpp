// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/row.h"
#include "core/search/search.h"
#include "tests/core/search/plain_any.h"
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
};

void TestAny::equalsPlainSearch()
{
    std::size_t all = 0, feasible = 0, general = 0;
    for (const std::uint64_t seed : seeds(600, 20'000)) {
        const RandomCase c = caseOf(seed);
        const PlainAny plain = plainAny(c.problem, c.options, longRun() ? 300'000 : 20'000);
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
    for (const std::uint64_t seed : seeds(800, 20'000)) {
        RandomCase c = caseOf(seed);
        c.options.solver = SolverKind::Labels;
        c.options.keep_dominated = false;
        const PlainAny plain = plainAny(c.problem, c.options, longRun() ? 300'000 : 10'000);
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

QTEST_GUILESS_MAIN(TestAny)
#include "tst_any.moc"
