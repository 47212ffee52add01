// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/test_program.h"
#include "tests/widgets/drag_mouse.h"
#include "tests/widgets/world.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/proof_line.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QHeaderView>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMouseEvent>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QToolButton>

#include <tuple>

namespace cutline::tst_candidates_table {

class TestCandidatesTable : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void starsAndNotesAreAskedFor();
    void columnsAreChosen();
    void columnsAreArrangedByHand();
    void initTestCase();
    void init();
    void cleanup() { m_table.reset(); }
    void clickSelectsOnce();
    void selectionFromOutsideIsSilent();
    void keysWalk();
    void hoverTells();
    void headerSorts();
    void typedFilter();
    void proofLine();
    void emptyTableOffersTheSearch();
    void unknownColumnsAreHidden();
    void csvHasRawValues();
    void narrowTablesShowWhatMatters();
    void arrowsOfMenusStandBesideTheirWords();
    void infeasibleDemandsAreNamed();
    void outsideTheBrushIsDimmed();

private:
    QModelIndex row(int r, int column = 0) const { return m_table->view()->model()->index(r, column); }
    QPoint centre(int r) const { return m_table->view()->visualRect(row(r, 1)).center(); }
    test::World m_world;
    std::unique_ptr<CandidatesTable> m_table;
};

void TestCandidatesTable::initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_world = test::makeWorld(10);
}

void TestCandidatesTable::init() {
    m_table = std::make_unique<CandidatesTable>();
    m_table->setResult(m_world.result, m_world.problem);
    m_table->setListing(Listing::Front);
    m_table->resize(1100, 500);
    m_table->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_table.get()));
    QVERIFY(m_table->view()->model()->rowCount() >= 4);
    QCOMPARE(m_table->view()->rowHeight(0), 26);
}

void TestCandidatesTable::clickSelectsOnce() {
    QSignalSpy selected(m_table.get(), &CandidatesTable::planSelected);
    QTest::mouseClick(m_table->view()->viewport(), Qt::LeftButton, {}, centre(2));
    QTest::mouseClick(m_table->view()->viewport(), Qt::LeftButton, {}, centre(2));
    QCOMPARE(selected.count(), 1);
    QCOMPARE(selected.at(0).at(0).toUInt(), m_world.result->front[2]);
    QSignalSpy activated(m_table.get(), &CandidatesTable::planActivated);
    QTest::mouseDClick(m_table->view()->viewport(), Qt::LeftButton, {}, centre(2));
    QCOMPARE(activated.count(), 1);
}

void TestCandidatesTable::selectionFromOutsideIsSilent() {
    QSignalSpy selected(m_table.get(), &CandidatesTable::planSelected);
    const auto plan = m_world.result->front[3];
    m_table->setSelected(plan);
    QCOMPARE(m_table->view()->currentIndex().row(), 3);
    // Listings that have it keep it, those that do not forget the row only.
    m_table->setListing(Listing::All);
    QCOMPARE(m_table->view()->currentIndex().data(CandidatesModel::PlanRole).toUInt(), plan);
    m_table->setSelected({});
    QVERIFY(!m_table->view()->selectionModel()->hasSelection());
    m_table->setResult(m_world.result, m_world.problem);
    QCOMPARE(selected.count(), 0);
}

void TestCandidatesTable::keysWalk() {
    m_table->setSelected(m_world.result->front[0]);
    QSignalSpy selected(m_table.get(), &CandidatesTable::planSelected);
    m_table->view()->setFocus();
    QTest::keyClick(m_table->view(), Qt::Key_Down);
    QCOMPARE(selected.count(), 1);
    QCOMPARE(selected.at(0).at(0).toUInt(), m_world.result->front[1]);
}

void TestCandidatesTable::hoverTells() {
    QList<std::optional<std::uint32_t>> hovered;
    connect(m_table.get(), &CandidatesTable::planHovered, this,
            [&](std::optional<std::uint32_t> plan) { hovered << plan; });
    QWidget* viewport = m_table->view()->viewport();
    QMouseEvent move(QEvent::MouseMove, centre(1), viewport->mapToGlobal(centre(1)), Qt::NoButton,
                     Qt::NoButton, {});
    QApplication::sendEvent(viewport, &move);
    QCOMPARE(hovered.size(), 1);
    QCOMPARE(hovered.back(), std::optional(m_world.result->front[1]));
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(viewport, &leave);
    QCOMPARE(hovered.size(), 2);
    QVERIFY(!hovered.back());
}

void TestCandidatesTable::headerSorts() {
    auto* header = m_table->view()->horizontalHeader();
    const int x = header->sectionViewportPosition(CandidatesModel::EnergyColumn) + 20;
    m_table->setSelected(m_world.knee());
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, QPoint(x, 12));
    const auto energy = [&](int r) {
        return row(r, CandidatesModel::EnergyColumn).data(CandidatesModel::SortRole).toDouble();
    };
    const bool ascending = energy(0) < energy(1);
    for (int r = 1; r < m_table->view()->model()->rowCount(); ++r)
        QVERIFY(ascending ? energy(r) >= energy(r - 1) : energy(r) <= energy(r - 1));
    QCOMPARE(m_table->view()->currentIndex().data(CandidatesModel::PlanRole).toUInt(), m_world.knee());
}

void TestCandidatesTable::typedFilter() {
    const int all = m_table->view()->model()->rowCount();
    QTest::keyClicks(m_table->filterEdit(), QStringLiteral("plan<=15"));
    QTRY_VERIFY(m_table->view()->model()->rowCount() < all);
    for (int r = 0; r < m_table->view()->model()->rowCount(); ++r) QVERIFY(row(r).data().toInt() <= 15);
    m_table->filterEdit()->clear();
    QTest::keyClicks(m_table->filterEdit(), QStringLiteral("energy<3parsec"));
    QTest::keyClick(m_table->filterEdit(), Qt::Key_Return);
    bool told = false;
    for (const auto* label : m_table->findChildren<QLabel*>())
        told |= label->text().contains(QStringLiteral("parsec"));
    QVERIFY(told);
    m_table->filterEdit()->clear();
    QTest::keyClick(m_table->filterEdit(), Qt::Key_Return);
    QCOMPARE(m_table->view()->model()->rowCount(), all);
}

void TestCandidatesTable::proofLine() {
    m_table->setListing(Listing::Representatives);
    m_table->setSelected(m_world.knee());
    const QString line = m_table->proofLine()->text();
    QVERIFY2(line.startsWith(QStringLiteral("search complete in this model \u00B7 %1 plans in 1.40\u202Fms "
                                            "\u00B7 front %2 \u00B7 showing %3 at 1.0\u202F%")
                                 .arg(m_world.result->summaries.size())
                                 .arg(m_world.result->front.size())
                                 .arg(m_world.result->representatives.size())),
             qPrintable(line));
    QVERIFY(line.contains(QStringLiteral("time: ")));
    auto none = std::make_shared<SearchResult>();
    none->infeasible = Violation{};
    m_table->setResult(none, m_world.problem);
    QVERIFY(m_table->proofLine()->text().startsWith(QStringLiteral("no feasible plan")));
}

void TestCandidatesTable::emptyTableOffersTheSearch() {
    m_table->clear();
    QVERIFY(!m_table->view()->isVisible());
    QSignalSpy requested(m_table.get(), &CandidatesTable::searchRequested);
    for (auto* button : m_table->findChildren<QPushButton*>())
        if (button->isVisible()) QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(requested.count(), 1);
    m_table->setSearching(true); // nothing to ask for
    for (auto* button : m_table->findChildren<QPushButton*>()) QVERIFY(!button->isVisible());
    m_table->setSearching(false);
    QVERIFY(std::ranges::any_of(m_table->findChildren<QPushButton*>(), [](auto* button) { return button->isVisible(); }));
}

void TestCandidatesTable::unknownColumnsAreHidden() {
    QVERIFY(m_table->view()->isColumnHidden(CandidatesModel::CostColumn));
    QVERIFY(!m_table->view()->isColumnHidden(CandidatesModel::EnergyColumn));
}

void TestCandidatesTable::csvHasRawValues() {
    const QStringList lines = m_table->toCsv().split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), static_cast<qsizetype>(m_world.result->front.size()) + 1);
    const QStringList names = lines.at(0).split(u','), cells = lines.at(1).split(u',');
    QCOMPARE(cells.size(), names.size());
    const Summary& s = m_world.result->summaries[m_world.result->front[0]];
    QCOMPARE(cells.at(names.indexOf(QStringLiteral("energy_j"))).toDouble(), s.energy_j);
    QCOMPARE(cells.at(names.indexOf(QStringLiteral("initiation_interval_s"))).toDouble(),
             s.initiation_interval_s);
    QCOMPARE(cells.at(names.indexOf(QStringLiteral("memory_bytes_max"))).toDouble(), s.memory_bytes_max);
    QCOMPARE(cells.at(names.indexOf(QStringLiteral("link_bytes"))).toDouble(), s.link_bytes);
    QCOMPARE(cells.at(names.indexOf(QStringLiteral("tightest_memory"))).toDouble(), s.tightest_ratio);
    QCOMPARE(cells.at(names.indexOf(QStringLiteral("cost"))), QString()); // not known
}

void TestCandidatesTable::starsAndNotesAreAskedFor() {
    CandidatesTable table;
    table.setResult(m_world.result, m_world.problem);
    table.resize(1200, 400);
    table.show();
    QVERIFY(QTest::qWaitForWindowExposed(&table));
    std::vector<std::tuple<std::uint32_t, bool, QString>> asked;
    connect(&table, &CandidatesTable::markRequested, this,
            [&](std::uint32_t plan, bool favourite, const QString& note) { asked.emplace_back(plan, favourite, note); });
    QTableView* view = table.view();
    const auto cell = [&](int row, int column) { return view->visualRect(view->model()->index(row, column)).center(); };
    const std::uint32_t second = view->model()->index(1, 0).data(CandidatesModel::PlanRole).toUInt();
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, cell(1, CandidatesModel::StarColumn));
    QCOMPARE(asked.size(), std::size_t{1});
    QVERIFY((asked[0] == std::tuple(second, true, QString())));
    QTest::keyClick(view, Qt::Key_S);
    QCOMPARE(asked.size(), std::size_t{2});
    QVERIFY(view->isColumnHidden(CandidatesModel::NoteColumn)); // nothing noted yet
    QTest::keyClick(view, Qt::Key_F2);
    QVERIFY(!view->isColumnHidden(CandidatesModel::NoteColumn));
    auto* editor = view->findChild<QLineEdit*>();
    QVERIFY(editor);
    QTest::keyClicks(editor, QStringLiteral("fits the fan"));
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(asked.size(), std::size_t{3});
    QVERIFY((asked[2] == std::tuple(second, false, QStringLiteral("fits the fan"))));
    // Answered: the star is there, also where a search finds no plan at all.
    table.setKept({{std::make_shared<const Plan>(m_world.result->candidates->plan(second)), QStringLiteral("kept 1"),
                    QStringLiteral("fits the fan"), true, second, m_world.result->summaries[second], {}}});
    QVERIFY(view->model()->index(1, 0).data(CandidatesModel::FavouriteRole).toBool());
    auto nothing = std::make_shared<SearchResult>();
    nothing->candidates = std::make_shared<test::PlanList>(std::vector<Plan>{});
    nothing->infeasible = Violation{};
    table.setResult(nothing, m_world.problem);
    QVERIFY(!view->isVisible());
    table.setKept({{std::make_shared<const Plan>(m_world.result->candidates->plan(second)), QStringLiteral("kept 1"),
                    {}, true, {}, m_world.result->summaries[second], QStringLiteral("misses")}});
    QVERIFY(view->isVisible());
    QCOMPARE(view->model()->rowCount(), 1);
    QCOMPARE(view->model()->index(0, CandidatesModel::PlanColumn).data().toString(), QStringLiteral("kept 1"));
}

void TestCandidatesTable::columnsAreChosen() {
    CandidatesTable table;
    table.setResult(m_world.result, m_world.problem);
    table.resize(1200, 400);
    table.show();
    QVERIFY(QTest::qWaitForWindowExposed(&table));
    QSignalSpy changed(&table, &CandidatesTable::columnsChanged);
    QMenu* menu = table.columnsButton()->menu();
    const auto trigger = [&](const QString& title) {
        Q_EMIT menu->aboutToShow();
        for (QAction* action : menu->actions())
            if (action->text().startsWith(title)) return action->trigger();
    };
    QVERIFY(!table.view()->isColumnHidden(CandidatesModel::StageColumn));
    QVERIFY(table.view()->isColumnHidden(CandidatesModel::CostColumn)); // not known
    trigger(QStringLiteral("Stage max"));
    trigger(QStringLiteral("Cost"));
    QCOMPARE(changed.count(), 2);
    QVERIFY(table.view()->isColumnHidden(CandidatesModel::StageColumn));
    QVERIFY(!table.view()->isColumnHidden(CandidatesModel::CostColumn));
    table.setResult(m_world.result, m_world.problem); // a new search keeps the choice
    QVERIFY(table.view()->isColumnHidden(CandidatesModel::StageColumn));
    CandidatesTable other;
    other.setResult(m_world.result, m_world.problem);
    other.setColumns(table.columns());
    QVERIFY(other.view()->isColumnHidden(CandidatesModel::StageColumn));
    QVERIFY(!other.view()->isColumnHidden(CandidatesModel::CostColumn));
    trigger(QStringLiteral("As at first"));
    QVERIFY(!table.view()->isColumnHidden(CandidatesModel::StageColumn));
}

/// By the mouse: sorted, widened, moved; another table takes it over, and what a person set stays when plans come.
void TestCandidatesTable::columnsAreArrangedByHand() {
    CandidatesTable table;
    table.setResult(m_world.result, m_world.problem);
    table.resize(1600, 400);
    table.show();
    QVERIFY(QTest::qWaitForWindowExposed(&table));
    QHeaderView* header = table.view()->horizontalHeader();
    QTRY_VERIFY(header->length() <= header->viewport()->width());
    QVERIFY2(table.columns().isEmpty(), qPrintable(table.columns().join(u'|')));
    QSignalSpy changed(&table, &CandidatesTable::columnsChanged);
    const auto middleOf = [header](int column) {
        return QPoint(header->sectionViewportPosition(column) + header->sectionSize(column) / 2, header->height() / 2);
    };
    const auto drag = [header](QPoint from, QPoint to) {
        QTest::mousePress(header->viewport(), Qt::LeftButton, {}, from);
        for (const QPoint at : {(from + to) / 2, to, to}) test::dragMouse(header->viewport(), at);
        QTest::mouseRelease(header->viewport(), Qt::LeftButton, {}, to);
    };
    const int wide = header->sectionSize(CandidatesModel::LatencyColumn) + 40;
    const QPoint edge(header->sectionViewportPosition(CandidatesModel::LatencyColumn) + wide - 41, header->height() / 2);
    drag(edge, edge + QPoint(40, 0));
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, middleOf(CandidatesModel::EnergyColumn));
    drag(middleOf(CandidatesModel::ThroughputColumn), middleOf(CandidatesModel::EnergyColumn) + QPoint(10, 0));
    QTRY_VERIFY(changed.count() > 0);
    const QStringList words = table.columns();
    for (const QString& word : {QStringLiteral("latency %1px").arg(wide), QStringLiteral("energy ascending")})
        QVERIFY2(words.contains(word), qPrintable(words.join(u'|')));
    QVERIFY2(words.indexOf(QStringLiteral("throughput")) > words.indexOf(QStringLiteral("energy ascending")), qPrintable(words.join(u'|')));
    CandidatesTable other;
    other.setColumns(words + QStringList{QStringLiteral("nothing 3px"), QStringLiteral("energy 40px")}); // said once
    other.setResult(m_world.result, m_world.problem);
    QCOMPARE(other.columns(), words);
    QCOMPARE(other.view()->horizontalHeader()->sectionSize(CandidatesModel::LatencyColumn), wide);
    const auto energy = [&](int row) { return other.view()->model()->index(row, CandidatesModel::EnergyColumn).data(CandidatesModel::SortRole).toDouble(); };
    for (int row = 1; row < other.view()->model()->rowCount(); ++row) QVERIFY(energy(row - 1) <= energy(row));
    other.setColumns({});
    QVERIFY(other.columns().isEmpty());
}

/// In a narrow window nothing scrolls sideways: columns give way, and come back with the room.
void TestCandidatesTable::narrowTablesShowWhatMatters() {
    QTableView* view = m_table->view();
    QVERIFY(!view->isColumnHidden(CandidatesModel::StageColumn));
    const QStringList before = m_table->columns();
    m_table->resize(640, 400);
    QTRY_VERIFY(view->isColumnHidden(CandidatesModel::StageColumn));
    QVERIFY(!view->isColumnHidden(CandidatesModel::LatencyColumn) && !view->isColumnHidden(CandidatesModel::CutColumn));
    QVERIFY(view->horizontalHeader()->length() <= view->viewport()->width());
    QCOMPARE(m_table->columns(), before); // nobody has chosen that
    m_table->resize(1100, 500);
    QTRY_VERIFY(!view->isColumnHidden(CandidatesModel::StageColumn));
}

void TestCandidatesTable::arrowsOfMenusStandBesideTheirWords() {
    int seen = 0;
    for (auto* button : m_table->findChildren<QToolButton*>()) {
        if (button->popupMode() != QToolButton::InstantPopup || button->text().isEmpty() || !button->isVisible()) continue;
        const QImage picture = button->grab().toImage().convertToFormat(QImage::Format_ARGB32);
        const auto inked = [&](int x) {
            for (int y = 2; y < picture.height() - 2; ++y)
                if (qAlpha(picture.pixel(x, y)) > 90) return true; // it has no ground of its own
            return false;
        };
        int x = picture.width() - 1, gap = 0;
        while (x > 0 && !inked(x)) --x;
        while (x > 0 && inked(x)) --x; // the arrow
        while (x > 0 && !inked(x)) --x, ++gap;
        QVERIFY2(gap >= 3 && x > 20, qPrintable(button->text() + QStringLiteral(": %1").arg(gap)));
        ++seen;
    }
    QCOMPARE(seen, 2);
}

void TestCandidatesTable::infeasibleDemandsAreNamed() {
    auto none = std::make_shared<SearchResult>();
    none->infeasible = Violation{Violation::Kind::Constraint, "latency<=1us", 0.03, 1e-6, {}, "latency<=1us: too much"};
    m_table->setResult(none, m_world.problem);
    QVERIFY(!m_table->view()->isVisible());
    QPushButton* settings = nullptr;
    bool named = false;
    for (const auto* label : m_table->findChildren<QLabel*>())
        named = named || (label->isVisible() && label->text() == QStringLiteral("latency<=1us: too much"));
    QVERIFY(named);
    for (auto* button : m_table->findChildren<QPushButton*>())
        if (button->isVisible()) settings = button;
    QVERIFY(settings);
    QSignalSpy asked(m_table.get(), &CandidatesTable::settingsRequested);
    QTest::mouseClick(settings, Qt::LeftButton);
    QCOMPARE(asked.count(), 1);
}

void TestCandidatesTable::outsideTheBrushIsDimmed() {
    QSignalSpy changed(m_table->view()->model(), &QAbstractItemModel::dataChanged);
    const double energy = row(0, CandidatesModel::EnergyColumn).data(CandidatesModel::SortRole).toDouble();
    PlanBrush brush;
    brush.set({Objective::Energy, energy, energy});
    m_table->setBrush(brush);
    QCOMPARE(changed.count(), 1);
    const int rows = m_table->view()->model()->rowCount();
    for (int r = 0; r < rows; ++r) {
        const bool inside = row(r, CandidatesModel::EnergyColumn).data(CandidatesModel::SortRole).toDouble() == energy;
        QCOMPARE(row(r).data(CandidatesModel::DimmedRole).toBool(), !inside);
    }
}

CUTLINE_TEST(TestCandidatesTable)

} // namespace cutline::tst_candidates_table

#include "tst_candidates_table.moc"
