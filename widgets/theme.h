// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QString>

#include <cstddef>

class QApplication;
class QPainter;
class QRectF;

namespace cutline {

/// The look's tokens (design: "Tokens"): one set for light, one for dark. Colour means platform or link everywhere; selection
/// and the front use the accent, an ink that is no platform's colour.
struct Theme {
    bool dark = false;
    QColor window, surface, raised, border, grid;
    QColor text, text2, text3;
    QColor accent, on_accent, good, bad;

    static const Theme& light();
    static const Theme& darkTheme();
    /// The one that fits a palette: dark where the window is darker than its text.
    static const Theme& of(const QPalette& palette);

    QColor platform(std::size_t index) const; ///< repeats after eight; then patternOf() tells them apart
    QColor link(std::size_t index) const;
    /// A platform's tint over the surface: cards 13 %, regions 5 %, outlines 55 %.
    QColor tint(QColor colour, double share) const;

    QPalette palette() const;
};

/// None, diagonal, dots, cross: for platforms beyond eight, for colour-blind readers and for print.
enum class Pattern { None, Diagonal, Dots, Cross };
Pattern patternOf(std::size_t platform_index, bool always);
void paintPattern(QPainter& painter, const QRectF& rect, Pattern pattern, const QColor& colour);

/// Sizes of type in pixels at scale 1: interface 13, small 11.5, card 11.5 / 11 / 10.5, metric 20 semi-bold.
enum class TextRole { Interface, Small, CardTitle, CardName, CardDetail, Metric, Heading };
QFont fontFor(TextRole role, bool tabular_figures = false);

/// The pictures under :/icons, which a static library does not bring by itself; call before one is read.
void loadIcons();

/// Font (Inter where installed), palette, style and style sheet of the whole program; call again when the palette changes.
/// `more`: rules beside those of widgets/. All at once: whatever changes later is worked out for every widget again.
void applyTheme(QApplication& application, const Theme& theme, const QString& more = {});

} // namespace cutline
