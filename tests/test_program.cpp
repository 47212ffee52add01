// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#ifdef QT_WIDGETS_LIB
#include "tests/stall_watch.h"

#include <QTemporaryDir>
#else
#include <QCoreApplication>
#endif

#include <cstdio>
#include <vector>

namespace cutline::test {
namespace {

std::vector<TestEntry>& entries() {
    static std::vector<TestEntry> all;
    return all;
}

std::string_view stem(std::string_view path) {
    path.remove_prefix(path.find_last_of('/') + 1);
    return path.substr(0, path.find('.'));
}

int runNamed(std::string_view name, int argc, char** argv) {
    for (const TestEntry& entry : entries())
        if (entry.name == name) return entry.run(argc, argv);
    std::fprintf(stderr, "usage: %s TEST [arguments of Qt Test], where TEST is one of\n", argv[0]);
    for (const TestEntry& entry : entries())
        std::fprintf(stderr, "  %.*s\n", static_cast<int>(entry.name.size()), entry.name.data());
    return 2;
}

} // namespace

TestEntry::TestEntry(std::string_view file, Run runner) : name(stem(file)), run(runner) {
    entries().push_back(*this);
}

} // namespace cutline::test

int main(int argc, char** argv) {
    const std::string_view name = argc > 1 ? argv[1] : "";
    if (argc > 1) {
        for (int i = 2; i < argc; ++i) argv[i - 1] = argv[i];
        argv[--argc] = nullptr;
    }
#ifdef QT_WIDGETS_LIB
    QCoreApplication::setAttribute(Qt::AA_Use96Dpi);
    const cutline::test::WatchedApplication application(argc, argv);
    const QTemporaryDir state; // unsaved work of windows that tests throw away
    qputenv("XDG_STATE_HOME", state.path().toLocal8Bit());
#else
    const QCoreApplication application(argc, argv);
#endif
    return cutline::test::runNamed(name, argc, argv);
}
