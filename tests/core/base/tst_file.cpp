// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/base/file.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

namespace cutline::tst_file {

class TestFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void knownDigests();
    void writesAndReadsBack();
    void refusesAFolder();
    void unwritableFolderLeavesNothingBehind();
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

CUTLINE_TEST(TestFile)

} // namespace cutline::tst_file

#include "tst_file.moc"
