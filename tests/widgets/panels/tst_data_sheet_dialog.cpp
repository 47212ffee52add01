// SPDX-License-Identifier: GPL-3.0-or-later
// The form for a new platform: typed like a data sheet, checked in place.
#include "tests/test_program.h"

#include "tests/widgets/world.h"
#include "widgets/models/sheet_preview.h"
#include "widgets/panels/data_sheet_dialog.h"

#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSet>

#include <cmath>

namespace cutline::tst_data_sheet_dialog {

class TestDataSheetDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_dialog = std::make_unique<DataSheetDialog>(std::vector<std::string>{"SMB"});
        m_dialog->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_dialog.get()));
    }
    void whatIsMissingIsNoMistake();
    void aWholeSheetBecomesAPlatform();
    void wrongNumbersAreSaidInPlace();
    void clocksHaveToBeInOrder();
    void aTakenNameIsSaid();
    void energiesAreLookedUpWhereTheyAreNotKnown();
    void energiesAreTypedInTheirUnits_data();
    void energiesAreTypedInTheirUnits();
    void theModelsCostFollowsTheSheet();
    void everyFieldIsReachedByTab();

private:
    void type(const char* field, const QString& words) {
        QLineEdit* edit = m_dialog->edit(QLatin1String(field));
        QVERIFY(edit);
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, words);
    }
    QString errorOf(const char* field) const { return m_dialog->errorText(QLatin1String(field)); }

    std::unique_ptr<DataSheetDialog> m_dialog;
};

void TestDataSheetDialog::whatIsMissingIsNoMistake() {
    QVERIFY(!m_dialog->saveButton()->isEnabled() && !m_dialog->addButton()->isEnabled());
    QVERIFY(errorOf("name").isEmpty() && errorOf("peak").isEmpty());
    QVERIFY2(m_dialog->summary().contains(QStringLiteral("name")), qPrintable(m_dialog->summary()));
    type("name", QStringLiteral("mine"));
    QVERIFY2(m_dialog->summary().contains(QStringLiteral("peak")), qPrintable(m_dialog->summary()));
}

void TestDataSheetDialog::aWholeSheetBecomesAPlatform() {
    type("name", QStringLiteral("mine"));
    type("peak", QStringLiteral("26 TOPS"));
    QVERIFY(m_dialog->saveButton()->isEnabled());
    QTest::keyClick(m_dialog->sparsity(), Qt::Key_Down); // sparse
    type("clock of the peak", QStringLiteral("1 GHz"));
    QVERIFY(!m_dialog->saveButton()->isEnabled()); // which clock it holds is open
    type("likely clock", QStringLiteral("800 MHz"));
    type("lowest clock", QStringLiteral("500 MHz"));
    type("highest clock", QStringLiteral("900 MHz"));
    type("bandwidth", QStringLiteral("17 GB/s"));
    type("memory", QStringLiteral("2 GiB"));
    type("power while busy", QStringLiteral("5 W"));
    QVERIFY2(m_dialog->saveButton()->isEnabled(), qPrintable(m_dialog->summary()));
    const Platform& platform = *m_dialog->platform();
    QCOMPARE(platform.roofline->peaks.front().macs_per_s, 26e12 / 2 / 2 * 0.8);
    QCOMPARE(*platform.memoryCapacity(), 2147483648.0);
    QCOMPARE(*platform.roofline->bandwidth_bytes_per_s, 17e9);
    QVERIFY(*platform.uncertainty.platform > 0.4);
    QVERIFY(m_dialog->summary().contains(QStringLiteral("5.20\u202FTMAC/s")));
    QTest::mouseClick(m_dialog->addButton(), Qt::LeftButton);
    QCOMPARE(m_dialog->result(), int(QDialog::Accepted));
    QVERIFY(m_dialog->addsToSystem());
}

void TestDataSheetDialog::wrongNumbersAreSaidInPlace() {
    type("name", QStringLiteral("mine"));
    type("peak", QStringLiteral("26 Tops"));
    QVERIFY2(errorOf("peak").contains(QStringLiteral("TOPS")), qPrintable(errorOf("peak")));
    QVERIFY(!m_dialog->saveButton()->isEnabled());
    type("peak", QStringLiteral("26 TOPS"));
    QVERIFY(errorOf("peak").isEmpty());
    type("memory", QStringLiteral("0"));
    QVERIFY(errorOf("memory").contains(QStringLiteral("not above 0")));
    type("memory", QStringLiteral("lots"));
    QVERIFY(errorOf("memory").contains(QStringLiteral("MiB")));
    QVERIFY(!m_dialog->platform());
}

void TestDataSheetDialog::clocksHaveToBeInOrder() {
    type("name", QStringLiteral("mine"));
    type("peak", QStringLiteral("4 TOPS"));
    type("likely clock", QStringLiteral("400 MHz"));
    type("lowest clock", QStringLiteral("500 MHz"));
    QVERIFY2(errorOf("lowest clock").contains(QStringLiteral("above the likely one")), qPrintable(errorOf("lowest clock")));
    type("lowest clock", QStringLiteral("300 MHz"));
    QVERIFY(errorOf("lowest clock").isEmpty() && m_dialog->platform());
}

void TestDataSheetDialog::aTakenNameIsSaid() {
    type("name", QStringLiteral("SMB"));
    type("peak", QStringLiteral("4 TOPS"));
    QVERIFY(m_dialog->summary().contains(QStringLiteral("takes its place")));
    QVERIFY(m_dialog->saveButton()->isEnabled());
}

void TestDataSheetDialog::energiesAreLookedUpWhereTheyAreNotKnown() {
    type("name", QStringLiteral("mine"));
    type("peak", QStringLiteral("2 TOPS"));
    type("likely clock", QStringLiteral("1 GHz"));
    QVERIFY(m_dialog->platform()->roofline->pj_per_mac == 0);
    type("node", QStringLiteral("45 nm"));
    // As the table of logic has it for 8 bit: 0.5608 pJ; off-chip 8 pJ a bit.
    QVERIFY(std::abs(m_dialog->platform()->roofline->pj_per_mac - 0.5608) < 2e-3);
    QCOMPARE(m_dialog->platform()->roofline->pj_per_byte, 64.0);
    const QString inside = m_dialog->edit(QStringLiteral("energy of a MAC"))->placeholderText();
    QVERIFY2(inside.contains(QStringLiteral("0.561")) && inside.contains(QStringLiteral("est. ")), qPrintable(inside));
    const double without = m_dialog->platform()->roofline->pj_per_mac;
    type("on-chip memory", QStringLiteral("64 KiB"));
    type("access width", QStringLiteral("128 bit"));
    // 50.93 pJ for 16 bytes, 2 bytes a MAC, 1000 MACs a cycle: every operand feeds 31.6 of them.
    QVERIFY(std::abs(m_dialog->platform()->roofline->pj_per_mac - without - 2 * 50.93 / 16 / std::sqrt(1000.0)) < 2e-3);
    // What is known takes the place of the estimate, and outside of the tables it is said where.
    type("energy of a MAC", QStringLiteral("0.2 pJ"));
    QVERIFY(m_dialog->platform()->roofline->pj_per_mac < 0.7);
    type("node", QStringLiteral("7 nm"));
    QVERIFY2(errorOf("node").contains(QStringLiteral("22 to 65")), qPrintable(errorOf("node")));
    QVERIFY(!m_dialog->platform());
    type("node", QStringLiteral("28 nm"));
    type("power while busy", QStringLiteral("5 W"));
    QVERIFY2(errorOf("power while busy").contains(QStringLiteral("one of the two")), qPrintable(errorOf("power while busy")));
}

void TestDataSheetDialog::energiesAreTypedInTheirUnits_data() {
    QTest::addColumn<QString>("mac");
    QTest::addColumn<QString>("byte");
    QTest::addColumn<double>("pj_per_mac");
    QTest::addColumn<double>("pj_per_byte");
    QTest::newRow("pJ") << "0.5 pJ" << "40 pJ" << 0.5 << 40.0;
    QTest::newRow("per MAC and byte") << "0.5 pJ/MAC" << "40 pJ/byte" << 0.5 << 40.0;
    QTest::newRow("per operation and bit") << "0.25 pJ/op" << "5pJ/bit" << 0.5 << 40.0;
    QTest::newRow("nJ and B") << "0.0005 nJ" << "0.04 nJ/B" << 0.5 << 40.0;
}

void TestDataSheetDialog::energiesAreTypedInTheirUnits() {
    QFETCH(const QString, mac);
    QFETCH(const QString, byte);
    QFETCH(const double, pj_per_mac);
    QFETCH(const double, pj_per_byte);
    type("name", QStringLiteral("mine"));
    type("peak", QStringLiteral("2 TOPS"));
    type("energy of a MAC", mac);
    type("energy of an off-chip byte", byte);
    QVERIFY2(m_dialog->platform(), qPrintable(m_dialog->summary()));
    QVERIFY(std::abs(m_dialog->platform()->roofline->pj_per_mac - pj_per_mac) < 1e-9);
    QVERIFY(std::abs(m_dialog->platform()->roofline->pj_per_byte - pj_per_byte) < 1e-9);
    type("lowest energy of a MAC", QStringLiteral("9 pJ"));
    QVERIFY(errorOf("lowest energy of a MAC").contains(QStringLiteral("above the likely one")));
}

void TestDataSheetDialog::theModelsCostFollowsTheSheet() {
    const test::World world = test::makeWorld();
    QVERIFY(m_dialog->previewWords().isEmpty()); // no model
    m_dialog->setModel(world.problem.graph, QStringLiteral("net"));
    QVERIFY(m_dialog->previewWords().contains(QStringLiteral("net")));
    type("name", QStringLiteral("mine"));
    type("peak", QStringLiteral("2 TOPS"));
    QTRY_VERIFY(m_dialog->previewWords().startsWith(QStringLiteral("net on it alone: ")));
    const QString fast = m_dialog->previewWords();
    QVERIFY2(fast.contains(QStringLiteral("energy not known")), qPrintable(fast));
    type("peak", QStringLiteral("1 TOPS"));
    QTRY_VERIFY(m_dialog->previewWords() != fast);
    // Against the judge of plans on a system of it alone.
    Progress progress;
    DataSheet sheet;
    sheet.name = "mine";
    sheet.peak_macs_per_s = 0.5e12;
    const auto preview = previewOf(world.problem.graph, sheet, progress);
    QVERIFY(preview);
    double macs = 0;
    for (std::uint32_t l = 0; l < world.problem.graph->layerCount(); ++l)
        macs += static_cast<double>(world.problem.graph->layer(LayerId{l}).macs.value_or(0));
    QVERIFY(preview->latency_s >= macs / 0.5e12 / 0.35 * 0.999); // no layer reaches more than 35 % of the peak
    QTRY_COMPARE(m_dialog->previewWords(), previewText(*preview, QStringLiteral("net")));
    type("energy of a MAC", QStringLiteral("1 pJ"));
    type("highest energy of a MAC", QStringLiteral("3 pJ"));
    QTRY_VERIFY(m_dialog->previewWords().contains(QStringLiteral("an inference")) &&
                !m_dialog->previewWords().contains(QStringLiteral("not known")));
    type("peak", {});
    QTest::keyClick(m_dialog->edit(QStringLiteral("peak")), Qt::Key_Backspace);
    QVERIFY(m_dialog->previewWords().contains(QStringLiteral("stands here")));
}

void TestDataSheetDialog::everyFieldIsReachedByTab() {
    m_dialog->activateWindow();
    QTRY_COMPARE(QApplication::focusWidget(), m_dialog->edit(QStringLiteral("name"))); // where one begins
    QStringList first;
    QSet<QString> reached;
    for (int i = 0; i < 40; ++i) {
        QWidget* now = QApplication::focusWidget();
        QVERIFY(now);
        QVERIFY2(!now->accessibleName().isEmpty() || qobject_cast<QPushButton*>(now), now->metaObject()->className());
        reached << now->accessibleName();
        if (first.size() < 6) first << now->accessibleName();
        QTest::keyClick(now, Qt::Key_Tab);
    }
    QCOMPARE(first, (QStringList{QStringLiteral("Name"), QStringLiteral("Title"), QStringLiteral("Peak"),
                                 QStringLiteral("Peak of dense or sparse networks"),
                                 QStringLiteral("Precision"), QStringLiteral("at a clock of")}));
    for (const QLineEdit* edit : m_dialog->findChildren<QLineEdit*>())
        QVERIFY2(reached.contains(edit->accessibleName()) && !edit->toolTip().isEmpty(), qPrintable(edit->accessibleName()));
}

CUTLINE_TEST(TestDataSheetDialog)

} // namespace cutline::tst_data_sheet_dialog

#include "tst_data_sheet_dialog.moc"
