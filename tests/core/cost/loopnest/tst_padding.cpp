// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cost/loopnest/padding.h"

#include "core/cost/loopnest/loop_nest_model.h"
#include "core/cost/loopnest/mapper.h"
#include "core/platform/library.h"

#include <QtTest>

#include <set>

#include "tests/core/cost/loopnest/machines.h"
#include "tests/core/cost/loopnest/nest_chain.h"
#include "tests/core/cost/loopnest/reference.h"
#include "tests/test_program.h"

namespace cutline::tst_padding {

using namespace cutline::loopnest;
using namespace cutline::loopnest::testing;

/// 13 output columns on 14 columns of PEs, and a prime number of channels.
const LoopDims kAwkward = loopsOf(37, 41, 3, 3, 13, 13);

LoopNest padding(LoopNest nest)
{
    nest.pad = true;
    return nest;
}

/// Sizes that grow to spread better: a field of the descriptor.
class TestPadding : public QObject {
    Q_OBJECT

private:
    Progress m_progress;

private Q_SLOTS:
    /// The figures of cost.md, through the descriptor; and once more from what was kept of the first time.
    void squeezeNetIsFasterByWhatIsPublished()
    {
        auto cache = std::make_shared<MappingCache>();
        Compat published;
        published.first_fill = true;
        for (const auto& [nest, latency_ms] : {std::pair{eyr(), 13.30}, {padding(eyr()), 11.69}, {padding(eyr()), 11.69}, {eyr(), 13.30}}) {
            const auto model = modelOf(platformOf(nest, "EYR"), published, cache);
            double sum_s = 0;
            for (const PublishedLayer& layer : publishedLayers("squeezenet1_1")) {
                const Sizes& size = layer.dense.size;
                LoopDims loops = loopsOf(size[C], size[M], size[R], size[S], size[P], size[Q]);
                loops.stride_p = loops.stride_q = layer.dense.stride_p;
                sum_s += model->cost(chain({loops}), kConv)->latency_s;
            }
            QVERIFY2(std::abs(sum_s * 1e3 / latency_ms - 1) < 1e-3, qPrintable(QString::number(sum_s * 1e3, 'g', 8)));
        }
    }

    /// What is added is charged: a layer of the padded size costs the same on the machine that does not pad.
    void thePaddedNestIsCharged()
    {
        const auto plain = modelOf(platformOf(eyr(), "EYR")), padded = modelOf(platformOf(padding(eyr()), "EYR"));
        const Graph graph = chain({kAwkward});
        const auto nests = padded->mappings(graph, LayerId{0}, m_progress);
        QCOMPARE(nests.size(), std::size_t{1});
        const Sizes& size = nests[0].mapping.size;
        QVERIFY(size != nests[0].shape.size && arePadded(nests[0].shape, size));
        QCOMPARE(nests[0].shape.macs(), static_cast<double>(*graph.layer(LayerId{0}).macs));
        const auto cost = padded->cost(graph, kConv);
        QVERIFY(cost->latency_s < 0.95 * plain->cost(graph, kConv)->latency_s);
        const auto charged = plain->cost(chain({loopsOf(size[C], size[M], size[R], size[S], size[P], size[Q])}), kConv);
        QVERIFY(*charged == *cost);
        // Busy are those PEs that do what the layer asks for.
        QCOMPARE(nests[0].analysis.utilisation, static_cast<double>(*graph.layer(LayerId{0}).macs) / (168 * nests[0].analysis.cycles));
    }

    void sayWhatWasPadded()
    {
        const Graph graph = chain({kAwkward});
        auto cache = std::make_shared<MappingCache>();
        for (int time = 0; time < 2; ++time) { // searched, then kept
            const auto model = modelOf(platformOf(padding(eyr()), "EYR"), {}, cache);
            const auto nests = model->mappings(graph, LayerId{0}, m_progress);
            QVERIFY2(nests[0].rewrite.find(" padded from ") != std::string::npos, nests[0].rewrite.c_str());
            QCOMPARE(nests[0].rewrite, paddingText(nests[0].shape, nests[0].mapping.size));
            QVERIFY(model->explain(graph, kConv).find(nests[0].rewrite) != std::string::npos);
        }
        const auto plain = modelOf(platformOf(eyr(), "EYR"), {}, cache);
        QVERIFY(plain->mappings(graph, LayerId{0}, m_progress)[0].rewrite.empty());
        NestShape shape = convolution(3, 8, 1, 1, 4, 13);
        QCOMPARE(paddingText(shape, shape.size), std::string());
        Sizes size = shape.size;
        size[Q] = 14;
        size[M] = 9;
        QCOMPARE(paddingText(shape, size), std::string("M padded from 8 to 9, Q padded from 13 to 14"));
    }

    /// A padded mapping takes fewer cycles or it is not taken: the unpadded one stays in the running.
    void neverSlower()
    {
        const Machine machine = compiled(padding(smb()), "SMB");
        for (const char* network : kNetworks) {
            std::set<Sizes> seen;
            for (const PublishedLayer& layer : publishedLayers(network)) {
                if (!seen.insert(layer.dense.size).second || seen.size() > 12) continue;
                const MapResult plain = findMappings(machine, layer.dense, {}, m_progress);
                const MapResult padded = findMappings(machine, layer.dense, {.pad = true}, m_progress);
                QVERIFY(padded.points[0].score.cycles <= plain.points[0].score.cycles);
                if (padded.points[0].mapping.size == layer.dense.size) QCOMPARE(padded.points[0].score, plain.points[0].score);
            }
        }
    }

    /// Every multiple of every factor up to the widest fan-out, by counting.
    void sizesAreMultiplesWithinAnEighth()
    {
        const Machine machine = compiled(eyr(), "EYR");
        for (const std::uint32_t size : {1U, 7U, 8U, 13U, 27U, 100U, 227U}) {
            const NestShape shape = convolution(1, 1, 1, 1, 1, size); // Q spreads over 14
            std::set<std::uint32_t> wanted;
            for (std::uint32_t padded = size + 1; 8 * padded <= 9 * size; ++padded)
                for (std::uint32_t factor = 2; factor <= 14; ++factor)
                    if (padded % factor == 0 && padded - factor < size) wanted.insert(padded);
            std::set<std::uint32_t> found;
            for (const Sizes& padded : paddedSizes(machine, shape, 1e9)) {
                QVERIFY(arePadded(shape, padded));
                found.insert(padded[Q]);
            }
            QVERIFY2(found == wanted, qPrintable(QString::number(size)));
        }
        const NestShape shape = convolution(50, 60, 3, 3, 13, 27);
        double before = stepsAtBest(machine, shape.size);
        const double limit = 1.2 * before;
        for (const Sizes& padded : paddedSizes(machine, shape, limit)) {
            QVERIFY(stepsAtBest(machine, padded) >= before && stepsAtBest(machine, padded) < limit);
            before = stepsAtBest(machine, padded);
        }
    }

    void whatIsNoPadding()
    {
        const NestShape shape = convolution(64, 64, 3, 3, 13, 16);
        const auto with = [&](std::size_t dim, std::uint32_t size) {
            Sizes sizes = shape.size;
            sizes[dim] = size;
            return arePadded(shape, sizes);
        };
        QVERIFY(with(Q, 16) && with(Q, 18) && !with(Q, 19) && !with(Q, 15));
        QVERIFY(with(C, 72) && with(M, 72) && !with(M, 73));
        QVERIFY(!with(P, 14) && !with(R, 4));
    }

    /// So wide that there are more paddings than are looked at: answers in time and says that it is not all.
    void hugeMachinesAnswer()
    {
        LoopNest wide = padding(eyr());
        wide.levels[3].fan_out = 60000;
        wide.levels[4].fan_out = 60000;
        const Machine machine = compiled(wide, "wide");
        const NestShape shape = convolution(50021, 50023, 1, 1, 1, 1);
        const MapResult found = findMappings(machine, shape, {.pad = true, .time_limit_s = 0.3}, m_progress);
        QVERIFY(found.stop == MapResult::Stop::TimeLimit && !found.points.empty());
        QVERIFY(found.bound.cycles <= found.points[0].score.cycles);
        QVERIFY(paddedSizes(machine, shape, 1e12).size() <= kMostPadded);
    }

    /// Machines that differ by it alone share no mappings, and the text of a descriptor has it.
    void isPartOfTheMachine()
    {
        QVERIFY(fingerprint(compiled(eyr(), "EYR")) != fingerprint(compiled(padding(eyr()), "EYR")));
        const Library library = Library::load(Library::defaultFolders());
        const Platform* shipped = library.platform("EYR");
        QVERIFY(shipped && !shipped->loop_nest->pad);
        QVERIFY(platformText(*shipped).find("pad:") == std::string::npos);
        Platform own = *shipped;
        own.loop_nest->pad = true;
        const auto again = parsePlatform(platformText(own), "own");
        QVERIFY2(again.ok(), again.ok() ? "" : again.error().message().c_str());
        QVERIFY(again->loop_nest->pad && *again == own);
    }
};

CUTLINE_TEST(TestPadding)

} // namespace cutline::tst_padding

#include "tst_padding.moc"
