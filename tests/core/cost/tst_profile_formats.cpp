// SPDX-License-Identifier: GPL-3.0-or-later
// The readers of profiles: the rule of each format on small texts, sums of the sample files, broken files.
#include "core/cost/profile.h"
#include "tests/long_run.h"
#include "tests/test_program.h"

#include <cmath>
#include <ctime>
#include <random>

namespace cutline::tst_profile_formats {

using cutline::test::longRun;

namespace {

const std::string kData = std::string(CUTLINE_SOURCE_DIR) + "/tests/data/profiles/";

Result<Profile> parse(const QByteArray& text) {
    return parseProfile(std::string_view(text.data(), std::size_t(text.size())), "p", 1e6);
}

/// "name=microseconds ..." of the rows.
QByteArray rowsText(const Profile& profile) {
    QByteArray text;
    for (const Profile::Row& row : profile.rows) {
        if (!text.isEmpty()) text += ' ';
        text += QByteArray::fromStdString(row.layer) + '=' + QByteArray::number(row.latency_s * 1e6, 'g', 10);
    }
    return text;
}

QByteArray kernel(const char* name, double ts, double dur, const char* args = "{}") {
    return QByteArray("{\"cat\":\"Node\",\"name\":\"") + name +
           "\",\"ts\":" + QByteArray::number(ts, 'g', 12) + ",\"dur\":" + QByteArray::number(dur, 'g', 12) +
           ",\"ph\":\"X\",\"args\":" + args + "}";
}

QByteArray run(double ts, double dur) {
    return QByteArray("{\"cat\":\"Session\",\"name\":\"model_run\",\"ts\":") +
           QByteArray::number(ts, 'g', 12) + ",\"dur\":" + QByteArray::number(dur, 'g', 12) + ",\"args\":{}}";
}

const QByteArray kTfLiteHeader = "node type, first, avg_ms, %, cdf%, mem KB, times called, name\n";
const QByteArray kTfLiteTitle = "============================== Run Order ==============================\n";
const QByteArray kSt = " c_id  m_id  type  dur (ms)  %  cumul  CPU cycles  name\n -----\n";
const QByteArray kOpenVino = "layerName;execStatus;layerType;execType;realTime (ms);cpuTime (ms);\n";
const QByteArray kCnn = "No.;Design Tag;Layer;Latency [ms];Energy [mJ];Area [mm2]\n";

} // namespace

class TestProfileFormats : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rules_data();
    void rules();
    void samples_data();
    void samples();
    void errors_data();
    void errors();
    void cutAndMangledFilesNeverCrash();
    void hugeFilesTakeTimeInStep_data();
    void hugeFilesTakeTimeInStep();
};

void TestProfileFormats::rules_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<ProfileFormat>("format");
    QTest::addColumn<QByteArray>("rows");
    using F = ProfileFormat;
    QTest::newRow("own CSV") << QByteArray("layer,latency_us\na,2\n") << F::Csv << QByteArray("a=2");
    QTest::newRow("own CSV of a layer called Run Order")
        << QByteArray("layer,latency_us\n== Run Order ==,2\n") << F::Csv << QByteArray("== Run Order ===2");

    QTest::newRow("trtexec: the median first")
        << QByteArray("[{\"count\":10},{\"name\":\"a\",\"timeMs\":70,\"averageMs\":7,\"medianMs\":5}]")
        << F::TensorRt << QByteArray("a=5000");
    QTest::newRow("trtexec: else the average, never the sum")
        << QByteArray("[{\"count\":10},{\"averageMs\":7,\"timeMs\":70,\"name\":\"a\"}]") << F::TensorRt
        << QByteArray("a=7000");
    QTest::newRow("trtexec: copies may bear one name")
        << QByteArray(
               "[{\"count\":1},{\"name\":\"Reformatting CopyNode for Input Tensor 0 to a\",\"averageMs\":1},"
               "{\"name\":\"Reformatting CopyNode for Input Tensor 0 to a\",\"averageMs\":1}]")
        << F::TensorRt
        << QByteArray("Reformatting CopyNode for Input Tensor 0 to a=1000 "
                      "Reformatting CopyNode for Input Tensor 0 to a=1000");

    QTest::newRow("ONNX Runtime: first run dropped, median of three")
        << QByteArray("[" + run(0, 99) + "," + kernel("a_kernel_time", 1, 50) + "," + run(100, 99) + "," +
                      kernel("a_kernel_time", 101, 3) + "," + run(200, 99) + "," +
                      kernel("a_kernel_time", 201, 9) + "," + run(300, 99) + "," +
                      kernel("a_kernel_time", 301, 4) + "]")
        << F::OnnxRuntime << QByteArray("a=4");
    QTest::newRow("ONNX Runtime: median of two, runs after their nodes")
        << QByteArray("[" + kernel("a_kernel_time", 1, 50) + "," + run(0, 99) + "," +
                      kernel("a_kernel_time", 101, 3) + "," + run(100, 99) + "," +
                      kernel("a_kernel_time", 201, 9) + "," + run(200, 99) + "]")
        << F::OnnxRuntime << QByteArray("a=6");
    QTest::newRow("ONNX Runtime: one run is kept")
        << QByteArray("[" + run(0, 99) + "," + kernel("a_kernel_time", 1, 50) + "]") << F::OnnxRuntime
        << QByteArray("a=50");
    QTest::newRow("ONNX Runtime: a node twice in a run is added, fences are none")
        << QByteArray("[" + run(0, 99) + "," + kernel("a_kernel_time", 1, 5) + "," +
                      kernel("a_kernel_time", 9, 6) + "," + kernel("a_fence_before", 1, 100) + "]")
        << F::OnnxRuntime << QByteArray("a=11");
    QTest::newRow("ONNX Runtime: without model_run, the n-th time is of run n")
        << QByteArray("[" + kernel("a_kernel_time", 1, 90) + "," + kernel("a_kernel_time", 2, 5) + "," +
                      kernel("a_kernel_time", 3, 7) + "," + kernel("a_kernel_time", 4, 6) + "]")
        << F::OnnxRuntime << QByteArray("a=6");
    QTest::newRow("ONNX Runtime: absent from a run is nothing in it")
        << QByteArray("[" + run(0, 9) + "," + kernel("a_kernel_time", 1, 90) + "," + run(10, 9) + "," +
                      run(20, 9) + "," + kernel("a_kernel_time", 21, 8) + "," + run(30, 9) + "]")
        << F::OnnxRuntime << QByteArray("a=0");

    QTest::newRow("TFLite CSV") << QByteArray(kTfLiteTitle + kTfLiteHeader +
                                              "CONV_2D, 9, 0.25, 50%, 50%, 0, 1, [a/b\tc]:0\n"
                                              "ADD, 9, 0.5, 50%, 100%, 0, 1, [d]:1\n\n" +
                                              kTfLiteTitle + kTfLiteHeader +
                                              "DELEGATE, 9, 7, 50%, 50%, 0, 1, [x]:0\n")
                                << F::TfLite << QByteArray("a/b\tc=250 d=500");
    QTest::newRow("TFLite CSV, columns moved")
        << QByteArray("avg_ms, node type, name\n0.25, CONV_2D, [a]:0\n") << F::TfLite << QByteArray("a=250");
    QTest::newRow("TFLite without titles: not the initialization")
        << QByteArray("Profiling Info for Benchmark Initialization:\n\t[node type]\t[avg ms]\t[Name]\n"
                      "\tAllocateTensors\t7\tAllocateTensors/0\n\n\t[node type]\t[avg ms]\t[Name]\n"
                      "\tAllocateTensors\t7\tAllocateTensors/0\n\nNumber of nodes executed: 1\n\n"
                      "Operator-wise Profiling Info for Regular Benchmark Runs:\n\t[node type]\t[avg ms]\t[Name]\n"
                      "\tADD\t0.5\t[d]:1\n\n\t[node type]\t[avg ms]\t[Name]\n\tADD\t0.5\t[d]:1\n")
        << F::TfLite << QByteArray("d=500");
    QTest::newRow("TFLite: not the initialization")
        << QByteArray(
               "Profiling Info for Benchmark Initialization:\n" + kTfLiteTitle + kTfLiteHeader +
               "AllocateTensors, 9, 3, 50%, 50%, 0, 1, AllocateTensors/0\n\nOperator-wise Profiling Info for "
               "Regular Benchmark Runs:\n" +
               kTfLiteTitle + kTfLiteHeader + "ADD, 9, 0.5, 50%, 100%, 0, 1, [d]:1\n")
        << F::TfLite << QByteArray("d=500");

    QTest::newRow("Vela: rows of one name are added")
        << QByteArray("Name,MAC Count,Op Cycles,NNG Operator\na,1,100,Conv\nb,1,10.0,Add\na,1,50,Conv\n")
        << F::Vela << QByteArray("a=150 b=10");
    QTest::newRow("Vela: the header again, rows on the CPU")
        << QByteArray("TFLite_operator,Target,Op Cycles,Name\nCONV_2D,NPU,100,a\nTFLite_operator,Target,Op "
                      "Cycles,Name\nSOFTMAX,CPU,0,b\n")
        << F::Vela << QByteArray("a=100");

    QTest::newRow("ST: c_ids of one m_id are added")
        << QByteArray(
               kSt +
               " 0  0  Conv2D (0x103)  0.5  1%  1%  [ 9,619 ]  conv\n"
               " 1  0  NL (0x107)  0.25  1%  1%  [ 9 ]  relu\n 2  3  Dense (0x104)  1.000  1%  1%  [ 9 ]"
               "  fc one\n -----\n 1.75 ms\n")
        << F::StEdgeAi << QByteArray("conv=750 fc one=1000");
    QTest::newRow("ST: columns moved, a report around")
        << QByteArray("ST Edge AI, report\n m_id  layer (original)\n 0 conv\n\n dur (us)  c_id  m_id  type  "
                      "name\n 7 0 "
                      "0 Conv a\n\n done\n")
        << F::StEdgeAi << QByteArray("a=7");

    QTest::newRow("OpenVINO: EXECUTED alone, not Total")
        << QByteArray(kOpenVino +
                      "a;EXECUTED;Convolution;x;0.250;9;\nb;OPTIMIZED_OUT;Relu;x;0.5;0;\nc;NOT_RUN;P;x;1;0;"
                      "\nTotal;;;;0.250;9;\n")
        << F::OpenVino << QByteArray("a=250");
    QTest::newRow("OpenVINO: microseconds, columns moved, a layer called Total")
        << QByteArray("realTime (us);layerName;execStatus\n5;a;EXECUTED\n7;Total;EXECUTED\n") << F::OpenVino
        << QByteArray("a=5 Total=7");
    QTest::newRow("OpenVINO: median over requests")
        << QByteArray(kOpenVino + "a;EXECUTED;C;x;1;9;\nTotal;;;;1;9;\n\n" + kOpenVino +
                      "a;EXECUTED;C;x;2;9;\n\n" + kOpenVino + "a;EXECUTED;C;x;9;9;\n")
        << F::OpenVino << QByteArray("a=2000");

    QTest::newRow("CNNParted") << QByteArray(kCnn + "0;d0;a;0.5;1;2\n1;d0;b;1.5;1;2\n") << F::CnnParted
                               << QByteArray("a=500 b=1500");
}

void TestProfileFormats::rules() {
    QFETCH(QByteArray, text);
    QFETCH(ProfileFormat, format);
    QFETCH(QByteArray, rows);
    const auto profile = parse(text);
    QVERIFY2(profile.ok(), profile.ok() ? "" : profile.error().message().c_str());
    QCOMPARE(profile->format, format);
    QCOMPARE(rowsText(*profile), rows);
    // Line ends and a byte order mark say nothing.
    const auto windows = parse("\xEF\xBB\xBF" + QByteArray(text).replace("\n", "\r\n"));
    QVERIFY2(windows.ok(), windows.ok() ? "" : windows.error().message().c_str());
    QCOMPARE(windows->format, format);
    QCOMPARE(rowsText(*windows), rows);
}

void TestProfileFormats::samples_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<ProfileFormat>("format");
    QTest::addColumn<int>("rows");
    QTest::addColumn<double>("total_ms"); // tests/data/profiles/README.md
    using F = ProfileFormat;
    QTest::newRow("trtexec") << QByteArray("trtexec_resnet18.json") << F::TensorRt << 25 << 2.64;
    QTest::newRow("TFLite text") << QByteArray("tflite_resnet18.txt") << F::TfLite << 32 << 52.8;
    QTest::newRow("TFLite CSV") << QByteArray("tflite_resnet18.csv") << F::TfLite << 32 << 52.8;
    QTest::newRow("Vela at 200 MHz") << QByteArray("vela_resnet18.csv") << F::Vela << 31 << 497000 / 200e3;
    QTest::newRow("ST") << QByteArray("stedgeai_resnet18.txt") << F::StEdgeAi << 31 << 497.0;
    QTest::newRow("OpenVINO") << QByteArray("openvino_resnet18.csv") << F::OpenVino << 23 << 2.76;
    QTest::newRow("CNNParted") << QByteArray("cnnparted_resnet18.csv") << F::CnnParted << 49 << 612.5;
    // Sums of medians, worked out apart from the product by a script.
    QTest::newRow("ONNX Runtime") << QByteArray("ort_resnet18.json") << F::OnnxRuntime << 25 << 113.564;
    QTest::newRow("ONNX Runtime, no names")
        << QByteArray("ort_unnamed_nodes.json") << F::OnnxRuntime << 76 << 158.8815;
}

void TestProfileFormats::samples() {
    QFETCH(QByteArray, file);
    QFETCH(ProfileFormat, format);
    QFETCH(int, rows);
    QFETCH(double, total_ms);
    const auto profile = readProfile(kData + file.toStdString(), 200e6);
    QVERIFY2(profile.ok(), profile.ok() ? "" : profile.error().message().c_str());
    QCOMPARE(profile->format, format);
    QCOMPARE(int(profile->rows.size()), rows);
    double sum_s = 0;
    for (const Profile::Row& row : profile->rows) sum_s += row.latency_s;
    QVERIFY2(std::abs(sum_s * 1e3 - total_ms) < 1e-9 * total_ms, QByteArray::number(sum_s * 1e3, 'g', 12));
}

void TestProfileFormats::errors_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("where");
    QTest::addColumn<QByteArray>("what");
    const auto row = [](const char* name, const QByteArray& text, const char* where, const char* what) {
        QTest::newRow(name) << text << QByteArray(where) << QByteArray(what);
    };
    row("nothing", " \n", "p:1", "nothing in the file");
    row("bytes", QByteArray("\0\1\2,layer", 10), "p:1", "no text");
    row("JSON of something else", "[\n{\"a\":1}]", "p:1", "no profile of trtexec");
    row("a JSON object", "{\"traceEvents\":[]}", "p:1", "array of objects");
    row("an empty array", "[]", "p:1", "no profile of trtexec");
    row("array in array", "[[1]]", "p:1", "an array inside");
    row("bare numbers", "[1,2]", "p:1", "a bare value");
    row("JSON cut off", "[{\"count\":1},\n{\"name\":\"a\",\"averageMs\":1},\n{\"name\":\"b\"", "p:3",
        "ends in the middle");
    row("JSON with a hole", "[{\"count\":1},\n{\"name\":,\"averageMs\":1}]", "p:2", "not JSON at byte 23");
    row("JSON and more", "[{\"count\":1},{\"name\":\"a\",\"averageMs\":1}] x", "p:1", "not JSON");
    row("JSON not UTF-8", "[{\"count\":1},\n{\"name\":\"\xFF\",\"averageMs\":1}]", "p:2", "not UTF-8");
    row("JSON number out of range", "[{\"count\":1},\n{\"name\":\"a\",\"averageMs\":1e999}]", "p:2",
        "out of range");
    row("JSON nested deep", "[{\"a\":" + QByteArray(100000, '['), "p:1", "nested 32 deep");
    row("trtexec huge time", "[{\"count\":1},\n{\"name\":\"a\",\"averageMs\":1e300}]", "p:2", "1e+297 s");
    row("trtexec negative", "[{\"count\":1},\n{\"name\":\"a\",\"averageMs\":-1}]", "p:2", "is -1");
    row("trtexec no time", "[{\"count\":1},\n{\"name\":\"a\",\"timeMs\":1}]", "p:2",
        "neither medianMs nor averageMs");
    row("trtexec time is text", "[{\"count\":1},\n{\"name\":\"a\",\"averageMs\":\"0,5\"}]", "p:2",
        "neither medianMs");
    row("trtexec no name", "[{\"count\":1},\n{\"averageMs\":1}]", "p:2", "without a name");
    row("trtexec twice",
        "[{\"count\":1},\n{\"name\":\"a\",\"averageMs\":1},\n{\"name\":\"a\",\"averageMs\":1}]", "p:3",
        "listed twice, first on line 2");
    row("trtexec no layers", "[{\"count\":1}]", "p:1", "without layers");
    row("ONNX Runtime no kernels", "[" + run(0, 9) + "]", "p:1", "no event of category Node");
    row("ONNX Runtime no dur", "[" + run(0, 9) + ",\n{\"cat\":\"Node\",\"name\":\"a_kernel_time\",\"ts\":1}]",
        "p:2", "'dur'");
    row("ONNX Runtime negative", "[" + run(0, 9) + ",\n" + kernel("a_kernel_time", 1, -5) + "]", "p:2",
        "dur is -5");
    row("ONNX Runtime huge", "[" + run(0, 9) + ",\n" + kernel("a_kernel_time", 1, 1e300) + "]", "p:2",
        "1e+294 s");
    row("TFLite no table", kTfLiteTitle + "\n", "p:1", "no operators");
    row("TFLite no name column", kTfLiteTitle + "node type, avg_ms\n", "p:2", "no column 'name'");
    row("TFLite no unit", kTfLiteTitle + "node type, avg, name\nADD, 1, [a]:0\n", "p:2", "has no unit");
    row("TFLite decimal comma in text", kTfLiteTitle + "\t[node type]\t[avg ms]\t[Name]\n\tADD\t0,5\t[a]:0\n",
        "p:3", "decimal comma");
    row("TFLite decimal commas in CSV", kTfLiteTitle + kTfLiteHeader + "ADD, 0,4, 0,2, 0,38%, 0,57%, 0, 1, [a]:0\n", "p:3",
        "more cells");
    row("TFLite one decimal comma in CSV", kTfLiteTitle + "avg_ms, node type, name\n0,25, CONV_2D, [a]:0\n", "p:3",
        "more cells");
    row("TFLite short row", kTfLiteTitle + kTfLiteHeader + "ADD, 1, 2\n", "p:3", "3 cells, the header has 8");
    row("TFLite twice",
        kTfLiteTitle + kTfLiteHeader + "ADD, 1, 2, 3%, 4%, 0, 1, [a]:0\nADD, 1, 2, 3%, 4%, 0, 1, [a]:0\n",
        "p:4", "listed twice");
    row("Vela no cycles", "NNG Operator,Name\nConv,a\n", "p:1", "no column 'Op Cycles'");
    row("Vela cycles twice", "Op Cycles,Op Cycles,Name\n1,1,a\n", "p:1", "is there twice");
    row("Vela decimal commas", "NNG Operator,Op Cycles,Name\nConv,1,5,a\n", "p:2",
        "4 cells, the header has 3");
    row("Vela no number", "NNG Operator,Op Cycles,Name\nConv,many,a\n", "p:2", "not a number");
    row("Vela no rows", "NNG Operator,Op Cycles,Name\n", "p:1", "without rows");
    row("ST no unit", "c_id m_id type dur name\n 0 0 Conv 1 a\n", "p:1", "has no unit");
    row("ST no name", "c_id m_id type dur (ms)\n", "p:1", "no column 'name'");
    row("ST short row", kSt + " 0 0 Conv 1\n", "p:3", "4 cells, the header has 8");
    row("ST decimal comma", kSt + " 0 0 Conv 0,5 1% 1% [ 1 ] a\n", "p:3", "decimal comma");
    row("ST c_id twice", kSt + " 0 0 Conv 1 1% 1% [ 1 ] a\n 0 1 Conv 1 1% 1% [ 1 ] b\n", "p:4",
        "listed twice");
    row("ST no rows", kSt, "p:1", "no nodes");
    row("OpenVINO no status", "layerName;layerType;realTime (ms)\na;Conv;1\n", "p:1",
        "no column 'execStatus'");
    row("OpenVINO no unit", "layerName;execStatus;realTime\na;EXECUTED;1\n", "p:1", "has no unit");
    row("OpenVINO strange unit", "layerName;execStatus;realTime (h)\na;EXECUTED;1\n", "p:1",
        "no unit of time");
    row("OpenVINO decimal comma", kOpenVino + "a;EXECUTED;C;x;0,5;9;\n", "p:2", "decimal comma");
    row("OpenVINO twice", kOpenVino + "a;EXECUTED;C;x;1;9;\na;EXECUTED;C;x;1;9;\n", "p:3", "first on line 2");
    row("OpenVINO long row", kOpenVino + "a;EXECUTED;C;x;1;9;9;9\n", "p:2", "8 cells, the header has 6");
    row("OpenVINO nothing executed", kOpenVino + "a;NOT_RUN;C;x;1;9;\n", "p:1", "no row is EXECUTED");
    row("CNNParted no unit", "No.;Design Tag;Layer;Latency\n0;d;a;1\n", "p:1", "has no unit");
    row("CNNParted energy without unit", "No.;Design Tag;Layer;Latency [ms];Energy\n0;d;a;1;1\n", "p:1",
        "'Energy' has no unit");
    row("CNNParted several designs", kCnn + "0;d0;a;1;1;1\n1;d1;a;1;1;1\n", "p:3", "beside those of 'd0'");
    row("CNNParted twice", kCnn + "0;d;a;1;1;1\n1;d;a;1;1;1\n", "p:3", "listed twice");
    row("CNNParted decimal comma", kCnn + "0;d;a;0,5;1;1\n", "p:2", "decimal comma");
    row("own CSV beyond belief", "layer,latency_s\na,1e10\n", "p:2", "1e+10 s");
    row("own CSV energy beyond belief", "layer,latency_s,energy_J\na,1,1e300\n", "p:2",
        "energy_j is '1e300'");
    row("own CSV cycles beyond belief", "layer,cycles\na,1e300\n", "p:2", "1e+294 s");
}

void TestProfileFormats::errors() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, where);
    QFETCH(QByteArray, what);
    const auto profile = parse(text);
    QVERIFY(!profile);
    QVERIFY2(QByteArray::fromStdString(profile.error().what).contains(what),
             profile.error().message().c_str());
    QCOMPARE(QByteArray::fromStdString(profile.error().where), where);
    QVERIFY(!profile.error().fix.empty());
    QVERIFY(profile.error().message().size() < 600);
}

/// Every sample, cut at many places and with bytes changed: a profile or an error, never anything else.
void TestProfileFormats::cutAndMangledFilesNeverCrash() {
    std::mt19937 random(20261125);
    for (const char* file :
         {"trtexec_resnet18.json", "tflite_resnet18.txt", "tflite_resnet18.csv", "vela_resnet18.csv",
          "stedgeai_resnet18.txt", "openvino_resnet18.csv", "cnnparted_resnet18.csv"}) {
        QFile source(QString::fromStdString(kData + file));
        QVERIFY(source.open(QIODevice::ReadOnly));
        const QByteArray whole = source.readAll();
        for (int i = 0; i < 300; ++i) {
            QByteArray text = whole.left(qsizetype(random() % std::uint32_t(whole.size())));
            for (std::uint32_t change = random() % 4; change > 0 && !text.isEmpty(); --change)
                text[qsizetype(random() % std::uint32_t(text.size()))] = char(random() % 256);
            const auto profile = parse(text);
            if (!profile) {
                QVERIFY2(!profile.error().what.empty() && !profile.error().where.empty(), file);
            } else {
                for (const Profile::Row& row : profile->rows)
                    QVERIFY2(row.latency_s >= 0 && row.latency_s <= 1e9, file);
            }
        }
    }
}

void TestProfileFormats::hugeFilesTakeTimeInStep_data() {
    QTest::addColumn<QByteArray>("start");
    QTest::addColumn<QByteArray>("unit"); // repeated; %1 becomes a number
    QTest::addColumn<QByteArray>("end");
    QTest::addColumn<bool>("good");
    QTest::newRow("own CSV") << QByteArray("layer,latency_s\n") << QByteArray("layer number %1,0.25\n")
                             << QByteArray() << true;
    QTest::newRow("ONNX Runtime") << QByteArray("[") << QByteArray(kernel("n%1_kernel_time", 1, 2) + ",\n")
                                  << QByteArray(kernel("z_kernel_time", 1, 2) + "]") << true;
    QTest::newRow("trtexec") << QByteArray("[{\"count\":1}")
                             << QByteArray(",{\"name\":\"n%1\",\"averageMs\":1}") << QByteArray("]") << true;
    QTest::newRow("a name without end")
        << QByteArray("layer,latency_s\n\"") << QByteArray("xxxxxxxxxxxxxxx%1") << QByteArray() << false;
    QTest::newRow("brackets") << QByteArray("[") << QByteArray("[[[[[[[[[[[[[[[%1") << QByteArray() << false;
    QTest::newRow("one line of words") << QByteArray() << QByteArray("word%1 ") << QByteArray() << false;
    QTest::newRow("many lines") << QByteArray() << QByteArray("line%1\n") << QByteArray() << false;
}

/// Eight times the bytes take about eight times as long, not sixty-four times.
void TestProfileFormats::hugeFilesTakeTimeInStep() {
    QFETCH(QByteArray, start);
    QFETCH(QByteArray, unit);
    QFETCH(QByteArray, end);
    QFETCH(bool, good);
    const auto cost = [&](qsizetype bytes) {
        QByteArray text = start;
        text.reserve(bytes + 1024);
        for (int i = 0; text.size() < bytes; ++i) text += QByteArray(unit).replace("%1", QByteArray::number(i));
        text += end;
        const std::clock_t before = std::clock(); // of this process: others may load the machine
        const auto profile = parse(text);
        const double ms = 1e3 * double(std::clock() - before) / CLOCKS_PER_SEC;
        qInfo("%d KiB: %.0f ms", int(bytes >> 10), ms);
        if (profile.ok() != good || (!good && profile.error().message().size() >= 1000)) return -1.0;
        return ms;
    };
    const qsizetype small = longRun() ? 12 << 20 : 1 << 20;
    const double once = cost(small), eight_times = cost(8 * small);
    QVERIFY(once >= 0 && eight_times >= 0);
    QVERIFY2(eight_times < 24 * once + 50, qPrintable(QString("%1 and %2 ms").arg(once).arg(eight_times)));
}

CUTLINE_TEST(TestProfileFormats)

} // namespace cutline::tst_profile_formats

#include "tst_profile_formats.moc"
