// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QString>

#include <vector>

class QPushButton;

namespace cutline {

class InkLabel;

/// A file that a project was saved with, and that is no longer there or no longer the same.
struct LostFile {
    QString what;          ///< "Model", "Times of EYR"
    QString path;          ///< where it was
    bool changed = false;  ///< else it is missing
    bool needed = false;   ///< the project cannot be opened without it
    QString filter;        ///< of the file dialog
    bool folder = false;   ///< a folder takes its place
};

/// Asks what to take for files of a project that moved or changed: nothing is swapped without being asked. Each one is
/// decided by itself; only then the project can be opened.
class ReferencesDialog : public QDialog {
    Q_OBJECT
public:
    /// What a person decided about one file.
    struct Choice {
        enum class Kind { Undecided, AsItIs, Other, LeftOut };
        Kind kind = Kind::Undecided;
        QString path; ///< of Other
    };

    explicit ReferencesDialog(const QString& project, std::vector<LostFile> files, QWidget* parent = nullptr);
    const std::vector<Choice>& choices() const { return m_choices; }
    void choose(std::size_t file, const Choice& choice);
    QPushButton* openButton() const { return m_open; }
    /// Null where the file is missing.
    QPushButton* asItIsButton(std::size_t file) const { return m_rows[file].as_it_is; }
    QPushButton* leaveOutButton(std::size_t file) const { return m_rows[file].leave_out; } ///< null where it is needed

private:
    struct Row {
        InkLabel* state = nullptr;
        QPushButton *as_it_is = nullptr, *leave_out = nullptr;
    };
    QWidget* buildRow(std::size_t file);
    void browse(std::size_t file);

    std::vector<LostFile> m_files;
    std::vector<Choice> m_choices;
    std::vector<Row> m_rows;
    QPushButton* m_open;
};

} // namespace cutline
