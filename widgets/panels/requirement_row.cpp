// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/requirement_row.h"

#include "core/base/text.h"
#include "widgets/panels/kit.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

#include <algorithm>

namespace cutline {

QString exactLimit(double value, Unit unit) {
    const QString shown = limitText(value, unit).replace(QChar(0x202F), u' '); // as keyboards have it
    const auto back = parseQuantity(shown.toStdString(), unit);
    return back && *back == value ? shown : text(numberText(value));
}

RequirementRow::RequirementRow(QWidget* parent)
    : QWidget(parent), m_limit(new ConstraintRow(this)), m_hard(new QCheckBox(QStringLiteral("must"), this)),
      m_source(new QLineEdit(this)), m_text(new QLineEdit(this)), m_standing(new InkLabel(Ink::Text3, TextRole::Small, {}, this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 4);
    layout->setSpacing(2);
    layout->addWidget(m_limit);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_hard->setChecked(true);
    m_hard->setToolTip(QStringLiteral("Checked: no plan may miss it, the search leaves those out.\n"
                                      "Not checked: a wish; what misses it is marked."));
    m_source->setPlaceholderText(QStringLiteral("who asks for it"));
    m_source->setAccessibleName(QStringLiteral("Source of the requirement"));
    m_source->setToolTip(QStringLiteral("Where the limit comes from: a specification, a standard, a person"));
    row->addWidget(m_hard);
    row->addWidget(m_source, 1);
    layout->addLayout(row);
    m_text->setPlaceholderText(QStringLiteral("in words: glass to decision"));
    m_text->setAccessibleName(QStringLiteral("The requirement in words"));
    m_text->setToolTip(QStringLiteral("What is asked for, in words; stands in the report"));
    layout->addWidget(m_text);
    m_standing->setParagraph();
    m_standing->hide();
    layout->addWidget(m_standing);
    connect(m_limit, &ConstraintRow::edited, this, &RequirementRow::edited);
    connect(m_limit, &ConstraintRow::removeRequested, this, &RequirementRow::removeRequested);
    connect(m_hard, &QCheckBox::clicked, this, [this] { Q_EMIT edited(false); });
    for (const QLineEdit* edit : {m_source, m_text})
        connect(edit, &QLineEdit::textEdited, this, [this] { Q_EMIT edited(true); });
}

void RequirementRow::setMetrics(const std::vector<ConstraintMetric>& metrics, SystemPtr system) {
    m_limit->setMetrics(metrics, std::move(system));
}

void RequirementRow::setRequirement(const Scenario::Requirement& requirement) {
    const bool at_most = requirement.at_most.has_value();
    const double value = at_most ? *requirement.at_most : requirement.at_least.value_or(0);
    const QString comparison = text(requirement.metric) + (at_most ? QStringLiteral("<=") : QStringLiteral(">="));
    m_limit->setText(comparison + text(numberText(value)));
    if (const auto constraint = m_limit->constraint())
        m_limit->setText(comparison + exactLimit(value, unitOf(constraint->kind)));
    m_hard->setChecked(requirement.hard);
    m_source->setText(text(requirement.source));
    m_text->setText(text(requirement.text));
    m_limit->setToolTip(m_text->text());
    m_other_end = at_most ? requirement.at_least : std::nullopt;
    m_other_metric = text(requirement.metric);
}

std::optional<Scenario::Requirement> RequirementRow::requirement() const {
    const auto constraint = m_limit->constraint();
    if (!constraint) return std::nullopt;
    Scenario::Requirement requirement;
    // "memory <= 50 %" is a share of the tightest memory; without the unit it would be bytes.
    requirement.metric = constraint->kind == MetricKind::MemoryRatio
                             ? "tightest"
                             : metricAsWritten(text(constraint->text)).toStdString();
    (constraint->at_most ? requirement.at_most : requirement.at_least) = constraint->limit;
    requirement.hard = m_hard->isChecked();
    requirement.source = m_source->text().trimmed().toStdString();
    requirement.text = m_text->text().trimmed().toStdString();
    if (m_other_end && constraint->at_most && text(requirement.metric) == m_other_metric) requirement.at_least = m_other_end;
    return requirement;
}

void RequirementRow::setStanding(const Metrics* metrics, double period_s) {
    const auto constraint = m_limit->constraint();
    QString words;
    if (metrics && constraint) {
        const auto value = metricValue(*metrics, *constraint, period_s);
        const Standing standing = standingOf(*constraint, value);
        words = standing.text;
        if (value) words += QStringLiteral(" \u00B7 ") + shownQuantity(*value, unitOf(constraint->kind));
        m_standing->setInk(!standing.known ? Ink::Text3 : standing.met ? Ink::Good : Ink::Bad);
    }
    m_words = words;
    setChance(std::nullopt);
}

void RequirementRow::setChance(std::optional<double> share) {
    m_standing->setText(share && !m_words.isEmpty()
                            ? m_words + QStringLiteral(" \u00B7 kept in %1 of 100 cases").arg(qRound(*share * 100))
                            : m_words);
    m_standing->setToolTip(share ? QStringLiteral("Of 500 draws of how wrong costs may be, as sure as their sources are")
                                 : QString());
    m_standing->setVisible(!m_words.isEmpty());
    fitStanding();
}

void RequirementRow::fitStanding() {
    // Forms do not ask how high a paragraph is at the width that it gets.
    m_standing->setMinimumHeight(m_standing->heightForWidth(std::max(width(), 100)));
}

void RequirementRow::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitStanding();
}

QString RequirementRow::standingText() const {
    return m_standing->text();
}

} // namespace cutline
