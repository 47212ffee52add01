// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/match_view.h"

#include "core/base/text.h"
#include "widgets/models/match_model.h"
#include "widgets/models/plan_facts.h"
#include "widgets/panels/kit.h"

#include <QHeaderView>
#include <QPainter>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

namespace cutline {

/// The matched part of the file's total.
class ShareBar : public QWidget {
public:
    using QWidget::QWidget;
    void setShare(double share) {
        m_share = share;
        update();
    }
    QSize sizeHint() const override { return {200, 4}; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const Theme& theme = Theme::of(palette());
        paintShareBar(painter, rect(), m_share, theme.accent, theme);
    }

private:
    double m_share = 0;
};

namespace {

/// The match before its word, in colour and as a sign: colour alone says nothing to some.
class MatchDelegate : public RowDelegate {
public:
    using RowDelegate::RowDelegate;

protected:
    QIcon icon(const QModelIndex& index, const Theme& theme) const override {
        if (index.column() != MatchModel::StatusColumn) return {};
        switch (static_cast<MatchModel::Status>(index.data(MatchModel::StatusRole).toInt())) {
        case MatchModel::Status::Unmatched:
        case MatchModel::Status::NoRow:
            return iconNamed(QStringLiteral("error"), theme.bad);
        case MatchModel::Status::Partly:
        case MatchModel::Status::Guessed:
            return iconNamed(QStringLiteral("warning"), theme.platform(1));
        case MatchModel::Status::Matched:
        case MatchModel::Status::Absorbed:
            return iconNamed(QStringLiteral("info"), theme.text3);
        }
        return {};
    }
};

} // namespace

MatchView::MatchView(QWidget* parent) : QWidget(parent) {
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(6);
    m_rows = new InkLabel(Ink::Text, TextRole::Heading, {}, this);
    m_rows->setElided();
    m_sum = new InkLabel(Ink::Text2, TextRole::Interface, {}, this);
    m_sum->setElided();
    m_notes = new InkLabel(Ink::Text3, TextRole::Small, {}, this);
    m_notes->setParagraph();
    m_share = new ShareBar(this);
    m_share->setFixedHeight(4);
    m_model = new MatchModel(this);
    m_view = buildTable();
    for (QWidget* part : {static_cast<QWidget*>(m_rows), static_cast<QWidget*>(m_sum),
                          static_cast<QWidget*>(m_share), static_cast<QWidget*>(m_notes)})
        box->addWidget(part);
    box->addSpacing(4);
    box->addWidget(m_view, 1);
}

QTableView* MatchView::buildTable() {
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(m_model);
    sorted->setSortRole(MatchModel::SortRole);
    auto* view = new QTableView(this);
    view->setModel(sorted);
    view->setItemDelegate(new MatchDelegate(view));
    view->setAccessibleName(tr("Rows of the file and their layers"));
    view->setSortingEnabled(true);
    view->sortByColumn(MatchModel::StatusColumn, Qt::AscendingOrder);
    asRows(*view);
    QHeaderView* header = view->horizontalHeader();
    for (const int column : {MatchModel::RowColumn, MatchModel::LayersColumn, MatchModel::HowColumn})
        header->setSectionResizeMode(column, QHeaderView::Stretch);
    view->setColumnWidth(MatchModel::TimeColumn, 90);
    view->setColumnWidth(MatchModel::StatusColumn, 110);
    return view;
}

void MatchView::setMatch(const Graph& graph, const Profile& profile, const ProfileMatch& match) {
    m_model->setMatch(graph, profile, match);
    m_view->scrollToTop();
    QStringList rows{tr("%1 of %2 matched").arg(match.matched()).arg(counted(match.rows.size(), tr("%1 row"), tr("%1 rows")))};
    if (match.partly > 0) rows << tr("%1 partly").arg(match.partly);
    rows << tr("%1 guessed").arg(match.guessed) << tr("%1 unmatched").arg(match.unmatched);
    m_rows->setText(rows.join(QStringLiteral(" \u00B7 ")));
    const double share = match.total_s > 0 ? match.matched_s / match.total_s : 1;
    QString sum = tr("%1 of the file's %2 go to layers (%3)")
                      .arg(quantityText(match.matched_s, Unit::Second),
                           quantityText(match.total_s, Unit::Second), percentText(share));
    if (match.guessed > 0) sum += tr(", %1 of it guessed").arg(quantityText(match.guessed_s, Unit::Second));
    m_sum->setText(sum);
    m_share->setShare(share);
    QStringList notes{text(nameOf(profile.format))};
    for (const std::string& note : profile.notes) notes << text(printable(note));
    if (!match.absorbed.empty())
        notes << counted(match.absorbed.size(), tr("%1 layer is in the time of a neighbour"),
                         tr("%1 layers are in the time of a neighbour"));
    m_notes->setText(notes.join(QStringLiteral(" \u00B7 ")));
}

} // namespace cutline
