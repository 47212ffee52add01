// SPDX-License-Identifier: GPL-3.0-or-later
// Candidates table: which columns are listed, and how wide they are.
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/kit.h"
#include "widgets/panels/weights_form.h"

#include <QHeaderView>
#include <QMenu>
#include <QScopedValueRollback>
#include <QTableView>
#include <QTimer>
#include <QToolButton>
#include <QWidgetAction>

#include <algorithm>
#include <array>

namespace cutline {
namespace {

constexpr int kCutWidth = 210, kLeastCutWidth = 110, kRowsMeasured = 60;
constexpr int kLeastWidth = 20, kMostWidth = 4'000;

/// What columns are called in files, in the order of CandidatesModel::Column.
constexpr std::array<QLatin1String, CandidatesModel::ColumnCount> kNames{
    QLatin1String("plan"),    QLatin1String("platforms"), QLatin1String("cut"),         QLatin1String("throughput"),
    QLatin1String("latency"), QLatin1String("energy"),    QLatin1String("stage"),       QLatin1String("memory"),
    QLatin1String("link"),    QLatin1String("tightest"),  QLatin1String("sensitivity"), QLatin1String("accuracy"),
    QLatin1String("cost"),    QLatin1String("star"),      QLatin1String("note"),        QLatin1String("score"),
    QLatin1String("group")};

} // namespace

QStringList CandidatesTable::columns() const {
    const QHeaderView* header = m_view->horizontalHeader();
    QStringList words;
    QList<int> order;
    bool any = false;
    for (int place = 0; place < CandidatesModel::ColumnCount; ++place) {
        const int column = header->logicalIndex(place);
        QString word = kNames[static_cast<std::size_t>(column)];
        if (const auto chosen = m_chosen.find(column); chosen != m_chosen.end())
            word += chosen->second ? QStringLiteral(" shown") : QStringLiteral(" hidden");
        if (const auto width = m_widths.find(column); width != m_widths.end())
            word += QStringLiteral(" %1px").arg(width->second);
        if (header->sortIndicatorSection() == column)
            word += header->sortIndicatorOrder() == Qt::AscendingOrder ? QStringLiteral(" ascending") : QStringLiteral(" descending");
        any = any || word.contains(u' ');
        order << column;
        words << word;
    }
    if (order != m_first_order) return words;
    // What stands where it always stands, as it always is, need not be told.
    if (any) words.removeIf([](const QString& word) { return !word.contains(u' '); });
    return any ? words : QStringList();
}

void CandidatesTable::setColumns(const QStringList& columns) {
    const QScopedValueRollback arranging(m_arranging, true);
    forgetColumns();
    QList<int> order;
    int sorted = -1;
    Qt::SortOrder direction = Qt::AscendingOrder;
    for (const QString& word : columns) {
        const QStringList parts = word.split(u' ');
        const auto name = std::find(kNames.begin(), kNames.end(), parts.first());
        const int column = static_cast<int>(name - kNames.begin());
        if (name == kNames.end() || order.contains(column)) continue;
        order << column;
        for (const QString& part : parts.mid(1)) {
            if (part == QLatin1String("shown") || part == QLatin1String("hidden")) m_chosen[column] = part == QLatin1String("shown");
            if (part.endsWith(QLatin1String("px"))) m_widths[column] = std::clamp(part.chopped(2).toInt(), kLeastWidth, kMostWidth);
            if (part != QLatin1String("ascending") && part != QLatin1String("descending")) continue;
            sorted = column;
            direction = part == QLatin1String("ascending") ? Qt::AscendingOrder : Qt::DescendingOrder;
        }
    }
    QHeaderView* header = m_view->horizontalHeader();
    if (order.size() == CandidatesModel::ColumnCount)
        for (int place = 0; place < order.size(); ++place) header->moveSection(header->visualIndex(order[place]), place);
    m_view->sortByColumn(sorted, direction);
    if (m_model->result())
        fitColumns();
    else
        showColumns();
}

void CandidatesTable::forgetColumns() {
    const QScopedValueRollback arranging(m_arranging, true);
    m_chosen.clear();
    m_widths.clear();
    QHeaderView* header = m_view->horizontalHeader();
    for (int place = 0; place < m_first_order.size(); ++place) header->moveSection(header->visualIndex(m_first_order[place]), place);
}

/// What a person does to the header; what the table does to it by itself is no choice.
void CandidatesTable::followHeader() {
    QHeaderView* header = m_view->horizontalHeader();
    for (int place = 0; place < CandidatesModel::ColumnCount; ++place) m_first_order << header->logicalIndex(place);
    constexpr int kTellMs = 300; // a width is dragged in many steps
    auto* tell = new QTimer(this);
    tell->setSingleShot(true);
    tell->setInterval(kTellMs);
    connect(tell, &QTimer::timeout, this, &CandidatesTable::columnsChanged);
    connect(header, &QHeaderView::sectionResized, this, [this, tell](int column, int before, int now) {
        if (m_arranging || before == 0 || now == 0) return;
        m_widths[column] = now;
        tell->start();
    });
    const auto changed = [this, tell] {
        if (!m_arranging) tell->start();
    };
    connect(header, &QHeaderView::sectionMoved, this, changed);
    connect(header, &QHeaderView::sortIndicatorChanged, this, changed);
}

void CandidatesTable::showColumns() {
    const QScopedValueRollback arranging(m_arranging, true);
    for (int c = 0; c < CandidatesModel::ColumnCount; ++c) {
        const bool known = m_model->isKnown(static_cast<CandidatesModel::Column>(c));
        const auto chosen = m_chosen.find(c);
        m_view->setColumnHidden(c, chosen == m_chosen.end() ? !known : !chosen->second);
    }
}

void CandidatesTable::fillColumnMenu(QMenu* menu) {
    menu->clear();
    for (int c = 0; c < CandidatesModel::ColumnCount; ++c) {
        if (c == CandidatesModel::PlanColumn) continue; // what rows are called by
        const QString name = c == CandidatesModel::StarColumn
                                 ? QStringLiteral("Favourites")
                                 : m_model->headerData(c, Qt::Horizontal, Qt::DisplayRole).toString();
        QAction* action = menu->addAction(name);
        action->setCheckable(true);
        action->setChecked(!m_view->isColumnHidden(c));
        connect(action, &QAction::triggered, this, [this, c](bool shown) { chooseColumn(c, shown); });
    }
    menu->addSeparator();
    menu->addAction(QStringLiteral("As at first"), this, [this] {
        forgetColumns();
        fitColumns();
        Q_EMIT columnsChanged();
    });
}

void CandidatesTable::chooseColumn(int column, bool shown) {
    m_chosen[column] = shown;
    showColumns();
    if (shown) widenToContents(column);
    Q_EMIT columnsChanged();
}

void CandidatesTable::widenToContents(int column) {
    const QScopedValueRollback arranging(m_arranging, true);
    if (!m_widths.contains(column)) m_view->resizeColumnToContents(column);
}

void CandidatesTable::fitColumns() {
    const QScopedValueRollback arranging(m_arranging, true);
    showColumns();
    m_view->horizontalHeader()->setResizeContentsPrecision(kRowsMeasured);
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
        if (const auto by_hand = m_widths.find(c); by_hand != m_widths.end()) header->resizeSection(c, by_hand->second);
        others += header->sectionSize(c);
    }
    // In a narrow table columns give way whose figures others tell nearly as well, unless a person has asked for them.
    constexpr std::array kGiveWay{CandidatesModel::MemoryColumn, CandidatesModel::StageColumn,
                                  CandidatesModel::LinkColumn, CandidatesModel::TightestColumn};
    for (const int column : kGiveWay) {
        const int cut_then = std::min(header->sectionSize(CandidatesModel::CutColumn), kCutWidth);
        if (others + cut_then <= m_view->viewport()->width()) break;
        if (m_view->isColumnHidden(column) || m_chosen.contains(column) || !m_view->isVisible()) continue;
        others -= header->sectionSize(column);
        m_view->setColumnHidden(column, true);
    }
    if (const auto by_hand = m_widths.find(CandidatesModel::CutColumn); by_hand != m_widths.end()) {
        header->resizeSection(CandidatesModel::CutColumn, by_hand->second);
        return;
    }
    // Names of layers may be long; the figures beside them matter more.
    const int left = m_view->viewport()->width() - others;
    const int wanted = std::min(header->sectionSize(CandidatesModel::CutColumn), kCutWidth);
    header->resizeSection(CandidatesModel::CutColumn,
                          std::clamp(left, std::min(kLeastCutWidth, wanted), wanted));
}

void CandidatesTable::buildWeights() {
    m_weights_button->setText(QStringLiteral("What matters"));
    m_weights_button->setAutoRaise(true);
    m_weights_button->setToolTip(QStringLiteral("Ranks the plans by how much each figure matters to you"));
    m_weights_button->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(m_weights_button);
    auto* form = new QWidgetAction(menu);
    form->setDefaultWidget(m_weights);
    menu->addAction(form);
    m_weights_button->setMenu(menu);
    connect(m_weights, &WeightsForm::weightsChanged, this, [this](const PlanWeights& weights) {
        rank(weights);
        Q_EMIT weightsChanged(weights);
    });
    connect(m_weights, &WeightsForm::planChosen, this, [this, menu](std::uint32_t plan) {
        menu->close();
        setSelected(plan);
        Q_EMIT planSelected(plan);
    });
}

void CandidatesTable::setWeights(const PlanWeights& weights) {
    m_weights->setWeights(weights);
    rank(weights);
}

void CandidatesTable::rank(const PlanWeights& weights) {
    const bool ranked = m_model->isKnown(CandidatesModel::ScoreColumn);
    m_model->setWeights(weights);
    m_weights->setBest(m_model->bestByWeights());
    const bool now = m_model->isKnown(CandidatesModel::ScoreColumn);
    if (now == ranked) return;
    showColumns();
    if (now) widenToContents(CandidatesModel::ScoreColumn);
    m_view->sortByColumn(now ? static_cast<int>(CandidatesModel::ScoreColumn) : -1,
                         now ? Qt::DescendingOrder : Qt::AscendingOrder);
}

} // namespace cutline
