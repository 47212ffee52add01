// SPDX-License-Identifier: GPL-3.0-or-later
// The form for a new platform: typed like a data sheet, checked in place.
#include "tests/test_program.h"

#include "widgets/panels/data_sheet_dialog.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>

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

CUTLINE_TEST(TestDataSheetDialog)

} // namespace cutline::tst_data_sheet_dialog

#include "tst_data_sheet_dialog.moc"
