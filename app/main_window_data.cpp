// SPDX-License-Identifier: GPL-3.0-or-later
// Accuracy in the window: the panel "Data", and what is measured when somebody looks.
#include "app/main_window.h"

#include "app/work_area.h"
#include "widgets/charts/plan_chart.h"
#include "widgets/graph/graph_view.h"
#include "widgets/panels/compare_panel.h"

#include <QFileDialog>

namespace cutline {

void MainWindow::connectData() {
    DataPanel& panel = m_work_area->data();
    connect(m_document, &Document::dataChanged, this, &MainWindow::followData);
    connect(m_document, &Document::sweepChanged, this, &MainWindow::followSweep);
    connect(&panel, &DataPanel::chooseRequested, this, &MainWindow::chooseData);
    connect(&panel, &DataPanel::dropped, this, [this](const QString& path) { m_document->setImages(path); });
    connect(&panel, &DataPanel::outputChosen, this, [this](const QString& output) {
        if (const AccuracySourcePtr& source = m_document->state().images)
            m_document->setImages(QString::fromStdString(source->file()), output);
    });
    connect(&panel, &DataPanel::forgetRequested, this, [this] { m_document->setImages({}); });
    connect(&panel, &DataPanel::stopRequested, m_document, &Document::stopSearch);
    for (PlanChart* chart : m_work_area->charts())
        connect(chart, &PlanChart::widthSweepWanted, m_document, &Document::measureSweep);
    m_work_area->compare().setAccuracies(
        [this](const Plan& plan, const Metrics& metrics) { return m_document->accuracyOf(plan, metrics); });
    constexpr int kLookMs = 100;
    m_measuring.setInterval(kLookMs);
    connect(&m_measuring, &QTimer::timeout, this, &MainWindow::followMeasuring);
    connect(m_document, &Document::searchingChanged, this, [this](bool searching) {
        searching && m_document->state().images ? m_measuring.start() : m_measuring.stop();
        followMeasuring();
    });
}

void MainWindow::followData() {
    DataPanel& panel = m_work_area->data();
    const auto& known = m_document->data();
    const AccuracySourcePtr& source = m_document->state().images;
    if (!source)
        panel.setNothing();
    else if (!known)
        panel.setReading(QString::fromStdString(source->file()).section(QLatin1Char('/'), -1));
    else if (*known)
        panel.setFacts(**known);
    else
        panel.setError(known->error());
}

void MainWindow::followSweep() {
    for (PlanChart* chart : m_work_area->charts()) chart->setWidthSweep(m_document->sweep(), m_document->sweepReason());
}

void MainWindow::followMeasuring() {
    const JobPtr& search = m_document->search();
    const bool measuring = search && m_document->state().images;
    m_work_area->data().setWork(
        measuring ? std::optional(DataPanel::Work{search->fraction(), search->message()}) : std::nullopt);
}

void MainWindow::chooseData(DataPanel::Choice choice) {
    QString path;
    const QString title = tr("What accuracy comes from");
    if (choice == DataPanel::Choice::Folder)
        path = QFileDialog::getExistingDirectory(this, title, {}, QFileDialog::DontUseNativeDialog);
    else
        path = QFileDialog::getOpenFileName(this, title, {},
                                            choice == DataPanel::Choice::Table
                                                ? tr("Tables of accuracies (*.csv);;All files (*)")
                                                : tr("Descriptions of data sets (*.json);;All files (*)"),
                                            nullptr, QFileDialog::DontUseNativeDialog);
    if (!path.isEmpty()) m_document->setImages(path);
}

} // namespace cutline
