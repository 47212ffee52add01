// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/recovery_dialog.h"

#include "widgets/panels/kit.h"

#include <QFileInfo>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLocale>
#include <QVBoxLayout>

namespace cutline {
namespace {

constexpr qsizetype kMostDifferences = 8;

QString timeText(const QDateTime& time) {
    return QLocale().toString(time.date(), QLocale::ShortFormat) + QStringLiteral(", ") + time.toString(QStringLiteral("hh:mm:ss"));
}

} // namespace

RecoveryDialog::RecoveryDialog(const QString& file, const std::optional<QDateTime>& saved, const QDateTime& unsaved,
                               const QStringList& differences, QWidget* parent)
    : QDialog(parent), m_unsaved(new QPushButton(tr("Open the &unsaved work"), this)) {
    setObjectName(QStringLiteral("recoveryDialog"));
    setWindowTitle(tr("Work that was not saved"));
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(20, 18, 20, 16);
    box->setSpacing(14);
    const QString name = QFileInfo(file).fileName();
    auto* title = new InkLabel(Ink::Text, TextRole::Heading,
                               name.isEmpty() ? tr("Cutline ended before a project was saved")
                                              : tr("Cutline ended before %1 was saved").arg(name), this);
    title->setParagraph();
    box->addWidget(title);

    auto* times = new QGridLayout;
    times->setHorizontalSpacing(20);
    times->setVerticalSpacing(6);
    const auto row = [&](int at, const QString& what, const QString& when, bool newer) {
        times->addWidget(new InkLabel(Ink::Text2, TextRole::Interface, what, this), at, 0);
        times->addWidget(new InkLabel(Ink::Text, TextRole::Interface, when, this), at, 1);
        times->addWidget(new InkLabel(Ink::Good, TextRole::Interface, newer ? tr("newer") : QString(), this), at, 2);
    };
    const bool unsaved_is_newer = !saved || unsaved >= *saved;
    row(0, tr("Unsaved work"), timeText(unsaved), unsaved_is_newer);
    if (!name.isEmpty()) row(1, tr("Project file"), saved ? timeText(*saved) : tr("cannot be read"), !unsaved_is_newer);
    times->setColumnStretch(2, 1);
    box->addLayout(times);

    if (!differences.isEmpty()) {
        QStringList lines = differences.mid(0, kMostDifferences);
        if (!name.isEmpty()) {
            for (QString& line : lines) line.prepend(QStringLiteral("\u2022 "));
            lines.prepend(tr("The unsaved work has otherwise:"));
        }
        QString words = lines.join(QLatin1Char('\n'));
        if (differences.size() > kMostDifferences)
            words += QStringLiteral("\n\u2022 ") + tr("%1 more").arg(differences.size() - kMostDifferences);
        auto* what = new InkLabel(Ink::Text, TextRole::Interface, words, this);
        what->setParagraph();
        box->addWidget(what);
    }
    auto* hint = new InkLabel(Ink::Text2, TextRole::Small,
                              tr("Nothing is written until you save. Cancel leaves everything as it is."), this);
    hint->setParagraph();
    box->addWidget(hint);
    box->addStretch(1);
    auto* buttons = new QHBoxLayout;
    auto* cancel = new QPushButton(tr("Cancel"), this);
    buttons->addWidget(cancel);
    buttons->addStretch(1);
    if (saved) buttons->addWidget(m_saved = otherButton(tr("Open the file as &saved"), &RecoveryDialog::savedRequested));
    if (name.isEmpty()) buttons->addWidget(m_discard = otherButton(tr("&Discard it"), &RecoveryDialog::discardRequested));
    buttons->addWidget(m_unsaved);
    box->addLayout(buttons);
    (unsaved_is_newer || !m_saved ? m_unsaved : m_saved)->setDefault(true);
    connect(m_unsaved, &QPushButton::clicked, this, &QDialog::accept);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    setMinimumWidth(540);
}

QPushButton* RecoveryDialog::otherButton(const QString& words, void (RecoveryDialog::*says)()) {
    auto* button = new QPushButton(words, this);
    connect(button, &QPushButton::clicked, this, [this, says] {
        Q_EMIT (this->*says)();
        hide(); // neither accepted nor rejected
        deleteLater();
    });
    return button;
}

} // namespace cutline
