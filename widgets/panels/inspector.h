// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/advice.h"
#include "widgets/models/mapping_facts.h"
#include "widgets/models/plan_facts.h"
#include "widgets/panels/latest_work.h"

#include <QWidget>

#include <optional>
#include <variant>
#include <vector>

namespace cutline {

class FactSheet;

/// "Conv 5×5, depthwise": operator with its kernel.
QString layerTitle(const Layer& layer);
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
    /// Nothing is being worked out for the page that is shown.
    bool isComplete() const { return !m_work.running(); }

protected:
    void changeEvent(QEvent* event) override;

private:
    struct PlanPage {};
    using Page = std::variant<PlanPage, std::vector<LayerId>, TensorId>;
    void refresh();
    void writePlan();
    void writeLayer(LayerId id);
    void writeCosts(LayerId id);
    void writePlatformsOf(const Metrics& metrics, double period);
    void writeLinksOf(const Metrics& metrics, double period);
    // inspector_mapping.cpp
    void writeMapping(LayerId id);
    void writeMappingChoice(PlatformId shown);
    void writeNest(const MappingFacts::Nest& nest, const QColor& colour);
    void writeCurve(const MappingFacts& facts, const QColor& colour);
    PlatformId mappingPlatform(LayerId id) const;
    void writeHelp();
    void writeLayers(const std::vector<LayerId>& ids);
    void writeTensor(TensorId id);
    /// At the precisions of the plan, where there is one.
    const Problem& problem() const { return (m_plan ? m_evaluator->at(*m_plan) : *m_evaluator).problem(); }

    EvaluatorPtr m_evaluator;
    std::optional<Plan> m_plan;
    std::optional<Metrics> m_metrics;
    QString m_name;
    Page m_page;
    FactSheet* m_sheet;
    /// Found in the background, each with what it holds for.
    struct Mapped {
        LayerId layer;
        PlatformId platform;
        EvaluatorPtr evaluator;
        MappingFacts facts;
    };
    struct Help {
        Plan plan;
        EvaluatorPtr evaluator;
        QStringList lines;
    };
    std::optional<Mapped> m_mapped;
    std::optional<Help> m_help;
    std::optional<PlatformId> m_mapping_on; ///< chosen; absent: where the layer is
    LatestWork m_work; // last: it ends its work before what it works on goes
};

} // namespace cutline
