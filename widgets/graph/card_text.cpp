// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/card_text.h"

#include "widgets/graph/view_graph.h"
#include "widgets/theme.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPixmap>

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

constexpr double kLeft = 12, kRight = 8;
/// At these levels of detail the next larger face becomes readable: about 9 pixels high.
constexpr double kWordLod = 0.28, kTitleLod = 0.4, kNamesLod = 0.62, kFullLod = 0.85;

constexpr double kRoom = kCardSize.width() - kLeft - kRight, kCountGap = 6;

QFont scaled(const QFont& font, double factor) {
    QFont larger = font;
    larger.setPointSizeF(font.pointSizeF() * factor);
    return larger;
}

CardText::Line lineOf(const QString& text, const QFont& font, QPointF at, CardText::Ink ink, double width,
                      Qt::TextElideMode mode = Qt::ElideRight) {
    QStaticText made(QFontMetricsF(font).elidedText(text, mode, width));
    made.setTextFormat(Qt::PlainText);
    made.setPerformanceHint(QStaticText::AggressiveCaching);
    made.prepare({}, font);
    return {made, font, at, ink};
}

/// The largest factor up to `most` at which every line fits; not less than `least`.
double fitting(const QStringList& lines, const QFont& font, double width, double least, double most) {
    double widest = 1;
    for (const QString& line : lines) widest = std::max(widest, QFontMetricsF(font).horizontalAdvance(line));
    return std::clamp(width / widest * 0.98, least, most);
}

/// A title and, at the right, how many layers it stands for. The number is left out where the title is cut otherwise,
/// even at `least` of its size.
CardText::Face headOf(const QString& title, const QFont& title_font, const QString& count, const QFont& count_font, double y,
                      double least, double most) {
    const double taken = count.isEmpty() ? 0 : QFontMetricsF(count_font).horizontalAdvance(count) + kCountGap;
    const bool both = QFontMetricsF(title_font).horizontalAdvance(title) * least <= (kRoom - taken) * 0.98;
    const double room = both ? kRoom - taken : kRoom;
    const QFont fits = scaled(title_font, fitting({title}, title_font, room, least, most));
    CardText::Face face{lineOf(title, fits, {kLeft, y}, CardText::Ink::Text, room)};
    if (both && taken > 0) face.push_back(lineOf(count, count_font, {kLeft + room + kCountGap, y + 1}, CardText::Ink::Text3, kRoom));
    return face;
}

/// The part of a scope with the most digits, of several the last: "features.2.0" of "features.2.0/block", "layer12.0" of
/// "layer12.0/conv1", which each block has.
QString tellingPart(const QString& name) {
    const QStringList parts = name.split(QLatin1Char('/'));
    const auto digits = [](const QString& part) { return std::ranges::count_if(part, [](QChar c) { return c.isDigit(); }); };
    const auto most = std::max_element(parts.rbegin(), parts.rend(), [&](const QString& a, const QString& b) { return digits(a) < digits(b); });
    return digits(*most) > 0 ? *most : parts.back();
}

/// "Conv dw 5×5" before its last word, "GlobalAvgPool" where its halves are most alike; short ones stay
/// whole.
QStringList inTwo(const QString& title) {
    if (const qsizetype space = title.lastIndexOf(QLatin1Char(' ')); space > 0)
        return {title.left(space), title.mid(space + 1)};
    if (title.size() < 9) return {title};
    qsizetype best = 0;
    for (qsizetype i = 2; i + 1 < title.size(); ++i)
        if (title[i].isUpper() && title[i - 1].isLower() &&
            std::abs(2 * i - title.size()) < std::abs(2 * best - title.size()))
            best = i;
    return best == 0 ? QStringList{title} : QStringList{title.left(best), title.mid(best)};
}

} // namespace

CardDetail cardDetailAt(double lod) {
    if (lod < kWordLod) return CardDetail::Rectangle;
    if (lod < kTitleLod) return CardDetail::Word;
    if (lod < kNamesLod) return CardDetail::Title;
    return lod < kFullLod ? CardDetail::Names : CardDetail::Full;
}

const CardFonts& CardFonts::get() {
    static thread_local const CardFonts fonts{fontFor(TextRole::CardTitle), fontFor(TextRole::CardName),
                                 fontFor(TextRole::CardDetail), fontFor(TextRole::Small)};
    return fonts;
}

CardText::CardText(const ViewNode& node)
    : m_title(node.title), m_name(node.name), m_detail(node.detail),
      m_count(node.isGroup() ? QString::number(node.layers.size()) : QString()) {}

CardText CardText::ownCopy() const {
    CardText own = *this;
    own.m_faces = {};
    own.m_copy = {};
    return own;
}

const CardText::Face& CardText::face(CardDetail detail) const {
    Face& face = m_faces[static_cast<std::size_t>(detail)];
    if (face.empty()) face = made(detail);
    return face;
}

void CardText::paint(QPainter& painter, QPointF at, const Inks& inks, CardDetail detail) const {
    for (const Line& line : face(detail)) {
        painter.setPen(inks[static_cast<std::size_t>(line.ink)]);
        painter.setFont(line.font);
        painter.drawStaticText(at + line.at, line.text);
    }
}

void CardText::copy(QPainter& painter, QPointF at, const Inks& inks, CardDetail detail, double scale) const {
    const double ratio = painter.device()->devicePixelRatioF();
    const bool seen = m_copy.scale == scale && m_copy.ratio == ratio && m_copy.inks == inks;
    if (!seen) {
        QPixmapCache::remove(m_copy.key);
        m_copy = {{}, inks, scale, ratio, false};
        return paint(painter, at, inks, detail);
    }
    QPixmap pixmap;
    if (!m_copy.painted || !QPixmapCache::find(m_copy.key, &pixmap)) {
        // Words only: the room for the bars and for the outline is left away.
        pixmap = QPixmap((QSizeF(kCardSize.width(), kCardSize.height() - 11) * scale * ratio).toSize());
        pixmap.setDevicePixelRatio(ratio);
        pixmap.fill(Qt::transparent);
        QPainter words(&pixmap);
        words.scale(scale, scale);
        paint(words, {}, inks, detail);
        words.end();
        m_copy.key = QPixmapCache::insert(pixmap);
        m_copy.painted = true;
    }
    const QTransform transform = painter.worldTransform();
    const QPointF place = transform.map(at) * ratio;
    painter.setWorldTransform({});
    painter.drawPixmap(QPointF(std::round(place.x()), std::round(place.y())) / ratio, pixmap);
    painter.setWorldTransform(transform);
}

CardText::Face CardText::made(CardDetail detail) const {
    switch (detail) {
    case CardDetail::Rectangle:
        break;
    case CardDetail::Word:
        return word();
    case CardDetail::Title:
        return title();
    case CardDetail::Names:
        return names();
    case CardDetail::Full:
        return full();
    }
    return {};
}

CardText::Face CardText::full() const {
    const CardFonts& fonts = CardFonts::get();
    Face face = headOf(m_title, fonts.title, m_count, fonts.detail, 4, 0.9, 1);
    // The end of a name tells more than its beginning.
    face.push_back(lineOf(m_name, fonts.name, {kLeft, 20}, Ink::Text2, kRoom, Qt::ElideLeft));
    face.push_back(lineOf(m_detail, fonts.detail, {kLeft, 35}, Ink::Text3, kRoom));
    return face;
}

CardText::Face CardText::names() const {
    const CardFonts& fonts = CardFonts::get();
    Face face = headOf(m_title, fonts.title, m_count, scaled(fonts.detail, 1.25), 6, 1.15, 1.35);
    face.push_back(lineOf(m_name, scaled(fonts.name, 1.25), {kLeft, 28}, Ink::Text2, kRoom, Qt::ElideLeft));
    return face;
}

/// Two lines for a layer's operator, "Conv dw" over "5×5"; for a group what is most in it over its name.
CardText::Face CardText::title() const {
    const QFont& font = CardFonts::get().title;
    const double width = kCardSize.width() - kLeft - 4;
    QStringList lines = m_count.isEmpty() ? inTwo(m_title) : QStringList{m_title};
    const bool two = lines.size() > 1;
    const QFont large = scaled(font, fitting(lines, font, width, 1.1, two || !m_count.isEmpty() ? 1.5 : 1.8));
    const double height = QFontMetricsF(large).height() * 0.9;
    double y = two || !m_count.isEmpty() ? 3 : 13;
    Face face;
    for (const QString& line : lines) {
        face.push_back(lineOf(line, large, {kLeft, y}, Ink::Text, width));
        y += height;
    }
    if (!m_count.isEmpty()) {
        const QString part = tellingPart(m_name);
        const QFont& plain = CardFonts::get().name;
        face.push_back(lineOf(part, scaled(plain, fitting({part}, plain, width, 1.1, 1.5)), {kLeft, y + 1},
                              Ink::Text2, width, Qt::ElideLeft));
    }
    return face;
}

/// Its first word, as large as fits.
CardText::Face CardText::word() const {
    const QFont& font = CardFonts::get().title;
    const double width = kCardSize.width() - kLeft - 2;
    const QString first = inTwo(m_title).front();
    const QFont large = scaled(font, fitting({first}, font, width, 1.7, 2.3));
    const double height = QFontMetricsF(large).height();
    return {lineOf(first, large, {kLeft, (kCardSize.height() - height) / 2 - 2}, Ink::Text, width)};
}

} // namespace cutline
