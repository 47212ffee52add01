// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/theme.h"

#include <QDockWidget>

namespace cutline {

/// A panel that can be moved, floated and closed, with the look of PanelFrame (style sheet: #panelTitle,
/// #panelBody); moved by its title row, closed from the View menu or its cross.
class PanelDock : public QDockWidget {
    Q_OBJECT

public:
    /// `title_row` stands in the title row instead of the plain title, `name` is what the layout is
    /// remembered by.
    PanelDock(const QString& title, const QString& name, QWidget* body, QWidget* parent,
              QWidget* title_row = nullptr);

    /// Beside others its tab names it: the title row is low then and holds the cross alone.
    void setTabbed(bool tabbed);

private:
    QWidget *m_bar, *m_plain_title = nullptr;
};

/// The style sheet of the window's own parts.
QString windowStyleSheet(const Theme& theme);

} // namespace cutline
