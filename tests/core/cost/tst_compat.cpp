// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"

#include "core/cost/compat.h"

namespace cutline::tst_compat {

class TestCompat : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void names_data();
    void names();
    void kress2024IsAllOfThem();
    void unknownNamesAreListed();
};

void TestCompat::names_data() {
    QTest::addColumn<QByteArray>("name");
    for (const char* name :
         {"conv-only", "dense-groups", "published-mapping", "first-fill", "mac-fallback", "link-16-bit",
          "payload-overcount", "free-overload", "element-memory", "edge-cuts"})
        QTest::newRow(name) << QByteArray(name);
}

void TestCompat::names() {
    QFETCH(QByteArray, name);
    const auto compat = parseCompat(name.toStdString());
    QVERIFY(compat.ok() && compat->any());
    QVERIFY(*compat != Compat::kress2024());
    QVERIFY(*parseCompat(name.toStdString() + ", kress-2024") == Compat::kress2024());
}

void TestCompat::kress2024IsAllOfThem() {
    QVERIFY(!Compat{}.any());
    std::string all = "conv-only,dense-groups,published-mapping,first-fill,mac-fallback,link-16-bit,"
                      "payload-overcount,free-overload,element-memory,edge-cuts";
    QVERIFY(*parseCompat(all) == Compat::kress2024());
    QVERIFY(parseCompat("link-16-bit")->link_16_bit);
    QVERIFY(!parseCompat("link-16-bit")->edge_cuts);
}

void TestCompat::unknownNamesAreListed() {
    const auto compat = parseCompat("link-16-bit,kress");
    QVERIFY(!compat);
    QVERIFY(compat.error().what.find("'kress'") != std::string::npos);
    QVERIFY(compat.error().fix.find("edge-cuts") != std::string::npos);
    QVERIFY(!parseCompat(""));
}

CUTLINE_TEST(TestCompat)

} // namespace cutline::tst_compat

#include "tst_compat.moc"
