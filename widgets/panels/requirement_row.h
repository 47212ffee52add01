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
    /// The share of cases in which the plan keeps it, as wrong as predictions may be; absent: not known.
    void setChance(std::optional<double> share);
    QString standingText() const;
    ConstraintRow* limit() const { return m_limit; }
    QCheckBox* hardBox() const { return m_hard; }
    QLineEdit* sourceEdit() const { return m_source; }
    QLineEdit* textEdit() const { return m_text; }

Q_SIGNALS:
    void edited(bool typing);
    void removeRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitStanding();

    ConstraintRow* m_limit;
    QCheckBox* m_hard;
    QLineEdit *m_source, *m_text;
    InkLabel* m_standing;
    QString m_words; ///< of the standing without the chance
    std::optional<double> m_other_end; ///< "at least" beside "at most", which has no field; kept
    QString m_other_metric;            ///< that it belongs to
};

/// "20 ms" where that is the value to the last digit, else its shortest SI form.
QString exactLimit(double value, Unit unit);

} // namespace cutline
