// SPDX-License-Identifier: GPL-3.0-or-later
// What leaves the window as files: the chosen plan in the words of others, and pictures.
#include "app/main_window.h"

#include "app/exporter.h"
#include "app/plan_export.h"
#include "widgets/models/plan_facts.h"
#include "widgets/panels/title_dialog.h"

#include <QDesktopServices>
#include <QFileDialog>
#include <QFileInfo>
#include <QPointer>
#include <QTimer>
#include <QUrl>

namespace cutline {

QString MainWindow::exportFolder() const {
    if (!m_export_folder.isEmpty()) return m_export_folder;
    const QString project = m_session->file();
    return QFileInfo(project.isEmpty() ? text(m_document->model().file) : project).absolutePath();
}

void MainWindow::exportPlanByDialog(const QString& first) {
    const QFileInfo model(text(m_document->model().file));
    auto* dialog = new ExportDialog(planName(), exportOffers(model.completeBaseName()), exportFolder(), this);
    rememberSize(*dialog, QStringLiteral("export"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->choose(first);
    std::vector<NamedPlan> kept;
    for (const Kept& other : m_document->state().kept)
        if (*other.plan != *m_document->state().plan)
            kept.push_back({other.name, *other.plan, m_document->accuracyOf(*other.plan, m_document->evaluator()->evaluate(*other.plan))});
    // What is exported is what is shown now, whatever a search finds meanwhile.
    const PlanToExport what{m_document->state().model,  m_document->evaluator(),
                            m_document->state().plan,   m_document->result(),
                            m_document->state().scenario.dimensions, m_document->metrics() ? m_document->metrics()->accuracy : std::nullopt,
                            planName().toStdString(), std::move(kept), m_document->state().options,
                            m_document->state().title, m_document->state().note, filesOf(m_document->state())};
    auto* look = new QTimer(dialog);
    constexpr int kLookMs = 100;
    look->setInterval(kLookMs);
    const auto job = std::make_shared<JobPtr>();
    connect(look, &QTimer::timeout, dialog, [dialog, job] {
        if (*job) dialog->setProgress((*job)->fraction(), (*job)->message());
    });
    connect(dialog, &ExportDialog::cancelRequested, this, [job] {
        if (*job) (*job)->cancel();
    });
    connect(dialog, &ExportDialog::showRequested, this, [](const QString& file) {
        QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(file).absolutePath()));
    });
    connect(dialog, &ExportDialog::exportRequested, this,
            [this, what, job, look, shown = QPointer(dialog)](const QString& id, const QString& path, bool verify) {
                look->start();
                m_export_folder = QFileInfo(path).absolutePath();
                *job = m_document->jobs().start<Result<Exported>>(
                    tr("Exporting"),
                    [what, id, path, verify](Progress& progress) { return exportAs(id, what, path, verify, progress); },
                    [job, shown, look](Result<Exported> done) {
                        job->reset();
                        if (!shown) return; // and the timer with it
                        look->stop();
                        if (done)
                            shown->setDone(done->files, done->summary);
                        else
                            shown->setError(done.error());
                    });
            });
    dialog->open();
}

void MainWindow::titleByDialog() {
    const EditState& state = m_document->state();
    const QString usual = QFileInfo(text(m_document->model().file)).completeBaseName() + QStringLiteral(" on ") + text(state.system->name);
    auto* dialog = new TitleDialog(text(state.title), text(state.note), usual, this);
    rememberSize(*dialog, QStringLiteral("title"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { m_document->setTitle(dialog->title(), dialog->note()); });
    dialog->open();
}

void MainWindow::exportByDialog(const QString& suffix, const QString& what, std::function<FileWork(const QString&)> gather) {
    const QString base = QFileInfo(text(m_document->model().file)).completeBaseName();
    auto* dialog = new QFileDialog(this, tr("Export the %1").arg(what));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->setNameFilter(tr("%1 files (*.%2)").arg(suffix.toUpper(), suffix));
    dialog->setDirectory(exportFolder());
    dialog->selectFile(base + QLatin1Char('_') + what + QLatin1Char('.') + suffix);
    connect(dialog, &QFileDialog::fileSelected, this, [this, gather = std::move(gather)](const QString& file) {
        m_export_folder = QFileInfo(file).absolutePath();
        m_document->jobs().start<Result<void>>(
            tr("Writing %1").arg(QFileInfo(file).fileName()), [work = gather(file)](Progress&) { return work(); },
            [this, file](Result<void> written) {
                if (!written) return showError(written.error());
                tellWritten(file);
            });
    });
    dialog->open();
}

} // namespace cutline
