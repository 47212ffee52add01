// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QPixmapCache>
#include <QPointF>
#include <QSizeF>
#include <QStaticText>

#include <array>
#include <vector>

class QPainter;

namespace cutline {

struct ViewNode;

/// A card's size at scale 1, pixels.
inline constexpr QSizeF kCardSize{118, 64};

/// How much a card says. Words grow as the zoom falls, so that what is written can be read; what has no room
/// is left out.
enum class CardDetail { Rectangle, Word, Title, Names, Full };
CardDetail cardDetailAt(double lod);

/// The fonts of cards, made once for each thread: what a font looks up it keeps.
struct CardFonts {
    QFont title, name, detail, small;
    static const CardFonts& get();
};

/// The words of one card for each level of detail, cut to the card's width when they are first painted: most
/// cards of a large graph never are, and painting again measures nothing.
class CardText {
public:
    enum class Ink { Text, Text2, Text3 };
    using Inks = std::array<QColor, 3>; ///< by Ink
    struct Line {
        QStaticText text;
        QFont font;
        QPointF at; ///< from the card's top left corner
        Ink ink = Ink::Text;
    };
    using Face = std::vector<Line>;

    explicit CardText(const ViewNode& node);
    /// The same words, for another thread: shares nothing that painting changes.
    CardText ownCopy() const;
    const Face& face(CardDetail detail) const;
    void paint(QPainter& painter, QPointF at, const Inks& inks, CardDetail detail) const;
    /// The same as a copy of what was painted before at this scale; a scale seen for the first time, as each
    /// one while zooming, is painted as it is. On rasters whose transform neither turns nor shears.
    void copy(QPainter& painter, QPointF at, const Inks& inks, CardDetail detail, double scale) const;

private:
    struct Copy {
        QPixmapCache::Key key;
        Inks inks;
        double scale = 0, ratio = 0;
        bool painted = false;
    };
    Face made(CardDetail detail) const;
    Face full() const;
    Face names() const;
    Face title() const;
    Face word() const;

    QString m_title, m_name, m_detail, m_count;
    mutable std::array<Face, 5> m_faces;
    mutable Copy m_copy;
};

} // namespace cutline
