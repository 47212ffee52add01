// SPDX-License-Identifier: GPL-3.0-or-later
// The system's diagram under a person's hands: lines drawn by the mouse, numbers typed, keys alone.
#include "tests/test_program.h"
#include "tests/widgets/click_entry.h"
#include "tests/widgets/drag_mouse.h"
#include "tests/widgets/world.h"

#include "core/platform/system_edit.h"
#include "widgets/panels/diagram_items.h"
#include "widgets/panels/figure_form.h"
#include "widgets/panels/system_editor.h"

#include <QApplication>
#include <QDropEvent>
#include <QLabel>
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
    void whatToDoFirstIsSaidInFull();
    void aLineFromEdgeToCardAsksForALink();
    void aLineToNowhereIsNoLink();
    void aLineToALinkJoinsIt();
    void keysAloneDoAllOfIt();
    void theLastPlatformStays();
    void aDraggedCardStaysThere();
    void aCardDroppedOnAnotherMovesAside();
    void escapeBringsACardBack();
    void cardsMoveByKeys();
    void namesAreTypedInPlace();
    void aTakenNameIsRefused();
    void switchesAreAddedAndLinkedThrough();
    void sharedMemoriesAreEdited();
    void busesLoseAndGainMembers();
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
    /// Drags a card by its middle; not let go of.
    void drag(std::size_t node, QPoint by) {
        DiagramNode* card = m_editor->diagram()->node(node);
        const QPoint grip(60, 40), to = card->mapToParent(grip) + by;
        QTest::mousePress(card, Qt::LeftButton, Qt::NoModifier, grip);
        test::dragMouse(card, grip + by / 2);
        test::dragMouse(card, card->mapFromParent(to));
    }
    void letGo(std::size_t node) {
        DiagramNode* card = m_editor->diagram()->node(node);
        QTest::mouseRelease(card, Qt::LeftButton, Qt::NoModifier, QPoint(60, 40));
    }
    QPoint corner(std::size_t node) const { return m_editor->diagram()->node(node)->pos(); }
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
    std::vector<int> m_gestures; ///< of cards moved
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
    connect(m_editor.get(), &SystemEditor::arranged, m_editor.get(),
            [this](const std::vector<CardPlace>& places, int gesture) {
                m_gestures.push_back(gesture);
                m_editor->setPlaces(places);
            });
    m_gestures.clear();
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
    // In the row, and with every second card far below.
    std::vector<CardPlace> places;
    for (std::uint32_t n = 1; n < shown.nodeCount(); n += 2)
        places.push_back({std::string(shown.nodeName({n})), 16 + 120.0 * n, 320});
    for (const auto& moved : {std::vector<CardPlace>{}, places}) {
        const DiagramLayout layout = diagramLayout(shown, moved);
        std::vector<QRectF> all = layout.nodes;
        for (const auto& link : layout.links) all.push_back(link.tag);
        for (const auto& memory : layout.memories) all.push_back(memory.tag);
        for (std::size_t i = 0; i < moved.size(); ++i)
            QCOMPARE(layout.nodes[2 * i + 1].topLeft(), QPointF(moved[i].x, moved[i].y));
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

/// With nothing selected: a sentence that is longer than the form is wide.
void TestSystemEditor::whatToDoFirstIsSaidInFull() {
    for (QLabel* label : m_editor->findChildren<QLabel*>()) {
        if (!label->text().startsWith(QStringLiteral("Select a platform"))) continue;
        QTRY_VERIFY(label->isVisible() && label->width() < label->fontMetrics().horizontalAdvance(label->text()));
        QTRY_VERIFY(label->height() >= label->heightForWidth(label->width()));
        QVERIFY(label->wordWrap());
        return;
    }
    QFAIL("nothing is said");
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
    test::clickEntry(*menu, pcie);
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
    QVERIFY((m_editor->diagram()->selection() == DiagramItem{SystemPart::Node, 0}));
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
    QVERIFY((diagram->selection() == DiagramItem{SystemPart::Node, 1}));
    QTest::keyClick(diagram->node(1), Qt::Key_Down);
    QVERIFY((diagram->selection() == DiagramItem{SystemPart::Link, 0}));
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
    m_editor->diagram()->select(DiagramItem{SystemPart::Node, 0});
    QTest::mouseClick(m_editor->removeButton(), Qt::LeftButton);
    QCOMPARE(system().platforms.size(), std::size_t{1});
    m_editor->diagram()->select(DiagramItem{SystemPart::Node, 0});
    QTest::mouseClick(m_editor->removeButton(), Qt::LeftButton);
    QCOMPARE(system().platforms.size(), std::size_t{1});
    QVERIFY2(m_editor->noteText().contains(QStringLiteral("last platform")), qPrintable(m_editor->noteText()));
}

void TestSystemEditor::aDraggedCardStaysThere() {
    const QPoint first = corner(0), second = corner(1);
    drag(1, {96, 120});
    QCOMPARE(corner(1), second + QPoint(96, 120)); // under the mouse
    QVERIFY(m_gestures.empty());
    letGo(1);
    QCOMPARE(m_gestures, std::vector{0});
    QVERIFY((corner(1) - second - QPoint(96, 120)).manhattanLength() <= kCardStep);
    QCOMPARE(corner(0), first);
    QVERIFY(m_editor->diagram()->sizeHint().height() > corner(1).y() + 100); // it can be scrolled to
    QVERIFY(m_labels.isEmpty());
    // What is added later has a place of its own, what stands keeps its.
    const QPoint moved = corner(1);
    m_editor->addPlatform(QStringLiteral("hailo-8"));
    QCOMPARE(corner(1), moved);
    for (std::size_t n : {0, 1})
        QVERIFY(!m_editor->diagram()->node(2)->geometry().intersects(m_editor->diagram()->node(n)->geometry()));
    // And back into the row.
    for (QToolButton* button : m_editor->findChildren<QToolButton*>())
        if (button->text() == QStringLiteral("in a row")) QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(corner(1), second);
}

void TestSystemEditor::aCardDroppedOnAnotherMovesAside() {
    drag(1, corner(0) - corner(1) + QPoint(20, 4));
    letGo(1);
    QCOMPARE(m_gestures.size(), std::size_t{1});
    QVERIFY(!m_editor->diagram()->node(0)->geometry().intersects(m_editor->diagram()->node(1)->geometry()));
}

void TestSystemEditor::escapeBringsACardBack() {
    const QPoint before = corner(1);
    drag(1, {64, 64});
    QVERIFY(corner(1) != before);
    QTest::keyClick(m_editor->diagram()->node(1), Qt::Key_Escape);
    QCOMPARE(corner(1), before);
    letGo(1);
    QVERIFY(m_gestures.empty());
    QCOMPARE(corner(1), before);
}

void TestSystemEditor::cardsMoveByKeys() {
    DiagramNode* card = m_editor->diagram()->node(0);
    card->setFocus(Qt::TabFocusReason);
    const QPoint before = corner(0);
    QTest::keyClick(card, Qt::Key_Down, Qt::ControlModifier);
    QTest::keyClick(card, Qt::Key_Down, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(corner(0), before + QPoint(0, 48));
    QCOMPARE(m_gestures.size(), std::size_t{2});
    QVERIFY(m_gestures[0] != 0 && m_gestures[0] == m_gestures[1]); // one step
    QTest::keyClick(card, Qt::Key_Up, Qt::ControlModifier | Qt::ShiftModifier);
    QTest::keyClick(card, Qt::Key_Up, Qt::ControlModifier);
    for (int i = 0; i < 40; ++i) QTest::keyClick(card, Qt::Key_Right, Qt::ControlModifier);
    QVERIFY(corner(0).x() > corner(1).x() + 200); // over the other one, never on it
    QVERIFY((m_editor->diagram()->selection() == DiagramItem{SystemPart::Node, 0}));
    const std::size_t moves = m_gestures.size();
    for (int i = 0; i < 100; ++i) QTest::keyClick(card, Qt::Key_Left, Qt::ControlModifier);
    QVERIFY(corner(0).x() >= 0);
    QVERIFY(m_gestures.size() < moves + 100); // the edge ends it
}

void TestSystemEditor::namesAreTypedInPlace() {
    SystemDiagram* diagram = m_editor->diagram();
    const std::tuple<DiagramItem, QWidget*, QString> renamed[] = {
        {{SystemPart::Node, 1}, diagram->node(1), QStringLiteral("big one")},
        {{SystemPart::Link, 0}, diagram->link(0), QStringLiteral("cable")}};
    for (const auto& [item, widget, name] : renamed) {
        widget->setFocus(Qt::TabFocusReason);
        QTest::keyClick(widget, Qt::Key_F2);
        QVERIFY(diagram->nameEdit() && diagram->nameEdit()->hasFocus());
        QCOMPARE(diagram->nameEdit()->text(), nameIn(system(), item));
        QTest::keyClicks(diagram->nameEdit(), name); // takes the place of what is selected
        QTest::keyClick(diagram->nameEdit(), Qt::Key_Return);
        QCOMPARE(nameIn(system(), item), name);
        QVERIFY(!diagram->nameEdit());
        QVERIFY(diagram->selection() == item);
        QVERIFY(widget->hasFocus());
        QVERIFY2(m_labels.back().startsWith(QStringLiteral("Rename")) && m_labels.back().endsWith(name), qPrintable(m_labels.back()));
    }
    // Esc leaves it, Enter without a change is no edit, a click elsewhere takes it.
    QTest::keyClick(diagram->node(1), Qt::Key_F2);
    QTest::keyClicks(diagram->nameEdit(), QStringLiteral("x"));
    QTest::keyClick(diagram->nameEdit(), Qt::Key_Escape);
    QVERIFY(!diagram->nameEdit());
    QTest::keyClick(diagram->node(1), Qt::Key_F2);
    QTest::keyClick(diagram->nameEdit(), Qt::Key_Return);
    QVERIFY(!diagram->nameEdit());
    QCOMPARE(m_labels.size(), 2);
    QTest::keyClick(diagram->node(1), Qt::Key_F2);
    QTest::keyClicks(diagram->nameEdit(), QStringLiteral("third"));
    QTest::mouseClick(diagram, Qt::LeftButton, Qt::NoModifier, QPoint(3, diagram->height() - 3));
    QCOMPARE(system().platforms[1].name, std::string("third"));
    QVERIFY(!diagram->nameEdit());
}

void TestSystemEditor::aTakenNameIsRefused() {
    SystemDiagram* diagram = m_editor->diagram();
    diagram->rename({SystemPart::Node, 1});
    QTest::keyClicks(diagram->nameEdit(), QStringLiteral("EYR"));
    QTest::keyClick(diagram->nameEdit(), Qt::Key_Return);
    QVERIFY(m_labels.isEmpty());
    QVERIFY2(m_editor->noteText().contains(QStringLiteral("EYR")) &&
                 m_editor->noteText().contains(QStringLiteral("another platform")),
             qPrintable(m_editor->noteText()));
    QVERIFY(diagram->nameEdit() && diagram->nameEdit()->text() == QStringLiteral("EYR")); // to be mended
    QTest::keyClick(diagram->nameEdit(), Qt::Key_2);
    QTest::keyClick(diagram->nameEdit(), Qt::Key_Return);
    QCOMPARE(system().platforms[1].name, std::string("EYR2"));
    QVERIFY(m_editor->noteText().isEmpty());
}

void TestSystemEditor::switchesAreAddedAndLinkedThrough() {
    QMenu* menu = m_editor->platformMenu();
    menu->popup({0, 0});
    test::clickEntry(*menu, actionNamed(*menu, QStringLiteral("Switch")));
    QCOMPARE(system().switches, std::vector<std::string>{"switch"});
    QVERIFY((m_editor->diagram()->selection() == DiagramItem{SystemPart::Node, 2}));
    QVERIFY(m_editor->diagram()->node(2)->accessibleName().contains(QStringLiteral("Switch")));
    draw(2, centre(0));
    actionNamed(*m_editor->linkMenu(), QStringLiteral("1000BASE-T"))->trigger();
    m_editor->linkMenu()->close();
    QCOMPARE(system().links.size(), std::size_t{2});
    QTest::keyClick(m_editor->diagram()->node(2), Qt::Key_F2);
    QTest::keyClicks(m_editor->diagram()->nameEdit(), QStringLiteral("hub"));
    QTest::keyClick(m_editor->diagram()->nameEdit(), Qt::Key_Return);
    QCOMPARE(system().switches, std::vector<std::string>{"hub"});
    QTest::keyClick(m_editor->diagram()->node(2), Qt::Key_Delete);
    QVERIFY(system().switches.empty());
    QCOMPARE(system().links.size(), std::size_t{1});
}

void TestSystemEditor::sharedMemoriesAreEdited() {
    SystemDiagram* diagram = m_editor->diagram();
    QMenu* menu = m_editor->platformMenu();
    actionNamed(*menu, QStringLiteral("Shared memory"))->trigger();
    QCOMPARE(system().memories.size(), std::size_t{1});
    QCOMPARE(system().memories[0].shared_by.size(), std::size_t{2});
    const DiagramItem memory{SystemPart::Memory, 0};
    QVERIFY(diagram->selection() == memory);
    typeInto("capacity_bytes", QStringLiteral("4 GiB"));
    QCOMPARE(*system().memories[0].capacity_bytes, 4294967296.0);
    QCOMPARE(*system().platforms[1].memories.back().capacity_bytes, 4294967296.0);
    QVERIFY2(diagram->memory(0)->words().contains(QStringLiteral("GB")) || diagram->memory(0)->words().contains(QStringLiteral("GiB")),
             qPrintable(diagram->memory(0)->words()));
    QVERIFY(m_editor->membersButton()->isVisible());
    QVERIFY(m_editor->membersButton()->accessibleName().contains(QStringLiteral("EYR, SMB")));
    Q_EMIT m_editor->membersButton()->menu()->aboutToShow();
    actionNamed(*m_editor->membersButton()->menu(), QStringLiteral("EYR"))->trigger();
    QCOMPARE(system().memories[0].shared_by.size(), std::size_t{1});
    // A line from its card joins it again.
    draw(0, diagram->memory(0)->geometry().center());
    QCOMPARE(system().memories[0].shared_by.size(), std::size_t{2});
    diagram->rename(memory);
    QTest::keyClicks(diagram->nameEdit(), QStringLiteral("gbe"));
    QTest::keyClick(diagram->nameEdit(), Qt::Key_Return);
    QVERIFY(m_editor->noteText().contains(QStringLiteral("another link or memory")));
    QTest::keyClick(diagram->nameEdit(), Qt::Key_Escape);
    QTest::keyClick(diagram->memory(0), Qt::Key_Delete);
    QVERIFY(system().memories.empty());
    QVERIFY(system().platforms[1].memories == m_library.platform("SMB")->memories);
}

void TestSystemEditor::busesLoseAndGainMembers() {
    m_editor->addPlatform(QStringLiteral("hailo-8"));
    m_editor->diagram()->select(DiagramItem{SystemPart::Link, 0});
    QMenu* menu = m_editor->membersButton()->menu();
    const auto toggle = [&](const char* name) {
        Q_EMIT menu->aboutToShow();
        actionNamed(*menu, QLatin1String(name))->trigger();
    };
    toggle("hailo-8");
    QCOMPARE(system().links[0].ends.size(), std::size_t{3});
    QVERIFY(m_editor->membersButton()->accessibleName().contains(QStringLiteral("hailo-8")));
    toggle("EYR");
    QVERIFY((system().links[0].ends == std::vector<NodeId>{{1}, {2}}));
    toggle("SMB");
    QCOMPARE(system().links[0].ends.size(), std::size_t{2});
    QVERIFY2(m_editor->noteText().contains(QStringLiteral("fewest")), qPrintable(m_editor->noteText()));
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
    m_editor->diagram()->select(DiagramItem{is_link ? SystemPart::Link : SystemPart::Node, 0});
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
    m_editor->diagram()->select(DiagramItem{SystemPart::Node, 0});
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
    QVERIFY((m_editor->diagram()->selection() == DiagramItem{SystemPart::Node, 2}));
    QMimeData other;
    other.setText(QStringLiteral("hello"));
    QDragEnterEvent stranger(at, Qt::CopyAction, &other, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(m_editor->diagram(), &stranger);
    QVERIFY(!stranger.isAccepted());
}

CUTLINE_TEST(TestSystemEditor)

} // namespace cutline::tst_system_editor

#include "tst_system_editor.moc"
