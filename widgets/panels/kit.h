// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/theme.h"

#include <QIcon>
#include <QLabel>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QWidget>

class QHBoxLayout;
class QTableView;

namespace cutline {

/// Which of the theme's inks a text has; follows light and dark by itself.
enum class Ink { Text, Text2, Text3, Accent, Good, Bad };
QColor colourOf(const Theme& theme, Ink ink);

/// A label in one of the theme's inks and type sizes.
class InkLabel : public QLabel {
    Q_OBJECT
public:
    explicit InkLabel(Ink ink, TextRole role, const QString& text = {}, QWidget* parent = nullptr);
    void setInk(Ink ink);
    /// Wraps, may be as narrow as its place, and can be copied from.
    void setParagraph();
    /// One line that may be cut off with an ellipsis; the tool tip then says all.
    void setElided();
    /// The same in fewer words, longest first, for when there is less room; the last one may be cut off.
    void setBriefer(const QStringList& wordings);
    QSize minimumSizeHint() const override;

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void applyInk();
    Ink m_ink;
    bool m_elided = false;
    QStringList m_briefer;
};

/// A short word in a rounded outline: where a figure comes from.
class Pill : public QWidget {
    Q_OBJECT
public:
    explicit Pill(const QString& text = {}, QWidget* parent = nullptr);
    void setText(const QString& text);
    const QString& text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
};

/// A surface with 1 px outline, radius 8 and a title row; content below. `addToTitle` puts a widget at the
/// row's right.
class PanelFrame : public QWidget {
    Q_OBJECT
public:
    explicit PanelFrame(const QString& title, QWidget* content, QWidget* parent = nullptr);
    void addToTitle(QWidget* widget);
    QWidget* content() const { return m_content; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QWidget* m_content;
    QHBoxLayout* m_title_row;
    int m_title_height = 36;
};

/// What an empty panel says: what would be here, and the one button that brings it.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(const QString& what, const QString& how, const QString& button = {},
                        QWidget* parent = nullptr);
    QPushButton* button() const { return m_button; }
    void setHint(const QString& how);

Q_SIGNALS:
    void activated();

private:
    InkLabel* m_hint;
    QPushButton* m_button = nullptr;
};

/// Rows of 26 px: selection over the whole row, texts 8 px from the cell's edge as in the header, an icon or
/// swatches of platforms before the text.
class RowDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

protected:
    /// Platform indices whose swatches stand before the text.
    virtual QList<int> swatches(const QModelIndex& index) const;
    virtual QIcon icon(const QModelIndex& index, const Theme& theme) const;
    virtual bool strong(const QModelIndex& index) const;
    virtual bool dimmed(const QModelIndex& index) const;
};

/// A table to read: whole rows of RowDelegate's height, no grid, nothing to edit, Tab leaves it.
void asRows(QTableView& view);

/// Fills the widget with the surface's colour, as inside a panel; PanelFrame takes it off again for its round
/// corners.
void onSurface(QWidget* widget);

/// What scrolls `page` in height as wide as it is, without a frame, the keys left to what is in it; `page` becomes its own.
QWidget* scrolled(QWidget* page, QWidget* parent);

/// One of our own icons (resources/icons/NAME.svg) in a colour of the palette, sharp at 1x and 2x. Unknown
/// names: null.
QIcon iconNamed(const QString& name, const QColor& colour, int size = 16);

/// The first of these wordings that fits into `room` pixels; where none does the last one with an ellipsis.
QString fittingText(const QFontMetrics& metrics, const QStringList& wordings, int room);

/// A bar of 4 px: `share` of `rect` filled with `colour` over the grid's colour; beyond 1 it is full, in
/// `bad`.
void paintShareBar(QPainter& painter, const QRectF& rect, double share, const QColor& colour,
                   const Theme& theme);
/// The outline of what has the keys, just inside `bounds`.
void paintFocus(QPainter& painter, const QRectF& bounds, const Theme& theme);
/// Outlined pill with its right edge at `right`; returns its rectangle.
QRectF paintPill(QPainter& painter, QPointF right_top, const QString& text, const Theme& theme);

} // namespace cutline
