// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/loop_nest_model.h"

#include "core/base/file.h"
#include "core/cost/loopnest/describe.h"
#include "core/platform/library.h"

#include <QtTest>

#include <thread>

#include "tests/core/cost/loopnest/machines.h"
#include "tests/core/cost/loopnest/nest_chain.h"
#include "tests/core/cost/loopnest/reference.h"
#include "tests/test_program.h"

namespace cutline::tst_loop_nest_model {

using namespace cutline::loopnest;
using namespace cutline::loopnest::testing;

class TestLoopNestModel : public QObject {
    Q_OBJECT

private:
    Progress m_progress;

private Q_SLOTS:
    void isWhatTheMapperSays()
    {
        const Graph graph = chain({loopsOf(64, 64, 3, 3, 56, 56)});
        const auto model = modelOf(platformOf(eyr(), "EYR"));
        const MapResult best = findMappings(model->machine(), convolution(64, 64, 3, 3, 56, 56), {}, m_progress);
        const auto cost = model->cost(graph, kConv);
        QVERIFY(cost && cost->supported && cost->source == Source::LoopNest);
        QCOMPARE(cost->latency_s, best.points[0].score.cycles / 200e6);
        QCOMPARE(cost->energy_j, best.points[0].score.energy_pj * 1e-12);
        QVERIFY(cost->uncertainty > 0);
        // The operator behind it is hidden.
        QCOMPARE(model->cost(graph, kBoth)->latency_s, cost->latency_s);
    }

    void nestsBatchAndStepsAddUp()
    {
        LoopDims gates = loopsOf(40, 160, 1, 1, 1, 1);
        const auto model = modelOf(platformOf(smb(), "SMB"));
        const double once = model->cost(chain({gates}), kConv)->latency_s;
        LoopDims steps = gates;
        steps.repeats = 20;
        steps.sequential = true;
        LoopDims batch = gates;
        batch.n = 3;
        QCOMPARE(model->cost(chain({gates, steps, batch}), kConv)->latency_s, 24 * once);
    }

    void layersWithoutMacsMoveBytes()
    {
        const Graph graph = chain({loopsOf(1, 1, 1, 1, 1, 1)});
        Platform platform = platformOf(eyr(), "EYR");
        // 1000 words in, 1000 out, of 2 bytes: 4 us at 1 GB/s; 1000 elements at 10 per cycle: 0.5 us.
        QCOMPARE(modelOf(platform)->cost(graph, kRelu)->latency_s, 4e-6);
        QCOMPARE(modelOf(platform)->cost(graph, kRelu)->energy_j, 2 * 250 * 512e-12);
        platform.loop_nest->dram_bytes_per_s = 1e12;
        QCOMPARE(modelOf(platform)->cost(graph, kRelu)->latency_s, 0.5e-6);
        QVERIFY(modelOf(platform)->cost(graph, kRelu)->source == Source::LoopNest);
        platform.notes.push_back({"loop_nest.elements_per_cycle", Mark::Assumed, "nobody measured"});
        QVERIFY(modelOf(platform)->cost(graph, kRelu)->source == Source::Assumed);
    }

    void unknownShapesSaySo()
    {
        QVERIFY(modelOf(platformOf(eyr(), "EYR"))->cost(chain({}, false), kRelu)->source == Source::None);
    }

    void quirks()
    {
        const PublishedLayer layer = publishedLayers("vgg16")[1];
        LoopDims loops = loopsOf(32, 32, 3, 3, 224, 224);
        loops.g = 2; // dense: 64 x 64, the published layer
        const Graph graph = chain({loops});
        const auto published = modelOf(platformOf(eyr(), "EYR"), Compat::kress2024())->cost(graph, kConv);
        QVERIFY(std::abs(published->latency_s / layer.latency_s[0] - 1) < 1e-6);
        QVERIFY(std::abs(published->energy_j / layer.energy_j[0] - 1) < 1e-6);
        const auto smb_published = modelOf(platformOf(smb(), "SMB"), Compat::kress2024())->cost(graph, kConv);
        QVERIFY(std::abs(smb_published->energy_j / layer.energy_j[1] - 1) < 1e-6);
        // Each alone: what it adds is what it is named for.
        const double macs = 2.0 * 32 * 32 * 9 * 224 * 224;
        Compat fallback;
        fallback.mac_fallback = true;
        const double corrected = modelOf(platformOf(smb(), "SMB"))->cost(graph, kConv)->energy_j;
        QVERIFY(std::abs(corrected - modelOf(platformOf(smb(), "SMB"), fallback)->cost(graph, kConv)->energy_j
                         - macs * (0.5608 - 0.25) * 1e-12) < 1e-12);
        Compat first;
        first.first_fill = true;
        QVERIFY(modelOf(platformOf(smb(), "SMB"), first)->cost(graph, kConv)->energy_j > corrected);
    }

    void rewritesWhatDoesNotFit_data()
    {
        QTest::addColumn<QString>("how");
        QTest::addColumn<quint64>("rows");
        QTest::addColumn<quint64>("taps");
        QTest::newRow("as it is") << "" << quint64{16} << quint64{3};
        QTest::newRow("16 kernel columns on 12 PEs") << "kernel columns as channels" << quint64{16} << quint64{16};
        QTest::newRow("rows beyond the buffer") << "output rows in" << quint64{100000} << quint64{3};
        QTest::newRow("a long matrix product") << "rows" << quint64{100000} << quint64{1};
    }

    void rewritesWhatDoesNotFit()
    {
        QFETCH(QString, how);
        QFETCH(quint64, rows);
        QFETCH(quint64, taps);
        const Graph graph = chain({loopsOf(3, 64, taps > 10 ? 12 : taps, taps, rows, taps > 1 ? 14 : 1)});
        const auto model = modelOf(platformOf(eyr(), "EYR"));
        const auto nests = model->mappings(graph, LayerId{0}, m_progress);
        QCOMPARE(nests.size(), std::size_t{1});
        QVERIFY2(how.isEmpty() == nests[0].rewrite.empty() && QString::fromStdString(nests[0].rewrite).contains(how), nests[0].rewrite.c_str());
        QVERIFY(!whyInvalid(model->machine(), nests[0].shape, nests[0].mapping));
        const auto macs = static_cast<double>(*graph.layer(LayerId{0}).macs);
        QVERIFY(nests[0].shape.macs() >= macs);
        // Not just any way that fits: one that keeps a good part of the PEs busy.
        QVERIFY2(nests[0].analysis.cycles < macs / 168 / 0.25, qPrintable(QString::number(nests[0].analysis.utilisation)));
        QVERIFY(model->explain(graph, kConv).find(nests[0].rewrite) != std::string::npos);
    }

    /// Against every way to write it, each with the mapper alone.
    void theFastestRewriteIsTaken()
    {
        const auto model = modelOf(platformOf(eyr(), "EYR"));
        const std::uint64_t rows = 70000, c = 10, m = 22;
        const auto nests = model->mappings(chain({loopsOf(c, m, 3, 3, rows, 6)}), LayerId{0}, m_progress);
        QCOMPARE(nests.size(), std::size_t{1});
        double least = 1e300;
        for (std::uint64_t pieces = 1; pieces < 2 * rows; pieces *= 2) {
            const std::uint64_t height = (rows + pieces - 1) / pieces, count = (rows + height - 1) / height;
            for (const auto& [channels, r, s] : {std::tuple{c, 3U, 3U}, {3 * c, 3U, 1U}, {9 * c, 1U, 1U}}) {
                NestShape way = convolution(static_cast<std::uint32_t>(channels), m, r, s, static_cast<std::uint32_t>(height), 6);
                way.repeats = count;
                const MapResult found = findMappings(model->machine(), way, {}, m_progress);
                if (!found.points.empty()) least = std::min(least, found.points[0].score.cycles);
            }
        }
        QVERIFY2(nests[0].analysis.cycles <= least * 1.001, qPrintable(QString::number(nests[0].analysis.cycles / least)));
        const MapResult curve = model->curve(chain({loopsOf(c, m, 3, 3, rows, 6)}), LayerId{0}, 0, m_progress);
        QCOMPARE(curve.points.front().score.cycles, nests[0].analysis.cycles);
    }

    void whatNeverFitsIsNotSupported()
    {
        LoopNest tiny = eyr();
        tiny.levels[1].words = 0;
        const auto model = modelOf(platformOf(tiny, "EYR"));
        const Graph graph = chain({loopsOf(8, 8, 3, 3, 8, 8)});
        QVERIFY(!model->cost(graph, kConv)->supported);
        QVERIFY(model->explain(graph, kConv).find("no mapping of Conv fits") != std::string::npos);
    }

    void showsItsLoops()
    {
        const Graph graph = chain({loopsOf(64, 64, 3, 3, 56, 56)});
        const auto model = modelOf(platformOf(eyr(), "EYR"));
        const auto nests = model->mappings(graph, LayerId{0}, m_progress);
        const QString text = QString::fromStdString(loopNestText(model->machine(), nests[0]));
        QVERIFY2(text.startsWith("dram: holds W 36864, I 215296, O 200704\n"), qPrintable(text));
        // Factors of all loops multiply up to the multiply-accumulates.
        double product = 1;
        for (const QString& line : text.split('\n'))
            if (line.contains(" in 0..")) product *= line.section("0..", 1).toDouble();
        QCOMPARE(product, static_cast<double>(*graph.layer(LayerId{0}).macs));
        QVERIFY(text.trimmed().endsWith("multiply and add"));
        QVERIFY(model->explain(graph, kConv).find("limited by compute; optimal in this mapping space") != std::string::npos);
        const auto curve = model->curve(graph, LayerId{0}, 0, m_progress);
        QCOMPARE(curve.points.front().score.cycles, nests[0].analysis.cycles);
        const auto least = findMappings(model->machine(), nests[0].shape, {.goal = Goal::Energy}, m_progress);
        QCOMPARE(curve.points.back().score.energy_pj, least.points[0].score.energy_pj);
    }

    void saysHowFarAStoppedSearchGot()
    {
        const Graph graph = chain({loopsOf(64, 64, 3, 3, 56, 56)});
        MappedNest nest = modelOf(platformOf(eyr(), "EYR"))->mappings(graph, LayerId{0}, m_progress)[0];
        QCOMPARE(proofText(nest), std::string("optimal in this mapping space"));
        nest.stop = MapResult::Stop::TimeLimit;
        nest.bound = {nest.analysis.cycles / 1.25, 0};
        QCOMPARE(proofText(nest), std::string("search stopped: at most 25.0\u202F% above the least cycles"));
        nest.bound = {nest.analysis.cycles, 0};
        QCOMPARE(proofText(nest), std::string("search stopped: least cycles, the energy need not be the least"));
        nest.bound.energy_pj = nest.analysis.energy_pj / 1.5;
        QCOMPARE(proofText(nest), std::string("search stopped: least cycles, at most 50.0\u202F% above the least energy"));
        nest.search = Search::Published;
        QVERIFY(proofText(nest).find("published run") != std::string::npos);
    }

    /// A machine that lets everything loop everywhere does not finish; cancelling does not wait for its time limit.
    void hearsWithinASearchThatItIsNoLongerWanted()
    {
        LoopNest open = smb();
        for (LoopNest::Level& level : open.levels) {
            level.loops = "CMRSPQ";
            level.all_of.clear();
            level.orders.clear();
        }
        const Graph graph = chain({loopsOf(720, 720, 3, 3, 720, 720)});
        const auto model = modelOf(platformOf(open, "OPEN"));
        Progress progress;
        std::thread canceller([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            progress.cancel();
        });
        QElapsedTimer timer;
        timer.start();
        model->costUnlessCancelled(graph, kConv, progress);
        const qint64 elapsed_ms = timer.elapsed();
        canceller.join();
        QVERIFY2(elapsed_ms < 3000, qPrintable(QString::number(elapsed_ms))); // five seconds for each way to write it
    }

    /// 20,000 layers of 40 shapes: 40 searches a machine, and each layer costs what its shape does.
    void manyLayersAreSearchedByShape()
    {
        constexpr std::uint32_t kLayers = 20000, kShapes = 40;
        std::vector<Tensor> tensors(kLayers + 1);
        std::vector<Layer> layers(kLayers);
        for (std::uint32_t i = 0; i <= kLayers; ++i) {
            tensors[i].name = "t" + std::to_string(i);
            tensors[i].type = ElementType::Float32;
            tensors[i].shape = Shape{1, 1000};
        }
        for (std::uint32_t i = 0; i < kLayers; ++i) {
            layers[i].name = "l" + std::to_string(i);
            layers[i].op = "Conv";
            layers[i].op_class = OpClass::Conv;
            layers[i].inputs = {TensorId{i}};
            layers[i].outputs = {TensorId{i + 1}};
            layers[i].loops = {loopsOf(4 + 4 * (i * 7 % kShapes), 16, 3, 3, 8, 8)};
            layers[i].macs = layers[i].loops[0].macs();
        }
        const auto graph = std::make_shared<const Graph>("long", layers, tensors, std::vector<Weight>{});
        QTemporaryDir folder;
        System system;
        system.platforms = {platformOf(eyr(), "EYR"), platformOf(smb(), "SMB")};
        CostOptions options;
        options.fusion = false;
        options.mappings = std::make_shared<MappingCache>(folder.path().toStdString());
        const auto table = buildCostTable(graph, std::make_shared<const System>(system), options, m_progress);
        QVERIFY2(table.ok(), table.ok() ? "" : table.error().message().c_str());
        QVERIFY(options.mappings->save());
        const QStringList files = QDir(folder.path()).entryList(QDir::Files);
        QCOMPARE(files.size(), 2);
        for (const QString& file : files)
            QCOMPARE(readEntries(*readFile((folder.path() + '/' + file).toStdString())).size(), std::size_t{kShapes});
        for (std::uint32_t p = 0; p < 2; ++p)
            for (std::uint32_t i = kShapes; i < kLayers; ++i)
                QVERIFY((*table)->layer(LayerId{i}, PlatformId{p}).latency_s
                        == (*table)->layer(LayerId{i % kShapes}, PlatformId{p}).latency_s);
    }

    /// The descriptors that ship are the tables of the tests.
    void shippedDescriptors()
    {
        const Library library = Library::load(Library::defaultFolders());
        for (const auto& [name, nest] : {std::pair{"eyr-2024", eyr()}, std::pair{"smb-2024", smb()}}) {
            const Platform* platform = library.platform(name);
            QVERIFY(platform && platform->loop_nest);
            const Machine shipped = compiled(*platform->loop_nest, "M", *platform->clock_hz);
            QCOMPARE(fingerprint(shipped), fingerprint(compiled(nest, "M")));
        }
        for (const Platform& platform : library.platforms()) {
            if (!platform.loop_nest) continue;
            const auto cost = modelOf(platform)->cost(chain({loopsOf(64, 64, 3, 3, 56, 56)}), kConv);
            QVERIFY2(cost && cost->supported && cost->latency_s > 0 && cost->energy_j > 0, platform.name.c_str());
        }
    }
};

CUTLINE_TEST(TestLoopNestModel)

} // namespace cutline::tst_loop_nest_model

#include "tst_loop_nest_model.moc"
