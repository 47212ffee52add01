// SPDX-License-Identifier: GPL-3.0-or-later
// The library in its panel: found by a word, shown with the source of each number, used by double click, key and drag.
#include "tests/test_program.h"

#include "widgets/panels/fact_sheet.h"
#include "widgets/panels/library_panel.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTreeView>

namespace cutline::tst_library_panel {

class TestLibraryPanel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void listsAllThereIs();
    void aWordFilters();
    void numbersStandWithTheirSource();
    void everyEntryCanBeShown();
    void doubleClickKeyAndButtonUseIt();
    void whatIsDraggedSaysWhatItIs();
    void roomForEntriesAndNumbers_data();
    void roomForEntriesAndNumbers();
    void keysAloneDoAllOfIt();

private:
    QModelIndex shown(LibraryModel::Kind kind, const QString& name) {
        m_panel->choose(kind, name);
        return m_panel->view()->currentIndex();
    }
    int entries() const {
        const QAbstractItemModel* model = m_panel->view()->model();
        int count = 0;
        for (int group = 0; group < model->rowCount(); ++group) count += model->rowCount(model->index(group, 0));
        return count;
    }

    Library m_library;
    std::unique_ptr<LibraryPanel> m_panel;
};

void TestLibraryPanel::init() {
    m_library = Library::load({CUTLINE_SOURCE_DIR "/platforms"});
    m_panel = std::make_unique<LibraryPanel>();
    m_panel->resize(340, 700);
    m_panel->setLibrary(m_library);
    m_panel->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
}

void TestLibraryPanel::listsAllThereIs() {
    QAbstractItemModelTester tester(m_panel->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(entries(), int(m_library.platforms().size() + m_library.links().size() + m_library.systemNames().size()));
    m_panel->setLibrary(m_library); // read again
    QVERIFY(!m_panel->addButton()->isEnabled());
}

void TestLibraryPanel::aWordFilters() {
    QTest::keyClicks(m_panel->filter(), QStringLiteral("can"));
    int named = 0;
    for (const Link& link : m_library.links())
        named += QString::fromStdString(link.name + link.title).contains(QStringLiteral("can"), Qt::CaseInsensitive);
    QVERIFY(named > 0 && entries() >= named && entries() < int(m_library.links().size()));
    QVERIFY(shown(LibraryModel::Kind::Link, QStringLiteral("CAN FD")).isValid());
    m_panel->filter()->setText(QStringLiteral("no such thing"));
    QCOMPARE(entries(), 0);
    // Asked for from outside, it is shown whatever is filtered.
    QVERIFY(shown(LibraryModel::Kind::Platform, QStringLiteral("SMB")).isValid());
    QVERIFY(m_panel->filter()->text().isEmpty());
}

void TestLibraryPanel::numbersStandWithTheirSource() {
    shown(LibraryModel::Kind::Platform, QStringLiteral("SMB"));
    const QString words = m_panel->facts()->plainText();
    QVERIFY2(words.contains(QStringLiteral("Clock\t200\u202FMHz\tread")), qPrintable(words));
    QVERIFY2(words.contains(QStringLiteral("Memory, dram\t1\u202FGiB\tassumed")), qPrintable(words));
    bool source = false;
    for (const QLabel* label : m_panel->facts()->findChildren<QLabel*>())
        source = source || label->toolTip().contains(QStringLiteral("1 GiB of LPDDR4; the published model has no capacity"));
    QVERIFY(source);
    // And below, without the mouse.
    QVERIFY(words.contains(QStringLiteral("Sources\n")) && words.contains(QStringLiteral("1 GiB of LPDDR4; the published model")));
    shown(LibraryModel::Kind::Link, QStringLiteral("CAN FD"));
    QVERIFY(m_panel->facts()->plainText().contains(QStringLiteral("Rate\t2\u202FMbit/s\tcomputed")));
}

void TestLibraryPanel::everyEntryCanBeShown() {
    for (const Platform& platform : m_library.platforms()) {
        const QString name = QString::fromStdString(platform.name);
        QCOMPARE(shown(LibraryModel::Kind::Platform, name).data(LibraryModel::NameRole).toString(), name);
        QVERIFY2(m_panel->facts()->plainText().count(u'\n') > 4, qPrintable(name));
    }
    for (const std::string& system : m_library.systemNames()) {
        shown(LibraryModel::Kind::System, QString::fromStdString(system));
        const auto whole = m_library.system(system);
        for (const Platform& platform : whole->platforms)
            QVERIFY(m_panel->facts()->plainText().contains(QString::fromStdString(platform.name)));
    }
}

void TestLibraryPanel::doubleClickKeyAndButtonUseIt() {
    QSignalSpy platforms(m_panel.get(), &LibraryPanel::platformWanted), links(m_panel.get(), &LibraryPanel::linkWanted),
        systems(m_panel.get(), &LibraryPanel::systemWanted);
    QTreeView* view = m_panel->view();
    const QModelIndex index = shown(LibraryModel::Kind::Platform, QStringLiteral("EYR"));
    const QPoint at = view->visualRect(index).center();
    QTest::mouseClick(view->viewport(), Qt::LeftButton, Qt::NoModifier, at);
    QTest::mouseDClick(view->viewport(), Qt::LeftButton, Qt::NoModifier, at);
    QCOMPARE(platforms.size(), 1);
    QCOMPARE(platforms[0][0].toString(), QStringLiteral("EYR"));
    QTest::keyClick(view, Qt::Key_Return);
    QCOMPARE(platforms.size(), 2);
    shown(LibraryModel::Kind::Link, QStringLiteral("CAN FD"));
    QTest::mouseClick(m_panel->addButton(), Qt::LeftButton);
    QCOMPARE(links.size(), 1);
    shown(LibraryModel::Kind::System, QStringLiteral("jetson_pi"));
    QTest::mouseClick(m_panel->addButton(), Qt::LeftButton);
    QCOMPARE(systems.size(), 1);
}

void TestLibraryPanel::whatIsDraggedSaysWhatItIs() {
    const QModelIndex index = shown(LibraryModel::Kind::Link, QStringLiteral("CAN FD"));
    QVERIFY(index.flags() & Qt::ItemIsDragEnabled);
    const std::unique_ptr<QMimeData> mime(m_panel->view()->model()->mimeData({index}));
    QCOMPARE(mime->data(QLatin1String(LibraryModel::kMime)), QByteArray("link:CAN FD"));
    QVERIFY(!(index.parent().flags() & Qt::ItemIsDragEnabled));
}

void TestLibraryPanel::roomForEntriesAndNumbers_data() {
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("beside");
    QTest::newRow("right dock of a small window") << QSize(380, 300) << false;
    QTest::newRow("narrow") << QSize(290, 300) << false;
    QTest::newRow("tall") << QSize(380, 1000) << false;
    QTest::newRow("wide and low") << QSize(900, 200) << true;
}

void TestLibraryPanel::roomForEntriesAndNumbers() {
    QFETCH(const QSize, size);
    QFETCH(const bool, beside);
    m_panel->resize(size);
    shown(LibraryModel::Kind::Platform, QStringLiteral("coral-edge-tpu-usb"));
    const QRect list = m_panel->view()->geometry(), facts = m_panel->facts()->geometry();
    QCOMPARE(facts.left() > list.left(), beside);
    QVERIFY2(list.height() >= 4 * 26 && facts.height() >= 4 * 22, qPrintable(QString::number(list.height())));
    const int names = m_panel->view()->columnWidth(LibraryModel::NameColumn);
    QVERIFY(list.width() - names >= 100); // what an entry is can be read, too
    // What is cut off is said by the tool tip.
    const QModelIndex index = m_panel->view()->currentIndex();
    const QString tip = index.data(Qt::ToolTipRole).toString();
    QVERIFY(tip.contains(index.siblingAtColumn(0).data().toString()) && tip.contains(index.siblingAtColumn(1).data().toString()));
}

void TestLibraryPanel::keysAloneDoAllOfIt() {
    QSignalSpy platforms(m_panel.get(), &LibraryPanel::platformWanted);
    m_panel->activateWindow();
    m_panel->focusFilter();
    QTest::keyClicks(m_panel->filter(), QStringLiteral("hailo"));
    QTest::keyClick(m_panel->filter(), Qt::Key_Down); // into the list
    QVERIFY(m_panel->view()->hasFocus());
    QTest::keyClick(m_panel->view(), Qt::Key_Return);
    QCOMPARE(platforms.size(), 1);
    QVERIFY(platforms[0][0].toString().contains(QStringLiteral("hailo")));
    for (const QWidget* widget : std::initializer_list<const QWidget*>{m_panel->filter(), m_panel->view(), m_panel->addButton()})
        QVERIFY(!widget->accessibleName().isEmpty() && widget->focusPolicy() & Qt::TabFocus);
    QVERIFY(!m_panel->addButton()->toolTip().isEmpty());
}

CUTLINE_TEST(TestLibraryPanel)

} // namespace cutline::tst_library_panel

#include "tst_library_panel.moc"
