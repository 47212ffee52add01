// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/quantity.h"
#include "core/cost/cost_table.h"
#include "widgets/graph/view_graph.h"
#include "widgets/theme.h"

#include <QColor>
#include <QString>

#include <cmath>
#include <optional>
#include <vector>

namespace cutline {

struct GraphLook;

/// What the cards' fill says: their platform, or a figure of theirs where they run. One entry of overlays()
/// each.
struct Overlay {
    enum class Sum { Add, Mean, Largest }; ///< what a group says of its layers' values
    QString id;                            ///< "latency": kept in settings
    QString title;                         ///< "Latency", on the menu and above the legend
    Unit unit = Unit::None;
    Sum sum = Sum::Add;
    /// Of a layer on a platform; absent where it is not known. Null: cards show their platform alone.
    std::optional<double> (*value)(const GraphLook& look, LayerId layer, PlatformId platform) = nullptr;
    /// Names of the values 0, 1 .. where they are kinds and not amounts; empty for amounts.
    QStringList kinds;
    /// Names the value of a kind that is a number: "8 bit" (instead of `kinds`).
    QString (*kind_name)(double value) = nullptr;
    bool hasKinds() const { return !kinds.isEmpty() || kind_name; }
};

/// All overlays; the first one is the platform's.
const std::vector<Overlay>& overlays();
const Overlay& overlayById(const QString& id); ///< the first one for unknown names

/// One line of a legend of kinds.
struct LegendKind {
    QColor fill;
    QString name;
};

/// An overlay worked out for what is shown.
struct OverlayPicture {
    std::vector<double> part; ///< by node: 0..1 along the scale; NaN where nothing is known
    double largest = 0;       ///< the scale's end
    QString low, high;        ///< its ends in words: "0", "1.26 ms a card"
    std::vector<LegendKind> kinds;
};
OverlayPicture overlayPicture(const Overlay& overlay, const GraphLook& look, const ViewGraph& view);

/// The scale's colour at 0..1: text keeps its contrast on all of it.
QColor overlayColour(const Theme& theme, double part);

/// What a layer takes where it runs: its part of a fused group is in proportion to what it takes alone.
double layerSeconds(const CostTable& costs, LayerId layer, PlatformId platform);
double layerJoules(const CostTable& costs, LayerId layer, PlatformId platform);

} // namespace cutline
