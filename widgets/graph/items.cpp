// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph/items.h"

#include "widgets/graph/region.h"

#include <QFontMetricsF>
#include <QPaintEngine>
#include <QPainter>
#include <QStyleOptionGraphicsItem>

#include <algorithm>
#include <cmath>

namespace cutline {
namespace {

double lodOf(const QPainter& painter) {
    return QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter.worldTransform());
}

/// Cosmetic pens count the device's own pixels, of which a fine screen has several for each of ours.
double ratioOf(const QPainter& painter) { return painter.device()->devicePixelRatioF(); }

/// A triangle at the end of a line that arrives along its last stretch.
QPolygonF arrowHead(const QPolygonF& route, double size) {
    const QPointF tip = route.last();
    QPointF back = route.size() > 1 ? route[route.size() - 2] - tip : QPointF(-1, 0);
    const double length = std::hypot(back.x(), back.y());
    back = length > 0 ? back / length : QPointF(-1, 0);
    const QPointF side(-back.y(), back.x());
    return {tip, tip + back * size + side * size * 0.5, tip + back * size - side * size * 0.5};
}

/// Arrow heads smaller than this are specks.
constexpr double kArrowLod = 0.4;

/// A right-angled line of whole pixels: sharper than an antialiased one, and a tenth of its cost.
void paintCrisp(QPainter& painter, const QPolygonF& line, const QColor& colour, double width) {
    const QTransform transform = painter.worldTransform();
    const double ratio = ratioOf(painter);
    const double thick = std::max(1.0, std::round(width * ratio));
    const auto snapped = [&](QPointF p) {
        p = transform.map(p) * ratio - QPointF(thick, thick) / 2;
        return QPointF(std::round(p.x()), std::round(p.y()));
    };
    painter.setWorldTransform({});
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (qsizetype i = 0; i + 1 < line.size(); ++i) {
        const QRectF span = QRectF(snapped(line[i]), snapped(line[i + 1])).normalized();
        painter.fillRect(QRectF(span.topLeft() / ratio, (span.size() + QSizeF(thick, thick)) / ratio),
                         colour);
    }
    painter.setWorldTransform(transform);
}

void paintEdge(QPainter& painter, const QPolygonF& line, const QPolygonF& arrow, const QColor& colour, double width) {
    const double lod = lodOf(painter);
    const bool thick = width > 2.5;
    if (painter.paintEngine()->type() == QPaintEngine::Raster) {
        paintCrisp(painter, line, colour, std::max(thick ? 2.0 : 1.0, width * lod));
    } else {
        painter.setPen(QPen(colour, width, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolyline(line);
    }
    if (lod < kArrowLod) return;
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawPolygon(arrow);
}

void paintRegion(QPainter& painter, const QPainterPath& outline, const QColor& fill, const QColor& border) {
    painter.setRenderHint(QPainter::Antialiasing, true);
    QPen pen(border, 1);
    pen.setCosmetic(true);
    painter.setPen(pen);
    painter.setBrush(fill);
    painter.drawPath(outline);
}

void paintLabel(QPainter& painter, const QRectF& rect, const QPen& border, const QColor& ground,
                const std::vector<LabelItem::Piece>& pieces) {
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(border);
    painter.setBrush(ground);
    painter.drawRoundedRect(rect, 5, 5);
    for (const LabelItem::Piece& piece : pieces) {
        painter.setFont(piece.bold ? CardFonts::get().title : CardFonts::get().name);
        painter.setPen(piece.colour);
        painter.drawStaticText(piece.at, piece.text);
    }
}

void paintHandle(QPainter& painter, bool sideways, bool active, const QColor& colour, const QColor& surface) {
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(colour, active ? 3 : 2));
    painter.setBrush(surface);
    painter.drawEllipse(QPointF(0, 0), HandleItem::kRadius, HandleItem::kRadius);
    painter.setPen(QPen(colour, 1.5, Qt::SolidLine, Qt::RoundCap));
    const auto line = [&](double x1, double y1, double x2, double y2) {
        painter.drawLine(sideways ? QLineF(x1, y1, x2, y2) : QLineF(y1, x1, y2, x2));
    };
    line(-5, 0, 5, 0);
    for (const double end : {-5.0, 5.0}) {
        line(end, 0, end * 0.5, -2.5);
        line(end, 0, end * 0.5, 2.5);
    }
}

void paintCutLine(QPainter& painter, const QPainterPath& path, const QColor& colour) {
    painter.setRenderHint(QPainter::Antialiasing, true);
    QPen pen(colour, 2 * ratioOf(painter), Qt::CustomDashLine);
    pen.setDashPattern({3, 2.5});
    pen.setCosmetic(true);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
}

void paintPlaces(QPainter& painter, const std::vector<PlacesItem::Place>& places, const QColor& colour) {
    painter.setRenderHint(QPainter::Antialiasing, true);
    QPen bar(colour, 2 * ratioOf(painter)), dot(colour, 4 * ratioOf(painter), Qt::SolidLine, Qt::RoundCap);
    bar.setCosmetic(true);
    dot.setCosmetic(true);
    for (const PlacesItem::Place& place : places) {
        painter.setPen(place.single ? bar : dot);
        if (place.single)
            painter.drawLine(place.low, place.high);
        else
            painter.drawPoint(place.low);
    }
}

/// Shares nothing with `path`, which keeps what painting it found out.
QPainterPath ownCopy(const QPainterPath& path) {
    QPainterPath own;
    own.addPath(path);
    return own;
}

/// As ownCopy() of a path.
std::vector<LabelItem::Piece> ownCopy(std::vector<LabelItem::Piece> pieces) {
    for (LabelItem::Piece& piece : pieces) {
        piece.text = QStaticText(piece.text.text());
        piece.text.setTextFormat(Qt::PlainText);
    }
    return pieces;
}

} // namespace

CardItem::CardItem(std::uint32_t node, const QRectF& rect, CardText text)
    : m_node(node), m_rect(QPointF(0, 0), rect.size()), m_text(std::move(text)) {
    setPos(rect.topLeft());
    setZValue(4);
}

void CardItem::setStyle(const CardStyle& style) {
    if (m_style == style) return;
    m_style = style;
    update();
}

QPainterPath CardItem::shape() const {
    QPainterPath path;
    path.addRect(m_rect);
    return path;
}

void CardItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    paintCard(*painter, m_rect, m_style, m_text, lodOf(*painter));
}

Drawing CardItem::drawing() const {
    return [rect = m_rect, style = m_style, words = m_text.ownCopy()](QPainter& painter) {
        paintCard(painter, rect, style, words, lodOf(painter));
    };
}

EdgeItem::EdgeItem(std::uint32_t edge, const QPolygonF& route) : m_edge(edge), m_line(route) {
    setZValue(2);
    m_arrow = arrowHead(route, 7);
    // The line ends inside the head, or its square end would show beside the tip.
    m_line.last() = (m_arrow[1] + m_arrow[2]) / 2;
    m_bounds = route.boundingRect().adjusted(-6, -6, 6, 6);
}

void EdgeItem::setLook(const QColor& colour, double width) {
    if (m_colour == colour && m_width == width) return;
    m_colour = colour;
    m_width = width;
    update();
}

QPainterPath EdgeItem::shape() const {
    QPainterPath path;
    path.addPolygon(m_line);
    QPainterPathStroker stroker;
    stroker.setWidth(7);
    return stroker.createStroke(path);
}

void EdgeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    paintEdge(*painter, m_line, m_arrow, m_colour, m_width);
}

Drawing EdgeItem::drawing() const {
    return [line = m_line, arrow = m_arrow, colour = m_colour, width = m_width](QPainter& painter) {
        paintEdge(painter, line, arrow, colour, width);
    };
}

void RegionItem::setLook(const std::vector<QRectF>& parts, const QPainterPath& outline, const QColor& fill,
                         const QColor& border) {
    QRegion area;
    for (const QRectF& part : parts) area += part.toAlignedRect();
    const bool recoloured = fill != m_fill || border != m_border;
    const QRegion changed = recoloured ? area + m_area : area ^ m_area;
    if (changed.isEmpty()) return;
    for (const QRect& rect : changed)
        update(QRectF(rect).adjusted(-14, -14, 14, 14)); // rounded corners move too
    if (m_outline.boundingRect() != outline.boundingRect()) prepareGeometryChange();
    m_outline = outline;
    m_area = area;
    m_fill = fill;
    m_border = border;
    for (const QRect& rect : changed) update(QRectF(rect).adjusted(-14, -14, 14, 14));
}

void RegionItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    paintRegion(*painter, m_outline, m_fill, m_border);
}

Drawing RegionItem::drawing() const {
    return [outline = ownCopy(m_outline), fill = m_fill, border = m_border](QPainter& painter) {
        paintRegion(painter, outline, fill, border);
    };
}

LabelItem::LabelItem(std::vector<std::vector<Run>> lines, Frame frame, Side side, const QColor& surface,
                     const QColor& border)
    : m_frame(frame), m_surface(surface), m_border(border) {
    setFlag(ItemIgnoresTransformations);
    setZValue(6);
    const CardFonts& fonts = CardFonts::get();
    const double line_height = std::ceil(QFontMetricsF(fonts.title).height());
    double widest = 0;
    std::vector<double> widths;
    for (const auto& line : lines) {
        double x = 0;
        for (const Run& run : line) {
            const QFont& font = run.bold ? fonts.title : fonts.name;
            QStaticText text(run.text);
            text.setTextFormat(Qt::PlainText);
            text.prepare({}, font);
            m_pieces.push_back(
                {text, {x, static_cast<double>(widths.size()) * line_height}, run.colour, run.bold});
            x += QFontMetricsF(font).horizontalAdvance(run.text) + 5;
        }
        widths.push_back(x - 5);
        widest = std::max(widest, x - 5);
    }
    const double height = line_height * static_cast<double>(lines.size());
    const double margin = frame == Frame::Box ? 8 : 3;
    const QSizeF size(widest + 2 * margin, height + (frame == Frame::Box ? 6 : 2));
    m_rect =
        QRectF(side == Side::Right ? QPointF(0, -size.height() / 2) : QPointF(-size.width() / 2, 0), size);
    std::size_t piece = 0;
    for (std::size_t i = 0; i < lines.size(); ++i)
        for (std::size_t k = 0; k < lines[i].size(); ++k, ++piece)
            m_pieces[piece].at += QPointF(m_rect.left() + margin, m_rect.center().y() - height / 2);
}

QPen LabelItem::borderPen() const {
    return m_frame == Frame::Box ? QPen(m_border, 1) : QPen(Qt::NoPen);
}

QColor LabelItem::ground() const {
    QColor veil = m_surface;
    veil.setAlphaF(m_frame == Frame::Box ? 1.0F : 0.75F);
    return veil;
}

void LabelItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    paintLabel(*painter, m_rect, borderPen(), ground(), m_pieces);
}

Drawing LabelItem::drawing() const {
    return [rect = m_rect, border = borderPen(), fill = ground(), pieces = ownCopy(m_pieces)](QPainter& painter) {
        paintLabel(painter, rect, border, fill, pieces);
    };
}

HandleItem::HandleItem(std::size_t boundary, bool moves_sideways, const QColor& colour, const QColor& surface)
    : m_boundary(boundary), m_sideways(moves_sideways), m_colour(colour), m_surface(surface) {
    setFlag(ItemIgnoresTransformations);
    setZValue(7);
}

void HandleItem::setActive(bool active) {
    if (m_active == active) return;
    m_active = active;
    update();
}

QPainterPath HandleItem::shape() const {
    QPainterPath path;
    path.addEllipse(QPointF(0, 0), kRadius + 3, kRadius + 3);
    return path;
}

void HandleItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    paintHandle(*painter, m_sideways, m_active, m_colour, m_surface);
}

Drawing HandleItem::drawing() const {
    return [sideways = m_sideways, colour = m_colour, surface = m_surface](QPainter& painter) {
        paintHandle(painter, sideways, false, colour, surface);
    };
}

CutLineItem::CutLineItem(const std::vector<QPolygonF>& lines, const QColor& colour) : m_colour(colour) {
    setZValue(3.5); // behind the card of a group that the cut divides
    for (const QPolygonF& line : lines) m_path.addPath(roundedPolyline(line, 6));
}

void CutLineItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    paintCutLine(*painter, m_path, m_colour);
}

Drawing CutLineItem::drawing() const {
    return [path = ownCopy(m_path), colour = m_colour](QPainter& painter) { paintCutLine(painter, path, colour); };
}

PlacesItem::PlacesItem(std::vector<Place> places, const QColor& colour)
    : m_places(std::move(places)), m_colour(colour) {
    setZValue(1);
    for (const Place& place : m_places)
        m_bounds |= QRectF(place.low, place.high).normalized().adjusted(-8, -8, 8, 8);
}

void PlacesItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    paintPlaces(*painter, m_places, m_colour);
}

Drawing PlacesItem::drawing() const {
    return [places = m_places, colour = m_colour](QPainter& painter) { paintPlaces(painter, places, colour); };
}

} // namespace cutline
