// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/anytime_plan.h"

#include "core/plan/stage_order.h"
#include "core/search/row.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace cutline {
namespace {

/// Memory that the plans of one heuristic may take.
constexpr std::size_t kPlanBytes = std::size_t{256} << 20;
/// Most that one missed demand counts.
constexpr double kFarOff = 1e9;

/// Layers of all plans whose stages are put in another order than the file's.
constexpr std::size_t kMostOrdered = 50'000'000;
/// Longest that ordering takes once the time for the search is over.
constexpr double kOrdering_s = 0.3;

/// Candidates that carry their own stage numbers, and their layers where these do not stand in the file's order.
class StagedCandidates final : public Candidates {
public:
    StagedCandidates(Fusion fusion, std::vector<StagedPlan> plans, std::vector<std::optional<Plan>> ordered)
        : m_fusion(std::move(fusion)), m_plans(std::move(plans)), m_ordered(std::move(ordered))
    {
    }
    std::size_t size() const override { return m_plans.size(); }
    Plan plan(std::size_t index) const override
    {
        return m_ordered[index] ? *m_ordered[index] : planOf(m_plans[index], m_fusion);
    }

private:
    Fusion m_fusion;
    std::vector<StagedPlan> m_plans;
    std::vector<std::optional<Plan>> m_ordered;
};

/// Ascending by number of stages, platforms in system order, then by the stages of the groups.
bool comesBefore(const StagedPlan& a, const StagedPlan& b)
{
    if (a.order.size() != b.order.size()) return a.order.size() < b.order.size();
    if (a.order != b.order) return a.order < b.order;
    return a.stage < b.stage;
}

} // namespace

Plan planOf(const StagedPlan& staged, const Fusion& fusion)
{
    Plan plan;
    plan.stages.resize(staged.order.size());
    for (std::size_t s = 0; s < staged.order.size(); ++s) plan.stages[s].platform = staged.order[s];
    for (std::uint32_t l = 0; l < fusion.group_of.size(); ++l)
        plan.stages[staged.stage[fusion.group_of[l]]].layers.push_back(LayerId{l});
    return plan;
}

StagedPlan stagedPlanOf(const Plan& plan, const Fusion& fusion)
{
    StagedPlan staged;
    staged.stage.resize(fusion.groups.size());
    for (std::size_t s = 0; s < plan.stages.size(); ++s) {
        staged.order.push_back(plan.stages[s].platform);
        for (const LayerId layer : plan.stages[s].layers)
            staged.stage[fusion.group_of[layer.index()]] = static_cast<std::uint8_t>(s);
    }
    return staged;
}

StagedPlan withoutEmptyStages(StagedPlan staged)
{
    std::vector<bool> used(staged.order.size());
    for (const std::uint8_t s : staged.stage) used[s] = true;
    std::vector<std::uint8_t> number(staged.order.size());
    std::vector<PlatformId> order;
    for (std::size_t s = 0; s < used.size(); ++s) {
        number[s] = static_cast<std::uint8_t>(order.size());
        if (used[s]) order.push_back(staged.order[s]);
    }
    if (order.size() == staged.order.size()) return staged;
    staged.order = std::move(order);
    for (std::uint8_t& s : staged.stage) s = number[s];
    return staged;
}

std::uint64_t hashOf(const StagedPlan& staged)
{
    std::uint64_t hash = 0x9E3779B97F4A7C15ull;
    const auto mix = [&](std::uint64_t value) {
        hash ^= value;
        hash *= 0xBF58476D1CE4E5B9ull;
        hash ^= hash >> 29;
    };
    for (const PlatformId p : staged.order) mix(p.value + 1);
    for (const std::uint8_t s : staged.stage) mix(std::uint64_t{s} + 1);
    return hash;
}

double missOf(const Plan& plan, const SearchTask& task)
{
    double miss = 0;
    for (const Violation& v : task.feasibility.misses(task.evaluator.evaluate(plan))) {
        const double share = std::abs(v.value - v.limit) / std::max(std::abs(v.limit), 1e-30);
        miss += std::isfinite(share) ? std::clamp(share, 1e-9, kFarOff) : kFarOff;
    }
    return miss;
}

Violation nothingFeasible(const PipelineSpace& space, const SearchTask& task, const std::optional<Plan>& nearest)
{
    Violation v;
    v.subject = "pins";
    v.text = "no pipeline over " + std::to_string(space.platforms().size()) +
             " platforms was found that keeps all pins, forbidden pairs and unsupported operators";
    if (nearest) {
        Diagnosis diagnosis;
        diagnosis.add(task.feasibility.misses(task.evaluator.evaluate(*nearest)));
        if (auto verdict = diagnosis.verdict()) v = std::move(*verdict);
    }
    v.text += " (best known: not all plans were looked at)";
    return v;
}

AnytimeFront::AnytimeFront(const Fusion& fusion, const SearchTask& task)
    : m_fusion(fusion), m_task(task), m_archive(task.options.objectives.size()),
      m_row(task.options.objectives.size()), m_stream(task.options),
      m_most_entries(kPlanBytes / (fusion.groups.size() + sizeof(Entry) + 64))
{
    if (task.options.keep_dominated) m_most_entries = std::min(m_most_entries, task.options.plan_cap);
    m_most_entries = std::max<std::size_t>(m_most_entries, 64);
}

bool AnytimeFront::add(const StagedPlan& staged, const Summary& summary)
{
    if (m_full) return false;
    fillRow(summary, m_task.options.objectives, m_row.data());
    const bool all = m_task.options.keep_dominated;
    const std::uint64_t hash = hashOf(staged);
    if (all && !m_listed.insert(hash).second) return false;
    const bool on_front = m_archive.insert(m_row, m_entries.size());
    if (!on_front && !all) return false;
    m_entries.push_back({staged, summary, hash, std::nullopt});
    if (m_entries.size() >= m_most_entries && !all) compact();
    m_full = m_entries.size() >= m_most_entries;
    if (on_front)
        m_stream.grew([&](std::vector<double>& rows) { m_archive.appendRows(rows); },
                      [&] {
                          std::vector<StagedPlan> plans;
                          std::vector<Summary> summaries;
                          for (const Entry* entry : front()) {
                              plans.push_back(entry->staged);
                              summaries.push_back(entry->summary);
                          }
                          std::vector<std::optional<Plan>> ordered(plans.size());
                          return resultSoFar(std::make_shared<StagedCandidates>(m_fusion, std::move(plans), std::move(ordered)),
                                             std::move(summaries), m_task.options);
                      });
    return on_front;
}

void AnytimeFront::compact()
{
    std::vector<std::uint64_t> kept;
    m_archive.forEach([&](std::span<const double>, std::uint64_t tag) { kept.push_back(tag); });
    std::sort(kept.begin(), kept.end());
    std::vector<Entry> entries;
    ParetoArchive archive(m_archive.width());
    for (const std::uint64_t tag : kept) {
        fillRow(m_entries[tag].summary, m_task.options.objectives, m_row.data());
        archive.insert(m_row, entries.size());
        entries.push_back(std::move(m_entries[tag]));
    }
    m_entries = std::move(entries);
    m_archive = std::move(archive);
}

std::vector<const AnytimeFront::Entry*> AnytimeFront::front() const
{
    std::vector<std::uint64_t> tags;
    m_archive.forEach([&](std::span<const double>, std::uint64_t tag) { tags.push_back(tag); });
    std::sort(tags.begin(), tags.end());
    std::vector<const Entry*> list;
    for (const std::uint64_t tag : tags) list.push_back(&m_entries[tag]);
    return list;
}

/// Stages in the order with the least peak of live activations, as far as there is time; so less memory, and no figure
/// more.
void AnytimeFront::putInOrder()
{
    const std::vector<const Entry*> on_front = front();
    if (on_front.size() * m_fusion.group_of.size() > kMostOrdered || m_task.progress.cancelled()) return;
    const auto start = std::chrono::steady_clock::now();
    const auto isOver = [&] {
        return m_task.progress.cancelled() ||
               std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() > kOrdering_s;
    };
    tbb::parallel_for(std::size_t{0}, on_front.size(), [&](std::size_t i) {
        if (isOver()) return;
        Entry& entry = m_entries[static_cast<std::size_t>(on_front[i] - m_entries.data())];
        Plan plan = inLeastPeakOrder(m_task.evaluator, planOf(entry.staged, m_fusion), kHurriedSets);
        const auto summary = judged(plan, m_task);
        if (!summary) return;
        entry.summary = *summary;
        entry.ordered = std::move(plan);
    });
    // Of plans that need less memory now some may beat others.
    m_archive.clear();
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        fillRow(m_entries[i].summary, m_task.options.objectives, m_row.data());
        m_archive.insert(m_row, i);
    }
}

void AnytimeFront::handOver(Found& found)
{
    if (!m_task.options.keep_dominated) compact();
    putInOrder();
    if (!m_task.options.keep_dominated) compact();
    std::vector<char> on_front(m_entries.size(), 0);
    m_archive.forEach([&](std::span<const double>, std::uint64_t tag) { on_front[tag] = 1; });
    std::vector<std::uint32_t> order(m_entries.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return comesBefore(m_entries[a].staged, m_entries[b].staged);
    });
    std::vector<StagedPlan> plans;
    std::vector<std::optional<Plan>> ordered;
    for (const std::uint32_t i : order) {
        if (on_front[i]) found.front.push_back(static_cast<std::uint32_t>(plans.size()));
        found.summaries.push_back(m_entries[i].summary);
        plans.push_back(std::move(m_entries[i].staged));
        ordered.push_back(std::move(m_entries[i].ordered));
    }
    found.candidates = std::make_shared<StagedCandidates>(m_fusion, std::move(plans), std::move(ordered));
    found.proof.kept = found.front.size();
}

double AnytimeClock::share() const
{
    const double by_count =
        m_most == 0 ? 0 : static_cast<double>(m_evaluated) / static_cast<double>(m_most);
    return std::min(1.0, std::max(by_count, elapsed() / limit_s()));
}

double AnytimeClock::left_s() const { return std::max(0.0, limit_s() - elapsed()); }

bool AnytimeClock::isOver()
{
    if (m_stop != Proof::Stop::Completed) return true;
    if (m_task.progress.cancelled())
        m_stop = Proof::Stop::Cancelled;
    else if (elapsed() > limit_s())
        m_stop = Proof::Stop::TimeLimit;
    return m_stop != Proof::Stop::Completed || (m_most != 0 && m_evaluated >= m_most);
}

} // namespace cutline
