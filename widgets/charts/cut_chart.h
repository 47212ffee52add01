// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/chart_pane.h"

#include <map>

class QComboBox;
class QLineSeries;

namespace cutline {

/// One figure of every plan with two pieces over where it is cut (the number of layers on the first
/// platform), one line for each order of two platforms, in the first platform's colour; both ends are one
/// platform alone.
class CutChart : public ChartPane {
    Q_OBJECT
public:
    explicit CutChart(QWidget* parent = nullptr);

    /// Shows what the result lists: for the whole curve search with `keep_dominated`. Many plans of many
    /// layers are looked through in the background: the curves come when they come.
    void setResult(SearchResultPtr result, const Problem& problem) override;
    void setObjective(Objective objective);
    Objective objective() const { return m_objective; }
    QString toCsv() const override;

    /// Ordered pairs of platforms that have a line.
    std::size_t curveCount() const { return m_curves.size(); }

protected:
    void paintBack(QPainter& painter, const PlotMapping& to) const override;
    void paintFront(QPainter& painter, const PlotMapping& to) const override;
    QString tipOf(std::uint32_t plan) const override;
    void followAxes() override { rebuild(); }
    void fillAxesMenu(QMenu& menu) override;

private:
    struct Point {
        double position = 0;
        std::optional<std::uint32_t> plan; ///< absent: one platform alone, not listed as a plan
        Summary summary;
    };
    struct Curve {
        PlatformId first, second;
        std::uint8_t first_precision = 0, second_precision = 0;
        std::vector<Point> points; ///< ascending by position
    };
    static std::vector<Curve> curvesOf(const SearchResult& result, const Problem& problem);
    void collect();
    void accept(std::vector<Curve> curves);
    void rebuild();
    void fillChoices();
    QPointF at(const Point& point) const;
    QString nameOf(const Curve& curve) const;
    void paintIntervals(QPainter& painter, const PlotMapping& to, const Curve& curve) const;

    SearchResultPtr m_result;
    Problem m_problem;
    Objective m_objective = Objective::InitiationInterval;
    FigureAxis m_axis;
    bool m_ratio = false;
    std::vector<Curve> m_curves;
    std::map<std::uint32_t, std::pair<std::size_t, std::size_t>> m_point_of; ///< plan -> curve, point
    QComboBox* m_box;
    std::uint64_t m_revision = 0; ///< of the result: work for an older one is dropped
};

} // namespace cutline
