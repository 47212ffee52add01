// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/platform/library.h"

#include <random>

namespace cutline::tst_routes {
namespace {

/// "A B C s* | A-B 1G | B-C 100M half | A=B=C 1M": nodes (switches with *), then links with a rate in Mbit/s.
System world(const QString& text) {
    const Library library;
    const QStringList parts = text.split('|');
    QString descriptor = "name: \"w\" ";
    for (const QString& node : parts[0].simplified().split(' '))
        descriptor += node.endsWith('*') ? QString("switch { name: \"%1\" } ").arg(node.chopped(1))
                                         : QString("platform { name: \"%1\" } ").arg(node);
    for (int i = 1; i < parts.size(); ++i) {
        const QStringList words = parts[i].simplified().split(' ');
        descriptor += QString("link { name: \"l%1\" rate_bits_per_s: %2e6 ").arg(i - 1).arg(words[1]);
        if (words.contains("half")) descriptor += "duplex: HALF ";
        if (words.contains("oneway")) descriptor += "duplex: ONE_WAY ";
        for (const QString& end : words[0].split('-')) descriptor += QString("between: \"%1\" ").arg(end);
        descriptor += "} ";
    }
    const auto system = parseSystem(descriptor.toStdString(), "world", library);
    if (!system) qFatal("%s", system.error().message().c_str());
    return *system;
}

QString shown(const System& system, std::span<const Hop> route) {
    QString text;
    for (const Hop& hop : route)
        text += QString("%1-%2>%3 ")
                    .arg(QString::fromUtf8(system.nodeName(hop.from).data(),
                                           qsizetype(system.nodeName(hop.from).size())))
                    .arg(hop.link.value)
                    .arg(QString::fromUtf8(system.nodeName(hop.to).data(),
                                           qsizetype(system.nodeName(hop.to).size())));
    return text.trimmed();
}

/// All simple paths by depth-first search: fewest hops, then least time, then lowest links.
struct BruteForce {
    const System& system;
    NodeId target;
    std::vector<Hop> path, best;
    std::vector<bool> visited;
    bool found = false;

    static bool better(const System& system, const std::vector<Hop>& a, const std::vector<Hop>& b) {
        if (a.size() != b.size()) return a.size() < b.size();
        double ta = 0, tb = 0;
        for (const Hop& hop : a) ta += transferCost(system.links[hop.link.index()].link, 1e6).time_s;
        for (const Hop& hop : b) tb += transferCost(system.links[hop.link.index()].link, 1e6).time_s;
        if (std::abs(ta - tb) > 1e-9 * ta) return ta < tb;
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (a[i].link != b[i].link) return a[i].link < b[i].link;
            if (a[i].to != b[i].to) return a[i].to < b[i].to;
        }
        return false;
    }

    void search(NodeId at) {
        if (at == target) {
            if (!found || better(system, path, best)) best = path;
            found = true;
            return;
        }
        visited[at.index()] = true;
        for (std::uint32_t l = 0; l < system.links.size(); ++l) {
            const Connection& connection = system.links[l];
            for (std::size_t e = 0; e < connection.ends.size(); ++e) {
                if (connection.ends[e] != at) continue;
                if (connection.link.duplex == Duplex::OneWay && e > 0) continue;
                for (const NodeId to : connection.ends) {
                    if (visited[to.index()] || to == at) continue;
                    path.push_back({LinkId{l}, at, to});
                    search(to);
                    path.pop_back();
                }
            }
        }
        visited[at.index()] = false;
    }
};

} // namespace

/// Ways between platforms, and what they occupy.
class RoutesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void known_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("to");
        QTest::addColumn<QString>("route");
        QTest::addColumn<bool>("chain");
        QTest::newRow("neighbours") << "A B | A-B 1000" << 0 << 1 << "A-0>B" << true;
        QTest::newRow("chain") << "A B C | A-B 1000 | B-C 100" << 0 << 2 << "A-0>B B-1>C" << true;
        QTest::newRow("chain, back") << "A B C | A-B 1000 | B-C 100" << 2 << 0 << "C-1>B B-0>A" << true;
        QTest::newRow("chain out of order") << "A B C | A-C 10 | C-B 10" << 0 << 1 << "A-0>C C-1>B" << true;
        QTest::newRow("half duplex is no chain") << "A B | A-B 1000 half" << 0 << 1 << "A-0>B" << false;
        QTest::newRow("star") << "A B C | A-B 10 | A-C 10" << 1 << 2 << "B-0>A A-1>C" << true;
        QTest::newRow("four-way star")
            << "A B C D | A-B 10 | A-C 10 | A-D 10" << 1 << 3 << "B-0>A A-2>D" << false;
        QTest::newRow("ring is no chain") << "A B C | A-B 10 | B-C 10 | C-A 10" << 0 << 2 << "A-2>C" << false;
        QTest::newRow("switch") << "A B C s* | A-s 10 | B-s 10 | C-s 10" << 0 << 2 << "A-0>s s-2>C" << false;
        QTest::newRow("bus is one hop") << "A B C | A-B-C 1" << 2 << 0 << "C-0>A" << false;
        QTest::newRow("fewest hops before time")
            << "A B C | A-B 9000 | B-C 9000 | A-C 1" << 0 << 2 << "A-2>C" << false;
        QTest::newRow("faster of two") << "A B | A-B 10 | A-B 100" << 0 << 1 << "A-1>B" << false;
        QTest::newRow("first of equal ones") << "A B | A-B 100 | A-B 100" << 0 << 1 << "A-0>B" << false;
        QTest::newRow("one way") << "A B | A-B 10 oneway" << 0 << 1 << "A-0>B" << false;
        QTest::newRow("not against it") << "A B | A-B 10 oneway" << 1 << 0 << "" << false;
        QTest::newRow("to itself") << "A B | A-B 10" << 1 << 1 << "" << true;
        QTest::newRow("no way") << "A B C | A-B 10" << 0 << 2 << "" << false;
        QTest::newRow("alone") << "A" << 0 << 0 << "" << true;
    }

    void known() {
        QFETCH(QString, text);
        QFETCH(int, from);
        QFETCH(int, to);
        const System system = world(text);
        const Routes routes(system);
        const PlatformId a{static_cast<std::uint32_t>(from)}, b{static_cast<std::uint32_t>(to)};
        QTEST(shown(system, routes.between(a, b)), "route");
        QTEST(routes.isChain(), "chain");
        QFETCH(QString, route);
        QCOMPARE(routes.reachable(a, b), from == to || !route.isEmpty());
    }

    void randomAgainstAllPaths_data() {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 300; ++seed) QTest::newRow(qPrintable(QString::number(seed))) << seed;
    }

    void randomAgainstAllPaths() {
        QFETCH(unsigned, seed);
        std::mt19937 random(seed);
        const auto pick = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
        const unsigned platforms = 2 + pick(4), switches = pick(3), links = 1 + pick(8);
        QString text;
        for (unsigned i = 0; i < platforms; ++i) text += QString("p%1 ").arg(i);
        for (unsigned i = 0; i < switches; ++i) text += QString("s%1* ").arg(i);
        const auto name = [&](unsigned n) {
            return n < platforms ? QString("p%1").arg(n) : QString("s%1").arg(n - platforms);
        };
        for (unsigned l = 0; l < links; ++l) {
            QStringList ends;
            const unsigned wanted = std::min(platforms + switches, pick(4) == 0 ? 3u : 2u);
            while (ends.size() < static_cast<int>(wanted)) {
                const QString end = name(pick(platforms + switches));
                if (!ends.contains(end)) ends << end;
            }
            const char* const kinds[] = {"", "", " half", " oneway"};
            text += QString("| %1 %2%3 ")
                        .arg(ends.join('-'))
                        .arg(std::array{10, 100, 1000}[pick(3)])
                        .arg(kinds[pick(4)]);
        }
        const System system = world(text);
        const Routes routes(system);
        for (std::uint32_t a = 0; a < platforms; ++a)
            for (std::uint32_t b = 0; b < platforms; ++b) {
                if (a == b) continue;
                BruteForce all{system, NodeId{b}, {}, {}, std::vector<bool>(system.nodeCount()), false};
                all.search(NodeId{a});
                const auto route = routes.between(PlatformId{a}, PlatformId{b});
                QVERIFY2(shown(system, route) == shown(system, all.best), qPrintable(text));
            }
    }

    void resources() {
        const System system = world("A B C | A-B 10 | A-B 10 half | A-B-C 10 | B-C 10 oneway");
        const LinkResources resources(system);
        QCOMPARE(resources.count(), std::size_t{5});
        const auto of = [&](std::uint32_t link, std::uint32_t from, std::uint32_t to) {
            return resources.of({LinkId{link}, NodeId{from}, NodeId{to}});
        };
        QVERIFY(of(0, 0, 1) != of(0, 1, 0));
        QCOMPARE(of(1, 0, 1), of(1, 1, 0));
        QCOMPARE(of(2, 0, 1), of(2, 2, 0));
        for (std::uint32_t link = 0; link < 4; ++link)
            QCOMPARE(resources.link(of(link, link == 3, 2)).value, link);
    }
};

CUTLINE_TEST(RoutesTest)

} // namespace cutline::tst_routes

#include "tst_routes.moc"
