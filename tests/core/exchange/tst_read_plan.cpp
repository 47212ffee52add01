// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/exchange/world.h"
#include "tests/test_program.h"

#include <QFile>
#include <QTemporaryDir>

namespace cutline::tst_read_plan {
namespace {

QString words(const Plan& plan, const World& world) {
    QString text;
    for (const Stage& stage : plan.stages) {
        text += (text.isEmpty() ? "" : " | ") +
                QString::fromStdString(world.system->platform(stage.platform).name) + ":";
        for (const LayerId layer : stage.layers)
            text += " " + QString::fromStdString(world.graph->layer(layer).name);
    }
    return plan.scheme == Scheme::General ? "general " + text : text;
}

const World& diamond() {
    static const World world(graphFromText("a>b a>c b>d c>d d>e"), kThreeInARow);
    return world;
}

} // namespace

/// Plan files and --cut.
class ReadPlanTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void files_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("plan"); // or "!" and words of the error
        const auto row = [](const char* what, const char* text, const char* plan) {
            QTest::newRow(what) << text << plan;
        };
        row("text", R"(stages { platform: "A" layers: "a" layers: "b" } # half
                       stages { platform: "C" layers: ["c", "d", "e"] })",
            "A: a b | C: c d e");
        row("order within a stage kept",
            R"(stages { platform: "A" layers: "a" layers: "c" layers: "b" layers: "d" layers: "e" })",
            "A: a c b d e");
        row("order that cannot run mended",
            R"(stages { platform: "A" layers: "e" layers: "d" layers: "c" layers: "b" layers: "a" })",
            "A: a b c d e");
        row("empty stage",
            R"(stages { platform: "A" } stages { platform: "C" layers: ["a", "b", "c", "d", "e"] })",
            "C: a b c d e");
        row("assignment, one way",
            R"(assignment { layer: "a" platform: "C" } assignment { layer: "b" platform: "C" }
            assignment { layer: "c" platform: "A" } assignment { layer: "d" platform: "A" } assignment { layer: "e" platform: "A" })",
            "general C: a b | A: c d e");
        row("assignment, there and back",
            R"(assignment { layer: "a" platform: "A" } assignment { layer: "b" platform: "C" } assignment { layer: "c" platform: "C" }
            assignment { layer: "d" platform: "C" } assignment { layer: "e" platform: "A" })",
            "general A: a | C: b c d | A: e");
        row("json",
            R"({"stages": [{"platform": "A", "layers": ["a", "b", "c"]}, {"platform": "B,2", "layers": ["d", "e"]}]})",
            "A: a b c | B,2: d e");
        row("json with a byte order mark", "\xEF\xBB\xBF{\"stages\": [{\"platform\": \"A\", \"layers\": [\"a\", \"b\", \"c\", \"d\", \"e\"]}]}",
            "A: a b c d e");
        row("text with a byte order mark", "\xEF\xBB\xBFstages { platform: \"A\" layers: [\"a\", \"b\", \"c\", \"d\", \"e\"] }",
            "A: a b c d e");
        row("json of a newer version", R"({"future": [1, {"x": null}], "plans": [{"id": "p1", "novel": 1e99,
            "stages": [{"platform": "A", "layers": ["a", "b", "c", "d", "e"], "colour": "red"}]}]})",
            "A: a b c d e");
        row("missing layers", R"(stages { platform: "A" layers: "a" })",
            "!4 of 5 layers have no place: b, c, d, 1 more");
        row("placed twice",
            R"(stages { platform: "A" layers: ["a", "b", "c", "d", "e"] } stages { platform: "C" layers: "b" })",
            "!layer b is placed twice");
        row("platform twice",
            R"(stages { platform: "A" layers: "a" } stages { platform: "A" layers: ["b", "c", "d", "e"] })",
            "!platform A has two stages");
        row("unknown layer", R"(stages { platform: "A" layers: ["a", "b", "c", "d", "ee"] })",
            "!no layer \"ee\"");
        row("unknown platform", R"(stages { platform: "Q" layers: "a" })", "!no platform \"Q\"");
        row("backwards",
            R"(stages { platform: "A" layers: ["a", "c", "d", "e"] } stages { platform: "C" layers: "b" })",
            "!layer d in stage 1 reads from b in stage 2");
        row("both forms", R"(stages { platform: "A" layers: "a" } assignment { layer: "b" platform: "C" })",
            "!both");
        row("nothing", "", "!holds no plan");
        row("empty plan", "plans { id: \"x\" }", "!no `stages`");
        row("broken json", R"({"stages": [)", "!is no plan");
        row("broken json in line 2", "{\"stages\": [\n  {\"platform\": A}]}", "!plan.txt:2:16: is no plan: is no JSON from 'A}]}' on");
        row("wrong json type", R"({"stages": 3})", "!is no plan: ");
        row("wrong json type further in", R"({"stages": [{"platform": "A", "layers": {"x": 1}}]})", "!of the wrong kind");
        row("plan twice", R"({"plans": [{"id": "p", "stages": []}, {"id": "p", "stages": []}]})", "!has two plans \"p\"");
        row("deep json", qPrintable(QString(100000, '[').prepend("{\"a\": ")), "!is no plan");
        const std::string head = "idx,Schedule_ID,PPs,Latency_0,Latency_1,Latency_2,PartitioningPoint_0,"
                                 "PartitioningPoint_1,Platform_0,Platform_1,Platform_2,Latency,Type\n";
        const auto result = [&](const char* cells) { return head + "7,0,1,1.5,2,0," + cells + ",3.5,nondom\n"; };
        row("CNNParted", result("b,d,1,2,3").c_str(), "A: a b | B,2: c d | C: e");
        row("CNNParted, a part without layers", result("c,c,1,2,3").c_str(), "A: a b c | C: d e");
        row("CNNParted, a platform twice", result("a,d,1,2,1").c_str(), "general A: a | B,2: b c d | A: e");
        row("CNNParted, an unknown layer", result("b,q,1,2,3").c_str(), "!plan.txt:2: the model has no layer 'q'");
        row("CNNParted, an unknown platform", result("b,d,1,2,4").c_str(), "!plan.txt:2: Platform_2 is '4'");
        row("CNNParted, cut short", (head + "7,0,1,1.5\n").c_str(), "!plan.txt:2: has 4 cells");
        row("CNNParted, several rows", (result("b,d,1,2,3") + "8,0,1,1.5,2,0,b,d,1,2,3,3.5,nondom\n").c_str(),
            "!holds 2 plans");
        row("unknown field", "stages { platfrm: \"A\" }", "!plan.txt:1:10: unknown field platfrm in Stage");
    }

    void files() {
        QFETCH(QString, text);
        QFETCH(QString, plan);
        QTemporaryDir folder;
        QFile file(folder.filePath("plan.txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text.toUtf8());
        file.close();
        const QString id = QString::fromLatin1(QTest::currentDataTag()) == "plan twice" ? "#p" : "";
        const auto read = readPlan((file.fileName() + id).toStdString(), *diamond().graph, *diamond().system);
        if (plan.startsWith('!') && !read.ok())
            for (const char* leaked : {"type.googleapis", "cutline.proto", "json.exception", "Parsing"})
                QVERIFY2(!QString::fromStdString(read.error().message()).contains(leaked), read.error().message().c_str());
        if (plan.startsWith('!')) {
            QVERIFY(!read.ok());
            const QString message = QString::fromStdString(read.error().message());
            QVERIFY2(message.contains(plan.mid(1)) && message.contains("plan.txt") && !message.contains('\n'),
                     qPrintable(message));
            return;
        }
        QVERIFY2(read.ok(), read.ok() ? "" : read.error().message().c_str());
        QCOMPARE(words(*read, diamond()), plan);
    }

    void foreignPlansAndOrdersAreTold_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("warning"); // empty: none
        const QString stages = R"("stages": [{"platform": "A", "layers": ["a", "b", "c", "d", "e"]}]})";
        QTest::newRow("says nothing") << "{" + stages << "";
        QTest::newRow("same") << R"({"model": {"sha256": "0123456789abcdef"}, "system": {"name": "here"}, )" + stages << "";
        QTest::newRow("other model") << R"({"model": {"file": "x.onnx", "sha256": "ff23456789abcdef"}, )" + stages
                                     << "another model, x.onnx with SHA-256 ff23456789ab.., not 0123456789ab..";
        QTest::newRow("other system") << R"({"system": {"name": "there"}, )" + stages << "for system there, not here";
        QTest::newRow("order") << R"(stages { platform: "A" layers: ["a", "d", "b", "c", "e"] })"
                               << "layer d stands before b, which it reads";
    }

    void foreignPlansAndOrdersAreTold() {
        QFETCH(QString, text);
        QFETCH(QString, warning);
        QTemporaryDir folder;
        QFile file(folder.filePath("plan.txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text.toUtf8());
        file.close();
        std::vector<Error> warnings;
        const auto read = readPlan(file.fileName().toStdString(), *diamond().graph, *diamond().system,
                                   {"m.onnx", "0123456789abcdef", "here"}, warnings);
        QVERIFY(read.ok());
        QCOMPARE(words(*read, diamond()), QString("A: a b c d e"));
        QCOMPARE(warnings.size(), std::size_t(warning.isEmpty() ? 0 : 1));
        if (warning.isEmpty()) return;
        const QString message = QString::fromStdString(warnings[0].message());
        QVERIFY2(message.contains(warning) && message.contains("plan.txt"), qPrintable(message));
    }

    void cutsFollowASchedule() {
        const std::vector<LayerId> schedule{LayerId{0}, LayerId{2}, LayerId{1}, LayerId{3}, LayerId{4}};
        const auto plan = planFromCuts(*diamond().graph, *diamond().system, "c", "A,C", schedule);
        QVERIFY(plan.ok());
        QCOMPARE(words(*plan, diamond()), QString("A: a c | C: b d e"));
        QVERIFY(!planFromCuts(*diamond().graph, *diamond().system, "b,c", "A,C,B%2C2", schedule).ok());
        const auto fixed = planFromCuts(*diamond().graph, *diamond().system, "b", "fixed");
        QVERIFY(fixed.ok());
        QCOMPARE(fixed->stages[0].platform, PlatformId{0});
    }

    void everyWrittenPlanReadsBack() {
        const SearchResult result = diamond().search(true);
        QTemporaryDir folder;
        QFile file(folder.filePath("plans#1.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(
            QByteArray::fromStdString(planJson({}, *diamond().evaluator, result, everyCandidate(result))));
        file.close();
        const std::string path = file.fileName().toStdString();
        QVERIFY(result.candidates->size() > 20);
        for (std::size_t i = 0; i < result.candidates->size(); ++i) {
            const auto plan =
                readPlan(path + "#p" + std::to_string(i + 1), *diamond().graph, *diamond().system);
            QVERIFY2(plan.ok(), plan.ok() ? "" : plan.error().message().c_str());
            QVERIFY(*plan == result.candidates->plan(i));
        }
        const auto many = readPlan(path, *diamond().graph, *diamond().system);
        QVERIFY(!many.ok() && QString::fromStdString(many.error().message()).contains("FILE#p1"));
        const auto none = readPlan(path + "#p0", *diamond().graph, *diamond().system);
        QVERIFY(!none.ok() && QString::fromStdString(none.error().message()).contains("no plan \"p0\""));
        QVERIFY(!readPlan(folder.filePath("none").toStdString(), *diamond().graph, *diamond().system).ok());
    }

    void aGeneralPlanReadsBack() {
        const std::vector<PlatformId> there_and_back{{0}, {2}, {2}, {2}, {0}};
        const Plan plan = planFromAssignment(*diamond().graph, there_and_back);
        QCOMPARE(plan.scheme, Scheme::General);
        QTemporaryDir folder;
        QFile file(folder.filePath("plan.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(planJson({}, *diamond().evaluator, plan)));
        file.close();
        const auto read = readPlan(file.fileName().toStdString(), *diamond().graph, *diamond().system);
        QVERIFY2(read.ok(), read.ok() ? "" : read.error().message().c_str());
        QVERIFY(*read == plan);
    }

    void cuts_data() {
        QTest::addColumn<QString>("cuts");
        QTest::addColumn<QString>("order");
        QTest::addColumn<QString>("plan");
        const auto row = [](const char* cuts, const char* order, const char* plan) {
            QTest::newRow(qPrintable(QString("--cut '%1' --order '%2'").arg(cuts, order)))
                << cuts << order << plan;
        };
        row("b", "", "A: a b | B,2: c d e");
        row("a,d", "", "A: a | B,2: b c d | C: e");
        row(" a , d ", " C , A , B%2C2 ", "C: a | A: b c d | B,2: e");
        row("c", "C,A", "C: a b c | A: d e");
        row("", "C", "C: a b c d e");
        row("", "", "A: a b c d e");
        row("b", "C", "!1 cuts make 2 stages for 1 platforms");
        row("d,a", "", "!a does not come after d");
        row("a,a", "", "!a does not come after a");
        row("e", "", "!e is the last layer");
        row("q", "", "!no layer \"q\"");
        row("a", "A,A", "!A stands there twice");
        row("a", "A,X", "!no platform \"X\"");
    }

    void cuts() {
        QFETCH(QString, cuts);
        QFETCH(QString, order);
        QFETCH(QString, plan);
        const auto made =
            planFromCuts(*diamond().graph, *diamond().system, cuts.toStdString(), order.toStdString());
        if (plan.startsWith('!')) {
            QVERIFY(!made.ok());
            const QString message = QString::fromStdString(made.error().message());
            QVERIFY2(message.contains(plan.mid(1)), qPrintable(message));
            return;
        }
        QVERIFY2(made.ok(), made.ok() ? "" : made.error().message().c_str());
        QCOMPARE(words(*made, diamond()), plan);
    }
};

CUTLINE_TEST(ReadPlanTest)

} // namespace cutline::tst_read_plan

#include "tst_read_plan.moc"
