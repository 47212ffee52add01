// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/references_dialog.h"

#include "widgets/panels/kit.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace cutline {

ReferencesDialog::ReferencesDialog(const QString& project, std::vector<LostFile> files, QWidget* parent)
    : QDialog(parent), m_files(std::move(files)), m_choices(m_files.size()), m_rows(m_files.size()),
      m_open(new QPushButton(tr("&Open the project"), this)) {
    setObjectName(QStringLiteral("referencesDialog"));
    setWindowTitle(tr("Files that moved or changed"));
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(20, 18, 20, 16);
    box->setSpacing(12);
    auto* title = new InkLabel(
        Ink::Text, TextRole::Heading,
        project.isEmpty() ? tr("The project needs files that are not as they were")
                          : tr("%1 needs files that are not as they were").arg(QFileInfo(project).fileName()), this);
    title->setParagraph();
    box->addWidget(title);
    auto* list = new QWidget(this);
    auto* rows = new QVBoxLayout(list);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(16);
    for (std::size_t i = 0; i < m_files.size(); ++i) rows->addWidget(buildRow(i));
    rows->addStretch(1);
    box->addWidget(scrolled(list, this), 1);
    auto* buttons = new QHBoxLayout;
    auto* cancel = new QPushButton(tr("Cancel"), this);
    buttons->addWidget(cancel);
    buttons->addStretch(1);
    buttons->addWidget(m_open);
    box->addLayout(buttons);
    m_open->setDefault(true);
    m_open->setEnabled(false);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_open, &QPushButton::clicked, this, &QDialog::accept);
    resize(640, std::min(520, 170 + 96 * static_cast<int>(m_files.size())));
}

QWidget* ReferencesDialog::buildRow(std::size_t file) {
    const LostFile& lost = m_files[file];
    Row& row = m_rows[file];
    auto* widget = new QWidget(this);
    auto* box = new QVBoxLayout(widget);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(4);
    box->addWidget(new InkLabel(Ink::Text, TextRole::Interface, lost.what, widget));
    auto* path = new InkLabel(Ink::Text2, TextRole::Small, lost.path, widget);
    path->setElided();
    path->setToolTip(lost.path);
    box->addWidget(path);
    auto* line = new QHBoxLayout;
    row.state = new InkLabel(Ink::Bad, TextRole::Interface,
                             lost.changed ? tr("has changed since the project was saved") : tr("is not there"), widget);
    row.state->setElided();
    line->addWidget(row.state, 1);
    const auto button = [&](const QString& words, auto does) {
        auto* b = new QPushButton(words, widget);
        b->setAutoDefault(false);
        b->setAccessibleDescription(lost.what);
        connect(b, &QPushButton::clicked, this, does);
        line->addWidget(b);
        return b;
    };
    if (!lost.needed)
        row.leave_out = button(tr("Leave out"), [this, file] { choose(file, {Choice::Kind::LeftOut, {}}); });
    if (lost.changed)
        row.as_it_is = button(tr("Use as it is now"), [this, file] { choose(file, {Choice::Kind::AsItIs, {}}); });
    button(tr("Choose a file..."), [this, file] { browse(file); });
    box->addLayout(line);
    return widget;
}

void ReferencesDialog::browse(std::size_t file) {
    const LostFile& lost = m_files[file];
    const QString start = QFileInfo(lost.path).absolutePath();
    const QString path =
        lost.folder ? QFileDialog::getExistingDirectory(this, lost.what, start, QFileDialog::DontUseNativeDialog)
                    : QFileDialog::getOpenFileName(this, lost.what, start, lost.filter, nullptr, QFileDialog::DontUseNativeDialog);
    if (!path.isEmpty()) choose(file, {Choice::Kind::Other, path});
}

void ReferencesDialog::choose(std::size_t file, const Choice& choice) {
    m_choices[file] = choice;
    InkLabel& state = *m_rows[file].state;
    state.setInk(Ink::Good);
    state.setText(choice.kind == Choice::Kind::AsItIs    ? tr("is used as it is now")
                  : choice.kind == Choice::Kind::LeftOut ? tr("is left out")
                                                         : tr("replaced by %1").arg(choice.path));
    m_open->setEnabled(std::all_of(m_choices.begin(), m_choices.end(),
                                   [](const Choice& c) { return c.kind != Choice::Kind::Undecided; }));
}

} // namespace cutline
