// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/title_dialog.h"

#include "widgets/panels/form_kit.h"
#include "widgets/panels/kit.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace cutline {

TitleDialog::TitleDialog(const QString& title, const QString& note, const QString& usual, QWidget* parent)
    : QDialog(parent), m_title(new QLineEdit(title, this)), m_note(new QPlainTextEdit(note, this)) {
    setObjectName(QStringLiteral("titleDialog"));
    setWindowTitle(tr("Title and note"));
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(20, 18, 20, 16);
    box->setSpacing(14);
    auto* about = new InkLabel(Ink::Text2, TextRole::Interface, tr("They stand on the report's first page and are kept in the project."), this);
    about->setParagraph();
    box->addWidget(about);
    m_title->setPlaceholderText(usual);
    m_title->setAccessibleName(tr("Title"));
    constexpr int kMostLetters = 200;
    m_title->setMaxLength(kMostLetters);
    m_note->setAccessibleName(tr("Note"));
    m_note->setPlaceholderText(tr("What is to be decided, and what one should know about it"));
    m_note->setTabChangesFocus(true);
    QFormLayout* form = wrappedForm();
    form->addRow(formLabel(tr("Title"), this), m_title);
    form->addRow(formLabel(tr("Note"), this), m_note);
    box->addLayout(form, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    box->addWidget(buttons);
    resize(520, 340);
}

QString TitleDialog::title() const { return m_title->text().simplified(); }
QString TitleDialog::note() const { return m_note->toPlainText().trimmed(); }

} // namespace cutline
