// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/plan_brush.h"
#include "widgets/models/plan_weights.h"

#include <QAbstractTableModel>
#include <QCache>
#include <QSortFilterProxyModel>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace cutline {

/// Which plans of a result are listed: the short list, the whole front, or everything that was kept.
enum class Listing { Representatives, Front, All };

/// A plan that a person has marked or noted something on: it stays listed whatever a search finds.
struct KeptRow {
    std::shared_ptr<const Plan> plan;
    QString name; ///< "kept 2": shown where it is none of the result's plans
    QString note;
    bool favourite = false;
    std::optional<std::uint32_t> candidate; ///< which of the result's plans it is
    Summary summary;
    QString standing; ///< "now dominated by 9"; empty: nothing to say
};

/// Plans of a search result as rows. A row's number is the candidate's; kept plans that are none of them are
/// counted on behind the last candidate. Figures come from the summaries; platforms and cut are made for the rows
/// that are looked at only, so that 100,000 plans list at once.
class CandidatesModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        PlanColumn,
        PlatformsColumn,
        CutColumn,
        ThroughputColumn,
        LatencyColumn,
        EnergyColumn,
        StageColumn,
        MemoryColumn,
        LinkColumn,
        TightestColumn,
        SensitivityColumn,
        AccuracyColumn,
        CostColumn,
        StarColumn,
        NoteColumn,
        ScoreColumn, ///< by what matters; not known without weights
        GroupColumn, ///< how many plans of the front it stands for; in the short list only
        ColumnCount
    };
    enum Role {
        SortRole = Qt::UserRole, ///< the raw value: double (SI), or a sort key for texts
        PlanRole,                ///< candidate index (uint)
        PlatformsRole,           ///< QList<int>: platform indices in stage order
        FrontRole,
        KneeRole,
        RepresentativeRole, ///< bool
        FavouriteRole,      ///< bool; EditRole of StarColumn sets it
        DimmedRole,         ///< bool: outside the brush
        GroupRole,          ///< how many plans it stands for, itself among them (int); 0: for none but itself
        OpenRole,           ///< bool: those are listed below it
        HoveredRole         ///< bool: pointed at, here or in a chart
    };

    explicit CandidatesModel(QObject* parent = nullptr);

    void setResult(SearchResultPtr result, GraphPtr graph, SystemPtr system);
    void setListing(Listing listing);
    /// Marked plans: those that the listing leaves out are listed behind it.
    void setKept(std::vector<KeptRow> kept);
    const KeptRow* keptOf(std::uint32_t plan) const; ///< null: not marked
    /// The kept plan that is none of the candidates.
    bool isKeptOnly(std::uint32_t plan) const { return m_result && plan >= m_result->summaries.size(); }
    QString titleOf(std::uint32_t plan) const; ///< "plan 6", "kept 2"
    Plan planOf(std::uint32_t plan) const;
    const Summary& summaryFor(std::uint32_t plan) const;
    /// Rows outside are dimmed.
    void setBrush(const PlanBrush& brush) {
        if (brush == m_brush) return;
        m_brush = brush;
        if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1), {DimmedRole});
    }
    /// The plan that is pointed at anywhere.
    void setHovered(std::optional<std::uint32_t> plan);
    void setWeights(const PlanWeights& weights);
    const PlanWeights& weights() const { return m_weights; }
    /// The plan of the front that is best by the weights; nullopt without any.
    std::optional<std::uint32_t> bestByWeights() const;
    /// How many plans of the front a plan of the short list stands for, itself among them; 0: for none but itself.
    std::size_t groupSize(std::uint32_t plan) const;
    /// The plan of the short list that stands for another one; nullopt: none does, or other plans are listed.
    std::optional<std::uint32_t> standInOf(std::uint32_t plan) const;
    /// Lists below a plan those that it stands for.
    void setOpen(std::uint32_t plan, bool open);
    void setAllOpen(bool open);
    bool isOpen(std::uint32_t plan) const { return m_open.contains(plan); }
    bool anyOpen() const { return m_listing == Listing::Representatives && !m_open.empty(); }
    Listing listing() const { return m_listing; }
    const SearchResultPtr& result() const { return m_result; }
    /// False where no plan has this figure: the view hides the column.
    bool isKnown(Column column) const;
    std::uint32_t planAt(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    /// Row of a candidate, -1 where it is not listed.
    int rowOf(std::uint32_t plan) const;
    /// What SortRole gives, without the detour over QVariant.
    double sortKey(int row, Column column) const;
    double keyOf(std::uint32_t plan, Column column) const; ///< listed or not
    const Summary& summaryAt(int row) const { return summaryFor(planAt(row)); }
    QString platformsOf(std::uint32_t plan) const { return texts(plan).platforms; }
    QString cutOf(std::uint32_t plan) const { return texts(plan).cut; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// Asks; the answer comes with setKept().
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void markRequested(std::uint32_t plan, bool favourite, const QString& note);

private:
    struct RowTexts {
        QString platforms, cut;
        QList<int> ids;
    };
    const RowTexts& texts(std::uint32_t plan) const;
    void fillRows();
    void findGroups();
    void listRepresentatives();
    bool isPointedAt(std::uint32_t plan) const; ///< or a plan that it stands for, where that is not listed
    QString groupText(std::uint32_t plan) const;
    void fillTextKeys() const;
    void fillScales();
    double textKey(std::uint32_t plan, Column column) const;
    QVariant display(std::uint32_t plan, Column column) const;

    SearchResultPtr m_result;
    GraphPtr m_graph;
    SystemPtr m_system;
    Listing m_listing = Listing::Representatives;
    PlanBrush m_brush;
    std::optional<std::uint32_t> m_hovered;
    PlanWeights m_weights;
    PlanScores m_scores;
    std::map<std::uint32_t, std::vector<std::uint32_t>> m_groups; ///< by plan of the short list: those it stands for
    std::set<std::uint32_t> m_open;
    std::vector<KeptRow> m_kept;
    std::vector<std::uint32_t> m_rows;  ///< candidate by row
    std::vector<std::int32_t> m_row_of; ///< row by candidate, -1: not listed
    std::vector<std::uint8_t> m_marks;  ///< bit 0: front, bit 1: representative
    std::vector<UnitScale> m_scales;    ///< by column
    mutable QCache<std::uint32_t, RowTexts> m_texts{2048};
    mutable std::vector<double> m_platform_keys, m_cut_keys; ///< by candidate, made when first sorted by
};

/// A filter as typed: words that platforms, cut or "plan 6" must contain, and conditions on figures:
/// `EYR energy<20mJ throughput>=50fps`.
struct PlanFilter {
    struct Condition {
        CandidatesModel::Column column;
        enum class Compare { Less, LessEqual, Greater, GreaterEqual } compare;
        double value; ///< SI, as SortRole
    };
    std::vector<QString> words; ///< lower case
    std::vector<Condition> conditions;

    bool empty() const { return words.empty() && conditions.empty(); }
    bool accepts(const CandidatesModel& model, std::uint32_t plan) const;
};
/// Errors: an unknown figure, a number without sense; names what there is.
Result<PlanFilter> parsePlanFilter(const QString& text);

/// Sorts by the raw values and filters. An opened group stays together, sorted below the plan that stands for it.
class CandidatesProxy : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit CandidatesProxy(CandidatesModel* model, QObject* parent = nullptr);
    void setFilter(PlanFilter filter);

protected:
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    bool isBefore(std::uint32_t left, std::uint32_t right, CandidatesModel::Column column) const;
    CandidatesModel* m_model;
    PlanFilter m_filter;
};

} // namespace cutline
