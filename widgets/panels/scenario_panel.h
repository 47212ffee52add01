// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/plan_facts.h"
#include "widgets/panels/edit_moment.h"
#include "widgets/panels/latest_work.h"
#include "widgets/panels/requirement_row.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QFormLayout;
class QLineEdit;
class QMenu;
class QPushButton;
class QVBoxLayout;

namespace cutline {

class InkLabel;

/// How the system is used: how often inputs come, where they appear and where outputs are wanted, what else
/// the links carry, and what is required of every plan, each with how the chosen plan stands. Asks for a
/// change a moment after the last edit; what is typed in one go is one gesture.
class ScenarioPanel : public QWidget {
    Q_OBJECT
public:
    explicit ScenarioPanel(QWidget* parent = nullptr);

    void setSystem(SystemPtr system, GraphPtr graph);
    /// What is the same already is left alone: it may be just being typed into.
    void setScenario(const Scenario& scenario);
    /// As chosen now; what is wrong is left out (isValid() is false then).
    Scenario scenario() const;
    bool isValid() const;
    QString errorText() const;
    /// The chosen plan: how often it keeps what is required is worked out while the panel is seen, once its metrics come.
    void setPlan(EvaluatorPtr evaluator, std::optional<Plan> plan);
    /// Of the chosen plan, for "met" and "missed".
    void setMetrics(const std::optional<Metrics>& metrics);
    void flush();
    RequirementRow* addRequirement();
    const std::vector<RequirementRow*>& requirementRows() const { return m_rows; }
    QComboBox* rateBox() const { return m_rate_kind; }
    QLineEdit* rateEdit() const { return m_rate; }
    QLineEdit* sensorEdit() const { return m_sensor; }
    /// Of a graph input or output, by its tensor's name; null where there is none.
    QComboBox* platformOf(const QString& tensor) const;
    QComboBox* typeOf(const QString& tensor) const;
    QLineEdit* loadOf(const QString& link) const;
    /// Of a symbolic dimension of the model's inputs; null where there is none.
    QLineEdit* dimensionOf(const QString& name) const;
    QPushButton* addButton() const { return m_add; }

Q_SIGNALS:
    /// Changed by hand; equal gestures are one step of the undo list.
    void scenarioChanged(const Scenario& scenario, int gesture);

protected:
    void showEvent(QShowEvent* event) override;

private:
    using Edit = EditMoment::Edit;
    struct Place {
        QString tensor;
        bool input = false;
        QComboBox* platform = nullptr;
        QComboBox* type = nullptr;
    };
    struct Load {
        QString name;
        QLineEdit* edit = nullptr;
    };
    void buildRate(QFormLayout* form);
    void buildTimes(QFormLayout* form);

    // scenario_parts.cpp: what depends on the model and the system
    void rebuildPlaces();
    void addPlace(TensorId tensor, bool input, QVBoxLayout* box);
    void rebuildLoads();
    void rebuildDimensions();
    void rebuildRequirements();
    void rebuildMenu();

    void fill(const Scenario& scenario);
    void changed(Edit edit);
    void check();
    void showStandings();
    void weighChances();
    /// nullopt for an empty or wrong one.
    std::optional<double> typedRate() const;

    SystemPtr m_system;
    GraphPtr m_graph;
    Scenario m_shown; ///< as last set or asked for; what has no field stays as given
    std::optional<Metrics> m_metrics;
    EvaluatorPtr m_evaluator;
    std::optional<Plan> m_plan;
    LatestWork m_chances;
    std::vector<ConstraintMetric> m_names;
    std::vector<Place> m_places;
    std::vector<Load> m_loads;
    std::vector<Load> m_dimensions; ///< name and field of each
    std::vector<RequirementRow*> m_rows;
    QComboBox* m_rate_kind;
    QLineEdit *m_rate, *m_sensor, *m_post;
    QVBoxLayout *m_input_box, *m_output_box, *m_load_box, *m_requirement_box, *m_dimension_box;
    QPushButton* m_add;
    QMenu* m_add_menu;
    InkLabel* m_error;
    EditMoment* m_moment;
    bool m_following = false;
};

} // namespace cutline
