// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/app_test.h"
#include "tests/core/engine/engine_or_skip.h"

using namespace cutline;
using namespace cutline::test;

namespace {

const char* const kTrained = "resources/models/fashion_cnn.onnx";

} // namespace

class TestDocumentAccuracy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void imagesBesideTheModelAreMeasured();
    void plansMadeByHandAreEstimated();
    void imagesComeAndGo();
    void withoutAnEngineEverythingElseGoesOn();

private:
    FreshSettings m_settings;
};

void TestDocumentAccuracy::imagesBesideTheModelAreMeasured() {
    CUTLINE_NEEDS_ENGINE();
    Document document(library());
    QSignalSpy results(&document, &Document::resultChanged);
    document.open(sourcePath(kTrained), QStringLiteral("sensor_hub"));
    QVERIFY(QTest::qWaitFor([&] { return document.jobs().idle() && document.result(); }, 60'000));
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
    document.open(sourcePath(kTrained), QStringLiteral("sensor_hub"));
    QVERIFY(QTest::qWaitFor([&] { return document.jobs().idle() && document.result(); }, 60'000));
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
    document.open(sourcePath(kTrained), QStringLiteral("sensor_hub"));
    QVERIFY(QTest::qWaitFor([&] { return document.jobs().idle() && document.result(); }, 60'000));
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
    const QByteArray before = qgetenv("CUTLINE_ONNXRUNTIME");
    qputenv("CUTLINE_ONNXRUNTIME", "/nope/libonnxruntime.so");
    Document document(library());
    QSignalSpy notices(&document, &Document::noticed);
    document.open(sourcePath(kTrained), QStringLiteral("sensor_hub"));
    const bool there = settle(document);
    if (before.isEmpty())
        qunsetenv("CUTLINE_ONNXRUNTIME");
    else
        qputenv("CUTLINE_ONNXRUNTIME", before);
    QVERIFY(there);
    QCOMPARE(notices.size(), 1);
    QVERIFY(notices[0][0].value<Error>().message().find("app/run --engine") != std::string::npos);
    QVERIFY(!document.result()->front.empty());
    QVERIFY(!document.metrics()->accuracy);
}

CUTLINE_TEST(TestDocumentAccuracy)
#include "tst_document_accuracy.moc"
