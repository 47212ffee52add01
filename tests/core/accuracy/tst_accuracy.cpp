// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/accuracy/accuracy.h"

#include "../engine/engine_or_skip.h"
#include "../graph/onnx_text.h"
#include "core/base/array_file.h"
#include "core/base/csv.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "tests/long_run.h"
#include "tests/test_program.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <thread>

namespace cutline::tst_accuracy {
namespace {

const std::string kTrained = CUTLINE_SOURCE_DIR "/tests/data/trained/";

using Row = std::map<std::string, std::string>;

std::vector<Row> rowsOf(const std::string& path) {
    const auto text = readFile(path);
    if (!text) qFatal("%s", text.error().message().c_str());
    const auto records = csvRecords(*text);
    std::vector<Row> rows;
    for (std::size_t i = 1; i < records.size(); ++i) {
        Row row;
        for (std::size_t c = 0; c < records[0].cells.size(); ++c) row[records[0].cells[c]] = records[i].cells[c];
        rows.push_back(std::move(row));
    }
    return rows;
}

double numberIn(const std::string& text) {
    double value = 0;
    if (!parseNumber(text, value)) qFatal("not a number: %s", text.c_str());
    return value;
}

/// One network, its images, and where its references are.
struct World {
    ImportedModel model;
    std::optional<AccuracyMeter> meter;

    /// `images`: the first so many; 0: all.
    static World open(const std::string& folder, const std::string& name, const std::string& data,
                      const MeasureOptions& options = {}, std::size_t images = 0) {
        Progress progress;
        auto model = importOnnx(folder + name + ".onnx", {}, progress);
        auto test = DataSet::read(folder + data, DataSet::Section::Test);
        auto calibration = DataSet::read(folder + data, DataSet::Section::Calibration);
        if (!model || !test || !calibration) qFatal("test data are missing");
        if (images > 0) *test = test->first(images);
        World world{*std::move(model), {}};
        auto meter = AccuracyMeter::make(world.model, *std::move(test), *std::move(calibration), options, progress);
        if (!meter) qFatal("%s", meter.error().message().c_str());
        world.meter.emplace(*std::move(meter));
        return world;
    }
    std::size_t layers() const { return model.graph->layerCount(); }
    PrecisionVector cutAfter(const std::string& layer, int before, int after) const {
        PrecisionVector vector = PrecisionVector::uniform(layers(), Width::integer(after));
        vector.input = Width::integer(before);
        for (std::size_t l = 0; l <= model.graph->findLayer(layer)->index(); ++l)
            vector.layers[l] = {Width::integer(before), Width::integer(before)};
        return vector;
    }
};

/// `stride`: every so many of the cuts.
void comparesWithReferences(const std::string& folder, const std::string& name, const std::string& data,
                            std::size_t stride = 1) {
    World world = World::open(folder, name, data);
    Progress progress;

    const auto ranges = rowsOf(folder + name + "_ranges.csv");
    QCOMPARE(world.meter->ranges().size(), ranges.size());
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        QCOMPARE(world.meter->network().points()[i], ranges[i].at("tensor"));
        const double low = numberIn(ranges[i].at("min")), high = numberIn(ranges[i].at("max"));
        QVERIFY(std::fabs(static_cast<double>(world.meter->ranges()[i].low) - low) <= 1e-5 * std::fabs(low));
        QVERIFY(std::fabs(static_cast<double>(world.meter->ranges()[i].high) - high) <= 1e-5 * std::fabs(high));
    }

    std::vector<PrecisionVector> vectors;
    const auto whole = rowsOf(folder + name + "_accuracy.csv");
    for (const Row& row : whole)
        vectors.push_back(PrecisionVector::uniform(world.layers(), *Width::parse(row.at("weight_bits"))));
    std::vector<Row> cuts;
    const auto every = rowsOf(folder + name + "_accuracy_by_cut.csv");
    for (std::size_t i = 0; i < every.size(); i += stride) cuts.push_back(every[i]);
    for (const Row& row : cuts)
        vectors.push_back(world.cutAfter(row.at("cut_after_layer"), static_cast<int>(numberIn(row.at("bits_before"))),
                                         static_cast<int>(numberIn(row.at("bits_after")))));
    const auto measured = world.meter->measure(vectors, progress);
    QVERIFY2(measured, measured ? "" : measured.error().message().c_str());
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        const bool is_cut = i >= whole.size();
        const Row& row = is_cut ? cuts[i - whole.size()] : whole[i];
        const auto& outputs = (*measured)[i].outputs;
        const auto at = is_cut ? outputs.end() - 1
                               : std::find_if(outputs.begin(), outputs.end(),
                                              [&](const auto& o) { return o.name == row.at("output"); });
        QVERIFY(at != outputs.end());
        const auto expected = numberIn(row.at("correct")), got = static_cast<double>(at->correct);
        const double slack = !is_cut && row.at("weight_bits") == "float32" ? 0 : 0.003 * numberIn(row.at("total"));
        QVERIFY2(std::fabs(got - expected) <= slack,
                 qPrintable(QString("row %1: %2 for %3").arg(i).arg(got).arg(expected)));
    }
}

/// What the network gives in float32, image by image.
void comparesValues(const std::string& folder, const std::string& name, const std::string& data, const std::vector<std::string>& outputs) {
    World world = World::open(folder, name, data);
    Progress progress;
    const auto values = world.meter->values(PrecisionVector::uniform(world.layers(), {}), progress);
    QVERIFY(values);
    for (std::size_t o = 0; o < outputs.size(); ++o) {
        const auto reference = readArrayFile(folder + name + "_" + outputs[o] + "_float32.npy");
        QVERIFY(reference);
        QCOMPARE((*values)[o].size(), reference->count());
        for (std::size_t i = 0; i < reference->count(); ++i)
            QVERIFY(std::fabs(static_cast<double>((*values)[o][i]) - reference->at(i)) <= 1e-5);
    }
}

std::string saved(const QTemporaryDir& folder, const QString& name, const std::string& bytes) {
    QFile file(folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write");
    file.write(QByteArray::fromStdString(bytes));
    return file.fileName().toStdString();
}

/// The meter of a small model over 20 Fashion-MNIST images, or why there is none.
Result<AccuracyMeter> meterOf(const std::string& model_text, int opset = 13, const MeasureOptions& options = {}) {
    static const QTemporaryDir folder;
    static int number = 0;
    const std::string path = saved(folder, QString("m%1.onnx").arg(number++), onnxFromText(model_text, opset, "w,c"));
    Progress progress;
    const auto model = importOnnx(path, {}, progress);
    if (!model) return model.error();
    const auto set = DataSet::read(kTrained + "fashion.json", DataSet::Section::Test);
    return AccuracyMeter::make(*model, set->first(20), set->first(20), options, progress);
}

} // namespace

class TestAccuracy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { CUTLINE_NEEDS_ENGINE(); }

    void agreesWithTheReferences_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"fmnist_cnn", "fmnist_mobile", "fmnist_branchy"}) QTest::newRow(name) << name;
    }
    void agreesWithTheReferences() {
        QFETCH(QString, name);
        comparesWithReferences(kTrained, name.toStdString(), "fashion.json", test::longRun() ? 1 : 9);
    }

    void agreesWithTheReferencesForCifar() {
        // These images have no licence to be passed on: a folder with them and their references may be named.
        const QString folder = qEnvironmentVariable("CUTLINE_CIFAR_DATA");
        if (folder.isEmpty()) QSKIP("DID NOT RUN: CUTLINE_CIFAR_DATA names no folder with cifar.json and cifar_resnet8.onnx");
        comparesWithReferences(folder.toStdString() + "/", "cifar_resnet8", "cifar.json");
        comparesValues(folder.toStdString() + "/", "cifar_resnet8", "cifar.json", {"logits"});
    }

    void givesTheSameValuesInFloat32() {
        comparesValues(kTrained, "fmnist_cnn", "fashion.json", {"logits"});
        comparesValues(kTrained, "fmnist_mobile", "fashion.json", {"logits"});
        comparesValues(kTrained, "fmnist_branchy", "fashion.json", {"exit1", "exit2", "exit3"});
    }

    void judgesExits() {
        World world = World::open(kTrained, "fmnist_branchy", "fashion.json");
        const auto rows = rowsOf(kTrained + "fmnist_branchy_exits.csv");
        std::vector<double> thresholds;
        for (const Row& row : rows)
            if (thresholds.empty() || thresholds.back() != numberIn(row.at("threshold")))
                thresholds.push_back(numberIn(row.at("threshold")));
        Progress progress;
        const auto got = world.meter->exits(thresholds, PrecisionVector::uniform(world.layers(), {}), progress);
        QVERIFY(got);
        QCOMPARE(got->size(), rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            QCOMPARE(world.meter->network().outputs()[(*got)[i].exit], rows[i].at("exit"));
            QCOMPARE(static_cast<double>((*got)[i].taken), numberIn(rows[i].at("taken")));
            QCOMPARE(static_cast<double>((*got)[i].correct), numberIn(rows[i].at("correct")));
        }
    }

    void sharesWithoutChangingAnything() {
        // Each vector alone and all of them together, random ones: sharing is invisible.
        World together = World::open(kTrained, "fmnist_cnn", "fashion.json", {}, 200),
              alone = World::open(kTrained, "fmnist_cnn", "fashion.json", {}, 200);
        std::mt19937 random(11);
        std::vector<PrecisionVector> vectors;
        for (int v = 0; v < 6; ++v) {
            PrecisionVector vector = PrecisionVector::uniform(together.layers(), Width::integer(8));
            for (LayerPrecision& layer : vector.layers) {
                layer.weights = Width::integer(2 + static_cast<int>(random() % 15));
                layer.activations = random() % 4 ? Width::integer(2 + static_cast<int>(random() % 15)) : Width{};
            }
            vectors.push_back(std::move(vector));
        }
        Progress progress;
        const auto all = together.meter->measure(vectors, progress);
        QVERIFY(all);
        for (std::size_t v = 0; v < vectors.size(); ++v) {
            const auto one = alone.meter->measure(std::span(&vectors[v], 1), progress);
            QVERIFY(one);
            QVERIFY((*one)[0].judged().right == (*all)[v].judged().right);
        }
        const auto few = together.meter->network().merged(std::span(vectors).first(1), together.meter->ranges(),
                                                          ActivationScheme::Asymmetric);
        std::vector<PrecisionVector> cuts;
        for (const char* layer : {"/b3/act/Relu", "/gap/GlobalAveragePool"}) cuts.push_back(together.cutAfter(layer, 16, 8));
        const auto merged = together.meter->network().merged(cuts, together.meter->ranges(), ActivationScheme::Asymmetric);
        QVERIFY(few && merged);
        // All but the last nodes stand there once.
        QVERIFY2(merged->nodes < few->nodes * 3 / 2, qPrintable(QString::number(merged->nodes)));
    }

    void roundsTo16BitFloats() {
        World world = World::open(kTrained, "fmnist_cnn", "fashion.json", {}, 300);
        Progress progress;
        const std::vector<PrecisionVector> vectors{
            PrecisionVector::uniform(world.layers(), {Width::Kind::Float16, 16}),
            PrecisionVector::uniform(world.layers(), {Width::Kind::BFloat16, 16}),
            PrecisionVector::uniform(world.layers(), {})};
        const auto got = world.meter->measure(vectors, progress);
        QVERIFY2(got, got ? "" : got.error().message().c_str());
        // Some 2^-11 and 2^-8 of the values: 66 and 48 dB for one rounding, less for many.
        QVERIFY2((*got)[0].judged().snr_db > 55 && (*got)[0].judged().snr_db < 80, qPrintable(QString::number((*got)[0].judged().snr_db)));
        QVERIFY2((*got)[1].judged().snr_db > 35 && (*got)[1].judged().snr_db < 55, qPrintable(QString::number((*got)[1].judged().snr_db)));
        QCOMPARE((*got)[2].judged().agreeing, std::uint64_t{300});
    }

    void remembersOnDisk() {
        const QTemporaryDir folder;
        MeasureOptions options;
        options.cache_folder = folder.path().toStdString();
        World first = World::open(kTrained, "fmnist_cnn", "fashion.json", options, 200);
        Progress progress;
        const PrecisionVector vector = PrecisionVector::uniform(first.layers(), Width::integer(5));
        QVERIFY(!first.meter->known(vector));
        const auto measured = first.meter->measure(std::span(&vector, 1), progress);
        QVERIFY(measured);
        World second = World::open(kTrained, "fmnist_cnn", "fashion.json", options, 200);
        // Noise, too: a cancelled progress would end whatever has to be run.
        const auto noise = first.meter->noise(std::span(&vector, 1), 32, progress);
        QVERIFY(noise && (*noise)[0] > 0);
        World third = World::open(kTrained, "fmnist_cnn", "fashion.json", options, 200);
        Progress stopped;
        stopped.cancel();
        QCOMPARE((*third.meter->noise(std::span(&vector, 1), 32, stopped))[0], (*noise)[0]);
        const auto known = second.meter->known(vector);
        QVERIFY(known);
        QCOMPARE(known->judged().correct, (*measured)[0].judged().correct);
        QVERIFY(known->judged().right == (*measured)[0].judged().right);
        // A line that was changed is not believed.
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
        QFile cache(folder.filePath(QDir(folder.path()).entryList(QDir::Files).first()));
        QVERIFY(cache.open(QIODevice::ReadWrite));
        const QByteArray text = cache.readAll();
        QVERIFY(text.contains("|200 1"));
        cache.seek(0);
        cache.write(QByteArray(text).replace("|200 1", "|200 2"));
        cache.close();
        World fourth = World::open(kTrained, "fmnist_cnn", "fashion.json", options, 200);
        QVERIFY(!fourth.meter->known(vector));
        options.scheme = ActivationScheme::Symmetric;
        World other = World::open(kTrained, "fmnist_cnn", "fashion.json", options, 200);
        QVERIFY(!other.meter->known(vector));
    }

    void leavesOutTailsOfRanges() {
        MeasureOptions options;
        options.percentile = 99;
        World all = World::open(kTrained, "fmnist_cnn", "fashion.json"),
              most = World::open(kTrained, "fmnist_cnn", "fashion.json", options);
        for (std::size_t p = 1; p < all.meter->ranges().size(); ++p) {
            QVERIFY(most.meter->ranges()[p].high < all.meter->ranges()[p].high);
            QVERIFY(most.meter->ranges()[p].low >= all.meter->ranges()[p].low);
        }
    }

    /// An engine that fuses a convolution with the sum behind it still gives what is between them.
    void leavesOutTailsInsideFusedLayers() {
        MeasureOptions options;
        options.percentile = 90;
        const auto meter = meterOf("g (float[N,1,28,28] x, float[1,1,1,1] w) => (float[N,784] y)"
                                   "{ k = Conv(x, w) s = Add(k, x) r = Relu(s) y = Flatten(r) }",
                                   13, options);
        QVERIFY2(meter, meter ? "" : meter.error().message().c_str());
        QCOMPARE(meter->ranges().size(), std::size_t{3}); // x, k, r
        for (const Range& range : meter->ranges()) QVERIFY(std::isfinite(range.low) && range.low <= range.high);
    }

    void takesModelsOfManyKinds_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("opset");
        const QString tail = " f = Flatten(a) y = Gemm<transB = 1>(f, w) }";
        QTest::newRow("opset 8") << "g (float[N,1,28,28] x, float[10,784] w, float[10] c) => (float[N,10] y)"
                                    "{ a = Relu(x) f = Flatten(a) y = Gemm<transB = 1>(f, w, c) }"
                                 << 8;
        QTest::newRow("batch of 1") << "g (float[1,1,28,28] x, float[10,784] w) => (float[1,10] y) { a = Relu(x)" + tail << 13;
        QTest::newRow("batch of 6") << "g (float[6,1,28,28] x, float[10,784] w) => (float[6,10] y) { a = Relu(x)" + tail << 13;
        QTest::newRow("inside of 1") << "g (float[N,1,28,28] x, float[784,10] w) => (float[M,10] y)"
                                        "{ s = Constant <value = int64[2] {1, 784}> () f = Reshape(x, s) y = MatMul(f, w) }"
                                     << 13;
        QTest::newRow("float16") << "g (float16[N,1,28,28] x) => (float16[N,784] y) { a = Relu(x) y = Flatten(a) }" << 13;
        QTest::newRow("computed float16 weights") << "g (float16[N,1,28,28] x, float[784,10] w) => (float16[N,10] y)"
                                                     "{ h = Cast <to = 10> (w) f = Flatten(x) y = MatMul(f, h) }"
                                                  << 13;
        QTest::newRow("float64 weights") << "g (float[N,1,28,28] x) => (double[N,1] y)"
                                            "{ d = Cast <to = 11> (x) f = Flatten(d) m = ReduceMax<axes = [1], keepdims = 1>(f)"
                                            "  w = Constant <value = double[1,1] {0.5}> () y = Gemm(m, w) }"
                                         << 13;
        QTest::newRow("bytes") << "g (uint8[N,1,28,28] x) => (float[N,784] y)"
                                  "{ c = Cast <to = 1> (x) a = Relu(c) y = Flatten(a) }"
                               << 13;
        QTest::newRow("a body that reads outside")
            << "g (float[N,1,28,28] x) => (float[N,784] y)"
               "{ a = Relu(x) t = Constant <value = bool {1}> ()"
               "  b = If <then_branch = p () => (float[N,1,28,28] q) { q = Add(a, a) },"
               "          else_branch = r () => (float[N,1,28,28] s) { s = Identity(a) }> (t) y = Flatten(b) }"
            << 13;
        QTest::newRow("quantised already")
            << "g (float[N,1,28,28] x) => (float[N,784] y)"
               "{ s = Constant <value = float {0.02}> () z = Constant <value = uint8 {40}> ()"
               "  q = QuantizeLinear(x, s, z) d = DequantizeLinear(q, s, z) a = Relu(d) y = Flatten(a) }"
            << 13;
    }
    void takesModelsOfManyKinds() {
        QFETCH(QString, model);
        QFETCH(int, opset);
        auto meter = meterOf(model.toStdString(), opset);
        QVERIFY2(meter, meter ? "" : meter.error().message().c_str());
        Progress progress;
        std::vector<PrecisionVector> vectors{PrecisionVector::uniform(meter->layerCount(), {}),
                                             PrecisionVector::uniform(meter->layerCount(), Width::integer(8)),
                                             PrecisionVector::uniform(meter->layerCount(), Width::integer(3))};
        const auto got = meter->measure(vectors, progress);
        QVERIFY2(got, got ? "" : got.error().message().c_str());
        QCOMPARE((*got)[0].judged().agreeing, std::uint64_t{20});
        QCOMPARE((*got)[0].judged().total, std::uint64_t{20});
        QVERIFY((*got)[1].judged().snr_db >= (*got)[2].judged().snr_db);
    }

    void saysWhatDoesNotFit_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("says");
        QTest::newRow("two inputs") << "g (float[N,1,28,28] x, float[N,1,28,28] z) => (float[N,1,28,28] y) { y = Add(x, z) }"
                                    << "2 inputs ('x', 'z')";
        QTest::newRow("shape") << "g (float[N,3,32,32] x) => (float[N,3,32,32] y) { y = Relu(x) }" << "1x28x28";
        QTest::newRow("classes") << "g (float[N,1,28,28] x, float[4,784] w) => (float[N,4] y)"
                                    "{ f = Flatten(x) y = Gemm<transB = 1>(f, w) }"
                                 << "4 classes";
        QTest::newRow("not finite") << "g (float[N,1,28,28] x) => (float[N,1,28,28] y)"
                                       "{ z = Constant <value = float {0}> () d = Mul(x, z) e = Div(d, z) y = Relu(e) }"
                                    << "not finite";
        QTest::newRow("operator") << "g (float[N,1,28,28] x) => (float[N,1,28,28] y) { y = NoSuchThing(x) }" << "NoSuchThing";
    }
    void saysWhatDoesNotFit() {
        QFETCH(QString, model);
        QFETCH(QString, says);
        const auto meter = meterOf(model.toStdString());
        QVERIFY(!meter);
        const QString text = QString::fromStdString(meter.error().message());
        QVERIFY2(text.contains(says), qPrintable(text));
    }

    void isJudgedByTheOutputThatIsNamed() {
        const std::string two = "g (float[N,1,28,28] x) => (float[N,784] y, float[N,1] z)"
                                "{ a = Relu(x) y = Flatten(a) z = ReduceMax<axes = [1], keepdims = 1>(y) }";
        const auto last = meterOf(two);
        QVERIFY2(last, last ? "" : last.error().message().c_str());
        QCOMPARE(last->judgedOutput(), std::size_t{1});
        MeasureOptions options;
        options.output = "y";
        auto named = meterOf(two, 13, options);
        QVERIFY2(named, named ? "" : named.error().message().c_str());
        Progress progress;
        const std::vector<PrecisionVector> vectors{PrecisionVector::uniform(named->layerCount(), Width::integer(8))};
        const auto got = named->measure(vectors, progress);
        QVERIFY2(got, got ? "" : got.error().message().c_str());
        QCOMPARE((*got)[0].judged().name, std::string("y"));
        options.output = "nope";
        const auto none = meterOf(two, 13, options);
        QVERIFY(!none);
        for (const char* part : {"no output 'nope'", "'y', 'z'"})
            QVERIFY2(none.error().message().find(part) != std::string::npos, none.error().message().c_str());
    }

    void valuesThatAreNoNumbersAreWrong() {
        // 1e5 is finite in float32 and not in float16: the network then answers nothing.
        auto meter = meterOf("g (float[N,1,28,28] x) => (float[N,784] y)"
                             "{ c = Constant <value = float {100000.0}> () m = Mul(x, c) a = Relu(m) y = Flatten(a) }");
        QVERIFY2(meter, meter ? "" : meter.error().message().c_str());
        Progress progress;
        const std::vector<PrecisionVector> vectors{PrecisionVector::uniform(meter->layerCount(), {Width::Kind::Float16, 16}),
                                                   PrecisionVector::uniform(meter->layerCount(), {})};
        const auto got = meter->measure(vectors, progress);
        QVERIFY2(got, got ? "" : got.error().message().c_str());
        QCOMPARE((*got)[0].judged().agreeing, std::uint64_t{0});
        QVERIFY2((*got)[0].judged().snr_db < 0, qPrintable(QString::number((*got)[0].judged().snr_db)));
        QCOMPARE((*got)[1].judged().agreeing, std::uint64_t{20});
        auto never = meterOf("g (float[N,1,28,28] x) => (float[N,784] y) { f = Flatten(x) y = Log(f) }");
        QVERIFY2(never, never ? "" : never.error().message().c_str());
        const std::vector<PrecisionVector> exact{PrecisionVector::uniform(never->layerCount(), {})};
        const auto nothing = never->measure(exact, progress);
        QVERIFY(!nothing);
        QVERIFY2(nothing.error().message().find("output 'y' is not finite") != std::string::npos, nothing.error().message().c_str());
    }

    void endsWhenCancelledAndGoesOn() {
        World world = World::open(kTrained, "fmnist_mobile", "fashion.json");
        std::vector<PrecisionVector> vectors;
        for (int bits = 2; bits <= 16; ++bits)
            vectors.push_back(PrecisionVector::uniform(world.layers(), Width::integer(bits)));
        Progress progress;
        std::thread canceller([&progress] {
            std::this_thread::sleep_for(std::chrono::milliseconds(150));
            progress.cancel();
        });
        const auto got = world.meter->measure(vectors, progress);
        canceller.join();
        QVERIFY(!got);
        QCOMPARE(got.error().what, std::string("cancelled"));
        Progress again;
        const auto after = world.meter->measure(std::span(vectors).first(1), again);
        QVERIFY2(after, after ? "" : after.error().message().c_str());
    }
};

CUTLINE_TEST(TestAccuracy)

} // namespace cutline::tst_accuracy

#include "tst_accuracy.moc"
