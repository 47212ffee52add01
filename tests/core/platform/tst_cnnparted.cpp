// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/platform/cnnparted.h"

#include <cmath>

namespace cutline::tst_cnnparted {
namespace {

/// Two accelerators over Gigabit Ethernet, in the newer form.
const char* const kNewer = R"(general:
  fixed_sys: True
  num_pp: -1
workload:
  - name: nets/small.onnx
    input-size: [ 1, 3, 224, 224 ]
system:
  compute:
    - id: 2
      bits: 8
      max_memory_size: 64000000
      evaluation: { simulator: timeloop, accelerator: simba_like, frequency: 400000000 }
    - id: 0
      bits: 16
      max_memory_size: 32000000
      fault_rates: [0, 0]
      evaluation: { simulator: timeloop, accelerator: eyeriss_like, frequency: 200000000 }
  link:
    - id: 1
      data_bit_width: 8
      ethernet: { eth_mode: BASE1000-T, cable_len_m: 5 }
system_constraints:
  latency: 20
  energy: 5
  throughput: 30
)";

/// Components in one list, each naming its simulator.
const char* const kOlder = R"(components:
  - id: 0
    bits: 8
    max_memory_size: 1000
    timeloop: { accelerator: simba_like, frequency: 200000000 }
  - id: 1
    noi: { noi_mode: UCIe, width: 16, data_rate_Gbps: 4, latency_ns: 2, power_bit_pj: 0.5 }
    fps: 25
  - id: 2
    bits: 8
    max_memory_size: 1000
    timeloop: { accelerator: simba_like, frequency: 200000000 }
  - id: 3
    bits: 16
    max_memory_size: 1000
    name: sensor hub
    zigzag: { accelerator: ascend_like, frequency: 100000000 }
)";

const Library& library()
{
    static const Library loaded = Library::load({CUTLINE_SOURCE_DIR "/platforms"});
    return loaded;
}

CnnPartedRun run(const std::string& yaml)
{
    auto read = parseCnnParted(yaml, "runs/two.yaml", library());
    if (!read) qFatal("%s", read.error().message().c_str());
    return *std::move(read);
}

bool isNoted(const CnnPartedRun& run, const std::string& where, const std::string& words)
{
    for (const Error& note : run.notes)
        if (note.where == where && note.message().find(words) != std::string::npos) return true;
    return false;
}

} // namespace

class TestCnnParted : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsTheNewerForm();
    void readsTheOlderForm();
    void linksAreAsItsCodeHasThem_data();
    void linksAreAsItsCodeHasThem();
    void severalLinksJoinNeighbours();
    void saysWhatItDidNotTake();
    void errorsNameFileAndLine_data();
    void errorsNameFileAndLine();
};

void TestCnnParted::readsTheNewerForm()
{
    const CnnPartedRun read = run(kNewer);
    QCOMPARE(read.system.name, std::string("two"));
    QCOMPARE(read.system.platforms.size(), std::size_t{2});
    const Platform& first = read.system.platforms[0];
    QCOMPARE(first.name + " " + first.descriptor, std::string("EYR EYR")); // sorted by id
    QCOMPARE(first.weight_bits, 16);
    QCOMPARE(first.memoryCapacity(), std::optional<double>(32e6));
    QCOMPARE(first.clock_hz, std::optional<double>(200e6));
    QVERIFY(first.loop_nest.has_value());
    QCOMPARE(read.system.platforms[1].name, std::string("SMB"));
    QCOMPARE(read.system.platforms[1].clock_hz, std::optional<double>(400e6));
    QCOMPARE(read.system.links.size(), std::size_t{1});
    QCOMPARE(read.model, std::string("nets/small.onnx"));
    QCOMPARE(read.input_size, (std::vector<std::int64_t>{1, 3, 224, 224}));
    QVERIFY(read.fixed_order);
    const auto& limits = read.scenario.requirements;
    QCOMPARE(limits.size(), std::size_t{3});
    QCOMPARE(limits[0].at_most, std::optional<double>(20e-3));
    QCOMPARE(limits[1].at_most, std::optional<double>(5e-3));
    QCOMPARE(limits[2].at_least, std::optional<double>(30.0));
    QCOMPARE(limits[2].source, std::string("runs/two.yaml:25"));
}

void TestCnnParted::readsTheOlderForm()
{
    const CnnPartedRun read = run(kOlder);
    std::string names;
    for (const Platform& platform : read.system.platforms) names += platform.name + " ";
    QCOMPARE(names, std::string("SMB1 SMB2 sensor_hub "));
    QVERIFY(!read.system.platforms[2].loop_nest && !read.system.platforms[2].roofline);
    // One link serves every cut.
    QCOMPARE(read.system.links.size(), std::size_t{3});
}

void TestCnnParted::linksAreAsItsCodeHasThem_data()
{
    QTest::addColumn<QString>("link");
    QTest::addColumn<double>("bytes");
    QTest::addColumn<double>("seconds");
    // t = (max(S, 46) + 26 ceil(S / 1500)) * 8 / rate + 6 ns/m
    QTest::newRow("Ethernet") << "ethernet: { eth_mode: BASE100-T, cable_len_m: 10 }" << 3001.0
                              << (3001 + 26 * 3) * 8 / 1e8 + 60e-9;
    QTest::newRow("a short message") << "ethernet: { eth_mode: 10GBASE-T, cable_len_m: 1 }" << 10.0 << (46 + 26) * 8 / 1e10 + 6e-9;
    // t = 8 S / (width * rate) + latency
    QTest::newRow("interposer") << "noi: { noi_mode: AIB, width: 16, data_rate_Gbps: 4, latency_ns: 2, power_bit_pj: 0.5 }" << 8000.0
                                << 8 * 8000 / 64e9 + 2e-9;
}

void TestCnnParted::linksAreAsItsCodeHasThem()
{
    QFETCH(QString, link);
    QFETCH(double, bytes);
    QFETCH(double, seconds);
    const CnnPartedRun read = run("components:\n  - { id: 0, bits: 8, max_memory_size: 1000, evaluation: { accelerator: simba_like } }\n"
                                  "  - { id: 1, " + link.toStdString() + " }\n"
                                  "  - { id: 2, bits: 8, max_memory_size: 1000, evaluation: { accelerator: eyeriss_like } }\n");
    QVERIFY(std::abs(transferCost(read.system.links.at(0).link, bytes).time_s / seconds - 1) < 1e-9);
}

void TestCnnParted::severalLinksJoinNeighbours()
{
    const std::string node = ", bits: 8, max_memory_size: 1000, evaluation: { accelerator: simba_like } }\n";
    const std::string link = ", ethernet: { eth_mode: BASE1000-T } }\n";
    const CnnPartedRun read =
        run("components:\n  - { id: 0" + node + "  - { id: 1" + link + "  - { id: 2" + node + "  - { id: 3" + link + "  - { id: 4" + node);
    QCOMPARE(read.system.links.size(), std::size_t{2});
    QVERIFY(isNoted(read, "runs/two.yaml:3", "link k joins node k and the next"));
}

void TestCnnParted::saysWhatItDidNotTake()
{
    const CnnPartedRun newer = run(std::string(kNewer) + "accuracy:\n  device: cuda\n");
    QVERIFY(isNoted(newer, "runs/two.yaml:2", "--order fixed"));
    QVERIFY(isNoted(newer, "runs/two.yaml:16", "fault_rates"));
    QVERIFY(isNoted(newer, "runs/two.yaml:20", "data_bit_width"));
    QVERIFY(isNoted(newer, "runs/two.yaml:26", "'accuracy' is not imported"));
    QVERIFY(isNoted(run(kOlder), "runs/two.yaml:13", "--profile sensor_hub=FILE"));
}

void TestCnnParted::errorsNameFileAndLine_data()
{
    QTest::addColumn<QString>("yaml");
    QTest::addColumn<QString>("error");
    const auto row = [](const char* what, const char* yaml, const char* error) { QTest::newRow(what) << yaml << error; };
    row("no YAML", "a: [1, 2\nb: }", "runs/two.yaml:2: is no YAML");
    row("a list", "- 1\n- 2\n", "runs/two.yaml: is no map of keys");
    row("empty", "", "runs/two.yaml: is no map of keys");
    row("no nodes", "components:\n  - { id: 0, ethernet: { eth_mode: BASE100-T } }\n", "runs/two.yaml: has no nodes");
    row("bits are no number", "components:\n  - id: 0\n    bits: many\n    evaluation: { accelerator: simba_like }\n",
        "runs/two.yaml:3: bits is no number from 1 to 64");
    row("a clock that nobody has", "components:\n  - { id: 0, evaluation: { accelerator: simba_like, frequency: 1e300 } }\n",
        "runs/two.yaml:2: frequency is no number from 1 to 1e+15");
    row("an unknown mode", "components:\n  - { id: 0, evaluation: { accelerator: simba_like } }\n"
        "  - { id: 1, ethernet: { eth_mode: TOKEN } }\n  - { id: 2, evaluation: { accelerator: simba_like } }\n",
        "runs/two.yaml:3: eth_mode 'TOKEN' is not known");
    row("neither node nor link", "components:\n  - { id: 0, evaluation: { accelerator: simba_like } }\n  - { id: 1 }\n"
        "  - { id: 2, evaluation: { accelerator: simba_like } }\n", "runs/two.yaml:3: a component is neither");
    row("component is a word", "components:\n  - { id: 0, evaluation: { accelerator: simba_like } }\n  - node\n",
        "runs/two.yaml:3: a component is no map");
}

void TestCnnParted::errorsNameFileAndLine()
{
    QFETCH(QString, yaml);
    QFETCH(QString, error);
    const auto read = parseCnnParted(yaml.toStdString(), "runs/two.yaml", library());
    QVERIFY(!read.ok());
    const QString message = QString::fromStdString(read.error().message());
    QVERIFY2(message.startsWith(error), qPrintable(message));
}

CUTLINE_TEST(TestCnnParted)

} // namespace cutline::tst_cnnparted

#include "tst_cnnparted.moc"
