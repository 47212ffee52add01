// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"

#include "app/header_bar.h"
#include "app/samples.h"
#include "app/work_area.h"
#include "app/work_status.h"
#include "widgets/graph/graph_view.h"
#include "widgets/models/plan_facts.h"
#include "widgets/panels/kit.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/metric_strip.h"
#include "widgets/panels/start_page.h"

#include <QAction>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLabel>
#include <QMenuBar>
#include <QMimeData>
#include <QPushButton>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace cutline {
namespace {

/// What can be dropped on the window beside models and projects: measured times, and a platform, link or system.
const QString kTableEnding = QStringLiteral(".csv"), kDescriptorEnding = QStringLiteral(".textproto");

} // namespace

MainWindow::MainWindow(Library library, QWidget* parent)
    : QMainWindow(parent), m_document(new Document(std::move(library), this)) {
    setWindowTitle(tr("Cutline"));
    setAcceptDrops(true);
    buildActions();
    buildLayout();
    buildFileMenu();
    buildEditMenu();
    buildViewMenu();
    buildPlanMenu();
    buildPlatformsMenu();
    buildHelpMenu();
    Settings as_built;
    as_built.theme = m_preferences.settings().theme; // the program has it since it started
    followSettingsOf(as_built, m_preferences.settings());
    connect(m_work_area->patternsAction(), &QAction::toggled, this,
            [this](bool on) { changeSettings([on](Settings& settings) { settings.patterns = on; }); });
    fillSystems();
    connectDocument();
    connectGraph();
    connectPanels();
    connectData();
    connectSession();
    connectSystem();
    restoreLayout();
    refreshRecent();
    refreshPlatformActions();
    refreshActions();
    followSettings();
    showStart();
    for (const Error& problem : m_document->library().problems()) showNote(problem);
}

MainWindow::~MainWindow() {
    // Its undo stack still speaks while it goes; as a child it would go when there is no window left to hear
    // it.
    delete m_session;
    delete m_document;
}

void MainWindow::buildLayout() {
    auto* page = new QWidget(this);
    auto* box = new QVBoxLayout(page);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    m_header = new HeaderBar(m_undo, m_redo, m_run, page);
    m_strip = new MetricStrip(page);
    m_messages = new MessageBar(page);
    m_pages = new QStackedWidget(page);
    m_start = new StartPage(m_pages);
    m_work_area = new WorkArea(m_pages);
    m_pages->addWidget(m_start);
    m_pages->addWidget(m_work_area);
    box->addWidget(m_header);
    box->addWidget(m_strip);
    box->addWidget(m_messages);
    box->addWidget(m_pages, 1);
    setCentralWidget(page);

    m_work = new WorkStatus(m_document->jobs(), this);
    m_plan_text = new QLabel(this);
    m_plan_text->setObjectName(QStringLiteral("planStatus"));
    m_undo_text = new QLabel(this);
    m_undo_text->setObjectName(QStringLiteral("quiet"));
    statusBar()->addWidget(m_work);
    statusBar()->addWidget(m_plan_text);
    statusBar()->addWidget(m_undo_text);
    // Beside the others: a message of the bar's own would lie over them.
    auto* told = new InkLabel(Ink::Text2, TextRole::Interface, {}, this);
    told->setElided();
    m_told_text = told;
    m_told_text->setObjectName(QStringLiteral("toldText"));
    statusBar()->addWidget(m_told_text, 1);
    constexpr int kToldMs = 6'000;
    m_telling.setInterval(kToldMs);
    m_telling.setSingleShot(true);
    connect(&m_telling, &QTimer::timeout, m_told_text, &QLabel::clear);
    m_problems_button = new QToolButton(this);
    m_problems_button->setObjectName(QStringLiteral("problemCount"));
    m_problems_button->setAutoRaise(true);
    m_problems_button->setFocusPolicy(Qt::TabFocus);
    m_problems_button->setToolTip(tr("Broken limits of the plan, and what had to be guessed about the model: lists them"));
    m_problems_button->hide();
    statusBar()->addPermanentWidget(m_problems_button);
    statusBar()->setSizeGripEnabled(false);
}

void MainWindow::tell(const QString& words) {
    m_told_text->setText(words);
    m_telling.start();
}

void MainWindow::restoreLayout() {
    resize(1440, 900);
    restoreGeometry(m_preferences.bytes(QStringLiteral("window/geometry")));
    m_work_area->restoreLayout(m_preferences.bytes(QStringLiteral("window/panels")));
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!m_closing && m_session->isModified()) {
        event->ignore();
        afterAsking([this] {
            m_closing = true;
            close();
        });
        return;
    }
    keepSight();
    m_preferences.setBytes(QStringLiteral("window/geometry"), saveGeometry());
    m_preferences.setBytes(QStringLiteral("window/panels"), m_work_area->saveState());
    m_document->jobs().cancelAll();
    QMainWindow::closeEvent(event);
}

void MainWindow::showStart() {
    const bool start = !m_document->hasModel();
    m_pages->setCurrentWidget(start ? static_cast<QWidget*>(m_start) : m_work_area);
    m_strip->setVisible(!start);
    if (start)
        m_start->openButton()->setFocus();
    else
        m_work_area->graph().setFocus();
}

void MainWindow::openModel(const QString& path) {
    QString system;
    for (const Sample& sample : samples())
        if (QFileInfo(sample.path) == QFileInfo(path)) system = sample.system;
    m_document->open(path, system);
}

void MainWindow::setSystem(const QString& name_or_file) {
    m_document->setSystem(name_or_file);
}

void MainWindow::showError(const Error& error) {
    m_messages->show(MessageBar::Severity::Error, error);
}

void MainWindow::showNote(const Error& note) {
    m_messages->show(MessageBar::Severity::Warning, note);
}

void MainWindow::listSystems() {
    qDeleteAll(m_systems->actions());
    QStringList names, titles;
    for (const std::string& name : m_document->library().systemNames()) {
        const auto system = m_document->library().system(name);
        if (!system) continue;
        QStringList platforms;
        for (const Platform& platform : system->platforms) platforms << text(platform.name);
        names << text(name);
        titles << text(name) + QStringLiteral(": ") + platforms.join(QStringLiteral(" + "));
        QAction* action =
            addAction(m_systems, titles.back(), {}, [this, chosen = names.back()] { setSystem(chosen); });
        action->setData(names.back());
    }
    m_header->setSystems(names, titles);
}

void MainWindow::fillSystems() {
    listSystems();
    std::vector<SampleCard> cards;
    for (const Sample& sample : samples())
        cards.push_back({sample.path, sample.title,
                         tr("%1 layers \u00b7 %2 \u00b7 %3 parameters")
                             .arg(QString::number(sample.layers), quantityText(sample.macs, Unit::Mac),
                                  quantityText(sample.parameters, Unit::Count)),
                         sample.note});
    m_start->setSamples(cards);
    const QString remembered = m_preferences.systemName();
    const auto& names = m_document->library().systemNames();
    if (std::find(names.begin(), names.end(), remembered.toStdString()) != names.end())
        m_document->setSystem(remembered);
}

void MainWindow::refreshRecent() {
    m_recent->clear();
    const QStringList files = m_preferences.recentFiles();
    for (const QString& file : files)
        addAction(m_recent, QString(file).replace(u'&', QLatin1String("&&")), {}, [this, file] { openAsked(file); });
    m_recent->addSeparator();
    addAction(m_recent, tr("Forget these"), {}, [this] {
        m_preferences.clearRecentFiles();
        refreshRecent();
    });
    m_recent->setEnabled(!files.isEmpty());
    m_start->setRecent(files);
}

QString MainWindow::droppedFile(const QMimeData& dropped) const {
    QStringList more{kDescriptorEnding};
    if (m_document->hasModel()) more << kTableEnding;
    return StartPage::fileOf(dropped, more);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!droppedFile(*event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QString path = droppedFile(*event->mimeData());
    if (path.isEmpty()) return;
    event->acceptProposedAction();
    if (path.endsWith(kTableEnding, Qt::CaseInsensitive))
        importProfileByDialog(path);
    else if (path.endsWith(kDescriptorEnding, Qt::CaseInsensitive))
        takeDescriptor(path);
    else
        openAsked(path);
}

} // namespace cutline
