// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/world.h"
#include "core/robust/robustness.h"
#include "widgets/panels/kit.h"
#include "widgets/panels/scenario_panel.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

namespace cutline::tst_scenario_panel {

class TestScenarioPanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_panel.reset(); }
    void thereAndBack();
    void rateIsTyped_data();
    void rateIsTyped();
    void inputsAndOutputsArePlaced();
    void loadsAreShares();
    void requirementsStandAgainstThePlan();
    void chancesAreThoseOfTheErrorModel();
    void changesAskOnceAndGentlyForTyping();
    void whatTheSystemLacksIsSaid();
    void limitsKeepEveryDigit_data();
    void limitsKeepEveryDigit();

private:
    Scenario full() const;
    test::World m_world;
    QString m_input, m_output;
    std::unique_ptr<ScenarioPanel> m_panel;
    std::vector<std::pair<Scenario, int>> m_asked;
};

void TestScenarioPanel::initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_world = test::makeWorld(4);
    const Graph& graph = *m_world.problem.graph;
    m_input = cutline::text(graph.tensor(graph.inputs()[0]).name);
    m_output = cutline::text(graph.tensor(graph.outputs()[0]).name);
}

void TestScenarioPanel::init() {
    m_asked.clear();
    m_panel = std::make_unique<ScenarioPanel>();
    m_panel->setSystem(m_world.problem.system, m_world.problem.graph);
    m_panel->resize(320, 900);
    m_panel->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
    connect(m_panel.get(), &ScenarioPanel::scenarioChanged, this,
            [this](const Scenario& scenario, int gesture) { m_asked.emplace_back(scenario, gesture); });
}

Scenario TestScenarioPanel::full() const {
    Scenario scenario;
    scenario.name = "camera";
    scenario.rate_hz = 30;
    scenario.inputs = {{m_input.toStdString(), "SMB", ElementType::UInt8}};
    scenario.outputs = {{m_output.toStdString(), "EYR", ElementType::Int8}};
    scenario.background = {{"gbe", 0.2}};
    scenario.dimensions = {{"batch", 1}}; // has no field, kept
    scenario.requirements = {{"latency", 0.0503, std::nullopt, true, "spec 4.2", "end to end"},
                             {"memory:EYR", 2097152, std::nullopt, false, "", ""},
                             {"throughput", std::nullopt, 12.5, true, "", ""},
                             {"energy", 2.0, 0.5, true, "", ""}};
    scenario.sensor_s = 0.004;
    return scenario;
}

void TestScenarioPanel::thereAndBack() {
    m_panel->setScenario(full());
    QVERIFY(m_panel->isValid());
    QVERIFY(m_panel->scenario() == full());
    QCOMPARE(m_panel->platformOf(m_input)->currentText(), QStringLiteral("SMB"));
    QCOMPARE(m_panel->typeOf(m_input)->currentText(), QStringLiteral("uint8"));
    QCOMPARE(m_panel->typeOf(m_output)->currentText(), QStringLiteral("int8"));
    QCOMPARE(m_panel->requirementRows()[0]->limit()->metricBox()->currentText(), QStringLiteral("Latency"));
    QVERIFY(!m_panel->requirementRows()[1]->hardBox()->isChecked());
    m_panel->setScenario({});
    QVERIFY(m_panel->scenario() == Scenario{});
    QTest::qWait(400);
    QVERIFY(m_asked.empty()); // what is set from outside asks for nothing
}

void TestScenarioPanel::rateIsTyped_data() {
    QTest::addColumn<QString>("typed");
    QTest::addColumn<double>("rate"); // 0: refused
    QTest::newRow("frames") << QStringLiteral("30 fps") << 30.0;
    QTest::newRow("bare") << QStringLiteral("25") << 25.0;
    QTest::newRow("period") << QStringLiteral("40ms") << 25.0;
    QTest::newRow("hertz") << QStringLiteral("0.5Hz") << 0.5;
    QTest::newRow("none") << QString() << 0.0;
    QTest::newRow("zero") << QStringLiteral("0 fps") << 0.0;
    QTest::newRow("words") << QStringLiteral("often") << 0.0;
}

void TestScenarioPanel::rateIsTyped() {
    QFETCH(QString, typed);
    QFETCH(double, rate);
    QVERIFY(!m_panel->rateEdit()->isVisible());
    m_panel->rateBox()->setFocus();
    QTest::keyClick(m_panel->rateBox(), Qt::Key_Down);
    QVERIFY(m_panel->rateEdit()->isVisible());
    QTest::keyClicks(m_panel->rateEdit(), typed);
    QCOMPARE(m_panel->isValid(), rate > 0);
    QCOMPARE(m_panel->errorText().isEmpty(), rate > 0);
    if (rate > 0) QCOMPARE(*m_panel->scenario().rate_hz, rate);
    m_panel->flush();
    QCOMPARE(m_asked.size(), std::size_t{rate > 0 ? 1u : 0u});
}

void TestScenarioPanel::inputsAndOutputsArePlaced() {
    QComboBox* where = m_panel->platformOf(m_input);
    QVERIFY(where);
    QCOMPARE(where->currentText(), QStringLiteral("where read"));
    QTest::keyClick(where, Qt::Key_Down);
    QTest::keyClick(m_panel->typeOf(m_input), Qt::Key_Down);
    QTest::keyClick(m_panel->platformOf(m_output), Qt::Key_End);
    const Scenario scenario = m_panel->scenario();
    QVERIFY((scenario.inputs == std::vector<Scenario::Placement>{{m_input.toStdString(), "EYR", ElementType::UInt8}}));
    QVERIFY((scenario.outputs == std::vector<Scenario::Placement>{{m_output.toStdString(), "SMB", std::nullopt}}));
}

void TestScenarioPanel::loadsAreShares() {
    QLineEdit* load = m_panel->loadOf(QStringLiteral("gbe"));
    QVERIFY(load);
    QTest::keyClicks(load, QStringLiteral("20 %"));
    QCOMPARE(m_panel->scenario().background.at("gbe"), 0.2);
    QVERIFY(m_panel->isValid());
    load->selectAll();
    QTest::keyClicks(load, QStringLiteral("120%"));
    QVERIFY(!m_panel->isValid());
    QVERIFY2(m_panel->errorText().contains(QStringLiteral("gbe")), qPrintable(m_panel->errorText()));
    load->clear();
    QVERIFY(m_panel->scenario().background.empty());
}

void TestScenarioPanel::requirementsStandAgainstThePlan() {
    for (QAction* action : m_panel->addButton()->menu()->actions())
        if (action->text() == QStringLiteral("Latency")) action->trigger();
    QCOMPARE(m_panel->requirementRows().size(), std::size_t{1});
    RequirementRow* row = m_panel->requirementRows()[0];
    Metrics metrics = m_world.metricsOf(0);
    metrics.latency_s = 0.015;
    m_panel->setMetrics(metrics);
    QVERIFY(row->standingText().isEmpty()); // no limit yet
    QTest::keyClicks(row->limit()->edit(), QStringLiteral("20ms"));
    QCOMPARE(row->standingText(), QStringLiteral("met, margin 25\u202F% \u00B7 15.0\u202Fms"));
    metrics.latency_s = 0.03;
    m_panel->setMetrics(metrics);
    QCOMPARE(row->standingText(), QStringLiteral("missed by 10.0\u202Fms (50\u202F%) \u00B7 30.0\u202Fms"));
    QTest::mouseClick(row->hardBox(), Qt::LeftButton, {}, QPoint(8, row->hardBox()->height() / 2));
    QTest::keyClicks(row->sourceEdit(), QStringLiteral("spec 4.2"));
    QTest::keyClicks(row->textEdit(), QStringLiteral("glass to decision"));
    const auto& wanted = m_panel->scenario().requirements;
    QVERIFY((wanted ==
             std::vector<Scenario::Requirement>{{"latency", 0.02, std::nullopt, false, "spec 4.2", "glass to decision"}}));
    QTest::mouseClick(row->limit()->findChild<QToolButton*>(QStringLiteral("remove")), Qt::LeftButton);
    QVERIFY(m_panel->scenario().requirements.empty());
}

void TestScenarioPanel::chancesAreThoseOfTheErrorModel() {
    const Plan plan = m_world.result->candidates->plan(m_world.knee()); // crosses the link, whose time may be wrong
    const Metrics metrics = m_world.metricsOf(m_world.knee());
    Scenario scenario;
    scenario.requirements = {{"latency", metrics.latency_s * 1.0001, std::nullopt, true, "", ""},
                             {"latency", metrics.latency_s * 100, std::nullopt, false, "", ""}};
    m_panel->setScenario(scenario);
    m_panel->setPlan(m_world.evaluator, plan);
    m_panel->setMetrics(metrics);
    const RequirementRow *tight = m_panel->requirementRows()[0], *loose = m_panel->requirementRows()[1];
    QTRY_VERIFY2(loose->standingText().endsWith(QStringLiteral("kept in 100 of 100 cases")), qPrintable(loose->standingText()));
    RobustnessOptions options;
    options.constraints = {*tight->limit()->constraint()};
    Progress progress;
    const double keeps = robustnessOf(m_world.problem, std::span(&plan, 1), options, progress).plans[0].keeps[0];
    QVERIFY(keeps > 0.3 && keeps < 0.9); // worth asking for
    QVERIFY2(tight->standingText().contains(QStringLiteral("kept in %1 of 100 cases").arg(qRound(keeps * 100))),
             qPrintable(tight->standingText()));
    // All of it can be read, also where it takes two lines.
    for (const InkLabel* label : m_panel->requirementRows()[0]->findChildren<InkLabel*>())
        if (label->text() == tight->standingText()) QVERIFY(label->height() >= label->heightForWidth(label->width()));
    // Another limit: the old chance no longer stands there.
    QTest::keyClick(tight->limit()->edit(), Qt::Key_Home);
    QTest::keyClicks(tight->limit()->edit(), QStringLiteral("9"));
    QVERIFY(!tight->standingText().contains(QStringLiteral("cases")));
    QTRY_VERIFY(tight->standingText().contains(QStringLiteral("cases")));
}

void TestScenarioPanel::changesAskOnceAndGentlyForTyping() {
    m_panel->setScenario(full());
    QLineEdit* sensor = m_panel->sensorEdit();
    sensor->selectAll();
    QTest::keyClicks(sensor, QStringLiteral("5 ms"));
    QTRY_COMPARE(m_asked.size(), std::size_t{1});
    QCOMPARE(m_asked[0].first.sensor_s, 0.005);
    QTest::keyClick(sensor, Qt::Key_Home);
    QTest::keyClicks(sensor, QStringLiteral("1"));
    QTRY_COMPARE(m_asked.size(), std::size_t{2});
    QCOMPARE(m_asked[1].first.sensor_s, 0.015);
    QCOMPARE(m_asked[0].second, m_asked[1].second); // typed in one go
    // What comes back from the document leaves the field alone.
    m_panel->setScenario(m_asked[1].first);
    QCOMPARE(sensor->text(), QStringLiteral("15 ms"));
    QTest::keyClick(m_panel->platformOf(m_input), Qt::Key_Up);
    QTRY_COMPARE(m_asked.size(), std::size_t{3});
    QVERIFY(m_asked[2].second != m_asked[1].second);
}

void TestScenarioPanel::whatTheSystemLacksIsSaid() {
    Scenario scenario;
    scenario.inputs = {{m_input.toStdString(), "GPU", std::nullopt}};
    m_panel->setScenario(scenario);
    QVERIFY(!m_panel->isValid());
    QVERIFY2(m_panel->errorText().contains(QStringLiteral("GPU")), qPrintable(m_panel->errorText()));
    QCOMPARE(m_panel->platformOf(m_input)->currentText(), QStringLiteral("GPU"));
    QVERIFY(m_panel->scenario() == scenario); // not dropped behind anybody's back
    m_panel->platformOf(m_input)->setFocus();
    QTest::keyClick(m_panel->platformOf(m_input), Qt::Key_Home);
    QVERIFY(m_panel->isValid());
}

void TestScenarioPanel::limitsKeepEveryDigit_data() {
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("shown");
    QTest::newRow("round") << 0.02 << QStringLiteral("20 ms");
    QTest::newRow("digits") << 0.0203456 << QStringLiteral("0.0203456");
}

void TestScenarioPanel::limitsKeepEveryDigit() {
    QFETCH(double, value);
    QFETCH(QString, shown);
    QCOMPARE(exactLimit(value, Unit::Second), shown);
}

CUTLINE_TEST(TestScenarioPanel)

} // namespace cutline::tst_scenario_panel

#include "tst_scenario_panel.moc"
