// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/quantity.h"
#include "core/search/objective.h"

#include <QColor>
#include <QStringList>

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

namespace cutline {

/// How a person wants the axis of a figure.
struct AxisChoice {
    bool logarithmic = false;
    bool clamped = false; ///< values far from all others stand at the edge
    friend bool operator==(const AxisChoice&, const AxisChoice&) = default;
};

/// The axes of all figures, and the figure that colours plans: the same in every chart.
struct PlanAxes {
    std::array<AxisChoice, kObjectives.size()> choices;
    std::optional<Objective> colour; ///< of dots in the scatter

    const AxisChoice& of(Objective objective) const { return choices[static_cast<std::size_t>(objective)]; }
    AxisChoice& of(Objective objective) { return choices[static_cast<std::size_t>(objective)]; }
    /// "energy:log", "latency:clamp", "cost:colour": for settings. Words that are none of these are left out.
    QStringList words() const;
    static PlanAxes fromWords(const QStringList& words);
    friend bool operator==(const PlanAxes&, const PlanAxes&) = default;
};

/// Where values of one figure lie on its axis: in the unit that suits them, or that one's logarithm to base 10.
/// Values far out may stand at the edge: those beyond the quartiles by three times their distance
/// [Tukey, Exploratory Data Analysis, 1977, 2D: "far out"].
class FigureAxis {
public:
    FigureAxis() = default;
    /// `values`: shown values, SI; those that are not finite are not known. Values below or at zero have no logarithm: with
    /// one of them the axis stays linear.
    FigureAxis(const std::vector<double>& values, Unit unit, AxisChoice choice);

    double at(double shown) const; ///< on the axis, within the edges; NaN where not known
    double shownAt(double at) const;
    /// The same, but at an edge the farthest value that stands there: for ranges that a person marks.
    double reachedAt(double at) const;
    /// On the axis, whatever the edges.
    double freely(double shown) const;
    const UnitScale& scale() const { return m_scale; }
    bool isLogarithmic() const { return m_logarithmic; }
    bool hasLogarithm() const { return m_least > 0; } ///< could be logarithmic
    bool empty() const { return !(m_low <= m_high); }
    double low() const { return m_low; } ///< the least place that a value has
    double high() const { return m_high; }
    /// Values far out, and those of them that stand at the edge.
    std::size_t farOut() const { return m_far; }
    std::size_t atEdge() const { return m_clamped ? m_far : 0; }

    struct Tick {
        double at = 0;
        QString words;
    };
    /// About `wanted` round values between two places of the axis.
    std::vector<Tick> ticks(double low, double high, int wanted) const;
    /// The range widened to round values.
    std::pair<double, double> roundRange(int wanted) const;

private:
    void findFences(std::vector<double> places);

    UnitScale m_scale;
    bool m_logarithmic = false, m_clamped = false;
    double m_low = 0, m_high = -1;
    double m_least = 0, m_largest = 0; ///< shown values
    std::size_t m_far = 0;
};

/// A dot's colour by where its figure lies on an axis, 0 to 1: light to dark on a light ground, the other way on a dark
/// one, no platform's colour, told apart without colour too.
QColor figureColour(double part, bool dark_ground);
/// "3 plans at the edge": for a chart of few axes; empty for none.
QString edgeNote(std::size_t plans);
/// "3 plans far out stand at the edge of energy, 1 of latency"; empty where none does.
QString edgeWords(const std::vector<std::pair<QString, std::size_t>>& at_edge);

} // namespace cutline
