// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTest>

#include <string_view>

namespace cutline::test {

/// A room's tests are one program, so that a clean build links once per room and not once per file.
/// `search_tests` lists its tests, `search_tests tst_place ..` runs one of them with Qt Test's own arguments.
struct TestEntry {
    using Run = int (*)(int argc, char** argv);
    TestEntry(std::string_view file, Run run);

    std::string_view name; ///< the file's name without its ending
    Run run;
};

template<class Test>
int runTest(int argc, char** argv) {
    Test test;
    return QTest::qExec(&test, argc, argv);
}

} // namespace cutline::test

/// Stands where Qt's own QTEST_MAIN would: once in each test file, before its .moc file.
#define CUTLINE_TEST(Test) static const cutline::test::TestEntry registered##Test(__FILE__, &cutline::test::runTest<Test>);
