// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/candidates_model.h"

#include "widgets/models/accuracy_facts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <tuple>
#include <utility>

namespace cutline {
namespace {

struct ColumnInfo {
    const char* title;
    Unit unit;
    const char* tip;
};
constexpr std::array<ColumnInfo, CandidatesModel::ColumnCount> kColumns{{
    {"Plan", Unit::None, "Number of the plan in this search"},
    {"Platforms", Unit::None, "Platforms in the order in which the data pass them"},
    {"Cut after", Unit::None, "Layers whose tensors cross to a later platform"},
    {"Throughput", Unit::Hertz, "Inferences per second in steady state: 1 / initiation interval"},
    {"Latency", Unit::Second, "Time of one inference from input to output"},
    {"Energy", Unit::Joule, "Energy per inference: platforms, links and idle time"},
    {"Stage max", Unit::Second,
     "Busy time of the busiest platform or link per inference: the initiation interval"},
    {"Memory", Unit::Byte, "Largest memory on one platform: weights and live activations"},
    {"Link", Unit::Byte, "Payload over all links per inference"},
    {"Tightest", Unit::Fraction, "Largest share of a platform's memory that is used"},
    {"Sensitivity", Unit::None, "Sum of the layers' quantisation sensitivity at their platform's precision"},
    {"Accuracy", Unit::Fraction,
     "Share of images that are answered rightly at these precisions, with its 95 % interval; ~ is an estimate"},
    {"Cost", Unit::None, "Sum of the cost of the platforms used"},
    {"\u2605", Unit::None, "Favourites stay listed whatever a search finds; click, or press S"},
    {"Note", Unit::None, "What you want to remember of a plan; double click or F2"},
    {"Score", Unit::None, "By what matters to you: 100 would be the best of the front in every figure"},
    {"Stands for", Unit::None,
     "Plans of the front that are no better than this one by more than the resolution; a click, + or \u2212 opens and closes them"},
}};

double figure(const Summary& s, CandidatesModel::Column column) {
    switch (column) {
    case CandidatesModel::ThroughputColumn:
        return shownValue(s, Objective::InitiationInterval);
    case CandidatesModel::LatencyColumn:
        return s.latency_s;
    case CandidatesModel::EnergyColumn:
        return s.energy_j;
    case CandidatesModel::StageColumn:
        return s.initiation_interval_s;
    case CandidatesModel::TightestColumn:
        return s.tightest_ratio;
    case CandidatesModel::MemoryColumn:
        return s.memory_bytes_max;
    case CandidatesModel::LinkColumn:
        return s.link_bytes;
    case CandidatesModel::SensitivityColumn:
        return s.sensitivity;
    case CandidatesModel::AccuracyColumn:
        return s.accuracy;
    case CandidatesModel::CostColumn:
        return s.cost;
    default:
        return std::numeric_limits<double>::quiet_NaN();
    }
}

bool isFigure(CandidatesModel::Column column) {
    return column >= CandidatesModel::ThroughputColumn && column <= CandidatesModel::CostColumn;
}

/// Sorts texts by platforms: eight platforms of 6 bits fit a double's mantissa; by cut: layers before it.
std::pair<double, double> keysOf(const Plan& plan) {
    double platforms = 0;
    for (std::size_t s = 0; s < 8; ++s)
        platforms =
            platforms * 64 + (s < plan.stages.size() ? std::min(62u, plan.stages[s].platform.value) + 1 : 0);
    double cut = 0, scale = 1;
    for (const Stage& stage : plan.stages) {
        cut += static_cast<double>(stage.layers.size()) * scale;
        scale *= 1e-5;
    }
    return {platforms, plan.stages.size() > 1 ? cut : -1};
}

} // namespace

CandidatesModel::CandidatesModel(QObject* parent) : QAbstractTableModel(parent), m_scales(ColumnCount) {}

void CandidatesModel::setResult(SearchResultPtr result, GraphPtr graph, SystemPtr system) {
    beginResetModel();
    m_result = std::move(result);
    m_graph = std::move(graph);
    m_system = std::move(system);
    m_texts.clear();
    m_hovered.reset();
    m_kept.clear(); // they name candidates of the result before
    m_platform_keys.clear();
    m_cut_keys.clear();
    m_scores = m_result ? PlanScores(*m_result, m_weights) : PlanScores();
    fillScales();
    findGroups();
    fillRows();
    endResetModel();
}

void CandidatesModel::setListing(Listing listing) {
    if (listing == m_listing) return;
    beginResetModel();
    m_listing = listing;
    fillRows();
    endResetModel();
}

void CandidatesModel::fillRows() {
    m_rows.clear();
    m_row_of.clear();
    m_marks.clear();
    if (!m_result) return;
    const std::size_t count = m_result->summaries.size();
    switch (m_listing) {
    case Listing::Representatives:
        listRepresentatives();
        break;
    case Listing::Front:
        m_rows = m_result->front;
        break;
    case Listing::All:
        m_rows.resize(count);
        std::iota(m_rows.begin(), m_rows.end(), 0u);
        break;
    }
    m_row_of.assign(count + m_kept.size(), -1);
    for (const std::uint32_t plan : m_rows) m_row_of[plan] = 0;
    for (std::size_t k = 0; k < m_kept.size(); ++k) {
        const std::uint32_t plan = m_kept[k].candidate.value_or(static_cast<std::uint32_t>(count + k));
        if (m_row_of[plan] < 0) m_rows.push_back(plan);
        m_row_of[plan] = 0;
    }
    for (std::size_t row = 0; row < m_rows.size(); ++row)
        m_row_of[m_rows[row]] = static_cast<std::int32_t>(row);
    m_marks.assign(count + m_kept.size(), 0);
    for (const auto plan : m_result->front) m_marks[plan] |= 1;
    for (const auto plan : m_result->representatives) m_marks[plan] |= 2;
}

void CandidatesModel::fillScales() {
    for (int c = 0; c < ColumnCount; ++c) {
        const auto column = static_cast<Column>(c);
        const auto index = static_cast<std::size_t>(c);
        m_scales[index] = {};
        if (!isFigure(column) || !m_result) continue;
        double largest = 0;
        for (const Summary& s : m_result->summaries) {
            const double value = std::abs(figure(s, column));
            if (std::isfinite(value)) largest = std::max(largest, value);
        }
        m_scales[index] = scaleFor(largest, kColumns[index].unit);
    }
}

QString CandidatesModel::titleOf(std::uint32_t plan) const {
    return isKeptOnly(plan) ? keptOf(plan)->name : planTitle(plan);
}

Plan CandidatesModel::planOf(std::uint32_t plan) const {
    return isKeptOnly(plan) ? *keptOf(plan)->plan : m_result->candidates->plan(plan);
}

const Summary& CandidatesModel::summaryFor(std::uint32_t plan) const {
    return isKeptOnly(plan) ? keptOf(plan)->summary : m_result->summaries[plan];
}

bool CandidatesModel::isKnown(Column column) const {
    if (column == ScoreColumn) return !m_scores.empty();
    if (column == GroupColumn) return m_listing == Listing::Representatives && !m_groups.empty();
    if (column == NoteColumn)
        return std::any_of(m_kept.begin(), m_kept.end(), [](const KeptRow& row) { return !row.note.isEmpty(); });
    if (!isFigure(column) || !m_result) return true;
    return std::any_of(m_result->summaries.begin(), m_result->summaries.end(),
                       [column](const Summary& s) { return std::isfinite(figure(s, column)); });
}

int CandidatesModel::rowOf(std::uint32_t plan) const {
    return plan < m_row_of.size() ? m_row_of[plan] : -1;
}

void CandidatesModel::fillTextKeys() const {
    if (!m_cut_keys.empty() || !m_result || !m_result->candidates) return;
    const std::size_t count = m_result->summaries.size();
    m_cut_keys.resize(count);
    m_platform_keys.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        std::tie(m_platform_keys[i], m_cut_keys[i]) = keysOf(m_result->candidates->plan(i));
    }
}

double CandidatesModel::sortKey(int row, Column column) const {
    return keyOf(planAt(row), column);
}

double CandidatesModel::keyOf(std::uint32_t plan, Column column) const {
    if (isFigure(column)) return figure(summaryFor(plan), column);
    if (column == PlanColumn) return plan;
    if (column == ScoreColumn) return m_scores.of(summaryFor(plan));
    if (column == GroupColumn) return static_cast<double>(groupSize(plan));
    if (column == StarColumn || column == NoteColumn) {
        const KeptRow* kept = keptOf(plan);
        // Marked ones first when sorted upwards, then noted ones.
        return !kept ? 1 : column == StarColumn ? (kept->favourite ? 0 : 1) : (kept->note.isEmpty() ? 1 : 0);
    }
    return textKey(plan, column);
}

double CandidatesModel::textKey(std::uint32_t plan, Column column) const {
    if (isKeptOnly(plan)) {
        const auto [platforms, cut] = keysOf(planOf(plan));
        return column == PlatformsColumn ? platforms : cut;
    }
    fillTextKeys();
    const auto& keys = column == PlatformsColumn ? m_platform_keys : m_cut_keys;
    return plan < keys.size() ? keys[plan] : 0;
}

const CandidatesModel::RowTexts& CandidatesModel::texts(std::uint32_t plan) const {
    if (const RowTexts* known = m_texts.object(plan)) return *known;
    auto* made = new RowTexts;
    if (m_result->candidates && m_graph && m_system) {
        const Plan p = planOf(plan);
        made->platforms = platformsShown(p, *m_system);
        made->cut = cutShown(*m_graph, p,
                             isKeptOnly(plan) ? std::vector<std::string>{} : m_result->candidates->cutLabels(plan));
        for (const Stage& stage : p.stages) made->ids << static_cast<int>(stage.platform.value);
    }
    m_texts.insert(plan, made);
    return *made;
}

int CandidatesModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int CandidatesModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant CandidatesModel::display(std::uint32_t plan, Column column) const {
    switch (column) {
    case PlanColumn:
        return isKeptOnly(plan) ? titleOf(plan) : QString::number(std::uint64_t{plan} + 1);
    case PlatformsColumn:
        return texts(plan).platforms;
    case CutColumn:
        return texts(plan).cut;
    case StarColumn:
        return {}; // an icon
    case NoteColumn:
        return keptOf(plan) ? keptOf(plan)->note : QString();
    case GroupColumn:
        return groupText(plan);
    case ScoreColumn: {
        const double score = m_scores.of(summaryFor(plan));
        return std::isfinite(score) ? QString::number(score * 100, 'f', 0) : QStringLiteral("\u2013");
    }
    default:
        break;
    }
    const double value = figure(summaryFor(plan), column);
    if (const auto accuracy = accuracyAt(*m_result, plan); accuracy && column == AccuracyColumn) return accuracyCell(*accuracy);
    return std::isfinite(value) ? numberOnly(value * m_scales[static_cast<std::size_t>(column)].factor)
                                : QStringLiteral("\u2013");
}

QVariant CandidatesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || !m_result) return {};
    const auto column = static_cast<Column>(index.column());
    const std::uint32_t plan = planAt(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return display(plan, column);
    case Qt::EditRole:
        if (column != NoteColumn) return display(plan, column);
        return keptOf(plan) ? keptOf(plan)->note : QString();
    case FavouriteRole:
        return keptOf(plan) && keptOf(plan)->favourite;
    case DimmedRole:
        return !m_brush.accepts(plan, summaryFor(plan));
    case HoveredRole:
        return isPointedAt(plan);
    case GroupRole:
        return static_cast<int>(groupSize(plan));
    case OpenRole:
        return isOpen(plan);
    case SortRole:
        return sortKey(index.row(), column);
    case PlanRole:
        return plan;
    case PlatformsRole:
        return QVariant::fromValue(texts(plan).ids);
    case FrontRole:
        return (m_marks[plan] & 1) != 0;
    case RepresentativeRole:
        return (m_marks[plan] & 2) != 0;
    case KneeRole:
        return m_result->knee && *m_result->knee == plan;
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            Qt::AlignVCenter |
            (column == PlatformsColumn || column == CutColumn || column == NoteColumn ? Qt::AlignLeft
                                                                                       : Qt::AlignRight));
    case Qt::ToolTipRole: {
        QString tip = QStringLiteral("%1: %2, cut after %3\n%4")
                          .arg(titleOf(plan), texts(plan).platforms, texts(plan).cut, summaryLines(summaryFor(plan)));
        if (const KeptRow* kept = keptOf(plan)) {
            if (!kept->standing.isEmpty()) tip += u'\n' + kept->standing;
            if (!kept->note.isEmpty()) tip += u'\n' + kept->note;
        }
        return tip;
    }
    case Qt::AccessibleTextRole: {
        if (column == StarColumn)
            return keptOf(plan) && keptOf(plan)->favourite ? QStringLiteral("favourite") : QStringLiteral("no favourite");
        const auto& info = kColumns[static_cast<std::size_t>(column)];
        return QStringLiteral("%1 %2 %3")
            .arg(QString::fromLatin1(info.title), display(plan, column).toString(),
                 text(m_scales[static_cast<std::size_t>(column)].name))
            .trimmed();
    }
    default:
        return {};
    }
}

QVariant CandidatesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
    const auto& info = kColumns[static_cast<std::size_t>(section)];
    const QString unit = text(m_scales[static_cast<std::size_t>(section)].name);
    const QString title = QString::fromUtf8(info.title);
    switch (role) {
    case Qt::DisplayRole:
        return unit.isEmpty() ? title : title + u' ' + unit;
    case Qt::ToolTipRole:
        return unit.isEmpty() ? QString::fromLatin1(info.tip)
                              : QStringLiteral("%1, in %2").arg(QString::fromLatin1(info.tip), unit);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            Qt::AlignVCenter |
            (section == PlatformsColumn || section == CutColumn || section == NoteColumn ? Qt::AlignLeft
                                                                                         : Qt::AlignRight));
    default:
        return {};
    }
}

Qt::ItemFlags CandidatesModel::flags(const QModelIndex& index) const {
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() && index.column() == NoteColumn ? flags | Qt::ItemIsEditable : flags;
}

} // namespace cutline
