// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/plan_facts.h"

#include <QWidget>

#include <optional>
#include <variant>
#include <vector>

namespace cutline {

class FactSheet;

/// "Conv 5×5, depthwise": operator with its kernel.
QString layerTitle(const Layer& layer);
/// What moving one layer to `to` would change, in words: its own time, the plan's throughput and latency,
/// transfers, what it would break; or the operator that the platform cannot run.
QString whyNotText(const Evaluator& evaluator, const Plan& plan, const Metrics& metrics, LayerId layer,
                   PlatformId to);

/// Facts about what is selected: a layer, several, a tensor, or the plan.
class Inspector : public QWidget {
    Q_OBJECT
public:
    explicit Inspector(QWidget* parent = nullptr);

    /// The problem behind the figures; null: nothing is open.
    void setEvaluator(EvaluatorPtr evaluator);
    /// The current plan; the page that is shown follows it.
    void setPlan(std::optional<Plan> plan, std::optional<Metrics> metrics, const QString& name = {});
    void showPlan();
    void showLayers(std::vector<LayerId> layers); ///< empty: the plan
    void showTensor(TensorId tensor);
    /// What stands there, as text.
    QString plainText() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    struct PlanPage {};
    using Page = std::variant<PlanPage, std::vector<LayerId>, TensorId>;
    void refresh();
    void writePlan();
    void writeLayer(LayerId id);
    void writeCosts(LayerId id);
    void writeLayers(const std::vector<LayerId>& ids);
    void writeTensor(TensorId id);
    const Problem& problem() const { return m_evaluator->problem(); }

    EvaluatorPtr m_evaluator;
    std::optional<Plan> m_plan;
    std::optional<Metrics> m_metrics;
    QString m_name;
    Page m_page;
    FactSheet* m_sheet;
};

} // namespace cutline
