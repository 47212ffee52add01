// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/theme.h"

#include <QFont>
#include <QSizeF>
#include <QStaticText>

class QPainter;
class QRectF;

namespace cutline {

struct ViewNode;

/// A card's size at scale 1, pixels.
inline constexpr QSizeF kCardSize{118, 64};

/// The fonts of cards, made once.
struct CardFonts {
    QFont title, name, detail, big, small;
    static const CardFonts& get();
};

/// The words of one card, already cut to the card's width: painting measures nothing.
struct CardText {
    QStaticText title, name, detail, count;
    QStaticText big; ///< the title alone, for when the rest is too small to read
    double count_width = 0;
    static CardText of(const ViewNode& node);
};

/// What one card looks like: drawn alike on screen, in pictures and in print.
struct CardStyle {
    QColor fill, outline, bar, track, text, text2, text3, accent, bad;
    Pattern pattern = Pattern::None;
    bool stacked = false; ///< a group
    bool selected = false;
    bool current = false; ///< where the keyboard is
    bool changed = false; ///< the preview moves it
    bool invalid = false; ///< its platform cannot run it
    double share = 0;     ///< bar length, 0..1
    friend bool operator==(const CardStyle&, const CardStyle&) = default;
};

/// For platform `index`, or for layers without one (negative).
CardStyle cardStyle(const Theme& theme, int platform, bool patterns);

/// Below this level of detail a card is a filled rectangle; below kWordsLod its operator alone is written,
/// large.
inline constexpr double kRectangleLod = 0.25, kWordsLod = 0.6;

void paintCard(QPainter& painter, const QRectF& rect, const CardStyle& style, const CardText& text,
               double lod);

/// WCAG contrast of two opaque colours, 1 to 21.
double contrast(const QColor& a, const QColor& b);

} // namespace cutline
