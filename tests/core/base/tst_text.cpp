// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/base/result.h"
#include "core/base/text.h"

namespace cutline::tst_text {

class TestText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void printable_data();
    void printable();
    void percentEncodingReadsBack();
    void csvCellQuotesOnlyWhereNeeded();
    void numbersReadBack();
    void elidedKeepsWholeCharacters();
    void errorMessageIsOneLine();
};

void TestText::printable_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("shown");
    QTest::newRow("plain") << QByteArray("conv1") << QByteArray("conv1");
    QTest::newRow("bad bytes") << QByteArray("a\xFF\xFE") << QByteArray("a\xEF\xBF\xBD\xEF\xBF\xBD");
    QTest::newRow("cut off sequence") << QByteArray("\xE2\x82") << QByteArray("\xEF\xBF\xBD\xEF\xBF\xBD");
    QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80")
                               << QByteArray("\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    QTest::newRow("line break") << QByteArray("a\nb\r\tc") << QByteArray("a b  c");
    QTest::newRow("NUL") << QByteArray("a\0b", 3) << QByteArray("a b");
    QTest::newRow("right to left override") << QByteArray("a\xE2\x80\xAE""b") << QByteArray("a b");
    QTest::newRow("umlaut and kanji") << QByteArray("\xC3\xA4\xE5\xB1\xA4") << QByteArray("\xC3\xA4\xE5\xB1\xA4");
}

void TestText::printable()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, shown);
    QCOMPARE(QByteArray::fromStdString(cutline::printable(text.toStdString())), shown);
}

void TestText::percentEncodingReadsBack()
{
    const std::string name = "a+b>c,d;e%f\ng";
    const std::string encoded = percentEncoded(name);
    QVERIFY(encoded.find_first_of("+>,;\n") == std::string::npos);
    QCOMPARE(percentDecoded(encoded), name);
}

void TestText::csvCellQuotesOnlyWhereNeeded()
{
    QCOMPARE(csvCell("plain"), std::string("plain"));
    QCOMPARE(csvCell("a,b"), std::string("\"a,b\""));
    QCOMPARE(csvCell("say \"x\""), std::string("\"say \"\"x\"\"\""));
}

void TestText::numbersReadBack()
{
    for (const double value : {0.1, 1e-300, 4.820653817, -3.0, 1e22}) {
        double read = 0;
        QVERIFY(parseNumber(numberText(value), read));
        QCOMPARE(read, value);
    }
    double ignored = 0;
    QVERIFY(!parseNumber("1,5", ignored));
    QVERIFY(!parseNumber("", ignored));
    QVERIFY(!parseNumber("inf", ignored));
    QVERIFY(!parseNumber("12 ms", ignored));
}

void TestText::elidedKeepsWholeCharacters()
{
    const std::string text = elided(std::string(40, 'a') + "\xE5\xB1\xA4" + std::string(40, 'b'), 20);
    QVERIFY(text.size() <= 22);
    QCOMPARE(validUtf8(text), text);
}

void TestText::errorMessageIsOneLine()
{
    const Error error{"net.onnx, node a\nb", "no shape", "give --shape x=1,3"};
    QCOMPARE(error.message(), std::string("net.onnx, node a b: no shape; give --shape x=1,3"));
}

CUTLINE_TEST(TestText)

} // namespace cutline::tst_text

#include "tst_text.moc"
