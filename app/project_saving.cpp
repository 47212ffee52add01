// SPDX-License-Identifier: GPL-3.0-or-later
// ProjectSession's writing: the file itself, and the copy of what is not saved.
#include "app/document.h"
#include "app/project_session.h"
#include "core/base/file.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLockFile>

#include <utility>

namespace cutline {
namespace {

QString unsavedFolderPath() { return QString::fromStdString(stateFolder("unsaved")); }

/// For its worker: the state is a value, so that the window may go on changing.
Result<void> writeState(const EditState& state, const Project& rest, const QString& file) {
    Project project = projectOf(state, rest);
    makePathsRelative(project, file.toStdString());
    return writeProject(file.toStdString(), project);
}

std::unique_ptr<QLockFile> freeLock(const QString& copy) {
    auto lock = std::make_unique<QLockFile>(QString::fromStdString(lockFileOf(copy.toStdString())));
    lock->setStaleLockTime(0);
    return lock->tryLock(0) ? std::move(lock) : nullptr;
}

} // namespace

void ProjectSession::save(const QString& path) {
    if (!m_document.hasModel()) return;
    const QString file = QFileInfo(path).absoluteFilePath();
    const LockPtr held = lock(file);
    if (!held) return;
    if (m_ask_view) m_ask_view(m_rest.view);
    m_autosave.stop();
    QUndoStack* stack = &m_document.undoStack();
    m_work->start<Result<void>>(
        tr("Saving %1").arg(QFileInfo(file).fileName()),
        [state = m_document.state(), rest = m_rest, file](Progress&) { return writeState(state, rest, file); },
        [this, file, held, stack, state = m_document.state(), shown = m_shown](Result<void> written) {
            if (!written) {
                if (isModified()) m_autosave.start();
                Q_EMIT failed(written.error());
                return;
            }
            if (shown != m_shown) return; // another one is open by now
            // By value: a gesture that goes on joins the step it began with, which leaves the stack's index as it was.
            const bool same = m_document.state() == state;
            removeCopy();
            m_file = file;
            m_lock = held;
            m_beside = true;
            m_recovered = !same;
            if (same)
                stack->setClean();
            else
                m_autosave.start();
            Q_EMIT saved();
            Q_EMIT changed();
        });
    Q_EMIT changed();
}

QString ProjectSession::copyFile() {
    if (!m_file.isEmpty() && m_beside) return copyBeside(m_file);
    if (!m_copy.isEmpty()) return m_copy;
    const QDir folder(unsavedFolderPath());
    constexpr int kMostTried = 100;
    if (unsavedFolderPath().isEmpty() || !folder.mkpath(QStringLiteral("."))) return {};
    for (int number = 1; number < kMostTried; ++number) {
        const QString copy = folder.filePath(
            QStringLiteral("%1-%2.cutline").arg(QCoreApplication::applicationPid()).arg(number));
        if (QFileInfo::exists(copy)) continue;
        m_copy_lock = freeLock(copy);
        if (!m_copy_lock) continue;
        return m_copy = copy;
    }
    return {};
}

void ProjectSession::autosave() {
    if (!isModified()) return;
    if (isBusy()) { // after the write that runs
        m_autosave.start(kRetryMs);
        return;
    }
    m_autosave.setInterval(kAutosaveMs);
    const QString file = copyFile();
    if (file.isEmpty()) {
        if (!std::exchange(m_told, true))
            Q_EMIT noticed({unsavedFolderPath().toStdString(), "cannot be written: unsaved work is not kept",
                            "save the project now and then"});
        return;
    }
    Project rest = m_rest;
    if (m_ask_view) m_ask_view(rest.view);
    m_work->start<Result<void>>(
        tr("Keeping unsaved work"),
        [state = m_document.state(), rest = std::move(rest), file](Progress&) { return writeState(state, rest, file); },
        [this](Result<void> written) {
            if (!isModified()) removeCopy();
            if (written) return;
            if (!m_file.isEmpty() && std::exchange(m_beside, false)) {
                Q_EMIT noticed({written.error().where, written.error().what,
                                "unsaved work is kept in " + unsavedFolderPath().toStdString() + " meanwhile"});
                m_autosave.start();
                return;
            }
            Q_EMIT noticed({written.error().where, "unsaved work is not kept: " + written.error().what,
                            written.error().fix});
        });
}

void ProjectSession::removeCopy() {
    if (!m_file.isEmpty()) QFile::remove(copyBeside(m_file));
    if (!m_copy.isEmpty()) QFile::remove(m_copy);
    m_copy.clear();
    m_copy_lock.reset();
}

void ProjectSession::discard() {
    m_autosave.stop();
    removeCopy();
    m_recovered = false;
    m_document.undoStack().setClean();
}

QStringList ProjectSession::leftovers() {
    const QString name = unsavedFolderPath();
    if (name.isEmpty()) return {};
    QStringList found;
    for (const QFileInfo& copy : QDir(name).entryInfoList({QStringLiteral("*.cutline")}, QDir::Files, QDir::Time))
        if (freeLock(copy.filePath())) found << copy.filePath();
    return found;
}

void ProjectSession::openLeftover(const QString& copy) {
    cancelOpening();
    LockPtr held = freeLock(copy);
    if (!held) return;
    const std::uint64_t revision = m_revision;
    m_work->start<Result<Project>>(
        tr("Reading unsaved work"),
        [copy, library = m_document.library()](Progress&) { return readAbsolute(copy, library); },
        [this, revision, held, copy](Result<Project> project) {
            if (revision != m_revision) return;
            if (!project) {
                Q_EMIT failed(project.error());
                return;
            }
            m_opening.emplace();
            m_opening->leftover = copy;
            m_opening->lock = held;
            m_opening->newer = *std::move(project);
            takeNewer();
        });
}

void ProjectSession::removeLeftover(const QString& copy) {
    if (const auto held = freeLock(copy)) QFile::remove(copy);
}

} // namespace cutline
