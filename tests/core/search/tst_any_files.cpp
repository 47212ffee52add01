// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/exchange/exchange.h"
#include "tests/core/search/random_case.h"
#include "tests/long_run.h"
#include "tests/test_program.h"

#include <QTemporaryDir>

#include <numeric>

namespace cutline::tst_any_files {

/// Plans of any assignment as files, and what their stages say.
class TestAnyFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void plansComeBackFromTheirFile();
    void stagesAreConvexPieces();

private:
    static RandomCase caseOf(std::uint64_t seed)
    {
        RandomCase c = CaseMaker(seed, {8, 3}).make();
        c.options.cuts = CutKind::Any;
        return c;
    }
};

void TestAnyFiles::plansComeBackFromTheirFile()
{
    const QTemporaryDir folder;
    std::size_t general = 0;
    for (std::uint64_t seed = 1; seed <= (test::longRun() ? 500u : 150u); ++seed) {
        const RandomCase c = caseOf(seed);
        Progress progress;
        const auto found = explore(c.problem, c.options, progress);
        QVERIFY(found.ok());
        const Evaluator evaluator(c.problem);
        std::vector<std::uint32_t> all(found->candidates->size());
        std::iota(all.begin(), all.end(), 0u);
        const std::string path = folder.filePath("plans.json").toStdString();
        QVERIFY(writeFileAtomically(path, planJson({"m.onnx", "", "s"}, evaluator, *found, all)).ok());
        for (const std::uint32_t i : all) {
            const Plan plan = found->candidates->plan(i);
            const auto read = readPlan(path + "#p" + std::to_string(i + 1), *c.problem.graph, *c.problem.system);
            const std::string replay = "seed " + std::to_string(seed) + ", plan " + std::to_string(i + 1);
            QVERIFY2(read.ok(), (replay + (read.ok() ? "" : ": " + read.error().message())).c_str());
            QVERIFY2(*read == plan, replay.c_str());
            QVERIFY2(evaluator.evaluate(*read) == evaluator.evaluate(plan), replay.c_str());
            general += plan.scheme == Scheme::General;
        }
    }
    QVERIFY2(general > 20, "general plans are to be among them");
}

/// No stage reads from a later one, and what leaves a stage never comes back to it.
void TestAnyFiles::stagesAreConvexPieces()
{
    for (std::uint64_t seed = 1; seed <= (test::longRun() ? 500u : 150u); ++seed) {
        const RandomCase c = caseOf(seed);
        Progress progress;
        const auto found = explore(c.problem, c.options, progress);
        QVERIFY(found.ok());
        for (std::uint32_t i = 0; i < found->candidates->size(); ++i) {
            const Plan plan = found->candidates->plan(i);
            std::vector<std::size_t> stage(c.problem.graph->layerCount(), plan.stages.size());
            for (std::size_t s = 0; s < plan.stages.size(); ++s) {
                QVERIFY(!plan.stages[s].layers.empty());
                for (const LayerId l : plan.stages[s].layers) stage[l.index()] = s;
            }
            for (std::uint32_t l = 0; l < stage.size(); ++l) {
                QVERIFY2(stage[l] < plan.stages.size(), "every layer has a place");
                for (const LayerId before : c.problem.graph->predecessors(LayerId{l}))
                    QVERIFY2(stage[before.index()] <= stage[l], ("seed " + std::to_string(seed)).c_str());
            }
        }
    }
}

CUTLINE_TEST(TestAnyFiles)

} // namespace cutline::tst_any_files

#include "tst_any_files.moc"
