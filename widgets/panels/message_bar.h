// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QToolButton;

namespace cutline {

class InkLabel;

/// What went wrong, in a bar that takes no focus: where, what, what to do, one button at most, and a way to
/// dismiss it. Hidden while there is nothing to say. Esc dismisses it while it has the focus.
class MessageBar : public QWidget {
    Q_OBJECT
public:
    enum class Severity { Info, Warning, Error };

    explicit MessageBar(QWidget* parent = nullptr);
    /// Replaces what stands there. `button` may be empty.
    void show(Severity severity, const Error& error, const QString& button = {});
    void dismiss();
    /// The one line that the command line would print.
    QString text() const { return m_text; }
    Severity severity() const { return m_severity; }
    QPushButton* button() const { return m_button; }

Q_SIGNALS:
    void actionRequested();
    void dismissed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void applyIcon();
    Severity m_severity = Severity::Info;
    QString m_text;
    QLabel* m_icon;
    InkLabel* m_label;
    QPushButton* m_button;
    QToolButton* m_close;
};

} // namespace cutline
