// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/mapping_cache.h"

#include "core/base/file.h"
#include "core/cost/loopnest/loop_nest_model.h"

#include <QtTest>

#include <thread>

#include "tests/core/cost/loopnest/machines.h"
#include "tests/core/cost/loopnest/nest_chain.h"
#include "tests/core/cost/loopnest/reference.h"
#include "tests/test_program.h"

namespace cutline::tst_mapping_cache {

using namespace cutline::loopnest;
using namespace cutline::loopnest::testing;

/// Mappings on disk: whole, broken, shared, nowhere to write.
class TestMappingCache : public QObject {
    Q_OBJECT

private:
    Progress m_progress;

private Q_SLOTS:
    void cacheFilesComeBack()
    {
        QTemporaryDir folder;
        const Graph graph = chain({loopsOf(64, 64, 3, 3, 56, 56)});
        const Platform platform = platformOf(smb(), "SMB");
        auto cache = std::make_shared<MappingCache>(folder.path().toStdString() + "/deep/er");
        const auto first = modelOf(platform, {}, cache)->cost(graph, kConv);
        QVERIFY(cache->save());
        const QStringList files = QDir(folder.path() + "/deep/er").entryList(QDir::Files);
        QCOMPARE(files.size(), 1);
        const std::string path = (folder.path() + "/deep/er/" + files[0]).toStdString();
        const std::string text = *readFile(path);
        QCOMPARE(readEntries(text).size(), std::size_t{1});
        QCOMPARE(entriesText(readEntries(text)), text);
        auto again = std::make_shared<MappingCache>(folder.path().toStdString() + "/deep/er");
        QVERIFY(*modelOf(platform, {}, again)->cost(graph, kConv) == *first);
        // Another machine does not read it.
        QVERIFY(modelOf(platformOf(eyr(), "EYR"), {}, again)->cost(graph, kConv)->energy_j != first->energy_j);
    }

    void brokenCacheFilesAreLeftOut_data()
    {
        QTest::addColumn<QByteArray>("damage");
        for (const char* damage : {"empty", "cut", "digit", "heading", "noise", "lines"}) QTest::newRow(damage) << QByteArray(damage);
    }

    void brokenCacheFilesAreLeftOut()
    {
        QFETCH(QByteArray, damage);
        CachedMapping cached;
        cached.mapping.levels.resize(6);
        std::string text = entriesText({{"delay 1 2 3", cached}, {"delay 4 5 6", cached}});
        if (damage == "empty") text.clear();
        if (damage == "cut") text.resize(text.size() - 20);
        if (damage == "digit") text[text.find('|') + 2] = '7';
        if (damage == "heading") text[0] = 'C';
        if (damage == "noise") text.assign(5000, '\x80');
        if (damage == "lines") text += "|\n||\nx|y|z\n|1 2|3";
        const auto entries = readEntries(text);
        const std::size_t expected = damage == "lines" ? 2 : damage == "cut" || damage == "digit" ? 1 : 0;
        QCOMPARE(entries.size(), expected);
        for (const auto& [key, value] : entries) QVERIFY(value == cached);
    }

    /// A file can be whole and still be of no use: the entry's mapping is checked before it counts.
    void aCachedMappingMustFit()
    {
        QTemporaryDir folder;
        const Graph graph = chain({loopsOf(64, 64, 3, 3, 56, 56)});
        const Platform platform = platformOf(smb(), "SMB");
        auto cache = std::make_shared<MappingCache>(folder.path().toStdString());
        const auto honest = modelOf(platform, {}, cache)->cost(graph, kConv);
        QVERIFY(cache->save());
        const std::string path = (folder.path() + "/" + QDir(folder.path()).entryList(QDir::Files)[0]).toStdString();
        auto entries = readEntries(*readFile(path));
        const auto honest_entries = entries;
        const auto after = [&](auto change) {
            entries = honest_entries;
            for (auto& [key, value] : entries) change(value.mapping);
            if (!writeFileAtomically(path, entriesText(entries))) qFatal("no file");
            auto tampered = std::make_shared<MappingCache>(folder.path().toStdString());
            return *modelOf(platform, {}, tampered)->cost(graph, kConv);
        };
        QVERIFY(after([](Mapping& mapping) { mapping.levels[5].temporal[C] *= 2; }) == *honest);
        // Two factors that wrap around to 1 in 32 bits, and a nest of another size.
        QVERIFY(after([](Mapping& mapping) {
            mapping.levels[5].temporal[C] *= 4294967295U;
            mapping.levels[4].temporal[C] *= 4294967295U;
        }) == *honest);
        QVERIFY(after([](Mapping& mapping) {
            mapping.size[C] *= 2;
            mapping.levels[5].temporal[C] *= 2;
        }) == *honest);
    }

    /// Each adds what it found to what the other wrote meanwhile.
    void twoProcessesShareAFolder()
    {
        QTemporaryDir folder;
        const auto cacheHere = [&] { return std::make_shared<MappingCache>(folder.path().toStdString()); };
        CachedMapping cached;
        cached.mapping.levels.resize(2);
        auto first = cacheHere(), second = cacheHere();
        QVERIFY(!first->find("machine", "a") && !second->find("machine", "b")); // both have read nothing
        first->add("machine", "a", cached);
        second->add("machine", "b", cached);
        first.reset(); // the last owner saves
        second.reset();
        const auto third = cacheHere();
        QVERIFY(third->find("machine", "a") == cached && third->find("machine", "b") == cached);
        // Many at once: whichever comes last, the file is whole.
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&, t] {
                for (int i = 0; i < 5; ++i) {
                    const auto own = cacheHere();
                    own->add("machine", std::to_string(t) + " " + std::to_string(i), cached);
                }
            });
        for (std::thread& thread : threads) thread.join();
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
        const auto last = cacheHere();
        QVERIFY(last->find("machine", "a") == cached);
    }

    void aFolderThatCannotBeWrittenCostsNothing()
    {
        const Graph graph = chain({loopsOf(64, 64, 3, 3, 56, 56)});
        auto cache = std::make_shared<MappingCache>("/dev/null/nowhere");
        QVERIFY(modelOf(platformOf(smb(), "SMB"), {}, cache)->cost(graph, kConv)->supported);
        const auto saved = cache->save();
        QVERIFY(!saved && saved.error().where == "/dev/null/nowhere");
    }

    void theFolderFollowsXdg()
    {
        const QByteArray before = qgetenv("XDG_CACHE_HOME");
        qputenv("XDG_CACHE_HOME", "/var/somebody");
        QCOMPARE(MappingCache::defaultFolder(), std::string("/var/somebody/cutline/mappings"));
        qputenv("XDG_CACHE_HOME", "relative");
        const std::string home = qEnvironmentVariable("HOME").toStdString();
        QCOMPARE(MappingCache::defaultFolder(), home.empty() ? std::string() : home + "/.cache/cutline/mappings");
        qputenv("XDG_CACHE_HOME", before);
    }
};

CUTLINE_TEST(TestMappingCache)

} // namespace cutline::tst_mapping_cache

#include "tst_mapping_cache.moc"
