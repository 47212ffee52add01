// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/chart_pane.h"

class QComboBox;

namespace cutline {

/// Candidates in the plane of two figures: dominated plans small and grey, the front in the accent, the front
/// of the two shown figures as a line, knee and one-platform plans named, limits dashed red with the
/// forbidden side tinted.
class ParetoChart : public ChartPane {
    Q_OBJECT
public:
    explicit ParetoChart(QWidget* parent = nullptr);

    void setResult(SearchResultPtr result, const Problem& problem);
    void setConstraints(std::vector<Constraint> constraints);
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

private:
    struct Limit {
        double value = 0; ///< axis units
        bool on_x = false, at_most = true;
        QString label;
    };
    struct Mark {
        QPointF at;
        std::size_t platform = 0;
        QString label;
    };
    void fillChoices();
    void rebuild();
    void rebuildLine();
    void rebuildMarks();
    QPointF pointOf(const Summary& summary) const;
    void paintGrey(QPainter& painter, const PlotMapping& to) const;
    void paintLimits(QPainter& painter, const PlotMapping& to) const;

    SearchResultPtr m_result;
    Problem m_problem;
    std::vector<Constraint> m_constraints;
    Objective m_x_objective = Objective::Energy, m_y_objective = Objective::InitiationInterval;
    UnitScale m_x_scale, m_y_scale;
    bool m_ratio = false;
    std::vector<std::uint32_t> m_line_plans;
    std::vector<Dot> m_grey, m_front;
    std::vector<Limit> m_limits;
    std::vector<Mark> m_baselines;
    QComboBox *m_x_box, *m_y_box;
};

} // namespace cutline
