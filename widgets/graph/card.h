// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/graph/card_text.h"
#include "widgets/theme.h"

#include <QSizeF>

#include <vector>

class QPainter;
class QRectF;

namespace cutline {

/// What one card looks like: drawn alike on screen, in pictures and in print.
struct CardStyle {
    /// A group that a cut divides: its platforms side by side, each as wide as its share of the layers.
    struct Part {
        QColor fill, bar;
        double share = 0;
        friend bool operator==(const Part&, const Part&) = default;
    };
    QColor fill, outline, bar, track, text, text2, text3, accent, bad;
    std::vector<Part> parts; ///< empty: one platform alone, or none
    Pattern pattern = Pattern::None;
    bool stacked = false; ///< a group
    bool selected = false;
    bool current = false; ///< where the keyboard is
    bool changed = false; ///< the preview moves it
    bool invalid = false; ///< its platform cannot run it
    bool pinned = false;  ///< a search leaves it, or some of it, where it is
    double share = 0;     ///< bar length, 0..1
    friend bool operator==(const CardStyle&, const CardStyle&) = default;
};

/// For platform `index`, or for layers without one (negative).
CardStyle cardStyle(const Theme& theme, int platform, bool patterns);

/// `lod`: pixels of the screen per pixel at scale 1; it decides what is written (CardDetail).
void paintCard(QPainter& painter, const QRectF& rect, const CardStyle& style, const CardText& text,
               double lod);

/// WCAG contrast of two opaque colours, 1 to 21.
double contrast(const QColor& a, const QColor& b);
/// A text colour for any ground: of a theme, or black or white where neither of those has a contrast of 4.5.
QColor inkOn(const QColor& ground);

} // namespace cutline
