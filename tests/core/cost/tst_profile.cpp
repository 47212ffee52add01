// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/cost/cost_model.h"

namespace cutline::tst_profile {

class TestProfile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void units_data();
    void units();
    void whatCostWritesIsAccepted();
    void operatorsAndQuotedNames();
    void errors_data();
    void errors();
    void aMissingFileIsNamed();
};

void TestProfile::units_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<double>("latency");
    QTest::addColumn<double>("energy");
    QTest::newRow("s and J") << QByteArray("layer,latency_s,energy_J\na,0.25,2\n") << 0.25 << 2.0;
    QTest::newRow("ms and mJ") << QByteArray("layer,latency_ms,energy_mJ\na,250,2000\n") << 0.25 << 2.0;
    QTest::newRow("us and uJ") << QByteArray("layer,latency_us,energy_uJ\na,250000,2e6\n") << 0.25 << 2.0;
    QTest::newRow("lower case") << QByteArray("LAYER,LATENCY_MS,energy_mj\na,250,2000\n") << 0.25 << 2.0;
    QTest::newRow("columns in any order")
        << QByteArray("energy_J,layer,latency_s\n2,a,0.25\n") << 0.25 << 2.0;
    QTest::newRow("cycles at 200 MHz") << QByteArray("layer,cycles,energy_J\na,50000000,2\n") << 0.25 << 2.0;
    QTest::newRow("a time outranks cycles")
        << QByteArray("layer,cycles,latency_s,energy_J\na,1,0.25,2\n") << 0.25 << 2.0;
    QTest::newRow("cycles where the time is empty")
        << QByteArray("layer,latency_s,cycles,energy_J\na,,50000000,2\n") << 0.25 << 2.0;
    QTest::newRow("byte order mark and CRLF")
        << QByteArray("\xEF\xBB\xBFlayer,latency_s,energy_J\r\na,0.25,2\r\n\r\n") << 0.25 << 2.0;
    QTest::newRow("no line end, spaces")
        << QByteArray("layer , latency_s, energy_J\n a , 0.25 , 2") << 0.25 << 2.0;
    QTest::newRow("quoted cells") << QByteArray("\"layer\",latency_s,energy_J\n\"a\",\"0.25\",2\n") << 0.25
                                  << 2.0;
}

void TestProfile::units() {
    QFETCH(QByteArray, text);
    QFETCH(double, latency);
    QFETCH(double, energy);
    const auto profile =
        parseProfileCsv(std::string_view(text.data(), std::size_t(text.size())), "p.csv", 200e6);
    QVERIFY2(profile.ok(), profile.ok() ? "" : profile.error().message().c_str());
    QCOMPARE(profile->rows.size(), std::size_t{1});
    QCOMPARE(profile->rows[0].layer, std::string("a"));
    QCOMPARE(profile->rows[0].latency_s, latency);
    QCOMPARE(*profile->rows[0].energy_j, energy);
    QVERIFY(profile->has_energy);
}

void TestProfile::whatCostWritesIsAccepted() {
    const auto profile = parseProfileCsv(
        "layer,op,platform,latency_s,energy_j,weight_bytes,output_bytes,macs,source,uncertainty\n"
        "a,Conv,EYR,0.25,2,10,20,30,assumed,0.5\na,Conv,SMB,0.5,3,10,20,30,loop-nest,0.1\n",
        "cost.csv", std::nullopt);
    QVERIFY2(profile.ok(), profile.ok() ? "" : profile.error().message().c_str());
    QCOMPARE(profile->rows.size(), std::size_t{2});
    QCOMPARE(profile->rows[0].platform, std::string("EYR"));
    QVERIFY(profile->rows[0].source == Source::Assumed);
    QVERIFY(profile->rows[1].source == Source::LoopNest);
    QCOMPARE(*profile->rows[1].uncertainty, 0.1);
    QVERIFY(!profile->rows[0].by_op);
}

void TestProfile::operatorsAndQuotedNames() {
    const auto profile = parseProfileCsv("layer,op,latency_s,memory_bytes\n\"a, \"\"b\"\"\",,1,7\n,Relu,2,\n",
                                         "p.csv", std::nullopt);
    QVERIFY2(profile.ok(), profile.ok() ? "" : profile.error().message().c_str());
    QCOMPARE(profile->rows[0].layer, std::string("a, \"b\""));
    QCOMPARE(profile->notes.size(), std::size_t{1}); // what is not used is said
    QVERIFY(profile->notes[0].find("memory_bytes are not used") != std::string::npos);
    QVERIFY(profile->rows[1].by_op);
    QCOMPARE(profile->rows[1].layer, std::string("Relu"));
    const auto by_op = parseProfileCsv("op,latency_s\nConv,1\n", "p.csv", std::nullopt);
    QVERIFY(by_op.ok() && by_op->rows[0].by_op && !by_op->has_energy && by_op->notes.empty());
}

void TestProfile::errors_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("where");
    QTest::addColumn<QByteArray>("what");
    QTest::newRow("nothing") << QByteArray("") << QByteArray("p.csv:1") << QByteArray("nothing in the file");
    QTest::newRow("header alone") << QByteArray("layer,latency_s\n") << QByteArray("p.csv:1")
                                  << QByteArray("without rows");
    QTest::newRow("no layer column") << QByteArray("latency_s\n1\n") << QByteArray("p.csv:1")
                                     << QByteArray("'layer'");
    QTest::newRow("no latency column")
        << QByteArray("layer,energy_J\na,1\n") << QByteArray("p.csv:1") << QByteArray("no latency");
    QTest::newRow("missing unit") << QByteArray("layer,latency\na,1\n") << QByteArray("p.csv:1")
                                  << QByteArray("'latency' has no unit");
    QTest::newRow("missing unit of energy") << QByteArray("layer,latency_s,energy\na,1,1\n")
                                            << QByteArray("p.csv:1") << QByteArray("'energy' has no unit");
    QTest::newRow("unknown column") << QByteArray("layer,latency_s,colour\na,1,red\n")
                                    << QByteArray("p.csv:1") << QByteArray("'colour'");
    QTest::newRow("two latencies") << QByteArray("layer,latency_s,latency_ms\na,1,1\n")
                                   << QByteArray("p.csv:1") << QByteArray("'latency_ms'");
    QTest::newRow("semicolons") << QByteArray("layer;latency_s\na;0,5\n") << QByteArray("p.csv:1")
                                << QByteArray("';'");
    QTest::newRow("decimal comma") << QByteArray("layer,latency_s\na,0,25\n") << QByteArray("p.csv:2")
                                   << QByteArray("3 cells, the header has 2");
    QTest::newRow("quoted decimal comma") << QByteArray("layer,latency_s\na,\"0,25\"\n")
                                          << QByteArray("p.csv:2") << QByteArray("decimal comma");
    QTest::newRow("short row") << QByteArray("layer,latency_s,energy_J\nok,1,1\na,1\n")
                               << QByteArray("p.csv:3") << QByteArray("2 cells, the header has 3");
    QTest::newRow("not a number") << QByteArray("layer,latency_s\na,fast\n") << QByteArray("p.csv:2")
                                  << QByteArray("'fast' is not a number");
    QTest::newRow("negative") << QByteArray("layer,latency_s\nok,1\n\na,-1\n") << QByteArray("p.csv:4")
                              << QByteArray("-1");
    QTest::newRow("not finite") << QByteArray("layer,latency_s\na,nan\n") << QByteArray("p.csv:2")
                                << QByteArray("nan");
    QTest::newRow("infinite") << QByteArray("layer,latency_s\na,inf\n") << QByteArray("p.csv:2")
                              << QByteArray("inf");
    QTest::newRow("empty latency") << QByteArray("layer,latency_s,energy_J\na,,1\n") << QByteArray("p.csv:2")
                                   << QByteArray("no latency for 'a'");
    QTest::newRow("no name") << QByteArray("layer,latency_s\n,1\n") << QByteArray("p.csv:2")
                             << QByteArray("no layer name");
    QTest::newRow("twice") << QByteArray("layer,latency_s\na,1\nb,1\na,2\n") << QByteArray("p.csv:4")
                           << QByteArray("first on line 2");
    QTest::newRow("line numbers pass quoted line ends")
        << QByteArray("layer,latency_s\n\"a\nb\",1\nc,x\n") << QByteArray("p.csv:4") << QByteArray("'x'");
}

void TestProfile::errors() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, where);
    QFETCH(QByteArray, what);
    const auto profile =
        parseProfileCsv(std::string_view(text.data(), std::size_t(text.size())), "p.csv", 200e6);
    QVERIFY(!profile);
    QCOMPARE(QByteArray::fromStdString(profile.error().where), where);
    QVERIFY2(QByteArray::fromStdString(profile.error().what).contains(what), profile.error().what.c_str());
    QVERIFY(!profile.error().fix.empty());
    if (QByteArray(QTest::currentDataTag()) == "decimal comma")
        QVERIFY(!parseProfileCsv("layer,cycles\na,1\n", "p.csv", std::nullopt)); // cycles need a clock
}

void TestProfile::aMissingFileIsNamed() {
    const auto profile = readProfile("/no/such/profile.csv", std::nullopt);
    QVERIFY(!profile);
    QVERIFY(profile.error().message().find("/no/such/profile.csv") != std::string::npos);
}

CUTLINE_TEST(TestProfile)

} // namespace cutline::tst_profile

#include "tst_profile.moc"
