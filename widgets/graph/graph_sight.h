// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/graph.h"
#include "widgets/graph/layout.h"

#include <QPointF>
#include <QStringList>

#include <optional>
#include <vector>

namespace cutline {

/// How a person has left the view of a graph: to be found so again when its model is next opened. It stands by a layer, not by
/// coordinates: in another window the same graph is laid out otherwise.
struct GraphSight {
    std::optional<Flow> flow;                         ///< where the person has turned it
    std::optional<std::vector<std::uint32_t>> closed; ///< groups by number, where the person has opened or closed some
    double zoom = 0;                                  ///< 0: the whole graph
    LayerId layer;                                    ///< the one in the middle
    QPointF offset;                                   ///< of the view's centre from that card's, in scene coordinates

    bool empty() const { return !flow && !closed && zoom == 0; }
    /// For settings; fromWords() of anything else is empty.
    QStringList words() const;
    static GraphSight fromWords(const QStringList& words);
    friend bool operator==(const GraphSight&, const GraphSight&) = default;
};

} // namespace cutline
