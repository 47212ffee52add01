// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/project_session.h"

#include "app/document.h"
#include "core/base/file.h"
#include "widgets/models/plan_facts.h"

#include <QFileInfo>
#include <QLockFile>

namespace cutline {
namespace {

constexpr std::size_t kMostSaid = 5;

QString absolutePath(const QString& file) { return QFileInfo(file).absoluteFilePath(); }
QString lockOf(const QString& file) { return QString::fromStdString(lockFileOf(file.toStdString())); }

std::string listed(const std::vector<std::string>& words) {
    std::string list;
    for (std::size_t i = 0; i < words.size() && i < kMostSaid; ++i) list += (i > 0 ? "; " : "") + words[i];
    if (words.size() > kMostSaid) list += "; " + std::to_string(words.size() - kMostSaid) + " more";
    return list;
}

} // namespace

QString ProjectSession::copyBeside(const QString& file) {
    return QString::fromStdString(autosaveFileOf(file.toStdString()));
}

Result<Project> ProjectSession::readAbsolute(const QString& file, const Library& library) {
    auto project = readProject(file.toStdString(), library);
    if (project) makePathsAbsolute(*project, file.toStdString());
    return project;
}

ProjectSession::ProjectSession(Document& document, QObject* parent)
    : QObject(parent), m_document(document), m_work(std::make_unique<Jobs>()) {
    m_autosave.setSingleShot(true);
    m_autosave.setInterval(kAutosaveMs);
    connect(&m_autosave, &QTimer::timeout, this, &ProjectSession::autosave);
    connect(&m_document, &Document::begun, this, &ProjectSession::followBegun);
    connect(&m_document.undoStack(), &QUndoStack::indexChanged, this, &ProjectSession::followIndex);
}

ProjectSession::~ProjectSession() {
    m_work.reset(); // a copy may just be written
    if (!isModified()) removeCopy();
}

bool ProjectSession::isModified() const {
    return m_document.hasModel() && (m_recovered || !m_document.undoStack().isClean());
}

ProjectSession::LockPtr ProjectSession::lock(const QString& file) {
    if (holds(file)) return m_lock;
    auto lock = std::make_shared<QLockFile>(lockOf(file));
    lock->setStaleLockTime(0); // old is no reason; that its process is gone is
    if (lock->tryLock(0) || lock->error() != QLockFile::LockFailedError) return lock;
    qint64 process = 0;
    QString host, program;
    lock->getLockInfo(&process, &host, &program);
    Q_EMIT failed({file.toStdString(),
                   "is open in another window (process " + std::to_string(process) + " on " + host.toStdString() + ")",
                   "close it there, or save that one under another name"});
    return nullptr;
}

void ProjectSession::open(const QString& path) {
    const QString file = absolutePath(path);
    cancelOpening();
    const LockPtr held = lock(file);
    if (!held) return;
    removeParts(file.toStdString());
    const std::uint64_t revision = m_revision;
    m_work->start<Opening>(
        tr("Reading %1").arg(QFileInfo(file).fileName()),
        [file, held, library = m_document.library()](Progress&) {
            Opening read;
            read.file = file;
            read.lock = held;
            auto saved = readAbsolute(file, library);
            if (saved)
                read.saved = *std::move(saved);
            else
                read.error = saved.error();
            read.saved_at = QFileInfo(file).lastModified();
            const QFileInfo copy(copyBeside(file));
            if (!copy.exists()) return read;
            if (auto newer = readAbsolute(copy.filePath(), library)) read.newer = *std::move(newer);
            read.newer_at = copy.lastModified();
            return read;
        },
        [this, revision](Opening read) {
            if (revision == m_revision) takeRead(std::move(read));
        });
    Q_EMIT changed();
}

void ProjectSession::takeRead(Opening read) {
    m_opening = std::move(read);
    Opening& now = *m_opening;
    if (!now.saved && !now.newer) {
        const Error error = *now.error;
        cancelOpening();
        Q_EMIT failed(error);
        return;
    }
    QStringList differences;
    if (now.saved && now.newer)
        for (const std::string& words : projectDifferences(*now.saved, *now.newer)) differences << text(words);
    // The document that is open already wrote that copy itself.
    const bool own = holds(now.file);
    if (!now.newer || own || (now.saved && differences.isEmpty())) {
        takeSaved();
        return;
    }
    Q_EMIT recoveryAsked({now.file, now.saved ? std::optional(now.saved_at) : std::nullopt, now.newer_at, differences});
}

void ProjectSession::takeNewer() {
    if (!m_opening || !m_opening->newer) return;
    m_opening->project = *m_opening->newer;
    m_opening->recovered = true;
    check();
}

void ProjectSession::takeSaved() {
    if (!m_opening || !m_opening->saved) return;
    m_opening->project = *m_opening->saved;
    check();
}

void ProjectSession::check() {
    const std::uint64_t revision = m_revision;
    m_work->start<std::vector<ReferenceCheck>>(
        tr("Looking for the project's files"), [project = m_opening->project](Progress&) { return checkReferences(project); },
        [this, revision](std::vector<ReferenceCheck> checks) {
            if (revision != m_revision) return;
            std::erase_if(checks, [](const auto& c) { return c.state == ReferenceCheck::State::Same; });
            m_opening->checks = std::move(checks);
            if (m_opening->checks.empty())
                load();
            else
                Q_EMIT referencesAsked(m_opening->checks);
        });
}

void ProjectSession::openWith(const std::vector<FileReference>& references) {
    if (!m_opening || references.size() != m_opening->checks.size()) return;
    for (std::size_t i = 0; i < references.size(); ++i)
        replaceReference(m_opening->project, m_opening->checks[i], references[i]);
    load();
}

void ProjectSession::cancelOpening() {
    ++m_revision;
    m_opening.reset();
    Q_EMIT changed();
}

void ProjectSession::load() {
    const std::uint64_t revision = m_revision;
    m_work->start<Result<LoadedProject>>(
        tr("Opening %1").arg(QFileInfo(m_opening->file).fileName()),
        [project = m_opening->project](Progress& progress) { return loadProject(project, progress); },
        [this, revision](Result<LoadedProject> loaded) {
            if (revision != m_revision) return;
            if (loaded) {
                adopt(*std::move(loaded));
                return;
            }
            cancelOpening();
            Q_EMIT failed(loaded.error());
        });
}

void ProjectSession::adopt(LoadedProject loaded) {
    const Opening opening = *std::exchange(m_opening, std::nullopt);
    removeCopy(); // of what was open before; nobody wants it any more
    m_file = opening.file;
    if (m_file.isEmpty()) {
        m_copy = opening.leftover;
        m_copy_lock = opening.lock;
        m_lock.reset();
    } else {
        m_lock = opening.lock;
    }
    m_beside = true;
    m_recovered = opening.recovered;
    m_rest = std::move(loaded.rest);
    m_adopting = true;
    m_document.show(loaded.state);
    m_adopting = false;
    Q_EMIT opened();
    Q_EMIT changed();
    const std::string where = QFileInfo(opening.file).fileName().toStdString();
    if (!loaded.lost.empty())
        Q_EMIT noticed({where, "speaks of what model or system do not have: " + listed(loaded.lost),
                        "the file keeps it until you save"});
    std::vector<std::string> unknown;
    for (const Project::Unknown& field : m_rest.unknown)
        unknown.push_back(field.name + " in line " + std::to_string(field.line));
    if (!unknown.empty())
        Q_EMIT noticed({where, "is of a newer version, not understood: " + listed(unknown), "it is kept when you save"});
}

void ProjectSession::followBegun() {
    m_autosave.stop();
    ++m_shown;
    if (m_adopting) return;
    // Another model was opened by itself.
    removeCopy();
    cancelOpening();
    m_file.clear();
    m_lock.reset();
    m_rest = {};
    m_recovered = false;
    Q_EMIT changed();
}

void ProjectSession::followIndex() {
    if (isModified()) {
        if (!m_autosave.isActive()) m_autosave.start();
    } else if (!m_adopting) {
        m_autosave.stop();
        if (!isBusy()) removeCopy();
    }
    Q_EMIT changed();
}

} // namespace cutline
