// SPDX-License-Identifier: GPL-3.0-or-later
// Projects in the window: opening, saving, and the questions that go with them.
#include "app/main_window.h"

#include "app/project_session.h"
#include "app/work_area.h"
#include "widgets/graph/graph_view.h"
#include "widgets/models/plan_facts.h"
#include "widgets/panels/auto_partition_panel.h"
#include "widgets/panels/candidates_table.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/recovery_dialog.h"
#include "widgets/panels/references_dialog.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>

#include <utility>

namespace cutline {
namespace {

/// A folder of pictures: it has no hash.
bool isFolder(const ReferenceCheck& check) {
    return check.kind == ReferenceCheck::Kind::Accuracy && check.reference.sha256.empty();
}

QString whatIs(const ReferenceCheck& check) {
    using Kind = ReferenceCheck::Kind;
    switch (check.kind) {
    case Kind::Model: return MainWindow::tr("Model %1").arg(text(check.reference.name));
    case Kind::Profile: return MainWindow::tr("Measured times of %1").arg(text(check.reference.name));
    case Kind::Sensitivity: return MainWindow::tr("Sensitivities");
    case Kind::Accuracy: break;
    }
    return MainWindow::tr("What accuracy comes from");
}

LostFile lostFile(const ReferenceCheck& check) {
    const bool model = check.kind == ReferenceCheck::Kind::Model;
    return {whatIs(check), text(check.reference.file), check.state == ReferenceCheck::State::Changed, model,
            model ? MainWindow::tr("Models (*.onnx *.json);;All files (*)") : MainWindow::tr("All files (*)"), isFolder(check)};
}

bool isProject(const QString& path) { return path.endsWith(QLatin1String(".cutline"), Qt::CaseInsensitive); }

} // namespace

void MainWindow::connectSession() {
    m_session = new ProjectSession(*m_document, this);
    connect(m_session, &ProjectSession::failed, this, [this](const Error& error) {
        m_after_saving = nullptr;
        showError(error);
    });
    connect(m_session, &ProjectSession::saved, this, [this] {
        m_messages->dismiss();
        tell(tr("Saved %1").arg(QFileInfo(m_session->file()).fileName()));
        if (const auto next = std::exchange(m_after_saving, nullptr)) afterAsking(next); // edits may have gone on meanwhile
    });
    connect(m_session, &ProjectSession::noticed, this, &MainWindow::showNote);
    connect(m_session, &ProjectSession::changed, this, &MainWindow::followSession);
    connect(m_session, &ProjectSession::recoveryAsked, this, &MainWindow::askRecovery);
    connect(m_session, &ProjectSession::referencesAsked, this, &MainWindow::askReferences);
    connect(m_session, &ProjectSession::opened, this, [this] { showView(m_session->view()); });
    m_session->setView([this](Project::View& view) { keepView(view); });
}

void MainWindow::followSession() {
    const QString project = m_session->file();
    if (!m_document->hasModel()) return;
    const QString shown = project.isEmpty() ? text(m_document->model().file) : project;
    setWindowTitle(tr("%1[*] - Cutline").arg(QFileInfo(shown).fileName()));
    setWindowFilePath(shown);
    setWindowModified(m_session->isModified());
    if (!project.isEmpty() && project != m_last_project) {
        m_preferences.addRecentFile(project);
        refreshRecent();
    }
    m_last_project = project;
}

void MainWindow::open(const QString& path) {
    m_messages->dismiss();
    if (isProject(path)) {
        m_session->open(path);
        return;
    }
    m_session->cancelOpening();
    openModel(path);
}

void MainWindow::openAsked(const QString& path) {
    afterAsking([this, path] { open(path); });
}

void MainWindow::askRecovery(const Unsaved& unsaved) {
    auto* dialog = new RecoveryDialog(unsaved.file, unsaved.saved, unsaved.newer, unsaved.differences, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, m_session, &ProjectSession::takeNewer);
    connect(dialog, &RecoveryDialog::savedRequested, m_session, &ProjectSession::takeSaved);
    connect(dialog, &QDialog::rejected, m_session, &ProjectSession::cancelOpening);
    dialog->open();
}

void MainWindow::askReferences(const std::vector<ReferenceCheck>& checks) {
    std::vector<LostFile> files;
    for (const ReferenceCheck& check : checks) files.push_back(lostFile(check));
    auto* dialog = new ReferencesDialog(m_session->openingFile(), std::move(files), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, checks] {
        std::vector<FileReference> chosen;
        for (std::size_t i = 0; i < checks.size(); ++i) {
            const ReferencesDialog::Choice& choice = dialog->choices()[i];
            using Kind = ReferencesDialog::Choice::Kind;
            // What is read has a hash of its own when it is saved.
            if (choice.kind == Kind::AsItIs)
                chosen.push_back({{}, checks[i].reference.file, checks[i].sha256});
            else
                chosen.push_back({{}, choice.path.toStdString(), {}});
        }
        m_session->openWith(chosen);
    });
    connect(dialog, &QDialog::rejected, m_session, &ProjectSession::cancelOpening);
    dialog->open();
}

void MainWindow::save() {
    m_work_area->search().flush();
    if (m_session->file().isEmpty())
        saveByDialog();
    else
        m_session->save(m_session->file());
}

void MainWindow::saveByDialog() {
    const QString now = m_session->file();
    const QFileInfo model(text(m_document->model().file));
    auto* dialog = new QFileDialog(this, tr("Save the project"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("cutline"));
    dialog->setNameFilter(tr("Cutline projects (*.cutline)"));
    dialog->setDirectory(now.isEmpty() ? model.absolutePath() : QFileInfo(now).absolutePath());
    dialog->selectFile(now.isEmpty() ? model.completeBaseName() + QStringLiteral(".cutline") : QFileInfo(now).fileName());
    connect(dialog, &QFileDialog::fileSelected, m_session, &ProjectSession::save);
    connect(dialog, &QDialog::rejected, this, [this] { m_after_saving = nullptr; });
    dialog->open();
}

void MainWindow::afterAsking(std::function<void()> next) {
    if (!m_session->isModified()) {
        next();
        return;
    }
    const QString name = QFileInfo(windowFilePath()).fileName();
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("Unsaved changes"), tr("Save the changes to %1?").arg(name),
                                QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setObjectName(QStringLiteral("unsavedBox"));
    box->setInformativeText(tr("What is not saved is lost."));
    box->setDefaultButton(QMessageBox::Save);
    connect(box, &QMessageBox::finished, this, [this, next = std::move(next)](int button) {
        if (button == QMessageBox::Discard) {
            m_session->discard();
            next();
        } else if (button == QMessageBox::Save) {
            m_after_saving = next;
            save();
        }
    });
    box->open();
}

void MainWindow::offerLeftovers() {
    const QStringList copies = ProjectSession::leftovers();
    if (copies.isEmpty()) return;
    const QString copy = copies.front();
    QStringList about;
    if (const auto project = readProject(copy.toStdString(), m_document->library()); project && !project->models.empty())
        about << text(project->models.front().file);
    if (copies.size() > 1) about << tr("%1 more like this").arg(copies.size() - 1);
    auto* dialog = new RecoveryDialog({}, std::nullopt, QFileInfo(copy).lastModified(), about, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, m_session, [this, copy] { m_session->openLeftover(copy); });
    connect(dialog, &RecoveryDialog::discardRequested, this, [this, copy] {
        ProjectSession::removeLeftover(copy);
        offerLeftovers();
    });
    dialog->open();
}

} // namespace cutline
