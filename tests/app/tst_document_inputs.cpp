// SPDX-License-Identifier: GPL-3.0-or-later
// Dimensions that a model leaves open, typed in the scenario panel; sensitivities from a table.
#include "tests/app/deep_model.h"
#include "tests/app/window_test.h"

#include "app/project_session.h"
#include "widgets/panels/auto_partition_panel.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/scenario_panel.h"

#include <QCheckBox>
#include <QFile>
#include <QLineEdit>

namespace cutline::tst_document_inputs {

using namespace cutline::test;

class TestDocumentInputs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_window.reset(); }
    void aTypedBatchIsReadAndUndone();
    void wrongSizesAreNotRead_data();
    void wrongSizesAreNotRead();
    void plansStayWhereTheyAre();
    void sensitivitiesAreLoaded();
    void aWrongTableIsNamed();
    void aWorkloadBringsItsDevices();

private:
    Document& document() { return m_window->document(); }
    double elements() { return static_cast<double>(*document().model().graph->tensor({0}).elements()); }
    QString file(const char* name, const std::string& bytes) {
        const QString path = m_folder.filePath(QLatin1String(name));
        QFile out(path);
        if (!out.open(QIODevice::WriteOnly)) return {};
        out.write(bytes.data(), static_cast<qint64>(bytes.size()));
        return path;
    }
    QCheckBox* sensitivityBox() {
        for (auto* box : m_window->workArea().search().findChildren<QCheckBox*>())
            if (box->text() == QStringLiteral("Sensitivity")) return box;
        return nullptr;
    }
    FreshSettings m_settings;
    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
};

void TestDocumentInputs::init() {
    m_window = windowWith(nullptr);
    QVERIFY(m_window);
    m_window->open(file("open.onnx", deepModel(15, "batch")));
    QVERIFY(settle(document()));
}

void TestDocumentInputs::aTypedBatchIsReadAndUndone() {
    const double single = elements(), before = document().metrics()->latency_s;
    m_window->workArea().showScenario();
    QLineEdit* batch = m_window->workArea().scenario().dimensionOf(QStringLiteral("batch"));
    QVERIFY(batch);
    QTest::keyClicks(batch, QStringLiteral("8"));
    QTRY_COMPARE(elements(), 8 * single);
    QVERIFY(settle(document()));
    QCOMPARE(document().state().scenario.dimensions.at("batch"), std::int64_t{8});
    QVERIFY(document().metrics()->latency_s > before);
    QCOMPARE(document().undoStack().count(), 1);
    document().undoStack().undo();
    QVERIFY(settle(document()));
    QCOMPARE(elements(), single);
    QCOMPARE(document().metrics()->latency_s, before);
    QCOMPARE(m_window->workArea().scenario().dimensionOf(QStringLiteral("batch"))->text(), QString());
    document().undoStack().redo();
    QVERIFY(settle(document()));
    QCOMPARE(elements(), 8 * single);
}

void TestDocumentInputs::wrongSizesAreNotRead_data() {
    QTest::addColumn<QString>("typed");
    QTest::newRow("nothing") << QStringLiteral("0");
    QTest::newRow("negative") << QStringLiteral("-3");
    QTest::newRow("words") << QStringLiteral("many");
    QTest::newRow("part") << QStringLiteral("1.5");
}

void TestDocumentInputs::wrongSizesAreNotRead() {
    QFETCH(QString, typed);
    m_window->workArea().showScenario();
    ScenarioPanel& panel = m_window->workArea().scenario();
    QTest::keyClicks(panel.dimensionOf(QStringLiteral("batch")), typed);
    QVERIFY2(panel.errorText().contains(QStringLiteral("batch")), qPrintable(panel.errorText()));
    panel.flush();
    QVERIFY(document().state().scenario.dimensions.empty());
}

void TestDocumentInputs::plansStayWhereTheyAre() {
    document().assign(std::vector<LayerId>{{3}, {4}}, {1});
    const Plan plan = *document().state().plan;
    Scenario scenario;
    scenario.dimensions["batch"] = 4;
    document().setScenario(scenario);
    QTRY_VERIFY(document().state().scenario.dimensions.contains("batch"));
    QVERIFY(settle(document()));
    const std::size_t layers = document().model().graph->layerCount();
    QVERIFY(assignmentOf(*document().state().plan, layers) == assignmentOf(plan, layers));
}

void TestDocumentInputs::sensitivitiesAreLoaded() {
    QVERIFY(!sensitivityBox()->isEnabled());
    const std::string layer = document().model().graph->layer({0}).name;
    document().setSensitivity(file("table.csv", "layer,sensitivity\n" + layer + ",0.25\n"));
    QVERIFY(settle(document()));
    QVERIFY(sensitivityBox()->isEnabled());
    QCOMPARE(document().metrics()->sensitivity, std::optional(0.25));
    document().undoStack().undo();
    QVERIFY(settle(document()));
    QVERIFY(!document().metrics()->sensitivity);
    QVERIFY(!sensitivityBox()->isEnabled());
}

void TestDocumentInputs::aWrongTableIsNamed() {
    document().setSensitivity(file("wrong.csv", "layer,sensitivity\nnobody,0.25\n"));
    QVERIFY(m_window->messages().isVisible());
    QVERIFY(!document().state().sensitivity);
}

/// A device-placement workload opens with its own devices and times, and so does a project with it.
void TestDocumentInputs::aWorkloadBringsItsDevices() {
    const QString project = m_folder.filePath(QStringLiteral("placed.cutline"));
    m_window->open(sourcePath("tests/data/tarnawski/bert24_layer.json"));
    QTRY_COMPARE(text(document().state().system->name), QStringLiteral("devices"));
    // Seven devices make more plans than a test waits for.
    const auto settleEarly = [this] {
        if (!QTest::qWaitFor([this] { return document().searching(); }, 10'000)) return false;
        document().stopSearch();
        return settle(document());
    };
    QVERIFY(settleEarly());
    QCOMPARE(document().state().system->platforms.size(), std::size_t{7});
    QCOMPARE(document().state().profiles.size(), std::size_t{7});
    QVERIFY(!m_window->messages().isVisible());
    // The published optimum is 17.790 ms: nothing is below, and one accelerator alone takes 92.4.
    const double interval_s = document().metrics()->initiation_interval_s;
    QVERIFY2(interval_s > 17.7895e-3 && interval_s < 93e-3, qPrintable(QString::number(interval_s)));
    const Plan plan = *document().state().plan;
    document().mark(plan, true, QStringLiteral("best"), QStringLiteral("p"));
    QSignalSpy saved(&m_window->session(), &ProjectSession::saved);
    m_window->session().save(project);
    QVERIFY(saved.wait(5'000));
    m_window->open(file("open.onnx", deepModel(15, "batch")));
    QTRY_VERIFY(document().model().graph->name() != "bert24_layer");
    QVERIFY(settle(document()));
    QCOMPARE(text(document().state().system->name), QStringLiteral("kress2024"));
    m_window->open(project);
    QTRY_COMPARE(document().model().graph->name(), std::string("bert24_layer"));
    QVERIFY(settleEarly());
    QCOMPARE(document().state().profiles.size(), std::size_t{7});
    QVERIFY(*document().state().plan == plan);
    QCOMPARE(document().metrics()->initiation_interval_s, interval_s);
}

CUTLINE_WINDOW_TEST(TestDocumentInputs)

} // namespace cutline::tst_document_inputs

#include "tst_document_inputs.moc"
