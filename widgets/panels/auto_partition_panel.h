// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/search.h"
#include "widgets/models/plan_facts.h"
#include "widgets/panels/constraint_row.h"
#include "widgets/panels/edit_moment.h"

#include <QWidget>

#include <map>
#include <vector>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLineEdit;
class QMenu;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QToolButton;
class QVBoxLayout;

namespace cutline {

class InkLabel;

/// What to search for and what came out. Emits requests; the window runs the search and reports back.
///
/// Every change asks for a new search by itself, a moment after the last one; what is typed in one go is one
/// gesture.
class AutoPartitionPanel : public QWidget {
    Q_OBJECT
public:
    explicit AutoPartitionPanel(QWidget* parent = nullptr);

    /// Resets what speaks of platforms; constraints are checked again.
    void setSystem(SystemPtr system, GraphPtr graph = {});
    /// Objectives that cannot be chosen, each with the reason (tool tip); what a system does not give is known
    /// here already.
    void setUnknown(std::map<Objective, QString> reasons);
    void setOptions(const SearchOptions& options);
    /// As chosen now; rows that are wrong are left out (canRun() is false then).
    SearchOptions options() const;
    bool canRun() const;
    void setPins(std::vector<Pin> pins, std::vector<Pin> forbidden = {});
    /// Layers that "Pin the selection" speaks about.
    void setSelection(std::vector<LayerId> layers);
    void setFusion(bool fused);
    bool fusion() const;
    /// Asks at once for what waits for its moment.
    void flush();

    void setRunning(bool running);
    /// `fraction` below 0: not known.
    void setProgress(double fraction, const QString& message);
    /// What came out: proof, counts and bound of the options' first objective, or which demand cannot be met
    /// and by how much it is missed.
    void setResult(const SearchResult* result);
    void setError(const Error& error);
    /// How the chosen plan stands now: "plan 6: dominated by 9"; empty: nothing to say.
    void setStanding(const QString& words);
    QString resultText() const;
    QString detailText() const;
    QString standingText() const;
    QPushButton* runButton() const { return m_run; }
    QPushButton* addButton() const { return m_add; }
    ConstraintRow* addConstraint(const QString& text = {});
    const std::vector<ConstraintRow*>& constraintRows() const { return m_rows; }

Q_SIGNALS:
    void runRequested(const SearchOptions& options);
    void stopRequested();
    /// The cost table has to be made again.
    void fusionChanged(bool fused);
    /// Changed by hand; equal gestures are one step of the undo list.
    void optionsChanged(const SearchOptions& options, int gesture);

protected:
    void changeEvent(QEvent* event) override;

private:
    using Edit = EditMoment::Edit;

    // auto_partition_form.cpp
    void buildForm(QVBoxLayout* layout);
    void buildObjectives(QFormLayout* form);
    void buildScheme(QFormLayout* form);
    void buildOrder(QFormLayout* form);
    void buildConstraints(QFormLayout* form);
    void buildPins(QFormLayout* form);
    void buildMore(QVBoxLayout* layout);
    void buildFoot(QVBoxLayout* layout);

    // auto_partition_parts.cpp: what depends on the system
    void refreshObjectives();
    void rebuildPlatforms();
    void paintSwatches(); ///< in the platforms' colours
    void rebuildPins();
    void addPinRow(const Pin& pin, bool forbidden);
    void rebuildPinMenu();
    void rebuildConstraintMenu();
    void pinSelection(PlatformId platform, bool forbidden);
    void removeRow(ConstraintRow* row);

    void changed(Edit edit);
    void check();
    /// nullopt with a message where the typed order is wrong.
    std::optional<std::vector<PlatformId>> typedOrder(QString* why) const;

    SystemPtr m_system;
    GraphPtr m_graph;
    SearchOptions m_base; ///< what the panel does not show stays as given
    std::map<Objective, QString> m_unknown;
    std::vector<ConstraintMetric> m_metrics;
    std::vector<QCheckBox*> m_objectives, m_platforms;
    std::vector<ConstraintRow*> m_rows;
    std::vector<Pin> m_pins, m_forbidden;
    std::vector<LayerId> m_selection;
    QComboBox *m_order, *m_scheme, *m_solver;
    QLineEdit* m_given;
    InkLabel* m_order_error;
    QSpinBox *m_max_platforms, *m_seed, *m_threads;
    QDoubleSpinBox *m_resolution, *m_time_limit;
    QCheckBox *m_fusion, *m_keep_all, *m_precisions;
    QVBoxLayout *m_platform_box, *m_constraint_box, *m_pin_box;
    QPushButton *m_run, *m_add, *m_pin;
    QMenu *m_add_menu, *m_pin_menu;
    QToolButton* m_more;
    QProgressBar* m_progress;
    InkLabel *m_result, *m_detail, *m_standing;
    EditMoment* m_moment;
    bool m_running = false;
    bool m_following = false; ///< fields are being set, not edited
};

} // namespace cutline
