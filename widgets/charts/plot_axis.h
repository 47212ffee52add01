// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QRectF>
#include <QString>

#include <vector>

namespace cutline {

/// Round ticks for an axis: multiples of 1, 2 or 5 times a power of ten.
struct Ticks {
    double step = 1;
    int decimals = 0;         ///< that a label needs
    double low = 0, high = 1; ///< the range widened to whole steps
};
/// About `wanted` steps between `low` and `high`. A range of no width is widened around its value; values
/// that are not finite give 0..1.
Ticks niceTicks(double low, double high, int wanted);

/// Values at which a logarithmic axis is labelled, from 10^low to 10^high: powers of ten, as many of them as there is
/// room for; where there are few, twice and five times those too, and round values within less than one of them.
std::vector<double> logTicks(double low, double high, int wanted = 8);
/// "0.1", "200": as short as it is exact.
QString tickText(double value);

/// Where values lie in a plot: linear in both directions, y up. A plain value, so that hits and labels can be
/// tested.
struct PlotMapping {
    QRectF area; ///< in the scene
    double x0 = 0, x1 = 1, y0 = 0, y1 = 1;

    QPointF map(QPointF value) const {
        return {area.left() + (value.x() - x0) / (x1 - x0) * area.width(),
                area.bottom() - (value.y() - y0) / (y1 - y0) * area.height()};
    }
    QPointF unmap(QPointF position) const {
        return {x0 + (position.x() - area.left()) / area.width() * (x1 - x0),
                y0 + (area.bottom() - position.y()) / area.height() * (y1 - y0)};
    }
    bool shows(QPointF value) const {
        return value.x() >= x0 && value.x() <= x1 && value.y() >= y0 && value.y() <= y1;
    }
};

} // namespace cutline
