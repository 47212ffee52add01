// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/document.h"
#include "app/preferences.h"
#include "app/project_session.h"
#include "widgets/models/plan_brush.h"
#include "widgets/panels/data_panel.h"
#include "widgets/picture_file.h"

#include <QMainWindow>
#include <QTimer>

#include <functional>

class QLabel;
class QMimeData;
class QMenu;
class QStackedWidget;
class QToolButton;

namespace cutline {

class HeaderBar;
class MessageBar;
class MetricStrip;
class StartPage;
class WorkStatus;
class WorkArea;
struct PlanAxes;

/// The one window. Holds wiring only: views ask, the document changes, views follow.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(Library library, QWidget* parent = nullptr);
    ~MainWindow() override;

    Document& document() { return *m_document; }
    WorkArea& workArea() { return *m_work_area; }
    HeaderBar& header() { return *m_header; }
    MetricStrip& strip() { return *m_strip; }
    MessageBar& messages() { return *m_messages; }
    StartPage& startPage() { return *m_start; }
    ProjectSession& session() { return *m_session; }

    /// Opens a model or a project; what is open stays until the new one is there, and unsaved changes are not asked for.
    /// A file that cannot be opened shows in the bar.
    void open(const QString& path);
    /// Asks first what to do with unsaved changes.
    void openAsked(const QString& path);
    /// Work of a program that ended without being asked: whether to open it.
    void offerLeftovers();
    void setSystem(const QString& name_or_file);
    /// Within a screen of this size: what lies beyond its edge cannot be reached.
    void fitTo(QSize screen) { resize(size().boundedTo(screen)); }

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    // main_window.cpp
    void buildLayout();
    void restoreLayout();
    void showStart();
    void openModel(const QString& path);
    void showError(const Error& error);
    void showNote(const Error& note);
    /// Menu and chooser: the systems of the library.
    void listSystems();
    void fillSystems();
    void refreshRecent();
    QString droppedFile(const QMimeData& dropped) const; ///< that the window takes; empty: none

    // main_window_actions.cpp
    void buildActions();
    void buildFileMenu();
    void buildEditMenu();
    void buildViewMenu();
    void buildPlanMenu();
    void buildPlatformsMenu();
    void buildHelpMenu();
    QAction* addAction(QMenu* menu, const QString& text, const QKeySequence& key, std::function<void()> does);
    void refreshActions();
    void refreshPlatformActions();
    void openByDialog();
    void importProfileByDialog(const QString& file = {}); ///< that is shown in it at first

    // main_window_settings.cpp
    void showSettings();
    void changeSettings(const std::function<void(Settings&)>& change); ///< and remembers them
    /// Puts them in force.
    void followSettingsOf(const Settings& before, const Settings& now);
    /// How the graph of a model was left is remembered, for the models seen last.
    void keepSight();
    void restoreSight();

    // main_window_project.cpp
    void connectSession();
    void followSession();
    void askRecovery(const Unsaved& unsaved);
    void askReferences(const std::vector<ReferenceCheck>& checks);
    void save();
    void saveByDialog();
    /// Does it at once where nothing is unsaved, else after the person has saved or does not want to.
    void afterAsking(std::function<void()> next);

    // main_window_present.cpp
    void present();

    // main_window_data.cpp
    void connectData();
    void followData();
    void followSweep();
    void followMeasuring();
    void chooseData(DataPanel::Choice choice);

    // main_window_export.cpp
    /// `first`: which of the offers is chosen; empty: the first.
    void exportPlanByDialog(const QString& first);
    void titleByDialog(); ///< of project and report
    // main_window_system.cpp
    void connectSystem();
    void loadSystemByDialog();
    void saveSystemByDialog();
    void newPlatformByDialog();
    void addPlatform(const QString& name); ///< of the library, to the system
    void openDescriptorByDialog();
    void takeDescriptor(const QString& path); ///< a system is switched to; a platform or link joins the library
    /// Asks for a file in the folder of own descriptors; empty: cancelled, or it cannot be made, which is said.
    QString ownFileByDialog(const QString& title, const QString& folder, const QString& name);
    void saveCopyByDialog(const QString& name);

    // main_window_actions.cpp
    /// Asks for a file; `gather` takes what goes into it from the window, and a worker writes.
    void exportByDialog(const QString& suffix, const QString& what, std::function<FileWork(const QString&)> gather);
    void tellWritten(const QString& file) { tell(tr("Written: %1").arg(file)); }
    QString exportFolder() const; ///< where something went last, else where project or model lie

    void tell(const QString& words); ///< in the status bar, for a while

    // main_window_wiring.cpp
    void connectDocument();
    void connectGraph();
    void connectPanels();
    void followModel();
    void followCosts();
    void followResult();
    void followPlan();
    void followSettings();
    /// Marked plans as rows of the table, and which row the chosen plan has.
    void followKept();
    std::optional<std::uint32_t> selectedRow() const;
    /// What the last front and its demands mean for the chosen plan; empty: nothing.
    QString standing() const;
    QString planName() const;   ///< "plan 6", "own plan"
    QString planStatus() const; ///< which plan is shown, in words
    void preview(std::optional<Plan> plan);
    // main_window_plans.cpp
    void connectCandidates();
    void rememberScatter(); ///< which figures it shows
    void showAxes(const PlanAxes& axes);
    /// How a project wants table, charts and graph to be; what it does not say stays as it is.
    void showView(const Project::View& view);
    void keepView(Project::View& view);
    void showPointedPlan(); ///< the plan under the mouse, as a preview in the graph
    void inspectSelection();

    Document* m_document;
    ProjectSession* m_session = nullptr;
    QString m_last_project, m_export_folder;
    QString m_sight_of; ///< which model the graph shows, by its hash; empty: none yet
    std::function<void()> m_after_saving;
    bool m_closing = false; ///< was asked
    Preferences m_preferences;
    HeaderBar* m_header = nullptr;
    MetricStrip* m_strip = nullptr;
    MessageBar* m_messages = nullptr;
    QStackedWidget* m_pages = nullptr;
    StartPage* m_start = nullptr;
    WorkArea* m_work_area = nullptr;
    WorkStatus* m_work = nullptr;
    PlanBrush m_brush; ///< which plans are dimmed
    QTimer m_pointing;
    std::optional<std::uint32_t> m_pointed; ///< a candidate under the mouse
    bool m_points = false;                  ///< it is shown in the graph
    QTimer m_measuring; ///< looks at the running search while images are run
    QLabel *m_plan_text = nullptr, *m_undo_text = nullptr, *m_told_text = nullptr;
    QTimer m_telling; ///< until what was told goes
    QToolButton* m_problems_button = nullptr; ///< how many there are; opens the list

    QAction *m_undo = nullptr, *m_redo = nullptr, *m_run = nullptr, *m_stop = nullptr;
    QMenu *m_recent = nullptr, *m_reference = nullptr, *m_alone = nullptr, *m_assign = nullptr;
    QMenu* m_systems = nullptr;
    QList<QAction*> m_themes; ///< in the order of ThemeChoice
    QList<QAction*> m_needs_model, m_needs_plan;
    SystemPtr m_search_system; ///< what the search settings speak about
    GraphPtr m_search_graph;
};

} // namespace cutline
