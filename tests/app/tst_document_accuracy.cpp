// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/picture_files.h"
#include "app/project_state.h"
#include "tests/app/app_test.h"
#include "tests/core/engine/engine_or_skip.h"
#include "tests/environment.h"
#include "widgets/charts/roofline_chart.h"
#include "widgets/panels/inspector.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cmath>
#include <csignal>

namespace cutline::tst_document_accuracy {

using namespace cutline::test;

namespace {

const char* const kTrained = "resources/models/fashion_cnn.onnx";

/// Opens the sample with its images, and waits until its front is measured.
bool openMeasured(Document& document) {
    document.open(sourcePath(kTrained), QStringLiteral("sensor_hub"));
    return QTest::qWaitFor([&] { return document.jobs().idle() && document.result(); }, 60'000);
}

/// The sample with fewer images beside it, in that folder: quick where everything has to be run.
QString sampleWithFewImages(const QTemporaryDir& folder) {
    QFile original(sourcePath("resources/models/fashion_cnn.json"));
    if (!original.open(QIODevice::ReadOnly)) qFatal("no description");
    QJsonObject description = QJsonDocument::fromJson(original.readAll()).object();
    for (const char* section : {"test", "calibration"}) {
        QJsonObject part = description[section].toObject();
        for (const char* key : {"images", "labels"})
            part[key] = QDir(sourcePath("resources/models")).absoluteFilePath(part[key].toString());
        part["count"] = 40;
        description[section] = part;
    }
    QFile written(folder.filePath("few.json"));
    if (!written.open(QIODevice::WriteOnly)) qFatal("cannot write");
    written.write(QJsonDocument(description).toJson());
    QFile::copy(sourcePath(kTrained), folder.filePath("few.onnx"));
    return folder.filePath("few.onnx");
}

/// Processes that this one has started and that run the engine.
std::vector<qint64> helpers() {
    std::vector<qint64> found;
    for (const QString& entry : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs)) {
        bool is_number = false;
        const qint64 id = entry.toLongLong(&is_number);
        QFile status(QStringLiteral("/proc/%1/stat").arg(entry));
        if (!is_number || !status.open(QIODevice::ReadOnly)) continue;
        const QByteArray line = status.readAll();
        const QByteArray name = line.mid(line.indexOf('(') + 1, line.lastIndexOf(')') - line.indexOf('(') - 1);
        const QList<QByteArray> rest = line.mid(line.lastIndexOf(')') + 2).split(' ');
        if (rest.size() > 1 && rest[1].toLongLong() == QCoreApplication::applicationPid() && name.startsWith("cutline-engine"))
            found.push_back(id);
    }
    return found;
}

} // namespace

class TestDocumentAccuracy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void imagesBesideTheModelAreMeasured();
    void plansMadeByHandAreEstimated();
    void imagesComeAndGo();
    void withoutAnEngineEverythingElseGoesOn();
    void looksAtTenImages();
    void measuresWhatABitCosts();
    void picturesByClassGiveTheSameAnswers();
    void outputIsChosen();
    void tablesAreGiven();
    void precisionsAreChosen();
    void killedEngineEndsInAMessage();

private:
    FreshSettings m_settings;
    const QTemporaryDir m_cache;
};

/// What one test has measured the others read: only the first has to run every precision.
void TestDocumentAccuracy::initTestCase() {
    keepEngine();
    qputenv("XDG_CACHE_HOME", m_cache.path().toUtf8());
}

void TestDocumentAccuracy::imagesBesideTheModelAreMeasured() {
    CUTLINE_NEEDS_ENGINE();
    Document document(library());
    QSignalSpy results(&document, &Document::resultChanged);
    QVERIFY(openMeasured(document));
    QCOMPARE(document.state().system->name, std::string("sensor_hub"));
    QVERIFY(document.state().images);
    const SearchResult& result = *document.result();
    QVERIFY(result.accuracy_claim);
    QCOMPARE(result.accuracy_claim->estimated, std::size_t{0});
    QCOMPARE(result.accuracy_claim->images, std::uint64_t{500});
    QVERIFY(results.size() > 1); // estimates came first
    QVERIFY(document.metrics()->accuracy);
    QCOMPARE(document.metrics()->accuracy->kind, Accuracy::Kind::Measured);
    // 4 bits everywhere answer worse than 16 bits everywhere.
    QVERIFY(std::any_of(result.front.begin(), result.front.end(), [&](std::uint32_t i) {
        return result.summaries[i].accuracy > 0.9;
    }));
}

void TestDocumentAccuracy::plansMadeByHandAreEstimated() {
    CUTLINE_NEEDS_ENGINE();
    Document document(library());
    QVERIFY(openMeasured(document));
    // Back and forth is no plan of a pipeline search.
    for (const std::uint32_t layer : {3u, 9u}) {
        const std::vector<LayerId> one{LayerId{layer}};
        document.assign(one, PlatformId{assignmentOf(*document.state().plan, 23)[layer].value == 0 ? 1u : 0u});
    }
    QVERIFY(!document.planIndex());
    QVERIFY(document.metrics()->accuracy);
    QCOMPARE(document.metrics()->accuracy->kind, Accuracy::Kind::Estimated);
    QVERIFY(document.metrics()->accuracy->top1 > 0.1);
}

void TestDocumentAccuracy::imagesComeAndGo() {
    CUTLINE_NEEDS_ENGINE();
    Document document(library());
    QVERIFY(openMeasured(document));
    document.setImages({});
    QVERIFY(settle(document));
    QVERIFY(!document.result()->accuracy_claim);
    QVERIFY(!document.metrics()->accuracy);
    document.undoStack().undo();
    QVERIFY(settle(document));
    QVERIFY(document.result()->accuracy_claim);
    QSignalSpy notices(&document, &Document::noticed);
    document.setImages(sourcePath("tests/data/broken/nothing.json"));
    QVERIFY(settle(document));
    QCOMPARE(notices.size(), 1);
    QVERIFY(notices[0][0].value<Error>().message().find("nothing.json") != std::string::npos);
    QVERIFY(!document.result()->front.empty());
}

void TestDocumentAccuracy::withoutAnEngineEverythingElseGoesOn() {
    const Environment without("CUTLINE_ONNXRUNTIME", "/nope/libonnxruntime.so");
    Document document(library());
    QSignalSpy notices(&document, &Document::noticed);
    document.open(sourcePath(kTrained), QStringLiteral("sensor_hub"));
    QVERIFY(settle(document));
    QCOMPARE(notices.size(), 1);
    QVERIFY(notices[0][0].value<Error>().message().find("app/run --engine") != std::string::npos);
    QVERIFY(!document.result()->front.empty());
    QVERIFY(!document.metrics()->accuracy);
}

void TestDocumentAccuracy::looksAtTenImages() {
    CUTLINE_NEEDS_ENGINE();
    Document document(library());
    document.open(sourcePath(kTrained), QStringLiteral("sensor_hub"));
    QVERIFY(QTest::qWaitFor([&] { return document.data().has_value(); }, 30'000));
    QVERIFY(*document.data());
    const DataFacts& facts = **document.data();
    QCOMPARE(facts.count, std::size_t{500});
    QCOMPARE(facts.preview.size(), std::size_t{10});
    QVERIFY(!facts.no_answers);
    QVERIFY(facts.preview[0].answer && facts.preview[0].label);
    QVERIFY(QTest::qWaitFor([&] { return document.jobs().idle(); }, 60'000));
}

void TestDocumentAccuracy::measuresWhatABitCosts() {
    CUTLINE_NEEDS_ENGINE();
    Document document(library());
    QSignalSpy changes(&document, &Document::sweepChanged);
    QVERIFY(openMeasured(document));
    QVERIFY(!document.sweep()); // nobody has looked
    document.measureSweep();
    QVERIFY(QTest::qWaitFor([&] { return document.sweep() != nullptr; }, 60'000));
    QVERIFY(!document.sweep()->curves.empty());
    QCOMPARE(document.sweep()->plan.top1, document.metrics()->accuracy->top1);
    changes.clear();
    // Another plan: what was measured speaks of it no longer.
    const std::uint32_t other = *document.planIndex() == document.result()->front[0] ? document.result()->front[1]
                                                                                     : document.result()->front[0];
    document.choosePlan(other);
    QVERIFY(!document.sweep());
    QVERIFY(!changes.isEmpty());
}

void TestDocumentAccuracy::picturesByClassGiveTheSameAnswers() {
    CUTLINE_NEEDS_ENGINE();
    const auto images = DataSet::read(sourcePath("resources/models/fashion_cnn.json").toStdString(), DataSet::Section::Test);
    QVERIFY(images);
    const std::size_t count = 60;
    QTemporaryDir folder;
    std::size_t written = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const Picture picture = images->picture(i);
        const QImage image(picture.pixels.data(), static_cast<int>(picture.width), static_cast<int>(picture.height),
                           static_cast<qsizetype>(picture.width), QImage::Format_Grayscale8);
        const QString of_class = QStringLiteral("%1/%2").arg(folder.path()).arg(images->label(i));
        QVERIFY(QDir().mkpath(of_class));
        written += image.save(QStringLiteral("%1/%2.png").arg(of_class).arg(i, 4, 10, QLatin1Char('0')));
    }
    QCOMPARE(written, count);
    const Progress never;
    const PictureFiles files(never);
    const auto bare = DataSet::read(folder.path().toStdString(), DataSet::Section::Test, &files);
    QVERIFY2(bare, bare ? "" : bare.error().message().c_str());
    QCOMPARE(bare->size(), count);
    QCOMPARE(bare->classes().size(), std::size_t{10});
    // The same preprocessing as the description has.
    QFile description(sourcePath("resources/models/fashion_cnn.json"));
    QVERIFY(description.open(QIODevice::ReadOnly));
    const QJsonObject all = QJsonDocument::fromJson(description.readAll()).object();
    QFile how(folder.filePath("preprocessing.json"));
    QVERIFY(how.open(QIODevice::WriteOnly));
    how.write(QJsonDocument(QJsonObject{{"mean", all["mean"]}, {"std", all["std"]}}).toJson());
    how.close();
    const auto set = DataSet::read(folder.path().toStdString(), DataSet::Section::Test, &files);
    QVERIFY2(set, set ? "" : set.error().message().c_str());

    Progress progress;
    const auto model = importOnnx(sourcePath(kTrained).toStdString(), {}, progress);
    QVERIFY(model);
    auto by_file = AccuracyMeter::make(*model, images->first(count), images->first(count), {}, progress);
    auto by_folder = AccuracyMeter::make(*model, *set, *set, {}, progress);
    QVERIFY(by_file && by_folder);
    const std::vector<PrecisionVector> four{PrecisionVector::uniform(model->graph->layerCount(), Width::integer(4))};
    QCOMPARE((*by_folder->measure(four, progress))[0].judged().correct, (*by_file->measure(four, progress))[0].judged().correct);

    QFile broken(folder.filePath("3/broken.png"));
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write("no picture");
    broken.close();
    const auto wrong = DataSet::read(folder.path().toStdString(), DataSet::Section::Test, &files);
    QVERIFY(!wrong);
    QVERIFY(wrong.error().message().find("3/broken.png") != std::string::npos);
}

void TestDocumentAccuracy::outputIsChosen() {
    CUTLINE_NEEDS_ENGINE();
    const QTemporaryDir folder;
    sampleWithFewImages(folder);
    Document document(library());
    document.open(sourcePath("tests/data/trained/fmnist_branchy.onnx"), QStringLiteral("sensor_hub"));
    QVERIFY(settle(document));
    const auto measuredWith = [&](const QString& output) {
        document.setImages(folder.filePath("few.json"), output);
        const bool done = QTest::qWaitFor([&] { return document.jobs().idle() && document.result()->accuracy_claim; }, 60'000);
        return done && document.data() && *document.data();
    };
    QVERIFY(measuredWith({}));
    QCOMPARE((*document.data())->outputs, (std::vector<std::string>{"exit1", "exit2", "exit3"}));
    QCOMPARE((*document.data())->judged, std::size_t{2});
    QVERIFY(measuredWith(QStringLiteral("exit1")));
    QCOMPARE((*document.data())->judged, std::size_t{0});
    // Only what comes before the first exit can change its answers.
    QCOMPARE(document.sensitivities().size(), std::size_t{2});
    const auto last = document.model().graph->layerCount() - 1;
    QCOMPARE(document.sensitivities()[0]->value(LayerId{static_cast<std::uint32_t>(last)}, PlatformId{0}), 0.0);
    QCOMPARE(projectOf(document.state(), {}).accuracy.name, std::string("exit1"));
    QVERIFY(!projectOf(document.state(), {}).accuracy.sha256.empty());
    document.undoStack().undo();
    QVERIFY(document.state().images->output().empty());
    QVERIFY(QTest::qWaitFor([&] { return document.jobs().idle(); }, 60'000));
}

void TestDocumentAccuracy::tablesAreGiven() {
    Document document(library());
    QVERIFY(openAndSettle(document, "resources/models/efficientnet_b0.onnx"));
    QVERIFY(!document.metrics()->accuracy);
    const Graph& graph = *document.model().graph;
    QTemporaryDir folder;
    QFile table(folder.filePath("acc.csv"));
    QVERIFY(table.open(QIODevice::WriteOnly));
    table.write("platforms,cuts,accuracy\nEYR,,0.77\nSMB,,0.61\n");
    table.close();
    document.setImages(table.fileName());
    QVERIFY(settle(document));
    QVERIFY(document.result()->accuracy_claim);
    QCOMPARE(document.result()->accuracy_claim->given, std::size_t{2});
    QVERIFY(document.data() && *document.data());
    QCOMPARE((*document.data())->count, std::size_t{2});
    const Plan alone = planFromAssignment(graph, std::vector<PlatformId>(graph.layerCount(), PlatformId{0}));
    const auto known = document.accuracyOf(alone, document.evaluator()->evaluate(alone));
    QVERIFY(known);
    QCOMPARE(known->kind, Accuracy::Kind::Given);
    QCOMPARE(known->top1, 0.77);
    document.undoStack().undo();
    QVERIFY(settle(document));
    QVERIFY(!document.result()->accuracy_claim);
}

void TestDocumentAccuracy::precisionsAreChosen() {
    CUTLINE_NEEDS_ENGINE();
    Document document(library());
    QVERIFY(openMeasured(document));
    const SearchResult& result = *document.result();
    // The hub offers 8 bits beside its 16: some plan of the front takes them, and is judged so.
    const auto narrow = std::find_if(result.front.begin(), result.front.end(), [&](std::uint32_t i) {
        return precisionsOf(result.candidates->plan(i), 2)[1] == 1;
    });
    QVERIFY(narrow != result.front.end());
    document.choosePlan(*narrow);
    QCOMPARE(document.planIndex(), std::optional(*narrow));
    QCOMPARE(document.metrics()->latency_s, result.summaries[*narrow].latency_s);
    QVERIFY(platformsText(*document.state().plan, *document.state().system).find("hub 8 bit") != std::string::npos);
    // Charts and inspector tell what layers take there, not at 16 bits: twice the rate for a convolution.
    Plan wide = *document.state().plan;
    for (Stage& stage : wide.stages) stage.precision = 0;
    RooflineChart roofline;
    roofline.setEvaluator(document.evaluator());
    Inspector inspector;
    inspector.setEvaluator(document.evaluator());
    const auto macs = [&](const RooflineDot& dot) { return document.model().graph->layer(dot.layer).macs.value_or(0); };
    const auto busiest = [&](const Plan& plan) {
        roofline.setPlan(plan);
        const RooflineDot* most = nullptr;
        for (const RooflineDot& dot : roofline.shown())
            if (dot.platform == PlatformId{1} && (!most || macs(dot) > macs(*most))) most = &dot;
        inspector.setPlan(plan, document.metrics());
        if (most) inspector.showLayers({most->layer});
        return most ? *most : RooflineDot{};
    };
    const RooflineDot at_wide = busiest(wide);
    const QString said_of_wide = inspector.plainText();
    const RooflineDot at_narrow = busiest(*document.state().plan);
    QVERIFY(at_wide.layer == at_narrow.layer && at_wide.macs_per_s > 0);
    QVERIFY2(std::abs(at_narrow.macs_per_s / at_wide.macs_per_s - 2) < 0.2, qPrintable(QString::number(at_narrow.macs_per_s)));
    QVERIFY(said_of_wide != inspector.plainText());
    // Moving a layer by hand leaves the hub at 8 bits.
    const std::vector<LayerId> first{LayerId{0}};
    document.assign(first, PlatformId{1});
    QCOMPARE(precisionsOf(*document.state().plan, 2)[1], std::uint8_t{1});
    SearchOptions own = document.state().options;
    own.precisions = PrecisionChoice::Own;
    document.setOptions(own);
    QVERIFY(QTest::qWaitFor([&] { return document.jobs().idle(); }, 60'000));
    for (std::uint32_t i = 0; i < document.result()->summaries.size(); ++i)
        QCOMPARE(precisionsOf(document.result()->candidates->plan(i), 2)[1], std::uint8_t{0});
}

void TestDocumentAccuracy::killedEngineEndsInAMessage() {
    CUTLINE_NEEDS_ENGINE();
    // No figure is known before: everything has to be run.
    const QTemporaryDir cache;
    const Environment empty("XDG_CACHE_HOME", cache.path().toUtf8());
    Document document(library());
    QSignalSpy notices(&document, &Document::noticed);
    document.open(sampleWithFewImages(cache), QStringLiteral("sensor_hub"));
    bool killed = false;
    const bool ended = QTest::qWaitFor(
        [&] {
            // Whatever is started is killed, until the document has said so.
            for (const qint64 id : helpers())
                if (notices.isEmpty()) killed = ::kill(static_cast<pid_t>(id), SIGKILL) == 0 || killed;
            return !notices.isEmpty() && document.jobs().idle() && document.result();
        },
        60'000);
    QVERIFY(ended);
    QVERIFY(killed);
    const QString message = QString::fromStdString(notices[0][0].value<Error>().message());
    QVERIFY2(message.contains("engine"), qPrintable(message));
    // Everything else goes on, and so does accuracy at the next try.
    QVERIFY(!document.result()->front.empty());
    document.run(document.state().options);
    QVERIFY(QTest::qWaitFor([&] { return document.jobs().idle() && document.result()->accuracy_claim; }, 60'000));
    QCOMPARE(document.metrics()->accuracy->kind, Accuracy::Kind::Measured);
}

CUTLINE_TEST(TestDocumentAccuracy)

} // namespace cutline::tst_document_accuracy

#include "tst_document_accuracy.moc"
