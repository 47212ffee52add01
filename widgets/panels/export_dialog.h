// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QDialog>
#include <QString>
#include <QStringList>

#include <vector>

class QCheckBox;
class QLineEdit;
class QListWidget;
class QProgressBar;
class QPushButton;

namespace cutline {

class InkLabel;

/// Something that a plan can be written as.
struct ExportOffer {
    QString id;      ///< "split", "ort"
    QString title;   ///< "ONNX pieces"
    QString about;   ///< what is written, and who reads it
    QString name;    ///< of the file or folder, proposed
    bool folder = false;
    bool can_verify = false;
};

/// The chosen plan as files for others: what, where, and how far it is. Writing is done by whoever hears exportRequested()
/// and answers with setProgress() and then setDone() or setError(); closing the dialog asks to cancel.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    ExportDialog(const QString& plan, std::vector<ExportOffer> offers, const QString& folder, QWidget* parent = nullptr);

    void choose(const QString& id);
    void setPath(const QString& path);
    QString path() const;
    /// `fraction` negative: not known.
    void setProgress(double fraction, const QString& message);
    void setDone(const QStringList& files, const QString& summary);
    void setError(const Error& error);

    QListWidget* list() const { return m_list; }
    QCheckBox* verifyBox() const { return m_verify; }
    QPushButton* exportButton() const { return m_export; }
    QPushButton* showButton() const { return m_show; }
    QString message() const;

Q_SIGNALS:
    void exportRequested(const QString& id, const QString& path, bool verify);
    void cancelRequested();
    void showRequested(const QString& file);

protected:
    void done(int result) override;

private:
    QWidget* buildList();
    QWidget* buildPage();
    void follow();
    void browse();
    void start();
    void setRunning(bool running);

    std::vector<ExportOffer> m_offers;
    QString m_folder, m_written;
    bool m_running = false, m_own_path = false;
    QListWidget* m_list;
    InkLabel *m_about, *m_message;
    QLineEdit* m_path;
    QCheckBox* m_verify;
    QProgressBar* m_progress;
    QPushButton *m_export, *m_show, *m_close;
};

} // namespace cutline
