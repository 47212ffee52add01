// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/graph/worlds.h"
#include "widgets/graph/arrange.h"
#include "widgets/graph/card.h"
#include "widgets/graph/dot_process.h"
#include "widgets/graph/layered_layout.h"
#include "widgets/graph/region.h"
#include "widgets/graph/view_graph.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <random>
#include <set>

namespace cutline::tst_graph_layout {
namespace {

LayoutRequest requestOf(const Graph& graph, Flow flow = Flow::LeftToRight) {
    LayoutRequest request;
    const ViewGraph view = viewGraphOf(graph);
    request.sizes.assign(view.nodes.size(), kCardSize);
    for (const ViewEdge& e : view.edges) request.edges.push_back({e.from, e.to});
    request.flow = flow;
    return request;
}

/// Every layer reads one to three of the few before it.
LayoutRequest randomRequest(unsigned seed, std::uint32_t count, Flow flow) {
    std::mt19937 random(seed);
    LayoutRequest request;
    request.sizes.assign(count, kCardSize);
    request.flow = flow;
    for (std::uint32_t to = 1; to < count; ++to) {
        std::set<std::uint32_t> from;
        for (unsigned k = 0; k < 1 + random() % 3; ++k)
            from.insert(to - 1 - static_cast<std::uint32_t>(random() % std::min(to, 6u)));
        for (const std::uint32_t f : from) request.edges.push_back({f, to});
    }
    return request;
}

RankedLayout layeredOf(const LayoutRequest& request) {
    return layered(request, std::atomic<bool>(false));
}

QString scriptIn(const QTemporaryDir& folder, const QByteArray& body) {
    const QString path = folder.filePath("program");
    QFile file(path);
    if (!file.open(QFile::WriteOnly)) return {};
    file.write("#!/bin/sh\n" + body + "\n");
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return path;
}

} // namespace

class TestGraphLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void dotTextHoldsNumbersOnly() {
        const auto graph = worlds::graphOf("a\"];x>b b>c");
        const QByteArray text = dotText(requestOf(*graph));
        QVERIFY(text.contains("0 -> 1;"));
        QVERIFY(text.contains("1 -> 2;"));
        QVERIFY2(!text.contains("];x"), text.constData());
    }

    void parsesWhatGraphvizWrites() {
        // What dot 2.43 prints for 0>1, 0>2, 1>2, shortened.
        const QByteArray json = R"({"name":"g","objects":[
            {"_gvid":0,"name":"0","pos":"50,230"},{"_gvid":1,"name":"1","pos":"27,139"},{"_gvid":2,"name":"2","pos":"50,48"}],
            "edges":[{"_gvid":0,"tail":0,"head":1,"pos":"e,33,172 44,198 40,190 37,182 35,175"},
                     {"_gvid":1,"tail":1,"head":2,"pos":"e,44,81 33,107 37,99 40,91 42,84"},
                     {"_gvid":2,"tail":0,"head":2,"pos":"e,60,81 60,197 66,179 72,158 72,139 72,122 69,105 64,90"}]})";
        const LayoutRequest request{
            std::vector<QSizeF>(3, kCardSize), {{0, 1}, {0, 2}, {1, 2}}, Flow::LeftToRight};
        const auto layout = parseDotJson(json, request);
        QVERIFY2(layout.ok(), layout ? "" : layout.error().message().c_str());
        QCOMPARE(layout->rank, (std::vector<std::uint32_t>{0, 1, 2}));
        QCOMPARE(layout->lateral, (std::vector<double>{50, 27, 50}));
        QVERIFY(layout->waypoints[0].empty());
        QCOMPARE(layout->waypoints[1].size(), 1u);
        QVERIFY(std::abs(layout->waypoints[1][0] - 72) < 0.5); // where the spline passes the middle rank
    }

    void brokenOutputIsRefused_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("word");
        QTest::newRow("empty") << QByteArray() << QByteArray("not a JSON object");
        QTest::newRow("text") << QByteArray("Error: syntax") << QByteArray("not a JSON object");
        QTest::newRow("node missing")
            << QByteArray(R"({"objects":[{"name":"0","pos":"1,2"}]})") << QByteArray("node 1 of 2");
        QTest::newRow("no position") << QByteArray(R"({"objects":[{"name":"0"},{"name":"1","pos":"1,2"}]})")
                                     << QByteArray("without name or position");
        QTest::newRow("comma as decimal mark")
            << QByteArray(R"({"objects":[{"name":"0","pos":"1,5,2"},{"name":"1","pos":"1,2"}]})")
            << QByteArray("without name or position");
        QTest::newRow("unknown node") << QByteArray(R"({"objects":[{"name":"7","pos":"1,2"}]})")
                                      << QByteArray("without name or position");
        QTest::newRow("edge missing")
            << QByteArray(R"({"objects":[{"name":"0","pos":"1,9"},{"name":"1","pos":"1,2"}],"edges":[]})")
            << QByteArray("edge 0 to 1");
        QTest::newRow("edge without ends")
            << QByteArray(
                   R"({"objects":[{"name":"0","pos":"1,9"},{"name":"1","pos":"1,2"}],"edges":[{"tail":0,"head":5}]})")
            << QByteArray("edge without ends");
        QTest::newRow("against the flow")
            << QByteArray(
                   R"({"objects":[{"name":"0","pos":"1,2"},{"name":"1","pos":"1,9"}],"edges":[{"tail":0,"head":1,"pos":""}]})")
            << QByteArray("edge 0 to 1");
    }
    void brokenOutputIsRefused() {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, word);
        const LayoutRequest request{std::vector<QSizeF>(2, kCardSize), {{0, 1}}, Flow::LeftToRight};
        const auto layout = parseDotJson(json, request);
        QVERIFY(!layout.ok());
        QVERIFY2(QByteArray::fromStdString(layout.error().what).contains(word), layout.error().what.c_str());
    }

    void graphvizRuns() {
        const auto graph = worlds::mobileNet({1, 2});
        DotProcess dot(nullptr, "dot", std::chrono::seconds(20));
        QSignalSpy finished(&dot, &GraphLayout::finished), refused(&dot, &GraphLayout::refused);
        dot.start(requestOf(*graph));
        QTRY_COMPARE_WITH_TIMEOUT(finished.count() + refused.count(), 1, 20'000);
        QCOMPARE(finished.count(), 1);
    }

    void graphvizTroubleIsAReason_data() {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QString>("reason");
        QTest::newRow("slow") << QByteArray("exec sleep 20") << QString("longer than 0.3 s");
        QTest::newRow("status") << QByteArray("exit 3") << QString("status 3");
        QTest::newRow("crash") << QByteArray("kill -SEGV $$") << QString("crashed");
        QTest::newRow("garbage") << QByteArray("cat >/dev/null; echo hello") << QString("not a JSON object");
    }
    void graphvizTroubleIsAReason() {
        QFETCH(QByteArray, script);
        QFETCH(QString, reason);
        const QTemporaryDir folder;
        DotProcess dot(nullptr, scriptIn(folder, script), std::chrono::milliseconds(300));
        QSignalSpy finished(&dot, &GraphLayout::finished), refused(&dot, &GraphLayout::refused);
        dot.start(requestOf(*worlds::graphOf("a>b")));
        QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, 10'000);
        QVERIFY2(refused[0][0].toString().contains(reason), qPrintable(refused[0][0].toString()));
        QCOMPARE(finished.count(), 0);
    }

    void missingGraphvizIsAReason() {
        DotProcess dot(nullptr, "/nowhere/dot");
        QSignalSpy refused(&dot, &GraphLayout::refused);
        dot.start(requestOf(*worlds::graphOf("a>b")));
        QTRY_COMPARE(refused.count(), 1);
        QVERIFY(refused[0][0].toString().contains("/nowhere/dot"));
    }

    void cancelledLayoutsSayNothing() {
        DotProcess dot(nullptr, "dot", std::chrono::seconds(20));
        LayeredLayout own;
        QSignalSpy dot_finished(&dot, &GraphLayout::finished), own_finished(&own, &GraphLayout::finished);
        QSignalSpy refused(&dot, &GraphLayout::refused);
        const LayoutRequest first = randomRequest(1, 300, Flow::LeftToRight),
                            second = requestOf(*worlds::graphOf("a>b"));
        dot.start(first);
        dot.cancel();
        dot.start(second);
        own.start(first);
        own.start(second);
        QTRY_COMPARE_WITH_TIMEOUT(dot_finished.count(), 1, 20'000);
        QTRY_COMPARE(own_finished.count(), 1);
        QCOMPARE(refused.count(), 0);
        QCOMPARE(dot_finished[0][0].value<RankedLayout>().rank.size(), 2u);
        QCOMPARE(own_finished[0][0].value<RankedLayout>().rank.size(), 2u);
    }

    void ownLayoutIsSound_data() {
        QTest::addColumn<unsigned>("seed");
        QTest::addColumn<unsigned>("count");
        for (unsigned seed = 1; seed <= 12; ++seed) QTest::addRow("seed %u", seed) << seed << 5 + seed * seed;
    }
    void ownLayoutIsSound() {
        QFETCH(unsigned, seed);
        QFETCH(unsigned, count);
        for (const Flow flow : {Flow::LeftToRight, Flow::TopToBottom}) {
            const LayoutRequest request = randomRequest(seed, count, flow);
            const RankedLayout layout = layeredOf(request);
            for (std::size_t e = 0; e < request.edges.size(); ++e) {
                const auto [from, to] = request.edges[e];
                QVERIFY(layout.rank[from] < layout.rank[to]);
                QCOMPARE(layout.waypoints[e].size(), layout.rank[to] - layout.rank[from] - 1);
            }
            const Geometry g = arrange(request, layout, QSizeF(1000, 500));
            for (std::size_t a = 0; a < g.cards.size(); ++a)
                for (std::size_t b = a + 1; b < g.cards.size(); ++b)
                    QVERIFY2(!g.cards[a].intersects(g.cards[b]),
                             qPrintable(QString("cards %1, %2").arg(a).arg(b)));
            for (std::size_t e = 0; e < request.edges.size(); ++e)
                checkRoute(g, request.edges[e], g.routes[e]);
        }
    }

    void longChainFoldsIntoRows() {
        LayoutRequest request;
        request.sizes.assign(120, kCardSize);
        for (std::uint32_t i = 0; i + 1 < 120; ++i) request.edges.push_back({i, i + 1});
        const Geometry wide = arrange(request, layeredOf(request), QSizeF(1600, 800));
        QVERIFY(wide.rows.size() > 3);
        const double aspect = wide.bounds.width() / wide.bounds.height();
        QVERIFY2(aspect > 1 && aspect < 4, qPrintable(QString::number(aspect)));
        // Everything of a row stands before everything of the next.
        for (std::size_t i = 0; i + 1 < wide.rows.size(); ++i)
            QVERIFY(wide.rows[i].lateral_end < wide.rows[i + 1].lateral_begin);
        request.sizes.resize(4);
        request.edges.resize(3);
        QCOMPARE(arrange(request, layeredOf(request), QSizeF(1600, 800)).rows.size(), 1u);
    }

    void foldsWhereFewEdgesCross() {
        const std::vector<double> length(12, 10.0);
        std::vector<std::uint32_t> crossing(12, 5);
        crossing[6] = 1; // between ranks 6 and 7
        QCOMPARE(foldRows(length, crossing, 2), (std::vector<std::uint32_t>{0, 7}));
        QCOMPARE(foldRows(length, std::vector<std::uint32_t>(12, 1), 3),
                 (std::vector<std::uint32_t>{0, 4, 8}));
    }

    void twentyThousandLayersStayWithinBudget() {
        LayoutRequest request = randomRequest(5, 20'000, Flow::LeftToRight);
        QElapsedTimer clock;
        clock.start();
        const Geometry g = arrange(request, layeredOf(request), QSizeF(1200, 700));
        QCOMPARE(g.cards.size(), 20'000u);
        QVERIFY2(clock.elapsed() < 10'000, qPrintable(QString("%1 ms").arg(clock.elapsed())));
        qInfo("20,000 layers laid out in %lld ms", static_cast<long long>(clock.elapsed()));
    }

    void regionsHoldTheirCardsAlone_data() { ownLayoutIsSound_data(); }
    void regionsHoldTheirCardsAlone() {
        QFETCH(unsigned, seed);
        QFETCH(unsigned, count);
        const LayoutRequest request =
            randomRequest(seed, count, seed % 2 ? Flow::LeftToRight : Flow::TopToBottom);
        const Geometry g = arrange(request, layeredOf(request), QSizeF(900, 500));
        // A pipeline's stages: ranks below a bound, the rest.
        std::vector<int> owner;
        for (const std::uint32_t r : g.rank) owner.push_back(r < g.rank_begin.size() / 2 ? 0 : 1);
        const auto regions = regionsOf(g, owner, 3);
        QVERIFY(regions[2].parts.empty());
        for (std::size_t i = 0; i < g.cards.size(); ++i)
            for (int p = 0; p < 2; ++p)
                QCOMPARE(regions[static_cast<std::size_t>(p)].outline.contains(g.cards[i].center()),
                         owner[i] == p);
        const CutLine cut = cutLineBetween(g, owner, 0, 1);
        QVERIFY(!cut.lines.empty());
        for (const QPolygonF& line : cut.lines)
            for (qsizetype k = 0; k + 1 < line.size(); ++k)
                for (const QRectF& card : g.cards)
                    QVERIFY(
                        !card.intersects(QRectF(line[k], line[k + 1]).normalized().adjusted(0, 0, 0.1, 0.1)));
    }

    void unionsAreOutlined() {
        const auto area = [](const QPainterPath& path) {
            double sum = 0;
            for (const QPolygonF& p : path.toSubpathPolygons())
                for (qsizetype i = 0; i + 1 < p.size(); ++i)
                    sum += (p[i].x() * p[i + 1].y() - p[i + 1].x() * p[i].y()) / 2;
            return std::abs(sum);
        };
        const std::vector<QRectF> corner{{0, 0, 30, 10}, {0, 5, 10, 25}};
        QCOMPARE(area(roundedUnion(corner, 0)), 30 * 10 + 10 * 20.0);
        const std::vector<QRectF> ring{{0, 0, 30, 10}, {0, 20, 30, 10}, {0, 0, 10, 30}, {20, 0, 10, 30}};
        const QPainterPath path = roundedUnion(ring, 0);
        QVERIFY(path.contains(QPointF(5, 15)));
        QVERIFY(!path.contains(QPointF(15, 15)));
        const std::vector<QRectF> apart{{0, 0, 10, 10}, {20, 20, 10, 10}};
        QCOMPARE(roundedUnion(apart, 0).toSubpathPolygons().size(), 2);
        QVERIFY(roundedUnion({}, 3).isEmpty());
    }

private:
    /// From the source's border to the target's, right angles only, through no other card.
    static void checkRoute(const Geometry& g, const LayoutEdge& edge, const QPolygonF& route) {
        QVERIFY(route.size() >= 2);
        QVERIFY(g.cards[edge.from].adjusted(-0.1, -0.1, 0.1, 0.1).contains(route.first()));
        QVERIFY(g.cards[edge.to].adjusted(-0.1, -0.1, 0.1, 0.1).contains(route.last()));
        for (qsizetype i = 0; i + 1 < route.size(); ++i) {
            const QPointF d = route[i + 1] - route[i];
            QVERIFY(std::abs(d.x()) < 0.01 || std::abs(d.y()) < 0.01);
            const QRectF box = QRectF(route[i], route[i + 1]).normalized().adjusted(-0.01, -0.01, 0.01, 0.01);
            for (std::size_t c = 0; c < g.cards.size(); ++c)
                QVERIFY2(
                    !g.cards[c].adjusted(1, 1, -1, -1).intersects(box),
                    qPrintable(QString("edge %1 to %2 through card %3").arg(edge.from).arg(edge.to).arg(c)));
        }
    }
};

CUTLINE_TEST(TestGraphLayout)

} // namespace cutline::tst_graph_layout

#include "tst_graph_layout.moc"
