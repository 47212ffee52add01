// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QLineEdit;
class QPlainTextEdit;

namespace cutline {

/// What a project and its report are called, and what is to be said about them.
class TitleDialog : public QDialog {
    Q_OBJECT
public:
    /// `usual`: what reports are called without a title.
    TitleDialog(const QString& title, const QString& note, const QString& usual, QWidget* parent = nullptr);
    QString title() const; ///< empty: as usual
    QString note() const;

    QLineEdit* titleEdit() const { return m_title; }
    QPlainTextEdit* noteEdit() const { return m_note; }

private:
    QLineEdit* m_title;
    QPlainTextEdit* m_note;
};

} // namespace cutline
