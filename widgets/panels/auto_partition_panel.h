// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/search.h"
#include "widgets/models/plan_facts.h"

#include <QWidget>

#include <vector>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QDoubleSpinBox;
class QVBoxLayout;

namespace cutline {

class InkLabel;

/// One constraint as typed, checked while typing: `latency<=20ms`, `memory:EYR<=4MiB`.
class ConstraintRow : public QWidget {
    Q_OBJECT
public:
    explicit ConstraintRow(const QString& text, QWidget* parent = nullptr);
    QString text() const;
    /// nullopt while the row is empty or wrong.
    std::optional<Constraint> constraint() const { return m_constraint; }
    bool isWrong() const;
    QString errorText() const;
    void check(const System* system);
    QLineEdit* edit() const { return m_edit; }

Q_SIGNALS:
    void edited();
    void removeRequested();

private:
    QLineEdit* m_edit;
    InkLabel* m_error;
    std::optional<Constraint> m_constraint;
};

/// What to search for and the button that does it. Emits requests; the window runs the search and reports
/// back.
class AutoPartitionPanel : public QWidget {
    Q_OBJECT
public:
    explicit AutoPartitionPanel(QWidget* parent = nullptr);

    /// Resets what speaks of platforms; constraints are checked again.
    void setSystem(SystemPtr system, GraphPtr graph = {});
    void setOptions(const SearchOptions& options);
    /// As chosen now; rows that are wrong are left out (canRun() is false then).
    SearchOptions options() const;
    bool canRun() const;
    void setPins(std::vector<Pin> pins);
    void setFusion(bool fused);
    bool fusion() const;

    void setRunning(bool running);
    /// `fraction` below 0: not known.
    void setProgress(double fraction, const QString& message);
    /// What came out: proof and counts, or which demand cannot be met.
    void setResult(const SearchResult* result);
    void setError(const Error& error);
    QString resultText() const;
    QPushButton* runButton() const { return m_run; }
    ConstraintRow* addConstraint(const QString& text = {});
    const std::vector<ConstraintRow*>& constraintRows() const { return m_rows; }

Q_SIGNALS:
    void runRequested(const SearchOptions& options);
    void stopRequested();
    /// The cost table has to be made again.
    void fusionChanged(bool fused);
    void constraintsChanged(const std::vector<Constraint>& constraints);
    void pinsChanged(const std::vector<Pin>& pins);

private:
    void buildForm(QVBoxLayout* layout);
    void buildObjectives(QFormLayout* form);
    void buildOrder(QFormLayout* form);
    void buildFoot(QVBoxLayout* layout);
    void rebuildPlatforms();
    void rebuildPins();
    void removeRow(ConstraintRow* row);
    void check();
    /// nullopt with a message where the typed order is wrong.
    std::optional<std::vector<PlatformId>> typedOrder(QString* why) const;

    SystemPtr m_system;
    GraphPtr m_graph;
    SearchOptions m_base; ///< what the panel does not show stays as given
    std::vector<QCheckBox*> m_objectives, m_platforms;
    std::vector<ConstraintRow*> m_rows;
    std::vector<Pin> m_pins;
    QComboBox* m_order;
    QLineEdit* m_given;
    InkLabel* m_order_error;
    QSpinBox* m_max_platforms;
    QDoubleSpinBox* m_resolution;
    QCheckBox *m_fusion, *m_keep_all;
    QVBoxLayout *m_platform_box, *m_constraint_box, *m_pin_box;
    QPushButton* m_run;
    QProgressBar* m_progress;
    InkLabel* m_result;
    bool m_running = false;
};

} // namespace cutline
