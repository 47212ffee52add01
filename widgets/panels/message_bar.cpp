// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/message_bar.h"

#include "widgets/models/plan_facts.h"
#include "widgets/panels/kit.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QToolButton>

namespace cutline {
namespace {

QColor markOf(const Theme& theme, MessageBar::Severity severity) {
    return severity == MessageBar::Severity::Error     ? theme.bad
           : severity == MessageBar::Severity::Warning ? theme.platform(1)
                                                       : theme.accent;
}

} // namespace

MessageBar::MessageBar(QWidget* parent)
    : QWidget(parent), m_icon(new QLabel(this)),
      m_label(new InkLabel(Ink::Text, TextRole::Interface, {}, this)), m_button(new QPushButton(this)),
      m_close(new QToolButton(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 6, 8, 6);
    layout->setSpacing(10);
    layout->addWidget(m_icon);
    m_label->setParagraph();
    layout->addWidget(m_label, 1);
    layout->addWidget(m_button);
    m_close->setAutoRaise(true);
    m_close->setToolTip(QStringLiteral("Dismiss (Esc)"));
    m_close->setAccessibleName(QStringLiteral("Dismiss"));
    layout->addWidget(m_close);
    connect(m_button, &QPushButton::clicked, this, &MessageBar::actionRequested);
    connect(m_close, &QToolButton::clicked, this, &MessageBar::dismiss);
    hide();
}

void MessageBar::show(Severity severity, const Error& error, const QString& button) {
    m_severity = severity;
    m_text = cutline::text(error.message());
    m_label->setText(m_text);
    m_button->setText(button);
    m_button->setVisible(!button.isEmpty());
    setAccessibleName((severity == Severity::Error     ? QStringLiteral("Error: ")
                       : severity == Severity::Warning ? QStringLiteral("Warning: ")
                                                       : QStringLiteral("Note: ")) +
                      m_text);
    applyIcon();
    QWidget::show();
    update();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void MessageBar::dismiss() {
    if (isHidden()) return;
    hide();
    m_text.clear();
    Q_EMIT dismissed();
}

void MessageBar::applyIcon() {
    const Theme& theme = Theme::of(palette());
    const QString name = m_severity == Severity::Error     ? QStringLiteral("error")
                         : m_severity == Severity::Warning ? QStringLiteral("warning")
                                                           : QStringLiteral("info");
    m_icon->setPixmap(iconNamed(name, markOf(theme, m_severity)).pixmap(QSize(16, 16), devicePixelRatioF()));
    m_close->setIcon(iconNamed(QStringLiteral("close"), theme.text2));
}

void MessageBar::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) applyIcon();
}

void MessageBar::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        dismiss();
    else
        QWidget::keyPressEvent(event);
}

void MessageBar::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::of(palette());
    const QColor mark = markOf(theme, m_severity);
    QPainter painter(this);
    painter.fillRect(rect(), theme.tint(mark, 0.08));
    painter.fillRect(QRect(0, 0, 4, height()), mark);
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme.border);
}

} // namespace cutline
