// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/work_status.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

namespace cutline {

WorkStatus::WorkStatus(Jobs& jobs, QWidget* parent) : QWidget(parent), m_jobs(jobs) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 2, 0, 2);
    m_text = new QLabel(this);
    m_text->setObjectName(QStringLiteral("workText"));
    m_text->setTextFormat(Qt::PlainText);
    m_bar = new QProgressBar(this);
    m_bar->setFixedSize(120, 6);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress of the running work"));
    m_cancel = new QToolButton(this);
    m_cancel->setObjectName(QStringLiteral("cancelWork"));
    m_cancel->setText(tr("Cancel"));
    m_cancel->setAutoRaise(true);
    m_cancel->setToolTip(tr("Stop the running work; a search keeps what it has found"));
    row->addWidget(m_text);
    row->addWidget(m_bar);
    row->addWidget(m_cancel);
    connect(m_cancel, &QToolButton::clicked, &m_jobs, &Jobs::cancelAll);
    connect(&m_jobs, &Jobs::changed, this, &WorkStatus::follow);
    m_timer.setInterval(100);
    connect(&m_timer, &QTimer::timeout, this, &WorkStatus::refresh);
    follow();
}

void WorkStatus::setDetail(const QString& detail) {
    m_detail = detail;
    refresh();
}

void WorkStatus::follow() {
    const bool busy = !m_jobs.idle();
    if (!busy) {
        m_timer.stop();
        m_detail.clear();
    } else if (!m_timer.isActive()) {
        m_timer.start(); // the first look comes after 100 ms: quicker work does not flicker
    }
    if (!busy) refresh();
}

void WorkStatus::refresh() {
    const bool busy = !m_jobs.idle();
    m_bar->setVisible(busy);
    m_cancel->setVisible(busy);
    if (!busy) {
        m_text->setText(tr("Ready"));
        return;
    }
    const JobProgress& job = *m_jobs.running().front();
    const double fraction = job.fraction();
    m_bar->setRange(0, fraction < 0 ? 0 : 1000);
    if (fraction >= 0) m_bar->setValue(static_cast<int>(fraction * 1000));
    QString text = job.title();
    const QString message = m_detail.isEmpty() ? job.message() : m_detail;
    if (!message.isEmpty()) text += QStringLiteral(" \u00b7 ") + message;
    m_text->setText(text);
}

} // namespace cutline
