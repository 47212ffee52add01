// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/chart_pane.h"

namespace cutline {

class InkLabel;

/// What a bit costs: the chosen plan's accuracy with one of its platforms at other widths, a line a platform in its
/// colour, with 95 % intervals; the width that a platform has in the plan is ringed, the float32 network a dashed line.
/// Measured when somebody looks: asks for it by widthSweepWanted().
///
/// In the pane's dots "plan" is the point's number over all lines.
class BitsChart : public ChartPane {
    Q_OBJECT
public:
    explicit BitsChart(QWidget* parent = nullptr);

    void setEvaluator(EvaluatorPtr evaluator) override;
    void setSelectedPlan(std::optional<std::uint32_t>) override {}
    void setHoveredPlan(std::optional<std::uint32_t>) override {}
    void setWidthSweep(WidthSweepPtr sweep, const QString& reason) override;
    const WidthSweepPtr& sweep() const { return m_sweep; }
    QString toCsv() const override;

protected:
    void paintBack(QPainter& painter, const PlotMapping& to) const override;
    void paintFront(QPainter& painter, const PlotMapping& to) const override;
    QString tipOf(std::uint32_t point) const override;
    void tellSelected(std::uint32_t) override {}
    void tellHovered(std::optional<std::uint32_t>) override {}
    void showEvent(QShowEvent* event) override;

private:
    struct Place {
        std::size_t curve = 0, point = 0;
    };
    void rebuild();
    QString nameOf(PlatformId platform) const;

    SystemPtr m_system;
    WidthSweepPtr m_sweep;
    std::vector<Place> m_places; ///< by point's number
    InkLabel* m_note;
};

} // namespace cutline
