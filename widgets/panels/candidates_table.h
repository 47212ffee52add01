// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/candidates_model.h"

#include <QWidget>

#include <functional>
#include <map>
#include <optional>

class QComboBox;
class QKeyEvent;
class QMenu;
class QToolButton;
class QLineEdit;
class QStackedLayout;
class QTableView;
class QTimer;
class QVBoxLayout;

namespace cutline {

class EmptyState;
class InkLabel;
class ProofLine;
class WeightsForm;

/// Candidates as a table: sort, filter, select, hover. Selection and hover are brushed together with the
/// charts by plan index; the table never changes data.
class CandidatesTable : public QWidget {
    Q_OBJECT
public:
    explicit CandidatesTable(QWidget* parent = nullptr);

    void setResult(SearchResultPtr result, const Problem& problem, double resolution = 0.01);
    void clear();
    /// Marked plans stay listed; setResult() forgets them.
    void setKept(std::vector<KeptRow> kept);
    /// What a person has done to the columns, for settings and projects: "memory hidden", "cut 160px", "energy ascending"; all
    /// of them in their order where that is another one.
    QStringList columns() const;
    /// Words that are none of these are left out.
    void setColumns(const QStringList& columns);
    /// What matters to the person: plans get a score by it, and are sorted by that when it changes.
    void setWeights(const PlanWeights& weights);
    WeightsForm* weightsForm() const { return m_weights; }
    QToolButton* columnsButton() const { return m_columns; }
    void setSelected(std::optional<std::uint32_t> plan);
    std::optional<std::uint32_t> selected() const { return m_selected; }
    void setListing(Listing listing);
    /// A plan that is pointed at in a chart.
    void setHovered(std::optional<std::uint32_t> plan) {
        m_hovered = plan;
        m_model->setHovered(plan);
    }
    /// Rows outside are dimmed, never hidden.
    void setBrush(const PlanBrush& brush) { m_model->setBrush(brush); }
    /// Hides the table's own proof line where the window shows one elsewhere.
    /// While plans are looked for an empty table says so, and does not offer to look.
    void setSearching(bool searching);
    ProofLine* proofLine() const { return m_proof; }
    QTableView* view() const { return m_view; }
    QLineEdit* filterEdit() const { return m_filter; }
    CandidatesModel* model() const { return m_model; }
    /// The rows as listed, sorted and filtered, or one of them; raw SI values: CSV with a header.
    QString toCsv(std::optional<int> only = {}) const;

Q_SIGNALS:
    void planSelected(std::uint32_t plan);
    void planHovered(std::optional<std::uint32_t> plan);
    /// Double click or Enter.
    void planActivated(std::uint32_t plan);
    /// The empty table's button.
    void searchRequested();
    /// The button where no plan meets the demands.
    void settingsRequested();
    /// A star or a note was set on a plan.
    void markRequested(std::uint32_t plan, bool favourite, const QString& note);
    /// Put this plan beside the chosen one.
    void compareRequested(std::uint32_t plan);
    void columnsChanged();
    /// Which plans the filter leaves, by number; null: there is no filter.
    void filterChanged(std::shared_ptr<const std::vector<bool>> passing);
    void weightsChanged(const PlanWeights& weights);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildToolRow(QVBoxLayout* layout);
    void buildView();
    void buildWeights();
    void rank(const PlanWeights& weights);
    void applyFilter();
    void tellFilter();
    void showRows();
    void showColumns();
    void forgetColumns();
    void followHeader();
    void widenToContents(int column);
    void fillColumnMenu(QMenu* menu);
    void chooseColumn(int column, bool shown);
    void toggleStar(const QModelIndex& index);
    /// Lists the plans that one stands for, or no longer does; nothing where it stands for none.
    void openGroup(std::uint32_t plan, bool open);
    void openAllGroups(bool open);
    void keepPlace(const std::function<void()>& change);
    void addGroupEntries(QMenu& menu, const QModelIndex& index);
    bool handleKey(const QKeyEvent& key);
    void editNote(const QModelIndex& index);
    void showRowMenu(QPoint position);
    void selectRow();
    void fitColumns();
    void hover(std::optional<std::uint32_t> plan);

    CandidatesModel* m_model;
    CandidatesProxy* m_proxy;
    ProofLine* m_proof;
    QComboBox* m_listing;
    QLineEdit* m_filter;
    InkLabel* m_filter_error;
    QToolButton* m_columns;
    WeightsForm* m_weights;
    QToolButton* m_weights_button;
    std::map<int, bool> m_chosen; ///< columns shown or hidden by hand; others: where they are known
    std::map<int, int> m_widths; ///< by hand, in pixels
    QList<int> m_first_order;    ///< columns as they stand where nobody has moved them
    bool m_arranging = false;    ///< the table changes its header by itself
    QTableView* m_view;
    QStackedLayout* m_stack;
    EmptyState* m_infeasible;
    QTimer* m_delay;
    PlanFilter m_now; ///< the filter in force
    bool m_told = false; ///< that there is one
    Problem m_problem;
    double m_resolution = 0.01;
    std::optional<std::uint32_t> m_selected, m_hovered;
    bool m_searching = false;
    bool m_following = false; ///< the view follows a selection made elsewhere
};

} // namespace cutline
