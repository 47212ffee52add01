// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QSizeF>
#include <QString>

#include <cstdint>
#include <vector>

namespace cutline {

/// The direction in which data flows on screen. "Main" coordinates run along it, "lateral" ones across.
enum class Flow { LeftToRight, TopToBottom };

struct LayoutEdge {
    std::uint32_t from = 0, to = 0;
    friend bool operator==(const LayoutEdge&, const LayoutEdge&) = default;
};

/// What a layout engine needs: sizes of cards in pixels at scale 1, and who feeds whom. Acyclic.
struct LayoutRequest {
    std::vector<QSizeF> sizes;
    std::vector<LayoutEdge> edges;
    Flow flow = Flow::LeftToRight;

    double mainSize(std::size_t node) const {
        return flow == Flow::LeftToRight ? sizes[node].width() : sizes[node].height();
    }
    double lateralSize(std::size_t node) const {
        return flow == Flow::LeftToRight ? sizes[node].height() : sizes[node].width();
    }
};

/// A layering: which rank a node is in, where its centre lies across the flow, and where an edge passes the
/// ranks between its ends. Positions along the flow, folding and edge routing are arrange()'s work, the same
/// for every engine.
struct RankedLayout {
    std::vector<std::uint32_t> rank;            ///< by node, dense from 0, greater along every edge
    std::vector<double> lateral;                ///< by node: centre, pixels
    std::vector<std::vector<double>> waypoints; ///< by edge: lateral at each rank strictly between its ends
};

/// Space between neighbours of one rank, pixels.
inline constexpr double kLateralGap = 14;

/// A layout engine: works in the background and answers with exactly one signal per start(), unless
/// cancelled.
class GraphLayout : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void start(const LayoutRequest& request) = 0;
    virtual void cancel() = 0;

Q_SIGNALS:
    void finished(const cutline::RankedLayout& layout);
    /// Why there is none: "Graphviz took longer than 0.8 s".
    void refused(const QString& reason);
};

} // namespace cutline
