// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QDialog>
#include <QStringList>

#include <optional>

class QPushButton;

namespace cutline {

/// After a crash: there is newer work than the project file has, or other work; what differs, and which one to open.
/// Accepted: the work that was not saved. `savedRequested()`: the file as it is. Rejected: neither, both stay.
class RecoveryDialog : public QDialog {
    Q_OBJECT
public:
    /// `file`: empty for a project that was never saved: `differences` then says what it is, and it can be discarded.
    /// `saved`: when the file was written; absent: it cannot be read.
    RecoveryDialog(const QString& file, const std::optional<QDateTime>& saved, const QDateTime& unsaved,
                   const QStringList& differences, QWidget* parent = nullptr);
    QPushButton* unsavedButton() const { return m_unsaved; }
    QPushButton* savedButton() const { return m_saved; } ///< null where there is no file
    QPushButton* discardButton() const { return m_discard; } ///< null where there is a file

Q_SIGNALS:
    void savedRequested();
    void discardRequested();

private:
    QPushButton *m_unsaved, *m_saved = nullptr, *m_discard = nullptr;
    QPushButton* otherButton(const QString& words, void (RecoveryDialog::*says)());
};

} // namespace cutline
