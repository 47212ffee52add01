// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/plan_weights.h"

#include <QWidget>

#include <map>

class QFormLayout;
class QPushButton;
class QSlider;

namespace cutline {

/// What matters to a person: a slider for each figure that plans have, and the plan that is best by them.
class WeightsForm : public QWidget {
    Q_OBJECT
public:
    explicit WeightsForm(QWidget* parent = nullptr);

    void setFigures(const std::vector<Objective>& known, bool memory_is_ratio);
    void setWeights(const PlanWeights& weights);
    const PlanWeights& weights() const { return m_weights; }
    /// The best plan by these weights: its name and number; nullopt: none.
    void setBest(std::optional<std::uint32_t> plan);
    QSlider* slider(Objective objective) const; ///< null: plans do not have this figure
    QPushButton* bestButton() const { return m_best; }

Q_SIGNALS:
    void weightsChanged(const PlanWeights& weights);
    void planChosen(std::uint32_t plan);

private:
    PlanWeights m_weights;
    std::vector<Objective> m_known;
    bool m_ratio = false;
    std::map<Objective, QSlider*> m_sliders;
    QFormLayout* m_form;
    QPushButton* m_best;
    std::optional<std::uint32_t> m_best_plan;
};

} // namespace cutline
