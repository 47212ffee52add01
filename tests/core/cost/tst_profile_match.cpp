// SPDX-License-Identifier: GPL-3.0-or-later
// Rows to layers, by hand on small networks, and the samples on the network they are of.
#include "tests/core/cost/named_network.h"
#include "tests/test_program.h"

#include "core/base/text.h"
#include "core/cost/cost_model.h"
#include "core/cost/profile_match.h"
#include "core/exchange/exchange.h"
#include "core/graph/import.h"
#include "core/plan/evaluate.h"

#include <array>
#include <cmath>
#include <ctime>
#include <sstream>

namespace cutline::tst_profile_match {

using namespace cutline::test;

namespace {

const std::string kRoot = CUTLINE_SOURCE_DIR;

/// "a,b | c? | d~ | -": layers, `?` where guessed, `~` where partly; `-` unmatched. Then what is
/// absorbed and absent.
QByteArray matchText(const Graph& graph, const ProfileMatch& match) {
    std::string text;
    const auto add = [&](LayerId l, const char* before) { text += before + graph.layer(l).name; };
    for (const ProfileMatch::Row& row : match.rows) {
        text += text.empty() ? "" : " | ";
        for (std::size_t i = 0; i < row.layers.size(); ++i) add(row.layers[i], i ? "," : "");
        text += row.layers.empty() ? "-" : row.guessed ? "?" : row.partly ? "~" : "";
    }
    for (const auto& [layer, by] : match.absorbed) {
        add(layer, " ; ");
        add(by, " in ");
    }
    for (const LayerId l : match.absent) add(l, " ; no ");
    return QByteArray::fromStdString(text);
}

} // namespace

class TestProfileMatch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rules_data();
    void rules();
    void hostileNamesReadBack();
    void costCsvReadsBackWhole();
    void samples_data();
    void samples();
};

void TestProfileMatch::rules_data() {
    QTest::addColumn<QByteArray>("graph");
    QTest::addColumn<ProfileFormat>("format");
    QTest::addColumn<QByteArray>("rows"); // "name" or "name@type", by |
    QTest::addColumn<QByteArray>("expected");
    using F = ProfileFormat;
    const auto row = [](const char* name, const char* graph, F format, const char* rows,
                        const char* expected) {
        QTest::newRow(name) << QByteArray(graph) << format << QByteArray(rows) << QByteArray(expected);
    };
    row("exact", kBlock, F::TensorRt, "c1|r1|c2|a|r2|p|f", "c1 | r1 | c2 | a | r2 | p | f");
    row("in sequence", kBlock, F::TensorRt, "c1 + r1|c2 + a + r2|p|f", "c1,r1 | c2,a,r2 | p | f");
    row("side by side", kBlock, F::TensorRt, "c1 || c2|r1|a|r2|p|f", "c1,c2 | r1 | a | r2 | p | f");
    row("side by side of sequences", kBlock, F::TensorRt, "c1 + r1 || c2 + a|r2|p|f",
        "c1,r1,c2,a | r2 | p | f");
    row("point-wise, nested", kBlock, F::TensorRt, "c1|r1|c2|PWN(PWN(a), r2)|p|f",
        "c1 | r1 | c2 | a,r2 | p | f");
    row("point-wise in a sequence", kBlock, F::TensorRt, "c1|r1|c2 + PWN(a, r2)|p|f",
        "c1 | r1 | c2,a,r2 | p | f");
    row("all between", kBlock, F::TensorRt, "c1 + r1|{ForeignNode[c2...r2]}|p|f", "c1,r1 | c2,a,r2? | p | f");
    row("all between, from a constant", kBlock, F::TensorRt, "{ForeignNode[onnx::w...p]}|f",
        "c1,r1,c2,a,r2,p? | f");
    row("between leaves rows of their own", kBlock, F::TensorRt, "{ForeignNode[c1...f]}|c2",
        "c1,r1,a,r2,p,v,f? | c2");
    row("between takes branches along", "c1:Conv<x m:Mul<y s:Sigmoid<m c2:Conv<c1 a:Add<c2,s", F::TensorRt,
        "{ForeignNode[c1...a]}", "c1,m,s,c2,a?");
    row("copies are added", kBlock, F::TensorRt,
        "Reformatting CopyNode for Input Tensor 0 to c1 + r1|c1 + r1|Reformatting CopyNode for Output Tensor "
        "0 to c2|c2 + "
        "a + r2|p|f",
        "c1,r1 | c1,r1 | c2,a,r2 | c2,a,r2 | p | f");
    row("copies of what is not there", kBlock, F::TensorRt,
        "Reformatting CopyNode for Input Tensor 0 to zz|c1 + r1|c2 + a + r2|p|f",
        "- | c1,r1 | c2,a,r2 | p | f");
    row("copies of network tensors", kBlock, F::TensorRt,
        "Reformatting CopyNode for Network Input x|c1 + r1|c2 + a + r2|p|f",
        "c1,r1 | c1,r1 | c2,a,r2 | p | f");
    row("copies that join", "a:Conv<x b:Conv<x c:Concat<a,b d:Conv<c", F::TensorRt,
        "a|b|a.out copy|b.out copy|zz copy|d", "a | b | c | c | - | d");
    row("copies of one tensor", "a:Conv<x b:Conv<a c:Concat<a,b d:Concat<c,a", F::TensorRt,
        "a|a.out copy|b|c.out copy|d", "a | c | b | d | d");
    row("copies and reshapes beside a layer", kBlock, F::TensorRt,
        "c1|c1_copy_output|reshape_before_f|f|reshape_after_f|r1|c2|a|r2|p", "c1 | c1 | f | f | f | r1 | c2 | a | r2 | p");
    row("parts that are no layers", kBlock, F::TensorRt,
        "onnx::w + (Unnamed Layer* 3) [Shuffle] + c1|r1|c2|a|r2|p|f", "c1 | r1 | c2 | a | r2 | p | f");
    row("a part that nobody knows", kBlock, F::TensorRt, "c1 + nope|r1|c2|a + r2 + (Unnamed Layer* 3) [Shuffle]|p|f",
        "c1~ | r1 | c2 | a,r2 | p | f");
    row("own tables have no words of their own", kBlock, F::Csv, "c1 + onnx::w|r1|c2|PWN(a, r2)|p|f",
        "c1~ | r1 | c2 | a,r2 | p | f");
    row("a part that nobody knows, and one with a row of its own", kBlock, F::TensorRt, "c1|c1 + r1 + nope|c2|a|r2|p|f",
        "c1 | r1? | c2 | a | r2 | p | f");
    row("names with the signs in them", "a%20+%20b:Conv<x PWN(c):Relu<a%20+%20b d(:Conv<PWN(c) e:Relu<d(",
        F::TensorRt, "a + b|PWN(c)|d( + e", "a + b | PWN(c) | d(,e");
    row("a part with a row of its own", kBlock, F::TensorRt, "c1|c1 + r1|c2|a|r2|p|f",
        "c1 | r1? | c2 | a | r2 | p | f");
    row("nodes without names", kBlock, F::TensorRt, "node_of_c1.out + node_of_r1.out|c2 + a + r2|p|f",
        "c1,r1 | c2,a,r2 | p | f");

    row("a prefix that all have", kBlock, F::OpenVino, "m/c1|m/r1|m/c2|m/a|m/r2|m/p|m/f",
        "c1? | r1? | c2? | a? | r2? | p? | f?");
    row("a suffix", kBlock, F::OpenVino, "c1/fused|r1|c2/fused|a|r2|p/x|f",
        "c1? | r1 | c2? | a | r2 | p? | f");
    row("a prefix that the file lacks", "m/c1:Conv<x m/c2:Conv<m/c1", F::OpenVino, "c1|c2", "m/c1? | m/c2?");
    row("no affix of one among several", kBlock, F::OpenVino, "c1|r1|m/c2|a|r2|n/p|f",
        "c1 | r1 | - | a | r2 | - | f ; no c2 ; no p");
    row("output tensors", kBlock, F::TfLite,
        "c1.out@CONV_2D|r1.out@RELU|c2.out@CONV_2D|a.out|r2.out|p.out|f.out",
        "c1 | r1 | c2 | a | r2 | p | f");
    row("output tensor of the last of a group", kBlock, F::TfLite,
        "r1.out@CONV_2D|c2.out@CONV_2D|r2.out@ADD|p.out|f.out", "c1,r1 | c2 | a,r2 | p | f");
    row("merged tensors", kBlock, F::Vela, "r1.out;c1.out@CONV_2D|c2.out|a.out|r2.out|p.out|f.out",
        "c1,r1 | c2 | a | r2 | p | f");
    row("blocked layout of ONNX Runtime", kBlock, F::OnnxRuntime,
        "r1.out_nchwc@Conv|c2.out_nchwc@Conv|p.out_nchwc|f", "c1,r1 | c2 | p | f ; a in c2 ; r2 in c2");
    row("letters and digits", "/m/c.1:Conv<x /m/c.2:Conv</m/c.1", F::StEdgeAi, "m_c_1|m_c_2",
        "/m/c.1? | /m/c.2?");
    row("letters and digits of two layers", "c.1:Conv<x c_1:Conv<c.1", F::StEdgeAi, "c/1",
        "- ; no c.1 ; no c_1");
    row("operator and order", kBlock, F::StEdgeAi, "k0@Conv2D|k1@Conv2D|k2@Pool|k3@Dense",
        "c1? | c2? | p? | f? ; r1 in c1 ; a in c2 ; r2 in c2");
    row("operator and order need equal counts", kBlock, F::StEdgeAi, "k0@Conv2D|p|f",
        "- | p | f ; a in p ; r2 in p ; no c1 ; no r1 ; no c2");
    row("depthwise apart", "c1:Conv<x d:DwConv<c1 c2:Conv<d", F::TfLite,
        "k0@CONV_2D|k1@CONV_2D|k2@DEPTHWISE_CONV_2D", "c1? | c2? | d?");
    row("depthwise with the others", "c1:Conv<x d:DwConv<c1 c2:Conv<d", F::OnnxRuntime,
        "k0@Conv|k1@Conv|k2@Conv", "c1? | d? | c2?");
    row("own tables are not guessed by operator", "c1:Conv<x c2:Conv<c1", F::Csv, "k0@Conv|k1@Conv",
        "- | - ; no c1 ; no c2");
    row("nor is anything absorbed there", kBlock, F::Csv, "c1|c2|p|f",
        "c1 | c2 | p | f ; no r1 ; no a ; no r2");
    row("own tables may fuse", kBlock, F::Csv, "c1 + r1|c2 + a + r2|p|f", "c1,r1 | c2,a,r2 | p | f");
    row("layers that nobody absorbs", kBlock, F::TensorRt, "c1 + r1|f",
        "c1,r1 | f ; a in r1 ; r2 in r1 ; no c2 ; no p");
}

void TestProfileMatch::rules() {
    QFETCH(QByteArray, graph);
    QFETCH(ProfileFormat, format);
    QFETCH(QByteArray, rows);
    QFETCH(QByteArray, expected);
    const GraphPtr layers = network(graph.toStdString());
    std::vector<std::array<std::string, 2>> list;
    for (const QByteArray& text : QByteArray(rows).replace("||", "\x01").split('|')) {
        const std::string row = QByteArray(text).replace("\x01", "||").toStdString();
        const auto at = row.rfind('@');
        list.push_back({row.substr(0, at), at == std::string::npos ? "" : row.substr(at + 1)});
    }
    const Profile profile = profileOf(format, list);
    const auto match = matchProfile(*layers, profile, platform());
    QVERIFY2(match.ok(), match.ok() ? "" : match.error().message().c_str());
    QCOMPARE(matchText(*layers, *match), expected);
    // Sums, worked out from the rows alone.
    double total = 0, matched = 0, units = 0;
    for (const ProfileMatch::Row& row : match->rows) {
        total += profile.rows[row.row].latency_s;
        matched += row.layers.empty() ? 0 : profile.rows[row.row].latency_s;
        QVERIFY(!row.layers.empty() || !row.reason.empty());
    }
    QCOMPARE(match->all_matched, !expected.contains('?') && !expected.contains('~') && !expected.contains('-'));
    QCOMPARE(match->matched() + match->guessed + match->partly + match->unmatched, match->rows.size());
    for (const ProfileMatch::Unit& unit : match->units) units += unit.latency_s;
    QCOMPARE(match->total_s, total);
    QCOMPARE(match->matched_s, matched);
    QCOMPARE(units, matched);
}

/// Names with everything that the CSV's encoding is for, and names that look encoded already.
void TestProfileMatch::hostileNamesReadBack() {
    const std::string names[] = {"a+b",
                                 "a%2Bb",
                                 "a%252Bb",
                                 "x>y,z;w",
                                 "q\"uote",
                                 "  space  ",
                                 "l\ni",
                                 "100%",
                                 "%zz",
                                 "a || b",
                                 "PWN(a+b, 100%)",
                                 "\xC3\xA4\xE2\x82\xAC",
                                 "layer",
                                 "op",
                                 "1e9",
                                 "-1",
                                 "=1+1"};
    std::vector<Layer> layers;
    std::vector<Tensor> tensors(std::size(names) + 1);
    for (std::uint32_t i = 0; i < std::size(names); ++i) {
        Layer layer;
        layer.name = names[i];
        layer.op = "Conv+x";
        layer.op_class = OpClass::Other;
        layer.macs = 10 * (i + 1);
        layer.inputs = {TensorId{i}};
        layer.outputs = {TensorId{i + 1}};
        layers.push_back(layer);
    }
    for (std::size_t t = 0; t < tensors.size(); ++t) {
        tensors[t].name = "t" + std::to_string(t);
        tensors[t].type = ElementType::Float32;
        tensors[t].shape = Shape{1, 10};
    }
    tensors.front().is_graph_input = tensors.back().is_graph_output = true;
    const auto graph = std::make_shared<const Graph>("n", layers, tensors, std::vector<Weight>{});
    System system;
    system.name = "S";
    system.platforms = {platform()};
    system.platforms[0].name = "P>1,2";
    const auto shared = std::make_shared<const System>(system);
    Progress progress;
    CostOptions options;
    options.fusion = false;
    const auto first = buildCostTable(graph, shared, options, progress);
    QVERIFY(first.ok());
    const auto profile = parseProfile(costsCsv(**first), "c", std::nullopt);
    QVERIFY2(profile.ok(), profile.ok() ? "" : profile.error().message().c_str());
    options.profiles["P"] = *profile;
    const auto second = buildCostTable(graph, shared, options, progress);
    QVERIFY2(second.ok(), second.ok() ? "" : second.error().message().c_str());
    for (std::uint32_t l = 0; l < std::size(names); ++l) {
        const Cost &was = (*first)->layer(LayerId{l}, PlatformId{0}),
                   &is = (*second)->layer(LayerId{l}, PlatformId{0});
        QVERIFY2(was.latency_s > 0 && was.latency_s == is.latency_s && was.source == is.source,
                 names[l].c_str());
    }
    QCOMPARE(costsCsv(**second), costsCsv(**first));
}

/// A real network with a platform that lacks an operator: what `cost` writes gives the same table again.
void TestProfileMatch::costCsvReadsBackWhole() {
    Progress progress;
    const auto model = importOnnx(kRoot + "/tests/data/topologies/resnet18.onnx", {}, progress);
    QVERIFY(model.ok());
    System system;
    system.name = "S";
    system.platforms = {platform(), platform()};
    system.platforms[1].name = system.platforms[1].descriptor = "Q";
    system.platforms[1].unsupported = {"MaxPool"};
    const auto shared = std::make_shared<const System>(system);
    CostOptions options;
    options.fusion = false;
    const auto first = buildCostTable(model->graph, shared, options, progress);
    QVERIFY(first.ok());
    const auto profile = parseProfile(costsCsv(**first), "c", std::nullopt);
    QVERIFY2(profile.ok(), profile.ok() ? "" : profile.error().message().c_str());
    options.profiles["P"] = options.profiles["Q"] = *profile;
    const auto second = buildCostTable(model->graph, shared, options, progress);
    QVERIFY2(second.ok(), second.ok() ? "" : second.error().message().c_str());
    QCOMPARE(costsCsv(**second), costsCsv(**first));
}

void TestProfileMatch::samples_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<int>("unmatched");
    QTest::addColumn<int>("guessed");
    QTest::addColumn<int>("absorbed");
    QTest::addColumn<double>("sum_ms"); // over the layers of a platform; tests/data/profiles/README.md
    QTest::newRow("trtexec") << QByteArray("trtexec_resnet18.json") << 0 << 0 << 0 << 2.64;
    QTest::newRow("TFLite text") << QByteArray("tflite_resnet18.txt") << 0 << 0 << 0 << 52.8;
    QTest::newRow("TFLite CSV") << QByteArray("tflite_resnet18.csv") << 0 << 0 << 0 << 52.8;
    QTest::newRow("Vela") << QByteArray("vela_resnet18.csv") << 0 << 0 << 0 << 2.485;
    // All names but one are C identifiers; activations that share an m_id with their convolution are
    // absorbed.
    QTest::newRow("ST") << QByteArray("stedgeai_resnet18.txt") << 0 << 30 << 17 << 497.0;
    QTest::newRow("OpenVINO") << QByteArray("openvino_resnet18.csv") << 0 << 0 << 25 << 2.76;
    QTest::newRow("CNNParted") << QByteArray("cnnparted_resnet18.csv") << 0 << 0 << 0 << 612.5;
    // 8 us of a copy that no layer owns.
    QTest::newRow("ONNX Runtime") << QByteArray("ort_resnet18.json") << 1 << 0 << 16 << 113.564 - 0.008;
    // 27 constants; their sum by a script.
    QTest::newRow("ONNX Runtime, no names")
        << QByteArray("ort_unnamed_nodes.json") << 27 << 0 << 0 << 156.8795;
}

void TestProfileMatch::samples() {
    QFETCH(QByteArray, file);
    QFETCH(int, unmatched);
    QFETCH(int, guessed);
    QFETCH(int, absorbed);
    QFETCH(double, sum_ms);
    Progress progress;
    const std::string net = file.contains("unnamed") ? "unnamed_nodes" : "resnet18";
    const auto model = importOnnx(kRoot + "/tests/data/topologies/" + net + ".onnx", {}, progress);
    const auto profile = readProfile(kRoot + "/tests/data/profiles/" + file.toStdString(), 200e6);
    QVERIFY(model.ok() && profile.ok());
    const auto match = matchProfile(*model->graph, *profile, platform());
    QVERIFY(match.ok());
    QCOMPARE(int(match->unmatched), unmatched);
    QCOMPARE(int(match->guessed), guessed);
    QCOMPARE(int(match->absorbed.size()), absorbed);
    QVERIFY(match->absent.empty());

    System system;
    system.name = "S";
    system.platforms = {platform()};
    CostOptions options;
    options.profiles["P"] = *profile;
    for (const bool fusion : {true, false}) {
        options.fusion = fusion;
        const auto table =
            buildCostTable(model->graph, std::make_shared<const System>(system), options, progress);
        QVERIFY2(table.ok(), table.ok() ? "" : table.error().message().c_str());
        double layers_s = 0, groups_s = 0;
        for (std::uint32_t l = 0; l < model->graph->layerCount(); ++l)
            layers_s += (*table)->layer(LayerId{l}, PlatformId{0}).latency_s;
        for (std::size_t g = 0; g < (*table)->fusion().groups.size(); ++g)
            groups_s += (*table)->group(g, PlatformId{0}).latency_s;
        QVERIFY2(std::abs(layers_s * 1e3 - sum_ms) < 1e-9 * sum_ms,
                 QByteArray::number(layers_s * 1e3, 'g', 12));
        QVERIFY(std::abs(groups_s - layers_s) < 1e-12);
    }
}

CUTLINE_TEST(TestProfileMatch)

} // namespace cutline::tst_profile_match

#include "tst_profile_match.moc"
