// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/candidates_table.h"

#include "core/base/text.h"
#include "widgets/panels/kit.h"
#include "widgets/panels/plan_delegate.h"
#include "widgets/panels/proof_line.h"
#include "widgets/panels/weights_form.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QStackedLayout>
#include <QTableView>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cutline {
CandidatesTable::CandidatesTable(QWidget* parent)
    : QWidget(parent), m_model(new CandidatesModel(this)), m_proxy(new CandidatesProxy(m_model, this)),
      m_proof(new ProofLine(this)), m_listing(new QComboBox(this)), m_filter(new QLineEdit(this)),
      m_filter_error(new InkLabel(Ink::Bad, TextRole::Small, {}, this)), m_columns(new QToolButton(this)),
      m_weights(new WeightsForm), m_weights_button(new QToolButton(this)),
      m_view(new QTableView(this)), m_stack(new QStackedLayout), m_delay(new QTimer(this)) {
    setAccessibleName(QStringLiteral("Candidates"));
    onSurface(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    buildToolRow(layout);
    buildView();
    auto* empty = new EmptyState(
        QStringLiteral("No plans yet"),
        QStringLiteral("Auto-partition lists the best ways to cut this network over the platforms."),
        QStringLiteral("Auto-partition"), this);
    connect(empty, &EmptyState::activated, this, &CandidatesTable::searchRequested);
    m_stack->addWidget(empty);
    m_stack->addWidget(m_view);
    m_infeasible = new EmptyState(QStringLiteral("No plan meets the demands"), {}, QStringLiteral("Search settings"), this);
    connect(m_infeasible, &EmptyState::activated, this, &CandidatesTable::settingsRequested);
    m_stack->addWidget(m_infeasible);
    m_stack->addWidget(new EmptyState(QStringLiteral("Searching"),
                                      QStringLiteral("The first plans are listed as soon as they are known; the status bar says how far it is."), {}, this));
    layout->addLayout(m_stack, 1);

    m_delay->setSingleShot(true);
    m_delay->setInterval(150);
    connect(m_delay, &QTimer::timeout, this, &CandidatesTable::applyFilter);
    connect(m_filter, &QLineEdit::textChanged, m_delay, qOverload<>(&QTimer::start));
    connect(m_filter, &QLineEdit::returnPressed, this, &CandidatesTable::applyFilter);
    connect(m_listing, &QComboBox::activated, this, [this](int i) { setListing(static_cast<Listing>(i)); });
}

void CandidatesTable::buildToolRow(QVBoxLayout* layout) {
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 6, 12, 6);
    row->setSpacing(8);
    m_listing->addItems({QStringLiteral("Short list"), QStringLiteral("Front"), QStringLiteral("All plans")});
    m_listing->setToolTip(
        QStringLiteral("Short list: the best of each objective, the knee and a cover of the front.\n"
                       "Front: every plan that no other one dominates.\nAll plans: dominated ones, too."));
    m_listing->setAccessibleName(QStringLiteral("Plans listed"));
    m_filter->setPlaceholderText(QStringLiteral("Filter: EYR energy < 20 mJ"));
    m_filter->setAccessibleName(QStringLiteral("Filter plans"));
    m_filter->setToolTip(
        QStringLiteral("Words in platforms or cut, and conditions with units: throughput latency energy "
                       "stage tightest memory link sensitivity accuracy cost"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMinimumWidth(96);
    m_filter->setMaximumWidth(240);
    row->addWidget(m_listing);
    row->addWidget(m_filter, 1);
    row->addWidget(m_filter_error);
    m_columns->setText(QStringLiteral("Columns"));
    m_columns->setAutoRaise(true);
    m_columns->setToolTip(QStringLiteral("Which figures are listed"));
    m_columns->setPopupMode(QToolButton::InstantPopup);
    auto* columns = new QMenu(m_columns);
    m_columns->setMenu(columns);
    connect(columns, &QMenu::aboutToShow, this, [this, columns] { fillColumnMenu(columns); });
    row->addStretch(1);
    row->addWidget(m_proof);
    buildWeights();
    row->addWidget(m_weights_button);
    row->addWidget(m_columns);
    setTabOrder(m_weights_button, m_columns);
    layout->addLayout(row);
}

void CandidatesTable::buildView() {
    m_view->setModel(m_proxy);
    m_view->setAccessibleName(QStringLiteral("Candidate plans"));
    m_view->setItemDelegate(new PlanDelegate(m_view));
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_view, &QTableView::customContextMenuRequested, this, &CandidatesTable::showRowMenu);
    connect(m_view, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (index.column() == CandidatesModel::StarColumn) toggleStar(index);
        if (index.column() == CandidatesModel::GroupColumn)
            openGroup(index.data(CandidatesModel::PlanRole).toUInt(), !index.data(CandidatesModel::OpenRole).toBool());
    });
    connect(m_model, &CandidatesModel::markRequested, this, &CandidatesTable::markRequested);
    m_view->setShowGrid(false);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setWordWrap(false);
    m_view->setTabKeyNavigation(false);
    m_view->setMouseTracking(true);
    m_view->viewport()->installEventFilter(this);
    m_view->installEventFilter(this);
    m_view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_view->verticalHeader()->setMinimumSectionSize(26);
    m_view->verticalHeader()->setDefaultSectionSize(26);
    QHeaderView* header = m_view->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionsMovable(true);
    header->setSortIndicatorClearable(true);
    header->setStretchLastSection(false);
    header->moveSection(CandidatesModel::StarColumn, 0);
    for (const int column : {CandidatesModel::ScoreColumn, CandidatesModel::GroupColumn})
        header->moveSection(header->visualIndex(column), 2); // beside the number
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QHeaderView::customContextMenuRequested, this, [this](QPoint position) {
        QMenu menu(this);
        fillColumnMenu(&menu);
        menu.exec(m_view->horizontalHeader()->mapToGlobal(position));
    });
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(-1, Qt::AscendingOrder);
    followHeader();
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& now) {
                if (!now.isValid() || m_following) return;
                const std::uint32_t plan = now.data(CandidatesModel::PlanRole).toUInt();
                if (m_selected == plan) return;
                m_selected = plan;
                Q_EMIT planSelected(plan);
            });
    connect(m_view, &QTableView::entered, this,
            [this](const QModelIndex& index) { hover(index.data(CandidatesModel::PlanRole).toUInt()); });
    connect(m_view, &QTableView::activated, this, [this](const QModelIndex& index) {
        Q_EMIT planActivated(index.data(CandidatesModel::PlanRole).toUInt());
    });
}

void CandidatesTable::setResult(SearchResultPtr result, const Problem& problem, double resolution) {
    m_problem = problem;
    m_resolution = resolution;
    m_following = true;
    m_model->setResult(std::move(result), problem.graph, problem.system);
    m_following = false;
    // Kept plans come after; a number beyond the candidates' meant one of those before.
    if (m_selected && (!m_model->result() || *m_selected >= m_model->result()->summaries.size()))
        m_selected.reset();
    const auto& now = m_model->result();
    if (now) m_weights->setFigures(knownObjectives(*now), memoryIsRatio(*now));
    m_weights->setBest(m_model->bestByWeights());
    tellFilter();
    showRows();
}

void CandidatesTable::setKept(std::vector<KeptRow> kept) {
    m_following = true;
    m_model->setKept(std::move(kept));
    m_following = false;
    showRows();
}

void CandidatesTable::toggleStar(const QModelIndex& index) {
    if (!index.isValid()) return;
    const QModelIndex star = index.siblingAtColumn(CandidatesModel::StarColumn);
    m_proxy->setData(star, !star.data(CandidatesModel::FavouriteRole).toBool(), Qt::EditRole);
}

void CandidatesTable::editNote(const QModelIndex& index) {
    if (!index.isValid()) return;
    if (m_view->isColumnHidden(CandidatesModel::NoteColumn)) {
        chooseColumn(CandidatesModel::NoteColumn, true);
        m_view->setColumnWidth(CandidatesModel::NoteColumn, 160); // stays so, as if set by hand
    }
    const QModelIndex note = index.siblingAtColumn(CandidatesModel::NoteColumn);
    m_view->scrollTo(note);
    m_view->edit(note);
}

void CandidatesTable::showRowMenu(QPoint position) {
    const QModelIndex index = m_view->indexAt(position);
    if (!index.isValid()) return;
    QMenu menu(this);
    const bool favourite = index.data(CandidatesModel::FavouriteRole).toBool();
    menu.addAction(favourite ? QStringLiteral("No favourite any more") : QStringLiteral("Mark as favourite"), this,
                   [this, index] { toggleStar(index); });
    menu.addAction(QStringLiteral("Write a note"), this, [this, index] { editNote(index); });
    menu.addAction(QStringLiteral("Compare with the chosen plan"), this, [this, index] {
        Q_EMIT compareRequested(index.data(CandidatesModel::PlanRole).toUInt());
    });
    addGroupEntries(menu, index);
    menu.addSeparator();
    const auto copy = [this](std::optional<int> only) { QApplication::clipboard()->setText(toCsv(only)); };
    menu.addAction(QStringLiteral("Copy this row as CSV\tCtrl+C"), this, [copy, index] { copy(index.row()); });
    menu.addAction(QStringLiteral("Copy all rows listed as CSV"), this, [copy] { copy(std::nullopt); });
    menu.exec(m_view->viewport()->mapToGlobal(position));
}

void CandidatesTable::clear() {
    m_selected.reset();
    setResult(nullptr, {}, m_resolution);
}

void CandidatesTable::setSearching(bool searching) {
    m_searching = searching;
    if (m_model->rowCount() == 0) showRows();
}

void CandidatesTable::showRows() {
    const auto& result = m_model->result();
    const bool any = m_model->rowCount() > 0; // kept plans are listed where no plan meets a demand
    const bool infeasible = result && result->infeasible;
    if (infeasible) m_infeasible->setHint(text(result->infeasible->text));
    m_stack->setCurrentIndex(any ? 1 : infeasible ? 2 : m_searching ? 3 : 0);
    m_proof->setResult(result.get(), static_cast<std::size_t>(m_proxy->rowCount()),
                       m_model->listing() == Listing::Representatives ? m_resolution : 0);
    if (any) {
        fitColumns();
    }
    selectRow();
}

void CandidatesTable::selectRow() {
    m_following = true;
    const int row = m_selected ? m_model->rowOf(*m_selected) : -1;
    const QModelIndex index = row < 0 ? QModelIndex() : m_proxy->mapFromSource(m_model->index(row, 0));
    if (index.isValid()) {
        m_view->setCurrentIndex(index);
        m_view->scrollTo(index);
    } else {
        m_view->selectionModel()->clear();
        // In a closed group: keys go on from what stands for it.
        const auto stand_in = m_selected ? m_model->standInOf(*m_selected) : std::nullopt;
        if (const int head = stand_in ? m_model->rowOf(*stand_in) : -1; head >= 0)
            m_view->selectionModel()->setCurrentIndex(m_proxy->mapFromSource(m_model->index(head, 0)),
                                                      QItemSelectionModel::NoUpdate);
    }
    m_following = false;
    QString provenance;
    const auto& result = m_model->result();
    if (result && result->candidates && m_problem.costs && !result->summaries.empty()) {
        auto plan = m_selected.value_or(result->knee.value_or(0));
        if (m_model->isKeptOnly(plan) && !m_model->keptOf(plan)) plan = result->knee.value_or(0);
        provenance = provenanceText(provenanceShares(*m_problem.costs, m_model->planOf(plan)));
    }
    m_proof->setProvenance(provenance);
}

void CandidatesTable::applyFilter() {
    m_delay->stop();
    auto filter = parsePlanFilter(m_filter->text());
    m_filter_error->setText(filter ? QString() : text(filter.error().message()));
    if (!filter) return;
    m_following = true;
    m_now = *filter;
    m_proxy->setFilter(*filter);
    m_following = false;
    tellFilter();
    m_proof->setResult(m_model->result().get(), static_cast<std::size_t>(m_proxy->rowCount()),
                       m_model->listing() == Listing::Representatives ? m_resolution : 0);
    selectRow();
}

void CandidatesTable::tellFilter() {
    // Words are looked for in texts that are made plan by plan: of very many only figures are judged.
    constexpr std::size_t kMostWithWords = 5'000;
    const auto& result = m_model->result();
    PlanFilter filter = m_now;
    if (result && result->summaries.size() > kMostWithWords) filter.words.clear();
    if (filter.empty() || !result) {
        if (std::exchange(m_told, false)) Q_EMIT filterChanged(nullptr);
        return;
    }
    auto passing = std::make_shared<std::vector<bool>>(result->summaries.size());
    for (std::uint32_t plan = 0; plan < passing->size(); ++plan) (*passing)[plan] = filter.accepts(*m_model, plan);
    m_told = true;
    Q_EMIT filterChanged(std::move(passing));
}

void CandidatesTable::hover(std::optional<std::uint32_t> plan) {
    if (m_hovered == plan) return;
    setHovered(plan);
    Q_EMIT planHovered(plan);
}

bool CandidatesTable::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_view->viewport() && event->type() == QEvent::Leave) hover({});
    if (watched == m_view->viewport() && event->type() == QEvent::Resize && m_model->result()) fitColumns();
    if (watched == m_view && event->type() == QEvent::KeyPress && handleKey(*static_cast<QKeyEvent*>(event))) return true;
    return QWidget::eventFilter(watched, event);
}

bool CandidatesTable::handleKey(const QKeyEvent& key) {
    const QModelIndex now = m_view->currentIndex();
    if (key.matches(QKeySequence::Copy) && now.isValid()) {
        QApplication::clipboard()->setText(toCsv(now.row()));
        return true;
    }
    // + needs Shift on many keyboards.
    if (key.modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier)) return false;
    switch (key.key()) {
    case Qt::Key_S:
        toggleStar(now);
        return true;
    case Qt::Key_F2:
        editNote(now);
        return true;
    case Qt::Key_Plus:
    case Qt::Key_Minus:
        if (now.isValid()) openGroup(now.data(CandidatesModel::PlanRole).toUInt(), key.key() == Qt::Key_Plus);
        return true;
    case Qt::Key_Asterisk:
        openAllGroups(true);
        return true;
    default:
        return false;
    }
}

QString CandidatesTable::toCsv(std::optional<int> only) const {
    QStringList lines{
        QStringLiteral("plan,platforms,cut_after,throughput_hz,latency_s,energy_j,initiation_interval_s,"
                       "memory_bytes_max,link_bytes,tightest_memory,sensitivity,accuracy_top1,cost,favourite,note,score")};
    const int begin = only.value_or(0), end = only ? *only + 1 : m_proxy->rowCount();
    for (int row = begin; row < end; ++row) {
        QStringList cells;
        for (int c = 0; c < CandidatesModel::ColumnCount; ++c) {
            const QModelIndex index = m_proxy->index(row, c);
            if (c == CandidatesModel::GroupColumn) continue; // says what is listed, not what a plan is
            const bool figure = c >= CandidatesModel::ThroughputColumn && c <= CandidatesModel::CostColumn;
            if (c == CandidatesModel::StarColumn) {
                cells << (index.data(CandidatesModel::FavouriteRole).toBool() ? QStringLiteral("1") : QStringLiteral("0"));
                continue;
            }
            if (c == CandidatesModel::ScoreColumn) {
                const double score = index.data(CandidatesModel::SortRole).toDouble();
                cells << (std::isfinite(score) ? text(numberText(score)) : QString());
                continue;
            }
            cells << (figure ? text(numberText(index.data(CandidatesModel::SortRole).toDouble()))
                             : text(csvCell(index.data().toString().toStdString())));
        }
        lines << cells.join(u',');
    }
    return lines.join(u'\n') + u'\n';
}

} // namespace cutline
