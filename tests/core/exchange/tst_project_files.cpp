// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/base/file.h"
#include "core/exchange/project_files.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <csignal>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <unistd.h>

namespace cutline::tst_project_files {
namespace {

using Kind = ReferenceCheck::Kind;
using State = ReferenceCheck::State;

void write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) qFatal("%s", qPrintable(path));
}

/// Files of this process cannot grow beyond this while it lives: what a full disk does.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit less{bytes, m_before.rlim_max};
        m_signal = ::signal(SIGXFSZ, SIG_IGN);
        ::setrlimit(RLIMIT_FSIZE, &less);
    }
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        ::signal(SIGXFSZ, m_signal);
    }

private:
    rlimit m_before{};
    void (*m_signal)(int) = nullptr;
};

/// The superuser's rights on files are not this thread's while it lives.
class OrdinaryPerson {
public:
    OrdinaryPerson() : m_before(::setfsuid(::geteuid() == 0 ? kNobody : ::geteuid())) {}
    ~OrdinaryPerson() { ::setfsuid(static_cast<uid_t>(m_before)); }

private:
    static constexpr uid_t kNobody = 65534;
    int m_before;
};

Project withNote(const std::string& note) {
    Project project;
    project.note = note;
    return project;
}

Project::KeptPlan keptPlan(const std::string& id, const std::string& name, const std::string& note) {
    Project::KeptPlan plan;
    plan.id = id;
    plan.name = name;
    plan.note = note;
    plan.kept = true;
    return plan;
}

} // namespace

/// What stands around a project file: references, the autosave, disks that do not want it.
class ProjectFilesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pathsAreRelativeToTheFile() {
        Project project;
        project.models = {{"net", "/a/b/models/net.onnx", "1"}, {"far", "/z/net.onnx", "2"}};
        project.profiles = {{{"EYR", "/a/times.csv", "3"}, ProfileUse::Refit}};
        project.accuracy.file = "/a/b/c/pictures";
        const Project absolute = project;
        makePathsRelative(project, "/a/b/c/d/e/x.cutline");
        QCOMPARE(project.models[0].file, std::string("../../../models/net.onnx"));
        QCOMPARE(project.models[1].file, std::string("/z/net.onnx"));
        QCOMPARE(project.profiles[0].file.file, std::string("/a/times.csv")); // four up
        QCOMPARE(project.accuracy.file, std::string("../../pictures"));
        QVERIFY(project.sensitivity.file.empty());
        Project moved = project;
        makePathsAbsolute(project, "/a/b/c/d/e/x.cutline");
        QVERIFY(project == absolute);
        makePathsAbsolute(moved, "/q/b/c/d/e/x.cutline");
        QCOMPARE(moved.models[0].file, std::string("/q/b/models/net.onnx"));
    }

    void changedAndMissingFilesAreFound() {
        const QTemporaryDir folder;
        const QDir dir(folder.path());
        write(dir.filePath("net.onnx"), "net");
        write(dir.filePath("times.csv"), "old");
        dir.mkdir("pictures");
        Project project;
        project.models = {{"other", dir.filePath("none.onnx").toStdString(), "1"},
                          {"net", dir.filePath("net.onnx").toStdString(), sha256Hex("net")}};
        project.view.model = "net";
        project.profiles = {{{"EYR", dir.filePath("times.csv").toStdString(), sha256Hex("older")}, {}},
                            {{"SMB", dir.filePath("times.csv").toStdString(), {}}, {}}};
        project.sensitivity.file = dir.filePath("gone.csv").toStdString();
        project.accuracy.file = dir.filePath("pictures").toStdString();
        const auto checks = checkReferences(project);
        QCOMPARE(checks.size(), std::size_t{5});
        const std::vector<std::pair<Kind, State>> wanted{{Kind::Model, State::Same},
                                                         {Kind::Profile, State::Changed},
                                                         {Kind::Profile, State::Same},
                                                         {Kind::Sensitivity, State::Missing},
                                                         {Kind::Accuracy, State::Same}};
        for (std::size_t i = 0; i < wanted.size(); ++i)
            QVERIFY2(checks[i].kind == wanted[i].first && checks[i].state == wanted[i].second, std::to_string(i).c_str());
        QCOMPARE(checks[0].index, std::size_t{1});
        QCOMPARE(checks[1].sha256, sha256Hex("old"));
        replaceReference(project, checks[1], {{}, checks[1].reference.file, checks[1].sha256});
        replaceReference(project, checks[3], {});
        const auto again = checkReferences(project);
        QCOMPARE(again.size(), std::size_t{4});
        QVERIFY(std::all_of(again.begin(), again.end(), [](const auto& check) { return check.state == State::Same; }));
    }

    void differencesAreSaidInWords() {
        Project before;
        before.plans = {keptPlan("k1", "kept 1", "a")};
        Project after = before;
        after.view.overlay = "energy";
        QVERIFY(projectDifferences(before, after).empty());
        after.plans[0].note = "b";
        after.plans.push_back(keptPlan("k2", "kept 2", {}));
        after.plans.emplace_back();
        after.plans.back().id = "chosen";
        after.view.selected_plan = "chosen";
        after.fusion = false;
        const std::vector<std::string> wanted{"search settings", "1 plan kept more", "1 other note",
                                              "another plan chosen"};
        QVERIFY(projectDifferences(before, after) == wanted);
    }

    void aFullDiskLeavesTheOldFile() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("a.cutline").toStdString();
        QVERIFY(writeProject(path, withNote("old")).ok());
        {
            const FullDisk full(512);
            const auto written = writeProject(path, withNote(std::string(4096, 'n')));
            QVERIFY(!written.ok());
            QVERIFY2(written.error().message().find("File too large") != std::string::npos,
                     written.error().message().c_str());
        }
        const auto again = readProject(path, Library());
        QVERIFY(again.ok() && again->note == "old");
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList{"a.cutline"});
    }

    void aReadOnlyFolderIsSaid() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("a.cutline").toStdString();
        QVERIFY(writeProject(path, withNote("old")).ok());
        const auto read_by_all = QFile::ReadOwner | QFile::ExeOwner | QFile::ReadOther | QFile::ExeOther;
        QVERIFY(QFile::setPermissions(folder.path(), read_by_all));
        const auto written = [&] {
            const OrdinaryPerson nobody;
            if (QFile(folder.filePath("probe")).open(QIODevice::WriteOnly)) qFatal("this one writes everywhere");
            return writeProject(path, withNote("new"));
        }();
        QFile::setPermissions(folder.path(), QFile::ReadOwner | QFile::ExeOwner | QFile::WriteOwner);
        QVERIFY(!written.ok());
        QVERIFY2(written.error().message().find("Permission denied") != std::string::npos, written.error().message().c_str());
        const auto again = readProject(path, Library());
        QVERIFY(again.ok() && again->note == "old");
    }

    /// What holds for everybody, and needs no rights to try.
    void aPlaceThatIsNoneIsSaid() {
        const QTemporaryDir folder;
        write(folder.filePath("file"), "old");
        const auto below = writeProject(folder.filePath("file/a.cutline").toStdString(), withNote("new"));
        QVERIFY(!below.ok());
        QVERIFY2(below.error().message().find("Not a directory") != std::string::npos, below.error().message().c_str());
        const auto full = writeProject("/dev/full", withNote("new"));
        QVERIFY(!full.ok());
        QVERIFY2(full.error().message().find("No space left") != std::string::npos, full.error().message().c_str());
        QVERIFY(!full.error().fix.empty());
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList{"file"});
    }

    void halfWrittenFilesAreTakenAway() {
        const QTemporaryDir folder;
        const QDir dir(folder.path());
        for (const char* name : {"a.cutline", ".a.cutline.aB3dEf.part", ".a.cutline.autosave", ".b.cutline.aB3dEf.part",
                                 "a.cutline.backup"})
            write(dir.filePath(name), "x");
        removeParts(dir.filePath("a.cutline").toStdString());
        const QStringList wanted{".a.cutline.autosave", ".b.cutline.aB3dEf.part", "a.cutline", "a.cutline.backup"};
        QCOMPARE(dir.entryList(QDir::Files | QDir::Hidden, QDir::Name), wanted);
    }
};

CUTLINE_TEST(ProjectFilesTest)

} // namespace cutline::tst_project_files

#include "tst_project_files.moc"
