// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/explore/width_sweep.h"
#include "widgets/charts/figure_axis.h"
#include "widgets/models/plan_brush.h"
#include "widgets/models/plan_facts.h"
#include "widgets/theme.h"

#include <QWidget>

#include <cstdint>
#include <optional>
#include <vector>

class QMenu;

namespace cutline {

using WidthSweepPtr = std::shared_ptr<const WidthSweep>;

/// A view of plans: what the window tells every chart, what it hears from one, and how a chart leaves the program.
/// A chart overrides what it shows. A new one is a file and a line in chart_list.inc.
class PlanChart : public QWidget {
    Q_OBJECT
public:
    explicit PlanChart(QWidget* parent = nullptr);

    /// All candidates; null: none yet.
    virtual void setResult(SearchResultPtr, const Problem&) {}
    /// Demands on plans, those of the search first.
    virtual void setConstraints(std::vector<Constraint>) {}
    /// What judges plans; null while costs are worked out.
    virtual void setEvaluator(EvaluatorPtr) {}
    /// The chosen plan, candidate or not.
    virtual void setPlan(std::optional<Plan>) {}
    virtual void setSelectedPlan(std::optional<std::uint32_t>) {}
    /// A plan that is pointed at elsewhere.
    virtual void setHoveredPlan(std::optional<std::uint32_t>) {}
    virtual void setSelectedLayers(const std::vector<LayerId>&) {}
    /// Accuracy of the chosen plan over widths; null: not known, and why.
    virtual void setWidthSweep(WidthSweepPtr, const QString&) {}
    /// Plans outside are dimmed.
    virtual void setBrush(const PlanBrush&) {}
    /// How the axes of figures are to be: the same in all charts.
    void setPlanAxes(const PlanAxes& axes);
    const PlanAxes& planAxes() const { return m_axes; }

    /// Paints the whole chart into `target`, without hover marks; for print, SVG and PNG.
    virtual void renderTo(QPainter* painter, const QRectF& target) = 0;
    virtual QSizeF pictureSize() const { return size(); }
    /// The data behind the chart, SI, with a header line.
    virtual QString toCsv() const = 0;
    /// SVG or PNG by the file's ending. Errors: the file cannot be written.
    Result<void> savePicture(const QString& path);
    Result<void> saveSvg(const QString& path);
    /// Pixels: the chart's size times `scale`.
    Result<void> savePng(const QString& path, double scale = 2);
    QImage toImage(double scale = 2);
    QByteArray toSvg();

Q_SIGNALS:
    void planSelected(std::uint32_t plan);
    void planHovered(std::optional<std::uint32_t> plan);
    void planActivated(std::uint32_t plan); ///< Enter on the selected plan
    void layerSelected(LayerId layer);
    void layerHovered(std::optional<LayerId> layer);
    void brushChanged(const PlanBrush& brush);
    void planAxesChanged(const PlanAxes& axes); ///< a person chose other axes here
    /// Somebody looks at what setWidthSweep() would show.
    void widthSweepWanted();
    /// "latency<=20 ms": a person wants this demand on plans.
    void demandRequested(const QString& constraint);
    /// One of setConstraints() is to be this one from now on.
    void demandMoved(const Constraint& from, const QString& to);
    /// "Save picture" of the context menu; the window asks for a file and calls saveSvg or savePng.
    void saveRequested();

protected:
    const Theme& theme() const;
    /// A platform's colour as ink: dark enough to be read.
    QColor inkOf(PlatformId platform) const;
    void showMenu(QPoint global_position, std::optional<QPointF> at = {});
    /// What a chart adds before and after copying and saving. `at`: where the menu was asked for, in the view.
    virtual void fillMenu(QMenu* menu, std::optional<QPointF> at);
    /// planAxes() changed.
    virtual void followAxes() {}
    /// What a person may choose for the axis of a figure, as entries of a menu.
    void addAxisChoices(QMenu& menu, const QString& figure, Objective objective, const FigureAxis& axis);
    /// Before the first picture of a chart that was never shown.
    virtual void layOutForPicture() {}

private:
    PlanAxes m_axes;
};

/// "plan 6: EYR > SMB, cut after features.3/Conv" and all its figures: what a chart says of a plan.
QString planTip(const SearchResult& result, const Problem& problem, std::uint32_t plan);
/// Figures of all plans with a header: plan, in_brush, on_front, then each objective's shown value, SI.
QString figuresCsv(const SearchResult* result, const PlanBrush& brush);
/// What stands in place of a chart without plans: `usually`, or which demand none meets and by how much.
QString emptyWords(const SearchResult* result, const QString& usually);
/// Under a chart with a brush: how many of the plans it accepts; `invitation` where there is no brush.
QString brushWords(const PlanBrush& brush, std::size_t accepted, std::size_t plans, const QString& invitation);
/// "Energy per inference, mJ".
QString axisTitle(Objective objective, bool memory_is_ratio, const UnitScale& scale);

} // namespace cutline
