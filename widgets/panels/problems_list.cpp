// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/problems_list.h"

#include "widgets/panels/kit.h"

#include <QHeaderView>
#include <QStackedLayout>
#include <QTableView>

namespace cutline {
namespace {

/// The severity's icon before the problem, in its colour.
class ProblemDelegate : public RowDelegate {
public:
    using RowDelegate::RowDelegate;

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
      m_stack(new QStackedLayout(this)) {
    setAccessibleName(QStringLiteral("Problems"));
    m_stack->addWidget(new EmptyState(
        QStringLiteral("No problems"),
        QStringLiteral("Broken limits and what the import had to guess would stand here."), {}, this));
    m_stack->addWidget(m_view);
    m_view->setModel(m_model);
    m_view->setItemDelegate(new ProblemDelegate(m_view));
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
    const int before = count();
    m_model->setViolations(violations);
    refresh();
    if (count() != before) Q_EMIT countChanged(count());
}

void ProblemsList::setNotes(const std::vector<ImportNote>& notes) {
    const int before = count();
    m_model->setNotes(notes);
    refresh();
    if (count() != before) Q_EMIT countChanged(count());
}

void ProblemsList::refresh() {
    m_stack->setCurrentIndex(count() > 0 ? 1 : 0);
}

} // namespace cutline
