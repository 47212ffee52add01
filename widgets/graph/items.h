// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/graph/card.h"

#include <QGraphicsItem>
#include <QPainterPath>
#include <QPen>
#include <QRegion>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace cutline {

/// What an item paints, with values of its own: for one thread at a time, whichever, whatever becomes of the item.
using Drawing = std::function<void(QPainter&)>;

/// An item that can be painted elsewhere and later, as it is now.
class DrawnItem : public QGraphicsItem {
public:
    virtual Drawing drawing() const = 0;
};

/// One card in the scene.
class CardItem : public DrawnItem {
public:
    enum { Type = UserType + 1 };
    CardItem(std::uint32_t node, const QRectF& rect, CardText text);
    int type() const override { return Type; }
    std::uint32_t node() const { return m_node; }
    const CardStyle& style() const { return m_style; }
    void setStyle(const CardStyle& style);
    QRectF boundingRect() const override { return m_rect.adjusted(-5, -5, 6, 6); }
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;
    Drawing drawing() const override;

private:
    std::uint32_t m_node;
    QRectF m_rect;
    CardText m_text;
    CardStyle m_style;
};

/// An edge with its arrow head.
class EdgeItem : public DrawnItem {
public:
    enum { Type = UserType + 2 };
    EdgeItem(std::uint32_t edge, const QPolygonF& route);
    int type() const override { return Type; }
    std::uint32_t edge() const { return m_edge; }
    const QColor& colour() const { return m_colour; }
    double width() const { return m_width; }
    void setLook(const QColor& colour, double width);
    QRectF boundingRect() const override { return m_bounds; }
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;
    Drawing drawing() const override;

private:
    std::uint32_t m_edge;
    QPolygonF m_line, m_arrow;
    QRectF m_bounds;
    QColor m_colour;
    double m_width = 1;
};

/// A platform's area, or the frame of an open group.
class RegionItem : public DrawnItem {
public:
    explicit RegionItem(double z) { setZValue(z); }
    /// Repaints what differs alone: while a cut is dragged most of an area stays as it is.
    void setLook(const std::vector<QRectF>& parts, const QPainterPath& outline, const QColor& fill,
                 const QColor& border);
    QRectF boundingRect() const override { return m_outline.boundingRect().adjusted(-2, -2, 2, 2); }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;
    Drawing drawing() const override;

private:
    QPainterPath m_outline;
    QRegion m_area; ///< whole pixels around the parts
    QColor m_fill, m_border;
};

/// One or several lines of words that keep their size on screen while the view zooms.
class LabelItem : public DrawnItem {
public:
    enum { Type = UserType + 4 };
    struct Run {
        QString text;
        QColor colour;
        bool bold = false;
    };
    /// Box: on a surface with a border. None: on a veil, so that words stay legible over cards.
    enum class Frame { None, Box };
    /// Which way the label lies from its position, in screen pixels.
    enum class Side { Right, Below };
    LabelItem(std::vector<std::vector<Run>> lines, Frame frame, Side side, const QColor& surface,
              const QColor& border);
    int type() const override { return Type; }
    /// An open group's title closes it by a click.
    void setGroup(std::size_t group) { m_group = group; }
    std::optional<std::size_t> group() const { return m_group; }
    QRectF boundingRect() const override { return m_rect.adjusted(-1, -1, 1, 1); }
    double width() const { return m_rect.width(); }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;
    Drawing drawing() const override;

    struct Piece {
        QStaticText text;
        QPointF at;
        QColor colour;
        bool bold = false;
    };

private:
    QPen borderPen() const;
    QColor ground() const;

    std::vector<Piece> m_pieces;
    std::optional<std::size_t> m_group;
    Frame m_frame;
    QColor m_surface, m_border;
    QRectF m_rect;
};

/// The round handle of a cut; keeps its size on screen. The arrows on it show the way it moves.
class HandleItem : public DrawnItem {
public:
    enum { Type = UserType + 3 };
    static constexpr double kRadius = 9;
    HandleItem(std::size_t boundary, bool moves_sideways, const QColor& colour, const QColor& surface);
    int type() const override { return Type; }
    std::size_t boundary() const { return m_boundary; }
    void setActive(bool active);
    QRectF boundingRect() const override { return {-13, -13, 26, 26}; }
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;
    Drawing drawing() const override;

private:
    std::size_t m_boundary;
    bool m_sideways, m_active = false;
    QColor m_colour, m_surface;
};

/// The dashed boundary between two stages.
class CutLineItem : public DrawnItem {
public:
    CutLineItem(const std::vector<QPolygonF>& lines, const QColor& colour);
    QRectF boundingRect() const override { return m_path.boundingRect().adjusted(-3, -3, 3, 3); }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;
    Drawing drawing() const override;

private:
    QPainterPath m_path;
    QColor m_colour;
};

/// Where a dragged cut may stop: a dot per place, a bar where a single tensor crosses.
class PlacesItem : public DrawnItem {
public:
    struct Place {
        QPointF low, high; ///< ends of the tick across the flow
        bool single = false;
    };
    PlacesItem(std::vector<Place> places, const QColor& colour);
    std::size_t count() const { return m_places.size(); }
    QRectF boundingRect() const override { return m_bounds; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;
    Drawing drawing() const override;

private:
    std::vector<Place> m_places;
    QRectF m_bounds;
    QColor m_colour;
};

} // namespace cutline
