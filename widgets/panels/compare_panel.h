// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/compare_model.h"

#include <QWidget>

#include <functional>

class QBoxLayout;
class QTabBar;
class QStackedLayout;
class QTableView;
class QToolButton;

namespace cutline {

class PlanBands;
class PlanGraphs;

/// The chosen plan beside up to three others: figures with differences, where they differ, and their graphs in step. What is compared is a copy:
/// it stays whatever a search finds.
class ComparePanel : public QWidget {
    Q_OBJECT
public:
    explicit ComparePanel(QWidget* parent = nullptr);

    /// What judges the plans; plans of another graph or system are dropped.
    void setEvaluator(EvaluatorPtr evaluator);
    /// What is known of a plan's accuracy, which no evaluator tells.
    using AccuracyOf = std::function<std::optional<Accuracy>(const Plan&, const Metrics&)>;
    void setAccuracies(AccuracyOf of);
    /// The first column: the chosen plan, as it is edited, and its metrics where they are known. nullopt: none.
    void setCurrent(const QString& name, std::optional<Plan> plan, const std::optional<Metrics>& metrics = {});
    /// Beside it from now on; the oldest of three makes room for a fourth.
    void add(const QString& name, const Plan& plan);
    void clear();
    CompareModel* model() const { return m_model; }
    PlanBands* bands() const { return m_bands; }
    PlanGraphs* graphs() const { return m_graphs; }
    QTabBar* tabs() const { return m_tabs; } ///< figures or graphs, where there is no room for both
    QTableView* view() const { return m_view; }
    QToolButton* clearButton() const { return m_clear; }

Q_SIGNALS:
    void layerSelected(LayerId layer);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void refresh();
    void showHalves();
    Metrics metricsOf(const Plan& plan) const;

    EvaluatorPtr m_evaluator;
    AccuracyOf m_accuracy_of;
    GraphPtr m_graph; ///< what the others speak about
    SystemPtr m_system;
    std::optional<ComparedPlan> m_current;
    std::vector<ComparedPlan> m_others;
    CompareModel* m_model;
    QTableView* m_view;
    PlanBands* m_bands;
    PlanGraphs* m_graphs;
    QTabBar* m_tabs;
    QWidget* m_figures; ///< bands and table
    QToolButton* m_clear;
    QStackedLayout* m_stack;
    QBoxLayout* m_halves; ///< bands and figures: beside each other where there is room
};

} // namespace cutline
