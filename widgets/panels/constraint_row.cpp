// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/auto_partition_panel.h"
#include "widgets/panels/kit.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

namespace cutline {

ConstraintRow::ConstraintRow(const QString& text, QWidget* parent)
    : QWidget(parent), m_edit(new QLineEdit(text, this)),
      m_error(new InkLabel(Ink::Bad, TextRole::Small, {}, this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    m_edit->setPlaceholderText(QStringLiteral("latency<=20ms"));
    m_edit->setAccessibleName(QStringLiteral("Constraint"));
    m_edit->setToolTip(QStringLiteral(
        "A figure, <= or >=, a number with its unit:\nlatency<=20ms, throughput>=30fps, energy<=25mJ,\n"
        "memory:PLATFORM<=4MiB, busy:PLATFORM<=10ms, load:LINK<=50%"));
    auto* remove = new QToolButton(this);
    remove->setAutoRaise(true);
    remove->setText(QStringLiteral("\u00D7"));
    remove->setToolTip(QStringLiteral("Remove this constraint"));
    remove->setAccessibleName(remove->toolTip());
    row->addWidget(m_edit, 1);
    row->addWidget(remove);
    layout->addLayout(row);
    m_error->setWordWrap(true);
    m_error->hide();
    layout->addWidget(m_error);
    connect(m_edit, &QLineEdit::textChanged, this, &ConstraintRow::edited);
    connect(remove, &QToolButton::clicked, this, &ConstraintRow::removeRequested);
}

QString ConstraintRow::text() const {
    return m_edit->text().trimmed();
}

bool ConstraintRow::isWrong() const {
    return !text().isEmpty() && !m_constraint;
}

QString ConstraintRow::errorText() const {
    return m_error->text();
}

void ConstraintRow::check(const System* system) {
    m_constraint.reset();
    QString why;
    if (!text().isEmpty() && system) {
        auto parsed = parseConstraint(text().toStdString(), *system);
        if (parsed)
            m_constraint = *parsed;
        else
            why = cutline::text(parsed.error().message());
    }
    m_error->setText(why);
    m_error->setVisible(!why.isEmpty());
    m_edit->setAccessibleDescription(why);
}

} // namespace cutline
