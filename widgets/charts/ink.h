// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QImage>
#include <QRectF>

#include <span>
#include <vector>

class QPainter;

namespace cutline {

/// Pixels that one unit of the painter's coordinates has: for pictures drawn by hand. Two where that is not known, as in
/// a vector file.
double inkRatio(const QPainter& painter);
struct DotLook {
    double radius = 2;
    QColor colour;     ///< of one dot
    float darkest = 1; ///< how opaque many dots over each other become
};
/// Dots in `area`; one outside it is left out. Few are shapes; many are a picture, to which a dot adds with a few
/// additions: 100,000 take milliseconds.
void paintDots(QPainter& painter, const QRectF& area, std::span<const QPointF> dots, const DotLook& look);

/// Lines across a plot as a picture that says how many lie where: the ink of a pixel grows with the logarithm of the
/// number of lines through it.
class LineInk {
public:
    struct Line {
        float from = 0, to = 0; ///< heights at the left and the right end: 0 at the bottom of the area, 1 at its top
        float count = 1;
    };
    LineInk(const QRectF& area, double ratio);
    /// That it was made for this place and this many pixels.
    bool fits(const QRectF& area, double ratio) const { return m_area == area && m_ratio == ratio; }
    /// Lines between two places across, in the painter's coordinates.
    void add(double left, double right, std::span<const Line> lines);
    /// `colour`'s alpha is that of the darkest pixel.
    void paint(QPainter& painter, const QColor& colour) const;

private:
    QRectF m_area;
    double m_ratio;
    int m_columns, m_rows;
    std::vector<float> m_count; ///< by column, then row from the top: columns are drawn one by one
};

} // namespace cutline
