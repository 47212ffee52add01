// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs.h"
#include "app/project_state.h"
#include "core/exchange/project_files.h"

#include <QDateTime>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

class QLockFile;

namespace cutline {

class Document;

/// A project file and what lies beside it while it was not closed in order.
struct Unsaved {
    QString file;                   ///< the project; empty: it was never saved
    std::optional<QDateTime> saved; ///< absent: the file is gone, cannot be read or never was
    QDateTime newer;                ///< when the copy beside it was written
    QStringList differences;        ///< of the copy
};

/// The file behind a document: opening, saving, the copy beside it that survives a crash, and the lock against a second
/// window. All reading and writing is in the background, one after the other.
///
/// Opening may stop to ask: recoveryAsked() is answered by takeNewer() or takeSaved(), referencesAsked() by
/// openWith(); cancelOpening() answers either.
class ProjectSession : public QObject {
    Q_OBJECT

public:
    explicit ProjectSession(Document& document, QObject* parent = nullptr);
    /// Leaves the copy of unsaved work where it is.
    ~ProjectSession() override;

    const QString& file() const { return m_file; } ///< empty: not saved yet
    QString openingFile() const { return m_opening ? m_opening->file : QString(); }
    bool isModified() const;
    bool isBusy() const { return !m_work->idle(); }
    /// What is shown how is asked for when it is written, and put in force when it is read.
    void setView(std::function<void(Project::View&)> ask) { m_ask_view = std::move(ask); }
    const Project::View& view() const { return m_rest.view; }

    void open(const QString& file);
    void takeNewer();
    void takeSaved();
    /// With these in place of what was asked for, one by one; without a file: to be left out.
    void openWith(const std::vector<FileReference>& references);
    void cancelOpening();
    /// saved() or failed() follows.
    void save(const QString& file);
    /// Unsaved work is not wanted: takes its copy away.
    void discard();

    /// Work of windows that ended without being asked, newest first; not of those that still run.
    static QStringList leftovers();
    /// Opens one of them as what it was: a project that was never saved.
    void openLeftover(const QString& copy);
    static void removeLeftover(const QString& copy);

Q_SIGNALS:
    /// File or modified state.
    void changed();
    void opened();
    void saved();
    void recoveryAsked(const cutline::Unsaved& unsaved);
    void referencesAsked(const std::vector<cutline::ReferenceCheck>& checks);
    void failed(const cutline::Error& error);
    void noticed(const cutline::Error& note);

private:
    using LockPtr = std::shared_ptr<QLockFile>;
    /// What is being opened.
    struct Opening {
        QString file;     ///< empty: a leftover
        QString leftover; ///< that it stands in
        LockPtr lock;
        std::optional<Project> saved, newer;
        std::optional<Error> error; ///< why there is no saved one
        QDateTime saved_at, newer_at;
        bool recovered = false;
        Project project; ///< the one to show
        std::vector<ReferenceCheck> checks;
    };

    /// The copy of unsaved work beside a project's file.
    static QString copyBeside(const QString& file);
    static Result<Project> readAbsolute(const QString& file, const Library& library);
    /// Null: somebody else has it, which was said. A folder that cannot be written gives a lock that does nothing.
    LockPtr lock(const QString& file);
    /// After the first change that is not kept yet; with the time that writing takes it stays below two seconds.
    static constexpr int kAutosaveMs = 1'000, kRetryMs = 100;

    void takeRead(Opening read);
    void check();
    void load();
    void adopt(LoadedProject loaded);
    void followBegun();
    void followIndex();
    void autosave();
    void removeCopy();
    QString copyFile();
    bool holds(const QString& file) const { return !m_file.isEmpty() && file == m_file && m_lock; }

    Document& m_document;
    QString m_file;
    LockPtr m_lock, m_copy_lock; ///< of the file, of a copy in the state folder
    QString m_copy; ///< in the state folder; empty: none yet
    bool m_beside = true; ///< the copy can stand beside the file
    Project m_rest; ///< what is in the file and not in the document
    bool m_recovered = false, m_adopting = false, m_told = false;
    std::optional<Opening> m_opening;
    std::uint64_t m_revision = 0, m_shown = 0; ///< of openings; of what the document shows
    QTimer m_autosave;
    std::function<void(Project::View&)> m_ask_view;
    std::unique_ptr<Jobs> m_work;
};

} // namespace cutline
