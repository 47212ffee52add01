// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/graph/worlds.h"
#include "widgets/graph/cut_drag.h"

#include <numeric>
#include <random>
#include <set>

namespace cutline::tst_cut_drag {
namespace {

std::vector<double> fileOrder(const Graph& graph) {
    std::vector<double> place(graph.layerCount());
    std::iota(place.begin(), place.end(), 0.0);
    return place;
}

/// Tensors made in stages 0..boundary and read behind, counted one by one.
std::size_t crossing(const Graph& graph, const Plan& plan, std::size_t boundary) {
    std::set<LayerId> before;
    for (std::size_t s = 0; s <= boundary; ++s)
        before.insert(plan.stages[s].layers.begin(), plan.stages[s].layers.end());
    std::size_t count = 0;
    for (const Tensor& t : graph.tensors()) {
        if (!t.producer || !before.contains(*t.producer)) continue;
        bool leaves = false;
        for (const LayerId reader : t.consumers) leaves = leaves || !before.contains(reader);
        count += leaves ? 1 : 0;
    }
    return count;
}

bool isLegal(const Graph& graph, const Plan& plan) {
    std::vector<std::size_t> stage(graph.layerCount(), 99);
    for (std::size_t s = 0; s < plan.stages.size(); ++s) {
        if (plan.stages[s].layers.empty()) return false;
        for (const LayerId id : plan.stages[s].layers) stage[id.index()] = s;
    }
    for (std::uint32_t i = 0; i < graph.layerCount(); ++i)
        for (const LayerId next : graph.successors(LayerId{i}))
            if (stage[i] > stage[next.index()]) return false;
    return true;
}

} // namespace

class TestCutDrag : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyPlaceOfAChainIsSingle() {
        const auto graph = worlds::graphOf("a>b b>c c>d d>e");
        const CutDrag drag(*graph, worlds::pipeline(graph, {2}), 0, fileOrder(*graph));
        QCOMPARE(drag.start(), 2u);
        QCOMPARE(drag.most(), 4u);
        for (std::size_t k = 1; k <= 4; ++k) QVERIFY(drag.single(k));
        QCOMPARE(drag.planAt(3).stages[0].layers.size(), 3u);
        QCOMPARE(drag.planAt(3).stages[1].layers, (std::vector<LayerId>{{3}, {4}}));
        QCOMPARE(drag.clamped(-5), 1u);
        QCOMPARE(drag.clamped(50), 4u);
    }

    void shiftSkipsTheInsideOfADiamond() {
        const auto graph = worlds::graphOf("s>a a>b a>c b>d c>d d>e");
        const CutDrag drag(*graph, worlds::pipeline(graph, {2}), 0, fileOrder(*graph));
        // s a | b c d e: one tensor. With b, two: a's and b's. With b and c, two. With d, one.
        QVERIFY(drag.single(2));
        QVERIFY(!drag.single(3));
        QVERIFY(!drag.single(4));
        QVERIFY(drag.single(5));
        QCOMPARE(drag.nextSingle(2, 1), 5u);
        QCOMPARE(drag.nextSingle(5, -1), 2u);
        QCOMPARE(drag.nearestSingle(4), 5u);
        QCOMPARE(drag.nearestSingle(3), 2u);
        QCOMPARE(drag.nextSingle(5, 1), 5u); // none left
    }

    void everyPositionIsALegalPipeline_data() {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 20; ++seed) QTest::addRow("seed %u", seed) << seed;
    }
    void everyPositionIsALegalPipeline() {
        QFETCH(unsigned, seed);
        std::mt19937 random(seed);
        const auto n = 6 + random() % 20;
        std::string text = "l0";
        for (std::size_t to = 1; to < n; ++to)
            for (unsigned k = 0; k < 1 + random() % 2; ++k)
                text += " l" + std::to_string(random() % to) + ">l" + std::to_string(to);
        const auto graph = worlds::graphOf(text);
        const std::size_t layers = graph->layerCount();
        const Plan plan = worlds::pipeline(graph, {layers / 3, layers / 3});
        QVERIFY(isLegal(*graph, plan));
        for (std::size_t boundary = 0; boundary < 2; ++boundary) {
            const CutDrag drag(*graph, plan, boundary, fileOrder(*graph));
            QCOMPARE(drag.planAt(drag.start()), plan);
            for (std::size_t k = drag.least(); k <= drag.most(); ++k) {
                const Plan moved = drag.planAt(k);
                QVERIFY(isLegal(*graph, moved));
                QCOMPARE(moved.stages[boundary].layers.size(), k);
                QCOMPARE(drag.single(k), crossing(*graph, moved, boundary) == 1);
            }
        }
    }
};

CUTLINE_TEST(TestCutDrag)

} // namespace cutline::tst_cut_drag

#include "tst_cut_drag.moc"
