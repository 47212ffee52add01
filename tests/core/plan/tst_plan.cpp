// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/plan/small_world.h"
#include "tests/test_program.h"

namespace cutline::tst_plan {

using namespace cutline::test;

class TestPlan : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void plansFromAssignments_data();
    void plansFromAssignments();
    void cutLayersAreThoseWithLaterReaders();
    void pipelinesAreToldFromGeneralPlans();
};

namespace {

std::string textOf(const Graph& graph, const Plan& plan) {
    std::string text = plan.scheme == Scheme::Pipeline ? "pipeline" : "general";
    for (const Stage& stage : plan.stages) {
        text += " " + std::to_string(stage.platform.value) + ":";
        for (std::size_t i = 0; i < stage.layers.size(); ++i)
            text += (i ? "," : "") + graph.layer(stage.layers[i]).name;
    }
    return text;
}

const char* const kDiamond = "in x 1; a x -> s 1; b s -> t 1; c s -> u 1; d t u -> v 1 out";

} // namespace

void TestPlan::plansFromAssignments_data() {
    QTest::addColumn<QString>("graph");
    QTest::addColumn<QList<int>>("assignment");
    QTest::addColumn<QString>("plan");
    QTest::newRow("one platform") << kDiamond << QList{1, 1, 1, 1} << "pipeline 1:a,b,c,d";
    QTest::newRow("a cut through both branches") << kDiamond << QList{0, 0, 1, 1} << "pipeline 0:a,b 1:c,d";
    QTest::newRow("higher platform first") << kDiamond << QList{1, 1, 1, 0} << "pipeline 1:a,b,c 0:d";
    QTest::newRow("three in a row") << kDiamond << QList{2, 0, 0, 1} << "pipeline 2:a 0:b,c 1:d";
    QTest::newRow("parallel branches") << kDiamond << QList{0, 1, 2, 2} << "pipeline 0:a 1:b 2:c,d";
    QTest::newRow("there and back") << kDiamond << QList{0, 1, 0, 0} << "general 0:a,c 1:b 0:d";
    QTest::newRow("used again") << "in x 1; a x -> s 1; b s -> t 1; c t -> u 1 out" << QList{0, 1, 0}
                                << "general 0:a 1:b 0:c";
}

void TestPlan::plansFromAssignments() {
    QFETCH(QString, graph);
    QFETCH(QList<int>, assignment);
    QFETCH(QString, plan);
    const GraphPtr world = graphOf(graph.toStdString());
    std::vector<PlatformId> platforms;
    for (const int p : assignment) platforms.push_back(PlatformId{static_cast<std::uint32_t>(p)});
    const Plan made = planFromAssignment(*world, platforms);
    QCOMPARE(QString::fromStdString(textOf(*world, made)), plan);
    QCOMPARE(assignmentOf(made, world->layerCount()), platforms);
}

void TestPlan::cutLayersAreThoseWithLaterReaders() {
    const GraphPtr graph = graphOf(kDiamond);
    const auto cuts = cutLayers(*graph, planOf(*graph, "0:a,b 1:c 2:d"));
    QCOMPARE(cuts.size(), std::size_t{2});
    QCOMPARE(cuts[0], (std::vector{LayerId{0}, LayerId{1}}));
    QCOMPARE(cuts[1], (std::vector{LayerId{2}}));
}

void TestPlan::pipelinesAreToldFromGeneralPlans() {
    const GraphPtr graph = graphOf(kDiamond);
    QVERIFY(isPipeline(*graph, planOf(*graph, "1:a,b 0:c,d")));
    QVERIFY(!isPipeline(*graph, planOf(*graph, "0:a 1:b 0:c,d")));
    QVERIFY(!isPipeline(*graph, planOf(*graph, "0:b,d 1:a,c")));
}

CUTLINE_TEST(TestPlan)

} // namespace cutline::tst_plan

#include "tst_plan.moc"
