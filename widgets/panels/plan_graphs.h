// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/compare_model.h"

#include <QWidget>

#include <vector>

class QHBoxLayout;
class QLabel;

namespace cutline {

class GraphView;

/// Plans as graphs beside each other: one layout, one place, one scale and one selection for all; layers that a plan puts
/// elsewhere than the first one are marked. Views are made when the widget is first seen.
class PlanGraphs : public QWidget {
    Q_OBJECT
public:
    explicit PlanGraphs(QWidget* parent = nullptr);

    /// Plans of the evaluator's graph and system; null empties the widget.
    void setPlans(std::vector<ComparedPlan> plans, EvaluatorPtr evaluator);
    std::size_t shownCount() const { return m_plans.size(); }
    GraphView& graph(std::size_t plan) const { return *m_panes[plan].graph; } ///< once it was seen
    bool hasGraphs() const { return !m_panes.empty(); }

Q_SIGNALS:
    void layerSelected(LayerId layer);

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Pane {
        QWidget* frame = nullptr;
        QLabel *name = nullptr, *differing = nullptr;
        GraphView* graph = nullptr;
    };
    void makePane();
    void fill();

    std::vector<ComparedPlan> m_plans;
    EvaluatorPtr m_evaluator;
    std::vector<Pane> m_panes;
    QHBoxLayout* m_row;
};

} // namespace cutline
