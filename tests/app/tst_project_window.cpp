// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/window_test.h"

#include "app/project_session.h"
#include "core/base/file.h"
#include "widgets/charts/cut_chart.h"
#include "widgets/charts/pareto_chart.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/recovery_dialog.h"
#include "widgets/panels/references_dialog.h"

#include <QDir>
#include <QFileDialog>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QRegularExpression>
#include <QTableView>
#include <QToolButton>

#include <csignal>
#include <sys/resource.h>

namespace cutline::tst_project_window {
namespace {

using test::dialogOf;
using test::sourcePath;
using test::settle;

constexpr const char* kSmall = "tests/data/trained/fmnist_cnn.onnx";
constexpr const char* kOther = "tests/data/trained/fmnist_mobile.onnx";

void copyTo(const QString& from, const QString& to) {
    QFile::remove(to);
    if (!QFile::copy(from, to)) qFatal("%s", qPrintable(to));
    QFile::setPermissions(to, QFile::ReadOwner | QFile::WriteOwner);
}

bool saveTo(MainWindow& window, const QString& file) {
    QSignalSpy saved(&window.session(), &ProjectSession::saved);
    window.session().save(file);
    return saved.wait(5'000);
}

bool openProject(MainWindow& window, const QString& file) {
    QSignalSpy opened(&window.session(), &ProjectSession::opened);
    window.open(file);
    return (opened.count() > 0 || opened.wait(10'000)) && settle(window.document());
}

void star(MainWindow& window, const QString& note) {
    Document& document = window.document();
    document.mark(*document.state().plan, true, note, QStringLiteral("plan"));
}

QString copyOf(const QString& file) { return QString::fromStdString(autosaveFileOf(file.toStdString())); }

/// Table, charts and graph otherwise than at first.
void setViews(MainWindow& window) {
    WorkArea& work = window.workArea();
    QHeaderView* header = work.candidates().view()->horizontalHeader();
    header->setSortIndicator(CandidatesModel::EnergyColumn, Qt::AscendingOrder);
    header->resizeSection(CandidatesModel::LatencyColumn, header->sectionSize(CandidatesModel::LatencyColumn) + 31);
    header->moveSection(header->visualIndex(CandidatesModel::ThroughputColumn), header->visualIndex(CandidatesModel::EnergyColumn));
    QMenu* columns = work.candidates().columnsButton()->menu();
    Q_EMIT columns->aboutToShow();
    for (QAction* action : columns->actions())
        if (action->text().startsWith(QLatin1String("Platforms"))) action->trigger();
    work.pareto().setObjectives(Objective::Latency, Objective::Energy);
    PlanAxes axes;
    axes.of(Objective::Latency).logarithmic = true;
    axes.colour = Objective::Energy;
    Q_EMIT work.pareto().planAxesChanged(axes);
    work.graph().closeAllGroups();
    work.graph().openGroup(LayerId{0});
}

/// Everything that a person can set, set.
void changeEverything(MainWindow& window) {
    setViews(window); // while there are plans: no one meets the demands that follow
    Document& document = window.document();
    const System& system = *document.state().system;
    star(window, QStringLiteral("for the review\nof \u00FC"));
    auto profile = readProfile(sourcePath("tests/data/kress2024/efficientnet_b0_eyr.csv").toStdString(), 1e9);
    document.setProfile("EYR", std::make_shared<const Profile>(*std::move(profile)), ProfileMissing::Model, ProfileUse::Refit);
    Scenario scenario = document.state().scenario;
    scenario.name = "day";
    scenario.rate_hz = 12.5;
    scenario.requirements.push_back({"latency", 0.06, std::nullopt, true, "SYS-112", "glass to decision"});
    document.setScenario(scenario);
    SearchOptions options = document.state().options;
    options.constraints.push_back(*parseConstraint("energy<=900 mJ", system));
    options.objectives = {Objective::Latency, Objective::Energy};
    options.order = OrderKind::Fixed;
    options.resolution = 0;
    document.setOptions(options);
    document.setFusion(false);
    if (!settle(document)) qFatal("no front");
    document.chooseBaseline(0);
    document.setReference({document.state().plan, "alone"});
    document.choosePlan(1);
    window.workArea().showChart(QLatin1String("cuts"));
    window.workArea().setOverlay(QStringLiteral("energy"));
    document.setTitle(QStringLiteral("Door camera, \u00FC"), QStringLiteral("To be decided:\n\ncut or not"));
}

} // namespace

/// Project files as the window opens and saves them.
class TestProjectWindow : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::FreshSettings> m_settings;

private Q_SLOTS:
    void init() { m_settings = std::make_unique<test::FreshSettings>(); }

    void everythingComesBack() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("all.cutline"));
        Project before;
        QStringList columns;
        std::size_t cards = 0;
        {
            const auto window = test::windowWith("resources/models/efficientnet_b0.onnx");
            QVERIFY(window);
            changeEverything(*window);
            QVERIFY(window->isWindowModified());
            QVERIFY(saveTo(*window, file));
            QVERIFY(!window->isWindowModified());
            QCOMPARE(window->windowTitle(), QStringLiteral("all.cutline[*] - Cutline"));
            before = projectOf(window->document().state(), {});
            columns = window->workArea().candidates().columns();
            cards = window->workArea().graph().groups().cardCount();
        }
        // What this person likes best is not what the project says.
        m_settings = std::make_unique<test::FreshSettings>();
        const auto window = test::windowWith(nullptr);
        QVERIFY(openProject(*window, file));
        const Project after = projectOf(window->document().state(), {});
        QVERIFY(after.profiles == before.profiles);
        QVERIFY(after.plans == before.plans);
        QVERIFY(after.search == before.search);
        QVERIFY(after.constraints == before.constraints);
        QVERIFY(after == before);
        QCOMPARE(window->workArea().graph().overlay(), QStringLiteral("energy"));
        QCOMPARE(window->workArea().chartInFront(), QStringLiteral("cuts"));
        QCOMPARE(window->workArea().candidates().columns(), columns);
        for (const char* done : {"energy ascending", "latency [0-9]+px", "platforms hidden"})
            QVERIFY2(columns.filter(QRegularExpression(QLatin1String(done))).size() == 1, qPrintable(columns.join(u'|')));
        QCOMPARE(columns.size(), static_cast<qsizetype>(CandidatesModel::ColumnCount));
        QVERIFY(columns.indexOf(QStringLiteral("throughput")) > columns.indexOf(QRegularExpression(QStringLiteral("energy.*"))));
        QVERIFY(window->workArea().candidates().view()->isColumnHidden(CandidatesModel::PlatformsColumn));
        QCOMPARE(window->workArea().graph().groups().cardCount(), cards);
        QCOMPARE(window->workArea().pareto().xObjective(), Objective::Latency);
        QVERIFY(window->workArea().cuts().planAxes().of(Objective::Latency).logarithmic);
        QCOMPARE(window->document().state().note, std::string("To be decided:\n\ncut or not"));
        QVERIFY(!window->isWindowModified());
        const auto first = readFile(file.toStdString());
        QVERIFY(saveTo(*window, file));
        QCOMPARE(*readFile(file.toStdString()), *first); // nothing changed, no line differs
    }

    void whatTheWindowDoesNotShowIsKept() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("more.cutline"));
        const auto window = test::windowWith(kSmall);
        QVERIFY(window);
        star(*window, {});
        QVERIFY(saveTo(*window, file));
        QFile text(file);
        QVERIFY(text.open(QIODevice::ReadWrite | QIODevice::Append));
        text.write("model { name: \"v0\" file: \"old.onnx\" }\nfuture { x: 1 }\nplan { id: \"old\" kept: true stages { platform: \"EYR\" "
                   "layers: \"gone\" } }\nnote: \"mine\"\n");
        text.close();
        QVERIFY(openProject(*window, file));
        QCOMPARE(window->document().state().kept.size(), std::size_t{1});
        star(*window, QStringLiteral("more"));
        QVERIFY(saveTo(*window, file));
        const auto again = readProject(file.toStdString(), window->document().library());
        QVERIFY(again.ok());
        QCOMPARE(again->models.size(), std::size_t{2});
        QCOMPARE(again->unknown.size(), std::size_t{1});
        QCOMPARE(again->note, std::string("mine"));
        QVERIFY(std::any_of(again->plans.begin(), again->plans.end(), [](const auto& plan) { return plan.id == "old"; }));
    }

    void aChangedModelIsAskedFor() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("net.cutline")), model = folder.filePath(QStringLiteral("net.onnx"));
        copyTo(sourcePath(kSmall), model);
        const auto window = test::windowWith(nullptr);
        window->open(model);
        QVERIFY(settle(window->document()));
        QVERIFY(saveTo(*window, file));
        const Project saved = *readProject(file.toStdString(), window->document().library());
        QCOMPARE(saved.models[0].file, std::string("net.onnx"));
        copyTo(sourcePath(kOther), model);
        window->open(file);
        auto* dialog = dialogOf<ReferencesDialog>(*window);
        QVERIFY(dialog);
        QVERIFY(!dialog->openButton()->isEnabled());
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(window->findChildren<ReferencesDialog*>().isEmpty());
        QCOMPARE(window->document().model().sha256, saved.models[0].sha256); // nothing was swapped
        window->open(file);
        dialog = dialogOf<ReferencesDialog>(*window);
        QVERIFY(dialog);
        QSignalSpy opened(&window->session(), &ProjectSession::opened);
        QTest::mouseClick(dialog->asItIsButton(0), Qt::LeftButton);
        QVERIFY(dialog->openButton()->isEnabled());
        QTest::mouseClick(dialog->openButton(), Qt::LeftButton);
        QVERIFY(opened.wait(10'000));
        QVERIFY(window->document().model().sha256 != saved.models[0].sha256);
    }

    void aModelThatMovedIsAskedFor() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("net.cutline")), model = folder.filePath(QStringLiteral("net.onnx"));
        copyTo(sourcePath(kSmall), model);
        const auto window = test::windowWith(nullptr);
        window->open(model);
        QVERIFY(settle(window->document()));
        QVERIFY(saveTo(*window, file));
        QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("deep")));
        QVERIFY(QFile::rename(model, folder.filePath(QStringLiteral("deep/moved.onnx"))));
        window->open(file);
        auto* dialog = dialogOf<ReferencesDialog>(*window);
        QVERIFY(dialog);
        QVERIFY(!dialog->asItIsButton(0) && !dialog->leaveOutButton(0));
        QSignalSpy opened(&window->session(), &ProjectSession::opened);
        dialog->choose(0, {ReferencesDialog::Choice::Kind::Other, folder.filePath(QStringLiteral("deep/moved.onnx"))});
        QTest::keyClick(dialog, Qt::Key_Return);
        QVERIFY(opened.wait(10'000));
        QVERIFY(settle(window->document()));
        QVERIFY(saveTo(*window, file));
        QCOMPARE(readProject(file.toStdString(), window->document().library())->models[0].file, std::string("deep/moved.onnx"));
    }

    void aSecondWindowIsTold() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("net.cutline"));
        const auto first = test::windowWith(kSmall);
        QVERIFY(first && saveTo(*first, file));
        const auto second = test::windowWith(nullptr);
        second->open(file);
        QVERIFY(second->messages().text().contains(QStringLiteral("is open in another window")));
        QVERIFY(!second->document().hasModel());
        first->session().open(file); // its own it may read again
        QVERIFY(QTest::qWaitFor([&] { return !first->session().isBusy(); }, 10'000));
        first->open(sourcePath(kOther));
        QTRY_VERIFY_WITH_TIMEOUT(first->session().file().isEmpty(), 10'000);
        QVERIFY(openProject(*second, file));
    }

    void unsavedWorkComesBack() {
        const QTemporaryDir folder, elsewhere;
        const QString file = folder.filePath(QStringLiteral("net.cutline"));
        const auto window = test::windowWith(kSmall);
        QVERIFY(window && saveTo(*window, file));
        star(*window, QStringLiteral("precious"));
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(copyOf(file)), 2'000);
        // As after a crash: the files without the window.
        const QString crashed = elsewhere.filePath(QStringLiteral("net.cutline"));
        copyTo(file, crashed);
        copyTo(copyOf(file), copyOf(crashed));
        const auto other = test::windowWith(nullptr);
        other->open(crashed);
        auto* dialog = dialogOf<RecoveryDialog>(*other);
        QVERIFY(dialog);
        QSignalSpy opened(&other->session(), &ProjectSession::opened);
        QTest::mouseClick(dialog->unsavedButton(), Qt::LeftButton);
        QVERIFY(opened.wait(10'000));
        QVERIFY(other->isWindowModified());
        QCOMPARE(other->document().state().kept.at(0).note, std::string("precious"));
        QVERIFY(saveTo(*other, crashed));
        QVERIFY(!other->isWindowModified() && !QFile::exists(copyOf(crashed)));
        // Undone to what is in the file: nothing is unsaved.
        window->document().undoStack().undo();
        QVERIFY(!window->isWindowModified());
        QTRY_VERIFY(!QFile::exists(copyOf(file)));
    }

    void theSavedFileCanBeChosen() {
        const QTemporaryDir folder, elsewhere;
        const QString file = folder.filePath(QStringLiteral("net.cutline")), crashed = elsewhere.filePath(QStringLiteral("net.cutline"));
        const auto window = test::windowWith(kSmall);
        QVERIFY(window && saveTo(*window, file));
        copyTo(file, crashed);
        star(*window, {});
        QVERIFY(saveTo(*window, file));
        copyTo(file, copyOf(crashed));
        window->open(crashed);
        auto* dialog = dialogOf<RecoveryDialog>(*window);
        QVERIFY(dialog);
        QSignalSpy opened(&window->session(), &ProjectSession::opened);
        QTest::mouseClick(dialog->savedButton(), Qt::LeftButton);
        QVERIFY(opened.wait(10'000));
        QVERIFY(window->document().state().kept.empty());
    }

    void workThatWasNeverSavedComesBack() {
        const auto window = test::windowWith(kSmall);
        QVERIFY(window);
        QVERIFY(ProjectSession::leftovers().isEmpty());
        star(*window, QStringLiteral("precious"));
        const QString unsaved = QString::fromStdString(stateFolder("unsaved"));
        const auto copies = [&] { return QDir(unsaved).entryInfoList({QStringLiteral("*.cutline")}, QDir::Files); };
        QTRY_COMPARE_WITH_TIMEOUT(copies().size(), 1, 2'000);
        QVERIFY(ProjectSession::leftovers().isEmpty()); // its window is there
        const QString crashed = unsaved + QStringLiteral("/0-1.cutline");
        copyTo(copies().front().filePath(), crashed);
        QCOMPARE(ProjectSession::leftovers(), QStringList{crashed});
        const auto other = test::windowWith(nullptr);
        other->offerLeftovers();
        auto* dialog = dialogOf<RecoveryDialog>(*other);
        QVERIFY(dialog);
        QSignalSpy opened(&other->session(), &ProjectSession::opened);
        QTest::mouseClick(dialog->unsavedButton(), Qt::LeftButton);
        QVERIFY(opened.wait(10'000));
        QVERIFY(other->isWindowModified() && other->session().file().isEmpty());
        QCOMPARE(other->document().state().kept.at(0).note, std::string("precious"));
        other->session().discard();
        window->session().discard();
        QVERIFY(copies().isEmpty());
    }

    void aFullDiskIsSaidAndNothingIsLost() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("net.cutline"));
        const auto window = test::windowWith(kSmall);
        QVERIFY(window && saveTo(*window, file));
        const auto before = readFile(file.toStdString());
        star(*window, QStringLiteral("precious"));
        rlimit usual{};
        ::getrlimit(RLIMIT_FSIZE, &usual);
        const rlimit less{64, usual.rlim_max};
        const auto handler = ::signal(SIGXFSZ, SIG_IGN);
        ::setrlimit(RLIMIT_FSIZE, &less);
        QSignalSpy failed(&window->session(), &ProjectSession::failed);
        window->session().save(file);
        const bool heard = failed.wait(5'000);
        ::setrlimit(RLIMIT_FSIZE, &usual);
        ::signal(SIGXFSZ, handler);
        QVERIFY(heard);
        QVERIFY2(window->messages().text().contains(QStringLiteral("cannot be written")), qPrintable(window->messages().text()));
        QCOMPARE(*readFile(file.toStdString()), *before);
        QVERIFY(window->isWindowModified());
        QVERIFY(saveTo(*window, file));
        QVERIFY(*readFile(file.toStdString()) != *before);
    }

    /// Whatever is done while the file is written: what differs from it is unsaved, what came back to it is not.
    void editsWhileSaving() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("net.cutline"));
        const auto window = test::windowWith(kSmall);
        QVERIFY(window);
        Document& document = window->document();
        document.chooseBaseline(0);
        constexpr int kGesture = 7;
        const auto place = [&](std::uint32_t layer) { document.assign(std::vector{LayerId{layer}}, PlatformId{1}, kGesture); };
        place(0);
        QSignalSpy saved(&window->session(), &ProjectSession::saved);
        window->session().save(file);
        place(1); // joins the step that is being written
        QVERIFY(saved.wait(5'000));
        QVERIFY(window->isWindowModified());
        QVERIFY(saveTo(*window, file) && !window->isWindowModified());
        window->session().save(file);
        star(*window, QStringLiteral("a second thought"));
        document.undoStack().undo();
        QVERIFY(saved.wait(5'000));
        QVERIFY(!window->isWindowModified());
    }

    void closingAsks_data() {
        QTest::addColumn<int>("button");
        QTest::addColumn<bool>("closes");
        QTest::addColumn<bool>("saves");
        QTest::newRow("save") << static_cast<int>(QMessageBox::Save) << true << true;
        QTest::newRow("discard") << static_cast<int>(QMessageBox::Discard) << true << false;
        QTest::newRow("cancel") << static_cast<int>(QMessageBox::Cancel) << false << false;
    }

    void closingAsks() {
        QFETCH(int, button);
        QFETCH(bool, closes);
        QFETCH(bool, saves);
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("net.cutline"));
        const auto window = test::windowWith(kSmall);
        QVERIFY(window && saveTo(*window, file));
        star(*window, QStringLiteral("precious"));
        window->close();
        QVERIFY(window->isVisible());
        auto* box = dialogOf<QMessageBox>(*window);
        QVERIFY(box);
        QTest::mouseClick(box->button(static_cast<QMessageBox::StandardButton>(button)), Qt::LeftButton);
        if (closes) QTRY_VERIFY(!window->isVisible());
        QCOMPARE(window->isVisible(), !closes);
        const auto project = readProject(file.toStdString(), window->document().library());
        QCOMPARE(std::any_of(project->plans.begin(), project->plans.end(), [](const auto& plan) { return plan.note == "precious"; }), saves);
        QVERIFY(!closes || !QFile::exists(copyOf(file)));
    }

    void brokenProjectsAreSaid() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("net.cutline"));
        QFile text(file);
        QVERIFY(text.open(QIODevice::WriteOnly));
        text.write("format: 1\nmodel { name: 5 }\n");
        text.close();
        const auto window = test::windowWith(nullptr);
        window->open(file);
        QTRY_VERIFY(window->messages().text().contains(QStringLiteral("net.cutline:2")));
        window->open(folder.filePath(QStringLiteral("none.cutline")));
        QTRY_VERIFY(window->messages().text().contains(QStringLiteral("none.cutline")));
        QVERIFY(!window->document().hasModel());
    }
};

CUTLINE_WINDOW_TEST(TestProjectWindow)

} // namespace cutline::tst_project_window

#include "tst_project_window.moc"
