// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/panel_dock.h"

#include "widgets/theme.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace cutline {
namespace {

/// As high as the titles of the other panels, whatever stands in it: docks go by the size hint.
class TitleBar : public QWidget {
public:
    explicit TitleBar(QWidget* parent) : QWidget(parent) {
        setObjectName(QStringLiteral("panelTitle"));
        setAttribute(Qt::WA_StyledBackground);
    }
    QSize sizeHint() const override { return {QWidget::sizeHint().width(), m_height}; }
    QSize minimumSizeHint() const override { return {60, m_height}; }
    void setLow(bool low) {
        m_height = low ? 24 : 36;
        updateGeometry();
    }

private:
    int m_height = 36;
};

QWidget* framed(QWidget* body) {
    auto* frame = new QWidget;
    frame->setObjectName(QStringLiteral("panelBody"));
    frame->setAttribute(Qt::WA_StyledBackground);
    auto* box = new QVBoxLayout(frame);
    box->setContentsMargins(1, 1, 1, 3); // inside the outline and its rounded corners
    box->addWidget(body);
    return frame;
}

} // namespace

PanelDock::PanelDock(const QString& title, const QString& name, QWidget* body, QWidget* parent,
                     QWidget* title_row)
    : QDockWidget(title, parent) {
    setObjectName(name);
    setAccessibleName(title);
    auto* bar = new TitleBar(this);
    m_bar = bar;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(12, 0, 8, 0);
    if (!title_row) {
        auto* label = new QLabel(title, bar);
        label->setFont(fontFor(TextRole::Heading));
        title_row = m_plain_title = label;
    }
    row->addWidget(title_row, 1);
    row->addStretch(0);
    auto* close_button = new QToolButton(bar);
    close_button->setText(QStringLiteral("\u00d7"));
    close_button->setToolTip(tr("Close this panel; View > Panels brings it back"));
    close_button->setAccessibleName(tr("Close %1").arg(title));
    close_button->setFocusPolicy(Qt::TabFocus);
    connect(close_button, &QToolButton::clicked, this, &QDockWidget::close);
    row->addWidget(close_button);
    setTitleBarWidget(bar);
    setWidget(framed(body));
}

void PanelDock::setTabbed(bool tabbed) {
    if (!m_plain_title || m_plain_title->isHidden() == tabbed) return;
    m_plain_title->setHidden(tabbed);
    static_cast<TitleBar*>(m_bar)->setLow(tabbed);
}

QString windowStyleSheet(const Theme& theme) {
    return QStringLiteral(
               "#headerBar { background: %1; border-bottom: 1px solid %2; }"
               "#headerBar QToolButton { background: %1; border: 1px solid %2; border-radius: 6px; padding: "
               "4px 9px; }"
               "#headerBar QToolButton:hover { background: %3; }"
               "#headerBar QToolButton:disabled { color: %2; }"
               "QLabel#quiet { color: %4; }"
               "#panelTitle { background: %1; border: 1px solid %2; border-top-left-radius: 8px;"
               " border-top-right-radius: 8px; }"
               "#panelTitle QToolButton, #titleButton { border: none; background: transparent; color: %4; "
               "padding: 2px 6px; }"
               "#panelTitle QToolButton:hover, #titleButton:hover { color: %5; }"
               "#titleButton:disabled { color: %9; } #titleButton[popupMode=\"2\"],"
               "#titleButton[popupMode=\"InstantPopup\"] { padding-right: 20px; }"
               "#fieldButton { background: %1; border: 1px solid %2; border-radius: 6px; padding: 4px 20px 4px 9px; color: %5; }"
               "#fieldButton:hover { background: %3; } #fieldButton:focus { border-color: %8; }"
               "#panelBody { background: %1; border: 1px solid %2; border-top: none; "
               "border-bottom-left-radius: 8px;"
               " border-bottom-right-radius: 8px; }"
               "#workArea { background: %6; }"
               "#workArea::separator { background: %6; width: 8px; height: 8px; }"
               "QMenuBar::item { padding: 6px 9px; background: transparent; }"
               "QMenuBar::item:selected { background: %7; border-radius: 4px; }"
               "QTabBar { qproperty-drawBase: 0; }"
               "QTabBar::tab { background: transparent; border: none; border-bottom: 2px solid "
               "transparent;"
               " padding: 8px 2px 7px 2px; margin-right: 16px; color: %4; }"
               "QTabBar::tab:selected { color: %5; border-bottom-color: %8; font-weight: 600; }"
               "QTabBar::tab:hover { color: %5; }"
               "QStatusBar QToolButton { border: none; background: transparent; color: %4; padding: 2px 8px; }"
               "QStatusBar QToolButton:hover, QStatusBar QToolButton:focus { color: %5; background: %7; }"
               "QStatusBar { border-top: 1px solid %2; } QStatusBar::item { border: none; }")
        .arg(theme.surface.name(), theme.border.name(), theme.raised.name(), theme.text2.name(),
             theme.text.name(), theme.window.name(), theme.grid.name(), theme.accent.name(),
             theme.tint(theme.text3, 0.6).name());
}

} // namespace cutline
