// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/sensitivity.h"
#include "tests/core/plan/small_world.h"
#include "tests/test_program.h"

#include <cmath>

namespace cutline::tst_sensitivity {

using namespace cutline::test;

namespace {

/// Layers a, b and "c,d" in a row; A of 8 bits, B of 8-bit weights and 16-bit activations, C of 32 bits.
Problem world() {
    System system;
    system.platforms = {platformOf("A", 8), platformOf("B", 16), platformOf("C", 32)};
    system.platforms[1].weight_bits = 8;
    join(system, linkOf("ab", 1000), {0, 1});
    join(system, linkOf("bc", 1000), {1, 2});
    const GraphPtr graph = graphOf("in x 100; a x -> t 100; b t -> u 100; c,d u -> v 100 out");
    return problemOf(graph, system, {{1, 2, 3}, {1, 2, 3}, {1, 2, 3}});
}

} // namespace

class TestSensitivity : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tables_data();
    void tables();
    void errors_data();
    void errors();
    void plansAddUp();
};

void TestSensitivity::tables_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("values"); // layers by platforms
    QTest::newRow("every platform") << "layer,sensitivity\na,1\nb,0.5\n\"c,d\",2e-3\n"
                                    << "1 1 1 0.5 0.5 0.5 0.002 0.002 0.002";
    QTest::newRow("by platform") << "layer,platform,sensitivity\nb,A,1\nb,C,3\n" << "0 0 0 1 0 3 0 0 0";
    QTest::newRow("the rest") << "platform,sensitivity,layer\nA,1,b\n,7,b\n" << "0 0 0 1 7 7 0 0 0";
    QTest::newRow("by bits") << "layer,bits,sensitivity\na,8,1\na,16,0.25\nb,4,9\n" << "1 1 0 0 0 0 0 0 0";
    QTest::newRow("other bits") << "layer,bits,sensitivity\na,8,1\na,,0.5\n" << "1 1 0.5 0 0 0 0 0 0";
    QTest::newRow("mark and spaces") << "\xEF\xBB\xBFLayer , Sensitivity\r\n a , 1 \r\n\r\n"
                                     << "1 1 1 0 0 0 0 0 0";
}

void TestSensitivity::tables() {
    QFETCH(QString, text);
    QFETCH(QString, values);
    const Problem problem = world();
    const auto table = parseSensitivityCsv(text.toUtf8().toStdString(), "s.csv", *problem.graph, *problem.system);
    QVERIFY2(table.ok(), table.ok() ? "" : table.error().message().c_str());
    const QStringList wanted = values.split(' ');
    for (std::uint32_t l = 0; l < 3; ++l)
        for (std::uint32_t p = 0; p < 3; ++p)
            QCOMPARE(table->value(LayerId{l}, PlatformId{p}), wanted[int(3 * l + p)].toDouble());
}

void TestSensitivity::errors_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("where");
    QTest::addColumn<QString>("what");
    const auto row = [](const char* name, const char* text, const char* where, const char* what) {
        QTest::newRow(name) << text << where << what;
    };
    row("empty", "", "s.csv:1", "nothing in the file");
    row("no rows", "layer,sensitivity\n", "s.csv:1", "a header without rows");
    row("semicolons", "layer;sensitivity\na;1\n", "s.csv:1", "columns are separated by ';'");
    row("unknown column", "layer,loss\na,1\n", "s.csv:1", "column 'loss' is not known");
    row("no layer column", "platform,sensitivity\nA,1\n", "s.csv:1", "no column 'layer'");
    row("no value column", "layer,bits\na,1\n", "s.csv:1", "no column 'sensitivity'");
    row("column twice", "layer,sensitivity,layer\na,1,a\n", "s.csv:1", "column 'layer' stands there twice");
    row("both", "layer,bits,platform,sensitivity\na,8,A,1\n", "s.csv:1", "both 'platform' and 'bits'");
    row("layer", "layer,sensitivity\na,1\nz,1\n", "s.csv:3", "the model has no layer 'z'");
    row("platform", "layer,platform,sensitivity\na,D,1\n", "s.csv:2", "the system has no platform 'D'");
    row("bits", "layer,bits,sensitivity\na,8.5,1\n", "s.csv:2", "bits '8.5'");
    row("number", "layer,sensitivity\na,much\n", "s.csv:2", "sensitivity 'much' is not a number");
    row("none", "layer,sensitivity\na,\n", "s.csv:2", "no sensitivity");
    row("negative", "layer,sensitivity\na,-1\n", "s.csv:2", "sensitivity is -1");
    row("infinite", "layer,sensitivity\na,inf\n", "s.csv:2", "sensitivity");
    row("cells", "layer,sensitivity\na,0,5\n", "s.csv:2", "3 cells, the header has 2");
    row("twice", "layer,platform,sensitivity\na,A,1\n\na,A,1\n", "s.csv:4",
        "'a' on A is listed twice, first on line 2");
    row("passed over", "layer,bits,sensitivity\na,4,1\na,16,1\n", "s.csv:1", "no rows at 8 bits, which A has");
}

void TestSensitivity::errors() {
    QFETCH(QString, text);
    QFETCH(QString, where);
    QFETCH(QString, what);
    const Problem problem = world();
    const auto table = parseSensitivityCsv(text.toStdString(), "s.csv", *problem.graph, *problem.system);
    QVERIFY(!table.ok());
    QCOMPARE(QString::fromStdString(table.error().where), where);
    QVERIFY2(QString::fromStdString(table.error().what).startsWith(what), table.error().what.c_str());
    QVERIFY(!table.error().fix.empty());
}

void TestSensitivity::plansAddUp() {
    Problem problem = world();
    Plan plan;
    plan.stages = {{PlatformId{0}, {LayerId{0}}}, {PlatformId{2}, {LayerId{1}, LayerId{2}}}};
    QVERIFY(!Evaluator(problem).evaluate(plan).sensitivity);
    QVERIFY(std::isnan(Evaluator(problem).figures(plan).sensitivity));
    SensitivityTable table(3, 3);
    table.set(LayerId{0}, PlatformId{0}, 1);
    table.set(LayerId{1}, PlatformId{2}, 0.25);
    table.set(LayerId{1}, PlatformId{0}, 100);
    table.set(LayerId{2}, PlatformId{2}, 0.5);
    problem.sensitivity = std::make_shared<const SensitivityTable>(table);
    QCOMPARE(Evaluator(problem).evaluate(plan).sensitivity.value(), 1.75);
    QCOMPARE(Evaluator(problem).figures(plan).sensitivity, 1.75);
    for (const bool edge_cuts : {false, true}) {
        problem.compat.edge_cuts = edge_cuts;
        QCOMPARE(Evaluator(problem).evaluate(plan).sensitivity.value(), 1.75);
        QCOMPARE(Evaluator(problem).figures(plan).sensitivity, 1.75);
    }
}

CUTLINE_TEST(TestSensitivity)

} // namespace cutline::tst_sensitivity

#include "tst_sensitivity.moc"
