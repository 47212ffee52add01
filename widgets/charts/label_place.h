// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include <vector>

namespace cutline {

/// Where the label of a point goes: beside it, then further away, where it covers least of `placed`. What is wide there are
/// words and rings, which weigh most; dots weigh as their areas. `strong` stands above its point at the left where it can, as over a
/// front that rises to the right. Within `area` as far as possible.
QRectF labelPlace(QPointF at, QSizeF size, const QRectF& area, bool strong, const std::vector<QRectF>& placed);

} // namespace cutline
