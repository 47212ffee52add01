// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/constraint_row.h"

#include "widgets/panels/kit.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

namespace cutline {

ConstraintRow::ConstraintRow(QWidget* parent)
    : QWidget(parent), m_metric(new QComboBox(this)), m_sign(new QToolButton(this)), m_edit(new QLineEdit(this)),
      m_note(new InkLabel(Ink::Bad, TextRole::Small, {}, this)) {
    build();
    setAtMost(true);
    connect(m_metric, &QComboBox::activated, this, [this](int index) {
        setMetric(static_cast<std::size_t>(index));
        Q_EMIT edited(false);
    });
    connect(m_sign, &QToolButton::clicked, this, &ConstraintRow::toggleSign);
    connect(m_edit, &QLineEdit::textEdited, this, [this] {
        m_given.reset();
        check();
        Q_EMIT edited(true);
    });
    connect(m_edit, &QLineEdit::editingFinished, this, &ConstraintRow::splitWhole);
}

void ConstraintRow::build() {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    m_metric->setAccessibleName(QStringLiteral("Figure"));
    m_metric->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_metric->setMinimumContentsLength(6);
    m_sign->setObjectName(QStringLiteral("sign"));
    m_sign->setFixedWidth(26);
    m_sign->setAutoRaise(true);
    m_edit->setAccessibleName(QStringLiteral("Limit"));
    m_edit->setMinimumWidth(56);
    auto* remove = new QToolButton(this);
    remove->setObjectName(QStringLiteral("remove"));
    remove->setAutoRaise(true);
    remove->setText(QStringLiteral("\u00D7"));
    remove->setToolTip(QStringLiteral("Remove this constraint"));
    remove->setAccessibleName(remove->toolTip());
    row->addWidget(m_metric, 5);
    row->addWidget(m_sign);
    row->addWidget(m_edit, 3);
    row->addWidget(remove);
    layout->addLayout(row);
    m_note->setWordWrap(true);
    m_note->hide();
    layout->addWidget(m_note);
    connect(remove, &QToolButton::clicked, this, &ConstraintRow::removeRequested);
}

void ConstraintRow::setMetrics(const std::vector<ConstraintMetric>& metrics, SystemPtr system) {
    const QString whole = text();
    m_given.reset(); // it names its subject by number
    m_metrics = metrics;
    m_system = std::move(system);
    const QString chosen = m_metric->currentText();
    m_metric->clear();
    for (const ConstraintMetric& m : m_metrics) m_metric->addItem(m.title);
    const int again = m_metric->findText(chosen);
    // What it spoke about is gone: the words stay, and say so.
    if (again < 0 && !chosen.isEmpty() && !whole.isEmpty()) m_edit->setText(whole);
    setMetric(again < 0 ? 0 : static_cast<std::size_t>(again));
}

void ConstraintRow::setMetric(std::size_t index) {
    if (index >= m_metrics.size()) return check();
    const ConstraintMetric& metric = m_metrics[index];
    m_metric->setCurrentIndex(static_cast<int>(index));
    m_metric->setToolTip(metric.title);
    if (m_edit->text().isEmpty()) setAtMost(metric.at_most);
    m_edit->setPlaceholderText(metric.example);
    m_edit->setToolTip(QStringLiteral("A number with its unit, for example %1").arg(metric.example));
    if (m_given && (m_given->kind != metric.kind || m_given->subject != metric.subject)) m_given.reset();
    check();
}

void ConstraintRow::setText(const QString& words) {
    m_edit->setText(words.trimmed());
    m_edit->setCursorPosition(0); // what is wrong stands at the front
    m_given.reset();
    check();
    splitWhole();
}

void ConstraintRow::splitWhole() {
    if (!isComparison(m_edit->text()) || !m_constraint) return;
    const Constraint constraint = *m_constraint;
    const auto index = metricOf(m_metrics, constraint);
    if (!index) return;
    m_edit->setText(limitAsWritten(m_edit->text()));
    m_given = constraint;
    setAtMost(constraint.at_most);
    setMetric(*index);
}

void ConstraintRow::setAtMost(bool at_most) {
    m_at_most = at_most;
    m_sign->setText(at_most ? QStringLiteral("\u2264") : QStringLiteral("\u2265"));
    m_sign->setToolTip(at_most ? QStringLiteral("At most; click for at least")
                               : QStringLiteral("At least; click for at most"));
    m_sign->setAccessibleName(at_most ? QStringLiteral("at most") : QStringLiteral("at least"));
}

void ConstraintRow::toggleSign() {
    setAtMost(!m_at_most);
    m_given.reset();
    check();
    Q_EMIT edited(false);
}

QString ConstraintRow::text() const {
    if (m_given) return cutline::text(m_given->text);
    const QString limit = m_edit->text().trimmed();
    if (limit.isEmpty() || isComparison(limit)) return limit;
    const int index = m_metric->currentIndex();
    if (index < 0) return limit;
    return m_metrics[static_cast<std::size_t>(index)].name +
           (m_at_most ? QStringLiteral("<=") : QStringLiteral(">=")) + limit;
}

bool ConstraintRow::isWrong() const {
    return !text().isEmpty() && !m_constraint;
}

QString ConstraintRow::errorText() const {
    return m_error;
}

void ConstraintRow::check() {
    m_constraint.reset();
    m_error.clear();
    m_miss.clear(); // of another limit
    if (m_given) {
        m_constraint = m_given;
    } else if (const QString whole = text(); !whole.isEmpty() && m_system) {
        auto parsed = parseConstraint(whole.toStdString(), *m_system);
        if (parsed)
            m_constraint = *parsed;
        else
            m_error = cutline::text(parsed.error().what) + QStringLiteral("; ") + cutline::text(parsed.error().fix);
    }
    showNote();
}

void ConstraintRow::setMiss(const QString& words) {
    m_miss = words;
    showNote();
}

void ConstraintRow::showNote() {
    const QString& words = m_error.isEmpty() ? m_miss : m_error;
    m_note->setText(words);
    m_note->setVisible(!words.isEmpty());
    m_edit->setAccessibleDescription(words);
}

} // namespace cutline
