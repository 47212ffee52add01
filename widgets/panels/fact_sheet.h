// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/panels/kit.h"

#include <QScrollArea>

class QVBoxLayout;

namespace cutline {

/// A column of facts that scrolls: headings, label and value rows, notes. Rebuilt as a whole; texts can be
/// selected.
class FactSheet : public QScrollArea {
    Q_OBJECT
public:
    explicit FactSheet(QWidget* parent = nullptr);

    void clear();
    /// After what was rebuilt: back to where it was scrolled to.
    void scrollBackTo(int position);
    void heading(const QString& text);
    void line(const QString& text, Ink ink = Ink::Text2);
    void section(const QString& text);
    /// `pill` may be empty; `swatch` draws a square of that colour before the label.
    void row(const QString& label, const QString& value, const QString& pill = {}, const QString& tip = {},
             const QColor& swatch = {});
    /// A paragraph on a tinted ground.
    void note(const QString& text, Ink ink = Ink::Text);
    /// Text in a fixed pitch, never wrapped: it scrolls by itself.
    void code(const QString& text);
    /// Label, value and a bar of `share` in that colour below both.
    void bar(const QString& label, const QString& value, double share, const QColor& colour, const QString& tip = {});
    /// Anything else; `text` is what plainText() has of it. The sheet owns it.
    void add(QWidget* widget, const QString& text = {});
    void placeholder(const QString& what, const QString& how);
    /// Everything as lines of text: for tests and the clipboard.
    QString plainText() const { return m_text; }

private:
    QWidget* m_page = nullptr;
    QVBoxLayout* m_layout = nullptr;
    QString m_text;
};

} // namespace cutline
