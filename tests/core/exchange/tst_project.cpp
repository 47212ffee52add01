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
constraint { metric: "energy" at_most: .025 text: "energy<=25 mJ" } constraint { metric: "throughput" at_least: 30 }
pin { layer: "a" platform: "EYR" } forbid { layer: "e" platform: "S" }
plan { id: "p6" name: "knee" kept: true favourite: true note: "for the review" stages { platform: "EYR" weight_bits: 4 layers: "a" layers: "b" } stages { platform: "S" layers: "c" } }
plan { id: "p9" assignment { layer: "a" platform: "S" } }
view { chart_x: "latency" columns: "energy" columns: "cost" collapsed: "features" selected_plan: "p6" chart: "pareto" place { node: "EYR" x: 40 y: 16 } place { node: "S" x: 1e9 y: 12 } }
search { order: GIVEN given_order: "S" allowed: "EYR" max_platforms: 2 cuts: ANY solver: LABELS precisions: OFFERED keep_dominated: true
         schedule: "a" down_set_cap: 9 plan_cap: 10000000000 time_limit_s: .5 epsilon: .01 resolution: 0 seed: 7 threads: 3 }
fusion: false sensitivity { file: "s.csv" sha256: "22" } accuracy { file: "pictures" } reference: "p9"
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
        QVERIFY(project.plans[0].kept && project.plans[0].favourite && !project.plans[1].kept);
        QCOMPARE(project.plans[0].stages[0].weight_bits, 4);
        QVERIFY(project.search.has_value());
        QVERIFY(project.search->solver == SolverKind::Labels && project.search->precisions == PrecisionChoice::Offered);
        QCOMPARE(project.search->plan_cap, std::uint64_t{10'000'000'000});
        QCOMPARE(project.search->resolution, 0.0);
        QVERIFY(!project.fusion);
        QCOMPARE(project.accuracy.file, std::string("pictures"));
        QCOMPARE(project.reference, std::string("p9"));
        QCOMPARE(project.view.columns.size(), std::size_t{2});
        QVERIFY((project.view.places == std::vector<CardPlace>{{"EYR", 40, 16}, {"S", 0, 12}})); // what no screen has
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
        QTest::newRow("time limit") << "search { time_limit_s: 0 }"
                                    << "time_limit_s";
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

    void searchSettingsComeBack() {
        const World world(graphFromText("a>b a>c b>d c>d d>e"), kThreeInARow);
        SearchOptions options;
        options.objectives = {Objective::Energy, Objective::Memory};
        for (const char* text : {"latency<=20 ms", "throughput >= 30fps", "memory:A<=4MiB"}) {
            const auto constraint = parseConstraint(text, *world.system);
            QVERIFY2(constraint.ok(), text);
            options.constraints.push_back(*constraint);
        }
        options.order = OrderKind::Given;
        options.given_order = {PlatformId{2}, PlatformId{0}};
        options.allowed = {PlatformId{0}, PlatformId{2}};
        options.max_platforms = 2;
        options.pins = {{LayerId{1}, PlatformId{2}}};
        options.forbidden = {{LayerId{0}, PlatformId{1}}};
        options.cuts = CutKind::Any;
        options.solver = SolverKind::Nsga2;
        options.precisions = PrecisionChoice::Offered;
        options.keep_dominated = true;
        options.schedule = {LayerId{0}, LayerId{2}, LayerId{1}, LayerId{3}, LayerId{4}};
        options.time_limit_s = 0.1;
        options.epsilon = 0.05;
        options.resolution = 0;
        options.seed = 9;
        Project project;
        setSearchOptions(project, options, *world.graph, *world.system);
        const Project again = parsed(projectText(project));
        QVERIFY(again == project);
        std::vector<std::string> lost;
        const SearchOptions back = searchOptionsOf(again, *world.graph, *world.system, lost);
        QVERIFY(lost.empty());
        QVERIFY(back.objectives == options.objectives && back.constraints == options.constraints);
        QVERIFY(back.order == options.order && back.given_order == options.given_order);
        QVERIFY(back.allowed == options.allowed && back.max_platforms == options.max_platforms);
        QVERIFY(back.pins == options.pins && back.forbidden == options.forbidden);
        QVERIFY(back.cuts == options.cuts && back.solver == options.solver && back.precisions == options.precisions);
        QVERIFY(back.schedule == options.schedule && back.time_limit_s == options.time_limit_s);
        QVERIFY(back.keep_dominated && back.plan_cap == options.plan_cap && back.down_set_cap == options.down_set_cap);
        QVERIFY(back.epsilon == options.epsilon && back.resolution == options.resolution && back.seed == options.seed);
    }

    void whatTheNetworkDoesNotHaveIsSaid() {
        const World world(graphFromText("a>b b>c"), kThreeInARow);
        const Project project = parsed("search { order: GIVEN given_order: \"Z\" schedule: \"a\" schedule: \"z\" }"
                                       "pin { layer: \"z\" platform: \"A\" } constraint { metric: \"memory:Z\" at_most: 1 }"
                                       "constraint { metric: \"energy\" at_most: .5 text: \"energy<=25 mJ\" }");
        std::vector<std::string> lost;
        const SearchOptions options = searchOptionsOf(project, *world.graph, *world.system, lost);
        QCOMPARE(lost.size(), std::size_t{4});
        QVERIFY(options.order == OrderKind::Free && options.schedule.empty() && options.pins.empty());
        QCOMPARE(options.constraints.size(), std::size_t{1});
        QCOMPARE(options.constraints[0].limit, 0.5); // the number counts, not what was typed
        QCOMPARE(options.constraints[0].text, std::string("energy<=0.5"));
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
