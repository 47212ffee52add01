// SPDX-License-Identifier: GPL-3.0-or-later
// The system's diagram under a person's hands: lines drawn by the mouse, numbers typed, keys alone.
#include "tests/test_program.h"
#include "tests/widgets/drag_mouse.h"
#include "tests/widgets/world.h"

#include "core/platform/system_edit.h"
#include "widgets/panels/diagram_items.h"
#include "widgets/panels/figure_form.h"
#include "widgets/panels/system_editor.h"

#include <QApplication>
#include <QDropEvent>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QSignalSpy>
#include <QToolButton>

namespace cutline::tst_system_editor {
namespace {

QAction* actionNamed(const QMenu& menu, const QString& start) {
    for (QAction* action : menu.actions())
        if (action->text().startsWith(start)) return action;
    return nullptr;
}

} // namespace

class TestSystemEditor : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void everythingHasAPlaceOfItsOwn_data();
    void everythingHasAPlaceOfItsOwn();
    void showsLoadAndMemoryOfThePlan();
    void aLineFromEdgeToCardAsksForALink();
    void aLineToNowhereIsNoLink();
    void aLineToALinkJoinsIt();
    void keysAloneDoAllOfIt();
    void theLastPlatformStays();
    void typedNumbersAreTakenWithTheirUnits_data();
    void typedNumbersAreTakenWithTheirUnits();
    void whatCannotBeReadStaysWithItsReason();
    void aPlatformDroppedIsAdded();

private:
    QPoint centre(std::size_t node) const { return m_editor->diagram()->node(node)->geometry().center(); }
    /// Draws a line from a node's handle to a point of the diagram.
    void draw(std::size_t from, QPoint to) {
        DiagramNode* node = m_editor->diagram()->node(from);
        const QPoint end = node->mapFromParent(to);
        QTest::mousePress(node, Qt::LeftButton, Qt::NoModifier, node->handle());
        test::dragMouse(node, (node->handle() + end) / 2);
        test::dragMouse(node, end);
        QTest::mouseRelease(node, Qt::LeftButton, Qt::NoModifier, end);
    }
    const System& system() const { return *m_system; }
    void typeInto(const char* field, const QString& words) {
        QLineEdit* edit = m_editor->form()->edit(field);
        QVERIFY(edit);
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, words);
        QTest::keyClick(edit, Qt::Key_Return);
    }

    Library m_library;
    SystemPtr m_system;
    std::unique_ptr<SystemEditor> m_editor;
    QStringList m_labels;
};

void TestSystemEditor::init() {
    m_library = Library::load({CUTLINE_SOURCE_DIR "/platforms"});
    m_system = std::make_shared<const System>(*m_library.system("kress2024"));
    m_labels.clear();
    m_editor = std::make_unique<SystemEditor>();
    m_editor->resize(1100, 320);
    m_editor->setLibrary(m_library);
    m_editor->setSystem(m_system);
    // As the window does it: what is asked for comes back as the system.
    connect(m_editor.get(), &SystemEditor::edited, m_editor.get(), [this](const System& after, const QString& label) {
        m_system = std::make_shared<const System>(after);
        m_labels << label;
        m_editor->setSystem(m_system);
    });
    m_editor->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_editor.get()));
    m_editor->activateWindow();
}

void TestSystemEditor::everythingHasAPlaceOfItsOwn_data() {
    QTest::addColumn<QString>("name");
    const Library shipped = Library::load({CUTLINE_SOURCE_DIR "/platforms"}); // outlives the loop over its names
    for (const std::string& name : shipped.systemNames())
        QTest::newRow(name.c_str()) << QString::fromStdString(name);
}

void TestSystemEditor::everythingHasAPlaceOfItsOwn() {
    QFETCH(const QString, name);
    const System shown = *m_library.system(name.toStdString());
    for (const double width : {300.0, 900.0, 2400.0}) {
        const DiagramLayout layout = diagramLayout(shown, width);
        std::vector<QRectF> all = layout.nodes;
        for (const auto& link : layout.links) all.push_back(link.tag);
        for (std::size_t a = 0; a < all.size(); ++a) {
            QVERIFY(QRectF({0, 0}, layout.size).contains(all[a]));
            for (std::size_t b = 0; b < a; ++b) QVERIFY2(!all[a].intersects(all[b]), qPrintable(name));
        }
        for (std::size_t l = 0; l < shown.links.size(); ++l)
            for (std::size_t e = 0; e < shown.links[l].ends.size(); ++e) {
                const QRectF& node = layout.nodes[shown.links[l].ends[e].index()];
                QVERIFY(layout.links[l].ends[e] > node.left() && layout.links[l].ends[e] < node.right());
            }
    }
}

void TestSystemEditor::showsLoadAndMemoryOfThePlan() {
    const test::World world = test::makeWorld();
    m_editor->setSystem(world.problem.system);
    const Metrics metrics = world.metricsOf(world.knee());
    m_editor->setMetrics(metrics);
    for (std::uint32_t p = 0; p < 2; ++p) {
        const PlatformCardText& words = m_editor->diagram()->node(p)->text();
        QVERIFY(words == platformCard(*world.problem.system, {p}, &metrics, {}, Source::None) ||
                words.busy_fraction == metrics.platforms[p].busy_s / metrics.initiation_interval_s);
        QCOMPARE(*words.memory_fraction, metrics.platforms[p].memory_bytes /
                                             *world.problem.system->platforms[p].memoryCapacity());
        QVERIFY(m_editor->diagram()->node(p)->accessibleName().contains(words.name));
    }
    QVERIFY(m_editor->diagram()->link(0)->words().contains(QStringLiteral("gbe")));
    QVERIFY(m_editor->diagram()->link(0)->words().contains(u'%'));
}

void TestSystemEditor::aLineFromEdgeToCardAsksForALink() {
    m_editor->addPlatform(QStringLiteral("hailo-8"));
    QCOMPARE(system().platforms.size(), std::size_t{3});
    QCOMPARE(m_editor->diagram()->node(2)->text().provenance, QStringLiteral("not linked"));
    draw(1, centre(2));
    QMenu* menu = m_editor->linkMenu();
    QVERIFY(menu->isVisible());
    QCOMPARE(menu->actions().size(), qsizetype(m_library.links().size()));
    QAction* pcie = actionNamed(*menu, QStringLiteral("PCIe Gen3"));
    QVERIFY(pcie);
    QTest::mouseClick(menu, Qt::LeftButton, Qt::NoModifier, menu->actionGeometry(pcie).center());
    QCOMPARE(system().links.size(), std::size_t{2});
    QVERIFY((system().links[1].ends == std::vector<NodeId>{{1}, {2}}));
    QVERIFY(m_editor->diagram()->node(2)->text().provenance.isEmpty());
    QCOMPARE(m_editor->diagram()->linkCount(), std::size_t{2});
    QVERIFY(m_labels.back().startsWith(QStringLiteral("Link SMB and hailo-8")));
}

void TestSystemEditor::aLineToNowhereIsNoLink() {
    draw(0, QPoint(centre(0).x(), m_editor->diagram()->height() - 3));
    draw(0, centre(0));
    QVERIFY(!m_editor->linkMenu()->isVisible());
    // A press in the middle of a card draws nothing, it selects.
    DiagramNode* node = m_editor->diagram()->node(0);
    QTest::mousePress(node, Qt::LeftButton, Qt::NoModifier, QPoint(60, 40));
    test::dragMouse(node, node->mapFromParent(centre(1)));
    QTest::mouseRelease(node, Qt::LeftButton, Qt::NoModifier, node->mapFromParent(centre(1)));
    QVERIFY(!m_editor->linkMenu()->isVisible());
    QVERIFY((m_editor->diagram()->selection() == DiagramItem{false, 0}));
    QVERIFY(m_labels.isEmpty());
}

void TestSystemEditor::aLineToALinkJoinsIt() {
    m_editor->addPlatform(QStringLiteral("hailo-8"));
    draw(2, m_editor->diagram()->link(0)->geometry().center());
    QCOMPARE(system().links.size(), std::size_t{1});
    QCOMPARE(system().links[0].ends.size(), std::size_t{3});
    draw(2, m_editor->diagram()->link(0)->geometry().center());
    QVERIFY(m_editor->noteText().contains(QStringLiteral("already")));
    QCOMPARE(system().links[0].ends.size(), std::size_t{3});
}

void TestSystemEditor::keysAloneDoAllOfIt() {
    SystemDiagram* diagram = m_editor->diagram();
    diagram->node(0)->setFocus(Qt::TabFocusReason);
    QTest::keyClick(diagram->node(0), Qt::Key_Right);
    QVERIFY((diagram->selection() == DiagramItem{false, 1}));
    QTest::keyClick(diagram->node(1), Qt::Key_Down);
    QVERIFY((diagram->selection() == DiagramItem{true, 0}));
    QTest::keyClick(diagram->link(0), Qt::Key_Delete);
    QVERIFY(system().links.empty());
    diagram->node(0)->setFocus(Qt::TabFocusReason);
    QTest::keyClick(diagram->node(0), Qt::Key_C);
    QVERIFY(m_editor->linkMenu()->isVisible());
    QMenu* kinds = m_editor->linkMenu()->actions().front()->menu();
    QVERIFY(kinds && kinds->title().contains(QStringLiteral("SMB")));
    actionNamed(*kinds, QStringLiteral("CAN FD"))->trigger();
    m_editor->linkMenu()->close();
    QCOMPARE(system().links.size(), std::size_t{1});
    QCOMPARE(system().links[0].link.descriptor, std::string("CAN FD"));
    diagram->node(0)->setFocus(Qt::TabFocusReason);
    QTest::keyClick(diagram->node(0), Qt::Key_Return);
    QVERIFY(m_editor->form()->edit("clock_hz")->hasFocus());
}

void TestSystemEditor::theLastPlatformStays() {
    m_editor->diagram()->select(DiagramItem{false, 0});
    QTest::mouseClick(m_editor->removeButton(), Qt::LeftButton);
    QCOMPARE(system().platforms.size(), std::size_t{1});
    m_editor->diagram()->select(DiagramItem{false, 0});
    QTest::mouseClick(m_editor->removeButton(), Qt::LeftButton);
    QCOMPARE(system().platforms.size(), std::size_t{1});
    QVERIFY2(m_editor->noteText().contains(QStringLiteral("last platform")), qPrintable(m_editor->noteText()));
}

void TestSystemEditor::typedNumbersAreTakenWithTheirUnits_data() {
    QTest::addColumn<bool>("is_link");
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<double>("value");
    QTest::newRow("memory") << false << QByteArray("memory.dram") << QStringLiteral("2 MiB") << 2097152.0;
    QTest::newRow("clock") << false << QByteArray("clock_hz") << QStringLiteral("400 MHz") << 4e8;
    QTest::newRow("bare number") << false << QByteArray("clock_hz") << QStringLiteral("1e9") << 1e9;
    QTest::newRow("rate") << true << QByteArray("rate_bits_per_s") << QStringLiteral("2.5 Gbit/s") << 2.5e9;
    QTest::newRow("length") << true << QByteArray("length_m") << QStringLiteral("50 cm") << 0.5;
}

void TestSystemEditor::typedNumbersAreTakenWithTheirUnits() {
    QFETCH(const bool, is_link);
    QFETCH(const QByteArray, field);
    QFETCH(const QString, typed);
    QFETCH(const double, value);
    m_editor->diagram()->select(DiagramItem{is_link, 0});
    typeInto(field.constData(), typed);
    QCOMPARE(m_labels.size(), 1);
    double found = -1;
    const auto figures = is_link ? figuresOf(system().links[0].link) : figuresOf(system().platforms[0]);
    for (const DescriptorFigure& figure : figures)
        if (figure.field == field.toStdString()) found = figure.value.value_or(-1);
    QCOMPARE(found, value);
    // Entered again as it stands: no edit.
    typeInto(field.constData(), typed);
    QCOMPARE(m_labels.size(), 1);
}

void TestSystemEditor::whatCannotBeReadStaysWithItsReason() {
    m_editor->diagram()->select(DiagramItem{false, 0});
    FigureForm* form = m_editor->form();
    const QString before = form->edit("clock_hz")->text();
    typeInto("clock_hz", QStringLiteral("fast"));
    QVERIFY(m_labels.isEmpty());
    QCOMPARE(form->edit("clock_hz")->text(), QStringLiteral("fast"));
    QVERIFY2(form->errorText("clock_hz").contains(QStringLiteral("MHz")), qPrintable(form->errorText("clock_hz")));
    QVERIFY(form->errorText("weight_bits").isEmpty());
    typeInto("clock_hz", QStringLiteral("-5 MHz"));
    QVERIFY(form->errorText("clock_hz").contains(QStringLiteral("not above 0")));
    QTest::keyClick(form->edit("clock_hz"), Qt::Key_Escape);
    QCOMPARE(form->edit("clock_hz")->text(), before);
    QVERIFY(form->errorText("clock_hz").isEmpty());
    QVERIFY(m_labels.isEmpty());
}

void TestSystemEditor::aPlatformDroppedIsAdded() {
    QMimeData data;
    data.setData(QStringLiteral("application/x-cutline-descriptor"), "platform:SMB");
    const QPoint at = centre(0);
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(m_editor->diagram(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(m_editor->diagram(), &drop);
    QCOMPARE(system().platforms.size(), std::size_t{3});
    QCOMPARE(system().platforms[2].name, std::string("SMB 2"));
    QVERIFY((m_editor->diagram()->selection() == DiagramItem{false, 2}));
    QMimeData other;
    other.setText(QStringLiteral("hello"));
    QDragEnterEvent stranger(at, Qt::CopyAction, &other, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(m_editor->diagram(), &stranger);
    QVERIFY(!stranger.isAccepted());
}

CUTLINE_TEST(TestSystemEditor)

} // namespace cutline::tst_system_editor

#include "tst_system_editor.moc"
