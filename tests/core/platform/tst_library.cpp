// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/library.h"

#include <QTest>

using namespace cutline;

namespace {

Library shipped()
{
    return Library::load({CUTLINE_SOURCE_DIR "/platforms"});
}

QString text(const Error& error)
{
    return QString::fromStdString(error.message());
}

} // namespace

/// The files that come with the program, and where they are found.
class LibraryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyShippedFileParses()
    {
        const Library library = shipped();
        for (const Error& problem : library.problems()) qWarning("%s", problem.message().c_str());
        QVERIFY(library.problems().empty());
        QCOMPARE(library.links().size(), std::size_t{24}); // 23 rows of the table; I2C has two speeds
    }

    void publishedSystems()
    {
        const Library library = shipped();
        const auto two = library.system("kress2024");
        QVERIFY2(two.ok(), qPrintable(text(two.ok() ? Error{} : two.error())));
        QCOMPARE(two->platforms.size(), std::size_t{2});
        QCOMPARE(two->platforms[0].name, std::string("EYR"));
        QCOMPARE(two->platforms[1].name, std::string("SMB"));
        QCOMPARE(two->links.size(), std::size_t{1});
        QCOMPARE(two->links[0].link.name, std::string("gbe"));
        QCOMPARE(two->links[0].link.descriptor, std::string("1000BASE-T"));
        const auto four = library.system("kress2024_four");
        QVERIFY(four.ok());
        QCOMPARE(four->platforms[1].name, std::string("EYR2"));
        QCOMPARE(four->platforms[1].descriptor, std::string("EYR"));
        QVERIFY(Routes(*four).isChain());
    }
};

QTEST_GUILESS_MAIN(LibraryTest)
#include "tst_library.moc"
