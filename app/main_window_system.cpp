// SPDX-License-Identifier: GPL-3.0-or-later
// The system's editor in the window, and systems in files.
#include "app/main_window.h"

#include "app/work_area.h"
#include "core/base/file.h"
#include "widgets/panels/data_sheet_dialog.h"
#include "widgets/panels/library_panel.h"
#include "widgets/panels/system_editor.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QRegularExpression>

namespace cutline {
namespace {

/// A name may have characters that no file name has.
QString descriptorFileName(QString name) {
    static const QRegularExpression odd(QStringLiteral("[^A-Za-z0-9._-]"));
    return name.replace(odd, QStringLiteral("_")) + QStringLiteral(".textproto");
}

Error noOwnFolder(const QString& folder) {
    return {folder.toStdString(), "the folder of own descriptors cannot be made",
            "set XDG_DATA_HOME to a folder that can be written, or choose another place and open the file from there"};
}

} // namespace

void MainWindow::connectSystem() {
    SystemEditor& editor = m_work_area->system();
    LibraryPanel& library = m_work_area->library();
    const auto follow = [this, &editor, &library] {
        editor.setLibrary(m_document->library());
        library.setLibrary(m_document->library());
    };
    follow();
    connect(m_document, &Document::libraryChanged, this, [this, follow] {
        follow();
        listSystems();
        followSettings(); // the chooser shows what is in force
    });
    connect(&library, &LibraryPanel::platformWanted, this, &MainWindow::addPlatform);
    connect(&library, &LibraryPanel::linkWanted, &editor, [this](const QString& name) {
        m_work_area->showSystem();
        m_work_area->system().addLink(name);
    });
    connect(&library, &LibraryPanel::systemWanted, this, &MainWindow::setSystem);
    connect(&library, &LibraryPanel::copyWanted, this, &MainWindow::saveCopyByDialog);
    connect(&library, &LibraryPanel::openWanted, this, &MainWindow::openDescriptorByDialog);
    connect(&library, &LibraryPanel::newPlatformWanted, this, &MainWindow::newPlatformByDialog);
    connect(&editor, &SystemEditor::edited, this,
            [this](const System& system, const QString& label, const std::optional<Renamed>& renamed) {
                m_document->editSystem(system, label, renamed);
            });
    connect(&editor, &SystemEditor::arranged, m_document, &Document::arrangeCards);
    connect(&editor, &SystemEditor::loadRequested, this, &MainWindow::loadSystemByDialog);
    connect(&editor, &SystemEditor::saveRequested, this, &MainWindow::saveSystemByDialog);
    connect(&editor, &SystemEditor::newPlatformRequested, this, &MainWindow::newPlatformByDialog);
}

void MainWindow::loadSystemByDialog() {
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Load a system"), {}, tr("System descriptors (*.textproto);;All files (*)"), nullptr,
        QFileDialog::DontUseNativeDialog);
    if (!path.isEmpty()) setSystem(path);
}

QString MainWindow::ownFileByDialog(const QString& title, const QString& folder, const QString& name) {
    // What is saved there is in the library from the next start on.
    const QString own = text(Library::ownFolder()) + folder;
    const bool there = !text(Library::ownFolder()).isEmpty() && QDir().mkpath(own);
    if (!there) showError(noOwnFolder(own)); // any other place will do
    QFileDialog dialog(this, title, there ? own : QDir::homePath());
    dialog.setOption(QFileDialog::DontUseNativeDialog);
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setDefaultSuffix(QStringLiteral("textproto"));
    dialog.setNameFilter(tr("Descriptors (*.textproto)"));
    dialog.selectFile(descriptorFileName(name));
    const bool chosen = dialog.exec() == QDialog::Accepted && !dialog.selectedFiles().isEmpty();
    return chosen ? dialog.selectedFiles().front() : QString();
}

void MainWindow::saveSystemByDialog() {
    if (!m_document->state().system) return;
    System system = *m_document->state().system;
    const QString path = ownFileByDialog(tr("Save the system"), QStringLiteral("/systems"), text(system.name));
    if (path.isEmpty()) return;
    system.name = QFileInfo(path).completeBaseName().toStdString();
    if (const Result<void> written = writeFileAtomically(path.toStdString(), systemText(system)); !written) {
        showError(written.error());
        return;
    }
    tellWritten(path);
    m_document->readLibraryAgain();
    m_document->nameSystem(system.name);
}

void MainWindow::saveCopyByDialog(const QString& name) {
    const Platform* platform = m_document->library().platform(name.toStdString());
    const Link* link = m_document->library().link(name.toStdString());
    if (!platform && !link) return;
    const QString path = ownFileByDialog(tr("Save a copy as my own descriptor"),
                                         platform ? QString() : QStringLiteral("/links"), name + tr(" own"));
    if (path.isEmpty()) return;
    const std::string own = QFileInfo(path).completeBaseName().toStdString();
    const auto named = [&own](auto descriptor) {
        descriptor.name = descriptor.descriptor = own;
        descriptor.aliases.clear(); // they stay the library's
        return descriptor;
    };
    const std::string words = platform ? platformText(named(*platform)) : linkText(named(*link));
    if (const Result<void> written = writeFileAtomically(path.toStdString(), words); !written) {
        showError(written.error());
        return;
    }
    tellWritten(path);
    m_document->addDescriptor(path);
    m_work_area->library().choose(platform ? LibraryModel::Kind::Platform : LibraryModel::Kind::Link, text(own));
}

void MainWindow::openDescriptorByDialog() {
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Open a platform or link"), {}, tr("Descriptors (*.textproto);;All files (*)"), nullptr,
        QFileDialog::DontUseNativeDialog);
    if (!path.isEmpty()) m_document->addDescriptor(path);
}

void MainWindow::takeDescriptor(const QString& path) {
    if (m_document->library().system(path.toStdString())) return setSystem(path);
    m_document->addDescriptor(path);
    if (m_document->hasModel()) m_work_area->showLibrary();
}

void MainWindow::newPlatformByDialog() {
    std::vector<std::string> taken;
    for (const Platform& platform : m_document->library().platforms()) taken.push_back(platform.name);
    DataSheetDialog dialog(std::move(taken), this);
    rememberSize(dialog, QStringLiteral("dataSheet"));
    if (m_document->hasModel()) {
        const ImportedModel& model = m_document->model();
        dialog.setModel(model.graph, QFileInfo(text(model.file)).completeBaseName());
    }
    if (dialog.exec() != QDialog::Accepted || !dialog.platform()) return;
    const Platform& platform = *dialog.platform();
    const QString folder = text(Library::ownFolder());
    const QString path = folder + QStringLiteral("/") + descriptorFileName(text(platform.name));
    if (folder.isEmpty() || !QDir().mkpath(folder)) {
        showError(noOwnFolder(folder));
        return;
    }
    if (const Result<void> written = writeFileAtomically(path.toStdString(), platformText(platform)); !written) {
        showError(written.error());
        return;
    }
    tellWritten(path);
    m_document->readLibraryAgain();
    if (dialog.addsToSystem()) addPlatform(text(platform.name));
}

/// What is added stands alone at first: where it is linked comes to the front.
void MainWindow::addPlatform(const QString& name) {
    m_work_area->system().addPlatform(name);
    const SystemPtr& system = m_document->state().system;
    if (!system || system->platforms.size() < 2) return;
    m_work_area->showSystem();
    showNote({system->platforms.back().name, "is linked to nothing yet, so that plans use it alone or not at all",
              "drag from the edge of its card to another in the panel System"});
}

} // namespace cutline
