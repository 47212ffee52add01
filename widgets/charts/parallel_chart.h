// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/ink.h"
#include "widgets/charts/plan_chart.h"

#include <QPixmap>

class QLineEdit;
class QToolButton;

namespace cutline {

/// Plans as lines across one upright axis for each figure. A range dragged on an axis is a brush: plans outside are
/// dimmed here and everywhere else; its two numbers can be typed, and a click makes it a demand. Many plans are drawn by
/// how many lie where: 100,000 brush within 50 ms.
class ParallelChart : public PlanChart {
    Q_OBJECT
public:
    explicit ParallelChart(QWidget* parent = nullptr);

    void setResult(SearchResultPtr result, const Problem& problem) override;
    void setSelectedPlan(std::optional<std::uint32_t> plan) override;
    void setHoveredPlan(std::optional<std::uint32_t> plan) override;
    void setBrush(const PlanBrush& brush) override;
    void renderTo(QPainter* painter, const QRectF& target) override;
    QString toCsv() const override;

    const PlanBrush& brush() const { return m_brush; }
    std::size_t axisCount() const { return m_axes.size(); }
    Objective axisObjective(std::size_t axis) const { return m_axes[axis].objective; }
    /// Where a value of an axis is in the widget.
    QPointF positionOf(std::size_t axis, double shown_value) const;
    /// Plans inside the brush.
    std::size_t acceptedCount() const { return m_accepted.size(); }
    QRectF numberRect(std::size_t axis, bool high) const; ///< of a brush's number; empty without a brush
    QRectF demandRect(std::size_t axis) const;            ///< of "demand" under a brush; empty without one

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
    struct Axis {
        Objective objective = Objective::Latency;
        QString title;
        FigureAxis axis;
        double low = 0, high = 1; ///< places on it: at the bottom and at the top
        std::vector<float> place; ///< by plan: 0 at the bottom, 1 at the top; NaN where not known
    };
    /// A brush under the mouse: which axis, and what of it moves.
    struct Grip {
        enum class Part { Low, High, Both, New } part = Part::New;
        std::size_t axis = 0;
        double from = 0; ///< shown value under the press
        PlanBrush::Range before;
    };
    void buildAxes();
    void sortPlans();
    QRectF plotArea(const QRectF& whole) const;
    double axisX(std::size_t axis, const QRectF& area) const;
    double shownAt(std::size_t axis, double y) const;
    QString edgeText() const; ///< which plans stand at an edge
    std::optional<std::size_t> axisNear(QPointF at, double reach) const;
    std::optional<Grip> gripAt(QPointF at) const;
    void applyGrip(QPointF at);
    void changeBrush(PlanBrush brush);
    std::optional<std::uint32_t> planNear(QPointF at) const;
    void select(std::uint32_t plan);
    void hover(std::optional<std::uint32_t> plan);
    void typeNumber(std::size_t axis, bool high);
    void acceptNumber();
    void demand(std::size_t axis);

    // parallel_paint.cpp
    void paintAll(QPainter& painter, const QRectF& whole, bool marks) const;
    void paintLines(QPainter& painter, const QRectF& area, const std::vector<std::uint32_t>& plans, QColor colour,
                    double width) const;
    void paintDensity(QPainter& painter, const QRectF& area, const std::vector<std::uint32_t>& plans,
                      QColor colour) const;
    LineInk inkOf(const QRectF& area, double ratio, const std::vector<std::uint32_t>& plans) const;
    void paintDimmed(QPainter& painter, const QRectF& area) const;
    void paintAccepted(QPainter& painter, const QRectF& area) const;
    /// From its picture, which is drawn first where there is none.
    void paintKept(QPainter& painter, const QRectF& whole, QPixmap& kept,
                   void (ParallelChart::*draw)(QPainter&, const QRectF&) const) const;
    void forgetPictures();
    void paintPlan(QPainter& painter, const QRectF& area, std::uint32_t plan, const QPen& pen) const;
    void paintAxes(QPainter& painter, const QRectF& area) const;
    void paintBrush(QPainter& painter, const QRectF& area, std::size_t axis) const;

    SearchResultPtr m_result;
    Problem m_problem;
    bool m_ratio = false;
    std::vector<Axis> m_axes;
    PlanBrush m_brush;
    std::vector<std::uint32_t> m_all, m_accepted, m_front; ///< of those accepted, the front apart
    std::optional<std::uint32_t> m_selected, m_hovered;
    std::optional<Grip> m_grip;
    QLineEdit* m_edit; ///< over a brush's number while it is typed
    std::size_t m_edited_axis = 0;
    bool m_edited_high = false;
    mutable QPixmap m_background;             ///< all plans, dimmed
    mutable QPixmap m_lines;                  ///< those accepted
    mutable std::optional<LineInk> m_all_ink; ///< of many plans: whether all are accepted or dimmed, the lines are the same
};

} // namespace cutline
