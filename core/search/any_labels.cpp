// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/any_labels.h"

#include "core/search/pareto.h"
#include "core/search/row.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

namespace cutline {
namespace {

constexpr std::size_t kSample = 256;         ///< plans of the front that tell how well it covers a label
constexpr std::size_t kScheduled = 3000;     ///< groups; list schedules take quadratic time
constexpr double kEqual = 1e-12;             ///< sums in different orders
constexpr double kReached = 1e-11;           ///< a plan has the least figures

AnyWants both(AnyWants a, const AnyWants& b)
{
    a.latency = a.latency || b.latency;
    a.interval = a.interval || b.interval;
    a.energy = a.energy || b.energy;
    a.link_bytes = a.link_bytes || b.link_bytes;
    a.memory = a.memory || b.memory;
    a.sensitivity = a.sensitivity || b.sensitivity;
    a.cost = a.cost || b.cost;
    return a;
}

bool lower(double a, double b) { return a < b - kEqual * std::abs(b); }

} // namespace

AnyLabels::AnyLabels(const AnyModel& model, const AnyStates& states, AnyFront& front, const AnyLimits& limits)
    : m_model(model), m_states(states), m_front(front), m_limits(limits),
      m_wants(both(wantsOf(front.task().options.objectives), limits.wants())),
      m_additive(!m_wants.latency && !m_wants.memory), m_row(front.width())
{
    if (!m_additive) return;
    m_places = model.deciding(0, m_wants);
    std::size_t widest = 0;
    for (std::size_t g = 0; g <= model.groups(); ++g) widest = std::max(widest, model.width(g));
    m_full.assign(widest, 0);
}

AnyLabels::End AnyLabels::run(double factor, Beyond beyond)
{
    m_within = m_factor = factor;
    m_beyond = beyond;
    m_lower_bound = kNever;
    m_sample = m_front.sample(kSample);
    m_trail.clear();
    m_now.assign(1, {});
    m_now[0].sums.assign(m_additive ? m_places.size() : m_model.width(0), 0);
    m_now[0].ids = {kNone};
    m_now[0].ranks = {0};
    for (std::size_t g = 0; g < m_model.groups(); ++g) {
        if (m_front.stopped()) return End::Stopped;
        m_front.task().progress.report(double(g) / double(m_model.groups()), "labels over live tensors");
        advance(g);
        if (tooMany() && m_beyond == Beyond::Stop) return End::TooMany;
        trim(g);
        store(g);
    }
    finish();
    return m_front.stopped() ? End::Stopped : End::Done;
}

void AnyLabels::prepareArcs(std::size_t group)
{
    const auto& arcs = m_states.arcs(group);
    m_into.assign(m_states.states(group + 1).size(), {});
    for (std::uint32_t a = 0; a < arcs.size(); ++a)
        if (m_states.leadsOn(group + 1, arcs[a].to)) m_into[arcs[a].to].push_back(a);
    if (!m_additive) return;
    m_amounts.assign(arcs.size() * m_places.size(), 0);
    for (std::size_t a = 0; a < arcs.size(); ++a)
        for (const AnyModel::Arc::Term& term : arcs[a].put.adds)
            for (std::size_t i = 0; i < m_places.size(); ++i)
                if (m_places[i] == term.at) m_amounts[a * m_places.size() + i] = term.amount;
}

void AnyLabels::advance(std::size_t group)
{
    prepareArcs(group);
    m_stride = m_additive ? m_places.size() : m_model.width(group + 1);
    m_rows.clear();
    m_kept.clear();
    for (std::uint32_t target = 0; target < m_into.size(); ++target) {
        const std::size_t first_row = m_rows.size();
        collect(group, target);
        filter(group);
        // Only rows that stay are kept, in their order.
        std::vector<double> rows;
        for (const std::uint32_t c : m_order) {
            Child child = m_children[c];
            const double* row = m_rows.data() + child.row * m_stride;
            if (isHopeless(group + 1, target, row)) {
                ++m_front.proof().pruned;
                continue;
            }
            child.row = static_cast<std::uint32_t>((first_row + rows.size()) / std::max<std::size_t>(m_stride, 1));
            rows.insert(rows.end(), row, row + m_stride);
            m_kept.push_back(child);
        }
        m_front.proof().pruned += m_children.size() - m_order.size();
        m_rows.resize(first_row);
        m_rows.insert(m_rows.end(), rows.begin(), rows.end());
    }
}

void AnyLabels::collect(std::size_t group, std::size_t target)
{
    m_children.clear();
    m_runs.clear();
    const std::size_t before = m_additive ? m_places.size() : m_model.width(group);
    for (const std::uint32_t a : m_into[target]) {
        const AnyStates::Arc& arc = m_states.arcs(group)[a];
        const Pool& pool = m_now[arc.from];
        m_runs.push_back(static_cast<std::uint32_t>(m_children.size()));
        const std::size_t first = m_rows.size();
        m_rows.resize(first + pool.ids.size() * m_stride);
        for (std::size_t i = 0; i < pool.ids.size(); ++i) {
            const double* from = pool.sums.data() + i * before;
            double* to = m_rows.data() + first + i * m_stride;
            if (m_additive)
                for (std::size_t d = 0; d < m_stride; ++d) to[d] = from[d] + m_amounts[a * m_stride + d];
            else
                m_model.apply(arc.put, from, to);
            m_children.push_back({std::uint64_t{pool.ranks[i]} << 4 | arc.put.platform, pool.ids[i], arc.put.platform,
                                  static_cast<std::uint32_t>(target),
                                  static_cast<std::uint32_t>((first + i * m_stride) / std::max<std::size_t>(m_stride, 1))});
        }
    }
}

void AnyLabels::filter(std::size_t group)
{
    m_order.resize(m_children.size());
    std::iota(m_order.begin(), m_order.end(), 0u);
    if (m_children.empty()) return;
    const auto places = m_additive ? std::vector<std::uint32_t>() : m_model.deciding(group + 1, m_wants);
    if (m_additive && m_stride <= 1)
        filterByOne();
    else if (m_additive && m_stride == 2)
        filterByTwo();
    else
        filterByMany(places);
}

/// The least sum, of equal ones the first assignment (without sums, the first of all).
void AnyLabels::filterByOne()
{
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
        const Child &x = m_children[a], &y = m_children[b];
        if (m_stride == 0) return x.rank < y.rank;
        const double u = m_rows[x.row], v = m_rows[y.row];
        return lower(u, v) || (!lower(v, u) && x.rank < y.rank);
    };
    std::uint32_t best = 0;
    for (const std::uint32_t c : m_order)
        if (before(c, best)) best = c;
    m_order.assign(1, best);
}

/// A staircase: ascending in the first sum, descending in the second. Every arc's children are one already.
void AnyLabels::filterByTwo()
{
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
        const double* x = m_rows.data() + m_children[a].row * 2;
        const double* y = m_rows.data() + m_children[b].row * 2;
        return x[0] != y[0] ? x[0] < y[0] : x[1] < y[1];
    };
    const auto at = [&](std::size_t run) {
        return m_order.begin() +
               static_cast<std::ptrdiff_t>(run < m_runs.size() ? m_runs[run] : static_cast<std::uint32_t>(m_order.size()));
    };
    for (std::size_t length = 1; length < m_runs.size(); length *= 2)
        for (std::size_t run = 0; run + length < m_runs.size(); run += 2 * length)
            std::inplace_merge(at(run), at(run + length), at(run + 2 * length), before);
    std::size_t kept = 0;
    for (const std::uint32_t c : m_order) {
        const double* row = m_rows.data() + m_children[c].row * 2;
        if (kept > 0) {
            const std::uint32_t last = m_order[kept - 1];
            const double* least = m_rows.data() + m_children[last].row * 2;
            if (!lower(row[1], least[1])) {
                const bool equal = !lower(least[0], row[0]) && !lower(least[1], row[1]);
                if (equal && m_children[c].rank < m_children[last].rank) m_order[kept - 1] = c;
                continue;
            }
        }
        m_order[kept++] = c;
    }
    m_order.resize(kept);
}

void AnyLabels::filterByMany(std::span<const std::uint32_t> places)
{
    const std::size_t width = m_additive ? m_stride : places.size();
    std::vector<double> compared(m_children.size() * width);
    for (std::size_t c = 0; c < m_children.size(); ++c) {
        const double* row = m_rows.data() + m_children[c].row * m_stride;
        for (std::size_t d = 0; d < width; ++d) compared[c * width + d] = comparable(row[m_additive ? d : places[d]]);
    }
    const auto rowOf = [&](std::uint32_t c) { return std::span<const double>(compared).subspan(c * width, width); };
    std::sort(m_order.begin(), m_order.end(), [&](std::uint32_t a, std::uint32_t b) {
        const auto order = std::lexicographical_compare_three_way(rowOf(a).begin(), rowOf(a).end(), rowOf(b).begin(),
                                                                  rowOf(b).end());
        return order != 0 ? order < 0 : m_children[a].rank < m_children[b].rank;
    });
    ParetoArchive archive(width);
    std::erase_if(m_order, [&](std::uint32_t c) { return !archive.insertLater(rowOf(c)); });
}

const double* AnyLabels::fullSums(const double* row)
{
    if (!m_additive) return row;
    for (std::size_t i = 0; i < m_places.size(); ++i) m_full[m_places[i]] = row[i];
    return m_full.data();
}

AnyModel::Bound AnyLabels::boundOf(std::size_t group, std::size_t state, const double* row)
{
    return m_model.bound(group, m_states.states(group)[state], fullSums(row), &m_states.rest(group, state));
}

bool AnyLabels::isHopeless(std::size_t group, std::size_t state, const double* row)
{
    const AnyModel::Bound bound = boundOf(group, state, row);
    if (m_limits.broken(bound, fullSums(row))) return true;
    const SearchTask& task = m_front.task();
    fillRow(bound, task.options.objectives, task.memory_as_ratio, kEqual, m_row.data());
    if (m_within > 1)
        for (double& value : m_row) value *= m_within;
    return m_front.dominates(m_row);
}

/// Wide sums take long to compare, and a few are as good a sample as many.
std::size_t AnyLabels::most() const
{
    if (m_beyond == Beyond::Trim) return 300;
    const std::size_t groups = std::max<std::size_t>(m_model.groups(), 1);
    if (m_stride <= 2) return std::clamp<std::size_t>(20'000'000 / groups, 10'000, 200'000);
    if (m_stride == 3) return std::clamp<std::size_t>(2'000'000 / groups, 1'000, 30'000);
    return std::clamp<std::size_t>(500'000 / groups, 300, 10'000);
}

double AnyLabels::needOf(std::span<const double> row) const
{
    double least = kNever;
    for (std::size_t at = 0; at < m_sample.size(); at += row.size()) {
        double factor = 1;
        for (std::size_t d = 0; d < row.size() && factor < least; ++d)
            if (m_sample[at + d] > row[d]) factor = std::max(factor, row[d] > 0 ? m_sample[at + d] / row[d] : kNever);
        least = std::min(least, factor);
    }
    return least;
}

/// Drops what the front covers best.
void AnyLabels::trim(std::size_t group)
{
    if (!tooMany()) return;
    const SearchTask& task = m_front.task();
    std::vector<std::pair<double, std::uint32_t>> need;
    std::vector<double> first;
    for (std::uint32_t k = 0; k < m_kept.size(); ++k) {
        const AnyModel::Bound bound =
            boundOf(group + 1, m_kept[k].state, m_rows.data() + m_kept[k].row * m_stride);
        fillRow(bound, task.options.objectives, task.memory_as_ratio, kEqual, m_row.data());
        need.emplace_back(-needOf(m_row), k);
        first.push_back(m_row[0]);
    }
    const auto cut = need.begin() + static_cast<std::ptrdiff_t>(most());
    std::nth_element(need.begin(), cut, need.end());
    std::vector<char> stays(m_kept.size(), 1);
    for (auto at = cut; at != need.end(); ++at) {
        m_factor = std::max(m_factor, -at->first);
        m_lower_bound = std::min(m_lower_bound, first[at->second]);
        stays[at->second] = 0;
    }
    std::size_t kept = 0;
    for (std::size_t k = 0; k < m_kept.size(); ++k)
        if (stays[k]) m_kept[kept++] = m_kept[k];
    m_front.proof().pruned += m_kept.size() - kept;
    m_kept.resize(kept);
}

void AnyLabels::store(std::size_t group)
{
    m_next.assign(m_states.states(group + 1).size(), {});
    std::vector<std::uint32_t> by_rank(m_kept.size());
    std::iota(by_rank.begin(), by_rank.end(), 0u);
    std::sort(by_rank.begin(), by_rank.end(),
              [&](std::uint32_t a, std::uint32_t b) { return m_kept[a].rank < m_kept[b].rank; });
    std::vector<std::uint32_t> rank(m_kept.size());
    for (std::uint32_t r = 0; r < by_rank.size(); ++r) rank[by_rank[r]] = r;
    for (std::size_t k = 0; k < m_kept.size(); ++k) {
        const Child& child = m_kept[k];
        Pool& pool = m_next[child.state];
        const double* row = m_rows.data() + child.row * m_stride;
        pool.sums.insert(pool.sums.end(), row, row + m_stride);
        pool.ids.push_back(static_cast<std::uint32_t>(m_trail.size()));
        pool.ranks.push_back(rank[k]);
        m_trail.push_back({child.before, child.platform});
    }
    std::swap(m_now, m_next);
}

GroupAssignment AnyLabels::assignmentOf(std::uint32_t id) const
{
    GroupAssignment assignment(m_model.groups());
    for (std::size_t g = m_model.groups(); g-- > 0; id = m_trail[id].before) assignment[g] = m_trail[id].platform;
    return assignment;
}

void AnyLabels::judge(const GroupAssignment& assignment, std::span<const double> least)
{
    const auto reaches = [&](const std::optional<std::vector<double>>& row) {
        for (std::size_t d = 0; row && d < least.size(); ++d)
            if ((*row)[d] > least[d] + kReached * std::abs(least[d])) return false;
        return row.has_value();
    };
    const Plan plan = planOf(m_model, assignment);
    if (reaches(m_front.look(plan))) return;
    if (m_model.groups() <= kScheduled)
        for (const ListRule rule : {ListRule::EarliestStart, ListRule::LongestTail})
            if (reaches(m_front.look(generalPlan(m_model, assignment, listOrder(m_model, assignment, rule))))) return;
    m_factor = std::max(m_factor, m_front.factorTo(least));
}

void AnyLabels::finish()
{
    const SearchTask& task = m_front.task();
    const std::size_t width = m_front.width(), last = m_model.groups();
    std::vector<std::tuple<std::uint32_t, std::size_t, std::size_t>> labels; // of equal ones the first stays
    for (std::size_t state = 0; state < m_now.size(); ++state)
        for (std::size_t i = 0; i < m_now[state].ids.size(); ++i) labels.emplace_back(m_now[state].ranks[i], state, i);
    std::sort(labels.begin(), labels.end());
    std::vector<double> rows;
    std::vector<std::uint32_t> ids;
    for (const auto& [rank, state, i] : labels) {
        fillRow(boundOf(last, state, m_now[state].sums.data() + i * m_stride), task.options.objectives,
                task.memory_as_ratio, 0, m_row.data());
        rows.insert(rows.end(), m_row.begin(), m_row.end());
        ids.push_back(m_now[state].ids[i]);
    }
    std::vector<std::uint32_t> order = paretoFront(rows, width);
    const double before = m_factor;
    // What went because the front covers it is no lower than this.
    m_lower_bound = std::min(m_lower_bound, m_front.least(0) / m_within);
    for (const std::uint32_t i : order) {
        if (m_front.stopped()) return;
        judge(assignmentOf(ids[i]), std::span(rows).subspan(i * width, width));
        m_lower_bound = std::min(m_lower_bound, rows[i * width]);
    }
    if (m_factor == before) return;
    // The front has grown since: how far is it from the last labels now?
    m_factor = before;
    for (const std::uint32_t i : order)
        m_factor = std::max(m_factor, m_front.factorTo(std::span(rows).subspan(i * width, width)));
}

} // namespace cutline
