// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/platform/scenario.h"
#include "widgets/panels/constraint_row.h"

class QCheckBox;

namespace cutline {

/// One requirement: a limit, whether it is a must, and who asks for it; below, how the chosen plan stands.
class RequirementRow : public QWidget {
    Q_OBJECT
public:
    explicit RequirementRow(QWidget* parent = nullptr);

    void setMetrics(const std::vector<ConstraintMetric>& metrics, SystemPtr system);
    void setRequirement(const Scenario::Requirement& requirement);
    /// nullopt while there is no limit, or a wrong one.
    std::optional<Scenario::Requirement> requirement() const;
    bool isWrong() const { return m_limit->isWrong(); }
    /// Of the chosen plan; no metrics: nothing is said.
    void setStanding(const Metrics* metrics, double period_s);
    QString standingText() const;
    ConstraintRow* limit() const { return m_limit; }
    QCheckBox* hardBox() const { return m_hard; }
    QLineEdit* sourceEdit() const { return m_source; }

Q_SIGNALS:
    void edited(bool typing);
    void removeRequested();

private:
    ConstraintRow* m_limit;
    QCheckBox* m_hard;
    QLineEdit* m_source;
    InkLabel* m_standing;
    QString m_text; ///< what the file says in words; kept
};

/// "20 ms" where that is the value to the last digit, else its shortest SI form.
QString exactLimit(double value, Unit unit);

} // namespace cutline
