// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/app_test.h"
#include "tests/core/search/four_platforms.h"

#include "app/exporter.h"
#include "widgets/models/front_change.h"

#include <QFile>
#include <QRandomGenerator>

#include <future>

namespace cutline::tst_document {

using namespace cutline::test;

namespace {

/// The representative with the highest throughput.
std::uint32_t fastestOf(const SearchResult& result) {
    std::uint32_t best = result.representatives.front();
    for (const std::uint32_t plan : result.representatives)
        if (result.summaries[plan].initiation_interval_s < result.summaries[best].initiation_interval_s)
            best = plan;
    return best;
}

} // namespace

class TestDocument : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void opensAndProposesTheFastest();
    void brokenFileLeavesTheOpenModel();
    void lastOpenWins();
    void assigningIsOneUndoStep();
    void oneGestureIsOneStep();
    void aGestureThatEndsWhereItBeganIsNoStep();
    void choosingTheSamePlanIsNoStep();
    void systemChangeKeepsConstraintsItUnderstands();
    void runChoosesTheSuggestionAsAStep();
    void supersededWorkIsDropped();
    void referenceIsTheFastestPlatformUntilChosen();
    void infeasibleDemandIsSaid();
    void aLongSearchShowsWhatItHas();
    void exportedPlanIsWhatIsChosen();
    void measuredTimesAreOneUndoStep();
    void otherTimesSayWhatChanges();
    void randomEditsUndoToTheStart();

private:
    FreshSettings m_settings;
    const char* m_model = "resources/models/squeezenet1_1.onnx";
};

void TestDocument::opensAndProposesTheFastest() {
    Document document(library());
    QSignalSpy models(&document, &Document::modelChanged), results(&document, &Document::resultChanged);
    QVERIFY(openAndSettle(document, m_model));
    QCOMPARE(models.size(), 1);
    QCOMPARE(results.size(), 1);
    QCOMPARE(document.model().graph->layerCount(), std::size_t{65});
    QCOMPARE(document.planIndex(), std::optional(fastestOf(*document.result())));
    // The list's figures and the judge's agree.
    const Summary& listed = document.result()->summaries[*document.planIndex()];
    QVERIFY(std::abs(listed.latency_s / document.metrics()->latency_s - 1) < 1e-9);
    QVERIFY(!document.undoStack().canUndo()); // nobody has edited anything yet
}

void TestDocument::brokenFileLeavesTheOpenModel() {
    Document document(library());
    QVERIFY(openAndSettle(document, m_model));
    const GraphPtr graph = document.model().graph;
    QSignalSpy failures(&document, &Document::failed);
    document.open(sourcePath("tests/data/broken/truncated.onnx"));
    QVERIFY(QTest::qWaitFor([&] { return failures.size() == 1; }));
    QVERIFY(!failures[0][0].value<Error>().message().empty());
    QCOMPARE(document.model().graph, graph);
    QVERIFY(document.metrics().has_value());
}

void TestDocument::lastOpenWins() {
    Document document(library());
    document.open(sourcePath("resources/models/resnet50.onnx"));
    document.open(sourcePath("resources/models/vgg16.onnx"));
    document.open(sourcePath(m_model));
    QVERIFY(settle(document));
    QCOMPARE(document.model().graph->layerCount(), std::size_t{65});
}

void TestDocument::assigningIsOneUndoStep() {
    Document document(library());
    QVERIFY(openAndSettle(document, m_model));
    const EditState start = document.state();
    const auto places = assignmentOf(*start.plan, 65);
    const PlatformId other{places[10].value == 0 ? 1u : 0u};
    const std::vector<LayerId> layers{LayerId{10}};
    const auto preview = document.planWith(layers, other);
    QVERIFY(preview.has_value());

    document.assign(layers, other);
    QCOMPARE(document.undoStack().count(), 1);
    QCOMPARE(assignmentOf(*document.state().plan, 65)[10], other);
    QCOMPARE(*document.metrics(),
             document.evaluator()->evaluate(*preview)); // the drop is what was shown before it
    document.undoStack().undo();
    QVERIFY(document.state() == start);
    document.undoStack().redo();
    QCOMPARE(assignmentOf(*document.state().plan, 65)[10], other);
    QVERIFY(document.undoStack().text(0).contains(QStringLiteral("Assign")));
}

void TestDocument::oneGestureIsOneStep() {
    Document document(library());
    QVERIFY(openAndSettle(document, m_model));
    const EditState start = document.state();
    const auto home = assignmentOf(*start.plan, 65);
    const auto other = [&home](std::uint32_t layer) { return PlatformId{home[layer].value == 0 ? 1u : 0u}; };
    for (const std::uint32_t layer : {0u, 1u, 2u, 3u})
        document.assign(std::vector{LayerId{layer}}, other(layer), 7);
    QCOMPARE(document.undoStack().count(), 1);
    document.assign(std::vector{LayerId{5}}, other(5), 8);
    QCOMPARE(document.undoStack().count(), 2);
    while (document.undoStack().canUndo()) document.undoStack().undo();
    QVERIFY(document.state() == start);
}

void TestDocument::aGestureThatEndsWhereItBeganIsNoStep() {
    Document document(library());
    QVERIFY(openAndSettle(document, m_model));
    const Plan home = *document.state().plan;
    const Plan away = document.result()->baselines.front().plan;
    document.moveCut(away, 3);
    QCOMPARE(document.undoStack().count(), 1);
    document.moveCut(home, 3);
    QCOMPARE(document.undoStack().count(), 0);
    QVERIFY(*document.state().plan == home);
}

void TestDocument::choosingTheSamePlanIsNoStep() {
    Document document(library());
    QVERIFY(openAndSettle(document, m_model));
    document.choosePlan(*document.planIndex());
    QCOMPARE(document.undoStack().count(), 0);
    const std::uint32_t other = document.result()->front.front() == *document.planIndex()
                                    ? document.result()->front.back()
                                    : document.result()->front.front();
    document.choosePlan(other);
    QCOMPARE(document.planIndex(), std::optional(other));
    QCOMPARE(document.undoStack().count(), 1);
    document.choosePlan(9'999'999); // not there: nothing happens
    QCOMPARE(document.undoStack().count(), 1);
}

void TestDocument::systemChangeKeepsConstraintsItUnderstands() {
    Document document(library());
    QVERIFY(openAndSettle(document, m_model));
    SearchOptions options = document.state().options;
    for (const char* text : {"latency<=10s", "memory:EYR<=40MiB"}) {
        const auto constraint = parseConstraint(text, *document.state().system);
        QVERIFY(constraint.ok());
        options.constraints.push_back(*constraint);
    }
    document.setOptions(options);
    QVERIFY(settle(document));
    const EditState before = document.state();

    QSignalSpy notes(&document, &Document::noticed);
    document.setSystem(QStringLiteral("kress2024_four")); // its platforms are EYR1, EYR2, ..
    QCOMPARE(document.state().system->platforms.size(), std::size_t{4});
    QCOMPARE(document.state().options.constraints.size(), std::size_t{1});
    QCOMPARE(document.state().options.constraints.front().text, std::string("latency<=10s"));
    QVERIFY(!notes.isEmpty());
    QVERIFY(notes[0][0].value<Error>().what.find("memory:EYR<=40MiB") != std::string::npos);
    document.jobs().cancelAll();
    document.undoStack().undo();
    QVERIFY(document.state() == before);
    QVERIFY(settle(document));
    QCOMPARE(document.costs()->system().platforms.size(), std::size_t{2});
}

void TestDocument::runChoosesTheSuggestionAsAStep() {
    Document document(library());
    QVERIFY(openAndSettle(document, m_model));
    document.chooseBaseline(0);
    const EditState before = document.state();
    document.run(document.state().options);
    QVERIFY(QTest::qWaitFor([&] { return document.undoStack().count() == 2; }));
    QCOMPARE(document.planIndex(), std::optional(fastestOf(*document.result())));
    document.undoStack().undo();
    QVERIFY(document.state() == before);
}

void TestDocument::supersededWorkIsDropped() {
    Document document(library());
    QVERIFY(openAndSettle(document, m_model));
    QSignalSpy results(&document, &Document::resultChanged);
    SearchOptions options = document.state().options;
    for (const auto objective : {Objective::Latency, Objective::Energy, Objective::LinkBytes}) {
        options.objectives = {objective};
        document.setOptions(options); // each ends the search of the one before
    }
    QVERIFY(QTest::qWaitFor([&] { return document.jobs().idle(); }));
    QCOMPARE(results.size(), 1);
    // The one front that arrived is that of the last demand: one objective, one best plan.
    QCOMPARE(document.result()->front.size(), std::size_t{1});
    const auto& summaries = document.result()->summaries;
    for (const Summary& summary : summaries)
        QVERIFY(summaries[document.result()->front.front()].link_bytes <= summary.link_bytes);
}

void TestDocument::referenceIsTheFastestPlatformUntilChosen() {
    Document document(library());
    QVERIFY(openAndSettle(document, m_model));
    QVERIFY(document.referenceMetrics().has_value());
    for (const Baseline& baseline : document.result()->baselines)
        QVERIFY(document.referenceMetrics()->initiation_interval_s <= baseline.metrics.initiation_interval_s);
    QVERIFY(document.referenceName().endsWith(QStringLiteral("alone")));
    document.setReference({document.state().plan, "mine"});
    QCOMPARE(document.referenceName(), QStringLiteral("mine"));
    QCOMPARE(*document.referenceMetrics(), *document.metrics());
    document.undoStack().undo();
    QVERIFY(document.referenceName().endsWith(QStringLiteral("alone")));
}

void TestDocument::infeasibleDemandIsSaid() {
    Document document(library());
    QVERIFY(openAndSettle(document, m_model));
    const Plan chosen = *document.state().plan;
    SearchOptions options = document.state().options;
    options.constraints.push_back(*parseConstraint("latency<=1ns", *document.state().system));
    QSignalSpy notes(&document, &Document::noticed);
    document.setOptions(options);
    QVERIFY(QTest::qWaitFor([&] { return notes.size() == 1; }));
    QVERIFY(notes[0][0].value<Error>().what.find("latency") != std::string::npos);
    QVERIFY(*document.state().plan == chosen); // what a person has chosen never vanishes
}

void TestDocument::aLongSearchShowsWhatItHas() {
    Document document(library());
    QVERIFY(openAndSettle(document, "resources/models/efficientnet_b0.onnx"));
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("four.textproto")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(kFourPlatforms);
    file.close();
    document.setSystem(file.fileName());
    QVERIFY(settle(document));
    // Five figures of four platforms take long enough on any machine; the limit ends it.
    SearchOptions options = document.state().options;
    options.order = OrderKind::Free;
    options.keep_dominated = false;
    options.solver = SolverKind::Exact;
    options.objectives = {Objective::Latency, Objective::InitiationInterval, Objective::Energy, Objective::Memory,
                          Objective::LinkBytes};
    options.time_limit_s = 1.5;
    QSignalSpy results(&document, &Document::resultChanged), searching(&document, &Document::searchingChanged);
    std::vector<SearchResultPtr> seen;
    connect(&document, &Document::resultChanged, &document, [&] { seen.push_back(document.result()); });
    document.setOptions(options);
    QVERIFY(QTest::qWaitFor([&] { return !searching.isEmpty() && !searching.last().first().toBool(); }, 20'000));
    if (document.result()->proof.stop == Proof::Stop::Completed) QSKIP("too quick to be seen growing");
    QVERIFY(results.size() > 1);
    for (const SearchResultPtr& result : seen) {
        QVERIFY(result->candidates->size() == result->summaries.size());
        QVERIFY(!result->front.empty() && !result->representatives.empty());
        QVERIFY(result->proof.kind != Proof::Kind::Complete);
    }
    // No plan that was shown is better than all that are there in the end.
    for (const std::uint32_t plan : seen.front()->front)
        QVERIFY(std::ranges::any_of(document.result()->front, [&](std::uint32_t last) {
            return std::ranges::all_of(options.objectives, [&](Objective o) {
                const double before = seen.front()->summaries[plan].value(o);
                return document.result()->summaries[last].value(o) <= before + 1e-9 * std::abs(before);
            });
        }));
}

void TestDocument::exportedPlanIsWhatIsChosen() {
    Document document(library());
    const QTemporaryDir folder;
    const QString csv = folder.filePath(QStringLiteral("plan.csv"));
    QVERIFY(!planFile(document, csv, PlanFormat::Csv)().ok()); // nothing is open
    QVERIFY(openAndSettle(document, m_model));
    QVERIFY(planFile(document, csv, PlanFormat::Csv)().ok());
    QFile file(csv);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArrayList lines = file.readAll().trimmed().split('\n');
    QCOMPARE(lines.size(), 2);
    QCOMPARE(lines[1].split(',').front(), "p" + QByteArray::number(*document.planIndex() + 1));
    const Result<void> nowhere =
        planFile(document, folder.filePath(QStringLiteral("no/such/place.csv")), PlanFormat::Csv)();
    QVERIFY(!nowhere.ok());
    // Gathered now, written later and elsewhere, whatever the window does meanwhile.
    const QString table = folder.filePath(QStringLiteral("all.csv"));
    const auto rows = static_cast<qsizetype>(document.result()->summaries.size());
    const FileWork work = candidatesFile(document, table, PlanFormat::Csv);
    QVERIFY(!QFile::exists(table));
    document.setSystem(QString::fromStdString(document.library().systemNames().back()));
    QVERIFY(std::async(std::launch::async, work).get().ok());
    QFile all(table);
    QVERIFY(all.open(QIODevice::ReadOnly));
    QCOMPARE(all.readAll().trimmed().split('\n').size(), rows + 1);
}

/// Times that turn the front around: what that does is said when the search is done, and again when it is undone.
void TestDocument::otherTimesSayWhatChanges() {
    Document document(library());
    QVERIFY(openAndSettle(document, m_model));
    const std::string name = document.state().system->platforms[0].name;
    auto profile = std::make_shared<Profile>();
    profile->file = "measured.csv";
    for (const Layer& layer : document.model().graph->layers()) {
        Profile::Row row;
        row.layer = layer.name;
        row.latency_s = 10;
        profile->rows.push_back(row);
    }
    const SearchResultPtr before = document.result();
    QSignalSpy notes(&document, &Document::noticed);
    document.setProfile(name, profile, ProfileMissing::Fail);
    QVERIFY(settle(document));
    QCOMPARE(notes.count(), 1);
    const auto note = notes[0][0].value<Error>();
    QCOMPARE(QString::fromStdString(note.what),
             frontChangeText(*before, *document.result(), document.model().graph->layerCount()));
    QVERIFY2(note.what.find("leave the front") != std::string::npos, note.what.c_str());
    document.undoStack().undo();
    QVERIFY(settle(document));
    QCOMPARE(notes.count(), 2);
    document.setFusion(false); // no times: nothing to say
    QVERIFY(settle(document));
    QCOMPARE(notes.count(), 2);
}

/// Of a profile that lists every layer: all costs are its times, one step takes them in and back.
void TestDocument::measuredTimesAreOneUndoStep() {
    Document document(library());
    QVERIFY(openAndSettle(document, m_model));
    const EditState start = document.state();
    const std::string name = start.system->platforms[0].name;
    const double predicted_s = document.costs()->layer(LayerId{0}, PlatformId{0}).latency_s;
    auto profile = std::make_shared<Profile>();
    profile->file = "measured.csv";
    for (const Layer& layer : document.model().graph->layers()) {
        Profile::Row row;
        row.layer = layer.name;
        row.latency_s = 1e-3;
        profile->rows.push_back(row);
    }
    document.setProfile(name, profile, ProfileMissing::Fail);
    QVERIFY(settle(document));
    QCOMPARE(document.undoStack().count(), 1);
    QCOMPARE(document.costs()->layer(LayerId{0}, PlatformId{0}).latency_s, 1e-3);
    QVERIFY(document.costs()->layer(LayerId{0}, PlatformId{0}).source == Source::Profile);
    QVERIFY(document.costs()->layer(LayerId{0}, PlatformId{1}).source != Source::Profile);
    document.setProfile(name, std::make_shared<Profile>(*profile), ProfileMissing::Fail); // the same again
    QCOMPARE(document.undoStack().count(), 1);

    document.undoStack().undo();
    QVERIFY(settle(document));
    QVERIFY(document.state() == start);
    QCOMPARE(document.costs()->layer(LayerId{0}, PlatformId{0}).latency_s, predicted_s);
    document.undoStack().redo();
    QVERIFY(settle(document));
    document.setProfile(name, profile, ProfileMissing::Fail, ProfileUse::Model); // both are kept
    QVERIFY(settle(document));
    QCOMPARE(document.costs()->layer(LayerId{0}, PlatformId{0}).latency_s, predicted_s);
    QVERIFY(document.state().profiles.at(name).profile);
    document.setProfile(name, nullptr, ProfileMissing::Fail);
    QVERIFY(settle(document));
    QCOMPARE(document.costs()->layer(LayerId{0}, PlatformId{0}).latency_s, predicted_s);
    QVERIFY(document.state().profiles.empty());
    document.undoStack().undo();
    QVERIFY(settle(document));

    // A system without that platform has no use for its times, and says so.
    document.undoStack().undo();
    QVERIFY(settle(document));
    QSignalSpy notes(&document, &Document::noticed);
    document.setSystem(QStringLiteral("kress2024_four"));
    QVERIFY(document.state().profiles.empty());
    QCOMPARE(notes.count(), 1);
}

void TestDocument::randomEditsUndoToTheStart() {
    constexpr quint32 kSeed = 20261125;
    qInfo("seed %u", kSeed);
    QRandomGenerator random(kSeed);
    Document document(library());
    QVERIFY(openAndSettle(document, m_model));
    const EditState start = document.state();
    const Metrics start_metrics = *document.metrics();
    for (int step = 0; step < 300; ++step) {
        const auto any = [&random](std::size_t n) {
            return static_cast<std::uint32_t>(random.bounded(static_cast<int>(n)));
        };
        switch (random.bounded(5)) {
        case 0:
            document.choosePlan(any(document.result()->summaries.size()));
            break;
        case 1:
            document.chooseBaseline(any(2));
            break;
        case 2:
            document.undoStack().undo();
            break;
        case 3:
            document.undoStack().redo();
            break;
        default:
            document.assign(std::vector{LayerId{any(65)}, LayerId{any(65)}}, PlatformId{any(2)},
                            random.bounded(4));
        }
        QCOMPARE(*document.metrics(), document.evaluator()->evaluate(*document.state().plan));
    }
    while (document.undoStack().canUndo()) document.undoStack().undo();
    QVERIFY(document.state() == start);
    QCOMPARE(*document.metrics(), start_metrics);
}

CUTLINE_TEST(TestDocument)

} // namespace cutline::tst_document

#include "tst_document.moc"
