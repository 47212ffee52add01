// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/ink.h"

#include <QPaintEngine>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace cutline {
namespace {

constexpr double kVectorRatio = 2;
constexpr std::size_t kShapes = 300, kShapesInFile = 5'000;
constexpr std::size_t kInkSteps = 1024;
constexpr float kFaintest = 0.14F; ///< ink of a single line where many lie elsewhere

/// Pixels of a colour by how much of it there is: `shades` steps, premultiplied.
template <std::size_t Steps>
std::array<QRgb, Steps> shadesOf(const QColor& colour, const std::array<float, Steps>& alpha) {
    std::array<QRgb, Steps> pixels;
    for (std::size_t i = 0; i < Steps; ++i)
        pixels[i] = qPremultiply(qRgba(colour.red(), colour.green(), colour.blue(),
                                       static_cast<int>(std::lround(255 * std::clamp(alpha[i], 0.0F, 1.0F)))));
    return pixels;
}

QRgb* rowOf(QImage& image, int row) {
    return reinterpret_cast<QRgb*>(image.scanLine(row));
}

/// A vector file or a printer: shapes rather than pixels.
bool isVector(const QPainter& painter) {
    const auto type = painter.paintEngine()->type();
    return type == QPaintEngine::SVG || type == QPaintEngine::Pdf || type == QPaintEngine::Picture;
}

class DotInk {
public:
    DotInk(const QRectF& area, double ratio, const DotLook& look);
    void add(QPointF at);
    void paint(QPainter& painter) const;

private:
    QRectF m_area, m_room; ///< m_room: with half a dot around
    double m_ratio;
    DotLook m_look;
    int m_columns, m_rows, m_side;
    std::vector<std::uint8_t> m_stamp, m_cover; ///< how much of the darkest ink a pixel has, of 255
};

DotInk::DotInk(const QRectF& area, double ratio, const DotLook& look)
    : m_area(area), m_room(area.adjusted(-look.radius - 1, -look.radius - 1, look.radius + 1, look.radius + 1)),
      m_ratio(ratio), m_look(look), m_columns(static_cast<int>(std::ceil(m_room.width() * ratio))),
      m_rows(static_cast<int>(std::ceil(m_room.height() * ratio))),
      m_side(static_cast<int>(std::ceil(look.radius * 2 * ratio)) + 1),
      m_cover(static_cast<std::size_t>(m_columns) * static_cast<std::size_t>(m_rows), 0) {
    const double middle = (m_side - 1) / 2.0, one = std::min(1.0, static_cast<double>(look.colour.alphaF() / look.darkest));
    for (int y = 0; y < m_side; ++y)
        for (int x = 0; x < m_side; ++x) {
            const double inside = look.radius * ratio + 0.5 - std::hypot(x - middle, y - middle);
            m_stamp.push_back(static_cast<std::uint8_t>(std::lround(255 * std::clamp(inside, 0.0, 1.0) * one)));
        }
}

void DotInk::add(QPointF at) {
    if (at.x() < m_area.left() || at.x() > m_area.right() || at.y() < m_area.top() || at.y() > m_area.bottom()) return;
    // Rounded; m_room leaves what is in the area no negative place.
    const double half = m_side / 2.0 - 0.5;
    const int left = static_cast<int>((at.x() - m_room.left()) * m_ratio - half);
    const int top = static_cast<int>((at.y() - m_room.top()) * m_ratio - half);
    if (left < 0 || top < 0 || left + m_side > m_columns || top + m_side > m_rows) return;
    const std::uint8_t* stamp = m_stamp.data();
    for (int y = 0; y < m_side; ++y) {
        std::uint8_t* cover = &m_cover[static_cast<std::size_t>(top + y) * static_cast<std::size_t>(m_columns) +
                                       static_cast<std::size_t>(left)];
        for (int x = 0; x < m_side; ++x, ++stamp, ++cover)
            *cover = static_cast<std::uint8_t>(*cover + (255 - *cover) * *stamp / 255);
    }
}

void DotInk::paint(QPainter& painter) const {
    std::array<float, 256> alpha;
    for (std::size_t i = 0; i < alpha.size(); ++i) alpha[i] = m_look.darkest * static_cast<float>(i) / 255;
    const auto pixels = shadesOf(m_look.colour, alpha);
    QImage image(m_columns, m_rows, QImage::Format_ARGB32_Premultiplied);
    const std::uint8_t* cover = m_cover.data();
    for (int y = 0; y < m_rows; ++y) {
        QRgb* row = rowOf(image, y);
        for (int x = 0; x < m_columns; ++x) *row++ = pixels[*cover++];
    }
    painter.drawImage(QRectF(m_room.topLeft(), QSizeF(image.size()) / m_ratio), image);
}

} // namespace

double inkRatio(const QPainter& painter) {
    if (isVector(painter)) return kVectorRatio;
    return std::abs(painter.worldTransform().m11()) * painter.device()->devicePixelRatioF();
}

void paintDots(QPainter& painter, const QRectF& area, std::span<const QPointF> dots, const DotLook& look) {
    if (dots.size() <= (isVector(painter) ? kShapesInFile : kShapes)) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(look.colour);
        for (const QPointF& dot : dots)
            if (area.contains(dot)) painter.drawEllipse(dot, look.radius, look.radius);
        return;
    }
    DotInk ink(area, inkRatio(painter), look);
    for (const QPointF& dot : dots) ink.add(dot);
    ink.paint(painter);
}

LineInk::LineInk(const QRectF& area, double ratio)
    : m_area(area), m_ratio(ratio), m_columns(static_cast<int>(std::ceil(area.width() * ratio))),
      m_rows(static_cast<int>(std::ceil(area.height() * ratio))),
      m_count(static_cast<std::size_t>(m_columns) * static_cast<std::size_t>(m_rows + 1), 0.0F) {}

void LineInk::add(double left, double right, std::span<const Line> lines) {
    const int begin = std::max(0, static_cast<int>(std::lround((left - m_area.left()) * m_ratio)));
    const int end = std::min(m_columns, static_cast<int>(std::lround((right - m_area.left()) * m_ratio)));
    if (end <= begin) return;
    const auto last = static_cast<float>(m_rows - 1);
    const float step = 1.0F / static_cast<float>(end - begin);
    for (int column = begin; column < end; ++column) {
        float* count = &m_count[static_cast<std::size_t>(column) * static_cast<std::size_t>(m_rows + 1)];
        const float across = static_cast<float>(column - begin) + 0.5F;
        for (const Line& line : lines) {
            const float rise = (line.from - line.to) * last * step; // pixels down in this column
            const float middle = (1 - line.from) * last + rise * across;
            // A steep line passes several pixels of a column.
            const int parts = 1 + static_cast<int>(std::abs(rise));
            float y = middle - rise * 0.5F * static_cast<float>(parts - 1) / static_cast<float>(parts);
            for (int part = 0; part < parts; ++part, y += rise / static_cast<float>(parts)) {
                const float inside = std::clamp(y, 0.0F, last);
                const auto row = static_cast<std::size_t>(inside);
                const float below = inside - static_cast<float>(row);
                count[row] += line.count * (1 - below);
                count[row + 1] += line.count * below;
            }
        }
    }
}

void LineInk::paint(QPainter& painter, const QColor& colour) const {
    const float most = std::max(1.0F, *std::max_element(m_count.begin(), m_count.end()));
    // The logarithm from a table whose steps are finer where there is little.
    std::array<float, kInkSteps> alpha;
    for (std::size_t i = 0; i < kInkSteps; ++i) {
        const float root = static_cast<float>(i) / static_cast<float>(kInkSteps - 1), count = root * root * most;
        const float ink = std::log1p(count) / std::log1p(most);
        alpha[i] = static_cast<float>(colour.alphaF()) * (kFaintest * std::min(1.0F, count) + (1 - kFaintest) * ink * ink);
    }
    const auto pixels = shadesOf(colour, alpha);
    QImage image(m_columns, m_rows, QImage::Format_ARGB32_Premultiplied);
    const float scale = 1 / most;
    for (int y = 0; y < m_rows; ++y) {
        QRgb* row = rowOf(image, y);
        const float* count = &m_count[static_cast<std::size_t>(y)];
        for (int x = 0; x < m_columns; ++x, count += m_rows + 1)
            *row++ = *count > 0 ? pixels[static_cast<std::size_t>(std::sqrt(*count * scale) * (kInkSteps - 1))] : 0;
    }
    painter.drawImage(QRectF(m_area.topLeft(), QSizeF(image.size()) / m_ratio), image);
}

} // namespace cutline
