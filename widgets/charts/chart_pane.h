// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/plan_chart.h"
#include "widgets/charts/plot_axis.h"

class QHBoxLayout;
class QPainter;
class QChart;
class QLineSeries;
class QValueAxis;

namespace cutline {

class PlotView;

/// What charts with two axes share: axes with round ticks and units, hover, click, rubber-band zoom, keyboard, export.
/// A chart knows its dots (one per plan) and paints its marks below and above the grid; 100,000 dots are one
/// item.
class ChartPane : public PlanChart {
    Q_OBJECT
public:
    ~ChartPane() override;

    void setSelected(std::optional<std::uint32_t> plan);
    std::optional<std::uint32_t> selected() const { return m_selected; }
    /// A plan that is pointed at elsewhere.
    void setHovered(std::optional<std::uint32_t> plan);

    void setSelectedPlan(std::optional<std::uint32_t> plan) override { setSelected(plan); }
    void setHoveredPlan(std::optional<std::uint32_t> plan) override { setHovered(plan); }
    void renderTo(QPainter* painter, const QRectF& target) override;
    QSizeF pictureSize() const override;

    void zoomTo(const QRectF& values); ///< in axis units
    void resetZoom();
    bool isZoomed() const { return m_zoomed; }
    const QString& plotNote() const { return m_plot_note; }
    PlotMapping mapping() const;
    PlotView* view() const { return m_view; }
    /// Scene position of a plan's dot, for tests and tours; nullopt where it is not drawn.
    std::optional<QPointF> positionOf(std::uint32_t plan) const;

protected:
    struct Dot {
        QPointF at; ///< axis units
        std::uint32_t plan = 0;
    };
    struct AxisText {
        QString title; ///< "Energy per inference, mJ"
        double low = 0, high = 1;
        int ticks = 5;
        bool whole_numbers = false;
        bool logarithmic = false; ///< places on the axis are logarithms to base 10 of what the labels say
    };

    explicit ChartPane(QWidget* parent);
    QHBoxLayout* toolRow() const { return m_tools; }
    /// A button in the tool row whose menu is fillAxesMenu()'s.
    void addAxesButton();
    virtual void fillAxesMenu(QMenu&) {}
    /// Ranges are widened to round ticks unless `tight`.
    void setAxes(const AxisText& x, const AxisText& y, bool tight_x = false);
    void setDots(std::vector<Dot> dots);
    const std::vector<Dot>& dots() const { return m_dots; }
    std::optional<std::uint32_t> hovered() const { return m_hovered; }
    QLineSeries* line() const { return m_line; }
    QChart* chart() const { return m_chart; }
    void repaintMarks();
    /// What stands instead of the plot when there is nothing to draw.
    void setEmptyText(const QString& what) { m_empty = what; }
    /// At the right of a line over the plot: what a person must know to read it. Before setAxes().
    void setPlotNote(const QString& words) { m_plot_note = words; }
    /// The line over the plot, for a key at its left; empty where there is neither note nor key.
    QRectF headRect(const PlotMapping& to) const;
    /// How much of it the key takes; 0: there is none.
    virtual double keyWidth() const { return 0; }

    virtual void paintBack(QPainter& painter, const PlotMapping& to) const = 0;
    virtual void paintFront(QPainter& painter, const PlotMapping& to) const = 0;
    virtual QString tipOf(std::uint32_t plan) const = 0;
    /// A dot was selected or pointed at here; charts whose dots are no plans say otherwise what they are.
    virtual void tellSelected(std::uint32_t plan) { Q_EMIT planSelected(plan); }
    virtual void tellHovered(std::optional<std::uint32_t> plan) { Q_EMIT planHovered(plan); }
    /// Something in the plot that can be dragged: which, at this position of the scene; then dragged and let go.
    virtual std::optional<std::size_t> handleAt(QPointF) const { return {}; }
    virtual Qt::CursorShape handleCursor(std::size_t) const { return Qt::SizeAllCursor; }
    virtual void dragHandle(std::size_t, QPointF) {}
    enum class Drop { Here, Cancelled };
    virtual void dropHandle(std::size_t, Drop) {}
    /// Colours changed: series that are not painted by hand.
    virtual void themeChanged() {}
    void changeEvent(QEvent* event) override;
    void fillMenu(QMenu* menu, std::optional<QPointF> at) override;
    void layOutForPicture() override;

    /// A dot with a ring of the surface's colour around it.
    void paintDot(QPainter& painter, QPointF at, double radius, const QColor& colour) const;
    /// Ring of the selected plan.
    void paintRing(QPainter& painter, QPointF at, double radius, const QColor& colour) const;
    /// From `low` to `high` on the vertical axis, in axis units: how far a value is known.
    void paintInterval(QPainter& painter, const PlotMapping& to, QPointF at, double low, double high,
                       const QColor& colour) const;
    /// A label near `at` that overlaps neither its predecessors in `placed` nor the plot's edge.
    void paintLabel(QPainter& painter, const PlotMapping& to, QPointF at, const QString& text,
                    const QColor& colour, bool strong, std::vector<QRectF>& placed) const;

private:
    friend class PlotView;
    friend class MarksItem;
    void applyTheme();
    void applyAxis(QValueAxis* axis, double low, double high, const AxisText& text);
    void fitTitle();
    void colourAxes();
    /// Grid and labels of logarithmic axes, which Qt Charts' axes cannot label where a range is less than a decade.
    void paintNote(QPainter& painter, const PlotMapping& to) const;
    void paintLogAxes(QPainter& painter, const PlotMapping& to) const;
    std::optional<std::uint32_t> planNear(QPointF scene_position) const;
    void select(std::uint32_t plan);
    void hoverAt(std::optional<QPointF> scene_position, QPoint global_position);
    void step(int direction);

    QHBoxLayout* m_tools;
    QChart* m_chart;
    QValueAxis *m_x, *m_y;
    QLineSeries* m_line;
    PlotView* m_view;
    std::vector<Dot> m_dots;
    AxisText m_x_text, m_y_text;
    bool m_tight_x = false, m_zoomed = false;
    QString m_empty, m_plot_note;
    std::optional<std::uint32_t> m_selected, m_hovered;
};

} // namespace cutline
