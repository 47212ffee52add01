// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/compare_model.h"

#include <QWidget>

#include <functional>

class QBoxLayout;
class QStackedLayout;
class QTableView;
class QToolButton;

namespace cutline {

class PlanBands;

/// The chosen plan beside up to three others: figures with differences, and where they differ. What is compared is a copy:
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
    /// The first column: the chosen plan, as it is edited. nullopt: none.
    void setCurrent(const QString& name, std::optional<Plan> plan);
    /// Beside it from now on; the oldest of three makes room for a fourth.
    void add(const QString& name, const Plan& plan);
    void clear();
    CompareModel* model() const { return m_model; }
    PlanBands* bands() const { return m_bands; }
    QTableView* view() const { return m_view; }
    QToolButton* clearButton() const { return m_clear; }

Q_SIGNALS:
    void layerSelected(LayerId layer);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void refresh();
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
    QToolButton* m_clear;
    QStackedLayout* m_stack;
    QBoxLayout* m_halves; ///< bands and figures: beside each other where there is room
};

} // namespace cutline
