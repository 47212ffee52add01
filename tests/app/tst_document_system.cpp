// SPDX-License-Identifier: GPL-3.0-or-later
// A system edited under a plan: what stays, what goes, and that undo brings all of it back.
#include "tests/app/app_test.h"

#include "core/platform/figures.h"
#include "core/platform/system_edit.h"

namespace cutline::tst_document_system {

using namespace cutline::test;

class TestDocumentSystem : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void thePlanStaysWhenAPlatformIsAdded();
    void plansThatUseARemovedPlatformGo();
    void aChangedNumberChangesTheCosts();
    void theLibrarysSystemStaysAsItIs();
    void theScenarioSpeaksOfWhatIsThere();
    void anotherSystemTakesWhatItHas();
    void aSavedNameIsTaken();
    void everythingFollowsANewName();
    void movedCardsAreAStepAndNoWork();

private:
    bool edit(const System& system) {
        m_document->editSystem(system, QStringLiteral("Edit"));
        return settle(*m_document);
    }
    const System& system() const { return *m_document->state().system; }
    PlatformId platformOf(LayerId layer) const {
        return assignmentOf(*m_document->state().plan, m_document->model().graph->layerCount())[layer.index()];
    }

    FreshSettings m_settings;
    std::unique_ptr<Document> m_document;
};

void TestDocumentSystem::init() {
    m_document = std::make_unique<Document>(library());
    QVERIFY(openAndSettle(*m_document, "resources/models/squeezenet1_1.onnx"));
}

void TestDocumentSystem::thePlanStaysWhenAPlatformIsAdded() {
    const PlanPtr plan = m_document->state().plan;
    const Metrics before = *m_document->metrics();
    m_document->pin(std::vector{LayerId{0}}, true);
    m_document->demand(QStringLiteral("load:gbe<=50%"));
    QVERIFY(settle(*m_document));
    QSignalSpy notes(m_document.get(), &Document::noticed);
    QVERIFY(edit(withPlatform(system(), *m_document->library().platform("SMB"))));
    QCOMPARE(system().platforms.size(), std::size_t{3});
    QVERIFY(*m_document->state().plan == *plan);
    QCOMPARE(m_document->metrics()->latency_s, before.latency_s);
    QCOMPARE(m_document->metrics()->energy_j, before.energy_j);
    QCOMPARE(m_document->state().options.pins.size(), std::size_t{1});
    QCOMPARE(m_document->state().options.constraints.size(), std::size_t{1});
    QCOMPARE(notes.size(), 0);
    // And back: to the bit.
    m_document->undoStack().undo();
    QVERIFY(settle(*m_document));
    QCOMPARE(system().name, std::string("kress2024"));
    QCOMPARE(system().platforms.size(), std::size_t{2});
}

void TestDocumentSystem::plansThatUseARemovedPlatformGo() {
    QVERIFY(edit(withPlatform(system(), *m_document->library().platform("SMB"))));
    // Everything on the last platform, whose number changes when the first one goes.
    std::vector<LayerId> all;
    for (std::uint32_t i = 0; i < m_document->model().graph->layerCount(); ++i) all.push_back({i});
    m_document->assign(all, PlatformId{2});
    QVERIFY(settle(*m_document));
    const double latency_s = m_document->metrics()->latency_s;
    m_document->pin(std::vector{LayerId{3}}, true);
    QVERIFY(settle(*m_document));
    QVERIFY(edit(*withoutPlatform(system(), PlatformId{0})));
    QCOMPARE(system().platforms[1].name, std::string("SMB 2"));
    QVERIFY(platformOf(LayerId{3}) == PlatformId{1});
    QVERIFY(m_document->state().options.pins.front().platform == PlatformId{1});
    QCOMPARE(m_document->metrics()->latency_s, latency_s);
    // Now the one it runs on.
    const EditState with_plan = m_document->state();
    QSignalSpy notes(m_document.get(), &Document::noticed);
    QVERIFY(edit(*withoutPlatform(system(), PlatformId{1})));
    QCOMPARE(system().platforms.size(), std::size_t{1});
    QVERIFY(platformOf(LayerId{3}) == PlatformId{0});
    QCOMPARE(notes.size(), 1);
    QVERIFY(notes[0][0].value<Error>().what.find("pins") != std::string::npos);
    while (!(m_document->state() == with_plan) && m_document->undoStack().canUndo()) m_document->undoStack().undo();
    QVERIFY(m_document->state() == with_plan);
}

void TestDocumentSystem::aChangedNumberChangesTheCosts() {
    System slower = system();
    const PlatformId first = m_document->state().plan->stages[0].platform;
    const double before = m_document->metrics()->platforms[first.index()].busy_s;
    Platform& platform = slower.platforms[first.index()];
    auto changed = withFigure(platform, "clock_hz", *platform.clock_hz / 2);
    QVERIFY(changed);
    platform = *changed;
    const Plan plan = *m_document->state().plan;
    QVERIFY(edit(slower));
    QVERIFY(*m_document->state().plan == plan);
    QVERIFY2(m_document->metrics()->platforms[first.index()].busy_s > before * 1.2, "half the clock and no slower");
}

void TestDocumentSystem::theLibrarysSystemStaysAsItIs() {
    QVERIFY(edit(withPlatform(system(), *m_document->library().platform("hailo-8"))));
    QCOMPARE(system().name, std::string("kress2024 edited"));
    QVERIFY(edit(withPlatform(system(), *m_document->library().platform("hailo-8"))));
    QCOMPARE(system().name, std::string("kress2024 edited"));
    const auto again = m_document->library().system("kress2024");
    QVERIFY(again);
    QCOMPARE(again->platforms.size(), std::size_t{2});
    const int steps = m_document->undoStack().count();
    m_document->editSystem(system(), QStringLiteral("Nothing"));
    QCOMPARE(m_document->undoStack().count(), steps);
}

void TestDocumentSystem::theScenarioSpeaksOfWhatIsThere() {
    const Graph& graph = *m_document->model().graph;
    Scenario scenario;
    scenario.rate_hz = 2;
    scenario.inputs = {{graph.tensor(graph.inputs()[0]).name, "SMB", {}}};
    scenario.outputs = {{graph.tensor(graph.outputs()[0]).name, "EYR", {}}};
    scenario.background["gbe"] = 0.25;
    scenario.requirements.resize(2);
    scenario.requirements[0].metric = "latency";
    scenario.requirements[0].at_most = 10;
    scenario.requirements[1].metric = "memory:SMB";
    scenario.requirements[1].at_most = 1e9;
    m_document->setScenario(scenario);
    QVERIFY(settle(*m_document));
    // A change that leaves all of them there leaves the scenario as it is.
    QVERIFY(edit(withPlatform(system(), *m_document->library().platform("SMB"))));
    QVERIFY(m_document->state().scenario == scenario);
    QSignalSpy notes(m_document.get(), &Document::noticed), errors(m_document.get(), &Document::failed);
    const EditState before = m_document->state();
    QVERIFY(edit(*withoutPlatform(system(), *system().findPlatform("SMB"))));
    const Scenario& after = m_document->state().scenario;
    QVERIFY(after.inputs.empty() && after.background.empty());
    QVERIFY(after.outputs == scenario.outputs);
    QCOMPARE(after.requirements.size(), std::size_t{1});
    QCOMPARE(after.requirements[0].metric, std::string("latency"));
    QCOMPARE(*after.rate_hz, 2.0);
    QCOMPARE(errors.size(), 0);
    QVERIFY(!notes.isEmpty());
    const std::string said = notes.last()[0].value<Error>().what;
    for (const char* words : {"the place of", "the background load of gbe", "the requirement on memory:SMB"})
        QVERIFY2(said.find(words) != std::string::npos, said.c_str());
    while (!(m_document->state() == before) && m_document->undoStack().canUndo()) m_document->undoStack().undo();
    QVERIFY(m_document->state() == before);
}

void TestDocumentSystem::anotherSystemTakesWhatItHas() {
    Scenario scenario;
    const std::string input = m_document->model().graph->tensor(m_document->model().graph->inputs().front()).name;
    scenario.inputs = {{input, "SMB", std::nullopt}};
    scenario.background = {{"gbe", 0.25}};
    scenario.rate_hz = 3;
    scenario.requirements = {{"latency", 2.0, std::nullopt, true, "", ""}, {"memory:SMB", 1e8, std::nullopt, true, "", ""}};
    m_document->setScenario(scenario);
    QVERIFY(settle(*m_document));
    const EditState before = m_document->state();
    QSignalSpy notes(m_document.get(), &Document::noticed), errors(m_document.get(), &Document::failed);
    m_document->setSystem(QStringLiteral("jetson_pi"));
    QVERIFY(settle(*m_document));
    const Scenario& after = m_document->state().scenario;
    QVERIFY(after.inputs.empty());
    QCOMPARE(after.requirements.size(), std::size_t{1});
    QCOMPARE(*after.rate_hz, 3.0);
    QCOMPARE(errors.size(), 0);
    QVERIFY(!notes.isEmpty());
    const std::string said = notes.last()[0].value<Error>().message();
    for (const char* words : {"jetson_pi", "the place of", "the requirement on memory:SMB", "undo"})
        QVERIFY2(said.find(words) != std::string::npos, said.c_str());
    m_document->undoStack().undo();
    QVERIFY(m_document->state() == before);
}

void TestDocumentSystem::aSavedNameIsTaken() {
    QVERIFY(edit(withPlatform(system(), *m_document->library().platform("SMB"))));
    QCOMPARE(system().name, std::string("kress2024 edited"));
    QVERIFY2(system().title.ends_with(", edited"), system().title.c_str()); // no longer as published
    const PlanPtr plan = m_document->state().plan;
    m_document->nameSystem("three");
    QVERIFY(settle(*m_document));
    QCOMPARE(system().name, std::string("three"));
    QVERIFY(*m_document->state().plan == *plan);
    m_document->nameSystem("three"); // no second step
    m_document->undoStack().undo();
    QVERIFY(settle(*m_document));
    QCOMPARE(system().name, std::string("kress2024 edited"));
}

void TestDocumentSystem::everythingFollowsANewName() {
    Scenario scenario;
    const std::string input = m_document->model().graph->tensor(m_document->model().graph->inputs().front()).name;
    scenario.inputs = {{input, "SMB", std::nullopt}};
    scenario.background = {{"gbe", 0.25}};
    scenario.requirements = {{"memory:SMB", 1e8, std::nullopt, true, "", ""}, {"busy:gbe", 1.0, std::nullopt, false, "", ""}};
    m_document->setScenario(scenario);
    QVERIFY(settle(*m_document));
    m_document->demand(QStringLiteral("busy:SMB<=10 s"));
    QVERIFY(settle(*m_document));
    m_document->pin(std::vector{LayerId{0}}, true);
    QVERIFY(settle(*m_document));
    m_document->arrangeCards({{"SMB", 40, 80}}, 0);
    const EditState before = m_document->state();
    const double latency_s = m_document->metrics()->latency_s;
    QSignalSpy notes(m_document.get(), &Document::noticed), errors(m_document.get(), &Document::failed);
    const auto rename = [&](SystemPart part, const char* from, const char* to) {
        const Renamed renamed{part, from, to};
        m_document->editSystem(*withName(system(), renamed), QStringLiteral("Rename"), renamed);
        return settle(*m_document);
    };
    QVERIFY(rename(SystemPart::Node, "SMB", "hub"));
    QVERIFY(rename(SystemPart::Link, "gbe", "cable"));
    const EditState& after = m_document->state();
    QCOMPARE(after.scenario.inputs[0].platform, std::string("hub"));
    QVERIFY((after.scenario.background == std::map<std::string, double>{{"cable", 0.25}}));
    QCOMPARE(after.scenario.requirements[0].metric, std::string("memory:hub"));
    QCOMPARE(after.scenario.requirements[1].metric, std::string("busy:cable"));
    QCOMPARE(after.options.constraints[0].text, std::string("busy:hub<=10 s"));
    QVERIFY(after.options.pins == before.options.pins);
    QVERIFY((after.places == std::vector<CardPlace>{{"hub", 40, 80}}));
    QVERIFY(*after.plan == *before.plan);
    QCOMPARE(m_document->metrics()->latency_s, latency_s);
    QCOMPARE(errors.size(), 0);
    QVERIFY2(notes.isEmpty(), notes.isEmpty() ? "" : notes[0][0].value<Error>().message().c_str());
    m_document->undoStack().undo();
    m_document->undoStack().undo();
    QVERIFY(m_document->state() == before);
}

void TestDocumentSystem::movedCardsAreAStepAndNoWork() {
    const EditState before = m_document->state();
    const SearchResultPtr front = m_document->result();
    QSignalSpy settings(m_document.get(), &Document::settingsChanged);
    m_document->arrangeCards({{"EYR", 8, 80}, {"SMB", 40, 300}}, 7);
    m_document->arrangeCards({{"EYR", 8, 88}, {"SMB", 40, 300}}, 7);
    QCOMPARE(settings.size(), 2);
    QCOMPARE(m_document->undoStack().count(), 1); // one gesture
    QVERIFY(m_document->jobs().idle());
    QVERIFY(m_document->result() == front);
    // Who stays keeps the place, who goes does not.
    QVERIFY(edit(*withoutPlatform(system(), PlatformId{0})));
    QVERIFY((m_document->state().places == std::vector<CardPlace>{{"SMB", 40, 300}}));
    m_document->undoStack().undo();
    m_document->undoStack().undo();
    QVERIFY(m_document->state() == before);
    QVERIFY(settle(*m_document));
    m_document->arrangeCards({{"EYR", 8, 80}}, 0);
    m_document->setSystem(QStringLiteral("jetson_pi")); // other cards
    QVERIFY(m_document->state().places.empty());
}

CUTLINE_TEST(TestDocumentSystem)

} // namespace cutline::tst_document_system

#include "tst_document_system.moc"
