// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/platform/library.h"

#include <QFile>
#include <QTemporaryDir>

#include <random>

namespace cutline::tst_descriptors {
namespace {

const Library& shipped() {
    static const Library library = Library::load({CUTLINE_SOURCE_DIR "/platforms"});
    return library;
}

System systemOf(const char* text) {
    const auto system = parseSystem(text, "s.textproto", shipped());
    if (!system) qFatal("%s", system.error().message().c_str());
    return *system;
}

void write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

} // namespace

/// Descriptors as people write them: what they mean, and what is said about mistakes.
class DescriptorsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void mistakes_data() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("place");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* what, const char* kind, const char* text, const char* place,
                            const char* words) { QTest::newRow(what) << kind << text << place << words; };
        row("unknown field", "platform", "name: \"A\"\n  clok_hz: 1e9", "f:2:3", "unknown field clok_hz");
        row("its neighbours", "platform", "name: \"A\"\nclok_hz: 1e9", "f:2:1", "near: clock_hz");
        row("unknown nested field", "platform", "name: \"A\" roofline { peek { } }", "f:1:22", "near: peak");
        row("wrong type", "platform", "name: \"A\"\nclock_hz: \"fast\"", "f:2:11", "'\"fast\"' stands where a number should stand; correct the line");
        row("text for a number", "platform", "name: 12", "f:1:7", "'12' stands where a text in quotes should stand");
        row("not closed", "platform", "name: \"A\" roofline {", "f:1:", "the text ends where the name of a field should stand; close every bracket");
        row("text not closed", "platform", "name: \"A\nclock_hz: 1", "f:1:", "no closing quote");
        row("colon missing", "platform", "name: \"A\"\nclock_hz 1e9", "f:2:10", "'1e9' stands where");
        row("bracket too many", "platform", "name: \"A\"\n}", "f:2:1", "'}' stands where");
        row("whole number wanted", "platform", "name: \"A\" weight_bits: 7.5", "f:1:24", "'7.5' stands where a whole number");
        row("unknown enumerator", "link", "name: \"L\" rate_bits_per_s: 1 kind: ETHERNT", "f:1:", "kind has no value 'ETHERNT'; near: ETHERNET");
        row("given twice", "platform", "name: \"A\" name: \"B\"", "f:1:", "name stands there twice; give it once");
        row("nan", "platform", "name: \"A\"\nclock_hz: nan", "f:2:1", "clock_hz is nan");
        row("infinite", "platform", "name: \"A\" idle_power_w: inf", "f:1:11", "idle_power_w is inf");
        row("negative", "platform", "name: \"A\" idle_power_w: -1", "f:1:11", "idle_power_w is -1");
        row("negative capacity", "platform", "name: \"A\" memory { capacity_bytes: -5 }", "f:1:20",
            "memory.capacity_bytes is -5");
        row("reserved too much", "platform", "name: \"A\" memory { capacity_bytes: 5 reserved_bytes: 6 }",
            "f:1:11", "reserved_bytes 6 exceed capacity_bytes 5");
        row("no bits", "platform", "name: \"A\" weight_bits: 0", "f:1:11", "weight_bits is 0; give 1 to 64");
        row("too many bits", "platform", "name: \"A\" activation_bits: 65", "f:1:11",
            "activation_bits is 65");
        row("no clock", "platform", "name: \"A\" clock_hz: 0", "f:1:11", "clock_hz is 0; give more than 0");
        row("no name", "platform", "clock_hz: 1e9", "f", "no name");
        row("peak without rate", "platform", "name: \"A\" roofline { peak { type: \"int8\" } }", "f:1:22",
            "macs_per_s");
        row("unknown peak type", "platform", "name: \"A\" roofline { peak { type: \"i8\" macs_per_s: 1 } }",
            "f:1:22", "int8");
        row("unknown class", "platform", "name: \"A\" roofline { efficiency { class: \"cnv\" value: 1 } }",
            "f:1:22", "near: conv");
        row("level letters", "platform", "name: \"A\" loop_nest { level { keeps: \"WX\" } }", "f:1:31",
            "keeps is \"WX\"");
        row("no outer level", "platform", "name: \"A\" loop_nest { level { keeps: \"O\" } }", "f:1:23",
            "last level");
        row("use in the library", "platform", "name: \"A\" use: \"EYR\"", "f:1:11", "in a system only");
        row("system for a platform", "platform", "platform { name: \"A\" } platform { name: \"B\" }", "f",
            "is a system, not a platform");
        row("link for a platform", "platform", "name: \"L\" kind: SERIAL rate_bits_per_s: 1", "f",
            "is a link");
        row("platform for a system", "system", "name: \"A\" clock_hz: 1e9", "f",
            "is a platform, not a system");
        row("no rate", "link", "name: \"L\"", "f", "no rate");
        row("rate 0", "link", "name: \"L\" rate_bits_per_s: 0", "f:1:11", "rate_bits_per_s is 0");
        row("efficiency over 1", "link", "name: \"L\" rate_bits_per_s: 1 efficiency: 1.5", "f:1:30",
            "efficiency is 1.5");
        row("tiny frames", "link", "name: \"L\" rate_bits_per_s: 1 frame { payload_max: 0.1 }", "f:1:30",
            "1 byte or more");
        row("fall-back to itself", "system", "platform { name: \"A\" fallback_platform: \"A\" }\nplatform { name: \"B\" }", "f:1:22", "no other platform of the system; near: B");
        row("mapping without a clock", "platform",
            "name: \"A\" loop_nest { e_mac_pj: 1 level { name: \"r\" keeps: \"WIO\" loops: \"CMRSPQ\" } level { name: \"dram\" "
            "keeps: \"WIO\" loops: \"CMRSPQ\" } }",
            "f", "no clock for its loop nest; give clock_hz");
        row("nothing in it", "system", "name: \"S\"", "f", "without a platform");
        row("unknown platform", "system", "platform { use: \"EYRR\" }", "f:1:12", "near: EYR");
        row("unknown link", "system",
            "platform { name: \"A\" } platform { name: \"B\" }\nlink { use: \"1000BASET\" between: \"A\" "
            "between: \"B\" }",
            "f:2:8", "near: 1000BASE-T");
        row("two of a name", "system", "platform { name: \"A\" }\nplatform { name: \"A\" }", "f:2:1",
            "second platform named A");
        row("switch of that name", "system", "platform { name: \"A\" }\nswitch { name: \"A\" }", "f:2:1",
            "second node");
        row("two links of a name", "system",
            "platform { name: \"A\" } platform { name: \"B\" }\n"
            "link { name: \"x\" rate_bits_per_s: 1 between: \"A\" between: \"B\" }\n"
            "link { name: \"x\" rate_bits_per_s: 1 between: \"A\" between: \"B\" }",
            "f:3:1", "second link named x");
        row("unknown end", "system",
            "platform { name: \"Ab\" }\nlink { name: \"x\" rate_bits_per_s: 1 between: \"Ab\"\n between: "
            "\"Abc\" }",
            "f:3:2", "near: Ab");
        row("to itself", "system",
            "platform { name: \"A\" }\nlink { rate_bits_per_s: 1 between: \"A\" between: \"A\" }", "f:2:40",
            "twice");
        row("one end", "system",
            "platform { name: \"A\" }\nlink { name: \"x\" rate_bits_per_s: 1 between: \"A\" }", "f:2:1",
            "1 of at least 2 ends");
        row("rate of 0 over a library link", "system",
            "platform { name: \"A\" } platform { name: \"B\" }\n"
            "link { use: \"SPI\" rate_bits_per_s: 0 between: \"A\" between: \"B\" }",
            "f:2:19", "link.rate_bits_per_s is 0");
        row("memory of nobody", "system", "platform { name: \"A\" }\nmemory { name: \"m\" shared_by: \"Q\" }",
            "f:2:20", "no platform");
        row("bank of no memory", "system", "platform { name: \"A\" memory { name: \"shared:m\" } }", "f",
            "no memory m");
        row("fall-back to nobody", "system", "platform { name: \"A\" fallback_platform: \"cpu\" }", "f:1:22",
            "cpu");
        row("load of 1", "scenario", "background { link: \"x\" load: 1 }", "f:1:1", "nothing is left");
        row("unknown element type", "scenario", "input { name: \"i\" type: \"byte\" }", "f:1:19", "byte");
        row("size of 0", "scenario", "dimension { name: \"n\" size: 0 }", "f:1:23", "dimension.size is 0");
        row("requirement without a limit", "scenario", "requirement { metric: \"latency\" }", "f:1:1",
            "at_most");
        row("binary", "platform", "\x08\x96\x01\xff", "f:1:1", "");
    }

    void mistakes() {
        QFETCH(QString, kind);
        QFETCH(QString, text);
        const std::string bytes = text.toStdString();
        std::optional<Error> error;
        const auto take = [&](const auto& result) {
            if (!result) error = result.error();
        };
        if (kind == "platform") take(parsePlatform(bytes, "f"));
        if (kind == "link") take(parseLink(bytes, "f"));
        if (kind == "system") take(parseSystem(bytes, "f", shipped()));
        if (kind == "scenario") take(parseScenario(bytes, "f"));
        QVERIFY(error.has_value());
        const QString message = QString::fromStdString(error->message());
        QFETCH(QString, place);
        QFETCH(QString, words);
        QVERIFY2(message.startsWith(place) && message.contains(words), qPrintable(message));
        QVERIFY2(!message.contains('\n') && !message.contains("please") && !message.contains('!'),
                 qPrintable(message));
    }

    void fieldsGivenInASystemReplaceTheLibrarys() {
        const System system = systemOf(R"(
            platform { use: "EYR" as: "E" weight_bits: 4 memory { capacity_bytes: 1000 } roofline { launch_s: 5 } }
            platform { use: "smb-2024" roofline { peak { type: "int8" macs_per_s: 7 } } }
            link { use: "1000BASE-T" length_m: 2 frame { overhead: 38 } between: "E" between: "SMB" })");
        const Platform& eyr = system.platforms[0];
        const Platform& original = *shipped().platform("EYR");
        QCOMPARE(eyr.name, std::string("E"));
        QCOMPARE(eyr.descriptor, std::string("EYR"));
        QCOMPARE(eyr.weight_bits, 4);
        QCOMPARE(eyr.activation_bits, 16);
        QCOMPARE(eyr.memories.size(), std::size_t{1});
        QCOMPARE(eyr.memoryCapacity().value_or(0), 1000.0);
        QCOMPARE(eyr.roofline->launch_s, 5.0);
        QVERIFY(eyr.roofline->peaks == original.roofline->peaks);
        QVERIFY(eyr.loop_nest == original.loop_nest);
        QVERIFY(original.note("weight_bits") && !eyr.note("weight_bits"));
        QVERIFY(eyr.note("activation_bits"));
        const Platform& smb = system.platforms[1];
        QCOMPARE(smb.name, std::string("SMB"));
        QCOMPARE(smb.roofline->peaks.size(), std::size_t{1});
        QCOMPARE(smb.roofline->peaks[0].macs_per_s, 7.0);
        const Link& link = system.links[0].link;
        QCOMPARE(link.name, std::string("1000BASE-T"));
        QCOMPARE(link.length_m, 2.0);
        QCOMPARE(link.frame.overhead, 38.0);
        QCOMPARE(link.frame.payload_max, 1500.0);
        QCOMPARE(link.energy.power_while_sending_w, 0.6);
    }

    void theExampleOfTheSchema() {
        const System system = systemOf(R"(
            name: "three"
            platform { use: "EYR" }
            platform { use: "SMB" as: "SMB1" }
            platform { name: "C" weight_bits: 8 activation_bits: 8 memory { capacity_bytes: 1e9 } }
            switch { name: "sw" }
            link { name: "ab" use: "1000BASE-T" between: "EYR" between: "SMB1" }
            link { name: "bc" use: "100BASE-TX" length_m: 2 between: "SMB1" between: "C" }
            link { name: "bus" use: "CAN FD" between: "EYR" between: "SMB1" between: "C" }
            memory { name: "lpddr" capacity_bytes: 4e9 bandwidth_bytes_per_s: 25.6e9 shared_by: "EYR" shared_by: "SMB1" })");
        QCOMPARE(system.name, std::string("three"));
        QCOMPARE(system.nodeCount(), std::size_t{4});
        QCOMPARE(system.links[2].ends.size(), std::size_t{3});
        QCOMPARE(system.links[2].link.duplex, Duplex::Half);
        QCOMPARE(system.memories[0].shared_by.size(), std::size_t{2});
        QCOMPARE(system.platforms[0].memories.back().name, std::string("shared:lpddr"));
        QCOMPARE(system.platforms[0].memories.back().capacity_bytes.value_or(0), 4e9);
        QVERIFY(!system.platforms[2].roofline && !system.platforms[2].loop_nest);
    }

    void aBankOfASharedMemoryMakesASharer() {
        const System system = systemOf(R"(
            platform { name: "A" memory { name: "shared:m" reserved_bytes: 10 } } platform { name: "B" }
            memory { name: "m" capacity_bytes: 100 shared_by: "B" })");
        QCOMPARE(system.memories[0].shared_by.size(), std::size_t{2});
        QCOMPARE(system.platforms[0].memoryCapacity().value_or(0), 90.0);
        QCOMPARE(system.platforms[1].memoryCapacity().value_or(0), 100.0);
    }

    void linksWithoutANameGetOne() {
        const System system = systemOf(R"(platform { name: "A" } platform { name: "B" }
            link { use: "SPI" between: "A" between: "B" } link { use: "SPI" between: "A" between: "B" })");
        QCOMPARE(system.links[0].link.name, std::string("SPI"));
        QCOMPARE(system.links[1].link.name, std::string("SPI 2"));
    }

    void fuseGivenEmptyFusesNothing() {
        QVERIFY(!parsePlatform("name: \"A\"", "f")->fuse.has_value());
        const auto none = parsePlatform("name: \"A\" fuse: \"\"", "f");
        QVERIFY(none->fuse.has_value() && none->fuse->empty());
        const auto one = parsePlatform("name: \"A\" fuse: \"Conv+Relu\"", "f");
        QCOMPARE(one->fuse->size(), std::size_t{1});
    }

    void whatIsWrittenReadsBackTheSame() {
        for (const Platform& platform : shipped().platforms()) {
            const auto again = parsePlatform(platformText(platform), "f");
            QVERIFY2(again.ok(), platform.name.c_str());
            QVERIFY2(*again == platform, platform.name.c_str());
        }
        for (const std::string& name : shipped().systemNames()) {
            const auto system = shipped().system(name);
            const auto again = parseSystem(systemText(*system), "f", Library());
            QVERIFY2(again.ok(), again.ok() ? "" : again.error().message().c_str());
            QVERIFY2(*again == *system, name.c_str());
        }
        const char* text = R"(name: "night" rate_hz: 30
            input { name: "image" platform: "EYR" type: "uint8" } output { name: "scores" platform: "C" }
            dimension { name: "batch" size: 4 } background { link: "ab" load: .3 } sensor_s: 0.1
            requirement { metric: "latency" at_most: .06 hard: false source: "SYS-112" text: "glass to decision" })";
        const auto scenario = parseScenario(text, "f");
        QVERIFY(scenario.ok());
        QCOMPARE(scenario->rate_hz.value_or(0), 30.0);
        QCOMPARE(scenario->inputs[0].type.value_or(ElementType::Unknown), ElementType::UInt8);
        QCOMPARE(scenario->dimensions.at("batch"), std::int64_t{4});
        QCOMPARE(scenario->background.at("ab"), 0.3);
        QVERIFY(!scenario->requirements[0].hard);
        QVERIFY(*parseScenario(scenarioText(*scenario), "f") == *scenario);
    }

    void laterFoldersReplaceEarlierEntries() {
        QTemporaryDir folder;
        write(folder.filePath("mine.textproto"), "name: \"EYR\" title: \"mine\" clock_hz: 1");
        write(folder.filePath("bad.textproto"), "name: \"Q\"\nclok: 1");
        const Library library = Library::load({CUTLINE_SOURCE_DIR "/platforms", folder.path().toStdString()});
        QCOMPARE(library.platform("EYR")->title, std::string("mine"));
        QCOMPARE(library.platforms().size(), shipped().platforms().size());
        QCOMPARE(library.problems().size(), std::size_t{1});
        QVERIFY(QString::fromStdString(library.problems()[0].message()).contains("bad.textproto:2:1"));
        QCOMPARE(library.text("EYR").ok(), true);
        QVERIFY(library.text("EYR")->find("mine") != std::string::npos);
    }

    void systemsByNameOrByFile() {
        QTemporaryDir folder;
        const QString path = folder.filePath("own.textproto");
        write(path, "platform { use: \"EYR\" }");
        const auto own = shipped().system(path.toStdString());
        QVERIFY(own.ok());
        QCOMPARE(own->name, std::string("own"));
        const auto unknown = shipped().system("kres2024");
        QVERIFY(!unknown.ok());
        QVERIFY(QString::fromStdString(unknown.error().message()).contains("near: kress2024"));
        QVERIFY(!shipped().system(folder.filePath("none.textproto").toStdString()).ok());
        QVERIFY(!shipped().system(folder.path().toStdString()).ok());
    }

    void damagedTextsNeverCrash_data() {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 200; ++seed) QTest::newRow(qPrintable(QString::number(seed))) << seed;
    }

    void damagedTextsNeverCrash() {
        QFETCH(unsigned, seed);
        std::mt19937 random(seed);
        const std::string names[] = {
            "EYR", "SMB", "coral-edge-tpu-usb", "CAN FD", "LoRa", "kress2024_four", "two_coral"};
        std::string text = *shipped().text(names[random() % 7]);
        for (unsigned edits = 1 + random() % 4; edits > 0; --edits) {
            const std::size_t at = random() % text.size();
            switch (random() % 4) {
            case 0:
                text.erase(at, 1 + random() % 20);
                break;
            case 1:
                text[at] = static_cast<char>(random());
                break;
            case 2:
                text.insert(at, text.substr(random() % text.size(), random() % 60));
                break;
            default:
                text.insert(at, 1, "{}:\"-0e9\n"[random() % 10]);
                break;
            }
            if (text.empty()) text = "{";
        }
        const auto check = [](const auto& result, const auto& write, const auto& read) {
            if (result) {
                const auto again = read(write(*result));
                QVERIFY2(again.ok(), again.ok() ? "" : again.error().message().c_str());
                QVERIFY(*again == *result);
            } else {
                QVERIFY(!result.error().what.empty() && !result.error().where.empty());
            }
        };
        check(parsePlatform(text, "f"), platformText,
              [](const std::string& t) { return parsePlatform(t, "f"); });
        check(parseSystem(text, "f", shipped()), systemText,
              [](const std::string& t) { return parseSystem(t, "f", Library()); });
        check(parseScenario(text, "f"), scenarioText,
              [](const std::string& t) { return parseScenario(t, "f"); });
        static_cast<void>(parseLink(text, "f"));
    }

    void bytesOnAPlatform() {
        Platform platform;
        platform.weight_bits = 4;
        platform.activation_bits = 12;
        Tensor tensor;
        tensor.shape = Shape{1, 3, 5};
        tensor.type = ElementType::Float32;
        QCOMPARE(tensorBytes(tensor, platform), 23.0); // 180 bit
        tensor.type = ElementType::Int64;
        QCOMPARE(tensorBytes(tensor, platform), 120.0);
        tensor.quantisation = Quantisation{};
        QCOMPARE(tensorBytes(tensor, platform), 23.0);
        tensor.shape = Shape{1, -1};
        QCOMPARE(tensorBytes(tensor, platform), 0.0);
        Weight weight;
        weight.elements = 5;
        weight.type = ElementType::Float16;
        QCOMPARE(weightBytes(weight, platform), 3.0); // 20 bit
        weight.type = ElementType::Int32;
        QCOMPARE(weightBytes(weight, platform), 20.0);
    }
};

CUTLINE_TEST(DescriptorsTest)

} // namespace cutline::tst_descriptors

#include "tst_descriptors.moc"
