// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/problems_list.h"

#include "widgets/models/match_model.h"
#include "widgets/panels/kit.h"

#include <QHeaderView>
#include <QPainter>
#include <QStackedLayout>
#include <QTableView>

#include <algorithm>

namespace cutline {
namespace {

/// Below this width a problem is a paragraph instead of a row of three columns.
constexpr int kColumns = 620;
constexpr int kIcon = 22, kMargin = 8, kParagraphs = 200; ///< so many are measured, more are cut

/// The severity's icon before the problem, in its colour.
class ProblemDelegate : public RowDelegate {
public:
    using RowDelegate::RowDelegate;
    bool paragraphs = false; ///< what, what to do and where below each other

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        if (!paragraphs) return RowDelegate::paint(painter, option, index);
        const Theme& theme = Theme::of(option.palette);
        if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver))
            painter->fillRect(option.rect, option.state & QStyle::State_Selected ? theme.border : theme.grid);
        QRect rest = option.rect.adjusted(kMargin, 4, -kMargin, -4);
        icon(index, theme).paint(painter, QRect(rest.topLeft(), QSize(16, 16)));
        rest.setLeft(rest.left() + kIcon);
        painter->setFont(option.font);
        const QColor inks[] = {theme.text, theme.text2, theme.text3};
        for (int part = 0; part < 3; ++part) {
            QRect used;
            painter->setPen(inks[part]);
            if (const QString words = wordsOf(index, part); !words.isEmpty()) painter->drawText(rest, wrapping(part), words, &used);
            rest.setTop(rest.top() + used.height());
        }
    }
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        if (!paragraphs) return RowDelegate::sizeHint(option, index);
        int height = 8;
        const QRect room(0, 0, option.rect.width() - 2 * kMargin - kIcon, QWIDGETSIZE_MAX);
        for (int part = 0; part < 3; ++part)
            if (const QString words = wordsOf(index, part); !words.isEmpty())
                height += option.fontMetrics.boundingRect(room, wrapping(part), words).height();
        return {room.width(), height};
    }

private:
    /// Sentences are broken between words, names of files and layers anywhere.
    static int wrapping(int part) { return Qt::AlignLeft | (part == 2 ? Qt::TextWrapAnywhere : Qt::TextWordWrap); }
    static QString wordsOf(const QModelIndex& index, int part) {
        constexpr int kParts[] = {ProblemsModel::WhatColumn, ProblemsModel::FixColumn, ProblemsModel::WhereColumn};
        return index.siblingAtColumn(kParts[part]).data().toString();
    }

protected:
    QIcon icon(const QModelIndex& index, const Theme& theme) const override {
        if (index.column() != ProblemsModel::WhatColumn) return {};
        const auto severity =
            static_cast<ProblemsModel::Severity>(index.data(ProblemsModel::SeverityRole).toInt());
        const bool error = severity == ProblemsModel::Severity::Error;
        const bool warning = severity == ProblemsModel::Severity::Warning;
        return iconNamed(error     ? QStringLiteral("error")
                         : warning ? QStringLiteral("warning")
                                   : QStringLiteral("info"),
                         error     ? theme.bad
                         : warning ? theme.platform(1)
                                   : theme.text3);
    }
};

} // namespace

ProblemsList::ProblemsList(QWidget* parent)
    : QWidget(parent), m_model(new ProblemsModel(this)), m_view(new QTableView(this)),
      m_rows(new ProblemDelegate(m_view)),
      m_stack(new QStackedLayout(this)) {
    setAccessibleName(QStringLiteral("Problems"));
    m_stack->addWidget(new EmptyState(
        QStringLiteral("No problems"),
        QStringLiteral("Broken limits and what the import had to guess would stand here."), {}, this));
    m_stack->addWidget(m_view);
    m_view->setModel(m_model);
    m_view->setItemDelegate(m_rows);
    m_view->setAccessibleName(QStringLiteral("Problems"));
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setShowGrid(false);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setTabKeyNavigation(false);
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setDefaultSectionSize(26);
    m_view->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_view->horizontalHeader()->setHighlightSections(false);
    m_view->setMouseTracking(true);
    m_view->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_view->horizontalHeader()->setSectionResizeMode(ProblemsModel::WhatColumn, QHeaderView::Stretch);
    m_view->horizontalHeader()->setMaximumSectionSize(360);
    onSurface(this);
    connect(m_view, &QTableView::activated, this, [this](const QModelIndex& index) {
        if (const auto& layer = m_model->at(index.row()).layer) Q_EMIT layerRequested(*layer);
    });
    connect(m_view, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (const auto& layer = m_model->at(index.row()).layer) Q_EMIT layerRequested(*layer);
    });
}

void ProblemsList::setViolations(const std::vector<Violation>& violations) {
    const QString before = summary();
    m_model->setViolations(violations);
    refresh();
    if (summary() != before) Q_EMIT changed();
}

void ProblemsList::setNotes(const std::vector<ImportNote>& notes) {
    const QString before = summary();
    m_model->setNotes(notes);
    refresh();
    if (summary() != before) Q_EMIT changed();
}

QString ProblemsList::summary() const {
    std::size_t notes = 0;
    for (int row = 0; row < count(); ++row)
        if (m_model->at(row).severity != ProblemsModel::Severity::Error) ++notes;
    QStringList words;
    if (const auto problems = static_cast<std::size_t>(count()) - notes; problems > 0)
        words << counted(problems, QStringLiteral("%1 problem"), QStringLiteral("%1 problems"));
    if (notes > 0) words << counted(notes, QStringLiteral("%1 note"), QStringLiteral("%1 notes"));
    return words.join(QStringLiteral(" \u00B7 "));
}

void ProblemsList::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    refresh();
}

void ProblemsList::refresh() {
    m_stack->setCurrentIndex(count() > 0 ? 1 : 0);
    const bool narrow = width() < kColumns;
    static_cast<ProblemDelegate*>(m_rows)->paragraphs = narrow;
    m_view->horizontalHeader()->setVisible(!narrow);
    for (const int column : {ProblemsModel::WhereColumn, ProblemsModel::FixColumn}) m_view->setColumnHidden(column, narrow);
    for (int row = 0; row < std::min(count(), kParagraphs); ++row)
        narrow ? m_view->resizeRowToContents(row) : m_view->setRowHeight(row, m_view->verticalHeader()->defaultSectionSize());
}

} // namespace cutline
