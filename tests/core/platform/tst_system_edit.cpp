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
