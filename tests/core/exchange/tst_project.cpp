// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/exchange/world.h"
#include "tests/test_program.h"

#include "core/exchange/project.h"

#include <QFile>
#include <QTemporaryDir>

namespace cutline::tst_project {
namespace {

const Library& shipped() {
    static const Library library = Library::load({CUTLINE_SOURCE_DIR "/platforms"});
    return library;
}

constexpr const char* kWhole = R"(# a comment
format: 1 title: "front camera" note: "two lines\nof text"
model { name: "v3" file: "net.onnx" sha256: "00ff" } model { name: "v4" file: "nets/net4.onnx" }
system { name: "pair" platform { use: "EYR" } platform { use: "SMB" as: "S" } link { name: "gbe" use: "1000BASE-T" between: "EYR" between: "S" } }
system { name: "one" platform { name: "C" } }
scenario { name: "day" rate_hz: 30 background { link: "gbe" load: .3 } }
profile { platform: "EYR" file: "eyr.csv" sha256: "11" }
profile { platform: "SMB" file: "smb.json" sha256: "12" use: REFIT }
profile_missing: ZERO
objectives: LATENCY objectives: ENERGY objectives: ACCURACY
constraint { metric: "energy" at_most: .025 } constraint { metric: "throughput" at_least: 30 }
pin { layer: "a" platform: "EYR" } forbid { layer: "e" platform: "S" }
plan { id: "p6" name: "knee" kept: true note: "for the review" stages { platform: "EYR" layers: "a" layers: "b" } stages { platform: "S" layers: "c" } }
plan { id: "p9" assignment { layer: "a" platform: "S" } }
view { chart_x: "latency" columns: "energy" columns: "cost" collapsed: "features" selected_plan: "p6" }
)";

Project parsed(const std::string& text) {
    auto project = parseProject(text, "net.cutline", shipped());
    if (!project) qFatal("%s", project.error().message().c_str());
    return std::move(*project);
}

} // namespace

/// Project files.
class ProjectTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everythingIsRead() {
        const Project project = parsed(kWhole);
        QCOMPARE(project.title, std::string("front camera"));
        QCOMPARE(project.note, std::string("two lines\nof text"));
        QCOMPARE(project.models.size(), std::size_t{2});
        QCOMPARE(project.models[0].sha256, std::string("00ff"));
        QCOMPARE(project.systems[0].platforms[1].name, std::string("S"));
        QCOMPARE(project.systems[0].platforms[1].descriptor, std::string("SMB"));
        QCOMPARE(project.scenarios[0].rate_hz.value_or(0), 30.0);
        QCOMPARE(project.profiles[0].file.name, std::string("EYR"));
        QVERIFY(project.profiles[0].use == ProfileUse::Measurement && project.profiles[1].use == ProfileUse::Refit);
        QVERIFY(project.profile_missing == ProfileMissing::Zero);
        const std::vector<Objective> objectives{Objective::Latency, Objective::Energy, Objective::Accuracy};
        QVERIFY(project.objectives == objectives);
        QCOMPARE(project.constraints[1].at_least.value_or(0), 30.0);
        QCOMPARE(project.pins[0].layer, std::string("a"));
        QCOMPARE(project.forbidden[0].platform, std::string("S"));
        QCOMPARE(project.plans[0].stages[0].layers.size(), std::size_t{2});
        QVERIFY(project.plans[0].kept && !project.plans[1].kept);
        QCOMPARE(project.view.columns.size(), std::size_t{2});
        QVERIFY(project.unknown.empty());
    }

    void writtenAndReadItIsTheSame() {
        const Project project = parsed(kWhole);
        QVERIFY(parsed(projectText(project)) == project);
        QVERIFY(parsed(projectText(Project{})) == Project{});
        QTemporaryDir folder;
        const std::string path = folder.filePath("a.cutline").toStdString();
        QVERIFY(writeProject(path, project).ok());
        const auto again = readProject(path, shipped());
        QVERIFY(again.ok());
        QVERIFY(*again == project);
    }

    void whatANewerVersionWroteIsListedAndKept() {
        const std::string text = std::string("format: 7\nrobustness { runs: 1000 note: \"} # { \" [x] }\n") +
                                 kWhole +
                                 "plan { id: \"p7\" risk: .5 stages { platform: \"EYR\" layers: \"a\" speed: "
                                 "<a: 1> } }\nfuture: [1,\n2]\n";
        const std::string cleaned =
            QString::fromStdString(text).replace("[x] ", "").replace("format: 1", "").toStdString();
        const Project project = parsed(cleaned);
        QCOMPARE(project.format, 7u);
        QCOMPARE(project.unknown.size(), std::size_t{4});
        QCOMPARE(project.unknown[0].name, std::string("robustness"));
        QCOMPARE(project.unknown[0].line, 2);
        QCOMPARE(project.unknown[0].text, std::string("robustness { runs: 1000 note: \"} # { \" }"));
        QCOMPARE(project.unknown[1].name, std::string("plan[2].risk"));
        QCOMPARE(project.unknown[2].name, std::string("plan[2].stages[0].speed"));
        QCOMPARE(project.unknown[3].name, std::string("future"));
        const std::string saved = projectText(project);
        Project again = parsed(saved);
        QCOMPARE(again.unknown.size(), std::size_t{4});
        for (const Project::Unknown& unknown : project.unknown)
            QVERIFY2(std::any_of(again.unknown.begin(), again.unknown.end(),
                                 [&](const auto& other) {
                                     return other.name == unknown.name && other.text == unknown.text;
                                 }),
                     saved.c_str());
        Project known = project;
        known.unknown.clear();
        again.unknown.clear();
        QVERIFY(again == known);
    }

    void aTextInKnownFieldsIsNotMistakenForAField() {
        const Project project = parsed("title: \"future: 1\"\nfuture: 1");
        QCOMPARE(project.title, std::string("future: 1"));
        QCOMPARE(project.unknown.size(), std::size_t{1});
    }

    void mistakes_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("words");
        QTest::newRow("wrong type") << "\ntitle: 5"
                                    << "net.cutline:2:8";
        QTest::newRow("unknown platform") << "system {\n platform { use: \"EYRR\" } }"
                                          << "net.cutline:2:13";
        QTest::newRow("nan") << "constraint { metric: \"energy\" at_most: nan }"
                             << "constraint.at_most is nan";
        QTest::newRow("unknown objective") << "objectives: LATENZY"
                                           << "LATENZY";
        QTest::newRow("not closed") << "plan { id: \"p\""
                                    << "net.cutline:1:";
        QTest::newRow("a stray bracket") << "title: \"a\" }"
                                         << "net.cutline:1:";
        QTest::newRow("deep") << QString("x { ").repeated(100000) << "net.cutline";
    }

    void mistakes() {
        QFETCH(QString, text);
        QFETCH(QString, words);
        const auto project = parseProject(text.toStdString(), "net.cutline", shipped());
        QVERIFY(!project.ok());
        const QString message = QString::fromStdString(project.error().message());
        QVERIFY2(message.contains(words) && message.size() < 600, qPrintable(message));
    }

    void keptPlansBecomePlans() {
        const World world(graphFromText("a>b a>c b>d c>d d>e"), kThreeInARow);
        const auto plan = planFromCuts(*world.graph, *world.system, "b", "C,A");
        QVERIFY(plan.ok());
        const Project::KeptPlan kept = keptFromPlan(*plan, *world.graph, *world.system);
        const auto again = planFromKept(kept, *world.graph, *world.system);
        QVERIFY(again.ok());
        QVERIFY(*again == *plan);
        Project::KeptPlan partial = kept;
        partial.name = "knee";
        partial.stages.pop_back();
        const auto missing = planFromKept(partial, *world.graph, *world.system);
        QVERIFY(!missing.ok());
        QVERIFY(QString::fromStdString(missing.error().message())
                    .startsWith("plan knee: 3 of 5 layers have no place"));
    }
};

CUTLINE_TEST(ProjectTest)

} // namespace cutline::tst_project

#include "tst_project.moc"
