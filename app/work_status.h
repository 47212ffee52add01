// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace cutline {

/// What runs in the background, how far it is, and the button that stops it; "Ready" when nothing does.
class WorkStatus : public QWidget {
    Q_OBJECT

public:
    explicit WorkStatus(Jobs& jobs, QWidget* parent = nullptr);
    /// Shown after the running work's title: "34 plans on the front".
    void setDetail(const QString& detail);

private:
    void follow();
    void refresh();

    Jobs& m_jobs;
    QString m_detail;
    QLabel* m_text;
    QProgressBar* m_bar;
    QToolButton* m_cancel;
    QTimer m_timer;
};

} // namespace cutline
