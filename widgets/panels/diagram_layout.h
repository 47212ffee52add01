// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/exchange/project.h"
#include "core/platform/system.h"

#include <QRectF>

#include <span>
#include <vector>

namespace cutline {

/// Where everything of a system stands: nodes as cards, links and shared memories as lanes below or between
/// their cards with a drop to each end, so that a link of two and a bus of many look alike.
struct DiagramLayout {
    struct Lane {
        double y = 0;
        std::vector<double> ends; ///< x of the drops, in the order of the ends
        QRectF tag;               ///< where its name stands
    };
    std::vector<QRectF> nodes;  ///< by NodeId
    std::vector<Lane> links;    ///< by LinkId
    std::vector<Lane> memories; ///< by MemoryId
    QSizeF size;
};

/// Cards that nobody has moved stand in a row, in the system's order, clear of those that somebody has.
DiagramLayout diagramLayout(const System& system, std::span<const CardPlace> places = {});

/// The spot nearest to `wanted` at which it touches none of the others and is not outside at the left or top.
QPointF clearSpot(const QRectF& wanted, std::span<const QRectF> others);

/// Cards stand on multiples of this.
inline constexpr double kCardStep = 8;

} // namespace cutline
