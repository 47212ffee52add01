// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/card.h"

#include "widgets/graph/view_graph.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

constexpr double kBar = 5, kInset = 12, kRadius = 7;

QStaticText prepared(const QString& text, const QFont& font, double width) {
    QStaticText made(QFontMetricsF(font).elidedText(text, Qt::ElideRight, width));
    made.setTextFormat(Qt::PlainText);
    made.setPerformanceHint(QStaticText::AggressiveCaching);
    made.prepare({}, font);
    return made;
}

/// The path of a bar whose left corners follow the card's.
void fillLeftBar(QPainter& painter, const QRectF& rect, const QColor& colour) {
    painter.save();
    painter.setClipRect(QRectF(rect.left(), rect.top(), kBar, rect.height()), Qt::IntersectClip);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawRoundedRect(rect, kRadius, kRadius);
    painter.restore();
}

void paintTrack(QPainter& painter, const QRectF& rect, const CardStyle& style) {
    const QRectF track(rect.left() + kInset, rect.bottom() - 10, rect.width() - kInset - 8, 3);
    painter.fillRect(track, style.track);
    painter.fillRect(QRectF(track.topLeft(), QSizeF(track.width() * style.share, track.height())), style.bar);
}

/// The same card from rectangles alone: hundreds of them are in sight at once.
void paintSmall(QPainter& painter, const QRectF& rect, const CardStyle& style, const CardText& text,
                const QColor& outline, bool marked) {
    const double edge = marked ? 4 : 2;
    painter.fillRect(rect, outline);
    painter.fillRect(rect.adjusted(edge, edge, -edge, -edge), style.fill);
    painter.fillRect(QRectF(rect.left(), rect.top(), kBar + 1, rect.height()), marked ? outline : style.bar);
    if (style.pattern != Pattern::None) {
        QColor ink = style.bar;
        ink.setAlphaF(0.16F);
        paintPattern(painter, rect.adjusted(kBar, edge, -edge, -edge), style.pattern, ink);
    }
    paintTrack(painter, rect, style);
    painter.setPen(style.text);
    painter.setFont(CardFonts::get().big);
    painter.drawStaticText(QPointF(rect.left() + kInset, rect.top() + 14), text.big);
}

} // namespace

const CardFonts& CardFonts::get() {
    static const CardFonts fonts = [] {
        CardFonts f{
            fontFor(TextRole::CardTitle), fontFor(TextRole::CardName), fontFor(TextRole::CardDetail), {}, {}};
        f.big = f.title;
        f.big.setPointSizeF(f.title.pointSizeF() * 1.9);
        f.small = fontFor(TextRole::Small);
        return f;
    }();
    return fonts;
}

CardText CardText::of(const ViewNode& node) {
    const CardFonts& fonts = CardFonts::get();
    const double width = kCardSize.width() - kInset - 8;
    CardText text;
    const QString count = node.isGroup() ? QString::number(node.layers.size()) : QString();
    text.count = prepared(count, fonts.detail, width);
    text.count_width = node.isGroup() ? QFontMetricsF(fonts.detail).horizontalAdvance(count) + 6 : 0;
    text.title = prepared(node.title, fonts.title, width - text.count_width);
    // The end of a name tells more than its beginning.
    text.name = prepared(QFontMetricsF(fonts.name).elidedText(node.name, Qt::ElideLeft, width), fonts.name,
                         width + 2);
    text.detail = prepared(node.detail, fonts.detail, width);
    text.big = prepared(node.title, fonts.big, width);
    return text;
}

CardStyle cardStyle(const Theme& theme, int platform, bool patterns) {
    CardStyle s;
    s.text = theme.text;
    s.text2 = theme.text2;
    s.text3 = theme.text2;
    s.accent = theme.accent;
    s.bad = theme.bad;
    if (platform < 0) {
        s.fill = theme.raised;
        s.outline = theme.border;
        s.bar = theme.text3;
        s.track = theme.border;
        return s;
    }
    const auto index = static_cast<std::size_t>(platform);
    const QColor colour = theme.platform(index);
    s.fill = theme.tint(colour, 0.13);
    s.outline = theme.tint(colour, 0.55);
    s.bar = colour;
    s.track = theme.tint(colour, 0.28);
    s.pattern = patternOf(index, patterns);
    return s;
}

void paintCard(QPainter& painter, const QRectF& rect, const CardStyle& style, const CardText& text,
               double lod) {
    const bool marked = style.selected || style.changed || style.invalid;
    const QColor outline = style.selected  ? style.accent
                           : style.invalid ? style.bad
                           : style.changed ? style.bar
                                           : style.outline;
    if (lod < kRectangleLod) {
        painter.fillRect(rect, marked ? outline : style.outline);
        return;
    }
    if (lod < kWordsLod) return paintSmall(painter, rect, style, text, outline, marked);
    painter.setRenderHint(QPainter::Antialiasing, true);
    QPen pen(outline, marked ? 2 : 1);
    if (style.changed && !style.selected) pen.setStyle(Qt::DashLine);
    if (style.stacked) {
        painter.setPen(QPen(style.outline, 1));
        painter.setBrush(style.fill);
        painter.drawRoundedRect(rect.translated(4, 4), kRadius, kRadius);
    }
    painter.setPen(pen);
    painter.setBrush(style.fill);
    painter.drawRoundedRect(rect, kRadius, kRadius);
    if (style.pattern != Pattern::None) {
        QColor ink = style.bar;
        ink.setAlphaF(0.16F);
        paintPattern(painter, rect.adjusted(kBar, 3, -3, -3), style.pattern, ink);
    }
    fillLeftBar(painter, rect, style.bar);
    if (style.current) {
        painter.setPen(QPen(style.accent, 1, Qt::DotLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(rect.adjusted(-3, -3, 3, 3), kRadius + 3, kRadius + 3);
    }

    paintTrack(painter, rect, style);
    const CardFonts& fonts = CardFonts::get();
    painter.setPen(style.text);
    painter.setFont(fonts.title);
    painter.drawStaticText(rect.topLeft() + QPointF(kInset, 4), text.title);
    painter.setPen(style.text2);
    painter.setFont(fonts.name);
    painter.drawStaticText(rect.topLeft() + QPointF(kInset, 20), text.name);
    painter.setPen(style.text3);
    painter.setFont(fonts.detail);
    painter.drawStaticText(rect.topLeft() + QPointF(kInset, 35), text.detail);
    if (text.count_width > 0)
        painter.drawStaticText(QPointF(rect.right() - 8 - text.count_width + 6, rect.top() + 5), text.count);
}

double contrast(const QColor& a, const QColor& b) {
    const auto luminance = [](const QColor& c) {
        const auto linear = [](float v) {
            const double x = static_cast<double>(v);
            return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
        };
        return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
    };
    const double first = luminance(a), second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

} // namespace cutline
