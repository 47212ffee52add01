// SPDX-License-Identifier: GPL-3.0-or-later
// Candidates table: which columns are listed, and how wide they are.
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/kit.h"
#include "widgets/panels/weights_form.h"

#include <QHeaderView>
#include <QMenu>
#include <QTableView>
#include <QToolButton>
#include <QWidgetAction>

#include <algorithm>
#include <array>

namespace cutline {
namespace {

constexpr int kCutWidth = 210, kLeastCutWidth = 110, kRowsMeasured = 60;

} // namespace

QStringList CandidatesTable::columns() const {
    QStringList names;
    for (const auto& [column, shown] : m_chosen)
        names << (shown ? QStringLiteral("+%1") : QStringLiteral("-%1")).arg(column);
    return names;
}

void CandidatesTable::setColumns(const QStringList& columns) {
    m_chosen.clear();
    for (const QString& name : columns) {
        bool number = false;
        const int column = name.mid(1).toInt(&number);
        if (number && column >= 0 && column < CandidatesModel::ColumnCount) m_chosen[column] = name.startsWith(u'+');
    }
    showColumns();
}

void CandidatesTable::showColumns() {
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
        m_chosen.clear();
        showColumns();
        Q_EMIT columnsChanged();
    });
}

void CandidatesTable::chooseColumn(int column, bool shown) {
    m_chosen[column] = shown;
    showColumns();
    if (shown) m_view->resizeColumnToContents(column);
    Q_EMIT columnsChanged();
}

void CandidatesTable::fitColumns() {
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
        others += header->sectionSize(c);
    }
    // In a narrow table columns give way whose figures others tell nearly as well, unless a person has asked for them.
    constexpr std::array kGiveWay{CandidatesModel::MemoryColumn, CandidatesModel::StageColumn,
                                  CandidatesModel::LinkColumn};
    for (const int column : kGiveWay) {
        const int cut_then = std::min(header->sectionSize(CandidatesModel::CutColumn), kCutWidth);
        if (others + cut_then <= m_view->viewport()->width()) break;
        if (m_view->isColumnHidden(column) || m_chosen.contains(column) || !m_view->isVisible()) continue;
        others -= header->sectionSize(column);
        m_view->setColumnHidden(column, true);
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
    if (now) m_view->resizeColumnToContents(CandidatesModel::ScoreColumn);
    m_view->sortByColumn(now ? static_cast<int>(CandidatesModel::ScoreColumn) : -1,
                         now ? Qt::DescendingOrder : Qt::AscendingOrder);
}

} // namespace cutline
