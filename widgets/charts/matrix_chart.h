// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/plan_chart.h"

#include <QImage>

namespace cutline {

/// Every figure over every other one: small scatters below the diagonal, how values are spread on it. A rectangle dragged
/// in a scatter marks a range of both its figures; a click takes the nearest plan. 100,000 plans are one picture.
class MatrixChart : public PlanChart {
    Q_OBJECT
public:
    explicit MatrixChart(QWidget* parent = nullptr);

    void setResult(SearchResultPtr result, const Problem& problem) override;
    void setSelectedPlan(std::optional<std::uint32_t> plan) override;
    void setHoveredPlan(std::optional<std::uint32_t> plan) override;
    void setBrush(const PlanBrush& brush) override;
    void renderTo(QPainter* painter, const QRectF& target) override;
    QString toCsv() const override;

    std::size_t figureCount() const { return m_figures.size(); }
    Objective figure(std::size_t index) const { return m_figures[index].objective; }
    /// The scatter of figure `row` over figure `column`, below the diagonal; on it the histogram.
    QRectF cellRect(std::size_t row, std::size_t column) const;
    QPointF positionOf(std::size_t row, std::size_t column, std::uint32_t plan) const;
    const PlanBrush& brush() const { return m_brush; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void fillMenu(QMenu* menu, std::optional<QPointF> at) override;
    void followAxes() override;

private:
    static constexpr std::size_t kBins = 24; ///< of a histogram
    struct Figure {
        Objective objective = Objective::Latency;
        QString title;
        FigureAxis axis;
        double low = 0, high = 1; ///< places on it
        std::vector<float> place; ///< by plan, 0..1; NaN where not known
        std::vector<std::uint32_t> bins; ///< of the histogram
    };
    struct Cell {
        std::size_t row = 0, column = 0;
        friend bool operator==(const Cell&, const Cell&) = default;
    };
    void measure();
    void markPlans();
    std::optional<Cell> cellAt(QPointF at) const; ///< a scatter
    std::optional<std::uint32_t> planNear(QPointF at) const;
    void changeBrush(PlanBrush brush);
    void hover(std::optional<std::uint32_t> plan);
    double shownAt(std::size_t figure, double place) const;

    // matrix_paint.cpp
    void paintAll(QPainter& painter, const QRectF& whole) const;
    void paintBrush(QPainter& painter) const;
    void paintDots(QPainter& painter, const QRectF& cell, const Figure& x, const Figure& y) const;
    void paintHistogram(QPainter& painter, const QRectF& cell, const Figure& figure) const;
    void paintFrame(QPainter& painter, const QRectF& cell, std::size_t row, std::size_t column) const;

    SearchResultPtr m_result;
    Problem m_problem;
    bool m_ratio = false;
    std::vector<Figure> m_figures;
    PlanBrush m_brush;
    enum Mark : std::uint8_t { Dimmed, Dominated, Front };
    std::vector<Mark> m_marks;         ///< by plan
    std::vector<std::uint32_t> m_front; ///< inside the brush
    std::optional<std::uint32_t> m_selected, m_hovered;
    std::optional<QPointF> m_press;
    std::optional<Cell> m_pressed;
    QPointF m_now;
    mutable QImage m_picture; ///< of all scatters, without marks
};

} // namespace cutline
