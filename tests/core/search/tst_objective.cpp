// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/search/objective.h"

namespace cutline::tst_objective {
namespace {

System twoBoards()
{
    System system;
    system.platforms.resize(2);
    system.platforms[0].name = "EYR";
    system.platforms[0].memories.push_back({"dram", 1000.0, 0});
    system.platforms[1].name = "SMB";
    Connection c;
    c.link.name = "gbe";
    c.ends = {NodeId{0}, NodeId{1}};
    system.links.push_back(c);
    return system;
}

} // namespace

class TestObjective : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void objectives();
    void constraint_data();
    void constraint();
    void badConstraint_data();
    void badConstraint();
    void values();
};

void TestObjective::objectives()
{
    const auto three = parseObjectives("latency, Throughput,energy,latency");
    QVERIFY(three.ok());
    QCOMPARE(*three, (std::vector{Objective::Latency, Objective::InitiationInterval, Objective::Energy}));
    const auto all = parseObjectives("latency,throughput,energy,memory,link,sensitivity,accuracy,cost");
    QCOMPARE(all->size(), std::size_t(8));
    for (std::size_t i = 0; i < 8; ++i) QVERIFY((*all)[i] == kObjectives[i]);
    for (const char* bad : {"speed", "", "latency,,energy"}) {
        const auto result = parseObjectives(bad);
        QVERIFY(!result.ok());
        QVERIFY(result.error().message().find("sensitivity") != std::string::npos);
    }
}

void TestObjective::constraint_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("subject");
    QTest::addColumn<bool>("at_most");
    QTest::addColumn<double>("limit");
    QTest::newRow("latency") << "latency<=20ms" << int(MetricKind::Latency) << 0 << true << 0.02;
    QTest::newRow("spaces") << " latency  <= 20 ms " << int(MetricKind::Latency) << 0 << true << 0.02;
    QTest::newRow("rate") << "throughput>=30fps" << int(MetricKind::Throughput) << 0 << false << 30.0;
    QTest::newRow("energy") << "energy<25mJ" << int(MetricKind::Energy) << 0 << true << 0.025;
    QTest::newRow("memory") << "memory:EYR<=4MiB" << int(MetricKind::PlatformMemory) << 0 << true << 4194304.0;
    QTest::newRow("memory share") << "memory:EYR<=50%" << int(MetricKind::PlatformMemory) << 0 << true << 500.0;
    QTest::newRow("tightest") << "memory<=80%" << int(MetricKind::MemoryRatio) << 0 << true << 0.8;
    QTest::newRow("largest") << "memory<=2kB" << int(MetricKind::MemoryMax) << 0 << true << 2000.0;
    QTest::newRow("busy") << "busy:SMB<=10ms" << int(MetricKind::PlatformBusy) << 1 << true << 0.01;
    QTest::newRow("busy link") << "busy:gbe<=1ms" << int(MetricKind::LinkBusy) << 0 << true << 0.001;
    QTest::newRow("load") << "load:gbe<=50%" << int(MetricKind::LinkLoad) << 0 << true << 0.5;
    QTest::newRow("bytes") << "link<=100kB" << int(MetricKind::LinkBytes) << 0 << true << 1e5;
    QTest::newRow("bytes of") << "link:gbe<=100kB" << int(MetricKind::LinkBytesOf) << 0 << true << 1e5;
    QTest::newRow("energy of") << "energy:SMB<=1mJ" << int(MetricKind::PlatformEnergy) << 1 << true << 1e-3;
    QTest::newRow("less or equal sign") << "latency\u226420ms" << int(MetricKind::Latency) << 0 << true << 0.02;
}

void TestObjective::constraint()
{
    QFETCH(QString, text);
    QFETCH(int, kind);
    QFETCH(int, subject);
    QFETCH(bool, at_most);
    QFETCH(double, limit);
    const auto parsed = parseConstraint(text.toStdString(), twoBoards());
    QVERIFY2(parsed.ok(), parsed.ok() ? "" : parsed.error().message().c_str());
    QCOMPARE(int(parsed->kind), kind);
    QCOMPARE(int(parsed->subject), subject);
    QCOMPARE(parsed->at_most, at_most);
    QVERIFY(std::abs(parsed->limit - limit) <= 1e-12 * limit);
}

void TestObjective::badConstraint_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("named");
    QTest::newRow("no comparison") << "latency 20ms" << "<=";
    QTest::newRow("unknown metric") << "speed<=3" << "throughput";
    QTest::newRow("unknown platform") << "memory:XYZ<=4MiB" << "SMB";
    QTest::newRow("unknown link") << "load:wifi<=4%" << "gbe";
    QTest::newRow("needs a subject") << "busy<=4ms" << "EYR";
    QTest::newRow("no subject") << "latency:EYR<=4ms" << "latency";
    QTest::newRow("wrong unit") << "latency<=4mJ" << "ms";
    QTest::newRow("no limit") << "latency<=" << "ms";
    QTest::newRow("empty name") << "memory:<=4MiB" << "EYR";
    QTest::newRow("capacity not known") << "memory:SMB<=50%" << "SMB";
    QTest::newRow("not finite") << "latency<=inf" << "number";
}

void TestObjective::badConstraint()
{
    QFETCH(QString, text);
    QFETCH(QString, named);
    const auto parsed = parseConstraint(text.toStdString(), twoBoards());
    QVERIFY(!parsed.ok());
    QVERIFY2(parsed.error().message().find(named.toStdString()) != std::string::npos,
             parsed.error().message().c_str());
}

void TestObjective::values()
{
    Metrics metrics;
    metrics.latency_s = 1;
    metrics.initiation_interval_s = 0.5;
    metrics.platforms.resize(2);
    metrics.platforms[1].busy_s = 0.25;
    metrics.links.push_back({100, 0.1, 3});
    const auto value = [&](MetricKind kind, std::uint32_t subject) {
        return metricValue(metrics, {kind, subject, true, 0, ""}, 0.5);
    };
    QCOMPARE(*value(MetricKind::Throughput, 0), 2.0);
    QCOMPARE(*value(MetricKind::PlatformBusy, 1), 0.25);
    QCOMPARE(*value(MetricKind::LinkLoad, 0), 0.2);
    QCOMPARE(*value(MetricKind::LinkBytesOf, 0), 100.0);
    QVERIFY(!value(MetricKind::Accuracy, 0));
    QVERIFY(!value(MetricKind::MemoryRatio, 0));
}

CUTLINE_TEST(TestObjective)

} // namespace cutline::tst_objective

#include "tst_objective.moc"
