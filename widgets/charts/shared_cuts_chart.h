// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/chart_pane.h"

class QComboBox;

namespace cutline {

class InkLabel;

/// What good plans share: over the layers, how many plans of a selection are cut behind each. Layers whose bars are high
/// are safe places to cut; where there are no bars nothing good is cut. Counted in the background.
///
/// In the pane's dots and selection "plan" is the layer's number.
class SharedCutsChart : public ChartPane {
    Q_OBJECT
public:
    explicit SharedCutsChart(QWidget* parent = nullptr);

    void setResult(SearchResultPtr result, const Problem& problem) override;
    void setBrush(const PlanBrush& brush) override;
    void setSelectedPlan(std::optional<std::uint32_t> plan) override;
    void setHoveredPlan(std::optional<std::uint32_t>) override {}
    void setSelectedLayers(const std::vector<LayerId>& layers) override;
    QString toCsv() const override;

    enum class Of { Front, ShortList, All, Group };
    void setOf(Of of);
    /// Plans of the selection that are cut behind a layer.
    std::uint32_t countOf(LayerId layer) const { return layer.index() < m_counts.size() ? m_counts[layer.index()] : 0; }
    std::size_t planCount() const { return m_plans; }
    QComboBox* choiceBox() const { return m_box; }

protected:
    void paintBack(QPainter& painter, const PlotMapping& to) const override;
    void paintFront(QPainter& painter, const PlotMapping& to) const override;
    QString tipOf(std::uint32_t layer) const override;
    void tellSelected(std::uint32_t layer) override { Q_EMIT layerSelected({layer}); }
    void tellHovered(std::optional<std::uint32_t> layer) override {
        Q_EMIT layerHovered(layer ? std::optional(LayerId{*layer}) : std::nullopt);
    }

private:
    QRectF barOf(const Dot& dot, const PlotMapping& to) const; ///< empty: out of sight
    std::vector<std::uint32_t> selection() const;
    std::vector<std::uint32_t> chosenGroup() const;
    void count();
    void accept(std::vector<std::uint32_t> counts, std::size_t plans);

    SearchResultPtr m_result;
    Problem m_problem;
    PlanBrush m_brush;
    Of m_of = Of::Front;
    std::vector<std::uint32_t> m_counts; ///< by layer
    std::size_t m_plans = 0;             ///< counted
    std::optional<std::uint32_t> m_chosen; ///< the plan that is selected elsewhere
    std::vector<LayerId> m_chosen_cuts;
    QComboBox* m_box;
    InkLabel* m_note;
    std::uint64_t m_revision = 0; ///< counts for an older selection are dropped
};

} // namespace cutline
