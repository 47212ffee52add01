// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/chart_pane.h"
#include "widgets/models/roof.h"

class QComboBox;

namespace cutline {

class InkLabel;

/// One layer on one platform.
struct RooflineDot {
    LayerId layer;
    PlatformId platform;
    double intensity = 0;  ///< MACs per byte of inputs, outputs and weights at the platform's bits
    double macs_per_s = 0; ///< MACs over its predicted or measured time
};
/// nullopt for layers without MACs, without a known shape or time, or not supported there.
std::optional<RooflineDot> rooflineDot(const CostTable& costs, LayerId layer, PlatformId platform);

/// Why layers are slow: every layer a dot under its platform's roofs, both axes logarithmic. Of one platform
/// (layers that the plan puts elsewhere are hollow), or of the plan: every layer where it runs.
///
/// In the pane's dots and selection "plan" is the layer's number.
class RooflineChart : public ChartPane {
    Q_OBJECT
public:
    explicit RooflineChart(QWidget* parent = nullptr);

    void setCosts(CostTablePtr costs);
    void setEvaluator(EvaluatorPtr evaluator) override;
    /// Whose layers run where, at which precision; nullopt: no plan.
    void setPlan(std::optional<Plan> plan) override;
    void setSelectedPlan(std::optional<std::uint32_t>) override {}
    void setHoveredPlan(std::optional<std::uint32_t>) override {}
    void setSelectedLayers(const std::vector<LayerId>& layers) override;
    /// nullopt: every layer on its platform of the plan.
    void showPlatform(std::optional<PlatformId> platform);
    std::optional<PlatformId> platform() const { return m_platform; }
    const std::vector<RooflineDot>& shown() const { return m_shown; }
    QComboBox* platformBox() const { return m_box; }
    QString noteText() const;
    QString toCsv() const override;

protected:
    void paintBack(QPainter& painter, const PlotMapping& to) const override;
    void paintFront(QPainter& painter, const PlotMapping& to) const override;
    QString tipOf(std::uint32_t layer) const override;
    void tellSelected(std::uint32_t layer) override { Q_EMIT layerSelected({layer}); }
    void tellHovered(std::optional<std::uint32_t> layer) override {
        Q_EMIT layerHovered(layer ? std::optional(LayerId{*layer}) : std::nullopt);
    }

private:
    void fillChoices();
    void rebuild();
    void fitAxes();
    void paintRoof(QPainter& painter, const PlotMapping& to, PlatformId platform) const;
    void paintRoofNames(QPainter& painter, const PlotMapping& to) const;
    std::vector<PlatformId> shownPlatforms() const;
    QPointF at(const RooflineDot& dot) const;
    const RooflineDot* dotOf(std::uint32_t layer) const;

    EvaluatorPtr m_evaluator;
    CostTablePtr m_costs; ///< at the plan's precisions
    std::vector<PlatformId> m_places; ///< by layer; empty: no plan
    std::optional<PlatformId> m_platform;
    std::vector<RooflineDot> m_shown;
    std::vector<std::int32_t> m_dot_of; ///< by layer; -1: none
    std::vector<Roof> m_roofs;          ///< by platform
    UnitScale m_scale;
    std::size_t m_left_out = 0;
    QComboBox* m_box;
    InkLabel* m_note;
};

} // namespace cutline
