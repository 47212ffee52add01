// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/candidates_table.h"

#include "core/base/text.h"
#include "widgets/panels/kit.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QStackedLayout>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace cutline {
namespace {

/// Swatches in the platforms' colours before their names; the knee is told by weight.
class PlanDelegate : public RowDelegate {
public:
    using RowDelegate::RowDelegate;

protected:
    QList<int> swatches(const QModelIndex& index) const override {
        return index.column() == CandidatesModel::PlatformsColumn
                   ? index.data(CandidatesModel::PlatformsRole).value<QList<int>>()
                   : QList<int>();
    }
    bool strong(const QModelIndex& index) const override {
        return index.column() == CandidatesModel::PlanColumn &&
               index.data(CandidatesModel::KneeRole).toBool();
    }
};

constexpr int kCutWidth = 210, kLeastCutWidth = 110, kRowsMeasured = 60;

} // namespace

ProofLine::ProofLine(QWidget* parent)
    : QWidget(parent), m_proof(new InkLabel(Ink::Good, TextRole::CardTitle, {}, this)),
      m_counts(new InkLabel(Ink::Text3, TextRole::Small, {}, this)), m_provenance(new Pill({}, this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_proof);
    m_counts->setElided();
    layout->addWidget(m_counts);
    layout->addWidget(m_provenance);
    m_provenance->setToolTip(
        QStringLiteral("Where the layer times of the selected plan come from, by share of time"));
    m_proof->setToolTip(
        QStringLiteral("What is proven about this list, within the model of costs and transfers"));
    m_counts->setToolTip(
        QStringLiteral("Plans evaluated and time taken; plans that no other one dominates; plans listed"));
}

void ProofLine::setResult(const SearchResult* result, std::size_t shown, double resolution) {
    if (!result) {
        m_proof->clear();
        m_counts->clear();
        m_provenance->setText({});
        return;
    }
    m_proof->setText(result->infeasible ? QStringLiteral("no feasible plan") : proofText(result->proof));
    m_proof->setInk(result->infeasible ? Ink::Bad
                    : result->proof.kind == Proof::Kind::Complete &&
                            result->proof.stop == Proof::Stop::Completed
                        ? Ink::Good
                        : Ink::Text2);
    QString counts = countsText(*result);
    counts += QStringLiteral(" \u00B7 showing %1").arg(shown);
    if (resolution > 0) counts += QStringLiteral(" at ") + percentText(resolution);
    m_counts->setText(counts);
}

void ProofLine::setProvenance(const QString& words) {
    m_provenance->setText(words);
}

QString ProofLine::text() const {
    return QStringList{m_proof->text(), m_counts->text(), m_provenance->text()}.join(
        QStringLiteral(" \u00B7 "));
}

CandidatesTable::CandidatesTable(QWidget* parent)
    : QWidget(parent), m_model(new CandidatesModel(this)), m_proxy(new CandidatesProxy(m_model, this)),
      m_proof(new ProofLine(this)), m_listing(new QComboBox(this)), m_filter(new QLineEdit(this)),
      m_filter_error(new InkLabel(Ink::Bad, TextRole::Small, {}, this)), m_view(new QTableView(this)),
      m_stack(new QStackedLayout), m_delay(new QTimer(this)) {
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
    m_filter->setPlaceholderText(QStringLiteral("Filter: EYR energy<20mJ"));
    m_filter->setAccessibleName(QStringLiteral("Filter plans"));
    m_filter->setToolTip(
        QStringLiteral("Words in platforms or cut, and conditions with units: throughput latency energy "
                       "stage tightest memory link sensitivity cost"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMinimumWidth(140);
    m_filter->setMaximumWidth(240);
    row->addWidget(m_listing);
    row->addWidget(m_filter, 1);
    row->addWidget(m_filter_error);
    row->addStretch(1);
    row->addWidget(m_proof);
    layout->addLayout(row);
}

void CandidatesTable::buildView() {
    m_view->setModel(m_proxy);
    m_view->setAccessibleName(QStringLiteral("Candidate plans"));
    m_view->setItemDelegate(new PlanDelegate(m_view));
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
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
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(-1, Qt::AscendingOrder);
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
    if (m_selected && (!m_model->result() || *m_selected >= m_model->result()->summaries.size()))
        m_selected.reset();
    showRows();
}

void CandidatesTable::clear() {
    m_selected.reset();
    setResult(nullptr, {}, m_resolution);
}

void CandidatesTable::setListing(Listing listing) {
    m_following = true;
    m_model->setListing(listing);
    m_following = false;
    m_listing->setCurrentIndex(static_cast<int>(listing));
    showRows();
}

void CandidatesTable::setSelected(std::optional<std::uint32_t> plan) {
    if (m_selected == plan) return;
    m_selected = plan;
    selectRow();
}

void CandidatesTable::showRows() {
    const auto& result = m_model->result();
    const bool any = result && !result->summaries.empty();
    m_stack->setCurrentIndex(any ? 1 : 0);
    m_proof->setResult(result.get(), static_cast<std::size_t>(m_proxy->rowCount()),
                       m_model->listing() == Listing::Representatives ? m_resolution : 0);
    if (any) {
        for (int c = 0; c < CandidatesModel::ColumnCount; ++c)
            m_view->setColumnHidden(c, !m_model->isKnown(static_cast<CandidatesModel::Column>(c)));
        m_view->horizontalHeader()->setResizeContentsPrecision(kRowsMeasured);
        fitColumns();
    }
    selectRow();
}

void CandidatesTable::fitColumns() {
    m_view->resizeColumnsToContents();
    QHeaderView* header = m_view->horizontalHeader();
    int others = 0;
    const int cut = header->sectionSize(CandidatesModel::CutColumn);
    const bool tight = header->length() - cut + std::min(cut, kCutWidth) > m_view->viewport()->width();
    const QFontMetrics bold(fontFor(TextRole::Heading));
    for (int c = 0; c < CandidatesModel::ColumnCount; ++c) {
        if (m_view->isColumnHidden(c) || c == CandidatesModel::CutColumn) continue;
        // Headers keep room for an arrow on either side; that of sorting is the only one there is.
        const QString title = m_proxy->headerData(c, Qt::Horizontal).toString();
        const int words = bold.horizontalAdvance(title) + 22;
        if (tight && header->sectionSize(c) <= header->sectionSizeHint(c)) {
            int rows = 0;
            for (int row = 0; row < std::min(m_proxy->rowCount(), kRowsMeasured); ++row)
                rows = std::max(
                    rows,
                    m_view->itemDelegate()->sizeHint(QStyleOptionViewItem(), m_proxy->index(row, c)).width());
            header->resizeSection(c, std::max(words, rows));
        }
        others += header->sectionSize(c);
    }
    // Names of layers may be long; the figures beside them matter more.
    const int left = m_view->viewport()->width() - others;
    const int wanted = std::min(header->sectionSize(CandidatesModel::CutColumn), kCutWidth);
    header->resizeSection(CandidatesModel::CutColumn,
                          std::clamp(left, std::min(kLeastCutWidth, wanted), wanted));
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
    }
    m_following = false;
    QString provenance;
    const auto& result = m_model->result();
    if (result && result->candidates && m_problem.costs && !result->summaries.empty()) {
        const auto plan = m_selected.value_or(result->knee.value_or(0));
        provenance = provenanceText(provenanceShares(*m_problem.costs, result->candidates->plan(plan)));
    }
    m_proof->setProvenance(provenance);
}

void CandidatesTable::applyFilter() {
    m_delay->stop();
    auto filter = parsePlanFilter(m_filter->text());
    m_filter_error->setText(filter ? QString() : text(filter.error().message()));
    if (!filter) return;
    m_following = true;
    m_proxy->setFilter(*filter);
    m_following = false;
    m_proof->setResult(m_model->result().get(), static_cast<std::size_t>(m_proxy->rowCount()),
                       m_model->listing() == Listing::Representatives ? m_resolution : 0);
    selectRow();
}

void CandidatesTable::hover(std::optional<std::uint32_t> plan) {
    if (m_hovered == plan) return;
    m_hovered = plan;
    Q_EMIT planHovered(plan);
}

bool CandidatesTable::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_view->viewport() && event->type() == QEvent::Leave) hover({});
    if (watched == m_view->viewport() && event->type() == QEvent::Resize && m_model->result()) fitColumns();
    return QWidget::eventFilter(watched, event);
}

QString CandidatesTable::toCsv() const {
    QStringList lines{
        QStringLiteral("plan,platforms,cut_after,throughput_hz,latency_s,energy_j,initiation_interval_s,"
                       "memory_bytes_max,link_bytes,tightest_memory,sensitivity,cost")};
    for (int row = 0; row < m_proxy->rowCount(); ++row) {
        QStringList cells;
        for (int c = 0; c < CandidatesModel::ColumnCount; ++c) {
            const QModelIndex index = m_proxy->index(row, c);
            const bool figure = c >= CandidatesModel::ThroughputColumn;
            cells << (figure ? text(numberText(index.data(CandidatesModel::SortRole).toDouble()))
                             : text(csvCell(index.data().toString().toStdString())));
        }
        lines << cells.join(u',');
    }
    return lines.join(u'\n') + u'\n';
}

} // namespace cutline
