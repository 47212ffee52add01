// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/document.h"
#include "widgets/picture_file.h"

#include <QMainWindow>

#include <vector>

class QMenu;
class QTabBar;
class QStackedWidget;
class QUndoStack;
class QUndoView;

namespace cutline {

class AutoPartitionPanel;
class CandidatesTable;
class ComparePanel;
class DataPanel;
class CutChart;
class GraphView;
class Inspector;
class LibraryPanel;
class PanelDock;
class ParetoChart;
class PlanChart;
class PlatformPanel;
class ProblemsList;
class RooflineChart;
class ScenarioPanel;
class SystemEditor;

/// A chart as it is now, SVG or PNG by the file's ending.
FileWork paintedChart(PlanChart& chart, const QString& path);

/// The graph and the panels around it; each can be moved, floated and closed.
class WorkArea : public QMainWindow {
    Q_OBJECT

public:
    explicit WorkArea(QWidget* parent = nullptr);

    GraphView& graph() { return *m_graph; }
    PlatformPanel& platforms() { return *m_platforms; }
    Inspector& inspector() { return *m_inspector; }
    AutoPartitionPanel& search() { return *m_search; }
    ProblemsList& problems() { return *m_problems; }
    CandidatesTable& candidates() { return *m_candidates; }
    /// Every chart there is (widgets/charts/charts.h).
    const std::vector<PlanChart*>& charts() const { return m_charts; }
    PlanChart& chart(QLatin1String name) const;
    ParetoChart& pareto() const;
    CutChart& cuts() const;
    RooflineChart& roofline() const;
    ScenarioPanel& scenario() { return *m_scenario; }
    ComparePanel& compare() { return *m_compare; }
    DataPanel& data() { return *m_data; }
    SystemEditor& system() { return *m_system; }
    LibraryPanel& library() { return *m_library; }

    std::vector<LayerId> selectedLayers() const;
    /// Shows where a layer is: selects it and brings it into view.
    void showLayer(LayerId layer);
    void showSearchSettings();
    void showScenario();
    void showCompare();
    void showData();
    void showProblems();
    /// The steps that can be undone, as a list; a click goes there.
    void setUndoStack(QUndoStack* stack);
    void showHistory();
    void showSystem();
    void showLibrary();
    /// Brings a chart's tab to the front.
    void showChart(QLatin1String name);
    /// The same by a name out of a file; one that is not known changes nothing.
    void showChart(const QString& name);
    QString chartInFront() const;
    /// What the cards' fill says, by its id; one that is not known changes nothing.
    void setOverlay(const QString& id);
    void resetLayout();
    /// Sizes and places as they were; false where there is nothing to restore.
    bool restoreLayout(const QByteArray& state);

    QList<QAction*> panelActions() const;
    /// One for each chart: brings it to the front.
    QList<QAction*> chartActions();
    QList<QAction*> graphActions() const { return m_graph_actions; }
    QAction* patternsAction() const { return m_patterns; }
    /// What the cards' fill says.
    QMenu* overlayMenu() const { return m_overlay_menu; }

    /// Painted as it is now, SVG or PNG by the file's ending.
    FileWork paintGraph(const QString& path);
    /// The chart that is in front.
    FileWork paintChart(const QString& path);

protected:
    void showEvent(QShowEvent* event) override;

private:
    QAction* graphAction(const QString& text, const QKeySequence& key, std::function<void()> does);
    void buildGraph();
    void buildOverlayMenu();
    void usualSizes();
    QList<PanelDock*> docks() const;
    void followTabs(); ///< panels in a stack are named by their tabs alone
    void buildDocks();
    QWidget* buildCandidates();

    GraphView* m_graph;
    PlatformPanel* m_platforms;
    Inspector* m_inspector;
    AutoPartitionPanel* m_search;
    ProblemsList* m_problems;
    CandidatesTable* m_candidates;
    std::vector<PlanChart*> m_charts; ///< in the order of charts()
    ScenarioPanel* m_scenario;
    ComparePanel* m_compare;
    DataPanel* m_data;
    QUndoView* m_history;
    SystemEditor* m_system;
    LibraryPanel* m_library;
    QTabBar* m_tabs = nullptr;
    QStackedWidget* m_tab_pages = nullptr;
    PanelDock *m_platforms_dock = nullptr, *m_inspector_dock = nullptr, *m_search_dock = nullptr,
              *m_scenario_dock = nullptr, *m_problems_dock = nullptr, *m_candidates_dock = nullptr,
              *m_compare_dock = nullptr, *m_data_dock = nullptr, *m_history_dock = nullptr,
              *m_system_dock = nullptr, *m_library_dock = nullptr;
    QList<QAction*> m_graph_actions;
    QAction* m_patterns = nullptr;
    QMenu* m_overlay_menu = nullptr;
    bool m_sized = false; ///< the panels have their sizes: usual ones or remembered ones
};

} // namespace cutline
