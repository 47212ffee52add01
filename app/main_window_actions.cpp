// SPDX-License-Identifier: GPL-3.0-or-later
// Menus of the main window.
#include "app/main_window.h"

#include "app/about.h"
#include "app/exporter.h"
#include "app/finder.h"
#include "app/header_bar.h"
#include "app/samples.h"
#include "app/work_area.h"
#include "widgets/models/plan_facts.h"
#include "widgets/panels/auto_partition_panel.h"
#include "widgets/panels/compare_panel.h"
#include "widgets/panels/profile_dialog.h"

#include <QActionGroup>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenuBar>

namespace cutline {
namespace {

void collect(const QMenu& menu, std::vector<QAction*>& commands) {
    for (QAction* action : menu.actions()) {
        if (action->menu())
            collect(*action->menu(), commands);
        else if (!action->isSeparator())
            commands.push_back(action);
    }
}

} // namespace

QAction* MainWindow::addAction(QMenu* menu, const QString& text, const QKeySequence& key,
                               std::function<void()> does) {
    auto* action = new QAction(text, this);
    if (!key.isEmpty()) action->setShortcut(key);
    connect(action, &QAction::triggered, this, [does = std::move(does)] { does(); });
    menu->addAction(action);
    return action;
}

void MainWindow::buildActions() {
    QUndoStack& stack = m_document->undoStack();
    m_undo = stack.createUndoAction(this, tr("Undo"));
    m_undo->setShortcut(QKeySequence::Undo);
    m_undo->setIconText(tr("Undo"));
    m_redo = stack.createRedoAction(this, tr("Redo"));
    m_redo->setShortcuts(
        {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    m_redo->setIconText(tr("Redo"));
    m_run = new QAction(tr("Auto-partition"), this);
    m_run->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_R));
    m_run->setToolTip(tr("Search for the best cuts and choose the fastest plan of the short list (Ctrl+R)"));
    connect(m_run, &QAction::triggered, this, [this] {
        m_work_area->search().flush(); // what was typed a moment ago counts
        m_document->run(m_document->state().options);
    });
    m_needs_model << m_run;
}

void MainWindow::buildFileMenu() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    addAction(file, tr("&Open..."), QKeySequence::Open, [this] { openByDialog(); });
    m_recent = file->addMenu(tr("Open &recent"));
    QMenu* sample_menu = file->addMenu(tr("Open sa&mple"));
    for (const Sample& sample : samples())
        addAction(sample_menu, sample.title, {}, [this, path = sample.path] { openAsked(path); });
    sample_menu->setEnabled(!sample_menu->isEmpty());
    file->addSeparator();
    m_needs_model << addAction(file, tr("&Save"), QKeySequence::Save, [this] { save(); });
    m_needs_model << addAction(file, tr("Save &as..."), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S),
                               [this] { saveByDialog(); });
    m_needs_model << addAction(file, tr("&Title and note..."), {}, [this] { titleByDialog(); });
    file->addSeparator();

    QMenu* exports = file->addMenu(tr("&Export"));
    m_needs_plan << addAction(exports, tr("The &plan for other programs..."), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E),
                              [this] { exportPlanByDialog({}); });
    m_needs_plan << addAction(exports, tr("&Report..."), {}, [this] { exportPlanByDialog(QStringLiteral("report")); });
    exports->addSeparator();
    const auto add = [this, exports](const QString& text, const QString& suffix, const QString& what,
                                     std::function<FileWork(const QString&)> gather) {
        m_needs_plan << addAction(exports, text, {},
                                  [this, suffix, what, gather] { exportByDialog(suffix, what, gather); });
    };
    Document& document = *m_document;
    add(tr("Plan as &JSON..."), QStringLiteral("json"), tr("plan"),
        [&document](const QString& path) { return planFile(document, path, PlanFormat::Json); });
    add(tr("Plan as &CSV..."), QStringLiteral("csv"), tr("plan"),
        [&document](const QString& path) { return planFile(document, path, PlanFormat::Csv); });
    add(tr("All candidates as CSV..."), QStringLiteral("csv"), tr("candidates"),
        [&document](const QString& path) { return candidatesFile(document, path, PlanFormat::Csv); });
    add(tr("All candidates as JSON..."), QStringLiteral("json"), tr("candidates"),
        [&document](const QString& path) { return candidatesFile(document, path, PlanFormat::Json); });
    exports->addSeparator();
    add(tr("&Graph as SVG..."), QStringLiteral("svg"), tr("graph"),
        [this](const QString& path) { return m_work_area->paintGraph(path); });
    add(tr("Graph as PNG..."), QStringLiteral("png"), tr("graph"),
        [this](const QString& path) { return m_work_area->paintGraph(path); });
    add(tr("C&hart as SVG..."), QStringLiteral("svg"), tr("chart"),
        [this](const QString& path) { return m_work_area->paintChart(path); });
    add(tr("Chart as PNG..."), QStringLiteral("png"), tr("chart"),
        [this](const QString& path) { return m_work_area->paintChart(path); });
    file->addSeparator();
    addAction(file, tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { close(); });
}

void MainWindow::buildEditMenu() {
    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    edit->addAction(m_undo);
    edit->addAction(m_redo);
    addAction(edit, tr("&History"), QKeySequence(Qt::CTRL | Qt::Key_H), [this] { m_work_area->showHistory(); });
    edit->addSeparator();
    Finder& finder = m_header->finder();
    addAction(edit, tr("&Find anything"), QKeySequence(Qt::CTRL | Qt::Key_K),
              [&finder] { finder.start(Finder::First::Layers); });
    m_needs_model << addAction(edit, tr("Find a &layer"), QKeySequence::Find,
                               [&finder] { finder.start(Finder::First::Layers); });
    m_needs_model << addAction(edit, tr("Find the &next layer"), QKeySequence(Qt::Key_F3),
                               [&finder] { finder.step(1); });
    m_needs_model << addAction(edit, tr("Find the &previous layer"), QKeySequence(Qt::SHIFT | Qt::Key_F3),
                               [&finder] { finder.step(-1); });
    addAction(edit, tr("Find a &command"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P),
              [&finder] { finder.start(Finder::First::Commands); });
    edit->addSeparator();
    addAction(edit, tr("&Settings..."), QKeySequence(Qt::CTRL | Qt::Key_Comma), [this] { showSettings(); });
}

void MainWindow::buildViewMenu() {
    QMenu* view = menuBar()->addMenu(tr("&View"));
    for (QAction* action : m_work_area->graphActions()) {
        view->addAction(action);
        m_needs_model << action;
    }
    m_needs_model << view->addMenu(m_work_area->overlayMenu());
    view->addSeparator();
    QMenu* panels = view->addMenu(tr("&Panels"));
    for (QAction* action : m_work_area->panelActions()) panels->addAction(action);
    panels->addSeparator();
    addAction(panels, tr("Usual places"), {}, [this] { m_work_area->resetLayout(); });
    QMenu* charts = view->addMenu(tr("C&harts"));
    for (QAction* action : m_work_area->chartActions()) {
        charts->addAction(action);
        m_needs_model << action;
    }
    QMenu* theme = view->addMenu(tr("Th&eme"));
    auto* one_of = new QActionGroup(this);
    const std::pair<QString, ThemeChoice> choices[] = {{tr("As the &system"), ThemeChoice::System},
                                                       {tr("&Light"), ThemeChoice::Light},
                                                       {tr("&Dark"), ThemeChoice::Dark}};
    for (const auto& [text, choice] : choices) {
        m_themes << addAction(theme, text, {}, [this, chosen = choice] {
            changeSettings([chosen](Settings& settings) { settings.theme = chosen; });
        });
        m_themes.back()->setCheckable(true);
        one_of->addAction(m_themes.back());
    }
    view->addSeparator();
    m_needs_plan << addAction(view, tr("P&resent the kept plans"), QKeySequence(Qt::Key_F5), [this] { present(); });
    addAction(view, tr("Full &screen"), QKeySequence(Qt::Key_F11),
              [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
}

void MainWindow::buildPlanMenu() {
    QMenu* plan = menuBar()->addMenu(tr("&Plan"));
    plan->addAction(m_run);
    m_stop = addAction(plan, tr("&Stop the search"), {}, [this] { m_document->stopSearch(); });
    m_needs_model << addAction(plan, tr("Sc&enario and requirements"), QKeySequence(Qt::CTRL | Qt::Key_E),
                               [this] { m_work_area->showScenario(); });
    m_needs_model << addAction(plan, tr("Search se&ttings"), QKeySequence(Qt::CTRL | Qt::Key_T),
                               [this] { m_work_area->showSearchSettings(); });
    m_needs_model << addAction(plan, tr("Accuracy and its &data"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A),
                               [this] { m_work_area->showData(); });
    m_needs_plan << addAction(plan, tr("&Pin the selection and solve the rest"),
                              QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R),
                              [this] { m_document->solveRest(m_work_area->selectedLayers()); });
    m_needs_plan << addAction(plan, tr("&Free all pins"), {}, [this] {
        SearchOptions options = m_document->state().options;
        options.pins.clear();
        m_document->setOptions(options);
    });
    plan->addSeparator();
    m_alone = plan->addMenu(tr("Run all on &one platform"));
    m_reference = plan->addMenu(tr("&Compare with"));
    m_needs_plan << addAction(plan, tr("&Mark this plan as favourite"), QKeySequence(Qt::CTRL | Qt::Key_D),
                              [this] { m_document->mark(*m_document->state().plan, true, {}, planName()); });
    m_needs_plan << addAction(plan, tr("Compare other plans with t&his one"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_D),
                              [this] {
                                  m_work_area->compare().add(planName(), *m_document->state().plan);
                                  m_work_area->showCompare();
                              });
    m_needs_plan << addAction(
        plan, tr("&Keep this plan as reference"), QKeySequence(Qt::CTRL | Qt::Key_B), [this] {
            m_document->setReference({m_document->state().plan, planName().toStdString()});
        });
}

void MainWindow::buildPlatformsMenu() {
    QMenu* platforms = menuBar()->addMenu(tr("Pl&atforms"));
    m_systems = platforms->addMenu(tr("&System"));
    m_needs_model << addAction(platforms, tr("Library of &platforms and links"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L),
                               [this] { m_work_area->showLibrary(); });
    m_needs_model << addAction(platforms, tr("&Edit the system"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Y),
                               [this] { m_work_area->showSystem(); });
    addAction(platforms, tr("&Load a system..."), {}, [this] { loadSystemByDialog(); });
    addAction(platforms, tr("Save the s&ystem..."), {}, [this] { saveSystemByDialog(); });
    m_needs_model << addAction(platforms, tr("&New platform from a data sheet..."), {}, [this] { newPlatformByDialog(); });
    m_needs_model << addAction(platforms, tr("Import pro&file..."), QKeySequence(Qt::CTRL | Qt::Key_I),
                               [this] { importProfileByDialog(); });
    m_needs_model << addAction(platforms, tr("Load sensi&tivities..."), {}, [this] {
        const QString path = QFileDialog::getOpenFileName(this, tr("Load sensitivities"), {},
                                                          tr("Tables (*.csv);;All files (*)"), nullptr,
                                                          QFileDialog::DontUseNativeDialog);
        if (!path.isEmpty()) m_document->setSensitivity(path);
    });
    m_needs_model << addAction(platforms, tr("For&get sensitivities"), {}, [this] { m_document->setSensitivity({}); });
    m_assign = platforms->addMenu(tr("&Assign the selection to"));
}

void MainWindow::buildHelpMenu() {
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    addAction(help, tr("&Keyboard shortcuts"), QKeySequence(Qt::Key_F1), [this] {
        QList<QMenu*> menus;
        for (QAction* action : menuBar()->actions())
            if (action->menu()) menus << action->menu();
        ShortcutsDialog(menus, this).exec();
    });
    addAction(help, tr("&About Cutline"), {}, [this] { AboutDialog(this).exec(); });

    std::vector<QAction*> commands;
    for (QAction* action : menuBar()->actions())
        if (action->menu()) collect(*action->menu(), commands);
    m_header->finder().setCommands(commands);
}

void MainWindow::refreshActions() {
    const bool model = m_document->hasModel();
    const bool plan = m_document->metrics().has_value();
    for (QAction* action : m_needs_model) action->setEnabled(model);
    for (QAction* action : m_needs_plan) action->setEnabled(plan);
    m_stop->setEnabled(m_document->searching());
    for (QMenu* menu : {m_reference, m_alone, m_assign}) menu->setEnabled(plan);
}

void MainWindow::refreshPlatformActions() {
    for (QMenu* menu : {m_reference, m_alone, m_assign}) menu->clear();
    const SystemPtr& system = m_document->state().system;
    if (!system) return;
    addAction(m_reference, tr("The fastest platform on its own"), {},
              [this] { m_document->setReference({}); });
    const SearchResultPtr& result = m_document->result();
    for (std::size_t i = 0; result && i < result->baselines.size(); ++i) {
        const Baseline& baseline = result->baselines[i];
        const QString name = tr("%1 alone").arg(text(system->platform(baseline.platform).name));
        addAction(m_alone, name, {}, [this, i] { m_document->chooseBaseline(i); });
        const Reference reference{std::make_shared<const Plan>(baseline.plan), name.toStdString()};
        addAction(m_reference, name, {}, [this, reference] { m_document->setReference(reference); });
    }
    for (std::size_t i = 0; i < system->platforms.size(); ++i) {
        const PlatformId platform{static_cast<std::uint32_t>(i)};
        addAction(m_assign, text(system->platforms[i].name), {}, [this, platform] {
            const auto selection = m_work_area->selectedLayers();
            m_document->assign(selection, platform);
        });
    }
}

void MainWindow::openByDialog() {
    // Beside what was opened last, also by another run of the program.
    const QStringList recent = m_preferences.recentFiles();
    const QString folder = recent.isEmpty() ? QString() : QFileInfo(recent.front()).absolutePath();
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open a model or project"), folder,
                                     tr("Models and projects (*.onnx *.json *.cutline);;All files (*)"),
                                     nullptr, QFileDialog::DontUseNativeDialog);
    if (!path.isEmpty()) openAsked(path);
}

void MainWindow::importProfileByDialog(const QString& file) {
    const EditState& state = m_document->state();
    if (!m_document->hasModel() || !state.system || state.system->platforms.empty()) return;
    auto* dialog = new ProfileDialog(m_document->model().graph, state.system, state.profiles, state.missing, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    rememberSize(*dialog, QStringLiteral("profile"));
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        m_document->setProfile(dialog->platform(), dialog->profile(), dialog->missing(), dialog->use());
    });
    if (!file.isEmpty()) dialog->setFile(file);
    dialog->open();
}

} // namespace cutline
