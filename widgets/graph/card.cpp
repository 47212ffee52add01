// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/card.h"

#include <QCoreApplication>
#include <QImage>
#include <QPaintEngine>
#include <QPainter>
#include <QPainterPath>
#include <QThread>

#include <algorithm>
#include <cmath>
#include <deque>

namespace cutline {
namespace {

constexpr double kBar = 5, kInset = 12, kRadius = 7;
/// What a card paints beyond its rectangle: shadow card of a group, outline of the keyboard's place.
constexpr double kCardMargin = 6;

bool isMarked(const CardStyle& style) {
    return style.selected || style.changed || style.invalid;
}

QColor outlineOf(const CardStyle& style) {
    if (style.selected) return style.accent;
    if (style.invalid) return style.bad;
    return style.changed ? style.bar : style.outline;
}

void paintTrack(QPainter& painter, const QRectF& rect, const CardStyle& style) {
    const QRectF track(rect.left() + kInset, rect.bottom() - 10, rect.width() - kInset - 8, 3);
    painter.fillRect(track, style.track);
    if (style.share > 0)
        painter.fillRect(QRectF(track.topLeft(), QSizeF(track.width() * style.share, track.height())),
                         style.bar);
}

void fillParts(QPainter& painter, const QRectF& rect, const CardStyle& style,
               QColor CardStyle::Part::*colour) {
    double x = rect.left();
    for (const CardStyle::Part& part : style.parts) {
        painter.fillRect(QRectF(x, rect.top(), rect.width() * part.share, rect.height()), part.*colour);
        x += rect.width() * part.share;
    }
}

void paintPatternOf(QPainter& painter, const QRectF& rect, const CardStyle& style) {
    if (style.pattern == Pattern::None) return;
    QColor ink = style.bar;
    ink.setAlphaF(0.16F);
    paintPattern(painter, rect, style.pattern, ink);
}

/// A pin at the card's lower right corner; an exclamation mark where its platform cannot run it.
void paintBadges(QPainter& painter, const QRectF& rect, const CardStyle& style) {
    double x = rect.right() - 11;
    const double y = rect.bottom() - 19;
    painter.setBrush(style.invalid ? style.bad : style.text);
    if (style.invalid) {
        painter.setPen(Qt::NoPen);
        painter.drawEllipse(QPointF(x, y), 6, 6);
        painter.fillRect(QRectF(x - 0.8, y - 3.6, 1.6, 4.4), style.fill);
        painter.fillRect(QRectF(x - 0.8, y + 1.8, 1.6, 1.6), style.fill);
        x -= 15;
    }
    if (!style.pinned) return;
    painter.setBrush(style.text);
    painter.setPen(QPen(style.text, 1.4, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(QPointF(x, y), QPointF(x, y + 6.5));
    painter.setPen(Qt::NoPen);
    painter.drawEllipse(QPointF(x, y - 2.5), 3.6, 3.6);
}

/// The card without words and without the bar of its share.
void paintBack(QPainter& painter, const QRectF& rect, const CardStyle& style) {
    painter.setRenderHint(QPainter::Antialiasing, true);
    QPen pen(outlineOf(style), isMarked(style) ? 2 : 1);
    if (style.changed && !style.selected) pen.setStyle(Qt::DashLine);
    if (style.stacked) {
        painter.setPen(QPen(style.outline, 1));
        painter.setBrush(style.fill);
        painter.drawRoundedRect(rect.translated(4, 4), kRadius, kRadius);
    }
    QPainterPath shape;
    shape.addRoundedRect(rect, kRadius, kRadius);
    painter.fillPath(shape, style.fill);
    painter.save();
    painter.setClipPath(shape, Qt::IntersectClip);
    fillParts(painter, rect, style, &CardStyle::Part::fill);
    paintPatternOf(painter, rect.adjusted(kBar, 3, -3, -3), style);
    painter.fillRect(QRectF(rect.left(), rect.top(), kBar, rect.height()), style.bar);
    // Under a divided group's words the bar lies along its foot: it shows how the layers are shared.
    fillParts(painter, QRectF(rect.left(), rect.bottom() - 4, rect.width(), 4), style, &CardStyle::Part::bar);
    painter.restore();
    if (style.invalid || style.pinned) paintBadges(painter, rect, style);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(shape);
    if (style.current) {
        painter.setPen(QPen(style.accent, 1, Qt::DotLine));
        painter.drawRoundedRect(rect.adjusted(-3, -3, 3, 3), kRadius + 3, kRadius + 3);
    }
}

/// Many cards look alike but for their words and their share: what they have in common is drawn once for a
/// zoom and then copied. Rounded corners drawn anew for each card cost more than all the rest of a picture.
struct DrawnBack {
    CardStyle style;
    QSizeF size;
    double scale = 1, ratio = 1;
    QImage image;
};

const QImage& drawnBack(const CardStyle& style, QSizeF size, double scale, double ratio) {
    static thread_local std::deque<DrawnBack> drawn;
    constexpr std::size_t kMost = 64;
    for (const DrawnBack& back : drawn)
        if (back.scale == scale && back.size == size && back.ratio == ratio && back.style == style)
            return back.image;
    if (drawn.size() >= kMost) drawn.pop_front();
    const double margin = std::ceil(kCardMargin * scale);
    QImage image(((size * scale + QSizeF(2 * margin + 1, 2 * margin + 1)) * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.translate(margin, margin);
    painter.scale(scale, scale);
    paintBack(painter, QRectF(QPointF(0, 0), size), style);
    painter.end();
    drawn.push_back({style, size, scale, ratio, image});
    return drawn.back().image;
}

/// Copies can be made on screens and images, not in vector files, and not where the picture is turned.
bool canCopy(const QPainter& painter, double lod) {
    return painter.paintEngine()->type() == QPaintEngine::Raster && lod <= 4 &&
           painter.worldTransform().type() <= QTransform::TxScale;
}

void copyBack(QPainter& painter, const QRectF& rect, CardStyle style, double lod) {
    style.share = 0;
    const double ratio = painter.device()->devicePixelRatioF();
    const QImage& image = drawnBack(style, rect.size(), lod, ratio);
    const QTransform transform = painter.worldTransform();
    const double margin = std::ceil(kCardMargin * lod);
    const QPointF at = transform.map(rect.topLeft());
    painter.setWorldTransform({});
    painter.drawImage(
        QPointF(std::round(at.x() * ratio) / ratio - margin, std::round(at.y() * ratio) / ratio - margin), image);
    painter.setWorldTransform(transform);
}

} // namespace

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
    const CardDetail detail = cardDetailAt(lod);
    if (detail == CardDetail::Rectangle) {
        painter.fillRect(rect, isMarked(style) ? outlineOf(style) : style.outline);
        fillParts(painter, rect, style, &CardStyle::Part::bar);
        return;
    }
    const bool copies = canCopy(painter, lod);
    const CardText::Inks inks{style.text, style.text2, style.text3};
    if (copies)
        copyBack(painter, rect, style, lod);
    else
        paintBack(painter, rect, style);
    if (style.parts.empty() && detail != CardDetail::Word) paintTrack(painter, rect, style);
    // Words are kept for the window's thread; others paint a picture once.
    if (copies && QThread::currentThread() == QCoreApplication::instance()->thread())
        text.copy(painter, rect.topLeft(), inks, detail, lod);
    else
        text.paint(painter, rect.topLeft(), inks, detail);
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

QColor inkOn(const QColor& ground) {
    constexpr double kEnough = 4.5;
    for (const QColor& ink : {Theme::light().text, Theme::darkTheme().text})
        if (contrast(ink, ground) >= kEnough) return ink;
    return contrast(Qt::black, ground) >= contrast(Qt::white, ground) ? Qt::black : Qt::white;
}

} // namespace cutline
