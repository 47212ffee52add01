// SPDX-License-Identifier: GPL-3.0-or-later
// What the editor of systems and descriptors does: figures one by one, platforms and links added and removed.
#include "tests/environment.h"
#include "tests/test_program.h"

#include "core/platform/figures.h"
#include "core/platform/library.h"
#include "core/platform/system_edit.h"

#include <QFile>
#include <QTemporaryDir>

#include <limits>
#include <set>

namespace cutline::tst_system_edit {
namespace {

const Library& shipped() {
    static const Library library = Library::load({CUTLINE_SOURCE_DIR "/platforms"});
    return library;
}

System systemNamed(const char* name) {
    auto system = shipped().system(name);
    if (!system) qFatal("%s", system.error().message().c_str());
    return *std::move(system);
}

const DescriptorFigure* figureAt(const std::vector<DescriptorFigure>& figures, std::string_view field) {
    for (const DescriptorFigure& figure : figures)
        if (figure.field == field) return &figure;
    return nullptr;
}

/// Reading back what is written gives the same system.
bool readsBack(const System& system) {
    const auto again = parseSystem(systemText(system), "again.textproto", shipped());
    if (!again) qWarning("%s", again.error().message().c_str());
    return again && *again == system;
}

} // namespace

class TestSystemEdit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void figuresHaveTheirSources();
    void aFigureChangesAlone();
    void badFiguresAreRefused_data();
    void badFiguresAreRefused();
    void everyFigureCanBeSetToWhatItIs();
    void whatIsTakenCanBeReadAgain();
    void addedPlatformsGetNamesOfTheirOwn();
    void removedPlatformsTakeTheirLinksAlong();
    void switchesStayWhereTheyAre();
    void linksJoinAndGrow();
    void busesShrinkToTwo();
    void switchesComeAndGo();
    void sharedMemoriesComeAndGo();
    void namesChangeWhereverTheyStand();
    void badNamesAreRefused_data();
    void badNamesAreRefused();
    void ownFilesJoinTheLibrary();
};

void TestSystemEdit::figuresHaveTheirSources() {
    const auto figures = figuresOf(*shipped().platform("SMB"));
    const DescriptorFigure* clock = figureAt(figures, "clock_hz");
    QVERIFY(clock && clock->value == 200e6 && clock->note && clock->note->mark == Mark::Read);
    // The note of "memory" speaks of the bank, the one of "loop_nest.level" of what is in it.
    const DescriptorFigure* memory = figureAt(figures, "memory.dram");
    QVERIFY(memory && memory->value == 1073741824.0 && memory->note && memory->note->mark == Mark::Assumed);
    const DescriptorFigure* level = figureAt(figures, "loop_nest.level.wbuf.read_pj");
    QVERIFY(level && level->note && level->note->field == "loop_nest.level");
    QVERIFY(qFuzzyCompare(*level->value, 44.75984e-12));
    std::set<std::string> fields;
    for (const DescriptorFigure& figure : figures) fields.insert(figure.field);
    QCOMPARE(fields.size(), figures.size());
}

void TestSystemEdit::aFigureChangesAlone() {
    const Platform before = *shipped().platform("SMB");
    const auto after = withFigure(before, "memory.dram", 2097152.0);
    QVERIFY(after);
    QCOMPARE(*after->memories[0].capacity_bytes, 2097152.0);
    Platform back = *after;
    back.memories = before.memories;
    back.notes = before.notes;
    QVERIFY(back == before);
    const auto figures = figuresOf(*after);
    QCOMPARE(figureAt(figures, "memory.dram")->note->source, std::string("set by hand"));
    const auto unknown = withFigure(before, "memory.dram", std::nullopt);
    QVERIFY(unknown && !unknown->memories[0].capacity_bytes);
    const auto again = parsePlatform(platformText(*after), "again.textproto");
    QVERIFY(again && *again == *after);
    const auto link = withFigure(*shipped().link("CAN FD"), "rate_bits_per_s", 5e6);
    QVERIFY(link && link->rate_bits_per_s == 5e6);
    const auto link_again = parseLink(linkText(*link), "again.textproto");
    QVERIFY(link_again && *link_again == *link);
}

void TestSystemEdit::badFiguresAreRefused_data() {
    QTest::addColumn<QString>("field");
    QTest::addColumn<double>("value");
    QTest::newRow("clock of 0") << "clock_hz" << 0.0;
    QTest::newRow("bits of 7.5") << "weight_bits" << 7.5;
    QTest::newRow("bits of 65") << "activation_bits" << 65.0;
    QTest::newRow("negative power") << "idle_power_w" << -1.0;
    QTest::newRow("efficiency of 2") << "roofline.efficiency.conv" << 2.0;
    QTest::newRow("infinite") << "memory.dram" << std::numeric_limits<double>::infinity();
    QTest::newRow("more reserved than there is") << "memory.dram.reserved_bytes" << 2147483648.0;
    QTest::newRow("no such field") << "colour" << 1.0;
}

void TestSystemEdit::badFiguresAreRefused() {
    QFETCH(const QString, field);
    QFETCH(const double, value);
    const auto result = withFigure(*shipped().platform("SMB"), field.toStdString(), value);
    QVERIFY(!result);
    QVERIFY(!result.error().where.empty() && !result.error().fix.empty());
}

void TestSystemEdit::everyFigureCanBeSetToWhatItIs() {
    for (const Platform& platform : shipped().platforms())
        for (const DescriptorFigure& figure : figuresOf(platform)) {
            const auto same = withFigure(platform, figure.field, figure.value);
            QVERIFY2(same, (platform.name + ": " + figure.field).c_str());
            QCOMPARE(figuresOf(*same).size(), figuresOf(platform).size());
        }
    for (const Link& link : shipped().links())
        for (const DescriptorFigure& figure : figuresOf(link)) {
            const auto same = withFigure(link, figure.field, figure.value);
            QVERIFY2(same, (link.name + ": " + figure.field + ": " + (same ? "" : same.error().message())).c_str());
        }
}

void TestSystemEdit::whatIsTakenCanBeReadAgain() {
    const std::optional<double> values[] = {std::nullopt, 0.0, 0.3, 1.0, 7.0, 33.5, 1e3, 1e18};
    int taken = 0, refused = 0;
    const auto tryAll = [&](const auto& descriptor, const auto& readAgain) {
        for (const DescriptorFigure& figure : figuresOf(descriptor))
            for (const auto& value : values) {
                const auto after = withFigure(descriptor, figure.field, value);
                ++(after ? taken : refused);
                if (after) QVERIFY2(readAgain(*after), (descriptor.name + ": " + figure.field).c_str());
            }
    };
    for (const Platform& platform : shipped().platforms())
        tryAll(platform, [](const Platform& p) {
            const auto again = parsePlatform(platformText(p), "again.textproto");
            return again && *again == p;
        });
    for (const Link& link : shipped().links())
        tryAll(link, [](const Link& l) {
            const auto again = parseLink(linkText(l), "again.textproto");
            return again && *again == l;
        });
    QVERIFY(taken > 1000 && refused > 1000);
    // A frame of half a byte carries nothing; the reader of descriptors knows.
    QVERIFY(!withFigure(*shipped().link("CAN FD"), "frame.payload_max", 0.5));
}

void TestSystemEdit::addedPlatformsGetNamesOfTheirOwn() {
    System system = systemNamed("kress2024");
    system = withPlatform(system, *shipped().platform("SMB"));
    system = withPlatform(system, *shipped().platform("SMB"));
    QCOMPARE(system.platforms[2].name, std::string("SMB 2"));
    QCOMPARE(system.platforms[3].name, std::string("SMB 3"));
    QCOMPARE(system.platforms[3].descriptor, std::string("SMB"));
    QVERIFY(readsBack(system));
}

void TestSystemEdit::removedPlatformsTakeTheirLinksAlong() {
    const System four = systemNamed("kress2024_four");
    QCOMPARE(four.links.size(), std::size_t{3}); // a chain
    const auto three = withoutPlatform(four, PlatformId{1});
    QVERIFY(three);
    QCOMPARE(three->platforms.size(), std::size_t{3});
    QCOMPARE(three->links.size(), std::size_t{1});
    const auto& ends = three->links[0].ends;
    QCOMPARE(three->nodeName(ends[0]), four.nodeName(four.links[2].ends[0]));
    QCOMPARE(three->nodeName(ends[1]), four.nodeName(four.links[2].ends[1]));
    QVERIFY(readsBack(*three));
    const auto one = withoutPlatform(systemNamed("kress2024"), PlatformId{0});
    QVERIFY(one && one->links.empty());
    QVERIFY(!withoutPlatform(*one, PlatformId{0}));
}

void TestSystemEdit::switchesStayWhereTheyAre() {
    const std::string text = R"(name: "s" platform { use: "EYR" } platform { use: "SMB" } switch { name: "sw" }
        link { name: "a" use: "1000BASE-T" between: "EYR" between: "sw" }
        link { name: "b" use: "1000BASE-T" between: "sw" between: "SMB" })";
    const auto system = parseSystem(text, "s.textproto", shipped());
    QVERIFY(system);
    const System more = withPlatform(*system, *shipped().platform("hailo-8"));
    QCOMPARE(more.nodeName(more.links[0].ends[1]), std::string_view("sw"));
    QVERIFY(readsBack(more));
    const auto fewer = withoutPlatform(more, PlatformId{0});
    QVERIFY(fewer);
    QCOMPARE(fewer->links.size(), std::size_t{1});
    QCOMPARE(fewer->nodeName(fewer->links[0].ends[0]), std::string_view("sw"));
    QCOMPARE(fewer->nodeName(fewer->links[0].ends[1]), std::string_view("SMB"));
}

void TestSystemEdit::linksJoinAndGrow() {
    const System system = withPlatform(systemNamed("kress2024"), *shipped().platform("hailo-8"));
    const std::vector<NodeId> ends{NodeId{1}, NodeId{2}};
    const auto linked = withLink(system, *shipped().link("CAN FD"), ends);
    QVERIFY(linked);
    QCOMPARE(linked->links.back().link.name, std::string("CAN FD"));
    const auto twice = withLink(*linked, *shipped().link("CAN FD"), ends);
    QVERIFY(twice);
    QCOMPARE(twice->links.back().link.name, std::string("CAN FD 2"));
    const LinkId bus{static_cast<std::uint32_t>(linked->links.size() - 1)};
    const auto grown = withEnd(*linked, bus, NodeId{0});
    QVERIFY(grown && grown->links.back().ends.size() == 3);
    QVERIFY(readsBack(*grown));
    QVERIFY(!withEnd(*grown, bus, NodeId{0}));
    const std::vector<NodeId> itself{NodeId{1}, NodeId{1}};
    QVERIFY(!withLink(system, *shipped().link("CAN FD"), itself));
    QCOMPARE(withoutLink(*linked, bus), system);
}

void TestSystemEdit::busesShrinkToTwo() {
    System system = withPlatform(systemNamed("kress2024"), *shipped().platform("SMB"));
    const LinkId gbe{0};
    const auto bus = withEnd(system, gbe, NodeId{2});
    QVERIFY(bus && bus->links[0].ends.size() == 3);
    const auto back = withoutEnd(*bus, gbe, NodeId{0});
    QVERIFY(back && back->links[0].ends == (std::vector<NodeId>{{1}, {2}}));
    QVERIFY(readsBack(*back));
    const auto one = withoutEnd(*back, gbe, NodeId{1});
    QVERIFY(!one && one.error().message().find("two nodes") != std::string::npos);
}

void TestSystemEdit::switchesComeAndGo() {
    const System two = systemNamed("kress2024");
    System system = withSwitch(withSwitch(two));
    QCOMPARE(system.switches, (std::vector<std::string>{"switch", "switch 2"}));
    system = *withLink(system, *shipped().link("1000BASE-T"), std::vector{NodeId{0}, NodeId{2}});
    system = *withLink(system, *shipped().link("1000BASE-T"), std::vector{NodeId{3}, NodeId{1}});
    QVERIFY(readsBack(system));
    const System less = withoutSwitch(system, NodeId{2});
    QCOMPARE(less.switches, std::vector<std::string>{"switch 2"});
    QCOMPARE(less.links.size(), two.links.size() + 1); // the one to the switch went along
    QVERIFY((less.links.back().ends == std::vector<NodeId>{{2}, {1}}));
    QVERIFY(readsBack(less));
    QVERIFY(withoutSwitch(less, NodeId{2}) == two);
}

void TestSystemEdit::sharedMemoriesComeAndGo() {
    const System two = systemNamed("kress2024");
    const PlatformId first{0}, second{1};
    QVERIFY(!withMemory(two, {}));
    const System system = *withMemory(two, std::vector{second, first});
    QCOMPARE(system.memories[0].name, std::string("memory"));
    QVERIFY((system.memories[0].shared_by == std::vector{first, second}));
    QCOMPARE(system.platforms[0].memories.back().name, std::string("shared:memory"));
    QVERIFY(readsBack(system));
    const auto known = withMemoryFigure(system, MemoryId{0}, "capacity_bytes", 4e9);
    QVERIFY(known && readsBack(*known));
    for (const Platform& platform : known->platforms) QCOMPARE(*platform.memories.back().capacity_bytes, 4e9);
    QCOMPARE(*known->platforms[0].memoryCapacity(), two.platforms[0].memoryCapacity().value_or(0) + 4e9);
    QVERIFY(!withMemoryFigure(system, MemoryId{0}, "capacity_bytes", -1));
    QVERIFY(!withMemoryFigure(system, MemoryId{0}, "colour", 1));
    QCOMPARE(figuresOf(known->memories[0]).size(), std::size_t{2});
    QVERIFY(!withSharer(system, MemoryId{0}, first));
    const auto alone = withoutSharer(*known, MemoryId{0}, first);
    QVERIFY(alone && alone->platforms[0] == two.platforms[0] && readsBack(*alone));
    QVERIFY(!withoutSharer(*alone, MemoryId{0}, second));
    QVERIFY(*withSharer(*alone, MemoryId{0}, first) == *known);
    QVERIFY(withoutMemory(*known, MemoryId{0}) == two);
    // A platform that shares a memory brings it along.
    const System guest = withPlatform(systemNamed("jetson_pi"), known->platforms[0]);
    QCOMPARE(guest.memories.back().name, std::string("memory"));
    QVERIFY(readsBack(guest));
}

void TestSystemEdit::namesChangeWhereverTheyStand() {
    System system = *withMemory(withSwitch(systemNamed("kress2024")), std::vector{PlatformId{0}});
    system.platforms[0].fallback_platform = "SMB";
    system = *withName(system, {SystemPart::Node, "SMB", "big one"});
    QCOMPARE(system.platforms[1].name, std::string("big one"));
    QCOMPARE(system.platforms[1].descriptor, std::string("SMB")); // measured times of SMB still fit
    QCOMPARE(system.platforms[0].fallback_platform, std::string("big one"));
    system = *withName(system, {SystemPart::Node, "switch", "hub"});
    QCOMPARE(system.switches[0], std::string("hub"));
    system = *withName(system, {SystemPart::Memory, "memory", "lpddr"});
    QCOMPARE(system.platforms[0].memories.back().name, std::string("shared:lpddr"));
    const std::string link = system.links[0].link.name;
    system = *withName(system, {SystemPart::Link, link, "cable"});
    QVERIFY(system.findLink("cable"));
    QVERIFY(readsBack(system));
    QVERIFY(*withName(system, {SystemPart::Link, "cable", "cable"}) == system);
}

void TestSystemEdit::badNamesAreRefused_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("says");
    const auto node = static_cast<int>(SystemPart::Node), link = static_cast<int>(SystemPart::Link),
               memory = static_cast<int>(SystemPart::Memory);
    QTest::newRow("platform") << node << "SMB" << "EYR" << "another platform or switch";
    QTest::newRow("platform as switch") << node << "SMB" << "switch" << "another platform or switch";
    QTest::newRow("switch as platform") << node << "switch" << "SMB" << "another platform or switch";
    QTest::newRow("memory as link") << memory << "memory" << "gbe" << "another link or memory";
    QTest::newRow("link as memory") << link << "gbe" << "memory" << "another link or memory";
    QTest::newRow("empty") << node << "SMB" << "" << "needs a name";
    QTest::newRow("blank") << node << "SMB" << "  " << "needs a name";
    QTest::newRow("limit") << node << "SMB" << "a<b" << "is no name";
    QTest::newRow("two lines") << node << "SMB" << "a\nb" << "is no name";
    QTest::newRow("not there") << node << "gbe" << "c" << "not in the system";
}

void TestSystemEdit::badNamesAreRefused() {
    QFETCH(const int, kind);
    QFETCH(const QString, from);
    QFETCH(const QString, to);
    QFETCH(const QString, says);
    const System system = *withMemory(withSwitch(systemNamed("kress2024")), std::vector{PlatformId{0}});
    const auto renamed = withName(system, {static_cast<SystemPart>(kind), from.toStdString(), to.toStdString()});
    QVERIFY(!renamed);
    const QString message = QString::fromStdString(renamed.error().message());
    QVERIFY2(message.contains(says), qPrintable(message));
}

void TestSystemEdit::ownFilesJoinTheLibrary() {
    const QTemporaryDir folder;
    Library library = shipped();
    const auto write = [&](const char* name, const QByteArray& text) {
        QFile file(folder.filePath(QString::fromLatin1(name)));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) qFatal("cannot write");
        return file.fileName().toStdString();
    };
    const auto platform = library.addFile(write("p.textproto", "name: \"mine\" weight_bits: 8 activation_bits: 8"));
    QVERIFY(platform && *platform == "mine" && library.platform("mine"));
    const auto link = library.addFile(write("l.textproto", "name: \"wire\" rate_bits_per_s: 1e6"));
    QVERIFY(link && library.link("wire")->rate_bits_per_s == 1e6);
    QVERIFY(library.text("wire"));
    const auto broken = library.addFile(write("b.textproto", "name: \"mine\"\nclock: 5"));
    QVERIFY(!broken && broken.error().where.find("b.textproto:2") != std::string::npos);
    QVERIFY(!library.addFile(folder.filePath(QStringLiteral("none")).toStdString()));
    const test::Environment own("XDG_DATA_HOME", folder.path().toUtf8());
    QCOMPARE(QString::fromStdString(Library::ownFolder()), folder.filePath(QStringLiteral("cutline/platforms")));
}

CUTLINE_TEST(TestSystemEdit)

} // namespace cutline::tst_system_edit

#include "tst_system_edit.moc"
