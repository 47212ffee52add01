// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/base/quantity.h"

namespace cutline::tst_quantity {

class TestQuantity : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void parses_data();
    void parses();
    void rejects_data();
    void rejects();
    void formats_data();
    void formats();
};

void TestQuantity::parses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("unit");
    QTest::addColumn<double>("value");
    QTest::newRow("ms") << "20ms" << int(Unit::Second) << 0.02;
    QTest::newRow("us with space") << " 5 us " << int(Unit::Second) << 5e-6;
    QTest::newRow("bare is SI") << "0.5" << int(Unit::Second) << 0.5;
    QTest::newRow("exponent") << "2e-3" << int(Unit::Joule) << 2e-3;
    QTest::newRow("exponent and unit") << "2e3mJ" << int(Unit::Joule) << 2.0;
    QTest::newRow("MiB") << "2 MiB" << int(Unit::Byte) << 2097152.0;
    QTest::newRow("MB") << "2MB" << int(Unit::Byte) << 2e6;
    QTest::newRow("fps") << "30fps" << int(Unit::Hertz) << 30.0;
    QTest::newRow("percent") << "95%" << int(Unit::Fraction) << 0.95;
    QTest::newRow("link") << "1 Gbit/s" << int(Unit::BitPerSecond) << 1e9;
}

void TestQuantity::parses()
{
    QFETCH(QString, text);
    QFETCH(int, unit);
    QFETCH(double, value);
    const auto result = parseQuantity(text.toStdString(), static_cast<Unit>(unit));
    QVERIFY2(result.ok(), result ? "" : result.error().message().c_str());
    QCOMPARE(*result, value);
}

void TestQuantity::rejects_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("empty") << "";
    QTest::newRow("no number") << "fast";
    QTest::newRow("wrong unit") << "20 MiB";
    QTest::newRow("locale comma") << "1,5 ms";
}

void TestQuantity::rejects()
{
    QFETCH(QString, text);
    const auto result = parseQuantity(text.toStdString(), Unit::Second);
    QVERIFY(!result);
    QVERIFY(result.error().fix.find("ms") != std::string::npos);
}

void TestQuantity::formats_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<int>("unit");
    QTest::addColumn<QString>("text");
    const QString space(QChar(0x202F));
    QTest::newRow("ms") << 0.00987 << int(Unit::Second) << "9.87" + space + "ms";
    QTest::newRow("round up to next unit") << 0.0009999 << int(Unit::Second) << "1.00" + space + "ms";
    QTest::newRow("bytes") << 62720.0 << int(Unit::Byte) << "61.2" + space + "KiB";
    QTest::newRow("zero") << 0.0 << int(Unit::Joule) << "0" + space + "J";
    QTest::newRow("negative") << -0.0034 << int(Unit::Joule) << QString(QChar(0x2212)) + "3.40" + space + "mJ";
    QTest::newRow("percent") << 0.41 << int(Unit::Fraction) << "41.0" + space + "%";
    QTest::newRow("rate") << 82.1 << int(Unit::Hertz) << "82.1" + space + "/s";
    QTest::newRow("small rate") << 0.05 << int(Unit::Hertz) << "0.0500" + space + "/s";
}

void TestQuantity::formats()
{
    QFETCH(double, value);
    QFETCH(int, unit);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(formatQuantity(value, static_cast<Unit>(unit))), text);
}

CUTLINE_TEST(TestQuantity)

} // namespace cutline::tst_quantity

#include "tst_quantity.moc"
