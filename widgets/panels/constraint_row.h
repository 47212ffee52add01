// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/constraint_metrics.h"

#include <QWidget>

#include <optional>
#include <vector>

class QComboBox;
class QLineEdit;
class QToolButton;

namespace cutline {

class InkLabel;

/// One limit: which figure, at most or at least, and how much with its unit; checked while typing. A whole
/// constraint typed or pasted into the limit ("memory:EYR<=4MiB") is understood, too.
class ConstraintRow : public QWidget {
    Q_OBJECT
public:
    explicit ConstraintRow(QWidget* parent = nullptr);

    /// What can be limited; the choice stays where the new list has it.
    void setMetrics(const std::vector<ConstraintMetric>& metrics, SystemPtr system);
    void setMetric(std::size_t index);
    /// As written; shown split into its parts where it can be read.
    void setText(const QString& text);
    /// "latency<=20ms"; empty while there is no limit.
    QString text() const;
    /// nullopt while the row is empty or wrong.
    std::optional<Constraint> constraint() const { return m_constraint; }
    bool isWrong() const;
    QString errorText() const;
    /// What the last search had to say against this demand; empty: nothing.
    void setMiss(const QString& words);
    QString missText() const { return m_miss; }
    QLineEdit* edit() const { return m_edit; }
    QComboBox* metricBox() const { return m_metric; }
    QToolButton* signButton() const { return m_sign; }

Q_SIGNALS:
    /// `typing`: by a key in the limit; false: a choice, complete in itself.
    void edited(bool typing);
    void removeRequested();

private:
    void build();
    void toggleSign();
    void setAtMost(bool at_most);
    void splitWhole();
    void check();
    void showNote();

    std::vector<ConstraintMetric> m_metrics;
    SystemPtr m_system;
    QComboBox* m_metric;
    QToolButton* m_sign;
    QLineEdit* m_edit;
    InkLabel* m_note;
    QString m_error, m_miss;
    bool m_at_most = true;
    /// As given and not touched since: its text is kept to the letter.
    std::optional<Constraint> m_given;
    std::optional<Constraint> m_constraint;
};

} // namespace cutline
