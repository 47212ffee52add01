// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/chart_pane.h"

class QComboBox;

namespace cutline {

/// Candidates in the plane of two figures: dominated plans small and grey, the front in the accent, the front
/// of the two shown figures as a line, knee and one-platform plans named, limits dashed red with the
/// forbidden side tinted: dragged, they become other demands. What a brush leaves out is dimmed.
class ParetoChart : public ChartPane {
    Q_OBJECT
public:
    explicit ParetoChart(QWidget* parent = nullptr);

    void setResult(SearchResultPtr result, const Problem& problem) override;
    /// Limits on the shown figures are lines that can be dragged.
    void setConstraints(std::vector<Constraint> constraints) override;
    void setBrush(const PlanBrush& brush) override;
    /// Figures on the axes. Unknown ones are ignored.
    void setObjectives(Objective x, Objective y);
    Objective xObjective() const { return m_x_objective; }
    Objective yObjective() const { return m_y_objective; }
    QString toCsv() const override;

    /// Plans of the line: the front in the plane of the two shown figures, ascending in x.
    const std::vector<std::uint32_t>& linePlans() const { return m_line_plans; }

Q_SIGNALS:
    void objectivesChanged(Objective x, Objective y);

protected:
    void paintBack(QPainter& painter, const PlotMapping& to) const override;
    void paintFront(QPainter& painter, const PlotMapping& to) const override;
    QString tipOf(std::uint32_t plan) const override;
    void themeChanged() override;
    void followAxes() override { rebuild(); }
    void fillAxesMenu(QMenu& menu) override;
    double keyWidth() const override;
    std::optional<std::size_t> handleAt(QPointF scene_position) const override;
    Qt::CursorShape handleCursor(std::size_t limit) const override;
    void dragHandle(std::size_t limit, QPointF scene_position) override;
    void dropHandle(std::size_t limit, Drop drop) override;
    void fillMenu(QMenu* menu, std::optional<QPointF> scene_position) override;

private:
    struct Limit {
        double value = 0; ///< on the axis
        bool on_x = false, at_most = true;
        bool inverse = false; ///< the constraint speaks of the interval, the axis of the throughput
        QString label;
        std::size_t constraint = 0;
    };
    struct Mark {
        QPointF at;
        std::size_t platform = 0;
        QString label;
    };
    void fillChoices();
    void rebuild();
    void sortDots();
    void rebuildLine();
    void buildAxes();
    void addColourChoices(QMenu& menu);
    const FigureAxis& axisOf(bool x) const { return x ? m_x_axis : m_y_axis; }
    void rebuildMarks();
    QPointF pointOf(const Summary& summary) const;
    /// How far a plan's accuracy is known, and how.
    void paintKnown(QPainter& painter, const PlotMapping& to, const Dot& dot, double radius) const;
    /// 0 to 1 along the colours; NaN: dots have one colour, or the plan's figure is not known.
    double colourOf(std::uint32_t plan) const;
    void paintColoured(QPainter& painter, const PlotMapping& to, const std::vector<Dot>& dots) const;
    std::pair<QString, QString> keyWords() const; ///< before and after its colours
    void paintColourKey(QPainter& painter, const PlotMapping& to) const;
    void paintGrey(QPainter& painter, const PlotMapping& to, const std::vector<Dot>& dots, float alpha) const;

    // pareto_limits.cpp
    void rebuildLimits();
    void paintLimits(QPainter& painter, const PlotMapping& to) const;
    QRectF limitLabelRect(const Limit& limit, const PlotMapping& to) const; ///< empty: out of sight
    double limitOf(const Limit& limit) const; ///< SI, as the constraint has it
    QString limitLabel(const Limit& limit) const;
    std::size_t plansWithin(const Limit& limit) const;

    SearchResultPtr m_result;
    Problem m_problem;
    std::vector<Constraint> m_constraints;
    Objective m_x_objective = Objective::Energy, m_y_objective = Objective::InitiationInterval;
    FigureAxis m_x_axis, m_y_axis, m_colour_axis;
    bool m_ratio = false;
    std::vector<std::uint32_t> m_line_plans;
    std::vector<Dot> m_dim, m_grey, m_front; ///< outside the brush, dominated, on the front
    std::vector<Limit> m_limits;
    std::vector<Mark> m_baselines;
    std::optional<std::size_t> m_dragged; ///< of m_limits
    PlanBrush m_brush;
    QComboBox *m_x_box, *m_y_box;
};

} // namespace cutline
