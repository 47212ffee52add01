// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/environment.h"
#include "tests/test_program.h"

#include "core/base/file.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cutline::tst_file {

class TestFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void knownDigests();
    void writesAndReadsBack();
    void hashesFilesOfAnySize();
    void refusesAFolder();
    void unwritableFolderLeavesNothingBehind();
    void followsLinks();
    void leavesPipesAndFoldersWhatTheyAre();
    void foldersOfAPerson();
};

void TestFile::knownDigests()
{
    // FIPS 180-4 examples.
    QCOMPARE(sha256Hex(""), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    QCOMPARE(sha256Hex("abc"), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

void TestFile::writesAndReadsBack()
{
    const QTemporaryDir folder;
    const std::string path = folder.filePath("a.txt").toStdString();
    QVERIFY(writeFileAtomically(path, "one").ok());
    QVERIFY(writeFileAtomically(path, std::string("two\0three", 9)).ok());
    const auto text = readFile(path);
    QVERIFY(text.ok());
    QCOMPARE(*text, std::string("two\0three", 9));
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
}

void TestFile::foldersOfAPerson()
{
    const test::Environment home("HOME", "/home/ann");
    const std::tuple<const char*, std::string (*)(std::string_view), std::string> folders[] = {
        {"XDG_CACHE_HOME", cacheFolder, "/home/ann/.cache/cutline/x"},
        {"XDG_STATE_HOME", stateFolder, "/home/ann/.local/state/cutline/x"},
        {"XDG_DATA_HOME", dataFolder, "/home/ann/.local/share/cutline/x"}};
    for (const auto& [variable, folder, usual] : folders) {
        const test::Environment given(variable, "/big/disk");
        QCOMPARE(folder("x"), std::string("/big/disk/cutline/x"));
        const test::Environment relative(variable, "disk");
        QCOMPARE(folder("x"), usual);
        const test::Environment empty(variable, "");
        QCOMPARE(folder("x"), usual);
    }
}

void TestFile::hashesFilesOfAnySize()
{
    const QTemporaryDir folder;
    const std::string path = folder.filePath("large").toStdString();
    for (const std::size_t size : {std::size_t{0}, std::size_t{3}, (std::size_t{1} << 20), (std::size_t{3} << 20) + 17}) {
        std::string bytes(size, 'x');
        for (std::size_t i = 0; i < size; i += 1000) bytes[i] = static_cast<char>(i / 1000);
        QVERIFY(writeFileAtomically(path, bytes).ok());
        QCOMPARE(*sha256OfFile(path), sha256Hex(bytes));
    }
    QVERIFY(!sha256OfFile(folder.path().toStdString()) && !sha256OfFile(path + "x") && !sha256OfFile("/dev/null"));
}

void TestFile::refusesAFolder()
{
    const auto text = readFile("/tmp");
    QVERIFY(!text);
    QVERIFY(text.error().message().find("/tmp") != std::string::npos);
}

void TestFile::unwritableFolderLeavesNothingBehind()
{
    const auto written = writeFileAtomically("/proc/cutline-test.txt", "x");
    QVERIFY(!written);
    QVERIFY(written.error().message().find("cutline-test.txt") != std::string::npos);
}

void TestFile::followsLinks()
{
    const QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir("there"));
    const QString target = folder.filePath("there/a.txt"), first = folder.filePath("first"), second = folder.filePath("second");
    QVERIFY(QFile::link("there/a.txt", second));
    QVERIFY(QFile::link(second, first));
    for (const char* text : {"made where the link leads to nothing", "replaced"}) {
        QVERIFY(writeFileAtomically(first.toStdString(), text).ok());
        QVERIFY(QFileInfo(first).isSymLink() && QFileInfo(second).isSymLink());
        QVERIFY(!QFileInfo(target).isSymLink());
        const auto read = readFile(target.toStdString());
        QVERIFY(read.ok());
        QCOMPARE(*read, std::string(text));
    }
    const QString ring = folder.filePath("ring");
    QVERIFY(QFile::link(ring, ring));
    QVERIFY(!writeFileAtomically(ring.toStdString(), "x"));
    QVERIFY(QFileInfo(ring).isSymLink());
}

void TestFile::leavesPipesAndFoldersWhatTheyAre()
{
    const QTemporaryDir folder;
    const std::string pipe = folder.filePath("pipe").toStdString();
    QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
    const auto unread = writeFileAtomically(pipe, "x");
    QVERIFY(!unread);
    QVERIFY2(unread.error().message().find("nobody reads") != std::string::npos, unread.error().message().c_str());
    const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
    QVERIFY(reader >= 0);
    QVERIFY(writeFileAtomically(pipe, "through").ok());
    char got[16] = {};
    QCOMPARE(::read(reader, got, sizeof got), ssize_t{7});
    ::close(reader);
    QCOMPARE(std::string(got), std::string("through"));
    struct stat info {};
    QVERIFY(::stat(pipe.c_str(), &info) == 0 && S_ISFIFO(info.st_mode));
    QVERIFY(QDir(folder.path()).mkdir("empty"));
    QVERIFY(!writeFileAtomically(folder.filePath("empty").toStdString(), "x"));
    QVERIFY(QFileInfo(folder.filePath("empty")).isDir());
}

CUTLINE_TEST(TestFile)

} // namespace cutline::tst_file

#include "tst_file.moc"
