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

double lodOf(const QPainter* painter) {
    return QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
}

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
    const double ratio = painter.device()->devicePixelRatioF();
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
    paintCard(*painter, m_rect, m_style, m_text, lodOf(painter));
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
    const double lod = lodOf(painter);
    const bool thick = m_width > 2.5;
    if (painter->paintEngine()->type() == QPaintEngine::Raster) {
        paintCrisp(*painter, m_line, m_colour, std::max(thick ? 2.0 : 1.0, m_width * lod));
    } else {
        QPen pen(m_colour, m_width, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin);
        painter->setPen(pen);
        painter->setBrush(Qt::NoBrush);
        painter->drawPolyline(m_line);
    }
    if (lod < kArrowLod) return;
    painter->setRenderHint(QPainter::Antialiasing, true);
    painter->setPen(Qt::NoPen);
    painter->setBrush(m_colour);
    painter->drawPolygon(m_arrow);
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
    painter->setRenderHint(QPainter::Antialiasing, true);
    QPen pen(m_border, 1);
    pen.setCosmetic(true);
    painter->setPen(pen);
    painter->setBrush(m_fill);
    painter->drawPath(m_outline);
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

void LabelItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    painter->setRenderHint(QPainter::Antialiasing, true);
    QColor veil = m_surface;
    veil.setAlphaF(m_frame == Frame::Box ? 1.0F : 0.75F);
    painter->setPen(m_frame == Frame::Box ? QPen(m_border, 1) : QPen(Qt::NoPen));
    painter->setBrush(veil);
    painter->drawRoundedRect(m_rect, 5, 5);
    for (const Piece& piece : m_pieces) {
        painter->setFont(piece.bold ? CardFonts::get().title : CardFonts::get().name);
        painter->setPen(piece.colour);
        painter->drawStaticText(piece.at, piece.text);
    }
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
    painter->setRenderHint(QPainter::Antialiasing, true);
    painter->setPen(QPen(m_colour, m_active ? 3 : 2));
    painter->setBrush(m_surface);
    painter->drawEllipse(QPointF(0, 0), kRadius, kRadius);
    painter->setPen(QPen(m_colour, 1.5, Qt::SolidLine, Qt::RoundCap));
    const auto line = [&](double x1, double y1, double x2, double y2) {
        painter->drawLine(m_sideways ? QLineF(x1, y1, x2, y2) : QLineF(y1, x1, y2, x2));
    };
    line(-5, 0, 5, 0);
    for (const double end : {-5.0, 5.0}) {
        line(end, 0, end * 0.5, -2.5);
        line(end, 0, end * 0.5, 2.5);
    }
}

CutLineItem::CutLineItem(const std::vector<QPolygonF>& lines, const QColor& colour) : m_colour(colour) {
    setZValue(3.5); // behind the card of a group that the cut divides
    for (const QPolygonF& line : lines) m_path.addPath(roundedPolyline(line, 6));
}

void CutLineItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    painter->setRenderHint(QPainter::Antialiasing, true);
    QPen pen(m_colour, 2, Qt::CustomDashLine);
    pen.setDashPattern({3, 2.5});
    pen.setCosmetic(true);
    painter->setPen(pen);
    painter->setBrush(Qt::NoBrush);
    painter->drawPath(m_path);
}

PlacesItem::PlacesItem(std::vector<Place> places, const QColor& colour)
    : m_places(std::move(places)), m_colour(colour) {
    setZValue(1);
    for (const Place& place : m_places)
        m_bounds |= QRectF(place.low, place.high).normalized().adjusted(-8, -8, 8, 8);
}

void PlacesItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    painter->setRenderHint(QPainter::Antialiasing, true);
    QPen bar(m_colour, 2), dot(m_colour, 4, Qt::SolidLine, Qt::RoundCap);
    bar.setCosmetic(true);
    dot.setCosmetic(true);
    for (const Place& place : m_places) {
        painter->setPen(place.single ? bar : dot);
        if (place.single)
            painter->drawLine(place.low, place.high);
        else
            painter->drawPoint(place.low);
    }
}

} // namespace cutline
