// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/timeline.h"
#include "widgets/charts/plan_chart.h"
#include "widgets/charts/time_axis.h"

#include <memory>

class QComboBox;

namespace cutline {

class InkLabel;

/// A plan in time: one lane for each platform and link, one bar for each piece and transfer, inferences told apart by
/// shade. One inference, or many in steady state. Wheel, W and S zoom, dragging, A and D move, F shows everything; with
/// Ctrl a range is dragged whose length and load are shown. A layer that is pointed at or selected is lit in every
/// inference. Simulated in the background.
class TimelineChart : public PlanChart {
    Q_OBJECT
public:
    explicit TimelineChart(QWidget* parent = nullptr);
    ~TimelineChart() override;

    void setEvaluator(EvaluatorPtr evaluator) override;
    void setPlan(std::optional<Plan> plan) override;
    void setSelectedLayers(const std::vector<LayerId>& layers) override;
    void renderTo(QPainter* painter, const QRectF& target) override;
    QString toCsv() const override;

    enum class Mode { OneInference, SteadyState };
    void setMode(Mode mode);
    QComboBox* modeBox() const { return m_mode_box; }
    /// Null while it is worked out.
    const Timeline* timeline() const { return m_timeline.get(); }
    const TimeAxis& axis() const { return m_axis; }
    QRectF barRect(std::size_t bar) const; ///< in the widget; empty where it is out of sight
    QString summaryText() const;           ///< above the lanes
    QString rangeText() const;             ///< of the marked range; empty: none
    /// The layer under a place of the widget; absent between bars.
    std::optional<LayerId> layerAt(QPointF at) const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    struct Work; ///< a simulation under way
    struct Range {
        double from_s = 0, to_s = 0;
    };
    void simulateSoon();
    void start();
    void accept(std::shared_ptr<const Timeline> timeline);
    void placeAxis();
    QRectF laneRect(std::size_t lane) const;
    std::optional<std::size_t> barAt(QPointF at) const;
    const Timeline::Step* stepAt(const Timeline::Bar& bar, double time_s) const;
    bool isLit(const Timeline::Step& step) const;
    PlatformId waitingFor(LayerId layer) const; ///< of a layer that falls back: where its plan has it
    QString tipOf(const Timeline::Bar& bar, double time_s) const;
    void hoverAt(QPointF at, QPoint global);

    // timeline_paint.cpp
    void paintAll(QPainter& painter, const QRectF& whole, bool marks) const;
    void paintScale(QPainter& painter) const;
    void paintLane(QPainter& painter, std::size_t lane) const;
    void paintBar(QPainter& painter, const Timeline::Bar& bar, const QRectF& rect) const;
    /// Layers within a piece, where they are wide enough; true where some are named.
    bool paintSteps(QPainter& painter, const Timeline::Bar& bar, const QRectF& rect, const QColor& colour,
                    const QColor& ink) const;
    void paintRange(QPainter& painter) const;
    QColor colourOf(const Timeline::Lane& lane) const;

    EvaluatorPtr m_evaluator;
    std::optional<Plan> m_plan;
    Mode m_mode = Mode::SteadyState;
    std::shared_ptr<const Timeline> m_timeline;
    std::vector<std::vector<std::uint32_t>> m_lane_bars; ///< by lane, ascending by start
    std::shared_ptr<Work> m_work;
    bool m_stale = false; ///< simulated when it is looked at
    TimeAxis m_axis;
    std::vector<LayerId> m_selected; ///< ascending
    std::optional<LayerId> m_hovered;
    std::optional<Range> m_range;
    std::optional<QPointF> m_press;
    double m_pressed_from = 0; ///< what the axis showed first when the drag began
    bool m_marking = false;
    QComboBox* m_mode_box;
    InkLabel* m_summary;
};

} // namespace cutline
